//! Fewer vertices for maps, with neighbours that stay neighbours.
//!
//! An arc is simplified once, and every ring it belongs to uses the result. So the line between two units stays one line.

use geo::{Coord, Distance, Euclidean, Line, LineString, SimplifyIdx};
use rayon::prelude::*;

use super::arcs::ArcUse;
use super::area::metres_per_degree;
use super::topology::Topology;
use crate::domain::UnitShape;

/// The shapes with fewer vertices. Units: WGS 84 degrees in and out, the tolerance in metres.
///
/// No vertex is moved, and every vertex left out lies within the tolerance of the line that remains. A line that
/// neighbours share stays shared. Every ring keeps at least three corners, however small it is. With a tolerance of 0
/// the shapes come back as they are. As with any Douglas–Peucker, lines closer together than the tolerance may cross:
/// for looking at, not for deciding where a point is.
pub fn simplify(shapes: &[UnitShape], tolerance_m: f64) -> Vec<UnitShape> {
    if tolerance_m.is_nan() || tolerance_m <= 0.0 {
        return shapes.to_vec();
    }
    let topology = Topology::of(shapes);
    let mut kept = topology.simplified(&vec![tolerance_m; topology.len()]);
    for ring in topology.rings() {
        keep_a_corner(ring, &topology.arcs, &mut kept, &topology);
    }
    let drawn = topology.shapes(&kept);
    let unit = |(of, shape): (&UnitShape, _)| UnitShape { code: of.code.clone(), name: of.name.clone(), shape };
    shapes.iter().zip(drawn).map(unit).collect()
}

impl Topology {
    /// What is left of every arc, each with its own tolerance in metres (0: all of it). A small ring may fall flat.
    pub(super) fn simplified(&self, tolerances_m: &[f64]) -> Vec<Vec<u32>> {
        let arcs: Vec<(&Vec<u32>, f64)> = self.arcs.iter().zip(tolerances_m.iter().copied()).collect();
        let one = |(arc, tolerance_m): &(&Vec<u32>, f64)| match tolerance_m {
            t if *t > 0.0 => simplified(arc, self, *t),
            _ => arc.to_vec(),
        };
        arcs.par_iter().map(one).collect()
    }
}

/// Douglas–Peucker between the ends of an arc, which stay. A closed arc is first cut in two at its farthest vertex.
fn simplified(arc: &[u32], vertices: &Topology, tolerance_m: f64) -> Vec<u32> {
    let plane = plane(arc, vertices);
    let last = plane.len() - 1;
    if arc[0] != arc[last] || arc.len() <= 3 {
        return pick(arc, &LineString(plane).simplify_idx(tolerance_m));
    }
    let far = farthest(&plane, Line::new(plane[0], plane[0])).unwrap_or(last);
    let mut kept = LineString(plane[..=far].to_vec()).simplify_idx(tolerance_m);
    let back = LineString(plane[far..].to_vec()).simplify_idx(tolerance_m);
    kept.extend(back.iter().skip(1).map(|i| i + far));
    pick(arc, &kept)
}

fn pick(arc: &[u32], indices: &[usize]) -> Vec<u32> {
    indices.iter().map(|&i| arc[i]).collect()
}

/// The arc in metres. Each axis has the largest scale it has along the arc, so that no distance comes out too short.
fn plane(arc: &[u32], vertices: &Topology) -> Vec<Coord<f64>> {
    let latitudes = arc.iter().map(|&v| vertices.coord(v).y.abs());
    let (low, high) = latitudes.fold((90.0_f64, 0.0_f64), |(low, high), y| (low.min(y), high.max(y)));
    let (lon_m, lat_m) = (metres_per_degree(low).0, metres_per_degree(high).1);
    let origin = vertices.coord(arc[0]);
    let to_m = |c: Coord<f64>| Coord { x: (c.x - origin.x) * lon_m, y: (c.y - origin.y) * lat_m };
    arc.iter().map(|&v| to_m(vertices.coord(v))).collect()
}

/// The inner vertex farthest from a line; `None` where there is no inner vertex.
fn farthest(plane: &[Coord<f64>], line: Line<f64>) -> Option<usize> {
    (1..plane.len().saturating_sub(1))
        .max_by(|&a, &b| Euclidean.distance(plane[a], &line).total_cmp(&Euclidean.distance(plane[b], &line)))
}

/// A ring that would fall flat keeps, on the first arc that has one, the inner vertex farthest from the line through the
/// corners that are left.
fn keep_a_corner(ring: &[ArcUse], arcs: &[Vec<u32>], kept: &mut [Vec<u32>], vertices: &Topology) {
    let corners: usize = ring.iter().map(|u| kept[u.arc].len() - 1).sum();
    if corners > 2 {
        return;
    }
    let Some(arc) = ring.iter().map(|u| u.arc).find(|&a| arcs[a].len() > kept[a].len()) else { return };
    let plane = plane(&arcs[arc], vertices);
    // With two corners left, the line between them is that of any two different vertices kept.
    let ends: Vec<Coord<f64>> =
        arcs[arc].iter().zip(&plane).filter(|(v, _)| kept[arc].contains(v)).map(|(_, c)| *c).collect();
    let line = Line::new(ends[0], ends.iter().copied().find(|c| *c != ends[0]).unwrap_or(ends[0]));
    let Some(corner) = farthest(&plane, line) else { return };
    kept[arc] =
        arcs[arc].iter().enumerate().filter(|(i, v)| *i == corner || kept[arc].contains(v)).map(|(_, v)| *v).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{CoordsIter, MultiPolygon, Polygon, Validation};

    fn unit(code: &str, rings: &[&[(f64, f64)]]) -> UnitShape {
        let mut lines = rings.iter().map(|r| LineString::from(r.to_vec()));
        let polygon = Polygon::new(lines.next().unwrap(), lines.collect());
        UnitShape { code: code.into(), name: code.into(), shape: MultiPolygon(vec![polygon]) }
    }

    fn exterior(unit: &UnitShape) -> &LineString<f64> {
        unit.shape.0[0].exterior()
    }

    /// Two squares of about 11 km whose common line has a bulge of about 11 m at (1, 0.5).
    fn pair() -> Vec<UnitShape> {
        let west = [(0.9, 0.0), (1.0, 0.0), (1.0001, 0.05), (1.0, 0.1), (0.9, 0.1)];
        let east = [(1.0, 0.1), (1.0001, 0.05), (1.0, 0.0), (1.1, 0.0), (1.1, 0.1)];
        vec![unit("west", &[&west]), unit("east", &[&east])]
    }

    #[test]
    fn a_common_line_stays_common() {
        let coarse = simplify(&pair(), 20.0);
        for unit in &coarse {
            assert!(!exterior(unit).0.iter().any(|c| c.x == 1.0001), "the bulge is below the tolerance");
            assert_eq!(exterior(unit).0.len(), 5);
        }
        let fine = simplify(&pair(), 5.0);
        assert!(fine.iter().all(|u| exterior(u).0.iter().any(|c| c.x == 1.0001)));
    }

    #[test]
    fn no_tolerance_changes_nothing() {
        assert_eq!(simplify(&pair(), 0.0), pair());
        assert_eq!(simplify(&pair(), f64::NAN), pair());
    }

    #[test]
    fn an_enclave_and_its_hole_stay_alike_and_never_fall_flat() {
        let outer = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let hole = [(0.5, 0.5), (0.5001, 0.5), (0.5002, 0.5001), (0.5001, 0.5003), (0.5, 0.5001)];
        // The enclave begins elsewhere and runs the other way round.
        let enclave: Vec<(f64, f64)> = hole.iter().rev().copied().cycle().skip(2).take(5).collect();
        let shapes = [unit("around", &[&outer, &hole]), unit("enclave", &[&enclave])];
        for tolerance_m in [1.0, 15.0, 1_000.0, 1e9] {
            let simple = simplify(&shapes, tolerance_m);
            let corners = |ring: &LineString<f64>| {
                let mut corners: Vec<_> = ring.0[1..].iter().map(|c| (c.x.to_bits(), c.y.to_bits())).collect();
                corners.sort_unstable();
                corners
            };
            let inner = &simple[0].shape.0[0].interiors()[0];
            assert_eq!(corners(inner), corners(exterior(&simple[1])), "{tolerance_m}");
            assert!(corners(inner).len() >= 3);
            assert!(simple[1].shape.is_valid(), "{tolerance_m}");
            // A tolerance beyond the size of the outer square may well cut the hole off.
            assert!(tolerance_m > 1e6 || simple[0].shape.is_valid(), "{tolerance_m}");
        }
    }

    #[test]
    fn degenerate_rings_do_no_harm() {
        let flat = unit("flat", &[&[(0.0, 0.0), (1.0, 0.0)]]);
        let point = unit("point", &[&[(0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]]);
        let none = unit("none", &[&[]]);
        assert_eq!(simplify(&[flat, point, none], 10.0).iter().map(|u| u.shape.0.len()).sum::<usize>(), 3);
    }

    #[test]
    fn what_is_left_out_is_near_what_remains() {
        let wave: Vec<(f64, f64)> = (0..500)
            .map(|i| f64::from(i) * 0.0005)
            .map(|t| (103.0 + t, 22.0 + 0.002 * (40.0 * t).sin() + 0.0002 * (900.0 * t).sin()))
            .chain([(103.25, 22.2), (103.0, 22.2)])
            .collect();
        let shape = unit("wave", &[&wave]);
        let simple = simplify(std::slice::from_ref(&shape), 30.0);
        let line = exterior(&simple[0]);
        assert!(line.0.len() < 150, "{}", line.0.len());
        let (lon_m, lat_m) = metres_per_degree(22.0);
        let to_m = |c: Coord<f64>| Coord { x: c.x * lon_m, y: c.y * lat_m };
        for c in shape.shape.coords_iter() {
            let nearest = line.lines().map(|l| Euclidean.distance(to_m(c), &Line::new(to_m(l.start), to_m(l.end))));
            assert!(nearest.fold(f64::MAX, f64::min) <= 30.0);
        }
        assert!(line.0.iter().all(|c| exterior(&shape).0.contains(c)), "no vertex is moved");
    }
}
