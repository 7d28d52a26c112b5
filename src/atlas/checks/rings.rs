//! Rings that enclose nothing, or cross or touch themselves.

use geo::line_intersection::line_intersection;
use geo::{Coord, LineString};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line as TreeLine};
use rstar::{RTree, RTreeObject};

use super::Subject;
use crate::atlas::area::geodesic_ring_m2;
use crate::domain::{Defect, DefectKind, Text, UnitShape};

/// A ring smaller than this (m²) encloses nothing.
const NOTHING_M2: f64 = 1e-2;

pub fn find(subject: &Subject) -> Vec<Defect> {
    subject.dataset.shapes.par_iter().flat_map_iter(of_unit).collect()
}

fn of_unit(unit: &UnitShape) -> Vec<Defect> {
    let rings = unit.shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings.filter_map(|ring| wrong(ring).map(|(at, text)| defect(unit, ring, at, text))).collect()
}

/// What is wrong with a ring, and where.
fn wrong(ring: &LineString<f64>) -> Option<(Coord<f64>, Text)> {
    let first = *ring.0.first()?;
    if ring.0.len() < 4 || geodesic_ring_m2(ring) < NOTHING_M2 {
        return Some((first, Text::new("vòng không khép kín diện tích nào", "the ring encloses nothing")));
    }
    let crossing = crossing(ring)?;
    Some((crossing, Text::new("vòng tự cắt hoặc tự chạm", "the ring crosses or touches itself")))
}

/// A place where two edges of the ring that do not follow each other meet.
fn crossing(ring: &LineString<f64>) -> Option<Coord<f64>> {
    let lines: Vec<_> = ring.lines().filter(|l| l.start != l.end).collect();
    let point = |c: Coord<f64>| [c.x, c.y];
    let entries =
        lines.iter().enumerate().map(|(i, l)| GeomWithData::new(TreeLine::new(point(l.start), point(l.end)), i));
    let tree = RTree::bulk_load(entries.collect::<Vec<_>>());
    for (i, line) in lines.iter().enumerate() {
        let envelope = TreeLine::new(point(line.start), point(line.end)).envelope();
        for other in tree.locate_in_envelope_intersecting(&envelope) {
            let j = other.data;
            let neighbours = j == i + 1 || (i == 0 && j + 1 == lines.len());
            if j <= i || neighbours {
                continue;
            }
            if line_intersection(*line, lines[j]).is_some() {
                return Some(lines[j].start);
            }
        }
    }
    None
}

fn defect(unit: &UnitShape, ring: &LineString<f64>, at: Coord<f64>, text: Text) -> Defect {
    Defect {
        kind: DefectKind::InvalidRing,
        codes: vec![unit.code.clone()],
        area_m2: Some(geodesic_ring_m2(ring)),
        place: Some((at.x, at.y)),
        expected: false,
        text,
    }
}
