//! The kinds of incident that people report.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    Deforestation,
    ForestFire,
    IllegalLogging,
    IllegalTransport,
    Encroachment,
}

/// Every kind with its word for scripts and its names (phá rừng trái pháp luật, cháy rừng, …).
pub const INCIDENT_KINDS: [(IncidentKind, &str, &str, &str); 5] = [
    (IncidentKind::Deforestation, "deforestation", "Phá rừng trái pháp luật", "Deforestation"),
    (IncidentKind::ForestFire, "forest_fire", "Cháy rừng", "Forest fire"),
    (IncidentKind::IllegalLogging, "illegal_logging", "Khai thác rừng trái pháp luật", "Illegal logging"),
    (
        IncidentKind::IllegalTransport,
        "illegal_transport",
        "Vận chuyển lâm sản trái pháp luật",
        "Illegal transport of forest products",
    ),
    (IncidentKind::Encroachment, "encroachment", "Lấn, chiếm rừng", "Encroachment"),
];

impl IncidentKind {
    /// The kind a script names; `None`: there is no such kind.
    pub fn parse(word: &str) -> Option<IncidentKind> {
        INCIDENT_KINDS.iter().find(|k| k.1 == word).map(|k| k.0)
    }

    pub fn name(self) -> Text {
        let row = INCIDENT_KINDS.iter().find(|k| k.0 == self).expect("every kind has a row");
        Text::new(row.2, row.3)
    }
}
