//! Units and villages by name, with or without diacritics, old names and codes included.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use super::answer::UnitName;
use super::names::{became, unit_name};
use crate::domain::{Level, Text, Unit, fold, today_in_vietnam};

/// The most that is given back.
pub const MAX_FOUND: usize = 50;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Named {
    /// An administrative unit.
    Unit { level: Level },
    /// A village (bản) that a dispute names. Where it lies is not known; `unit` is its commune, and `dispute_name` where
    /// it is told of.
    Village { dispute: String, dispute_name: Text },
}

/// Something that is called so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Found {
    pub name: String,
    #[serde(flatten)]
    pub named: Named,
    /// The unit with its district and province of then; of a village: its commune as the dispute names it.
    pub unit: UnitName,
    /// First day; null: before the register begins.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// The day it was no more; null: it still is.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// What became of its land, by lineage; empty while it still is.
    pub became: Vec<UnitName>,
}

/// How well a name answers to what was typed: smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Letter for letter, or the code.
    Whole,
    /// But for diacritics.
    Folded,
    Begins,
    WordBegins,
    Holds,
}

fn fit(name: &str, typed: &str) -> Option<Fit> {
    let (lower, wanted) = (name.to_lowercase(), typed.to_lowercase());
    if lower == wanted {
        return Some(Fit::Whole);
    }
    let (name, typed) = (fold(name), fold(typed));
    let fits = |fit, yes: bool| yes.then_some(fit);
    fits(Fit::Folded, name == typed)
        .or_else(|| fits(Fit::Begins, name.starts_with(&typed)))
        .or_else(|| fits(Fit::WordBegins, name.contains(&format!(" {typed}"))))
        .or_else(|| fits(Fit::Holds, name.contains(&typed)))
}

/// A name without the kind before it: "Xã Quảng Lâm" → "Quảng Lâm".
fn bare<'a>(unit: &'a Unit, name: &'a str) -> &'a str {
    let kind = unit.kind.chars().count();
    let cut = name.char_indices().nth(kind).map_or(name.len(), |(i, _)| i);
    let (head, rest) = name.split_at(cut);
    if head.to_lowercase() == unit.kind.to_lowercase() && rest.starts_with(' ') { rest.trim_start() } else { name }
}

impl Service {
    /// What is called so, best fit first; of equal fits units before villages, what still is before what was, larger
    /// units before smaller ones. Nothing for an empty text. Spaces are put in order; letters may lack their diacritics.
    pub fn search(&self, typed: &str, limit: usize) -> Vec<Found> {
        let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if typed.is_empty() {
            return Vec::new();
        }
        let today = today_in_vietnam();
        let register = &self.engine.register;
        let mut found: Vec<(Fit, Found)> = Vec::new();
        for unit in register.units() {
            let names = std::iter::once(&unit.name).chain(&unit.aliases);
            let by_name = names.flat_map(|n| [fit(n, &typed), fit(bare(unit, n), &typed)]).flatten().min();
            let by_code = (unit.code == typed).then_some(Fit::Whole);
            if let Some(fit) = by_code.or(by_name) {
                let hit = Found {
                    name: unit.name.clone(),
                    named: Named::Unit { level: unit.level },
                    unit: unit_name(register, unit, today),
                    valid_from: unit.period.from,
                    valid_to: unit.period.to,
                    became: became(register, unit, today),
                };
                found.push((fit, hit));
            }
        }
        for dispute in &self.records.disputes {
            for party in &dispute.parties {
                let Some(village) = &party.village else { continue };
                let Some(unit) = register.at(Level::Commune, &party.unit, party.unit_at) else { continue };
                if let Some(fit) = fit(village, &typed) {
                    let hit = Found {
                        name: village.clone(),
                        named: Named::Village { dispute: dispute.id.clone(), dispute_name: dispute.name.clone() },
                        unit: unit_name(register, unit, party.unit_at),
                        valid_from: None,
                        valid_to: None,
                        became: became(register, unit, today),
                    };
                    found.push((fit, hit));
                }
            }
        }
        let village = |f: &Found| matches!(f.named, Named::Village { .. });
        let level = |f: &Found| if let Named::Unit { level } = f.named { level } else { Level::Commune };
        found.sort_by_key(|(fit, f)| (*fit, village(f), f.valid_to.is_some(), level(f), f.unit.code.clone()));
        found.truncate(limit.min(MAX_FOUND));
        found.into_iter().map(|(_, f)| f).collect()
    }
}
