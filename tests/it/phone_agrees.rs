//! The phone answers as the server does: the same questions to both, on the official boundaries and on the built-in set,
//! to the library's own phone and to the WebAssembly module in Node. Every difference is explained (`phone_compare.rs`).
//!
//! `PHONE_POINTS=10000 cargo test --release --test it -- phone_agrees --nocapture` asks as many; some hundred by default.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use geo::{Coord, CoordsIter};
use giapranh::atlas::Atlas;
use giapranh::crs::{CrsId, to_grid};
use giapranh::engine::metric::LocalPlane;
use giapranh::phone::{Ask, Phone, Wanted, pack, reply};
use giapranh::service::Service;
use serde_json::{Value, json};

use crate::common::{Dice, official, official_data, say, shared};
use crate::phone_compare::{Compared, compare};

fn points() -> usize {
    std::env::var("PHONE_POINTS").ok().and_then(|n| n.parse().ok()).unwrap_or(600)
}

/// The same service with the phone's error added to the accuracy of every line.
fn wider(atlas: Atlas, simplification_m: f64) -> Service {
    let mut atlas = atlas;
    for dataset in &mut atlas.datasets {
        dataset.info.line_accuracy_m += simplification_m;
    }
    Service::new(atlas)
}

/// A fifth anywhere in the region, two fifths within 200 m of a boundary, a fifth about the disputes, the rest from `also`;
/// with accuracies as phones have them, typed in every system in turn.
fn asks(service: &Service, count: usize, at: &str, also: &[Coord<f64>]) -> Vec<Value> {
    let mut dice = Dice(20_261_123);
    let today = jiff::civil::Date::constant(2026, 11, 23);
    let communes = service.engine.communes_near(today).expect("a map of communes");
    let edges = communes.edges.list();
    let disputes: Vec<Coord<f64>> = service
        .engine
        .disputes()
        .iter()
        .filter_map(|d| service.engine.stretch(&d.id, today))
        .flat_map(|s| s.lines().coords_iter().collect::<Vec<_>>())
        .collect();
    let systems: Vec<CrsId> = CrsId::all().collect();
    let mut asks = Vec::new();
    for i in 0..count {
        let aside = |dice: &mut Dice, c: Coord<f64>, far_m: f64| {
            let (r, turn) = (dice.between(0.0, far_m), dice.between(0.0, std::f64::consts::TAU));
            LocalPlane::at(c).to_deg(Coord { x: r * turn.cos(), y: r * turn.sin() })
        };
        let p = match i % 5 {
            0 => Coord { x: dice.between(102.1, 105.2), y: dice.between(20.9, 22.9) },
            1 | 2 => {
                let edge = edges[(dice.uniform() * edges.len() as f64) as usize % edges.len()];
                let on = edge.a + (edge.b - edge.a) * dice.uniform();
                aside(&mut dice, on, 200.0)
            }
            3 if !disputes.is_empty() => {
                let near = disputes[(dice.uniform() * disputes.len() as f64) as usize % disputes.len()];
                aside(&mut dice, near, 1500.0)
            }
            _ if !also.is_empty() => also[i / 5 % also.len()],
            _ => Coord { x: dice.between(102.1, 105.2), y: dice.between(20.9, 22.9) },
        };
        let accuracy_m = [None, Some(5.0), Some(15.0), Some(60.0), Some(200.0)][(dice.uniform() * 5.0) as usize % 5];
        // Every other one picked, the others typed in each system.
        let ask = match (i % 2, systems[i / 2 % systems.len()]) {
            (1, crs) => match to_grid(p.x, p.y, crs) {
                Ok((x, y)) => json!({ "x": format!("{x:.7}"), "y": format!("{y:.7}"), "crs": crs.code() }),
                Err(_) => json!({ "lon": p.x, "lat": p.y }),
            },
            _ => json!({ "lon": p.x, "lat": p.y }),
        };
        let mut ask = ask;
        ask["accuracy_m"] = json!(accuracy_m);
        ask["at"] = json!(at);
        ask["lang"] = json!("en");
        asks.push(ask);
    }
    asks
}

/// The server's own answer to a phone's question: what GET /api/locate says to the same words.
fn server(service: &Service, ask: &Value) -> Value {
    use giapranh::service::{PositionText, Question, read_date};
    let text = |key: &str| ask[key].as_str().map(str::to_owned);
    let degrees = |key: &str| ask[key].as_f64().map(|v| format!("{v:.7}"));
    let (x, y) = (text("x").or(degrees("lon")), text("y").or(degrees("lat")));
    let crs = text("crs").or(ask["lon"].is_number().then(|| "EPSG:4326".into()));
    let q = text("q");
    let answer = service.locate(&Question {
        position: match (&q, &x, &y) {
            (Some(q), ..) => PositionText::Text(q),
            (None, Some(x), Some(y)) => PositionText::Xy(x, y),
            _ => panic!("{ask}"),
        },
        crs: crs.map(|c| CrsId::parse(&c).unwrap()),
        accuracy_m: ask["accuracy_m"].as_f64(),
        at: text("at").map(|d| read_date(&d).unwrap()),
        kind: None,
    });
    serde_json::to_value(answer.unwrap_or_else(|e| panic!("{ask}: {e}"))).unwrap()
}

fn native(phone: &Phone, ask: &Value) -> Value {
    serde_json::from_str(&reply(Some(phone), ask.to_string().as_bytes())).unwrap()
}

/// The module's replies in Node; `None` with a loud word where there is no module, or no web build to run it with.
fn module(pack: &[u8], asks: &[Value], unchecked: &str) -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (wasm, vite) = (root.join("web/public/phone/giapranh_bg.wasm"), root.join("web/node_modules/vite"));
    if !wasm.exists() || !vite.exists() {
        assert!(std::env::var_os("CI").is_none(), "{} and {} have to be there", wasm.display(), vite.display());
        say(&format!("NOT CHECKED: {unchecked} (no module at {}, make wasm)", wasm.display()));
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let file: PathBuf = dir.path().join("area.pack");
    std::fs::write(&file, pack).unwrap();
    let mut node = Command::new("node")
        .arg(root.join("tests/phone/answer.mjs"))
        .arg(&wasm)
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = node.stdin.take().unwrap();
    let lines: String = asks.iter().map(|a| format!("{a}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let out = node.wait_with_output().unwrap();
    writer.join().unwrap().expect("node takes the questions");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let mut replies = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    let loaded = replies.next().expect("a reply to the pack");
    assert_eq!(loaded["ok"], true, "{loaded}");
    say(&format!("the module in Node, {} kB: {}", pack.len() / 1000, String::from_utf8_lossy(&out.stderr).trim()));
    Some(replies.collect())
}

/// Compares every reply and says how many were what.
fn check(name: &str, server_of: &Service, wider_of: &Service, asks: &[Value], replies: &[Value]) {
    assert_eq!(asks.len(), replies.len());
    let published = || server_of.engine.layers().filter(|l| !l.derived);
    let lines = |lon: f64, lat: f64| -> Vec<f64> {
        let nearest = |l: &giapranh::engine::Layer| l.edges.nearest(Coord { x: lon, y: lat }, |_| true);
        published().filter_map(|l| Some(nearest(l)?.distance_m)).collect()
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut examples = Vec::new();
    for (ask, reply) in asks.iter().zip(replies) {
        assert_eq!(reply["ok"], true, "{ask}: {reply}");
        let phone = &reply["answer"];
        assert_eq!(phone["offline"], true);
        let what = match compare(&server(server_of, ask), &server(wider_of, ask), phone, &lines) {
            Compared::Same => "the same",
            Compared::ByWiderSigma => "another word by the wider σ",
            Compared::ByLine(why) => {
                examples.push(why);
                "within the error of the line"
            }
            Compared::Unexplained(fault) => {
                faults.push(format!("{ask}: {fault}"));
                "UNEXPLAINED"
            }
        };
        *counts.entry(what).or_default() += 1;
    }
    say(&format!("{name}: {} questions: {counts:?}", asks.len()));
    for example in examples.iter().take(5) {
        say(&format!("  within the error of the line, such as: {example}"));
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), asks.len(), faults[..faults.len().min(12)].join("\n"));
}

/// Both phones, the library's and the module's, against the server.
fn both(name: &str, server_of: &Service, atlas: Atlas, asks: &[Value]) {
    let pack = pack(server_of, &Wanted::Everything).unwrap();
    let phone = Phone::open(&pack).unwrap();
    let wider_of = wider(atlas, phone.meta.simplification_m);
    let own: Vec<Value> = asks.iter().map(|ask| native(&phone, ask)).collect();
    check(&format!("{name}, the library"), server_of, &wider_of, asks, &own);
    if let Some(replies) = module(&pack, asks, "the WebAssembly module") {
        check(&format!("{name}, the module"), server_of, &wider_of, asks, &replies);
    }
}

fn truth() -> Vec<Coord<f64>> {
    let Some(file) = shared("truth/locate-2025.csv", "the positions of the truth") else { return Vec::new() };
    let mut reader = csv::Reader::from_path(file).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    rows.map(|row| Coord { x: row["lon"].parse().unwrap(), y: row["lat"].parse().unwrap() }).collect()
}

#[test]
fn on_the_official_boundaries_today() {
    let Some(data) = official_data("the phone's answers on the official boundaries") else { return };
    let service = official("").unwrap();
    both("official, 2026", service, Atlas::load(data).unwrap(), &asks(service, points(), "2026-11-23", &truth()));
}

#[test]
fn on_the_official_boundaries_before_the_reform() {
    let Some(data) = official_data("the phone's answers of 2023") else { return };
    let service = official("").unwrap();
    let asks = asks(service, points() / 5, "2023-06-01", &truth());
    both("official, 2023", service, Atlas::load(data).unwrap(), &asks);
}

#[test]
fn on_the_indicative_boundaries() {
    let service = crate::common::indicative();
    both("indicative", service, Atlas::builtin().unwrap(), &asks(service, points() / 10, "2026-11-23", &[]));
}

/// What people type, refusals included, letter for letter as the server has it.
#[test]
fn every_notation_is_read_as_the_server_reads_it() {
    let service = crate::common::indicative();
    let pack = pack(service, &Wanted::Everything).unwrap();
    let phone = Phone::open(&pack).unwrap();
    let mut texts: Vec<String> = giapranh::crs::FORMATS.iter().map(|f| f.example.to_owned()).collect();
    texts.extend(["462791 2457880", "VN-2000 462791 2457880", "abc", "", "91, 200", "UTM 48N 1 2"].map(String::from));
    texts.extend(CrsId::all().filter(|c| !c.is_geographic()).map(|c| format!("{} 462791 2457880", c.code())));
    let asks: Vec<Value> = texts.iter().map(|q| json!({ "q": q, "lang": "en", "at": "2026-11-23" })).collect();
    let mut replies = vec![asks.iter().map(|ask| native(&phone, ask)).collect::<Vec<_>>()];
    replies.extend(module(&pack, &asks, "notations in the module"));
    for replies in replies {
        for (ask, reply) in asks.iter().zip(&replies) {
            let asked: Ask = serde_json::from_value(ask.clone()).unwrap();
            let question = giapranh::service::Question {
                position: giapranh::service::PositionText::Text(asked.q.as_deref().unwrap()),
                crs: None,
                accuracy_m: None,
                at: asked.at.as_deref().map(|d| d.parse().unwrap()),
                kind: None,
            };
            match service.locate(&question) {
                Ok(answer) => {
                    let (theirs, ours) =
                        (serde_json::to_value(&answer.position).unwrap(), &reply["answer"]["position"]);
                    assert_eq!(theirs["read_as"], ours["read_as"], "{ask}");
                    assert_eq!(theirs["notes"], ours["notes"], "{ask}");
                    for axis in ["lon", "lat"] {
                        let (a, b) = (theirs[axis].as_f64(), ours[axis].as_f64());
                        assert!(a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() < 1e-8), "{ask}: {a:?} {b:?}");
                    }
                }
                Err(e) => {
                    assert_eq!(reply["problem"]["code"], e.code(), "{ask}: {reply}");
                    assert_eq!(reply["problem"]["detail"], e.text().en, "{ask}");
                }
            }
        }
    }
}
