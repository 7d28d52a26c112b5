//! What a request has to be to change something: from this machine, from our own page, and readable.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AppState;
use super::error::Problem;
use super::extract::Language;
use crate::domain::{Lang, Text};
use crate::service::{ActionError, Office};

/// The largest JSON body taken, bytes: a claim of [`crate::service::filing::MAX_VERTICES`] vertices is about 2 MB.
pub const MAX_JSON_BYTES: usize = 8 * 1024 * 1024;

/// Proof that a change may be made. Until there are accounts only this machine may write: whoever can reach the port from
/// elsewhere can read.
#[derive(Debug, Clone, Copy)]
pub struct Writer;

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Language(lang)) = Language::from_request_parts(parts, state).await;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let near = peer.is_some_and(|ConnectInfo(addr)| addr.ip().to_canonical().is_loopback());
        if near && !is_passed_on(&parts.headers) && is_own_page(&parts.headers) {
            Ok(Writer)
        } else {
            Err(Problem::only_from_here(lang))
        }
    }
}

/// A proxy in front: the peer we see is not who asks.
fn is_passed_on(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|h| headers.contains_key(*h))
}

/// A browser says which page a request comes from; another site's page must not write here. Programs say nothing.
fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let same_origin = match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        (Some(_), None) => false,
    };
    matches!(site, None | Some("same-origin" | "none")) && same_origin
}

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

/// A body that says who enters it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct By<T> {
    /// Who enters it.
    pub by: String,
    #[serde(flatten)]
    pub what: T,
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
