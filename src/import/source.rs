//! What was read, and the table of readers.

use std::path::Path;

use geo::Geometry;

use super::encoding::Encoding;
use super::{ImportError, delimited, geojson, geoparquet, gpkg, mif, ogr, shapefile, xml};
use crate::crs::CrsId;
use crate::export::Cell;

/// The largest file taken, bytes; the most rows.
const MAX_BYTES: u64 = 2_000_000_000;
pub const MAX_ROWS: usize = 2_000_000;

/// What a file says its coordinates are in.
#[derive(Debug, Clone, PartialEq)]
pub struct CrsSaid {
    /// `None`: it says nothing, or something this program does not know.
    pub crs: Option<CrsId>,
    /// Where it is said, and how.
    pub words: String,
}

/// One row. `number` counts from 1, as people count lines without the header.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub number: usize,
    /// In the numbers of the file's CRS; `None`: it has none, or it is in columns.
    pub geometry: Option<Geometry<f64>>,
    pub values: Vec<Cell>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub format: &'static str,
    pub layer: String,
    pub crs: CrsSaid,
    /// How its texts were written; `None`: the format has only one way.
    pub encoding: Option<Encoding>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// What a person says about a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// Encoding of texts, over what the file says or what it looks like.
    pub encoding: Option<Encoding>,
    pub layer: Option<&'a str>,
    /// May GDAL be asked for what no reader takes?
    pub gdal: bool,
}

type Read = fn(&Path, &ReadOptions) -> Result<Source, ImportError>;

/// A reader: names of files it takes, and what it is called.
pub struct Reader {
    pub extensions: &'static [&'static str],
    pub name: &'static str,
    read: Read,
}

/// Every reader; what none of them takes goes through GDAL where that is installed.
pub const READERS: [Reader; 10] = [
    Reader { extensions: &["geojson", "json", "geojsons", "geojsonl", "ndjson"], name: "GeoJSON", read: geojson::read },
    Reader { extensions: &["gpkg"], name: "GeoPackage", read: gpkg::read },
    Reader { extensions: &["parquet", "geoparquet"], name: "GeoParquet", read: geoparquet::read },
    Reader { extensions: &["shp", "zip", "shz"], name: "Shapefile", read: shapefile::read },
    Reader { extensions: &["kml"], name: "KML", read: xml::read_kml },
    Reader { extensions: &["kmz"], name: "KMZ", read: xml::read_kmz },
    Reader { extensions: &["gpx"], name: "GPX", read: xml::read_gpx },
    Reader { extensions: &["csv", "tsv", "txt"], name: "CSV", read: delimited::read_csv },
    Reader { extensions: &["xlsx"], name: "XLSX", read: delimited::read_xlsx },
    Reader { extensions: &["mif", "mid"], name: "MapInfo MIF/MID", read: mif::read },
];

/// Reads a file by its name.
///
/// # Errors
/// [`ImportError`] with what was wrong and where.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let size = std::fs::metadata(path).map_err(io(path))?.len();
    if size > MAX_BYTES {
        return Err(ImportError::TooMuch(format!("{MAX_BYTES} byte")));
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let source = match READERS.iter().find(|r| r.extensions.contains(&extension.as_str())) {
        Some(reader) => (reader.read)(path, options)?,
        None if options.gdal => ogr::read(path, options)?,
        None => return Err(ImportError::Unknown(extension)),
    };
    if source.rows.len() > MAX_ROWS {
        return Err(ImportError::TooMuch(format!("{MAX_ROWS} dòng / rows")));
    }
    Ok(source)
}

pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ImportError {
    let path = path.display().to_string();
    move |cause| ImportError::Io { path, cause }
}

pub fn bytes(path: &Path) -> Result<Vec<u8>, ImportError> {
    std::fs::read(path).map_err(io(path))
}

/// The name of a file without folder and extension.
pub fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

impl Source {
    /// The place of a column, by its name without regard to case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.eq_ignore_ascii_case(name))
    }

    /// Turns texts of an old font encoding into Unicode where they look like one, or as told.
    pub fn mend_texts(&mut self, told: Option<Encoding>) {
        let texts = || {
            self.rows.iter().flat_map(|r| &r.values).filter_map(|c| match c {
                Cell::Text(text) => Some(text.as_str()),
                _ => None,
            })
        };
        let found = told.or_else(|| Encoding::of_font(texts().take(5000)));
        let Some(found) = found.filter(|e| e.is_font()) else { return };
        for row in &mut self.rows {
            for cell in &mut row.values {
                if let Cell::Text(text) = cell {
                    *text = found.mend(text);
                }
            }
        }
        self.encoding = Some(found);
    }
}
