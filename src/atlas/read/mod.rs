//! Published boundary files → shapes of units. One file per format; each gives [`Feature`]s, which become [`UnitShape`]s here.
//!
//! Nothing is dropped silently: what cannot be read is a [`Problem`] with its place, what can be read and is odd (a ring
//! that does not close) is a [`Defect`] of the dataset. All shapes are WGS 84 longitude/latitude in degrees.

mod dvhcvn;
mod geojson;
mod shape;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::error::Problem;
use super::sources::{Fields, Source};
use crate::domain::{Dataset, Defect, Format, Text, UnitShape};

/// A geometry with its properties, as a file has them.
struct Feature {
    properties: Map<String, Value>,
    geometry: ::geojson::Geometry,
}

/// What one file holds.
#[derive(Debug)]
pub struct FileShapes {
    pub file: String,
    pub shapes: Vec<UnitShape>,
    pub defects: Vec<Defect>,
}

/// Reads one file of a dataset. `name` is only used to say where a problem is.
pub fn file(source: &Source, name: &str, bytes: &[u8]) -> Result<FileShapes, Vec<Problem>> {
    let features = match source.format {
        Format::Geojson | Format::Builtin => geojson::features(bytes),
        Format::Dvhcvn => dvhcvn::features(bytes),
    };
    let features = features.map_err(|(place, what)| vec![Problem::new(name, place, what)])?;
    let mut out = FileShapes { file: name.to_owned(), shapes: Vec::new(), defects: Vec::new() };
    let mut problems = Vec::new();
    if features.is_empty() {
        problems.push(Problem::new(name, "", Text::new("không có đơn vị nào", "no unit in it")));
    }
    for (i, feature) in features.into_iter().enumerate() {
        match unit(&source.fields, feature) {
            Ok((shape, defects)) => {
                out.shapes.push(shape);
                out.defects.extend(defects);
            }
            Err(found) => problems.extend(found.into_iter().map(|(place, what)| {
                let place = if place.is_empty() { format!("feature {i}") } else { format!("feature {i}, {place}") };
                Problem::new(name, place, what)
            })),
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Puts the files of a dataset together and corrects their labels, in the order of the codes. A code that occurs twice is
/// a problem: which of the two shapes is meant cannot be known.
pub fn dataset(source: &Source, files: Vec<FileShapes>) -> Result<Dataset, Vec<Problem>> {
    let mut first: HashMap<String, String> = HashMap::new();
    let mut problems = Vec::new();
    let mut dataset = Dataset { info: source.info(), shapes: Vec::new(), defects: Vec::new() };
    for FileShapes { file, shapes, defects } in files {
        for shape in &shapes {
            if let Some(other) = first.insert(shape.code.clone(), file.clone()) {
                let what = Text::new(format!("mã cũng có trong {other}"), format!("the code is also in {other}"));
                problems.push(Problem::new(&file, &shape.code, what));
            }
        }
        dataset.shapes.extend(shapes);
        dataset.defects.extend(defects);
    }
    correct(source, &mut dataset);
    dataset.shapes.sort_by(|a, b| a.code.cmp(&b.code));
    for pair in dataset.shapes.windows(2).filter(|pair| pair[0].code == pair[1].code) {
        let what = Text::new("sau khi sửa nhãn có hai hình", "two shapes after the correction of labels");
        problems.push(Problem::new(&source.id, &pair[0].code, what));
    }
    if problems.is_empty() { Ok(dataset) } else { Err(problems) }
}

/// A label is a code and a name: a shape that is read as another unit gets that unit's name, as the dataset spells it.
fn correct(source: &Source, dataset: &mut Dataset) {
    let names: HashMap<String, String> = dataset.shapes.iter().map(|s| (s.code.clone(), s.name.clone())).collect();
    for shape in &mut dataset.shapes {
        let Some(correction) = source.corrections.iter().find(|c| c.code == shape.code) else { continue };
        shape.code.clone_from(&correction.read_as);
        if let Some(name) = names.get(&correction.read_as) {
            shape.name.clone_from(name);
        }
    }
    for code in dataset.defects.iter_mut().flat_map(|d| &mut d.codes) {
        if let Some(correction) = source.corrections.iter().find(|c| c.code == *code) {
            code.clone_from(&correction.read_as);
        }
    }
}

/// A place in a file and what is wrong there.
type Wrong = (String, Text);

fn unit(fields: &Fields, feature: Feature) -> Result<(UnitShape, Vec<Defect>), Vec<Wrong>> {
    let code = property(&feature.properties, &fields.code);
    let name = property(&feature.properties, &fields.name);
    let (code, name) = match (code, name) {
        (Ok(code), Ok(name)) => (code.to_owned(), name.to_owned()),
        (code, name) => return Err([code.err(), name.err()].into_iter().flatten().collect()),
    };
    let mut defects = Vec::new();
    let shape = shape::multi_polygon(&feature.geometry, &code, &mut defects).map_err(|wrong| {
        wrong.into_iter().map(|(place, what)| (format!("{code} {name}{place}"), what)).collect::<Vec<_>>()
    })?;
    Ok((UnitShape { code, name, shape }, defects))
}

fn property<'a>(properties: &'a Map<String, Value>, key: &str) -> Result<&'a str, Wrong> {
    match properties.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
        Some(Value::String(_)) => Err((key.to_owned(), Text::new("chữ trống", "empty text"))),
        Some(_) => Err((key.to_owned(), Text::new("phải là chữ", "must be text"))),
        None => Err((key.to_owned(), Text::new("thiếu thuộc tính", "missing property"))),
    }
}

/// A JSON error with its line and column. serde_json limits nesting to 128 levels, so absurd nesting ends up here too.
fn json_error(e: &serde_json::Error) -> Wrong {
    let place = format!("line {}, column {}", e.line(), e.column());
    (place, Text::new(format!("JSON không đọc được: {e}"), format!("unreadable JSON: {e}")))
}
