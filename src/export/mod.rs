//! Plain data → the bytes of a file. Tables as CSV and XLSX; layers of features in every usual format ([`FORMATS`]),
//! written one feature after another, so that a million of them take no more memory than ten.

mod csv_layer;
mod dbf;
mod error;
mod feature;
mod flatgeobuf;
mod formats;
mod geojson;
mod geoparquet;
mod gpkg;
mod gpx;
mod kml;
pub mod mvt;
mod shapefile;
mod table;
mod xlsx_layer;
mod xml;

pub use error::ExportError;
pub use feature::{Feature, Field, Kind, LayerInfo, ShapeKind, normal};
pub use formats::{FORMATS, FeatureWriter, Format, Options, Output, XyOrWkt};
pub use geojson::feature_json;
pub use gpkg::{GpkgError, GpkgLayer, gpkg};
pub use table::{Cell, Table, TableError, csv, xlsx};
