//! Incidents: reporting, looking up, acting.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::{Said, act};
use crate::domain::{Due, IncidentKind, Lang};
use crate::pages;
use crate::service::incidents::{
    Act, AskedAgain, Expected, HistoryEvent, IncidentFeature, IncidentPage, IncidentQuery, Job, Near, Possible,
    ReportBody, Synced,
};
use crate::service::{ActionError, IncidentRefusal};

/// A JSON answer with the version it shows.
fn tagged(status: StatusCode, feature: IncidentFeature) -> Response {
    let etag = format!("\"{}\"", feature.properties.version);
    let headers = [(header::ETAG, etag), (header::CACHE_CONTROL, "private, no-cache".into())];
    (status, headers, [(header::CONTENT_TYPE, "application/geo+json")], Json(feature)).into_response()
}

fn refused(error: &ActionError, lang: Lang) -> Response {
    let problem = Problem::refused(error, lang);
    match error {
        // The later of two sees both: what they sent is with them, what is there comes with the refusal.
        ActionError::Incident(IncidentRefusal::Moved { current, .. }) => {
            Conflict { problem, current: (**current).clone() }.into_response()
        }
        _ => problem.into_response(),
    }
}

/// A conflict, with the incident as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conflict {
    #[serde(flatten)]
    problem: Problem,
    current: IncidentFeature,
}

impl IntoResponse for Conflict {
    fn into_response(self) -> Response {
        let etag = format!("\"{}\"", self.current.properties.version);
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::PRECONDITION_FAILED);
        let headers = [(header::CONTENT_TYPE, "application/problem+json".to_owned()), (header::ETAG, etag)];
        (status, headers, Json(self)).into_response()
    }
}

/// The version in If-Match; `*` and nothing: none.
fn if_match(headers: &HeaderMap) -> Option<u32> {
    let text = headers.get(header::IF_MATCH)?.to_str().ok()?;
    text.trim().trim_start_matches("W/").trim_matches('"').parse().ok()
}

/// Report an incident. The least body is `{kind, position, occurred_at}`.
///
/// Sent again with the same UUID it is the same incident and gives the same answer.
#[utoipa::path(put, path = "/api/incidents/{id}", params(("id" = Uuid, Path)), request_body = ReportBody, responses(
    (status = 201, body = IncidentFeature, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn report(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
    Said(body): Said<ReportBody>,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    let receipt = act(state, lang, move |office| office.report(&who, id, &body)).await?;
    let mut response = tagged(StatusCode::CREATED, receipt.feature);
    if receipt.repeated {
        response.headers_mut().insert(HeaderName::from_static("x-repeated"), header::HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// A UUID of the path, with our own words when it is none.
pub fn uuid(text: &str, lang: Lang) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::bad_parameter("id", lang))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Words of kinds, separated by commas.
    kind: Option<String>,
    /// Words of states, separated by commas.
    state: Option<String>,
    /// Code of a unit whose land it is on, or that has a line.
    unit: Option<String>,
    /// Occurred at or after: RFC 3339, or a day.
    since: Option<String>,
    /// Occurred before.
    until: Option<String>,
    /// West, south, east, north in WGS 84 degrees.
    bbox: Option<String>,
    /// true: only what is overdue.
    overdue: Option<bool>,
    disputed: Option<bool>,
    /// mine (default): what is in your scope; all: the others too, without positions, words and people.
    scope: Option<String>,
    /// Up to 1 000; default 100.
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<String>,
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

impl ListParams {
    pub fn query(self, lang: Lang) -> Result<IncidentQuery, Problem> {
        let bbox = self.bbox.as_deref().filter(|b| !b.trim().is_empty()).map(read_bbox);
        let bad = |name| Problem::bad_parameter(name, lang);
        Ok(IncidentQuery {
            kind: self.kind,
            state: self.state,
            unit: self.unit.filter(|u| !u.trim().is_empty()),
            since: self.since.filter(|s| !s.trim().is_empty()),
            until: self.until.filter(|s| !s.trim().is_empty()),
            bbox: bbox.map(|b| b.ok_or_else(|| bad("bbox"))).transpose()?,
            overdue: self.overdue.unwrap_or(false),
            disputed: self.disputed,
            all: match self.scope.as_deref() {
                None | Some("" | "mine") => false,
                Some("all") => true,
                Some(_) => return Err(bad("scope")),
            },
            limit: self.limit,
            after: self.after.filter(|a| !a.is_empty()),
        })
    }
}

fn read_bbox(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
    let bbox: [f64; 4] = numbers.try_into().ok()?;
    (bbox.iter().all(|n| n.is_finite()) && bbox[1] <= bbox[3]).then_some(bbox)
}

/// Incidents, newest (received) first, as a GeoJSON FeatureCollection.
#[utoipa::path(get, path = "/api/incidents", params(ListParams), responses(
    (status = 200, body = IncidentPage, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn list(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Params(params): Params<ListParams>,
) -> Result<Response, Problem> {
    let query = params.query(lang)?;
    let page = act(state, lang, move |office| office.incidents(&who, &query)).await?;
    let headers = [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "private, no-cache")];
    Ok((headers, Json(page)).into_response())
}

/// One incident.
#[utoipa::path(get, path = "/api/incidents/{id}", params(("id" = Uuid, Path)), responses(
    (status = 200, body = IncidentFeature, content_type = "application/geo+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn one(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    Ok(tagged(StatusCode::OK, act(state, lang, move |office| office.incident(&who, id)).await?))
}

/// A correction: fields of a report, null takes a value out.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Correction {
    /// An id of the sender's own: the same again is not done again.
    #[serde(default)]
    id: Option<Uuid>,
    #[schema(value_type = Object)]
    changes: serde_json::Map<String, serde_json::Value>,
}

/// Correct an incident. If-Match says which version was looked at; another version is a conflict.
#[utoipa::path(patch, path = "/api/incidents/{id}",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of what was looked at")),
    request_body = Correction, responses(
    (status = 200, body = IncidentFeature, content_type = "application/geo+json"),
    (status = 412, body = Conflict, content_type = "application/problem+json"),
    (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn correct(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
    Said(body): Said<Correction>,
) -> Result<Response, Problem> {
    let incident = uuid(&id, lang)?;
    let Some(version) = if_match(&headers) else {
        return Err(Problem::refused(&IncidentRefusal::NoVersion.into(), lang));
    };
    let edit = Act::Edit { changes: body.changes };
    doing(state, lang, who, incident, body.id, Expected::Version(version), edit).await
}

/// Something to be done.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ActBody {
    /// An id of the sender's own: the same again is not done again.
    #[serde(default)]
    id: Option<Uuid>,
    #[serde(flatten)]
    act: Act,
}

/// Act on an incident: steps of the whole, of a locality's line, comments, minutes, merging.
///
/// With If-Match another version is a conflict; without it the act is about the incident as it is.
#[utoipa::path(post, path = "/api/incidents/{id}/acts",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag of what was looked at")),
    request_body = ActBody, responses(
    (status = 200, body = IncidentFeature, content_type = "application/geo+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Conflict, content_type = "application/problem+json")))]
pub async fn acts(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
    Said(body): Said<ActBody>,
) -> Result<Response, Problem> {
    let incident = uuid(&id, lang)?;
    let expected = if_match(&headers).map_or(Expected::Now, Expected::Version);
    doing(state, lang, who, incident, body.id, expected, body.act).await
}

async fn doing(
    state: AppState,
    lang: Lang,
    who: crate::domain::Who,
    incident: Uuid,
    id: Option<Uuid>,
    expected: Expected,
    what: Act,
) -> Result<Response, Problem> {
    let done =
        act(state, lang, move |office| Ok(office.act(&who, Job { incident, id, expected, made_at: None, act: &what })))
            .await?;
    Ok(match done {
        Ok(done) => tagged(StatusCode::OK, done.feature),
        Err(error) => refused(&error, lang),
    })
}

/// What this person can do to the incident now.
#[utoipa::path(get, path = "/api/incidents/{id}/acts", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Vec<Possible>),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn possible(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Json<Vec<Possible>>, Problem> {
    let id = uuid(&id, lang)?;
    Ok(Json(act(state, lang, move |office| office.possible_acts(&who, id)).await?))
}

/// Every event of an incident, oldest first.
#[utoipa::path(get, path = "/api/incidents/{id}/history", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Vec<HistoryEvent>),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn history(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Json<Vec<HistoryEvent>>, Problem> {
    let id = uuid(&id, lang)?;
    Ok(Json(act(state, lang, move |office| office.incident_history(&who, id)).await?))
}

/// Incidents near in space and time and of a like kind.
#[utoipa::path(get, path = "/api/incidents/{id}/near", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Near),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn near(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Json<Near>, Problem> {
    let id = uuid(&id, lang)?;
    Ok(Json(act(state, lang, move |office| office.near_incident(&who, id)).await?))
}

/// The verdict kept with the incident and the one of now, and how they differ.
#[utoipa::path(get, path = "/api/incidents/{id}/verdict", params(("id" = Uuid, Path)), responses(
    (status = 200, body = AskedAgain),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn verdict(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Json<AskedAgain>, Problem> {
    let id = uuid(&id, lang)?;
    Ok(Json(act(state, lang, move |office| office.asked_again(&who, id)).await?))
}

/// The joint minutes as a DOCX file, to edit and sign on paper.
#[utoipa::path(get, path = "/api/incidents/{id}/minutes.docx", params(("id" = Uuid, Path)), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn minutes(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    let bytes = act(state, lang, move |office| {
        let feature = office.incident(&who, id)?;
        pages::minutes_docx(&feature, lang).ok_or_else(|| IncidentRefusal::NotFound(id).into())
    })
    .await?;
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let name = format!("attachment; filename=\"bien-ban-{id}.docx\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// A batch from a device.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Batch {
    /// Reports and acts ([`crate::service::incidents::SyncRow`]), up to 1 000, in any order.
    #[schema(value_type = Vec<crate::service::incidents::SyncRow>)]
    rows: Vec<serde_json::Value>,
}

/// The answers, row by row in the order of the batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answers {
    rows: Vec<Synced>,
}

/// Send what a device has: each row is answered by itself, and may be sent again.
#[utoipa::path(post, path = "/api/sync", request_body = Batch, responses(
    (status = 200, body = Answers),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn sync(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(batch): Said<Batch>,
) -> Result<Json<Answers>, Problem> {
    let rows = act(state, lang, move |office| office.sync(&who, &batch.rows)).await?;
    Ok(Json(Answers { rows }))
}

/// One deadline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deadline {
    kind: IncidentKind,
    due: Due,
    hours: u32,
}

/// How long each step may take, by kind. The defaults are this program's own; no law is at hand that sets them.
#[utoipa::path(get, path = "/api/deadlines", responses((status = 200, body = Vec<Deadline>)))]
pub async fn deadlines(State(state): State<AppState>) -> Json<Vec<Deadline>> {
    let table = state.office.now().deadlines();
    Json(table.into_iter().map(|(kind, due, hours)| Deadline { kind, due, hours }).collect())
}

/// A deadline set anew.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewDeadline {
    kind: IncidentKind,
    due: Due,
    hours: u32,
}

/// Set a deadline; open incidents follow it at once.
#[utoipa::path(put, path = "/api/deadlines", request_body = NewDeadline, responses(
    (status = 200, body = Vec<Deadline>), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn set_deadline(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(new): Said<NewDeadline>,
) -> Result<Json<Vec<Deadline>>, Problem> {
    let office = state.clone();
    act(state, lang, move |office| office.set_deadline(&who, new.kind, new.due, new.hours)).await?;
    Ok(deadlines(State(office)).await)
}
