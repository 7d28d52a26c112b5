//! A later reform in Toyland, without new boundary files: who answers where, and what it would change.
//!
//! ```text
//!   2 ┌─────────┬─────────┐         1 January 2026:
//!     │ c1 | c2 │   d1    │         a1 + b1 became b1 (the code of a part for the whole),
//!   1 ├─────────┼─────────┤         c1 was split into c1 and c2, nobody has drawn where,
//!     │         b1        │         d1 went from province 92 to province 91,
//!   0 └───────────────────┘         e1 became a1 (the code of another place), f1 goes on.
//!     0         1         2
//! ```

use giapranh::atlas::Atlas;
use giapranh::domain::rules::{Reason, Verdict};
use giapranh::domain::{
    Dispute, DisputeLevel, DisputeStatus, ExpectedOverlap, InForce, Level, NewUnit, Reform, Stretch, Text,
};
use giapranh::service::answer::{Answer, UnitName};
use giapranh::service::{DisputeOutcome, Plan, Question, Service, UnitsQuery, units};
use jiff::civil::{Date, date};

use crate::toyland::{self, at, typed};

const EVE: Date = date(2025, 12, 31);
const DAY: Date = date(2026, 1, 1);
const NEXT: Date = date(2026, 7, 1);
const KNOWN: Date = date(2023, 5, 23);

fn unit(code: &str, parent: &str, made_of: &[&str]) -> NewUnit {
    NewUnit {
        level: Level::Commune,
        code: code.into(),
        name: format!("Xã {code}"),
        kind: "xã".into(),
        aliases: vec![],
        parent: Some(parent.into()),
        act: None,
        made_of: made_of.iter().map(|s| s.to_string()).collect(),
    }
}

fn reform(date: Date, splits: &[&str], units: Vec<NewUnit>) -> Reform {
    Reform {
        id: format!("toy-{date}"),
        date,
        title: Text::new("Cải cách", "Reform"),
        ends: vec![],
        splits: splits.iter().map(|s| s.to_string()).collect(),
        acts: vec![],
        units,
    }
}

/// The reform of the picture.
pub fn later() -> Reform {
    let units = vec![
        unit("b1", "91", &["a1", "b1"]),
        unit("c1", "92", &["c1"]),
        unit("c2", "92", &["c1"]),
        unit("d1", "91", &["d1"]),
        unit("a1", "92", &["e1"]),
    ];
    reform(DAY, &["c1"], units)
}

/// And one after it: the halves of c1 are put together again, and what was e1 and f1 becomes one.
fn next() -> Reform {
    reform(NEXT, &[], vec![unit("c2", "92", &["c1", "c2"]), unit("f1", "92", &["a1", "f1"])])
}

fn common_line(id: &str, sides: [&str; 2], since: Date) -> Dispute {
    let stretch = Stretch::CommonLine { units: sides.map(str::to_owned), near_former: None };
    let mut dispute = toyland::dispute(id, stretch, sides, &[(since, DisputeStatus::Open)]);
    dispute.parties.iter_mut().for_each(|p| p.unit_at = since);
    dispute
}

/// Toyland with two more disputes: a ford between a1 and b1, a hill between c1 and d1.
fn before() -> Atlas {
    let mut atlas = toyland::atlas();
    atlas.records.disputes.push(common_line("ford", ["a1", "b1"], KNOWN));
    atlas.records.disputes.push(common_line("hill", ["c1", "d1"], KNOWN));
    atlas
}

fn after() -> Atlas {
    before().reformed(later()).expect("the reform is possible")
}

fn ask(service: &Service, x: f64, y: f64, at: Date) -> Answer {
    let text = typed(x, y);
    service.locate(&Question { at: Some(at), ..Question::here(&text) }).expect("an answer")
}

fn who(answer: &Answer) -> Vec<&str> {
    answer.localities.iter().map(|l| l.code.as_deref().unwrap_or("?")).collect()
}

fn codes(units: &[UnitName]) -> Vec<&str> {
    units.iter().map(|u| u.code.as_str()).collect()
}

#[test]
fn verdicts_before_and_after() {
    use Reason::{BoundaryDataDefect, CommuneNotKnown};
    use Verdict::{Disputed, Sole, Uncertain};
    let service = Service::new(toyland::atlas().reformed(later()).unwrap().reformed(next()).unwrap());
    type Row = (f64, f64, Date, Verdict, Option<Reason>, &'static [&'static str]);
    #[rustfmt::skip]
    let table: &[Row] = &[
        (0.50, 0.20, EVE,   Sole,      None,                     &["a1"]),
        (0.50, 0.20, DAY,   Sole,      None,                     &["b1"]),             // merged
        (1.001, 0.50, EVE,  Uncertain, None,                     &["b1", "a1"]),       // 10 m from the a1–b1 line
        (1.001, 0.50, DAY,  Sole,      None,                     &["b1"]),             // which is no line any more
        (0.50, 1.50, EVE,   Sole,      None,                     &["c1"]),
        (0.50, 1.50, DAY,   Uncertain, Some(CommuneNotKnown),    &["?"]),              // split
        (0.50, 1.50, NEXT,  Sole,      None,                     &["c2"]),             // and put together again
        (1.001, 1.50, DAY,  Uncertain, None,                     &["d1", "?"]),        // both sides are named
        (1.50, 1.50, DAY,   Sole,      None,                     &["d1"]),
        (3.20, 0.50, EVE,   Sole,      None,                     &["e1"]),
        (3.20, 0.50, DAY,   Sole,      None,                     &["a1"]),             // a code used before, elsewhere
        (3.20, 0.50, NEXT,  Sole,      None,                     &["f1"]),
        (4.50, 0.50, DAY,   Sole,      None,                     &["f1"]),             // not named in the reform
        (3.95, 0.50, DAY,   Uncertain, Some(BoundaryDataDefect), &["a1", "f1"]),       // the overlap stays a defect
        (3.95, 0.50, NEXT,  Sole,      None,                     &["f1"]),             // until both are one
        (0.50, 0.999, EVE,  Disputed,  None,                     &["a1", "c1"]),       // the river
        (0.50, 0.999, DAY,  Disputed,  None,                     &["b1", "c1", "c2"]),
        (1.50, 0.999, DAY,  Uncertain, None,                     &["b1", "d1"]),       // no river here: that was b1–d1
        (0.20, 0.20, KNOWN, Sole,      None,                     &["a1"]),             // the time of districts is as it was
        (0.80, 0.20, KNOWN, Sole,      None,                     &["a2"]),
    ];
    for &(x, y, at, verdict, reason, localities) in table {
        let answer = ask(&service, x, y, at);
        assert_eq!((answer.verdict, answer.reason), (verdict, reason), "({x}, {y}) at {at}");
        assert_eq!(who(&answer), localities, "({x}, {y}) at {at}");
        // The map of the districts ends at the second square.
        assert!(x > 2.0 || !answer.datasets_disagree, "({x}, {y}) at {at}: {:?}", answer.readings);
    }
}

#[test]
fn land_of_a_split_unit_names_every_successor() {
    let answer = ask(&Service::new(after()), 0.50, 1.50, DAY);
    assert_eq!(codes(&answer.localities[0].candidates), ["c1", "c2"]);
    assert_eq!(answer.localities[0].province.as_deref(), Some("Tỉnh 92"));
    assert!(answer.explanation.en.contains("split") && answer.explanation.vi.contains("bị chia"));
}

#[test]
fn the_line_between_merged_units_is_gone() {
    let service = Service::new(after());
    let distance_m = |at| ask(&service, 1.001, 0.50, at).boundary.expect("a boundary").distance_m;
    assert!(distance_m(EVE) < 11.0);
    // Half a square to the south: 0.05° of latitude, 5536 m by PROJ's geod.
    assert!((distance_m(DAY) - 5536.0).abs() < 5.0, "{}", distance_m(DAY));

    let layer = service.engine.layer_at(Level::Commune, DAY).unwrap();
    let inner = at(1.0, 0.5);
    assert!(layer.edges.list().iter().all(|e| (e.middle().x - inner.x).hypot(e.middle().y - inner.y) > 0.01));
    // What merged still shares its lines with the neighbours, bit for bit.
    let (b1, d1) = (layer.owner_of("b1").unwrap(), layer.owner_of("d1").unwrap());
    assert_eq!(layer.edges.list().iter().filter(|e| e.touches(b1) && e.touches(d1)).count(), 1);
    // Drawn: one ring without an inner line; the split land without a code.
    let query = UnitsQuery { level: None, at: DAY, tolerance_m: 0.0 };
    let drawn = units(&service, query).unwrap().features;
    let shown: Vec<_> = drawn.iter().map(|f| f.property("code").unwrap().as_str().unwrap_or("?")).collect();
    assert_eq!(shown, ["?", "a1", "b1", "d1", "f1"]);
    assert_eq!(drawn[0].property("candidates").unwrap(), &serde_json::json!(["c1", "c2"]));
    let b1 = &layer.shapes[b1 as usize].shape;
    assert_eq!((b1.0.len(), b1.0[0].interiors().len()), (1, 0));
    let provinces = units(&service, UnitsQuery { level: Some(Level::Province), ..query }).unwrap().features;
    assert_eq!(provinces.len(), 2);
}

#[test]
fn a_derived_layer_says_so_and_follows_the_older_one() {
    let service = Service::new(after().reformed(next()).unwrap());
    let (first, second) = ("communes+toy-2026-01-01", "communes+toy-2026-07-01");
    let on = |day: Date| service.engine.layer_at(Level::Commune, day).map(|l| l.info.id.as_str());
    let eve = |day: Date| day.yesterday().unwrap();
    assert_eq!([toyland::REFORM, eve(DAY)].map(on), [Some("communes"); 2]);
    assert_eq!([DAY, eve(NEXT)].map(on), [Some(first); 2]);
    assert_eq!(on(NEXT), Some(second));
    assert!(service.datasets().filter(|d| d.id.contains('+')).all(|d| d.note.is_some()));
    let answer = ask(&service, 0.20, 0.20, NEXT);
    assert_eq!(answer.basis.unwrap().dataset, second);
    // Only published maps speak for themselves.
    let readings: Vec<_> = answer.readings.iter().map(|r| (r.dataset.as_str(), r.code.as_deref(), r.agrees)).collect();
    assert_eq!(readings, [("communes", Some("a1"), true), ("districts", Some("x1"), true)]);
}

#[test]
fn an_expected_overlap_stays_expected() {
    let mut atlas = before();
    let codes = ["e1".to_owned(), "f1".to_owned()];
    atlas.expected_overlaps =
        vec![ExpectedOverlap { dataset: "communes".into(), codes, reason: Text::new("biết", "known") }];
    let service = Service::new(atlas.reformed(later()).unwrap());
    assert_eq!(ask(&service, 3.95, 0.50, DAY).reason, None);
}

#[test]
fn a_dispute_recorded_later_is_about_the_units_of_its_day() {
    let mut atlas = after();
    atlas.records.disputes = vec![common_line("new", ["b1", "d1"], date(2026, 3, 1))];
    let service = Service::new(atlas);
    let april = date(2026, 4, 1);
    assert_eq!(who(&ask(&service, 1.50, 0.999, april)), ["b1", "d1"]);
    assert_eq!(ask(&service, 1.50, 0.999, april).verdict, Verdict::Disputed);
    assert_ne!(ask(&service, 0.50, 0.999, april).verdict, Verdict::Disputed);
}

#[test]
fn an_old_agreement_still_finds_its_land() {
    // x1 and x3 signed; b1 has land of x1, d1 was in x3.
    let answer = ask(&Service::new(after()), 1.50, 0.999, DAY);
    assert_eq!(answer.agreements.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["pact"]);
}

/// The plan, which is the same before the reform is applied and after.
fn plan() -> Plan {
    let plan = Service::new(before()).plan(&later()).expect("possible");
    assert_eq!(plan, Service::new(after()).plan(&later()).expect("known"));
    plan
}

#[test]
fn the_plan_of_units() {
    let plan = plan();
    let counts: Vec<_> = plan.counts.iter().map(|c| (c.level, c.before, c.after)).collect();
    assert_eq!(counts, [(Level::Province, 2, 2), (Level::Commune, 6, 6)]);
    let ends: Vec<_> = plan.ends.iter().map(|s| (s.unit.code.as_str(), codes(&s.became))).collect();
    assert_eq!(ends, [("a1", vec!["b1"]), ("b1", vec!["b1"]), ("c1", vec!["c1", "c2"]), ("e1", vec!["a1"])]);
    let comes: Vec<_> = plan.comes.iter().map(|s| (s.unit.code.as_str(), codes(&s.made_of))).collect();
    assert_eq!(comes, [("a1", vec!["e1"]), ("b1", vec!["a1", "b1"]), ("c1", vec!["c1"]), ("c2", vec!["c1"])]);
    assert_eq!(plan.splits.iter().map(|s| s.unit.code.as_str()).collect::<Vec<_>>(), ["c1"]);
    let [d1] = plan.goes_on.as_slice() else { panic!("{:?}", plan.goes_on) };
    let provinces = (d1.before.province.as_deref(), d1.after.province.as_deref());
    assert_eq!(provinces, (Some("Tỉnh 92"), Some("Tỉnh 91")));
}

#[test]
fn the_plan_of_disputes_and_agreements() {
    use DisputeLevel::{Commune, Province, Village};
    use DisputeOutcome::{DissolvedByMerger, Escalated, NewParties};
    let plan = plan();
    let disputes: Vec<_> = plan
        .disputes
        .iter()
        .map(|d| (d.id.as_str(), d.outcome, d.level_before, d.level_after, d.parties_known))
        .collect();
    // The ridge was dissolved in 2025 and is nobody's concern.
    assert_eq!(
        disputes,
        [
            ("river", NewParties, Province, Province, false),
            ("ford", DissolvedByMerger, Commune, Village, true),
            ("hill", Escalated, Commune, Province, false),
        ]
    );
    let [pact] = plan.agreements.as_slice() else { panic!("{:?}", plan.agreements) };
    assert_eq!((pact.in_force_before, pact.in_force_after), (InForce::NotKnown, InForce::NotKnown));
    let parties: Vec<_> = pact.parties.iter().map(|p| (codes(&p.before), codes(&p.after))).collect();
    assert_eq!(parties, [(vec!["a1"], vec!["b1"]), (vec!["c1", "d1"], vec!["c1", "c2", "d1"])]);
}

#[test]
fn what_is_handed_over() {
    let plan = plan();
    let list: Vec<_> = plan
        .hand_overs
        .iter()
        .map(|h| {
            let items: Vec<&str> = h.items.iter().map(|i| i.id.as_str()).collect();
            (h.from.code.as_str(), h.to.code.as_str(), items.join(" "))
        })
        .collect();
    // By receiver. d1 goes on as itself and hands nothing over; e1 has nothing.
    assert_eq!(
        list,
        [
            ("a1", "b1", "river ford pact".to_owned()),
            ("b1", "b1", "ford".to_owned()),
            ("c1", "c1", "river hill pact".to_owned()),
            ("c1", "c2", "river hill pact".to_owned()),
        ]
    );
    // Where the land cannot be told apart, the item says so.
    let says_split = |h: &giapranh::service::HandOver| h.items.iter().all(|i| i.text.en.contains("split"));
    assert_eq!(plan.hand_overs.iter().map(says_split).collect::<Vec<_>>(), [false, false, true, true]);
}
