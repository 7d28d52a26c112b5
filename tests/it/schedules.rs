//! Sync schedules: five devices without a signal, everything sent three times, in any order, with clocks up to two days
//! off. However it arrives, the state is that of the same work done online, in order, once.

use std::collections::BTreeMap;

use giapranh::domain::{UserRole, Who};
use giapranh::service::Office;
use giapranh::service::incidents::{SyncRow, SyncStatus};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{Dice, say};
use crate::toyland::{self, typed};

const DEVICES: usize = 5;
/// Acts after the reports, over all devices.
const ACTS: usize = 25;
const HOUR_MS: f64 = 3_600_000.0;

/// One thing a device did: what it is about, what its maker had seen, and the device.
struct Made {
    device: usize,
    incident: usize,
    /// Place in the list of what it was made on; `None`: a report.
    base: Option<usize>,
    act: Value,
    /// The device's clock, milliseconds.
    clock_ms: u64,
}

/// What five people do in the forest, in the order in which it happens.
fn day(dice: &mut Dice) -> Vec<Made> {
    let start = 1_790_000_000_000.0;
    let skews: Vec<f64> = (0..DEVICES).map(|_| dice.between(-48.0, 48.0) * HOUR_MS).collect();
    let clock = |device: usize, n: usize| (start + skews[device] + n as f64 * 60_000.0) as u64;
    let mut made: Vec<Made> = Vec::new();
    for device in 0..DEVICES {
        let (x, y) = (dice.between(0.1, 0.9), dice.between(0.1, 0.9));
        let report = json!({
            "kind": "deforestation", "position": typed(x, y), "occurred_at": "2026-02-01T08:00:00+07:00",
            "description": format!("điện thoại {device}"), "area_ha": device,
        });
        made.push(Made { device, incident: device, base: None, act: report, clock_ms: clock(device, device) });
    }
    for n in DEVICES..DEVICES + ACTS {
        let device = pick(dice, DEVICES);
        let incident = pick(dice, DEVICES);
        // It has seen something about the incident: its own last act about it, or any act of anybody.
        let about: Vec<usize> = (0..made.len()).filter(|&m| made[m].incident == incident).collect();
        let own = about.iter().rev().find(|&&m| made[m].device == device).copied();
        let base = own.filter(|_| dice.uniform() < 0.7).unwrap_or_else(|| about[pick(dice, about.len())]);
        let verified = made.iter().any(|m| m.incident == incident && m.act["do"] == "step");
        let act = match pick(dice, 6) {
            0 => json!({"do": "edit", "changes": {"area_ha": n}}),
            1 => json!({"do": "edit", "changes": {"species": format!("loài {n}"), "lot": n.to_string()}}),
            2 => json!({"do": "edit", "changes": {"position": typed(dice.between(0.1, 1.9), dice.between(0.1, 1.9))}}),
            3 => json!({"do": "edit", "changes": {"description": format!("lời {n}")}}),
            // Whoever reported it verifies it, once.
            4 if device == incident && !verified => json!({"do": "step", "step": "verify"}),
            _ => json!({"do": "comment", "text": format!("nhắn {n}")}),
        };
        made.push(Made { device, incident, base: Some(base), act, clock_ms: clock(device, n) });
    }
    made
}

fn pick(dice: &mut Dice, of: usize) -> usize {
    (dice.uniform() * of as f64) as usize
}

/// UUIDv7 by the device's clock. Two runs of one day differ in the tag only, so that their ids have the same order.
fn id(made: &Made, n: usize, tag: u16) -> Uuid {
    let mut random = [0; 10];
    random[..2].copy_from_slice(&(n as u16).to_be_bytes());
    random[8..].copy_from_slice(&tag.to_be_bytes());
    random[2..6].copy_from_slice(b"giap");
    uuid::Builder::from_unix_timestamp_millis(made.clock_ms, &random).into_uuid()
}

fn row(made: &[Made], n: usize, tag: u16) -> Value {
    let m = &made[n];
    match m.base {
        None => json!({"op": "report", "id": id(m, n, tag), "report": m.act}),
        Some(base) => json!({
            "op": "act", "id": id(m, n, tag), "incident": id(&made[m.incident], m.incident, tag),
            "base": {"event": id(&made[base], base, tag)}, "act": m.act,
        }),
    }
}

/// The incidents as they stand, without what tells when and in which order things arrived.
fn state(office: &Office, admin: &Who, made: &[Made], tag: u16) -> Vec<Value> {
    let mut names = BTreeMap::new();
    for (n, m) in made.iter().enumerate() {
        names.insert(id(m, n, tag).to_string(), format!("#{n}"));
    }
    let anonymous = |value: Value| {
        let text = names.iter().fold(value.to_string(), |text, (id, name)| text.replace(id, name));
        serde_json::from_str::<Value>(&text).unwrap()
    };
    (0..DEVICES)
        .map(|n| {
            let incident = id(&made[n], n, tag);
            let feature = serde_json::to_value(office.incident(admin, incident).unwrap()).unwrap();
            let mut events: Vec<String> = office
                .incident_history(admin, incident)
                .unwrap()
                .into_iter()
                .map(|e| format!("{} {} {:?}", e.id, e.what, e.text))
                .collect();
            events.sort();
            let mut value = anonymous(json!({"feature": feature, "events": events}));
            forget(&mut value);
            value
        })
        .collect()
}

/// Times of arrival, and the list of near incidents, which grows with every run of the test.
fn forget(value: &mut Value) {
    let Value::Object(map) = value else {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(forget);
        }
        return;
    };
    for key in ["received_at", "changed_at", "since", "due", "asked_on", "possible_duplicates", "judged_first"] {
        map.remove(key);
    }
    map.values_mut().for_each(forget);
}

#[test]
fn however_it_arrives_the_state_is_that_of_the_same_work_done_online() {
    let schedules: u16 = std::env::var("SCHEDULES").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let data = tempfile::tempdir_in(if std::path::Path::new("/dev/shm").exists() { "/dev/shm" } else { "." }).unwrap();
    let office = toyland::office(data.path());
    let admin = toyland::person(&office, "admin", UserRole::Admin, None);
    let people: Vec<Who> =
        (0..DEVICES).map(|n| toyland::person(&office, &format!("ranger-{n}"), UserRole::Ranger, Some("91"))).collect();
    let mut dice = Dice(20_260_201);
    let (mut waited, mut conflicts) = (0, 0);
    for schedule in 0..schedules {
        let made = day(&mut dice);
        let (online, offline) = (2 * schedule, 2 * schedule + 1);
        for (n, m) in made.iter().enumerate() {
            let done = office.sync(&people[m.device], &[row(&made, n, online)]).unwrap();
            let status = done[0].status;
            assert!(matches!(status, SyncStatus::Received | SyncStatus::Conflict), "{n}: {done:?}");
            conflicts += usize::from(status == SyncStatus::Conflict);
        }
        // Everything three times, in any order, in batches of any size; each device sends its own.
        let mut sent: Vec<usize> = (0..made.len()).flat_map(|n| [n; 3]).collect();
        for place in (1..sent.len()).rev() {
            sent.swap(place, pick(&mut dice, place + 1));
        }
        let mut rest = sent.as_slice();
        while !rest.is_empty() {
            let (batch, after) = rest.split_at((1 + pick(&mut dice, 20)).min(rest.len()));
            rest = after;
            for (device, who) in people.iter().enumerate() {
                let own = batch.iter().filter(|&&n| made[n].device == device);
                let rows: Vec<Value> = own.map(|&n| row(&made, n, offline)).collect();
                for answer in office.sync(who, &rows).unwrap() {
                    let kept = !matches!(answer.status, SyncStatus::Refused | SyncStatus::SetAside);
                    assert!(kept, "schedule {schedule}: {answer:?}");
                    waited += usize::from(answer.status == SyncStatus::Waiting);
                }
            }
        }
        let (one, other) = (state(&office, &admin, &made, online), state(&office, &admin, &made, offline));
        for (a, b) in one.iter().zip(&other) {
            assert_eq!(a, b, "schedule {schedule}");
        }
    }
    // The schedules do try what they are for.
    assert!(
        waited > schedules.into() && conflicts > usize::from(schedules) / 2,
        "{waited} waited, {conflicts} conflicts"
    );
    say(&format!("{schedules} schedules: {waited} rows waited for others, {conflicts} edits stood against another"));
}

#[test]
fn a_row_is_written_and_read_the_same() {
    let text = json!({"op": "act", "id": Uuid::nil(), "incident": Uuid::nil(), "base": {"version": 3},
                      "act": {"do": "line", "step": "propose", "to": "03164", "note": "?"}});
    let row: SyncRow = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(serde_json::to_value(row).unwrap(), text);
}
