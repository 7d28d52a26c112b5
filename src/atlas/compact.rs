//! Boundaries for where there is little room: on a grid, each line once, with as few vertices as a guaranteed error allows.
//!
//! Unlike [`super::simplify`], which is for looking at, this is for deciding where a point is: lines never cross that did
//! not cross before, and no ring falls flat. Where leaving vertices out would do that, they stay.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, MapCoords};
use rstar::{AABB, RTree, RTreeObject};

use super::arcs::ArcUse;
use super::topology::Topology;
use crate::domain::UnitShape;

/// Steps of the grid in a degree: 1e-7°, a centimetre on the ground.
const STEPS_PER_DEGREE: f64 = 1e7;
/// How far the grid moves a vertex at most, in metres: half the diagonal of a cell at the equator, 7.9 mm.
pub const GRID_ERROR_M: f64 = 0.008;
/// A tolerance below this (m) is not worth halving again: the line stays as published.
const FINEST_M: f64 = 0.3;

/// Shapes as lines they share.
#[derive(Debug)]
pub struct Compact {
    /// WGS 84 degrees, on the grid.
    pub arcs: Vec<Vec<Coord<f64>>>,
    /// For each shape its polygons, for each polygon its rings.
    pub units: Vec<Vec<Vec<Vec<ArcUse>>>>,
}

/// The shapes compact: no point of a line is farther than its tolerance and [`GRID_ERROR_M`] from the line as published,
/// nor the other way round. `tolerance_m` is asked for each shape; a line takes the smallest of those it belongs to.
pub fn compact(shapes: &[UnitShape], tolerance_m: impl Fn(usize) -> f64) -> Compact {
    let on_grid = |v: f64| (v * STEPS_PER_DEGREE).round() / STEPS_PER_DEGREE;
    let snapped: Vec<UnitShape> = shapes
        .iter()
        .map(|s| UnitShape {
            code: s.code.clone(),
            name: s.name.clone(),
            shape: s.shape.map_coords(|c| Coord { x: on_grid(c.x), y: on_grid(c.y) }),
        })
        .collect();
    let topology = Topology::of(&snapped);
    let mut tolerances_m = vec![f64::INFINITY; topology.len()];
    for (unit, polygons) in topology.units.iter().enumerate() {
        let wish = tolerance_m(unit);
        for used in polygons.iter().flatten().flatten() {
            let t = &mut tolerances_m[used.arc];
            *t = t.min(wish);
        }
    }
    let kept = sound(&topology, tolerances_m);
    Compact { arcs: kept.iter().map(|arc| topology.line(arc).collect()).collect(), units: topology.units }
}

/// The arcs simplified as far as their tolerances and the lines beside them allow.
fn sound(topology: &Topology, mut tolerances_m: Vec<f64>) -> Vec<Vec<u32>> {
    loop {
        let kept = topology.simplified(&tolerances_m);
        let mut finer: Vec<usize> = crossings(topology, &kept).into_iter().flatten().collect();
        for ring in topology.rings().filter(|ring| ring.iter().map(|u| kept[u.arc].len() - 1).sum::<usize>() < 3) {
            finer.extend(ring.iter().map(|u| u.arc));
        }
        finer.sort_unstable();
        finer.dedup();
        finer.retain(|&arc| tolerances_m[arc] > 0.0);
        if finer.is_empty() {
            return kept;
        }
        for arc in finer {
            let half = 0.5 * tolerances_m[arc];
            tolerances_m[arc] = if half < FINEST_M { 0.0 } else { half };
        }
    }
}

/// One straight piece of an arc.
struct Piece {
    arc: usize,
    ends: [u32; 2],
    line: Line<f64>,
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.line.start.into(), self.line.end.into())
    }
}

/// Pairs of arcs (an arc and itself, too) that meet elsewhere than in a vertex of both.
fn crossings(topology: &Topology, kept: &[Vec<u32>]) -> Vec<[usize; 2]> {
    let pieces = kept.iter().enumerate().flat_map(|(arc, vertices)| {
        vertices.windows(2).map(move |w| Piece {
            arc,
            ends: [w[0], w[1]],
            line: Line::new(topology.coord(w[0]), topology.coord(w[1])),
        })
    });
    let tree = RTree::bulk_load(pieces.collect());
    let mut found = Vec::new();
    for (a, b) in tree.intersection_candidates_with_other_tree(&tree) {
        // Each pair once; a piece and itself never.
        if (a.arc, a.ends) < (b.arc, b.ends) && cross(a, b) {
            found.push([a.arc, b.arc]);
        }
    }
    found
}

fn cross(a: &Piece, b: &Piece) -> bool {
    let common = a.ends.iter().any(|end| b.ends.contains(end));
    match line_intersection(a.line, b.line) {
        None => false,
        Some(LineIntersection::Collinear { intersection }) => intersection.start != intersection.end || !common,
        Some(LineIntersection::SinglePoint { .. }) => !common,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::arcs::joined;
    use geo::{Intersects, LineString, MultiPolygon, Polygon};

    fn unit(code: &str, ring: &[(f64, f64)]) -> UnitShape {
        let polygon = Polygon::new(LineString::from(ring.to_vec()), Vec::new());
        UnitShape { code: code.into(), name: code.into(), shape: MultiPolygon(vec![polygon]) }
    }

    fn shape(compact: &Compact, unit: usize) -> MultiPolygon<f64> {
        joined(&compact.units[unit], &|arc| compact.arcs[arc].clone())
    }

    #[test]
    fn lines_that_would_cross_keep_their_vertices() {
        // A bay of 33 m (0.0003°) in one unit's line, and a spit of another unit that reaches into it.
        let bay = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.0495), (0.0997, 0.05), (0.1, 0.0505), (0.1, 0.1), (0.0, 0.1)];
        let spit = [(0.2, 0.0), (0.2, 0.1), (0.1002, 0.0502), (0.09985, 0.05), (0.1002, 0.0498)];
        let shapes = [unit("bay", &bay), unit("spit", &spit)];
        let alone = compact(&shapes[..1], |_| 50.0);
        assert_eq!(shape(&alone, 0).0[0].exterior().0.len(), 5, "alone the bay is cut off");
        let both = compact(&shapes, |_| 50.0);
        assert!(!shape(&both, 0).intersects(&shape(&both, 1)), "with the spit in it, it stays");
    }

    #[test]
    fn a_line_takes_the_smaller_tolerance_of_its_two_units() {
        let west = [(0.9, 0.0), (1.0, 0.0), (1.0001, 0.05), (1.0, 0.1), (0.9, 0.1), (0.9001, 0.05)];
        let east = [(1.0, 0.1), (1.0001, 0.05), (1.0, 0.0), (1.1, 0.0), (1.1, 0.1)];
        let mixed = compact(&[unit("west", &west), unit("east", &east)], |i| if i == 0 { 100.0 } else { 1.0 });
        let has = |x: f64| mixed.arcs.iter().flatten().any(|c| c.x == x);
        assert!(has(1.0001), "11 m on the common line stay for the east");
        assert!(!has(0.9001), "11 m on the west's own line go");
    }

    #[test]
    fn a_small_ring_never_falls_flat() {
        let small = [(0.0, 0.0), (0.00002, 0.0), (0.00002, 0.00002)];
        let ring = shape(&compact(&[unit("small", &small)], |_| 1000.0), 0);
        assert_eq!(ring.0[0].exterior().0.len(), 4);
    }
}
