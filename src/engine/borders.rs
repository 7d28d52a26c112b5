//! The boundaries of a layer as lines, each with the territory on either side.

use std::collections::{BTreeMap, HashMap};

use geo::{Coord, LineString, MultiLineString};

use super::edges::{Edge, Owner};
use super::layer::Layer;

/// Everything two territories share. Seen along the lines, `left` is on the left; `None`: nobody's in this layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Border {
    pub left: Option<Owner>,
    pub right: Option<Owner>,
    /// WGS 84 degrees.
    pub lines: MultiLineString<f64>,
    /// Geodesic length in metres.
    pub length_m: f64,
}

/// An edge, start and end.
type Way = (Coord<f64>, Coord<f64>);
/// Whose land is on its left, and on its right.
type Sides = (Owner, Option<Owner>);

impl Layer {
    /// Every boundary once, in the order of the territories; of a pair the earlier territory is on the left, one beside
    /// nobody's land too.
    pub fn borders(&self) -> Vec<Border> {
        borders(self.edges.list().iter())
    }

    /// The same of the edges in the box `centre` ± (`dx`, `dy`) degrees; an edge that reaches into it is there whole.
    pub fn borders_about(&self, centre: Coord<f64>, half_size_deg: (f64, f64)) -> Vec<Border> {
        // In their own order, so that the same lines come out whatever the tree looks like.
        let mut near: Vec<usize> = self.edges.near(centre, half_size_deg).collect();
        near.sort_unstable();
        borders(near.into_iter().map(|i| self.edges.get(i)))
    }
}

fn borders<'a>(edges: impl Iterator<Item = &'a Edge>) -> Vec<Border> {
    let mut pairs: BTreeMap<Sides, Vec<Way>> = BTreeMap::new();
    let mut lengths: HashMap<Sides, f64> = HashMap::new();
    for edge in edges {
        let Some((pair, way)) = directed(edge) else { continue };
        pairs.entry(pair).or_default().push(way);
        *lengths.entry(pair).or_default() += edge.length_m();
    }
    pairs
        .into_iter()
        .map(|(pair, edges)| Border {
            left: Some(pair.0),
            right: pair.1,
            lines: joined(&edges),
            length_m: lengths.get(&pair).copied().unwrap_or_default(),
        })
        .collect()
}

/// The edge in the direction that has the earlier territory on its left.
fn directed(edge: &Edge) -> Option<(Sides, Way)> {
    let (there, back) = ((edge.a, edge.b), (edge.b, edge.a));
    match (edge.left, edge.right) {
        (Some(l), Some(r)) if l <= r => Some(((l, Some(r)), there)),
        (Some(l), Some(r)) => Some(((r, Some(l)), back)),
        (Some(l), None) => Some(((l, None), there)),
        (None, Some(r)) => Some(((r, None), back)),
        (None, None) => None,
    }
}

/// Directed edges joined end to start, as long as there is one way on.
fn joined(edges: &[Way]) -> MultiLineString<f64> {
    let key = |c: Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let mut from: HashMap<_, Vec<usize>> = HashMap::new();
    let mut into: HashMap<_, usize> = HashMap::new();
    for (i, (a, b)) in edges.iter().enumerate() {
        from.entry(key(*a)).or_default().push(i);
        *into.entry(key(*b)).or_default() += 1;
    }
    let through = |c: Coord<f64>| {
        from.get(&key(c)).is_some_and(|out| out.len() == 1) && into.get(&key(c)).copied().unwrap_or(0) == 1
    };
    let mut used = vec![false; edges.len()];
    let mut lines = Vec::new();
    // From where lines begin; what is left then are closed lines.
    let heads = (0..edges.len()).filter(|&i| !through(edges[i].0));
    for start in heads.chain(0..edges.len()) {
        if used[start] {
            continue;
        }
        let mut line = vec![edges[start].0];
        let mut at = start;
        loop {
            used[at] = true;
            line.push(edges[at].1);
            match from.get(&key(edges[at].1)) {
                Some(next) if through(edges[at].1) && !used[next[0]] => at = next[0],
                _ => break,
            }
        }
        lines.push(LineString(line));
    }
    MultiLineString(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_join_in_their_direction_and_closed_lines_close() {
        let c = |x: f64, y: f64| Coord { x, y };
        let lines = joined(&[(c(1., 0.), c(2., 0.)), (c(0., 0.), c(1., 0.))]);
        assert_eq!(lines.0, [LineString(vec![c(0., 0.), c(1., 0.), c(2., 0.)])]);
        let ring = joined(&[(c(0., 0.), c(1., 0.)), (c(1., 0.), c(1., 1.)), (c(1., 1.), c(0., 0.))]);
        assert_eq!((ring.0.len(), ring.0[0].0.len(), ring.0[0].is_closed()), (1, 4, true));
    }
}
