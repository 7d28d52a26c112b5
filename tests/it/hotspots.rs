//! The three hotspots of the agreement of 23 May 2023, as a district official would read them.

use giapranh::domain::rules::Verdict;
use giapranh::domain::{DisputeLevel, DisputeStatus, InForce};
use giapranh::service::Question;
use giapranh::service::answer::{Answer, DisputeHere};
use jiff::civil::{Date, date};

use crate::common::official;

const THEN: Date = date(2023, 6, 1);
/// A day of today's order of units; a fixed one, so that the test reads the same next year.
const NOW: Date = date(2026, 11, 22);

/// The answer at the middle of the stretch of line that a dispute is about. No land counts for two localities.
fn at_the_line(dispute: &str, at: Date) -> Option<Answer> {
    let service = official(&format!("the hotspot {dispute}"))?;
    let line = service.engine.stretch(dispute, at).unwrap_or_else(|| panic!("the datasets draw {dispute}"));
    let edges = line.edges.list();
    let middle = edges[edges.len() / 2].middle();
    let text = format!("{:.7}, {:.7}", middle.y, middle.x);
    let answer = service.locate(&Question { at: Some(at), ..Question::here(&text) }).unwrap();
    let total: f64 = answer.localities.iter().map(|l| l.probability).sum();
    assert!(total <= 1.0 + 1e-9, "{dispute} at {at}: {total}");
    Some(answer)
}

fn the<'a>(answer: &'a Answer, dispute: &str) -> &'a DisputeHere {
    answer.disputes.iter().find(|d| d.id == dispute).unwrap_or_else(|| panic!("{dispute} is listed"))
}

fn parties(answer: &Answer) -> Vec<(&str, &str)> {
    let parties = answer.localities.iter().filter(|l| l.party);
    parties.map(|l| (l.code.as_deref().unwrap(), l.name.as_str())).collect()
}

/// Each party: village, commune then, communes now.
fn then_and_now(d: &DisputeHere) -> Vec<(Option<&str>, &str, Vec<&str>)> {
    d.parties
        .iter()
        .map(|p| {
            let now = p.now.iter().map(|u| u.code.as_str()).collect();
            (p.village.as_deref(), p.then.code.as_str(), now)
        })
        .collect()
}

fn four_districts(answer: &Answer) -> InForce {
    answer.agreements.iter().find(|a| a.id == "four-districts-2023").expect("the agreement is named").in_force
}

#[test]
fn den_thang_huoi_thung_in_2023() {
    let Some(answer) = at_the_line("den-thang-huoi-thung", THEN) else { return };
    assert_eq!(answer.verdict, Verdict::Disputed);
    assert_eq!(parties(&answer), [("03164", "Xã Quảng Lâm"), ("03167", "Xã Na Cô Sa")]);
    let d = the(&answer, "den-thang-huoi-thung");
    assert_eq!((d.status, d.level), (DisputeStatus::Open, DisputeLevel::Commune));
    assert_eq!(four_districts(&answer), InForce::Yes);
}

#[test]
fn den_thang_huoi_thung_today_is_inside_one_commune() {
    let Some(answer) = at_the_line("den-thang-huoi-thung", NOW) else { return };
    assert_eq!(answer.verdict, Verdict::Sole);
    assert_eq!(answer.localities[0].code.as_deref(), Some("03164"));
    let d = the(&answer, "den-thang-huoi-thung");
    assert_eq!((d.status, d.level), (DisputeStatus::DissolvedByMerger, DisputeLevel::Village));
    assert!(d.in_zone && d.became.is_some());
    assert_eq!(
        then_and_now(d),
        [(Some("Dền Thàng"), "03164", vec!["03164"]), (Some("Huổi Thủng"), "03167", vec!["03164"])]
    );
}

#[test]
fn nam_ke_na_co_sa_in_2023() {
    let Some(answer) = at_the_line("nam-ke-na-co-sa", THEN) else { return };
    assert_eq!(answer.verdict, Verdict::Disputed);
    assert_eq!(parties(&answer), [("03162", "Xã Nậm Kè"), ("03167", "Xã Na Cô Sa")]);
    assert_eq!(the(&answer, "nam-ke-na-co-sa").level, DisputeLevel::Commune);
    assert_eq!(four_districts(&answer), InForce::Yes);
}

#[test]
fn nam_ke_na_co_sa_today_is_between_two_communes_of_one_province() {
    let Some(answer) = at_the_line("nam-ke-na-co-sa", NOW) else { return };
    assert_eq!(answer.verdict, Verdict::Disputed);
    assert_eq!(parties(&answer), [("03162", "Xã Nậm Kè"), ("03164", "Xã Quảng Lâm")]);
    let d = the(&answer, "nam-ke-na-co-sa");
    assert_eq!((d.status, d.level), (DisputeStatus::Open, DisputeLevel::Commune));
    assert_eq!(then_and_now(d), [(None, "03162", vec!["03162"]), (None, "03167", vec!["03164"])]);
    assert_eq!(four_districts(&answer), InForce::NotKnown);
}

#[test]
fn cay_sat_nam_nga_in_2023() {
    let Some(answer) = at_the_line("cay-sat-nam-nga", THEN) else { return };
    assert_eq!(answer.verdict, Verdict::Disputed);
    assert_eq!(parties(&answer), [("03177", "Xã Huổi Lếch"), ("03463", "Xã Tà Tổng")]);
    assert_eq!(the(&answer, "cay-sat-nam-nga").level, DisputeLevel::Province);
    assert_eq!(four_districts(&answer), InForce::Yes);
}

#[test]
fn cay_sat_nam_nga_today_is_an_inter_provincial_line() {
    let Some(answer) = at_the_line("cay-sat-nam-nga", NOW) else { return };
    assert_eq!(answer.verdict, Verdict::Disputed);
    assert_eq!(parties(&answer), [("03163", "Xã Mường Toong"), ("03463", "Xã Tà Tổng")]);
    let d = the(&answer, "cay-sat-nam-nga");
    assert_eq!((d.status, d.level), (DisputeStatus::Open, DisputeLevel::Province));
    assert_eq!(then_and_now(d), [(Some("Cây Sặt"), "03177", vec!["03163"]), (Some("Nậm Ngà"), "03463", vec!["03463"])]);
    let provinces: Vec<_> = answer.localities.iter().filter_map(|l| l.province.as_deref()).collect();
    assert_eq!(provinces[..2], ["Tỉnh Điện Biên", "Tỉnh Lai Châu"]);
    // The agreement was signed by districts that no longer exist; their successors are named.
    let agreement = answer.agreements.iter().find(|a| a.id == "four-districts-2023").unwrap();
    assert_eq!(agreement.in_force, InForce::NotKnown);
    assert!(agreement.parties_now.iter().any(|u| u.code == "03463"));
    assert_eq!(agreement.parties_then.len(), 4);
}

/// Lengths by GEOS from the same files and rules (38.0 km; 12.1 km within 250 m of the former line, about 13 km within
/// 350 m; 17.15 km clear of the outer line by 250 m).
#[test]
fn the_stretches_have_the_known_lengths() {
    let Some(service) = official("the lengths of the hotspots' lines") else { return };
    for (id, km, within) in
        [("cay-sat-nam-nga", 38.0, 0.2), ("nam-ke-na-co-sa", 13.0, 0.5), ("den-thang-huoi-thung", 17.15, 0.1)]
    {
        let length_km = service.engine.stretch(id, NOW).unwrap().length_m() / 1000.0;
        assert!((length_km - km).abs() <= within, "{id}: {length_km} km, {km} known");
    }
}

#[test]
fn a_zone_is_marked_as_derived_and_reaches_500_m() {
    let Some(service) = official("the reach of the zones") else { return };
    let line = service.engine.stretch("cay-sat-nam-nga", NOW).unwrap();
    let p = line.edges.list()[0].middle();
    assert!(line.distance_within_m(p, 1.0).is_some_and(|d| d < 0.01));
    let answer = at_the_line("cay-sat-nam-nga", NOW).unwrap();
    assert_eq!(the(&answer, "cay-sat-nam-nga").zone, giapranh::domain::ZoneKind::Derived);
    assert_eq!(the(&answer, "cay-sat-nam-nga").width_m, Some(500.0));
    // The drawn zone holds what the rule holds: points on either side of the width.
    use geo::Contains;
    let drawn = line.zone(500.0);
    let mut dice = crate::common::Dice(4);
    let (mut inside, mut outside) = (0, 0);
    for _ in 0..2000 {
        let edge = &line.edges.list()[(dice.uniform() * line.edges.list().len() as f64) as usize];
        let q = geo::Coord { x: edge.a.x + dice.between(-0.01, 0.01), y: edge.a.y + dice.between(-0.01, 0.01) };
        let d = line.distance_within_m(q, 5000.0).unwrap();
        // Two metres on either side: the drawing is made in a plane.
        if d < 498.0 {
            assert!(drawn.contains(&q), "{d} m");
            inside += 1;
        } else if d > 502.0 {
            assert!(!drawn.contains(&q), "{d} m");
            outside += 1;
        }
    }
    assert!(inside > 100 && outside > 100);
}
