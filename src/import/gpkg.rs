//! GeoPackage, opened for reading only.

use std::path::Path;

use geozero::ToGeo;
use geozero::wkb::GpkgWkb;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::source::{CrsSaid, MAX_ROWS, ReadOptions, Row, Source};
use super::{Encoding, ImportError};
use crate::crs::CrsId;
use crate::export::Cell;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bad = |e: rusqlite::Error| ImportError::damaged(format!("GeoPackage: {e}"));
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(bad)?;
    let mut layers = connection
        .prepare("SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY 1")
        .map_err(bad)?;
    let names: Vec<String> =
        layers.query_map([], |r| r.get(0)).and_then(Iterator::collect::<Result<_, _>>).map_err(bad)?;
    let layer = match (options.layer, names.as_slice()) {
        (Some(wanted), all) if all.iter().any(|n| n == wanted) => wanted.to_owned(),
        (None, [only]) => only.clone(),
        (None, []) => return Err(ImportError::damaged("GeoPackage: 0 layers")),
        _ => return Err(ImportError::Layers(names.join(", "))),
    };
    let described = connection.query_row(
        "SELECT g.column_name, s.organization, s.organization_coordsys_id, s.definition FROM gpkg_geometry_columns g \
         JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE g.table_name = ?1",
        [&layer],
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?, r.get::<_, String>(3)?)),
    );
    let (column, crs) = match described {
        Ok((column, organization, code, definition)) => {
            let known = u32::try_from(code).ok().filter(|_| organization.eq_ignore_ascii_case("EPSG"));
            let known = known.and_then(CrsId::of_epsg).or_else(|| super::crs_text::of_wkt(&definition).crs);
            (Some(column), CrsSaid { crs: known, words: format!("GeoPackage: {organization}:{code}") })
        }
        Err(rusqlite::Error::QueryReturnedNoRows) => (None, CrsSaid { crs: None, words: "GeoPackage: –".into() }),
        Err(e) => return Err(bad(e)),
    };
    // The name is one of the file's own tables; a quote in it is doubled.
    let sql = format!("SELECT * FROM \"{}\"", layer.replace('"', "\"\""));
    let mut statement = connection.prepare(&sql).map_err(bad)?;
    let all: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut declared = connection.prepare("SELECT upper(type) FROM pragma_table_info(?1) ORDER BY cid").map_err(bad)?;
    let kinds: Vec<String> =
        declared.query_map([&layer], |r| r.get(0)).and_then(Iterator::collect::<Result<_, _>>).map_err(bad)?;
    if kinds.len() != all.len() {
        return Err(ImportError::damaged(format!("GeoPackage: {layer}")));
    }
    let geometry_at = column.and_then(|c| all.iter().position(|n| *n == c));
    let columns: Vec<String> =
        all.iter().enumerate().filter(|(i, _)| Some(*i) != geometry_at).map(|(_, c)| c.clone()).collect();
    let mut rows = Vec::new();
    let mut found = statement.query([]).map_err(bad)?;
    while let Some(row) = found.next().map_err(bad)? {
        let number = rows.len() + 1;
        if number > MAX_ROWS {
            return Err(ImportError::TooMuch(format!("{MAX_ROWS} dòng / rows")));
        }
        let (mut geometry, mut values) = (None, Vec::with_capacity(columns.len()));
        for (i, kind) in kinds.iter().enumerate() {
            let value = row.get_ref(i).map_err(bad)?;
            if Some(i) == geometry_at {
                if let ValueRef::Blob(blob) = value {
                    let read = GpkgWkb(blob.to_vec()).to_geo();
                    geometry = Some(read.map_err(|e| ImportError::damaged(format!("GeoPackage, {number}: {e}")))?);
                }
                continue;
            }
            values.push(match value {
                ValueRef::Null | ValueRef::Blob(_) => Cell::Empty,
                ValueRef::Integer(n) if kind == "BOOLEAN" => Cell::Flag(n != 0),
                ValueRef::Integer(n) => Cell::Integer(n),
                ValueRef::Real(n) => Cell::Number(n),
                ValueRef::Text(text) => {
                    let text = options.encoding.unwrap_or(Encoding::Utf8).decode(text);
                    match kind.as_str() {
                        "DATE" => text.parse().map_or_else(|_| Cell::from(text.clone()), Cell::Date),
                        "DATETIME" => text.parse().map_or_else(|_| Cell::from(text.clone()), Cell::Moment),
                        _ => Cell::from(text),
                    }
                }
            });
        }
        rows.push(Row { number, geometry, values });
    }
    let mut source = Source { format: "GeoPackage", layer, crs, encoding: None, columns, rows };
    source.mend_texts(options.encoding);
    Ok(source)
}
