//! Deadlines set anew.

use super::IncidentRefusal;
use super::doing::{read_doc, row_of};
use crate::domain::{Change, DeadlineSet, Due, IncidentKind, Text, UserRole, Who};
use crate::service::{ActionError, Office};

/// Incidents whose rows are written in one transaction.
const BATCH: i64 = 500;
/// Ten years.
const MOST_HOURS: u32 = 87_600;

impl Office {
    /// Sets a deadline for a kind of incident. The lists of what is overdue follow at once.
    ///
    /// # Errors
    /// Only administrators may; not zero, and not beyond ten years.
    pub fn set_deadline(&self, who: &Who, kind: IncidentKind, due: Due, hours: u32) -> Result<(), ActionError> {
        if who.role != UserRole::Admin {
            let text = Text::new("Chỉ quản trị đặt được thời hạn.", "Only administrators set deadlines.");
            return Err(IncidentRefusal::Forbidden(text).into());
        }
        if !(1..=MOST_HOURS).contains(&hours) {
            return Err(super::read::invalid("hours", "cần từ 1 đến 87600", "has to be 1 to 87600"));
        }
        let deadline = DeadlineSet { kind, due, hours };
        let service = self.record(&who.name, |_| Ok(vec![Change::DeadlineSet { deadline }]))?;
        let store = self.store()?;
        let mut after = String::new();
        loop {
            let done = store.write(|tx| {
                let rows = tx.incidents_after(&after, BATCH)?;
                for (_, seq, doc) in &rows {
                    let incident = read_doc(doc)?;
                    if incident.facts.kind == kind && !incident.state.is_over() {
                        let (row, units) = row_of(&service, &incident, *seq);
                        tx.put_incident(&row, &units)?;
                    }
                }
                Ok::<_, ActionError>(rows.last().map(|(id, ..)| id.clone()))
            })?;
            match done {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }
}
