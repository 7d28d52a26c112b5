//! The records: a journal that is only added to, the state at any date, out and in again.

use giapranh::domain::rules::Verdict;
use giapranh::domain::{
    ActFirst, Activity, AgreementChange, Attachment, Change, DisputeStatus, Document, Due, InForce, IncidentKind,
    Measure, Progress, Text, UserRole, WhoActs,
};
use giapranh::service::role_import::Defaults;
use giapranh::service::{
    ActionError, NewAmendment, NewClaim, NewDispute, NewEvent, Office, Question, Words, disputes_at,
};
use giapranh::store::{Place, Sqlite};
use jiff::civil::date;
use serde_json::json;

use crate::toyland::{self, at, typed};

fn words(text: &str) -> Words {
    Words::One(text.into())
}

fn text(text: &str) -> Text {
    Text::new(text, text)
}

fn document() -> Document {
    Document {
        title: "Biên bản".into(),
        number: Some("01/BB".into()),
        date: Some(date(2026, 1, 2)),
        ..Document::default()
    }
}

fn new_dispute() -> NewDispute {
    serde_json::from_value(json!({
        "name": "Đồi cỏ", "date": "2026-01-05", "text": "Hai xã cùng nhận đồi cỏ.",
        "parties": [{"unit": "b1", "unit_at": "2026-01-05"}, {"village": "Bản Đ", "unit": "d1", "unit_at": "2026-01-05"}],
        "document": {"title": "Biên bản"}
    }))
    .unwrap()
}

/// One of everything a user can record.
fn one_of_everything(office: &Office) {
    let by = "Người nhập";
    let dispute = office.open_dispute(by, &new_dispute()).unwrap();
    let sha256 = office.attachments.keep(b"%PDF a map").unwrap();
    let file = Some(Attachment { sha256, name: "bản đồ.pdf".into() });
    let event = NewEvent {
        date: date(2026, 2, 1),
        status: DisputeStatus::UnderSurvey,
        text: words("Đo đạc"),
        document: Document { file, ..document() },
    };
    office.add_event(by, &dispute.id, &event).unwrap();
    let amendment = NewAmendment {
        date: date(2026, 2, 10),
        name: Some(words("Đồi cỏ tranh")),
        note: None,
        width_m: Some(200.0),
        stretch: None,
        document: document(),
    };
    office.amend(by, &dispute.id, &amendment).unwrap();
    let coordinates: Vec<[f64; 2]> = vec![at(1.123456789, 0.98).into(), at(1.9, 0.97).into()];
    let claim = NewClaim {
        party: "Bản Đ".into(),
        geojson: json!({"type": "LineString", "coordinates": coordinates}).to_string(),
        crs: None,
        filed: date(2026, 3, 1),
        scale: None,
        document: document(),
    };
    let filed = office.file_claim(by, &dispute.id, &claim).unwrap();
    office.withdraw_claim(by, &dispute.id, &filed.claim.id, date(2026, 3, 5), &document()).unwrap();
    let mut agreement = toyland::atlas().records.agreements.remove(0);
    agreement.id = "second".into();
    agreement.act_first = vec![ActFirst { kind: Some(IncidentKind::ForestFire), acts: WhoActs::All, document: None }];
    office.make_agreement(by, &agreement).unwrap();
    let change = AgreementChange {
        date: date(2026, 1, 10),
        signed: None,
        term_from: Some(date(2026, 1, 1)),
        term_to: Some(date(2028, 1, 1)),
        note: None,
        document: document(),
        entered_by: None,
    };
    office.change_agreement(by, "second", &change).unwrap();
    let activity = Activity {
        id: String::new(),
        title: text("Tuần tra chung"),
        from: Some(date(2026, 2, 2)),
        to: Some(date(2026, 2, 4)),
        reported: date(2026, 2, 5),
        measures: vec![Measure { what: "patrolled_km".into(), value: 12.3, at_least: false }],
        note: None,
        document: document(),
        entered_by: None,
    };
    office.add_activity(by, "second", &activity).unwrap();
    let progress = Progress {
        obligation: 0,
        date: date(2026, 2, 6),
        done: true,
        text: text("Đã làm"),
        document: document(),
        entered_by: None,
    };
    office.add_progress(by, "second", &progress).unwrap();
    let csv = "role,name,unit_code,unit_at,basis\nranger_station,Hạt Kiểm lâm Đ,d1,2026-01-01,Quyết định 5\n";
    office.import_bodies(by, csv, &Defaults::default()).unwrap();
    let post =
        "role,name,unit_code,unit_at,valid_from,basis\nborder_guard_post,Đồn A,a1,2026-01-01,2026-01-01,Quyết định 6\n";
    office.import_bodies(by, post, &Defaults::default()).unwrap();
    let id = office.now().records.bodies[1].id.clone();
    office.end_body(by, &id, date(2026, 3, 1), &document()).unwrap();
    assert!(office.end_body(by, &id, date(2026, 3, 1), &document()).is_err(), "only once");
    let reform = giapranh::atlas::geodata::reform(
        "next.toml",
        r#"
id = "2026-04-01"
date = "2026-04-01"
title = { vi = "Nhập", en = "Merger" }
units = [{ level = "commune", code = "b1", name = "X b1", kind = "x", parent = "92", made_of = ["b1", "d1"] }]
"#
        .into(),
    )
    .unwrap();
    office.apply_reform(by, &reform).unwrap();
    office.accept_hand_over(by, "2026-04-01", "b1", Some("d1")).unwrap();
    let admin = toyland::person(office, "admin", UserRole::Admin, None);
    office.set_deadline(&admin, IncidentKind::ForestFire, Due::Verify, 3).unwrap();
}

/// Kinds of change. A new one does not compile here, and then has to be among `one_of_everything`.
const KINDS: usize = 14;

fn kind(change: &Change) -> &'static str {
    match change {
        Change::DisputeOpened { .. } => "opened",
        Change::DisputeAmended { .. } => "amended",
        Change::DisputeEvent { .. } => "event",
        Change::ClaimFiled { .. } => "filed",
        Change::ClaimWithdrawn { .. } => "withdrawn",
        Change::AgreementMade { .. } => "made",
        Change::AgreementChanged { .. } => "changed",
        Change::ActivityHeld { .. } => "held",
        Change::ObligationProgress { .. } => "progress",
        Change::BodyNamed { .. } => "named",
        Change::BodyEnded { .. } => "ended",
        Change::ReformApplied { .. } => "applied",
        Change::HandOverAccepted { .. } => "accepted",
        Change::DeadlineSet { .. } => "deadline",
        Change::Incident { .. } | Change::Account { .. } => "not among the records",
    }
}

#[test]
fn what_is_exported_and_imported_is_equal() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = toyland::office(here.path());
    one_of_everything(&first);
    let exported = first.export().unwrap();
    let recorded: std::collections::BTreeSet<&str> = first.entries().unwrap().iter().map(|e| kind(&e.change)).collect();
    assert_eq!(recorded.len(), KINDS, "one of every kind of change: {recorded:?}");

    let second = toyland::office(there.path());
    let new = second.import_export(&exported).unwrap();
    assert_eq!(new, first.entries().unwrap().len());
    assert_eq!(second.now().records, first.now().records);
    assert_eq!(second.export().unwrap(), exported, "byte for byte");
    // The file came along.
    let sha256 = first.attachments.keep(b"%PDF a map").unwrap();
    assert_eq!(second.attachments.get(&sha256).unwrap(), b"%PDF a map");
    // Once more changes nothing, and a cut-off or altered file is refused whole.
    assert_eq!(second.import_export(&exported).unwrap(), 0);
    let third = toyland::office(&there.path().join("third"));
    assert!(third.import_export(&exported[..exported.len() / 2]).is_err());
    assert!(third.entries().unwrap().is_empty());
    let altered = String::from_utf8(exported).unwrap().replace("Đo đạc", "Khác hẳn");
    assert!(matches!(second.import_export(altered.as_bytes()), Err(ActionError::Differs(_))));
    // And all of it is there again after closing and opening.
    let again = toyland::office(here.path());
    assert_eq!(again.now().records, first.now().records);
}

#[test]
fn the_state_at_any_date_can_be_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    one_of_everything(&office);
    let service = office.now();
    let on = |day| disputes_at(&service, day).into_iter().find(|d| d.id == "doi-co");
    assert!(on(date(2026, 1, 4)).is_none(), "nobody had recorded it");
    let opened = on(date(2026, 1, 5)).unwrap();
    assert_eq!((opened.name.vi.as_str(), opened.status, opened.width_m), ("Đồi cỏ", DisputeStatus::Open, Some(500.0)));
    assert_eq!(on(date(2026, 2, 1)).unwrap().status, DisputeStatus::UnderSurvey);
    let amended = on(date(2026, 2, 10)).unwrap();
    assert_eq!((amended.name.vi.as_str(), amended.width_m), ("Đồi cỏ tranh", Some(200.0)));
    assert_eq!(on(date(2026, 3, 1)).unwrap().claims.len(), 1);
    assert_eq!(on(date(2026, 3, 5)).unwrap().claims.len(), 0);
    // The reform put both parties into one commune, from its day on.
    assert_eq!(on(date(2026, 3, 31)).unwrap().status, DisputeStatus::UnderSurvey);
    assert_eq!(on(date(2026, 4, 1)).unwrap().status, DisputeStatus::DissolvedByMerger);
    // What happened later is not told of an earlier day.
    let then = service.dossier("doi-co", date(2026, 1, 6)).unwrap();
    assert_eq!((then.events.len(), then.amendments.len(), then.claim_records.len()), (1, 0, 0));
    assert!(service.dossier("doi-co", date(2026, 1, 4)).is_err());
    // Every event says who entered it; those that came with the program say nobody.
    let now = service.dossier("doi-co", date(2026, 4, 1)).unwrap();
    assert!(now.events.iter().all(|e| e.entered_by.as_deref() == Some("Người nhập")));
    assert!(service.records.disputes[0].events.iter().all(|e| e.entered_by.is_none()));
}

#[test]
fn a_reform_applied_by_a_user_answers_with_the_new_units() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    one_of_everything(&office);
    let place = typed(1.5, 1.5);
    let ask = |day| office.now().locate(&Question { at: Some(day), ..Question::here(&place) }).unwrap();
    let codes = |day| ask(day).localities.into_iter().map(|l| l.code.unwrap()).collect::<Vec<_>>();
    assert_eq!(codes(date(2026, 3, 31)), ["d1"]);
    assert_eq!(codes(date(2026, 4, 1)), ["b1"], "d1 went into b1");
    // Applied once; what was handed over is accepted once.
    let reform = office.now().reform("2026-04-01").unwrap().clone();
    assert!(office.apply_reform("x", &reform).is_err());
    assert!(office.accept_hand_over("x", "2026-04-01", "b1", Some("d1")).is_err());
    let lists = office.now().hand_overs("2026-04-01", Some("b1")).unwrap();
    assert!(lists.iter().filter(|l| l.from.code == "d1").flat_map(|l| &l.items).all(|i| i.accepted.is_some()));
    // A name on record for a unit that ended goes on by lineage, and says so.
    let station = ask(date(2026, 4, 1)).bodies.into_iter().find(|b| b.role == "ranger_station").unwrap();
    assert!(station.known && station.by_lineage && station.text.en.contains("lineage"));
    let before = ask(date(2026, 3, 31)).bodies.into_iter().find(|b| b.role == "ranger_station").unwrap();
    assert!(before.known && !before.by_lineage);
}

#[test]
fn roles_are_separate_and_an_unknown_one_says_so() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let forest = json!({"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"valid_from": "2026-01-01"},
        "geometry": {"type": "Polygon", "coordinates": [[
            [102.02, 22.02], [102.08, 22.02], [102.08, 22.08], [102.02, 22.08], [102.02, 22.02]]]}}]})
    .to_string();
    let defaults = Defaults {
        role: Some("forest_owner".into()),
        name: Some("Rừng đặc dụng".into()),
        basis: Some("Quyết định 7".into()),
        ..Defaults::default()
    };
    let imported = office.import_areas("x", &forest, &defaults).unwrap();
    assert_eq!((imported.taken, imported.known), (1, 0));
    assert_eq!(office.import_areas("x", &forest, &defaults).unwrap().known, 1, "the same again is known");
    let ask = |x, y, day| {
        let text = typed(x, y);
        let answer = office.now().locate(&Question { at: Some(day), ..Question::here(&text) }).unwrap();
        let roles: Vec<(&str, Option<String>)> = answer.bodies.iter().map(|b| (b.role, b.name.clone())).collect();
        roles
    };
    let named = Some("Rừng đặc dụng".to_owned());
    let inside = ask(0.5, 0.5, date(2026, 2, 1));
    assert_eq!(inside[1], ("forest_owner", named));
    assert_eq!(inside.len(), 4, "every role once: {inside:?}");
    assert!([0, 2, 3].iter().all(|&i| inside[i].1.is_none()));
    assert_eq!(ask(0.95, 0.95, date(2026, 2, 1))[1].1, None, "outside it");
    assert_eq!(ask(0.5, 0.5, date(2025, 12, 31))[1].1, None, "before it was valid");
    // Bad rows are all named, and nothing is taken.
    let csv =
        "role,name,unit_code,basis\nking,K,a1,x\nranger_station,,a1,x\nranger_station,R,zz,x\nranger_station,R,a1,\n";
    match office.import_bodies("x", csv, &Defaults::default()) {
        Err(ActionError::Rows(rows)) => assert_eq!(rows.len(), 4, "{rows:?}"),
        other => panic!("{other:?}"),
    }
    assert!(office.import_bodies("x", "role,colour\n", &Defaults::default()).is_err());
    assert_eq!(office.now().records.bodies.len(), 1);
}

#[test]
fn who_acts_first_follows_the_agreement_for_the_kind() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    one_of_everything(&office);
    // Just south of the river: in its zone, on a1's side. The agreement "second" is signed by x1 and x3 and names the river.
    let place = typed(0.3, 0.99);
    let ask = |kind| {
        let question = Question { at: Some(date(2026, 2, 1)), kind, accuracy_m: Some(5.0), ..Question::here(&place) };
        office.now().locate(&question).unwrap()
    };
    let any = ask(None);
    assert_eq!(any.verdict, Verdict::Disputed);
    let act = any.act_first.unwrap();
    let names = |list: &[giapranh::service::answer::Named]| list.iter().map(|n| n.code.clone()).collect::<Vec<_>>();
    assert_eq!((act.rule, act.agreement.as_deref()), ("nearest", None));
    assert_eq!((names(&act.informed), names(&act.acts)), (vec!["a1".into(), "c1".into()], vec!["a1".to_owned()]));
    let fire = ask(Some(IncidentKind::ForestFire)).act_first.unwrap();
    assert_eq!((fire.rule, fire.agreement.as_deref()), ("all", Some("second")));
    assert_eq!(names(&fire.acts), ["a1", "c1"]);
    assert!(any.duties.iter().any(|d| d.agreement == "second" && d.in_force == InForce::Yes));
}

#[test]
fn approximate_boundaries_do_not_tell_who_is_nearest() {
    // Between Tà Tổng and Mường Toong by the built-in set, which is kilometres off.
    let place = "22°13.10'N 102°38.46'E";
    let answer = crate::common::indicative().locate(&Question::here(place)).unwrap();
    assert_eq!(answer.verdict, Verdict::Uncertain);
    let act = answer.act_first.unwrap();
    assert!(act.informed.len() > 1);
    assert_eq!(act.acts, act.informed, "nobody is picked by a guess");
    assert!(act.text.vi.contains("không cho biết bên nào gần nhất"), "{}", act.text.vi);
}

#[test]
fn what_becomes_known_of_an_agreement_counts_from_its_day_on() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let change = |day, term_to| AgreementChange {
        date: day,
        signed: None,
        term_from: None,
        term_to: Some(term_to),
        note: None,
        document: document(),
        entered_by: None,
    };
    office.change_agreement("x", "pact", &change(date(2026, 1, 10), date(2026, 3, 1))).unwrap();
    office.change_agreement("x", "pact", &change(date(2026, 2, 10), date(2026, 6, 1))).unwrap();
    let service = office.now();
    let pact = service.records.agreements.iter().find(|a| a.id == "pact").unwrap();
    let in_force = |day| pact.in_force(&service.engine.register, day);
    assert_eq!(in_force(date(2026, 1, 9)), InForce::NotKnown, "its districts are gone and its term is not known yet");
    assert_eq!(in_force(date(2026, 1, 10)), InForce::Yes);
    assert_eq!(in_force(date(2026, 5, 31)), InForce::Yes, "prolonged in time");
    assert_eq!(in_force(date(2026, 6, 1)), InForce::Expired);
    let wrong = change(date(2026, 2, 11), date(2020, 1, 1));
    let wrong = AgreementChange { term_from: Some(date(2021, 1, 1)), ..wrong };
    assert!(office.change_agreement("x", "pact", &wrong).is_err(), "an end before the beginning");
}

#[test]
fn an_import_cannot_bring_a_reform_that_does_not_fit() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = toyland::office(here.path());
    one_of_everything(&first);
    let exported = String::from_utf8(first.export().unwrap()).unwrap();
    // A unit that toyland never had.
    let altered = exported.replace(r#""d1""#, r#""zz""#);
    assert_ne!(altered, exported);
    let second = toyland::office(there.path());
    assert!(matches!(second.import_export(altered.as_bytes()), Err(ActionError::Rows(_))));
    assert!(second.entries().unwrap().is_empty(), "all of it or nothing");
}

#[test]
fn a_line_changed_or_taken_out_of_the_journal_shows() {
    for tamper in [
        "UPDATE journal SET entry = replace(entry, 'Đo đạc', 'Không đo') WHERE entry LIKE '%Đo đạc%'",
        "DELETE FROM journal WHERE seq = 2",
    ] {
        let data = tempfile::tempdir().unwrap();
        one_of_everything(&toyland::office(data.path()));
        let connection = rusqlite::Connection::open(Sqlite::path(data.path())).unwrap();
        assert!(connection.execute_batch(tamper).is_err(), "the journal refuses: {tamper}");
        connection.execute_batch("DROP TRIGGER journal_is_not_edited; DROP TRIGGER journal_is_not_cut;").unwrap();
        connection.execute_batch(tamper).unwrap();
        drop(connection);
        let place = Place::Sqlite(data.path().into());
        assert!(Office::with(data.path(), place, toyland::atlas()).is_err(), "{tamper}");
    }
}

#[test]
fn two_offices_over_one_journal_lose_nothing() {
    let data = tempfile::tempdir().unwrap();
    let offices: Vec<Office> = (0..2).map(|_| toyland::office(data.path())).collect();
    std::thread::scope(|scope| {
        for (n, office) in offices.iter().enumerate() {
            scope.spawn(move || {
                for i in 0..20 {
                    let event = NewEvent {
                        date: date(2026, 1, 1),
                        status: DisputeStatus::Open,
                        text: words(&format!("{n}-{i}")),
                        document: document(),
                    };
                    office.add_event("x", "river", &event).unwrap();
                }
            });
        }
    });
    let entries = offices[0].entries().unwrap();
    assert_eq!(entries.len(), 40);
    std::thread::sleep(std::time::Duration::from_millis(250));
    assert_eq!(offices[0].now().records, offices[1].now().records, "each sees what the other wrote");
    assert_eq!(offices[0].now().records.disputes[0].events.len(), 41);
}

#[test]
fn reading_makes_no_file_and_a_folder_that_cannot_be_written_is_said() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("none");
    let office = toyland::office(&folder);
    assert!(office.now().dossier("river", date(2026, 1, 1)).is_ok());
    assert!(!folder.exists());
    // A file where the folder should be.
    std::fs::write(&folder, b"").unwrap();
    let refused = office.open_dispute("x", &new_dispute()).unwrap_err();
    assert_eq!(refused.code(), "records_unavailable");
    assert!(refused.text().vi.contains("Chưa có gì được ghi"), "{:?}", refused.text());
}
