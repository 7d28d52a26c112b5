//! A report as devices and programs send it, read into facts. What cannot be read is refused with the field and the
//! reason; a position that can be read in more than one way is kept as typed, and judged when its CRS is named.

use std::collections::BTreeMap;

use geo::InteriorPoint;
use jiff::civil;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{IncidentRefusal, MAX_TEXT};
use crate::atlas::geodesic_m2;
use crate::crs::{self, CrsId};
use crate::domain::{
    DeviceAnswer, Facts, ForestType, HowPlaced, IncidentKind, Place, PrivateRef, Shape, Source, Text, vietnam,
};
use crate::service::filing::{self, Wanted};
use crate::service::{ActionError, QuestionError, Service, check_accuracy};

/// How far a device's clock may run ahead and its report still be taken as it is: one set to a wrong day is common.
const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A report. The least is `kind`, `position` and `occurred_at`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    pub kind: IncidentKind,
    /// Text in any notation, or a GeoJSON geometry (Point, Polygon, MultiPolygon).
    #[schema(value_type = Object, example = "22.1234, 102.5678")]
    pub position: Value,
    /// EPSG code of the position's numbers, where the text does not name it (`+noi-bo` for VN-2000 nội bộ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// 68 % radius, metres; 0: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<HowPlaced>,
    /// RFC 3339; without an offset it is Vietnam's time; a day alone is its beginning there.
    pub occurred_at: String,
    /// When the device recorded it, by its own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forest_type: Option<ForestType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_ha: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_m3: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub species: Option<String>,
    /// Tiểu khu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment: Option<String>,
    /// Khoảnh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_compartment: Option<String>,
    /// Lô.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perpetrators_known: Option<bool>,
    /// Kept apart from the journal, and can be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perpetrators: Option<String>,
    /// Kept apart from the journal, and can be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who saw it, where that is not the sender. Kept apart from the journal, and can be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Default: what the sender is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Codes of units that are not to learn who reported it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hide_reporter_from: Vec<String>,
    /// What the phone answered on the spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_answer: Option<DeviceAnswer>,
}

/// The fields of facts that hold personal values.
pub const PRIVATE_FIELDS: [&str; 2] = ["perpetrators", "description"];

/// A report read, its personal values still to be put away.
#[derive(Debug, Clone)]
pub struct ReadReport {
    /// Without the personal fields.
    pub facts: Facts,
    pub private: BTreeMap<&'static str, String>,
    pub recorded_at: Option<Timestamp>,
}

impl Service {
    /// # Errors
    /// [`ActionError`] with the field and the reason.
    pub fn read_report(&self, body: &ReportBody, now: Timestamp) -> Result<ReadReport, ActionError> {
        let place = self.read_place(&body.position, body.crs.as_deref(), body.accuracy_m, body.how)?;
        let facts = Facts {
            kind: body.kind,
            place,
            occurred_at: read_moment("occurred_at", &body.occurred_at, now)?,
            forest_type: body.forest_type,
            area_ha: amount("area_ha", body.area_ha)?,
            volume_m3: amount("volume_m3", body.volume_m3)?,
            species: words("species", body.species.as_deref())?,
            compartment: words("compartment", body.compartment.as_deref())?,
            sub_compartment: words("sub_compartment", body.sub_compartment.as_deref())?,
            lot: words("lot", body.lot.as_deref())?,
            perpetrators_known: body.perpetrators_known,
            perpetrators: None,
            description: None,
        };
        let mut private = BTreeMap::new();
        for (field, text) in
            [("perpetrators", &body.perpetrators), ("description", &body.description), ("reporter", &body.reporter)]
        {
            if let Some(text) = words(field, text.as_deref())? {
                private.insert(field, text);
            }
        }
        let recorded_at = body.recorded_at.as_deref().map(|t| read_moment("recorded_at", t, now)).transpose()?;
        Ok(ReadReport { facts, private, recorded_at })
    }

    /// A position as text or as GeoJSON.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn read_place(
        &self,
        position: &Value,
        crs: Option<&str>,
        accuracy_m: Option<f64>,
        how: Option<HowPlaced>,
    ) -> Result<Place, ActionError> {
        let crs = crs.filter(|c| !c.trim().is_empty()).map(CrsId::parse).transpose()?;
        let accuracy_m = accuracy_m.map(check_accuracy).transpose()?.flatten();
        match position {
            Value::String(text) => {
                let readings = crs::read(text, crs)?;
                let read = self.chosen(&readings);
                Ok(Place {
                    as_typed: readings.as_typed,
                    crs: read.map(|r| r.crs.code().to_owned()),
                    lon: read.map(|r| r.lon_deg),
                    lat: read.map(|r| r.lat_deg),
                    accuracy_m,
                    perimeter: None,
                    area_m2: None,
                    how,
                })
            }
            Value::Object(geometry) if geometry.get("type").and_then(Value::as_str) == Some("Point") => {
                let number = |i: usize| geometry.get("coordinates").and_then(|c| c.get(i)).and_then(Value::as_f64);
                let (Some(x), Some(y)) = (number(0), number(1)) else {
                    return Err(invalid("position", "Point thiếu tọa độ", "a Point without coordinates"));
                };
                let crs = crs.unwrap_or(CrsId::WGS84);
                let (lon, lat, _) = crs::of_xy(x, y, crs)?;
                Ok(Place {
                    as_typed: position.to_string(),
                    crs: Some(crs.code().to_owned()),
                    lon: Some(lon),
                    lat: Some(lat),
                    accuracy_m,
                    perimeter: None,
                    area_m2: None,
                    how,
                })
            }
            Value::Object(_) => outline(&position.to_string(), crs, accuracy_m, how),
            _ => Err(invalid(
                "position",
                "cần chữ (mọi cách ghi tọa độ) hoặc hình GeoJSON",
                "give text (any notation) or a GeoJSON geometry",
            )),
        }
    }
}

fn outline(
    text: &str,
    crs: Option<CrsId>,
    accuracy_m: Option<f64>,
    how: Option<HowPlaced>,
) -> Result<Place, ActionError> {
    let read = filing::read(text, crs, Wanted::Land)?;
    let Shape::Land(land) = &read.shape else { unreachable!("only land was asked for") };
    let inside = land.interior_point().ok_or_else(|| invalid("position", "vùng rỗng", "an empty area"))?;
    Ok(Place {
        as_typed: read.as_filed,
        crs: Some(read.crs.code().to_owned()),
        lon: Some(inside.x()),
        lat: Some(inside.y()),
        accuracy_m,
        // Geodesic on WGS 84 (Karney 2013), as planar areas in the grid are off by up to 0.15 %.
        area_m2: Some(geodesic_m2(land)),
        perimeter: Some(read.shape),
        how,
    })
}

/// A moment as devices and people write it.
///
/// # Errors
/// Unreadable, or far in the future.
pub fn read_moment(field: &'static str, text: &str, now: Timestamp) -> Result<Timestamp, ActionError> {
    let text = text.trim();
    let local = |at: civil::DateTime| at.to_zoned(vietnam()).ok().map(|z| z.timestamp());
    let read = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<civil::DateTime>().ok().and_then(local))
        .or_else(|| text.parse::<civil::Date>().ok().and_then(|d| local(d.at(0, 0, 0, 0))));
    match read {
        None => {
            let shown: String = text.chars().take(40).collect();
            Err(invalid(
                field,
                &format!("«{shown}» không phải thời điểm, ví dụ 2026-11-23T08:30+07:00"),
                &format!("“{shown}” is no moment, such as 2026-11-23T08:30+07:00"),
            ))
        }
        Some(read) if read.duration_since(now) > AHEAD => Err(invalid(
            field,
            "ở quá xa trong tương lai: hãy xem lại đồng hồ",
            "too far in the future: look at the clock",
        )),
        Some(read) => Ok(read),
    }
}

/// A measured amount: not negative, and finite.
fn amount(field: &'static str, value: Option<f64>) -> Result<Option<f64>, ActionError> {
    match value {
        Some(v) if !(0.0..=1e9).contains(&v) => {
            Err(invalid(field, "phải là số không âm", "has to be a number that is not negative"))
        }
        other => Ok(other),
    }
}

/// Text as typed, trimmed; empty counts as not given.
fn words(field: &'static str, text: Option<&str>) -> Result<Option<String>, ActionError> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    check_text(field, text)?;
    Ok(Some(text.to_owned()))
}

/// # Errors
/// Longer than [`MAX_TEXT`], or with a NUL, which no database takes.
pub fn check_text(field: &'static str, text: &str) -> Result<(), ActionError> {
    if text.chars().count() > MAX_TEXT || text.contains('\0') {
        return Err(invalid(
            field,
            &format!("dài quá {MAX_TEXT} ký tự, hoặc có ký tự NUL"),
            &format!("longer than {MAX_TEXT} characters, or with a NUL"),
        ));
    }
    Ok(())
}

pub fn invalid(field: &'static str, vi: &str, en: &str) -> ActionError {
    ActionError::Incident(IncidentRefusal::Field { field: field.into(), why: Text::new(vi, en) })
}

/// Changes of an edit, in the words of a report, as values of facts. Personal values come back apart.
#[derive(Debug, Clone, Default)]
pub struct ReadChanges {
    pub values: BTreeMap<String, Value>,
    pub private: BTreeMap<&'static str, String>,
}

/// The fields an edit may name besides those of the position.
const PLAIN: [&str; 8] =
    ["kind", "forest_type", "area_ha", "volume_m3", "species", "compartment", "sub_compartment", "lot"];

impl Service {
    /// Reads `{field: value}`; null takes a value out. The position comes as in a report: `position`, `crs`,
    /// `accuracy_m`, `how` together.
    ///
    /// # Errors
    /// The first field that cannot be read.
    pub fn read_changes(
        &self,
        changes: &serde_json::Map<String, Value>,
        now: Timestamp,
    ) -> Result<ReadChanges, ActionError> {
        let mut read = ReadChanges::default();
        let text = |field: &str| changes.get(field).and_then(Value::as_str);
        for (field, value) in changes {
            match field.as_str() {
                "position" => {
                    let how = changes.get("how").cloned().map(serde_json::from_value).transpose();
                    let how = how.map_err(|e| unreadable("how", &e.to_string()))?;
                    let accuracy_m = changes.get("accuracy_m").and_then(Value::as_f64);
                    let place = self.read_place(value, text("crs"), accuracy_m, how)?;
                    read.values.insert("place".into(), json(&place));
                }
                "crs" | "accuracy_m" | "how" if changes.contains_key("position") => {}
                "occurred_at" => {
                    let moment = text(field).ok_or_else(|| unreadable(field, "text"))?;
                    read.values.insert(field.clone(), json(&read_moment("occurred_at", moment, now)?));
                }
                "perpetrators_known" if value.is_boolean() || value.is_null() => {
                    read.values.insert(field.clone(), value.clone());
                }
                private if PRIVATE_FIELDS.contains(&private) => {
                    let field = PRIVATE_FIELDS.into_iter().find(|f| *f == private).expect("it was just found");
                    match value {
                        Value::Null => drop(read.values.insert(field.into(), Value::Null)),
                        _ => {
                            let text = text(field).ok_or_else(|| unreadable(field, "text"))?;
                            match words(field, Some(text))? {
                                Some(text) => drop(read.private.insert(field, text)),
                                None => drop(read.values.insert(field.into(), Value::Null)),
                            }
                        }
                    }
                }
                plain if PLAIN.contains(&plain) => drop(read.values.insert(plain.into(), self.plain(plain, value)?)),
                other => return Err(unreadable(other, "?")),
            }
        }
        Ok(read)
    }

    fn plain(&self, field: &str, value: &Value) -> Result<Value, ActionError> {
        let why = |e: serde_json::Error| unreadable(field, &e.to_string());
        if value.is_null() && field != "kind" {
            return Ok(Value::Null);
        }
        Ok(match field {
            "kind" => {
                let word = value.as_str().unwrap_or_default();
                json(&IncidentKind::parse(word).ok_or_else(|| QuestionError::Kind(word.chars().take(40).collect()))?)
            }
            "forest_type" => json(&serde_json::from_value::<ForestType>(value.clone()).map_err(why)?),
            "area_ha" | "volume_m3" => {
                let field = if field == "area_ha" { "area_ha" } else { "volume_m3" };
                json(&amount(field, Some(serde_json::from_value::<f64>(value.clone()).map_err(why)?))?)
            }
            _ => {
                let text: String = serde_json::from_value(value.clone()).map_err(why)?;
                json(&words("text", Some(&text))?)
            }
        })
    }
}

fn unreadable(field: &str, why: &str) -> ActionError {
    let text = Text::new(format!("giá trị không đọc được ({why})"), format!("its value cannot be read ({why})"));
    ActionError::Incident(IncidentRefusal::Field { field: field.chars().take(40).collect(), why: text })
}

pub fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("plain data is JSON")
}

/// A reference as the value of a field.
pub fn reference(private: &PrivateRef) -> Value {
    json(private)
}
