//! An incident as one GeoJSON feature, as far as the asker may see it. The same in an answer, a list, the sync and a file.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::incident::{deadline_hours, device_differences, due, line_due, merge};
use crate::domain::rules::Verdict;
use crate::domain::{
    DUES, DeviceAnswer, Due, ForestType, HowPlaced, Incident, IncidentKind, Judged, Level, Line, LineRole, LineState,
    PrivateRef, Rejection, Source, State, Text, UnitKey, day_in_vietnam,
};
use crate::service::Service;
use crate::service::answer::UnitName;
use crate::service::names::unit_name;

/// How much of an incident somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Not even that it is there.
    Nothing,
    /// Kind, state, day and localities: no position, no words, no people.
    Outline,
    /// All but personal values.
    Facts,
    /// Everything.
    Whole,
}

/// An incident as a GeoJSON feature (RFC 7946).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentFeature {
    #[serde(rename = "type")]
    pub type_: &'static str,
    /// The UUID its device gave it.
    pub id: Uuid,
    /// Point, WGS 84; null while the position is ambiguous, or hidden from the asker.
    #[schema(value_type = Option<Object>)]
    pub geometry: Option<Value>,
    pub properties: IncidentView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentView {
    pub kind: IncidentKind,
    pub kind_name: Text,
    pub state: State,
    pub state_name: Text,
    /// Number of events; the ETag.
    pub version: u32,
    /// The verdict in one word.
    pub verdict: Verdict,
    pub disputed: bool,
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    pub source: Source,
    /// True: made up, for trying the program out.
    pub demo: bool,
    /// True: the position, the words and the people are hidden from the asker.
    pub hidden: bool,
    pub lines: Vec<LineView>,
    #[serde(flatten)]
    pub facts: Option<FactsView>,
}

/// What only those in scope see.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FactsView {
    /// The position letter for letter.
    pub position_as_typed: String,
    pub position_crs: Option<String>,
    pub accuracy_m: Option<f64>,
    pub how_placed: Option<HowPlaced>,
    /// GeoJSON MultiPolygon, WGS 84; null: a point.
    #[schema(value_type = Option<Object>)]
    pub perimeter: Option<Value>,
    /// Geodesic area inside the perimeter, square metres.
    pub perimeter_m2: Option<f64>,
    pub forest_type: Option<ForestType>,
    pub area_ha: Option<f64>,
    pub volume_m3: Option<f64>,
    pub species: Option<String>,
    pub compartment: Option<String>,
    pub sub_compartment: Option<String>,
    pub lot: Option<String>,
    pub perpetrators_known: Option<bool>,
    /// Null: not reported, erased, or hidden from the asker.
    pub perpetrators: Option<String>,
    pub description: Option<String>,
    /// The name of who reported it; null: not known, erased, or hidden from the asker.
    pub reporter: Option<String>,
    /// The verdict as it was when it was reported, or taken over since.
    pub judged: Judged,
    /// The verdict at the time of the report, where another has been taken over since.
    pub judged_first: Option<Judged>,
    /// What the phone answered on the spot, and how that differs.
    pub device_answer: Option<DeviceAnswer>,
    pub device_differs: Vec<Text>,
    pub rejection: Option<Rejection>,
    pub minutes: Option<MinutesView>,
    pub photos: Vec<PhotoView>,
    /// Fields on which edits that did not know of each other disagree.
    pub conflicts: Vec<ConflictView>,
    /// Near it in space and time and of a like kind when it was filed.
    pub possible_duplicates: Vec<Uuid>,
    pub merged_into: Option<Uuid>,
    pub absorbed: Vec<Uuid>,
    pub due: Option<DueView>,
}

/// One locality's line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineView {
    /// Null: the administrators' inbox.
    pub unit: Option<UnitName>,
    /// First day of the unit, as a code alone does not tell which territory it is.
    #[schema(value_type = Option<String>, format = Date)]
    pub unit_from: Option<Date>,
    pub role: LineRole,
    /// The units of then that it answers for.
    pub acts_for: Vec<UnitName>,
    /// One of the parties who close it together.
    pub joint: bool,
    pub state: LineState,
    pub state_name: Text,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Whose it is in this locality's view, waiting for the answer.
    pub proposed_to: Option<UnitName>,
    pub proposed_why: Option<String>,
    pub handed_to: Option<UnitName>,
    pub due: Option<DueView>,
}

/// What has to be done until when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DueView {
    pub what: Due,
    pub name: Text,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MinutesView {
    /// Null: erased.
    pub text: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
    pub signed: Vec<SignatureView>,
    /// Codes of the parties that have not signed.
    pub missing: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignatureView {
    pub unit: UnitName,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub signatory: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoView {
    pub id: Uuid,
    pub media_type: String,
    /// Address of the copy without metadata.
    pub url: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictView {
    pub field: String,
    /// The values that stand against each other; the last one counts until someone decides.
    #[schema(value_type = Vec<Object>)]
    pub values: Vec<Value>,
}

/// Personal values by their ids.
pub type Privates = HashMap<Uuid, String>;

/// The personal values that showing an incident needs.
pub fn privates_of(incident: &Incident) -> Vec<Uuid> {
    let facts = &incident.facts;
    let one = [&facts.perpetrators, &facts.description, &incident.report.reporter].into_iter().flatten();
    let minutes = incident
        .minutes
        .iter()
        .flat_map(|m| std::iter::once(&m.text).chain(m.signatures.iter().filter_map(|s| s.signatory.as_ref())));
    let lines = incident.lines.iter().filter_map(|l| l.proposal.as_ref().map(|p| &p.why));
    let conflicts = incident.conflicts().flat_map(|(_, writes)| writes).filter_map(|w| as_private(&w.value));
    one.chain(minutes).chain(lines).map(|p| p.private).chain(conflicts).collect()
}

fn as_private(value: &Value) -> Option<Uuid> {
    serde_json::from_value::<PrivateRef>(value.clone()).ok().map(|p| p.private)
}

impl Service {
    /// The feature for someone who sees this much of it. `privates` are needed for [`Sight::Whole`] only.
    pub fn incident_feature(
        &self,
        incident: &Incident,
        sight: Sight,
        sees_reporter: bool,
        privates: &Privates,
        now: Timestamp,
    ) -> IncidentFeature {
        let today = day_in_vietnam(now);
        let facts = (sight >= Sight::Facts).then(|| self.facts_view(incident, sight, sees_reporter, privates, today));
        let place = &incident.facts.place;
        let geometry = (sight >= Sight::Facts)
            .then(|| place.lon.zip(place.lat))
            .flatten()
            .map(|(lon, lat)| json!({"type": "Point", "coordinates": [lon, lat]}));
        let hidden = sight == Sight::Outline;
        // To those out of scope the day is enough: the minute and the place go together.
        let blur = |t: Timestamp| if hidden { day_start(t) } else { t };
        IncidentFeature {
            type_: "Feature",
            id: incident.id,
            geometry,
            properties: IncidentView {
                kind: incident.facts.kind,
                kind_name: incident.facts.kind.name(),
                state: incident.state,
                state_name: incident.state.name(),
                version: incident.version,
                verdict: incident.judged.verdict,
                disputed: incident.is_disputed(),
                occurred_at: blur(incident.facts.occurred_at),
                recorded_at: incident.report.recorded_at.filter(|_| !hidden),
                received_at: blur(incident.received_at),
                changed_at: blur(incident.changed_at),
                source: incident.report.source,
                demo: incident.report.demo,
                hidden,
                lines: incident.lines.iter().map(|l| self.line_view(incident, l, sight, privates, today)).collect(),
                facts,
            },
        }
    }

    fn facts_view(
        &self,
        incident: &Incident,
        sight: Sight,
        sees_reporter: bool,
        privates: &Privates,
        today: Date,
    ) -> FactsView {
        let facts = &incident.facts;
        let place = &facts.place;
        let private = |p: &Option<PrivateRef>| {
            p.as_ref().filter(|_| sight == Sight::Whole).and_then(|p| privates.get(&p.private).cloned())
        };
        let report = &incident.report;
        FactsView {
            position_as_typed: place.as_typed.clone(),
            position_crs: place.crs.clone(),
            accuracy_m: place.accuracy_m,
            how_placed: place.how,
            perimeter: place.perimeter.as_ref().map(|s| serde_json::to_value(s).expect("a shape is JSON")),
            perimeter_m2: place.area_m2,
            forest_type: facts.forest_type,
            area_ha: facts.area_ha,
            volume_m3: facts.volume_m3,
            species: facts.species.clone(),
            compartment: facts.compartment.clone(),
            sub_compartment: facts.sub_compartment.clone(),
            lot: facts.lot.clone(),
            perpetrators_known: facts.perpetrators_known,
            perpetrators: private(&facts.perpetrators),
            description: private(&facts.description),
            reporter: private(&report.reporter).filter(|_| sees_reporter),
            judged: incident.judged.clone(),
            judged_first: incident.judged_first.as_deref().cloned(),
            device_differs: report
                .device
                .as_ref()
                .map(|d| device_differences(d, incident.judged_first.as_deref().unwrap_or(&incident.judged)))
                .unwrap_or_default(),
            device_answer: report.device.clone(),
            rejection: incident.rejection.clone(),
            minutes: incident.minutes.as_ref().map(|m| MinutesView {
                text: private(&Some(m.text.clone())),
                written_at: m.written_at,
                signed: m
                    .signatures
                    .iter()
                    .map(|s| SignatureView {
                        unit: self.unit_of(&s.unit, today),
                        at: s.at,
                        signatory: private(&s.signatory),
                    })
                    .collect(),
                missing: incident.unsigned().filter_map(|l| l.unit.as_ref().map(|u| u.code.clone())).collect(),
            }),
            photos: incident
                .photos
                .iter()
                .map(|p| PhotoView {
                    id: p.id,
                    media_type: p.media_type.clone(),
                    url: format!("/api/incidents/{}/photos/{}", incident.id, p.id),
                })
                .collect(),
            conflicts: incident
                .conflicts()
                .map(|(field, writes)| ConflictView {
                    field: field.clone(),
                    values: writes.iter().map(|w| shown(w, sight, privates)).collect(),
                })
                .collect(),
            possible_duplicates: report.suspected.clone(),
            merged_into: incident.merged_into,
            absorbed: incident.absorbed.clone(),
            due: due(incident, &self.records.deadlines).map(due_view),
        }
    }

    fn line_view(&self, incident: &Incident, line: &Line, sight: Sight, privates: &Privates, today: Date) -> LineView {
        let why = line.proposal.as_ref().filter(|_| sight == Sight::Whole);
        LineView {
            unit: line.unit.as_ref().map(|u| self.unit_of(u, today)),
            unit_from: line.unit.as_ref().and_then(|u| u.from),
            role: line.role,
            acts_for: line.acts_for.iter().map(|u| self.unit_of(u, today)).collect(),
            joint: line.joint,
            state: line.state,
            state_name: line.state.name(),
            since: if sight == Sight::Outline { day_start(line.since) } else { line.since },
            proposed_to: line.proposal.as_ref().map(|p| self.unit_of(&p.to, today)),
            proposed_why: why.and_then(|p| privates.get(&p.why.private).cloned()),
            handed_to: line.handed_to.as_ref().map(|u| self.unit_of(u, today)),
            due: line_due(incident, line, &self.records.deadlines).filter(|_| sight != Sight::Outline).map(due_view),
        }
    }

    /// Name of a unit by its key; its code where the register does not know it.
    pub fn unit_of(&self, key: &UnitKey, today: Date) -> UnitName {
        let register = &self.engine.register;
        let at = key.from.unwrap_or(Date::MIN);
        let unit = [Level::Commune, Level::District, Level::Province].into_iter().find_map(|l| {
            register.units().iter().find(|u| u.level == l && u.code == key.code && u.period.from == key.from)
        });
        match unit {
            Some(unit) => unit_name(register, unit, if unit.period.contains(today) { today } else { at }),
            None => UnitName { code: key.code.clone(), name: key.code.clone(), district: None, province: None },
        }
    }

    /// The table of deadlines in force: kind, step, hours.
    pub fn deadlines(&self) -> Vec<(IncidentKind, Due, u32)> {
        let kinds = crate::domain::INCIDENT_KINDS.iter().map(|k| k.0);
        kinds
            .flat_map(|kind| DUES.iter().map(move |d| (kind, d.0)))
            .map(|(kind, due)| (kind, due, deadline_hours(&self.records.deadlines, kind, due)))
            .collect()
    }
}

fn due_view((what, at): (Due, Timestamp)) -> DueView {
    DueView { what, name: what.name(), at }
}

fn day_start(moment: Timestamp) -> Timestamp {
    day_in_vietnam(moment).to_zoned(crate::domain::vietnam()).map_or(moment, |z| z.timestamp())
}

/// A value of a conflict; a personal one only to whom may see it.
fn shown(write: &merge::Write, sight: Sight, privates: &Privates) -> Value {
    let value = match as_private(&write.value) {
        Some(id) if sight == Sight::Whole => privates.get(&id).map_or(Value::Null, |text| json!(text)),
        Some(_) => Value::Null,
        None => write.value.clone(),
    };
    json!({"event": write.event, "value": value})
}
