//! Tables: CSV with comma, semicolon or tab, in any of the encodings; XLSX, its first sheet or the one named.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use super::source::{CrsSaid, MAX_ROWS, ReadOptions, Row, Source, bytes, stem};
use super::{Encoding, ImportError};
use crate::export::Cell;

/// Columns with geometry as WKT, as GDAL, QGIS and this program name them.
const WKT_COLUMNS: [&str; 4] = ["wkt", "geometry", "geom", "wkt_geom"];

fn nothing_said() -> CrsSaid {
    CrsSaid { crs: None, words: "–".into() }
}

pub(super) fn read_csv(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bytes = bytes(path)?;
    let encoding = options.encoding.unwrap_or_else(|| Encoding::of_bytes(std::iter::once(bytes.as_slice())));
    let text = encoding.decode(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(|c| count(*c)).unwrap_or(',') as u8;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let bad = |e: csv::Error| ImportError::damaged(format!("CSV: {e}"));
    let columns: Vec<String> = reader.headers().map_err(bad)?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        if rows.len() >= MAX_ROWS {
            return Err(ImportError::TooMuch(format!("{MAX_ROWS} dòng / rows")));
        }
        let cell = |i: usize| Cell::from(unprotected(record.get(i).unwrap_or_default()));
        rows.push(Row { number: rows.len() + 1, geometry: None, values: (0..columns.len()).map(cell).collect() });
    }
    finish(
        Source { format: "CSV", layer: stem(path), crs: nothing_said(), encoding: Some(encoding), columns, rows },
        options,
    )
}

/// Without the apostrophe that our own exports put before what a spreadsheet would run.
fn unprotected(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

pub(super) fn read_xlsx(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bad = |e: calamine::XlsxError| ImportError::damaged(format!("XLSX: {e}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(path)?)).map_err(bad)?;
    let names = book.sheet_names();
    let sheet = match options.layer {
        Some(wanted) if names.iter().any(|n| n == wanted) => wanted.to_owned(),
        Some(_) => return Err(ImportError::Layers(names.join(", "))),
        None => names.first().cloned().ok_or_else(|| ImportError::damaged("XLSX: 0 sheets"))?,
    };
    let range = book.worksheet_range(&sheet).map_err(bad)?;
    let mut lines = range.rows();
    let columns: Vec<String> =
        lines.next().unwrap_or_default().iter().map(|c| c.to_string().trim().to_owned()).collect();
    let rows = lines.enumerate().map(|(i, line)| Row {
        number: i + 1,
        geometry: None,
        values: (0..columns.len()).map(|c| line.get(c).map_or(Cell::Empty, cell)).collect(),
    });
    let rows = rows.filter(|r| r.values.iter().any(|v| *v != Cell::Empty)).collect();
    finish(Source { format: "XLSX", layer: sheet, crs: nothing_said(), encoding: None, columns, rows }, options)
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Int(n) => Cell::Integer(*n),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => Cell::Integer(*n as i64),
        Data::Float(n) => Cell::Number(*n),
        Data::Bool(flag) => Cell::Flag(*flag),
        Data::String(text) => Cell::from(text.trim()),
        Data::DateTimeIso(text) => text.parse().map_or_else(|_| Cell::from(text.as_str()), Cell::Date),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                let date = jiff::civil::Date::new(year as i16, month as i8, day as i8);
                date.map_or(Cell::Empty, Cell::Date)
            } else {
                Cell::Text(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
            }
        }
        Data::Empty | Data::Error(_) => Cell::Empty,
        other => Cell::from(other.to_string()),
    }
}

/// WKT columns become geometries; a column `crs` with one value says what they are in.
fn finish(mut source: Source, options: &ReadOptions) -> Result<Source, ImportError> {
    use std::str::FromStr;
    if let Some(at) = WKT_COLUMNS.iter().find_map(|name| source.column(name)) {
        for row in &mut source.rows {
            let Cell::Text(text) = &row.values[at] else { continue };
            let bad = |e: &dyn std::fmt::Display| ImportError::damaged(format!("WKT, {}: {e}", row.number));
            let read = wkt::Wkt::<f64>::from_str(text).map_err(|e| bad(&e))?;
            row.geometry = Some(geo::Geometry::try_from(read).map_err(|e| bad(&e))?);
            row.values[at] = Cell::Empty;
        }
    }
    if let Some(at) = source.column("crs") {
        let mut said: Vec<String> = source.rows.iter().map(|r| r.values[at].text()).filter(|t| !t.is_empty()).collect();
        said.sort();
        said.dedup();
        if let [one] = said.as_slice() {
            source.crs = CrsSaid { crs: crate::crs::CrsId::parse(one).ok(), words: format!("crs = {one}") };
        }
    }
    source.mend_texts(options.encoding);
    Ok(source)
}
