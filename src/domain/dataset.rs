//! A dataset of boundaries: who published it, for which time, how accurate, and its shapes.

use geo::MultiPolygon;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Level, Period, Text};

/// How the files of a dataset are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One GeoJSON FeatureCollection a file.
    Geojson,
    /// The JSON of daohoangson/dvhcvn: `level2s[]{level2_id, name, coordinates}`.
    Dvhcvn,
    /// The indicative set that comes with the program.
    Builtin,
}

/// A geometry of the source that carries another unit's label, and why we read it as `read_as`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    pub code: String,
    pub read_as: String,
    pub reason: Text,
}

/// What is known about a dataset without its shapes. CRS of all shapes: WGS 84 longitude/latitude in degrees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetInfo {
    pub id: String,
    pub level: Level,
    pub title: Text,
    pub publisher: String,
    pub licence: String,
    pub attribution: String,
    /// Date of publication; `None`: not known.
    pub date: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// The act the lines rest on, where one act covers the dataset.
    pub legal_act: Option<String>,
    /// Standard deviation of the position of the line in metres (1 σ of an isotropic Gaussian).
    pub line_accuracy_m: f64,
    pub line_accuracy_basis: Text,
    /// True for a set that is no substitute for published boundaries.
    pub indicative: bool,
    pub note: Option<Text>,
    #[serde(default, rename = "correction")]
    pub corrections: Vec<Correction>,
}

impl DatasetInfo {
    pub fn period(&self) -> Period {
        Period { from: Some(self.valid_from), to: self.valid_to }
    }
}

/// The territory of one unit as a dataset draws it. WGS 84 degrees, x = longitude.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitShape {
    pub code: String,
    /// The name as the dataset spells it.
    pub name: String,
    pub shape: MultiPolygon<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DefectKind {
    InvalidRing,
    Overlap,
    Gap,
    RegisterMismatch,
}

/// Something wrong with a dataset, with its place and size, so that it can be looked at and reported to the publisher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Defect {
    pub kind: DefectKind,
    pub codes: Vec<String>,
    /// Geodesic area in square metres; `None` where the defect has none.
    pub area_m2: Option<f64>,
    /// A place to look at: longitude, latitude in degrees.
    pub place: Option<(f64, f64)>,
    /// True when the register of expected overlaps has it.
    pub expected: bool,
    pub text: Text,
}

/// Two units whose territories are known and meant to overlap in a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedOverlap {
    pub dataset: String,
    pub codes: [String; 2],
    pub reason: Text,
}

/// A checked dataset in memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    pub info: DatasetInfo,
    pub shapes: Vec<UnitShape>,
    pub defects: Vec<Defect>,
}
