//! The contract of the store, on both databases.

use std::time::{Duration, Instant};

use giapranh::domain::{Change, Due, Entry, IncidentKind, Topic, UserRole};
use giapranh::service::incidents::{Expected, Job, ReportBody};
use giapranh::service::{Office, audit};
use giapranh::store::{Place, Sqlite, Store, StoreError, digest};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::toyland::{self, typed};
use crate::{common, pg};

/// Runs a test on each kind of store; the folder is there for its files.
pub fn on_each(test: impl Fn(&Place, &std::path::Path)) {
    let data = tempfile::tempdir().unwrap();
    test(&Place::Sqlite(data.path().into()), data.path());
    if let Some(place) = pg::database() {
        let data = tempfile::tempdir().unwrap();
        test(&place, data.path());
    }
}

fn open(place: &Place) -> Store {
    Store::open(place).unwrap()
}

pub fn office(place: &Place, data: &std::path::Path) -> Office {
    Office::with(data, place.clone(), toyland::atlas()).unwrap()
}

fn line(n: u32) -> Entry {
    let deadline = serde_json::from_value(json!({"kind": "forest_fire", "due": "verify", "hours": n})).unwrap();
    Entry::new("x", Change::DeadlineSet { deadline })
}

fn append(store: &Store, entry: &Entry) -> i64 {
    store.write(|tx| tx.append(entry)).unwrap()
}

fn seqs(store: &Store) -> Vec<i64> {
    store.read(|tx| tx.entries(None, None, 0, usize::MAX)).unwrap().into_iter().map(|(seq, _)| seq).collect()
}

pub fn report(office: &Office, who: &giapranh::domain::Who) -> Uuid {
    let id = Uuid::now_v7();
    let body: ReportBody = serde_json::from_value(json!({
        "kind": "deforestation", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01", "description": "Chặt hạ cây"
    }))
    .unwrap();
    office.report(who, id, &body).unwrap();
    id
}

#[test]
fn lines_are_added_in_order_and_the_same_one_once() {
    on_each(|place, _| {
        let store = open(place);
        let (one, two) = (line(1), line(2));
        assert_eq!((append(&store, &one), append(&store, &two), append(&store, &one)), (1, 2, 2));
        assert_eq!(store.read(|tx| tx.entries(Some(Topic::Records), None, 1, 9)).unwrap(), [(2, two.clone())]);
        assert_eq!(store.read(|tx| tx.entry(one.id)).unwrap(), Some(one.clone()));
        assert!(store.read(|tx| tx.entries(Some(Topic::Incidents), None, 0, 9)).unwrap().is_empty());
        // And again after opening it anew.
        assert_eq!(seqs(&open(place)), [1, 2]);
    });
}

#[test]
fn what_fails_leaves_nothing_and_a_part_can_fail_by_itself() {
    on_each(|place, _| {
        let store = open(place);
        let failed = store.write(|tx| {
            tx.append(&line(1))?;
            Err::<(), _>(StoreError::NoFile("x".into()))
        });
        assert!(failed.is_err());
        assert!(seqs(&store).is_empty());
        store
            .write(|tx| {
                tx.append(&line(1))?;
                let part = tx.attempt(|tx| {
                    tx.append(&line(2))?;
                    Err::<(), _>(StoreError::NoFile("x".into()))
                });
                assert!(part.is_err());
                tx.append(&line(3))
            })
            .unwrap();
        assert_eq!(seqs(&store), [1, 2]);
    });
}

#[test]
fn many_writers_over_several_handles_leave_no_gap_and_lose_nothing() {
    on_each(|place, _| {
        let stores = [open(place), open(place)];
        std::thread::scope(|scope| {
            for n in 0..4 {
                let store = &stores[n % 2];
                scope.spawn(move || (0..25).for_each(|i| assert!(append(store, &line(i)) > 0)));
            }
        });
        assert_eq!(seqs(&stores[0]), (1..=100).collect::<Vec<i64>>());
        let audit = stores[1].read(|tx| tx.audit(|_, _| {})).unwrap();
        assert_eq!((audit.lines, audit.faults.len()), (100, 0));
    });
}

#[test]
fn a_reader_sees_one_moment_and_does_not_stop_the_writer() {
    on_each(|place, _| {
        let store = open(place);
        append(&store, &line(1));
        store
            .read(|tx| {
                assert_eq!(tx.last(None)?, 1);
                append(&store, &line(2));
                assert_eq!(tx.last(None)?, 1, "the snapshot stays");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(store.read(|tx| tx.last(None)).unwrap(), 2);
    });
}

#[test]
fn whoever_waits_hears_of_what_another_handle_writes() {
    on_each(|place, _| {
        let (here, there) = (open(place), open(place));
        append(&here, &line(1));
        assert_eq!(here.wait(0, Duration::from_secs(5)).unwrap(), 1, "at once, as it has gone past already");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                append(&there, &line(2));
            });
            let start = Instant::now();
            assert_eq!(here.wait(1, Duration::from_secs(10)).unwrap(), 2);
            assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        });
        assert_eq!(here.wait(2, Duration::from_millis(100)).unwrap(), 2, "nothing came");
    });
}

#[test]
fn the_whole_story_of_an_incident_is_the_same_on_both() {
    let told = std::cell::RefCell::new(Vec::new());
    on_each(|place, data| {
        let office = office(place, data);
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        let official = toyland::person(&office, "official", UserRole::Official, Some("a1"));
        let id = report(&office, &ranger);
        for act in [
            json!({"do": "step", "step": "verify"}),
            json!({"do": "line", "step": "act"}),
            json!({"do": "edit", "changes": {"area_ha": 1.25, "description": "Đã đo"}}),
            json!({"do": "comment", "text": "Xong"}),
        ] {
            let act = serde_json::from_value(act).unwrap();
            let job = Job { incident: id, id: None, expected: Expected::Now, made_at: None, act: &act };
            office.act(&official, job).unwrap();
        }
        let story: Vec<(String, Option<String>)> =
            office.incident_history(&official, id).unwrap().into_iter().map(|e| (e.what, e.text)).collect();
        let facts = office.incident(&official, id).unwrap().properties.facts.unwrap();
        assert_eq!((facts.area_ha, facts.description.as_deref()), (Some(1.25), Some("Đã đo")));
        assert_eq!(office.audit(None).unwrap().faults, []);
        told.borrow_mut().push(story);
    });
    let told = told.into_inner();
    assert!(told.windows(2).all(|w| w[0] == w[1]), "{told:?}");
}

#[test]
fn an_erased_value_is_gone_and_the_chain_stays_valid() {
    on_each(|place, data| {
        let office = office(place, data);
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        let id = report(&office, &ranger);
        assert_eq!(office.erase("cli", id, "description").unwrap(), 1);
        assert_eq!(office.erase("cli", id, "description").unwrap(), 0, "once");
        assert_eq!(office.erase("cli", id, "colour").unwrap_err().code(), "invalid");
        assert_eq!(office.erase("cli", Uuid::now_v7(), "description").unwrap_err().code(), "no_such_incident");
        let facts = office.incident(&ranger, id).unwrap().properties.facts.unwrap();
        assert_eq!((facts.description, facts.reporter.as_deref()), (None, Some("ranger")));
        assert_eq!(office.audit(None).unwrap().faults, []);
        // The report can still be sent again: what was erased is not compared.
        let body: ReportBody = serde_json::from_value(json!({
            "kind": "deforestation", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01", "description": "Chặt hạ cây"
        }))
        .unwrap();
        assert!(office.report(&ranger, id, &body).unwrap().repeated);
        // Nothing of it is left in the file.
        if let Place::Sqlite(folder) = place {
            let holds = |path: &std::path::Path| {
                let bytes = std::fs::read(path).unwrap_or_default();
                bytes.windows("Chặt hạ cây".len()).any(|w| w == "Chặt hạ cây".as_bytes())
            };
            let file = Sqlite::path(folder);
            assert!(!holds(&file) && !holds(&folder.join("giapranh.db-wal")));
        }
    });
}

#[test]
fn values_go_when_they_have_been_held_long_enough_and_the_incident_is_over() {
    on_each(|place, data| {
        let office = office(place, data);
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, Some("a1"));
        let (open, over) = (report(&office, &ranger), report(&office, &ranger));
        let act =
            serde_json::from_value(json!({"do": "step", "step": "reject", "rejection": {"why": "false"}})).unwrap();
        let job = Job { incident: over, id: None, expected: Expected::Now, made_at: None, act: &act };
        office.act(&ranger, job).unwrap();
        let days = |field: &str| office.retention().unwrap().into_iter().find(|h| h.field == field).unwrap();
        assert!(days("minutes").days.is_none() && !days("description").set);
        office.set_retention("cli", "description", Some(30)).unwrap();
        office.set_retention("cli", "reporter", None).unwrap();
        assert_eq!((days("description").days, days("description").set, days("reporter").days), (Some(30), true, None));
        assert!(office.set_retention("cli", "description", Some(0)).is_err());
        assert!(office.set_retention("cli", "colour", Some(9)).is_err());
        let in_days = |n: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * n);
        let run = |now, really| -> Vec<(&str, usize)> {
            let erased = office.run_retention("cli", now, really).unwrap();
            erased.into_iter().filter(|e| e.values > 0).map(|e| (e.field, e.values)).collect()
        };
        assert_eq!(run(in_days(29), true), []);
        assert_eq!(run(in_days(31), false), [("description", 1)], "only counted");
        assert_eq!(run(in_days(31), true), [("description", 1)], "the other incident is not over");
        assert_eq!(run(in_days(31), true), [], "once");
        let described = |id| office.incident(&ranger, id).unwrap().properties.facts.unwrap().description.is_some();
        assert!(described(open) && !described(over));
        assert_eq!(office.audit(None).unwrap().faults, []);
    });
}

#[test]
fn a_digest_tells_nothing_without_its_salt() {
    assert_eq!(digest(b"salt", "x"), digest(b"salt", "x"));
    assert_ne!(digest(b"salt", "x"), digest(b"pepper", "x"));
}

/// What somebody with the database's password can do to it, and what then shows.
#[test]
fn whatever_is_changed_behind_the_journals_back_shows() {
    const TAMPERINGS: [(&str, &str); 17] = [
        ("UPDATE journal SET at_us = at_us + 1 WHERE seq = 1", "columns"),
        ("UPDATE journal SET id = 'x' WHERE seq = 1", "columns"),
        ("UPDATE journal SET hash = (SELECT hash FROM journal WHERE seq = 2) WHERE seq = 1", "chain"),
        ("UPDATE incidents SET lon = lon + 0.01", "incident"),
        ("UPDATE incidents SET state = 'closed'", "incident"),
        (
            "UPDATE private_fields SET digest = (SELECT hash FROM journal WHERE seq = 1) WHERE field = 'description'",
            "private",
        ),
        ("DELETE FROM private_fields WHERE field = 'description'", "private"),
        (
            "UPDATE private_fields SET value = NULL, salt = NULL, erased_us = 1 WHERE field = 'description'",
            "private_gone",
        ),
        ("UPDATE journal SET entry = REPLACE(entry, 'deforestation', 'encroachment') WHERE seq = 1", "chain"),
        ("UPDATE journal SET topic = 'records' WHERE seq = 1", "columns"),
        ("UPDATE journal SET subject = 'x' WHERE seq = 1", "columns"),
        ("DELETE FROM journal WHERE seq = 2", "missing"),
        ("UPDATE incidents SET doc = REPLACE(doc, '\"state\":\"reported\"', '\"state\":\"closed\"')", "incident"),
        ("DELETE FROM incident_units", "incident"),
        ("UPDATE private_fields SET value = 'Nothing happened' WHERE field = 'description'", "private_changed"),
        ("UPDATE private_fields SET value = NULL, salt = NULL WHERE field = 'description'", "private_gone"),
        ("DELETE FROM journal WHERE seq = (SELECT MAX(seq) FROM journal)", "head"),
    ];
    for (tampering, shows) in TAMPERINGS {
        on_each(|place, data| {
            let before = {
                let office = office(place, data);
                let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
                report(&office, &ranger);
                report(&office, &ranger);
                append(&office.store().unwrap(), &line(1));
                let audit = office.audit(None).unwrap();
                assert_eq!(audit.faults, []);
                audit
            };
            match place {
                Place::Sqlite(data) => {
                    let connection = rusqlite::Connection::open(Sqlite::path(data)).unwrap();
                    connection
                        .execute_batch("DROP TRIGGER journal_is_not_edited; DROP TRIGGER journal_is_not_cut;")
                        .unwrap();
                    connection.execute_batch(tampering).unwrap();
                }
                Place::Postgres(url) => {
                    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                    assert!(client.batch_execute("DELETE FROM journal").is_err(), "the journal refuses");
                    client.batch_execute("ALTER TABLE journal DISABLE TRIGGER ALL").unwrap();
                    client.batch_execute(tampering).unwrap();
                }
            }
            let store = open(place);
            let found = audit(&store, None).unwrap().faults;
            assert!(found.iter().any(|f| f.what == shows), "{tampering}: {found:?}");
            // Whoever has noted the last line finds a journal that was cut off, or written anew as a whole.
            let noted = audit(&store, Some((before.lines, &before.head))).unwrap().faults;
            assert_eq!(
                noted.iter().any(|f| f.what == "noted"),
                tampering.contains("MAX(seq)"),
                "{tampering}: {noted:?}"
            );
        });
    }
}

#[test]
fn a_database_that_was_away_is_found_again_without_help() {
    let Some(place) = pg::database() else { return };
    let data = tempfile::tempdir().unwrap();
    let office = office(&place, data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    report(&office, &ranger);
    pg::server().unwrap().cut_off(&place);
    report(&office, &ranger);
    assert_eq!(office.audit(None).unwrap().faults, []);
}

#[test]
fn a_server_that_was_stopped_is_found_again_when_it_is_back() {
    let Some(server) = pg::own() else { return };
    let place = server.database();
    let data = tempfile::tempdir().unwrap();
    let office = office(&place, data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    report(&office, &ranger);
    let store = office.store().unwrap();
    std::thread::scope(|scope| {
        // Somebody waits for news all the while.
        let last = store.read(|tx| tx.last(None)).unwrap();
        let waiting = scope.spawn(move || open(&place).wait(last, Duration::from_millis(200)));
        assert!(waiting.join().unwrap().is_ok());
    });
    server.stop();
    let body: ReportBody = serde_json::from_value(
        json!({"kind": "forest_fire", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01"}),
    )
    .unwrap();
    let id = Uuid::now_v7();
    let refused = office.report(&ranger, id, &body).unwrap_err();
    assert_eq!(refused.code(), "records_unavailable");
    assert!(refused.text().vi.contains("Chưa có gì được ghi"), "{}", refused.text().vi);
    assert_eq!(store.wait(0, Duration::from_millis(100)).unwrap_err().code(), "records_unavailable");
    server.start();
    assert!(!office.report(&ranger, id, &body).unwrap().repeated, "nothing was half written");
    assert_eq!(office.audit(None).unwrap().faults, []);
}

#[test]
fn what_qgis_sees_lies_where_the_program_says() {
    let Some(place) = pg::database() else { return };
    let data = tempfile::tempdir().unwrap();
    let office = office(&place, data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    report(&office, &ranger);
    let Place::Postgres(url) = &place else { panic!("a PostgreSQL place") };
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    for (crs, epsg) in [("EPSG:9205", 9205_i32), ("EPSG:9208", 9208)] {
        let there = "SELECT ST_X(g), ST_Y(g), ST_X(geom), ST_Y(geom), units, occurred_at::text \
                     FROM (SELECT *, ST_Transform(geom, $1::integer) AS g FROM incidents_map) AS m";
        let row = client.query_one(there, &[&epsg]).unwrap();
        let (x, y, lon, lat): (f64, f64, f64, f64) = (row.get(0), row.get(1), row.get(2), row.get(3));
        let crs = giapranh::crs::CrsId::parse(crs).unwrap();
        let (own_lon, own_lat, _) = giapranh::crs::of_xy(x, y, crs).unwrap();
        assert!((own_lon - lon).hypot(own_lat - lat) < 2e-8, "2 mm: {own_lon} {own_lat} for {lon} {lat}");
        assert!(row.get::<_, Option<String>>(4).is_some_and(|u| u.starts_with("a1@")), "its unit");
        assert!(row.get::<_, Option<String>>(5).is_some_and(|t| t.starts_with("2026-0")), "its time");
    }
}

#[test]
fn a_store_of_a_newer_release_is_left_alone() {
    on_each(|place, _| {
        drop(open(place));
        match place {
            Place::Sqlite(data) => {
                let connection = rusqlite::Connection::open(Sqlite::path(data)).unwrap();
                connection.pragma_update(None, "user_version", 99).unwrap();
            }
            Place::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute("INSERT INTO giapranh_steps SELECT generate_series(50, 150)").unwrap();
            }
        }
        assert_eq!(Store::open(place).err().unwrap().code(), "store_too_new");
    });
}

#[test]
fn a_disk_that_may_only_be_read_is_said_and_it_goes_on_when_it_may_be_written() {
    let Some(disk) = small_disk() else {
        common::say("NOT CHECKED: a read-only disk (a small file system cannot be mounted here)");
        return;
    };
    let ranger = {
        let office = toyland::office(disk.path());
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        report(&office, &ranger);
        ranger
    };
    let remount = |how: &str| {
        let done = std::process::Command::new("mount").args(["-o", how]).arg(disk.path()).status().unwrap();
        assert!(done.success(), "mount -o {how}");
    };
    let verify = || {
        let mut command = common::giapranh();
        command.args(["--lang", "en", "audit", "verify"]).env("GIAPRANH_DATA", disk.path()).output().unwrap()
    };
    remount("remount,ro");
    let refused = verify();
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && words.contains("cannot be opened or written"), "{words}");
    remount("remount,rw");
    assert!(verify().status.success());
    report(&toyland::office(disk.path()), &ranger);
    let _ = std::process::Command::new("umount").arg(disk.path()).status();
}

#[test]
fn a_store_that_cannot_be_reached_says_so_without_the_password() {
    let place = Place::Postgres("postgres://forest:geheim@127.0.0.1:1/x".into());
    let refused = Store::open(&place).err().unwrap();
    assert_eq!(refused.code(), "records_unavailable");
    let words = format!("{refused} {}", refused.text().vi);
    assert!(!words.contains("geheim") && words.contains("127.0.0.1"), "{words}");
    assert!(Place::read(Some("mysql://x"), std::path::Path::new(".")).is_err());
}

#[test]
fn a_clock_that_was_put_back_does_not_put_the_journal_in_disorder() {
    on_each(|place, _| {
        let store = open(place);
        let ahead = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
        append(&store, &Entry { recorded_at: ahead, ..line(1) });
        let now = store.write(|tx| tx.now()).unwrap();
        assert!(now.as_microsecond() >= ahead.as_microsecond(), "time stands still until it has caught up");
    });
}

/// The tables of the first release, with lines in it.
#[test]
fn a_journal_of_before_there_were_incidents_is_brought_up_to_date() {
    let data = tempfile::tempdir().unwrap();
    let entries = [line(1), line(2)];
    {
        use sha2::{Digest, Sha256};
        let connection = rusqlite::Connection::open(Sqlite::path(data.path())).unwrap();
        connection.execute_batch(include_str!("../../src/store/migrations/sqlite/0001_journal.sql")).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        let mut hash = [0_u8; 32];
        for (seq, entry) in (1..).zip(&entries) {
            let text = serde_json::to_string(entry).unwrap();
            hash = Sha256::new().chain_update(hash).chain_update(&text).finalize().into();
            let row = rusqlite::params![seq, entry.id.to_string(), text, hash];
            connection.execute("INSERT INTO journal (seq, id, entry, hash) VALUES (?1, ?2, ?3, ?4)", row).unwrap();
        }
    }
    let store = open(&Place::Sqlite(data.path().into()));
    let read = store.read(|tx| tx.entries(Some(Topic::Records), None, 0, 9)).unwrap();
    assert_eq!(read.into_iter().map(|(_, e)| e).collect::<Vec<_>>(), entries);
    assert_eq!(store.read(|tx| tx.audit(|_, _| {})).unwrap().faults, []);
    let office = office(&Place::Sqlite(data.path().into()), data.path());
    assert!(office.now().deadlines().contains(&(IncidentKind::ForestFire, Due::Verify, 2)), "the last one counts");
}

/// A folder that holds no more than a little.
fn small_disk() -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1500k", "tmpfs"])
        .arg(folder.path())
        .stderr(std::process::Stdio::null())
        .status();
    mounted.is_ok_and(|s| s.success()).then_some(folder)
}

#[test]
fn a_full_disk_is_said_nothing_is_half_written_and_it_goes_on_when_there_is_room() {
    let Some(disk) = small_disk() else {
        common::say("NOT CHECKED: a full disk (a small file system cannot be mounted here)");
        return;
    };
    let office = toyland::office(disk.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    let filler = disk.path().join("filler");
    let long = "x".repeat(9_000);
    let send = || {
        let body = json!({"kind": "forest_fire", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01", "description": long});
        office.report(&ranger, Uuid::now_v7(), &serde_json::from_value(body).unwrap())
    };
    let mut taken = 0;
    let refused = loop {
        match send() {
            Ok(_) => taken += 1,
            Err(e) => break e,
        }
        assert!(taken < 1000);
        let _ = std::fs::write(&filler, vec![0; 400_000]);
    };
    assert_eq!(refused.code(), "records_unavailable", "{refused}");
    assert!(refused.text().vi.contains("Chưa có gì được ghi"), "{}", refused.text().vi);
    std::fs::remove_file(&filler).unwrap();
    send().expect("there is room again");
    let audit = office.audit(None).unwrap();
    assert_eq!((audit.faults.len(), audit.lines), (0, taken + 1));
    drop(office);
    let _ = std::process::Command::new("umount").arg(disk.path()).status();
}
