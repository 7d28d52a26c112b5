//! What a generation says about itself.

use geo::CoordsIter;
use serde::{Deserialize, Serialize};

use crate::atlas::sources::SourceFile;
use crate::domain::{Dataset, DefectKind};

/// `manifest.json`, beside the datasets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub format_version: u32,
    pub created: jiff::Timestamp,
    pub program_version: String,
    /// SHA-256 over everything the datasets were made by: pins, register, expected overlaps, versions of the
    /// format and of the checks.
    pub recipe: String,
    pub datasets: Vec<DatasetSummary>,
    pub sha256: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DatasetSummary {
    pub id: String,
    pub units: usize,
    pub vertices: usize,
    pub invalid_rings: usize,
    pub overlaps: usize,
    pub gaps: usize,
    pub register_mismatches: usize,
    pub files: Vec<SourceFile>,
}

impl DatasetSummary {
    pub fn of(dataset: &Dataset, files: &[SourceFile]) -> DatasetSummary {
        let count = |kind| dataset.defects.iter().filter(|d| d.kind == kind).count();
        DatasetSummary {
            id: dataset.info.id.clone(),
            units: dataset.shapes.len(),
            vertices: dataset.shapes.iter().map(|s| s.shape.coords_count()).sum(),
            invalid_rings: count(DefectKind::InvalidRing),
            overlaps: count(DefectKind::Overlap),
            gaps: count(DefectKind::Gap),
            register_mismatches: count(DefectKind::RegisterMismatch),
            files: files.to_vec(),
        }
    }
}
