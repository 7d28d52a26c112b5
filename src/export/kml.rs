//! KML 2.2 (OGC 07-147r2): placemarks with their values as typed extended data.

use std::fmt::Write as _;
use std::io::Write;

use geo::{Coord, Geometry, LineString, Polygon};

use super::formats::{FeatureWriter, Options, Output};
use super::xml::escaped;
use super::{Cell, ExportError, Feature, Field, Kind, LayerInfo};

struct Kml {
    out: Output,
    fields: &'static [Field],
    schema: String,
    count: u64,
}

pub(super) fn open(mut out: Output, layer: &LayerInfo, _: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let schema = escaped(&layer.name);
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>"
    )?;
    let about: Vec<String> = layer.about().into_iter().map(|(key, text)| format!("{key}: {text}")).collect();
    writeln!(out, "<name>{schema}</name><description>{}</description>", escaped(&about.join("\n")))?;
    writeln!(out, "<Schema name=\"{schema}\" id=\"{schema}\"><SimpleField name=\"id\" type=\"string\"/>")?;
    for field in layer.fields {
        let kind = match field.kind {
            Kind::Number => "double",
            Kind::Integer => "int",
            Kind::Flag => "bool",
            Kind::Text | Kind::Date | Kind::Moment => "string",
        };
        writeln!(out, "<SimpleField name=\"{}\" type=\"{kind}\"/>", escaped(field.name))?;
    }
    writeln!(out, "</Schema>")?;
    Ok(Box::new(Kml { out, fields: layer.fields, schema, count: 0 }))
}

impl FeatureWriter for Kml {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let named =
            self.fields.iter().zip(&feature.values).find(|(f, v)| f.name.starts_with("name") && **v != Cell::Empty);
        let name = named.map_or_else(|| feature.id.clone(), |(_, v)| v.text());
        let mut text = format!("<Placemark><name>{}</name><ExtendedData>", escaped(&name));
        let _ = write!(text, "<SchemaData schemaUrl=\"#{}\"><SimpleData name=\"id\">", self.schema);
        let _ = write!(text, "{}</SimpleData>", escaped(&feature.id));
        for (field, value) in self.fields.iter().zip(&feature.values).filter(|(_, v)| **v != Cell::Empty) {
            let value = match value {
                Cell::Flag(flag) => i32::from(*flag).to_string(),
                other => other.text(),
            };
            let _ = write!(text, "<SimpleData name=\"{}\">{}</SimpleData>", escaped(field.name), escaped(&value));
        }
        text.push_str("</SchemaData></ExtendedData>");
        if let Some(geometry) = &feature.geometry {
            put(&mut text, geometry);
        }
        text.push_str("</Placemark>");
        writeln!(self.out, "{text}")?;
        self.count += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        writeln!(self.out, "<!-- features: {} --></Document></kml>", self.count)?;
        Ok(self.out.flush()?)
    }
}

fn coordinates(text: &mut String, line: &[Coord<f64>]) {
    text.push_str("<coordinates>");
    for (i, c) in line.iter().enumerate() {
        let _ = write!(text, "{}{},{}", if i > 0 { " " } else { "" }, c.x, c.y);
    }
    text.push_str("</coordinates>");
}

fn ring(text: &mut String, tag: &str, ring: &LineString<f64>) {
    let _ = write!(text, "<{tag}><LinearRing>");
    coordinates(text, &ring.0);
    let _ = write!(text, "</LinearRing></{tag}>");
}

fn polygon(text: &mut String, polygon: &Polygon<f64>) {
    text.push_str("<Polygon>");
    ring(text, "outerBoundaryIs", polygon.exterior());
    polygon.interiors().iter().for_each(|hole| ring(text, "innerBoundaryIs", hole));
    text.push_str("</Polygon>");
}

fn put(text: &mut String, geometry: &Geometry<f64>) {
    match geometry {
        Geometry::Point(p) => {
            text.push_str("<Point>");
            coordinates(text, &[p.0]);
            text.push_str("</Point>");
        }
        Geometry::MultiLineString(lines) => {
            text.push_str("<MultiGeometry>");
            for line in lines {
                text.push_str("<LineString>");
                coordinates(text, &line.0);
                text.push_str("</LineString>");
            }
            text.push_str("</MultiGeometry>");
        }
        Geometry::MultiPolygon(land) => {
            text.push_str("<MultiGeometry>");
            land.iter().for_each(|p| polygon(text, p));
            text.push_str("</MultiGeometry>");
        }
        Geometry::LineString(line) => {
            text.push_str("<LineString>");
            coordinates(text, &line.0);
            text.push_str("</LineString>");
        }
        Geometry::Polygon(p) => polygon(text, p),
        // Layers hold nothing else (`feature::normal`).
        _ => {}
    }
}
