//! The TOML files: one hotspot, agreement or reform a file, and the lists of sources and of expected overlaps.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use toml::Value;

use super::{Files, source_rules};
use crate::atlas::error::Problem;
use crate::atlas::sources::{Source, Sources};
use crate::domain::{Agreement, Body, Dispute, ExpectedOverlap, Records, Reform, Text};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct BodyFile {
    #[serde(rename = "body")]
    bodies: Vec<Body>,
}

pub fn records(files: &Files, problems: &mut Vec<Problem>) -> Records {
    Records {
        disputes: one_a_file(files, "hotspots", |d: &Dispute| &d.id, problems),
        agreements: one_a_file(files, "agreements", |a: &Agreement| &a.id, problems),
        bodies: understood::<BodyFile>(files, "bodies.toml", problems).map(|f| f.bodies).unwrap_or_default(),
        ..Records::default()
    }
}

/// In order of their dates.
pub fn reforms(files: &Files, problems: &mut Vec<Problem>) -> Vec<Reform> {
    let mut reforms = one_a_file(files, "reforms", |r: &Reform| &r.id, problems);
    reforms.sort_by_key(|r| r.date);
    reforms
}

pub fn reform(files: &Files, name: &str, problems: &mut Vec<Problem>) -> Option<Reform> {
    understood(files, name, problems)
}

pub fn sources(files: &Files, problems: &mut Vec<Problem>) -> Vec<Source> {
    let Some(sources) = parsed::<Sources>(files, "sources.toml", problems) else { return Vec::new() };
    source_rules::check(&sources.datasets, files, problems);
    sources.datasets
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Overlaps {
    #[serde(rename = "overlap")]
    overlaps: Vec<ExpectedOverlap>,
}

pub fn expected_overlaps(files: &Files, problems: &mut Vec<Problem>) -> Vec<ExpectedOverlap> {
    understood::<Overlaps>(files, "expected_overlaps.toml", problems).map(|o| o.overlaps).unwrap_or_default()
}

fn one_a_file<T: DeserializeOwned + Serialize>(
    files: &Files,
    folder: &str,
    id_of: impl Fn(&T) -> &String,
    problems: &mut Vec<Problem>,
) -> Vec<T> {
    let mut found = Vec::new();
    for (name, id) in files.records(folder) {
        let Some(record) = understood::<T>(files, name, problems) else { continue };
        if id_of(&record) != id {
            let what = Text::new("id khác tên tệp", "the id is not the file name");
            problems.push(Problem::new(name, "id", what));
        }
        found.push(record);
    }
    found
}

/// The file as a value; a syntax error or a missing key becomes a problem with its line.
fn parsed<T: DeserializeOwned>(files: &Files, name: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let text = files.text(name, problems)?;
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(e) => {
            let before = e.span().and_then(|s| text.get(..s.start));
            let place = before.map(|b| format!("line {}", b.matches('\n').count() + 1)).unwrap_or_default();
            let what = Text::new(format!("không đọc được: {}", e.message()), format!("unreadable: {}", e.message()));
            problems.push(Problem::new(name, place, what));
            None
        }
    }
}

/// Like [`parsed`], and a key that nobody would read is a problem: a misspelt optional key must not vanish.
/// The words that were understood are those that writing the value out again brings back.
fn understood<T: DeserializeOwned + Serialize>(files: &Files, name: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let value: T = parsed(files, name, problems)?;
    let written: Value = parsed(files, name, problems)?;
    match Value::try_from(&value) {
        Ok(known) => compare(name, "", &written, &known, problems),
        Err(e) => problems.push(Problem::new(name, "", Text::new(e.to_string(), e.to_string()))),
    }
    Some(value)
}

fn compare(file: &str, place: &str, written: &Value, known: &Value, problems: &mut Vec<Problem>) {
    match (written, known) {
        (Value::Table(written), Value::Table(known)) => {
            for (key, value) in written {
                let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                match known.get(key) {
                    Some(known) => compare(file, &place, value, known, problems),
                    None => problems.push(Problem::new(file, place, Text::new("khóa lạ", "unknown key"))),
                }
            }
        }
        (Value::Array(written), Value::Array(known)) => {
            for (i, (written, known)) in written.iter().zip(known).enumerate() {
                compare(file, &format!("{place}[{i}]"), written, known, problems);
            }
        }
        (Value::String(text), _) if text.trim().is_empty() => {
            problems.push(Problem::new(file, place, Text::new("chữ trống", "empty text")));
        }
        _ => {}
    }
}
