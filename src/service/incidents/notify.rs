//! Who is told of what: the localities concerned, in the same transaction as the event itself.

use crate::domain::{Change, Entry, Incident, IncidentEvent, UnitKey, Who};
use crate::service::ActionError;
use crate::store::{Seq, Tx};

/// Notes an event for every locality with a line, and for whom a proposal asks; not for the one whose own act it is.
pub(super) fn tell(tx: &mut Tx, seq: Seq, who: &Who, entry: &Entry, incident: &Incident) -> Result<(), ActionError> {
    let Change::Incident { event, .. } = &entry.change else { return Ok(()) };
    if matches!(event, IncidentEvent::SetAside { .. }) {
        return Ok(());
    }
    let what = if matches!(event, IncidentEvent::Reported { .. }) { "informed" } else { event.word() };
    let mut units: Vec<Option<&UnitKey>> = incident.active_lines().map(|l| l.unit.as_ref()).collect();
    units.extend(incident.lines.iter().filter_map(|l| l.proposal.as_ref()).map(|p| Some(&p.to)));
    units.sort();
    units.dedup();
    let is_report = what == "informed";
    for unit in units.into_iter().filter(|u| is_report || u.is_none() || *u != who.unit.as_ref()) {
        tx.notice(
            seq,
            incident.id,
            unit.map(ToString::to_string).as_deref(),
            what,
            entry.recorded_at.as_microsecond(),
        )?;
    }
    Ok(())
}
