//! Mapbox Vector Tiles, specification 2.1: geometries on the whole numbers of a zoom's grid, clipped to a tile.
//!
//! Everything is rounded to one grid for the whole zoom before it is cut, and a cut is computed from an edge in one
//! direction only: so neighbours that share an edge share its pieces in every tile.

use std::collections::HashMap;

use geo::{Coord, Geometry};

use super::{Cell, Field};

/// Units of a tile's side.
pub const EXTENT: i64 = 4096;
/// How far beyond its side a tile goes on, so that strokes of lines meet.
pub const BUFFER: i64 = 64;

/// A place on the grid of a zoom: x to the east, y to the south, units of 1/4096 tile.
pub type Point = (i64, i64);

/// WGS 84 degrees on the grid of a zoom (Web Mercator, EPSG:3857; nothing beyond 85.05° north or south).
pub fn on_grid(c: Coord<f64>, zoom: u8) -> Point {
    let size = (EXTENT << zoom) as f64;
    let lat = c.y.clamp(-85.051_128_779_806_6, 85.051_128_779_806_6).to_radians();
    let x = (c.x + 180.0) / 360.0 * size;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * size;
    (x.round() as i64, y.round() as i64)
}

/// A geometry on the grid of a zoom.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Points(Vec<Point>),
    Lines(Vec<Vec<Point>>),
    /// Rings of each polygon, the outer first; not closed.
    Polygons(Vec<Vec<Vec<Point>>>),
}

fn line(coords: &[Coord<f64>], zoom: u8) -> Vec<Point> {
    let mut points: Vec<Point> = coords.iter().map(|c| on_grid(*c, zoom)).collect();
    points.dedup();
    points
}

fn ring(coords: &[Coord<f64>], zoom: u8) -> Vec<Point> {
    let mut points = line(coords, zoom);
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

impl Shape {
    /// What is left of a geometry on the grid; `None`: nothing that could be seen.
    pub fn of(geometry: &Geometry<f64>, zoom: u8) -> Option<Shape> {
        let rings = |p: &geo::Polygon<f64>| -> Vec<Vec<Point>> {
            std::iter::once(p.exterior()).chain(p.interiors()).map(|r| ring(&r.0, zoom)).collect()
        };
        Some(match geometry {
            Geometry::Point(p) => Shape::Points(vec![on_grid(p.0, zoom)]),
            Geometry::LineString(l) => Shape::Lines(vec![line(&l.0, zoom)]),
            Geometry::MultiLineString(lines) => Shape::Lines(lines.iter().map(|l| line(&l.0, zoom)).collect()),
            Geometry::Polygon(p) => Shape::Polygons(vec![rings(p)]),
            Geometry::MultiPolygon(land) => Shape::Polygons(land.iter().map(rings).collect()),
            _ => return None,
        })
    }

    fn points(&self) -> Box<dyn Iterator<Item = &Point> + '_> {
        match self {
            Shape::Points(all) => Box::new(all.iter()),
            Shape::Lines(lines) => Box::new(lines.iter().flatten()),
            Shape::Polygons(all) => Box::new(all.iter().flatten().flatten()),
        }
    }

    /// Smallest x and y, largest x and y.
    pub fn bounds(&self) -> Option<[i64; 4]> {
        self.points().fold(None, |b, &(x, y)| {
            let [w, n, e, s] = b.unwrap_or([x, y, x, y]);
            Some([w.min(x), n.min(y), e.max(x), s.max(y)])
        })
    }

    /// The part in a tile with its margin, in the tile's own units; `None`: there is none.
    pub fn clipped(&self, x: u32, y: u32) -> Option<Shape> {
        let (left, top) = (i64::from(x) * EXTENT, i64::from(y) * EXTENT);
        let own = |points: &[Point]| points.iter().map(|p| (p.0 - left, p.1 - top)).collect::<Vec<_>>();
        let shape = match self {
            Shape::Points(all) => {
                let within = |p: &Point| (0..EXTENT).contains(&p.0) && (0..EXTENT).contains(&p.1);
                Shape::Points(own(all).into_iter().filter(within).collect())
            }
            Shape::Lines(lines) => Shape::Lines(lines.iter().flat_map(|l| clip_line(&own(l))).collect()),
            Shape::Polygons(all) => {
                let polygon = |rings: &Vec<Vec<Point>>| {
                    let mut clipped = rings.iter().map(|r| clip_ring(own(r)));
                    let outer = clipped.next().filter(|r| twice_area(r) != 0)?;
                    let holes = clipped.filter(|r| twice_area(r) != 0);
                    Some(std::iter::once(outer).chain(holes).collect::<Vec<_>>())
                };
                Shape::Polygons(all.iter().filter_map(polygon).collect())
            }
        };
        let empty = match &shape {
            Shape::Points(all) => all.is_empty(),
            Shape::Lines(lines) => lines.is_empty(),
            Shape::Polygons(all) => all.is_empty(),
        };
        (!empty).then_some(shape)
    }
}

/// One side of the box a tile is clipped to.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

const SIDES: [Side; 4] = [Side::Left, Side::Right, Side::Top, Side::Bottom];
const LOW: i64 = -BUFFER;
const HIGH: i64 = EXTENT + BUFFER;

impl Side {
    fn holds(self, p: Point) -> bool {
        match self {
            Side::Left => p.0 >= LOW,
            Side::Right => p.0 <= HIGH,
            Side::Top => p.1 >= LOW,
            Side::Bottom => p.1 <= HIGH,
        }
    }

    /// Where an edge crosses it: the same for both directions of the edge.
    fn cut(self, a: Point, b: Point) -> Point {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let at = |value: i64, (a0, a1): (i64, i64), (b0, b1): (i64, i64)| {
            let t = (value - a0) as f64 / (b0 - a0) as f64;
            a1 + (t * (b1 - a1) as f64).round() as i64
        };
        match self {
            Side::Left => (LOW, at(LOW, a, b)),
            Side::Right => (HIGH, at(HIGH, a, b)),
            Side::Top => (at(LOW, (a.1, a.0), (b.1, b.0)), LOW),
            Side::Bottom => (at(HIGH, (a.1, a.0), (b.1, b.0)), HIGH),
        }
    }
}

/// Sutherland and Hodgman 1974, one side after the other.
fn clip_ring(mut ring: Vec<Point>) -> Vec<Point> {
    for side in SIDES {
        if ring.iter().all(|p| side.holds(*p)) {
            continue;
        }
        let mut clipped = Vec::with_capacity(ring.len());
        for (i, &b) in ring.iter().enumerate() {
            let a = ring[(i + ring.len() - 1) % ring.len()];
            match (side.holds(a), side.holds(b)) {
                (true, true) => clipped.push(b),
                (true, false) => clipped.push(side.cut(a, b)),
                (false, true) => clipped.extend([side.cut(a, b), b]),
                (false, false) => {}
            }
        }
        clipped.dedup();
        while clipped.len() > 1 && clipped.first() == clipped.last() {
            clipped.pop();
        }
        ring = clipped;
    }
    ring
}

/// A line may come back into the box: then it is several.
fn clip_line(line: &[Point]) -> Vec<Vec<Point>> {
    let mut parts = vec![line.to_vec()];
    for side in SIDES {
        let mut next = Vec::new();
        for part in parts {
            let mut current: Vec<Point> = Vec::new();
            for pair in part.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                match (side.holds(a), side.holds(b)) {
                    (true, true) => {
                        if current.is_empty() {
                            current.push(a);
                        }
                        current.push(b);
                    }
                    (true, false) => {
                        if current.is_empty() {
                            current.push(a);
                        }
                        current.push(side.cut(a, b));
                        next.push(std::mem::take(&mut current));
                    }
                    (false, true) => current.extend([side.cut(a, b), b]),
                    (false, false) => {}
                }
            }
            next.push(current);
        }
        parts = next;
    }
    for part in &mut parts {
        part.dedup();
    }
    parts.retain(|p| p.len() > 1);
    parts
}

/// Twice the signed area; positive clockwise on a screen.
fn twice_area(ring: &[Point]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

/// A layer of a tile that is being filled.
pub struct TileLayer {
    name: String,
    keys: Vec<String>,
    values: Vec<Vec<u8>>,
    value_at: HashMap<Vec<u8>, u32>,
    features: Vec<u8>,
    count: usize,
}

impl TileLayer {
    /// The keys are `id` and the names of the fields.
    pub fn new(name: &str, fields: &[Field]) -> TileLayer {
        TileLayer {
            name: name.into(),
            keys: std::iter::once("id").chain(fields.iter().map(|f| f.name)).map(str::to_owned).collect(),
            values: Vec::new(),
            value_at: HashMap::new(),
            features: Vec::new(),
            count: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a feature; `number` is the id that GIS programs see, `values` are in the order of the fields.
    pub fn add(&mut self, number: u64, id: &str, values: &[Cell], shape: &Shape) {
        let mut tags = Vec::new();
        let id = Cell::from(id);
        for (key, cell) in (0u64..).zip(std::iter::once(&id).chain(values)) {
            let Some(value) = value(cell) else { continue };
            let next = self.values.len() as u32;
            let at = *self.value_at.entry(value.clone()).or_insert_with(|| {
                self.values.push(value);
                next
            });
            varint(&mut tags, key);
            varint(&mut tags, at.into());
        }
        let (kind, geometry) = geometry(shape);
        let mut feature = Vec::new();
        field_varint(&mut feature, 1, number);
        field_bytes(&mut feature, 2, &tags);
        field_varint(&mut feature, 3, kind);
        field_bytes(&mut feature, 4, &geometry);
        field_bytes(&mut self.features, 2, &feature);
        self.count += 1;
    }

    /// Appends the layer to a tile. Layers stand one after another in it.
    pub fn write(self, tile: &mut Vec<u8>) {
        if self.is_empty() {
            return;
        }
        let mut layer = Vec::new();
        field_varint(&mut layer, 15, 2);
        field_bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend(&self.features);
        for key in &self.keys {
            field_bytes(&mut layer, 3, key.as_bytes());
        }
        for value in &self.values {
            field_bytes(&mut layer, 4, value);
        }
        field_varint(&mut layer, 5, EXTENT as u64);
        field_bytes(tile, 3, &layer);
    }
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn field_varint(out: &mut Vec<u8>, field: u64, n: u64) {
    varint(out, field << 3);
    varint(out, n);
}

fn field_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

/// A value message (4.1 of the specification); nothing for nothing.
fn value(cell: &Cell) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match cell {
        Cell::Empty => return None,
        Cell::Integer(n) => field_varint(&mut out, 6, zigzag(*n)),
        Cell::Number(n) => {
            varint(&mut out, 3 << 3 | 1);
            out.extend(n.to_le_bytes());
        }
        Cell::Flag(flag) => field_varint(&mut out, 7, (*flag).into()),
        text => field_bytes(&mut out, 1, text.text().as_bytes()),
    }
    Some(out)
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

/// Type and commands (4.3).
fn geometry(shape: &Shape) -> (u64, Vec<u8>) {
    let mut pen = Pen { out: Vec::new(), at: (0, 0) };
    let kind = match shape {
        Shape::Points(all) => {
            pen.command(1, all.len());
            all.iter().for_each(|p| pen.go(*p));
            1
        }
        Shape::Lines(lines) => {
            for line in lines.iter().filter(|l| l.len() > 1) {
                pen.path(line);
            }
            2
        }
        Shape::Polygons(all) => {
            for rings in all {
                for (i, ring) in rings.iter().enumerate() {
                    // The outer ring clockwise on the screen, holes the other way round.
                    let turned = (twice_area(ring) > 0) != (i == 0);
                    if turned {
                        pen.path(&ring.iter().rev().copied().collect::<Vec<_>>());
                    } else {
                        pen.path(ring);
                    }
                    pen.command(7, 1);
                }
            }
            3
        }
    };
    (kind, pen.out)
}

struct Pen {
    out: Vec<u8>,
    at: Point,
}

impl Pen {
    fn command(&mut self, id: u64, count: usize) {
        varint(&mut self.out, id | (count as u64) << 3);
    }

    fn go(&mut self, to: Point) {
        varint(&mut self.out, zigzag(to.0 - self.at.0));
        varint(&mut self.out, zigzag(to.1 - self.at.1));
        self.at = to;
    }

    fn path(&mut self, points: &[Point]) {
        self.command(1, 1);
        self.go(points[0]);
        self.command(2, points.len() - 1);
        points[1..].iter().for_each(|p| self.go(*p));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_edge_is_cut_alike_from_both_sides() {
        for (a, b) in [((-100, 7), (4000, 2999)), ((50, 9000), (77, -3)), ((-500, -500), (9001, 8000))] {
            for side in SIDES.into_iter().filter(|s| s.holds(a) != s.holds(b)) {
                assert_eq!(side.cut(a, b), side.cut(b, a));
            }
        }
    }

    #[test]
    fn a_square_around_the_tile_becomes_the_tile_with_its_margin() {
        let around = Shape::Polygons(vec![vec![vec![(-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000)]]]);
        let Some(Shape::Polygons(all)) = around.clipped(0, 0) else { panic!("it covers the tile") };
        assert_eq!(twice_area(&all[0][0]).abs(), 2 * (HIGH - LOW).pow(2));
        assert_eq!(around.clipped(5, 5), None);
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two() {
        let parts = clip_line(&[(10, 10), (10, -900), (50, -900), (50, 10)]);
        assert_eq!(parts, [vec![(10, 10), (10, LOW)], vec![(50, LOW), (50, 10)]]);
    }

    #[test]
    fn numbers_are_varints_and_zigzags() {
        let mut out = Vec::new();
        varint(&mut out, 300);
        assert_eq!(out, [0xac, 2]);
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }
}
