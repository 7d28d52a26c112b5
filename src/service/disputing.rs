//! A dispute as it stands at a date.

use jiff::civil::Date;

use super::answer::{ClaimHere, DisputeHere, DisputeParty};
use super::names::unit_name;
use crate::domain::{
    Claim, Dispute, DisputeLevel, DisputeStatus, Level, Party, Register, Shape, Unit, ZoneFact, ZoneKind,
};
use crate::engine::Zone;

/// The commune of a party when the dispute was recorded.
pub fn unit_then<'a>(register: &'a Register, party: &Party) -> Option<&'a Unit> {
    register.at(Level::Commune, &party.unit, party.unit_at)
}

/// The communes of a party at a date, by lineage.
pub fn units_at<'a>(register: &'a Register, party: &Party, at: Date) -> Vec<&'a Unit> {
    unit_then(register, party).map(|u| register.successors(u, at)).unwrap_or_default()
}

/// The highest kind of unit that keeps the parties apart at the date.
pub fn level_at(register: &Register, dispute: &Dispute, at: Date) -> DisputeLevel {
    let units: Vec<&Unit> = dispute.parties.iter().flat_map(|p| units_at(register, p, at)).collect();
    let differ = |key: &dyn Fn(&Unit) -> Option<String>| {
        units.first().is_some_and(|first| units.iter().any(|u| key(u) != key(first)))
    };
    if differ(&|u| register.province(u, at).map(|p| p.code.clone())) {
        DisputeLevel::Province
    } else if differ(&|u| Some(u.code.clone())) {
        DisputeLevel::Commune
    } else {
        DisputeLevel::Village
    }
}

pub fn claim_here(claim: &Claim) -> ClaimHere {
    ClaimHere {
        id: claim.id.clone(),
        party: claim.party,
        filed: claim.filed,
        asks_for: match claim.shape {
            Shape::Line(_) => "line",
            Shape::Land(_) => "land",
        },
        crs: claim.as_filed.crs.clone(),
        scale: claim.scale,
        document: claim.document.clone(),
    }
}

/// The dispute at a date with its zone then, seen from a position; `None` before anyone had recorded it.
pub fn describe(
    dispute: &Dispute,
    register: &Register,
    zone: Option<&Zone>,
    fact: Option<&ZoneFact>,
    at: Date,
    today: Date,
) -> Option<DisputeHere> {
    let dispute = &dispute.as_of(at);
    let event = dispute.event_at(at)?;
    Some(DisputeHere {
        id: dispute.id.clone(),
        name: dispute.name.clone(),
        status: event.status,
        status_date: event.date,
        level: level_at(register, dispute, at),
        zone: zone.map_or(ZoneKind::None, Zone::kind),
        in_zone: fact.is_some_and(|f| f.inside),
        distance_m: fact.and_then(|f| f.distance_m),
        width_m: zone.and_then(Zone::width_m),
        parties: dispute
            .parties
            .iter()
            .filter_map(|p| {
                Some(DisputeParty {
                    village: p.village.clone(),
                    then: unit_name(register, unit_then(register, p)?, p.unit_at),
                    now: units_at(register, p, today).into_iter().map(|u| unit_name(register, u, today)).collect(),
                })
            })
            .collect(),
        claims: dispute.claims_at(at).into_iter().map(claim_here).collect(),
        became: (event.status == DisputeStatus::DissolvedByMerger).then(|| event.text.clone()),
        note: dispute.note.clone(),
        documents: dispute.events.iter().map(|e| e.document.clone()).collect(),
    })
}
