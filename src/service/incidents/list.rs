//! Looking incidents up: one, a page of them, newest first.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::doing::{feature_for, load, read_doc};
use super::view::{IncidentFeature, Privates, privates_of};
use super::{IncidentRefusal, Sight};
use crate::domain::{Incident, Judged, State, Text, UserRole, Who, day_in_vietnam, incident::differences};
use crate::service::incidents::judge::Asked;
use crate::service::{ActionError, Office, Service, read_kind};
use crate::store::{PageQuery, Tx};

/// The most on one page.
pub const MAX_LIMIT: usize = 1000;
const DEFAULT_LIMIT: usize = 100;

/// What is asked for. Everything is optional.
#[derive(Debug, Clone, Default)]
pub struct IncidentQuery {
    /// Words of kinds and states, separated by commas.
    pub kind: Option<String>,
    pub state: Option<String>,
    /// Code of a unit whose land it is on, or that has a line.
    pub unit: Option<String>,
    /// RFC 3339, or a day: occurred at or after, before.
    pub since: Option<String>,
    pub until: Option<String>,
    /// West, south, east, north in WGS 84 degrees.
    pub bbox: Option<[f64; 4]>,
    /// Only what is overdue: a line of the asker's unit (or of `unit`), or the whole.
    pub overdue: bool,
    pub disputed: Option<bool>,
    /// Also what is out of the asker's scope, without positions, words and people.
    pub all: bool,
    pub limit: Option<usize>,
    /// From the page before.
    pub after: Option<String>,
}

/// A page of incidents: a GeoJSON FeatureCollection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentPage {
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub features: Vec<IncidentFeature>,
    #[serde(rename = "numberReturned")]
    pub number_returned: usize,
    /// For `after`: where the next page begins; null: this is the last.
    pub next: Option<String>,
}

/// The verdict then and now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskedAgain {
    pub then: Judged,
    pub now: Judged,
    /// In sentences; empty where nothing differs.
    pub differences: Vec<Text>,
}

impl Office {
    /// One incident as this person may see it.
    ///
    /// # Errors
    /// It is not there, or not for this person.
    pub fn incident(&self, who: &Who, id: Uuid) -> Result<IncidentFeature, ActionError> {
        let service = self.now();
        self.store()?.read(|tx| {
            let now = Timestamp::now();
            let incident = seen(tx, &service, who, id, Sight::Outline)?;
            feature_for(tx, &service, who, &incident, now)
        })
    }

    /// A page of incidents, newest (received) first.
    ///
    /// # Errors
    /// A parameter that cannot be read.
    pub fn incidents(&self, who: &Who, query: &IncidentQuery) -> Result<IncidentPage, ActionError> {
        let service = self.now();
        let now = Timestamp::now();
        let today = day_in_vietnam(now);
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        let kinds = words(query.kind.as_deref(), |w| Ok(read_kind(w)?.word()))?;
        let states = words(query.state.as_deref(), |w| State::parse(w).map(State::word).ok_or_else(|| no_state(w)))?;
        let own: Option<Vec<String>> = who.unit.as_ref().map(|u| keys(&service, u, today));
        let wanted: Option<Vec<String>> = query
            .unit
            .as_deref()
            .map(|code| Ok::<_, ActionError>(keys(&service, &service.unit_key(code)?, today)))
            .transpose()?;
        let everything = who.role == UserRole::Admin || (who.role == UserRole::Analyst && who.unit.is_none());
        let outlines = query.all && matches!(who.role, UserRole::Official | UserRole::Analyst);
        let page = PageQuery {
            kinds: kinds.as_deref(),
            states: states.as_deref(),
            // Within the scope: what one reported, and what lies on one's land.
            scope: (!everything && !outlines).then(|| {
                (who.actor(), if who.role == UserRole::Villager { Vec::new() } else { own.clone().unwrap_or_default() })
            }),
            units: wanted.as_deref(),
            from_us: moment("since", query.since.as_deref(), now)?,
            to_us: moment("until", query.until.as_deref(), now)?,
            bbox: query.bbox,
            overdue: query.overdue.then(|| (now.as_microsecond(), wanted.clone().or(own.filter(|_| !everything)))),
            disputed: query.disputed,
            limit: limit + 1,
            after: query.after.as_deref().map(cursor).transpose()?,
        };
        self.store()?.read(|tx| {
            let mut incidents: Vec<Incident> = Vec::new();
            for doc in tx.page(&page)? {
                incidents.push(read_doc(&doc)?);
            }
            let next = (incidents.len() > limit).then(|| {
                incidents.truncate(limit);
                incidents.last().map(|i| format!("{}.{}", i.received_at.as_microsecond(), i.id))
            });
            let features = features(tx, &service, who, &incidents, now)?;
            Ok(IncidentPage {
                type_: "FeatureCollection",
                number_returned: features.len(),
                features,
                next: next.flatten(),
            })
        })
    }

    /// The verdict on an incident at the boundaries and records of now, beside the one kept with it.
    ///
    /// # Errors
    /// It is not there, or not for this person.
    pub fn asked_again(&self, who: &Who, id: Uuid) -> Result<AskedAgain, ActionError> {
        let service = self.now();
        let incident = self.store()?.read(|tx| seen(tx, &service, who, id, Sight::Facts))?;
        let asked = Asked {
            place: &incident.facts.place,
            occurred_at: incident.facts.occurred_at,
            kind: incident.facts.kind,
            keeper: incident.report.sender_unit.as_ref(),
        };
        let now = service.judge_incident(asked, Timestamp::now())?.judged;
        Ok(AskedAgain { differences: differences(&incident.judged, &now), then: incident.judged, now })
    }
}

/// The incident, where this person sees at least so much of it.
pub(super) fn seen(tx: &mut Tx, service: &Service, who: &Who, id: Uuid, least: Sight) -> Result<Incident, ActionError> {
    let today = day_in_vietnam(Timestamp::now());
    let found = load(tx, id)?.filter(|i| service.sight(who, i, today) >= least);
    Ok(found.ok_or(IncidentRefusal::NotFound(id))?)
}

/// Features of a page; the personal values of all of them are looked up at once.
fn features(
    tx: &mut Tx,
    service: &Service,
    who: &Who,
    incidents: &[Incident],
    now: Timestamp,
) -> Result<Vec<IncidentFeature>, ActionError> {
    let today = day_in_vietnam(now);
    let sights: Vec<Sight> = incidents.iter().map(|i| service.sight(who, i, today)).collect();
    let needed: Vec<Uuid> = incidents
        .iter()
        .zip(&sights)
        .filter(|(_, sight)| **sight == Sight::Whole)
        .flat_map(|(i, _)| privates_of(i))
        .collect();
    let privates: Privates = tx.private_values(&needed)?;
    Ok(incidents
        .iter()
        .zip(sights)
        .filter(|(_, sight)| *sight > Sight::Nothing)
        .map(|(i, sight)| service.incident_feature(i, sight, service.sees_reporter(who, i, today), &privates, now))
        .collect())
}

fn keys(service: &Service, unit: &crate::domain::UnitKey, today: jiff::civil::Date) -> Vec<String> {
    service.lands_of(unit, today).iter().map(ToString::to_string).collect()
}

fn words(
    text: Option<&str>,
    read: impl Fn(&str) -> Result<&'static str, ActionError>,
) -> Result<Option<Vec<&'static str>>, ActionError> {
    let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Ok(None) };
    text.split(',').map(|w| read(w.trim())).collect::<Result<Vec<_>, _>>().map(Some)
}

fn no_state(word: &str) -> ActionError {
    let word: String = word.chars().take(40).collect();
    let all: Vec<&str> = crate::domain::STATES.iter().map(|s| s.1).collect();
    let all = all.join(", ");
    ActionError::Invalid(Text::new(
        format!("Không có trạng thái «{word}»: hãy chọn trong {all}."),
        format!("There is no state “{word}”: choose among {all}."),
    ))
}

fn moment(field: &'static str, text: Option<&str>, now: Timestamp) -> Result<Option<i64>, ActionError> {
    let read = text.map(|t| super::read::read_moment(field, t, now)).transpose()?;
    Ok(read.map(|t| t.as_microsecond()))
}

fn cursor(text: &str) -> Result<(i64, String), ActionError> {
    let read = text.split_once('.').and_then(|(us, id)| Some((us.parse().ok()?, id.parse::<Uuid>().ok()?.to_string())));
    read.ok_or_else(|| {
        ActionError::Invalid(Text::new("«after» không phải của trang trước.", "“after” is not from a page before."))
    })
}
