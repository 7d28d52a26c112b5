//! Territory that no unit of a dataset has, though units of the dataset surround it.
//!
//! A gap that is open to the outside of the dataset cannot be told from the outside and is not found.

use geo::{BoundingRect, Distance, Euclidean, MultiPolygon, Polygon};
use rstar::{AABB, RTree};

use super::overlaps::{MIN_AREA_M2, boxed};
use super::{Subject, called, place};
use crate::atlas::area::geodesic_m2;
use crate::atlas::union_outline;
use crate::domain::{Defect, DefectKind, Text, UnitShape};

/// The corners of a gap are computed where lines cross; this near (1 cm) a unit is beside the gap.
const TOUCHES_DEG: f64 = 1e-7;

pub fn find(subject: &Subject) -> Vec<Defect> {
    let shapes = &subject.dataset.shapes;
    let union = union_outline(&shapes.iter().collect::<Vec<_>>());
    let tree = RTree::bulk_load(shapes.iter().enumerate().filter_map(|(i, s)| boxed(i, s)).collect());
    let holes = union.into_iter().flat_map(|p| p.into_inner().1);
    let mut found: Vec<Defect> = holes
        .filter_map(|hole| {
            let area = MultiPolygon(vec![Polygon::new(hole, Vec::new())]);
            let area_m2 = geodesic_m2(&area);
            let rect = area.bounding_rect().filter(|_| area_m2 >= MIN_AREA_M2)?;
            let reach = AABB::from_corners(
                [rect.min().x - TOUCHES_DEG, rect.min().y - TOUCHES_DEG],
                [rect.max().x + TOUCHES_DEG, rect.max().y + TOUCHES_DEG],
            );
            let mut around: Vec<usize> = tree.locate_in_envelope_intersecting(&reach).map(|b| b.data).collect();
            around.retain(|&i| Euclidean.distance(&shapes[i].shape, &area) <= TOUCHES_DEG);
            around.sort_unstable();
            Some(gap(&area, area_m2, &around.into_iter().map(|i| &shapes[i]).collect::<Vec<_>>()))
        })
        .collect();
    found.sort_by(|a, b| b.area_m2.unwrap_or(0.0).total_cmp(&a.area_m2.unwrap_or(0.0)));
    found
}

fn gap(area: &MultiPolygon<f64>, area_m2: f64, around: &[&UnitShape]) -> Defect {
    let names = around.iter().map(|u| called(u)).collect::<Vec<_>>().join(", ");
    Defect {
        kind: DefectKind::Gap,
        codes: around.iter().map(|u| u.code.clone()).collect(),
        area_m2: Some(area_m2),
        place: place(area),
        expected: false,
        text: Text::new(
            format!("đất không thuộc đơn vị nào, kề {names}"),
            format!("territory of no unit, beside {names}"),
        ),
    }
}
