//! Reforms: what there are, what one changes, applying it, handing over.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::{By, Created, Said, act, entered};
use crate::atlas::geodata;
use crate::domain::{Document, Reform, Text};
use crate::service::{ActionError, HandOverList, Plan};

#[derive(Debug, Serialize, ToSchema)]
pub struct ReformBrief {
    id: String,
    #[schema(value_type = String, format = Date)]
    date: jiff::civil::Date,
    title: Text,
    acts: Vec<Document>,
}

/// The reforms that the register of units has in it.
#[utoipa::path(get, path = "/api/reforms", responses((status = 200, body = Vec<ReformBrief>)))]
pub async fn reforms(State(state): State<AppState>) -> Json<Vec<ReformBrief>> {
    let service = state.office.now();
    let brief =
        |r: &Reform| ReformBrief { id: r.id.clone(), date: r.date, title: r.title.clone(), acts: r.acts.clone() };
    Json(service.reforms().map(brief).collect())
}

/// What a known reform changed.
#[utoipa::path(get, path = "/api/reforms/{id}/plan", params(("id" = String, Path)), responses(
    (status = 200, body = Plan), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn plan(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<Plan>, Problem> {
    let service = state.office.now();
    let plan = service.reform(&id).and_then(|r| service.reform_plan(r));
    Ok(Json(plan.map_err(|e| Problem::refused(&e, lang))?))
}

/// The reform of a request: JSON, or TOML as in `geodata/reforms`.
fn of_body(body: &Bytes) -> Result<Reform, ActionError> {
    if body.first() == Some(&b'{') {
        return serde_json::from_slice(body).map_err(|e| ActionError::Invalid(Text::new(e.to_string(), e.to_string())));
    }
    geodata::reform("reform.toml", body.to_vec()).map_err(|problems| {
        ActionError::Rows(problems.iter().map(|p| Text::new(p.to_string(), p.to_string())).collect())
    })
}

/// What a reform would change; nothing is changed.
#[utoipa::path(post, path = "/api/reforms/plan", request_body(content = Reform, content_type = "application/json"),
    responses((status = 200, body = Plan), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn try_plan(
    State(state): State<AppState>,
    Language(lang): Language,
    body: Bytes,
) -> Result<Json<Plan>, Problem> {
    let plan = of_body(&body).and_then(|reform| state.office.now().reform_plan(&reform));
    Ok(Json(plan.map_err(|e| Problem::refused(&e, lang))?))
}

/// Apply a reform: all of it or nothing.
#[utoipa::path(post, path = "/api/reforms",
    request_body(content = Reform, content_type = "application/json"), responses((status = 201, body = Plan),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn apply(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    body: Bytes,
) -> Result<Created<Plan>, Problem> {
    let plan = act(state, lang, move |office| office.apply_reform(&who.name, &of_body(&body)?)).await?;
    Ok((StatusCode::CREATED, Json(plan)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HandOverParams {
    /// Code of a receiver; all where absent.
    unit: Option<String>,
}

/// What is handed over by a reform, and what was accepted.
#[utoipa::path(get, path = "/api/reforms/{id}/hand-overs", params(("id" = String, Path), HandOverParams), responses(
    (status = 200, body = Vec<HandOverList>), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn hand_overs(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Params(params): Params<HandOverParams>,
) -> Result<Json<Vec<HandOverList>>, Problem> {
    let lists = state.office.now().hand_overs(&id, params.unit.as_deref().filter(|u| !u.is_empty()));
    Ok(Json(lists.map_err(|e| Problem::refused(&e, lang))?))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Accepting {
    /// Code of the receiver.
    to: String,
    /// Code of one old unit; all of the receiver's own where absent.
    from: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedFrom {
    /// From how many old units.
    units: usize,
}

/// A receiver accepts what is still open.
#[utoipa::path(post, path = "/api/reforms/{id}/hand-overs", params(("id" = String, Path)), request_body = By<Accepting>,
    responses((status = 201, body = AcceptedFrom), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn accept(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<Accepting>>,
) -> Result<Created<AcceptedFrom>, Problem> {
    let Accepting { to, from } = what;
    let units = act(state, lang, move |office| {
        office.now().may_receive(&who, &to)?;
        office.accept_hand_over(&entered(&who, by.as_deref()), &id, &to, from.as_deref())
    })
    .await?;
    Ok((StatusCode::CREATED, Json(AcceptedFrom { units })))
}
