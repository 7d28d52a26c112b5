//! Signing in, tokens, accounts.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::AppState;
use super::auth::{Access, Asker, COOKIE, CSRF_COOKIE, MaybeAsker, SECURE_COOKIE, cookie, session_cookie};
use super::error::Problem;
use super::extract::Language;
use super::write::{Said, act};
use crate::domain::{UnitKey, UserRole, Who};
use crate::service::people::{Account, AccountChange, Token, TokenScope};
use crate::service::{ActionError, Office};

/// Fourteen days, as sessions last.
const COOKIE_AGE_S: u32 = 14 * 24 * 3600;

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Null: nobody.
    user: Option<Myself>,
    /// To be sent as X-CSRF-Token with everything that writes; null with a token, which needs none.
    csrf: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Myself {
    id: Uuid,
    name: String,
    role: UserRole,
    #[schema(value_type = Option<String>)]
    unit: Option<UnitKey>,
}

impl From<Who> for Myself {
    fn from(who: Who) -> Myself {
        Myself { id: who.id, name: who.name, role: who.role, unit: who.unit }
    }
}

#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    name: String,
    password: String,
}

fn cookies(access: &Access, session: &str, csrf: &str, age_s: u32) -> AppendHeaders<[(header::HeaderName, String); 2]> {
    let (name, secure) = if access.tls { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    let rest = format!("; Path=/; SameSite=Strict; Max-Age={age_s}{secure}");
    AppendHeaders([
        (header::SET_COOKIE, format!("{name}={session}; HttpOnly{rest}")),
        (header::SET_COOKIE, format!("{CSRF_COOKIE}={csrf}{rest}")),
    ])
}

/// Sign in: a session in a cookie.
#[utoipa::path(post, path = "/api/session", request_body = SignIn, responses((status = 200, body = Me),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json")))]
pub async fn sign_in(
    State(state): State<AppState>,
    Language(lang): Language,
    Said(body): Said<SignIn>,
) -> Result<Response, Problem> {
    let access = state.access.clone();
    let done = act(state, lang, move |office| office.sign_in(&body.name, &body.password)).await?;
    let cookies = cookies(&access, done.session.text(), &done.csrf, COOKIE_AGE_S);
    Ok((cookies, Json(Me { user: Some(done.who.into()), csrf: Some(done.csrf) })).into_response())
}

/// Sign out: the session ends.
#[utoipa::path(delete, path = "/api/session", responses((status = 204)))]
pub async fn sign_out(
    State(state): State<AppState>,
    Language(lang): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let access = state.access.clone();
    if let Some(session) = session_cookie(&headers).map(str::to_owned) {
        act(state, lang, move |office| office.sign_out(&session)).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookies(&access, "", "", 0)).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Me)))]
pub async fn me(MaybeAsker(who): MaybeAsker, headers: HeaderMap) -> Response {
    let csrf = who.as_ref().and_then(|_| cookie(&headers, CSRF_COOKIE)).map(str::to_owned);
    let me = Me { user: who.map(Into::into), csrf };
    ([(header::CACHE_CONTROL, "no-store")], Json(me)).into_response()
}

#[derive(Deserialize, ToSchema)]
pub struct Setup {
    /// The secret of the one-time link.
    link: String,
    /// Of the first administrator.
    name: Option<String>,
    password: String,
}

/// Use a one-time link: set a password, or make the first administrator.
#[utoipa::path(post, path = "/api/setup", request_body = Setup, responses((status = 200, body = Account),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn setup(
    State(state): State<AppState>,
    Language(lang): Language,
    Said(body): Said<Setup>,
) -> Result<Json<Account>, Problem> {
    let used = act(state, lang, move |office| office.use_link(&body.link, body.name.as_deref(), &body.password));
    used.await.map(Json)
}

#[derive(Deserialize, ToSchema)]
pub struct NewPassword {
    old: String,
    new: String,
}

/// Set one's own password; every session ends.
#[utoipa::path(post, path = "/api/me/password", request_body = NewPassword, responses((status = 204),
    (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn password(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(body): Said<NewPassword>,
) -> Result<StatusCode, Problem> {
    act(state, lang, move |office| office.set_password(&who, &body.old, &body.new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own tokens.
#[utoipa::path(get, path = "/api/me/tokens", responses((status = 200, body = Vec<Token>)))]
pub async fn tokens(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
) -> Result<Json<Vec<Token>>, Problem> {
    act(state, lang, move |office| office.tokens(Some(who.id))).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewToken {
    #[serde(default)]
    label: String,
    scope: TokenScope,
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub struct MadeToken {
    #[serde(flatten)]
    token: Token,
    /// Shown now, and never again.
    secret: String,
}

/// Make a token for scripts or a GIS. Its secret is shown once.
#[utoipa::path(post, path = "/api/me/tokens", request_body = NewToken, responses((status = 201, body = MadeToken)))]
pub async fn make_token(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(body): Said<NewToken>,
) -> Result<Response, Problem> {
    let made = act(state, lang, move |office| office.add_token(&who.actor(), &who.name, &body.label, body.scope));
    let (token, secret) = made.await?;
    let made = MadeToken { token, secret: secret.text().into() };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made)).into_response())
}

/// Revoke one of one's own tokens.
#[utoipa::path(delete, path = "/api/me/tokens/{id}", params(("id" = Uuid, Path)), responses((status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn revoke_token(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = super::incidents::uuid(&id, lang)?;
    act(state, lang, move |office| office.revoke_token(&who.actor(), id, Some(who.id))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every account.
#[utoipa::path(get, path = "/api/users", responses((status = 200, body = Vec<Account>)))]
pub async fn users(State(state): State<AppState>, Language(lang): Language) -> Result<Json<Vec<Account>>, Problem> {
    act(state, lang, |office| office.users()).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
pub struct NewUser {
    name: String,
    role: UserRole,
    /// Code of the unit: today's, or the latest that had it.
    unit: Option<String>,
}

/// An account, with the one-time link by which its owner sets the password.
#[derive(Serialize, ToSchema)]
pub struct MadeUser {
    #[serde(flatten)]
    account: Account,
    /// Path of the one-time link, good for a day.
    link: String,
}

fn unit_key(office: &Office, code: Option<&str>) -> Result<Option<UnitKey>, ActionError> {
    code.filter(|c| !c.trim().is_empty()).map(|c| office.now().unit_key(c)).transpose()
}

/// Make an account.
#[utoipa::path(post, path = "/api/users", request_body = NewUser, responses((status = 201, body = MadeUser),
    (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn make_user(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(body): Said<NewUser>,
) -> Result<Response, Problem> {
    let made = act(state, lang, move |office| {
        let unit = unit_key(office, body.unit.as_deref())?;
        office.add_user(&who.actor(), &body.name, body.role, unit, None)
    });
    let (account, link) = made.await?;
    let link = link.map(|l| format!("/setup?link={}", l.text())).unwrap_or_default();
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(MadeUser { account, link })).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct UserChange {
    role: Option<UserRole>,
    /// Code of a unit; empty: none.
    unit: Option<String>,
    disabled: Option<bool>,
}

/// Change an account; its sessions end.
#[utoipa::path(patch, path = "/api/users/{name}", params(("name" = String, Path)), request_body = UserChange,
    responses((status = 200, body = Account), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn change_user(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(name): Path<String>,
    Said(body): Said<UserChange>,
) -> Result<Json<Account>, Problem> {
    let changed = act(state, lang, move |office| {
        let unit = body.unit.as_deref().map(|c| unit_key(office, Some(c))).transpose()?;
        let change = AccountChange { role: body.role, unit, disabled: body.disabled };
        office.change_user(&who.actor(), &name, &change)
    });
    changed.await.map(Json)
}

/// A one-time link.
#[derive(Serialize, ToSchema)]
pub struct Link {
    link: String,
}

/// A one-time link by which an account's owner sets a password anew.
#[utoipa::path(post, path = "/api/users/{name}/link", params(("name" = String, Path)), responses(
    (status = 201, body = Link), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn user_link(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let secret = act(state, lang, move |office| office.user_link(&who.actor(), &name)).await?;
    let link = Link { link: format!("/setup?link={}", secret.text()) };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(link)).into_response())
}
