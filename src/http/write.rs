//! What handlers that change something share: reading the body, doing it away from the threads that answer.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AppState;
use super::error::Problem;
use super::extract::Language;
use crate::domain::{Lang, Text, Who};
use crate::service::{ActionError, Office};

/// The largest JSON body taken, bytes: a claim of [`crate::service::filing::MAX_VERTICES`] vertices is about 2 MB.
pub const MAX_JSON_BYTES: usize = 8 * 1024 * 1024;

/// A JSON body, with our own words when it cannot be read.
pub struct Said<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Said<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Ok(Language(lang)) = Language::from_request_parts(&mut parts, state).await;
        let bytes =
            axum::body::to_bytes(body, MAX_JSON_BYTES).await.map_err(|_| Problem::too_big(MAX_JSON_BYTES, lang))?;
        serde_json::from_slice(&bytes).map(Said).map_err(|e| Problem::bad_body(&e.to_string(), lang))
    }
}

/// A body that may say who enters it, where that is another than whose account it is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct By<T> {
    #[serde(default)]
    pub by: Option<String>,
    #[serde(flatten)]
    pub what: T,
}

/// Who a record says entered it: always the account, and before it the name given with it.
pub fn entered(who: &Who, by: Option<&str>) -> String {
    match by.map(str::trim).filter(|by| !by.is_empty() && *by != who.name) {
        Some(by) => format!("{by} ({})", who.name),
        None => who.name.clone(),
    }
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    id: String,
    /// What was mended on the way.
    notes: Vec<Text>,
}

pub type Created<T> = (StatusCode, Json<T>);

pub fn made(id: impl Into<String>, notes: Vec<Text>) -> Created<Made> {
    (StatusCode::CREATED, Json(Made { id: id.into(), notes }))
}

/// Does something to the records, away from the threads that answer: a write waits for the disk and for other writers.
pub async fn act<T: Send + 'static>(
    state: AppState,
    lang: Lang,
    act: impl FnOnce(&Office) -> Result<T, ActionError> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(move || act(&state.office))
        .await
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
        .map_err(|e| Problem::refused(&e, lang))
}
