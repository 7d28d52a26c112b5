//! Areas of rings and shapes. Input: WGS 84 degrees, x = longitude. Output: square metres.

use geo::{Area, Coord, GeodesicArea, LineString, MultiPolygon, Polygon};

/// WGS 84 semi-major axis in metres (EPSG ellipsoid 7030).
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS 84 (1/f = 298.257223563).
const E2: f64 = 0.006_694_379_990_141_316;

/// Metres per degree of longitude and of latitude at a latitude (Snyder 1987, eq. 4-20 and 4-19).
pub fn metres_per_degree(lat_deg: f64) -> (f64, f64) {
    let (sin, cos) = lat_deg.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let normal_m = SEMI_MAJOR_M / w2.sqrt();
    let meridian_m = normal_m * (1.0 - E2) / w2;
    (normal_m * cos * std::f64::consts::PI / 180.0, meridian_m * std::f64::consts::PI / 180.0)
}

/// Geodesic area (Karney 2013), whatever the direction of the rings. About a microsecond per vertex.
pub fn geodesic_m2(shape: &MultiPolygon<f64>) -> f64 {
    shape.iter().map(geodesic_polygon_m2).sum()
}

pub fn geodesic_polygon_m2(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(geodesic_ring_m2).sum();
    geodesic_ring_m2(polygon.exterior()) - holes
}

pub fn geodesic_ring_m2(ring: &LineString<f64>) -> f64 {
    // Signed, then without the sign: `geo`'s unsigned area of a clockwise ring is the rest of the earth.
    Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs()
}

/// Area on a plane scaled at the first vertex: off by less than 1 % for shapes up to 100 km high in this region.
/// For comparisons, not for figures that are shown.
pub fn rough_m2(shape: &MultiPolygon<f64>) -> f64 {
    let Some(Coord { y, .. }) = shape.iter().flat_map(|p| p.exterior().0.first()).next().copied() else { return 0.0 };
    let (lon_m, lat_m) = metres_per_degree(y);
    shape.unsigned_area() * lon_m * lat_m
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Geodesic as Wgs84, Length, Line, polygon};

    #[test]
    fn a_degree_is_as_long_as_the_geodesic_says() {
        let (lon_m, lat_m) = metres_per_degree(22.0);
        let east = Line::new((103.0, 22.0), (103.001, 22.0));
        let north = Line::new((103.0, 21.9995), (103.0, 22.0005));
        assert!((Wgs84.length(&east) / 0.001 - lon_m).abs() < 0.01);
        assert!((Wgs84.length(&north) / 0.001 - lat_m).abs() < 0.01);
    }

    #[test]
    fn area_does_not_depend_on_direction_and_leaves_out_holes() {
        let square = polygon![(x: 103.0, y: 22.0), (x: 103.1, y: 22.0), (x: 103.1, y: 22.1), (x: 103.0, y: 22.1)];
        let mut back = square.exterior().0.clone();
        back.reverse();
        let reversed = Polygon::new(LineString(back), vec![]);
        let m2 = geodesic_polygon_m2(&square);
        assert!((m2 - geodesic_polygon_m2(&reversed)).abs() < 1e-3);
        // PROJ 9.5.1, Geod(ellps="WGS84").polygon_area_perimeter.
        assert!((m2 - 114_303_033.589).abs() < 0.01, "{m2}");
        let hole = Polygon::new(square.exterior().clone(), vec![reversed.exterior().clone()]);
        assert!(geodesic_polygon_m2(&hole).abs() < 1e-3);
        assert!((rough_m2(&MultiPolygon(vec![square])) / m2 - 1.0).abs() < 0.001);
    }
}
