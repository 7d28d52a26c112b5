//! Routes, status codes, JSON. A handler extracts, calls a service, renders.

mod cache;
mod error;
mod extract;
mod openapi;
mod routes;
mod slivers;
mod web;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::service::Service;
use cache::Cache;

/// No request is worth more than this.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything the page needs comes from this server, and nothing else may load.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every handler shares.
#[derive(Clone)]
pub struct AppState {
    pub service: Arc<Service>,
    cache: Arc<Cache>,
}

/// The whole application: the API, its OpenAPI document, the page.
pub fn app(service: Arc<Service>) -> Router {
    let state = AppState { service, cache: Arc::new(Cache::default()) };
    let (api, document) = OpenApiRouter::with_openapi(openapi::document())
        .routes(routes!(routes::locate))
        .routes(routes!(routes::units))
        .routes(routes!(routes::disputes))
        .routes(routes!(routes::agreements))
        .routes(routes!(slivers::slivers))
        .routes(routes!(routes::status))
        .with_state(state)
        .split_for_parts();
    api.merge(openapi::browser(document))
        .fallback(web::page_or_file)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_SECURITY_POLICY),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(error::panicked))
}

/// Serves until the process is asked to stop. `ready` is called with the address once connections are accepted.
pub async fn serve(service: Arc<Service>, addr: SocketAddr, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(addr).await?;
    ready(listener.local_addr()?);
    axum::serve(listener, app(service)).with_graceful_shutdown(stopped()).await
}

async fn stopped() {
    let interrupt = async { tokio::signal::ctrl_c().await.expect("the interrupt signal can be listened for") };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("the termination signal can be listened for");
        tokio::select! { () = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
