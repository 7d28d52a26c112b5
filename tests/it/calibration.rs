//! Is a probability of 95 % right 95 times in 100? The two published maps of the Điện Biên–Lai Châu line are taken in
//! turn as the map in use and as the truth.

use giapranh::domain::Level;
use giapranh::engine::{Containment, Fix, metric};
use jiff::civil::date;

use crate::common::{Dice, official, say};

const WITHIN_M: f64 = 1000.0;
const POINTS: usize = 20_000;

/// One row of the reliability table.
#[derive(Default, Clone, Copy)]
struct Bin {
    count: usize,
    right: usize,
    probability: f64,
}

#[test]
fn answers_at_95_percent_are_right_95_times_in_100() {
    let Some(service) = official("calibration along the Điện Biên–Lai Châu line") else { return };
    let engine = &service.engine;
    let (now, then) = (date(2026, 1, 1), date(2023, 6, 1));
    let communes = engine.layer_at(Level::Commune, now).unwrap();
    let districts = engine.layer_at(Level::District, then).unwrap();
    let province = |layer: &giapranh::engine::Layer, owner| {
        let code = layer.code(owner).unwrap();
        let unit = engine.register.at(layer.info.level, code, layer.info.valid_from).unwrap();
        engine.register.province(unit, layer.info.valid_from).unwrap().code.clone()
    };
    // The line itself, in today's map: edges with Điện Biên on one side and Lai Châu on the other.
    let line: Vec<_> = communes
        .edges
        .list()
        .iter()
        .filter(|e| match (e.left, e.right) {
            (Some(l), Some(r)) => {
                let mut pair = [province(communes, l), province(communes, r)];
                pair.sort();
                pair == ["11", "12"]
            }
            _ => false,
        })
        .collect();
    assert!(line.len() > 1000, "{} edges of the line", line.len());

    let mut bins = [Bin::default(); 10];
    let (mut sure, mut sure_right) = (0, 0);
    let mut dice = Dice(11);
    let mut asked = 0;
    while asked < POINTS {
        let edge = line[(dice.uniform() * line.len() as f64) as usize];
        let plane = metric::LocalPlane::at(edge.middle());
        let p = plane.to_deg(geo::Coord { x: dice.between(-WITHIN_M, WITHIN_M), y: dice.between(-WITHIN_M, WITHIN_M) });
        let fix = Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: None };
        let finding = engine.find(fix, now).unwrap();
        // Probability of the two provinces by today's map: that is what the other map can confirm or refute.
        let of = |code: &str| -> f64 {
            let of_province = finding.shares.iter().filter(|s| {
                let owner = communes.owner_of(s.territory.commune.as_ref().unwrap()).unwrap();
                province(communes, owner) == code
            });
            of_province.map(|s| s.probability).sum()
        };
        let Containment::In(district) = districts.contain(p) else { continue };
        let truth = province(districts, district);
        let (best, probability) = if of("11") >= of("12") { ("11", of("11")) } else { ("12", of("12")) };
        if truth != "11" && truth != "12" {
            continue;
        }
        asked += 1;
        let right = truth == best;
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.count += 1;
        bin.right += usize::from(right);
        bin.probability += probability;
        if probability >= 0.95 {
            sure += 1;
            sure_right += usize::from(right);
        }
    }
    say(&format!("reliability, {POINTS} points within 1 km of the Điện Biên–Lai Châu line"));
    say("  said      n    mean said   right");
    for (i, bin) in bins.iter().enumerate().filter(|(_, b)| b.count > 0) {
        let n = bin.count as f64;
        say(&format!("  0.{i}  {:6}     {:.3}     {:.3}", bin.count, bin.probability / n, bin.right as f64 / n));
    }
    let share = sure_right as f64 / sure as f64;
    say(&format!("  p ≥ 0.95: {sure_right} of {sure} right ({share:.4})"));
    assert!(sure > POINTS / 4, "enough sure answers to judge: {sure}");
    assert!(share >= 0.95, "{share}");
    // And not over-cautious to the point of saying nothing: what is said with 60–90 % is not right less often than said.
    for bin in &bins[6..9] {
        if bin.count > 200 {
            let n = bin.count as f64;
            assert!(bin.right as f64 / n >= bin.probability / n - 0.05, "said {}", bin.probability / n);
        }
    }
}
