//! Vector tiles, what programs want to know of them, and a style.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::AppState;
use super::auth::blocking;
use super::error::Problem;
use super::ogc::Asked;
use crate::domain::today_in_vietnam;
use crate::service::ActionError;
use crate::service::gis::{When, tiles};

/// Boundaries change with a reform, disputes with a record: an hour is soon enough to ask again, and the ETag makes it cheap.
const CACHE: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// The day asked about.
fn day(asked: &Asked) -> Result<jiff::civil::Date, Problem> {
    let refused = |e: ActionError| Problem::refused(&e, asked.lang);
    let when = asked.get("datetime").map(When::read).transpose().map_err(refused)?;
    Ok(when.map_or_else(today_in_vietnam, |w| w.last_day(today_in_vietnam())))
}

fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// The layers there are tiles of.
#[utoipa::path(get, path = "/tiles", responses((status = 200, body = Value)))]
pub async fn index(asked: Asked) -> Result<Response, Problem> {
    let layers: Vec<Value> = tiles::layers()
        .map(|c| {
            json!({"id": c.id, "title": c.title().get(asked.lang), "tilejson": format!("{}/tiles/{}", asked.base, c.id)})
        })
        .collect();
    Ok(json_answer(&json!({"layers": layers, "style": format!("{}/tiles/style.json", asked.base)})))
}

/// A style that draws the layers (MapLibre Style Specification 8).
#[utoipa::path(get, path = "/tiles/style.json", responses((status = 200, body = Value)))]
pub async fn style(asked: Asked) -> Result<Response, Problem> {
    Ok(json_answer(&tiles::style(&asked.base, asked.lang)))
}

/// TileJSON 3.0 of a layer.
#[utoipa::path(get, path = "/tiles/{layer}", params(("layer" = String, Path),
    ("datetime" = Option<String>, Query, description = "A moment or a day: as of then")), responses(
    (status = 200, body = Value), (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn tilejson(
    State(state): State<AppState>,
    Path(layer): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let at = day(&asked)?;
    let collection = tiles::layer(&layer).map_err(|e| Problem::refused(&e, asked.lang))?;
    let query = asked.get("datetime").map(|_| format!("?datetime={at}")).unwrap_or_default();
    let template = format!("{}/tiles/{layer}/{{z}}/{{x}}/{{y}}{query}", asked.base);
    Ok(json_answer(&state.office.now().tile_json(collection, at, &template, asked.lang)))
}

/// A vector tile (MVT 2.1); 204 where nothing is there.
#[utoipa::path(get, path = "/tiles/{layer}/{z}/{x}/{y}", params(
    ("layer" = String, Path), ("z" = u8, Path, maximum = 16), ("x" = u32, Path), ("y" = u32, Path),
    ("datetime" = Option<String>, Query, description = "A moment or a day: as of then")), responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"), (status = 204), (status = 304),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn tile(
    State(state): State<AppState>,
    Path((layer, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Problem> {
    let at = day(&asked)?;
    let collection = tiles::layer(&layer).map_err(|e| Problem::refused(&e, asked.lang))?;
    // Programs that want an extension get one.
    let row = y.strip_suffix(".mvt").or(y.strip_suffix(".pbf")).unwrap_or(&y);
    let zoom = z.parse::<u8>().ok().filter(|z| *z <= tiles::MAX_ZOOM);
    let inside = |n: &str, z: u8| n.parse::<u32>().ok().filter(|n| u64::from(*n) < 1u64 << z);
    let place = zoom.and_then(|z| Some((z, inside(&x, z)?, inside(row, z)?)));
    let (z, x, y) = place.ok_or_else(|| Problem::no_such_place(&asked.path, asked.lang))?;
    let closed = state.access.closed;
    let drawn = blocking(move || state.office.now().tile(collection, at, z, x, y)).await;
    let tile = drawn.map_err(|e| Problem::refused(&e, asked.lang))?;
    let etag = format!("W/\"{}\"", hex(&Sha256::digest(tile.as_slice())[..12]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let status = match (known, tile.is_empty()) {
        (Some(known), _) if known.split(',').any(|k| k.trim() == etag) => StatusCode::NOT_MODIFIED,
        (_, true) => StatusCode::NO_CONTENT,
        (_, false) => StatusCode::OK,
    };
    let body = if status == StatusCode::OK { Body::from(tile.as_ref().clone()) } else { Body::empty() };
    let mut response = (status, body).into_response();
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(if closed { "private, max-age=3600" } else { CACHE }));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        set.insert(header::ETAG, etag);
    }
    if status == StatusCode::OK {
        set.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile"));
    }
    Ok(response)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
