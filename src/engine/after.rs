//! A reform without new boundary files: the lines of the last published map, under the units that followed.
//!
//! Units mostly merge whole, so the older lines still say whose land it is, by lineage. A label of the older map is never
//! looked up at the later date: codes are reused.

use std::collections::BTreeMap;

use geo::{Area, MultiPolygon};
use jiff::civil::Date;

use super::layer::Layer;
use super::parallel;
use crate::atlas::union_outline;
use crate::domain::{Dataset, DatasetInfo, ExpectedOverlap, Level, Reform, Register, Text, UnitShape};

/// Members that overlap by more than this (square degrees, about 1 m² here) are drawn as one before they are indexed:
/// land that two of them hold would otherwise count as inside twice, that is outside.
const OVERLAP_DEG2: f64 = 1e-10;

/// The layer that holds from the reform on, derived from a published layer of communes by lineage; the register has the
/// reform in it. Units that went whole into one are put together under its code; land of a unit that was split stays a
/// territory of its own with all successors as candidates.
pub fn after(published: &Layer, register: &Register, reform: &Reform) -> Layer {
    let mut whole: BTreeMap<Vec<String>, Vec<&UnitShape>> = BTreeMap::new();
    let mut territories: Vec<(Vec<String>, Vec<&UnitShape>)> = Vec::new();
    for shape in &published.shapes {
        let codes = successors(register, &published.info, &shape.code, reform.date);
        match codes.len() {
            1 => whole.entry(codes).or_default().push(shape),
            _ => territories.push((codes, vec![shape])),
        }
    }
    territories.extend(whole);
    let name = |code: &String| register.at(Level::Commune, code, reform.date).map_or(code.clone(), |u| u.name.clone());
    let draw = |(codes, members): &(Vec<String>, Vec<&UnitShape>)| {
        let label = match codes.as_slice() {
            [code] => code.clone(),
            // No code of a unit looks like this.
            _ => format!("{}:{}", members[0].code, codes.join("+")),
        };
        let names: Vec<String> = codes.iter().map(name).collect();
        let (indexed, outline) = together(members);
        (UnitShape { code: label, name: names.join(" / "), shape: indexed }, outline)
    };
    let drawn: Vec<(UnitShape, MultiPolygon<f64>)> = parallel::map(territories.iter().collect(), draw);
    let (shapes, outlines): (Vec<UnitShape>, Vec<MultiPolygon<f64>>) = drawn.into_iter().unzip();
    let candidates = territories.into_iter().map(|(codes, _)| codes).collect();
    let dataset = Dataset { info: info(&published.info, reform), shapes, defects: Vec::new() };
    let mut layer = Layer::with_candidates(dataset, candidates);
    for (shape, outline) in layer.shapes.iter_mut().zip(outlines) {
        shape.shape = outline;
    }
    layer.derived = true;
    layer
}

/// The expected overlaps of the published map, under the codes of the derived one.
pub fn overlaps(
    expected: &[ExpectedOverlap],
    published: &DatasetInfo,
    register: &Register,
    reform: &Reform,
) -> Vec<ExpectedOverlap> {
    let mut found = Vec::new();
    for overlap in expected.iter().filter(|e| e.dataset == published.id) {
        let [a, b] = overlap.codes.each_ref().map(|code| successors(register, published, code, reform.date));
        for (a, b) in a.iter().flat_map(|a| b.iter().map(move |b| (a, b))).filter(|(a, b)| a != b) {
            let dataset = derived_id(published, reform);
            found.push(ExpectedOverlap { dataset, codes: [a.clone(), b.clone()], reason: overlap.reason.clone() });
        }
    }
    found
}

/// What the unit of a label became; nothing for a label that the register does not know.
fn successors(register: &Register, published: &DatasetInfo, code: &str, at: Date) -> Vec<String> {
    let unit = register.at(published.level, code, published.valid_from);
    unit.map(|u| register.successors(u, at).into_iter().map(|u| u.code.clone()).collect()).unwrap_or_default()
}

/// Shapes as one: for the index as published, so that lines shared with neighbours stay the same lines bit for bit
/// (inner lines vanish there), and the outline for drawing.
fn together(members: &[&UnitShape]) -> (MultiPolygon<f64>, MultiPolygon<f64>) {
    if let [only] = members {
        return (only.shape.clone(), only.shape.clone());
    }
    let outline = union_outline(members);
    let sum: f64 = members.iter().map(|s| s.shape.unsigned_area()).sum();
    if sum - outline.unsigned_area() > OVERLAP_DEG2 {
        return (outline.clone(), outline);
    }
    (members.iter().flat_map(|s| s.shape.0.iter().cloned()).collect(), outline)
}

fn derived_id(published: &DatasetInfo, reform: &Reform) -> String {
    format!("{}+{}", published.id, reform.id)
}

fn info(published: &DatasetInfo, reform: &Reform) -> DatasetInfo {
    let note = Text::new(
        format!(
            "Suy ra theo dòng kế tục từ các đường của bộ «{}» sau cải cách {} ({}): chưa có bản đồ mới. Đất của đơn vị bị chia thì chưa rõ thuộc xã nào.",
            published.title.vi, reform.id, reform.title.vi
        ),
        format!(
            "Derived by lineage from the lines of “{}” after the reform {} ({}): there is no new map yet. Of land of a unit that was split the commune is not known.",
            published.title.en, reform.id, reform.title.en
        ),
    );
    DatasetInfo {
        id: derived_id(published, reform),
        title: Text::new(
            format!("{}, suy ra theo cải cách {}", published.title.vi, reform.id),
            format!("{}, derived by the reform {}", published.title.en, reform.id),
        ),
        valid_from: reform.date,
        note: Some(note),
        ..published.clone()
    }
}
