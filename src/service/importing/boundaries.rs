//! Boundaries of a file take the place of those of the active dataset: of the units it has, or of all.

use std::path::Path;

use geo::{BooleanOps, Geometry, MultiPolygon};
use sha2::{Digest, Sha256};

use super::{File, ImportOptions, Understood, at_row};
use crate::atlas::generation::DatasetSummary;
use crate::atlas::{Geodata, Store, checks, geodesic_m2};
use crate::domain::{Dataset, Level, Text, Unit, UnitShape, fold};
use crate::export::normal;
use crate::service::{ActionError, Office, Service};

/// What a person says about a file of boundaries.
#[derive(Debug, Clone, Default)]
pub struct NewDataset {
    /// Id of the new dataset; default: the file's layer.
    pub id: Option<String>,
    /// communes, unless told otherwise.
    pub level: Option<Level>,
    pub attribution: Option<String>,
    pub licence: Option<String>,
    pub publisher: Option<String>,
    /// 1 σ of the line in metres.
    pub line_accuracy_m: Option<f64>,
}

fn invalid(e: &crate::atlas::AtlasError) -> ActionError {
    ActionError::Invalid(Text::new(e.to_string(), e.to_string()))
}

/// Differences of less than this, hectares, are not told.
const TOLD_HA: f64 = 0.01;

pub fn import(
    office: &Office,
    data: &Path,
    file: &File,
    options: &ImportOptions,
    understood: &mut Understood,
) -> Result<(), ActionError> {
    let service = office.now();
    let said = &options.dataset;
    let level = said.level.unwrap_or(Level::Commune);
    let store = Store::new(data);
    let active = store.active().map_err(|e| invalid(&e))?.ok_or_else(|| {
        ActionError::Invalid(Text::new(
            "Chưa có bộ ranh giới nào đang dùng: hãy chạy «giapranh boundaries pull» trước.",
            "No boundary dataset is active: run “giapranh boundaries pull” first.",
        ))
    })?;
    let base = active.datasets.iter().find(|d| d.info.level == level).ok_or(ActionError::Missing("dataset"))?;
    let (shapes, faults) = units(&service, file, level, base, understood)?;
    understood.matched = shapes.len();
    understood.unmatched = faults.iter().map(|t| t.en.clone()).collect();
    if shapes.is_empty() || (!faults.is_empty() && options.write) {
        return Err(ActionError::Rows(if faults.is_empty() {
            vec![Text::new("không có đơn vị", "no unit")]
        } else {
            faults
        }));
    }
    for new in &shapes {
        understood.notes.extend(difference(base, new));
    }
    let new = merged(base, shapes, file, said);
    let id = new.info.id.clone();
    let mut datasets: Vec<Dataset> = active.datasets.iter().filter(|d| d.info.id != base.info.id).cloned().collect();
    datasets.push(new);
    datasets.iter_mut().for_each(|d| d.defects.clear());
    let geodata = Geodata::embedded().map_err(|e| invalid(&e))?;
    let datasets = checks::checked(datasets, &geodata.register, &geodata.expected_overlaps).map_err(|e| invalid(&e))?;
    let before = base.defects.len();
    let after = datasets.iter().find(|d| d.info.id == id).map_or(0, |d| d.defects.len());
    understood.notes.push(Text::new(
        format!("Kiểm tra: {after} lỗi dữ liệu (bộ đang dùng: {before})"),
        format!("Checks: {after} defects (active dataset: {before})"),
    ));
    let fresh = datasets.iter().find(|d| d.info.id == id).into_iter().flat_map(|d| &d.defects);
    let fresh = fresh.filter(|d| !base.defects.iter().any(|b| b.kind == d.kind && b.text == d.text)).take(10);
    understood.notes.extend(fresh.map(|d| d.text.clone()));
    if options.write {
        let writer = store.writer().map_err(|e| invalid(&e))?;
        let summaries = datasets.iter().map(|d| DatasetSummary::of(d, &[])).collect();
        let told = Sha256::digest(format!("{datasets:?}"));
        let recipe: String =
            std::iter::once("import:".to_owned()).chain(told.iter().map(|b| format!("{b:02x}"))).collect();
        let generation = writer.write(&recipe, &datasets, summaries).map_err(|e| invalid(&e))?;
        writer.activate(&generation).map_err(|e| invalid(&e))?;
        understood.taken = understood.matched;
        understood.notes.push(Text::new(
            format!("Thế hệ {generation} đang dùng; «giapranh boundaries activate {}» để quay lại", active.id),
            format!("Generation {generation} is active; “giapranh boundaries activate {}” goes back", active.id),
        ));
    }
    Ok(())
}

type Found = (Vec<UnitShape>, Vec<Text>);

/// Each row as a unit of the register: by its code, else by its name where only one has it.
fn units(
    service: &Service,
    file: &File,
    level: Level,
    base: &Dataset,
    understood: &mut Understood,
) -> Result<Found, ActionError> {
    let register = &service.engine.register;
    let day = base.info.valid_from;
    let by_name = |name: &str| -> Option<&Unit> {
        let folded = fold(name);
        let bare = |n: &str| {
            let n = fold(n);
            ["xa ", "phuong ", "thi tran ", "huyen ", "thi xa ", "thanh pho ", "tinh "]
                .iter()
                .find_map(|k| n.strip_prefix(k).map(str::to_owned))
                .unwrap_or(n)
        };
        let mut found = register.all_at(level, day).filter(|u| fold(&u.name) == folded || bare(&u.name) == bare(name));
        found.next().filter(|_| found.next().is_none())
    };
    let (mut shapes, mut faults, mut swapped): (Vec<UnitShape>, Vec<Text>, usize) = Default::default();
    for row in &file.source.rows {
        let (code, name) = (file.get(row, "code"), file.get(row, "name"));
        // A spreadsheet takes the zeros from the front of a code.
        let padded = code.as_ref().map(|c| format!("{c:0>5}"));
        let unit = [&code, &padded].into_iter().flatten().find_map(|c| register.at(level, c, day));
        let Some(unit) = unit.or_else(|| name.as_deref().and_then(by_name)) else {
            let shown = format!("{} {}", code.unwrap_or_default(), name.unwrap_or_default());
            let e = ActionError::Invalid(Text::new(format!("không có đơn vị «{shown}»"), format!("no unit “{shown}”")));
            faults.push(at_row(row, &e));
            continue;
        };
        let land = match file.geometry(row) {
            Err(e) if file.crs.is_none() => return Err(e),
            Err(e) => {
                faults.push(at_row(row, &e));
                continue;
            }
            Ok(Some((geometry, turned))) => {
                swapped += turned;
                normal(geometry)
            }
            Ok(None) => {
                faults.push(at_row(row, &ActionError::Missing("geometry")));
                continue;
            }
        };
        let Geometry::MultiPolygon(land) = land else {
            faults.push(at_row(row, &ActionError::Missing("polygon")));
            continue;
        };
        match shapes.iter_mut().find(|s| s.code == unit.code) {
            // Parts of one unit in rows of their own.
            Some(known) => known.shape.0.extend(land.0),
            None => shapes.push(UnitShape { code: unit.code.clone(), name: unit.name.clone(), shape: land }),
        }
    }
    if swapped > 0 {
        understood.notes.push(Text::new(
            format!("{swapped} đỉnh có X và Y đổi chỗ; đã đổi lại"),
            format!("{swapped} vertices had x and y swapped; put right"),
        ));
    }
    Ok((shapes, faults))
}

/// How much land changes hands by the new line, and the new area.
fn difference(base: &Dataset, new: &UnitShape) -> Option<Text> {
    let ha = |land: &MultiPolygon<f64>| geodesic_m2(land) / 1e4;
    let Some(old) = base.shapes.iter().find(|s| s.code == new.code) else {
        return Some(Text::new(
            format!("{} ({}): bộ đang dùng không có", new.name, new.code),
            format!("{} ({}): the active dataset has none", new.name, new.code),
        ));
    };
    let (gained, lost) = (ha(&new.shape.difference(&old.shape)), ha(&old.shape.difference(&new.shape)));
    (gained.max(lost) > TOLD_HA).then(|| {
        Text::new(
            format!("{} ({}): thêm {gained:.2} ha, bớt {lost:.2} ha so với bộ đang dùng", new.name, new.code),
            format!("{} ({}): {gained:.2} ha more, {lost:.2} ha less than in the active dataset", new.name, new.code),
        )
    })
}

/// The active dataset with the units of the file in place of its own.
fn merged(base: &Dataset, shapes: Vec<UnitShape>, file: &File, said: &NewDataset) -> Dataset {
    let mut new = base.clone();
    let count = shapes.len();
    for shape in shapes {
        match new.shapes.iter_mut().find(|s| s.code == shape.code) {
            Some(old) => *old = shape,
            None => new.shapes.push(shape),
        }
    }
    let layer = &file.source.layer;
    let info = &mut new.info;
    info.id = said.id.clone().unwrap_or_else(|| format!("{}+{layer}", info.id));
    info.title = Text::new(
        format!("{}, {count} đơn vị từ {layer}", info.title.vi),
        format!("{}, {count} units from {layer}", info.title.en),
    );
    let also = |text: &mut String, more: &Option<String>| {
        if let Some(more) = more {
            *text = format!("{text}; {more}");
        }
    };
    also(&mut info.attribution, &said.attribution);
    also(&mut info.licence, &said.licence);
    also(&mut info.publisher, &said.publisher);
    // The less accurate of the two: which line a point is near is not known to the whole.
    info.line_accuracy_m = said.line_accuracy_m.map_or(info.line_accuracy_m, |m| m.max(info.line_accuracy_m));
    new
}
