//! The kinds of incident that people report.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Text;

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

/// Kinds that one act in the forest can be reported as by two people: someone who clears land fells trees and may burn
/// them. Used to show possible duplicates only; nothing is merged by it.
const LIKE: [&[IncidentKind]; 2] = [
    &[IncidentKind::Deforestation, IncidentKind::IllegalLogging, IncidentKind::Encroachment],
    &[IncidentKind::Deforestation, IncidentKind::ForestFire],
];

impl IncidentKind {
    /// The word for scripts.
    pub fn word(self) -> &'static str {
        INCIDENT_KINDS.iter().find(|k| k.0 == self).expect("every kind has a row").1
    }

    /// Every kind that a report of this kind may be a second report of, itself included.
    pub fn like(self) -> Vec<IncidentKind> {
        let like = |k: &IncidentKind| *k == self || LIKE.iter().any(|set| set.contains(k) && set.contains(&self));
        INCIDENT_KINDS.iter().map(|k| k.0).filter(like).collect()
    }
}
