//! Bodies come in as CSV by unit codes, role areas as GeoJSON. All rows are taken, or none with every fault named.

use std::collections::HashMap;

use geojson::{Feature, GeoJson};
use jiff::civil::Date;
use uuid::Uuid;

use super::filing::{self, Wanted};
use super::recording::checks::{documented, exists};
use super::{ActionError, Office, Service, read_date};
use crate::crs::CrsId;
use crate::domain::{Body, Change, Covers, Document, Level, Party, Period, ROLES, Role, Text, today_in_vietnam};

/// The columns of the CSV. `role`, `name`, `unit_code` and `basis` have to be filled.
pub const COLUMNS: [&str; 13] = [
    "role",
    "name",
    "unit_code",
    "unit_level",
    "unit_at",
    "valid_from",
    "valid_to",
    "basis",
    "basis_number",
    "basis_date",
    "of_unit",
    "of_unit_at",
    "note",
];

/// What holds for every row that does not say otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Defaults {
    pub role: Option<String>,
    pub name: Option<String>,
    pub basis: Option<String>,
    pub crs: Option<CrsId>,
    /// 1 σ of imported outlines in metres.
    pub accuracy_m: Option<f64>,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Imported {
    pub taken: usize,
    /// Rows that say what is on record already.
    pub known: usize,
    pub notes: Vec<Text>,
}

impl Office {
    /// Takes in bodies from CSV (UTF-8, header as [`COLUMNS`]).
    ///
    /// # Errors
    /// [`ActionError::Rows`] with every fault and its line.
    pub fn import_bodies(&self, by: &str, csv: &str, defaults: &Defaults) -> Result<Imported, ActionError> {
        let rows = rows(csv)?;
        self.import(by, |service| collect(rows.iter().map(|(line, row)| (*line, body_of_row(service, row, defaults)))))
    }

    /// Takes in role areas from a GeoJSON FeatureCollection of polygons; properties as [`COLUMNS`] (without units), and
    /// `accuracy_m`.
    ///
    /// # Errors
    /// [`ActionError::Rows`] with every fault and its feature.
    pub fn import_areas(&self, by: &str, text: &str, defaults: &Defaults) -> Result<Imported, ActionError> {
        let features = match text.parse::<GeoJson>() {
            Ok(GeoJson::FeatureCollection(c)) => c.features,
            Ok(GeoJson::Feature(f)) => vec![f],
            Ok(GeoJson::Geometry(g)) => vec![Feature { geometry: Some(g), ..Feature::default() }],
            Err(e) => {
                return Err(ActionError::Rows(vec![Text::new(
                    format!("không phải GeoJSON: {e}"),
                    format!("not GeoJSON: {e}"),
                )]));
            }
        };
        let crs = match defaults.crs {
            Some(crs) => Some(crs),
            None => filing::named_crs(text)?,
        };
        let defaults = Defaults { crs, ..defaults.clone() };
        self.import(by, |_| collect((1..).zip(&features).map(|(n, f)| (n, body_of_feature(f, &defaults)))))
    }

    /// What importing bodies would come to; nothing is written.
    ///
    /// # Errors
    /// As [`Office::import_bodies`].
    pub fn try_bodies(&self, csv: &str, defaults: &Defaults) -> Result<Imported, ActionError> {
        let (service, rows) = (self.now(), rows(csv)?);
        let bodies = collect(rows.iter().map(|(line, row)| (*line, body_of_row(&service, row, defaults))))?;
        Ok(counted(&service, &bodies))
    }

    /// What importing areas would come to; nothing is written.
    ///
    /// # Errors
    /// As [`Office::import_areas`].
    pub fn try_areas(&self, text: &str, defaults: &Defaults) -> Result<Imported, ActionError> {
        let features = match text.parse::<GeoJson>() {
            Ok(GeoJson::FeatureCollection(c)) => c.features,
            _ => Vec::new(),
        };
        let bodies = collect((1..).zip(&features).map(|(n, f)| (n, body_of_feature(f, defaults))))?;
        Ok(counted(&self.now(), &bodies))
    }

    /// A body no longer has its role from a day on; it stays in the record.
    ///
    /// # Errors
    /// [`ActionError`] where there is no such body, it ended before, or the day is before it began.
    pub fn end_body(&self, by: &str, id: &str, on: Date, document: &Document) -> Result<(), ActionError> {
        documented(document)?;
        self.record(by, |_| Ok(vec![Change::BodyEnded { body: id.into(), on, document: document.clone() }]))?;
        Ok(())
    }

    fn import(
        &self,
        by: &str,
        read: impl Fn(&Service) -> Result<Vec<Body>, ActionError>,
    ) -> Result<Imported, ActionError> {
        let counts = std::cell::Cell::new((0, 0));
        self.record(by, |service| {
            let bodies = read(service)?;
            let all = bodies.len();
            let new: Vec<Body> =
                bodies.into_iter().filter(|b| !service.records.bodies.iter().any(|known| same(known, b))).collect();
            counts.set((new.len(), all - new.len()));
            Ok(new.into_iter().map(|body| Change::BodyNamed { body }).collect())
        })?;
        let (taken, known) = counts.get();
        Ok(Imported { taken, known, notes: Vec::new() })
    }
}

/// Two rows that say the same.
fn same(a: &Body, b: &Body) -> bool {
    (a.role, &a.name, &a.covers, a.valid.from) == (b.role, &b.name, &b.covers, b.valid.from)
}

fn counted(service: &Service, bodies: &[Body]) -> Imported {
    let known = bodies.iter().filter(|b| service.records.bodies.iter().any(|k| same(k, b))).count();
    Imported { taken: bodies.len() - known, known, notes: Vec::new() }
}

type Row = HashMap<String, String>;

fn rows(csv: &str) -> Result<Vec<(usize, Row)>, ActionError> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let refuse = |text| ActionError::Rows(vec![text]);
    let unreadable =
        |e: csv::Error| refuse(Text::new(format!("không đọc được CSV: {e}"), format!("unreadable CSV: {e}")));
    let header: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
    if let Some(odd) = header.iter().find(|h| !COLUMNS.contains(&h.as_str())) {
        return Err(refuse(Text::new(
            format!("cột lạ «{odd}»; các cột được hiểu: {}", COLUMNS.join(", ")),
            format!("unknown column “{odd}”; the columns are {}", COLUMNS.join(", ")),
        )));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, |p| p.line() as usize);
        let cells = header.iter().cloned().zip(record.iter().map(str::to_owned)).filter(|(_, v)| !v.is_empty());
        rows.push((line, cells.collect()));
    }
    if rows.is_empty() {
        return Err(refuse(Text::new("tệp không có dòng nào", "the file has no rows")));
    }
    Ok(rows)
}

/// All bodies, or every fault with its number.
fn collect(read: impl Iterator<Item = (usize, Result<Body, ActionError>)>) -> Result<Vec<Body>, ActionError> {
    let (mut bodies, mut faults) = (Vec::new(), Vec::new());
    for (number, body) in read {
        match body {
            Ok(body) => bodies.push(body),
            Err(e) => {
                let why = e.text();
                faults.push(Text::new(format!("dòng {number}: {}", why.vi), format!("row {number}: {}", why.en)));
            }
        }
    }
    if faults.is_empty() { Ok(bodies) } else { Err(ActionError::Rows(faults)) }
}

fn body_of_row(service: &Service, row: &Row, defaults: &Defaults) -> Result<Body, ActionError> {
    let code = row.get("unit_code").ok_or(ActionError::Missing("unit_code"))?;
    let level = match row.get("unit_level").map_or("commune", String::as_str) {
        "commune" => Level::Commune,
        "district" => Level::District,
        "province" => Level::Province,
        other => return Err(super::QuestionError::Level(other.chars().take(40).collect()).into()),
    };
    let at = date(row, "unit_at")?.or(date(row, "valid_from")?).unwrap_or_else(today_in_vietnam);
    exists(service, level, code, at)?;
    let of = match row.get("of_unit") {
        Some(unit) => {
            let unit_at = date(row, "of_unit_at")?.unwrap_or(at);
            exists(service, Level::Commune, unit, unit_at)?;
            Some(Party { village: None, unit: unit.clone(), unit_at })
        }
        None => None,
    };
    Ok(Body { of, ..body(row, Covers::Unit { level, code: code.clone(), at }, defaults)? })
}

fn body_of_feature(feature: &Feature, defaults: &Defaults) -> Result<Body, ActionError> {
    let geometry = feature.geometry.as_ref().ok_or(ActionError::Missing("geometry"))?;
    let read = filing::read(&geometry.to_string(), defaults.crs, Wanted::Land)?;
    let properties = feature.properties.clone().unwrap_or_default();
    let accuracy_m = match properties.get("accuracy_m").and_then(|v| v.as_f64()).or(defaults.accuracy_m) {
        Some(m) if !(m.is_finite() && m >= 0.0) => {
            return Err(ActionError::Invalid(Text::new(
                "accuracy_m phải là số mét",
                "accuracy_m is a number of metres",
            )));
        }
        // 0 is "not known", as with positions.
        m => m.filter(|m| *m > 0.0),
    };
    let row: Row = properties
        .into_iter()
        .filter_map(|(key, value)| match value {
            serde_json::Value::String(s) if !s.trim().is_empty() => Some((key, s.trim().to_owned())),
            serde_json::Value::Number(n) => Some((key, n.to_string())),
            _ => None,
        })
        .collect();
    body(&row, Covers::Land { shape: read.shape, accuracy_m }, defaults)
}

fn body(row: &Row, covers: Covers, defaults: &Defaults) -> Result<Body, ActionError> {
    let get = |key: &'static str, default: &Option<String>| {
        row.get(key).or(default.as_ref()).filter(|s| !s.trim().is_empty()).cloned().ok_or(ActionError::Missing(key))
    };
    let word = get("role", &defaults.role)?;
    let role = Role::parse(&word).ok_or_else(|| {
        let known = ROLES.map(|r| r.1).join(", ");
        let word: String = word.chars().take(40).collect();
        ActionError::Invalid(Text::new(
            format!("không có vai trò «{word}»: hãy chọn một trong {known}"),
            format!("there is no role “{word}”: choose one of {known}"),
        ))
    })?;
    let valid = Period { from: date(row, "valid_from")?, to: date(row, "valid_to")? };
    if let (Some(from), Some(to)) = (valid.from, valid.to)
        && from >= to
    {
        return Err(ActionError::Invalid(Text::new(
            format!("valid_to ({to}) không sau valid_from ({from})"),
            format!("valid_to ({to}) is not after valid_from ({from})"),
        )));
    }
    Ok(Body {
        id: Uuid::now_v7().to_string(),
        role,
        name: get("name", &defaults.name)?,
        covers,
        of: None,
        valid,
        document: Document {
            title: get("basis", &defaults.basis)?,
            number: row.get("basis_number").cloned(),
            date: date(row, "basis_date")?,
            ..Document::default()
        },
        note: row.get("note").map(|n| Text::new(n, n)),
        entered_by: None,
        ended: None,
    })
}

fn date(row: &Row, key: &str) -> Result<Option<Date>, ActionError> {
    Ok(row.get(key).map(|text| read_date(text)).transpose()?)
}
