//! The datasets kept in the data folder. A pull makes a new *generation*; one generation is active; going back is naming
//! another one. A generation is never changed after it is written.
//!
//! ```text
//! DATA/boundaries/active                                  the id of the active generation
//! DATA/boundaries/generations/<id>/boundaries.postcard    Vec<Dataset>, checked
//! DATA/boundaries/generations/<id>/manifest.json          what it is, and the SHA-256 of the file beside it
//! DATA/boundaries/generations/<id>/<dataset>.cells        an index made from a dataset; made anew when it does not fit
//! DATA/boundaries/downloads/                              files on their way; empty after a pull
//! DATA/boundaries/lock                                    held while something is written
//! ```

mod manifest;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::AtlasError;
use super::pull::sha256_hex;
use crate::domain::Dataset;

pub use manifest::{DatasetSummary, Manifest};
pub use write::Writer;

/// Changes whenever the stored bytes are to be read in another way.
pub const FORMAT_VERSION: u32 = 1;

const BOUNDARIES: &str = "boundaries.postcard";
const MANIFEST: &str = "manifest.json";
const ACTIVE: &str = "active";

/// A generation in memory.
#[derive(Debug)]
pub struct Generation {
    pub id: String,
    pub manifest: Manifest,
    pub datasets: Vec<Dataset>,
}

/// The folder with the generations.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) root: PathBuf,
}

impl Store {
    pub fn new(data: &Path) -> Store {
        Store { root: data.join("boundaries") }
    }

    pub(super) fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }

    /// Where a generation is kept.
    pub fn folder(&self, id: &str) -> PathBuf {
        self.generations().join(id)
    }

    /// The id of the active generation; `None` where none was ever activated.
    pub fn active_id(&self) -> Result<Option<String>, AtlasError> {
        let path = self.root.join(ACTIVE);
        match fs::read_to_string(&path) {
            Ok(text) if is_id(text.trim()) => Ok(Some(text.trim().to_owned())),
            Ok(_) => Err(AtlasError::damaged(&path, "không phải tên thế hệ", "not the name of a generation")),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                Err(AtlasError::damaged(&path, "không phải UTF-8", "not UTF-8"))
            }
            Err(e) => Err(AtlasError::Io { path, cause: e }),
        }
    }

    /// The active generation, verified; `None` where none was ever activated.
    pub fn active(&self) -> Result<Option<Generation>, AtlasError> {
        self.active_id()?.map(|id| self.load(&id)).transpose()
    }

    /// Every generation in the folder, oldest first.
    pub fn list(&self) -> Result<Vec<String>, AtlasError> {
        let dir = self.generations();
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(AtlasError::Io { path: dir, cause: e }),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(AtlasError::io(&dir))?.file_name();
            ids.extend(name.to_str().filter(|n| is_id(n)).map(str::to_owned));
        }
        ids.sort();
        Ok(ids)
    }

    /// The manifest of a generation, of whatever format version.
    pub fn manifest(&self, id: &str) -> Result<Manifest, AtlasError> {
        let path = self.generations().join(id).join(MANIFEST);
        let bytes = read(&path)?;
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|_| AtlasError::damaged(&path, "bản kê không đọc được", "unreadable manifest"))?;
        if manifest.format_version != FORMAT_VERSION {
            return Err(AtlasError::damaged(
                &path,
                &format!("định dạng {} của một phiên bản khác", manifest.format_version),
                &format!("format {} of another version of giapranh", manifest.format_version),
            ));
        }
        Ok(manifest)
    }

    /// Reads a generation. Nothing is used unless its length and SHA-256 are those of the manifest.
    pub fn load(&self, id: &str) -> Result<Generation, AtlasError> {
        let manifest = self.manifest(id)?;
        let path = self.generations().join(id).join(BOUNDARIES);
        let bytes = read(&path)?;
        if bytes.len() as u64 != manifest.bytes {
            let (found, expected) = (bytes.len(), manifest.bytes);
            return Err(AtlasError::damaged(
                &path,
                &format!("dài {found} byte, cần {expected}"),
                &format!("{found} bytes long, expected {expected}"),
            ));
        }
        if sha256_hex(&bytes) != manifest.sha256 {
            return Err(AtlasError::damaged(&path, "sai mã kiểm SHA-256", "wrong SHA-256"));
        }
        let datasets =
            postcard::from_bytes(&bytes).map_err(|_| AtlasError::damaged(&path, "không đọc được", "unreadable"))?;
        Ok(Generation { id: id.to_owned(), manifest, datasets })
    }
}

/// Names of generations are made by [`Writer::write`]: a time and a few hexadecimal digits. Anything else in a file or
/// on the command line is no name, least of all a path.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn read(path: &Path) -> Result<Vec<u8>, AtlasError> {
    fs::read(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => AtlasError::damaged(path, "thiếu tệp", "the file is missing"),
        _ => AtlasError::Io { path: path.to_owned(), cause },
    })
}
