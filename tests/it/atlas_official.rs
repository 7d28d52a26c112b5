//! The checks on the official files, against what GEOS 3.14 (shapely) and PROJ's geodesic areas say of the same files,
//! and the report about them on the command line.

use giapranh::atlas::{Geodata, checks, read};
use giapranh::domain::{Dataset, Defect, DefectKind};

use crate::common::{giapranh, official_data, shared};

/// A dataset of the sources, read from the mirror; the corrections of labels left out if so wished.
fn read_official(id: &str, geodata: &Geodata, corrected: bool) -> Option<Dataset> {
    let mirror = shared("mirror", "the checks on the official files")?;
    let mut source = geodata.sources.iter().find(|s| s.id == id).expect(id).clone();
    if !corrected {
        source.corrections.clear();
    }
    let file = |f| {
        let path = mirror.join(source.url(f).trim_start_matches("https://"));
        read::file(&source, &f.path, &std::fs::read(path).expect("in the mirror")).expect("readable")
    };
    let files = source.files.iter().map(file).collect();
    Some(read::dataset(&source, files).expect("one shape a code"))
}

fn areas_m2(defects: &[Defect], kind: DefectKind) -> Vec<f64> {
    defects.iter().filter(|d| d.kind == kind).filter_map(|d| d.area_m2).collect()
}

#[test]
fn overlaps_gaps_and_labels_of_the_official_files_are_those_that_geos_finds() {
    let geodata = Geodata::embedded().expect("geodata");
    let Some(communes) = read_official("communes-2025", &geodata, true) else { return };
    let Some(districts) = read_official("districts-2019", &geodata, true) else { return };
    let Some(mislabelled) = read_official("districts-2019", &geodata, false) else { return };
    let checked = checks::checked(vec![communes, districts, mislabelled], &geodata.register, &[]).expect("usable");
    let communes = &checked[0].defects;
    for (kind, largest, others) in [
        (DefectKind::Overlap, vec![3_489_380.8, 3_489_379.1, 3_489_377.5, 24.5], 5),
        (DefectKind::Gap, vec![148.1, 11.2], 7),
    ] {
        let areas = areas_m2(communes, kind);
        assert_eq!(areas.len(), largest.len() + others, "{kind:?}: {areas:?}");
        for (found, geos) in areas.iter().zip(&largest) {
            assert!((found - geos).abs() < 0.1 + 1e-6 * geos, "{kind:?}: {found} m², GEOS {geos} m²");
        }
    }
    assert!(communes.iter().all(|d| d.kind != DefectKind::InvalidRing), "GEOS finds every shape valid");
    assert_eq!(checked[1].defects, [], "the districts with their labels corrected");
    let exchanged: Vec<&[String]> = checked[2].defects.iter().map(|d| d.codes.as_slice()).collect();
    assert_eq!(exchanged, [["108", "109"], ["109", "108"]]);
}

#[test]
fn the_command_line_reports_lists_and_goes_back() {
    let Some(data) = official_data("the report on the command line") else { return };
    let run = |args: &[&str]| {
        let out = giapranh().arg("boundaries").args(args).env("GIAPRANH_DATA", data).output().expect("giapranh runs");
        (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let (code, report, _) = run(&["check"]);
    assert!(code == Some(0) && report.contains("[348.9 ha]") && report.contains("02647"), "{report}");
    let (code, report, _) = run(&["check", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((code, report["datasets"].as_array().map(Vec::len)), (Some(0), Some(2)));
    let id = report["generation"].as_str().expect("an id");
    let (_, list, _) = run(&["list"]);
    assert!(list.lines().any(|l| l.starts_with(&format!("* {id}")) && l.contains("communes-2025 (182)")), "{list}");
    let (code, _, said) = run(&["activate", id]);
    assert!(code == Some(0) && said.contains(id), "{said}");
    let (code, _, said) = run(&["activate", "nobody"]);
    assert!(code == Some(1) && said.contains("«nobody»") && said.lines().count() == 1, "{said}");
}

#[test]
fn a_folder_without_boundaries_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for (args, said) in
        [(["list"].as_slice(), "indicative"), (&["check"], "indicative"), (&["check", "--json"], "null")]
    {
        let out = giapranh().arg("boundaries").args(args).env("GIAPRANH_DATA", folder.path()).output().unwrap();
        assert!(out.status.success() && String::from_utf8_lossy(&out.stdout).contains(said), "{args:?}");
    }
}
