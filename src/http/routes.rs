//! The handlers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::auth::blocking;
use super::error::Problem;
use super::extract::{Language, Params};
use crate::crs::CrsId;
use crate::domain::{Level, Text, today_in_vietnam};
use crate::service::answer::Answer;
use crate::service::around::Around;
use crate::service::basemap::BaseMapInfo;
use crate::service::{self, PositionText, Question, QuestionError, UnitsQuery};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LocateParams {
    /// A position in any notation: `22°13.10'N 102°38.46'E`, `22.2183, 102.6410`, `EPSG:9205 462791 2457880`.
    #[param(example = "22°13.10'N 102°38.46'E")]
    q: Option<String>,
    /// Easting or longitude. Vietnamese surveying uses the letters x and y the other way round; swapped pairs are
    /// noticed and mended.
    x: Option<String>,
    /// Northing or latitude.
    y: Option<String>,
    /// CRS of the numbers, such as `EPSG:9205`; `EPSG:9205+noi-bo` for "VN-2000 nội bộ".
    crs: Option<String>,
    /// 68 % radius of the position in metres; 0 or absent: not known.
    accuracy: Option<String>,
    /// Date of the question, YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
    /// Kind of incident, for who acts first: deforestation, forest_fire, illegal_logging, illegal_transport,
    /// encroachment.
    kind: Option<String>,
    /// Language of error messages: vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// Whose point is this?
///
/// Answers which localities are responsible for a position at a date, how sure that is, on what basis, in which
/// dispute and under which agreement. "none", "ambiguous_position" and "not_known" are answers too.
#[utoipa::path(get, path = "/api/locate", params(LocateParams),
    responses((status = 200, body = Answer), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn locate(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<LocateParams>,
) -> Result<Json<Answer>, Problem> {
    let answer = ask(&state, &params).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(Json(answer))
}

fn ask(state: &AppState, params: &LocateParams) -> Result<Answer, QuestionError> {
    let position = match (&params.q, &params.x, &params.y) {
        (Some(q), _, _) => PositionText::Text(q),
        (None, Some(x), Some(y)) => PositionText::Xy(x, y),
        _ => return Err(QuestionError::NoPosition),
    };
    let given = |s: &Option<String>| s.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
    state.office.now().locate(&Question {
        position,
        crs: given(&params.crs).map(|c| CrsId::parse(&c)).transpose()?,
        accuracy_m: given(&params.accuracy).map(|a| service::read_accuracy(&a)).transpose()?.flatten(),
        at: given(&params.at).map(|d| service::read_date(&d)).transpose()?,
        kind: given(&params.kind).map(|k| service::read_kind(&k)).transpose()?,
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnitsParams {
    /// province, district or commune; absent: communes, or districts at a date that had them.
    level: Option<String>,
    /// YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
    /// No line is farther than this from the published one, in metres; 0: as published. Default 20.
    tolerance_m: Option<f64>,
}

/// Steps of simplification that are drawn and kept; a wish between two gets the finer one.
const TOLERANCES_M: [f64; 9] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
const DEFAULT_TOLERANCE_M: f64 = 20.0;

/// Administrative units in force at a date, as GeoJSON.
#[utoipa::path(get, path = "/api/units", params(UnitsParams), responses(
    (status = 200, body = serde_json::Value, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn units(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<UnitsParams>,
) -> Result<Response, Problem> {
    let problem = |e: QuestionError| Problem::bad_question(&e, lang);
    let wish = params.tolerance_m.unwrap_or(DEFAULT_TOLERANCE_M);
    let tolerance_m = TOLERANCES_M.into_iter().rev().find(|t| *t <= wish).unwrap_or(0.0);
    let query = UnitsQuery {
        level: params.level.as_deref().filter(|l| !l.is_empty()).map(read_level).transpose().map_err(problem)?,
        at: at_or_today(params.at.as_deref()).map_err(problem)?,
        tolerance_m,
    };
    let drawn = tokio::task::spawn_blocking(move || {
        let service = state.office.now();
        // A reform that is applied changes what the same question is answered with.
        let reforms = service.reforms().count();
        let key = format!("{:?} {} {} {reforms}", query.level, query.at, query.tolerance_m);
        state.cache.get_or_draw(key, || Ok(service::units(&service, query)?.to_string().into_bytes()))
    })
    .await
    .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    Ok(geojson(drawn.map_err(problem)?))
}

fn read_level(text: &str) -> Result<Level, QuestionError> {
    match text {
        "province" => Ok(Level::Province),
        "district" => Ok(Level::District),
        "commune" => Ok(Level::Commune),
        other => Err(QuestionError::Level(other.chars().take(40).collect())),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AtParams {
    /// YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
}

/// Disputes recorded by a date, with their zones and stretches of line, as GeoJSON.
#[utoipa::path(get, path = "/api/disputes", params(AtParams), responses(
    (status = 200, body = serde_json::Value, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn disputes(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<AtParams>,
) -> Result<Response, Problem> {
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(geojson(service::disputes(&state.office.now(), at).to_string().into()))
}

/// Agreements known by a date, as GeoJSON features without geometry.
#[utoipa::path(get, path = "/api/agreements", params(AtParams), responses(
    (status = 200, body = serde_json::Value, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn agreements(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<AtParams>,
) -> Result<Response, Problem> {
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(geojson(service::agreements(&state.office.now(), at).to_string().into()))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    version: &'static str,
    /// True: no official boundaries are active; every answer is indicative.
    indicative: bool,
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// The first date that a dataset covers.
    #[schema(value_type = Option<String>, format = Date)]
    first_date: Option<Date>,
    datasets: Vec<DatasetStatus>,
    /// The coordinate reference systems a position can be given in.
    crs: Vec<CrsStatus>,
    /// What may be drawn beneath the boundaries for orientation; null: nothing is configured.
    basemap: Option<BaseMapInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CrsStatus {
    /// What `crs=` takes.
    code: String,
    name: Text,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetStatus {
    id: String,
    title: Text,
    level: Level,
    units: usize,
    publisher: String,
    licence: String,
    attribution: String,
    date: Option<String>,
    #[schema(value_type = String, format = Date)]
    valid_from: Date,
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<Date>,
    line_accuracy_m: f64,
    line_accuracy_basis: Text,
    indicative: bool,
    /// Faults found when the dataset was activated.
    defects: usize,
}

/// What this server has: version, datasets, coordinate reference systems.
#[utoipa::path(get, path = "/api/status", responses((status = 200, body = Status)))]
pub async fn status(State(state): State<AppState>) -> Json<Status> {
    let service = state.office.now();
    let datasets = service.engine.layers().map(|layer| {
        let info = layer.info.clone();
        let defects = service.defects.iter().find(|(id, _)| *id == info.id).map_or(0, |(_, d)| d.len());
        DatasetStatus {
            id: info.id,
            title: info.title,
            level: info.level,
            units: layer.shapes.len(),
            publisher: info.publisher,
            licence: info.licence,
            attribution: info.attribution,
            date: info.date,
            valid_from: info.valid_from,
            valid_to: info.valid_to,
            line_accuracy_m: info.line_accuracy_m,
            line_accuracy_basis: info.line_accuracy_basis,
            indicative: info.indicative,
            defects,
        }
    });
    Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        indicative: service.is_indicative(),
        today: today_in_vietnam(),
        first_date: service.engine.first_date(),
        datasets: datasets.collect(),
        crs: CrsId::all().map(|c| CrsStatus { code: c.code().to_string(), name: c.name() }).collect(),
        basemap: state.basemap.as_ref().map(|map| map.info.clone()),
    })
}

pub fn at_or_today(at: Option<&str>) -> Result<Date, QuestionError> {
    at.filter(|s| !s.is_empty()).map_or_else(|| Ok(today_in_vietnam()), service::read_date)
}

pub(super) fn geojson(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/geo+json")], body).into_response()
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AroundParams {
    /// WGS 84, degrees.
    #[param(minimum = -180, maximum = 180)]
    lon: f64,
    #[param(minimum = -90, maximum = 90)]
    lat: f64,
    /// How far the map reaches to each side, in metres; brought between 10 and 20 000. 1 000 when absent.
    reach_m: Option<f64>,
    /// Date, YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
}

/// Boundaries and zones of dispute about a place, for drawing a small map: simplified, and no basis of any answer.
#[utoipa::path(get, path = "/api/around", params(AroundParams),
    responses((status = 200, body = Around), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn around(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<AroundParams>,
) -> Result<Json<Around>, Problem> {
    let AroundParams { lon, lat, reach_m, at } = params;
    let reach_m = reach_m.unwrap_or(1000.0);
    let numbers = [("lon", lon, 180.0), ("lat", lat, 90.0), ("reach_m", reach_m, f64::MAX)];
    if let Some((name, ..)) = numbers.iter().find(|(_, value, most)| value.is_nan() || value.abs() > *most) {
        return Err(Problem::bad_parameter(name, lang));
    }
    let at = at_or_today(at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(Json(blocking(move || state.office.now().around(lon, lat, reach_m, at)).await))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// A name or a code, with or without diacritics, of today or before.
    #[param(example = "quang lam")]
    q: String,
    /// At most 50; default 20.
    limit: Option<usize>,
}

/// What is called so?
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    found: Vec<service::search::Found>,
}

/// Units and villages by name: with or without diacritics, old names and codes included, best fit first.
#[utoipa::path(get, path = "/api/search", params(SearchParams), responses(
    (status = 200, body = SearchAnswer), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn search(State(state): State<AppState>, Params(params): Params<SearchParams>) -> Json<SearchAnswer> {
    let q: String = params.q.chars().take(200).collect();
    Json(SearchAnswer { found: state.office.now().search(&q, params.limit.unwrap_or(20)) })
}
