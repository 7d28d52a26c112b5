//! OGC GeoPackage 1.3 (OGC 12-128r17): features, and tables without geometry.

use std::io::{Seek, SeekFrom};
use std::path::Path;

use geo::{BoundingRect, Geometry};
use geozero::{CoordDimensions, ToWkb};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::formats::{FeatureWriter, Options, Output, placed};
use super::{Cell, ExportError, Feature, Kind, LayerInfo, ShapeKind, Table};
use crate::crs::CrsId;

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
    let connection = create(&path)?;
    for layer in layers {
        add(&connection, layer)?;
    }
    finish(connection)?;
    Ok(std::fs::read(path)?)
}

/// An empty GeoPackage with a transaction begun: whoever writes to it never waits for the disk.
fn create(path: &Path) -> Result<Connection, GpkgError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", USER_VERSION)?;
    // A file that is not finished is thrown away.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.execute_batch("BEGIN")?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

fn finish(connection: Connection) -> Result<(), GpkgError> {
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, e)| e)?;
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

/// A table that is being filled.
struct Filling {
    name: String,
    /// Kind of geometry and CRS; `None`: a table without geometry.
    geometry: Option<(&'static str, CrsId)>,
    insert: String,
    bounds: Option<geo::Rect<f64>>,
    count: u64,
}

impl Filling {
    fn begin(
        connection: &Connection,
        name: &str,
        columns: &[(String, &str)],
        geometry: Option<(&'static str, CrsId)>,
    ) -> Result<Filling, GpkgError> {
        if let Some((_, crs)) = geometry {
            let definition = crs.definition().map(|d| d.wkt.as_str()).unwrap_or("undefined");
            connection.execute(
                "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL)",
                params![crs.name().en, crs.epsg(), definition],
            )?;
        }
        let attributes: String = columns.iter().map(|(c, kind)| format!(", {} {kind}", quoted(c))).collect();
        let geom = if geometry.is_some() { ", geom GEOMETRY" } else { "" };
        connection.execute_batch(&format!(
            "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{geom}{attributes})",
            quoted(name)
        ))?;
        let names: Vec<String> =
            geometry.iter().map(|_| "geom".to_owned()).chain(columns.iter().map(|(c, _)| quoted(c))).collect();
        let places = vec!["?"; names.len()].join(", ");
        let insert = format!("INSERT INTO {} ({}) VALUES ({places})", quoted(name), names.join(", "));
        Ok(Filling { name: name.into(), geometry, insert, bounds: None, count: 0 })
    }

    fn row<'a>(
        &mut self,
        connection: &Connection,
        shape: Option<&Geometry<f64>>,
        cells: impl Iterator<Item = &'a Cell>,
    ) -> Result<(), GpkgError> {
        let mut values: Vec<Value> = Vec::new();
        if let Some((_, crs)) = self.geometry {
            values.push(match shape {
                Some(shape) => {
                    if let Some(r) = shape.bounding_rect() {
                        self.bounds = Some(self.bounds.map_or(r, |b| around(b, r)));
                    }
                    Value::Blob(shape.to_gpkg_wkb(CoordDimensions::xy(), Some(i32::from(crs.epsg())), Vec::new())?)
                }
                None => Value::Null,
            });
        }
        values.extend(cells.map(|cell| match cell {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Integer(n) => Value::Integer(*n),
            Cell::Number(number) => Value::Real(*number),
            Cell::Flag(flag) => Value::Integer((*flag).into()),
            Cell::Date(date) => Value::Text(date.to_string()),
            // DATETIME is ISO 8601 in UTC with milliseconds (the standard's table 1).
            Cell::Moment(at) => Value::Text(at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
        }));
        connection.prepare_cached(&self.insert)?.execute(params_from_iter(values))?;
        self.count += 1;
        Ok(())
    }

    fn end(self, connection: &Connection, description: &str) -> Result<(), GpkgError> {
        let (data_type, srs) = match self.geometry {
            Some((_, crs)) => ("features", Some(crs.epsg())),
            None => ("attributes", None),
        };
        let b = self.bounds;
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id)
             VALUES (?1, ?2, ?1, ?8, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.name,
                data_type,
                b.map(|b| b.min().x),
                b.map(|b| b.min().y),
                b.map(|b| b.max().x),
                b.map(|b| b.max().y),
                srs,
                description
            ],
        )?;
        if let Some((kind, crs)) = self.geometry {
            connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
                params![self.name, kind, crs.epsg()],
            )?;
        }
        Ok(())
    }
}

fn around(a: geo::Rect<f64>, b: geo::Rect<f64>) -> geo::Rect<f64> {
    geo::Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

fn add(connection: &Connection, layer: &GpkgLayer) -> Result<(), GpkgError> {
    let Table { name, columns, rows } = &layer.table;
    let kind = |column: usize| match rows.iter().map(|r| &r[column]).find(|c| **c != Cell::Empty) {
        Some(Cell::Number(_)) => "DOUBLE",
        Some(Cell::Integer(_)) => "INTEGER",
        Some(Cell::Flag(_)) => "BOOLEAN",
        Some(Cell::Date(_)) => "DATE",
        Some(Cell::Moment(_)) => "DATETIME",
        _ => "TEXT",
    };
    let columns: Vec<(String, &str)> = columns.iter().enumerate().map(|(i, c)| (c.clone(), kind(i))).collect();
    let geometry = layer.geometries.as_ref().map(|shapes| {
        let kinds = shapes.iter().map(kind_name);
        (kinds.reduce(|a, b| if a == b { a } else { "GEOMETRY" }).unwrap_or("GEOMETRY"), CrsId::WGS84)
    });
    let mut filling = Filling::begin(connection, name, &columns, geometry)?;
    for (i, row) in rows.iter().enumerate() {
        filling.row(connection, layer.geometries.as_ref().and_then(|g| g.get(i)), row.iter())?;
    }
    filling.end(connection, "")
}

struct Gpkg {
    out: Output,
    /// Removes the file when it goes out of scope.
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    connection: Connection,
    filling: Filling,
    about: Vec<(&'static str, String)>,
    crs: CrsId,
}

/// A layer feature by feature, in a temporary file, which is copied out at the end.
pub(super) fn open(out: Output, layer: &LayerInfo, options: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("export.gpkg");
    let connection = create(&path)?;
    let columns: Vec<(String, &str)> = std::iter::once(("id".to_owned(), "TEXT"))
        .chain(layer.fields.iter().map(|f| {
            let kind = match f.kind {
                Kind::Text => "TEXT",
                Kind::Integer => "INTEGER",
                Kind::Number => "DOUBLE",
                Kind::Flag => "BOOLEAN",
                Kind::Date => "DATE",
                Kind::Moment => "DATETIME",
            };
            (f.name.to_owned(), kind)
        }))
        .collect();
    let kind = match layer.shape {
        ShapeKind::Point => "POINT",
        ShapeKind::Line => "MULTILINESTRING",
        ShapeKind::Land => "MULTIPOLYGON",
        ShapeKind::Mixed => "GEOMETRY",
    };
    let filling = Filling::begin(&connection, &layer.name, &columns, Some((kind, options.crs)))?;
    let about = layer.about();
    Ok(Box::new(Gpkg { out, _folder: folder, path, connection, filling, about, crs: options.crs }))
}

impl FeatureWriter for Gpkg {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.crs)).transpose()?;
        let id = Cell::from(feature.id.as_str());
        let cells = std::iter::once(&id).chain(&feature.values);
        Ok(self.filling.row(&self.connection, geometry.as_ref(), cells)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        let Gpkg { mut out, _folder, path, connection, filling, mut about, .. } = *self;
        about.push(("count", filling.count.to_string()));
        let lines: Vec<String> = about.into_iter().map(|(key, text)| format!("{key}: {text}")).collect();
        filling.end(&connection, &lines.join("\n"))?;
        finish(connection)?;
        let mut file = std::fs::File::open(path)?;
        file.seek(SeekFrom::Start(0))?;
        std::io::copy(&mut file, &mut out)?;
        Ok(out.flush()?)
    }
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
