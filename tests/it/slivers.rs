//! Maps that disagree: the slivers of two maps on toyland, and on the official ones the areas that GEOS finds
//! (`tests/peers/slivers.py` compares many more).

use geo::{MultiPolygon, Rect};
use giapranh::atlas::Atlas;
use giapranh::service::{Office, QuestionError, Service, SliversFound, SliversQuery, slivers};
use giapranh::store::Place;
use serde_json::Value;

use crate::common::{giapranh, indicative, official, official_data};
use crate::toyland;

/// Toyland with the line between x1, x2 (province 91) and x3 (92) drawn 0.005 squares (55 m) too far south up to b1's middle
/// and 0.02 squares (221 m) too far north from there on. The newer map has it at 1.
fn two_maps() -> Service {
    Service::new(two_maps_atlas())
}

fn two_maps_atlas() -> Atlas {
    let mut atlas = toyland::atlas();
    let districts = atlas.datasets.iter_mut().find(|d| d.info.id == "districts").unwrap();
    for unit in &mut districts.shapes {
        let corners: &[(f64, f64)] = match unit.code.as_str() {
            "x1" => &[(0.0, 0.0), (0.5, 0.0), (0.5, 0.995), (0.0, 0.995)],
            "x2" => &[(0.5, 0.0), (2.0, 0.0), (2.0, 1.02), (1.5, 1.02), (1.5, 0.995), (0.5, 0.995)],
            _ => &[(0.0, 0.995), (1.5, 0.995), (1.5, 1.02), (2.0, 1.02), (2.0, 2.0), (0.0, 2.0)],
        };
        let ring = corners.iter().map(|&(x, y)| toyland::at(x, y)).collect();
        unit.shape = MultiPolygon(vec![geo::Polygon::new(ring, vec![])]);
    }
    atlas
}

fn ask(service: &Service, between: Option<(&str, &str)>) -> SliversFound {
    let between = between.map(|(x, y)| [x.to_owned(), y.to_owned()]);
    slivers(service, &SliversQuery { between, ..SliversQuery::default() }).unwrap()
}

fn ways(found: &SliversFound) -> Vec<(&str, &str)> {
    found.slivers.iter().map(|s| (s.row.from.as_str(), s.row.to.as_str())).collect()
}

fn near(value: f64, expected: f64, tolerance: f64) {
    assert!((value / expected - 1.0).abs() < tolerance, "{value} for {expected}");
}

// One square at 22.1° N by PROJ's geod: 10 318.6 m along the parallel, 11 073.7 m along the meridian.
const EAST_M: f64 = 10_318.6;
const NORTH_M: f64 = 11_073.7;

#[test]
fn maps_that_agree_have_no_slivers() {
    let found = ask(&toyland::service(), None);
    assert_eq!((found.maps.len(), found.slivers.len()), (1, 0));
}

#[test]
fn land_is_from_the_older_map_s_unit_and_to_the_newer_one_s() {
    let service = two_maps();
    let found = ask(&service, None);
    assert_eq!(ways(&found), [("x2", "d1"), ("x3", "a1"), ("x3", "b1")]);
    let row = &found.slivers[0].row;
    assert_eq!((row.dataset_a.as_str(), row.dataset_b.as_str()), ("districts", "communes"));
    near(row.area_m2, 0.5 * EAST_M * 0.02 * NORTH_M, 1e-3);
    near(row.length_m, 0.5 * EAST_M, 1e-3);
    near(row.width_m, 0.02 * NORTH_M, 1e-3);
    assert!(!row.noise, "221 m is more than the 60 m of the line");
    assert_eq!(found.slivers[0].from.name, "Huyện x2");
}

/// The newer map's line is as long as the sliver, its two ends at the line between a1 and b1 are not part of it.
#[test]
fn the_ends_of_a_sliver_are_no_part_of_its_line() {
    let service = two_maps();
    let found = ask(&service, None);
    let row = &found.slivers[1].row;
    near(row.length_m, EAST_M, 1e-3);
    near(row.width_m, 0.005 * NORTH_M, 1e-3);
    assert!(row.noise, "55 m is within the 60 m of the line");
}

/// Between provinces the pieces along a1 and b1 are one.
#[test]
fn a_province_is_one_whatever_communes_it_has() {
    let service = two_maps();
    let found = ask(&service, Some(("91", "92")));
    assert_eq!(ways(&found), [("91", "92"), ("92", "91")]);
    near(found.slivers[1].row.area_m2, 1.5 * EAST_M * 0.005 * NORTH_M, 1e-3);
    near(found.slivers[1].row.length_m, 1.5 * EAST_M, 1e-3);
    let turned = ask(&service, Some(("92", "91")));
    assert_eq!(found, turned, "the order of the codes changes nothing");
}

/// Old c1 lay in x3 and became c1: of x3's land on the newer map's side of the line, only a1's has a line in common with it.
#[test]
fn a_commune_of_the_older_time_stands_for_its_district_beside_what_it_became() {
    let service = two_maps();
    assert_eq!(ways(&ask(&service, Some(("c1", "a1")))), [("c1", "a1")]);
    assert_eq!(ways(&ask(&service, Some(("a1", "d1")))), [("d1", "a1"); 0], "d1 is not beside the sliver in a1");
    assert_eq!(ways(&ask(&service, Some(("d1", "b2")))), [("b2", "d1")], "b2 is a commune of the older time only");
    assert!(ask(&service, Some(("a2", "a1"))).slivers.is_empty(), "a2 became a1");
}

#[test]
fn codes_that_name_no_two_units_are_refused_in_both_languages() {
    let service = two_maps();
    let cases = [
        (("91", "99"), "unknown_code"),
        (("x1", "x2"), "unknown_code"),
        (("91", "a1"), "mixed_codes"),
        (("a2", "b2"), "codes_of_one_time"),
    ];
    for ((x, y), code) in cases {
        let between = Some([x.to_owned(), y.to_owned()]);
        let error = slivers(&service, &SliversQuery { between, ..SliversQuery::default() }).unwrap_err();
        assert_eq!(error.code(), code, "{x} {y}");
        assert!(matches!(error, QuestionError::Slivers(_)));
        let text = error.text();
        assert!(
            text.vi != text.en && text.en.contains(if code == "unknown_code" && x == "91" { y } else { x }),
            "{text:?}"
        );
    }
}

#[test]
fn thresholds_are_parameters() {
    let service = two_maps();
    let with = |min_area_m2, noise_below_m| {
        slivers(&service, &SliversQuery { between: None, min_area_m2, noise_below_m }).unwrap()
    };
    assert_eq!(with(1_000_000.0, None).slivers.len(), 1);
    let noise = |found: SliversFound| found.slivers.iter().filter(|s| s.row.noise).count();
    assert_eq!(noise(with(1.0, None)), 2);
    assert_eq!(noise(with(1.0, Some(0.0))), 0);
    assert_eq!(noise(with(1.0, Some(1000.0))), 3);
}

/// e1 and f1 overlap on the newer map, and a district draws the whole of it as e1's: that is a defect, no disagreement.
#[test]
fn land_that_one_map_draws_twice_is_no_sliver() {
    let mut atlas = toyland::atlas();
    let e1 = MultiPolygon(vec![Rect::new(toyland::at(3.0, 0.0), toyland::at(4.0, 1.0)).to_polygon()]);
    for unit in &mut atlas.datasets.iter_mut().find(|d| d.info.id == "districts").unwrap().shapes {
        if unit.code == "x3" {
            unit.shape.0.extend(e1.clone());
        }
    }
    let mut units = atlas.register.units().to_vec();
    units.iter_mut().find(|u| u.code == "x3").unwrap().became.push("e1".into());
    atlas.register = giapranh::domain::Register::new(units);
    let found = ask(&Service::new(atlas), None);
    assert!(found.slivers.is_empty(), "{:?}", ways(&found));
}

/// x3 has an island in x1 that the newer map does not know: no line of the newer map runs along it.
#[test]
fn an_island_is_as_wide_as_it_is_across() {
    let mut atlas = toyland::atlas();
    let island = Rect::new(toyland::at(0.2, 0.2), toyland::at(0.3, 0.23)).to_polygon();
    for unit in &mut atlas.datasets.iter_mut().find(|d| d.info.id == "districts").unwrap().shapes {
        match unit.code.as_str() {
            "x1" => unit.shape.0[0].interiors_push(island.exterior().clone()),
            "x3" => unit.shape.0.push(island.clone()),
            _ => {}
        }
    }
    let service = Service::new(atlas);
    let found = ask(&service, None);
    assert_eq!(ways(&found), [("x3", "a1")]);
    near(found.slivers[0].row.area_m2, 0.1 * EAST_M * 0.03 * NORTH_M, 2e-3);
    near(found.slivers[0].row.width_m, 0.03 * NORTH_M, 1e-3);
    assert_eq!(found.slivers[0].row.length_m, 0.0);
}

#[test]
fn geojson_says_that_a_sliver_is_no_guilt() {
    let found = ask(&two_maps(), None);
    let all: Value = serde_json::from_str(&found.geojson().to_string()).unwrap();
    let feature = &all["features"][0];
    assert_eq!(feature["geometry"]["type"], "Polygon");
    let properties = &feature["properties"];
    assert_eq!((&properties["from"], &properties["from_unit"]["name"]), (&"x2".into(), &"Huyện x2".into()));
    assert_eq!(properties["title_b"]["en"], "communes");
    assert!(properties["note"]["en"].as_str().unwrap().contains("never of guilt"));
}

#[test]
fn one_map_cannot_disagree() {
    let found = ask(indicative(), None);
    assert!(found.maps.is_empty() && found.slivers.is_empty());
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nothing-here");
    let out = giapranh().args(["slivers", "--json"]).env("GIAPRANH_DATA", nowhere).output().unwrap();
    assert_eq!((out.status.code(), out.stdout.as_slice()), (Some(0), b"[]\n".as_slice()));
    assert!(!out.stderr.is_empty(), "a word that there is one map only");
}

/// Areas by GEOS from the same files: `geodata/scripts/fit_line_accuracy.py` has 500 ha and 628 ha.
#[test]
fn the_published_maps_of_dien_bien_and_lai_chau_differ_by_500_and_628_hectares() {
    let Some(data) = official_data("slivers between the published maps") else { return };
    let out =
        giapranh().args(["slivers", "--between", "11", "12", "--json"]).env("GIAPRANH_DATA", data).output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let rows: Vec<Value> = serde_json::from_slice(&out.stdout).expect("a JSON array");
    let hectares = |from: &str, to: &str| -> f64 {
        rows.iter().filter(|r| r["from"] == from && r["to"] == to).map(|r| r["area_m2"].as_f64().unwrap() / 1e4).sum()
    };
    near(hectares("11", "12"), 500.0, 0.02);
    near(hectares("12", "11"), 628.0, 0.02);
    let widest = rows.iter().map(|r| r["width_m"].as_f64().unwrap()).fold(0.0, f64::max);
    near(widest, 354.0, 0.02);
    let areas: Vec<f64> = rows.iter().map(|r| r["area_m2"].as_f64().unwrap()).collect();
    assert!(areas.is_sorted_by(|a, b| a >= b), "largest first");
}

/// What the units of two provinces put differently adds up to what the provinces do.
#[test]
fn units_and_provinces_add_up_alike() {
    let Some(service) = official("slivers by unit against slivers by province") else { return };
    let all = ask(service, None);
    let provinces = ask(service, Some(("11", "12")));
    let sum = |found: &SliversFound, from: &str, to: &str| -> f64 {
        let way = |s: &&giapranh::service::SliverHere| {
            s.from.province.as_ref().unwrap_or(&s.from.name) == from
                && s.to.province.as_ref().unwrap_or(&s.to.name) == to
        };
        found.slivers.iter().filter(way).map(|s| s.row.area_m2).sum()
    };
    for (from, to) in [("Tỉnh Điện Biên", "Tỉnh Lai Châu"), ("Tỉnh Lai Châu", "Tỉnh Điện Biên")] {
        near(sum(&all, from, to), sum(&provinces, from, to), 1e-3);
    }
}

/// Code 10 is Lào Cai on the older map and nothing on the newer; Lào Cai is 15 there, and no sliver lies between the two.
#[test]
fn codes_are_read_in_each_map_s_own_time() {
    let Some(service) = official("province codes across the reform") else { return };
    let found = ask(service, Some(("10", "12")));
    assert!(!found.slivers.is_empty() && ways(&found).iter().all(|w| *w == ("10", "12")));
    assert_eq!(found.slivers[0].from.name, "Tỉnh Lào Cai");
    let found = ask(service, Some(("12", "15")));
    let of_15 = found.slivers.iter().find(|s| s.row.from == "15").map(|s| s.from.name.as_str());
    let to_15 = found.slivers.iter().find(|s| s.row.to == "15").map(|s| s.to.name.as_str());
    assert_eq!((of_15, to_15), (Some("Tỉnh Yên Bái"), Some("Tỉnh Lào Cai")));
    assert!(ask(service, Some(("10", "15"))).slivers.is_empty(), "10 became 15");
}

#[tokio::test]
async fn http_gives_the_same_rows() {
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use tower::ServiceExt;
    let office =
        Office::with(std::path::Path::new("/nonexistent"), Place::Sqlite("/nonexistent".into()), two_maps_atlas())
            .unwrap();
    let office = std::sync::Arc::new(office);
    let rows = serde_json::to_value(ask(&office.now(), Some(("91", "92"))).rows()).unwrap();
    let get = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response =
            giapranh::http::app(office.clone(), giapranh::http::Site::default()).oneshot(request).await.unwrap();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        (status, kind, serde_json::from_slice::<Value>(&bytes).unwrap())
    };
    assert_eq!(get("/api/slivers?between=91,92").await, (StatusCode::OK, "application/json".into(), rows));
    let (_, kind, all) = get("/api/slivers?f=geojson&min_area=1000000").await;
    assert_eq!((kind.as_str(), all["features"].as_array().unwrap().len()), ("application/geo+json", 1));
    for (query, code) in [
        ("between=91", "unreadable_codes"),
        ("between=91,99", "unknown_code"),
        ("min_area=-1", "unreadable_amount"),
        ("noise_below=NaN", "unreadable_amount"),
        ("f=kml", "unknown_form"),
    ] {
        let (status, kind, problem) = get(&format!("/api/slivers?{query}")).await;
        assert_eq!((status, kind.as_str()), (StatusCode::BAD_REQUEST, "application/problem+json"), "{query}");
        assert_eq!(problem["code"], code, "{query}");
    }
    let (_, _, document) = get("/api/openapi.json").await;
    assert!(document["paths"]["/api/slivers"]["get"].is_object());
    assert!(document["components"]["schemas"]["SliverRow"]["properties"]["width_m"].is_object());
}
