//! Tiles of the base map, where it is a file of this server.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::AppState;
use super::auth::blocking;
use super::error::Problem;
use super::extract::Language;

/// A tile of the base map (status `basemap`); 204 where it has none.
#[utoipa::path(get, path = "/basemap/{z}/{x}/{y}",
    params(("z" = u8, Path, maximum = 22), ("x" = u32, Path), ("y" = u32, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "image/png"), (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn tile(
    State(state): State<AppState>,
    Language(lang): Language,
    Path((z, x, y)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let nowhere = || Problem::no_such_place(&format!("/basemap/{z}/{x}/{y}"), lang);
    let map = state.basemap.clone().filter(|map| map.info.in_file).ok_or_else(nowhere)?;
    let (Ok(zoom), Ok(column), Ok(row)) = (z.parse(), x.parse(), y.parse()) else { return Err(nowhere()) };
    let kind = map.info.format.media_type();
    let found = blocking(move || map.tile(zoom, column, row)).await;
    let tile = found.map_err(|error| Problem::no_basemap(&error, lang))?;
    // A closed server's tiles are for those who are signed in.
    let cache = if state.access.closed { "private, max-age=86400" } else { "public, max-age=86400" };
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
    ];
    Ok(match tile {
        Some(bytes) => (headers, bytes).into_response(),
        None => (StatusCode::NO_CONTENT, headers).into_response(),
    })
}
