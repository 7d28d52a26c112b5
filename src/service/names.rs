//! Units by name, at a date, for people.

use jiff::civil::Date;

use super::answer::UnitName;
use crate::domain::{Level, Register, Unit};

/// Name of a unit with its district and province at the date.
pub fn unit_name(register: &Register, unit: &Unit, at: Date) -> UnitName {
    // A unit that ended is named with the district and province of its last day.
    let at = unit.period.to.filter(|&end| at >= end).and_then(|end| end.yesterday().ok()).unwrap_or(at);
    let at = unit.period.from.map_or(at, |from| at.max(from));
    UnitName {
        code: unit.code.clone(),
        name: unit.name.clone(),
        district: (unit.level == Level::Commune).then(|| register.district(unit, at).map(|d| d.name.clone())).flatten(),
        province: (unit.level != Level::Province)
            .then(|| register.province(unit, at).map(|p| p.name.clone()))
            .flatten(),
    }
}

/// What a unit is today, by lineage; empty while it is still itself.
pub fn became(register: &Register, unit: &Unit, today: Date) -> Vec<UnitName> {
    if unit.period.contains(today) {
        return Vec::new();
    }
    register.successors(unit, today).into_iter().map(|u| unit_name(register, u, today)).collect()
}
