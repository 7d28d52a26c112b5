//! `units.csv` → the register of units, and what must hold inside it.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::Files;
use crate::atlas::error::Problem;
use crate::domain::{Level, Register, Text, Unit, UnitRow};

const FILE: &str = "units.csv";

pub fn read(files: &Files, problems: &mut Vec<Problem>) -> Register {
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
    let register = Register::new(units);
    check(&register, problems);
    register
}

fn check(register: &Register, problems: &mut Vec<Problem>) {
    let mut report = |unit: &Unit, vi: String, en: String| {
        problems.push(Problem::new(FILE, place(unit), Text::new(vi, en)));
    };
    let mut by_code: HashMap<(Level, &str), Vec<&Unit>> = HashMap::new();
    for unit in register.units() {
        by_code.entry((unit.level, &unit.code)).or_default().push(unit);
        if unit.code.is_empty() || unit.name.trim() != unit.name || unit.name.is_empty() || unit.kind.is_empty() {
            report(unit, "mã, tên hoặc loại trống".into(), "empty code, name or kind".into());
        }
        if let (Some(from), Some(to)) = (unit.period.from, unit.period.to)
            && from >= to
        {
            report(
                unit,
                format!("kết thúc {to} không sau bắt đầu {from}"),
                format!("ends {to}, not after its start {from}"),
            );
        }
        // The parent is named as it was while the unit lasted: its last day, or its first where no end is known.
        let day = unit.period.to.and_then(|to| to.yesterday().ok()).or(unit.period.from);
        match (unit.level, &unit.parent, day) {
            (Level::Province, None, _) => {}
            (_, Some(code), Some(day)) if register.parent(unit, day).is_none() => {
                report(
                    unit,
                    format!("không có đơn vị cấp trên {code} ngày {day}"),
                    format!("no parent {code} on {day}"),
                );
            }
            (_, Some(_), Some(_)) => {}
            _ => report(unit, "không rõ đơn vị cấp trên".into(), "no parent, or no date to look it up".into()),
        }
        successors(register, unit, &mut report);
    }
    for units in by_code.values() {
        for (i, a) in units.iter().enumerate() {
            for b in &units[i + 1..] {
                let before = |x: Option<Date>, y: Option<Date>| x.zip(y).is_some_and(|(end, start)| end <= start);
                if !before(a.period.to, b.period.from) && !before(b.period.to, a.period.from) {
                    report(a, "một mã, hai đơn vị cùng lúc".into(), "one code for two units at the same time".into());
                }
            }
        }
    }
    districts(register, &mut report);
}

/// What a unit became: nothing while it lasts; one commune for a commune; every code in force on the day it ended.
fn successors(register: &Register, unit: &Unit, report: &mut impl FnMut(&Unit, String, String)) {
    let Some(end) = unit.period.to else {
        if !unit.became.is_empty() {
            report(unit, "chưa kết thúc mà đã có đơn vị kế tục".into(), "has successors and no end".into());
        }
        return;
    };
    if unit.became.is_empty() {
        report(unit, "kết thúc mà không có đơn vị kế tục".into(), "ended without a successor".into());
    }
    if unit.level == Level::Commune && unit.became.len() > 1 {
        report(unit, "xã cũ phải vào trọn một xã mới".into(), "an old commune goes whole into one new commune".into());
    }
    let level = if unit.level == Level::District { Level::Commune } else { unit.level };
    for code in &unit.became {
        if register.at(level, code, end).is_none() {
            report(unit, format!("không có đơn vị kế tục {code} ngày {end}"), format!("no successor {code} on {end}"));
        }
    }
}

/// A district became exactly the communes that its own communes went into.
fn districts(register: &Register, report: &mut impl FnMut(&Unit, String, String)) {
    for district in register.units().iter().filter(|u| u.level == Level::District) {
        let Some(day) = district.period.to.and_then(|to| to.yesterday().ok()) else { continue };
        let of_communes: BTreeSet<&str> = register
            .all_at(Level::Commune, day)
            .filter(|c| c.parent.as_deref() == Some(&district.code))
            .flat_map(|c| c.became.iter().map(String::as_str))
            .collect();
        let own: HashSet<&str> = district.became.iter().map(String::as_str).collect();
        if own.len() != of_communes.len() || !of_communes.iter().all(|c| own.contains(c)) {
            let list = of_communes.into_iter().collect::<Vec<_>>().join(";");
            report(district, format!("các xã của huyện thành {list}"), format!("its communes became {list}"));
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
