//! FlatGeobuf: features sorted and indexed, read over a network a box at a time. Collected in a temporary file first.

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::Geometry;
use geozero::{ColumnValue, PropertyProcessor};

use super::formats::{FeatureWriter, Options, Output, placed};
use super::{Cell, ExportError, Feature, Field, Kind, LayerInfo, ShapeKind};

struct Fgb {
    out: Output,
    file: FgbWriter<'static>,
    fields: &'static [Field],
    options: Options,
}

fn column(kind: Kind) -> ColumnType {
    match kind {
        Kind::Text => ColumnType::String,
        Kind::Integer => ColumnType::Long,
        Kind::Number => ColumnType::Double,
        Kind::Flag => ColumnType::Bool,
        Kind::Date | Kind::Moment => ColumnType::DateTime,
    }
}

pub(super) fn open(out: Output, layer: &LayerInfo, options: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    // Lines of one part are plain lines, and what has no place is an empty point: then the kind is each feature's own.
    let kind = match layer.shape {
        ShapeKind::Point => GeometryType::Point,
        ShapeKind::Land if !layer.placeless => GeometryType::MultiPolygon,
        ShapeKind::Line | ShapeKind::Land | ShapeKind::Mixed => GeometryType::Unknown,
    };
    let about: serde_json::Map<String, serde_json::Value> =
        layer.about().into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
    let (title, metadata) = (layer.title.en.clone(), serde_json::to_string(&about)?);
    let settings = FgbWriterOptions {
        // An index needs every feature to have a place.
        write_index: !layer.placeless,
        detect_type: false,
        promote_to_multi: false,
        crs: FgbCrs {
            org: Some("EPSG"),
            code: i32::from(options.crs.epsg()),
            wkt: options.crs.definition().map(|d| d.wkt.as_str()),
            ..FgbCrs::default()
        },
        title: Some(&title),
        metadata: Some(&metadata),
        ..FgbWriterOptions::default()
    };
    let mut file = FgbWriter::create_with_options(&layer.name, kind, settings)?;
    file.add_column("id", ColumnType::String, |_, _| {});
    for field in layer.fields {
        file.add_column(field.name, column(field.kind), |_, _| {});
    }
    Ok(Box::new(Fgb { out, file, fields: layer.fields, options: *options }))
}

impl FeatureWriter for Fgb {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.options.crs)).transpose()?;
        let geometry = match geometry {
            // Readers look for the ends of parts, and the library leaves them out where there is one part only.
            Some(Geometry::MultiLineString(mut lines)) if lines.0.len() == 1 => lines.0.remove(0).into(),
            Some(geometry) => geometry,
            None => geo::Point::new(f64::NAN, f64::NAN).into(),
        };
        let mut failed = None;
        let fields = self.fields;
        self.file.add_feature_geom(geometry, |feat| {
            let mut one = |i: usize, name: &str, value: &ColumnValue| {
                if let Err(e) = feat.property(i, name, value) {
                    failed = Some(e);
                }
            };
            one(0, "id", &ColumnValue::String(&feature.id));
            for (i, (field, value)) in (1..).zip(fields.iter().zip(&feature.values)) {
                let text = value.text();
                match value {
                    Cell::Empty => {}
                    Cell::Integer(n) => one(i, field.name, &ColumnValue::Long(*n)),
                    Cell::Number(n) => one(i, field.name, &ColumnValue::Double(*n)),
                    Cell::Flag(flag) => one(i, field.name, &ColumnValue::Bool(*flag)),
                    Cell::Text(text) => one(i, field.name, &ColumnValue::String(text)),
                    Cell::Date(_) | Cell::Moment(_) => one(i, field.name, &ColumnValue::DateTime(&text)),
                }
            }
        })?;
        failed.map_or(Ok(()), |e| Err(e.into()))
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        let Fgb { mut out, file, .. } = *self;
        file.write(&mut out)?;
        Ok(out.flush()?)
    }
}
