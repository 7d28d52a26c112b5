//! An index in a file: written beside the dataset, mapped back at the next start.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::layout::{Bytes, Cells, Fingerprint, Grid, HEADER_BYTES, Header, MAGIC, SECTIONS, VERSION};
use super::simd;

/// Why a file is not used. The index is then built anew.
#[derive(Debug, thiserror::Error)]
pub enum CellsError {
    #[error("cannot read or write the index: {0}")]
    Io(#[from] std::io::Error),
    #[error("no index of this program")]
    Foreign,
    #[error("an index of version {0}, this program has version {VERSION}")]
    Version(u32),
    #[error("an index of another dataset")]
    OtherDataset,
    #[error("a damaged index: {0}")]
    Damaged(&'static str),
}

impl Cells {
    /// Maps the index of a dataset from a file.
    ///
    /// # Errors
    /// [`CellsError`] where there is no such file, or its bytes are not those of a whole index of this version and of this
    /// dataset (checksums over header and body).
    pub fn open(path: &Path, fingerprint: &Fingerprint, owners: u32) -> Result<Cells, CellsError> {
        let file = File::open(path)?;
        if file.metadata()?.len() < HEADER_BYTES as u64 {
            return Err(CellsError::Damaged("shorter than its header"));
        }
        let cells = Cells::of_bytes(Bytes::Mapped(simd::map(&file)?))?;
        if cells.fingerprint() != fingerprint || cells.owner_count() != owners {
            return Err(CellsError::OtherDataset);
        }
        Ok(cells)
    }

    fn of_bytes(bytes: Bytes) -> Result<Cells, CellsError> {
        let all = bytes.as_slice();
        let Some((head, body)) = all.split_at_checked(HEADER_BYTES) else {
            return Err(CellsError::Damaged("shorter than its header"));
        };
        let header: Header = bytemuck::pod_read_unaligned(head);
        if header.magic != MAGIC {
            return Err(CellsError::Foreign);
        }
        if header.version != VERSION {
            return Err(CellsError::Version(header.version));
        }
        if header.header_crc != header_crc(&header) {
            return Err(CellsError::Damaged("checksum of the header"));
        }
        if header.length != all.len() as u64 {
            return Err(CellsError::Damaged("length"));
        }
        if header.body_crc != checksum(body) {
            return Err(CellsError::Damaged("checksum"));
        }
        check_grid(&header.grid)?;
        let mut ranges: [std::ops::Range<usize>; 9] = Default::default();
        for (range, ([at, length], (_, item))) in ranges.iter_mut().zip(header.sections.iter().zip(SECTIONS)) {
            let end = at.checked_add(*length).filter(|&end| end <= all.len() as u64);
            let Some(end) = end.filter(|_| at % 64 == 0 && length % item as u64 == 0 && *at >= HEADER_BYTES as u64)
            else {
                return Err(CellsError::Damaged("sections"));
            };
            *range = *at as usize..end as usize;
        }
        Ok(Cells { bytes, header, ranges })
    }

    /// Writes the index to a file, whole or not at all: another reader sees the old file or the new one.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, path: &Path) -> Result<(), CellsError> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let body = &self.bytes.as_slice()[HEADER_BYTES..];
        let mut header = Header { body_crc: checksum(body), ..self.header };
        header.header_crc = header_crc(&header);
        let mut staged = tempfile::Builder::new();
        staged.prefix(".cells-");
        // As any new file, not only for its owner: pulled by one user, served by another.
        #[cfg(unix)]
        staged.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut staged = staged.tempfile_in(folder)?;
        staged.write_all(bytemuck::bytes_of(&header))?;
        staged.write_all(body)?;
        staged.as_file().sync_all()?;
        staged.persist(path).map_err(|e| e.error)?;
        Ok(())
    }
}

/// What the arithmetic of places relies on.
fn check_grid(grid: &Grid) -> Result<(), CellsError> {
    let most = 1u32 << (31 - super::layout::STEP_BITS - super::layout::TILE_BITS);
    let sane = grid.x0.is_finite() && grid.y0.is_finite() && grid.leaves_per_degree.is_finite();
    if sane && grid.leaves_per_degree > 0.0 && grid.nx < most && grid.ny < most {
        Ok(())
    } else {
        Err(CellsError::Damaged("grid"))
    }
}

fn header_crc(header: &Header) -> u32 {
    crc32fast::hash(bytemuck::bytes_of(&Header { header_crc: 0, ..*header }))
}

/// CRC-32 on all cores.
fn checksum(bytes: &[u8]) -> u32 {
    use rayon::prelude::*;
    const PIECE: usize = 1 << 22;
    let pieces: Vec<crc32fast::Hasher> = bytes
        .par_chunks(PIECE)
        .map(|piece| {
            let mut hasher = crc32fast::Hasher::new();
            hasher.update(piece);
            hasher
        })
        .collect();
    let mut all = crc32fast::Hasher::new();
    pieces.iter().for_each(|piece| all.combine(piece));
    all.finalize()
}
