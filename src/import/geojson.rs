//! GeoJSON: a collection, a feature, a geometry, or features one a line (RFC 8142 and without its separators).

use std::collections::HashMap;
use std::path::Path;

use geojson::{Feature, GeoJson};
use serde_json::Value;

use super::source::{CrsSaid, ReadOptions, Row, Source, bytes, stem};
use super::{Encoding, ImportError};
use crate::crs::CrsId;
use crate::export::Cell;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bytes = bytes(path)?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => options.encoding.unwrap_or(Encoding::Windows1258).decode(&bytes),
    };
    of_text(&text, stem(path), options)
}

pub(super) fn of_text(text: &str, layer: String, options: &ReadOptions) -> Result<Source, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut features: Vec<Feature> = Vec::new();
    let mut said = CrsSaid { crs: Some(CrsId::WGS84), words: "GeoJSON (RFC 7946): WGS 84".into() };
    match text.parse::<GeoJson>() {
        Ok(parsed) => {
            said = crs_member(text).unwrap_or(said);
            take(parsed, &mut features);
        }
        // Features one a line.
        Err(whole) => {
            for (i, line) in text.split(['\n', '\u{1e}']).map(str::trim).filter(|l| !l.is_empty()).enumerate() {
                let parsed = line.parse::<GeoJson>().map_err(|e| match i {
                    0 => ImportError::damaged(format!("GeoJSON: {whole}")),
                    _ => ImportError::damaged(format!("GeoJSON, {}: {e}", i + 1)),
                })?;
                take(parsed, &mut features);
            }
        }
    }
    let (mut columns, mut places): (Vec<String>, HashMap<String, usize>) = (vec!["id".into()], HashMap::new());
    places.insert("id".into(), 0);
    for key in features.iter().filter_map(|f| f.properties.as_ref()).flat_map(|p| p.keys()) {
        if !places.contains_key(key) {
            places.insert(key.clone(), columns.len());
            columns.push(key.clone());
        }
    }
    let row = |(i, feature): (usize, Feature)| {
        let mut values = vec![Cell::Empty; columns.len()];
        values[0] = match feature.id {
            Some(geojson::feature::Id::String(id)) => Cell::from(id),
            Some(geojson::feature::Id::Number(id)) => Cell::from(id.to_string()),
            None => Cell::Empty,
        };
        for (key, value) in feature.properties.unwrap_or_default() {
            values[places[&key]] = cell(value);
        }
        let geometry = feature.geometry.map(geo::Geometry::try_from).transpose();
        let geometry = geometry.map_err(|e| ImportError::damaged(format!("GeoJSON, {}: {e}", i + 1)))?;
        Ok(Row { number: i + 1, geometry, values })
    };
    let rows = features.into_iter().enumerate().map(row).collect::<Result<Vec<Row>, ImportError>>()?;
    let mut source = Source { format: "GeoJSON", layer, crs: said, encoding: None, columns, rows };
    source.mend_texts(options.encoding);
    Ok(source)
}

fn take(parsed: GeoJson, features: &mut Vec<Feature>) {
    match parsed {
        GeoJson::FeatureCollection(c) => features.extend(c.features),
        GeoJson::Feature(f) => features.push(f),
        GeoJson::Geometry(g) => features.push(Feature { geometry: Some(g), ..Feature::default() }),
    }
}

/// The `crs` member of GeoJSON 2008, which QGIS still writes.
fn crs_member(text: &str) -> Option<CrsSaid> {
    // It stands before the features; the rest need not be read again.
    let head: String = text.chars().take(4000).collect();
    let at = head.find("\"crs\"")?;
    let name = head[at..].split_once("\"name\"")?.1.split('"').nth(1)?.to_owned();
    let crs = match name.ends_with("CRS84") {
        true => Some(CrsId::WGS84),
        false => name.rsplit(':').next().and_then(|c| c.parse().ok()).and_then(CrsId::of_epsg),
    };
    Some(CrsSaid { crs, words: format!("crs: {name}") })
}

/// A value of JSON; what is nested stays JSON text.
fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(flag) => Cell::Flag(flag),
        Value::Number(n) => n.as_i64().map(Cell::Integer).or(n.as_f64().map(Cell::Number)).unwrap_or(Cell::Empty),
        Value::String(text) => Cell::from(text),
        nested => Cell::Text(nested.to_string()),
    }
}
