//! Every check finds its counterexample, and only that; the clean set has no defect. The files are squares, one step
//! 0.01°, drawn in `tests/counterexamples/`.

use std::path::Path;

use giapranh::atlas::sources::{Fields, Source, SourceFile};
use giapranh::atlas::{AtlasError, checks, read};
use giapranh::domain::DefectKind::{self, Gap, InvalidRing, Overlap, RegisterMismatch};
use giapranh::domain::{Correction, Dataset, Defect, ExpectedOverlap, Format, Level, Period, Register, Text, Unit};
use jiff::civil::{Date, date};

const REFORM: Date = date(2025, 7, 1);
/// One square step in square metres: 0.01° by 0.01° about 22.01° N, by PROJ (Geod.polygon_area_perimeter).
const STEP_M2: f64 = 1_143_345.8;

pub fn source(id: &str, level: Level) -> Source {
    let commune = level == Level::Commune;
    Source {
        id: id.into(),
        level,
        title: Text::new(id, id),
        publisher: "toy".into(),
        repository: None,
        commit: None,
        licence: "toy".into(),
        attribution: "toy".into(),
        date: None,
        valid_from: if commune { REFORM } else { date(2020, 1, 1) },
        valid_to: (!commune).then_some(REFORM),
        legal_act: None,
        line_accuracy_m: 10.0,
        line_accuracy_basis: Text::new("toy", "toy"),
        indicative: false,
        format: Format::Geojson,
        base_url: "http://127.0.0.1:9/".into(),
        note: None,
        fields: Fields { code: "code".into(), name: "name".into() },
        corrections: vec![],
        files: Vec::<SourceFile>::new(),
    }
}

pub fn register() -> Register {
    let unit = |level, code: &str, name: &str, parent: Option<&str>, period: Period, became: &[&str]| Unit {
        level,
        code: code.into(),
        name: name.into(),
        kind: "xã".into(),
        aliases: vec![],
        period,
        parent: parent.map(str::to_owned),
        legal_act: None,
        became: became.iter().map(|s| s.to_string()).collect(),
    };
    let (before, since) = (Period { from: None, to: Some(REFORM) }, Period { from: Some(REFORM), to: None });
    let mut units = vec![
        unit(Level::Province, "p", "Tỉnh P", None, Period::default(), &[]),
        unit(Level::District, "x", "Huyện X", Some("p"), before, &["a", "b", "c"]),
        unit(Level::District, "y", "Huyện Y", Some("p"), before, &["d"]),
    ];
    for code in ["a", "b", "c", "d"] {
        units.push(unit(Level::Commune, code, &format!("Xã {}", code.to_uppercase()), Some("p"), since, &[]));
    }
    Register::new(units)
}

fn counterexample(source: &Source, name: &str) -> Dataset {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/counterexamples").join(name);
    let bytes = std::fs::read(path).expect(name);
    read::file(source, name, &bytes).and_then(|file| read::dataset(source, vec![file])).expect(name)
}

fn defects_of(name: &str) -> Vec<Defect> {
    let dataset = counterexample(&source("toy", Level::Commune), name);
    let checked = checks::checked(vec![dataset], &register(), &[]).expect(name);
    checked.into_iter().flat_map(|d| d.defects).collect()
}

#[test]
fn the_clean_set_has_no_defect() {
    assert_eq!(defects_of("clean.geojson"), []);
}

#[test]
fn every_counterexample_is_found_and_nothing_else() {
    /// File; kind, codes and area of each defect in it.
    type Row = (&'static str, &'static [(DefectKind, &'static [&'static str], Option<f64>)]);
    let expected: &[Row] = &[
        ("ring_crosses_itself.geojson", &[(InvalidRing, &["d"], None)]),
        ("ring_touches_itself.geojson", &[(InvalidRing, &["d"], None)]),
        ("ring_without_area.geojson", &[(InvalidRing, &["d"], None)]),
        ("ring_not_closed.geojson", &[(InvalidRing, &["d"], None)]),
        ("rings_share_a_stretch.geojson", &[(InvalidRing, &["d"], None)]),
        ("hole_outside.geojson", &[(InvalidRing, &["d"], None)]),
        ("overlap.geojson", &[(Overlap, &["a", "b"], Some(0.2))]),
        ("gap.geojson", &[(Gap, &["b", "c"], Some(0.5))]),
        ("code_not_in_register.geojson", &[(RegisterMismatch, &["e"], None), (RegisterMismatch, &["d"], None)]),
        ("name_spelt_otherwise.geojson", &[(RegisterMismatch, &["d"], None)]),
    ];
    for (name, expected) in expected {
        let found = defects_of(name);
        let seen: Vec<(DefectKind, Vec<&str>)> =
            found.iter().map(|d| (d.kind, d.codes.iter().map(String::as_str).collect())).collect();
        let wanted: Vec<(DefectKind, Vec<&str>)> = expected.iter().map(|(k, c, _)| (*k, c.to_vec())).collect();
        assert_eq!(seen, wanted, "{name}: {found:#?}");
        for (defect, (_, _, steps)) in found.iter().zip(*expected) {
            assert_eq!(defect.area_m2.is_some(), steps.is_some(), "{name}");
            if let (Some(m2), Some(steps)) = (defect.area_m2, steps) {
                assert!((m2 / (steps * STEP_M2) - 1.0).abs() < 0.001, "{name}: {m2} m²");
            }
            assert!(!defect.expected && !defect.text.vi.is_empty() && !defect.text.en.is_empty());
            let missing_shape = defect.codes == ["d"] && *name == "code_not_in_register.geojson";
            assert_eq!(defect.place.is_some(), !missing_shape, "{name}: a place to look at");
        }
    }
}

#[test]
fn the_place_of_an_overlap_is_inside_it() {
    let found = defects_of("overlap.geojson");
    let (lon, lat) = found[0].place.expect("a place");
    assert!((103.02..=103.021).contains(&lon) && (22.0..=22.02).contains(&lat), "{lon} {lat}");
}

#[test]
fn an_overlap_in_the_register_is_expected_in_either_order_and_in_its_dataset_only() {
    let overlap = |dataset: &str| ExpectedOverlap {
        dataset: dataset.into(),
        codes: ["b".into(), "a".into()],
        reason: Text::new("toy", "toy"),
    };
    for (dataset, expected) in [("toy", true), ("other", false)] {
        let read = counterexample(&source("toy", Level::Commune), "overlap.geojson");
        let checked = checks::checked(vec![read], &register(), &[overlap(dataset)]).expect("usable");
        assert_eq!(checked[0].defects.iter().map(|d| d.expected).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn exchanged_labels_are_found_by_the_lineage_and_mended_by_a_correction() {
    let exchange = |code: &str, read_as: &str| Correction {
        code: code.into(),
        read_as: read_as.into(),
        reason: Text::new("toy", "toy"),
    };
    let mut corrected = source("districts", Level::District);
    corrected.corrections = vec![exchange("x", "y"), exchange("y", "x")];
    let plain = source("districts", Level::District);
    for (source, file, found) in [
        (&plain, "labels_right.geojson", 0),
        (&plain, "labels_exchanged.geojson", 2),
        (&corrected, "labels_exchanged.geojson", 0),
        (&corrected, "labels_right.geojson", 2),
    ] {
        let communes = counterexample(&self::source("communes", Level::Commune), "clean.geojson");
        let districts = counterexample(source, file);
        assert!(districts.shapes.iter().all(|s| s.name == format!("Huyện {}", s.code.to_uppercase())), "{file}");
        let checked = checks::checked(vec![communes, districts], &register(), &[]).expect("usable");
        assert_eq!(checked[1].defects.len(), found, "{file}: {:#?}", checked[1].defects);
        assert!(checked[1].defects.iter().all(|d| d.kind == RegisterMismatch && d.codes.len() == 2));
    }
}

#[test]
fn only_an_unusable_dataset_is_refused() {
    let refused = |change: fn(&mut Dataset)| {
        let mut dataset = counterexample(&source("toy", Level::Commune), "clean.geojson");
        change(&mut dataset);
        checks::checked(vec![dataset], &register(), &[])
    };
    assert!(refused(|_| {}).is_ok());
    assert!(refused(|d| d.shapes[0].code = "e".into()).is_ok(), "one unknown code in four is a defect");
    let cases: [fn(&mut Dataset); 4] = [
        |d| d.shapes.clear(),
        |d| d.shapes[1].shape.0.clear(),
        |d| d.shapes[1].shape.0[0].exterior_mut(|ring| ring.0.iter_mut().for_each(|c| c.y = 22.0)),
        |d| d.shapes.iter_mut().for_each(|s| s.code.insert(0, '9')),
    ];
    for case in cases {
        assert!(matches!(refused(case), Err(AtlasError::Unusable { .. })));
    }
}
