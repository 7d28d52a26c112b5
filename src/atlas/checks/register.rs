//! Units that the dataset and the register do not both know, or know by different names.

use std::collections::HashSet;

use geo::InteriorPoint;

use super::Subject;
use crate::atlas::area::geodesic_m2;
use crate::domain::{Defect, DefectKind, Text, UnitShape, fold};

pub fn find(subject: &Subject) -> Vec<Defect> {
    let (level, day) = (subject.dataset.info.level, subject.day());
    let mut found = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for shape in &subject.dataset.shapes {
        let defect = |text| Some(of_shape(shape, text));
        let known = subject.register.at(level, &shape.code, day);
        let problem = match known {
            _ if !seen.insert(&shape.code) => defect(Text::new("mã xuất hiện hai lần", "the code occurs twice")),
            None => defect(Text::new(
                format!("«{}» không có trong danh mục đơn vị ngày {day}", shape.name),
                format!("“{}” is not in the register of units of {day}", shape.name),
            )),
            Some(unit) => {
                let names = || std::iter::once(&unit.name).chain(&unit.aliases);
                let same = names().any(|n| fold(n) == fold(&shape.name));
                // A corrected label carries the other unit's name in the file, which the correction explains.
                let corrected = subject.dataset.info.corrections.iter().any(|c| c.read_as == shape.code);
                (!same && !corrected).then(|| {
                    of_shape(
                        shape,
                        Text::new(
                            format!("tệp ghi «{}», danh mục ghi «{}»", shape.name, unit.name),
                            format!("the file says “{}”, the register “{}”", shape.name, unit.name),
                        ),
                    )
                })
            }
        };
        found.extend(problem);
    }
    let missing = subject.register.all_at(level, day).filter(|u| !seen.contains(u.code.as_str()));
    found.extend(missing.map(|unit| Defect {
        kind: DefectKind::RegisterMismatch,
        codes: vec![unit.code.clone()],
        area_m2: None,
        place: None,
        expected: false,
        text: Text::new(format!("{} không có ranh giới", unit.name), format!("{} has no shape", unit.name)),
    }));
    found
}

fn of_shape(shape: &UnitShape, text: Text) -> Defect {
    Defect {
        kind: DefectKind::RegisterMismatch,
        codes: vec![shape.code.clone()],
        area_m2: Some(geodesic_m2(&shape.shape)),
        place: shape.shape.interior_point().map(|p| (p.x(), p.y())),
        expected: false,
        text,
    }
}
