//! The verdict table: where in Toyland, when, and what giapranh says.

use giapranh::domain::rules::{Reason, Verdict};
use giapranh::domain::{DisputeLevel, DisputeStatus, InForce};
use giapranh::service::Question;
use giapranh::service::answer::Answer;
use jiff::civil::{Date, date};

use crate::toyland::{self, typed};

const TODAY: Date = date(2026, 1, 1);
const BEFORE: Date = date(2023, 6, 1);

fn ask(x: f64, y: f64, at: Date) -> Answer {
    let text = typed(x, y);
    toyland::service().locate(&Question { at: Some(at), ..Question::here(&text) }).expect("an answer")
}

/// Names of the localities, most important first; "?" where the commune is not known.
fn who(answer: &Answer) -> Vec<&str> {
    answer.localities.iter().map(|l| l.code.as_deref().unwrap_or("?")).collect()
}

/// Place, date; verdict, its reason, localities.
type Row = (f64, f64, Date, Verdict, Option<Reason>, &'static [&'static str]);

#[test]
fn verdict_table() {
    use Reason::*;
    use Verdict::{Disputed, NotKnown, Sole, Uncertain};
    const OUTSIDE: Verdict = Verdict::None;
    // 0.01 of a square is about 105 m; the line is known to 60 m (1 σ).
    #[rustfmt::skip]
    let table: &[Row] = &[
        // today
        (0.50, 0.20, TODAY,  Sole,      None,                     &["a1"]),       // deep inside a1
        (1.001, 0.50, TODAY, Uncertain, None,                     &["b1", "a1"]), // 10 m east of the a1–b1 line
        (0.50, 0.999, TODAY, Disputed,  None,                     &["a1", "c1"]), // in the river zone, a1 side
        (0.50, 1.001, TODAY, Disputed,  None,                     &["a1", "c1"]), // c1 side: same parties, same order
        (0.50, 0.50, TODAY,  Sole,      None,                     &["a1"]),       // on the ridge: dissolved, decides nothing
        (3.95, 0.50, TODAY,  Uncertain, Some(BoundaryDataDefect), &["e1", "f1"]), // the overlap is a defect, not a dispute
        (2.50, 0.50, TODAY,  OUTSIDE,   None,                     &[]),           // between the two lands
        // 1 June 2023
        (0.20, 0.20, BEFORE, Sole,      None,                     &["a1"]),       // one old commune of x1 went into a1
        (0.80, 0.20, BEFORE, Sole,      None,                     &["a2"]),       // and one of x2
        (1.50, 0.20, BEFORE, Uncertain, Some(CommuneNotKnown),    &["?"]),        // b1 or b2
        (0.50, 0.50, BEFORE, Disputed,  None,                     &["a1", "a2"]), // the ridge was open then
        (0.20, 0.20, date(1900, 1, 1), NotKnown, Some(BeforeFirstSource), &[]),
    ];
    for &(x, y, at, verdict, reason, localities) in table {
        let answer = ask(x, y, at);
        assert_eq!((answer.verdict, answer.reason), (verdict, reason), "({x}, {y}) at {at}");
        assert_eq!(who(&answer), localities, "({x}, {y}) at {at}");
        for text in [&answer.explanation.vi, &answer.explanation.en] {
            assert!(!text.trim().is_empty(), "({x}, {y}) at {at} is explained");
        }
    }
}

#[test]
fn a_group_carries_one_probability_and_names_its_candidates() {
    let answer = ask(1.50, 0.20, BEFORE);
    let group = &answer.localities[0];
    let candidates: Vec<&str> = group.candidates.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(candidates, ["b1", "b2"]);
    assert!(group.probability > 0.99);
    assert_eq!(group.became.iter().map(|u| u.code.as_str()).collect::<Vec<_>>(), ["b1"]);
}

#[test]
fn outside_names_the_nearest_unit_and_its_distance() {
    let answer = ask(2.40, 0.50, TODAY);
    let boundary = answer.boundary.expect("there is a nearest boundary");
    assert!(boundary.between[0].is_none(), "the position is nobody's");
    assert_eq!(boundary.between[1].as_ref().and_then(|s| s.code.as_deref()), Some("b1"));
    // Four tenths of a square: 0.04° of longitude along 22.05° N, 4129.0 m by PROJ's geod.
    assert!((boundary.distance_m - 4129.0).abs() < 0.1, "{}", boundary.distance_m);
    assert!((boundary.bearing_deg.unwrap() - 270.0).abs() < 0.1);
}

#[test]
fn just_outside_still_names_the_neighbour() {
    let answer = ask(-0.001, 0.20, TODAY);
    assert_eq!(answer.verdict, Verdict::None);
    assert_eq!(who(&answer), ["a1"]);
}

#[test]
fn a_dispute_is_read_at_its_date() {
    let ridge = |at| ask(0.50, 0.50, at).disputes.into_iter().find(|d| d.id == "ridge");
    assert!(ridge(date(2023, 5, 22)).is_none(), "nobody had recorded it");
    let open = ridge(date(2023, 5, 23)).unwrap();
    assert_eq!((open.status, open.level), (DisputeStatus::Open, DisputeLevel::Commune));
    let last = ridge(date(2025, 6, 30)).unwrap();
    assert_eq!(last.status, DisputeStatus::Open);
    let gone = ridge(toyland::REFORM).unwrap();
    assert_eq!((gone.status, gone.level), (DisputeStatus::DissolvedByMerger, DisputeLevel::Village));
    assert!(gone.became.is_some());
    let river = ask(0.50, 0.999, TODAY).disputes.into_iter().find(|d| d.id == "river").unwrap();
    assert_eq!((river.status, river.level), (DisputeStatus::Open, DisputeLevel::Province));
}

#[test]
fn an_agreement_binds_in_its_dispute_and_between_its_parties() {
    let ids = |a: Answer| a.agreements.iter().map(|a| (a.id.clone(), a.in_force)).collect::<Vec<_>>();
    assert_eq!(ids(ask(0.20, 0.999, BEFORE)), [("pact".into(), InForce::Yes)]);
    // Its signatories are gone and its term is not known: whether it binds today is not known.
    assert_eq!(ids(ask(0.20, 0.999, TODAY)), [("pact".into(), InForce::NotKnown)]);
    assert!(ids(ask(0.20, 0.20, TODAY)).is_empty(), "deep inside one commune it binds nobody to anybody");
    assert!(ids(ask(0.50, 0.999, date(2023, 5, 22))).is_empty(), "it was not signed yet");
}

#[test]
fn less_accuracy_never_narrows_the_candidates() {
    let text = typed(0.97, 0.30);
    let service = toyland::service();
    let mut before = 0;
    for accuracy in [5.0, 50.0, 200.0, 1000.0, 10_000.0] {
        let question = Question { accuracy_m: Some(accuracy), at: Some(TODAY), ..Question::here(&text) };
        let count = service.locate(&question).unwrap().localities.len();
        assert!(count >= before, "{accuracy} m");
        before = count;
    }
    assert!(before >= 3);
}

#[test]
fn an_accuracy_of_zero_means_not_known() {
    let text = typed(0.97, 0.30);
    let answer = |accuracy_m| {
        let question = Question { accuracy_m, at: Some(TODAY), ..Question::here(&text) };
        toyland::service().locate(&question).unwrap()
    };
    let (zero, none) = (answer(Some(0.0)), answer(None));
    assert_eq!(zero.position.accuracy_m, None);
    assert!(zero.basis.as_ref().unwrap().gps_assumed);
    assert_eq!(zero.localities[0].probability, none.localities[0].probability);
}

#[test]
fn swapping_the_parties_changes_nothing_but_their_order() {
    let mut swapped = toyland::atlas();
    swapped.records.disputes.iter_mut().for_each(|d| d.parties.reverse());
    let swapped = giapranh::service::Service::new(swapped);
    let text = typed(0.50, 0.999);
    let question = Question { at: Some(TODAY), ..Question::here(&text) };
    let (one, other) = (toyland::service().locate(&question).unwrap(), swapped.locate(&question).unwrap());
    assert_eq!(one.verdict, other.verdict);
    let mut reversed = who(&other);
    reversed.reverse();
    assert_eq!(who(&one), reversed);
    for l in &one.localities {
        let same = other.localities.iter().find(|o| o.code == l.code).unwrap();
        assert_eq!((l.probability, l.distance_m), (same.probability, same.distance_m));
    }
}
