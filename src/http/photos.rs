//! Photos over HTTP: begun, sent in pieces, taken up again, shown.

use axum::Json;
use axum::body::Bytes;
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
use super::incidents::uuid;
use super::write::{Said, act};
use crate::service::photos::Upload;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPhoto {
    /// UUIDv7 that the device gives the photo.
    id: Uuid,
    /// Of the whole file, in hex.
    sha256: String,
    /// Of the whole file.
    bytes: u64,
}

/// How far a photo is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    id: Uuid,
    /// Where the pieces go.
    upload: String,
    received: u64,
    bytes: u64,
    /// It is part of its incident.
    done: bool,
}

fn answer(status: StatusCode, upload: Upload) -> Response {
    let headers = [(OFFSET, upload.received.to_string()), (LENGTH, upload.bytes.to_string())];
    let progress = Progress {
        id: upload.id,
        upload: format!("/api/uploads/{}", upload.id),
        received: upload.received,
        bytes: upload.bytes,
        done: upload.done,
    };
    (status, headers, [(header::CACHE_CONTROL, "no-store")], Json(progress)).into_response()
}

/// Begin to send a photo. The same again says how far it is; the incident itself may arrive later.
#[utoipa::path(post, path = "/api/incidents/{id}/photos", params(("id" = Uuid, Path)), request_body = NewPhoto,
    responses((status = 201, body = Progress), (status = 413, body = Problem, content_type = "application/problem+json")))]
pub async fn begin(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
    Said(new): Said<NewPhoto>,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    let begun = act(state, lang, move |office| office.begin_photo(&who, id, new.id, &new.sha256, new.bytes)).await?;
    Ok(answer(StatusCode::CREATED, begun))
}

/// How far a photo is: `Upload-Offset` of `Upload-Length`.
#[utoipa::path(get, path = "/api/uploads/{id}", params(("id" = Uuid, Path)), responses((status = 200, body = Progress),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn progress(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    Ok(answer(StatusCode::OK, act(state, lang, move |office| office.photo_upload(&who, id)).await?))
}

/// Send a piece from `Upload-Offset` on. A piece that does not follow what has arrived is refused with the right offset.
#[utoipa::path(patch, path = "/api/uploads/{id}",
    params(("id" = Uuid, Path), ("Upload-Offset" = u64, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = Progress), (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json")))]
pub async fn piece(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = uuid(&id, lang)?;
    let offset = headers.get(&OFFSET).and_then(|v| v.to_str().ok()?.trim().parse().ok());
    let offset = offset.ok_or_else(|| Problem::bad_parameter("Upload-Offset", lang))?;
    Ok(answer(StatusCode::OK, act(state, lang, move |office| office.photo_piece(&who, id, offset, &body)).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PhotoParams {
    /// 1: the file as the camera made it, for officials and administrators.
    original: Option<String>,
}

/// A photo without what the camera wrote into it.
#[utoipa::path(get, path = "/api/incidents/{id}/photos/{photo}",
    params(("id" = Uuid, Path), ("photo" = Uuid, Path), PhotoParams), responses(
    (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn photo(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path((id, photo)): Path<(String, String)>,
    Params(params): Params<PhotoParams>,
) -> Result<Response, Problem> {
    let (id, photo) = (uuid(&id, lang)?, uuid(&photo, lang)?);
    let original = params.original.as_deref() == Some("1");
    let shown = act(state, lang, move |office| office.photo(&who, id, photo, original)).await?;
    let headers = [
        (header::CONTENT_TYPE, shown.media_type),
        (header::CONTENT_DISPOSITION, "inline".into()),
        (header::ETAG, format!("\"{}\"", shown.sha256)),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".into()),
    ];
    Ok((headers, shown.bytes).into_response())
}
