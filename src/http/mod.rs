//! Routes, status codes, JSON. A handler extracts, calls a service, renders.

mod agreements;
mod attribute;
pub mod auth;
mod cache;
mod disputes;
mod error;
mod extract;
mod incidents;
mod live;
mod openapi;
mod pages;
mod people;
mod photos;
mod records;
mod reforms;
mod routes;
mod slivers;
mod web;
mod write;

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

use crate::service::Office;
use cache::Cache;
pub use pages::paths as page_paths;

/// No request is worth more than this.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything the page needs comes from this server, and nothing else may load.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every handler shares.
#[derive(Clone)]
pub struct AppState {
    pub office: Arc<Office>,
    pub access: Arc<auth::Access>,
    cache: Arc<Cache>,
    limits: Arc<auth::Limits>,
    live: Arc<live::Live>,
}

/// The whole application: the API, its OpenAPI document, the page.
pub fn app(office: Arc<Office>, access: auth::Access) -> Router {
    let live = live::Live::listen(&office);
    with_live(office, access, live)
}

fn with_live(office: Arc<Office>, access: auth::Access, live: Arc<live::Live>) -> Router {
    let state = AppState { office, access: Arc::new(access), cache: Arc::default(), limits: Arc::default(), live };
    let guard = axum::middleware::from_fn_with_state(state.clone(), auth::guard);
    let (api, document) = OpenApiRouter::with_openapi(openapi::document())
        .routes(routes!(routes::locate))
        .routes(routes!(attribute::attribute))
        .routes(routes!(routes::units))
        .routes(routes!(routes::disputes, disputes::open))
        .routes(routes!(disputes::dossier))
        .routes(routes!(disputes::event))
        .routes(routes!(disputes::amendment))
        .routes(routes!(disputes::claim))
        .routes(routes!(disputes::withdrawal))
        .routes(routes!(routes::agreements, agreements::make))
        .routes(routes!(agreements::agreement))
        .routes(routes!(agreements::change))
        .routes(routes!(agreements::activity))
        .routes(routes!(agreements::progress))
        .routes(routes!(agreements::review))
        .routes(routes!(reforms::reforms, reforms::apply))
        .routes(routes!(reforms::try_plan))
        .routes(routes!(reforms::plan))
        .routes(routes!(reforms::hand_overs, reforms::accept))
        .routes(routes!(records::roles, records::import_roles))
        .routes(routes!(records::end_role))
        .routes(routes!(records::keep_document))
        .routes(routes!(records::document))
        .routes(routes!(records::export, records::import))
        .routes(routes!(slivers::slivers))
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::one, incidents::report, incidents::correct))
        .routes(routes!(incidents::possible, incidents::acts))
        .routes(routes!(incidents::history))
        .routes(routes!(incidents::near))
        .routes(routes!(incidents::verdict))
        .routes(routes!(incidents::minutes))
        .routes(routes!(incidents::sync))
        .routes(routes!(incidents::deadlines, incidents::set_deadline))
        .routes(routes!(photos::begin))
        .routes(routes!(photos::photo))
        .routes(routes!(photos::progress, photos::piece))
        .routes(routes!(live::events))
        .routes(routes!(live::inbox))
        .routes(routes!(live::read_inbox))
        .routes(routes!(live::targets, live::add_target))
        .routes(routes!(live::remove_target))
        .routes(routes!(people::sign_in, people::sign_out))
        .routes(routes!(people::setup))
        .routes(routes!(people::me))
        .routes(routes!(people::password))
        .routes(routes!(people::tokens, people::make_token))
        .routes(routes!(people::revoke_token))
        .routes(routes!(people::users, people::make_user))
        .routes(routes!(people::change_user))
        .routes(routes!(people::user_link))
        .routes(routes!(routes::status))
        .with_state(state.clone())
        .split_for_parts();
    api.layer(records::body_limit())
        .merge(pages::router().with_state(state))
        .route_layer(guard)
        .merge(openapi::browser(document))
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
pub async fn serve(
    office: Arc<Office>,
    access: auth::Access,
    addr: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(addr).await?;
    ready(listener.local_addr()?);
    let live = live::Live::listen(&office);
    live::deliver(&office);
    let app = with_live(office, access, live.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let down = async move {
        stopped().await;
        live.stop();
    };
    axum::serve(listener, app).with_graceful_shutdown(down).await
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
