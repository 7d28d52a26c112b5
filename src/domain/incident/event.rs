//! What happens to an incident. The journal keeps these; an [`Incident`](super::Incident) is what they add up to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::merge::Base;
use super::{DeviceAnswer, Facts, Judged, LineStep, PrivateRef, State, Step};
use crate::domain::{Text, UnitKey};

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Ranger,
    Villager,
    SatelliteAlert,
    Import,
    Office,
}

/// Every source with its word for scripts and its names.
pub const SOURCES: [(Source, &str, &str, &str); 5] = [
    (Source::Ranger, "ranger", "Kiểm lâm", "Ranger"),
    (Source::Villager, "villager", "Người dân", "Villager"),
    (Source::SatelliteAlert, "satellite_alert", "Cảnh báo vệ tinh", "Satellite alert"),
    (Source::Import, "import", "Nhập từ tệp", "Import"),
    (Source::Office, "office", "Cơ quan", "Office"),
];

impl Source {
    pub fn parse(word: &str) -> Option<Source> {
        SOURCES.iter().find(|s| s.1 == word).map(|s| s.0)
    }

    pub fn word(self) -> &'static str {
        SOURCES.iter().find(|s| s.0 == self).expect("every source has a row").1
    }

    pub fn name(self) -> Text {
        let row = SOURCES.iter().find(|s| s.0 == self).expect("every source has a row");
        Text::new(row.2, row.3)
    }
}

/// The part of a report that stays as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The account that sent it: `user:<uuid>`, or a program.
    pub sender: String,
    /// Who saw it, where that is not the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<PrivateRef>,
    pub source: Source,
    /// When the device recorded it, by the device's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
    /// What the phone answered on the spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceAnswer>,
    /// Who reported it is hidden from these units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hide_reporter_from: Vec<UnitKey>,
    /// The unit of the sender, who keeps the incident where no locality is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_unit: Option<UnitKey>,
    /// Made up for trying the program out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
    /// Incidents near in space and time and of a like kind when it was filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspected: Vec<Uuid>,
}

/// Why a locality has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineRole {
    /// Party of an open dispute whose zone holds the place.
    Party,
    /// Its land, or one of those whose land it can be.
    Territory,
    /// Nobody's land is known: the sender's unit, or the administrators' inbox, keeps it.
    Keeper,
    /// Took it over from another.
    Receiver,
}

/// A line to be: whose, why, and for which units of the day of the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// Today's unit; `None`: the administrators' inbox.
    pub unit: Option<UnitKey>,
    pub role: LineRole,
    /// The units of then that it answers for, where they are others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts_for: Vec<UnitKey>,
}

/// A verdict with the lines that follow from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub judged: Judged,
    pub lines: Vec<NewLine>,
}

/// Why an incident is not dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Rejection {
    /// It is dealt with as another incident.
    DuplicateOf {
        incident: Uuid,
    },
    False,
    /// It lies where others answer, who are named.
    Elsewhere {
        whose: String,
    },
}

/// What happened.
// A report is large and its line in the journal is, too; events are handled one at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum IncidentEvent {
    Reported {
        report: Report,
        facts: Facts,
        judgement: Judgement,
    },
    Edited {
        base: Base,
        changes: BTreeMap<String, Value>,
        /// Values before, for the reader of the journal.
        before: BTreeMap<String, Value>,
        /// Where the place, the time or the kind changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        judgement: Option<Judgement>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_at: Option<Timestamp>,
    },
    /// Asked again at the boundaries of now, and taken over.
    Rejudged {
        judgement: Judgement,
    },
    Stepped {
        base: Base,
        step: Step,
        from: State,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejection: Option<Rejection>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<PrivateRef>,
    },
    LineStepped {
        base: Base,
        unit: Option<UnitKey>,
        step: LineStep,
        /// With [`LineStep::Propose`]: whose it is; the reason is in `note`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<UnitKey>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<PrivateRef>,
    },
    /// The other side of a proposal takes it over, or does not.
    Answered {
        base: Base,
        from: Option<UnitKey>,
        to: UnitKey,
        accepted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<PrivateRef>,
    },
    Commented {
        base: Base,
        note: PrivateRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_at: Option<Timestamp>,
    },
    PhotoAdded {
        base: Base,
        photo: Uuid,
        /// SHA-256 of the file as it was taken, and of the copy without metadata.
        original: String,
        served: String,
        media_type: String,
        /// Position and time as the camera wrote them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metadata: Option<PrivateRef>,
    },
    PhotoRemoved {
        base: Base,
        photo: Uuid,
    },
    MinutesWritten {
        base: Base,
        text: PrivateRef,
    },
    MinutesSigned {
        base: Base,
        unit: UnitKey,
        /// Name and post of who signed on paper, where that was so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signatory: Option<PrivateRef>,
    },
    /// This one is dealt with as another; its history stays.
    MergedInto {
        base: Base,
        incident: Uuid,
    },
    /// Another is dealt with as this one.
    Absorbed {
        incident: Uuid,
    },
    /// A step that came too late or without right: kept, shown, and without effect.
    SetAside {
        base: Base,
        what: Value,
        why: Text,
    },
}

impl IncidentEvent {
    /// What its maker knew of; `None`: everything before it.
    pub fn base(&self) -> Option<Base> {
        match self {
            IncidentEvent::Reported { .. } => Some(Base::Version(0)),
            IncidentEvent::Rejudged { .. } | IncidentEvent::Absorbed { .. } => None,
            IncidentEvent::Edited { base, .. }
            | IncidentEvent::Stepped { base, .. }
            | IncidentEvent::LineStepped { base, .. }
            | IncidentEvent::Answered { base, .. }
            | IncidentEvent::Commented { base, .. }
            | IncidentEvent::PhotoAdded { base, .. }
            | IncidentEvent::PhotoRemoved { base, .. }
            | IncidentEvent::MinutesWritten { base, .. }
            | IncidentEvent::MinutesSigned { base, .. }
            | IncidentEvent::MergedInto { base, .. }
            | IncidentEvent::SetAside { base, .. } => Some(*base),
        }
    }

    /// A word for scripts, as in the stream of events.
    pub fn word(&self) -> &'static str {
        match self {
            IncidentEvent::Reported { .. } => "reported",
            IncidentEvent::Edited { .. } => "edited",
            IncidentEvent::Rejudged { .. } => "rejudged",
            IncidentEvent::Stepped { step, .. } => step.word(),
            IncidentEvent::LineStepped { step, .. } => step.word(),
            IncidentEvent::Answered { accepted: true, .. } => "accepted",
            IncidentEvent::Answered { accepted: false, .. } => "declined",
            IncidentEvent::Commented { .. } => "commented",
            IncidentEvent::PhotoAdded { .. } => "photo_added",
            IncidentEvent::PhotoRemoved { .. } => "photo_removed",
            IncidentEvent::MinutesWritten { .. } => "minutes_written",
            IncidentEvent::MinutesSigned { .. } => "minutes_signed",
            IncidentEvent::MergedInto { .. } => "merged_into",
            IncidentEvent::Absorbed { .. } => "absorbed",
            IncidentEvent::SetAside { .. } => "set_aside",
        }
    }
}
