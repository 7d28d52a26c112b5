//! Land between the units of a dataset that belongs to none of them.

use geo::{InteriorPoint, LineString, Polygon};

use super::Subject;
use crate::atlas::area::geodesic_ring_m2;
use crate::atlas::union_outline;
use crate::domain::{Defect, DefectKind, Text, UnitShape};

/// Smaller gaps (m²) are not reported: see the overlaps.
const NOISE_M2: f64 = 10.0;

pub fn find(subject: &Subject) -> Vec<Defect> {
    let units: Vec<&UnitShape> = subject.dataset.shapes.iter().collect();
    let union = union_outline(&units);
    union.iter().flat_map(Polygon::interiors).filter_map(gap).collect()
}

fn gap(hole: &LineString<f64>) -> Option<Defect> {
    let area_m2 = geodesic_ring_m2(hole);
    (area_m2 > NOISE_M2).then(|| Defect {
        kind: DefectKind::Gap,
        codes: Vec::new(),
        area_m2: Some(area_m2),
        place: Polygon::new(hole.clone(), Vec::new()).interior_point().map(|p| (p.x(), p.y())),
        expected: false,
        text: Text::new("khoảng đất không thuộc đơn vị nào", "land that belongs to no unit"),
    })
}
