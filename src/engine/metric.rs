//! Distances on the WGS 84 ellipsoid, in metres. Angles in degrees, x = longitude, y = latitude.
//!
//! Two tools: the geodesic (Karney 2013, through `geo`), which every figure in an answer comes from, and a local plane
//! about a point, which is only used to choose among candidates and to integrate over a few hundred metres.

use geo::{Bearing, Coord, Destination, Distance, Geodesic, Point};

/// WGS 84 semi-major axis (m) and first eccentricity squared: EPSG ellipsoid 7030, 1/f = 298.257223563.
const A_M: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_316;

/// Geodesic distance in metres.
pub fn distance_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    Geodesic.distance(Point(a), Point(b))
}

/// Initial bearing of the geodesic from `a` to `b`, degrees clockwise from north, in [0, 360).
pub fn bearing_deg(a: Coord<f64>, b: Coord<f64>) -> f64 {
    Geodesic.bearing(Point(a), Point(b)).rem_euclid(360.0)
}

/// Metres per degree of latitude and of longitude at a latitude: the meridian radius M and the parallel radius N·cos φ
/// (Snyder 1987, Map Projections, eq. 4-19 and 4-20).
fn metres_per_degree(lat_deg: f64) -> (f64, f64) {
    let (sin, cos) = lat_deg.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let n = A_M / w2.sqrt();
    let m = n * (1.0 - E2) / w2;
    (m * std::f64::consts::PI / 180.0, n * cos * std::f64::consts::PI / 180.0)
}

/// A plane in metres that touches the ellipsoid at a point. Lines stay lines and sides stay sides, as the map from
/// degrees is linear; lengths are off by about tan φ · Δy / R, that is 0.006 % at 1 km here.
#[derive(Debug, Clone, Copy)]
pub struct LocalPlane {
    origin: Coord<f64>,
    metres_per_lat: f64,
    metres_per_lon: f64,
}

impl LocalPlane {
    pub fn at(origin: Coord<f64>) -> LocalPlane {
        let (metres_per_lat, metres_per_lon) = metres_per_degree(origin.y);
        LocalPlane { origin, metres_per_lat, metres_per_lon }
    }

    /// Degrees to metres east and north of the origin.
    pub fn to_m(&self, c: Coord<f64>) -> Coord<f64> {
        Coord { x: (c.x - self.origin.x) * self.metres_per_lon, y: (c.y - self.origin.y) * self.metres_per_lat }
    }

    /// Metres east and north of the origin to degrees.
    pub fn to_deg(&self, c: Coord<f64>) -> Coord<f64> {
        Coord { x: self.origin.x + c.x / self.metres_per_lon, y: self.origin.y + c.y / self.metres_per_lat }
    }

    /// Half-size in degrees (longitude, latitude) of a box that holds every point within `radius_m` of the origin.
    pub fn reach_deg(&self, radius_m: f64) -> (f64, f64) {
        // 1 % more than the plane says covers the plane's own error up to 60 km in this region.
        (1.01 * radius_m / self.metres_per_lon, 1.01 * radius_m / self.metres_per_lat)
    }
}

/// The point of segment `a`–`b` nearest to `p`, in degrees. The segment is straight in longitude/latitude, as the
/// boundary files draw it. Exact to second order in the length of the segment.
pub fn nearest_on_segment(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    // One step in the plane at the point, a second in the plane half-way to the foot found: the mid-latitude formula,
    // whose error is (d/R)²/24, under 3e-6 at 50 km.
    let mut foot = foot_in_plane(LocalPlane::at(p), p, a, b);
    for _ in 0..2 {
        let middle = Coord { x: p.x, y: 0.5 * (p.y + foot.y) };
        foot = foot_in_plane(LocalPlane::at(middle), p, a, b);
    }
    foot
}

/// Edges longer than this (m) are measured to along the geodesic between their ends, which is where a line between two
/// markers runs on the ground. It lies L²·tan φ / 8R from the edge drawn straight in longitude/latitude: under a
/// millimetre at 300 m, 2 cm at 1.5 km.
const LONG_EDGE_M: f64 = 300.0;

/// Up to here (m) the mid-latitude formula is the geodesic to a few micrometres: it is off by (d/R)²/24.
const SHORT_M: f64 = 1000.0;

/// How far the geodesic between the ends of an edge can lie from the edge drawn straight (m), for edges of up to 12 km: what
/// is nearest in a plane is looked for with this much to spare.
pub const BEND_M: f64 = 1.0;

/// The nearest point of the edge `a`–`b` (degrees) and its geodesic distance in metres.
pub fn nearest_on_edge(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> (Coord<f64>, f64) {
    if rough_distance_m(a, b) <= LONG_EDGE_M {
        let foot = nearest_on_segment(p, a, b);
        let near_m = rough_distance_m(p, foot);
        return (foot, if near_m <= SHORT_M { near_m } else { distance_m(p, foot) });
    }
    // Azimuthal equidistant about `p`: distances from `p` are exact, and so is the foot to well under a millimetre.
    let polar = |c: Coord<f64>| {
        let (sin, cos) = bearing_deg(p, c).to_radians().sin_cos();
        let d = distance_m(p, c);
        Coord { x: d * sin, y: d * cos }
    };
    let (am, bm) = (polar(a), polar(b));
    let foot = am + (bm - am) * along(Coord::zero(), am, bm);
    let distance = foot.x.hypot(foot.y);
    let bearing = foot.x.atan2(foot.y).to_degrees();
    (Geodesic.destination(Point(p), bearing, distance).0, distance)
}

fn foot_in_plane(plane: LocalPlane, p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    a + (b - a) * along(plane.to_m(p), plane.to_m(a), plane.to_m(b))
}

/// How far along `a`–`b`, from 0 to 1, the point nearest to `p` lies, in a plane.
fn along(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    let (ab, ap) = (b - a, p - a);
    let len2 = ab.x * ab.x + ab.y * ab.y;
    if len2 == 0.0 { 0.0 } else { ((ap.x * ab.x + ap.y * ab.y) / len2).clamp(0.0, 1.0) }
}

/// Mid-latitude distance in metres between two points: for ranking candidates only.
pub fn rough_distance_m(p: Coord<f64>, q: Coord<f64>) -> f64 {
    let plane = LocalPlane::at(Coord { x: p.x, y: 0.5 * (p.y + q.y) });
    let d = plane.to_m(q) - plane.to_m(p);
    d.x.hypot(d.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: Coord<f64> = Coord { x: 102.64, y: 22.21 };

    #[test]
    fn rough_distance_follows_the_geodesic() {
        for (dx, dy) in [(0.001, 0.0), (0.0, 0.001), (0.1, 0.1), (-0.4, 0.3), (0.5, -0.02)] {
            let q = Coord { x: P.x + dx, y: P.y + dy };
            let exact = distance_m(P, q);
            assert!((rough_distance_m(P, q) / exact - 1.0).abs() < 1e-5, "{dx} {dy}");
        }
    }

    #[test]
    fn short_distances_are_the_geodesic() {
        for (dx, dy) in [(9.6e-3, 0.0), (0.0, 9e-3), (6e-3, 6e-3), (-6.7e-3, 6.5e-3), (1e-4, -3e-5)] {
            for y in [8.4, 22.2, 23.4] {
                let (a, b) = (Coord { x: P.x, y }, Coord { x: P.x + dx, y: y + dy });
                assert!((rough_distance_m(a, b) - distance_m(a, b)).abs() < 1e-5, "{dx} {dy} {y}");
            }
        }
    }

    #[test]
    fn the_foot_is_nearer_than_its_neighbours() {
        let (a, b) = (Coord { x: 102.70, y: 22.20 }, Coord { x: 102.75, y: 22.40 });
        let foot = nearest_on_segment(P, a, b);
        let d = distance_m(P, foot);
        for t in [0.0, 0.01, 0.2, 0.5, 0.9, 1.0] {
            assert!(distance_m(P, a + (b - a) * t) >= d - 1e-3);
        }
    }

    #[test]
    fn long_edges_are_measured_along_the_geodesic() {
        // PROJ (azimuthal equidistant about the point): 55.956 m; straight in longitude/latitude it is 55.974 m.
        let (a, b) = (Coord { x: 102.666293, y: 22.402078 }, Coord { x: 102.653421, y: 22.40736 });
        let (_, d) = nearest_on_edge(Coord { x: 102.660988, y: 22.4048074 }, a, b);
        assert!((d - 55.956).abs() < 1e-3, "{d}");
    }

    #[test]
    fn a_plane_goes_there_and_back() {
        let plane = LocalPlane::at(P);
        let q = Coord { x: 102.7, y: 22.3 };
        let back = plane.to_deg(plane.to_m(q));
        assert!((back.x - q.x).abs() < 1e-13 && (back.y - q.y).abs() < 1e-13);
    }

    #[test]
    fn a_segment_without_length_is_a_point() {
        assert_eq!(nearest_on_segment(P, P, P), P);
    }
}
