//! Fewer vertices for maps, with neighbours that stay neighbours.
//!
//! Rings are cut into *arcs* at the vertices where lines part; an arc is simplified once, and every ring it belongs to
//! uses the result. So the line between two units stays one line (the idea of TopoJSON).

use std::collections::HashMap;

use geo::{Coord, Distance, Euclidean, Line, LineString, MultiPolygon, Polygon, SimplifyIdx};
use rayon::prelude::*;

use super::area::metres_per_degree;
use super::vertices::Vertices;
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
    let mut vertices = Vertices::default();
    let rings: Vec<Vec<Vec<Vec<u32>>>> = shapes
        .iter()
        .map(|s| {
            let rings = |p: &Polygon<f64>| {
                std::iter::once(p.exterior()).chain(p.interiors()).map(|r| vertices.ring(r)).collect::<Vec<_>>()
            };
            s.shape.iter().map(rings).collect()
        })
        .collect();
    let nodes = nodes(rings.iter().flatten().flatten(), vertices.len());
    let mut arcs = Arcs::default();
    let cut: Vec<Vec<Vec<Vec<ArcUse>>>> = rings
        .iter()
        .map(|unit| unit.iter().map(|polygon| polygon.iter().map(|ring| arcs.cut(ring, &nodes)).collect()).collect())
        .collect();
    let mut kept: Vec<Vec<u32>> = arcs.arcs.par_iter().map(|arc| simplified(arc, &vertices, tolerance_m)).collect();
    for ring in cut.iter().flatten().flatten() {
        keep_a_corner(ring, &arcs.arcs, &mut kept, &vertices);
    }
    shapes
        .iter()
        .zip(&cut)
        .map(|(shape, polygons)| {
            let polygon = |rings: &Vec<Vec<ArcUse>>| {
                let mut lines = rings.iter().map(|ring| joined(ring, &kept, &vertices));
                let exterior = lines.next().unwrap_or_else(|| LineString(Vec::new()));
                Polygon::new(exterior, lines.collect())
            };
            UnitShape {
                code: shape.code.clone(),
                name: shape.name.clone(),
                shape: MultiPolygon(polygons.iter().map(polygon).collect()),
            }
        })
        .collect()
}

/// An arc as a ring runs through it.
#[derive(Debug, Clone, Copy)]
struct ArcUse {
    arc: usize,
    reversed: bool,
}

/// A vertex is a node when not every ring that passes through it comes from and goes to the same two neighbours.
fn nodes<'a>(rings: impl Iterator<Item = &'a Vec<u32>>, count: usize) -> Vec<bool> {
    let mut neighbours: Vec<Option<(u32, u32)>> = vec![None; count];
    let mut node = vec![false; count];
    for ring in rings {
        for (i, &v) in ring.iter().enumerate() {
            let before = ring[(i + ring.len() - 1) % ring.len()];
            let after = ring[(i + 1) % ring.len()];
            let pair = (before.min(after), before.max(after));
            match neighbours[v as usize] {
                None => neighbours[v as usize] = Some(pair),
                Some(known) if known != pair => node[v as usize] = true,
                Some(_) => {}
            }
        }
    }
    node
}

/// All arcs, each once, in one direction.
#[derive(Debug, Default)]
struct Arcs {
    arcs: Vec<Vec<u32>>,
    /// By its first two vertices. Between nodes there is one way on only, so they tell the whole arc.
    by_start: HashMap<(u32, u32), usize>,
}

impl Arcs {
    /// Cuts a ring at its nodes. A ring without a node is cut at its lowest vertex, so that an enclave and the hole it
    /// lies in are cut alike.
    fn cut(&mut self, ring: &[u32], nodes: &[bool]) -> Vec<ArcUse> {
        if ring.is_empty() {
            return Vec::new();
        }
        let first = ring.iter().position(|&v| nodes[v as usize]);
        let lowest = || ring.iter().enumerate().min_by_key(|(_, v)| **v).map_or(0, |(i, _)| i);
        let start = first.unwrap_or_else(lowest);
        let mut uses = Vec::new();
        let mut arc = Vec::new();
        for i in 0..=ring.len() {
            let v = ring[(start + i) % ring.len()];
            arc.push(v);
            if i > 0 && (nodes[v as usize] || i == ring.len()) {
                uses.push(self.add(std::mem::replace(&mut arc, vec![v])));
            }
        }
        uses
    }

    /// The arc in its own direction: that of the smaller first two vertices.
    fn add(&mut self, mut arc: Vec<u32>) -> ArcUse {
        let forward = (arc[0], arc[1]);
        let backward = (arc[arc.len() - 1], arc[arc.len() - 2]);
        let reversed = backward < forward;
        if reversed {
            arc.reverse();
        }
        let next = self.arcs.len();
        let number = *self.by_start.entry(forward.min(backward)).or_insert(next);
        if number == next {
            self.arcs.push(arc);
        }
        ArcUse { arc: number, reversed }
    }
}

/// Douglas–Peucker between the ends of an arc, which stay. A closed arc is first cut in two at its farthest vertex.
fn simplified(arc: &[u32], vertices: &Vertices, tolerance_m: f64) -> Vec<u32> {
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
fn plane(arc: &[u32], vertices: &Vertices) -> Vec<Coord<f64>> {
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
fn keep_a_corner(ring: &[ArcUse], arcs: &[Vec<u32>], kept: &mut [Vec<u32>], vertices: &Vertices) {
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

fn joined(ring: &[ArcUse], kept: &[Vec<u32>], vertices: &Vertices) -> LineString<f64> {
    let mut line: Vec<Coord<f64>> = Vec::new();
    for u in ring {
        let arc = &kept[u.arc];
        let mut push = |v: &u32| line.push(vertices.coord(*v));
        if u.reversed {
            arc.iter().rev().skip(1).for_each(&mut push);
        } else {
            arc.iter().skip(1).for_each(&mut push);
        }
    }
    // Each arc was put without its first vertex: the last vertex of the last arc opens the ring as well as closing it.
    if let Some(&last) = line.last() {
        line.insert(0, last);
    }
    LineString(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{CoordsIter, Validation};

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
