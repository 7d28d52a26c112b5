//! The inner parts, on the official boundaries where they are at hand (`GIAPRANH_DATA` with active datasets, as `make bench`
//! sets it), else on the indicative set: the cell index beside the R-tree and a naive baseline, the same points for all, so
//! that the ratios say more than the times.

mod dice;

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dice::Dice;
use geo::Coord;
use giapranh::crs;
use giapranh::domain::Level;
use giapranh::engine::cells::Lanes;
use giapranh::engine::{Cells, Edges};
use giapranh::service::{AttributeOptions, Service, attribute};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 1, 1);
const POINTS: usize = 1 << 17;
/// The R-tree gets so many of them.
const FEW: usize = 1 << 12;

fn benches(c: &mut Criterion) {
    let data = std::env::var_os("GIAPRANH_DATA").map(PathBuf::from).unwrap_or_default();
    let service = Service::open(&data).expect("datasets load");
    let layer = service.engine.layer_at(Level::Commune, TODAY).expect("communes of today");
    let owners = layer.shapes.len() as u32;
    let cells = Cells::build(&layer.edges, owners, [0; 32]).expect("an index");
    println!("{}: {}", layer.info.id, cells.describe());
    let mut dice = Dice(1);
    let edges = layer.edges.list();
    let uniform: Vec<Coord<f64>> =
        (0..POINTS).map(|_| Coord { x: dice.between(102.1, 105.1), y: dice.between(20.9, 22.9) }).collect();
    let borders: Vec<Coord<f64>> = (0..POINTS)
        .map(|_| {
            let m = edges[dice.between(0.0, edges.len() as f64) as usize].middle();
            Coord { x: m.x + dice.between(-0.0003, 0.0003), y: m.y + dice.between(-0.0003, 0.0003) }
        })
        .collect();
    let outside: Vec<Coord<f64>> =
        (0..POINTS).map(|_| Coord { x: dice.between(106.0, 109.0), y: dice.between(10.0, 20.0) }).collect();
    for (name, points) in [("uniform", uniform), ("borders", borders), ("outside", outside)] {
        let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.x, p.y)).unzip();
        let mut codes = vec![0; POINTS];
        let mut group = c.benchmark_group(format!("cells, {name}"));
        group.sample_size(10).throughput(Throughput::Elements(POINTS as u64));
        for lanes in [Lanes::Scalar, Lanes::Avx2, Lanes::Avx512] {
            if lanes <= Lanes::widest() {
                group.bench_function(format!("{lanes:?}"), |b| {
                    b.iter(|| cells.locate_with(lanes, black_box(&xs), black_box(&ys), &mut codes))
                });
            }
        }
        group.bench_function("clearance", |b| b.iter(|| points.iter().map(|p| cells.clearance_m(*p)).sum::<f64>()));
        group.throughput(Throughput::Elements(FEW as u64));
        group.bench_function("R-tree and rays", |b| {
            b.iter(|| points[..FEW].iter().filter_map(|p| layer.contain_by_tree(black_box(*p)).first()).count())
        });
        let rows: String = points[..FEW].iter().map(|p| format!("{:.6},{:.6}\n", p.x, p.y)).collect();
        let file = format!("lon,lat\n{rows}");
        for (way, boundary_to_m) in [("distances everywhere", None), ("distances to 200 m", Some(200.0))] {
            let options = AttributeOptions { at: Some(TODAY), boundary_to_m, ..AttributeOptions::default() };
            group.bench_function(format!("rows of CSV, {way}"), |b| {
                b.iter(|| attribute(&service, file.as_bytes(), std::io::sink(), &options, |_| {}).expect("attributed"))
            });
        }
        group.finish();
    }
    let mut group = c.benchmark_group("making and reading");
    group.sample_size(10);
    group.bench_function("edges of the shapes", |b| b.iter(|| Edges::of_shapes(layer.shapes.iter().map(|s| &s.shape))));
    group.bench_function("cell index", |b| b.iter(|| Cells::build(&layer.edges, owners, [0; 32])));
    for format in crs::FORMATS {
        group.bench_function(format!("parse {}", format.code), |b| {
            b.iter(|| crs::read(black_box(format.example), None))
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
