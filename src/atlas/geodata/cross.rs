//! What must hold between the files: every code names a unit that exists at its date, every id a record that is there.

use jiff::civil::Date;

use super::Geodata;
use crate::atlas::error::Problem;
use crate::domain::{Agreement, Dispute, Level, PartyRole, Register, Stretch, Text};

pub fn check(geodata: &Geodata, problems: &mut Vec<Problem>) {
    // A stretch without a map of its own time is named in the communes of the first map.
    let first_map = geodata.sources.iter().filter(|s| s.level == Level::Commune).map(|s| s.valid_from).min();
    for dispute in &geodata.records.disputes {
        self::dispute(dispute, &geodata.register, first_map, problems);
    }
    for agreement in &geodata.records.agreements {
        self::agreement(agreement, geodata, problems);
    }
    for overlap in &geodata.expected_overlaps {
        let file = "expected_overlaps.toml";
        match geodata.sources.iter().find(|s| s.id == overlap.dataset) {
            None => problems.push(Problem::new(
                file,
                &overlap.dataset,
                Text::new("không có bộ dữ liệu này", "no such dataset"),
            )),
            Some(source) => {
                let day = source.valid_to.and_then(|to| to.yesterday().ok()).unwrap_or(source.valid_from);
                for code in &overlap.codes {
                    unit(&geodata.register, source.level, code, Some(day), file, &overlap.dataset, problems);
                }
            }
        }
    }
}

fn dispute(dispute: &Dispute, register: &Register, first_map: Option<Date>, problems: &mut Vec<Problem>) {
    let file = format!("hotspots/{}.toml", dispute.id);
    let mut report = |place: &str, vi: &str, en: &str| problems.push(Problem::new(&file, place, Text::new(vi, en)));
    if !(dispute.width_m.is_finite() && dispute.width_m > 0.0) {
        report("width_m", "phải là số mét dương", "must be a positive number of metres");
    }
    if dispute.parties.len() < 2 {
        report("party", "tranh chấp có ít nhất hai bên", "a dispute has at least two parties");
    }
    if dispute.events.is_empty() {
        report("event", "chưa có sự kiện nào", "no event");
    }
    if !dispute.events.is_sorted_by_key(|e| e.date) {
        report("event", "sự kiện không theo thứ tự ngày", "the events are not in order of their dates");
    }
    for (i, party) in dispute.parties.iter().enumerate() {
        unit(register, Level::Commune, &party.unit, Some(party.unit_at), &file, &format!("party[{i}].unit"), problems);
    }
    // A stretch is about communes as the map of the first event draws them, and about districts of that day.
    let then = dispute.events.first().map(|e| e.date);
    let (communes, districts): (Vec<&String>, &[String]) = match &dispute.stretch {
        None => (Vec::new(), &[]),
        Some(Stretch::CommonLine { units, near_former }) => {
            (units.iter().collect(), near_former.as_ref().map_or(&[], |n| n.districts.as_slice()))
        }
        Some(Stretch::FormerLine { districts, inside, .. }) => (vec![inside], districts),
    };
    for code in communes {
        unit(register, Level::Commune, code, then.max(first_map), &file, "stretch", problems);
    }
    if let Some(then) = then {
        for code in districts {
            unit(register, Level::District, code, Some(then), &file, "stretch.districts", problems);
        }
    }
}

fn agreement(agreement: &Agreement, geodata: &Geodata, problems: &mut Vec<Problem>) {
    let file = format!("agreements/{}.toml", agreement.id);
    for (i, party) in agreement.parties.iter().enumerate() {
        let place = format!("party[{i}].code");
        unit(&geodata.register, party.level, &party.code, Some(party.unit_at), &file, &place, problems);
        if party.role == PartyRole::Signatory && agreement.signed.is_none() {
            let what = Text::new("có bên ký mà không rõ ngày ký", "a signatory, and no signature known");
            problems.push(Problem::new(&file, format!("party[{i}].role"), what));
        }
    }
    if agreement.parties.len() < 2 {
        let what = Text::new("thỏa thuận có ít nhất hai bên", "an agreement has at least two parties");
        problems.push(Problem::new(&file, "party", what));
    }
    if agreement.term_from.zip(agreement.term_to).is_some_and(|(from, to)| from >= to) {
        let what = Text::new("không sau term_from", "not after term_from");
        problems.push(Problem::new(&file, "term_to", what));
    }
    for id in &agreement.hotspots {
        if !geodata.records.disputes.iter().any(|d| &d.id == id) {
            let what = Text::new(format!("không có điểm nóng {id}"), format!("there is no hotspot {id}"));
            problems.push(Problem::new(&file, "hotspots", what));
        }
    }
}

/// Is there such a unit at the date? Without a date nothing can be said.
fn unit(
    register: &Register,
    level: Level,
    code: &str,
    at: Option<Date>,
    file: &str,
    place: &str,
    problems: &mut Vec<Problem>,
) {
    let Some(at) = at else { return };
    if register.at(level, code, at).is_none() {
        let what = Text::new(format!("không có đơn vị {code} ngày {at}"), format!("there is no unit {code} on {at}"));
        problems.push(Problem::new(file, place, what));
    }
}
