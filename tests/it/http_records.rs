//! Writing records over HTTP: every refusal with words, every record readable again. Who may is in `access.rs`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use giapranh::domain::UserRole;
use giapranh::http::auth::Access;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::toyland::{self, at};

struct Server {
    _data: TempDir,
    app: Router,
    admin: String,
}

impl Server {
    fn start() -> Server {
        let data = tempfile::tempdir().unwrap();
        let office = Arc::new(toyland::office(data.path()));
        let admin = toyland::token(&office, "admin", UserRole::Admin, None);
        let app = giapranh::http::app(office, Access::default());
        Server { _data: data, app, admin }
    }

    async fn send(
        &self,
        request: axum::http::request::Builder,
        body: Body,
        peer: &str,
    ) -> (StatusCode, String, Vec<u8>) {
        let peer: SocketAddr = peer.parse().unwrap();
        let bearer = format!("Bearer {}", self.admin);
        let request = request.header(header::HOST, "127.0.0.1:8080").header(header::AUTHORIZATION, bearer);
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        (status, kind.unwrap_or_default(), bytes.to_vec())
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let (status, _, bytes) = self.send(request, Body::from(body.to_string()), "127.0.0.1:5000").await;
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, String, Vec<u8>) {
        self.send(Request::get(path), Body::empty(), "127.0.0.1:5000").await
    }

    async fn get_json(&self, path: &str) -> Value {
        let (status, _, bytes) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        serde_json::from_slice(&bytes).unwrap()
    }
}

fn document() -> Value {
    json!({"title": "Biên bản", "number": "3/BB"})
}

fn claim(party: &str, y: f64) -> Value {
    let line: Vec<[f64; 2]> = vec![at(0.0, y).into(), at(1.0, y).into()];
    json!({"by": "Cán bộ", "party": party, "filed": "2026-02-01", "scale": 10000, "document": document(),
        "geojson": {"type": "LineString", "coordinates": line}})
}

#[tokio::test]
async fn a_dispute_is_opened_told_claimed_and_read_again() {
    let server = Server::start();
    let (status, made) = server
        .post(
            "/api/disputes",
            &json!({"by": "Cán bộ", "name": "Suối nhỏ", "date": "2026-01-05", "text": "Hai xã cùng nhận.",
                "parties": [{"unit": "a1", "unit_at": "2026-01-05"}, {"unit": "c1", "unit_at": "2026-01-05"}],
                "document": document()}),
        )
        .await;
    assert_eq!((status, made["id"].as_str()), (StatusCode::CREATED, Some("suoi-nho")));
    let event = json!({"by": "Cán bộ", "date": "2026-01-20", "status": "under_survey", "text": {"vi": "Đo", "en": "Survey"}, "document": document()});
    assert_eq!(server.post("/api/disputes/suoi-nho/events", &event).await.0, StatusCode::CREATED);
    let amended = json!({"by": "Cán bộ", "date": "2026-01-21", "note": "Ghi chú", "document": document()});
    assert_eq!(server.post("/api/disputes/suoi-nho/amendments", &amended).await.0, StatusCode::CREATED);
    let (status, filed) = server.post("/api/disputes/suoi-nho/claims", &claim("2", 0.95)).await;
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    server.post("/api/disputes/suoi-nho/claims", &claim("a1", 1.1)).await;
    let dossier = server.get_json("/api/disputes/suoi-nho?at=2026-03-01").await;
    assert_eq!((&dossier["status"], &dossier["zone"]), (&json!("under_survey"), &json!("filed")));
    assert_eq!(dossier["claim_records"].as_array().unwrap().len(), 2);
    let all = server.get_json("/api/disputes?at=2026-03-01").await;
    let claims = all["features"].as_array().unwrap().iter().filter(|f| f["properties"]["role"] == "claim");
    assert_eq!(claims.count(), 2);
    let withdrawn = json!({"by": "Cán bộ", "date": "2026-03-02", "document": document()});
    let path = format!("/api/disputes/suoi-nho/claims/{}/withdrawal", filed["id"].as_str().unwrap());
    assert_eq!(server.post(&path, &withdrawn).await.0, StatusCode::CREATED);
    assert_eq!(server.post(&path, &withdrawn).await.0, StatusCode::CONFLICT);
    assert_eq!(server.get_json("/api/disputes/suoi-nho?at=2026-03-02").await["zone"], "filed_by_one");
    assert_eq!(server.get_json("/api/disputes/suoi-nho?at=2026-03-01").await["zone"], "filed", "the past stays");
}

#[tokio::test]
async fn every_form_of_the_dossier_and_the_review_is_what_it_says() {
    let server = Server::start();
    server.post("/api/disputes/river/claims", &claim("1", 1.1)).await;
    let review = "/api/agreements/pact/reviews/2026";
    for (path, kind, begins) in [
        ("/api/disputes/river?at=2026-03-01&f=html".to_owned(), "text/html", "<!DOCTYPE html>"),
        ("/api/disputes/river?at=2026-03-01&f=geojson".into(), "application/geo+json", "{"),
        ("/api/disputes/river?at=2026-03-01&f=gpkg".into(), "application/geopackage+sqlite3", "SQLite format 3\0"),
        ("/disputes/river?at=2026-03-01".into(), "text/html", "<!DOCTYPE html>"),
        ("/disputes".into(), "text/html", "<!DOCTYPE html>"),
        ("/agreements".into(), "text/html", "<!DOCTYPE html>"),
        ("/agreements/pact".into(), "text/html", "<!DOCTYPE html>"),
        ("/agreements/pact/reviews/2026".into(), "text/html", "<!DOCTYPE html>"),
        ("/roles".into(), "text/html", "<!DOCTYPE html>"),
        ("/reforms".into(), "text/html", "<!DOCTYPE html>"),
        ("/slivers".into(), "text/html", "<!DOCTYPE html>"),
        ("/pages.js".into(), "text/javascript", "// Forms"),
        (format!("{review}?f=html"), "text/html", "<!DOCTYPE html>"),
        (format!("{review}?f=docx"), "application/vnd.openxmlformats", "PK"),
        (format!("{review}?f=xlsx"), "application/vnd.openxmlformats", "PK"),
        (format!("{review}?f=csv"), "text/csv", "\u{feff}table"),
        (format!("{review}?f=geojson"), "application/geo+json", "{"),
    ] {
        let (status, found, bytes) = server.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(found.starts_with(kind), "{path}: {found}");
        assert!(bytes.starts_with(begins.as_bytes()), "{path}: {}", String::from_utf8_lossy(&bytes[..40]));
    }
    for (path, status) in [
        ("/api/disputes/brook", StatusCode::NOT_FOUND),
        ("/disputes/brook", StatusCode::NOT_FOUND),
        ("/api/disputes/river?f=pdf", StatusCode::BAD_REQUEST),
        ("/api/disputes/river?at=yesterday", StatusCode::BAD_REQUEST),
        ("/api/agreements/none", StatusCode::NOT_FOUND),
        ("/api/agreements/pact/reviews/2999", StatusCode::BAD_REQUEST),
        ("/api/documents/..%2F..%2Fetc%2Fpasswd", StatusCode::NOT_FOUND),
        ("/api/reforms/none/plan", StatusCode::NOT_FOUND),
    ] {
        let (found, kind, _) = server.get(path).await;
        assert_eq!((found, kind.as_str()), (status, "application/problem+json"), "{path}");
    }
}

#[tokio::test]
async fn a_page_is_in_the_language_asked_for_and_runs_nothing_that_was_typed() {
    let server = Server::start();
    let evil = "<script>alert(1)</script>";
    let event = json!({"by": evil, "date": "2026-01-20", "status": "open", "text": evil,
        "document": {"title": evil, "url": "javascript:alert(1)"}});
    assert_eq!(server.post("/api/disputes/river/events", &event).await.0, StatusCode::CREATED);
    for (lang, word) in [("vi", "Diễn biến"), ("en", "Timeline")] {
        let (_, _, bytes) = server.get(&format!("/disputes/river?lang={lang}")).await;
        let page = String::from_utf8(bytes).unwrap();
        assert!(page.contains(word) && page.contains(&format!("<html lang=\"{lang}\"")));
        assert!(!page.contains(evil) && !page.contains("href=\"javascript:"));
    }
}

#[tokio::test]
async fn a_refused_claim_names_the_place_of_its_fault() {
    let server = Server::start();
    let mut body = claim("1", 1.1);
    let line: Vec<[f64; 2]> =
        [(0.2, 0.9), (0.4, 1.1), (0.4, 0.9), (0.2, 1.1)].iter().map(|&(x, y)| at(x, y).into()).collect();
    body["geojson"]["coordinates"] = json!(line);
    let (status, problem) = server.post("/api/disputes/river/claims", &body).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("shape_refused")));
    let fault = &problem["faults"][0];
    assert!((fault["lon"].as_f64().unwrap() - at(0.3, 1.0).x).abs() < 1e-9, "{fault}");
    assert!(fault["vi"].as_str().unwrap().contains("tự cắt"));
    for (what, body) in [
        ("no JSON", json!("text")),
        ("no party", json!({"by": "x", "filed": "2026-02-01", "geojson": {}, "document": document()})),
        (
            "a date that is none",
            json!({"by": "x", "party": "1", "filed": "2026-13-01", "geojson": {}, "document": document()}),
        ),
        ("an unknown CRS", {
            let mut b = claim("1", 1.1);
            b["crs"] = json!("EPSG:1");
            b
        }),
    ] {
        let (status, problem) = server.post("/api/disputes/river/claims", &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn files_and_records_go_out_as_they_came_in() {
    let server = Server::start();
    let request = Request::post("/api/documents?name=b%E1%BA%A3n%20%C4%91%E1%BB%93.pdf");
    let (status, _, bytes) = server.send(request, Body::from("%PDF"), "127.0.0.1:1").await;
    let kept: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((status, kept["name"].as_str()), (StatusCode::CREATED, Some("bản đồ.pdf")));
    let (_, kind, content) = server.get(&format!("/api/documents/{}", kept["sha256"].as_str().unwrap())).await;
    assert_eq!((kind.as_str(), content.as_slice()), ("application/octet-stream", b"%PDF".as_slice()));
    server.post("/api/disputes/river/claims", &claim("1", 1.1)).await;
    let (_, _, exported) = server.get("/api/records").await;
    let other = Server::start();
    let (status, _, bytes) =
        other.send(Request::post("/api/records"), Body::from(exported.clone()), "127.0.0.1:1").await;
    assert_eq!((status, String::from_utf8(bytes).unwrap().as_str()), (StatusCode::CREATED, r#"{"new":1}"#));
    assert_eq!(other.get("/api/records").await.2, exported);
}

#[tokio::test]
async fn agreements_roles_and_reforms_are_written_too() {
    let server = Server::start();
    let activity = json!({"by": "x", "title": {"vi": "Họp", "en": "Meeting"}, "reported": "2026-02-01",
        "measure": [{"what": "meetings", "value": 2}], "document": document()});
    assert_eq!(server.post("/api/agreements/pact/activities", &activity).await.0, StatusCode::CREATED);
    let progress = json!({"by": "x", "obligation": 0, "date": "2026-02-01", "done": true, "text": {"vi": "Xong", "en": "Done"}, "document": document()});
    assert_eq!(server.post("/api/agreements/pact/progress", &progress).await.0, StatusCode::CREATED);
    let change = json!({"by": "x", "date": "2026-02-01", "term_to": "2027-01-01", "document": document()});
    assert_eq!(server.post("/api/agreements/pact/changes", &change).await.0, StatusCode::CREATED);
    let review = server.get_json("/api/agreements/pact/reviews/2026").await;
    assert_eq!((&review["totals"][0]["value"], &review["obligations"][0]["open"]), (&json!(2.0), &json!(false)));
    let csv = "role,name,unit_code,unit_at,basis\nborder_guard_post,Đồn X,a1,2026-01-01,QĐ 1\n";
    let (status, _, _) = server.send(Request::post("/api/roles?by=x"), Body::from(csv), "127.0.0.1:1").await;
    assert_eq!(status, StatusCode::CREATED);
    let post = server.get_json("/api/roles").await[0].clone();
    assert_eq!(post["name"], "Đồn X");
    let end = format!("/api/roles/{}/end", post["id"].as_str().unwrap());
    let ending = json!({"by": "x", "on": "2026-03-01", "document": document()});
    assert_eq!(server.post(&end, &ending).await.0, StatusCode::CREATED);
    assert_eq!(server.post(&end, &ending).await.0, StatusCode::CONFLICT);
    assert_eq!(server.post("/api/roles/none/end", &ending).await.0, StatusCode::NOT_FOUND);
    assert_eq!(server.get_json("/api/roles").await[0]["valid"]["to"], "2026-03-01");
    let reform = json!({"id": "2026-04-01", "date": "2026-04-01", "title": {"vi": "Nhập", "en": "Merger"}, "units": [
        {"level": "commune", "code": "c1", "name": "X c1", "kind": "x", "parent": "92", "act": null, "made_of": ["c1", "d1"]}]});
    let (status, plan) = server.post("/api/reforms/plan", &reform).await;
    assert_eq!((status, plan["ends"].as_array().unwrap().len()), (StatusCode::OK, 2));
    assert_eq!(server.get_json("/api/reforms").await, json!([]), "planning changes nothing");
    assert_eq!(server.post("/api/reforms?by=x", &reform).await.0, StatusCode::CREATED);
    assert_eq!(server.post("/api/reforms?by=x", &reform).await.0, StatusCode::CONFLICT);
    let lists = server.get_json("/api/reforms/2026-04-01/hand-overs?unit=c1").await;
    assert!(!lists.as_array().unwrap().is_empty());
    let accept = json!({"by": "x", "to": "c1"});
    assert_eq!(server.post("/api/reforms/2026-04-01/hand-overs", &accept).await.0, StatusCode::CREATED);
    assert_eq!(server.post("/api/reforms/2026-04-01/hand-overs", &accept).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(server.get("/reforms/2026-04-01").await.0, StatusCode::OK);
}
