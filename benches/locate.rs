//! A located point and a full verdict, on the official boundaries where they are at hand (`GIAPRANH_DATA` with active
//! datasets, as `make bench` sets it), else on the indicative set. A naive baseline runs beside them, so that the
//! ratio says more than the time.

mod dice;

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dice::Dice;
use geo::{Contains, Coord};
use giapranh::domain::Level;
use giapranh::engine::{Fix, Layer};
use giapranh::service::{Question, Service};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 1, 1);
const POINTS: usize = 2000;

fn uniform(layer: &Layer, dice: &mut Dice) -> Vec<Coord<f64>> {
    let inside = |p: &Coord<f64>| layer.contain(*p).first().is_some();
    let places = std::iter::repeat_with(|| Coord { x: dice.between(102.1, 105.1), y: dice.between(20.9, 22.9) });
    places.filter(inside).take(POINTS).collect()
}

/// Within 30 m of a boundary, or thereabouts: beside the middle of an edge taken at random.
fn on_borders(layer: &Layer, dice: &mut Dice) -> Vec<Coord<f64>> {
    let edges = layer.edges.list();
    (0..POINTS)
        .map(|_| {
            let m = edges[dice.between(0.0, edges.len() as f64) as usize].middle();
            Coord { x: m.x + dice.between(-0.0003, 0.0003), y: m.y + dice.between(-0.0003, 0.0003) }
        })
        .collect()
}

fn benches(c: &mut Criterion) {
    let data = std::env::var_os("GIAPRANH_DATA").map(PathBuf::from).unwrap_or_default();
    let service = Service::open(&data).expect("datasets load");
    let layer = service.engine.layer_at(Level::Commune, TODAY).expect("communes of today");
    println!("datasets: {:?}", service.datasets().map(|d| d.id.as_str()).collect::<Vec<_>>());
    let mut dice = Dice(1);
    for (name, points) in [("uniform", uniform(layer, &mut dice)), ("borders", on_borders(layer, &mut dice))] {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(POINTS as u64));
        group.sample_size(20);
        group.bench_function("located point", |b| {
            b.iter(|| points.iter().filter_map(|p| layer.contain(black_box(*p)).first()).map(u64::from).sum::<u64>())
        });
        group.bench_function("naive: geo contains, unit by unit", |b| {
            let few = &points[..POINTS / 20];
            b.iter(|| few.iter().filter(|p| layer.shapes.iter().any(|s| s.shape.contains(black_box(*p)))).count() * 20)
        });
        for (date, at) in [("today", TODAY), ("2023", date(2023, 6, 1))] {
            if service.engine.find(Fix { lon_deg: 103.0, lat_deg: 22.0, accuracy_m: None }, at).is_err() {
                continue;
            }
            group.bench_function(format!("full verdict, {date}"), |b| {
                b.iter(|| {
                    for p in &points {
                        let fix = Fix { lon_deg: p.x, lat_deg: p.y, accuracy_m: Some(10.0) };
                        let finding = service.engine.find(black_box(fix), at).expect("covered");
                        black_box(giapranh::domain::rules::judge(&finding, service.engine.disputes()));
                    }
                })
            });
        }
        let typed: Vec<String> = points.iter().map(|p| format!("{:.7}, {:.7}", p.y, p.x)).collect();
        group.bench_function("whole answer from text", |b| {
            b.iter(|| {
                for text in &typed {
                    black_box(
                        service.locate(&Question { at: Some(TODAY), ..Question::here(text) }).expect("an answer"),
                    );
                }
            })
        });
        group.finish();
    }
}

criterion_group!(all, benches);
criterion_main!(all);
