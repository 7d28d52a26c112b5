//! Reports of a file, each under an id of its own: the same file again gives the same incidents.

use jiff::civil;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{File, ImportOptions, Understood, alerts, at_row};
use crate::domain::{ForestType, Source as From, Text, Who};
use crate::import::Row;
use crate::service::incidents::{MAX_ROWS, SyncStatus};
use crate::service::{ActionError, Office, read_kind};

pub fn import(
    office: &Office,
    who: &Who,
    file: &File,
    options: &ImportOptions,
    understood: &mut Understood,
) -> Result<(), ActionError> {
    if let Some(product) = alerts::product(file, options) {
        return alerts::import(office, who, file, options, product, understood);
    }
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for row in &file.source.rows {
        match report(file, row, options) {
            Ok((id, body)) => rows.push((id, body)),
            Err(e) => faults.push(at_row(row, &e)),
        }
    }
    understood.matched = rows.len();
    understood.unmatched = faults.iter().map(|t| t.en.clone()).collect();
    if !faults.is_empty() && options.write {
        return Err(ActionError::Rows(faults));
    }
    send(office, who, rows, options.write, understood).map(drop)
}

/// Sends reports, or tries them; what is here already is counted and not sent again. The incidents made come back.
pub(super) fn send(
    office: &Office,
    who: &Who,
    rows: Vec<(Uuid, Value)>,
    write: bool,
    understood: &mut Understood,
) -> Result<Vec<crate::service::incidents::IncidentFeature>, ActionError> {
    let known: Vec<bool> = match office.store_if_there()? {
        None => vec![false; rows.len()],
        Some(store) => store.read(|tx| {
            rows.iter().map(|(id, _)| Ok::<_, ActionError>(tx.incident(*id)?.is_some())).collect::<Result<_, _>>()
        })?,
    };
    understood.known += known.iter().filter(|k| **k).count();
    let new: Vec<(Uuid, Value)> = rows.into_iter().zip(known).filter(|(_, known)| !known).map(|(row, _)| row).collect();
    let service = office.now();
    if !write {
        for (id, body) in &new {
            let read = serde_json::from_value(body.clone()).map_err(|e| e.to_string());
            let tried =
                read.map_err(|e| Text::new(e.clone(), e)).and_then(|body: crate::service::incidents::ReportBody| {
                    service.read_report(&body, jiff::Timestamp::now()).map_err(|e| e.text())
                });
            if let Err(why) = tried {
                understood.unmatched.push(format!("{id}: {}", why.en));
                understood.matched -= 1;
            }
        }
        return Ok(Vec::new());
    }
    let mut made = Vec::new();
    for chunk in new.chunks(MAX_ROWS) {
        let batch: Vec<Value> =
            chunk.iter().map(|(id, body)| json!({"op": "report", "id": id, "report": body})).collect();
        for answer in office.sync(who, &batch)? {
            match (answer.status, answer.incident) {
                (SyncStatus::Received, Some(incident)) => {
                    understood.taken += 1;
                    made.push(incident);
                }
                (SyncStatus::Refused, _) => {
                    let why = answer.why.map(|w| w.en).unwrap_or_default();
                    understood.unmatched.push(format!("{}: {why}", answer.id.unwrap_or_default()));
                }
                _ => understood.known += 1,
            }
        }
    }
    Ok(made)
}

/// An id that follows from what a row says, in the order of its time (UUIDv7).
pub(super) fn id_of(parts: &[&str], at_ms: i64) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    let mut random = [0u8; 10];
    random.copy_from_slice(&bytes[..10]);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at_ms).unwrap_or(0), &random).into_uuid()
}

fn report(file: &File, row: &Row, options: &ImportOptions) -> Result<(Uuid, Value), ActionError> {
    let get = |field: &str| file.get(row, field);
    let kind = get("kind").or_else(|| options.incidents.kind.clone()).ok_or(ActionError::Missing("kind"))?;
    let kind = read_kind(&kind)?.word();
    let occurred = get("occurred_at").ok_or(ActionError::Missing("occurred_at"))?;
    let occurred = moment(&occurred, get("occurred_time").as_deref());
    let mut body = json!({"kind": kind, "occurred_at": occurred});
    let mut set = |field: &str, value: Value| body[field] = value;
    // As it was typed, where the file has that: then nothing is read twice.
    let typed = get("position").filter(|p| !p.starts_with('{'));
    let (position, crs) = match (typed, &row.geometry, get("x").zip(get("y"))) {
        (Some(typed), ..) => (Value::String(typed), get("position_crs")),
        (None, Some(geometry), _) => {
            let crs = file.crs.ok_or_else(|| super::no_crs(file.source))?;
            let geometry = match geometry {
                // A track is where somebody walked: its first point.
                geo::Geometry::LineString(_) | geo::Geometry::MultiLineString(_) => {
                    use geo::CoordsIter;
                    let first = geometry.coords_iter().next().ok_or(ActionError::Missing("position"))?;
                    geo::Geometry::Point(first.into())
                }
                other => other.clone(),
            };
            (json!(geojson::GeometryValue::from(&geometry)), Some(crs.code().to_owned()))
        }
        (None, None, Some((x, y))) => {
            let number = |t: &str| t.replace(',', ".").parse::<f64>().ok();
            let (x, y) = number(&x).zip(number(&y)).ok_or(ActionError::Missing("x, y"))?;
            let crs = file.crs.or_else(|| (x.abs() <= 180.0 && y.abs() <= 180.0).then_some(crate::crs::CrsId::WGS84));
            let crs = crs.ok_or_else(|| super::no_crs(file.source))?;
            (json!({"type": "Point", "coordinates": [x, y]}), Some(crs.code().to_owned()))
        }
        _ => return Err(ActionError::Missing("position")),
    };
    let place = position.to_string();
    set("position", position);
    if let Some(crs) = crs {
        set("crs", crs.into());
    }
    for field in ["species", "compartment", "sub_compartment", "lot", "description"] {
        if let Some(text) = get(field) {
            set(field, text.into());
        }
    }
    for field in ["area_ha", "volume_m3", "accuracy_m"] {
        if let Some(n) = get(field).and_then(|t| t.replace(',', ".").parse::<f64>().ok()) {
            set(field, n.into());
        }
    }
    let forest = get("forest_type").and_then(|t| serde_json::from_value::<ForestType>(t.into()).ok());
    if let Some(forest) = forest {
        set("forest_type", json!(forest));
    }
    let source = get("source").and_then(|s| From::parse(&s)).unwrap_or(From::Import);
    set("source", source.word().into());
    let given = get("id").and_then(|id| id.parse::<Uuid>().ok()).filter(|id| !id.is_nil());
    let at_ms = occurred.parse::<jiff::Timestamp>().map_or(0, |t| t.as_millisecond());
    let id = given.unwrap_or_else(|| id_of(&[kind, &occurred, &place, &get("id").unwrap_or_default()], at_ms));
    Ok((id, body))
}

/// A day with a time of day beside it (`1234`, `12:34`, `12:34:56`), in UTC as satellites have it; else as it stands.
pub(super) fn moment(day: &str, time: Option<&str>) -> String {
    let digits: Option<String> = time.map(|t| t.chars().filter(char::is_ascii_digit).collect());
    // Hours, minutes, perhaps seconds; FIRMS leaves out zeros in front.
    let digits = digits.filter(|d| matches!(d.len(), 1..=4 | 6)).map(|d| format!("{d:0>4}"));
    match (day.trim().parse::<civil::Date>(), digits) {
        (Ok(day), Some(time)) => format!("{day}T{}:{}:00Z", &time[..2], &time[2..]),
        _ => day.trim().to_owned(),
    }
}
