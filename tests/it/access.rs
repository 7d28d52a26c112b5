//! Who may call what: every route, every role, in and out of scope. The routes come from the router itself, so that a new
//! one without a row here, or without a rule, fails.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use giapranh::domain::UserRole;
use giapranh::http::auth::rules::{RULES, Rule};
use giapranh::http::auth::{Access, CSRF_COOKIE};
use giapranh::http::page_paths;
use giapranh::service::Office;
use giapranh::service::people::TokenScope;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use crate::toyland::{self, typed};

struct Server {
    app: Router,
    office: Arc<Office>,
    _data: TempDir,
}

/// A request as it is sent.
struct Sent<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(header::HeaderName, String)>,
    body: Value,
    peer: &'a str,
}

impl<'a> Sent<'a> {
    fn new(method: &'a str, path: &'a str) -> Sent<'a> {
        Sent { method, path, headers: Vec::new(), body: Value::Null, peer: "192.0.2.7:5000" }
    }

    fn with(mut self, name: header::HeaderName, value: impl Into<String>) -> Sent<'a> {
        self.headers.push((name, value.into()));
        self
    }

    fn token(self, token: &str) -> Sent<'a> {
        self.with(header::AUTHORIZATION, format!("Bearer {token}"))
    }

    fn body(self, body: Value) -> Sent<'a> {
        Sent { body, ..self }
    }
}

impl Server {
    fn start() -> Server {
        Server::with(Access::default())
    }

    fn with(access: Access) -> Server {
        let data = tempfile::tempdir().unwrap();
        let office = Arc::new(toyland::office(data.path()));
        Server { app: giapranh::http::app(office.clone(), access), office, _data: data }
    }

    fn token(&self, name: &str, role: UserRole, unit: Option<&str>) -> String {
        toyland::token(&self.office, name, role, unit)
    }

    async fn send(&self, sent: Sent<'_>) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::builder().method(sent.method).uri(sent.path).header(header::HOST, "forest.example");
        for (name, value) in sent.headers {
            request = request.header(name, value);
        }
        let body = if sent.body.is_null() { Body::empty() } else { Body::from(sent.body.to_string()) };
        let mut request = request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(sent.peer.parse::<SocketAddr>().unwrap()));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap_or_default();
        (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn report(&self, token: &str, place: (f64, f64)) -> Uuid {
        let id = Uuid::now_v7();
        let body = json!({"kind": "deforestation", "position": typed(place.0, place.1), "occurred_at": "2026-02-01"});
        let (status, _, answer) =
            self.send(Sent::new("PUT", &format!("/api/incidents/{id}")).token(token).body(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        id
    }

    /// Every route: from the OpenAPI document and the list of pages.
    async fn routes(&self) -> Vec<(String, String)> {
        let (_, _, document) = self.send(Sent::new("GET", "/api/openapi.json")).await;
        let mut routes = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys().filter(|m| *m != "parameters") {
                routes.push((method.to_uppercase(), path.clone()));
            }
        }
        routes.extend(page_paths().map(|path| ("GET".to_owned(), path.to_owned())));
        routes
    }
}

/// What somebody may come upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    /// Anything but 401 and 403: the route is theirs, whatever they sent is wrong or right.
    Pass,
    /// 401: sign in first.
    SignIn,
    /// 403, or 404 where it is not even said that it is there.
    No,
}
use May::{No, Pass, SignIn};

/// The people of the matrix, in the order of a row: nobody, villager, ranger, official of a1 (in scope), official of b1
/// (out of scope), analyst of a1, administrator.
const PEOPLE: usize = 7;

/// What stands in the path and the body: an incident inside a1, a dispute between a1 and c1.
type Row = (&'static str, &'static str, [May; PEOPLE]);

const OPEN: [May; PEOPLE] = [Pass; PEOPLE];
const ALL: [May; PEOPLE] = [SignIn, Pass, Pass, Pass, Pass, Pass, Pass];
const ADMIN: [May; PEOPLE] = [SignIn, No, No, No, No, No, Pass];
const PARTY: [May; PEOPLE] = [SignIn, No, No, Pass, No, No, Pass];
/// Those who report; the villager and the ranger of the matrix have nothing to do with this incident.
const CONCERNED: [May; PEOPLE] = [SignIn, No, No, Pass, No, No, Pass];

#[rustfmt::skip]
const MATRIX: &[Row] = &[
    ("GET", "/api/locate", OPEN), ("GET", "/api/units", OPEN), ("GET", "/api/status", OPEN), ("GET", "/api/slivers", OPEN),
    ("GET", "/api/search", OPEN), ("GET", "/api/around", OPEN), ("GET", "/api/phone/area", OPEN),
    ("POST", "/api/attribute", OPEN),
    ("GET", "/api/disputes", OPEN), ("GET", "/api/disputes/{id}", OPEN),
    ("POST", "/api/disputes", PARTY), ("POST", "/api/disputes/{id}/events", PARTY),
    ("POST", "/api/disputes/{id}/amendments", PARTY), ("POST", "/api/disputes/{id}/claims", PARTY),
    ("POST", "/api/disputes/{id}/claims/{claim}/withdrawal", PARTY),
    ("GET", "/api/agreements", OPEN), ("GET", "/api/agreements/{id}", OPEN),
    ("POST", "/api/agreements", PARTY), ("POST", "/api/agreements/{id}/changes", PARTY),
    ("POST", "/api/agreements/{id}/activities", PARTY), ("POST", "/api/agreements/{id}/progress", PARTY),
    ("GET", "/api/agreements/{id}/reviews/{year}", OPEN),
    ("GET", "/api/reforms", OPEN), ("POST", "/api/reforms", ADMIN), ("POST", "/api/reforms/plan", OPEN),
    ("GET", "/api/reforms/{id}/plan", OPEN), ("GET", "/api/reforms/{id}/hand-overs", OPEN),
    ("POST", "/api/reforms/{id}/hand-overs", PARTY),
    ("GET", "/api/roles", OPEN), ("POST", "/api/roles", ADMIN), ("POST", "/api/roles/{id}/end", ADMIN),
    ("POST", "/api/documents", [SignIn, No, Pass, Pass, Pass, No, Pass]), ("GET", "/api/documents/{sha256}", OPEN),
    ("GET", "/api/records", OPEN), ("POST", "/api/records", ADMIN),
    // A claim of the party a1; incidents and bodies are in `importing.rs`.
    ("POST", "/api/imports/{what}", PARTY),
    ("GET", "/api/incidents", ALL),
    ("GET", "/api/incidents/{id}", [SignIn, No, No, Pass, Pass, Pass, Pass]),
    ("PUT", "/api/incidents/{id}", [SignIn, Pass, Pass, Pass, Pass, No, Pass]),
    ("PATCH", "/api/incidents/{id}", CONCERNED),
    ("GET", "/api/incidents/{id}/acts", [SignIn, No, No, Pass, No, Pass, Pass]),
    ("POST", "/api/incidents/{id}/acts", CONCERNED),
    ("GET", "/api/incidents/{id}/history", [SignIn, No, No, Pass, No, Pass, Pass]),
    ("GET", "/api/incidents/{id}/near", [SignIn, No, No, Pass, No, Pass, Pass]),
    ("GET", "/api/incidents/{id}/verdict", [SignIn, No, No, Pass, No, Pass, Pass]),
    ("GET", "/api/incidents/{id}/minutes.docx", CONCERNED),
    ("POST", "/api/incidents/{id}/photos", CONCERNED), ("GET", "/api/incidents/{id}/photos/{photo}", CONCERNED),
    ("GET", "/api/uploads/{id}", [SignIn, Pass, Pass, Pass, Pass, No, Pass]),
    ("PATCH", "/api/uploads/{id}", [SignIn, Pass, Pass, Pass, Pass, No, Pass]),
    ("POST", "/api/sync", [SignIn, Pass, Pass, Pass, Pass, No, Pass]),
    ("GET", "/api/events", ALL), ("GET", "/api/inbox", ALL), ("POST", "/api/inbox/read", ALL),
    ("GET", "/api/webhooks", [SignIn, No, No, Pass, Pass, No, Pass]),
    ("POST", "/api/webhooks", [SignIn, No, No, Pass, No, No, Pass]),
    ("DELETE", "/api/webhooks/{id}", [SignIn, No, No, No, No, No, No]),
    ("GET", "/api/deadlines", OPEN), ("PUT", "/api/deadlines", ADMIN),
    ("POST", "/api/session", OPEN), ("DELETE", "/api/session", ALL), ("POST", "/api/setup", OPEN),
    ("GET", "/api/me", OPEN), ("POST", "/api/me/password", ALL),
    ("GET", "/api/me/tokens", ALL), ("POST", "/api/me/tokens", ALL), ("DELETE", "/api/me/tokens/{id}", ALL),
    ("GET", "/api/users", ADMIN), ("POST", "/api/users", ADMIN), ("PATCH", "/api/users/{name}", ADMIN),
    ("POST", "/api/users/{name}/link", ADMIN),
    ("GET", "/disputes", OPEN), ("GET", "/disputes/{id}", OPEN), ("GET", "/agreements", OPEN),
    ("GET", "/agreements/{id}", OPEN), ("GET", "/agreements/{id}/reviews/{year}", OPEN), ("GET", "/slivers", OPEN),
    ("GET", "/roles", OPEN), ("GET", "/reforms", OPEN), ("GET", "/reforms/{id}", OPEN),
    ("GET", "/incidents", ALL), ("GET", "/incidents/{id}", [SignIn, No, No, Pass, Pass, Pass, Pass]),
    ("GET", "/signin", OPEN), ("GET", "/setup", OPEN), ("GET", "/account", ALL), ("GET", "/users", ADMIN),
    ("GET", "/pages.js", OPEN),
    // "river" is no collection and no layer: what of them is by permission is in `ogc.rs`.
    ("GET", "/ogc", OPEN), ("GET", "/ogc/", OPEN), ("GET", "/ogc/conformance", OPEN), ("GET", "/ogc/api", OPEN),
    ("GET", "/ogc/collections", OPEN), ("GET", "/ogc/collections/{id}", OPEN),
    ("GET", "/ogc/collections/{id}/queryables", OPEN), ("GET", "/ogc/collections/{id}/sortables", OPEN),
    ("GET", "/ogc/collections/{id}/items", OPEN), ("GET", "/ogc/collections/{id}/items/{feature}", OPEN),
    ("GET", "/tiles", OPEN), ("GET", "/tiles/style.json", OPEN), ("GET", "/tiles/{layer}", OPEN),
    ("GET", "/tiles/{layer}/{z}/{x}/{y}", OPEN), ("GET", "/basemap/{z}/{x}/{y}", OPEN),
];

/// A body that each writing route can read, about things in a1.
fn body(method: &str, path: &str, n: usize) -> Value {
    let document = json!({"title": "Biên bản"});
    let line: Vec<[f64; 2]> = vec![toyland::at(0.0, 1.05).into(), toyland::at(1.0, 1.05).into()];
    match (method, path) {
        ("POST", "/api/disputes") => json!({"name": format!("Đồi {n}"), "date": "2026-01-05", "text": "?",
            "parties": [{"unit": "a1", "unit_at": "2026-01-05"}, {"unit": "d1", "unit_at": "2026-01-05"}], "document": document}),
        ("POST", "/api/disputes/{id}/events") => {
            json!({"date": "2026-01-20", "status": "open", "text": "?", "document": document})
        }
        ("POST", "/api/disputes/{id}/amendments") => json!({"date": "2026-01-20", "note": "?", "document": document}),
        ("POST", "/api/disputes/{id}/claims") => json!({"party": "a1", "filed": "2026-02-01", "document": document,
            "geojson": {"type": "LineString", "coordinates": line}}),
        ("POST", "/api/disputes/{id}/claims/{claim}/withdrawal") => json!({"date": "2026-02-02", "document": document}),
        ("POST", "/api/imports/{what}") => json!({"type": "LineString", "coordinates": line}),
        ("POST", "/api/agreements") => {
            let mut made = serde_json::to_value(&toyland::atlas().records.agreements[0]).unwrap();
            made["id"] = json!(format!("pact-{n}"));
            made
        }
        ("POST", "/api/agreements/{id}/changes") => {
            json!({"date": "2026-02-01", "term_to": "2027-01-01", "document": document})
        }
        ("POST", "/api/agreements/{id}/activities") => {
            json!({"title": {"vi": "Họp", "en": "Meeting"}, "reported": "2026-02-01",
            "measure": [], "document": document})
        }
        ("POST", "/api/agreements/{id}/progress") => json!({"obligation": 0, "date": "2026-02-01", "done": true,
            "text": {"vi": "Xong", "en": "Done"}, "document": document}),
        ("POST", "/api/reforms/{id}/hand-overs") => json!({"to": "a1"}),
        ("POST", "/api/roles/{id}/end") => json!({"on": "2026-03-01", "document": document}),
        ("PUT", "/api/incidents/{id}") => {
            json!({"kind": "forest_fire", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01"})
        }
        ("PATCH", "/api/incidents/{id}") => json!({"changes": {"lot": n.to_string()}}),
        ("POST", "/api/incidents/{id}/acts") => json!({"do": "comment", "text": "?"}),
        ("POST", "/api/incidents/{id}/photos") => {
            json!({"id": Uuid::now_v7(), "sha256": "0".repeat(64), "bytes": 5})
        }
        ("POST", "/api/sync") => json!({"rows": []}),
        ("POST", "/api/inbox/read") => json!({"up_to": 1}),
        ("POST", "/api/webhooks") => json!({"url": "https://forest.example/hook", "unit": "a1"}),
        ("PUT", "/api/deadlines") => json!({"kind": "forest_fire", "due": "verify", "hours": 3}),
        ("POST", "/api/session") => json!({"name": "nobody", "password": "a wrong password"}),
        ("POST", "/api/setup") => json!({"link": "none", "password": "ten letters"}),
        ("POST", "/api/me/password") => json!({"old": "none has one", "new": "ten letters"}),
        ("POST", "/api/me/tokens") => json!({"scope": "read"}),
        ("POST", "/api/users") => json!({"name": format!("new-{n}"), "role": "ranger"}),
        ("PATCH", "/api/users/{name}") => json!({"unit": "a1"}),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn every_route_for_everyone() {
    let server = Server::start();
    let people: [Option<String>; PEOPLE] = [
        None,
        Some(server.token("villager", UserRole::Villager, Some("a1"))),
        Some(server.token("ranger", UserRole::Ranger, Some("b1"))),
        Some(server.token("official-a1", UserRole::Official, Some("a1"))),
        Some(server.token("official-b1", UserRole::Official, Some("b1"))),
        Some(server.token("analyst", UserRole::Analyst, Some("a1"))),
        Some(server.token("admin", UserRole::Admin, None)),
    ];
    let reporter = server.token("reporter", UserRole::Ranger, None);
    server.token("subject", UserRole::Ranger, None);
    let incident = server.report(&reporter, (0.5, 0.5)).await;
    let mut rows: BTreeMap<(String, String), [May; PEOPLE]> = BTreeMap::new();
    for (method, path, row) in MATRIX {
        assert!(rows.insert(((*method).into(), (*path).into()), *row).is_none(), "twice: {method} {path}");
    }
    let routes = server.routes().await;
    assert!(routes.len() > 60, "{}", routes.len());
    let mut wrong = Vec::new();
    for (n, route) in routes.iter().enumerate() {
        let (method, path) = (route.0.as_str(), route.1.as_str());
        let Some(row) = rows.remove(route) else {
            wrong.push(format!("{method} {path}: no row in the matrix"));
            continue;
        };
        // A stream that is let through does not end: `live.rs` tries it.
        for (p, (token, may)) in people.iter().zip(row).enumerate().filter(|(p, _)| path != "/api/events" || *p == 0) {
            let id = match path {
                // A report of one's own.
                "/api/incidents/{id}" if method == "PUT" => Uuid::now_v7().to_string(),
                _ if path.contains("incidents") => incident.to_string(),
                _ if path.contains("agreements") => "pact".into(),
                _ if path.contains("tokens") || path.contains("uploads") || path.contains("webhooks") => {
                    Uuid::nil().to_string()
                }
                _ => "river".into(),
            };
            let filled = path
                .replace("{id}", &id)
                .replace("{claim}", "none")
                .replace("{year}", "2026")
                .replace("{photo}", &Uuid::nil().to_string())
                .replace("{sha256}", "none")
                .replace("{name}", "subject")
                .replace("{what}", "claims?name=a.geojson&dispute=river&party=1&filed=2026-01-05&basis=x");
            // Each route from an address of its own: what nobody may is counted by address.
            let peer = format!("198.51.100.{n}:5000");
            let mut sent = Sent::new(method, &filled).body(body(method, path, n * PEOPLE + p));
            sent.peer = &peer;
            if let Some(token) = token {
                sent = sent.token(token);
            }
            if method == "PATCH" {
                sent = sent.with(header::IF_MATCH, "\"1\"");
            }
            let (status, _, answer) = server.send(sent).await;
            // Signing in with a wrong password and an old password that is none are 401 by themselves.
            let own_401 = ["wrong_password"].contains(&answer["code"].as_str().unwrap_or_default());
            let hidden = answer["code"] == "no_such_incident";
            let found = match status {
                StatusCode::UNAUTHORIZED if !own_401 => SignIn,
                // A page shows the way in.
                StatusCode::SEE_OTHER => SignIn,
                StatusCode::FORBIDDEN => No,
                StatusCode::NOT_FOUND if hidden => No,
                _ => Pass,
            };
            if found != may || status.is_server_error() {
                wrong.push(format!("{method} {path} for person {p}: {status} {}, expected {may:?}", answer["code"]));
            }
        }
    }
    wrong.extend(rows.into_keys().map(|(method, path)| format!("{method} {path}: in the matrix, but no route")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_route_has_one_rule_and_every_rule_a_route() {
    let routes = Server::start().routes().await;
    for (method, path) in &routes {
        let found = RULES.iter().filter(|(m, p, _)| m == method && p == path).count();
        assert_eq!(found, 1, "{method} {path}: {found} rules");
    }
    for (method, path, rule) in RULES {
        assert!(routes.iter().any(|(m, p)| m == method && p == path), "{method} {path}: a rule without a route");
        let writes = *method != Method::GET.as_str();
        let harmless = ["/api/attribute", "/api/session", "/api/setup", "/api/reforms/plan"].contains(path);
        assert!(!writes || harmless || matches!(rule, Rule::SignedIn(_)), "{method} {path} writes");
    }
}

#[tokio::test]
async fn a_closed_server_is_read_by_whoever_is_signed_in_only() {
    let server = Server::with(Access { closed: true, ..Access::default() });
    let villager = server.token("villager", UserRole::Villager, None);
    let locate = "/api/locate?q=22.05%20102.05";
    assert_eq!(server.send(Sent::new("GET", locate)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(server.send(Sent::new("GET", locate).token(&villager)).await.0, StatusCode::OK);
    assert_eq!(server.send(Sent::new("GET", "/signin")).await.0, StatusCode::OK);
}

/// The value of a cookie that an answer sets.
fn set_cookie(headers: &HeaderMap, name: &str) -> String {
    let all = headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap());
    let found = all.filter_map(|v| v.strip_prefix(&format!("{name}="))).next();
    found.expect("the cookie is set").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_writes_from_our_own_page_only() {
    let server = Server::start();
    let password = "rừng già mùa mưa";
    server.office.add_user("cli", "Cán bộ A", UserRole::Admin, None, Some(password)).unwrap();
    let sign_in = |name: &str, password: &str| {
        Sent::new("POST", "/api/session").body(json!({"name": name, "password": password}))
    };
    assert_eq!(server.send(sign_in("Cán bộ A", "rừng non mùa khô")).await.0, StatusCode::UNAUTHORIZED);
    // Names are compared without regard to case and to how letters are composed.
    let (status, headers, me) = server.send(sign_in("cán BỘ a", password)).await;
    assert_eq!((status, me["user"]["name"].as_str()), (StatusCode::OK, Some("Cán bộ A")));
    let raw: Vec<&str> = headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap()).collect();
    assert!(raw[0].contains("HttpOnly") && raw.iter().all(|c| c.contains("SameSite=Strict")), "{raw:?}");
    let (session, csrf) = (set_cookie(&headers, "giapranh"), set_cookie(&headers, CSRF_COOKIE));
    let deadline = || {
        Sent::new("PUT", "/api/deadlines")
            .body(json!({"kind": "forest_fire", "due": "verify", "hours": 3}))
            .with(header::COOKIE, format!("giapranh={session}; {CSRF_COOKIE}={csrf}"))
    };
    let shown = header::HeaderName::from_static("x-csrf-token");
    let site = header::HeaderName::from_static("sec-fetch-site");
    let ours = "http://forest.example";
    let table = [
        ("no token", deadline(), StatusCode::FORBIDDEN),
        ("another token", deadline().with(shown.clone(), "x"), StatusCode::FORBIDDEN),
        (
            "another origin",
            deadline().with(shown.clone(), &*csrf).with(header::ORIGIN, "https://evil.example"),
            StatusCode::FORBIDDEN,
        ),
        ("another site", deadline().with(shown.clone(), &*csrf).with(site, "cross-site"), StatusCode::FORBIDDEN),
        ("our own page", deadline().with(shown.clone(), &*csrf).with(header::ORIGIN, ours), StatusCode::OK),
    ];
    for (what, sent, expected) in table {
        assert_eq!(server.send(sent).await.0, expected, "{what}");
    }
    // A token in the header counts alone: a bad one is not helped by a good session.
    let both = deadline().with(shown.clone(), &*csrf).token("gpr_none");
    assert_eq!(server.send(both).await.0, StatusCode::UNAUTHORIZED);
    let out =
        Sent::new("DELETE", "/api/session").with(header::COOKIE, format!("giapranh={session}")).with(shown, &*csrf);
    assert_eq!(server.send(out).await.0, StatusCode::NO_CONTENT);
    let me = Sent::new("GET", "/api/me").with(header::COOKIE, format!("giapranh={session}"));
    assert_eq!(server.send(me).await.2["user"], Value::Null);
}

/// Browsers over TLS speak HTTP/2: the host is in the address of the request, not in a header.
#[tokio::test]
async fn our_own_page_is_known_over_http2_too() {
    let server = Server::start();
    let ask = async |origin: &str| {
        let request = Request::post("https://forest.example/api/session").version(axum::http::Version::HTTP_2);
        let request = request.header(header::ORIGIN, origin).header(header::CONTENT_TYPE, "application/json");
        let body = Body::from(json!({"name": "nobody", "password": "none"}).to_string());
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo("192.0.2.7:5000".parse::<SocketAddr>().unwrap()));
        server.app.clone().oneshot(request).await.unwrap().status()
    };
    assert_eq!(ask("https://forest.example").await, StatusCode::UNAUTHORIZED, "let in, and the password is wrong");
    assert_eq!(ask("https://elsewhere.example").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_host_and_tls() {
    let server = Server::with(Access { tls: true, ..Access::default() });
    server.office.add_user("cli", "a", UserRole::Admin, None, Some("ten letters")).unwrap();
    let sent = Sent::new("POST", "/api/session").body(json!({"name": "a", "password": "ten letters"}));
    let headers = server.send(sent).await.1;
    assert!(headers[header::SET_COOKIE].to_str().unwrap().starts_with("__Host-giapranh="));
    assert!(headers[header::SET_COOKIE].to_str().unwrap().contains("; Secure"));
}

#[tokio::test]
async fn the_first_administrators_link_works_once() {
    let server = Server::start();
    let link = server.office.first_admin_link().unwrap().unwrap();
    let setup = |link: &str, name: Option<&str>, password: &str| {
        Sent::new("POST", "/api/setup").body(json!({"link": link, "name": name, "password": password}))
    };
    let code = |answer: &Value| answer["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(&server.send(setup("none", Some("a"), "ten letters")).await.2), "bad_link");
    assert_eq!(code(&server.send(setup(link.text(), Some("a"), "short")).await.2), "short_password");
    assert_eq!(code(&server.send(setup(link.text(), Some("\u{202e}a"), "ten letters")).await.2), "bad_name");
    // What was wrong was not the link: it is still good.
    let (status, _, account) = server.send(setup(link.text(), Some("a"), "ten letters")).await;
    assert_eq!((status, account["role"].as_str()), (StatusCode::OK, Some("admin")));
    assert_eq!(code(&server.send(setup(link.text(), Some("b"), "ten letters")).await.2), "bad_link");
    assert!(server.office.first_admin_link().unwrap().is_none(), "there is one now");
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_the_account_and_not_the_others() {
    let server = Server::start();
    for name in ["a", "b"] {
        server.office.add_user("cli", name, UserRole::Admin, None, Some("ten letters")).unwrap();
    }
    for _ in 0..10 {
        assert_eq!(server.office.sign_in("a", "wrong letters").unwrap_err().code(), "wrong_password");
    }
    assert_eq!(server.office.sign_in("a", "ten letters").unwrap_err().code(), "locked", "even with the right one");
    assert!(server.office.sign_in("b", "ten letters").is_ok());
    assert_eq!(server.office.sign_in("nobody", "ten letters").unwrap_err().code(), "wrong_password");
}

#[tokio::test]
async fn tokens_read_or_write_and_end_when_they_are_revoked() {
    let server = Server::start();
    let who = toyland::person(&server.office, "a", UserRole::Admin, None);
    let (reading, secret) = server.office.add_token("cli", "a", "QGIS", TokenScope::Read).unwrap();
    let users = || Sent::new("GET", "/api/users").token(secret.text());
    assert_eq!(server.send(users()).await.0, StatusCode::OK);
    let write = Sent::new("PUT", "/api/deadlines").token(secret.text());
    assert_eq!(server.send(write).await.2["code"], "read_only_token");
    server.office.revoke_token("cli", reading.id, Some(who.id)).unwrap();
    assert_eq!(server.send(users()).await.0, StatusCode::UNAUTHORIZED);
    // Nothing that is kept is the secret itself.
    let path = giapranh::store::Sqlite::path(server._data.path());
    let mut file = std::fs::read(&path).unwrap();
    file.extend(std::fs::read(path.with_extension("db-wal")).unwrap());
    let found = |needle: &str| file.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(!found(secret.text()) && found("QGIS"));
}

#[tokio::test]
async fn the_write_after_a_thousand_in_a_minute_waits() {
    let server = Server::start();
    let token = server.token("a", UserRole::Ranger, None);
    let sync = || Sent::new("POST", "/api/sync").token(&token).body(json!({"rows": []}));
    for n in 0..1000 {
        assert_eq!(server.send(sync()).await.0, StatusCode::OK, "{n}");
    }
    let (status, headers, _) = server.send(sync()).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    // Reading goes on, and so do the others.
    assert_eq!(server.send(Sent::new("GET", "/api/incidents").token(&token)).await.0, StatusCode::OK);
    let other = server.token("b", UserRole::Ranger, None);
    assert_eq!(
        server.send(Sent::new("POST", "/api/sync").token(&other).body(json!({"rows": []}))).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn somebody_who_is_disabled_is_out_at_once() {
    let server = Server::start();
    let token = server.token("a", UserRole::Official, Some("a1"));
    assert_eq!(server.send(Sent::new("GET", "/api/incidents").token(&token)).await.0, StatusCode::OK);
    let change = giapranh::service::people::AccountChange { disabled: Some(true), ..Default::default() };
    server.office.change_user("cli", "a", &change).unwrap();
    assert_eq!(server.send(Sent::new("GET", "/api/incidents").token(&token)).await.0, StatusCode::UNAUTHORIZED);
    server.office.add_user("cli", "only", UserRole::Admin, None, Some("ten letters")).unwrap();
    assert_eq!(server.office.change_user("cli", "only", &change).unwrap_err().code(), "last_admin");
}

#[tokio::test]
async fn of_two_who_correct_the_same_version_the_later_gets_both() {
    let server = Server::start();
    let token = server.token("official", UserRole::Official, Some("a1"));
    let id = server.report(&token, (0.5, 0.5)).await;
    let path = format!("/api/incidents/{id}");
    let (_, headers, _) = server.send(Sent::new("GET", &path).token(&token)).await;
    let etag = headers[header::ETAG].to_str().unwrap().to_owned();
    let patch = |etag: Option<&str>, ha: f64| {
        let sent = Sent::new("PATCH", &path).token(&token).body(json!({"changes": {"area_ha": ha}}));
        match etag {
            Some(etag) => sent.with(header::IF_MATCH, etag),
            None => sent,
        }
    };
    assert_eq!(server.send(patch(None, 1.0)).await.0, StatusCode::PRECONDITION_REQUIRED);
    let (status, headers, changed) = server.send(patch(Some(&etag), 1.0)).await;
    assert_eq!((status, &changed["properties"]["area_ha"]), (StatusCode::OK, &json!(1.0)));
    assert_ne!(headers[header::ETAG].to_str().unwrap(), etag);
    let (status, _, conflict) = server.send(patch(Some(&etag), 2.0)).await;
    assert_eq!((status, conflict["code"].as_str()), (StatusCode::PRECONDITION_FAILED, Some("version_conflict")));
    assert_eq!(conflict["current"]["properties"]["area_ha"], json!(1.0), "what is there comes with the refusal");
}
