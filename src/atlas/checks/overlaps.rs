//! Units of one dataset whose territories overlap.

use geo::{BooleanOps, BoundingRect, InteriorPoint, Intersects, MultiPolygon};
use rayon::prelude::*;

use super::Subject;
use crate::atlas::area::geodesic_m2;
use crate::domain::{Defect, DefectKind, Text, UnitShape};

/// Smaller overlaps (m²) are not reported: the overlay itself is good to a tenth of a millimetre, which is square metres
/// along a line of tens of kilometres. The engine notices overlaps of any size at the point that is asked for.
const NOISE_M2: f64 = 10.0;

pub fn find(subject: &Subject) -> Vec<Defect> {
    let shapes = &subject.dataset.shapes;
    let boxes: Vec<_> = shapes.iter().map(|s| s.shape.bounding_rect()).collect();
    let pairs: Vec<(usize, usize)> = (0..shapes.len())
        .flat_map(|a| (a + 1..shapes.len()).map(move |b| (a, b)))
        .filter(|&(a, b)| matches!((boxes[a], boxes[b]), (Some(a), Some(b)) if a.intersects(&b)))
        .collect();
    pairs
        .into_par_iter()
        .filter_map(|(a, b)| {
            let (a, b) = (&shapes[a], &shapes[b]);
            let common = a.shape.intersection(&b.shape);
            let area_m2 = geodesic_m2(&common);
            (area_m2 > NOISE_M2).then(|| defect(subject, a, b, &common, area_m2))
        })
        .collect()
}

fn defect(subject: &Subject, a: &UnitShape, b: &UnitShape, common: &MultiPolygon<f64>, area_m2: f64) -> Defect {
    let expected = subject
        .expected_overlaps
        .iter()
        .find(|e| e.dataset == subject.dataset.info.id && e.codes.contains(&a.code) && e.codes.contains(&b.code));
    let text = match expected {
        Some(e) => e.reason.clone(),
        None => {
            Text::new(format!("{} và {} chồng lên nhau", a.name, b.name), format!("{} and {} overlap", a.name, b.name))
        }
    };
    Defect {
        kind: DefectKind::Overlap,
        codes: vec![a.code.clone(), b.code.clone()],
        area_m2: Some(area_m2),
        place: common.interior_point().map(|p| (p.x(), p.y())),
        expected: expected.is_some(),
        text,
    }
}
