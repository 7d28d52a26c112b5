//! The only file that names proj4rs: the same steps where PROJ cannot go, on a phone. A test holds every system of the
//! table against PROJ.
//!
//! EPSG operation 6960 is given in proj4rs's own convention (Position Vector), so its rotations have the other sign.
//! Grids: EPSG methods 9807 (transverse Mercator), scale 0.9999 for TM-3 (VN-2000) and 0.9996 for UTM.

use std::cell::RefCell;

use proj4rs::Proj;
use proj4rs::transform::transform;

use super::CrsId;
use super::convert::{Direction, Failure, Step};
use super::zones::Layout;

/// Two definitions and the way between them.
type Pair = (Proj, Proj);

thread_local! {
    static STEPS: RefCell<Vec<(Step, Pair)>> = const { RefCell::new(Vec::new()) };
}

/// A step by proj4rs.
pub(super) fn run(step: Step, direction: Direction, point: (f64, f64)) -> Result<(f64, f64), Failure> {
    STEPS.with_borrow_mut(|steps| {
        let at = match steps.iter().position(|(known, _)| *known == step) {
            Some(at) => at,
            None => {
                steps.push((step, make(step)?));
                steps.len() - 1
            }
        };
        let (grid, degrees) = &steps[at].1;
        let (from, to) = match direction {
            Direction::Forward => (grid, degrees),
            Direction::Inverse => (degrees, grid),
        };
        let mut p = (point.0, point.1, 0.0);
        if from.is_latlong() {
            p = (p.0.to_radians(), p.1.to_radians(), 0.0);
        }
        transform(from, to, &mut p).map_err(|_| Failure::Outside)?;
        Ok(if to.is_latlong() { (p.0.to_degrees(), p.1.to_degrees()) } else { (p.0, p.1) })
    })
}

fn make(step: Step) -> Result<Pair, Failure> {
    let proj = |text: &str| Proj::from_proj_string(text).map_err(|e| Failure::Broken(e.to_string()));
    match step {
        Step::Grid(epsg) => {
            let layout = CrsId::all().map(|c| c.row()).find(|row| row.epsg == epsg).map(|row| row.layout);
            let Some(Layout::Grid { meridian_min, utm }) = layout else {
                return Err(Failure::Broken(format!("EPSG:{epsg} is no grid")));
            };
            let (lon, scale) = (f64::from(meridian_min) / 60.0, if utm { 0.9996 } else { 0.9999 });
            let grid = format!(
                "+proj=tmerc +lat_0=0 +lon_0={lon} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84 +units=m +no_defs"
            );
            Ok((proj(&grid)?, proj("+proj=longlat +ellps=WGS84 +no_defs")?))
        }
        Step::Shift => Ok((
            proj(
                "+proj=longlat +ellps=WGS84 \
                 +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 +no_defs",
            )?,
            proj("+proj=longlat +ellps=WGS84 +towgs84=0,0,0 +no_defs")?,
        )),
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;
    use crate::crs::proj;

    /// Every step both ways over a grid of the region and well beyond it: within a tenth of a millimetre of PROJ.
    #[test]
    fn every_step_is_as_proj_has_it() {
        let mut worst: (f64, String) = (0.0, String::new());
        let mut steps: Vec<Step> =
            CrsId::all().filter(|c| !c.is_geographic()).map(|c| Step::Grid(c.row().epsg)).collect();
        steps.push(Step::Shift);
        let mut count = 0;
        for step in steps {
            for i in 0..60 {
                for j in 0..60 {
                    let degrees = (101.0 + 0.1 * f64::from(i), 8.0 + 0.27 * f64::from(j));
                    let there = proj::run(step, Direction::Inverse, degrees).unwrap();
                    for (direction, point) in [(Direction::Inverse, degrees), (Direction::Forward, there)] {
                        let (theirs, ours) = (proj::run(step, direction, point), run(step, direction, point));
                        let (theirs, ours) = (theirs.unwrap(), ours.unwrap());
                        let in_degrees = direction == Direction::Forward || step == Step::Shift;
                        let scale = if in_degrees { 111_320.0 } else { 1.0 };
                        let off_m = scale * (theirs.0 - ours.0).hypot(theirs.1 - ours.1);
                        if off_m > worst.0 {
                            worst = (off_m, format!("{step:?} {direction:?} {point:?}"));
                        }
                        count += 1;
                    }
                }
            }
        }
        println!("{count} conversions, worst {} m at {}", worst.0, worst.1);
        assert!(worst.0 < 1e-4, "{} m off at {}", worst.0, worst.1);
    }

    #[test]
    fn what_has_no_meaning_is_no_number() {
        let run = |p| run(Step::Grid(9205), Direction::Inverse, p);
        for p in [(f64::NAN, 22.0), (103.0, f64::INFINITY), (13.0, 90.0), (-77.0, 22.0)] {
            let (x, y) = match run(p) {
                Ok(found) => found,
                Err(_) => continue,
            };
            let theirs = proj::run(Step::Grid(9205), Direction::Inverse, p);
            // The limits of the grids are asked by `convert`: what is a number here must be PROJ's or beyond them.
            let limits =
                super::super::convert::EASTINGS_M.contains(&x) && super::super::convert::NORTHINGS_M.contains(&y);
            assert!(!limits || theirs.is_ok(), "{p:?}: {x} {y}, {theirs:?}");
        }
    }
}
