//! What is reported about an incident, field by field. These are the fields that can be corrected afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::IncidentKind;
use crate::domain::{Shape, Text};

/// A personal value kept beside the journal: the event holds only this, so that the value can be erased and the chain of
/// hashes stays whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateRef {
    pub private: Uuid,
    /// SHA-256, in hex, of a random salt and the value.
    pub digest: String,
}

/// Where it is: as typed, and as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Letter for letter; GeoJSON as its text.
    pub as_typed: String,
    /// CRS it was read in; `None` while the position is ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// WGS 84 degrees; `None` while the position is ambiguous. Of a perimeter: a point inside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// 68 % radius in metres; `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// The outline, where one was walked or drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perimeter: Option<Shape>,
    /// Geodesic area inside the outline, square metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_m2: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<HowPlaced>,
}

/// How a position came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HowPlaced {
    /// Read from the device's receiver.
    Gps,
    /// Typed from a map or another device.
    Typed,
    /// Put on the map by hand.
    Hand,
    /// Walked around with the receiver on.
    Walked,
    /// The device said the position was a mock one.
    Mock,
    /// Seen from a satellite.
    Satellite,
}

/// Rừng đặc dụng, phòng hộ, sản xuất.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForestType {
    SpecialUse,
    Protection,
    Production,
}

/// Every forest type with its word for scripts and its names.
pub const FOREST_TYPES: [(ForestType, &str, &str, &str); 3] = [
    (ForestType::SpecialUse, "special_use", "Rừng đặc dụng", "Special-use forest"),
    (ForestType::Protection, "protection", "Rừng phòng hộ", "Protection forest"),
    (ForestType::Production, "production", "Rừng sản xuất", "Production forest"),
];

impl ForestType {
    pub fn name(self) -> Text {
        let row = FOREST_TYPES.iter().find(|t| t.0 == self).expect("every forest type has a row");
        Text::new(row.2, row.3)
    }
}

/// Everything that can be corrected. `None` is "not reported".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub kind: IncidentKind,
    pub place: Place,
    pub occurred_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forest_type: Option<ForestType>,
    /// Area as the reporter puts it, hectares; the outline's own area is in `place`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_ha: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_m3: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub species: Option<String>,
    /// Tiểu khu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment: Option<String>,
    /// Khoảnh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_compartment: Option<String>,
    /// Lô.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perpetrators_known: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perpetrators: Option<PrivateRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<PrivateRef>,
}
