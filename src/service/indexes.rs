//! The cell index of each dataset, kept in a file beside its generation so that a start maps it instead of making it.

use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::atlas::Kept;
use crate::domain::Dataset;
use crate::engine::cells::{CellsError, Fingerprint};
use crate::engine::{Cells, Layer};

/// A layer with its cell index: mapped from the file beside the generation where that fits, else made anew and kept there.
/// Without a generation there is no index: the sets that come with the program are small.
pub fn layer(dataset: Dataset, kept: Option<&Kept>) -> Layer {
    let Some(kept) = kept else { return Layer::new(dataset) };
    let fingerprint = fingerprint(kept, &dataset);
    let path = kept.folder.join(format!("{}.cells", dataset.info.id));
    let dataset = match Cells::open(&path, &fingerprint, dataset.shapes.len() as u32) {
        Ok(cells) => match Layer::indexed(dataset, cells) {
            Ok(layer) => return layer,
            Err(dataset) => {
                tracing::warn!(path = %path.display(), "the index is not of this dataset; it is made anew");
                *dataset
            }
        },
        Err(CellsError::Io(e)) if e.kind() == ErrorKind::NotFound => dataset,
        Err(e) => {
            tracing::warn!(path = %path.display(), error = %e, "the index cannot be used; it is made anew");
            dataset
        }
    };
    let layer = Layer::new(dataset);
    if let Some(cells) = Cells::build(&layer.edges, layer.shapes.len() as u32, fingerprint) {
        layer.set_cells(keep(cells, &path, &fingerprint));
    }
    layer
}

/// Writes an index and maps what was written; where that is not possible (a folder one may not write to), the index
/// stays in memory.
fn keep(cells: Cells, path: &Path, fingerprint: &Fingerprint) -> Cells {
    match cells.write(path).and_then(|()| Cells::open(path, fingerprint, cells.owner_count())) {
        Ok(mapped) => mapped,
        Err(e) => {
            tracing::info!(path = %path.display(), error = %e, "the index is not kept");
            cells
        }
    }
}

/// Of a dataset in a generation. The version of the index is in the file as well.
fn fingerprint(kept: &Kept, dataset: &Dataset) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(kept.sha256.as_bytes());
    hash.update(b"/");
    hash.update(dataset.info.id.as_bytes());
    hash.finalize().into()
}
