//! Routes, status codes, JSON. A handler extracts, calls a service, renders.

mod agreements;
mod attribute;
pub mod auth;
mod basemap;
mod cache;
mod disputes;
mod error;
mod extract;
mod imports;
mod incidents;
mod live;
mod ogc;
mod openapi;
mod pages;
mod people;
mod phone;
mod photos;
mod records;
mod reforms;
mod routes;
mod slivers;
mod tiles;
mod web;
mod write;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum_server::tls_rustls::RustlsConfig;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::service::Office;
use crate::service::basemap::BaseMap;
use cache::Cache;
pub use pages::paths as page_paths;

/// No request is worth more than this.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything the page needs comes from this server, and nothing else may load. WebAssembly is the engine on the phone;
/// text is never made into script.
///
/// `images`: the origin of a base map from elsewhere, where one is configured.
fn content_security_policy(images: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:{}{images}; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        if images.is_empty() { "" } else { " " }
    )
}

/// How a server is set up: who may do what, and what is beneath the map.
#[derive(Default)]
pub struct Site {
    pub access: auth::Access,
    pub basemap: Option<BaseMap>,
}

impl From<auth::Access> for Site {
    fn from(access: auth::Access) -> Site {
        Site { access, basemap: None }
    }
}

/// What every handler shares.
#[derive(Clone)]
pub struct AppState {
    pub office: Arc<Office>,
    pub access: Arc<auth::Access>,
    pub basemap: Option<Arc<BaseMap>>,
    cache: Arc<Cache>,
    limits: Arc<auth::Limits>,
    live: Arc<live::Live>,
}

/// The whole application: the API, its OpenAPI document, the page.
pub fn app(office: Arc<Office>, site: impl Into<Site>) -> Router {
    let live = live::Live::listen(&office);
    with_live(office, site.into(), live)
}

fn with_live(office: Arc<Office>, site: Site, live: Arc<live::Live>) -> Router {
    let basemap = site.basemap.map(Arc::new);
    let policy = content_security_policy(basemap.as_ref().and_then(|map| map.origin()).unwrap_or_default());
    let policy = HeaderValue::from_str(&policy).expect("an origin is checked when the base map is opened");
    let state = AppState {
        office,
        access: Arc::new(site.access),
        basemap,
        cache: Arc::default(),
        limits: Arc::default(),
        live,
    };
    let guard = axum::middleware::from_fn_with_state(state.clone(), auth::guard);
    let (api, document) = OpenApiRouter::with_openapi(openapi::document())
        .routes(routes!(routes::locate))
        .routes(routes!(attribute::attribute))
        .routes(routes!(routes::around))
        .routes(routes!(routes::units))
        .routes(routes!(routes::search))
        .routes(routes!(phone::area))
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
        .routes(routes!(imports::import))
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
        .routes(routes!(ogc::landing))
        .routes(routes!(ogc::conformance))
        .routes(routes!(ogc::api))
        .routes(routes!(ogc::collections))
        .routes(routes!(ogc::collection))
        .routes(routes!(ogc::queryables))
        .routes(routes!(ogc::sortables))
        .routes(routes!(ogc::items))
        .routes(routes!(ogc::item))
        .routes(routes!(tiles::index))
        .routes(routes!(tiles::style))
        .routes(routes!(tiles::tilejson))
        .routes(routes!(tiles::tile))
        .routes(routes!(basemap::tile))
        .with_state(state.clone())
        .split_for_parts();
    api.layer(records::body_limit())
        .merge(pages::router().with_state(state))
        .route_layer(guard)
        .merge(openapi::browser(document))
        .fallback(web::page_or_file)
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(error::panicked))
}

/// How long requests under way may still take once the process was asked to stop.
const GOING: Duration = Duration::from_secs(10);

/// Certificate chain and private key, PEM files.
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Serves until the process is asked to stop, over TLS where a certificate is given. `ready` is called with the address
/// once connections are accepted.
///
/// # Errors
/// The address cannot be listened on; certificate or key cannot be read or do not fit.
pub async fn serve(
    office: Arc<Office>,
    site: Site,
    addr: SocketAddr,
    tls: Option<&Tls>,
    ready: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    let tls = match tls {
        Some(Tls { cert, key }) => {
            // Another provider may have been chosen already; either does.
            let _ = rustls::crypto::ring::default_provider().install_default();
            Some(RustlsConfig::from_pem_file(cert, key).await?)
        }
        None => None,
    };
    let listener = std::net::TcpListener::bind(addr)?;
    listener.set_nonblocking(true)?;
    ready(listener.local_addr()?);
    let live = live::Live::listen(&office);
    live::deliver(&office);
    let app = with_live(office, site, live.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let Some(tls) = tls else {
        let down = async move {
            stopped().await;
            live.stop();
        };
        return axum::serve(tokio::net::TcpListener::from_std(listener)?, app).with_graceful_shutdown(down).await;
    };
    let handle = axum_server::Handle::new();
    let down = handle.clone();
    tokio::spawn(async move {
        stopped().await;
        live.stop();
        down.graceful_shutdown(Some(GOING));
    });
    axum_server::from_tcp_rustls(listener, tls)?.handle(handle).serve(app).await
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
