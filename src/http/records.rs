//! Bodies and role areas in, files that go with records, and the whole journal out and in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::{By, Created, Made, Said, act, entered, made};
use crate::crs::CrsId;
use crate::domain::{Attachment, Body, Document};
use crate::service::ActionError;
use crate::service::role_import::{Defaults, Imported};
use crate::store::MAX_ATTACHMENT_BYTES;

/// Room for the largest file and some words around it.
pub fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_ATTACHMENT_BYTES as usize + 4096)
}

/// Who has a role besides territory, as recorded.
#[utoipa::path(get, path = "/api/roles", responses((status = 200, body = Vec<serde_json::Value>)))]
pub async fn roles(State(state): State<AppState>) -> Json<Vec<Body>> {
    Json(state.office.now().records.bodies.clone())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// Role of every row that names none: people, forest_owner, ranger_station, border_guard_post.
    role: Option<String>,
    /// Name of every row that has none.
    name: Option<String>,
    /// What rows that name none rest on: title of the document.
    basis: Option<String>,
    /// CRS of a GeoJSON file; WGS 84 when absent.
    crs: Option<String>,
    /// 1 σ of the outlines in metres; 0 or absent: not known.
    accuracy_m: Option<f64>,
}

/// Import bodies (`text/csv`, by unit codes) or role areas (GeoJSON polygons). All rows or none.
#[utoipa::path(post, path = "/api/roles", params(ImportParams), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = Imported), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn import_roles(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<ImportParams>,
    Asker(who): Asker,
    body: Bytes,
) -> Result<Created<Imported>, Problem> {
    let refused = |e: ActionError| Problem::refused(&e, lang);
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_body("UTF-8", lang))?;
    let crs = params.crs.as_deref().filter(|c| !c.is_empty()).map(CrsId::parse).transpose();
    let defaults = Defaults {
        role: params.role,
        name: params.name,
        basis: params.basis,
        crs: crs.map_err(|e| refused(e.into()))?,
        accuracy_m: params.accuracy_m,
    };
    let text = text.to_owned();
    let imported =
        act(state, lang, move |office| match text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            true => office.import_areas(&who.name, &text, &defaults),
            false => office.import_bodies(&who.name, &text, &defaults),
        });
    Ok((StatusCode::CREATED, Json(imported.await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Ending {
    /// First day without the role.
    #[schema(value_type = String, format = Date)]
    on: Date,
    document: Document,
}

/// A body no longer has its role from a day on; it stays in the record.
#[utoipa::path(post, path = "/api/roles/{id}/end", params(("id" = String, Path)), request_body = By<Ending>,
    responses((status = 201, body = Made), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn end_role(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<Ending>>,
) -> Result<Created<Made>, Problem> {
    let body = id.clone();
    act(state, lang, move |office| office.end_body(&entered(&who, by.as_deref()), &body, what.on, &what.document))
        .await?;
    Ok(made(id, Vec::new()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileParams {
    /// The file's name, for people.
    name: Option<String>,
}

/// Keep a file that a record's document refers to. The same content again is the same file.
#[utoipa::path(post, path = "/api/documents", params(FileParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Attachment), (status = 413, body = Problem, content_type = "application/problem+json")))]
pub async fn keep_document(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<FileParams>,
    _: Asker,
    body: Bytes,
) -> Result<Created<Attachment>, Problem> {
    if body.is_empty() {
        return Err(Problem::refused(&ActionError::Missing("file"), lang));
    }
    let sha256 = act(state, lang, move |office| Ok(office.attachments.keep(&body)?)).await?;
    let name = params.name.unwrap_or_else(|| sha256[..12].to_owned());
    let name = name.chars().filter(|c| !c.is_control() && !r#"/\"<>"#.contains(*c)).take(120).collect();
    Ok((StatusCode::CREATED, Json(Attachment { sha256, name })))
}

/// A kept file. Always a download: nothing in it runs in the page.
#[utoipa::path(get, path = "/api/documents/{sha256}", params(("sha256" = String, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn document(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let content = act(state, lang, move |office| Ok(office.attachments.get(&sha256)?)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::CACHE_CONTROL, "max-age=31536000, immutable"),
    ];
    Ok((headers, content).into_response())
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TakenIn {
    /// Entries that were not here before.
    new: usize,
}

/// Every record ever entered, as a journal: who, when, what.
#[utoipa::path(get, path = "/api/records", responses((status = 200, body = serde_json::Value)))]
pub async fn export(State(state): State<AppState>, Language(lang): Language) -> Result<Response, Problem> {
    let bytes = act(state, lang, |office| office.export()).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// Take in an export of another installation. Entries that are here already are left alone.
#[utoipa::path(post, path = "/api/records", request_body = serde_json::Value, responses(
    (status = 201, body = TakenIn), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn import(
    State(state): State<AppState>,
    Language(lang): Language,
    _: Asker,
    body: Bytes,
) -> Result<Created<TakenIn>, Problem> {
    let new = act(state, lang, move |office| office.import_export(&body)).await?;
    Ok((StatusCode::CREATED, Json(TakenIn { new })))
}
