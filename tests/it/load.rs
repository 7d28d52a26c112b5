//! Many at once: rangers reporting and officials reading, over a store that is not empty. `LOAD_SECONDS` and
//! `LOAD_INCIDENTS` say how long and over how many; `make load` takes ten minutes over 200 000.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use giapranh::domain::UserRole;
use giapranh::service::Office;
use giapranh::store::Place;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{Dice, official_data, say};
use crate::process::{Running, agent, get, put};
use crate::toyland;

const READERS: usize = 4;
const REPORTERS: usize = 2;
/// Accounts of the reporters: each may write a thousand times a minute.
const ACCOUNTS: usize = 40;
/// What the issue asks for, milliseconds.
const READ_P99_MS: f64 = 250.0;
const REPORT_P99_MS: f64 = 500.0;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// Somewhere in the three provinces.
fn report(dice: &mut Dice) -> Value {
    let kinds = ["deforestation", "forest_fire", "illegal_logging", "illegal_transport", "encroachment"];
    let kind = kinds[(dice.uniform() * 5.0) as usize];
    let (x, y) = (dice.between(102.2, 104.5), dice.between(21.2, 22.7));
    let day = 1 + (dice.uniform() * 28.0) as u32;
    let month = 1 + (dice.uniform() * 10.0) as u32;
    json!({"kind": kind, "position": format!("{y:.6}, {x:.6}"), "occurred_at": format!("2026-{month:02}-{day:02}"),
           "accuracy_m": dice.between(3.0, 30.0).round(), "description": "Phát hiện khi tuần tra", "area_ha": dice.uniform()})
}

/// Fills the store; returns tokens of those who will report, and of an administrator.
fn fill(data: &Path, count: usize) -> (Vec<String>, String) {
    let office = Office::open(data).unwrap();
    let (account, _) = office.add_user("cli", "archive", UserRole::Ranger, None, Some("not signed in with")).unwrap();
    let service = office.now();
    let who = office.store().unwrap().read(|tx| service.who(tx, account.id)).unwrap().unwrap();
    let mut dice = Dice(7);
    let mut left = count;
    while left > 0 {
        let batch = left.min(1000);
        let rows: Vec<Value> =
            (0..batch).map(|_| json!({"op": "report", "id": Uuid::now_v7(), "report": report(&mut dice)})).collect();
        let done = office.sync(&who, &rows).unwrap();
        assert!(done.iter().all(|r| r.incident.is_some()), "{:?}", done.iter().find(|r| r.incident.is_none()));
        left -= batch;
    }
    let reporter = |n| toyland::token(&office, &format!("r{n}"), UserRole::Ranger, None);
    ((0..ACCOUNTS).map(reporter).collect(), toyland::token(&office, "admin", UserRole::Admin, None))
}

/// Latencies in milliseconds, and what was not a good answer.
#[derive(Default)]
struct Seen {
    took_ms: Vec<f64>,
    wrong: Vec<String>,
}

impl Seen {
    fn add(&mut self, took: Duration, status: Option<u16>, good: u16, what: &str) {
        self.took_ms.push(took.as_secs_f64() * 1e3);
        if status != Some(good) {
            self.wrong.push(format!("{what}: {status:?}"));
        }
    }

    fn percentile(&mut self, share: f64) -> f64 {
        self.took_ms.sort_by(f64::total_cmp);
        self.took_ms[((self.took_ms.len() - 1) as f64 * share) as usize]
    }
}

#[test]
fn under_load_nobody_waits_long_and_memory_stays_flat() {
    let Some(boundaries) = official_data("load on the official boundaries") else { return };
    let (seconds, incidents) = (setting("LOAD_SECONDS", 8), setting("LOAD_INCIDENTS", 2_000));
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    // The boundaries as they are, a store of its own.
    for entry in std::fs::read_dir(boundaries).unwrap().map(Result::unwrap) {
        if !entry.file_name().to_string_lossy().starts_with("giapranh.db") {
            let copied = std::process::Command::new("cp").arg("-r").arg(entry.path()).arg(data).status().unwrap();
            assert!(copied.success());
        }
    }
    let start = Instant::now();
    let (tokens, admin) = fill(data, incidents);
    let filled = start.elapsed();
    let place = Place::Sqlite(data.into());
    let server = Running::start(&place, data);
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let (reads, reports) = (Mutex::new(Seen::default()), Mutex::new(Seen::default()));
    let mut memory = Vec::new();
    let some: Vec<Uuid> = {
        let (_, body) = get(&agent(), &format!("{}/api/incidents?limit=1000", server.url), &admin).unwrap();
        let page: Value = serde_json::from_slice(&body).unwrap();
        page["features"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().parse().unwrap()).collect()
    };
    std::thread::scope(|scope| {
        for n in 0..READERS {
            let (reads, some, url, admin) = (&reads, &some, &server.url, &admin);
            scope.spawn(move || {
                let (mut dice, agent) = (Dice(100 + n as u64), agent());
                while Instant::now() < until {
                    let id = some[(dice.uniform() * some.len() as f64) as usize];
                    let (x, y) = (dice.between(102.2, 104.5), dice.between(21.2, 22.7));
                    let path = match (dice.uniform() * 8.0) as u32 {
                        0 => "/api/incidents?limit=50".to_owned(),
                        1 => "/api/incidents?limit=50&kind=forest_fire&state=reported".into(),
                        2 => format!("/api/incidents?limit=50&bbox={x},{y},{},{}", x + 0.2, y + 0.2),
                        3 => "/api/incidents?limit=50&unit=03164".into(),
                        4 => "/api/incidents?limit=50&overdue=true".into(),
                        5 => format!("/api/incidents/{id}/history"),
                        6 => format!("/api/locate?q={y:.5}%20{x:.5}"),
                        _ => format!("/api/incidents/{id}"),
                    };
                    let begun = Instant::now();
                    let status = get(&agent, &format!("{url}{path}"), admin).map(|(status, _)| status);
                    reads.lock().unwrap().add(begun.elapsed(), status, 200, &path);
                }
            });
        }
        for n in 0..REPORTERS {
            let (reports, tokens, url) = (&reports, &tokens, &server.url);
            scope.spawn(move || {
                let (mut dice, agent) = (Dice(200 + n as u64), agent());
                let mut sent = 0;
                while Instant::now() < until {
                    let token = &tokens[(sent * REPORTERS + n) % ACCOUNTS];
                    let (url, body) = (format!("{url}/api/incidents/{}", Uuid::now_v7()), report(&mut dice));
                    let begun = Instant::now();
                    let status = put(&agent, &url, token, &body);
                    reports.lock().unwrap().add(begun.elapsed(), status, 201, "report");
                    sent += 1;
                }
            });
        }
        while Instant::now() < until {
            std::thread::sleep(Duration::from_millis(500));
            memory.push(server.memory());
        }
    });
    let (mut reads, mut reports) = (reads.into_inner().unwrap(), reports.into_inner().unwrap());
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let settled = memory[memory.len() / 3..].to_vec();
    let (low, high) = (settled.iter().min().unwrap(), settled.iter().max().unwrap());
    say(&format!(
        "{incidents} incidents (filled in {:.0} s), {seconds} s: {} reads, p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms; \
         {} reports, p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms; {} errors; memory {:.0}–{:.0} MB",
        filled.as_secs_f64(),
        reads.took_ms.len(),
        reads.percentile(0.5),
        reads.percentile(0.99),
        reads.percentile(1.0),
        reports.took_ms.len(),
        reports.percentile(0.5),
        reports.percentile(0.99),
        reports.percentile(1.0),
        reads.wrong.len() + reports.wrong.len(),
        mb(*low),
        mb(*high),
    ));
    assert!(
        reads.wrong.is_empty() && reports.wrong.is_empty(),
        "{:?} {:?}",
        reads.wrong.first(),
        reports.wrong.first()
    );
    assert!(reads.percentile(0.99) < READ_P99_MS && reports.percentile(0.99) < REPORT_P99_MS);
    assert!(mb(*high) < 1.25 * mb(*low) + 30.0, "memory grows");
}
