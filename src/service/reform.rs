//! What a reform would change: units, disputes, agreements, and who hands what to whom.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use super::answer::UnitName;
use super::disputing::{level_at, units_at};
use super::names::unit_name;
use crate::domain::{
    Agreement, Dispute, DisputeLevel, Document, InForce, Level, PartyRole, Reform, ReformProblem, Register, Text, Unit,
};

/// What a reform changes, the day before beside the day itself. Nothing is reassigned by it: `hand_overs` lists what each
/// receiving unit is to accept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Plan {
    pub reform: String,
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub title: Text,
    pub acts: Vec<Document>,
    /// Provinces, districts, communes.
    pub counts: Vec<LevelCount>,
    /// Units that end, with what they become.
    pub ends: Vec<Succession>,
    /// Units that come, with what they are made of.
    pub comes: Vec<Origin>,
    /// Units that keep code and land, and change their parent or their name.
    pub goes_on: Vec<GoingOn>,
    /// Units whose land goes to several: which part to which cannot be told before new boundaries come.
    pub splits: Vec<Succession>,
    pub disputes: Vec<DisputeChange>,
    pub agreements: Vec<AgreementChange>,
    pub hand_overs: Vec<HandOver>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LevelCount {
    pub level: Level,
    pub before: usize,
    pub after: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Succession {
    pub level: Level,
    pub unit: UnitName,
    pub became: Vec<UnitName>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Origin {
    pub level: Level,
    pub unit: UnitName,
    pub made_of: Vec<UnitName>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GoingOn {
    pub level: Level,
    pub before: UnitName,
    pub after: UnitName,
}

/// What becomes of an open dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// All parties are then in one commune.
    DissolvedByMerger,
    /// The parties are then kept apart by a higher kind of unit.
    Escalated,
    /// It goes on between other units.
    NewParties,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DisputeChange {
    pub id: String,
    pub name: Text,
    pub outcome: DisputeOutcome,
    pub level_before: DisputeLevel,
    pub level_after: DisputeLevel,
    /// False where a party's commune is split: which of its successors the place is in is not known.
    pub parties_known: bool,
    pub parties: Vec<PartyChange>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AgreementChange {
    pub id: String,
    pub title: Text,
    pub in_force_before: InForce,
    pub in_force_after: InForce,
    /// Those whose unit, or the unit that followed it, ends.
    pub parties: Vec<PartyChange>,
}

/// A party the day before and the day of the reform, by lineage.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartyChange {
    pub village: Option<String>,
    /// Role in an agreement; null in a dispute.
    pub role: Option<PartyRole>,
    pub before: Vec<UnitName>,
    pub after: Vec<UnitName>,
}

/// What one unit hands to one of its successors.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HandOver {
    pub from: UnitName,
    pub to: UnitName,
    pub items: Vec<HandOverItem>,
}

/// Kinds of records that are handed over. More come with more kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandOverKind {
    Dispute,
    Agreement,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HandOverItem {
    pub kind: HandOverKind,
    pub id: String,
    pub text: Text,
}

impl Service {
    /// What the reform changes. One that the register has in it is shown as it was; another is tried on the register.
    ///
    /// Errors: every reason why it is impossible.
    pub fn plan(&self, reform: &Reform) -> Result<Plan, Vec<ReformProblem>> {
        let register = &self.engine.register;
        let (disputes, agreements) = (self.engine.disputes(), &self.records.agreements);
        if self.reforms().any(|r| r == reform) {
            return Ok(plan(register, disputes, agreements, reform));
        }
        Ok(plan(&register.apply(reform)?, disputes, agreements, reform))
    }
}

/// What the reform changes; the register has it in it.
pub fn plan(register: &Register, disputes: &[Dispute], agreements: &[Agreement], reform: &Reform) -> Plan {
    let days = Days { register, eve: reform.eve(), day: reform.date };
    let mut plan = Plan {
        reform: reform.id.clone(),
        date: reform.date,
        title: reform.title.clone(),
        acts: reform.acts.clone(),
        counts: days.counts(),
        ends: Vec::new(),
        comes: Vec::new(),
        goes_on: Vec::new(),
        splits: Vec::new(),
        disputes: disputes.iter().filter_map(|d| days.dispute(d)).collect(),
        agreements: agreements.iter().filter_map(|a| days.agreement(a)).collect(),
        hand_overs: Vec::new(),
    };
    for new in register.units().iter().filter(|u| u.period.from == Some(days.day)) {
        match days.continued(new) {
            Some(old) => {
                plan.goes_on.push(GoingOn { level: new.level, before: days.before(old), after: days.after(new) })
            }
            None => {
                let made_of = register.predecessors(new, days.eve).into_iter().map(|u| days.before(u)).collect();
                plan.comes.push(Origin { level: new.level, unit: days.after(new), made_of });
            }
        }
    }
    for old in days.ending() {
        let became: Vec<UnitName> = register.successors(old, days.day).into_iter().map(|u| days.after(u)).collect();
        let handed = days.hand_overs(old, &plan);
        plan.hand_overs.extend(handed);
        let succession = Succession { level: old.level, unit: days.before(old), became };
        if old.level != Level::District && succession.became.len() > 1 {
            plan.splits.push(succession.clone());
        }
        plan.ends.push(succession);
    }
    plan.hand_overs.sort_by(|a, b| (&a.to.code, &a.from.code).cmp(&(&b.to.code, &b.from.code)));
    plan
}

/// The day before and the day of a reform.
struct Days<'a> {
    register: &'a Register,
    eve: Date,
    day: Date,
}

impl<'a> Days<'a> {
    fn before(&self, unit: &Unit) -> UnitName {
        unit_name(self.register, unit, self.eve)
    }

    fn after(&self, unit: &Unit) -> UnitName {
        unit_name(self.register, unit, self.day)
    }

    fn counts(&self) -> Vec<LevelCount> {
        let count = |level, at| self.register.all_at(level, at).count();
        [Level::Province, Level::District, Level::Commune]
            .map(|level| LevelCount { level, before: count(level, self.eve), after: count(level, self.day) })
            .into_iter()
            .filter(|c| c.before + c.after > 0)
            .collect()
    }

    /// The unit that a new one was before, where it keeps code and land.
    fn continued(&self, new: &'a Unit) -> Option<&'a Unit> {
        match self.register.predecessors(new, self.eve).as_slice() {
            [old] if old.code == new.code && old.became.len() == 1 => Some(old),
            _ => None,
        }
    }

    /// The units that end and do not go on as themselves.
    fn ending(&self) -> impl Iterator<Item = &'a Unit> {
        self.register.units().iter().filter(|u| u.period.to == Some(self.day)).filter(|u| {
            let goes_on = self.register.at(u.level, &u.code, self.day).and_then(|new| self.continued(new));
            goes_on.is_none()
        })
    }

    /// A party's units on both days; `None` where they stay the same.
    fn party(&self, then: &'a Unit, village: Option<&String>, role: Option<PartyRole>) -> Option<PartyChange> {
        let on = |at| self.register.successors(then, at);
        let (before, after) = (on(self.eve), on(self.day));
        (before != after).then(|| PartyChange {
            village: village.cloned(),
            role,
            before: before.into_iter().map(|u| self.before(u)).collect(),
            after: after.into_iter().map(|u| self.after(u)).collect(),
        })
    }

    /// `None`: not open the day before, or untouched.
    fn dispute(&self, dispute: &Dispute) -> Option<DisputeChange> {
        dispute.event_at(self.eve).filter(|e| e.status.is_open())?;
        let units = |at| dispute.parties.iter().map(|p| units_at(self.register, p, at)).collect::<Vec<_>>();
        let (before, after) = (units(self.eve), units(self.day));
        if before == after {
            return None;
        }
        let [level_before, level_after] = [self.eve, self.day].map(|at| level_at(self.register, dispute, at));
        let outcome = match level_after {
            DisputeLevel::Village if level_before != DisputeLevel::Village => DisputeOutcome::DissolvedByMerger,
            _ if level_after > level_before => DisputeOutcome::Escalated,
            _ => DisputeOutcome::NewParties,
        };
        let parties = dispute.parties.iter().zip(&before).zip(&after).map(|((p, before), after)| PartyChange {
            village: p.village.clone(),
            role: None,
            before: before.iter().map(|u| self.before(u)).collect(),
            after: after.iter().map(|u| self.after(u)).collect(),
        });
        Some(DisputeChange {
            id: dispute.id.clone(),
            name: dispute.name.clone(),
            outcome,
            level_before,
            level_after,
            parties_known: after.iter().all(|units| units.len() == 1),
            parties: parties.collect(),
        })
    }

    /// `None`: not known the day before, expired then, or none of its parties is touched.
    fn agreement(&self, agreement: &'a Agreement) -> Option<AgreementChange> {
        agreement.known_from().filter(|from| *from <= self.eve)?;
        let [before, after] = [self.eve, self.day].map(|at| agreement.in_force(self.register, at));
        let parties: Vec<PartyChange> =
            agreement.parties_then(self.register).filter_map(|(u, role)| self.party(u, None, Some(role))).collect();
        (before != InForce::Expired && !parties.is_empty()).then(|| AgreementChange {
            id: agreement.id.clone(),
            title: agreement.title.clone(),
            in_force_before: before,
            in_force_after: after,
            parties,
        })
    }

    /// What a unit that ends hands to each of its successors.
    fn hand_overs(&self, old: &Unit, plan: &Plan) -> Vec<HandOver> {
        let from = self.before(old);
        let held = |parties: &[PartyChange]| parties.iter().any(|p| p.before.contains(&from));
        let disputes = plan.disputes.iter().filter(|d| held(&d.parties)).map(|d| HandOverItem {
            kind: HandOverKind::Dispute,
            id: d.id.clone(),
            text: d.name.clone(),
        });
        let agreements = plan.agreements.iter().filter(|a| held(&a.parties)).map(|a| HandOverItem {
            kind: HandOverKind::Agreement,
            id: a.id.clone(),
            text: a.title.clone(),
        });
        let mut items: Vec<HandOverItem> = disputes.chain(agreements).collect();
        if items.is_empty() {
            return Vec::new();
        }
        let to = self.register.successors(old, self.day);
        if old.level == Level::Commune && to.len() > 1 {
            for text in items.iter_mut().map(|i| &mut i.text) {
                text.vi += " (đơn vị cũ bị chia: chưa rõ bên nhận nào có phần đất này)";
                text.en += " (the old unit is split: which receiver has this land is not known)";
            }
        }
        to.into_iter().map(|u| HandOver { from: from.clone(), to: self.after(u), items: items.clone() }).collect()
    }
}
