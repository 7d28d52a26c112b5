//! Boundary edges, each stored once with the territories on its two sides, in an R-tree.

use std::collections::HashMap;
use std::sync::OnceLock;

use geo::{Coord, MultiPolygon, Orient, orient::Direction};
use robust::{Coord as Exact, orient2d};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::metric;

/// Index of a territory in its layer.
pub type Owner = u32;

/// A straight piece of boundary between two vertices as published (WGS 84 degrees). `a` is the southern end (the
/// western one when level), so that both neighbours see the very same edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub a: Coord<f64>,
    pub b: Coord<f64>,
    /// Territory to the left of `a`→`b` (west of it); `None`: nobody's in this layer.
    pub left: Option<Owner>,
    /// Territory to the right of `a`→`b` (east of it).
    pub right: Option<Owner>,
}

impl Edge {
    pub fn touches(&self, owner: Owner) -> bool {
        self.left == Some(owner) || self.right == Some(owner)
    }

    /// The territory on the other side of the edge from `owner`.
    pub fn across(&self, owner: Owner) -> Option<Owner> {
        if self.left == Some(owner) { self.right } else { self.left }
    }

    /// Which side of `a`→`b` the point is on: positive left, negative right, zero exactly on the line. Exact.
    pub fn side(&self, p: Coord<f64>) -> f64 {
        let exact = |c: Coord<f64>| Exact { x: c.x, y: c.y };
        orient2d(exact(self.a), exact(self.b), exact(p))
    }

    /// Does the ray from `p` due east cross the edge? The half-open rule: an edge holds its southern end and not its
    /// northern one, and a point on an edge counts as east of it. So a point on a shared edge has exactly one owner:
    /// the unit to the east, and on an edge that runs due east-west the unit to the north.
    pub fn crossed_by_ray_east(&self, p: Coord<f64>) -> bool {
        if p.y < self.a.y || p.y >= self.b.y {
            return false;
        }
        let (west, east) = if self.a.x < self.b.x { (self.a.x, self.b.x) } else { (self.b.x, self.a.x) };
        p.x < west || (p.x <= east && self.side(p) > 0.0)
    }

    pub fn middle(&self) -> Coord<f64> {
        (self.a + self.b) / 2.0
    }

    pub fn length_m(&self) -> f64 {
        metric::distance_m(self.a, self.b)
    }
}

/// The edge nearest to a point, and where.
#[derive(Debug, Clone, Copy)]
pub struct Nearest {
    pub edge: usize,
    pub foot: Coord<f64>,
    /// Geodesic distance in metres.
    pub distance_m: f64,
}

impl Nearest {
    /// Nearer than the other, or as near and first by number: so that whoever searches finds the same edge.
    pub(super) fn is_before(&self, other: &Nearest) -> bool {
        (self.distance_m, self.edge) < (other.distance_m, other.edge)
    }
}

/// Box of an edge in the tree. Longitudes are scaled by the cosine of the layer's middle latitude, so that the tree's
/// plane distance follows metres to within `slack`.
#[derive(Debug, Clone, Copy)]
struct Entry {
    a: [f64; 2],
    b: [f64; 2],
    edge: u32,
}

impl RTreeObject for Entry {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.a, self.b)
    }
}

impl PointDistance for Entry {
    fn distance_2(&self, p: &[f64; 2]) -> f64 {
        let (ab, ap) = ([self.b[0] - self.a[0], self.b[1] - self.a[1]], [p[0] - self.a[0], p[1] - self.a[1]]);
        let len2 = ab[0] * ab[0] + ab[1] * ab[1];
        let t = if len2 == 0.0 { 0.0 } else { ((ap[0] * ab[0] + ap[1] * ab[1]) / len2).clamp(0.0, 1.0) };
        let (dx, dy) = (ap[0] - t * ab[0], ap[1] - t * ab[1]);
        dx * dx + dy * dy
    }
}

/// All boundary edges of a layer.
#[derive(Debug)]
pub struct Edges {
    list: Vec<Edge>,
    /// Made when it is first asked: not every start needs it.
    tree: OnceLock<RTree<Entry>>,
    scale: f64,
    slack: f64,
}

impl Edges {
    /// Every ring of every shape, shared edges stored once. The owner of shape `i` is `i`. An edge with one owner on both
    /// sides is no boundary and is left out.
    pub fn of_shapes<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Edges {
        let mut list: Vec<Edge> = Vec::new();
        let mut known = Known::default();
        for (owner, shape) in shapes.enumerate() {
            // Outer rings counter-clockwise, holes clockwise: the territory is on the left of every ring.
            for polygon in shape.orient(Direction::Default) {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    for line in ring.lines().filter(|l| l.start != l.end) {
                        add(&mut list, &mut known, line.start, line.end, owner as Owner);
                    }
                }
            }
        }
        list.retain(|e| e.left.is_none() || e.left != e.right);
        Edges::of_list(list)
    }

    pub fn of_list(list: Vec<Edge>) -> Edges {
        let (south, north) = list.iter().fold((90.0_f64, -90.0_f64), |(s, n), e| (s.min(e.a.y), n.max(e.b.y)));
        let scale = if list.is_empty() { 1.0 } else { (0.5 * (south + north)).to_radians().cos() };
        let stretch = |lat: f64| lat.to_radians().cos() / scale;
        let (low, high) = (stretch(north.abs().max(south.abs())), stretch(south.abs().min(north.abs())));
        // 0.7 %: the meridian and the parallel radius of the ellipsoid differ by that much at most.
        let slack = 1.007 * (high / low).max(1.0);
        Edges { tree: OnceLock::new(), list, scale, slack }
    }

    fn tree(&self) -> &RTree<Entry> {
        self.tree.get_or_init(|| {
            let corner = |c: Coord<f64>| [c.x * self.scale, c.y];
            let entry = |(i, e): (usize, &Edge)| Entry { a: corner(e.a), b: corner(e.b), edge: i as u32 };
            RTree::bulk_load(self.list.iter().enumerate().map(entry).collect())
        })
    }

    pub fn list(&self) -> &[Edge] {
        &self.list
    }

    pub fn get(&self, i: usize) -> &Edge {
        &self.list[i]
    }

    /// Indices of the edges whose box meets the box `centre` ± (`dx`, `dy`) degrees.
    pub fn near(&self, centre: Coord<f64>, (dx, dy): (f64, f64)) -> impl Iterator<Item = usize> + '_ {
        let corner = |sx: f64, sy: f64| [(centre.x + sx * dx) * self.scale, centre.y + sy * dy];
        self.tree()
            .locate_in_envelope_intersecting(&AABB::from_corners(corner(-1.0, -1.0), corner(1.0, 1.0)))
            .map(|e| e.edge as usize)
    }

    /// The nearest edge that `wanted` accepts, by geodesic distance; `None` when there is none.
    pub fn nearest(&self, p: Coord<f64>, wanted: impl Fn(&Edge) -> bool) -> Option<Nearest> {
        self.nearest_from(p, f64::INFINITY, wanted)
    }

    /// The nearest edge if it is no farther than `reach_m` metres. Cheap when it is.
    pub fn nearest_within(&self, p: Coord<f64>, reach_m: f64) -> Option<Nearest> {
        let (_, reach_deg) = metric::LocalPlane::at(p).reach_deg(reach_m);
        let limit = reach_deg * self.slack;
        self.nearest_from(p, limit * limit, |_| true).filter(|n| n.distance_m <= reach_m)
    }

    /// The nearest edge that `wanted` accepts among those up to the root of `limit` (squared) away in the tree's plane.
    fn nearest_from(&self, p: Coord<f64>, mut limit: f64, wanted: impl Fn(&Edge) -> bool) -> Option<Nearest> {
        let mut best: Option<Nearest> = None;
        let (_, bend_deg) = metric::LocalPlane::at(p).reach_deg(metric::BEND_M);
        for (entry, tree_d2) in self.tree().nearest_neighbor_iter_with_distance_2(&[p.x * self.scale, p.y]) {
            if tree_d2 > limit {
                break;
            }
            let edge = &self.list[entry.edge as usize];
            if !wanted(edge) {
                continue;
            }
            // The rough distance is good to 1e-5 and the bend of the edge: only what could win is measured exactly.
            let rough = metric::rough_distance_m(p, metric::nearest_on_segment(p, edge.a, edge.b));
            if best.is_some_and(|b| rough > b.distance_m * (1.0 + 2e-5) + metric::BEND_M) {
                continue;
            }
            let (foot, distance_m) = metric::nearest_on_edge(p, edge.a, edge.b);
            if best.is_none() {
                let reach_deg = tree_d2.sqrt() * self.slack + bend_deg;
                limit = limit.min(reach_deg * reach_deg);
            }
            let found = Nearest { edge: entry.edge as usize, foot, distance_m };
            if best.is_none_or(|b| found.is_before(&b)) {
                best = Some(found);
            }
        }
        best
    }
}

/// Edges by their ends: the first with them, and for each edge the next with the same ends.
#[derive(Default)]
struct Known {
    // Millions of keys made of coordinates, of nobody's choosing: a hash that is quick, not one that resists attacks.
    first: HashMap<[u64; 4], u32, foldhash::fast::FixedState>,
    next: Vec<Option<u32>>,
}

fn add(list: &mut Vec<Edge>, known: &mut Known, from: Coord<f64>, to: Coord<f64>, owner: Owner) {
    let northward = (from.y, from.x) < (to.y, to.x);
    let (a, b) = if northward { (from, to) } else { (to, from) };
    let key = [a.x.to_bits(), a.y.to_bits(), b.x.to_bits(), b.y.to_bits()];
    let new = list.len() as u32;
    let first = *known.first.entry(key).or_insert(new);
    // In overlapping data two owners can want the same side: the second then gets an edge of its own.
    let mut same = (first != new).then_some(first);
    while let Some(i) = same {
        let side = if northward { &mut list[i as usize].left } else { &mut list[i as usize].right };
        if side.is_none() {
            *side = Some(owner);
            return;
        }
        same = known.next[i as usize];
        if same.is_none() {
            known.next[i as usize] = Some(new);
        }
    }
    known.next.push(None);
    let (left, right) = if northward { (Some(owner), None) } else { (None, Some(owner)) };
    list.push(Edge { a, b, left, right });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: (f64, f64), b: (f64, f64)) -> Edge {
        Edge { a: a.into(), b: b.into(), left: None, right: None }
    }

    #[test]
    fn a_point_on_an_edge_counts_as_east_of_it() {
        let e = edge((102.0, 22.0), (102.5, 22.5));
        assert!(e.crossed_by_ray_east((102.2, 22.3).into()), "west of the edge");
        assert!(!e.crossed_by_ray_east((102.25, 22.25).into()), "on the edge");
        assert!(!e.crossed_by_ray_east((102.3, 22.2).into()), "east of the edge");
    }

    #[test]
    fn an_edge_holds_its_southern_end_only() {
        let e = edge((102.0, 22.0), (102.0, 22.5));
        assert!(e.crossed_by_ray_east((101.0, 22.0).into()));
        assert!(!e.crossed_by_ray_east((101.0, 22.5).into()));
        let level = edge((102.0, 22.0), (102.5, 22.0));
        assert!(!level.crossed_by_ray_east((101.0, 22.0).into()));
    }
}
