//! The closed form of a unit's probability against a million random draws.

use giapranh::domain::Level;
use giapranh::engine::{Containment, Fix, Layer, metric, probability::sigma_of_r68};
use jiff::civil::{Date, date};

use crate::common::{Dice, official};
use crate::toyland;

/// The issue asks for 0.005; a million draws have a standard error of 0.0005.
const TOLERANCE: f64 = 0.005;
const DRAWS: usize = 1_000_000;

/// Shares by Monte Carlo: the draw's owner is asked of the index, which shares no formula with the closed form.
fn drawn(layer: &Layer, p: geo::Coord<f64>, sigma_m: f64, seed: u64) -> Vec<(String, f64)> {
    let plane = metric::LocalPlane::at(p);
    let mut dice = Dice(seed);
    let mut counts = vec![0usize; layer.shapes.len()];
    for _ in 0..DRAWS {
        let (x, y) = dice.normals();
        let q = plane.to_deg(geo::Coord { x: x * sigma_m, y: y * sigma_m });
        match layer.contain(q) {
            Containment::Outside => {}
            Containment::In(o) => counts[o as usize] += 1,
            Containment::Several(list) => list.iter().for_each(|&o| counts[o as usize] += 1),
        }
    }
    let share = |n: usize| n as f64 / DRAWS as f64;
    counts.iter().enumerate().map(|(i, &n)| (layer.shapes[i].code.clone(), share(n))).collect()
}

#[test]
fn toylands_corners_and_lines() {
    let layer = Layer::new(toyland::atlas().datasets.remove(0));
    let service = toyland::service();
    let today = date(2026, 1, 1);
    // On a line, at the corner of four, near one, and at a corner with two sides outside.
    for (i, (x, y)) in [(1.0, 0.5), (1.0, 1.0), (0.9987, 0.9991), (0.0, 0.0), (2.0005, 1.9995)].into_iter().enumerate()
    {
        let p = toyland::at(x, y);
        let fix = Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: Some(30.0) };
        let sigma = sigma_of_r68(30.0).hypot(toyland::LINE_SIGMA_M);
        let finding = service.engine.find(fix, today).unwrap();
        let reference = drawn(&layer, p, sigma, 7 + i as u64);
        compare(&finding.shares, &reference, finding.outside);
    }
}

#[test]
fn real_borders() {
    let Some(service) = official("probabilities on the real borders") else { return };
    let layer = service.engine.layer_at(Level::Commune, date(2026, 1, 1)).unwrap();
    let mut dice = Dice(2025);
    for i in 0..12 {
        let edge = layer.edges.get((dice.uniform() * layer.edges.list().len() as f64) as usize);
        let plane = metric::LocalPlane::at(edge.middle());
        let (dx, dy) = dice.normals();
        let p = plane.to_deg(geo::Coord { x: 60.0 * dx, y: 60.0 * dy });
        let accuracy = [5.0, 25.0, 150.0][i % 3];
        let fix = Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: Some(accuracy) };
        let finding = service.engine.find(fix, date(2026, 1, 1)).unwrap();
        if !finding.defect.is_empty() {
            continue;
        }
        let sigma = sigma_of_r68(accuracy).hypot(layer.info.line_accuracy_m);
        compare(&finding.shares, &drawn(layer, p, sigma, i as u64), finding.outside);
    }
}

/// Before July 2025: the land of today's communes inside the former districts, drawn by asking both maps.
#[test]
fn real_borders_in_the_time_of_districts() {
    let Some(service) = official("probabilities in the time of districts") else { return };
    let at: Date = date(2023, 6, 1);
    let districts = service.engine.layer_at(Level::District, at).unwrap();
    let communes = service.engine.layer_at(Level::Commune, date(2026, 1, 1)).unwrap();
    let mut dice = Dice(1963);
    for i in 0..6 {
        let edge = districts.edges.get((dice.uniform() * districts.edges.list().len() as f64) as usize);
        let p = edge.middle();
        let fix = Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: Some(20.0) };
        let finding = service.engine.find(fix, at).unwrap();
        let sigma = finding.gps_sigma_m.hypot(finding.line_sigma_m);
        let plane = metric::LocalPlane::at(p);
        let mut draws = Dice(i);
        let mut counts: std::collections::HashMap<(String, Vec<String>), usize> = Default::default();
        for _ in 0..200_000 {
            let (x, y) = draws.normals();
            let q = plane.to_deg(geo::Coord { x: x * sigma, y: y * sigma });
            let Some(d) = districts.contain(q).first() else { continue };
            let commune = communes.contain(q).first();
            let piece = pieces_key(service, districts.code(d).unwrap(), commune.and_then(|c| communes.code(c)), at);
            *counts.entry(piece).or_default() += 1;
        }
        for share in &finding.shares {
            let key = (share.territory.district.clone().unwrap(), share.territory.candidates.clone());
            let same: f64 = finding
                .shares
                .iter()
                .filter(|s| s.territory.district.as_ref() == Some(&key.0) && s.territory.candidates == key.1)
                .map(|s| s.probability)
                .sum();
            let reference = counts.get(&key).copied().unwrap_or(0) as f64 / 200_000.0;
            assert!((same - reference).abs() < TOLERANCE, "{p:?} {key:?}: {same} against {reference}");
        }
    }
}

/// District and candidates of a place, read from the finding of the place itself with a perfect position.
fn pieces_key(
    service: &giapranh::service::Service,
    district: &str,
    commune: Option<&str>,
    at: Date,
) -> (String, Vec<String>) {
    use std::cell::RefCell;
    use std::collections::HashMap;
    type Key = (String, Option<String>);
    thread_local!(static KNOWN: RefCell<HashMap<Key, Vec<String>>> = RefCell::default());
    let key = (district.to_owned(), commune.map(str::to_owned));
    let candidates = KNOWN.with_borrow_mut(|known| {
        known.entry(key.clone()).or_insert_with(|| service.engine.candidates(district, commune, at)).clone()
    });
    (key.0, candidates)
}

fn compare(shares: &[giapranh::domain::Share], reference: &[(String, f64)], outside: f64) {
    let mut total = 0.0;
    for (code, expected) in reference {
        let share = shares.iter().find(|s| s.territory.commune.as_ref() == Some(code));
        let p = share.map_or(0.0, |s| s.probability);
        assert!((p - expected).abs() < TOLERANCE, "{code}: {p} against {expected}");
        total += expected;
    }
    assert!((outside - (1.0 - total)).abs() < TOLERANCE, "outside {outside} against {}", 1.0 - total);
}
