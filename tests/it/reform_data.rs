//! Reforms as data: the one of 1 July 2025, impossible ones, files and the command line.

use std::path::{Path, PathBuf};

use giapranh::atlas::{Atlas, geodata};
use giapranh::domain::{InForce, Level, Reform, Register};
use giapranh::service::{DisputeOutcome, Service};
use jiff::civil::{Date, date};

use crate::common::{giapranh, indicative, official, official_data};
use crate::reforms::later;
use crate::toyland;

const EVE: Date = date(2025, 6, 30);
const DAY: Date = date(2025, 7, 1);

fn register() -> &'static Register {
    &indicative().engine.register
}

/// Codes of what a unit of the day before became, in the register's order.
fn became(level: Level, code: &str) -> Vec<&'static str> {
    let unit = register().at(level, code, EVE).unwrap_or_else(|| panic!("{code}"));
    register().successors(unit, DAY).iter().map(|u| u.code.as_str()).collect()
}

#[test]
fn the_reform_of_2025_gives_the_register_there_was() {
    use Level::{Commune, District, Province};
    let count = |level, at| register().all_at(level, at).count();
    assert_eq!([count(Province, EVE), count(District, EVE), count(Commune, EVE)], [4, 36, 554]);
    assert_eq!([count(Province, DAY), count(District, DAY), count(Commune, DAY)], [3, 0, 182]);
    assert_eq!(register().units().len(), 777);

    assert_eq!(became(Commune, "03167"), ["03164"]);
    assert_eq!(became(Commune, "03177"), ["03163"]);
    assert_eq!(became(Province, "10"), ["15"]);
    assert_eq!(became(Province, "11"), ["11"]);
    assert_eq!(became(District, "139"), ["04585", "04603", "04606", "04609"]);
    let [yen_bai, lao_cai] = [EVE, DAY].map(|at| register().at(Province, "15", at).unwrap());
    assert_eq!((yen_bai.name.as_str(), lao_cai.name.as_str()), ("Tỉnh Yên Bái", "Tỉnh Lào Cai"));
    let quang_lam = register().at(Commune, "03164", DAY).unwrap();
    assert_eq!((quang_lam.period.from, quang_lam.period.to), (Some(DAY), None));
    assert_eq!(quang_lam.legal_act.as_deref(), Some("1661/NQ-UBTVQH15"));
    let of: Vec<_> = register().predecessors(quang_lam, EVE).iter().map(|u| u.code.as_str()).collect();
    assert_eq!(of, ["03164", "03167"]);
    assert_eq!(register().at(Province, "12", DAY).unwrap().period, Default::default());
}

#[test]
fn the_plan_of_2025() {
    let service = indicative();
    let plan = service.plan(service.reforms().next().expect("a reform")).expect("it happened");
    let counts: Vec<_> = plan.counts.iter().map(|c| (c.level, c.before, c.after)).collect();
    assert_eq!(counts, [(Level::Province, 4, 3), (Level::District, 36, 0), (Level::Commune, 554, 182)]);
    // docs/DATA.md: ten of today's communes are one old commune unchanged.
    assert_eq!((plan.goes_on.len(), plan.comes.len(), plan.splits.len()), (10, 173, 0));
    assert_eq!(plan.ends.len(), 2 + 36 + 544);
    let disputes: Vec<_> = plan.disputes.iter().map(|d| (d.id.as_str(), d.outcome)).collect();
    assert_eq!(
        disputes,
        [
            ("cay-sat-nam-nga", DisputeOutcome::NewParties),
            ("den-thang-huoi-thung", DisputeOutcome::DissolvedByMerger),
            ("nam-ke-na-co-sa", DisputeOutcome::NewParties),
        ]
    );
    let four = plan.agreements.iter().find(|a| a.id == "four-districts-2023").expect("affected");
    assert_eq!((four.in_force_before, four.in_force_after), (InForce::Yes, InForce::NotKnown));
    assert_eq!(four.parties.len(), 4);
    assert!(four.parties.iter().all(|p| p.before.len() == 1 && p.after.iter().all(|u| u.district.is_none())));
    // Huổi Lếch hands the dispute to Mường Toong; Tà Tổng goes on and keeps it.
    let of_dispute = |id: &str| {
        let has = |h: &&giapranh::service::HandOver| h.items.iter().any(|i| i.id == id);
        plan.hand_overs.iter().filter(has).map(|h| (h.from.code.as_str(), h.to.code.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(of_dispute("cay-sat-nam-nga"), [("03177", "03163")]);
    assert_eq!(of_dispute("den-thang-huoi-thung"), [("03164", "03164"), ("03167", "03164")]);
}

#[test]
fn impossible_reforms() {
    type Fault = fn(&mut Reform);
    let faults: &[(Fault, &str)] = &[
        (|r| r.id.clear(), "id: trống · empty"),
        (|r| r.title.en.clear(), "title: trống · empty"),
        (|r| (r.units.clear(), r.splits.clear()).0, "units: không có đơn vị nào thay đổi · nothing changes"),
        (|r| r.date = date(2025, 7, 1), "2025-07-01 is not after the last change of units, 2025-07-01"),
        (|r| r.ends = vec![Level::Province], "only the level of districts can end"),
        (|r| r.units[0].made_of[0] = "a9".into(), "units[0] commune b1 Xã b1: không có đơn vị cũ a9"),
        (|r| r.units[0].made_of[0] = "b1".into(), "the old unit b1 is named twice"),
        (|r| r.units[3].made_of.clear(), "made of nothing"),
        (|r| r.units[3].name.clear(), "units[3] commune d1: mã, tên hoặc loại trống"),
        (|r| r.units[3].code = "f1".into(), "the code belongs to Xã f1, which goes on"),
        (|r| r.units[3].code = "c2".into(), "two new units have this code"),
        (|r| r.units[3].parent = None, "no parent"),
        (|r| r.units[3].parent = Some("93".into()), "there is no parent 93 after the reform"),
        (|r| r.units[3].act = Some("1/NQ".into()), "the act 1/NQ is not among the reform's"),
        (|r| r.splits.clear(), "commune c1: chia cho c1, c2 mà không ghi trong splits"),
        (|r| r.splits.push("d1".into()), "d1 does not go to several new units"),
        (
            |r| {
                // Province 92 becomes 93: f1, which the reform does not name, would be left behind.
                let mut province = r.units[0].clone();
                province.level = Level::Province;
                (province.code, province.parent, province.made_of) = ("93".into(), None, vec!["92".into()]);
                r.units.push(province);
            },
            "province 92 Tỉnh 92: kết thúc, còn các đơn vị này không rõ thuộc đâu: f1 Xã f1",
        ),
    ];
    let register = toyland::atlas().register;
    for (fault, said) in faults {
        let mut reform = later();
        fault(&mut reform);
        let problems = register.apply(&reform).expect_err(said);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.iter().any(|p| p.contains(said)), "{said}: {problems:#?}");
    }
    assert!(register.apply(&later()).is_ok());
}

#[test]
fn a_reform_written_down_and_read_again_is_the_same() {
    let known = indicative().reforms().collect::<Vec<_>>();
    assert_eq!(known.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["2025-07-01"]);
    for reform in [&later(), known[0]] {
        let json = serde_json::to_string(reform).unwrap();
        assert_eq!(&serde_json::from_str::<Reform>(&json).unwrap(), reform);
        let toml = toml::to_string(reform).unwrap();
        assert_eq!(&geodata::reform("again.toml", toml.into_bytes()).unwrap(), reform);
    }
}

/// A later reform in a file: Quảng Lâm and Nậm Kè merge, and the dispute between them is dissolved.
const LATER: &str = r#"
    id = "later"
    date = "2030-01-01"
    title = { vi = "Nhập hai xã", en = "Two communes merge" }
    units = [{ level = "commune", code = "03162", name = "Xã Nậm Kè", kind = "xã", parent = "11", made_of = ["03162", "03164"] }]
"#;

/// On the official boundaries: the line between the two communes (38 122.44 m by GEOS and PROJ from the same files) is no
/// boundary after the reform, and no other line changes.
#[test]
fn published_lines_between_merged_communes_vanish() {
    let unchecked = "a merger on the official boundaries";
    let (Some(service), Some(data)) = (official(unchecked), official_data(unchecked)) else { return };
    let reform = geodata::reform("later.toml", LATER.into()).unwrap();
    let day = reform.date;
    let after = Service::new(Atlas::load(data).unwrap().reformed(reform).unwrap());
    let layer = |service: &'static Service| service.engine.layer_at(Level::Commune, day).unwrap();
    let (old, new) = (layer(service), after.engine.layer_at(Level::Commune, day).unwrap());
    assert_eq!((old.shapes.len(), new.shapes.len()), (182, 181));
    let length_m = |l: &giapranh::engine::Layer| l.edges.list().iter().map(|e| e.length_m()).sum::<f64>();
    let between = |code: &str| old.owner_of(code).unwrap();
    let (a, b) = (between("03162"), between("03164"));
    let common = old.edges.list().iter().filter(|e| e.touches(a) && e.touches(b)).map(|e| e.length_m()).sum::<f64>();
    assert!((common - 38_122.44).abs() < 0.1, "{common} m");
    assert!((length_m(old) - length_m(new) - common).abs() < 1.0);
    // Inside either, the same commune holds the place.
    let merged = new.owner_of("03162").unwrap();
    for edge in old.edges.list().iter().filter(|e| e.touches(a) && e.touches(b)) {
        assert_eq!(new.contain(edge.middle()).first(), Some(merged));
    }
    assert_eq!(new.shapes[merged as usize].shape.0.len(), 1);
}

/// A file for the program to read.
fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the file is written");
    path
}

#[test]
fn the_command_line() {
    let run = |args: &[&str]| {
        let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nothing-here");
        let out = giapranh().args(args).env("GIAPRANH_DATA", nowhere).output().expect("giapranh runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (out.status.code(), text(out.stdout), text(out.stderr))
    };
    let (code, list, _) = run(&["reform", "list"]);
    assert_eq!((code, list.lines().count()), (Some(0), 1), "{list}");
    assert!(list.starts_with("2025-07-01  2025-07-01  "));

    let (code, json, _) = run(&["reform", "plan", "2025-07-01", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &json["counts"][2]["after"]), (Some(0), &182.into()));
    for (lang, said) in [("vi", "cấp xã: 554 → 182"), ("en", "communes: 554 → 182")] {
        let (code, text, _) = run(&["--lang", lang, "reform", "plan", "2025-07-01"]);
        assert_eq!(code, Some(0));
        let summary: Vec<&str> = text.lines().take(12).collect();
        assert!(summary.iter().any(|l| l.contains(said)), "{summary:#?}");
    }

    let good = file("reform-good.toml", LATER);
    let (code, json, said) = run(&["reform", "plan", good.to_str().unwrap(), "--json"]);
    assert_eq!(code, Some(0), "{said}");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let disputes: Vec<_> = json["disputes"].as_array().unwrap().iter().map(|d| (&d["id"], &d["outcome"])).collect();
    assert_eq!(disputes, [(&"nam-ke-na-co-sa".into(), &"dissolved_by_merger".into())]);

    let faulty = file(
        "reform-faulty.toml",
        &LATER.replace("03164", "99999").replace("2030", "2020").replace("\"11\"", "\"10\""),
    );
    let unknown_key = file("reform-key.toml", &LATER.replace("kind", "art"));
    for (args, lines) in [
        (["reform", "plan", faulty.to_str().unwrap()], 3),
        (["reform", "plan", unknown_key.to_str().unwrap()], 1),
        (["reform", "plan", "2031-01-01"], 1),
    ] {
        let (code, _, said) = run(&args);
        assert_eq!((code, said.lines().count()), (Some(2), lines), "{said}");
    }
}
