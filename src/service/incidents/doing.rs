//! One thing done to one incident, inside one transaction.

use jiff::Timestamp;
use uuid::Uuid;

use super::act::as_came;
use super::view::{IncidentFeature, Privates, privates_of};
use super::{Act, IncidentRefusal, Sight, notify};
use crate::domain::incident::merge::{Base, knew};
use crate::domain::incident::{due, line_due};
use crate::domain::{
    Change, DeadlineSet, Entry, Incident, IncidentError, IncidentEvent, Level, PrivateRef, Text, UnitKey, UserRole,
    Who, day_in_vietnam,
};
use crate::service::{ActionError, Office, Service};
use crate::store::{IncidentRow, IncidentUnit, Tx};

/// What the doer had seen of the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// This version and no other: else a conflict (If-Match).
    Version(u32),
    /// Made without a connection: merged with whatever has happened since.
    Base(Base),
    /// Whatever it is now.
    Now,
}

/// What to do, by whom it is known, and when it was made.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    pub incident: Uuid,
    /// The id its maker gave it: the same again is not done again.
    pub id: Option<Uuid>,
    pub expected: Expected,
    pub made_at: Option<Timestamp>,
    pub act: &'a Act,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Done {
    pub feature: IncidentFeature,
    /// It had been done before: nothing was done again.
    pub repeated: bool,
    /// It came too late to have an effect, and is kept in the history; why.
    pub set_aside: Option<Text>,
}

impl Office {
    /// Does something to an incident: one event, or nothing.
    ///
    /// # Errors
    /// What may not, or cannot, be done; nothing is written then.
    pub fn act(&self, who: &Who, job: Job) -> Result<Done, ActionError> {
        let service = self.now();
        self.store()?.write(|tx| act_in(tx, &service, who, job))
    }
}

/// The incident, if it is there.
pub(in crate::service) fn load(tx: &mut Tx, id: Uuid) -> Result<Option<Incident>, ActionError> {
    Ok(tx.incident(id)?.map(|doc| read_doc(&doc)).transpose()?)
}

pub(in crate::service) fn read_doc(doc: &str) -> Result<Incident, crate::store::StoreError> {
    serde_json::from_str(doc).map_err(|e| crate::store::StoreError::unreadable(&e))
}

/// Writes an event and the incident after it. Returns the number of the line.
pub(in crate::service) fn put(
    tx: &mut Tx,
    service: &Service,
    who: &Who,
    entry: &Entry,
    incident: &Incident,
) -> Result<(), ActionError> {
    let seq = tx.append(entry)?;
    let (row, units) = row_of(service, incident, seq);
    tx.put_incident(&row, &units)?;
    notify::tell(tx, seq, who, entry, incident)?;
    Ok(())
}

/// The incident as the store keeps it: the whole as JSON, and what it is looked up by.
pub fn row_of(service: &Service, incident: &Incident, seq: i64) -> (IncidentRow, Vec<IncidentUnit>) {
    looked_up_by(incident, &service.records.deadlines, seq)
}

/// As [`row_of`], with the deadlines that were set.
pub(in crate::service) fn looked_up_by(
    incident: &Incident,
    set: &[DeadlineSet],
    seq: i64,
) -> (IncidentRow, Vec<IncidentUnit>) {
    let us = |t: Timestamp| t.as_microsecond();
    let row = IncidentRow {
        id: incident.id,
        version: incident.version.into(),
        kind: incident.facts.kind.word().into(),
        state: incident.state.word().into(),
        lon: incident.facts.place.lon,
        lat: incident.facts.place.lat,
        occurred_us: us(incident.facts.occurred_at),
        received_us: us(incident.received_at),
        updated_seq: seq,
        due_us: due(incident, set).map(|(_, at)| us(at)),
        disputed: incident.is_disputed(),
        reporter: incident.report.sender.clone(),
        source: incident.report.source.word().into(),
        demo: incident.report.demo,
        doc: serde_json::to_string(incident).expect("an incident is JSON"),
    };
    let mut units: Vec<IncidentUnit> = Vec::new();
    for line in &incident.lines {
        let due_us = line_due(incident, line, set).map(|(_, at)| us(at));
        if let Some(unit) = &line.unit {
            units.push(IncidentUnit { unit: unit.to_string(), role: "line", state: line.state.word().into(), due_us });
        }
        for unit in &line.acts_for {
            units.push(IncidentUnit {
                unit: unit.to_string(),
                role: "then",
                state: line.state.word().into(),
                due_us: None,
            });
        }
        if let Some(p) = &line.proposal {
            units.push(IncidentUnit {
                unit: p.to.to_string(),
                role: "asked",
                state: line.state.word().into(),
                due_us: None,
            });
        }
    }
    for unit in &incident.told {
        let unit = unit.to_string();
        if !units.iter().any(|u| u.unit == unit) {
            units.push(IncidentUnit { unit, role: "once", state: incident.state.word().into(), due_us: None });
        }
    }
    units.sort_by(|a, b| (&a.unit, a.role, a.due_us.is_none()).cmp(&(&b.unit, b.role, b.due_us.is_none())));
    units.dedup_by(|b, a| (&a.unit, a.role) == (&b.unit, b.role));
    (row, units)
}

/// The feature as this person sees it.
pub(super) fn feature_for(
    tx: &mut Tx,
    service: &Service,
    who: &Who,
    incident: &Incident,
    now: Timestamp,
) -> Result<IncidentFeature, ActionError> {
    let today = day_in_vietnam(now);
    let sight = service.sight(who, incident, today);
    let privates = if sight == Sight::Whole { tx.private_values(&privates_of(incident))? } else { Privates::new() };
    Ok(service.incident_feature(incident, sight, service.sees_reporter(who, incident, today), &privates, now))
}

/// An act under way.
pub(super) struct Doing<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    pub service: &'a Service,
    pub who: &'a Who,
    pub incident: Incident,
    pub base: Base,
    pub made_at: Option<Timestamp>,
    pub now: Timestamp,
    id: Uuid,
    /// What another incident gets out of it.
    absorber: Option<Incident>,
}

/// Does a job inside a transaction. Where it was made without a connection and no longer fits, it is set aside.
pub(super) fn act_in(tx: &mut Tx, service: &Service, who: &Who, job: Job) -> Result<Done, ActionError> {
    let now = tx.now()?;
    let id = job.id.unwrap_or_else(Uuid::now_v7);
    if let Some(entry) = tx.entry(id)? {
        return repeated(tx, service, who, job, &entry, now);
    }
    let today = day_in_vietnam(now);
    let incident = load(tx, job.incident)?.ok_or(IncidentRefusal::NotFound(job.incident))?;
    match service.sight(who, &incident, today) {
        Sight::Nothing => return Err(IncidentRefusal::NotFound(job.incident).into()),
        Sight::Outline => return Err(out_of_scope().into()),
        Sight::Facts | Sight::Whole => {}
    }
    let offline = matches!(job.expected, Expected::Base(_));
    let base = match job.expected {
        Expected::Version(yours) if yours != incident.version => {
            let current = Box::new(feature_for(tx, service, who, &incident, now)?);
            return Err(IncidentRefusal::Moved { yours, current }.into());
        }
        Expected::Base(base) => base,
        Expected::Version(_) | Expected::Now => Base::Version(incident.version),
    };
    let mut doing = Doing { tx, service, who, incident, base, made_at: job.made_at, now, id, absorber: None };
    let event = match doing.finished(job.act) {
        Ok(event) => event,
        Err(ActionError::Incident(IncidentRefusal::Forbidden(why))) if offline => doing.aside(job.act, why),
        Err(ActionError::Incident(IncidentRefusal::DoesNotFit(why))) if offline => doing.aside(job.act, why.text()),
        Err(other) => return Err(other),
    };
    doing.write(event)
}

fn out_of_scope() -> IncidentRefusal {
    IncidentRefusal::Forbidden(Text::new(
        "Vụ việc thuộc địa phương khác: bạn không xử lý được.",
        "The incident is another locality's: you cannot do anything to it.",
    ))
}

/// The same job again: the incident as it is, and nothing done.
fn repeated(
    tx: &mut Tx,
    service: &Service,
    who: &Who,
    job: Job,
    entry: &Entry,
    now: Timestamp,
) -> Result<Done, ActionError> {
    let ours = matches!(&entry.change, Change::Incident { incident, .. } if *incident == job.incident);
    if !ours || entry.by != who.actor() {
        return Err(IncidentRefusal::IdTaken(entry.id).into());
    }
    let incident = load(tx, job.incident)?.ok_or(IncidentRefusal::NotFound(job.incident))?;
    let set_aside = match &entry.change {
        Change::Incident { event: IncidentEvent::SetAside { why, .. }, .. } => Some(why.clone()),
        _ => None,
    };
    Ok(Done { feature: feature_for(tx, service, who, &incident, now)?, repeated: true, set_aside })
}

impl Doing<'_, '_> {
    /// The event, after trying that it fits.
    fn finished(&mut self, act: &Act) -> Result<IncidentEvent, ActionError> {
        let event = act.event(self)?;
        self.tried(event.clone())?;
        Ok(event)
    }

    /// The incident after an event.
    pub fn tried(&self, event: IncidentEvent) -> Result<Incident, IncidentRefusal> {
        let mut after = self.incident.clone();
        after.apply(&self.entry(event))?;
        Ok(after)
    }

    fn entry(&self, event: IncidentEvent) -> Entry {
        let change = Change::Incident { incident: self.incident.id, event };
        Entry { id: self.id, recorded_at: self.now, by: self.who.actor(), change }
    }

    fn aside(&self, act: &Act, why: Text) -> IncidentEvent {
        IncidentEvent::SetAside { base: self.base, what: as_came(act), why }
    }

    fn write(self, event: IncidentEvent) -> Result<Done, ActionError> {
        let set_aside = match &event {
            IncidentEvent::SetAside { why, .. } => Some(why.clone()),
            _ => None,
        };
        let entry = self.entry(event);
        let mut after = self.incident;
        after.apply(&entry).map_err(IncidentRefusal::from)?;
        put(self.tx, self.service, self.who, &entry, &after)?;
        if let Some(mut absorber) = self.absorber.filter(|_| set_aside.is_none()) {
            let change =
                Change::Incident { incident: absorber.id, event: IncidentEvent::Absorbed { incident: after.id } };
            let entry = Entry { id: Uuid::now_v7(), recorded_at: self.now, by: self.who.actor(), change };
            absorber.apply(&entry).map_err(IncidentRefusal::from)?;
            put(self.tx, self.service, self.who, &entry, &absorber)?;
        }
        Ok(Done {
            feature: feature_for(self.tx, self.service, self.who, &after, self.now)?,
            repeated: false,
            set_aside,
        })
    }

    /// Puts a personal value away.
    pub fn keep(&mut self, field: &str, text: &str) -> Result<PrivateRef, ActionError> {
        Ok(self.tx.keep_private(Some(self.incident.id), field, text)?)
    }

    /// # Errors
    /// Another role is needed.
    pub fn allow(&self, roles: &[UserRole]) -> Result<(), ActionError> {
        if roles.contains(&self.who.role) {
            return Ok(());
        }
        let names: Vec<Text> = roles.iter().map(|r| r.name()).collect();
        let join = |pick: fn(&Text) -> &str| names.iter().map(pick).collect::<Vec<_>>().join(", ");
        Err(IncidentRefusal::Forbidden(Text::new(
            format!("Việc này dành cho: {}.", join(|t| &t.vi)),
            format!("This is for: {}.", join(|t| &t.en)),
        ))
        .into())
    }

    /// The role, and the incident in the person's own scope: having reported it is not enough.
    pub fn allow_office(&self, roles: &[UserRole]) -> Result<(), ActionError> {
        self.allow(roles)?;
        let today = day_in_vietnam(self.now);
        if self.who.role == UserRole::Admin || self.service.in_scope(self.who, &self.incident, today) {
            return Ok(());
        }
        Err(out_of_scope().into())
    }

    /// Does the person answer for this unit?
    pub fn is_own(&self, unit: &UnitKey) -> bool {
        let today = day_in_vietnam(self.now);
        self.who.role == UserRole::Admin
            || self.who.unit.as_ref().is_some_and(|own| self.service.lands_of(own, today).contains(unit))
    }

    /// # Errors
    /// The line is another locality's: each speaks for itself.
    pub fn own(&self, unit: Option<&UnitKey>) -> Result<(), ActionError> {
        let own = match unit {
            Some(unit) => self.is_own(unit),
            None => self.who.role == UserRole::Admin,
        };
        if own {
            return Ok(());
        }
        let code = unit.map_or("–", |u| u.code.as_str());
        Err(IncidentRefusal::Forbidden(Text::new(
            format!("Phần việc của {code} chỉ do cán bộ của địa phương ấy làm."),
            format!("The line of {code} is for its own officials."),
        ))
        .into())
    }

    /// The line an act is about: the one named, or the only one that is the person's own.
    ///
    /// # Errors
    /// There is none, or it is another's.
    pub fn line_of(&self, code: Option<&str>) -> Result<Option<UnitKey>, ActionError> {
        let units: Vec<Option<UnitKey>> = self.incident.active_lines().map(|l| l.unit.clone()).collect();
        let found = match code.filter(|c| !c.trim().is_empty()) {
            Some(code) => units.into_iter().find(|u| u.as_ref().is_some_and(|u| u.code == code.trim())),
            None => {
                let mut own = units.into_iter().filter(|u| self.own(u.as_ref()).is_ok());
                match (own.next(), own.next()) {
                    (Some(only), None) => Some(only),
                    (Some(_), Some(_)) => return Err(ActionError::Missing("unit")),
                    (None, _) => None,
                }
            }
        };
        let none = || IncidentRefusal::from(IncidentError::NoLine(code.unwrap_or("–").chars().take(20).collect()));
        let unit = found.ok_or_else(none)?;
        self.own(unit.as_ref())?;
        Ok(unit)
    }

    /// Today's commune (or province) with a code.
    ///
    /// # Errors
    /// There is none.
    pub fn todays(&self, code: &str) -> Result<UnitKey, ActionError> {
        let today = day_in_vietnam(self.now);
        let register = &self.service.engine.register;
        let code = code.trim();
        let unit = [Level::Commune, Level::Province].into_iter().find_map(|l| register.at(l, code, today));
        Ok(UnitKey::of(unit.ok_or_else(|| {
            let code: String = code.chars().take(20).collect();
            ActionError::Invalid(Text::new(
                format!("Hôm nay không có đơn vị mã «{code}»."),
                format!("No unit has the code “{code}” today."),
            ))
        })?))
    }

    /// Prepares the incident that this one is dealt with as.
    ///
    /// # Errors
    /// It is this one, is not there, or is itself dealt with as another.
    pub fn absorb(&mut self, into: Uuid) -> Result<(), ActionError> {
        let same = into == self.incident.id;
        let target = load(self.tx, into)?.filter(|_| !same).ok_or(IncidentRefusal::NotFound(into))?;
        let today = day_in_vietnam(self.now);
        if self.service.sight(self.who, &target, today) < Sight::Facts {
            return Err(IncidentRefusal::NotFound(into).into());
        }
        if let Some(other) = target.merged_into {
            return Err(IncidentRefusal::from(IncidentError::Merged(other)).into());
        }
        self.absorber = Some(target);
        Ok(())
    }
}

/// Has the base of an offline act arrived?
pub(super) fn base_is_here(incident: &Incident, base: Base) -> bool {
    match base {
        Base::Version(version) => version <= incident.version,
        Base::Event(id) => incident.trail.iter().any(|k| k.id == id) && knew(&incident.trail, base, 0),
    }
}
