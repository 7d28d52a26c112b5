//! Many incidents: how long a page takes wherever it is, and how much memory a file of all of them. `MILLION` says how many;
//! `make million` takes 1 000 000. What it does not show: the rows are a few hundred reports, filed as rangers file them and
//! then multiplied in the database, without their lines in the journal.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use giapranh::domain::{UserRole, Who};
use giapranh::export::FORMATS;
use giapranh::service::Office;
use giapranh::service::gis::Cursor;
use giapranh::store::{ItemsColumn, ItemsCondition, ItemsOrder, ItemsQuery, Place, Sqlite, Store};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{Dice, official_data, say};
use crate::process::{Running, agent, get, program};
use crate::{pg, toyland};

/// What the issue asks for.
const FIRST_PAGE_MS: f64 = 50.0;
const EXPORT_MB: f64 = 200.0;
/// The last page may take so much longer than the first: what a busy machine adds to either.
const AS_QUICK_MS: f64 = 10.0;
/// Reports that are filed; the others are made of them.
const FILED: usize = 400;
/// Each page is asked for so many times; the median counts.
const TIMES: usize = 15;
/// 2026-01-01, microseconds. One incident a second was received from then on.
const BEGIN_US: i64 = 1_767_225_600_000_000;

fn count() -> usize {
    std::env::var("MILLION").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000).max(FILED)
}

/// How much longer a page may take where other tests keep the machine busy meanwhile.
fn patience() -> f64 {
    if std::env::var_os("MILLION").is_some() { 1.0 } else { 10.0 }
}

/// `FILED` reports over the three provinces.
fn file_some(office: &Office) {
    let kinds = ["deforestation", "forest_fire", "illegal_logging", "illegal_transport", "encroachment"];
    let mut dice = Dice(11);
    let rows: Vec<Value> = (0..FILED)
        .map(|i| {
            let position = format!("{:.6}, {:.6}", dice.between(21.2, 22.7), dice.between(102.2, 104.5));
            let report = json!({"kind": kinds[i % 5], "position": position, "occurred_at": "2025-12-01", "accuracy_m": 8.0,
                "description": "Phát hiện khi tuần tra", "area_ha": dice.uniform(), "lot": format!("lô {i}")});
            json!({"op": "report", "id": Uuid::now_v7(), "report": report})
        })
        .collect();
    let done = office.sync(&Who::at_the_machine(), &rows).unwrap();
    assert!(done.iter().all(|r| r.incident.is_some()), "{:?}", done.iter().find(|r| r.incident.is_none()));
}

/// The id, and the moment it was received, of the nth incident: in order of time as of ids.
fn nth(n: usize) -> (i64, String) {
    let us = BEGIN_US + 1_000_000 * n as i64;
    let hex = format!("{:012x}", us / 1000);
    (us, format!("{}-{}-7000-8000-{n:012x}", &hex[..8], &hex[8..]))
}

/// Turns the reports that were filed into `count` incidents, each at a place, a moment and under an id of its own.
fn multiply(place: &Place, count: usize) {
    match place {
        Place::Sqlite(folder) => {
            let connection = rusqlite::Connection::open(Sqlite::path(folder)).unwrap();
            let sql = include_str!("million.sqlite.sql");
            connection.execute_batch(&sql.replace(":count", &count.to_string())).unwrap();
        }
        Place::Postgres(url) => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            let sql = include_str!("million.postgres.sql");
            client.batch_execute(&sql.replace(":count", &count.to_string())).unwrap();
        }
    }
}

/// Median and longest of some answers, milliseconds, and the last of them.
fn timed(url: &str, token: &str) -> (f64, f64, Value) {
    let agent = agent();
    let mut took_ms = Vec::new();
    let mut last = Value::Null;
    for _ in 0..TIMES {
        let begun = Instant::now();
        let (status, body) = get(&agent, url, token).unwrap_or_else(|| panic!("no answer: {url}"));
        took_ms.push(begun.elapsed().as_secs_f64() * 1e3);
        assert_eq!(status, 200, "{url}: {}", String::from_utf8_lossy(&body));
        last = serde_json::from_slice(&body).unwrap();
    }
    took_ms.sort_by(f64::total_cmp);
    (took_ms[TIMES / 2], took_ms[TIMES - 1], last)
}

fn ids(page: &Value) -> Vec<String> {
    page["features"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

fn paging(name: &str, server: &Running, admin: &str, official: &str, count: usize) {
    let items = format!("{}/ogc/collections/incidents/items?limit=100", server.url);
    let desk = format!("{}/api/incidents?limit=50", server.url);
    let newest: Vec<String> = (count - 100..count).rev().map(|n| nth(n).1).collect();
    let oldest: Vec<String> = (0..100).rev().map(|n| nth(n).1).collect();
    let after = |n: usize, forward: bool| {
        let (us, id) = nth(n);
        Cursor { forward, keys: vec![us.into()], id }.encode()
    };
    let occurred =
        |n: usize| Cursor { forward: true, keys: vec![(nth(n).0 - 3_600_000_000).into()], id: nth(n).1 }.encode();
    let (us, id) = nth(50);
    // (what, first page, last page, its ids where they are known)
    let pages = [
        (
            "OGC, newest first",
            items.clone(),
            format!("{items}&cursor={}", after(100, true)),
            Some((&newest[..], &oldest[..])),
        ),
        (
            "OGC, backwards",
            format!("{items}&cursor={}", after(count - 101, false)),
            format!("{items}&cursor={}", after(0, false)),
            None,
        ),
        (
            "OGC, by occurred_at",
            format!("{items}&sortby=-occurred_at"),
            format!("{items}&sortby=-occurred_at&cursor={}", occurred(100)),
            Some((&newest[..], &oldest[..])),
        ),
        (
            "OGC, one kind",
            format!("{items}&kind=forest_fire"),
            format!("{items}&kind=forest_fire&cursor={}", after(500, true)),
            None,
        ),
        (
            "the desk, newest first",
            desk.clone(),
            format!("{desk}&after={us}.{id}"),
            Some((&newest[..50], &oldest[50..])),
        ),
    ];
    let mut said = Vec::new();
    for (what, first, last, known) in &pages {
        let (first_ms, first_longest_ms, first_page) = timed(first, admin);
        let (last_ms, last_longest_ms, last_page) = timed(last, admin);
        if let Some((newest, oldest)) = known {
            assert_eq!((ids(&first_page), ids(&last_page)), (newest.to_vec(), oldest.to_vec()), "{what}");
        }
        assert_eq!(ids(&first_page).len(), ids(&last_page).len(), "{what}");
        said.push(format!("{what} {first_ms:.1}/{last_ms:.1} ms (longest {first_longest_ms:.0}/{last_longest_ms:.0})"));
        assert!(first_ms < patience() * FIRST_PAGE_MS, "{what}: the first page takes {first_ms:.1} ms");
        assert!(
            last_ms < 2.0 * first_ms + AS_QUICK_MS,
            "{what}: the first page takes {first_ms:.1} ms, the last {last_ms:.1} ms"
        );
    }
    // Whoever sees a part only, or asks for it: one commune in a hundred and eighty.
    let of_unit = format!("{desk}&unit=03164");
    for (what, url, token) in [
        ("an official, OGC", &items, official),
        ("an official, the desk", &desk, official),
        ("the desk, one commune", &of_unit, admin),
    ] {
        let (ms, longest_ms, page) = timed(url, token);
        assert!(
            !ids(&page).is_empty() && ms < patience() * FIRST_PAGE_MS,
            "{what}: {} in {ms:.1} ms",
            ids(&page).len()
        );
        said.push(format!("{what} {ms:.1} ms (longest {longest_ms:.0})"));
    }
    say(&format!("{name}, {count} incidents, first/last page, median of {TIMES}: {}", said.join("; ")));
}

/// Pages of one commune's incidents, walked on its own index, are those found among all of them.
fn scopes(name: &str, place: &Place) {
    let store = Store::open(place).unwrap();
    let unit = "03164@2025-07-01".to_owned();
    // So many units that nobody walks each of them; all but one have nothing.
    let padded: Vec<String> =
        std::iter::once(unit.clone()).chain((0..20).map(|n| format!("none{n}@2025-07-01"))).collect();
    let fires = ItemsCondition::OneOf(ItemsColumn::Kind, vec!["forest_fire".into()]);
    let mut pages = 0;
    for which in [ItemsCondition::All(Vec::new()), fires] {
        for descending in [true, false] {
            let walk = |units: &[String]| {
                let (mut seen, mut after) = (Vec::new(), None);
                for _ in 0..7 {
                    let scope = Some(("nobody".to_owned(), units.to_vec()));
                    let query =
                        ItemsQuery { scope, which: &which, order: ItemsOrder::Received, descending, after, limit: 9 };
                    let rows = store.read(|tx| tx.items(&query)).unwrap();
                    after = rows.last().map(|(key, id, _)| (*key, id.clone()));
                    seen.extend(rows.into_iter().map(|(_, id, _)| id));
                }
                seen
            };
            let own = walk(std::slice::from_ref(&unit));
            assert!(!own.is_empty());
            assert_eq!(own, walk(&padded), "{name}, {which:?}, descending: {descending}");
            pages += 7;
        }
    }
    say(&format!("{name}: {pages} pages of one commune, the same both ways"));
}

/// Follows `next` from the first page to the last: everything once.
fn walk(name: &str, server: &Running, admin: &str, count: usize) {
    let agent = agent();
    let (mut seen, mut pages, begun) = (HashSet::new(), 0, Instant::now());
    let mut url = Some(format!("{}/ogc/collections/incidents/items?limit=10000", server.url));
    while let Some(next) = url {
        let (status, body) = get(&agent, &next, admin).expect("a page");
        assert_eq!(status, 200);
        let page: Value = serde_json::from_slice(&body).unwrap();
        for id in ids(&page) {
            assert!(seen.insert(id), "twice");
        }
        pages += 1;
        let links = page["links"].as_array().unwrap();
        url = links.iter().find(|l| l["rel"] == "next").map(|l| l["href"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen.len(), count);
    say(&format!("{name}: all {count} by {pages} pages in {:.0} s, each once", begun.elapsed().as_secs_f64()));
}

/// The most resident memory a process has had, megabytes.
fn peak_mb(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? * 1024.0 / 1e6)
}

/// Every format by the command line: how long, how large, how much memory.
fn exports(name: &str, place: &Place, data: &Path, count: usize, formats: &[&str]) {
    for format in FORMATS.iter().filter(|f| formats.is_empty() || formats.contains(&f.code)) {
        let path = data.join(format!("all.{}", format.extension));
        let begun = Instant::now();
        let mut command = program(place, data);
        command.args(["export", "incidents", "--format", format.code, "-o"]).arg(&path);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut peak = 0f64;
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(peak_mb(child.id()).unwrap_or(0.0));
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut words = String::new();
        child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        let done = child.wait().unwrap().success();
        if format.code == "shp" && !done && words.contains("holds at most") {
            // Two gigabytes is the end of a .dbf: a word early on, and nothing half-written.
            say(&format!("{name}, all {count} as shp: {}", words.trim()));
            assert!(!path.exists() && peak < EXPORT_MB);
            continue;
        }
        assert!(done, "{}: {words}", format.code);
        assert!(words.contains(&format!("{count} features")), "{}: {words}", format.code);
        let size_mb = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
        std::fs::remove_file(&path).unwrap();
        say(&format!(
            "{name}, all {count} as {}: at most {peak:.0} MB of memory, {size_mb:.0} MB of file, {:.0} s",
            format.code,
            begun.elapsed().as_secs_f64()
        ));
        assert!(peak < EXPORT_MB, "{}: {peak:.0} MB", format.code);
    }
}

/// A download: what the server's memory comes to with it.
fn download(name: &str, server: &Running, admin: &str, count: usize, format: &str) {
    let pid = server.pid();
    let agent = ureq::Agent::config_builder().timeout_global(None).build().new_agent();
    let url = format!("{}/ogc/collections/incidents/items?f={format}", server.url);
    let begun = Instant::now();
    let answer = agent.get(&url).header("Authorization", format!("Bearer {admin}")).call().unwrap();
    let mut body = answer.into_body().into_reader();
    let (mut buffer, mut bytes, mut lines) = (vec![0; 1 << 16], 0, 0);
    loop {
        let read = body.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        bytes += read;
        lines += buffer[..read].iter().filter(|b| **b == b'\n').count();
    }
    let peak = peak_mb(pid).unwrap();
    say(&format!(
        "{name}, downloaded as {format}: {:.0} MB in {:.0} s, the server at most {peak:.0} MB",
        bytes as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    ));
    assert!(lines >= count && peak < EXPORT_MB, "{lines} lines, {peak:.0} MB");
}

/// `formats`: those tried; none: all.
fn million(name: &str, place: &Place, formats: &[&str]) {
    let count = count();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    if let Some(official) = official_data("a million incidents on the official boundaries") {
        let copied = std::process::Command::new("cp").arg("-r").arg(official.join("boundaries")).arg(data).status();
        assert!(copied.unwrap().success());
    }
    let place = match place {
        Place::Sqlite(_) => Place::Sqlite(data.into()),
        other => other.clone(),
    };
    let begun = Instant::now();
    let (admin, official) = {
        let office = Office::open_at(data, place.clone()).unwrap();
        file_some(&office);
        let tokens = (
            toyland::token(&office, "admin", UserRole::Admin, None),
            toyland::token(&office, "official", UserRole::Official, Some("03164")),
        );
        multiply(&place, count);
        tokens
    };
    say(&format!("{name}: {count} incidents in {:.0} s", begun.elapsed().as_secs_f64()));
    let server = Running::start(&place, data);
    paging(name, &server, &admin, &official, count);
    scopes(name, &place);
    walk(name, &server, &admin, count);
    // As it was started: what pages of 10 000 took before is no part of a download.
    drop(server);
    let server = Running::start(&place, data);
    for format in ["geojsonseq", "csv"] {
        download(name, &server, &admin, count, format);
    }
    drop(server);
    exports(name, &place, data, count, formats);
}

#[test]
fn pages_and_files_of_very_many_incidents_on_sqlite() {
    million("SQLite", &Place::Sqlite(Default::default()), &[]);
}

#[test]
fn pages_and_files_of_very_many_incidents_on_postgresql() {
    let Some(place) = pg::database() else { return };
    million("PostgreSQL", &place, &["geojson", "csv"]);
}
