//! The pages the server writes itself.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::incidents::{ListParams, uuid};
use super::routes::at_or_today;
use super::write::act;
use crate::pages::{self, ReviewFormat, Shown};

#[derive(Debug, Deserialize)]
struct PageParams {
    at: Option<String>,
}

/// Every page: the router and the list of addresses come from here.
fn pages() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/disputes", get(disputes)),
        ("/disputes/{id}", get(dispute)),
        ("/agreements", get(agreements)),
        ("/agreements/{id}", get(agreement)),
        ("/agreements/{id}/reviews/{year}", get(review)),
        ("/slivers", get(slivers)),
        ("/roles", get(roles)),
        ("/reforms", get(reforms)),
        ("/reforms/{id}", get(reform)),
        ("/incidents", get(incidents)),
        ("/incidents/{id}", get(incident)),
        ("/signin", get(sign_in)),
        ("/setup", get(setup)),
        ("/account", get(account)),
        ("/users", get(users)),
        ("/pages.js", get(script)),
        // The same landing page for programs that add a slash.
        ("/ogc/", get(super::ogc::landing)),
    ]
}

pub fn router() -> Router<AppState> {
    pages().into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler))
}

/// The addresses of the pages, for whoever checks that each has a rule.
pub fn paths() -> impl Iterator<Item = &'static str> {
    pages().into_iter().map(|(path, _)| path)
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
    let review = act(state, lang, move |office| office.review(&id, year)).await?;
    let page = pages::review(&service, &review, ReviewFormat::Html, lang);
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

async fn incidents(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Params(params): Params<ListParams>,
) -> Result<Html<String>, Problem> {
    let query = params.query(lang)?;
    act(state, lang, move |office| {
        let list = office.incidents(&who, &query)?;
        let shown = Shown {
            kind: query.kind.as_deref().unwrap_or_default(),
            state: query.state.as_deref().unwrap_or_default(),
            overdue: query.overdue,
            disputed: query.disputed == Some(true),
        };
        Ok(Html(pages::incidents(&office.now(), &list, &shown, lang)))
    })
    .await
}

async fn incident(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id = uuid(&id, lang)?;
    act(state, lang, move |office| {
        let feature = office.incident(&who, id)?;
        let in_sight = feature.properties.facts.is_some();
        let story = if in_sight { office.incident_history(&who, id)? } else { Vec::new() };
        let acts = if in_sight { office.possible_acts(&who, id)? } else { Vec::new() };
        Ok(Html(pages::incident(&office.now(), &feature, &story, &acts, lang)))
    })
    .await
}

#[derive(Debug, Deserialize)]
struct SignInParams {
    next: Option<String>,
}

async fn sign_in(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<SignInParams>,
) -> Html<String> {
    // A path of this server and nothing else: a link to sign in must not lead elsewhere.
    let next = params.next.filter(|n| n.starts_with('/') && !n.starts_with("//") && !n.contains(['\\', '\n', '\r']));
    Html(pages::sign_in(&state.office.now(), next.as_deref().unwrap_or("/incidents"), lang))
}

#[derive(Debug, Deserialize)]
struct SetupParams {
    link: Option<String>,
}

async fn setup(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<SetupParams>,
) -> Result<Html<String>, Problem> {
    act(state, lang, move |office| {
        let link = params.link.unwrap_or_default();
        let first = office.link_makes_admin(&link)?;
        Ok(Html(pages::setup(&office.now(), &link, first, lang)))
    })
    .await
}

async fn account(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
) -> Result<Html<String>, Problem> {
    act(state, lang, move |office| {
        let tokens = office.tokens(Some(who.id))?;
        Ok(Html(pages::account(&office.now(), &who, &tokens, lang)))
    })
    .await
}

async fn users(State(state): State<AppState>, Language(lang): Language) -> Result<Html<String>, Problem> {
    act(state, lang, move |office| Ok(Html(pages::users(&office.now(), &office.users()?, lang)))).await
}
