//! `units.csv` and the reforms after it → the register of units through time, and what must hold inside it.

use std::collections::HashSet;

use jiff::civil::Date;

use super::Files;
use crate::atlas::error::Problem;
use crate::domain::{Level, Reform, Register, Text, Unit, UnitRow};

const FILE: &str = "units.csv";

/// The register with every reform in it. A reform that is impossible ends the reading: what follows builds on it.
pub fn read(files: &Files, reforms: &[Reform], problems: &mut Vec<Problem>) -> Register {
    let Some(text) = files.text(FILE, problems) else { return Register::default() };
    let mut units = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.deserialize::<UnitRow>() {
        match row {
            Ok(row) => units.push(Unit::from(row)),
            Err(e) => {
                let place = e.position().map(|p| format!("line {}", p.line())).unwrap_or_default();
                problems.push(Problem::new(
                    FILE,
                    place,
                    Text::new(format!("không đọc được: {e}"), format!("unreadable: {e}")),
                ));
            }
        }
    }
    let mut register = Register::new(units);
    let so_far = problems.len();
    check(&register, problems);
    if problems.len() > so_far {
        return register;
    }
    for reform in reforms {
        match register.apply(reform) {
            Ok(after) => register = after,
            Err(found) => {
                let file = format!("reforms/{}.toml", reform.id);
                problems.extend(found.into_iter().map(|p| Problem::new(&file, p.place, p.what)));
                return register;
            }
        }
    }
    register
}

/// The units before the first reform: none has ended yet, every one has a name and a parent of its own time.
fn check(register: &Register, problems: &mut Vec<Problem>) {
    let mut report = |unit: &Unit, vi: String, en: String| {
        problems.push(Problem::new(FILE, place(unit), Text::new(vi, en)));
    };
    let mut codes: HashSet<(Level, &str)> = HashSet::new();
    for unit in register.units() {
        if unit.code.is_empty() || unit.name.trim() != unit.name || unit.name.is_empty() || unit.kind.is_empty() {
            report(unit, "mã, tên hoặc loại trống".into(), "empty code, name or kind".into());
        }
        if !codes.insert((unit.level, &unit.code)) {
            report(unit, "một mã, hai đơn vị cùng lúc".into(), "one code for two units at the same time".into());
        }
        match &unit.parent {
            None if unit.level == Level::Province => {}
            None => report(unit, "không rõ đơn vị cấp trên".into(), "no parent".into()),
            // A unit that lasts is there on any later day.
            Some(code) if register.parent(unit, Date::MAX).is_none() => {
                report(unit, format!("không có đơn vị cấp trên {code}"), format!("there is no parent {code}"));
            }
            Some(_) => {}
        }
    }
}

fn place(unit: &Unit) -> String {
    let level = match unit.level {
        Level::Province => "province",
        Level::District => "district",
        Level::Commune => "commune",
    };
    format!("{level} {} {}", unit.code, unit.name)
}
