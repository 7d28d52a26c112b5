//! A GeoJSON point (RFC 7946), longitude first: `{"type":"Point","coordinates":[102.6410,22.2183]}`.

use serde::Deserialize;

use super::{CrsId, Format, Input, Named, Typed, axes};
use crate::crs::PositionError;

pub(super) const FORMAT: Format = Format {
    code: "geojson",
    vi: "Điểm GeoJSON",
    en: "GeoJSON point",
    example: r#"{"type":"Point","coordinates":[102.6410,22.2183]}"#,
    read,
};

#[derive(Deserialize)]
struct Point {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Vec<f64>,
}

fn read(input: &Input) -> Result<Option<Typed>, PositionError> {
    let typed = input.typed.trim();
    if !typed.starts_with('{') {
        return Ok(None);
    }
    let wrong = || PositionError::NotAPoint { piece: typed.to_owned() };
    let point: Point = serde_json::from_str(typed).map_err(|_| wrong())?;
    // A third number is the altitude.
    let ([lon, lat] | [lon, lat, _]) = point.coordinates[..] else {
        return Err(wrong());
    };
    if point.kind != "Point" {
        return Err(wrong());
    }
    let (value, mend) = axes::degrees(lon, lat)?;
    Ok(Some(Typed { value, named: Some(Named::One(CrsId::WGS84)), mends: Vec::from_iter(mend) }))
}

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    #[test]
    fn longitude_stands_first() {
        let read = text(r#" {"coordinates": [102.5, 22.25, 850.0], "type": "Point"} "#).unwrap();
        assert_eq!((read.value, read.mends.len()), (Value::Degrees { lon_deg: 102.5, lat_deg: 22.25 }, 0));
        let swapped = text(r#"{"type":"Point","coordinates":[22.25,102.5]}"#).unwrap();
        assert_eq!((swapped.value, swapped.mends[0].code), (read.value, "swapped_axes"));
    }

    #[test]
    fn what_is_no_point_is_refused() {
        for typed in ["{", "{}", r#"{"type":"Point","coordinates":[]}"#, r#"{"type":"LineString","coordinates":[1,2]}"#]
        {
            assert_eq!(text(typed), Err(E::NotAPoint { piece: typed.into() }), "{typed}");
        }
    }
}
