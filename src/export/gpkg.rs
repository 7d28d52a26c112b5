//! OGC GeoPackage 1.3 (OGC 12-128r17): features in WGS 84 (EPSG:4326), and tables without geometry.

use std::path::Path;

use geo::{BoundingRect, Geometry};
use geozero::{CoordDimensions, ToWkb};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::{Cell, Table};

/// A layer: its attribute table with a geometry for each row, degrees, longitude first.
#[derive(Debug, Clone)]
pub struct GpkgLayer {
    pub table: Table,
    /// One a row; `None` for a layer without any geometry.
    pub geometries: Option<Vec<Geometry<f64>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum GpkgError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Geometry(#[from] geozero::error::GeozeroError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// "GPKG" and version 1.3, as 7.1.2 of the standard asks for.
const APPLICATION_ID: i32 = 0x4750_4B47;
const USER_VERSION: i32 = 10300;

const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',
     'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
"#;

/// The bytes of a GeoPackage with these layers.
pub fn gpkg(layers: &[GpkgLayer]) -> Result<Vec<u8>, GpkgError> {
    // SQLite writes files, not buffers.
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("export.gpkg");
    write(&path, layers)?;
    Ok(std::fs::read(path)?)
}

fn write(path: &Path, layers: &[GpkgLayer]) -> Result<(), GpkgError> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", USER_VERSION)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    for layer in layers {
        add(&transaction, layer)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The name of a geometry's type in the standard.
fn kind_name(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "POINT",
        Geometry::LineString(_) => "LINESTRING",
        Geometry::MultiLineString(_) => "MULTILINESTRING",
        Geometry::Polygon(_) => "POLYGON",
        Geometry::MultiPolygon(_) => "MULTIPOLYGON",
        _ => "GEOMETRY",
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn add(connection: &Connection, layer: &GpkgLayer) -> Result<(), GpkgError> {
    let Table { name, columns, rows } = &layer.table;
    let kind = |column: usize| match rows.iter().map(|r| &r[column]).find(|c| **c != Cell::Empty) {
        Some(Cell::Number(_)) => "DOUBLE",
        Some(Cell::Date(_)) => "DATE",
        _ => "TEXT",
    };
    let geometry = if layer.geometries.is_some() { ", geom GEOMETRY" } else { "" };
    let attributes: String = columns.iter().enumerate().map(|(i, c)| format!(", {} {}", quoted(c), kind(i))).collect();
    connection.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{geometry}{attributes})",
        quoted(name)
    ))?;
    let all = layer.geometries.iter().flatten().filter_map(BoundingRect::bounding_rect);
    let bounds = all.reduce(|a, b| {
        geo::Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    });
    let (data_type, srs) = if layer.geometries.is_some() { ("features", Some(4326)) } else { ("attributes", None) };
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)
         VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7)",
        params![
            name,
            data_type,
            bounds.map(|b| b.min().x),
            bounds.map(|b| b.min().y),
            bounds.map(|b| b.max().x),
            bounds.map(|b| b.max().y),
            srs
        ],
    )?;
    if layer.geometries.is_some() {
        let kinds = layer.geometries.iter().flatten().map(kind_name);
        let kind = kinds.reduce(|a, b| if a == b { a } else { "GEOMETRY" }).unwrap_or("GEOMETRY");
        connection
            .execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)", params![name, kind])?;
    }
    let places = vec!["?"; columns.len() + usize::from(layer.geometries.is_some())].join(", ");
    let names: Vec<String> =
        layer.geometries.iter().map(|_| "geom".to_owned()).chain(columns.iter().map(|c| quoted(c))).collect();
    let mut insert =
        connection.prepare(&format!("INSERT INTO {} ({}) VALUES ({places})", quoted(name), names.join(", ")))?;
    for (i, row) in rows.iter().enumerate() {
        let mut values: Vec<Value> = Vec::new();
        if let Some(shape) = layer.geometries.as_ref().and_then(|g| g.get(i)) {
            values.push(Value::Blob(shape.to_gpkg_wkb(CoordDimensions::xy(), Some(4326), Vec::new())?));
        } else if layer.geometries.is_some() {
            values.push(Value::Null);
        }
        values.extend(row.iter().map(|cell| match cell {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Number(number) => Value::Real(*number),
            Cell::Date(date) => Value::Text(date.to_string()),
        }));
        insert.execute(params_from_iter(values))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Rect;
    use geozero::ToGeo;
    use geozero::wkb::GpkgWkb;

    #[test]
    fn what_is_written_is_read_back() {
        let square = Geometry::Polygon(Rect::new((102.0, 22.0), (102.1, 22.1)).to_polygon());
        let layer = GpkgLayer {
            table: Table {
                name: "vùng \"lạ\"".into(),
                columns: vec!["tên".into(), "ha".into()],
                rows: vec![vec!["a".into(), Cell::Number(1.5)]],
            },
            geometries: Some(vec![square.clone()]),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gpkg");
        std::fs::write(&path, gpkg(&[layer]).unwrap()).unwrap();
        let connection = Connection::open(&path).unwrap();
        let (blob, ha): (Vec<u8>, f64) = connection
            .query_row("SELECT geom, ha FROM \"vùng \"\"lạ\"\"\"", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap();
        assert_eq!(ha, 1.5);
        assert_eq!(GpkgWkb(blob).to_geo().unwrap(), square);
        let id: i32 = connection.pragma_query_value(None, "application_id", |r| r.get(0)).unwrap();
        assert_eq!(id, APPLICATION_ID);
        // A layer without rows is a layer.
        let empty =
            GpkgLayer { table: Table { name: "e".into(), columns: vec![], rows: vec![] }, geometries: Some(vec![]) };
        assert!(gpkg(&[empty]).is_ok());
    }
}
