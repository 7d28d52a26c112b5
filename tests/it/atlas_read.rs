//! Boundary files that cannot be read get a word that names the file, the feature and the place. Nothing is dropped.

use giapranh::atlas::{Problem, read};
use giapranh::domain::{DefectKind, Format, Level, UnitShape};
use proptest::prelude::*;

use crate::atlas_checks::source;

const SQUARE: &str = "[[[103.0,22.0],[103.1,22.0],[103.1,22.1],[103.0,22.1],[103.0,22.0]]]";

fn feature(kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"code":"a","name":"Xã A"}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
    )
}

fn collection(features: &str) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn geojson(text: &str) -> Result<read::FileShapes, Vec<Problem>> {
    read::file(&source("toy", Level::Commune), "toy.geojson", text.as_bytes())
}

fn polygon(coordinates: &str) -> Result<read::FileShapes, Vec<Problem>> {
    geojson(&collection(&feature("Polygon", coordinates)))
}

#[test]
fn a_polygon_and_a_multipolygon_are_read_alike() {
    let one = polygon(SQUARE).expect("a polygon");
    let many = geojson(&collection(&feature("MultiPolygon", &format!("[{SQUARE}]")))).expect("a multipolygon");
    assert_eq!(one.shapes, many.shapes);
    assert_eq!((one.shapes[0].code.as_str(), one.shapes[0].name.as_str()), ("a", "Xã A"));
    let high =
        polygon(&SQUARE.replace("22.0]", "22.0,1500.0]").replace("22.1]", "22.1,1500.0]")).expect("with heights");
    assert_eq!(high.shapes, one.shapes);
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let no_name = feature("Polygon", SQUARE).replace("\"name\"", "\"title\"");
    let number = feature("Polygon", SQUARE).replace("\"a\"", "7");
    let truncated = collection(&feature("Polygon", SQUARE));
    let cases: Vec<(String, &str, &str)> = vec![
        (String::new(), "line 1", "unreadable JSON"),
        (truncated[..truncated.len() / 2].to_owned(), "line 1, column", "unreadable JSON"),
        ("{}".into(), "line 1", "unreadable JSON"),
        (feature("Polygon", SQUARE), "", "must be a FeatureCollection"),
        (collection(""), "", "no unit"),
        (
            collection(r#"{"type":"Feature","properties":{"code":"a","name":"A"},"geometry":null}"#),
            "feature 0",
            "no geometry",
        ),
        (collection(&no_name), "feature 0, name", "missing property"),
        (collection(&number), "feature 0, code", "must be text"),
        (
            collection(&feature("LineString", "[[103.0,22.0],[103.1,22.0]]")),
            "feature 0, a Xã A",
            "geometry type LineString",
        ),
        (collection(&feature("Polygon", "[]")), "feature 0, a Xã A", "no ring"),
        (collection(&feature("Polygon", "[[]]")), "polygon 0, ring 0", "empty ring"),
        (collection(&feature("MultiPolygon", "[]")), "feature 0, a Xã A", "empty geometry"),
        (collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "103.1"))), "ring 0, position 2", "too few"),
        (collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "NaN,22.1"))), "line 1", "unreadable JSON"),
        (collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "1e999,22.1"))), "line 1", "unreadable JSON"),
        (collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "null,22.1"))), "line 1", "unreadable JSON"),
        (
            collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "462791,2457880"))),
            "ring 0, position 2",
            "no longitude",
        ),
        (
            collection(&feature("Polygon", &SQUARE.replace("103.1,22.1", "22.1,103.1"))),
            "ring 0, position 2",
            "no longitude",
        ),
        (deep.clone(), "line 1, column", "unreadable JSON"),
        (collection(&feature("Polygon", &deep)), "line 1, column", "unreadable JSON"),
    ];
    for (text, place, what) in cases {
        let start: String = text.chars().take(150).collect();
        let problems = geojson(&text).expect_err(&start);
        assert!(
            problems.iter().any(|p| p.file == "toy.geojson" && p.place.contains(place) && p.what.en.contains(what)),
            "{start}: {problems:?}"
        );
        assert!(problems.iter().all(|p| !p.what.vi.is_empty()));
    }
}

#[test]
fn a_ring_that_does_not_close_is_closed_and_noted() {
    let open = polygon(&SQUARE.replace(",[103.0,22.0]]]", "]]")).expect("readable");
    assert_eq!(open.shapes[0].shape.0[0].exterior().0.len(), 5);
    assert_eq!(open.defects.iter().map(|d| d.kind).collect::<Vec<_>>(), [DefectKind::InvalidRing]);
    assert!(polygon(SQUARE).expect("readable").defects.is_empty());
}

#[test]
fn every_problem_of_a_file_is_reported_and_a_code_twice_is_one() {
    let bad = [feature("Point", "[103.0,22.0]"), feature("Polygon", "[[]]"), feature("Polygon", SQUARE)].join(",");
    assert_eq!(geojson(&collection(&bad)).expect_err("two problems").len(), 2);
    let twice = || polygon(SQUARE).expect("readable");
    let problems = read::dataset(&source("toy", Level::Commune), vec![twice(), twice()]).expect_err("twice");
    assert!(problems[0].what.en.contains("the code is also in toy.geojson"), "{problems:?}");
}

#[test]
fn the_other_format_names_its_units_in_its_own_way() {
    let mut source = source("toy", Level::District);
    source.format = Format::Dvhcvn;
    source.fields.code = "level2_id".into();
    let read = |text: &str| read::file(&source, "12.json", text.as_bytes());
    let unit =
        format!(r#"{{"level2_id":"107","name":"Huyện Mường Tè","type":"Polygon","coordinates":{SQUARE},"bbox":[1]}}"#);
    let file = format!(r#"{{"level1_id":"12","name":"Tỉnh Lai Châu","level2s":[{unit}],"coordinates":[]}}"#);
    let shapes: Vec<UnitShape> = read(&file).expect("readable").shapes;
    assert_eq!((shapes[0].code.as_str(), shapes[0].name.as_str()), ("107", "Huyện Mường Tè"));
    for (from, to, place) in [
        ("\"type\":\"Polygon\",", "", "level2s[0].type"),
        ("Polygon", "Triangle", "level2s[0]"),
        ("level2s", "level3s", "line 1"),
        ("\"107\"", "107", "feature 0, level2_id"),
    ] {
        let problems = read(&file.replace(from, to)).expect_err(to);
        assert!(problems[0].place.starts_with(place), "{from} → {to}: {problems:?}");
    }
}

proptest! {
    /// Whatever is in a file, reading it ends with shapes or with words.
    #[test]
    fn no_file_brings_the_reader_down(at in 0..200usize, with in "[\\[\\]{},:0-9eE.\\-\"a-z]{0,8}", cut in 0..400usize) {
        let mut text = collection(&feature("Polygon", SQUARE));
        let at = text.floor_char_boundary(at.min(text.len()));
        text.insert_str(at, &with);
        text.truncate(text.floor_char_boundary(cut.max(at)));
        if let Err(problems) = geojson(&text) {
            prop_assert!(!problems.is_empty());
        }
    }
}
