//! A claim: the line or the land that one party of a dispute asks for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Shape};

/// Filed by a party from a day on. The shape is on WGS 84; what was filed stays beside it, letter for letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Claim {
    pub id: String,
    /// Which party files it: its place in the record's list, from 0.
    pub party: usize,
    /// The zone rests on it from this day on.
    #[schema(value_type = String, format = Date)]
    pub filed: Date,
    /// GeoJSON LineString or MultiPolygon.
    #[schema(value_type = Object)]
    pub shape: Shape,
    pub as_filed: AsFiled,
    /// Scale of the map it was drawn on, 1 : `scale`; `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
}

/// The file as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AsFiled {
    /// Code of the CRS its numbers are in, such as `EPSG:9205`.
    pub crs: String,
    /// The GeoJSON geometry, letter for letter.
    pub geometry: String,
}

/// A party takes its claim back. The claim stays in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawal {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

impl Claim {
    pub fn stands_at(&self, at: Date) -> bool {
        self.filed <= at && self.withdrawn.as_ref().is_none_or(|w| at < w.date)
    }
}
