//! From the numbers of a CRS to WGS 84 and back, whoever does the arithmetic: PROJ on the server ([`super::proj`]), proj4rs
//! where PROJ cannot go ([`super::proj4`]: the engine on a phone).
//!
//! Two steps, kept apart so that neither can be chosen by place: the grid to degrees on its own datum (exact), and
//! VN-2000 to WGS 84 (EPSG operation 6960: seven parameters, Coordinate Frame rotation, stated accuracy 1 m).

use std::ops::Range;

#[cfg(feature = "server")]
use super::proj as engine;
#[cfg(not(feature = "server"))]
use super::proj4 as engine;
use super::zones::Layout;
use super::{CrsId, Datum, PositionError};

/// Eastings of every grid of the table, metres. The false easting is 500 000, and 400 km to each side is more than
/// any zone serves (the region spans 200 000–820 000); a lost or a doubled digit falls outside.
pub(super) const EASTINGS_M: Range<f64> = 100_000.0..1_000_000.0;

/// Northings, metres from the equator: from 9° N, which is south of Vietnam's mainland zones in use here, to the pole's
/// side end of UTM at 84° N. Disjoint from the eastings, so that swapped axes can be told (the region: 2.31–2.53 million).
pub(super) const NORTHINGS_M: Range<f64> = 1_000_000.0..9_400_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Forward: (easting, northing) → (lon, lat) on the grid's own datum.
    Grid(u16),
    /// Forward: (lon, lat) VN-2000 → (lon, lat) WGS 84.
    Shift,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Inverse,
}

/// Why a step has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The projection has no meaning there.
    Outside,
    /// The step itself cannot be made: a fault of the program or of its PROJ.
    Broken(String),
}

/// Numbers of `crs` (easting, northing, or lon, lat) on the datum of `crs`, as (lon, lat) in degrees.
pub(super) fn to_own_datum(crs: CrsId, x: f64, y: f64) -> Result<(f64, f64), PositionError> {
    match crs.row().layout {
        Layout::Geographic => Ok((x, y)),
        Layout::Grid { .. } if EASTINGS_M.contains(&x) && NORTHINGS_M.contains(&y) => {
            run(crs, Step::Grid(crs.row().epsg), Direction::Forward, (x, y))
        }
        Layout::Grid { .. } => Err(PositionError::OutsideProjection { crs }),
    }
}

/// (lon, lat) on the datum of `crs` moved to WGS 84; unchanged for WGS 84 and for VN-2000 nội bộ.
pub(super) fn to_wgs84(crs: CrsId, (lon, lat): (f64, f64)) -> Result<(f64, f64), PositionError> {
    if crs.datum() != Datum::Vn2000 {
        return Ok((lon, lat));
    }
    run(crs, Step::Shift, Direction::Forward, (lon, lat))
}

/// (lon, lat) on WGS 84 in the numbers of `crs`.
pub(super) fn from_wgs84(crs: CrsId, lon: f64, lat: f64) -> Result<(f64, f64), PositionError> {
    let (lon, lat) = match crs.datum() {
        Datum::Vn2000 => run(crs, Step::Shift, Direction::Inverse, (lon, lat))?,
        Datum::Wgs84 | Datum::Vn2000Internal => (lon, lat),
    };
    if crs.is_geographic() {
        return Ok((lon, lat));
    }
    let (x, y) = run(crs, Step::Grid(crs.row().epsg), Direction::Inverse, (lon, lat))?;
    if EASTINGS_M.contains(&x) && NORTHINGS_M.contains(&y) {
        Ok((x, y))
    } else {
        Err(PositionError::OutsideProjection { crs })
    }
}

fn run(crs: CrsId, step: Step, direction: Direction, point: (f64, f64)) -> Result<(f64, f64), PositionError> {
    let outside = PositionError::OutsideProjection { crs };
    let converted = engine::run(step, direction, point).map_err(|e| match e {
        Failure::Outside => outside.clone(),
        Failure::Broken(cause) => PositionError::Transformation { crs, cause },
    })?;
    if converted.0.is_finite() && converted.1.is_finite() { Ok(converted) } else { Err(outside) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::zones;

    /// Metres between two positions that are close, on a sphere: good to 0.5 %.
    fn apart_m(a: (f64, f64), b: (f64, f64)) -> f64 {
        let per_degree = 111_195.0;
        ((a.0 - b.0) * a.1.to_radians().cos()).hypot(a.1 - b.1) * per_degree
    }

    #[test]
    fn noi_bo_read_as_proper_is_222_m_off() {
        let crs = zones::find(9205, false).unwrap();
        let internal = to_own_datum(crs, 462_791.0, 2_457_880.0).unwrap();
        let off_m = apart_m(internal, to_wgs84(crs, internal).unwrap());
        assert!((off_m - 222.0).abs() < 2.0, "{off_m}");
    }

    #[test]
    // The inverse of the seven parameters is itself approximate: some 1 mm. What was typed stays the record.
    fn grid_and_back_stays_within_two_millimetres_in_every_system() {
        for crs in CrsId::all() {
            let (x, y) = from_wgs84(crs, 102.641, 22.2183).unwrap();
            let back = to_wgs84(crs, to_own_datum(crs, x, y).unwrap()).unwrap();
            assert!(apart_m(back, (102.641, 22.2183)) < 0.002, "{crs:?}: {back:?}");
        }
    }

    #[test]
    fn numbers_without_meaning_are_errors() {
        let crs = zones::find(9205, false).unwrap();
        for (x, y) in [
            (f64::NAN, 2_457_880.0),
            (462_791.0, f64::INFINITY),
            (462_791.0, -2_457_880.0),
            (46_279.0, 2_457_880.0),
            (462_791.0, 245_788.0),
            (1e30, 1e30),
        ] {
            assert_eq!(to_own_datum(crs, x, y), Err(PositionError::OutsideProjection { crs }), "{x} {y}");
        }
        for (lon, lat) in [(-77.0, 22.0), (103.0, -22.0), (103.0, 89.9), (13.0, 90.0)] {
            assert_eq!(from_wgs84(crs, lon, lat), Err(PositionError::OutsideProjection { crs }), "{lon} {lat}");
        }
    }
}
