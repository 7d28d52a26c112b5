//! Rings that enclose nothing, cross or touch themselves or each other, and holes outside their polygon (OGC 06-103r4,
//! 6.1.11 and 6.1.13). `geo`'s own validation compares every segment with every other, too slow for 10 000 of them, and
//! does not say where.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Area, ConvexHull, Coord, Line, LineString, MultiPolygon, Polygon};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};

use super::{Subject, at, called};
use crate::domain::{Defect, DefectKind, Text, UnitShape};

pub fn find(subject: &Subject) -> Vec<Defect> {
    subject.dataset.shapes.par_iter().flat_map_iter(unit).collect()
}

/// Has the shape no ring that encloses an area?
pub fn is_hollow(shape: &MultiPolygon<f64>) -> bool {
    shape.iter().all(|p| is_flat(p.exterior()))
}

/// Fewer than three corners, or all in one line. Not by the ring's own area: that of a bow tie may be zero.
fn is_flat(ring: &LineString<f64>) -> bool {
    ring.0.len() < 4 || ring.convex_hull().unsigned_area() == 0.0
}

fn unit(unit: &UnitShape) -> Vec<Defect> {
    let defect = |(what, place): (Text, Coord<f64>)| Defect {
        kind: DefectKind::InvalidRing,
        codes: vec![unit.code.clone()],
        area_m2: None,
        place: at(place),
        expected: false,
        text: Text::new(format!("{}: {}", called(unit), what.vi), format!("{}: {}", called(unit), what.en)),
    };
    ring_faults(&unit.shape).into_iter().map(defect).collect()
}

/// What is wrong with the rings of a shape (degrees), and where each fault begins.
pub fn ring_faults(shape: &MultiPolygon<f64>) -> Vec<(Text, Coord<f64>)> {
    let rings: Vec<Ring> = shape
        .iter()
        .enumerate()
        .flat_map(|(polygon, p)| {
            std::iter::once(p.exterior()).chain(p.interiors()).enumerate().map(move |(ring, line)| Ring {
                polygon,
                ring,
                line,
            })
        })
        .collect();
    let mut faults = Vec::new();
    let mut report = |what: Text, place: Coord<f64>| faults.push((what, place));
    // A ring that encloses nothing runs along itself: one word about it is enough.
    let (flat, rings): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|r| is_flat(r.line));
    for (ring, &first) in flat.iter().filter_map(|r| r.line.0.first().map(|first| (r, first))) {
        let n = ring.line.0.len();
        let what = Text::new(
            format!("{} không bao diện tích nào ({n} vị trí)", ring.vi()),
            format!("{} encloses no area ({n} positions)", ring.en()),
        );
        report(what, first);
    }
    for Crossing { a, b, first, count } in crossings(&rings) {
        let (ra, rb) = (&rings[a], &rings[b]);
        let what = if a == b {
            Text::new(
                format!("{} tự cắt hoặc tự chạm ở {count} chỗ", ra.vi()),
                format!("{} crosses or touches itself in {count} places", ra.en()),
            )
        } else {
            Text::new(
                format!("{} và {} cắt nhau hoặc chung đoạn ở {count} chỗ", ra.vi(), rb.vi()),
                format!("{} and {} cross or share a stretch in {count} places", ra.en(), rb.en()),
            )
        };
        report(what, first);
    }
    for ring in rings.iter().filter(|r| r.ring > 0) {
        let exterior = Polygon::new(shape.0[ring.polygon].exterior().clone(), Vec::new());
        if let Some(c) = ring.line.0.iter().find(|c| exterior.coordinate_position(c) == CoordPos::Outside) {
            let what = Text::new(
                format!("{} nằm ngoài đa giác của nó", ring.vi()),
                format!("{} lies outside its polygon", ring.en()),
            );
            report(what, *c);
        }
    }
    faults
}

/// Where an open line crosses or touches itself: the first place of each kind.
pub fn line_crossings(line: &LineString<f64>) -> Vec<Coord<f64>> {
    let ring = Ring { polygon: 0, ring: 0, line };
    crossings(&[ring]).into_iter().map(|c| c.first).collect()
}

/// A ring by its number in its polygon (0: exterior) and the number of the polygon.
struct Ring<'a> {
    polygon: usize,
    ring: usize,
    line: &'a LineString<f64>,
}

impl Ring<'_> {
    fn vi(&self) -> String {
        let ring = if self.ring == 0 { "vòng ngoài".to_owned() } else { format!("vòng trong {}", self.ring) };
        format!("{ring} của đa giác {}", self.polygon + 1)
    }

    fn en(&self) -> String {
        let ring = if self.ring == 0 { "the outer ring".to_owned() } else { format!("inner ring {}", self.ring) };
        format!("{ring} of polygon {}", self.polygon + 1)
    }
}

/// Places where ring `a` meets ring `b` and must not.
struct Crossing {
    a: usize,
    b: usize,
    first: Coord<f64>,
    count: usize,
}

struct Segment {
    ring: usize,
    index: usize,
    /// Segments in the ring, without those of no length; of an open line: no end.
    of: usize,
    line: Line<f64>,
}

impl RTreeObject for Segment {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.line.start.x, self.line.start.y], [self.line.end.x, self.line.end.y])
    }
}

fn crossings(rings: &[Ring]) -> Vec<Crossing> {
    let mut segments = Vec::new();
    for (number, ring) in rings.iter().enumerate() {
        let lines: Vec<Line<f64>> = ring.line.lines().filter(|l| l.start != l.end).collect();
        // The ends of an open line are no neighbours.
        let of = if ring.line.is_closed() { lines.len() } else { usize::MAX };
        segments.extend(lines.into_iter().enumerate().map(|(index, line)| Segment { ring: number, index, of, line }));
    }
    let tree = RTree::bulk_load(segments);
    let mut found: Vec<Crossing> = Vec::new();
    let mut met: Vec<(usize, usize, Coord<f64>)> = tree
        .intersection_candidates_with_other_tree(&tree)
        .filter(|(a, b)| (a.ring, a.index) < (b.ring, b.index))
        .filter_map(|(a, b)| forbidden(a, b).map(|place| (a.ring, b.ring, place)))
        .collect();
    met.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.x.total_cmp(&b.2.x)).then(a.2.y.total_cmp(&b.2.y)));
    // Where a ring touches itself in a vertex, up to four pairs of segments meet: one place.
    met.dedup();
    for (a, b, place) in met {
        match found.last_mut().filter(|c| (c.a, c.b) == (a, b)) {
            Some(known) => known.count += 1,
            None => found.push(Crossing { a, b, first: place, count: 1 }),
        }
    }
    found
}

/// Where two segments meet as they must not.
fn forbidden(a: &Segment, b: &Segment) -> Option<Coord<f64>> {
    let meeting = line_intersection(a.line, b.line)?;
    let neighbours = a.ring == b.ring && (a.index + 1 == b.index || (a.index == 0 && b.index + 1 == b.of));
    match meeting {
        // Going back along the same line, or two rings along one line.
        LineIntersection::Collinear { intersection } if intersection.start != intersection.end => {
            Some(intersection.start)
        }
        LineIntersection::Collinear { intersection } if a.ring == b.ring && !neighbours => Some(intersection.start),
        LineIntersection::SinglePoint { intersection, .. } if a.ring == b.ring && !neighbours => Some(intersection),
        // Two rings may touch in a point.
        LineIntersection::SinglePoint { intersection, is_proper: true } => Some(intersection),
        _ => None,
    }
}
