//! Agreements: making, changing, activities, progress, the yearly review.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::{By, Created, Made, Said, act, entered, made};
use crate::domain::{Activity, Agreement, AgreementChange, Progress};
use crate::pages;
use crate::service::review::{Review, find_agreement};

/// One agreement with everything recorded under it.
#[utoipa::path(get, path = "/api/agreements/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Agreement), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn agreement(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<Agreement>, Problem> {
    let service = state.office.now();
    let found = find_agreement(&service, &id).map_err(|e| Problem::refused(&e, lang))?;
    Ok(Json(found.clone()))
}

/// Add an agreement.
#[utoipa::path(post, path = "/api/agreements", request_body = By<Agreement>, responses(
    (status = 201, body = Made), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn make(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<Agreement>>,
) -> Result<Created<Made>, Problem> {
    let id = act(state, lang, move |office| {
        let parties: Vec<_> = what.parties.iter().map(|p| (p.level, p.code.as_str(), p.unit_at)).collect();
        office.now().may_record_between(&who, &parties)?;
        office.make_agreement(&entered(&who, by.as_deref()), &what)
    })
    .await?;
    Ok(made(id, Vec::new()))
}

/// Change what is known of an agreement from a day on: signed, prolonged, ended.
#[utoipa::path(post, path = "/api/agreements/{id}/changes", params(("id" = String, Path)),
    request_body = By<AgreementChange>, responses((status = 201, body = Made),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<AgreementChange>>,
) -> Result<Created<Made>, Problem> {
    let agreement = id.clone();
    act(state, lang, move |office| {
        office.now().may_tell_agreement(&who, &agreement)?;
        office.change_agreement(&entered(&who, by.as_deref()), &agreement, &what)
    })
    .await?;
    Ok(made(id, Vec::new()))
}

/// Add a joint activity with its measures.
#[utoipa::path(post, path = "/api/agreements/{id}/activities", params(("id" = String, Path)),
    request_body = By<Activity>, responses((status = 201, body = Made),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn activity(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<Activity>>,
) -> Result<Created<Made>, Problem> {
    let activity = act(state, lang, move |office| {
        office.now().may_tell_agreement(&who, &id)?;
        office.add_activity(&entered(&who, by.as_deref()), &id, &what)
    })
    .await?;
    Ok(made(activity.id, Vec::new()))
}

/// Say what was done about an obligation.
#[utoipa::path(post, path = "/api/agreements/{id}/progress", params(("id" = String, Path)),
    request_body = By<Progress>, responses((status = 201, body = Made),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn progress(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<Progress>>,
) -> Result<Created<Made>, Problem> {
    let agreement = id.clone();
    act(state, lang, move |office| {
        office.now().may_tell_agreement(&who, &agreement)?;
        office.add_progress(&entered(&who, by.as_deref()), &agreement, &what)
    })
    .await?;
    Ok(made(id, Vec::new()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewParams {
    /// json (default), html, docx, xlsx, csv or geojson.
    f: Option<String>,
    /// vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// The yearly review of an agreement.
#[utoipa::path(get, path = "/api/agreements/{id}/reviews/{year}",
    params(("id" = String, Path), ("year" = i16, Path), ReviewParams), responses(
    (status = 200, body = Review), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn review(
    State(state): State<AppState>,
    Language(lang): Language,
    Path((id, year)): Path<(String, i16)>,
    Params(params): Params<ReviewParams>,
) -> Result<Response, Problem> {
    let service = state.office.now();
    let asked = id.clone();
    let review = act(state, lang, move |office| office.review(&asked, year)).await?;
    let word = params.f.as_deref().unwrap_or("json");
    let Some(format) = pages::ReviewFormat::parse(word) else { return Err(Problem::bad_parameter("f", lang)) };
    let bytes = pages::review(&service, &review, format, lang).map_err(|e| Problem::refused(&e, lang))?;
    let mut response = ([(header::CONTENT_TYPE, format.media_type())], bytes).into_response();
    if format.is_file() {
        let name = format!("attachment; filename=\"{id}-{year}.{word}\"");
        if let Ok(value) = name.parse() {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}
