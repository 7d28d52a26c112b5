//! The area a phone takes along.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::AppState;
use super::error::Problem;
use super::extract::{Language, Params};
use crate::phone::{AreaError, Meta, Wanted, pack};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AreaParams {
    /// WEST,SOUTH,EAST,NORTH in WGS 84 degrees.
    #[param(example = "102.5,22.1,102.8,22.4")]
    bbox: Option<String>,
    /// Code of a commune, province or former district: the box around it. Without `bbox` and `unit`: the whole region.
    #[param(example = "03164")]
    unit: Option<String>,
    /// Language of error messages: vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// An area for a phone
///
/// Boundaries simplified with a guaranteed error, disputes with their zones, agreements and bodies in one file, for the
/// engine in `phone/giapranh_bg.wasm`: it answers as `/api/locate` does, without a signal. The file begins with
/// `giapranh-area 1`; its `ETag` is the same as long as its contents are.
#[utoipa::path(get, path = "/api/phone/area", params(AreaParams), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 304, description = "As in If-None-Match"),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn area(
    State(state): State<AppState>,
    Language(lang): Language,
    headers: HeaderMap,
    Params(params): Params<AreaParams>,
) -> Result<Response, Problem> {
    let problem = |e: AreaError| Problem::bad_area(&e, lang);
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let wanted = match (given(&params.bbox), given(&params.unit)) {
        (Some(bbox), _) => Wanted::of_box(&bbox).map_err(problem)?,
        (None, Some(code)) => Wanted::Unit(code),
        (None, None) => Wanted::Everything,
    };
    let packed = tokio::task::spawn_blocking(move || {
        let (service, records) = state.office.now_numbered();
        // Packing the whole region takes seconds, and many phones ask for the same before they leave. What was recorded
        // since makes another pack.
        state.cache.get_or_draw(format!("phone {wanted:?} {records}"), || pack(&service, &wanted))
    })
    .await
    .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    let file = packed.map_err(problem)?;
    let version = Meta::of(&file).map(|meta| meta.version).unwrap_or_default();
    let tag = format!("\"{version}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    // Compressed on its way the tag may come back marked as weak.
    if known.is_some_and(|known| known.split(',').any(|k| k.trim().trim_start_matches("W/") == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag),
    ];
    Ok((headers, file).into_response())
}
