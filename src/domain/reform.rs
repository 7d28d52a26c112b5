//! A reform of administrative units as data: which units end on a day, which come, what each was made of.

use std::collections::{HashMap, HashSet};
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Level, Period, Register, Text, Unit, reform_check};

/// A reform (sắp xếp đơn vị hành chính). Units it does not name go on untouched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reform {
    pub id: String,
    /// First day of the new units; the old ones last until the day before.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub title: Text,
    /// Levels that end as a whole: districts, on 1 July 2025.
    #[serde(default)]
    pub ends: Vec<Level>,
    /// Codes of the units whose territory goes to several new ones. Everything else goes whole: a unit that two new ones
    /// are made of and that is not named here is a slip of the pen.
    #[serde(default)]
    pub splits: Vec<String>,
    #[serde(default, rename = "act")]
    pub acts: Vec<Document>,
    #[serde(default)]
    pub units: Vec<NewUnit>,
}

/// A unit that begins with a reform. One that goes on under another parent is made of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewUnit {
    pub level: Level,
    pub code: String,
    /// Full official name with its kind: "Xã Quảng Lâm".
    pub name: String,
    pub kind: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Code of the unit above it after the reform; none for a province.
    pub parent: Option<String>,
    /// Number of the act that makes it; `None`: not known.
    pub act: Option<String>,
    /// Codes of units of the same level, as they were the day before.
    pub made_of: Vec<String>,
}

/// Something that makes a reform impossible, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ReformProblem {
    /// A key or a unit. Empty: the reform as a whole.
    pub place: String,
    pub what: Text,
}

impl fmt::Display for ReformProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{} · {}", self.place, self.what.vi, self.what.en)
    }
}

impl Reform {
    /// The last day of the units that end.
    pub fn eve(&self) -> Date {
        self.date.yesterday().unwrap_or(self.date)
    }
}

impl Register {
    /// The register with the reform in it: the units that end do so on its day and say what they became (a district: the
    /// communes that its communes went to), the new ones are in force from that day.
    ///
    /// Errors: every problem at once; the register stays as it was.
    pub fn apply(&self, reform: &Reform) -> Result<Register, Vec<ReformProblem>> {
        let problems = reform_check::check(self, reform);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut went: HashMap<(Level, &str), Vec<&str>> = HashMap::new();
        for unit in &reform.units {
            for old in &unit.made_of {
                went.entry((unit.level, old)).or_default().push(&unit.code);
            }
        }
        let became = |unit: &Unit| -> Option<Vec<String>> {
            let codes: HashSet<&str> = if reform.ends.contains(&unit.level) {
                let own = self.lasting().filter(|c| c.level == Level::Commune && is_child(c, unit));
                own.filter_map(|c| went.get(&(Level::Commune, c.code.as_str()))).flatten().copied().collect()
            } else {
                went.get(&(unit.level, unit.code.as_str()))?.iter().copied().collect()
            };
            let mut codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
            codes.sort();
            Some(codes)
        };
        let old = self.units().iter().map(|unit| {
            let ends = unit.period.to.is_none().then(|| became(unit)).flatten();
            match ends {
                Some(became) => {
                    Unit { period: Period { to: Some(reform.date), ..unit.period }, became, ..unit.clone() }
                }
                None => unit.clone(),
            }
        });
        let new = reform.units.iter().map(|u| Unit {
            level: u.level,
            code: u.code.clone(),
            name: u.name.clone(),
            kind: u.kind.clone(),
            aliases: u.aliases.clone(),
            period: Period { from: Some(reform.date), to: None },
            parent: u.parent.clone(),
            legal_act: u.act.clone(),
            became: Vec::new(),
        });
        Ok(Register::new(old.chain(new).collect()))
    }

    /// The units without a known end.
    pub fn lasting(&self) -> impl Iterator<Item = &Unit> {
        self.units().iter().filter(|u| u.period.to.is_none())
    }

    /// The last day on which a unit began or ended; `None`: no such day is known.
    pub fn last_change(&self) -> Option<Date> {
        self.units().iter().flat_map(|u| [u.period.from, u.period.to]).flatten().max()
    }
}

/// Is the unit a commune of the district?
fn is_child(commune: &Unit, district: &Unit) -> bool {
    district.level == Level::District && commune.parent.as_deref() == Some(&district.code)
}
