//! GeoParquet 1.1: columns, geometries as WKB, the words about the data in the file's metadata. Row groups are written as
//! they fill, so memory stays that of one group.

use std::sync::Arc;

use geo::BoundingRect;
use geozero::{CoordDimensions, ToWkb};
use jiff::civil::date;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::formats::{FeatureWriter, Options, Output, placed};
use super::{Cell, ExportError, Feature, Field, Kind, LayerInfo, ShapeKind};
use crate::crs::CrsId;

/// Rows of a group.
const GROUP: usize = 10_000;

struct Parquet {
    file: SerializedFileWriter<Output>,
    fields: &'static [Field],
    shape: ShapeKind,
    about: Vec<(&'static str, String)>,
    options: Options,
    rows: Vec<(String, Option<Vec<u8>>, Vec<Cell>)>,
    bounds: Option<[f64; 4]>,
    count: u64,
}

pub(super) fn open(out: Output, layer: &LayerInfo, options: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let mut schema = String::from("message schema { REQUIRED BYTE_ARRAY id (UTF8); OPTIONAL BYTE_ARRAY geometry;\n");
    for field in layer.fields {
        let name = field.name;
        schema.push_str(&match field.kind {
            Kind::Text => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);\n"),
            Kind::Integer => format!("OPTIONAL INT64 {name};\n"),
            Kind::Number => format!("OPTIONAL DOUBLE {name};\n"),
            Kind::Flag => format!("OPTIONAL BOOLEAN {name};\n"),
            Kind::Date => format!("OPTIONAL INT32 {name} (DATE);\n"),
            Kind::Moment => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true));\n"),
        });
    }
    schema.push('}');
    let properties = WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY).build();
    let schema = Arc::new(parse_message_type(&schema)?);
    let file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    Ok(Box::new(Parquet {
        file,
        fields: layer.fields,
        shape: layer.shape,
        about: layer.about(),
        options: *options,
        rows: Vec::new(),
        bounds: None,
        count: 0,
    }))
}

impl Parquet {
    fn flush(&mut self) -> Result<(), ExportError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.file.next_row_group()?;
        column::<ByteArrayType>(&mut group, rows.iter().map(|r| Some(ByteArray::from(r.0.as_str()))), true)?;
        column::<ByteArrayType>(&mut group, rows.iter().map(|r| r.1.clone().map(ByteArray::from)), false)?;
        for (i, field) in self.fields.iter().enumerate() {
            let cells = rows.iter().map(|r| &r.2[i]);
            match field.kind {
                Kind::Text => column::<ByteArrayType>(
                    &mut group,
                    cells.map(|c| (*c != Cell::Empty).then(|| ByteArray::from(c.text().as_str()))),
                    false,
                )?,
                Kind::Integer => {
                    let read = |c: &Cell| if let Cell::Integer(n) = c { Some(*n) } else { None };
                    column::<Int64Type>(&mut group, cells.map(read), false)?;
                }
                Kind::Number => {
                    let read = |c: &Cell| if let Cell::Number(n) = c { Some(*n) } else { None };
                    column::<DoubleType>(&mut group, cells.map(read), false)?;
                }
                Kind::Flag => {
                    let read = |c: &Cell| if let Cell::Flag(flag) = c { Some(*flag) } else { None };
                    column::<BoolType>(&mut group, cells.map(read), false)?;
                }
                Kind::Date => {
                    let day = |c: &Cell| {
                        let Cell::Date(d) = c else { return None };
                        d.since(date(1970, 1, 1)).ok().map(|span| span.get_days())
                    };
                    column::<Int32Type>(&mut group, cells.map(day), false)?;
                }
                Kind::Moment => {
                    let read = |c: &Cell| if let Cell::Moment(at) = c { Some(at.as_microsecond()) } else { None };
                    column::<Int64Type>(&mut group, cells.map(read), false)?;
                }
            }
        }
        group.close()?;
        Ok(())
    }
}

/// Writes the next column of a group; `None` is null.
fn column<T: parquet::data_type::DataType>(
    group: &mut SerializedRowGroupWriter<'_, Output>,
    cells: impl Iterator<Item = Option<T::T>>,
    required: bool,
) -> Result<(), ExportError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    if let Some(mut writer) = group.next_column()? {
        writer.typed::<T>().write_batch(&values, (!required).then_some(&levels[..]), None)?;
        writer.close()?;
    }
    Ok(())
}

impl FeatureWriter for Parquet {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.options.crs)).transpose()?;
        if let Some(r) = geometry.as_ref().and_then(BoundingRect::bounding_rect) {
            let [w, s, e, n] = self.bounds.unwrap_or([f64::MAX, f64::MAX, f64::MIN, f64::MIN]);
            self.bounds = Some([w.min(r.min().x), s.min(r.min().y), e.max(r.max().x), n.max(r.max().y)]);
        }
        let wkb = geometry.map(|g| g.to_wkb(CoordDimensions::xy())).transpose()?;
        self.rows.push((feature.id.clone(), wkb, feature.values.clone()));
        self.count += 1;
        if self.rows.len() >= GROUP { self.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        self.flush()?;
        let kinds: &[&str] = match self.shape {
            ShapeKind::Point => &["Point"],
            ShapeKind::Line => &["MultiLineString"],
            ShapeKind::Land => &["MultiPolygon"],
            ShapeKind::Mixed => &[],
        };
        let mut geometry = json!({"encoding": "WKB", "geometry_types": kinds});
        if matches!(self.shape, ShapeKind::Land | ShapeKind::Mixed) {
            geometry["orientation"] = "counterclockwise".into();
        }
        // Without a CRS it is OGC:CRS84.
        if let Some(definition) = self.options.crs.definition().filter(|_| self.options.crs != CrsId::WGS84) {
            geometry["crs"] = definition.projjson.clone();
        }
        if let Some(bounds) = self.bounds {
            geometry["bbox"] = json!(bounds);
        }
        let geo = json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}});
        self.file.append_key_value_metadata(KeyValue::new("geo".into(), geo.to_string()));
        for (key, text) in std::mem::take(&mut self.about) {
            self.file.append_key_value_metadata(KeyValue::new(key.into(), text));
        }
        self.file.append_key_value_metadata(KeyValue::new("count".into(), self.count.to_string()));
        let mut out = self.file.into_inner()?;
        Ok(out.flush()?)
    }
}
