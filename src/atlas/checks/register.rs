//! Where a dataset and the register of units disagree: codes, units without a shape, names.

use std::collections::HashSet;

use geo::InteriorPoint;
use unicode_normalization::UnicodeNormalization;

use super::Subject;
use crate::domain::{Defect, DefectKind, Text, Unit, UnitShape};

pub fn find(subject: &Subject) -> Vec<Defect> {
    let (level, day) = (subject.dataset.info.level, subject.day());
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for shape in &subject.dataset.shapes {
        if !seen.insert(shape.code.as_str()) {
            let text =
                Text::new(format!("mã {} xuất hiện hai lần", shape.code), format!("code {} occurs twice", shape.code));
            found.push(mismatch(&shape.code, Some(shape), text));
        }
        match subject.register.at(level, &shape.code, day) {
            None => found.push(mismatch(
                &shape.code,
                Some(shape),
                Text::new(
                    format!("mã {} ({}) không có trong sổ đăng ký ngày {day}", shape.code, shape.name),
                    format!("code {} ({}) is not in the register on {day}", shape.code, shape.name),
                ),
            )),
            Some(unit) if !is_named(unit, &shape.name) => found.push(mismatch(
                &shape.code,
                Some(shape),
                Text::new(
                    format!("{}: bản đồ viết «{}», sổ đăng ký viết «{}»", shape.code, shape.name, unit.name),
                    format!("{}: the map says “{}”, the register “{}”", shape.code, shape.name, unit.name),
                ),
            )),
            Some(_) => {}
        }
    }
    for unit in subject.register.all_at(level, day).filter(|u| !seen.contains(u.code.as_str())) {
        found.push(mismatch(
            &unit.code,
            None,
            Text::new(
                format!("{} ({}) có trong sổ đăng ký, không có hình", unit.name, unit.code),
                format!("{} ({}) is in the register and has no shape", unit.name, unit.code),
            ),
        ));
    }
    found
}

/// Is this one of the unit's names, letter for letter? Only composed and decomposed letters count as the same.
fn is_named(unit: &Unit, name: &str) -> bool {
    let same = |known: &String| known.nfc().eq(name.trim().nfc());
    std::iter::once(&unit.name).chain(&unit.aliases).any(same)
}

fn mismatch(code: &str, shape: Option<&UnitShape>, text: Text) -> Defect {
    Defect {
        kind: DefectKind::RegisterMismatch,
        codes: vec![code.to_owned()],
        area_m2: None,
        place: shape.and_then(|s| s.shape.interior_point()).map(|p| (p.x(), p.y())),
        expected: false,
        text,
    }
}
