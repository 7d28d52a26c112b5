//! Two answers to one question, the server's and the phone's: are they the same as far as the phone's lines allow?
//!
//! What may differ is derived, not tuned. The phone's lines are at most δ (`simplification_m`) from the published ones, and
//! δ is added to σ of the line. So:
//! * a distance to a line differs by δ at most;
//! * against an answer on the published lines with the same wider σ, a probability differs by the mass between two lines δ
//!   apart, δ·φ(0)/σ for a straight one; twice that is allowed for bent ones;
//! * before July 2025 two maps are laid over each other, and land between their lines that is narrower than the errors of
//!   both comes and goes: what hangs on it is told apart by both maps having a line there.
//! * what is decided by a threshold (95 % sole, 1 % named, in or out) may fall the other way within those bounds.

use serde_json::Value;

/// Zones are on the grid of the pack, 8 mm; twice that.
const ZONE_M: f64 = 0.016;

/// How two answers compare.
#[derive(Debug, Clone, PartialEq)]
pub enum Compared {
    /// Word for word, but for figures within the bounds.
    Same,
    /// Another verdict or other localities, because σ is wider: as the published lines with that σ answer.
    ByWiderSigma,
    /// Something else, within the bounds: what decides is nearer than δ to its threshold.
    ByLine(String),
    /// A fault.
    Unexplained(String),
}

/// `server`: on the published lines. `wider`: the same with δ added to σ. `phone`: on the phone's lines.
/// `lines`: distance in metres from a place (degrees) to the nearest line of each published map.
pub fn compare(server: &Value, wider: &Value, phone: &Value, lines: &dyn Fn(f64, f64) -> Vec<f64>) -> Compared {
    let [server, wider, phone] = [server, wider, phone].map(plain);
    let (server, wider, phone) = (&server, &wider, &phone);
    match difference(wider, phone, lines) {
        Err(fault) => Compared::Unexplained(fault),
        Ok(Some(by_line)) => Compared::ByLine(by_line),
        Ok(None) => {
            if shape(server) == shape(phone) {
                Compared::Same
            } else {
                Compared::ByWiderSigma
            }
        }
    }
}

/// Every number as a float: JavaScript writes 60 where Rust writes 60.0.
fn plain(a: &Value) -> Value {
    match a {
        Value::Number(n) => n.as_f64().map_or(Value::Null, Value::from),
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(map) => map.iter().map(|(key, v)| (key.clone(), plain(v))).collect(),
        other => other.clone(),
    }
}

/// What an answer says without its figures.
fn shape(a: &Value) -> Value {
    let of = |list: &Value, key: &str| list.as_array().map(|l| l.iter().map(|x| x[key].clone()).collect::<Vec<_>>());
    serde_json::json!({
        "verdict": a["verdict"], "reason": a["reason"],
        "localities": of(&a["localities"], "name"), "contains": of(&a["localities"], "contains"),
        "disputes": of(&a["disputes"], "id"), "agreements": of(&a["agreements"], "id"),
        "acts": a["act_first"]["acts"], "duties": a["duties"],
    })
}

/// `Ok(None)`: the same. `Ok(Some)`: different, and why it may be. `Err`: why it may not.
fn difference(wider: &Value, phone: &Value, lines: &dyn Fn(f64, f64) -> Vec<f64>) -> Result<Option<String>, String> {
    let mut why = None;
    let position = |a: &Value| {
        let p = &a["position"];
        (p["lon"].as_f64(), p["lat"].as_f64(), p["as_typed"].clone(), p["read_as"].clone(), p["accuracy_m"].clone())
    };
    // proj4rs and PROJ agree to far less than a millimetre (1e-8°).
    let (a, b) = (position(wider), position(phone));
    let near = |a: Option<f64>, b: Option<f64>| a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() < 1e-8);
    if !near(a.0, b.0) || !near(a.1, b.1) || (&a.2, &a.3, &a.4) != (&b.2, &b.3, &b.4) {
        return Err(format!("read as {b:?}, by the server as {a:?}"));
    }
    if wider["position"]["lon"].is_null() {
        let codes = |a: &Value| {
            let each = a["position"]["other_readings"].as_array().into_iter().flatten();
            each.map(|r| (r["crs"].clone(), r["commune"]["code"].clone())).collect::<Vec<_>>()
        };
        return if codes(wider) == codes(phone) { Ok(None) } else { Err("other readings".into()) };
    }
    let delta = phone["basis"]["simplification_m"].as_f64().unwrap_or(0.0) + 0.01;
    let sigma = |a: &Value| a["basis"]["line_accuracy_m"].as_f64().zip(a["basis"]["gps_sigma_m"].as_f64());
    let (Some((line, gps)), Some((own, own_gps))) = (sigma(wider), sigma(phone)) else {
        return if wider["verdict"] == phone["verdict"] { Ok(None) } else { Err("a basis is missing".into()) };
    };
    if (line - own).abs() > 1e-9 || gps != own_gps || wider["basis"]["dataset"] != phone["basis"]["dataset"] {
        return Err(format!("basis {} against {}", phone["basis"], wider["basis"]));
    }
    let mass = 2.0 * 0.4 * delta / line.hypot(gps);

    let distance = |a: &Value| a["boundary"]["distance_m"].as_f64();
    let (Some(theirs), Some(ours)) = (distance(wider), distance(phone)) else {
        return Err("no boundary".into());
    };
    let two_maps = wider["localities"][0]["district"].is_string() || phone["localities"][0]["district"].is_string();
    let here = a.0.zip(a.1).map(|(lon, lat)| lines(lon, lat)).unwrap_or_default();
    let on_the_line = theirs <= delta || ours <= delta || (two_maps && here.iter().any(|m| *m <= delta));
    if (theirs - ours).abs() > delta && !on_the_line {
        // Which of two lines counts can hang on a sliver between them: then both maps have one at the nearer foot (it is
        // decided a metre beyond it).
        let nearer = if theirs < ours { wider } else { phone };
        let foot = nearer["boundary"]["lon"].as_f64().zip(nearer["boundary"]["lat"].as_f64());
        let both =
            foot.is_some_and(|(lon, lat)| lines(lon, lat).iter().filter(|m| **m <= 2.0 * delta + 1.0).count() >= 2);
        if !two_maps || !both {
            return Err(format!("boundary at {ours} m, by the server at {theirs} m"));
        }
        why = Some("a line counts by land between two maps narrower than their errors".into());
    }

    let localities = |a: &Value| a["localities"].as_array().cloned().unwrap_or_default();
    let key = |l: &Value| (l["code"].clone(), l["name"].clone(), l["candidates"].clone(), l["district"].clone());
    let (theirs, ours) = (localities(wider), localities(phone));
    for l in &theirs {
        let p = l["probability"].as_f64().unwrap_or(f64::NAN);
        match ours.iter().find(|o| key(o) == key(l)) {
            Some(o) => {
                let q = o["probability"].as_f64().unwrap_or(f64::NAN);
                if (p - q).abs() > mass {
                    return Err(format!("{}: probability {q}, by the server {p}, bound {mass}", l["name"]));
                }
                let (d, e) = (l["distance_m"].as_f64(), o["distance_m"].as_f64());
                // Land that the two maps contradict each other about lies between their lines.
                let between = two_maps && l["code"].is_null() && (on_the_line || l["name"] == "Xã chưa rõ");
                if d.zip(e).is_none_or(|(d, e)| (d - e).abs() > delta) && between {
                    why = Some("land between two maps narrower than their errors".into());
                } else if d.zip(e).is_none_or(|(d, e)| (d - e).abs() > delta) {
                    return Err(format!("{}: distance {e:?}, by the server {d:?}", l["name"]));
                }
                if l["contains"] != o["contains"] {
                    if !on_the_line {
                        return Err(format!("{}: contains {}", l["name"], o["contains"]));
                    }
                    why = Some(format!("within {delta:.2} m of the line"));
                }
                if [&l["party"], &l["kind"], &l["province"], &l["became"]]
                    != [&o["party"], &o["kind"], &o["province"], &o["became"]]
                {
                    return Err(format!("{o} against {l}"));
                }
            }
            None if p <= 0.01 + mass || on_the_line => why = Some(format!("{} is named from 1 % on: {p}", l["name"])),
            None => return Err(format!("{} is missing, probability {p}", l["name"])),
        }
    }
    for o in ours.iter().filter(|o| !theirs.iter().any(|l| key(l) == key(o))) {
        let q = o["probability"].as_f64().unwrap_or(f64::NAN);
        if q > 0.01 + mass && !on_the_line {
            return Err(format!("{} is there too, probability {q}", o["name"]));
        }
        why = Some(format!("{} is named from 1 % on: {q}", o["name"]));
    }

    let disputes = |a: &Value| a["disputes"].as_array().cloned().unwrap_or_default();
    let (theirs, ours) = (disputes(wider), disputes(phone));
    for (l, o) in pairs(&theirs, &ours, "id") {
        match (l, o) {
            (Some(l), Some(o)) => {
                let (d, e) = (l["distance_m"].as_f64(), o["distance_m"].as_f64());
                if d.zip(e).map_or(d != e, |(d, e)| (d - e).abs() > ZONE_M) {
                    return Err(format!("{}: distance {e:?}, by the server {d:?}", l["id"]));
                }
                let rim = l["width_m"].as_f64().unwrap_or(0.0);
                if l["in_zone"] != o["in_zone"] {
                    if d.is_none_or(|d| (d - rim).abs() > ZONE_M) {
                        return Err(format!("{}: in its zone {}", l["id"], o["in_zone"]));
                    }
                    why = Some(format!("on the rim of {}", l["id"]));
                }
                let words = ["status", "level", "zone", "parties", "claims", "became", "note", "documents", "width_m"];
                if let Some(word) = words.iter().find(|w| l[**w] != o[**w]) {
                    return Err(format!("{}: {word} {}, by the server {}", l["id"], o[*word], l[*word]));
                }
            }
            (Some(x), None) | (None, Some(x)) => {
                // Shown where a position could be in the zone by its own accuracy, or all its parties are named here.
                let far = x["distance_m"].as_f64().map(|d| d - x["width_m"].as_f64().unwrap_or(0.0));
                let limit = 2.0 * gps;
                if far.is_some_and(|far| (far - limit).abs() > ZONE_M) || (far.is_none() && why.is_none()) {
                    return Err(format!("dispute {} on one side only", x["id"]));
                }
                why = Some(format!("{} at the limit where it is shown", x["id"]));
            }
            (None, None) => {}
        }
    }

    if wider["verdict"] != phone["verdict"] || wider["reason"] != phone["reason"] {
        let near_sole = |a: &Value| {
            localities(a).iter().any(|l| l["probability"].as_f64().is_some_and(|p| (p - 0.95).abs() <= mass))
        };
        if why.is_none() && !near_sole(wider) && !on_the_line {
            return Err(format!("verdict {}, by the server {}", phone["verdict"], wider["verdict"]));
        }
        why = why.or(Some(format!("95 % sole: {} against {}", phone["verdict"], wider["verdict"])));
    }
    // Everything below follows from what was compared above; where that differs, so may this.
    if why.is_none() {
        let tie =
            localities(wider).iter().filter(|l| l["distance_m"].as_f64().is_some_and(|d| d <= 1.0 + delta)).count();
        // Where all act they are told in the order of their probabilities, which may be as good as equal.
        let acts = |a: &Value| {
            let each = a["act_first"]["acts"].as_array().into_iter().flatten();
            each.map(|n| n["code"].as_str().map(str::to_owned)).collect::<std::collections::BTreeSet<_>>()
        };
        if acts(wider) != acts(phone) {
            if tie < 2 {
                return Err(format!("acts first {}, by the server {}", phone["act_first"], wider["act_first"]));
            }
            why = Some("equally near within the error of the line".into());
        }
        for what in ["agreements", "duties", "datasets_disagree", "readings", "at"] {
            if wider[what] != phone[what] {
                let readings = what == "datasets_disagree" || what == "readings";
                if !readings {
                    return Err(format!("{what}: {}, by the server {}", phone[what], wider[what]));
                }
                why = Some("on the other side of another dataset's line".into());
            }
        }
        let bodies = |a: &Value| {
            let each = a["bodies"].as_array().into_iter().flatten();
            each.map(|b| (b["role"].clone(), b["name"].clone(), b["locality"].clone())).collect::<Vec<_>>()
        };
        if bodies(wider) != bodies(phone) {
            return Err(format!("bodies {}, by the server {}", phone["bodies"], wider["bodies"]));
        }
        let readings = |a: &Value| {
            let each = a["position"]["other_readings"].as_array().into_iter().flatten();
            each.map(|r| (r["crs"].clone(), r["commune"].clone())).collect::<Vec<_>>()
        };
        if readings(wider) != readings(phone) {
            why = Some("another reading on the other side of a line".into());
        }
    }
    Ok(why)
}

fn pairs<'a>(a: &'a [Value], b: &'a [Value], key: &str) -> Vec<(Option<&'a Value>, Option<&'a Value>)> {
    let mut pairs: Vec<_> = a.iter().map(|x| (Some(x), b.iter().find(|y| y[key] == x[key]))).collect();
    pairs.extend(b.iter().filter(|y| !a.iter().any(|x| x[key] == y[key])).map(|y| (None, Some(y))));
    pairs
}
