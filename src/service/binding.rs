//! Which agreements bind the localities of an answer.

use jiff::civil::Date;

use super::answer::{AgreementHere, DutyHere, PartyThen, Term};
use super::names::unit_name;
use crate::domain::{Agreement, AgreementParty, Duty, InForce, Level, PartyRole, Register, Unit};

/// The agreements known at the date that name one of the disputes here, or that stand between two of the localities.
pub fn binding<'a>(
    agreements: &'a [Agreement],
    register: &Register,
    disputes: &[&str],
    communes: &[&str],
    at: Date,
) -> Vec<&'a Agreement> {
    agreements
        .iter()
        .filter(|a| a.known_from().is_some_and(|from| from <= at))
        .filter(|a| {
            a.hotspots.iter().any(|h| disputes.contains(&h.as_str())) || stands_between(a, register, communes, at)
        })
        .collect()
}

/// Is one locality on one party's land and another on another party's?
pub fn stands_between(agreement: &Agreement, register: &Register, communes: &[&str], at: Date) -> bool {
    // Those who only took part bind nobody where others signed.
    let signed = agreement.parties.iter().any(|p| p.role == PartyRole::Signatory);
    let parties: Vec<&AgreementParty> =
        agreement.parties.iter().filter(|p| !signed || p.role == PartyRole::Signatory).collect();
    let covers = |p: &AgreementParty, code: &str| covers(register, p, code, at);
    parties.iter().any(|one| {
        communes.iter().filter(|here| covers(one, here)).any(|_| {
            communes
                .iter()
                .filter(|there| !covers(one, there))
                .any(|there| parties.iter().any(|other| covers(other, there)))
        })
    })
}

/// Does a commune at a date lie on the land of one of the parties an agreement binds?
#[cfg(feature = "server")]
pub fn is_bound(agreement: &Agreement, register: &Register, commune: &str, at: Date) -> bool {
    agreement.parties.iter().any(|p| covers(register, p, commune, at))
}

/// Does land of the commune belong to what the party was when the agreement was made?
fn covers(register: &Register, party: &AgreementParty, commune: &str, at: Date) -> bool {
    let Some(unit) = register.at(Level::Commune, commune, at) else { return false };
    let is_party = |u: &Unit| {
        let ancestor = match party.level {
            Level::Commune => Some(u),
            Level::District => register.district(u, party.unit_at),
            Level::Province => register.province(u, party.unit_at),
        };
        ancestor.is_some_and(|a| a.code == party.code)
    };
    if unit.period.contains(party.unit_at) {
        return is_party(unit);
    }
    register.predecessors(unit, party.unit_at).into_iter().any(is_party)
}

/// The agreement as it stands at the date.
pub fn describe(agreement: &Agreement, register: &Register, at: Date, today: Date) -> AgreementHere {
    let agreement = &agreement.as_of(at);
    let mut parties_now = Vec::new();
    for (unit, _) in agreement.parties_then(register) {
        for now in register.successors(unit, today) {
            let name = unit_name(register, now, today);
            if !parties_now.contains(&name) {
                parties_now.push(name);
            }
        }
    }
    AgreementHere {
        id: agreement.id.clone(),
        title: agreement.title.clone(),
        signed: agreement.signed,
        held: agreement.held,
        valid: Term { from: agreement.term_from, to: agreement.term_to },
        in_force: agreement.in_force(register, at),
        obligations: agreement.obligations.iter().map(|o| o.text.clone()).collect(),
        parties_then: agreement
            .parties_then(register)
            .map(|(u, role)| PartyThen { code: u.code.clone(), name: u.name.clone(), level: u.level, role })
            .collect(),
        parties_now,
        note: agreement.note.clone(),
        documents: agreement.documents.clone(),
    }
}

/// What the agreements ask of whoever stands here. An agreement that has expired or was never signed asks nothing; where
/// it is not known whether one still binds, the duty says so.
pub fn duties(agreements: &[&Agreement], register: &Register, at: Date) -> Vec<DutyHere> {
    let mut duties = Vec::new();
    for agreement in agreements {
        let in_force = agreement.in_force(register, at);
        if matches!(in_force, InForce::Expired | InForce::NeverSigned) {
            continue;
        }
        for obligation in agreement.obligations.iter().filter(|o| o.duty != Duty::Cooperation) {
            duties.push(DutyHere {
                agreement: agreement.id.clone(),
                in_force,
                duty: obligation.duty,
                text: obligation.text.clone(),
            });
        }
    }
    duties
}
