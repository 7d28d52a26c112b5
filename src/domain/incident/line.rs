//! One locality's line inside an incident: its own state, side by side with the others'.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LineRole, LineState, NewLine, PrivateRef};
use crate::domain::UnitKey;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Today's unit; `None`: the administrators' inbox.
    pub unit: Option<UnitKey>,
    pub role: LineRole,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts_for: Vec<UnitKey>,
    /// One of several parties who close it together.
    #[serde(default)]
    pub joint: bool,
    pub state: LineState,
    pub since: Timestamp,
    /// "Not ours": waits for the other's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// Whom it was handed over to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to: Option<UnitKey>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub to: UnitKey,
    pub why: PrivateRef,
    pub at: Timestamp,
}

/// Joint minutes (biên bản).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Minutes {
    pub text: PrivateRef,
    pub written_at: Timestamp,
    pub signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    pub unit: UnitKey,
    /// The account that signed.
    pub by: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<PrivateRef>,
}

/// The lines after a verdict: those it names, in its order, going on where they were; of the others those that have done
/// something already, who hand over or finish. A line nobody has touched goes with the verdict that made it.
pub(super) fn renewed(old: &[Line], new: &[NewLine], now: Timestamp) -> Vec<Line> {
    let fresh = |n: &NewLine| Line {
        unit: n.unit.clone(),
        role: n.role,
        acts_for: n.acts_for.clone(),
        joint: n.role == LineRole::Party,
        state: LineState::Informed,
        since: now,
        proposal: None,
        handed_to: None,
    };
    let mut lines: Vec<Line> = new
        .iter()
        .map(|n| match old.iter().find(|o| o.unit == n.unit && o.state != LineState::HandedOver) {
            Some(o) => {
                Line { joint: n.role == LineRole::Party, role: n.role, acts_for: n.acts_for.clone(), ..o.clone() }
            }
            None => fresh(n),
        })
        .collect();
    let touched = |l: &&Line| l.state != LineState::Informed || l.proposal.is_some();
    for line in old.iter().filter(touched) {
        if line.state == LineState::HandedOver || !lines.iter().any(|l| l.unit == line.unit) {
            lines.push(Line { joint: false, ..line.clone() });
        }
    }
    lines
}
