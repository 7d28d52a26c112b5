//! Administrative units through time. A code without a date does not identify a territory: 03164 Quảng Lâm is two.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Period;

/// Level of an administrative unit. Districts (huyện, thị xã, thành phố) ended on 30 June 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Province,
    District,
    Commune,
}

/// One unit during one period of its life (xã/phường/thị trấn, huyện, tỉnh).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    pub level: Level,
    /// Code of the General Statistics Office. Reused across reforms.
    pub code: String,
    /// Full official name with its kind: "Xã Quảng Lâm".
    pub name: String,
    pub kind: String,
    pub aliases: Vec<String>,
    pub period: Period,
    pub parent: Option<String>,
    /// The act that made the unit; `None`: not known.
    pub legal_act: Option<String>,
    /// Codes of the units of the next period that its territory went to.
    pub became: Vec<String>,
}

/// A row of `geodata/units.csv`, as written there: a unit before the first reform. Only a reform ends a unit and says what
/// it became.
#[derive(Debug, Deserialize)]
pub struct UnitRow {
    pub level: Level,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub aliases: String,
    pub valid_from: Option<Date>,
    pub parent: Option<String>,
    pub legal_act: Option<String>,
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Unit {
        Unit {
            level: row.level,
            aliases: row.aliases.split(';').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            code: row.code,
            name: row.name,
            kind: row.kind,
            period: Period { from: row.valid_from, to: None },
            parent: row.parent.filter(|s| !s.is_empty()),
            legal_act: row.legal_act.filter(|s| !s.is_empty()),
            became: Vec::new(),
        }
    }
}

/// The register of units through time, in order of level, code and start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    units: Vec<Unit>,
    by_code: HashMap<(Level, String), Vec<usize>>,
}

impl Register {
    pub fn new(mut units: Vec<Unit>) -> Register {
        units.sort_by(|a, b| (a.level, &a.code, a.period.from).cmp(&(b.level, &b.code, b.period.from)));
        let mut by_code: HashMap<(Level, String), Vec<usize>> = HashMap::new();
        for (i, u) in units.iter().enumerate() {
            by_code.entry((u.level, u.code.clone())).or_default().push(i);
        }
        Register { units, by_code }
    }

    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit with this code in force at the date; `None` when the register knows none.
    pub fn at(&self, level: Level, code: &str, at: Date) -> Option<&Unit> {
        self.by_code.get(&(level, code.to_owned()))?.iter().map(|&i| &self.units[i]).find(|u| u.period.contains(at))
    }

    /// Every unit of a level in force at the date.
    pub fn all_at(&self, level: Level, at: Date) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |u| u.level == level && u.period.contains(at))
    }

    /// The unit one level up that was in force at the date.
    pub fn parent(&self, unit: &Unit, at: Date) -> Option<&Unit> {
        let code = unit.parent.as_deref()?;
        let levels: &[Level] = match unit.level {
            Level::Province => &[],
            Level::District => &[Level::Province],
            Level::Commune => &[Level::District, Level::Province],
        };
        levels.iter().find_map(|&l| self.at(l, code, at))
    }

    /// The district of a unit at the date (itself, if it is one); none since July 2025.
    pub fn district(&self, unit: &Unit, at: Date) -> Option<&Unit> {
        self.ancestor(unit, Level::District, at)
    }

    /// The province of a unit at the date (itself, if it is one).
    pub fn province(&self, unit: &Unit, at: Date) -> Option<&Unit> {
        self.ancestor(unit, Level::Province, at)
    }

    fn ancestor<'a>(&'a self, unit: &Unit, level: Level, at: Date) -> Option<&'a Unit> {
        let mut here = self.at(unit.level, &unit.code, at)?;
        loop {
            if here.level == level {
                return Some(here);
            }
            here = self.parent(here, at)?;
        }
    }

    /// What the territory of a unit belongs to at a later date: the unit itself while it lasts, else its successors,
    /// followed reform by reform. Districts are followed to the communes of today. Each unit once, in register order.
    pub fn successors<'a>(&'a self, unit: &'a Unit, at: Date) -> Vec<&'a Unit> {
        let Some(end) = unit.period.to.filter(|&end| end <= at) else {
            return vec![unit];
        };
        let mut found: Vec<&Unit> = Vec::new();
        for code in &unit.became {
            let next = [unit.level, Level::Commune].iter().find_map(|&l| self.at(l, code, end));
            for u in next.map(|u| self.successors(u, at)).unwrap_or_default() {
                if !found.iter().any(|f| std::ptr::eq(*f, u)) {
                    found.push(u);
                }
            }
        }
        found
    }

    /// The units of the same level in force at `before` whose territory, or part of it, went into this unit: the unit
    /// itself where it lasted then, else its predecessors, followed reform by reform. Each once, in register order.
    pub fn predecessors<'a>(&'a self, unit: &'a Unit, before: Date) -> Vec<&'a Unit> {
        let Some(start) = unit.period.from.filter(|&start| before < start) else {
            return vec![unit];
        };
        let direct =
            |old: &&Unit| old.level == unit.level && old.period.to == Some(start) && old.became.contains(&unit.code);
        let mut found: Vec<&Unit> = Vec::new();
        for older in self.units.iter().filter(direct).flat_map(|old| self.predecessors(old, before)) {
            if !found.iter().any(|f| std::ptr::eq(*f, older)) {
                found.push(older);
            }
        }
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }
}
