//! Who asks, and whether they may: one middleware before every route, by one table of rules.

mod limits;
pub mod rules;

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::AppState;
use super::error::Problem;
use super::extract::Language;
use crate::domain::{Lang, Via, Who};
use crate::service::people::Entered;
pub use limits::Limits;
use rules::Rule;

/// The session's cookie; over TLS with the prefix that binds it to this host and to TLS.
pub const COOKIE: &str = "giapranh";
pub const SECURE_COOKIE: &str = "__Host-giapranh";
/// The session's token against forged requests, readable by our own pages, which send it back in a header.
pub const CSRF_COOKIE: &str = "giapranh-csrf";
pub const CSRF_HEADER: &str = "x-csrf-token";

/// How the server is run, as far as access goes.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Reading needs an account, too.
    pub closed: bool,
    /// People reach it by https, through a proxy or itself.
    pub tls: bool,
    /// The address of who asks is in `X-Forwarded-For`, put there by our own proxy.
    pub behind_proxy: bool,
}

impl Access {
    /// As the environment says: `GIAPRANH_CLOSED=1`, `GIAPRANH_PUBLIC_URL=https://…`, `GIAPRANH_TRUST_PROXY=1`.
    pub fn from_env() -> Access {
        let set = |name: &str| std::env::var(name).is_ok_and(|v| v == "1" || v == "true");
        Access {
            closed: set("GIAPRANH_CLOSED"),
            tls: std::env::var("GIAPRANH_PUBLIC_URL").is_ok_and(|v| v.starts_with("https://")),
            behind_proxy: set("GIAPRANH_TRUST_PROXY"),
        }
    }
}

/// Whoever is signed in, or shows a token: 401 where nobody does.
pub struct Asker(pub Who);

/// Whoever is signed in, if anybody.
pub struct MaybeAsker(pub Option<Who>);

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Language(lang)) = Language::from_request_parts(parts, state).await;
        parts.extensions.get::<Who>().cloned().map(Asker).ok_or_else(|| Problem::who_are_you(lang))
    }
}

impl<S: Sync> FromRequestParts<S> for MaybeAsker {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(MaybeAsker(parts.extensions.get::<Who>().cloned()))
    }
}

/// A cookie by its name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The session that a request shows.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SECURE_COOKIE).or_else(|| cookie(headers, COOKIE)).filter(|c| !c.is_empty())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A path as the value of a parameter.
fn form_urlencoded(path: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~');
    path.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The address limits go by.
fn address(request: &Request, access: &Access) -> Option<std::net::IpAddr> {
    let forwarded = || {
        // Our own proxy adds the last one; what came before it anybody can write.
        let value = request.headers().get("x-forwarded-for")?.to_str().ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_canonical());
    if access.behind_proxy { forwarded().or_else(peer) } else { peer() }
}

/// Finds out who asks, and lets through what the table of rules allows.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(Language(lang)) = Language::from_request_parts(&mut parts, &state).await;
    // HTTP/2, as browsers speak it over TLS, names the host in the address of the request.
    if !parts.headers.contains_key(header::HOST)
        && let Some(host) = parts.uri.authority().and_then(|a| HeaderValue::from_str(a.as_str()).ok())
    {
        parts.headers.insert(header::HOST, host);
    }
    let mut request = Request::from_parts(parts, body);
    match admitted(&state, &mut request, lang).await {
        Ok(()) => next.run(request).await,
        // Somebody looking at a page is shown the way in.
        Err(problem) if problem.code == "not_signed_in" && is_page(request.uri().path()) => {
            let next = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let next: String = form_urlencoded(next);
            Redirect::to(&format!("/signin?next={next}")).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// Is it read by people? Programs are told that they have to sign in, not sent elsewhere.
fn is_page(path: &str) -> bool {
    !["/api/", "/ogc", "/tiles"].iter().any(|for_programs| path.starts_with(for_programs))
}

async fn admitted(state: &AppState, request: &mut Request, lang: Lang) -> Result<(), Problem> {
    let path = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    // HEAD is GET without a body.
    let method = if *request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let rule = path.as_deref().and_then(|path| rules::find(&method, path));
    let Some(rule) = rule else { return Err(Problem::no_rule(lang)) };
    let writing = writes(&method);
    let who = asker(state, request.headers(), writing, lang).await?;
    match &who {
        Some(who) if writing => state.limits.write(who.id, lang)?,
        Some(_) => {}
        None => {
            let address = address(request, &state.access).filter(|a| !a.is_loopback() || writing);
            if let Some(address) = address {
                state.limits.anonymous(address, writing, lang)?;
            }
            // A page of another site has no business here, whoever looks at it.
            if writing && !is_own_page(request.headers()) {
                return Err(Problem::foreign_page(lang));
            }
        }
    }
    match (rule, &who) {
        (Rule::Open, _) | (Rule::Reading, Some(_)) => {}
        (Rule::Reading, None) if !state.access.closed => {}
        (Rule::SignedIn(roles), Some(who)) if roles.contains(&who.role) => {}
        (Rule::SignedIn(roles), Some(_)) => return Err(Problem::wrong_role(roles, lang)),
        (Rule::Reading | Rule::SignedIn(_), None) => return Err(Problem::who_are_you(lang)),
    }
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    Ok(())
}

/// Who asks: by a token, or by a session; never both. A session that writes has to show that our own page sent it.
async fn asker(state: &AppState, headers: &HeaderMap, writing: bool, lang: Lang) -> Result<Option<Who>, Problem> {
    let office = state.office.clone();
    if let Some(token) = bearer(headers).map(str::to_owned) {
        let found = blocking(move || office.bearer(&token)).await.map_err(|e| Problem::refused(&e, lang))?;
        let who = found.ok_or_else(|| Problem::bad_token(lang))?;
        if writing && who.via == (Via::Token { may_write: false }) {
            return Err(Problem::read_only(lang));
        }
        return Ok(Some(who));
    }
    let Some(session) = session_cookie(headers).map(str::to_owned) else { return Ok(None) };
    let found = blocking(move || office.session(&session)).await.map_err(|e| Problem::refused(&e, lang))?;
    let Some(Entered { who, csrf }) = found else { return Ok(None) };
    if writing {
        let shown = headers.get(CSRF_HEADER).and_then(|v| v.to_str().ok());
        if !is_own_page(headers) || shown != Some(csrf.as_str()) {
            return Err(Problem::foreign_page(lang));
        }
    }
    Ok(Some(who))
}

/// Off the threads that answer: the store may have to be waited for.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
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
