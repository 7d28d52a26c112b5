//! A unit as records refer to it: a code and the day the unit began, because codes are used again for other territories.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Level, Register, Unit};

/// `03164@2025-07-01`; nothing after the `@` where the start is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct UnitKey {
    pub code: String,
    pub from: Option<Date>,
}

impl UnitKey {
    pub fn of(unit: &Unit) -> UnitKey {
        UnitKey { code: unit.code.clone(), from: unit.period.from }
    }

    /// The unit with this code today, the smallest level first; else the latest that had it.
    pub fn find(register: &Register, code: &str, today: Date) -> Option<UnitKey> {
        let levels = [Level::Commune, Level::District, Level::Province];
        let todays = levels.into_iter().find_map(|l| register.at(l, code, today));
        let latest = || register.units().iter().filter(|u| u.code == code).max_by_key(|u| u.period.from);
        todays.or_else(latest).map(UnitKey::of)
    }

    /// The unit in the register.
    pub fn unit<'a>(&self, register: &'a Register) -> Option<&'a Unit> {
        register.units().iter().find(|u| u.code == self.code && u.period.from == self.from)
    }
}

impl fmt::Display for UnitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@", self.code)?;
        self.from.map_or(Ok(()), |from| write!(f, "{from}"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no CODE@YEAR-MONTH-DAY")]
pub struct BadUnitKey(String);

impl FromStr for UnitKey {
    type Err = BadUnitKey;

    fn from_str(text: &str) -> Result<UnitKey, BadUnitKey> {
        let bad = || BadUnitKey(text.chars().take(40).collect());
        let (code, from) = text.split_once('@').ok_or_else(bad)?;
        let from = if from.is_empty() { None } else { Some(from.parse().map_err(|_| bad())?) };
        if code.is_empty() { Err(bad()) } else { Ok(UnitKey { code: code.into(), from }) }
    }
}

impl From<UnitKey> for String {
    fn from(key: UnitKey) -> String {
        key.to_string()
    }
}

impl TryFrom<String> for UnitKey {
    type Error = BadUnitKey;

    fn try_from(text: String) -> Result<UnitKey, BadUnitKey> {
        text.parse()
    }
}

impl Register {
    /// The units of today that answer for what this unit had, itself while it lasts.
    pub fn answering(&self, key: &UnitKey, today: Date) -> Vec<UnitKey> {
        let unit = key.unit(self);
        unit.map(|u| self.successors(u, today).into_iter().map(UnitKey::of).collect()).unwrap_or_default()
    }

    /// Every unit, of any level and any time, on whose land this unit answers today, by lineage: of a commune its
    /// predecessors, of a unit that ended what its successors are made of, of a district or province the communes in it.
    pub fn same_land(&self, key: &UnitKey, today: Date) -> Vec<UnitKey> {
        let Some(unit) = key.unit(self) else { return vec![key.clone()] };
        let mut found: Vec<UnitKey> = vec![key.clone()];
        // Today's units that answer for it; of a province everything below it, too.
        let mut answering: Vec<&Unit> = self.successors(unit, today);
        for province in answering.clone().into_iter().filter(|u| u.level == Level::Province) {
            let inside = |u: &&Unit| self.province(u, today).is_some_and(|p| std::ptr::eq(p, province));
            answering.extend(self.all_at(Level::Commune, today).filter(inside));
        }
        for now in answering {
            for then in self.ancestors(now) {
                let key = UnitKey::of(then);
                if !found.contains(&key) {
                    found.push(key);
                }
            }
        }
        found
    }

    /// The unit and every unit of its level that went into it, at any time.
    fn ancestors<'a>(&'a self, unit: &'a Unit) -> Vec<&'a Unit> {
        let mut found: Vec<&Unit> = vec![unit];
        let mut next = 0;
        while let Some(&now) = found.get(next) {
            next += 1;
            let Some(start) = now.period.from else { continue };
            let into =
                |old: &&Unit| old.period.to == Some(start) && old.level == now.level && old.became.contains(&now.code);
            for old in self.units().iter().filter(into) {
                if !found.iter().any(|f| std::ptr::eq(*f, old)) {
                    found.push(old);
                }
            }
        }
        found
    }
}
