//! The pages the server writes itself.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::AppState;
use super::error::Problem;
use super::extract::{Language, Params};
use super::routes::at_or_today;
use crate::pages::{self, ReviewFormat};

#[derive(Debug, Deserialize)]
struct PageParams {
    at: Option<String>,
}

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/disputes", get(disputes))
        .route("/disputes/{id}", get(dispute))
        .route("/agreements", get(agreements))
        .route("/agreements/{id}", get(agreement))
        .route("/agreements/{id}/reviews/{year}", get(review))
        .route("/slivers", get(slivers))
        .route("/roles", get(roles))
        .route("/reforms", get(reforms))
        .route("/reforms/{id}", get(reform))
        .route("/pages.js", get(script))
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], pages::SCRIPT).into_response()
}

async fn disputes(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<PageParams>,
) -> Result<Html<String>, Problem> {
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(Html(pages::disputes(&state.office.now(), at, lang)))
}

async fn dispute(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Html<String>, Problem> {
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    pages::dossier(&state.office.now(), &id, at, lang).map(Html).map_err(|e| Problem::refused(&e, lang))
}

async fn agreements(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<PageParams>,
) -> Result<Html<String>, Problem> {
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    Ok(Html(pages::agreements(&state.office.now(), at, lang)))
}

async fn agreement(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    pages::agreement(&state.office.now(), &id, lang).map(Html).map_err(|e| Problem::refused(&e, lang))
}

async fn review(
    State(state): State<AppState>,
    Language(lang): Language,
    Path((id, year)): Path<(String, i16)>,
) -> Result<Html<Vec<u8>>, Problem> {
    let service = state.office.now();
    let page = service.review(&id, year).and_then(|r| pages::review(&service, &r, ReviewFormat::Html, lang));
    page.map(Html).map_err(|e| Problem::refused(&e, lang))
}

async fn roles(State(state): State<AppState>, Language(lang): Language) -> Html<String> {
    Html(pages::roles(&state.office.now(), lang))
}

async fn reforms(State(state): State<AppState>, Language(lang): Language) -> Html<String> {
    Html(pages::reforms(&state.office.now(), lang))
}

async fn reform(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    pages::reform(&state.office.now(), &id, lang).map(Html).map_err(|e| Problem::refused(&e, lang))
}

/// The first one compares whole maps, which takes seconds.
async fn slivers(State(state): State<AppState>, Language(lang): Language) -> Html<String> {
    let page = tokio::task::spawn_blocking(move || pages::slivers(&state.office.now(), lang)).await;
    Html(page.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic())))
}
