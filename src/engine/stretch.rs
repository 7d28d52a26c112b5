//! The stretch of line a dispute is about, found in the datasets, and the zone drawn from it.
//!
//! The zone is everything within the record's width of the stretch, by geodesic distance. It is derived, never filed:
//! whoever shows it says so.

use geo::{Buffer, Coord, Line, LineString, MultiLineString, MultiPolygon, Polygon};

use super::edges::{Edge, Edges};
use super::layer::Layer;
use super::metric::LocalPlane;
use crate::domain::Stretch;

/// Pieces a line is cut into when only part of it counts (m): the cut is then this sharp.
const CUT_M: f64 = 10.0;

/// The stretch of one dispute, in the coordinates of the dataset it comes from.
#[derive(Debug)]
pub struct StretchLine {
    pub edges: Edges,
}

impl StretchLine {
    /// `None`: the datasets at hand do not draw this stretch.
    pub fn find(stretch: &Stretch, communes: Option<&Layer>, districts: Option<&Layer>) -> Option<StretchLine> {
        let communes = communes.filter(|l| !l.info.indicative)?;
        let edges = match stretch {
            Stretch::CommonLine { units, near_former: None } => common_line(communes, units),
            Stretch::CommonLine { units, near_former: Some(near) } => {
                let former = Edges::of_list(common_line(districts?, &near.districts));
                pieces(&common_line(communes, units))
                    .filter(|e| former.nearest_within(e.middle(), near.within_m).is_some())
                    .collect()
            }
            Stretch::FormerLine { districts: pair, inside, clear_of_outer_m } => {
                let unit = communes.owner_of(inside)?;
                pieces(&common_line(districts?, pair))
                    .filter(|e| communes.contain(e.middle()).holds(unit))
                    .filter(|e| {
                        communes.nearest_edge_of(unit, e.middle()).is_some_and(|n| n.distance_m > *clear_of_outer_m)
                    })
                    .collect()
            }
        };
        (!edges.is_empty()).then(|| StretchLine { edges: Edges::of_list(edges) })
    }

    /// The stretch that was told as lines (degrees).
    pub fn of_lines(lines: &MultiLineString<f64>) -> StretchLine {
        let edge = |l: Line<f64>| {
            let northward = (l.start.y, l.start.x) < (l.end.y, l.end.x);
            let (a, b) = if northward { (l.start, l.end) } else { (l.end, l.start) };
            Edge { a, b, left: None, right: None }
        };
        let lines = lines.iter().flat_map(|line| line.lines()).filter(|l| l.start != l.end);
        StretchLine { edges: Edges::of_list(lines.map(edge).collect()) }
    }

    /// Geodesic distance from the stretch in metres; `None` beyond `reach_m`.
    pub fn distance_within_m(&self, p: Coord<f64>, reach_m: f64) -> Option<f64> {
        self.edges.nearest_within(p, reach_m).map(|n| n.distance_m)
    }

    pub fn length_m(&self) -> f64 {
        self.edges.list().iter().map(Edge::length_m).sum()
    }

    /// The stretch as lines, for drawing.
    pub fn lines(&self) -> MultiLineString<f64> {
        chain(self.edges.list())
    }

    /// The zone as polygons, for drawing: the stretch widened by `width_m` on each side, in a plane about its middle
    /// (0.1 % of the width at 30 km). Whether a point is in the zone is decided by [`StretchLine::distance_within_m`].
    pub fn zone(&self, width_m: f64) -> MultiPolygon<f64> {
        let lines = self.lines();
        let points = || lines.iter().flat_map(|l| l.coords().copied());
        let count = points().count().max(1) as f64;
        let middle = points().fold(Coord::zero(), |sum, c| sum + c) / count;
        let plane = LocalPlane::at(middle);
        let in_m = MultiLineString(lines.iter().map(|l| l.coords().map(|c| plane.to_m(*c)).collect()).collect());
        let to_deg = |l: &LineString<f64>| -> LineString<f64> { l.coords().map(|c| plane.to_deg(*c)).collect() };
        in_m.buffer(width_m)
            .iter()
            .map(|p| Polygon::new(to_deg(p.exterior()), p.interiors().iter().map(to_deg).collect()))
            .collect()
    }
}

pub fn common_line(layer: &Layer, codes: &[String; 2]) -> Vec<Edge> {
    let (Some(a), Some(b)) = (layer.owner_of(&codes[0]), layer.owner_of(&codes[1])) else { return Vec::new() };
    layer.edges.list().iter().filter(|e| e.touches(a) && e.touches(b)).copied().collect()
}

/// The edges cut into pieces of at most [`CUT_M`].
fn pieces(edges: &[Edge]) -> impl Iterator<Item = Edge> + '_ {
    edges.iter().flat_map(|e| {
        let count = (e.length_m() / CUT_M).ceil().max(1.0) as usize;
        let at = move |i: usize| if i == count { e.b } else { e.a + (e.b - e.a) * (i as f64 / count as f64) };
        (0..count).map(move |i| Edge { a: at(i), b: at(i + 1), ..*e })
    })
}

/// Edges that meet end to end, joined into lines.
pub fn chain(edges: &[Edge]) -> MultiLineString<f64> {
    use std::collections::HashMap;
    let key = |c: Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let mut at: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    for (i, e) in edges.iter().enumerate() {
        at.entry(key(e.a)).or_default().push(i);
        at.entry(key(e.b)).or_default().push(i);
    }
    let mut used = vec![false; edges.len()];
    let mut lines = Vec::new();
    for start in 0..edges.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let mut line = std::collections::VecDeque::from([edges[start].a, edges[start].b]);
        for forward in [true, false] {
            loop {
                let end = if forward { line[line.len() - 1] } else { line[0] };
                let here = &at[&key(end)];
                let next = if here.len() == 2 { here.iter().find(|&&i| !used[i]) } else { None };
                let Some(&i) = next else { break };
                used[i] = true;
                let Line { start: a, end: b } = Line::new(edges[i].a, edges[i].b);
                let far = if a == end { b } else { a };
                if forward { line.push_back(far) } else { line.push_front(far) }
            }
        }
        lines.push(LineString::from(Vec::from(line)));
    }
    MultiLineString(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_in_any_order_chain_into_one_line() {
        let e = |a: (f64, f64), b: (f64, f64)| Edge { a: a.into(), b: b.into(), left: None, right: None };
        let edges = [e((2.0, 2.0), (3.0, 3.0)), e((0.0, 0.0), (1.0, 1.0)), e((1.0, 1.0), (2.0, 2.0))];
        let lines = chain(&edges);
        assert_eq!(lines.0.len(), 1);
        assert_eq!(lines.0[0].0.len(), 4);
    }
}
