//! How long each step may take. The defaults are this program's own: no law or agreement at hand sets them, and they can
//! be set anew.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Incident, IncidentKind, Line, LineState, State};
use crate::domain::Text;

/// What has to be done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// From the report (or the reopening) to verification.
    Verify,
    /// From being informed, each locality.
    Acknowledge,
    /// From its acknowledgement, each locality.
    Act,
    /// From verification to the whole being resolved.
    Resolve,
    /// From then to its being closed.
    Close,
}

/// Every step with its word and names.
pub const DUES: [(Due, &str, &str, &str); 5] = [
    (Due::Verify, "verify", "xác minh", "verification"),
    (Due::Acknowledge, "acknowledge", "tiếp nhận", "acknowledgement"),
    (Due::Act, "act", "bắt đầu xử lý", "action"),
    (Due::Resolve, "resolve", "xử lý xong", "resolution"),
    (Due::Close, "close", "khép hồ sơ", "closing"),
];

impl Due {
    pub fn parse(word: &str) -> Option<Due> {
        DUES.iter().find(|d| d.1 == word).map(|d| d.0)
    }

    pub fn name(self) -> Text {
        let row = DUES.iter().find(|d| d.0 == self).expect("every deadline has a row");
        Text::new(row.2, row.3)
    }
}

/// Hours for [`DUES`] in their order. A fire does not wait; a truck drives on.
const DEFAULT_HOURS: [(IncidentKind, [u32; 5]); 5] = [
    (IncidentKind::Deforestation, [24, 24, 72, 720, 336]),
    (IncidentKind::ForestFire, [2, 1, 2, 168, 336]),
    (IncidentKind::IllegalLogging, [24, 24, 72, 720, 336]),
    (IncidentKind::IllegalTransport, [4, 2, 4, 720, 336]),
    (IncidentKind::Encroachment, [72, 72, 168, 1440, 336]),
];

/// A deadline set anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadlineSet {
    pub kind: IncidentKind,
    pub due: Due,
    pub hours: u32,
}

/// Hours allowed; the last setting counts, else the default.
pub fn hours(set: &[DeadlineSet], kind: IncidentKind, due: Due) -> u32 {
    let place = DUES.iter().position(|d| d.0 == due).expect("every deadline has a row");
    let defaults = DEFAULT_HOURS.iter().find(|d| d.0 == kind).expect("every kind has a row").1;
    set.iter().rev().find(|d| d.kind == kind && d.due == due).map_or(defaults[place], |d| d.hours)
}

fn after(since: Timestamp, hours: u32) -> Timestamp {
    since.saturating_add(SignedDuration::from_hours(hours.into())).expect("a signed duration only saturates")
}

/// When the incident as a whole is due, and for what; `None` when it is over.
pub fn due(incident: &Incident, set: &[DeadlineSet]) -> Option<(Due, Timestamp)> {
    let due = match incident.state {
        State::Reported | State::Reopened => Due::Verify,
        State::Verified | State::InHandling => Due::Resolve,
        State::Resolved => Due::Close,
        State::Rejected | State::Closed => return None,
    };
    let since = if due == Due::Resolve { incident.verified_at.unwrap_or(incident.since) } else { incident.since };
    Some((due, after(since, hours(set, incident.facts.kind, due))))
}

/// When a locality's line is due, and for what; `None` when nothing is asked of it.
pub fn line_due(incident: &Incident, line: &Line, set: &[DeadlineSet]) -> Option<(Due, Timestamp)> {
    if incident.state.is_over() {
        return None;
    }
    let due = match line.state {
        LineState::Informed => Due::Acknowledge,
        LineState::Acknowledged => Due::Act,
        LineState::Acting => return due(incident, set).filter(|(d, _)| *d == Due::Resolve),
        LineState::HandedOver | LineState::Done => return None,
    };
    Some((due, after(line.since, hours(set, incident.facts.kind, due))))
}
