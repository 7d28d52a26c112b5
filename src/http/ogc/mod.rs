//! OGC API – Features: Part 1 (17-069r4), Part 2 (18-058r1, CRS), Part 3 (19-079r2, filtering) with CQL2. What there is
//! stands in one table (`service::gis::COLLECTIONS`); everything here is words about it.

mod api;
mod asked;
mod collections;
mod items;
mod landing;
mod stream;

pub use api::{__path_api, api};
pub use asked::Asked;
pub use collections::{
    __path_collection, __path_collections, __path_queryables, __path_sortables, collection, collections, queryables,
    sortables,
};
pub use items::{__path_item, __path_items, item, items};
pub use landing::{__path_conformance, __path_landing, conformance, landing};

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::crs::CrsId;
use crate::service::gis::uri_of;

/// The CRS of every GeoJSON that names no other.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Every CRS features can be asked for in.
fn crs_list() -> Vec<String> {
    std::iter::once(CRS84.to_owned()).chain(CrsId::all().filter_map(uri_of)).collect()
}

fn link(rel: &str, kind: &str, href: impl Into<String>, title: &str) -> Value {
    json!({"rel": rel, "type": kind, "href": href.into(), "title": title})
}

/// JSON of a kind.
fn answer(kind: &'static str, value: &Value) -> Response {
    let mut response = value.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
