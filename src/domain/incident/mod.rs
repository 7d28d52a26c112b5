//! Incidents (vụ việc): reported once, never lost, handled together. An incident is what its events add up to.

mod apply;
mod deadline;
mod event;
mod facts;
mod judged;
mod kind;
mod line;
pub mod merge;
mod workflow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::UnitKey;
use merge::{Heads, Known};

pub use apply::{IncidentError, first};
pub use deadline::{DUES, DeadlineSet, Due, due, hours as deadline_hours, line_due};
pub use event::{IncidentEvent, Judgement, LineRole, NewLine, Rejection, Report, SOURCES, Source};
pub use facts::{FOREST_TYPES, Facts, ForestType, HowPlaced, Place, PrivateRef};
pub use judged::{
    DeviceAnswer, Judged, JudgedAgreement, JudgedDispute, JudgedLocality, device_differences, differences,
};
pub use kind::{INCIDENT_KINDS, IncidentKind};
pub use line::{Line, Minutes, Proposal, Signature};
pub use workflow::{LINE_STATES, LINE_STEPS, LINE_WORKFLOW, LineState, LineStep, STATES, STEPS, State, Step, WORKFLOW};

/// An incident as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// UUIDv7, made by the device.
    pub id: Uuid,
    /// Number of events so far.
    pub version: u32,
    pub report: Report,
    pub received_at: Timestamp,
    pub changed_at: Timestamp,
    /// The values that count, of every field.
    pub facts: Facts,
    /// Writes behind them, of the fields that were ever edited.
    pub heads: Heads,
    pub trail: Vec<Known>,
    pub judged: Judged,
    /// The verdict at the time of the report, where another has been taken over since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_first: Option<Box<Judged>>,
    pub state: State,
    /// When the state began.
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// At least one is not handed over: somebody always answers.
    pub lines: Vec<Line>,
    /// Every unit that ever had a line or was asked to take one, in order: whoever was told once goes on
    /// seeing it, whatever is corrected later and in whichever order corrections arrive.
    #[serde(default)]
    pub told: Vec<UnitKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Minutes>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Uuid>,
    /// Those dealt with as this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    pub id: Uuid,
    pub original: String,
    pub served: String,
    pub media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<PrivateRef>,
}

impl Incident {
    /// The fields on which edits that did not know of each other disagree.
    pub fn conflicts(&self) -> impl Iterator<Item = (&String, &Vec<merge::Write>)> {
        self.heads.iter().filter(|(_, writes)| merge::is_conflict(writes))
    }

    /// Localities that still answer.
    pub fn active_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|l| l.state != LineState::HandedOver)
    }

    /// In a dispute's zone with more than one party: closing needs minutes that all of them signed.
    pub fn needs_minutes(&self) -> bool {
        self.active_lines().filter(|l| l.joint).count() > 1
    }

    /// The lines whose signature the minutes lack.
    pub fn unsigned(&self) -> impl Iterator<Item = &Line> {
        let signed = |l: &&Line| {
            let minutes = self.minutes.as_ref();
            !minutes.is_some_and(|m| m.signatures.iter().any(|s| Some(&s.unit) == l.unit.as_ref()))
        };
        self.active_lines().filter(|l| l.joint).filter(signed)
    }

    /// Notes the units that have been told by now.
    pub(super) fn note_told(&mut self) {
        let lines = self.lines.iter().flat_map(|l| l.unit.iter().chain(&l.acts_for));
        let asked = self.lines.iter().filter_map(|l| l.proposal.as_ref().map(|p| &p.to));
        let new: Vec<UnitKey> = lines.chain(asked).cloned().collect();
        for unit in new {
            if !self.told.contains(&unit) {
                self.told.push(unit);
            }
        }
        self.told.sort();
    }

    pub fn is_disputed(&self) -> bool {
        self.judged.disputes.iter().any(|d| d.in_zone)
    }
}
