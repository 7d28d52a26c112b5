//! The built-in set: no substitute for published boundaries, and honest about it.

use giapranh::domain::Level;
use giapranh::domain::rules::{SOLE_PROBABILITY, Verdict};
use giapranh::engine::{Containment, Fix};
use giapranh::service::Question;
use jiff::civil::date;

use crate::common::{Dice, indicative, official, say};

#[test]
fn every_answer_says_indicative() {
    let answer = indicative().locate(&Question::here("22°13.10'N 102°38.46'E")).unwrap();
    assert!(answer.basis.as_ref().unwrap().indicative);
    assert!(answer.explanation.vi.contains("chỉ dẫn"), "{}", answer.explanation.vi);
    assert!(answer.explanation.en.contains("ndicative"), "{}", answer.explanation.en);
}

#[test]
fn it_has_every_commune_of_today_and_nothing_before() {
    let service = indicative();
    let layer = service.engine.layer_at(Level::Commune, date(2026, 1, 1)).unwrap();
    assert_eq!(layer.shapes.len(), 182);
    let before = Question { at: Some(date(2023, 6, 1)), ..Question::here("22.2, 102.6") };
    assert_eq!(service.locate(&before).unwrap().verdict, Verdict::NotKnown);
}

/// Its error, measured against the official boundaries, is the line accuracy it is given: an answer at p ≥ 0.95 must be
/// right at least 95 times in 100, and the stored figure must not be wider than that needs by more than half.
#[test]
fn its_line_accuracy_is_its_measured_error() {
    let Some(official) = official("the error of the indicative set") else { return };
    let today = date(2026, 1, 1);
    let truth = official.engine.layer_at(Level::Commune, today).unwrap();
    let built_in = indicative();
    let (mut right_commune, mut asked, mut sure, mut sure_right) = (0, 0, 0, 0);
    let mut dice = Dice(182);
    while asked < 6000 {
        let p = geo::Coord { x: dice.between(102.1, 105.1), y: dice.between(20.9, 22.9) };
        let Containment::In(owner) = truth.contain(p) else { continue };
        asked += 1;
        let code = truth.code(owner).unwrap();
        let finding = built_in.engine.find(Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: None }, today).unwrap();
        let is_right = |s: &giapranh::domain::Share| s.territory.commune.as_deref() == Some(code);
        right_commune += usize::from(finding.containing().is_some_and(is_right));
        if let Some(best) = finding.shares.first().filter(|s| s.probability >= SOLE_PROBABILITY) {
            sure += 1;
            sure_right += usize::from(is_right(best));
        }
    }
    let sigma = built_in.datasets().next().unwrap().line_accuracy_m;
    say(&format!(
        "indicative set, σ = {sigma} m: {right_commune} of {asked} points in the right commune; {sure_right} of {sure} right where p ≥ 0.95"
    ));
    assert!(right_commune as f64 / asked as f64 > 0.5);
    assert!(sure as f64 / asked as f64 > 0.005, "it says something somewhere: {sure}");
    assert!(sure_right as f64 / sure as f64 >= 0.95, "{sure_right} of {sure}");
}
