//! Possible duplicates: incidents near in space and time and of a like kind. They are shown; nothing is merged or held
//! back by it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::IncidentRefusal;
use super::doing::{load, read_doc};
use crate::domain::{Facts, IncidentKind, State, Who, day_in_vietnam};
use crate::engine::metric::distance_m;
use crate::service::incidents::Sight;
use crate::service::{ActionError, Office};
use crate::store::{NearQuery, Tx};

/// How near two reports of one thing may lie (m): two people seldom stand at the same corner of a clearing. The accuracy
/// of the report is added to it.
const NEAR_M: f64 = 500.0;
/// How far apart in time: a clearing is found by several people in the course of days.
const WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// More than these are not listed.
const MOST: usize = 20;

/// An incident near another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearIncident {
    pub id: Uuid,
    pub kind: IncidentKind,
    pub state: State,
    /// Geodesic, metres.
    pub distance_m: f64,
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
}

/// What lies near an incident, nearest first.
pub type Near = Vec<NearIncident>;

/// Ids of what a report may be a second report of, nearest first.
pub(super) fn suspected(tx: &mut Tx, facts: &Facts, itself: Uuid) -> Result<Vec<Uuid>, ActionError> {
    Ok(near(tx, facts, itself, |_| true)?.into_iter().map(|n| n.id).collect())
}

fn near(
    tx: &mut Tx,
    facts: &Facts,
    itself: Uuid,
    may: impl Fn(&crate::domain::Incident) -> bool,
) -> Result<Near, ActionError> {
    let (Some(lon), Some(lat)) = (facts.place.lon, facts.place.lat) else { return Ok(Vec::new()) };
    let within_m = NEAR_M + facts.place.accuracy_m.unwrap_or(0.0).min(NEAR_M);
    let kinds: Vec<&str> = facts.kind.like().into_iter().map(IncidentKind::word).collect();
    let query = NearQuery {
        lon,
        lat,
        within_m,
        from_us: facts.occurred_at.saturating_sub(WITHIN).unwrap_or(facts.occurred_at).as_microsecond(),
        to_us: facts.occurred_at.saturating_add(WITHIN).unwrap_or(facts.occurred_at).as_microsecond(),
        kinds: &kinds,
    };
    let mut found = Vec::new();
    for doc in tx.near(&query)? {
        let other = read_doc(&doc)?;
        let (Some(x), Some(y)) = (other.facts.place.lon, other.facts.place.lat) else { continue };
        let distance_m = distance_m(geo::Coord { x: lon, y: lat }, geo::Coord { x, y });
        if other.id != itself && other.merged_into.is_none() && distance_m <= within_m && may(&other) {
            found.push(NearIncident {
                id: other.id,
                kind: other.facts.kind,
                state: other.state,
                distance_m,
                occurred_at: other.facts.occurred_at,
            });
        }
    }
    found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.id.cmp(&b.id)));
    found.truncate(MOST);
    Ok(found)
}

impl Office {
    /// What lies near an incident now, as far as this person may see it.
    ///
    /// # Errors
    /// It is not there, or not for this person.
    pub fn near_incident(&self, who: &Who, id: Uuid) -> Result<Near, ActionError> {
        let service = self.now();
        let today = day_in_vietnam(Timestamp::now());
        self.store()?.read(|tx| {
            let seen = |i: &crate::domain::Incident| service.sight(who, i, today) >= Sight::Facts;
            let incident = load(tx, id)?.filter(seen).ok_or(IncidentRefusal::NotFound(id))?;
            near(tx, &incident.facts, id, seen)
        })
    }
}
