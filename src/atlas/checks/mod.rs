//! What can be wrong with a dataset, looked for before it is activated. One file per check, one row each in [`CHECKS`].
//!
//! A defect does not keep a dataset from being used: published boundaries have some, and an answer near one says so.
//! Only a dataset that no answer could come from is refused.

mod gaps;
mod overlaps;
mod register;
mod rings;

use super::error::AtlasError;
use crate::domain::{Dataset, Defect, ExpectedOverlap, Level, Register, Text};

/// What a check sees.
pub struct Subject<'a> {
    pub dataset: &'a Dataset,
    pub register: &'a Register,
    pub expected_overlaps: &'a [ExpectedOverlap],
}

impl Subject<'_> {
    /// The day on which the register is compared with the dataset: its first, or its last where it has an end, as the
    /// units that the reform ended are known best on their last day.
    pub fn day(&self) -> jiff::civil::Date {
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
pub const VERSION: u32 = 1;

pub const CHECKS: &[Check] = &[
    Check { name: "rings", find: rings::find },
    Check { name: "overlaps", find: overlaps::find },
    Check { name: "gaps", find: gaps::find },
    Check { name: "register", find: register::find },
];

/// The dataset with the defects that the checks find added to those found while reading. Refused when unusable.
pub fn checked(
    mut dataset: Dataset,
    register: &Register,
    expected_overlaps: &[ExpectedOverlap],
) -> Result<Dataset, AtlasError> {
    let subject = Subject { dataset: &dataset, register, expected_overlaps };
    usable(&subject)?;
    let found: Vec<Defect> = CHECKS.iter().flat_map(|c| (c.find)(&subject)).collect();
    dataset.defects.extend(found);
    Ok(dataset)
}

fn usable(subject: &Subject) -> Result<(), AtlasError> {
    let Dataset { info, shapes, .. } = subject.dataset;
    let refuse = |why: Text| Err(AtlasError::Unusable { dataset: info.id.clone(), why });
    if shapes.is_empty() {
        return refuse(Text::new("không có đơn vị nào", "no unit in it"));
    }
    // A ring of fewer than four positions (three and the first again) encloses nothing.
    let hollow: Vec<&str> =
        shapes.iter().filter(|s| s.shape.iter().all(|p| p.exterior().0.len() < 4)).map(|s| s.code.as_str()).collect();
    if !hollow.is_empty() {
        let codes = hollow.join(", ");
        return refuse(Text::new(format!("không có vòng nào dùng được: {codes}"), format!("no valid ring: {codes}")));
    }
    let level: Level = info.level;
    let unknown = shapes.iter().filter(|s| subject.register.at(level, &s.code, subject.day()).is_none()).count();
    if unknown * 2 > shapes.len() {
        let n = shapes.len();
        return refuse(Text::new(
            format!("{unknown} trong {n} mã không có trong sổ đăng ký đơn vị"),
            format!("{unknown} of {n} codes are not in the register of units"),
        ));
    }
    Ok(())
}
