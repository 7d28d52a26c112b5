//! A dispute about a boundary: its parties, the stretch of line it is about, and its life as dated events.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Text;

/// Where a fact was written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub title: String,
    pub number: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    pub url: Option<String>,
    pub source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    Open,
    UnderSurvey,
    Escalated,
    Settled,
    DissolvedByMerger,
}

impl DisputeStatus {
    /// Does the dispute still leave the line unsettled? Settled and dissolved ones are listed and decide nothing.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::UnderSurvey | Self::Escalated)
    }
}

/// The highest kind of unit that the parties belong to different ones of, at a date. In order of height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DisputeLevel {
    Village,
    Commune,
    Province,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DisputeEvent {
    pub date: Date,
    pub status: DisputeStatus,
    pub text: Text,
    pub document: Document,
}

/// One side: a village (bản) or a whole commune, named by its commune's code at a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    pub village: Option<String>,
    pub unit: String,
    pub unit_at: Date,
}

/// Only the part of a common line that is also a former district line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearFormer {
    pub districts: [String; 2],
    pub within_m: f64,
}

/// The stretch of boundary that a dispute without a filed zone is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stretch {
    /// The line two communes of today share.
    CommonLine { units: [String; 2], near_former: Option<NearFormer> },
    /// The line two former districts shared, inside one commune of today, leaving out what lies within
    /// `clear_of_outer_m` of that commune's outer line (it belongs to the neighbouring pair).
    FormerLine { districts: [String; 2], inside: String, clear_of_outer_m: f64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub name: Text,
    pub note: Text,
    /// Half-width of the derived zone in metres, measured from the stretch.
    pub width_m: f64,
    #[serde(rename = "party")]
    pub parties: Vec<Party>,
    pub stretch: Stretch,
    #[serde(rename = "event")]
    pub events: Vec<DisputeEvent>,
}

impl Dispute {
    /// The last event up to the date: it gives the status. `None`: nobody had recorded the dispute yet.
    pub fn event_at(&self, at: Date) -> Option<&DisputeEvent> {
        self.events.iter().filter(|e| e.date <= at).max_by_key(|e| e.date)
    }
}
