//! Territory that two units of a dataset both claim. Every overlap that is not in the register of expected overlaps is a
//! defect of the data: it must never come out as two claimants.

use geo::{BooleanOps, BoundingRect};
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::{Subject, called, place};
use crate::atlas::area::geodesic_m2;
use crate::domain::{Defect, DefectKind, ExpectedOverlap, Text, UnitShape};

/// Smaller overlaps are not reported. The overlay works on a grid of about 0.1 mm, which is a square metre along 10 km of
/// common line; from 1 m² on it finds what GEOS finds in the official communes. The engine notices overlaps of any size at
/// the point that is asked for.
pub const MIN_AREA_M2: f64 = 1.0;

pub fn find(subject: &Subject) -> Vec<Defect> {
    let shapes = &subject.dataset.shapes;
    let tree = RTree::bulk_load(shapes.iter().enumerate().filter_map(|(i, s)| boxed(i, s)).collect());
    let mut pairs: Vec<(usize, usize)> = tree
        .intersection_candidates_with_other_tree(&tree)
        .map(|(a, b)| (a.data, b.data))
        .filter(|(a, b)| a < b)
        .collect();
    pairs.sort_unstable();
    let mut found: Vec<Defect> =
        pairs.into_par_iter().filter_map(|(a, b)| overlap(subject, &shapes[a], &shapes[b])).collect();
    found.sort_by(|a, b| b.area_m2.unwrap_or(0.0).total_cmp(&a.area_m2.unwrap_or(0.0)));
    found
}

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

pub fn boxed(i: usize, unit: &UnitShape) -> Option<Boxed> {
    let rect = unit.shape.bounding_rect()?;
    Some(GeomWithData::new(Rectangle::from_corners(rect.min().into(), rect.max().into()), i))
}

fn overlap(subject: &Subject, a: &UnitShape, b: &UnitShape) -> Option<Defect> {
    let common = a.shape.intersection(&b.shape);
    let area_m2 = geodesic_m2(&common);
    if area_m2 < MIN_AREA_M2 {
        return None;
    }
    let of_both = |e: &&ExpectedOverlap| {
        e.dataset == subject.dataset.info.id && e.codes.contains(&a.code) && e.codes.contains(&b.code)
    };
    let expected = subject.expected_overlaps.iter().find(of_both);
    let unexpected = || {
        Text::new(
            format!("{} và {} chồng lên nhau", called(a), called(b)),
            format!("{} and {} overlap", called(a), called(b)),
        )
    };
    Some(Defect {
        kind: DefectKind::Overlap,
        codes: vec![a.code.clone(), b.code.clone()],
        area_m2: Some(area_m2),
        place: place(&common),
        expected: expected.is_some(),
        text: expected.map_or_else(unexpected, |e| e.reason.clone()),
    })
}
