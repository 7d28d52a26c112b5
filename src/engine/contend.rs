//! What claims contend for: plane geometry in degrees, where straight stays straight and inside stays inside.

use geo::{BooleanOps, Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use super::metric;

/// Land between two lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Enclosed {
    pub land: MultiPolygon<f64>,
    /// How far apart the ends of the two lines are, in metres: each pair of ends is joined by a straight line.
    pub end_gaps_m: [f64; 2],
}

/// The area that two lines enclose: everything a path from one to the other has to cross one of them to leave. Where
/// ends do not meet they are joined straight, the nearer pairing of the two.
///
/// Symmetric in its lines and in their directions, inside the convex hull of both, empty for equal lines.
pub fn between(a: &LineString<f64>, b: &LineString<f64>) -> Enclosed {
    let (Some(ends_a), Some(ends_b)) = (ends(a), ends(b)) else {
        return Enclosed { land: MultiPolygon(Vec::new()), end_gaps_m: [0.0, 0.0] };
    };
    let gaps =
        |x: [Coord<f64>; 2], y: [Coord<f64>; 2]| [metric::distance_m(x[0], y[0]), metric::distance_m(x[1], y[1])];
    let along = gaps(ends_a, ends_b);
    let against = gaps(ends_a, [ends_b[1], ends_b[0]]);
    let same_way = along[0] + along[1] <= against[0] + against[1];
    // There along one, back along the other. Where the lines cross, the ring crosses itself; the even-odd rule then
    // counts every loop once, and a stretch that both lines run along encloses nothing.
    let mut ring: Vec<Coord<f64>> = a.0.clone();
    if same_way {
        ring.extend(b.0.iter().rev());
    } else {
        ring.extend(b.0.iter());
    }
    Enclosed {
        land: even_odd(Polygon::new(LineString(ring), Vec::new())),
        end_gaps_m: if same_way { along } else { against },
    }
}

fn ends(line: &LineString<f64>) -> Option<[Coord<f64>; 2]> {
    Some([*line.0.first()?, *line.0.last()?])
}

/// A ring that may cross itself as valid polygons, by the even-odd rule.
fn even_odd(ring: Polygon<f64>) -> MultiPolygon<f64> {
    ring.union(&MultiPolygon(Vec::new()))
}

/// The part of a line between the points nearest to two places, from the first to the second.
pub fn part(line: &LineString<f64>, from: Coord<f64>, to: Coord<f64>) -> LineString<f64> {
    let (Some(start), Some(end)) = (foot(line, from), foot(line, to)) else { return LineString(Vec::new()) };
    let (low, high) = if (start.0, start.1) <= (end.0, end.1) { (start, end) } else { (end, start) };
    let mut part = vec![low.2];
    part.extend(line.0[low.0 + 1..=high.0].iter());
    part.push(high.2);
    part.dedup();
    if (start.0, start.1) > (end.0, end.1) {
        part.reverse();
    }
    LineString(part)
}

/// The point of a line nearest to a place: index of its segment, how far along (0 to 1), where.
fn foot(line: &LineString<f64>, p: Coord<f64>) -> Option<(usize, f64, Coord<f64>)> {
    line.lines()
        .enumerate()
        .map(|(i, l)| {
            let foot = metric::nearest_on_segment(p, l.start, l.end);
            let length = (l.end - l.start).x.hypot((l.end - l.start).y);
            let along = if length == 0.0 { 0.0 } else { (foot - l.start).x.hypot((foot - l.start).y) / length };
            (metric::rough_distance_m(p, foot), (i, along, foot))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, found)| found)
}

/// The part of a boundary that a claimed line stands against: between the points nearest to its ends, on the run of the
/// boundary whose ends are nearest.
pub fn stood_against(boundary: &MultiLineString<f64>, claim: &LineString<f64>) -> Option<LineString<f64>> {
    let [first, last] = ends(claim)?;
    let reach = |run: &LineString<f64>| {
        let to = |p: Coord<f64>| foot(run, p).map_or(f64::INFINITY, |(_, _, f)| metric::rough_distance_m(p, f));
        to(first) + to(last)
    };
    let run = boundary.iter().min_by(|a, b| reach(a).total_cmp(&reach(b)))?;
    Some(part(run, first, last)).filter(|p| p.0.len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BoundingRect, ConvexHull, Intersects, MultiPoint};
    use proptest::prelude::*;

    fn line(points: &[(f64, f64)]) -> LineString<f64> {
        points.to_vec().into()
    }

    #[test]
    fn two_parallel_lines_enclose_the_strip_between_them() {
        let a = line(&[(102.0, 22.0), (102.1, 22.0)]);
        let b = line(&[(102.1, 22.01), (102.0, 22.01)]);
        let strip = between(&a, &b);
        assert!((strip.land.unsigned_area() - 0.1 * 0.01).abs() < 1e-9);
        // 0.01° of latitude at 22° N: 1 107 m.
        assert!(strip.end_gaps_m.iter().all(|m| (m - 1107.0).abs() < 2.0), "{:?}", strip.end_gaps_m);
    }

    #[test]
    fn lines_that_cross_enclose_every_loop_once() {
        let a = line(&[(0.0, 0.0), (4.0, 0.0)]);
        let b = line(&[(0.0, 0.0), (1.0, 1.0), (3.0, -1.0), (4.0, 0.0)]);
        let loops = between(&a, &b);
        assert_eq!(loops.land.0.len(), 2);
        assert!((loops.land.unsigned_area() - 2.0).abs() < 1e-9);
        assert_eq!(loops.end_gaps_m, [0.0, 0.0]);
    }

    #[test]
    fn a_line_stands_against_the_part_of_the_boundary_beside_it() {
        let boundary =
            MultiLineString(vec![line(&[(0.0, 5.0), (9.0, 5.0)]), line(&[(0.0, 0.0), (5.0, 0.0), (9.0, 0.0)])]);
        let part = stood_against(&boundary, &line(&[(6.0, 0.1), (2.0, 0.1)])).unwrap();
        let xs: Vec<f64> = part.0.iter().map(|c| c.x.round()).collect();
        assert_eq!(xs, [6.0, 5.0, 2.0]);
        assert!(part.0.iter().all(|c| c.y == 0.0));
    }

    /// A line that wanders from left to right, as a claim does, and may go back on itself.
    fn any_line() -> impl Strategy<Value = LineString<f64>> {
        prop::collection::vec((102.0..102.2, 22.0..22.1), 2..12).prop_map(|points| line(&points))
    }

    proptest! {
        #[test]
        fn the_zone_of_two_lines_is_symmetric(a in any_line(), b in any_line()) {
            let (ab, ba) = (between(&a, &b), between(&b, &a));
            let mut turned = b.clone();
            turned.0.reverse();
            let at = between(&a, &turned);
            for other in [&ba.land, &at.land] {
                prop_assert!(ab.land.xor(other).unsigned_area() < 1e-9, "{:?}", ab.land.xor(other).unsigned_area());
            }
        }

        #[test]
        fn the_zone_never_leaves_the_envelope_of_its_lines(a in any_line(), b in any_line()) {
            let hull = MultiPoint::from(a.0.iter().chain(&b.0).map(|c| (c.x, c.y)).collect::<Vec<_>>()).convex_hull();
            let land = between(&a, &b).land;
            prop_assert!(land.difference(&hull).unsigned_area() < 1e-9);
            let (zone, lines) = (land.bounding_rect(), hull.bounding_rect().unwrap());
            // The overlay works on a grid of a hundredth of a millimetre.
            let slack = 1e-8;
            let outside = |z: geo::Rect<f64>| {
                z.min().x < lines.min().x - slack
                    || z.max().x > lines.max().x + slack
                    || z.min().y < lines.min().y - slack
                    || z.max().y > lines.max().y + slack
            };
            prop_assert!(!zone.is_some_and(outside));
        }

        #[test]
        fn equal_claims_contend_for_nothing(a in any_line()) {
            prop_assert!(between(&a, &a).land.unsigned_area() < 1e-12);
            let mut turned = a.clone();
            turned.0.reverse();
            prop_assert!(between(&a, &turned).land.unsigned_area() < 1e-12);
        }

        #[test]
        fn a_part_of_a_line_lies_on_it(a in any_line(), p in (102.0..102.2, 22.0..22.1), q in (102.0..102.2, 22.0..22.1)) {
            let part = part(&a, p.into(), q.into());
            for c in part.0 {
                let near = a.lines().any(|l| {
                    let foot = metric::nearest_on_segment(c, l.start, l.end);
                    metric::distance_m(c, foot) < 1e-3 || l.intersects(&c)
                });
                prop_assert!(near);
            }
        }
    }
}
