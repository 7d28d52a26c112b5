//! Where the maps disagree.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::AppState;
use super::error::Problem;
use super::extract::{Language, Params};
use super::routes::geojson;
use crate::service::{self, QuestionError, SliverRow, SliversError, SliversQuery, read_amount};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SliversParams {
    /// Two codes of provinces or of communes, each read in each map's own time; absent: every pair of units.
    #[param(example = "11,12")]
    between: Option<String>,
    /// Smaller slivers are left out, in square metres. Default 1.
    min_area: Option<String>,
    /// Narrower slivers are noise, in metres. Default: the standard deviation of the less accurate map's line.
    noise_below: Option<String>,
    /// json (default) or geojson.
    f: Option<String>,
    /// Language of error messages: vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// Where two maps put land in different units.
///
/// One row for each connected piece of land that two datasets, both valid for a date or one following the other, put in
/// units that the register does not join; both ways, largest first. Evidence of a difference between maps, never of
/// guilt. Empty where there are no two published maps.
#[utoipa::path(get, path = "/api/slivers", params(SliversParams), responses(
    (status = 200, content(
        (Vec<SliverRow> = "application/json"),
        (serde_json::Value = "application/geo+json"))),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn slivers(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<SliversParams>,
) -> Result<Response, Problem> {
    let problem = |e: QuestionError| Problem::bad_question(&e, lang);
    let as_geojson = read_form(params.f.as_deref()).map_err(problem)?;
    let query = read(&params).map_err(problem)?;
    tokio::task::spawn_blocking(move || {
        let found = service::slivers(&state.office.now(), &query)?;
        Ok(if as_geojson { geojson(found.geojson().to_string().into()) } else { Json(found.rows()).into_response() })
    })
    .await
    .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    .map_err(problem)
}

fn read_form(form: Option<&str>) -> Result<bool, QuestionError> {
    match form {
        None | Some("" | "json") => Ok(false),
        Some("geojson") => Ok(true),
        Some(other) => Err(SliversError::Form(other.chars().take(40).collect()).into()),
    }
}

fn read(params: &SliversParams) -> Result<SliversQuery, QuestionError> {
    let given = |s: &Option<String>| s.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
    let unasked = SliversQuery::default();
    Ok(SliversQuery {
        between: given(&params.between).map(|codes| read_between(&codes)).transpose()?,
        min_area_m2: given(&params.min_area)
            .map(|t| read_amount("min_area", &t))
            .transpose()?
            .unwrap_or(unasked.min_area_m2),
        noise_below_m: given(&params.noise_below).map(|t| read_amount("noise_below", &t)).transpose()?,
    })
}

fn read_between(codes: &str) -> Result<[String; 2], QuestionError> {
    let two: Vec<String> = codes.split(',').map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect();
    two.try_into().map_err(|_| SliversError::Between(codes.chars().take(40).collect()).into())
}
