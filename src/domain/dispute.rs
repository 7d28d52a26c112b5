//! A dispute about a boundary: its parties, the stretch of line it is about, its claims, and its life as dated events.
//! Nothing in it is overwritten: what changed is an event with its date, and the state at any date can be asked for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Claim, Document, Text};

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

/// What happened on a day, and the status since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DisputeEvent {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub status: DisputeStatus,
    pub text: Text,
    pub document: Document,
    /// Who entered it; `None`: it came with the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

/// One side: a village (bản) or a whole commune, named by its commune's code at a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Party {
    #[serde(default)]
    pub village: Option<String>,
    pub unit: String,
    #[schema(value_type = String, format = Date)]
    pub unit_at: Date,
}

/// Only the part of a common line that is also a former district line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NearFormer {
    pub districts: [String; 2],
    pub within_m: f64,
}

/// The stretch of boundary that a dispute without a filed zone is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stretch {
    /// The line two communes of today share.
    CommonLine { units: [String; 2], near_former: Option<NearFormer> },
    /// The line two former districts shared, inside one commune of today, leaving out what lies within
    /// `clear_of_outer_m` of that commune's outer line (it belongs to the neighbouring pair).
    FormerLine { districts: [String; 2], inside: String, clear_of_outer_m: f64 },
}

/// A dated change to what the record says; what it does not name stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Amendment {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Dispute {
    pub id: String,
    pub name: Text,
    pub note: Text,
    /// Half-width of the derived zone in metres, measured from the stretch.
    pub width_m: f64,
    #[serde(rename = "party")]
    pub parties: Vec<Party>,
    /// `None`: no stretch is known; there is no zone until a party files a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
    #[serde(rename = "event")]
    pub events: Vec<DisputeEvent>,
    #[serde(default, rename = "amendment", skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    #[serde(default, rename = "claim", skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
}

impl Dispute {
    /// The last event up to the date: it gives the status. `None`: nobody had recorded the dispute yet. Of two events of
    /// one day the one entered later counts.
    pub fn event_at(&self, at: Date) -> Option<&DisputeEvent> {
        self.events.iter().filter(|e| e.date <= at).max_by_key(|e| e.date)
    }

    /// What the record said at the date, amendments up to it taken in.
    pub fn as_of(&self, at: Date) -> Dispute {
        let mut then = self.clone();
        let mut amendments: Vec<&Amendment> = self.amendments.iter().filter(|a| a.date <= at).collect();
        amendments.sort_by_key(|a| a.date);
        for Amendment { name, note, width_m, stretch, .. } in amendments.into_iter().cloned() {
            then.name = name.unwrap_or(then.name);
            then.note = note.unwrap_or(then.note);
            then.width_m = width_m.unwrap_or(then.width_m);
            then.stretch = stretch.or(then.stretch);
        }
        then.events.retain(|e| e.date <= at);
        then.amendments.retain(|a| a.date <= at);
        then.claims.retain(|c| c.filed <= at);
        then
    }

    /// The claim each party stands by at a date: its latest that is not withdrawn. In the order of the parties.
    pub fn claims_at(&self, at: Date) -> Vec<&Claim> {
        let standing =
            |party: usize| self.claims.iter().filter(|c| c.party == party && c.stands_at(at)).max_by_key(|c| c.filed);
        (0..self.parties.len()).filter_map(standing).collect()
    }

    /// The days on which its zone can change, first to last.
    pub fn zone_dates(&self) -> Vec<Date> {
        let filed = self.claims.iter().flat_map(|c| [Some(c.filed), c.withdrawn.as_ref().map(|w| w.date)]).flatten();
        let amended = self.amendments.iter().filter(|a| a.width_m.is_some() || a.stretch.is_some()).map(|a| a.date);
        let mut dates: Vec<Date> = filed.chain(amended).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}
