//! Lines that shapes share, each written once, and the shapes put together from them.

use geo::{Coord, LineString, MultiPolygon, Polygon};

/// An arc as a ring runs through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArcUse {
    pub arc: usize,
    pub reversed: bool,
}

/// Polygons from the arcs of their rings; `line` gives the vertices of an arc.
pub fn joined(polygons: &[Vec<Vec<ArcUse>>], line: &dyn Fn(usize) -> Vec<Coord<f64>>) -> MultiPolygon<f64> {
    let polygon = |rings: &Vec<Vec<ArcUse>>| {
        let mut lines = rings.iter().map(|ring| joined_ring(ring, line));
        let exterior = lines.next().unwrap_or_else(|| LineString(Vec::new()));
        Polygon::new(exterior, lines.collect())
    };
    MultiPolygon(polygons.iter().map(polygon).collect())
}

fn joined_ring(ring: &[ArcUse], arc: &dyn Fn(usize) -> Vec<Coord<f64>>) -> LineString<f64> {
    let mut line: Vec<Coord<f64>> = Vec::new();
    for u in ring {
        let mut arc = arc(u.arc);
        if u.reversed {
            arc.reverse();
        }
        line.extend(arc.into_iter().skip(1));
    }
    // Each arc was put without its first vertex: the last vertex of the last arc opens the ring as well as closing it.
    if let Some(&last) = line.last() {
        line.insert(0, last);
    }
    LineString(line)
}
