//! The geodata of the repository is in order, and each of these faults in it is reported, with its file.

use super::*;

/// What is said when one file is changed by replacing a text in it.
fn problems(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = Files::embedded();
    let text = String::from_utf8(files.0[file].to_vec()).expect(file);
    assert!(text.contains(from), "{file} has no «{from}»");
    files.0.insert(file.into(), text.replacen(from, to, 1).into_bytes().into());
    match Geodata::read(files) {
        Err(AtlasError::Geodata(problems)) => problems.iter().map(Problem::to_string).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn the_geodata_of_the_repository_is_in_order() {
    let geodata = Geodata::embedded().unwrap_or_else(|e| panic!("{e}"));
    let count = |level, day: &str| geodata.register.all_at(level, day.parse().unwrap()).count();
    use crate::domain::Level::{Commune, District, Province};
    assert_eq!(
        [count(Commune, "2025-06-30"), count(District, "2025-06-30"), count(Province, "2025-06-30")],
        [554, 36, 4]
    );
    assert_eq!(
        [count(Commune, "2025-07-01"), count(District, "2025-07-01"), count(Province, "2025-07-01")],
        [182, 0, 3]
    );
    assert_eq!((geodata.records.disputes.len(), geodata.records.agreements.len()), (3, 3));
    assert_eq!(indicative(&geodata).expect("the indicative set").iter().map(|d| d.shapes.len()).sum::<usize>(), 182);
}

const REFORM: &str = "reforms/2025-07-01.toml";

#[test]
fn every_fault_is_reported_with_its_file() {
    let faults: &[(&str, &str, &str, &str)] = &[
        // file, text, replaced by, what the report says
        ("units.csv", "03164,Xã Quảng Lâm", "03164,", "empty code, name or kind"),
        ("units.csv", "level,code", "level,kode", "unreadable"),
        ("units.csv", "district,096", "district,097", "one code for two units"),
        ("units.csv", "thị xã,,,10,", "thị xã,,,90,", "there is no parent 90"),
        (REFORM, "made_of = [\"10\", \"15\"]", "made_of = [\"10\", \"16\"]", "there is no old unit 16"),
        (REFORM, "made_of = [\"10\", \"15\"]", "made_of = []", "made of nothing"),
        (REFORM, "ends = [\"district\"]", "ends = [\"huyện\"]", "unreadable"),
        (REFORM, "splits = []", "split = []", "unknown key"),
        (REFORM, "name = \"Xã Quảng Lâm\"", "name = \"\"", "empty code, name or kind"),
        (
            "hotspots/cay-sat-nam-nga.toml",
            "id = \"cay-sat-nam-nga\"",
            "id = \"cay-sat\"",
            "the id is not the file name",
        ),
        ("hotspots/cay-sat-nam-nga.toml", "03463", "03999", "there is no unit 03999"),
        ("hotspots/cay-sat-nam-nga.toml", "width_m = 500.0", "width_m = -1.0", "positive number of metres"),
        ("hotspots/cay-sat-nam-nga.toml", "width_m = 500.0", "", "missing field"),
        ("hotspots/cay-sat-nam-nga.toml", "width_m = 500.0", "width_m = 500.0\nwidht_m = 1.0", "unknown key"),
        ("hotspots/cay-sat-nam-nga.toml", "status = \"open\"", "status = \"maybe\"", "unreadable"),
        ("hotspots/nam-ke-na-co-sa.toml", "districts = [\"096\"", "districts = [\"996\"", "there is no unit 996"),
        ("hotspots/nam-ke-na-co-sa.toml", "within_m", "whithin_m", "unreadable"),
        ("agreements/four-districts-2023.toml", "cay-sat-nam-nga", "cay-sat", "there is no hotspot cay-sat"),
        (
            "agreements/four-districts-2023.toml",
            "code = \"096\"",
            "code = \"096\"\nnote = \"x\"",
            "party[0].note: khóa lạ",
        ),
        ("agreements/sa-pa-tan-uyen-tam-duong-2024.toml", "took_part", "signatory", "no signature known"),
        ("sources.toml", "sha256 = \"d32ff7c7", "sha256 = \"D32ff7c7", "64 lower-case hex digits"),
        ("sources.toml", "wards/03127", "../wards/03127", "not a plain relative path"),
        ("sources.toml", "https://raw", "http://raw", "must be https"),
        ("sources.toml", "line_accuracy_m = 70.0", "line_accuracy_m = nan", "positive number of metres"),
        ("sources.toml", "licence = ", "license = ", "unreadable"),
        ("sources.toml", "read_as = \"109\"", "read_as = \"108\"", "corrected twice"),
        ("indicative/communes.geojson", "02647", "02648", "not the one that is pinned"),
        (
            "expected_overlaps.toml",
            "overlap = []",
            "overlap = [{ dataset = \"x\", codes = [\"a\", \"b\"], reason = { vi = \"a\", en = \"b\" } }]",
            "no such dataset",
        ),
    ];
    for (file, from, to, said) in faults {
        let problems = problems(file, from, to);
        let about = |p: &&String| p.contains(said) && (p.starts_with(file) || *file == "indicative/communes.geojson");
        assert!(problems.iter().any(|p| about(&p)), "{file}: «{from}» → «{to}»: {problems:#?}");
    }
}

#[test]
fn all_problems_of_all_files_are_reported_at_once() {
    let mut files = Files::embedded();
    files.0.insert("hotspots/a.toml".into(), b"id = ".as_slice().into());
    files.0.insert("hotspots/b.toml".into(), b"\xff".as_slice().into());
    files.0.remove("expected_overlaps.toml");
    let Err(AtlasError::Geodata(problems)) = Geodata::read(files) else { panic!("not reported") };
    let said: Vec<String> = problems.iter().map(|p| format!("{} {}", p.file, p.what.en)).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("hotspots/a.toml unreadable"), "{said:?}");
    assert_eq!(said[1..], ["hotspots/b.toml not UTF-8", "expected_overlaps.toml the file is missing"]);
}

#[test]
fn a_changed_reform_makes_datasets_be_checked_again() {
    let decisive = |files| Geodata::read(files).unwrap().decisive_bytes().map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut files = Files::embedded();
    let text = String::from_utf8(files.0[REFORM].to_vec()).unwrap().replace("Xã Quảng Lâm", "Xã Quang Lam");
    files.0.insert(REFORM.into(), text.into_bytes().into());
    assert_ne!(decisive(files), decisive(Files::embedded()));
}
