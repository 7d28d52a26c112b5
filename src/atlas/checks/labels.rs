//! Shapes that carry the label of another unit. A district that a reform ended is compared with the communes that its
//! own communes went into, as the dataset of the time after the reform draws them: if most of its shape lies in the
//! communes of another district, the labels have been exchanged.

use std::collections::HashMap;

use geo::{BooleanOps, BoundingRect, Intersects};
use rayon::prelude::*;

use super::{Subject, called, place};
use crate::atlas::area::rough_m2;
use crate::atlas::simplify;
use crate::domain::{Defect, DefectKind, Level, Text, UnitShape};

/// Finer lines than this do not change which district most of an area lies in.
const COARSE_M: f64 = 200.0;
/// Most of a shape: more than half of it.
const MOST: f64 = 0.5;

pub fn find(subject: &Subject) -> Vec<Defect> {
    let info = &subject.dataset.info;
    let after = subject.all.iter().find(|d| d.info.level == Level::Commune && Some(d.info.valid_from) == info.valid_to);
    let (Level::District, Some(after)) = (info.level, after) else { return Vec::new() };
    let communes = simplify(&after.shapes, COARSE_M);
    let districts = simplify(&subject.dataset.shapes, COARSE_M);
    districts.par_iter().filter_map(|district| mislabelled(subject, district, &communes)).collect()
}

fn mislabelled(subject: &Subject, district: &UnitShape, communes: &[UnitShape]) -> Option<Defect> {
    let day = subject.day();
    let own = subject.register.at(Level::District, &district.code, day)?;
    let total_m2 = rough_m2(&district.shape);
    let rect = district.shape.bounding_rect()?;
    let near = communes.iter().filter(|c| c.shape.bounding_rect().is_some_and(|r| r.intersects(&rect)));
    let common_m2: HashMap<&str, f64> =
        near.map(|c| (c.code.as_str(), rough_m2(&district.shape.intersection(&c.shape)))).collect();
    let within = |codes: &[String]| codes.iter().filter_map(|c| common_m2.get(c.as_str())).sum::<f64>();
    let own_m2 = within(&own.became);
    let (other, other_m2) = subject
        .register
        .all_at(Level::District, day)
        .filter(|d| d.code != own.code)
        .map(|d| (d, within(&d.became)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    if other_m2 <= MOST * total_m2 || own_m2 > MOST * total_m2 {
        return None;
    }
    let share = 100.0 * other_m2 / total_m2;
    Some(Defect {
        kind: DefectKind::RegisterMismatch,
        codes: vec![own.code.clone(), other.code.clone()],
        area_m2: None,
        place: place(&district.shape),
        expected: false,
        text: Text::new(
            format!(
                "hình mang nhãn {} nằm {share:.0} % trong các xã của {} ({})",
                called(district),
                other.name,
                other.code
            ),
            format!(
                "the shape labelled {} lies for {share:.0} % in the communes of {} ({})",
                called(district),
                other.name,
                other.code
            ),
        ),
    })
}
