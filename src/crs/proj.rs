//! The only file that names PROJ.
//!
//! Two steps, kept apart so that neither can be chosen by place: the grid to degrees on its own datum (exact), and
//! VN-2000 to WGS 84. For the second PROJ knows several operations and, asked for a pair of CRS, may take another one
//! for EPSG:3405, 4756 and 5897 (a jump of 0.8 m); so the operation itself is named: EPSG 6960, seven parameters,
//! Coordinate Frame rotation, stated accuracy 1 m. Its numbers come from PROJ's copy of the EPSG registry.
//!
//! A `Proj` is neither Send nor Sync and its first making reads the registry (some 10 ms). So the definitions are kept
//! once for the process, and each thread makes from them, when first needed, the few objects it uses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use proj::Proj;

use super::zones::Layout;
use super::{CrsId, Datum, PositionError};

/// Eastings of every grid of the table, metres. The false easting is 500 000, and 400 km to each side is more than
/// any zone serves (the region spans 200 000–820 000); a lost or a doubled digit falls outside.
pub(super) const EASTINGS_M: Range<f64> = 100_000.0..1_000_000.0;

/// Northings, metres from the equator: from 9° N, which is south of Vietnam's mainland zones in use here, to the pole's
/// side end of UTM at 84° N. Disjoint from the eastings, so that swapped axes can be told (the region: 2.31–2.53 million).
pub(super) const NORTHINGS_M: Range<f64> = 1_000_000.0..9_400_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// (easting, northing) → (lon, lat) on the grid's own datum.
    Grid(u16),
    /// (lat, lon) VN-2000 → (lat, lon) WGS 84: the axis order of the EPSG operation.
    Shift,
}

enum Direction {
    Forward,
    Inverse,
}

static DEFINITIONS: Mutex<BTreeMap<Step, String>> = Mutex::new(BTreeMap::new());

thread_local! {
    static STEPS: RefCell<Vec<(Step, Proj)>> = const { RefCell::new(Vec::new()) };
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
    let (lat, lon) = run(crs, Step::Shift, Direction::Forward, (lat, lon))?;
    Ok((lon, lat))
}

/// (lon, lat) on WGS 84 in the numbers of `crs`.
pub(super) fn from_wgs84(crs: CrsId, lon: f64, lat: f64) -> Result<(f64, f64), PositionError> {
    let (lat, lon) = match crs.datum() {
        Datum::Vn2000 => run(crs, Step::Shift, Direction::Inverse, (lat, lon))?,
        Datum::Wgs84 | Datum::Vn2000Internal => (lat, lon),
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
    let converted = STEPS.with_borrow_mut(|steps| {
        let at = match steps.iter().position(|(known, _)| *known == step) {
            Some(at) => at,
            None => {
                let made = make(step).map_err(|cause| PositionError::Transformation { crs, cause })?;
                steps.push((step, made));
                steps.len() - 1
            }
        };
        let proj = &steps[at].1;
        match direction {
            Direction::Forward => proj.convert(point),
            // Runs the same pipeline backwards, in its own units (degrees here, although the crate speaks of radians).
            Direction::Inverse => proj.project(point, true),
        }
        .map_err(|_| outside.clone())
    })?;
    if converted.0.is_finite() && converted.1.is_finite() { Ok(converted) } else { Err(outside) }
}

fn make(step: Step) -> Result<Proj, String> {
    let definition = definition(step)?;
    Proj::new(&definition).map_err(|e| e.to_string())
}

/// PROJ's own pipeline text for a step, made from its EPSG registry once for the process.
fn definition(step: Step) -> Result<String, String> {
    let mut known = DEFINITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(definition) = known.get(&step) {
        return Ok(definition.clone());
    }
    let made = match step {
        Step::Grid(epsg @ 32648) => Proj::new_known_crs(&format!("EPSG:{epsg}"), "EPSG:4326", None),
        Step::Grid(epsg) => Proj::new_known_crs(&format!("EPSG:{epsg}"), "EPSG:4756", None),
        Step::Shift => Proj::new("urn:ogc:def:coordinateOperation:EPSG::6960"),
    };
    let definition = made.map_err(|e| e.to_string())?.def().map_err(|e| e.to_string())?;
    known.insert(step, definition.clone());
    Ok(definition)
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
    fn the_shift_is_epsg_6960_with_its_signs() {
        let definition = definition(Step::Shift).unwrap();
        for parameter in
            ["rx=-0.00928836", "ry=0.01975479", "rz=-0.00427372", "s=0.252906278", "convention=coordinate_frame"]
        {
            assert!(definition.contains(parameter), "{parameter} in {definition}");
        }
    }

    #[test]
    fn rotations_with_the_other_sign_would_be_noticed() {
        let right = definition(Step::Shift).unwrap();
        let flipped = right
            .replace("rx=-0.00928836", "rx=0.00928836")
            .replace("ry=0.01975479", "ry=-0.01975479")
            .replace("rz=-0.00427372", "rz=0.00427372");
        assert_ne!(right, flipped);
        let (lat, lon) = Proj::new(&flipped).unwrap().convert((22.0, 103.0)).unwrap();
        let proper = to_wgs84(zones::find(4756, false).unwrap(), (103.0, 22.0)).unwrap();
        let off_m = apart_m(proper, (lon, lat));
        assert!(off_m > 0.5 && off_m < 2.0, "{off_m}");
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
