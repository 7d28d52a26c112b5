//! Incidents on toyland: reported once, never lost, handled together. The river between a1 and c1 is disputed.

use giapranh::domain::{IncidentKind, LineStep, Rejection, State, Step, UserRole, Who};
use giapranh::service::incidents::{
    Act, Done, Expected, IncidentFeature, IncidentQuery, Job, ReportBody, Sight, SyncStatus, Synced,
};
use giapranh::service::{ActionError, Office};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::toyland::{self, typed};

struct Forest {
    office: Office,
    ranger: Who,
    admin: Who,
    _data: TempDir,
}

fn forest() -> Forest {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    let admin = toyland::person(&office, "admin", UserRole::Admin, None);
    Forest { office, ranger, admin, _data: data }
}

/// Deep inside a1, on the disputed river, outside every commune.
const INSIDE_A1: (f64, f64) = (0.5, 0.5);
const RIVER: (f64, f64) = (0.5, 1.0);
const OUTSIDE: (f64, f64) = (-3.0, 0.5);

fn body((x, y): (f64, f64)) -> ReportBody {
    serde_json::from_value(json!({
        "kind": "deforestation", "position": typed(x, y), "occurred_at": "2026-02-01T08:00:00+07:00",
        "description": "Chặt hạ khoảng 20 cây", "area_ha": 0.4,
    }))
    .unwrap()
}

fn code(result: Result<Done, ActionError>) -> &'static str {
    result.map(|_| ()).unwrap_err().code()
}

impl Forest {
    fn official(&self, unit: &str) -> Who {
        toyland::person(&self.office, &format!("official-{unit}"), UserRole::Official, Some(unit))
    }

    fn report(&self, place: (f64, f64)) -> Uuid {
        let id = Uuid::now_v7();
        self.office.report(&self.ranger, id, &body(place)).unwrap();
        id
    }

    fn act(&self, who: &Who, incident: Uuid, act: Value) -> Result<Done, ActionError> {
        let act: Act = serde_json::from_value(act).unwrap();
        self.office.act(who, Job { incident, id: None, expected: Expected::Now, made_at: None, act: &act })
    }

    fn get(&self, who: &Who, id: Uuid) -> IncidentFeature {
        self.office.incident(who, id).unwrap()
    }

    fn lines(&self, id: Uuid) -> Vec<(String, String)> {
        let feature = self.get(&self.admin, id);
        let code =
            |l: &giapranh::service::incidents::LineView| l.unit.as_ref().map_or("–".into(), |u| u.code.clone());
        feature.properties.lines.iter().map(|l| (code(l), l.state.word().into())).collect()
    }

    fn sync(&self, who: &Who, rows: &[Value]) -> Vec<Synced> {
        self.office.sync(who, rows).unwrap()
    }
}

fn same(a: &IncidentFeature, b: &IncidentFeature) -> bool {
    serde_json::to_string(a).unwrap() == serde_json::to_string(b).unwrap()
}

#[test]
fn the_same_report_sent_again_is_one_incident_with_the_same_answer() {
    let f = forest();
    let id = Uuid::now_v7();
    let first = f.office.report(&f.ranger, id, &body(INSIDE_A1)).unwrap();
    assert!(!first.repeated);
    // Whatever happens to it meanwhile.
    f.act(&f.admin, id, json!({"do": "step", "step": "verify"})).unwrap();
    let again = f.office.report(&f.ranger, id, &body(INSIDE_A1)).unwrap();
    assert!(again.repeated && same(&first.feature, &again.feature));
    let all = f.office.incidents(&f.admin, &IncidentQuery::default()).unwrap();
    assert_eq!(all.features.len(), 1);
}

#[test]
fn another_report_under_the_same_uuid_is_refused_and_the_first_stands() {
    let f = forest();
    let id = f.report(INSIDE_A1);
    let other = ReportBody { kind: IncidentKind::ForestFire, ..body(INSIDE_A1) };
    assert_eq!(f.office.report(&f.ranger, id, &other).unwrap_err().code(), "report_differs");
    let words = ReportBody { description: Some("Khác".into()), ..body(INSIDE_A1) };
    assert_eq!(f.office.report(&f.ranger, id, &words).unwrap_err().code(), "report_differs");
    let stranger = toyland::person(&f.office, "other", UserRole::Ranger, None);
    assert_eq!(f.office.report(&stranger, id, &body(INSIDE_A1)).unwrap_err().code(), "id_taken");
    assert_eq!(f.get(&f.admin, id).properties.kind, IncidentKind::Deforestation);
}

#[test]
fn the_verdict_of_the_day_is_kept_and_whoever_answers_has_a_line() {
    let f = forest();
    let kept = f.get(&f.admin, f.report(INSIDE_A1));
    let facts = kept.properties.facts.as_ref().unwrap();
    assert_eq!(serde_json::to_value(kept.properties.verdict).unwrap(), "sole");
    assert_eq!(facts.judged.localities[0].code.as_deref(), Some("a1"));
    assert_eq!((facts.judged.dataset.as_deref(), facts.judged.rules.is_empty()), (Some("communes"), false));
    assert_eq!(f.lines(kept.id), [("a1".into(), "informed".into())]);

    let river = f.report(RIVER);
    assert_eq!(f.lines(river), [("a1".into(), "informed".into()), ("c1".into(), "informed".into())]);
    assert!(f.get(&f.admin, river).properties.disputed);

    // Of 2024: the units of then, and their successor answers.
    let old = Uuid::now_v7();
    let then = ReportBody { occurred_at: "2024-05-01".into(), ..body((1.5, 0.5)) };
    f.office.report(&f.ranger, old, &then).unwrap();
    let lines = f.get(&f.admin, old).properties.lines;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].unit.as_ref().unwrap().code, "b1");
    let acts_for: Vec<&str> = lines[0].acts_for.iter().map(|u| u.code.as_str()).collect();
    assert_eq!(acts_for, ["b1", "b2"], "the two communes it was made of");
}

#[test]
fn outside_the_region_the_senders_unit_keeps_it_or_the_administrators() {
    let f = forest();
    let nobody = f.get(&f.admin, f.report(OUTSIDE));
    assert_eq!(serde_json::to_value(nobody.properties.verdict).unwrap(), "none");
    assert_eq!(f.lines(nobody.id), [("–".into(), "informed".into())]);
    let of_b1 = toyland::person(&f.office, "ranger-b1", UserRole::Ranger, Some("b1"));
    let id = Uuid::now_v7();
    f.office.report(&of_b1, id, &body(OUTSIDE)).unwrap();
    assert_eq!(f.lines(id), [("b1".into(), "informed".into())]);
}

#[test]
fn a_position_that_can_be_read_in_several_ways_is_kept_as_typed_without_a_verdict() {
    let f = forest();
    let id = Uuid::now_v7();
    let bare = ReportBody { position: json!("462791 2457880"), ..body(INSIDE_A1) };
    let kept = f.office.report(&f.ranger, id, &bare).unwrap().feature;
    assert_eq!(serde_json::to_value(kept.properties.verdict).unwrap(), "ambiguous_position");
    assert_eq!((kept.geometry, kept.properties.facts.unwrap().position_as_typed.as_str()), (None, "462791 2457880"));
    // Naming the CRS afterwards gives it one.
    let named = json!({"do": "edit", "changes": {"position": "462791 2457880", "crs": "EPSG:9205"}});
    let done = f.act(&f.ranger, id, named).unwrap();
    assert!(done.feature.geometry.is_some());
    assert_ne!(serde_json::to_value(done.feature.properties.verdict).unwrap(), "ambiguous_position");
}

#[test]
fn an_outline_has_its_geodesic_area_and_whoever_it_reaches_into() {
    let f = forest();
    let corner = |x, y| {
        let c = toyland::at(x, y);
        json!([c.x, c.y])
    };
    // From a1 well into b1, walked in either direction.
    let ring = vec![corner(0.8, 0.4), corner(1.4, 0.4), corner(1.4, 0.6), corner(0.8, 0.6), corner(0.8, 0.4)];
    let turned = ring.iter().rev().cloned().collect();
    let [id, _] = [ring, turned].map(|ring: Vec<serde_json::Value>| {
        let id = Uuid::now_v7();
        let outline = ReportBody { position: json!({"type": "Polygon", "coordinates": [ring]}), ..body(INSIDE_A1) };
        f.office.report(&f.ranger, id, &outline).unwrap();
        let facts = f.get(&f.admin, id).properties.facts.unwrap();
        // 0.06° by 0.02° at 22.05° N: Karney's geodesic area by GeographicLib's Planimeter is 13.716 km².
        assert!((facts.perimeter_m2.unwrap() / 1e6 - 13.716).abs() < 0.001, "{:?}", facts.perimeter_m2);
        id
    });
    let mut codes: Vec<String> = f.lines(id).into_iter().map(|(code, _)| code).collect();
    codes.sort();
    assert_eq!(codes, ["a1", "b1"]);
}

#[test]
fn from_report_to_closing_in_one_commune() {
    let f = forest();
    let official = f.official("a1");
    let id = f.report(INSIDE_A1);
    let step = |step: &str| f.act(&official, id, json!({"do": "step", "step": step}));
    let line = |step: &str| f.act(&official, id, json!({"do": "line", "step": step}));
    assert_eq!(code(step("resolve")), "wrong_state");
    step("verify").unwrap();
    line("acknowledge").unwrap();
    step("handle").unwrap();
    line("act").unwrap();
    assert_eq!(code(step("resolve")), "not_done");
    line("done").unwrap();
    step("resolve").unwrap();
    step("close").unwrap();
    assert_eq!(f.get(&official, id).properties.state, State::Closed);
    assert_eq!(code(line("resume")), "over");
    step("reopen").unwrap();
    assert_eq!(f.lines(id), [("a1".into(), "informed".into())], "taken up again");
    let story: Vec<String> = f.office.incident_history(&official, id).unwrap().into_iter().map(|e| e.what).collect();
    let told = ["reported", "verify", "acknowledge", "handle", "act", "done", "resolve", "close", "reopen"];
    assert_eq!(story, told);
}

#[test]
fn in_a_dispute_both_sides_sign_before_it_closes() {
    let f = forest();
    let (a, c) = (f.official("a1"), f.official("c1"));
    let id = f.report(RIVER);
    f.act(&a, id, json!({"do": "step", "step": "verify"})).unwrap();
    f.act(&c, id, json!({"do": "step", "step": "handle"})).unwrap();
    for who in [&a, &c] {
        f.act(who, id, json!({"do": "line", "step": "act"})).unwrap();
        f.act(who, id, json!({"do": "line", "step": "done"})).unwrap();
    }
    let other = f.act(&a, id, json!({"do": "line", "step": "resume", "unit": "c1"}));
    assert_eq!(code(other), "not_allowed", "each speaks for itself");
    f.act(&a, id, json!({"do": "step", "step": "resolve"})).unwrap();
    assert_eq!(code(f.act(&a, id, json!({"do": "step", "step": "close"}))), "not_signed");
    assert_eq!(code(f.act(&a, id, json!({"do": "sign_minutes"}))), "no_minutes");
    f.act(&a, id, json!({"do": "write_minutes", "text": "Hai bên thống nhất"})).unwrap();
    f.act(&a, id, json!({"do": "sign_minutes"})).unwrap();
    assert_eq!(code(f.act(&c, id, json!({"do": "step", "step": "close"}))), "not_signed");
    // Other words have to be signed anew.
    f.act(&c, id, json!({"do": "write_minutes", "text": "Hai bên cùng thống nhất"})).unwrap();
    f.act(&c, id, json!({"do": "sign_minutes"})).unwrap();
    let minutes = f.get(&c, id).properties.facts.unwrap().minutes.unwrap();
    assert_eq!((minutes.text.as_deref(), minutes.missing), (Some("Hai bên cùng thống nhất"), vec!["a1".to_owned()]));
    assert_eq!(code(f.act(&c, id, json!({"do": "step", "step": "close"}))), "not_signed");
    f.act(&a, id, json!({"do": "sign_minutes"})).unwrap();
    f.act(&c, id, json!({"do": "step", "step": "close"})).unwrap();
    assert_eq!(f.get(&a, id).properties.state, State::Closed);
}

#[test]
fn not_ours_needs_a_reason_and_a_proposal_and_leaves_the_owner_until_the_other_accepts() {
    let f = forest();
    let (a, b) = (f.official("a1"), f.official("b1"));
    let id = f.report(INSIDE_A1);
    let propose = |extra: Value| {
        let mut act = json!({"do": "line", "step": "propose"});
        act.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        f.act(&a, id, act)
    };
    assert_eq!(code(propose(json!({}))), "missing");
    assert_eq!(code(propose(json!({"to": "b1"}))), "missing", "why?");
    assert_eq!(code(propose(json!({"note": "không phải của chúng tôi"}))), "missing", "whose?");
    propose(json!({"to": "b1", "note": "Lô này thuộc b1"})).unwrap();
    assert_eq!(f.lines(id), [("a1".into(), "informed".into())], "still a1's");
    assert_eq!(code(propose(json!({"to": "c1", "note": "?"}))), "proposal_open");
    assert_eq!(code(f.act(&a, id, json!({"do": "answer", "accepted": true}))), "no_proposal", "not a1's to accept");
    f.act(&b, id, json!({"do": "answer", "accepted": false, "note": "Không phải"})).unwrap();
    assert_eq!(f.lines(id), [("a1".into(), "informed".into())]);
    propose(json!({"to": "b1", "note": "Đã đo lại"})).unwrap();
    f.act(&b, id, json!({"do": "answer", "accepted": true})).unwrap();
    assert_eq!(f.lines(id), [("a1".into(), "handed_over".into()), ("b1".into(), "acknowledged".into())]);
    let feature = f.get(&b, id);
    assert_eq!(feature.properties.lines[0].handed_to.as_ref().unwrap().code, "b1");
}

#[test]
fn rejecting_says_why_and_merging_keeps_both_histories() {
    let f = forest();
    let official = f.official("a1");
    let (first, second) = (f.report(INSIDE_A1), f.report((0.501, 0.5)));
    assert_eq!(code(f.act(&official, first, json!({"do": "step", "step": "reject"}))), "missing");
    let near = f.office.near_incident(&official, second).unwrap();
    assert_eq!(near.iter().map(|n| n.id).collect::<Vec<_>>(), [first]);
    assert!((near[0].distance_m - 10.3).abs() < 1.0, "0.0001° of longitude at 22° N: {}", near[0].distance_m);
    assert_eq!(
        f.get(&official, second).properties.facts.unwrap().possible_duplicates,
        [first],
        "seen when it was filed"
    );
    f.act(&official, second, json!({"do": "merge", "into": first})).unwrap();
    let (kept, merged) = (f.get(&official, first), f.get(&official, second));
    assert_eq!(kept.properties.facts.unwrap().absorbed, [second]);
    assert_eq!(merged.properties.state, State::Rejected);
    let facts = merged.properties.facts.unwrap();
    assert_eq!((facts.merged_into, facts.rejection), (Some(first), Some(Rejection::DuplicateOf { incident: first })));
    assert_eq!(f.office.incident_history(&official, second).unwrap().len(), 2, "its own story stays");
    assert_eq!(code(f.act(&official, first, json!({"do": "merge", "into": second}))), "merged", "not in a circle");
    assert_eq!(code(f.act(&official, first, json!({"do": "merge", "into": first}))), "no_such_incident");
}

#[test]
fn the_later_of_two_editors_gets_a_conflict_with_both_versions() {
    let f = forest();
    let (a, other) = (f.official("a1"), toyland::person(&f.office, "second", UserRole::Official, Some("a1")));
    let id = f.report(INSIDE_A1);
    let version = f.get(&a, id).properties.version;
    let edit = |who: &Who, area: f64| {
        let act: Act = serde_json::from_value(json!({"do": "edit", "changes": {"area_ha": area}})).unwrap();
        f.office
            .act(who, Job { incident: id, id: None, expected: Expected::Version(version), made_at: None, act: &act })
    };
    edit(&a, 1.5).unwrap();
    let Err(ActionError::Incident(giapranh::service::IncidentRefusal::Moved { yours, current })) = edit(&other, 2.5)
    else {
        panic!("the later edit has to be refused")
    };
    assert_eq!((yours, current.properties.version), (version, version + 1));
    assert_eq!(f.get(&a, id).properties.facts.unwrap().area_ha, Some(1.5), "nothing is overwritten in silence");
}

#[test]
fn what_was_done_offline_waits_for_what_it_was_made_on_and_nothing_is_dropped() {
    let f = forest();
    let official = f.official("a1");
    let (id, one, two) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let edit = |id_: Uuid, base: Uuid, ha: f64| {
        json!({"op": "act", "id": id_, "incident": id, "base": {"event": base},
               "act": {"do": "edit", "changes": {"area_ha": ha}}})
    };
    let report = json!({"op": "report", "id": id, "report": body(INSIDE_A1)});
    let statuses = |rows: &[Value]| f.sync(&f.ranger, rows).iter().map(|r| r.status).collect::<Vec<_>>();
    use SyncStatus::{Conflict, Received, Refused, Repeated, SetAside, Waiting};
    // Last first.
    assert_eq!(statuses(&[edit(two, one, 3.0), edit(one, id, 2.0)]), [Waiting, Waiting]);
    assert_eq!(statuses(&[report.clone(), edit(two, one, 3.0), report]), [Received, Repeated, Repeated]);
    assert_eq!(f.get(&f.ranger, id).properties.facts.unwrap().area_ha, Some(3.0));
    // Someone who knew of neither edit: both values are shown, until one who knows both decides.
    let apart = edit(Uuid::now_v7(), id, 9.0);
    let answer = &f.sync(&official, std::slice::from_ref(&apart))[0];
    assert_eq!(answer.status, Conflict);
    let conflicts = f.get(&official, id).properties.facts.unwrap().conflicts;
    assert_eq!((conflicts.len(), conflicts[0].field.as_str(), conflicts[0].values.len()), (1, "area_ha", 2));
    f.act(&official, id, json!({"do": "edit", "changes": {"area_ha": 4.0}})).unwrap();
    let facts = f.get(&official, id).properties.facts.unwrap();
    assert_eq!((facts.area_ha, facts.conflicts.len()), (Some(4.0), 0));
    // A step that comes too late, and one that is not the sender's to take, are kept and shown.
    f.act(&official, id, json!({"do": "step", "step": "verify"})).unwrap();
    let late = json!({"op": "act", "id": Uuid::now_v7(), "incident": id, "base": {"event": id},
                      "act": {"do": "step", "step": "verify"}});
    assert_eq!(f.sync(&official, std::slice::from_ref(&late))[0].status, SetAside);
    assert!(f.office.incident_history(&official, id).unwrap().iter().any(|e| e.set_aside.is_some()));
    // What nobody can read is refused by itself, with the reason.
    let rows = [json!({"op": "fly"}), json!(7), json!({"op": "report", "id": Uuid::now_v7(), "report": {"kind": "x"}})];
    assert_eq!(statuses(&rows), [Refused; 3]);
}

#[test]
fn positions_words_and_people_are_for_those_in_scope() {
    let f = forest();
    let id = f.report(INSIDE_A1);
    let villager = toyland::person(&f.office, "villager", UserRole::Villager, Some("a1"));
    let sees = |who: &Who| {
        let service = f.office.now();
        let stored = f.office.store().unwrap().read(|tx| tx.incident(id)).unwrap().unwrap();
        let incident = serde_json::from_str(&stored).unwrap();
        service.sight(who, &incident, giapranh::domain::today_in_vietnam())
    };
    let person = |role, unit| toyland::person(&f.office, &format!("{role:?}-{unit:?}"), role, unit);
    use UserRole::{Analyst, Official, Ranger};
    for (who, sight) in [
        (&f.ranger, Sight::Whole),
        (&f.admin, Sight::Whole),
        (&villager, Sight::Nothing),
        (&person(Ranger, Some("a1")), Sight::Whole),
        (&person(Ranger, Some("b1")), Sight::Nothing),
        (&person(Official, Some("a1")), Sight::Whole),
        (&person(Official, Some("91")), Sight::Whole),
        (&person(Official, Some("92")), Sight::Outline),
        (&person(Official, None), Sight::Outline),
        (&person(Analyst, Some("a1")), Sight::Facts),
        (&person(Analyst, Some("b1")), Sight::Outline),
        (&person(Analyst, None), Sight::Facts),
    ] {
        assert_eq!(sees(who), sight, "{} {:?}", who.name, who.unit);
        let page = f.office.incidents(who, &IncidentQuery { all: true, ..IncidentQuery::default() }).unwrap();
        let text = serde_json::to_string(&page).unwrap();
        let place = toyland::at(INSIDE_A1.0, INSIDE_A1.1);
        assert_eq!(text.contains(&place.x.to_string()), sight >= Sight::Facts, "{}", who.name);
        assert_eq!(text.contains("Chặt hạ"), sight == Sight::Whole, "{}", who.name);
        assert_eq!(page.features.is_empty(), sight == Sight::Nothing, "{}", who.name);
        // Without asking for all, only what is in scope.
        let own = f.office.incidents(who, &IncidentQuery::default()).unwrap();
        assert_eq!(own.features.is_empty(), sight <= Sight::Outline, "{}", who.name);
    }
    // Out of scope nothing can be done to it.
    let outsider = person(Official, Some("b1"));
    assert_eq!(code(f.act(&outsider, id, json!({"do": "step", "step": "verify"}))), "not_allowed");
    let stranger = toyland::person(&f.office, "stranger", UserRole::Villager, None);
    assert_eq!(code(f.act(&stranger, id, json!({"do": "comment", "text": "?"}))), "no_such_incident");
}

#[test]
fn an_informant_is_hidden_from_the_accused_side() {
    let f = forest();
    let id = Uuid::now_v7();
    let hidden = ReportBody { hide_reporter_from: vec!["a1".into()], ..body(RIVER) };
    f.office.report(&f.ranger, id, &hidden).unwrap();
    f.act(&f.ranger, id, json!({"do": "comment", "text": "Tôi còn thấy xe"})).unwrap();
    for (unit, sees) in [("a1", false), ("91", false), ("c1", true)] {
        let who = f.official(unit);
        assert_eq!(f.get(&who, id).properties.facts.unwrap().reporter.is_some(), sees, "{unit}");
        let story = f.office.incident_history(&who, id).unwrap();
        assert!(story.iter().all(|e| e.by.is_some() == sees), "{unit}: nor by what was done later");
        assert!(!serde_json::to_string(&story).unwrap().contains(&f.ranger.id.to_string()), "{unit}");
    }
}

#[test]
fn what_is_late_is_on_the_list_of_whose_it_is() {
    let f = forest();
    let (a, b) = (f.official("a1"), f.official("b1"));
    let id = f.report(INSIDE_A1);
    let overdue = |who: &Who| {
        let query = IncidentQuery { overdue: true, ..IncidentQuery::default() };
        f.office.incidents(who, &query).unwrap().features.iter().map(|i| i.id).collect::<Vec<_>>()
    };
    assert!(overdue(&a).is_empty());
    // As if it had come in a year ago.
    let store = f.office.store().unwrap();
    store
        .write(|tx| {
            let doc = tx.incident(id)?.unwrap();
            let mut incident: giapranh::domain::Incident = serde_json::from_str(&doc).unwrap();
            let year_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(365 * 24);
            incident.since = year_ago;
            incident.lines[0].since = year_ago;
            let service = f.office.now();
            let (row, units) = giapranh::service::incidents::row_of(&service, &incident, 1);
            tx.put_incident(&row, &units)
        })
        .unwrap();
    assert_eq!((overdue(&a), overdue(&b), overdue(&f.admin)), (vec![id], vec![], vec![id]));
    // A deadline set anew counts at once.
    f.office.set_deadline(&f.admin, IncidentKind::Deforestation, giapranh::domain::Due::Acknowledge, 87_600).unwrap();
    assert!(overdue(&a).is_empty());
    assert_eq!(
        f.office.set_deadline(&a, IncidentKind::ForestFire, giapranh::domain::Due::Verify, 1).unwrap_err().code(),
        "not_allowed"
    );
}

#[test]
fn the_pages_of_a_list_hold_everything_once_newest_first() {
    let f = forest();
    let ids: Vec<Uuid> = (0..25).map(|_| f.report(INSIDE_A1)).collect();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let query = IncidentQuery { limit: Some(7), after, ..IncidentQuery::default() };
        let page = f.office.incidents(&f.ranger, &query).unwrap();
        assert!(page.features.len() <= 7);
        seen.extend(page.features.iter().map(|i| i.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let newest_first: Vec<Uuid> = ids.into_iter().rev().collect();
    assert_eq!(seen, newest_first);
}

#[test]
fn the_phones_answer_and_the_servers_are_compared() {
    let f = forest();
    let id = Uuid::now_v7();
    let device = json!({"verdict": "sole", "localities": ["b1"], "dataset": "old", "rules": "2026-11"});
    let told = ReportBody { device_answer: serde_json::from_value(device).unwrap(), ..body(INSIDE_A1) };
    let facts = f.office.report(&f.ranger, id, &told).unwrap().feature.properties.facts.unwrap();
    let words: Vec<&str> = facts.device_differs.iter().map(|t| t.en.as_str()).collect();
    assert_eq!(words, ["Localities: b1 on the phone, a1 on the server.", "The dataset: old then, communes now."]);
    let again = f.office.asked_again(&f.admin, id).unwrap();
    assert!(again.differences.is_empty(), "nothing has changed since: {:?}", again.differences);
}

#[test]
fn every_step_of_the_tables_is_offered_to_whom_it_is_for() {
    let f = forest();
    let official = f.official("a1");
    let id = f.report(INSIDE_A1);
    let offered = |who: &Who| {
        let acts = f.office.possible_acts(who, id).unwrap();
        acts.iter().map(|a| a.step.unwrap_or(a.act)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(offered(&f.ranger), "edit comment", "a ranger without a unit reports only");
    let ranger = toyland::person(&f.office, "ranger-a1", UserRole::Ranger, Some("a1"));
    assert_eq!(offered(&ranger), "verify reject edit comment");
    assert_eq!(offered(&official), "verify reject acknowledge act propose write_minutes rejudge merge edit comment");
    assert!(Step::Verify.roles(State::Reported).contains(&UserRole::Ranger));
    assert!(LineStep::Propose.from(giapranh::domain::LineState::Done).is_none());
}
