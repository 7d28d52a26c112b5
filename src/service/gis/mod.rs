//! Collections of features for a GIS: the same for OGC API – Features, files, tiles and the command line. One table
//! ([`COLLECTIONS`]) says what there is; a [`Query`] says which of it; [`Page`]s follow each other by keyset.

mod collection;
mod cursor;
mod export;
pub mod filter;
mod incidents;
mod lines;
mod memory;
mod query;
mod records;
pub mod tiles;
mod units;
mod when;

pub use collection::{COLLECTIONS, Collection, Of, find};
pub use cursor::Cursor;
pub use export::{Asked, ExportQuery};
pub use memory::Memory;
pub use query::{
    DEFAULT_LIMIT, ItemsText, MAX_LIMIT, PARAMETERS, Page, Query, is_reserved, read_crs, sortables, uri_of,
};
pub use when::When;
