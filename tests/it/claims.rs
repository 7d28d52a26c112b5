//! Claims on toyland: the river between a1 and c1 runs along y = 1 from x = 0 to 1. Squares are about 10 km wide.

use giapranh::crs::{self, CrsId};
use giapranh::domain::rules::Verdict;
use giapranh::domain::{Document, ZoneKind};
use giapranh::service::answer::Answer;
use giapranh::service::{ActionError, NewClaim, Office, Question};
use giapranh::store::Place;
use jiff::civil::{Date, date};
use serde_json::json;
use tempfile::TempDir;

use crate::toyland::{self, at, typed};

const BEFORE: Date = date(2026, 1, 1);
const FILED: Date = date(2026, 2, 1);
const SECOND: Date = date(2026, 3, 1);
const AFTER: Date = date(2026, 4, 1);

fn office() -> (TempDir, Office) {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    (data, office)
}

fn line(points: &[(f64, f64)]) -> String {
    let positions: Vec<[f64; 2]> = points.iter().map(|&(x, y)| at(x, y).into()).collect();
    json!({"type": "LineString", "coordinates": positions}).to_string()
}

fn square(x0: f64, y0: f64, x1: f64, y1: f64) -> String {
    let ring: Vec<[f64; 2]> =
        [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)].iter().map(|&(x, y)| at(x, y).into()).collect();
    json!({"type": "Polygon", "coordinates": [ring]}).to_string()
}

fn claim(party: &str, geojson: String, filed: Date) -> NewClaim {
    let document = Document { title: "Biên bản".into(), ..Document::default() };
    NewClaim { party: party.into(), geojson, crs: None, filed, scale: Some(10_000), document }
}

fn ask(office: &Office, x: f64, y: f64, day: Date) -> Answer {
    let text = typed(x, y);
    office.now().locate(&Question { at: Some(day), accuracy_m: Some(5.0), ..Question::here(&text) }).unwrap()
}

fn zone(answer: &Answer) -> Option<(ZoneKind, bool)> {
    answer.disputes.iter().find(|d| d.id == "river").map(|d| (d.zone, d.in_zone))
}

#[test]
fn filed_zones_replace_the_derived_one_from_their_day_on() {
    let (_data, office) = office();
    // 500 m are 0.045 of a square. The derived zone reaches that far to both sides.
    assert_eq!(zone(&ask(&office, 0.5, 1.03, BEFORE)), Some((ZoneKind::Derived, true)));
    assert_eq!(zone(&ask(&office, 0.5, 1.15, BEFORE)), None);

    // c1 claims down to y = 0.9: land of a1 by the boundary in force.
    office.file_claim("c1", "river", &claim("c1", line(&[(0.0, 0.9), (1.0, 0.9)]), FILED)).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 1.03, BEFORE)), Some((ZoneKind::Derived, true)), "the past stays as it was");
    assert_eq!(zone(&ask(&office, 0.5, 0.95, FILED)), Some((ZoneKind::FiledByOne, true)));
    assert_eq!(zone(&ask(&office, 0.5, 1.03, FILED)), None, "beyond the claim nothing is contended");

    // a1 claims up to y = 1.2: now between the two lines.
    office.file_claim("a1", "river", &claim("1", line(&[(1.0, 1.2), (0.0, 1.2)]), SECOND)).unwrap();
    for y in [0.95, 1.03, 1.15] {
        let answer = ask(&office, 0.5, y, AFTER);
        assert_eq!(zone(&answer), Some((ZoneKind::Filed, true)), "{y}");
        assert_eq!(answer.verdict, Verdict::Disputed);
        let parties: Vec<&str> = answer.localities.iter().filter_map(|l| l.code.as_deref()).collect();
        assert_eq!(parties, ["a1", "c1"], "both, in the order of the record");
    }
    assert_eq!(zone(&ask(&office, 0.5, 0.85, AFTER)), None);
    let words = ask(&office, 0.5, 1.0, AFTER).explanation;
    assert!(words.vi.contains("yêu cầu các bên đã nộp") && words.en.contains("claims that the parties have filed"));

    // Withdrawn, the first zone is back; the claim stays in the record.
    let id = office.now().records.disputes[0].claims[1].id.clone();
    let document = Document { title: "Công văn".into(), ..Document::default() };
    office.withdraw_claim("a1", "river", &id, AFTER, &document).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 0.95, AFTER)), Some((ZoneKind::FiledByOne, true)));
    assert_eq!(office.now().dossier("river", AFTER).unwrap().claim_records.len(), 2);
    assert!(office.withdraw_claim("a1", "river", &id, AFTER, &document).is_err(), "only once");
}

#[test]
fn between_polygons_the_zone_is_their_overlap() {
    let (_data, office) = office();
    office.file_claim("a", "river", &claim("a1", square(0.2, 0.8, 0.8, 1.1), FILED)).unwrap();
    // One polygon alone asks for what is not the party's own by the boundary in force.
    assert_eq!(zone(&ask(&office, 0.5, 1.05, FILED)), Some((ZoneKind::FiledByOne, true)));
    assert_eq!(zone(&ask(&office, 0.5, 0.95, FILED)), None);
    office.file_claim("c", "river", &claim("c1", square(0.4, 0.9, 0.9, 1.3), FILED)).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 0.95, FILED)), Some((ZoneKind::Filed, true)));
    assert_eq!(zone(&ask(&office, 0.3, 0.95, FILED)), None);
    let dossier = office.now().dossier("river", FILED).unwrap();
    // 0.4 × 0.2 squares of 10 318 m × 11 076 m (geodesic, at 22.1° N).
    let ha = dossier.zone_figures.area_m2.unwrap() / 1e4;
    assert!((ha - 914.0).abs() < 5.0, "{ha}");
}

#[test]
fn a_line_against_a_polygon_contends_for_what_both_ask() {
    let (_data, office) = office();
    // c1 asks for everything north of y = 0.9; a1 for a square across the river.
    office.file_claim("c", "river", &claim("c1", line(&[(0.0, 0.9), (1.0, 0.9)]), FILED)).unwrap();
    office.file_claim("a", "river", &claim("a1", square(0.2, 0.5, 0.8, 1.1), FILED)).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 0.95, FILED)), Some((ZoneKind::Filed, true)), "asked by both");
    assert_eq!(zone(&ask(&office, 0.5, 1.05, FILED)), Some((ZoneKind::Filed, true)), "asked by both");
    assert_eq!(zone(&ask(&office, 0.5, 0.85, FILED)), None, "asked by a1 alone");
    assert_eq!(zone(&ask(&office, 0.1, 0.95, FILED)), None, "asked by c1 alone");
}

#[test]
fn equal_claims_contend_for_nothing_and_a_claim_on_own_land_leaves_the_derived_zone() {
    let (_data, office) = office();
    office.file_claim("a", "river", &claim("a1", square(0.2, 0.5, 0.8, 0.9), FILED)).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 1.03, FILED)), Some((ZoneKind::Derived, true)), "a1 asks for its own land only");
    let same = line(&[(0.0, 1.05), (0.5, 1.02), (1.0, 1.05)]);
    office.file_claim("a", "river", &claim("a1", same.clone(), SECOND)).unwrap();
    office.file_claim("c", "river", &claim("c1", same, SECOND)).unwrap();
    assert_eq!(zone(&ask(&office, 0.5, 1.01, AFTER)), None, "the claims agree");
    let dossier = office.now().dossier("river", AFTER).unwrap();
    assert_eq!((dossier.zone_figures.kind, dossier.zone_figures.area_m2), (ZoneKind::Filed, None));
}

#[test]
fn a_claim_in_vn2000_is_the_claim_in_degrees() {
    let (_data, office) = office();
    let zone_9205 = CrsId::parse("EPSG:9205").unwrap();
    let grid: Vec<[f64; 2]> = [(0.0, 0.9), (1.0, 0.9)]
        .iter()
        .map(|&(x, y)| {
            let c = at(x, y);
            crs::to_grid(c.x, c.y, zone_9205).unwrap().into()
        })
        .collect();
    // Surveying writes x for northing: the pairs come swapped.
    let swapped: Vec<[f64; 2]> = grid.iter().map(|[e, n]| [*n, *e]).collect();
    let text = json!({"type": "LineString", "coordinates": swapped}).to_string();
    let new = NewClaim { crs: Some(zone_9205), ..claim("c1", text.clone(), FILED) };
    let filed = office.file_claim("c", "river", &new).unwrap();
    assert_eq!(filed.notes.len(), 1, "that they were swapped is said");
    assert_eq!(filed.claim.as_filed.crs, "EPSG:9205");
    assert_eq!(
        filed.claim.as_filed.geometry.parse::<serde_json::Value>().unwrap(),
        text.parse::<serde_json::Value>().unwrap()
    );
    let first = filed.claim.shape.coords().next().unwrap();
    assert!((first.x - at(0.0, 0.9).x).abs() < 2e-8 && (first.y - at(0.0, 0.9).y).abs() < 2e-8, "{first:?}");
    assert_eq!(zone(&ask(&office, 0.5, 0.95, FILED)), Some((ZoneKind::FiledByOne, true)));
}

#[test]
fn a_claim_that_cannot_stand_is_refused_with_the_place_of_its_fault() {
    let (_data, office) = office();
    let bow_tie = {
        let ring: Vec<[f64; 2]> = [(0.2, 0.9), (0.4, 1.1), (0.4, 0.9), (0.2, 1.1), (0.2, 0.9)]
            .iter()
            .map(|&(x, y)| at(x, y).into())
            .collect();
        json!({"type": "Polygon", "coordinates": [ring]}).to_string()
    };
    // What is wrong, the file, and the place of the fault in squares.
    type Row = (&'static str, String, Option<(f64, f64)>);
    let table: Vec<Row> = vec![
        ("a line that crosses itself", line(&[(0.2, 0.9), (0.4, 1.1), (0.4, 0.9), (0.2, 1.1)]), Some((0.3, 1.0))),
        ("an area that crosses itself", bow_tie, Some((0.3, 1.0))),
        ("a closed line", line(&[(0.2, 0.9), (0.4, 0.9), (0.4, 1.1), (0.2, 0.9)]), Some((0.2, 0.9))),
        ("one place only", line(&[(0.2, 0.9), (0.2, 0.9)]), Some((0.2, 0.9))),
        ("far away: 0.1 of a square is 1.1 km, y = 2.5 is 16 km off", line(&[(0.0, 1.1), (0.5, 2.5)]), Some((0.5, 2.5))),
        ("a point", json!({"type": "Point", "coordinates": [102.0, 22.0]}).to_string(), None),
        ("no geometry at all", "{}".into(), None),
        ("cut off halfway", line(&[(0.0, 1.1), (0.5, 1.1)])[..40].into(), None),
        ("two features", json!({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[102.0, 22.1], [102.1, 22.1]]}},
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[102.0, 22.1], [102.1, 22.1]]}},
        ]}).to_string(), None),
        ("a broken line", json!({"type": "MultiLineString", "coordinates": [
            [[102.0, 22.1], [102.02, 22.1]], [[102.03, 22.1], [102.1, 22.1]]]}).to_string(), Some((0.2, 1.0))),
        ("metres called degrees", json!({"type": "LineString", "coordinates": [[462791.0, 2457880.0], [462891.0, 2457880.0]]}).to_string(), None),
    ];
    for (what, text, place) in table {
        match office.file_claim("a", "river", &claim("a1", text, FILED)) {
            Err(ActionError::Shape(faults)) => {
                let fault = &faults[0];
                assert!(!fault.text.vi.is_empty() && !fault.text.en.is_empty(), "{what}");
                match (place, fault.place) {
                    (Some((x, y)), Some((lon, lat))) => {
                        let c = at(x, y);
                        assert!((c.x - lon).abs() < 1e-9 && (c.y - lat).abs() < 1e-9, "{what}: {lon} {lat}, not {c:?}");
                    }
                    (expected, found) => assert_eq!(expected.is_some(), found.is_some(), "{what}: {found:?}"),
                }
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(office.entries().unwrap().is_empty(), "nothing was written");
}

#[test]
fn a_claim_needs_a_party_a_day_a_document_and_somebody_who_enters_it() {
    let (_data, office) = office();
    let good = claim("a1", line(&[(0.0, 0.9), (1.0, 0.9)]), FILED);
    let document = Document::default();
    let tomorrow = giapranh::domain::today_in_vietnam().tomorrow().unwrap();
    for (what, by, id, new) in [
        ("an unknown party", "x", "river", NewClaim { party: "b1".into(), ..good.clone() }),
        ("a third party of two", "x", "river", NewClaim { party: "3".into(), ..good.clone() }),
        ("no document", "x", "river", NewClaim { document, ..good.clone() }),
        ("nobody", "  ", "river", good.clone()),
        ("an unknown dispute", "x", "brook", good.clone()),
        ("a day before the dispute", "x", "river", NewClaim { filed: date(2020, 1, 1), ..good.clone() }),
        ("a day to come", "x", "river", NewClaim { filed: tomorrow, ..good.clone() }),
        ("a scale of 1:0", "x", "river", NewClaim { scale: Some(0), ..good.clone() }),
    ] {
        let refused = office.file_claim(by, id, &new).expect_err(what);
        assert!(!refused.text().vi.is_empty() && !refused.text().en.is_empty() && !refused.code().is_empty(), "{what}");
    }
    assert!(office.entries().unwrap().is_empty());
    office.file_claim("x", "river", &good).expect("the good one stands");
}

#[test]
fn swapping_the_parties_changes_nothing_but_their_order() {
    let (a, c) = (line(&[(0.0, 1.2), (1.0, 1.2)]), line(&[(0.0, 0.9), (1.0, 0.9)]));
    let dossier = |swap: bool| {
        let data = tempfile::tempdir().unwrap();
        let mut atlas = toyland::atlas();
        if swap {
            atlas.records.disputes[0].parties.reverse();
        }
        let office = Office::with(data.path(), Place::Sqlite(data.path().into()), atlas).unwrap();
        office.file_claim("x", "river", &claim("a1", a.clone(), FILED)).unwrap();
        office.file_claim("x", "river", &claim("c1", c.clone(), FILED)).unwrap();
        let service = office.now();
        let zone = service.engine.zone("river", FILED).unwrap().polygons();
        (service.dossier("river", FILED).unwrap(), zone, ask(&office, 0.5, 1.0, FILED))
    };
    let ((one, zone, answer), (other, swapped_zone, swapped)) = (dossier(false), dossier(true));
    assert!(geo::Area::unsigned_area(&geo::BooleanOps::xor(&zone, &swapped_zone)) < 1e-12);
    assert_eq!(one.zone_figures.kind, other.zone_figures.kind);
    let (m2, swapped_m2) = (one.zone_figures.area_m2.unwrap(), other.zone_figures.area_m2.unwrap());
    assert!((m2 - swapped_m2).abs() < 1.0, "{m2} {swapped_m2}");
    let codes = |a: &Answer| a.localities.iter().map(|l| l.code.clone().unwrap()).collect::<Vec<_>>();
    let mut reversed = codes(&swapped);
    reversed.reverse();
    assert_eq!(codes(&answer), reversed);
    // Every sentence stays the same but for the order of the names.
    let sorted = |text: &str| {
        let mut words: Vec<String> =
            text.split_whitespace().map(|w| w.trim_matches([',', ':', '.']).to_owned()).collect();
        words.sort();
        words
    };
    assert_eq!(sorted(&answer.explanation.vi), sorted(&swapped.explanation.vi));
    assert_eq!(sorted(&answer.explanation.en), sorted(&swapped.explanation.en));
    let told = |a: &Answer| {
        let act = a.act_first.as_ref().unwrap();
        let sorted = |named: &[giapranh::service::answer::Named]| {
            let mut codes: Vec<String> = named.iter().map(|n| n.code.clone()).collect();
            codes.sort();
            codes
        };
        (sorted(&act.informed), sorted(&act.acts), act.text.clone())
    };
    assert_eq!(told(&answer), told(&swapped), "who acts does not depend on the order");
}
