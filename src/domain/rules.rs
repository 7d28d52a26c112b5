//! JUDGEMENT: from facts to a verdict. Every threshold is here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Dispute, Finding, Share};

/// Name of this set of rules, stored with every answer. Changes whenever a rule or a threshold does.
pub const RULES: &str = "2026-11";

/// A commune at least this probable is the sole one. One in twenty may be wrong, as a test against the other published
/// map of the Điện Biên–Lai Châu line confirms.
pub const SOLE_PROBABILITY: f64 = 0.95;
/// A locality less probable than this is not named.
pub const NAMED_PROBABILITY: f64 = 0.01;
/// 68 % radius assumed for a position that comes without an accuracy (m); docs/DATA.md says why.
pub const ASSUMED_GPS_ACCURACY_M: f64 = 10.0;
/// A zone this many σ of the position away is shown too, marked as not holding it (13 % of positions are farther off).
pub const NEAR_ZONE_SIGMA: f64 = 2.0;
/// The largest GPS accuracy taken as a measurement (m). Beyond it the position says nothing about communes.
pub const MAX_GPS_ACCURACY_M: f64 = 20_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One commune, at least 95 % probable, no open dispute.
    Sole,
    /// In the zone of an open dispute: all its parties, jointly.
    Disputed,
    /// No commune reaches 95 %, or the data do not tell.
    Uncertain,
    /// Outside every unit of the datasets.
    None,
    /// The position can be read in more than one way: nothing is said until one is chosen.
    AmbiguousPosition,
    /// No dataset covers the date.
    NotKnown,
}

impl Verdict {
    /// As answers spell it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Sole => "sole",
            Verdict::Disputed => "disputed",
            Verdict::Uncertain => "uncertain",
            Verdict::None => "none",
            Verdict::AmbiguousPosition => "ambiguous_position",
            Verdict::NotKnown => "not_known",
        }
    }
}

/// Why a verdict is not better than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Territories overlap here though nobody says they should: a fault of the data, never "several claimants".
    BoundaryDataDefect,
    /// The district is known, its commune is one of several.
    CommuneNotKnown,
    /// The date is before the first one that a dataset covers.
    BeforeFirstSource,
}

/// The rules' answer about a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    /// Ids of the disputes in force whose zone holds the position.
    pub in_dispute: Vec<String>,
}

/// The order of the questions is the order of what matters: outside, faulty data, an open dispute, then probability.
pub fn judge(finding: &Finding, disputes: &[Dispute]) -> Judgement {
    let in_dispute: Vec<String> = finding
        .zones
        .iter()
        .filter(|z| z.inside)
        .filter(|z| {
            disputes.iter().any(|d| d.id == z.dispute && d.event_at(finding.at).is_some_and(|e| e.status.is_open()))
        })
        .map(|z| z.dispute.clone())
        .collect();
    let (verdict, reason) = match finding.containing() {
        None => (Verdict::None, None),
        Some(_) if !finding.defect.is_empty() => (Verdict::Uncertain, Some(Reason::BoundaryDataDefect)),
        Some(_) if !in_dispute.is_empty() => (Verdict::Disputed, None),
        Some(share) if share.territory.commune.is_none() => (Verdict::Uncertain, Some(Reason::CommuneNotKnown)),
        Some(_) if finding.shares.iter().any(is_sole) => (Verdict::Sole, None),
        Some(_) => (Verdict::Uncertain, None),
    };
    Judgement { verdict, reason, in_dispute }
}

fn is_sole(share: &Share) -> bool {
    share.probability >= SOLE_PROBABILITY && share.territory.commune.is_some()
}
