//! Shapes as the lines they share: rings cut into *arcs* at the vertices where lines part, each arc kept once (the idea of
//! TopoJSON). Whatever is done to an arc is done to the line of both neighbours.

use std::collections::HashMap;

use geo::{Coord, MultiPolygon, Polygon};

use super::arcs::{ArcUse, joined};
use super::vertices::Vertices;
use crate::domain::UnitShape;

/// The arcs of a set of shapes and the rings that run through them.
#[derive(Debug)]
pub struct Topology {
    vertices: Vertices,
    pub(super) arcs: Vec<Vec<u32>>,
    /// For each shape its polygons, for each polygon its rings: the outer one first.
    pub(super) units: Vec<Vec<Vec<Vec<ArcUse>>>>,
}

impl Topology {
    pub(super) fn of(shapes: &[UnitShape]) -> Topology {
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
        let units = rings
            .iter()
            .map(|unit| {
                unit.iter().map(|polygon| polygon.iter().map(|ring| arcs.cut(ring, &nodes)).collect()).collect()
            })
            .collect();
        Topology { vertices, arcs: arcs.arcs, units }
    }

    /// Number of arcs.
    pub(super) fn len(&self) -> usize {
        self.arcs.len()
    }

    pub(super) fn coord(&self, vertex: u32) -> Coord<f64> {
        self.vertices.coord(vertex)
    }

    /// The vertices of an arc in degrees.
    pub(super) fn line<'a>(&'a self, arc: &'a [u32]) -> impl Iterator<Item = Coord<f64>> + 'a {
        arc.iter().map(|&v| self.coord(v))
    }

    pub(super) fn rings(&self) -> impl Iterator<Item = &Vec<ArcUse>> {
        self.units.iter().flatten().flatten()
    }

    /// The shapes with `kept` in the place of the arcs.
    pub(super) fn shapes(&self, kept: &[Vec<u32>]) -> Vec<MultiPolygon<f64>> {
        let line = |arc: usize| kept[arc].iter().map(|&v| self.coord(v)).collect::<Vec<_>>();
        self.units.iter().map(|polygons| joined(polygons, &line)).collect()
    }
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
