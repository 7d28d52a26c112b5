//! Plain data → the bytes of a file: tables as CSV and XLSX, features as GeoPackage.

mod gpkg;
mod table;

pub use gpkg::{GpkgError, GpkgLayer, gpkg};
pub use table::{Cell, Table, TableError, csv, xlsx};
