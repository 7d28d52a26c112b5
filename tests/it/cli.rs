//! The program as scripts use it: output, exit codes, and what bad input gets.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::common::{giapranh, official_data};

fn locate(data: &Path, args: &[&str]) -> Output {
    giapranh().arg("locate").args(args).env("GIAPRANH_DATA", data).output().unwrap()
}

fn json(out: &Output) -> Value {
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("the answer is JSON")
}

fn nowhere() -> &'static Path {
    Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/nothing-here"))
}

#[test]
fn an_unreadable_position_ends_with_2_and_one_line_that_says_what_to_do() {
    let long = "1".repeat(10_000);
    for bad in
        ["", " ", "91N", "abc", "NaN NaN", "NaN, 102", "inf inf", "22.1", "91.5, 102.3", &long, "22°75'N 102°10'E"]
    {
        let out = locate(nowhere(), &[bad, "--json"]);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{:.40}: {said}", bad);
        assert_eq!(said.trim_end().lines().count(), 1, "{:.40}: {said}", bad);
        assert!(said.len() < 600 && said.len() > 20, "{:.40}: {said}", bad);
        assert!(out.stdout.is_empty());
    }
}

#[test]
fn unreadable_options_end_with_2() {
    let here = "22.2183, 102.6410";
    for args in [
        &[here, "--at", "yesterday"][..],
        &[here, "--at", "2023-02-30"],
        &[here, "--accuracy", "-5"],
        &[here, "--accuracy", "NaN"],
        &[here, "--crs", "EPSG:99999"],
    ] {
        let out = locate(nowhere(), args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(!out.stderr.is_empty());
    }
}

/// `make` and scripts export variables they have no value for.
#[test]
fn an_empty_variable_counts_as_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let here = |args: &[&str]| {
        let variables = [("GIAPRANH_DATA", ""), ("GIAPRANH_MIRROR", ""), ("GIAPRANH_LANG", "")];
        giapranh().args(args).envs(variables).env("XDG_DATA_HOME", folder.path()).output().unwrap()
    };
    json(&here(&["locate", "22.2183, 102.6410", "--json"]));
    // A data folder that is a file: the pull fails there (1), before any network, and not on its arguments (2).
    std::fs::write(folder.path().join("giapranh"), "").unwrap();
    let pull = here(&["boundaries", "pull"]);
    assert_eq!(pull.status.code(), Some(1), "{}", String::from_utf8_lossy(&pull.stderr));
}

#[test]
fn a_date_before_every_source_is_answered_with_the_first_date_known() {
    let out = json(&locate(nowhere(), &["22.2183, 102.6410", "--at", "1900-01-01", "--json"]));
    assert_eq!(out["verdict"], "not_known");
    assert_eq!(out["reason"], "before_first_source");
    assert!(out["explanation"]["vi"].as_str().unwrap().contains("2025-07-01"), "{out}");
    let Some(data) = official_data("the first date of the official datasets") else { return };
    let out = json(&locate(data, &["22.2183, 102.6410", "--at", "1900-01-01", "--json"]));
    assert_eq!(out["verdict"], "not_known");
    assert!(out["explanation"]["en"].as_str().unwrap().contains("2020-01-01"), "{out}");
}

#[test]
fn the_two_positions_of_the_readme() {
    let Some(data) = official_data("the README's positions") else { return };
    let dm = json(&locate(data, &["22°13.10'N 102°38.46'E", "--json"]));
    let grid = json(&locate(data, &["462791", "2457880", "--crs", "EPSG:9205", "--json"]));
    for answer in [&dm, &grid] {
        assert_eq!(answer["localities"][0]["code"], "03463", "{answer}");
        assert_eq!(answer["localities"][0]["name"], "Xã Tà Tổng");
        assert_eq!(answer["basis"]["dataset"], "communes-2025");
        assert!(answer["boundary"]["distance_m"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(grid["position"]["as_typed"], "462791 2457880");
    assert_eq!(grid["position"]["read_as"]["crs"], "EPSG:9205");
}

/// The pair of the third trap in the field: a place in four communes, by four zones.
#[test]
fn a_bare_pair_gets_every_reading_and_no_verdict() {
    let Some(data) = official_data("the readings of a bare pair") else { return };
    for typed in ["462791 2457880", "2457880 462791"] {
        let answer = json(&locate(data, &[typed, "--json"]));
        assert_eq!(answer["verdict"], "ambiguous_position");
        assert_eq!(answer["localities"].as_array().unwrap().len(), 0);
        let readings = answer["position"]["other_readings"].as_array().unwrap();
        let names: Vec<&str> = readings.iter().map(|r| r["commune"]["name"].as_str().unwrap()).collect();
        for commune in ["Xã Tà Tổng", "Xã Bảo Hà", "Xã Tân Lĩnh", "Xã Lâm Thượng"] {
            assert!(names.contains(&commune), "{commune} in {names:?}");
        }
        assert_eq!(answer["position"]["as_typed"], typed);
    }
}

#[test]
fn the_triple_overlap_is_a_data_defect_and_never_several_claimants() {
    let Some(service) = crate::common::official("the 349 ha overlap of Lào Cai") else { return };
    use giapranh::domain::rules::{Reason, Verdict};
    // A place in all three: the middle of what their shapes have in common.
    use geo::{BooleanOps, InteriorPoint};
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").unwrap();
    let shape = |code: &str| &layer.shapes[layer.owner_of(code).unwrap() as usize].shape;
    let common = shape("02647").intersection(shape("02683")).intersection(shape("02746"));
    let p = common.interior_point().expect("the three overlap");
    let text = format!("{}, {}", p.y(), p.x());
    let answer = service.locate(&giapranh::service::Question::here(&text)).unwrap();
    assert_eq!((answer.verdict, answer.reason), (Verdict::Uncertain, Some(Reason::BoundaryDataDefect)));
    let mut codes: Vec<_> = answer.localities.iter().filter(|l| l.contains).filter_map(|l| l.code.as_deref()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["02647", "02683", "02746"]);
    assert!(answer.disputes.is_empty());
}

#[test]
fn a_vn2000_position_is_read_both_ways_where_it_matters() {
    let Some(data) = official_data("VN-2000 nội bộ") else { return };
    let service = crate::common::official("").unwrap();
    // A point 60 m west of the Mường Toong–Tà Tổng line: 222 m towards the south-east is another commune.
    let edges = service.engine.stretch("cay-sat-nam-nga", jiff::civil::date(2026, 11, 22)).unwrap().edges.list();
    let mut seen = 0;
    for edge in edges.iter().step_by(edges.len() / 40) {
        let m = edge.middle();
        let (e, n) = giapranh::crs::to_grid(m.x, m.y, giapranh::crs::CrsId::parse("EPSG:9205").unwrap()).unwrap();
        let answer = json(&locate(data, &[&format!("{e:.2} {n:.2}"), "--crs", "EPSG:9205", "--json"]));
        let internal = answer["position"]["other_readings"].as_array().unwrap().iter();
        seen += internal.filter(|r| r["why"] == "internal").count();
        if seen > 0 {
            return;
        }
    }
    panic!("no point of the line changes its commune by 222 m");
}

#[test]
fn attribute_keeps_every_column_and_every_bad_row() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    std::fs::write(
        &input,
        "tên;x;y;ghi chú\nmột;102.6410;22.2183;a\nhai;abc;22;b\nba;102.6;22.2\nbốn;22.2183;102.6410;đảo trục\nnăm;;;\n",
    )
    .unwrap();
    let run = giapranh()
        .arg("attribute")
        .arg(&input)
        .arg("-o")
        .arg(&output)
        .env("GIAPRANH_DATA", nowhere())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let text = std::fs::read_to_string(&output).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "tên;x;y;ghi chú;gr_lon;gr_lat;gr_commune;gr_commune_name;gr_province;gr_verdict;gr_probability;gr_boundary_m;gr_disputes;gr_error"
    );
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[1].starts_with("một;102.6410;22.2183;a;102.641000000;22.218300000;"), "{}", lines[1]);
    assert!(lines[4].starts_with("bốn;22.2183;102.6410;đảo trục;102.641000000;22.218300000;"), "{}", lines[4]);
    for bad in [lines[2], lines[3], lines[5]] {
        assert!(!bad.ends_with(';'), "gr_error says why: {bad}");
    }
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("5 dòng") && said.contains("3 dòng lỗi"), "{said}");
}

#[cfg(unix)]
#[test]
fn attribute_writes_into_a_device_and_does_not_take_its_place() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().unwrap();
    let (input, pipe) = (folder.path().join("in.csv"), folder.path().join("pipe"));
    std::fs::write(&input, "lon,lat\n102.6410,22.2183\n").unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    let run = giapranh().arg("attribute").arg(&input).arg("-o").arg(&pipe).env("GIAPRANH_DATA", nowhere()).output();
    assert_eq!(run.unwrap().status.code(), Some(0));
    assert_eq!(reader.join().unwrap().lines().count(), 2);
    assert!(pipe.metadata().unwrap().file_type().is_fifo());
}

#[test]
fn attribute_refuses_what_it_cannot_read_and_leaves_the_output_alone() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    std::fs::write(&output, "untouched").unwrap();
    for (name, content, args) in [
        ("empty.csv", "", &[][..]),
        ("noxy.csv", "a,b\n1,2\n", &[]),
        ("wrong.csv", "a,b\n1,2\n", &["--x", "a", "--y", "nope"]),
        ("taken.csv", "lon,lat,gr_commune\n1,2,3\n", &[]),
    ] {
        let input = folder.path().join(name);
        std::fs::write(&input, content).unwrap();
        let run = giapranh()
            .arg("attribute")
            .arg(&input)
            .arg("-o")
            .arg(&output)
            .args(args)
            .env("GIAPRANH_DATA", nowhere())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(1), "{name}");
        assert_eq!(String::from_utf8_lossy(&run.stderr).trim_end().lines().count(), 1, "{name}");
        assert_eq!(std::fs::read_to_string(&output).unwrap(), "untouched", "{name}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5, "no half-written file is left behind");
}

/// Rows in a grid without a name are not guessed at.
#[test]
fn attribute_does_not_guess_a_zone() {
    let Some(data) = official_data("bare pairs in files") else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.csv");
    std::fs::write(&input, "x,y\n462791,2457880\n").unwrap();
    let rows = |extra: &[&str]| {
        let run = giapranh().arg("attribute").arg(&input).args(extra).env("GIAPRANH_DATA", data).output().unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        (run.status.code(), text.lines().nth(1).unwrap().to_owned())
    };
    let (code, bare) = rows(&[]);
    assert!(bare.contains("ambiguous_position") && bare.contains("Tà Tổng") && bare.contains("Bảo Hà"), "{bare}");
    assert_eq!(code, Some(1), "nothing could be read");
    let (code, named) = rows(&["--crs", "EPSG:9205"]);
    assert!(named.contains(",03463,"), "{named}");
    assert_eq!(code, Some(0));
}

#[test]
fn attribute_takes_each_rows_own_date() {
    let Some(data) = official_data("dates by row") else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.csv");
    // Tà Tổng before and after, and a date nothing covers.
    std::fs::write(&input, "lon,lat,acq_date\n102.641,22.2183,2023-06-01\n102.641,22.2183,2026-01-01\n102.641,22.2183,1900-01-01\n102.641,22.2183,?\n").unwrap();
    let run = giapranh()
        .arg("attribute")
        .arg(&input)
        .args(["--date-column", "acq_date"])
        .env("GIAPRANH_DATA", data)
        .output()
        .unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert!(rows[0].contains(",03463,Xã Tà Tổng,"), "{}", rows[0]);
    assert!(rows[1].contains(",03463,Xã Tà Tổng,"), "{}", rows[1]);
    assert!(rows[2].contains(",not_known,"), "{}", rows[2]);
    assert!(
        rows[3].contains("2023-06-01") && !rows[3].contains("03463"),
        "the error shows a date as an example: {}",
        rows[3]
    );
}

/// The whole of it from a terminal: the demo, a report, an act, the check.
#[test]
fn incidents_are_reported_and_handled_from_a_terminal_and_the_demo_says_that_it_is_one() {
    use std::io::Write;
    let data = tempfile::tempdir().unwrap();
    let run = |args: &[&str], input: &str| {
        let mut child = giapranh()
            .env("GIAPRANH_DATA", data.path())
            .env("GIAPRANH_LANG", "en")
            .args(args)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let (code, made, _) = run(&["demo"], "");
    assert!(code == Some(0) && made.contains("demo-ranger"), "{made}");
    assert_eq!(run(&["demo"], "").0, Some(2), "once");
    let list = |args: &[&str]| {
        let all = [["incidents", "list"].as_slice(), args].concat();
        serde_json::from_str::<serde_json::Value>(&run(&all, "").1).unwrap()["features"].as_array().unwrap().clone()
    };
    let demo = list(&[]);
    assert!(demo.len() >= 12 && demo.iter().all(|f| f["properties"]["demo"] == true));
    assert!(demo.iter().all(|f| f["properties"]["description"].as_str().unwrap().contains("made up")));
    let report = r#"{"kind": "forest_fire", "position": "22.05, 102.45", "occurred_at": "2026-02-01"}"#;
    let id = "0198b0a0-0000-7000-8000-000000000001";
    let (code, first, _) = run(&["incidents", "report", "--id", id, "--as", "demo-ranger"], report);
    assert_eq!(code, Some(0));
    assert_eq!(run(&["incidents", "report", "--id", id, "--as", "demo-ranger"], report).1, first, "the same again");
    let (code, acted, _) = run(&["incidents", "act", id], r#"{"do": "step", "step": "verify"}"#);
    assert!(code == Some(0) && acted.contains(r#""state": "verified""#), "{acted}");
    let (code, _, refused) =
        run(&["incidents", "act", id, "--as", "demo-analyst"], r#"{"do": "step", "step": "reject"}"#);
    assert!(code == Some(2) && !refused.is_empty(), "{refused}");
    let (_, shown, _) = run(&["incidents", "show", id], "");
    assert!(shown.contains(r#""what": "reported""#) && shown.contains(r#""what": "verify""#));
    assert_eq!(list(&["--state", "verified", "--kind", "forest_fire"]).iter().filter(|f| f["id"] == id).count(), 1);
    assert_eq!(run(&["incidents", "list", "--state", "flying"], "").0, Some(2));
    let (code, audit, _) = run(&["audit", "verify"], "");
    assert!(code == Some(0) && audit.contains(" 0 faults"), "{audit}");
    // Tokens: the token alone on standard output.
    let (_, token, _) = run(&["token", "add", "demo-ranger"], "");
    assert!(token.trim().starts_with("gpr_") && token.trim().lines().count() == 1, "{token}");
    assert_eq!(run(&["user", "add", "demo-ranger", "--role", "ranger"], "").0, Some(2), "the name is taken");
    assert_eq!(run(&["user", "add", "x", "--role", "king"], "").0, Some(2));
    assert_eq!(run(&["user", "add", "x\u{202e}", "--role", "ranger"], "").0, Some(2), "no tricks with names");
    assert_eq!(run(&["token", "add", "nobody"], "").0, Some(2));
}
