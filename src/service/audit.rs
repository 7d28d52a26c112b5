//! Checking that nothing was changed behind the journal's back: the chain of lines, what incidents add up to, and the
//! digests of personal values.

use std::collections::HashMap;

use uuid::Uuid;

use super::{ActionError, Office};
use crate::domain::{Change, Incident, IncidentEvent, PrivateRef, incident as domain};
use crate::store::{Audit, AuditFault, Seq, StoreError};

/// Incidents compared at a time.
const BATCH: i64 = 500;

impl Office {
    /// Looks at everything. `expected` is a line and its hash noted elsewhere before: so that a journal cut off at its
    /// end, or written anew as a whole, shows as well.
    ///
    /// # Errors
    /// The store's.
    pub fn audit(&self, expected: Option<(Seq, &str)>) -> Result<Audit, ActionError> {
        self.store()?
            .read(|tx| {
                let mut incidents: HashMap<Uuid, Incident> = HashMap::new();
                let mut misfits = Vec::new();
                let mut referred: Vec<PrivateRef> = Vec::new();
                let mut audit = tx.audit(|seq, entry| {
                    let Change::Incident { incident: id, event } = &entry.change else { return };
                    collect(&serde_json::to_value(event).unwrap_or_default(), &mut referred);
                    let done = match event {
                        IncidentEvent::Reported { .. } => domain::first(&entry).map(|i| drop(incidents.insert(*id, i))),
                        _ => incidents.get_mut(id).map_or(Err(domain::IncidentError::NoReport), |i| i.apply(&entry)),
                    };
                    if let Err(e) = done {
                        misfits.push(AuditFault {
                            line: Some(seq),
                            what: "event",
                            detail: format!("incident {id}: {e}"),
                        });
                    }
                })?;
                audit.faults.append(&mut misfits);
                let mut after = String::new();
                loop {
                    let rows = tx.incidents_after(&after, BATCH)?;
                    let Some((last, ..)) = rows.last() else { break };
                    after.clone_from(last);
                    for (id, _, doc) in rows {
                        let kept: Result<Incident, _> = serde_json::from_str(&doc);
                        let told = id.parse().ok().and_then(|id: Uuid| incidents.remove(&id));
                        if told.is_none() || kept.ok() != told {
                            let detail = format!("incident {id} is not what its events add up to");
                            audit.faults.push(AuditFault { line: None, what: "incident", detail });
                        }
                    }
                }
                for id in incidents.keys() {
                    audit.faults.push(AuditFault {
                        line: None,
                        what: "incident",
                        detail: format!("incident {id} is gone"),
                    });
                }
                let digests = tx.private_digests()?;
                for private in &referred {
                    match digests.get(&private.private) {
                        Some(digest) if *digest == private.digest => {}
                        found => {
                            let how = if found.is_some() { "is another" } else { "is gone" };
                            let detail = format!("personal value {} {how}", private.private);
                            audit.faults.push(AuditFault { line: None, what: "private", detail });
                        }
                    }
                }
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
                Ok::<_, StoreError>(audit)
            })
            .map_err(Into::into)
    }
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
