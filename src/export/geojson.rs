//! GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142). The one place where a feature becomes JSON.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::formats::{FeatureWriter, Options, Output};
use super::{ExportError, Feature, Field, LayerInfo};

/// A feature as JSON; its geometry as it is, whatever its CRS.
pub fn feature_json(feature: &Feature, fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for (field, value) in fields.iter().zip(&feature.values) {
        properties.insert(field.name.into(), value.json());
    }
    let geometry = feature.geometry.as_ref().map_or(Value::Null, |g| json!(geojson::GeometryValue::from(g)));
    json!({"type": "Feature", "id": feature.id, "geometry": geometry, "properties": properties})
}

struct Collection {
    out: Output,
    fields: &'static [Field],
    count: u64,
}

/// A FeatureCollection; the count stands at its end, so that one cut short is no JSON.
pub(super) fn open(mut out: Output, layer: &LayerInfo, _: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"name\":{}", json!(layer.name))?;
    for (key, text) in layer.about() {
        write!(out, ",{}:{}", json!(key), json!(text))?;
    }
    write!(out, ",\"features\":[")?;
    Ok(Box::new(Collection { out, fields: layer.fields, count: 0 }))
}

impl FeatureWriter for Collection {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        self.out.write_all(if self.count > 0 { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut self.out, &feature_json(feature, self.fields))?;
        self.count += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        writeln!(self.out, "\n],\"numberReturned\":{}}}", self.count)?;
        Ok(self.out.flush()?)
    }
}

struct Sequence {
    out: Output,
    fields: &'static [Field],
    about: Map<String, Value>,
    count: u64,
}

/// Features one a line; the last line is an empty FeatureCollection with the count and the words about the data.
pub(super) fn open_seq(out: Output, layer: &LayerInfo, _: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let about = layer.about().into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
    Ok(Box::new(Sequence { out, fields: layer.fields, about, count: 0 }))
}

impl FeatureWriter for Sequence {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        writeln!(self.out, "\u{1e}{}", feature_json(feature, self.fields))?;
        self.count += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        let mut last = json!({"type": "FeatureCollection", "features": [], "numberReturned": self.count});
        if let Some(members) = last.as_object_mut() {
            members.append(&mut self.about);
        }
        writeln!(self.out, "\u{1e}{last}")?;
        Ok(self.out.flush()?)
    }
}
