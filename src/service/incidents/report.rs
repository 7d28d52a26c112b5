//! A report comes in: once, however often it is sent, and with the same answer each time.

use jiff::Timestamp;
use uuid::Uuid;

use super::doing::put;
use super::read::ReportBody;
use super::view::{IncidentFeature, Privates, Sight, privates_of};
use super::{IncidentRefusal, duplicates, judge, sync};
use crate::domain::{
    Change, Entry, IncidentEvent, Judgement, PrivateRef, Report, Source, Text, UnitKey, UserRole, Who,
    incident as domain,
};
use crate::service::{ActionError, Office, Service};
use crate::store::Tx;

/// The answer to a report.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The incident as it was when its report was taken in: the same whenever it is asked for.
    pub feature: IncidentFeature,
    pub repeated: bool,
}

/// A report that has been read and judged, ready to be written.
pub(super) struct Ready<'a> {
    pub id: Uuid,
    pub body: &'a ReportBody,
    read: super::read::ReadReport,
    judgement: Judgement,
    hide_from: Vec<UnitKey>,
    pub demo: bool,
}

impl Office {
    /// Takes a report in.
    ///
    /// # Errors
    /// A field that cannot be read, or a UUID that stands for something else; nothing is written then.
    pub fn report(&self, who: &Who, id: Uuid, body: &ReportBody) -> Result<Receipt, ActionError> {
        let service = self.now();
        let ready = ready(&service, who, id, body, false)?;
        let receipt = self.store()?.write(|tx| report_in(tx, &service, who, &ready))?;
        self.finish_photos(who, id)?;
        Ok(receipt)
    }
}

/// Everything about a report that needs no transaction.
pub(super) fn ready<'a>(
    service: &Service,
    who: &Who,
    id: Uuid,
    body: &'a ReportBody,
    demo: bool,
) -> Result<Ready<'a>, ActionError> {
    if who.role == UserRole::Analyst {
        return Err(IncidentRefusal::Forbidden(Text::new(
            "Nhà phân tích xem và xuất dữ liệu; người khác báo vụ việc.",
            "Analysts read and export; reports are for others.",
        ))
        .into());
    }
    if id.is_nil() {
        return Err(super::read::invalid("id", "UUID rỗng", "an empty UUID"));
    }
    let now = Timestamp::now();
    let read = service.read_report(body, now)?;
    let hide_from = body.hide_reporter_from.iter().map(|code| service.unit_key(code)).collect::<Result<_, _>>()?;
    let asked = judge::Asked {
        place: &read.facts.place,
        occurred_at: read.facts.occurred_at,
        kind: read.facts.kind,
        keeper: who.unit.as_ref(),
    };
    let judgement = service.judge_incident(asked, now)?;
    Ok(Ready { id, body, read, judgement, hide_from, demo })
}

pub(super) fn report_in(tx: &mut Tx, service: &Service, who: &Who, ready: &Ready) -> Result<Receipt, ActionError> {
    if let Some(entry) = tx.entry(ready.id)? {
        return repeated(tx, service, who, ready, &entry);
    }
    let now = tx.now()?;
    let facts = &ready.read.facts;
    let suspected = duplicates::suspected(tx, facts, ready.id)?;
    let mut facts = facts.clone();
    let mut kept = Vec::new();
    for (field, text) in &ready.read.private {
        kept.push((*field, tx.keep_private(Some(ready.id), field, text)?));
    }
    // Whoever reported it is a personal value of its own, so that it can be erased while the account goes on.
    if !ready.read.private.contains_key("reporter") {
        kept.push(("reporter", tx.keep_private(Some(ready.id), "reporter", &who.name)?));
    }
    let of = |field: &str| -> Option<PrivateRef> { kept.iter().find(|(f, _)| *f == field).map(|(_, r)| r.clone()) };
    facts.perpetrators = of("perpetrators");
    facts.description = of("description");
    let report = Report {
        sender: who.actor(),
        reporter: of("reporter"),
        source: ready.body.source.unwrap_or(match who.role {
            UserRole::Villager => Source::Villager,
            UserRole::Ranger => Source::Ranger,
            UserRole::Official | UserRole::Analyst | UserRole::Admin => Source::Office,
        }),
        recorded_at: ready.read.recorded_at,
        device: ready.body.device_answer.clone(),
        hide_reporter_from: ready.hide_from.clone(),
        sender_unit: who.unit.clone(),
        demo: ready.demo,
        suspected,
    };
    let event = IncidentEvent::Reported { report, facts, judgement: ready.judgement.clone() };
    let change = Change::Incident { incident: ready.id, event };
    // The report's line in the journal has the incident's own id: it cannot be there twice.
    let entry = Entry { id: ready.id, recorded_at: now, by: who.actor(), change };
    let incident = domain::first(&entry).map_err(IncidentRefusal::from)?;
    put(tx, service, who, &entry, &incident)?;
    sync::take_up_waiting(tx, service, ready.id)?;
    receipt(tx, service, &entry, false)
}

/// The same report again, or another under the same UUID.
fn repeated(tx: &mut Tx, service: &Service, who: &Who, ready: &Ready, entry: &Entry) -> Result<Receipt, ActionError> {
    let Change::Incident { event: IncidentEvent::Reported { facts, report, .. }, .. } = &entry.change else {
        return Err(IncidentRefusal::IdTaken(ready.id).into());
    };
    if entry.by != who.actor() {
        return Err(IncidentRefusal::IdTaken(ready.id).into());
    }
    let mut first = facts.clone();
    let (perpetrators, description) = (first.perpetrators.take(), first.description.take());
    let kept: Vec<(&str, PrivateRef)> = [("perpetrators", perpetrators), ("description", description)]
        .into_iter()
        .chain([("reporter", report.reporter.clone())])
        .filter_map(|(field, r)| r.map(|r| (field, r)))
        .collect();
    let values = tx.private_values(&kept.iter().map(|(_, r)| r.private).collect::<Vec<_>>())?;
    // A value that has been erased cannot be compared any more.
    let same_words = kept.iter().all(|(field, r)| {
        let said = ready.read.private.get(field).or((*field == "reporter").then_some(&who.name));
        values.get(&r.private).is_none_or(|kept| Some(kept) == said)
    }) && ready.read.private.keys().all(|field| kept.iter().any(|(f, _)| f == field));
    if first != ready.read.facts || !same_words {
        return Err(IncidentRefusal::ReportDiffers(ready.id).into());
    }
    receipt(tx, service, entry, true)
}

/// Made from the first event alone, so that it never changes.
fn receipt(tx: &mut Tx, service: &Service, entry: &Entry, repeated: bool) -> Result<Receipt, ActionError> {
    let incident = domain::first(entry).map_err(IncidentRefusal::from)?;
    let privates: Privates = tx.private_values(&privates_of(&incident))?;
    let feature = service.incident_feature(&incident, Sight::Whole, true, &privates, entry.recorded_at);
    Ok(Receipt { feature, repeated })
}

impl Service {
    /// The unit with a code: today's, of any level, else the latest that had it.
    ///
    /// # Errors
    /// There was never one.
    pub fn unit_key(&self, code: &str) -> Result<UnitKey, ActionError> {
        let code = code.trim();
        UnitKey::find(&self.engine.register, code, crate::domain::today_in_vietnam()).ok_or_else(|| {
            let code: String = code.chars().take(20).collect();
            ActionError::Invalid(Text::new(
                format!("Không có đơn vị nào mã «{code}»."),
                format!("There is no unit with the code “{code}”."),
            ))
        })
    }
}
