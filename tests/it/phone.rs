//! Packs of an area on toyland and on the official boundaries: what is in them, what they refuse, how far their lines are.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use geo::Coord;
use giapranh::domain::{Level, Records};
use giapranh::engine::metric;
use giapranh::phone::{Ask, Meta, Phone, Refusal, Wanted, pack};
use giapranh::service::Service;
use jiff::civil::date;
use tower::ServiceExt;

use crate::common::{Dice, official, official_data, say};
use crate::toyland;

const AT: &str = "2026-01-01";

fn ask(c: Coord<f64>, accuracy_m: Option<f64>) -> Ask {
    Ask { lon: Some(c.x), lat: Some(c.y), accuracy_m, at: Some(AT.into()), ..Ask::default() }
}

fn toy(wanted: Wanted) -> (Service, Phone) {
    let service = toyland::service();
    let phone = Phone::open(&pack(&service, &wanted).unwrap()).unwrap();
    (service, phone)
}

#[test]
fn toyland_whole_answers_as_the_server_and_says_how_rough_it_is() {
    let (service, phone) = toy(Wanted::Everything);
    assert_eq!(phone.meta.area, None);
    let offline = phone.locate(&ask(toyland::at(0.5, 0.5), Some(10.0))).unwrap();
    assert!(offline.offline);
    let basis = offline.answer.basis.unwrap();
    assert_eq!(basis.simplification_m, Some(phone.meta.simplification_m));
    assert_eq!(basis.line_accuracy_m, toyland::LINE_SIGMA_M + phone.meta.simplification_m);
    assert_eq!(offline.answer.localities[0].code.as_deref(), Some("a1"));
    // Squares have no vertex to leave out: the dispute's zone and everything else is the server's, word for word.
    let words = toyland::typed(0.2, 0.999);
    let question = giapranh::service::Question {
        at: Some(date(2026, 1, 1)),
        accuracy_m: Some(10.0),
        ..giapranh::service::Question::here(&words)
    };
    let server = serde_json::to_value(service.locate(&question).unwrap()).unwrap();
    let typed = Ask { q: Some(words.clone()), accuracy_m: Some(10.0), at: Some(AT.into()), ..Ask::default() };
    let phone = serde_json::to_value(phone.locate(&typed).unwrap()).unwrap();
    assert_eq!(server["verdict"], "disputed");
    for same in ["verdict", "position", "disputes", "agreements", "duties", "act_first", "bodies", "explanation"] {
        assert_eq!(server[same].to_string(), phone[same].to_string(), "{same}");
    }
}

#[test]
fn outside_the_area_and_at_its_rim_nothing_is_claimed() {
    let (_, phone) = toy(Wanted::Unit("a1".into()));
    let area = phone.meta.area.unwrap();
    assert_eq!(area.bbox.map(|v| (v * 1e6).round() / 1e6), [102.0, 22.0, 102.1, 22.1]);
    let refused = |x: f64, y: f64, accuracy_m: f64| phone.locate(&ask(toyland::at(x, y), Some(accuracy_m))).map(|_| ());
    assert_eq!(refused(0.5, 0.5, 10.0), Ok(()));
    assert_eq!(refused(1.001, 0.5, 10.0), Err(Refusal::OutsideArea));
    assert_eq!(refused(4.5, 0.5, 10.0), Err(Refusal::OutsideArea), "another unit of the same country");
    // At the rim the margin answers for what lies beyond; a position good to 1 km reaches farther than that.
    assert_eq!(refused(0.999, 0.5, 10.0), Ok(()));
    assert_eq!(refused(0.999, 0.5, 1000.0), Err(Refusal::BeyondArea));
    assert_eq!(refused(0.5, 0.5, 2000.0), Err(Refusal::BeyondArea), "6 σ are 8 km, the rim is 7 km away");
}

#[test]
fn outside_every_unit_the_nearest_is_told_only_where_none_can_be_nearer() {
    let service = toyland::service();
    // A box over the gap between the two halves of toyland, 10 km wide.
    let wanted = Wanted::Box([102.15, 22.0, 102.25, 22.1]);
    let phone = Phone::open(&pack(&service, &wanted).unwrap()).unwrap();
    let near = phone.locate(&ask(toyland::at(2.01, 0.5), Some(5.0))).unwrap().answer;
    assert_eq!(near.verdict, giapranh::domain::rules::Verdict::None);
    assert!((near.boundary.unwrap().distance_m - 103.1).abs() < 5.1);
    assert_eq!(phone.locate(&ask(toyland::at(2.5, 0.5), Some(5.0))).map(|_| ()), Err(Refusal::BeyondArea));
}

#[test]
fn a_pair_without_a_system_is_not_decided_by_what_happens_to_be_on_the_phone() {
    let Some(service) = official("bare pairs on an area") else { return };
    // Tà Tổng in one system, other communes in four more: an area of Tà Tổng's province alone must not choose it.
    let phone = Phone::open(&pack(service, &Wanted::Box([102.5, 22.1, 102.8, 22.4])).unwrap()).unwrap();
    let bare = Ask { q: Some("462791 2457880".into()), at: Some(AT.into()), ..Ask::default() };
    let answer = phone.locate(&bare).unwrap().answer;
    assert_eq!(answer.verdict, giapranh::domain::rules::Verdict::AmbiguousPosition);
    assert_eq!(answer.position.other_readings.len(), 5);
    assert!(answer.position.notes.iter().any(|n| n.code == "readings_beyond_area"));
}

#[test]
fn damaged_files_are_refused_whatever_is_wrong_with_them() {
    let file = pack(&toyland::service(), &Wanted::Everything).unwrap();
    assert!(Phone::open(&file).is_ok());
    let mut dice = Dice(7);
    let refused = |file: &[u8]| assert_eq!(Phone::open(file).map(|_| ()), Err(Refusal::Unreadable));
    for _ in 0..200 {
        let mut other = file.clone();
        let at = (dice.uniform() * other.len() as f64) as usize;
        other[at] ^= 1 << (dice.uniform() * 8.0) as u8;
        refused(&other);
        refused(&file[..at]);
    }
    refused(b"");
    refused(&[file.as_slice(), b"x"].concat());
}

#[test]
fn the_version_is_that_of_the_contents() {
    let service = toyland::service();
    let version = |service: &Service, wanted: &Wanted| Meta::of(&pack(service, wanted).unwrap()).unwrap().version;
    assert_eq!(version(&service, &Wanted::Everything), version(&service, &Wanted::Everything));
    let without = service.with_records(Records::default());
    assert_ne!(version(&service, &Wanted::Everything), version(&without, &Wanted::Everything));
}

/// Both ways: the published line from the phone's, and the phone's from the published one.
#[test]
fn no_line_is_farther_than_the_error_that_is_told() {
    let Some(service) = official("how far the phone's lines are") else { return };
    for wanted in [Wanted::Everything, Wanted::Unit("03164".into())] {
        let file = pack(service, &wanted).unwrap();
        let phone = Phone::open(&file).unwrap();
        let mut worst = [0.0_f64; 2];
        let mut vertices = [0; 2];
        for (layer, packed) in service.engine.layers().zip(phone.service.engine.layers()) {
            assert_eq!((&layer.info.id, layer.shapes.len()), (&packed.info.id, packed.shapes.len()));
            vertices[0] += layer.edges.list().len();
            vertices[1] += packed.edges.list().len();
            for (i, (from, to)) in [(layer, packed), (packed, layer)].into_iter().enumerate() {
                for edge in from.edges.list().iter().step_by(3) {
                    for c in [edge.a, edge.middle()] {
                        // An edge of the same unit: another unit's line next to it is no help.
                        let owner = edge.left.or(edge.right).unwrap();
                        // In an area the lines beyond it and its margin are coarser.
                        let inside = phone.meta.area.is_none_or(|a| geo::Intersects::intersects(&a.outer(), &c));
                        let limit_m = if inside { phone.meta.simplification_m } else { phone.meta.beyond_m };
                        let off_m = to.nearest_edge_of(owner, c).map_or(f64::INFINITY, |n| n.distance_m);
                        worst[i] = worst[i].max(off_m);
                        assert!(off_m <= limit_m + 0.001, "{}: {off_m} m off at {c:?}", layer.info.id);
                    }
                }
            }
        }
        let kb = file.len() / 1000;
        say(&format!("{wanted:?}: {kb} kB, {} of {} edges, worst {worst:.2?} m", vertices[1], vertices[0]));
    }
}

/// Simplified, no two units overlap and no land is lost between them, beyond what the published lines do.
#[test]
fn neighbours_stay_neighbours() {
    let Some(service) = official("shared lines on the phone") else { return };
    let phone = Phone::open(&pack(service, &Wanted::Unit("03164".into())).unwrap()).unwrap();
    for (layer, packed) in service.engine.layers().zip(phone.service.engine.layers()) {
        let several = |layer: &giapranh::engine::Layer| {
            let mut dice = Dice(11);
            let mut found = 0;
            for _ in 0..30_000 {
                let list = packed.edges.list();
                let edge = list[(dice.uniform() * list.len() as f64) as usize % list.len()];
                let on = edge.a + (edge.b - edge.a) * dice.uniform();
                let plane = metric::LocalPlane::at(on);
                let (x, y) = dice.normals();
                let p = plane.to_deg(Coord { x: 4.0 * x, y: 4.0 * y });
                let shared = edge.left.is_some() && edge.right.is_some();
                let here = layer.contain(p);
                let lost = shared && here == giapranh::engine::Containment::Outside;
                found += usize::from(lost || matches!(here, giapranh::engine::Containment::Several(_)));
            }
            found
        };
        let (published, simplified) = (several(layer), several(packed));
        say(&format!(
            "{}: points in none or several, {published} as published, {simplified} on the phone",
            layer.info.id
        ));
        assert!(simplified <= published + 30, "{published} as published, {simplified} on the phone");
    }
    let _ = official_data("");
    assert!(phone.service.engine.layers().any(|l| l.info.level == Level::District));
}

#[tokio::test]
async fn the_server_hands_out_areas() {
    let data = tempfile::tempdir().unwrap();
    let office = std::sync::Arc::new(toyland::office(data.path()));
    let app = giapranh::http::app(office, giapranh::http::Site::default());
    let get = async |path: &str, tag: Option<&str>| {
        let mut request = Request::get(path).header(header::HOST, "forest.example");
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, axum::body::to_bytes(body, usize::MAX).await.unwrap())
    };
    let (status, headers, file) = get("/api/phone/area", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
    let phone = Phone::open(&file).unwrap();
    let tag = headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(tag, format!("\"{}\"", phone.meta.version));
    assert_eq!(get("/api/phone/area", Some(&format!("W/{tag}"))).await.0, StatusCode::NOT_MODIFIED);
    let (status, _, file) = get("/api/phone/area?unit=c1", None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(Phone::open(&file).unwrap().meta.area.is_some());
    assert_eq!(get("/api/phone/area?unit=91", Some(&tag)).await.0, StatusCode::OK, "a province");
    for (query, code) in [
        ("unit=nowhere", "unknown_unit"),
        ("bbox=1,2,3", "unreadable_box"),
        ("bbox=102,22,101,23", "unreadable_box"),
        ("bbox=NaN,22,103,23", "unreadable_box"),
        ("bbox=10,10,11,11", "empty_area"),
    ] {
        let (status, _, body) = get(&format!("/api/phone/area?lang=en&{query}"), None).await;
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_REQUEST, Some(code)), "{query}");
    }
}
