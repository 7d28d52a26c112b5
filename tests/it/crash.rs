//! Killed at any moment under load: no report that was acknowledged is lost, none is there twice, the journal is whole,
//! and the server starts again by itself. `KILLS` says how often; `make crash` kills 200 times. A killed process is not a
//! power cut: what the disk does then is not tried here.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use giapranh::store::Place;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{Dice, say};
use crate::process::{Running, agent, get, put, run, token};
use crate::{pg, process};

const CLIENTS: usize = 4;

fn report(n: usize) -> Value {
    // Each client's own ground, so that its reports are no possible duplicates of the others'.
    let (x, y) = (102.0 + (n % 997) as f64 * 1e-3, 21.5 + (n % 1009) as f64 * 1e-3);
    json!({"kind": "deforestation", "position": format!("{y:.5}, {x:.5}"), "occurred_at": "2026-02-01",
           "description": format!("Báo cáo {n}"), "area_ha": n})
}

fn kill_often(place: &Place, data: &Path, kills: usize) {
    let tokens: Vec<String> = (0..CLIENTS).map(|n| token(place, data, &format!("ranger-{n}"), "ranger")).collect();
    let admin = token(place, data, "admin", "admin");
    let acknowledged: Mutex<BTreeSet<Uuid>> = Mutex::default();
    // What each client has not been answered for yet: it sends the same again.
    let pending: Vec<Mutex<Option<(Uuid, usize)>>> = (0..CLIENTS).map(|_| Mutex::default()).collect();
    let mut dice = Dice(kills as u64);
    let mut resent = 0;
    for round in 0..=kills {
        let mut server = Running::start(place, data);
        let url = server.url.clone();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (client, token) in tokens.iter().enumerate() {
                let (pending, acknowledged, stop, url) = (&pending[client], &acknowledged, &stop, &url);
                scope.spawn(move || {
                    let agent = agent();
                    let mut sent = 0;
                    while !stop.load(Ordering::Relaxed) && sent < 200 {
                        let mut now = pending.lock().unwrap();
                        let (id, n) =
                            *now.get_or_insert_with(|| (Uuid::now_v7(), (round * CLIENTS + client) * 1000 + sent));
                        match put(&agent, &format!("{url}/api/incidents/{id}"), token, &report(n)) {
                            Some(201) => {
                                acknowledged.lock().unwrap().insert(id);
                                *now = None;
                            }
                            // No answer, or it was going down.
                            None | Some(500 | 503) => std::thread::sleep(Duration::from_millis(2)),
                            Some(status) => panic!("{status} for a good report"),
                        }
                        sent += 1;
                    }
                });
            }
            if round < kills {
                std::thread::sleep(Duration::from_secs_f64(dice.between(0.01, 0.5)));
                server.kill();
            } else {
                // The last time everybody gets to send what they have.
                std::thread::sleep(Duration::from_secs(1));
            }
            stop.store(true, Ordering::Relaxed);
        });
        resent += pending.iter().filter(|p| p.lock().unwrap().is_some()).count();
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    let server = Running::start(place, data);
    let agent = agent();
    let mut found = BTreeSet::new();
    let mut after = String::new();
    loop {
        let url = format!("{}/api/incidents?limit=1000&after={after}", server.url);
        let (status, body) = get(&agent, &url, &admin).expect("the list is given");
        assert_eq!(status, 200);
        let page: Value = serde_json::from_slice(&body).unwrap();
        for feature in page["features"].as_array().unwrap() {
            let id: Uuid = feature["id"].as_str().unwrap().parse().unwrap();
            assert!(found.insert(id), "{id} is there twice");
        }
        match page["next"].as_str() {
            Some(next) => after = next.into(),
            None => break,
        }
    }
    let lost: Vec<&Uuid> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    // What is there without having been acknowledged is at most what was on its way when the last kill came.
    assert!(found.len() - acknowledged.len() <= CLIENTS, "{} not acknowledged", found.len() - acknowledged.len());
    drop(server);
    let audit = run(place, data, &["audit", "verify"]);
    assert!(audit.contains(" 0 faults"), "{audit}");
    say(&format!(
        "{kills} kills ({}): {} reports acknowledged, {resent} sent again after a kill, 0 lost, 0 twice; {audit}",
        if matches!(place, Place::Sqlite(_)) { "SQLite" } else { "PostgreSQL" },
        acknowledged.len(),
    ));
    assert!(acknowledged.len() > kills, "the kills come under load");
}

fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

#[test]
fn killed_again_and_again_sqlite_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    kill_often(&Place::Sqlite(data.path().into()), data.path(), kills());
}

#[test]
fn killed_again_and_again_over_postgresql_nothing_is_lost() {
    let Some(place) = pg::database() else { return };
    let data = tempfile::tempdir().unwrap();
    kill_often(&place, data.path(), kills());
}

/// Fifty phones come back from the forest at the same time.
#[test]
fn ten_thousand_queued_reports_are_ten_thousand_incidents() {
    const PHONES: usize = 50;
    const EACH: usize = 200;
    let data = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(data.path().into());
    let tokens: Vec<String> =
        (0..PHONES).map(|n| token(&place, data.path(), &format!("phone-{n}"), "ranger")).collect();
    let server = Running::start(&place, data.path());
    std::thread::scope(|scope| {
        for (phone, token) in tokens.iter().enumerate() {
            let url = &server.url;
            scope.spawn(move || {
                let mut dice = Dice(phone as u64);
                let agent = process::agent();
                let ids: Vec<Uuid> = (0..EACH).map(|_| Uuid::now_v7()).collect();
                // Three in ten are sent again, and all in no order.
                let mut queue: Vec<usize> = (0..EACH).chain((0..EACH).filter(|n| n % 10 < 3)).collect();
                for place in (1..queue.len()).rev() {
                    queue.swap(place, (dice.uniform() * (place + 1) as f64) as usize);
                }
                for n in queue {
                    let report = report(phone * EACH + n);
                    let status = put(&agent, &format!("{url}/api/incidents/{}", ids[n]), token, &report);
                    assert_eq!(status, Some(201), "phone {phone}, report {n}");
                }
            });
        }
    });
    drop(server);
    let audit = run(&place, data.path(), &["audit", "verify"]);
    assert!(audit.contains(" 0 faults"), "{audit}");
    let office = giapranh::service::Office::open(data.path()).unwrap();
    let count = office.store().unwrap().read(|tx| tx.incident_count()).unwrap();
    assert_eq!(count, (PHONES * EACH) as i64);
}
