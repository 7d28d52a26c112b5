//! The HTTP API, one ladder per address: happy, malformed, in both languages.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use giapranh::service::Office;
use serde_json::Value;
use tower::ServiceExt;

use crate::toyland;

async fn get(office: Arc<Office>, path: &str, language: &str) -> (StatusCode, String, Value) {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language).body(Body::empty()).unwrap();
    let response = giapranh::http::app(office, giapranh::http::Site::default()).oneshot(request).await.unwrap();
    let status = response.status();
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
    (status, kind, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub fn toy() -> Arc<Office> {
    Arc::new(toyland::office(std::path::Path::new("/nonexistent")))
}

const INSIDE_A1: &str = "/api/locate?q=22.02,%20102.05&at=2026-01-01";

#[tokio::test]
async fn locate_answers() {
    let (status, kind, answer) = get(toy(), INSIDE_A1, "vi").await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/json"));
    assert_eq!(answer["verdict"], "sole");
    assert_eq!(answer["localities"][0]["code"], "a1");
    assert_eq!(answer["at"], "2026-01-01");
    for key in ["position", "boundary", "disputes", "agreements", "bodies", "readings", "basis", "explanation"] {
        assert!(!answer[key].is_null(), "{key}");
    }
}

#[tokio::test]
async fn http_and_library_give_the_same_answer() {
    let service = toy();
    let (_, _, over_http) = get(service.clone(), INSIDE_A1, "vi").await;
    let question = giapranh::service::Question {
        at: Some(jiff::civil::date(2026, 1, 1)),
        ..giapranh::service::Question::here("22.02, 102.05")
    };
    assert_eq!(over_http, serde_json::to_value(service.now().locate(&question).unwrap()).unwrap());
}

#[tokio::test]
async fn x_and_y_are_longitude_and_latitude_and_a_swap_is_mended_and_said() {
    let (_, _, right) = get(toy(), "/api/locate?x=102.05&y=22.02&at=2026-01-01", "vi").await;
    let (_, _, swapped) = get(toy(), "/api/locate?x=22.02&y=102.05&at=2026-01-01", "vi").await;
    assert_eq!(right["localities"], swapped["localities"]);
    assert_eq!(right["position"]["notes"].as_array().unwrap().len(), 0);
    assert_eq!(swapped["position"]["notes"][0]["code"], "swapped_axes");
}

#[tokio::test]
async fn a_bad_question_is_a_problem_in_the_language_asked_for() {
    let cases = [
        ("/api/locate", "no_position"),
        ("/api/locate?x=1", "no_position"),
        ("/api/locate?q=", "unreadable_position"),
        ("/api/locate?q=91N", "unreadable_position"),
        ("/api/locate?q=abc", "unreadable_position"),
        ("/api/locate?x=NaN&y=NaN", "unreadable_position"),
        ("/api/locate?q=22.02,102.05&at=soon", "unreadable_date"),
        ("/api/locate?q=22.02,102.05&accuracy=-1", "unreadable_accuracy"),
        ("/api/locate?q=22.02,102.05&crs=EPSG:1", "unreadable_position"),
        ("/api/units?level=village", "unknown_level"),
        ("/api/units?at=2025-13-01", "unreadable_date"),
        ("/api/units?tolerance_m=abc", "unreadable_parameter"),
        ("/api/disputes?at=x", "unreadable_date"),
        ("/api/agreements?at=x", "unreadable_date"),
    ];
    for (path, code) in cases {
        let (status, kind, vi) = get(toy(), path, "vi-VN,vi;q=0.9").await;
        assert_eq!((status, kind.as_str()), (StatusCode::BAD_REQUEST, "application/problem+json"), "{path}");
        assert_eq!((&vi["code"], &vi["status"]), (&Value::from(code), &Value::from(400)), "{path}");
        let (_, _, en) = get(toy(), path, "en").await;
        assert_ne!(vi["detail"], en["detail"], "{path} speaks both languages");
        let (_, _, asked) =
            get(toy(), &format!("{path}{}lang=en", if path.contains('?') { "&" } else { "?" }), "vi").await;
        assert_eq!(asked["title"], en["title"], "{path}: lang= decides");
    }
    let long = format!("/api/locate?q={}", "1".repeat(10_000));
    assert_eq!(get(toy(), &long, "vi").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_unknown_address_is_a_404() {
    let (status, kind, problem) = get(toy(), "/api/nothing", "en").await;
    assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "application/problem+json"));
    assert_eq!(problem["code"], "not_found");
}

#[tokio::test]
async fn units_are_those_of_the_date() {
    let codes = |all: &Value| -> Vec<String> {
        let features = all["features"].as_array().unwrap();
        features.iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
    };
    let (status, kind, today) = get(toy(), "/api/units?at=2026-01-01&tolerance_m=0", "vi").await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/geo+json"));
    assert_eq!(today["type"], "FeatureCollection");
    assert_eq!(codes(&today), ["a1", "b1", "c1", "d1", "e1", "f1"]);
    assert_eq!(today["features"][0]["properties"]["name"], "Xã a1");
    let (_, _, before) = get(toy(), "/api/units?at=2023-06-01", "vi").await;
    assert_eq!(codes(&before), ["x1", "x2", "x3"]);
    let (_, _, none) = get(toy(), "/api/units?at=2026-01-01&level=district", "vi").await;
    assert!(codes(&none).is_empty(), "there are no districts since July 2025");
    let (_, _, provinces) = get(toy(), "/api/units?at=2026-01-01&level=province", "vi").await;
    assert_eq!(codes(&provinces), ["91", "92"]);
    let (_, _, nothing) = get(toy(), "/api/units?at=1900-01-01", "vi").await;
    assert!(codes(&nothing).is_empty());
}

#[tokio::test]
async fn disputes_have_a_zone_and_a_stretch() {
    let (_, kind, all) = get(toy(), "/api/disputes?at=2026-01-01", "vi").await;
    assert_eq!(kind, "application/geo+json");
    let features = all["features"].as_array().unwrap();
    let roles: Vec<(&str, &str, &str)> = features
        .iter()
        .map(|f| {
            let p = &f["properties"];
            (p["id"].as_str().unwrap(), p["role"].as_str().unwrap(), f["geometry"]["type"].as_str().unwrap())
        })
        .collect();
    assert_eq!(roles[..2], [("river", "zone", "MultiPolygon"), ("river", "stretch", "MultiLineString")]);
    assert_eq!(features[0]["properties"]["zone"], "derived");
    let (_, _, none) = get(toy(), "/api/disputes?at=2023-05-22", "vi").await;
    assert!(none["features"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn agreements_are_those_known_at_the_date() {
    let (_, _, all) = get(toy(), "/api/agreements?at=2023-06-01", "vi").await;
    assert_eq!(all["features"][0]["properties"]["in_force"], "yes");
    assert!(all["features"][0]["geometry"].is_null());
    let (_, _, none) = get(toy(), "/api/agreements?at=2023-05-22", "vi").await;
    assert!(none["features"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn the_openapi_document_knows_every_route_and_can_be_browsed() {
    let (status, _, document) = get(toy(), "/api/openapi.json", "vi").await;
    assert_eq!(status, StatusCode::OK);
    for path in ["/api/locate", "/api/units", "/api/disputes", "/api/agreements", "/api/status"] {
        assert!(document["paths"][path]["get"].is_object(), "{path}");
    }
    assert!(document["components"]["schemas"]["Answer"]["properties"]["verdict"].is_object());
    let request = Request::get("/api/docs/").body(Body::empty()).unwrap();
    assert_eq!(
        giapranh::http::app(toy(), giapranh::http::Site::default()).oneshot(request).await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn status_says_what_the_answers_rest_on() {
    let (_, _, status) = get(toy(), "/api/status", "vi").await;
    assert_eq!(status["indicative"], false);
    assert_eq!(status["first_date"], "2020-01-01");
    assert!(status["crs"].as_array().unwrap().iter().any(|c| c["code"] == "EPSG:9205"));
    let indicative = Arc::new(Office::open(std::path::Path::new("/nonexistent")).unwrap());
    let (_, _, status) = get(indicative, "/api/status", "vi").await;
    assert_eq!(status["indicative"], true);
}

#[tokio::test]
async fn the_page_may_load_from_this_server_only() {
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = giapranh::http::app(toy(), giapranh::http::Site::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
}

/// Sends a file of points and gives status, type and body.
async fn attribute(path: &str, kind: &str, body: impl Into<Body>) -> (StatusCode, String, String) {
    let request = Request::post(path).header(header::CONTENT_TYPE, kind).body(body.into()).unwrap();
    let response = giapranh::http::app(toy(), giapranh::http::Site::default()).oneshot(request).await.unwrap();
    let (status, kind) = (response.status(), response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned());
    let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
    (status, kind, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_file_of_points_goes_through_as_the_library_does_it() {
    let file = "id,lon,lat\n1,102.05,22.02\n2,\"102.05\",22.15\n3,,\n";
    let (status, kind, over_http) = attribute("/api/attribute?at=2026-01-01", "text/csv", file).await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/csv; charset=utf-8"));
    let options = giapranh::service::AttributeOptions { at: Some(jiff::civil::date(2026, 1, 1)), ..Default::default() };
    let mut library = Vec::new();
    giapranh::service::attribute(&toy().now(), file.as_bytes(), &mut library, &options, |_| {}).unwrap();
    assert_eq!(over_http, String::from_utf8(library).unwrap());
    assert_eq!(over_http.lines().nth(1).unwrap().split(',').nth(5), Some("a1"));
}

#[tokio::test]
async fn a_file_of_points_is_the_same_packed_for_a_browser() {
    use std::io::Read;
    let file = "id,lon,lat\n1,102.05,22.02\n".to_owned() + &"2,102.05,22.15\n".repeat(5000);
    let path = "/api/attribute?at=2026-01-01";
    let (_, _, plain) = attribute(path, "text/csv", file.clone()).await;
    let request = Request::post(path).header(header::CONTENT_TYPE, "text/csv").header(header::ACCEPT_ENCODING, "gzip");
    let app = giapranh::http::app(toy(), giapranh::http::Site::default());
    let response = app.oneshot(request.body(Body::from(file)).unwrap()).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    let packed = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_ref()).read_to_string(&mut text).unwrap();
    assert!(text == plain, "{} bytes packed, {} plain", text.len(), plain.len());
}

#[tokio::test]
async fn objects_a_line_come_back_with_the_answer_in_them() {
    let lines = "{\"id\":1,\"lon\":102.05,\"lat\":22.02}\n\n[1]\n{\"lon\":\"102.05\",\"lat\":null}\n{\"x\":102.05,\"y\":22.02,\"day\":\"2023-06-01\"}\n";
    let path = "/api/attribute?date_column=day";
    let (status, kind, body) = attribute(path, "application/x-ndjson", lines).await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/x-ndjson"));
    let rows: Vec<Value> = body.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(rows.len(), 4);
    // No date in the row, though a column was named: said, not guessed.
    assert!(rows[0]["gr_error"].as_str().unwrap().contains("date"), "{}", rows[0]);
    assert_eq!(rows[1]["gr_line"], "[1]");
    assert!(rows[2]["gr_error"].is_string() && rows[2]["lon"] == "102.05");
    assert_eq!(rows[3]["gr_lon"], 102.05);
    let (_, _, body) = attribute("/api/attribute?at=2026-01-01", "application/x-ndjson", lines).await;
    let first: Value = serde_json::from_str(body.lines().next().unwrap()).unwrap();
    assert_eq!((&first["gr_commune"], &first["gr_verdict"], &first["id"]), (&"a1".into(), &"sole".into(), &1.into()));
}

#[tokio::test]
async fn a_file_nobody_can_read_is_refused_before_anything_is_sent() {
    for (file, word) in [("", "empty"), ("a,b\n1,2\n", "--x"), ("lon,lat,gr_lon\n1,2,3\n", "gr_lon")] {
        let (status, kind, body) = attribute("/api/attribute?lang=en", "text/csv", file).await;
        assert_eq!((status, kind.as_str()), (StatusCode::BAD_REQUEST, "application/problem+json"), "{body}");
        assert!(body.contains(word), "{body}");
    }
    let (status, _, _) = attribute("/api/attribute?crs=EPSG:1", "text/csv", "lon,lat\n").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

/// Rows come back while others are still to be sent, and a client that takes nothing is not worked ahead for: of a file of
/// 40 MB the server has then read little more than one block of 4 MB.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_file_streams_both_ways_with_back_pressure() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    const ROWS: usize = 50;
    const PIECES: usize = 400;
    let pulled = Arc::new(AtomicUsize::new(0));
    let counted = pulled.clone();
    let header = futures_util::stream::iter([Ok::<String, std::io::Error>("lon,lat,note\n".into())]);
    let pieces = futures_util::stream::iter((0..PIECES).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(format!("102.05,22.02,{}\n", "x".repeat(2000)).repeat(ROWS))
    }));
    let body = Body::from_stream(futures_util::StreamExt::chain(header, pieces));
    let request = Request::post("/api/attribute").header(header::CONTENT_TYPE, "text/csv").body(body).unwrap();
    let response = giapranh::http::app(toy(), giapranh::http::Site::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let ahead = pulled.load(Ordering::Relaxed);
    assert!(ahead < PIECES / 3, "{ahead} of {PIECES} pieces were read for a client that takes nothing");
    let bytes = axum::body::to_bytes(response.into_body(), 256 << 20).await.unwrap();
    assert_eq!(bytes.iter().filter(|b| **b == b'\n').count(), PIECES * ROWS + 1);
}
