//! GeoParquet (1.0, 1.1) and Parquet with a column of WKB, row by row.

use std::fs::File;
use std::path::Path;

use geozero::ToGeo;
use geozero::wkb::Wkb;
use jiff::Timestamp;
use jiff::civil::date;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use super::ImportError;
use super::source::{CrsSaid, MAX_ROWS, ReadOptions, Row, Source, io, stem};
use crate::crs::CrsId;
use crate::export::Cell;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bad = |e: ParquetError| ImportError::damaged(format!("Parquet: {e}"));
    let reader = SerializedFileReader::new(File::open(path).map_err(io(path))?).map_err(bad)?;
    let file = reader.metadata().file_metadata();
    let said = file.key_value_metadata().and_then(|all| all.iter().find(|kv| kv.key == "geo"));
    let geo: Value = match said.and_then(|kv| kv.value.as_deref()) {
        Some(text) => serde_json::from_str(text).map_err(|e| ImportError::damaged(format!("Parquet, geo: {e}")))?,
        None => Value::Null,
    };
    let geometry = geo["primary_column"].as_str().unwrap_or("geometry").to_owned();
    let described = &geo["columns"][&geometry];
    if let Some(other) = described["encoding"].as_str().filter(|e| *e != "WKB") {
        return Err(ImportError::damaged(format!("GeoParquet: encoding {other}")));
    }
    let all: Vec<String> = file.schema().get_fields().iter().map(|f| f.name().to_owned()).collect();
    let columns: Vec<String> = all.into_iter().filter(|c| *c != geometry).collect();
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).map_err(bad)? {
        let row = row.map_err(bad)?;
        let number = rows.len() + 1;
        if number > MAX_ROWS {
            return Err(ImportError::TooMuch(format!("{MAX_ROWS} dòng / rows")));
        }
        let (mut place, mut values) = (None, Vec::with_capacity(columns.len()));
        for (name, field) in row.get_column_iter() {
            match field {
                Field::Bytes(wkb) if *name == geometry => {
                    let read = Wkb(wkb.data()).to_geo();
                    place = Some(read.map_err(|e| ImportError::damaged(format!("GeoParquet, {number}: {e}")))?);
                }
                _ if *name == geometry => {}
                field => values.push(cell(field)),
            }
        }
        rows.push(Row { number, geometry: place, values });
    }
    let crs = crs_of(&geo, described);
    let mut source = Source { format: "GeoParquet", layer: stem(path), crs, encoding: None, columns, rows };
    source.mend_texts(options.encoding);
    Ok(source)
}

/// A CRS that is absent is OGC:CRS84, one that is null is not known (GeoParquet 1.1, "crs").
fn crs_of(geo: &Value, described: &Value) -> CrsSaid {
    match described.get("crs") {
        _ if geo.is_null() => CrsSaid { crs: None, words: "Parquet: –".into() },
        None => CrsSaid { crs: Some(CrsId::WGS84), words: "GeoParquet: OGC:CRS84".into() },
        Some(Value::Null) => CrsSaid { crs: None, words: "GeoParquet: –".into() },
        Some(projjson) => {
            let (authority, code) = (&projjson["id"]["authority"], &projjson["id"]["code"]);
            let number = code.as_u64().or_else(|| code.as_str()?.parse().ok()).and_then(|n| u32::try_from(n).ok());
            let crs = match (authority.as_str(), code.as_str()) {
                (Some("OGC"), Some("CRS84")) => Some(CrsId::WGS84),
                (Some("EPSG"), _) => number.and_then(CrsId::of_epsg),
                _ => None,
            };
            let name = projjson["name"].as_str().unwrap_or("–");
            CrsSaid { crs, words: format!("GeoParquet: {name}") }
        }
    }
}

fn cell(field: &Field) -> Cell {
    let number = |n: f64| if n.is_finite() { Cell::Number(n) } else { Cell::Empty };
    let moment = |at: Result<Timestamp, jiff::Error>| at.map_or(Cell::Empty, Cell::Moment);
    match field {
        Field::Null | Field::Bytes(_) => Cell::Empty,
        Field::Bool(flag) => Cell::Flag(*flag),
        Field::Byte(n) => Cell::Integer((*n).into()),
        Field::Short(n) => Cell::Integer((*n).into()),
        Field::Int(n) => Cell::Integer((*n).into()),
        Field::Long(n) => Cell::Integer(*n),
        Field::UByte(n) => Cell::Integer((*n).into()),
        Field::UShort(n) => Cell::Integer((*n).into()),
        Field::UInt(n) => Cell::Integer((*n).into()),
        Field::Float(n) => number((*n).into()),
        Field::Double(n) => number(*n),
        Field::Str(text) => Cell::from(text.trim()),
        Field::Date(days) => {
            let day = date(1970, 1, 1).checked_add(jiff::Span::new().days(i64::from(*days)));
            day.map_or(Cell::Empty, Cell::Date)
        }
        Field::TimestampMillis(at) => moment(Timestamp::from_millisecond(*at)),
        Field::TimestampMicros(at) => moment(Timestamp::from_microsecond(*at)),
        // What else there is (decimals, lists, groups) as text.
        other => Cell::from(other.to_string()),
    }
}
