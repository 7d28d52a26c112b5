//! Bytes of a file → rows with geometries, and what was understood on the way: layer, CRS, encoding, names of columns.
//! Nothing is decided here about what the rows mean; nothing is written.

mod crs_text;
mod delimited;
pub mod encoding;
mod error;
mod geojson;
mod geoparquet;
mod gpkg;
mod mif;
mod ogr;
mod shapefile;
mod source;
mod xml;

pub use encoding::Encoding;
pub use error::ImportError;
pub use source::{CrsSaid, READERS, ReadOptions, Reader, Row, Source, read};
