//! Who acts first at a place, before the line is settled.

use jiff::civil::Date;

use super::answer::{ActFirstHere, Locality, Named};
use crate::domain::rules::Verdict;
use crate::domain::{
    Agreement, InForce, IncidentKind, Level, Register, Text, WhoActs, act_first_rule, act_first_words,
};

/// Two localities this close to equally near both count as the nearest, metres.
const EQUALLY_NEAR_M: f64 = 1.0;

/// `None` where no locality is found. Where one commune alone is responsible it acts, whatever the rule. `indicative`: the
/// boundaries are no published ones, and do not tell who is nearest.
pub fn act_first(
    verdict: Verdict,
    localities: &[Locality],
    agreements: &[&Agreement],
    register: &Register,
    kind: Option<IncidentKind>,
    at: Date,
    indicative: bool,
) -> Option<ActFirstHere> {
    if matches!(verdict, Verdict::None | Verdict::NotKnown | Verdict::AmbiguousPosition) || localities.is_empty() {
        return None;
    }
    let binding: Vec<(&str, &[_])> = agreements
        .iter()
        .filter(|a| a.in_force(register, at) == InForce::Yes)
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
        WhoActs::Unit { code } => {
            let unit = register.at(Level::Commune, code, at);
            unit.map(|u| Named { code: u.code.clone(), name: u.name.clone() }).into_iter().collect()
        }
        // Of a place whose commune is one of several nobody is known to be nearest.
        WhoActs::Nearest if indicative => Vec::new(),
        WhoActs::Nearest => all(&|l| l.code.is_some() && l.distance_m <= nearest_m + EQUALLY_NEAR_M),
    };
    let text = match (informed.as_slice(), acting.is_empty()) {
        ([alone], _) => Text::new(format!("{} hành động.", alone.name), format!("{} acts.", alone.name)),
        (_, true) => Text::new(
            "Báo ngay cho mọi bên. Bản đồ không cho biết bên nào gần nhất: các bên cùng hành động, giải quyết ranh giới sau.",
            "Inform every party at once. The maps do not tell who is nearest: all of them act, the line is settled later.",
        ),
        _ => act_first_words(&acts),
    };
    Some(ActFirstHere {
        kind,
        rule: match acts {
            WhoActs::All => "all",
            WhoActs::Unit { .. } => "unit",
            WhoActs::Nearest => "nearest",
        },
        agreement: agreement.map(str::to_owned),
        acts: if acting.is_empty() { informed.clone() } else { acting },
        informed,
        text,
    })
}
