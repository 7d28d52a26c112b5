//! Everything copied from store to store, into one file and out of it again.

use std::path::{Path, PathBuf};
use std::process::Output;

use giapranh::domain::{UserRole, Who};
use giapranh::service::incidents::ReportBody;
use giapranh::service::{Office, audit, backup};
use giapranh::store::{Place, Sqlite, Store, TABLES};
use serde_json::json;
use uuid::Uuid;

use crate::toyland::{self, typed};
use crate::{common, pg, photos};

/// The kinds of store that are here.
fn places(folder: &Path) -> Vec<Place> {
    std::iter::once(Place::Sqlite(folder.into())).chain(pg::database()).collect()
}

fn url(place: &Place) -> String {
    match place {
        Place::Sqlite(folder) => format!("sqlite:{}", folder.display()),
        Place::Postgres(url) => url.clone(),
    }
}

fn office(place: &Place, data: &Path) -> Office {
    Office::with(data, place.clone(), toyland::atlas()).unwrap()
}

fn report(office: &Office, who: &Who) -> Uuid {
    let id = Uuid::now_v7();
    let body: ReportBody = serde_json::from_value(json!({
        "kind": "deforestation", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01", "description": "Chặt hạ cây"
    }))
    .unwrap();
    office.report(who, id, &body).unwrap();
    id
}

/// A store with a bit of everything; more than one batch of rows.
fn filled(place: &Place, data: &Path) -> (Office, Who, String) {
    let office = office(place, data);
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, Some("a1"));
    for _ in 0..220 {
        report(&office, &ranger);
    }
    let sha256 = office.attachments.keep(b"%PDF a map").unwrap();
    let document = json!({"title": "Biên bản", "file": {"sha256": sha256, "name": "map.pdf"}});
    let dispute = json!({
        "name": "Đồi cỏ", "date": "2026-01-05", "text": "Hai xã cùng nhận đồi cỏ.", "document": document,
        "parties": [{"unit": "b1", "unit_at": "2026-01-05"}, {"unit": "d1", "unit_at": "2026-01-05"}],
    });
    office.open_dispute("x", &serde_json::from_value(dispute).unwrap()).unwrap();
    (office, ranger, sha256)
}

/// The program on a store.
fn run(place: &Place, data: &Path, args: &[&str]) -> Output {
    let mut command = common::giapranh();
    command.env("GIAPRANH_STORE", url(place)).env("GIAPRANH_DATA", data).env("GIAPRANH_LANG", "en");
    command.args(args).output().expect("giapranh runs")
}

fn done(out: &Output) -> String {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn refused(out: &Output, word: &str) {
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(!out.status.success() && said.contains(word), "{word}: {said}");
}

/// Everything under a folder, with its size.
fn listing(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(listing(&path));
        }
        all.push((path.clone(), path.metadata().unwrap().len()));
    }
    all.sort();
    all
}

#[test]
fn every_table_and_every_column_is_copied() {
    let copied: Vec<(String, Vec<String>)> = {
        let columns = |t: &giapranh::store::Table| t.columns().iter().map(|c| (*c).to_owned()).collect();
        let mut all: Vec<(String, Vec<String>)> = TABLES.iter().map(|t| (t.name.to_owned(), columns(t))).collect();
        all.iter_mut().for_each(|t| t.1.sort());
        all.sort();
        all
    };
    let data = tempfile::tempdir().unwrap();
    for place in places(data.path()) {
        drop(Store::open(&place).unwrap());
        let mut there: Vec<(String, String)> = match &place {
            Place::Sqlite(folder) => {
                let connection = rusqlite::Connection::open(Sqlite::path(folder)).unwrap();
                let sql = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
                           WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Place::Postgres(url) => {
                // Not what PostGIS brings, the steps of the tables, and what follows from other columns.
                let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns \
                           JOIN information_schema.tables USING (table_schema, table_name) \
                           WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' \
                           AND table_name NOT IN ('spatial_ref_sys', 'giapranh_steps')";
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.query(sql, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        };
        there.sort();
        let mut by_table: Vec<(String, Vec<String>)> = Vec::new();
        for (table, column) in there {
            match by_table.last_mut().filter(|t| t.0 == table) {
                Some(last) => last.1.push(column),
                None => by_table.push((table, vec![column])),
            }
        }
        assert_eq!(by_table, copied, "{}", url(&place));
    }
}

#[test]
fn a_store_goes_to_the_other_database_and_back_and_is_the_same() {
    let (here, there, data) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (sqlite, back) = (Place::Sqlite(here.path().into()), Place::Sqlite(there.path().into()));
    // Without PostgreSQL at least from file to file.
    let other = tempfile::tempdir().unwrap();
    let middle = pg::database().unwrap_or_else(|| Place::Sqlite(other.path().into()));
    let sums = {
        let (office, ..) = filled(&sqlite, data.path());
        office.store().unwrap().read(|tx| tx.sums()).unwrap()
    };
    let migrate =
        |from: &Place, to: &Place| run(&sqlite, data.path(), &["migrate", "--from", &url(from), "--to", &url(to)]);
    let told = done(&migrate(&sqlite, &middle));
    for sum in &sums {
        let line = told.lines().find(|l| l.starts_with(&format!("{} ", sum.table))).unwrap();
        assert!(line.ends_with(&format!("{} {}", sum.rows, sum.sha256)), "{line}");
    }
    done(&migrate(&middle, &back));
    let stores = [&sqlite, &middle, &back].map(|place| Store::open(place).unwrap());
    for store in &stores {
        assert_eq!(store.read(|tx| tx.sums()).unwrap(), sums);
        assert_eq!(audit(store, None).unwrap().faults, []);
    }
    // Not onto something.
    refused(&migrate(&sqlite, &middle), "not empty");
    assert_eq!(stores[1].read(|tx| tx.sums()).unwrap(), sums);
    refused(&migrate(&Place::Sqlite(here.path().join("none")), &back), "no records");
    assert!(!here.path().join("none").exists(), "looking makes no store");
    // Life goes on there: what is numbered gets numbers that are free.
    let office = office(&middle, data.path());
    let ranger = toyland::person(&office, "another", UserRole::Ranger, Some("a1"));
    report(&office, &ranger);
    assert_eq!(office.audit(None).unwrap().faults, []);
}

#[test]
fn what_was_backed_up_is_restored_as_it_was() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (n, place) in places(folder.path()).into_iter().enumerate() {
        let data = tempfile::tempdir().unwrap();
        let (office, _, sha256) = filled(&place, data.path());
        let sums = office.store().unwrap().read(|tx| tx.sums()).unwrap();
        let file = files.path().join(format!("{n}.tar"));
        let name = file.to_str().unwrap();
        let told = done(&run(&place, data.path(), &["backup", name]));
        let head = told.trim().rsplit(' ').next().unwrap();
        assert_eq!(listing(files.path()).len(), n + 1, "nothing else is left there");
        refused(&run(&place, data.path(), &["backup", name]), "already");

        // Into the database it came from the kind of, and into the other.
        let target = tempfile::tempdir().unwrap();
        for to in places(target.path()) {
            let data = tempfile::tempdir().unwrap();
            let said = done(&run(&place, data.path(), &["restore", name, "--to", &url(&to)]));
            assert!(said.contains(head), "{said}");
            let restored = Office::with(data.path(), to.clone(), toyland::atlas()).unwrap();
            assert_eq!(restored.store().unwrap().read(|tx| tx.sums()).unwrap(), sums);
            assert_eq!(restored.attachments.get(&sha256).unwrap(), b"%PDF a map");
            assert_eq!(listing(data.path()).iter().filter(|f| f.0.to_string_lossy().contains(".giapranh")).count(), 0);
            let verified = run(&to, data.path(), &["audit", "verify", "--expect", head]);
            assert!(done(&verified).contains(head));
            refused(&run(&place, data.path(), &["restore", name, "--to", &url(&to)]), "not empty");
        }
    }
}

#[test]
fn a_backup_is_made_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let data = tempfile::tempdir().unwrap();
        let (office, ranger, _) = filled(&place, data.path());
        let store = office.store().unwrap();
        let files = tempfile::tempdir().unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        let ordering = std::sync::atomic::Ordering::SeqCst;
        let before = store.read(|tx| tx.last(None)).unwrap();
        let written = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut written = 0;
                while !stop.load(ordering) {
                    report(&office, &ranger);
                    written += 1;
                }
                written
            });
            for n in 0..2 {
                let made = backup(&store, data.path(), &files.path().join(format!("{n}.tar")), &|_, _, _| {}).unwrap();
                assert_eq!((made.audit.faults.len(), made.missing.len()), (0, 0));
                assert!(made.audit.lines >= before, "one moment of it");
            }
            stop.store(true, ordering);
            writer.join().unwrap()
        });
        assert!(written > 0, "nobody was held up");
        assert_eq!(store.read(|tx| tx.last(None)).unwrap(), before + written);
    }
}

#[test]
fn a_damaged_or_foreign_file_is_refused_and_leaves_nothing_behind() {
    let (folder, data, files) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Place::Sqlite(folder.path().into());
    let (office, ..) = filled(&place, data.path());
    let good = files.path().join("good.tar");
    backup(&office.store().unwrap(), data.path(), &good, &|_, _, _| {}).unwrap();
    let whole = std::fs::read(&good).unwrap();
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let foreign = {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        tar.append_data(&mut header, "holiday.jpg", &b"xyz"[..]).unwrap();
        tar.into_inner().unwrap()
    };
    let stranger = {
        // A good backup with a file that goes elsewhere.
        let mut tar = tar::Builder::new(Vec::new());
        let mut entries = tar::Archive::new(&whole[..]);
        for entry in entries.entries().unwrap() {
            let mut entry = entry.unwrap();
            let (mut header, path) = (entry.header().clone(), entry.path().unwrap().into_owned());
            tar.append_data(&mut header, path, &mut entry).unwrap();
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        tar.append_data(&mut header, "photos/elsewhere", &b"x"[..]).unwrap();
        tar.into_inner().unwrap()
    };
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("empty", Vec::new(), "no backup"),
        ("text", b"not a tar at all".to_vec(), "no backup"),
        ("foreign", foreign, "no backup"),
        ("stranger", stranger, "does not belong"),
        ("half", whole[..whole.len() / 2].to_vec(), "damaged"),
        ("database", changed(whole.len() / 2), "is not what it was"),
        ("manifest", changed(700), "damaged"),
        ("one file short", whole[..whole.len() - 2560].to_vec(), "damaged"),
    ];
    for (name, bytes, word) in cases {
        let file = files.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let target = tempfile::tempdir().unwrap();
        let data = target.path().join("data");
        refused(&run(&Place::Sqlite(data.clone()), &data, &["restore", file.to_str().unwrap()]), word);
        assert_eq!(listing(target.path()), [], "{name}");
    }
    refused(&run(&place, data.path(), &["restore", "/no/such/file.tar"]), "cannot be read");
}

#[test]
fn what_was_tampered_with_is_backed_up_with_a_loud_word_and_restored_only_on_demand() {
    let (folder, data, files) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Place::Sqlite(folder.path().into());
    let (office, _, sha256) = filled(&place, data.path());
    drop(office);
    let connection = rusqlite::Connection::open(Sqlite::path(folder.path())).unwrap();
    connection.execute_batch("DROP TRIGGER journal_is_not_cut; DELETE FROM journal WHERE seq = 7").unwrap();
    drop(connection);
    std::fs::remove_file(data.path().join("attachments").join(&sha256)).unwrap();
    let file = files.path().join("odd.tar");
    let name = file.to_str().unwrap();
    let made = run(&place, data.path(), &["backup", name]);
    refused(&made, "FAULT 7: missing");
    refused(&made, &sha256);
    assert!(file.exists(), "there is a backup all the same");
    let target = tempfile::tempdir().unwrap();
    let to = Place::Sqlite(target.path().join("data"));
    let restore = |more: &[&str]| run(&to, &target.path().join("data"), &[&["restore", name], more].concat());
    refused(&restore(&[]), "faults");
    assert_eq!(listing(target.path()), []);
    done(&restore(&["--with-faults"]));
    assert!(to.exists());
}

#[test]
fn an_erased_photo_is_gone_with_its_files_and_a_backup_asks_for_none() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let office = office(&place, data.path());
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        let bytes = photos::photo();
        // The same picture with two incidents.
        let with_photo = || {
            let (incident, photo) = (report(&office, &ranger), Uuid::now_v7());
            office.begin_photo(&ranger, incident, photo, &photos::sha256(&bytes), bytes.len() as u64).unwrap();
            assert!(office.photo_piece(&ranger, photo, 0, &bytes).unwrap().done);
            (incident, photo)
        };
        let (one, two) = (with_photo(), with_photo());
        let shown = |(incident, photo)| office.photo(&ranger, incident, photo, false).is_ok();
        let kept = || listing(&data.path().join("photos")).len();
        let backup = |name: &str| {
            backup(&office.store().unwrap(), data.path(), &files.path().join(name), &|_, _, _| {}).unwrap()
        };
        let held = |name: &str| backup(name).manifest.files.iter().filter(|f| f.name.starts_with("photos/")).count();
        assert_eq!((kept(), held("before")), (2, 2), "as it came, and as it is shown");
        assert_eq!(office.erase("cli", one.0, "photo").unwrap(), 1);
        assert!(shown(two) && kept() == 2, "the other incident still shows it");
        assert_eq!(office.erase("cli", two.0, "photo").unwrap(), 1);
        assert!(!shown(one) && !shown(two) && kept() == 0);
        let after = backup("after");
        assert_eq!((after.missing.len(), after.audit.faults.len()), (0, 0));

        // The backup from before holds them still.
        let elsewhere = tempfile::tempdir().unwrap();
        let to = Place::Sqlite(elsewhere.path().into());
        let before = files.path().join("before");
        done(&run(&to, elsewhere.path(), &["restore", before.to_str().unwrap()]));
        let name = photos::sha256(&bytes);
        assert_eq!(std::fs::read(elsewhere.path().join("photos").join(name)).unwrap(), bytes);
    }
}

#[test]
fn values_are_erased_and_held_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let data = tempfile::tempdir().unwrap();
        let office = office(&place, data.path());
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        let id = report(&office, &ranger).to_string();
        let told = done(&run(&place, data.path(), &["erase", "--incident", &id, "--field", "reporter"]));
        assert!(told.starts_with("1 values are erased"), "{told}");
        refused(&run(&place, data.path(), &["erase", "--incident", &id, "--field", "colour"]), "colour");
        let shown = done(&run(&place, data.path(), &["retention", "set", "note", "90"]));
        let note = shown.lines().find(|l| l.starts_with("note")).unwrap();
        assert!(note.contains("90 days") && note.contains("set here"), "{note}");
        assert!(shown.contains("the program's own default"), "{shown}");
        assert!(done(&run(&place, data.path(), &["retention", "run"])).contains("description: 0 erased"));
        done(&run(&place, data.path(), &["audit", "verify"]));
        assert_eq!(office.incident(&ranger, id.parse().unwrap()).unwrap().properties.facts.unwrap().reporter, None);
    }
}
