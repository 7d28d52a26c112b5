//! Length and width of a sliver, and who is beside it.
//!
//! A sliver lies between two drawings of one line. A side of it is the older map's line where, a step outside, the older
//! map goes over to a unit that agrees with the newer; it is the newer map's line where, a step outside, the newer map
//! goes over to a unit that agrees with the older. What is neither closes the sliver at its ends, where a third unit
//! begins.

use geo::{Coord, Line, Polygon};

use super::pair::{MapPair, Unlike};
use crate::engine::edges::{Edge, Edges, Owner};
use crate::engine::layer::Containment;
use crate::engine::metric::{self, LocalPlane};

/// A step outside (m): clear of the overlay's grid (0.14 mm), and far less than any gap that matters.
const STEP_M: f64 = 0.01;

/// A common line shorter than this (m) is a touch at a corner.
const COMMON_LINE_M: f64 = 1.0;

pub struct Sides {
    pub length_m: f64,
    pub width_m: f64,
    /// Units of the newer map across its line.
    pub beside: Vec<Owner>,
}

/// What a step outside a sliver says of its side there.
struct Outside {
    /// Is the older map's line here?
    line_of_a: bool,
    /// Is the newer map's line here?
    line_of_b: bool,
    /// Is this line, on either map, the one between the two units?
    between: bool,
    on_b: Containment,
}

pub fn measure(sliver: &Polygon<f64>, maps: &MapPair, who: &Unlike) -> Sides {
    let rings = std::iter::once(sliver.exterior()).chain(sliver.interiors());
    let sides: Vec<(Edge, Outside)> = rings
        .flat_map(|ring| ring.lines())
        .filter(|l| l.start != l.end)
        .map(|l| (Edge { a: l.start, b: l.end, left: None, right: None }, outside(l, maps, who)))
        .collect();
    // Without a side that is the line between the two (the sliver is far inside), any line of that map counts.
    let line = |is: fn(&Outside) -> bool| -> Vec<Edge> {
        let all = || sides.iter().filter(|(_, o)| is(o));
        let proper: Vec<Edge> = all().filter(|(_, o)| o.between).map(|(e, _)| *e).collect();
        if proper.is_empty() { all().map(|(e, _)| *e).collect() } else { proper }
    };
    let (of_a, of_b) = (line(|o| o.line_of_a), line(|o| o.line_of_b));
    Sides { length_m: of_b.iter().map(Edge::length_m).sum(), width_m: width_m(&of_a, &of_b), beside: beside(&sides) }
}

/// The sliver lies to the left of `side`.
fn outside(side: Line<f64>, maps: &MapPair, who: &Unlike) -> Outside {
    let middle = (side.start + side.end) / 2.0;
    let plane = LocalPlane::at(middle);
    let along = plane.to_m(side.end) - plane.to_m(side.start);
    let right = Coord { x: along.y, y: -along.x } * (STEP_M / along.x.hypot(along.y));
    let place = plane.to_deg(right);
    let (on_a, on_b) = (maps.a.contain(place), maps.b.contain(place));
    let (line_of_a, line_of_b) = (!who.from.hold(&on_a), !who.to.hold(&on_b));
    let between = match (line_of_a, line_of_b) {
        (true, false) => who.forebears.hold(&on_a),
        (false, true) => who.heirs.hold(&on_b),
        _ => false,
    };
    Outside { line_of_a, line_of_b, between, on_b }
}

/// The farthest that a vertex of one line is from the other, either way. Where one map has no line along the sliver (it is
/// an island) there is no gap to measure between two lines, and the sliver is as wide as its line is across.
fn width_m(of_a: &[Edge], of_b: &[Edge]) -> f64 {
    if of_a.is_empty() || of_b.is_empty() {
        let ends: Vec<Coord<f64>> = of_a.iter().chain(of_b).map(|e| e.a).collect();
        return across_m(&ends);
    }
    let farthest = |vertices: &[Edge], line: &[Edge]| {
        let line = Edges::of_list(line.to_vec());
        let far = |p| line.nearest(p, |_| true).map_or(0.0, |n| n.distance_m);
        vertices.iter().flat_map(|e| [e.a, e.b]).map(far).fold(0.0, f64::max)
    };
    farthest(of_a, of_b).max(farthest(of_b, of_a))
}

/// Least distance between two parallels that hold all the points: the width of an island.
fn across_m(points: &[Coord<f64>]) -> f64 {
    let Some(&origin) = points.first() else { return 0.0 };
    let plane = LocalPlane::at(origin);
    let points: Vec<Coord<f64>> = points.iter().map(|&p| plane.to_m(p)).collect();
    let extent = |degrees: u32| {
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        let (low, high) =
            points.iter().map(|p| p.x * cos + p.y * sin).fold((f64::MAX, f64::MIN), |(l, h), d| (l.min(d), h.max(d)));
        high - low
    };
    (0..180).map(extent).fold(f64::MAX, f64::min)
}

fn beside(sides: &[(Edge, Outside)]) -> Vec<Owner> {
    let mut common: Vec<(Owner, f64)> = Vec::new();
    for (edge, outside) in sides.iter().filter(|(_, o)| o.line_of_b) {
        let units = match &outside.on_b {
            Containment::Outside => &[][..],
            Containment::In(unit) => std::slice::from_ref(unit),
            Containment::Several(units) => units,
        };
        let length_m = metric::distance_m(edge.a, edge.b);
        for &unit in units {
            match common.iter_mut().find(|(u, _)| *u == unit) {
                Some((_, sum)) => *sum += length_m,
                None => common.push((unit, length_m)),
            }
        }
    }
    common.into_iter().filter(|(_, sum)| *sum >= COMMON_LINE_M).map(|(unit, _)| unit).collect()
}
