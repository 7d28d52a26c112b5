//! The only file that names PROJ.
//!
//! For VN-2000 to WGS 84 PROJ knows several operations and, asked for a pair of CRS, may take another one
//! for EPSG:3405, 4756 and 5897 (a jump of 0.8 m); so the operation itself is named: EPSG 6960. Its numbers come from
//! PROJ's copy of the EPSG registry.
//!
//! A `Proj` is neither Send nor Sync and its first making reads the registry (some 10 ms). So the definitions are kept
//! once for the process, and each thread makes from them, when first needed, the few objects it uses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use proj::Proj;

use super::convert::{Direction, Failure, Step};

static DEFINITIONS: Mutex<BTreeMap<Step, String>> = Mutex::new(BTreeMap::new());

thread_local! {
    static STEPS: RefCell<Vec<(Step, Proj)>> = const { RefCell::new(Vec::new()) };
}

/// A step by PROJ.
pub(super) fn run(step: Step, direction: Direction, point: (f64, f64)) -> Result<(f64, f64), Failure> {
    // The axis order of the EPSG operation is latitude before longitude.
    let swapped = |(a, b): (f64, f64)| if step == Step::Shift { (b, a) } else { (a, b) };
    let point = swapped(point);
    STEPS.with_borrow_mut(|steps| {
        let at = match steps.iter().position(|(known, _)| *known == step) {
            Some(at) => at,
            None => {
                steps.push((step, make(step).map_err(Failure::Broken)?));
                steps.len() - 1
            }
        };
        let proj = &steps[at].1;
        match direction {
            Direction::Forward => proj.convert(point),
            // Runs the same pipeline backwards, in its own units (degrees here, although the crate speaks of radians).
            Direction::Inverse => proj.project(point, true),
        }
        .map(swapped)
        .map_err(|_| Failure::Outside)
    })
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
    use crate::crs::convert::to_wgs84;
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
}
