//! The formats of files, as a table: routes, command line and documentation all read it.

use std::io::Write;

use geo::{Coord, Geometry, MapCoords};

use super::{ExportError, Feature, LayerInfo, ShapeKind};
use super::{csv_layer, flatgeobuf, geojson, geoparquet, gpkg, gpx, kml, shapefile, xlsx_layer};
use crate::crs::{CrsId, Datum, to_grid};
use crate::domain::Text;

/// Where the bytes go.
pub type Output = Box<dyn Write + Send>;

/// How a CSV file says where its features are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XyOrWkt {
    /// Two columns x and y for points, a column of WKT for others.
    #[default]
    Suited,
    Wkt,
}

/// What may be asked of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub crs: CrsId,
    /// CSV: a byte-order mark, which Excel needs to read Vietnamese.
    pub bom: bool,
    pub csv: XyOrWkt,
}

impl Default for Options {
    fn default() -> Options {
        Options { crs: CrsId::WGS84, bom: false, csv: XyOrWkt::Suited }
    }
}

/// Takes features one by one.
pub trait FeatureWriter: Send {
    /// # Errors
    /// It cannot be written; the file is no good then.
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError>;

    /// Writes what comes last: counts, indexes. A file that was not finished is recognisable as such.
    ///
    /// # Errors
    /// As [`FeatureWriter::add`].
    fn finish(self: Box<Self>) -> Result<(), ExportError>;
}

type Open = fn(Output, &LayerInfo, &Options) -> Result<Box<dyn FeatureWriter>, ExportError>;

/// In which CRS a format can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum In {
    /// WGS 84 only, by its standard.
    Wgs84,
    /// Any that the EPSG registry knows.
    Registered,
    /// Any of the table; VN-2000 nội bộ too.
    Any,
}

/// One format.
pub struct Format {
    /// What `f=` and `--format` take.
    pub code: &'static str,
    pub name: &'static str,
    pub media_type: &'static str,
    pub extension: &'static str,
    pub crs: In,
    open: Open,
}

macro_rules! format {
    ($code:literal, $name:literal, $media:literal, $extension:literal, $crs:ident, $open:path) => {
        Format { code: $code, name: $name, media_type: $media, extension: $extension, crs: In::$crs, open: $open }
    };
}

/// Every format, the most used first.
pub const FORMATS: [Format; 10] = [
    format!("geojson", "GeoJSON (RFC 7946)", "application/geo+json", "geojson", Wgs84, geojson::open),
    format!("geojsonseq", "GeoJSON-seq (RFC 8142)", "application/geo+json-seq", "geojsons", Wgs84, geojson::open_seq),
    format!("gpkg", "GeoPackage 1.3", "application/geopackage+sqlite3", "gpkg", Registered, gpkg::open),
    format!("fgb", "FlatGeobuf", "application/flatgeobuf", "fgb", Registered, flatgeobuf::open),
    format!("shp", "Shapefile (zip)", "application/x-shapefile+zip", "zip", Registered, shapefile::open),
    format!("kml", "KML 2.2", "application/vnd.google-earth.kml+xml", "kml", Wgs84, kml::open),
    format!("gpx", "GPX 1.1", "application/gpx+xml", "gpx", Wgs84, gpx::open),
    format!("csv", "CSV", "text/csv", "csv", Any, csv_layer::open),
    format!(
        "xlsx",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        Any,
        xlsx_layer::open
    ),
    format!("parquet", "GeoParquet 1.1", "application/vnd.apache.parquet", "parquet", Registered, geoparquet::open),
];

impl Format {
    /// By its code, its extension or its media type.
    pub fn find(word: &str) -> Option<&'static Format> {
        let word = word.trim().to_ascii_lowercase();
        FORMATS.iter().find(|f| f.code == word || f.media_type == word || (f.extension == word && word != "zip"))
    }

    /// The codes, for a message.
    pub fn codes() -> String {
        FORMATS.map(|f| f.code).join(", ")
    }

    /// Begins a file.
    ///
    /// # Errors
    /// The format cannot be in this CRS, or holds no such geometries: said before anything is written.
    pub fn open(
        &self,
        out: Output,
        layer: &LayerInfo,
        options: &Options,
    ) -> Result<Box<dyn FeatureWriter>, ExportError> {
        self.check(layer, options)?;
        (self.open)(out, layer, options)
    }

    /// Can this layer be written in this CRS?
    ///
    /// # Errors
    /// As [`Format::open`].
    pub fn check(&self, layer: &LayerInfo, options: &Options) -> Result<(), ExportError> {
        let fits = match self.crs {
            In::Wgs84 => options.crs == CrsId::WGS84,
            In::Registered => options.crs.datum() != Datum::Vn2000Internal,
            In::Any => true,
        };
        if !fits {
            return Err(ExportError::Crs { format: self.name, crs: options.crs });
        }
        if self.code == "gpx" && layer.shape != ShapeKind::Point {
            return Err(ExportError::Points { format: self.name });
        }
        Ok(())
    }

    /// Words for a list of formats.
    pub fn about(&self) -> Text {
        Text::new(self.name, self.name)
    }
}

/// A geometry in the numbers of a CRS: easting and northing, or longitude and latitude, in this order as files keep them.
///
/// # Errors
/// It lies where the grid has no meaning.
pub fn placed(geometry: &Geometry<f64>, crs: CrsId) -> Result<Geometry<f64>, ExportError> {
    if crs == CrsId::WGS84 {
        return Ok(geometry.clone());
    }
    Ok(geometry.try_map_coords(|c| to_grid(c.x, c.y, crs).map(|(x, y)| Coord { x, y }))?)
}
