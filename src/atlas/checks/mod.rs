//! What can be wrong with a dataset, looked for before it is activated. One file per check, one row each in [`CHECKS`].
//!
//! A defect does not keep a dataset from being used: published boundaries have some, and an answer near one says so.
//! Only a dataset that no answer could come from is refused.

mod gaps;
mod labels;
mod overlaps;
mod register;
mod rings;

pub use rings::{line_crossings, ring_faults};

use geo::{Coord, InteriorPoint, MultiPolygon};
use jiff::civil::Date;
use rayon::prelude::*;

use super::error::AtlasError;
use crate::domain::{Dataset, Defect, ExpectedOverlap, Register, Text, UnitShape};

/// What a check sees. Checks only look: they change nothing and never fail.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub dataset: &'a Dataset,
    /// Every dataset of the same pull, the one above among them.
    pub all: &'a [Dataset],
    pub register: &'a Register,
    pub expected_overlaps: &'a [ExpectedOverlap],
}

impl Subject<'_> {
    /// The day on which the register is compared with the dataset: its first, or its last where it has an end, as the
    /// units that a reform ended are known best as they were when it came.
    pub fn day(&self) -> Date {
        let info = &self.dataset.info;
        info.valid_to.and_then(|to| to.yesterday().ok()).unwrap_or(info.valid_from)
    }
}

/// One check: its name in reports, and the function.
pub struct Check {
    pub name: &'static str,
    pub find: fn(&Subject) -> Vec<Defect>,
}

/// Counts up whenever a check finds something else than before: datasets checked by an older one are checked again at
/// the next pull.
pub const VERSION: u32 = 2;

/// All checks, in the order in which their defects are listed.
pub const CHECKS: &[Check] = &[
    Check { name: "rings", find: rings::find },
    Check { name: "overlaps", find: overlaps::find },
    Check { name: "gaps", find: gaps::find },
    Check { name: "register", find: register::find },
    Check { name: "labels", find: labels::find },
];

/// The datasets, each with the defects that the checks find added to those found while reading. An unusable dataset is
/// an error.
pub fn checked(
    datasets: Vec<Dataset>,
    register: &Register,
    expected_overlaps: &[ExpectedOverlap],
) -> Result<Vec<Dataset>, AtlasError> {
    let found: Vec<Vec<Defect>> = datasets
        .par_iter()
        .map(|dataset| {
            let subject = Subject { dataset, all: &datasets, register, expected_overlaps };
            usable(&subject)?;
            Ok(CHECKS.par_iter().flat_map(|check| (check.find)(&subject)).collect())
        })
        .collect::<Result<_, AtlasError>>()?;
    let add = |(mut dataset, found): (Dataset, Vec<Defect>)| {
        dataset.defects.extend(found);
        dataset
    };
    Ok(datasets.into_iter().zip(found).map(add).collect())
}

fn usable(subject: &Subject) -> Result<(), AtlasError> {
    let Dataset { info, shapes, .. } = subject.dataset;
    let refuse = |why: Text| Err(AtlasError::Unusable { dataset: info.id.clone(), why });
    if shapes.is_empty() {
        return refuse(Text::new("không có đơn vị nào", "no unit in it"));
    }
    let hollow: Vec<&str> = shapes.iter().filter(|s| rings::is_hollow(&s.shape)).map(|s| s.code.as_str()).collect();
    if !hollow.is_empty() {
        let codes = hollow.join(", ");
        return refuse(Text::new(format!("không có vòng nào dùng được: {codes}"), format!("no valid ring: {codes}")));
    }
    let known = |s: &&UnitShape| subject.register.at(info.level, &s.code, subject.day()).is_some();
    let (n, unknown) = (shapes.len(), shapes.len() - shapes.iter().filter(known).count());
    if unknown * 2 > n {
        return refuse(Text::new(
            format!("{unknown} trong {n} mã không có trong sổ đăng ký đơn vị"),
            format!("{unknown} of {n} codes are not in the register of units"),
        ));
    }
    Ok(())
}

/// "Xã Tà Tổng (03463)".
fn called(unit: &UnitShape) -> String {
    format!("{} ({})", unit.name, unit.code)
}

/// A point inside the largest part of an area, to look at.
fn place(area: &MultiPolygon<f64>) -> Option<(f64, f64)> {
    let largest = area.iter().max_by(|a, b| {
        let m2 = super::area::geodesic_polygon_m2;
        m2(a).total_cmp(&m2(b))
    })?;
    largest.interior_point().map(|p| (p.x(), p.y()))
}

fn at(c: Coord<f64>) -> Option<(f64, f64)> {
    Some((c.x, c.y))
}
