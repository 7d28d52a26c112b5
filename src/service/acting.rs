//! Who acts first at a place, before the line is settled.

use super::answer::{ActFirstHere, Locality, Named};
use crate::domain::rules::Verdict;
use crate::domain::{Agreement, InForce, IncidentKind, Register, Text, WhoActs, act_first_rule, act_first_words};
use jiff::civil::Date;

/// Two localities this close to equally near both count as the nearest, metres.
const EQUALLY_NEAR_M: f64 = 1.0;

/// `None` where no locality is found. Where one commune alone is responsible it acts, whatever the rule.
pub fn act_first(
    verdict: Verdict,
    localities: &[Locality],
    agreements: &[&Agreement],
    register: &Register,
    kind: Option<IncidentKind>,
    at: Date,
) -> Option<ActFirstHere> {
    if matches!(verdict, Verdict::None | Verdict::NotKnown | Verdict::AmbiguousPosition) || localities.is_empty() {
        return None;
    }
    let binding: Vec<(&str, &[_])> = agreements
        .iter()
        .filter(|a| a.as_of(at).in_force(register, at) == InForce::Yes)
        .map(|a| (a.id.as_str(), a.act_first.as_slice()))
        .collect();
    let (agreement, acts) = act_first_rule(&binding, kind);
    let named = |l: &Locality| match &l.code {
        Some(code) => vec![Named { code: code.clone(), name: l.name.clone() }],
        None => l.candidates.iter().map(|c| Named { code: c.code.clone(), name: c.name.clone() }).collect(),
    };
    let all = |chosen: &dyn Fn(&Locality) -> bool| {
        let mut list: Vec<Named> = Vec::new();
        for one in localities.iter().filter(|l| chosen(l)).flat_map(named) {
            if !list.contains(&one) {
                list.push(one);
            }
        }
        list
    };
    let nearest_m = localities.iter().map(|l| l.distance_m).fold(f64::INFINITY, f64::min);
    let informed = all(&|_| true);
    let acting = match &acts {
        WhoActs::All => informed.clone(),
        WhoActs::Unit { code } => all(&|l| l.code.as_ref() == Some(code)),
        // Of a place whose commune is one of several nobody is known to be nearest.
        WhoActs::Nearest => all(&|l| l.code.is_some() && l.distance_m <= nearest_m + EQUALLY_NEAR_M),
    };
    Some(ActFirstHere {
        kind,
        rule: match acts {
            WhoActs::All => "all",
            WhoActs::Unit { .. } => "unit",
            WhoActs::Nearest => "nearest",
        },
        agreement: agreement.map(str::to_owned),
        text: match informed.as_slice() {
            [alone] => Text::new(format!("{} hành động.", alone.name), format!("{} acts.", alone.name)),
            _ => act_first_words(&acts),
        },
        informed,
        acts: acting,
    })
}
