//! How incidents are found again: the same pages, boxes and neighbours on both databases.

use giapranh::domain::UserRole;
use giapranh::service::incidents::{Expected, Job};
use giapranh::store::{IncidentRow, IncidentUnit, NearQuery, PageQuery, Store};
use serde_json::json;
use uuid::Uuid;

use crate::store::{office, on_each, report};
use crate::toyland;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Incident number `n`, received at hour `n`, 1 km (0.009°) further north than the one before; its document is its number.
fn incident(n: u32) -> IncidentRow {
    IncidentRow {
        id: Uuid::from_u128(n.into()),
        version: 1,
        kind: if n.is_multiple_of(2) { "forest_fire" } else { "deforestation" }.into(),
        state: "reported".into(),
        lon: Some(103.0),
        lat: Some(22.0 + 0.009 * f64::from(n)),
        occurred_us: HOUR * i64::from(n),
        received_us: HOUR * i64::from(n),
        updated_seq: 1,
        due_us: None,
        disputed: false,
        reporter: "somebody".into(),
        source: "ranger".into(),
        demo: false,
        doc: n.to_string(),
    }
}

fn unit(key: &str, role: &'static str, due_us: Option<i64>) -> IncidentUnit {
    IncidentUnit { unit: key.into(), role, state: "informed".into(), due_us }
}

fn put(store: &Store, row: &IncidentRow, units: &[IncidentUnit]) {
    store.write(|tx| tx.put_incident(row, units)).unwrap();
}

fn page(store: &Store, query: &PageQuery) -> Vec<String> {
    store
        .read(|tx| tx.page(&PageQuery { limit: if query.limit == 0 { 100 } else { query.limit }, ..query.clone() }))
        .unwrap()
}

#[test]
fn an_incident_put_again_is_the_same_one_with_its_units_anew() {
    on_each(|place, _| {
        let store = Store::open(place).unwrap();
        put(&store, &incident(1), &[unit("a@", "line", Some(5)), unit("b@", "asked", None)]);
        let later = IncidentRow { version: 2, state: "verified".into(), lon: None, lat: None, ..incident(1) };
        let units = [unit("b@", "line", None), unit("c@", "once", None)];
        put(&store, &later, &units);
        assert_eq!(store.read(|tx| tx.incident_count()).unwrap(), 1);
        assert_eq!(store.read(|tx| tx.incident_row(later.id)).unwrap(), Some((later, units.to_vec())));
        assert_eq!(store.read(|tx| tx.incident_row(Uuid::from_u128(9))).unwrap(), None);
    });
}

#[test]
fn pages_are_newest_first_and_a_newcomer_moves_none_of_them() {
    on_each(|place, _| {
        let store = Store::open(place).unwrap();
        // 3 and 4 came at the same moment: their ids decide.
        for n in 1..=7 {
            let received_us = if n == 4 { HOUR * 3 } else { HOUR * i64::from(n) };
            put(&store, &IncidentRow { received_us, ..incident(n) }, &[]);
        }
        let first = page(&store, &PageQuery { limit: 4, ..PageQuery::default() });
        assert_eq!(first, ["7", "6", "5", "4"]);
        put(&store, &incident(8), &[]);
        let after = Some((HOUR * 3, incident(4).id.to_string()));
        let second = page(&store, &PageQuery { limit: 4, after, ..PageQuery::default() });
        assert_eq!(second, ["3", "2", "1"], "4 and 3 share a moment, neither is lost nor told twice");
        let after = Some((HOUR, incident(1).id.to_string()));
        assert!(page(&store, &PageQuery { after, ..PageQuery::default() }).is_empty());
    });
}

#[test]
fn every_filter_leaves_what_it_says() {
    on_each(|place, _| {
        let store = Store::open(place).unwrap();
        put(&store, &incident(1), &[unit("a@", "line", Some(HOUR))]);
        put(&store, &IncidentRow { state: "verified".into(), ..incident(2) }, &[unit("b@", "line", None)]);
        put(&store, &IncidentRow { disputed: true, due_us: Some(HOUR), ..incident(3) }, &[unit("a@", "once", None)]);
        put(&store, &IncidentRow { reporter: "me".into(), lon: None, lat: None, ..incident(4) }, &[]);
        let (a, nobody) = (["a@".to_owned()], []);
        let all = PageQuery::default;
        let cases: [(&str, PageQuery, &[&str]); 15] = [
            ("all", all(), &["4", "3", "2", "1"]),
            ("kind", PageQuery { kinds: Some(&["deforestation"]), ..all() }, &["3", "1"]),
            ("no kind", PageQuery { kinds: Some(&[]), ..all() }, &[]),
            ("state", PageQuery { states: Some(&["verified", "closed"]), ..all() }, &["2"]),
            ("unit", PageQuery { units: Some(&a), ..all() }, &["3", "1"]),
            ("no unit", PageQuery { units: Some(&nobody), ..all() }, &[]),
            ("own", PageQuery { scope: Some(("me".into(), vec![])), ..all() }, &["4"]),
            ("own and of the unit", PageQuery { scope: Some(("me".into(), a.to_vec())), ..all() }, &["4", "3", "1"]),
            ("since", PageQuery { from_us: Some(HOUR * 2), ..all() }, &["4", "3", "2"]),
            ("until", PageQuery { to_us: Some(HOUR * 2), ..all() }, &["1"]),
            ("box", PageQuery { bbox: Some([102.9, 22.01, 103.1, 22.1]), ..all() }, &["3", "2"]),
            ("late as a whole", PageQuery { overdue: Some((HOUR + 1, None)), ..all() }, &["3"]),
            ("late for the unit", PageQuery { overdue: Some((HOUR + 1, Some(a.to_vec()))), ..all() }, &["1"]),
            ("due this very moment", PageQuery { overdue: Some((HOUR, None)), ..all() }, &[]),
            ("disputed", PageQuery { disputed: Some(true), ..all() }, &["3"]),
        ];
        for (name, query, found) in cases {
            assert_eq!(page(&store, &query), found, "{name} at {}", store.name());
        }
        // Told before, or with its deadline elsewhere, is not a line of the unit that is late.
        let b = Some((i64::MAX, Some(vec!["b@".to_owned()])));
        assert!(page(&store, &PageQuery { overdue: b, ..all() }).is_empty());
    });
}

#[test]
fn neighbours_are_near_in_space_in_time_and_of_the_kind() {
    on_each(|place, _| {
        let store = Store::open(place).unwrap();
        for n in 1..=6 {
            put(&store, &IncidentRow { occurred_us: HOUR * i64::from(n), ..incident(n) }, &[]);
        }
        put(&store, &IncidentRow { lon: None, lat: None, ..incident(7) }, &[]);
        let both = ["deforestation", "forest_fire"];
        let here = NearQuery { lon: 103.0, lat: 22.027, within_m: 1_100.0, from_us: 0, to_us: i64::MAX, kinds: &both };
        let near = |query: NearQuery| {
            let mut found = store.read(|tx| tx.near(&query)).unwrap();
            found.sort();
            found
        };
        assert_eq!(near(here), ["2", "3", "4"], "number 3 stands here, the next are 997 m away");
        assert_eq!(near(NearQuery { within_m: 900.0, ..here }), ["3"]);
        assert_eq!(near(NearQuery { to_us: HOUR * 3, ..here }), ["2", "3"], "both ends of the time count");
        assert_eq!(near(NearQuery { from_us: HOUR * 4, ..here }), ["4"]);
        assert_eq!(near(NearQuery { kinds: &["forest_fire"], ..here }), ["2", "4"]);
        assert!(near(NearQuery { kinds: &[], ..here }).is_empty());
        // A degree of longitude is shorter than one of latitude: 0.0105° are 1 084 m here, 1 161 m they would be there.
        assert_eq!(near(NearQuery { lon: 103.0105, ..here }), ["2", "3", "4"]);
        assert!(near(NearQuery { lon: 103.02, ..here }).is_empty());
    });
}

/// Who was asked, and said no, was told all the same: the incident stays on their list, and the audit finds it in order.
#[test]
fn an_incident_that_somebody_declined_stays_in_order() {
    on_each(|place, data| {
        let office = office(place, data);
        let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
        let a = toyland::person(&office, "a", UserRole::Official, Some("a1"));
        let b = toyland::person(&office, "b", UserRole::Official, Some("b1"));
        let id = report(&office, &ranger);
        for (who, act) in [
            (&a, json!({"do": "line", "step": "propose", "to": "b1", "note": "Lô này thuộc b1"})),
            (&b, json!({"do": "answer", "accepted": false, "note": "Không phải"})),
        ] {
            let act = serde_json::from_value(act).unwrap();
            office.act(who, Job { incident: id, id: None, expected: Expected::Now, made_at: None, act: &act }).unwrap();
        }
        let (_, units) = office.store().unwrap().read(|tx| tx.incident_row(id)).unwrap().expect("the incident");
        let roles: Vec<(bool, &str)> = units.iter().map(|u| (u.unit.starts_with("b1@"), u.role)).collect();
        assert_eq!(roles, [(false, "line"), (true, "once")]);
        assert_eq!(office.audit(None).unwrap().faults, [], "{place:?}");
        assert!(office.incident(&b, id).is_ok(), "b1 goes on seeing it");
    });
}
