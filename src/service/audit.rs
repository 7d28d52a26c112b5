//! Checking that nothing was changed behind the journal's back: the chain of lines, what incidents add up to and are
//! looked up by, and the digests of personal values. A batch at a time: however many there are, memory stays small.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::incidents::looked_up_by;
use super::{ActionError, Office};
use crate::domain::{
    AccountEvent, Change, DeadlineSet, Entry, Incident, IncidentError, IncidentEvent, PrivateRef, incident as domain,
};
use crate::store::{Audit, AuditFault, Seq, Store, StoreError, Tx};

/// Incidents read at a time.
const BATCH: i64 = 500;

impl Office {
    /// As [`audit`].
    ///
    /// # Errors
    /// The store's.
    pub fn audit(&self, expected: Option<(Seq, &str)>) -> Result<Audit, ActionError> {
        match self.store_if_there()? {
            Some(store) => Ok(audit(&store, expected)?),
            None => Ok(Audit::default()),
        }
    }
}

/// What the journal tells that is to be found elsewhere.
#[derive(Default)]
struct Told {
    incidents: HashSet<Uuid>,
    erased: HashSet<Uuid>,
    deadlines: Vec<DeadlineSet>,
}

/// Looks at everything in a store, in one snapshot. `expected` is a line and its hash noted elsewhere before: so that a
/// journal cut off at its end along with its head, or written anew as a whole, shows as well. When a line or an incident
/// is due is not compared, as it follows deadlines that may be changing at this moment.
///
/// # Errors
/// The store's. What is wrong with its content is among the faults.
pub fn audit(store: &Store, expected: Option<(Seq, &str)>) -> Result<Audit, StoreError> {
    store.read(|tx| {
        let mut told = Told::default();
        let mut audit = tx.audit(|_, entry| match entry.change {
            Change::Incident { incident, .. } => drop(told.incidents.insert(incident)),
            Change::Account { event: AccountEvent::Erased { private, .. } } => drop(told.erased.insert(private)),
            Change::DeadlineSet { deadline } => told.deadlines.push(deadline),
            _ => {}
        })?;
        incidents(tx, &mut told, &mut audit.faults)?;
        audit.faults.append(&mut tx.audit_private(&told.erased)?);
        if let Some((line, hash)) = expected {
            let found = tx.hash_of(line)?;
            if found.as_deref() != Some(hash) {
                let detail = match found {
                    None => "the line that was noted is gone".into(),
                    Some(other) => format!("its hash is {other}, another was noted"),
                };
                audit.faults.push(AuditFault { line: Some(line), what: "noted", detail });
            }
        }
        Ok(audit)
    })
}

/// Every incident against its events.
fn incidents(tx: &mut Tx, told: &mut Told, faults: &mut Vec<AuditFault>) -> Result<(), StoreError> {
    let mut fault = |what, id: &str, detail: &str| {
        faults.push(AuditFault { line: None, what, detail: format!("incident {id} {detail}") });
    };
    let mut after = String::new();
    loop {
        let ids: Vec<String> = tx.incidents_after(&after, BATCH)?.into_iter().map(|(id, ..)| id).collect();
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        for id in &ids {
            let Ok(uuid) = id.parse::<Uuid>() else {
                fault("incident", id, "has no number that the program gives");
                continue;
            };
            told.incidents.remove(&uuid);
            match against_events(tx, uuid, &told.deadlines) {
                Ok(found) => found.into_iter().for_each(|(what, detail)| fault(what, id, &detail)),
                // Something in its rows or lines cannot be read; the rest still can.
                Err(StoreError::Unreadable(why)) => fault("incident", id, &format!("cannot be read: {why}")),
                Err(other) => return Err(other),
            }
        }
    }
    for id in &told.incidents {
        fault("incident", &id.to_string(), "is gone");
    }
    Ok(())
}

/// What is wrong with one incident.
fn against_events(tx: &mut Tx, id: Uuid, deadlines: &[DeadlineSet]) -> Result<Vec<(&'static str, String)>, StoreError> {
    let Some((row, units)) = tx.incident_row(id)? else { return Ok(Vec::new()) };
    let entries = tx.entries(None, Some(id), 0, usize::MAX)?;
    let mut found = Vec::new();
    match added_up(&entries) {
        Err(why) => found.push(("event", format!("has events that do not add up: {why}"))),
        Ok(incident) => {
            let last = entries.last().map_or(0, |(seq, _)| *seq);
            let (mut should, mut should_units) = looked_up_by(&incident, deadlines, last);
            should.due_us = row.due_us;
            let kept: Option<Incident> = serde_json::from_str(&row.doc).ok();
            // JSON of the same content may be written otherwise by another release.
            should.doc.clone_from(&row.doc);
            let mut units = units;
            units.iter_mut().chain(&mut should_units).for_each(|u| u.due_us = None);
            if kept.as_ref() != Some(&incident) {
                found.push(("incident", "is not what its events add up to".into()));
            } else if should != row || should_units != units {
                found.push(("incident", "is not to be found by what it is".into()));
            }
        }
    }
    let digests = tx.private_digests(id)?;
    let mut referred = Vec::new();
    for (_, entry) in &entries {
        collect(&serde_json::to_value(&entry.change).unwrap_or_default(), &mut referred);
    }
    for private in &referred {
        found.extend(without(&digests, private).map(|how| ("private", format!("and its personal value {how}"))));
    }
    Ok(found)
}

fn without(digests: &HashMap<Uuid, String>, private: &PrivateRef) -> Option<String> {
    match digests.get(&private.private) {
        Some(digest) if *digest == private.digest => None,
        Some(_) => Some(format!("{} is another", private.private)),
        None => Some(format!("{} is gone", private.private)),
    }
}

/// The incident that these lines make.
fn added_up(entries: &[(Seq, Entry)]) -> Result<Incident, IncidentError> {
    let (_, report) = entries.first().ok_or(IncidentError::NoReport)?;
    let is_report = matches!(&report.change, Change::Incident { event: IncidentEvent::Reported { .. }, .. });
    let mut incident = if is_report { domain::first(report)? } else { return Err(IncidentError::NoReport) };
    for (_, entry) in &entries[1..] {
        incident.apply(entry)?;
    }
    Ok(incident)
}

/// References to personal values, wherever they stand in an event.
fn collect(value: &serde_json::Value, found: &mut Vec<PrivateRef>) {
    match value {
        serde_json::Value::Object(map) => match serde_json::from_value::<PrivateRef>(value.clone()) {
            Ok(private) => found.push(private),
            Err(_) => map.values().for_each(|v| collect(v, found)),
        },
        serde_json::Value::Array(items) => items.iter().for_each(|v| collect(v, found)),
        _ => {}
    }
}
