//! The JSON of daohoangson/dvhcvn, one province a file: `level2s[]{level2_id, name, type, coordinates}`, where `type` and
//! `coordinates` are those of a GeoJSON geometry. The outline of the province beside them is not read: provinces are the
//! union of their communes.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Feature, Wrong, json_error};
use crate::domain::Text;

#[derive(Deserialize)]
struct Province {
    level2s: Vec<Map<String, Value>>,
}

pub fn features(bytes: &[u8]) -> Result<Vec<Feature>, Wrong> {
    let province: Province = serde_json::from_slice(bytes).map_err(|e| json_error(&e))?;
    province.level2s.into_iter().enumerate().map(|(i, properties)| feature(i, properties)).collect()
}

fn feature(i: usize, mut properties: Map<String, Value>) -> Result<Feature, Wrong> {
    let mut geometry = Map::new();
    for key in ["type", "coordinates"] {
        let missing = || (format!("level2s[{i}].{key}"), Text::new("thiếu thuộc tính", "missing property"));
        geometry.insert(key.to_owned(), properties.remove(key).ok_or_else(missing)?);
    }
    let geometry = serde_json::from_value(Value::Object(geometry)).map_err(|e: serde_json::Error| {
        (format!("level2s[{i}]"), Text::new(format!("hình không đọc được: {e}"), format!("unreadable geometry: {e}")))
    })?;
    Ok(Feature { properties, geometry })
}
