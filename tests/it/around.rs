//! What is drawn about a place: the lines and zones of a small map, on the server and on the phone.

use giapranh::phone::{Phone, Wanted, pack, reply};
use giapranh::service::Service;
use giapranh::service::around::Around;
use jiff::civil::date;
use serde_json::Value;

use crate::{common, toyland};

fn about(service: &Service, x: f64, y: f64, reach_m: f64) -> Around {
    let p = toyland::at(x, y);
    service.around(p.x, p.y, reach_m, date(2026, 1, 1))
}

fn names(around: &Around) -> Vec<[String; 2]> {
    let name = |n: &Option<String>| n.clone().unwrap_or_default();
    around.lines.iter().map(|l| [name(&l.between[0]), name(&l.between[1])]).collect()
}

#[test]
fn lines_in_reach_are_told_once_with_the_units_beside_them() {
    let service = toyland::service();
    // In the middle of a square nothing is near; where four meet there are four lines, and the zone along one of them.
    assert!(about(&service, 0.5, 0.5, 1000.0).lines.is_empty());
    let corner = about(&service, 1.0, 1.0, 500.0);
    assert_eq!(corner.lines.len(), 4, "{:?}", names(&corner));
    assert!(names(&corner).contains(&["Xã a1".into(), "Xã b1".into()]), "{:?}", names(&corner));
    let zone = corner.zones.iter().find(|z| z.dispute == "river").expect("the river's zone");
    assert!(zone.half_width_m.is_some_and(|m| m > 0.0) && !zone.stretch.is_empty() && zone.rings.is_empty());
    // At the outer edge there is a unit on one side only.
    let rim = about(&service, 0.0, 0.5, 500.0);
    assert_eq!(rim.lines.len(), 1);
    assert!(rim.lines[0].between.contains(&None));
    // A reach that makes no sense is brought to one that does.
    assert_eq!(about(&service, 0.5, 0.5, -1.0).reach_m, 10.0);
    assert_eq!(about(&service, 0.5, 0.5, 1e9).reach_m, 20_000.0);
}

#[test]
fn the_phone_draws_what_the_server_draws() {
    let service = toyland::service();
    let phone = Phone::open(&pack(&service, &Wanted::Everything).unwrap()).unwrap();
    let p = toyland::at(1.0, 1.0);
    let said = format!(r#"{{"op":"around","lon":{},"lat":{},"reach_m":500,"at":"2026-01-01"}}"#, p.x, p.y);
    let answer: Value = serde_json::from_str(&reply(Some(&phone), said.as_bytes())).unwrap();
    assert_eq!(answer["ok"], true);
    assert_eq!(answer["around"], serde_json::to_value(about(&service, 1.0, 1.0, 500.0)).unwrap());
    for wrong in
        [r#"{"op":"around","lon":"x"}"#, r#"{"op":"around","lon":1,"lat":1,"reach_m":5,"at":"yesterday"}"#, "[]"]
    {
        let answer: Value = serde_json::from_str(&reply(Some(&phone), wrong.as_bytes())).unwrap();
        assert_eq!(answer["ok"], false, "{wrong}");
    }
}

/// Every drawn vertex is one of the dataset's lines, and every vertex of the lines in sight is near a drawn one.
#[test]
fn real_lines_are_drawn_to_the_tolerance_told() {
    let Some(service) = common::official("lines about places on the official boundaries") else { return };
    let at = date(2026, 1, 1);
    // Điểm ba mặt: where Điện Biên, Lai Châu and Lào Cai are near, some rivers and ridges.
    for (lon, lat) in [(102.6411, 22.2184), (103.2, 21.9), (103.9, 22.2)] {
        for reach_m in [500.0, 5000.0, 20_000.0] {
            let around = service.around(lon, lat, reach_m, at);
            let layer = service.engine.layer_at(giapranh::domain::Level::Commune, at).unwrap();
            let plane = giapranh::engine::metric::LocalPlane::at((lon, lat).into());
            let drawn: Vec<_> = around
                .lines
                .iter()
                .flat_map(|l| &l.lines)
                .flat_map(|line| line.windows(2).map(|w| (plane.to_m(w[0].into()), plane.to_m(w[1].into()))))
                .collect();
            for edge in layer.edges.near((lon, lat).into(), plane.reach_deg(reach_m)).map(|i| layer.edges.get(i)) {
                let p = plane.to_m(edge.a);
                let nearest = drawn.iter().map(|(a, b)| distance(p, *a, *b)).fold(f64::INFINITY, f64::min);
                assert!(nearest <= around.tolerance_m + 0.05, "{lon} {lat} {reach_m}: {nearest} m");
            }
            assert!(drawn.len() < 4000, "{} pieces of line in a small map", drawn.len());
        }
    }
}

fn distance(p: geo::Coord<f64>, a: geo::Coord<f64>, b: geo::Coord<f64>) -> f64 {
    let ab = b - a;
    let t = (((p.x - a.x) * ab.x + (p.y - a.y) * ab.y) / (ab.x * ab.x + ab.y * ab.y)).clamp(0.0, 1.0);
    let foot = a + ab * if t.is_nan() { 0.0 } else { t };
    (p.x - foot.x).hypot(p.y - foot.y)
}
