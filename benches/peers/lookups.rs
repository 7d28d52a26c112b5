//! Locates points among communes with giapranh and with the Rust parts on the shelf, in one run.
//!
//! ```text
//! lookups peers BOUNDARIES FOLDER     FOLDER holds NAME.f64 files (longitude and latitude, 64-bit, little-endian): writes
//!                                     NAME.u32 (number of the commune, 2³²−1 outside, 2³²−2 several) and rust.json
//! lookups exact BOUNDARIES POINTS     so many points, uniform and on borders, index against R-tree; fails on a difference
//! lookups verdicts DATA POINTS [SET]  full verdicts about so many points, uniform and on borders, on the datasets in a data folder
//! lookups count SCALAR|AVX2 POINTS    so many lookups on a drawing of its own, for a program that counts instructions
//! ```

#[path = "../../tests/it/vietnam.rs"]
mod vietnam;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use geo::indexed::IntervalTreeMultiPolygon;
use geo::{BoundingRect, Contains, Coord, MultiPolygon, Rect};
use giapranh::domain::Level;
use giapranh::engine::cells::{Code, OUTSIDE, SEVERAL, UNDECIDED};
use giapranh::engine::{Cells, Containment, Edges, Layer, cells::Lanes};
use giapranh::service::{Bulk, Service};
use jiff::civil::{Date, date};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};

const TODAY: Date = date(2026, 1, 1);
/// Runs of each measure; the median counts.
const RUNS: usize = 5;
/// The baselines get so many of the points: they take a hundred times as long.
const NAIVE_POINTS: usize = 20_000;
const TREE_POINTS: usize = 200_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["peers", boundaries, folder] => peers(Path::new(boundaries), Path::new(folder)),
        ["exact", boundaries, points] => exact(Path::new(boundaries), points.parse().expect("a number of points")),
        ["verdicts", data, points, ref only @ ..] => {
            verdicts(Path::new(data), points.parse().expect("a number of points"), only.first().copied())
        }
        ["count", lanes, points] => count(lanes, points.parse().expect("a number of points")),
        _ => panic!(
            "lookups peers BOUNDARIES FOLDER | exact BOUNDARIES POINTS | verdicts DATA POINTS | count SCALAR|AVX2 POINTS"
        ),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// Median seconds of [`RUNS`].
fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS).map(|_| timed(&mut work).1.as_secs_f64()).collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

struct Boxed<T> {
    rect: Rect<f64>,
    owner: u32,
    shape: T,
}

impl<T> RTreeObject for Boxed<T> {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.rect.min().into(), self.rect.max().into())
    }
}

fn tree<'a, T>(
    shapes: &'a [giapranh::domain::UnitShape],
    make: impl Fn(&'a MultiPolygon<f64>) -> T,
) -> RTree<Boxed<T>> {
    let boxed = shapes
        .iter()
        .enumerate()
        .filter_map(|(i, s)| Some(Boxed { rect: s.shape.bounding_rect()?, owner: i as u32, shape: make(&s.shape) }));
    RTree::bulk_load(boxed.collect())
}

fn first<T>(tree: &RTree<Boxed<T>>, p: Coord<f64>, holds: impl Fn(&T) -> bool) -> Option<u32> {
    let near = tree.locate_in_envelope_intersecting(&AABB::from_point([p.x, p.y]));
    near.filter(|b| holds(&b.shape)).map(|b| b.owner).min()
}

fn peers(boundaries: &Path, folder: &Path) {
    let (dataset, parsed) = timed(|| vietnam::communes(boundaries));
    let shapes = dataset.shapes;
    let (edges, joined) = timed(|| Edges::of_shapes(shapes.iter().map(|s| &s.shape)));
    let (built, indexed) = timed(|| Cells::build(&edges, shapes.len() as u32, [0; 32]).expect("an index"));
    println!("{}", built.describe());
    let file = folder.join("index.cells");
    built.write(&file).expect("written");
    drop(built);
    let (cells, opened) = timed(|| Cells::open(&file, &[0; 32], shapes.len() as u32).expect("opened"));
    let naive = tree(&shapes, |s| s);
    let (best, best_indexed) = timed(|| tree(&shapes, IntervalTreeMultiPolygon::new));
    let mut sets = serde_json::Map::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").map(|e| e.expect("an entry").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "f64"));
    files.sort();
    for file in files {
        let (xs, ys) = read(&file);
        let mut codes: Vec<Code> = vec![0; xs.len()];
        let mut measured = serde_json::Map::new();
        let mut rate = |name: &str, points: usize, seconds: f64| {
            measured.insert(name.into(), (points as f64 / seconds / 1e6).into());
        };
        for lanes in [Lanes::Scalar, Lanes::Avx2, Lanes::Avx512] {
            if lanes <= Lanes::widest() {
                rate(
                    &format!("giapranh {lanes:?}"),
                    xs.len(),
                    median(|| cells.locate_with(lanes, &xs, &ys, &mut codes)),
                );
            }
        }
        rate("giapranh all cores", xs.len(), median(|| cells.locate_all(&xs, &ys, &mut codes)));
        let points = |most: usize| xs.iter().zip(&ys).take(most).map(|(&x, &y)| Coord { x, y });
        let few = points(NAIVE_POINTS).count();
        rate(
            "rstar + geo contains",
            few,
            median(|| {
                std::hint::black_box(points(NAIVE_POINTS).filter_map(|p| first(&naive, p, |s| s.contains(&p))).count());
            }),
        );
        let some = points(TREE_POINTS).count();
        let mut found = vec![None; some];
        rate(
            "rstar + geo IntervalTreeMultiPolygon",
            some,
            median(|| {
                for (p, found) in points(TREE_POINTS).zip(&mut found) {
                    *found = first(&best, p, |s| s.contains(&p));
                }
            }),
        );
        // Points that lie exactly on a line are nobody's for `contains`; nothing else may differ.
        let differ = found
            .iter()
            .zip(&codes)
            .filter(|(found, code)| cells.owners(**code).is_none_or(|o| o.len() < 2) && **found != code.checked_sub(1));
        measured.insert("differ from geo".into(), differ.count().into());
        let mut single: Vec<u64> = points(TREE_POINTS)
            .map(|p| {
                let (found, took) = timed(|| cells.contain(std::hint::black_box(p)));
                std::hint::black_box(found);
                took.as_nanos() as u64
            })
            .collect();
        single.sort_unstable();
        measured.insert("one lookup, ns: median".into(), single[some / 2].into());
        measured.insert("one lookup, ns: p99".into(), single[some * 99 / 100].into());
        let owners: Vec<u8> = codes
            .iter()
            .flat_map(|&code| {
                let word = match cells.owners(code) {
                    _ if code == OUTSIDE => u32::MAX,
                    Some(owners) if owners.len() == 1 => owners[0],
                    _ => u32::MAX - 1,
                };
                word.to_le_bytes()
            })
            .collect();
        fs::write(file.with_extension("u32"), owners).expect("written");
        sets.insert(file.file_stem().expect("a name").to_string_lossy().into(), measured.into());
    }
    let report = serde_json::json!({
        "units": shapes.len(),
        "edges": edges.list().len(),
        "index bytes": cells.size_bytes(),
        "lanes": format!("{:?}", Lanes::widest()),
        "seconds": {
            "parse": parsed.as_secs_f64(), "join edges": joined.as_secs_f64(), "build index": indexed.as_secs_f64(),
            "open index": opened.as_secs_f64(), "build interval trees": best_indexed.as_secs_f64(),
        },
        "million points a second": sets,
    });
    fs::write(folder.join("rust.json"), format!("{report:#}")).expect("written");
    println!("{report:#}");
}

fn read(file: &Path) -> (Vec<f64>, Vec<f64>) {
    let bytes = fs::read(file).expect("the points");
    let number = |b: &[u8]| f64::from_le_bytes(b.try_into().expect("eight bytes"));
    bytes.chunks_exact(16).map(|b| (number(&b[..8]), number(&b[8..]))).unzip()
}

/// SplitMix64 (Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64) / (1u64 << 53) as f64
    }
}

fn exact(boundaries: &Path, count: usize) {
    const PIECE: usize = 1 << 16;
    let layer = Layer::new(vietnam::communes(boundaries));
    let cells = Cells::build(&layer.edges, layer.shapes.len() as u32, [0; 32]).expect("an index");
    println!("{}", cells.describe());
    let edges = layer.edges.list();
    let (points, told) = (count.div_ceil(PIECE), std::sync::atomic::AtomicUsize::new(0));
    let [differences, several, undecided] = (0..points)
        .into_par_iter()
        .map(|piece| {
            let mut dice = Dice(piece as u64 * 0x1234_5678_9ABC);
            let point = |i: usize| {
                let edge = &edges[(dice.uniform() * edges.len() as f64) as usize];
                let mut near = |reach: f64| reach * (2.0 * dice.uniform() - 1.0);
                match i % 8 {
                    // 30 m about a line, a vertex, a line itself, level with a vertex; else anywhere.
                    0..2 => edge.middle() + Coord { x: near(3e-4), y: near(3e-4) },
                    2 => edge.a,
                    3 => edge.middle(),
                    4 => Coord { x: edge.a.x + near(0.01), y: edge.a.y },
                    _ => Coord { x: 105.8 + near(3.8), y: 15.9 + near(7.6) },
                }
            };
            let (xs, ys): (Vec<f64>, Vec<f64>) = (0..PIECE).map(point).map(|p| (p.x, p.y)).unzip();
            let mut codes = vec![0; PIECE];
            cells.locate(&xs, &ys, &mut codes);
            let mut found = [0usize; 3];
            for ((&x, &y), &code) in xs.iter().zip(&ys).zip(&codes) {
                let wanted = layer.contain_by_tree(Coord { x, y });
                let same = match (&wanted, cells.owners(code)) {
                    (Containment::Several(_), None) if code == SEVERAL => true,
                    (_, None) => {
                        found[2] += usize::from(code == UNDECIDED);
                        code == UNDECIDED
                    }
                    (Containment::Several(list), Some(owners)) => *list == owners,
                    (one, Some(owners)) => one.first().into_iter().collect::<Vec<_>>() == owners,
                };
                found[1] += usize::from(matches!(wanted, Containment::Several(_)));
                if !same {
                    found[0] += 1;
                    println!("DIFFERENT at {x}, {y}: {wanted:?}, code {code}");
                }
            }
            let done = 1 + told.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if done % 128 == 0 {
                println!("{} of {} million points", (done * PIECE) >> 20, (points * PIECE) >> 20);
            }
            found
        })
        .reduce(|| [0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
    println!(
        "{} points: {differences} differences from the R-tree; {several} in several units; {undecided} left to the R-tree",
        points * PIECE
    );
    assert_eq!(differences, 0);
}

/// Full verdicts on one core and on all, and one at a time.
fn verdicts(data: &Path, count: usize, only: Option<&str>) {
    let service = Service::open(data).expect("datasets load");
    let layer = service.engine.layer_at(Level::Commune, TODAY).expect("communes of today");
    let edges = layer.edges.list();
    let mut dice = Dice(9);
    let mut between = |low: f64, high: f64| low + (high - low) * dice.uniform();
    let uniform: Vec<(f64, f64)> = (0..count).map(|_| (between(102.1, 105.1), between(20.9, 22.9))).collect();
    let borders: Vec<(f64, f64)> = (0..count)
        .map(|_| {
            let m = edges[between(0.0, edges.len() as f64) as usize].middle();
            (m.x + between(-3e-4, 3e-4), m.y + between(-3e-4, 3e-4))
        })
        .collect();
    let inside: Vec<(f64, f64)> =
        uniform.iter().copied().filter(|&(x, y)| layer.contain(Coord { x, y }) != Containment::Outside).collect();
    for boundary_to_m in [0.0, 200.0, 500.0] {
        let bulk = Bulk::new(&service, TODAY, Some(boundary_to_m)).expect("an indexed map");
        for (name, points) in [("uniform", &uniform), ("inside", &inside), ("borders", &borders)] {
            if only.is_some_and(|only| only != name) {
                continue;
            }
            let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
            let one = median(|| drop(std::hint::black_box(bulk.judge_here(&xs, &ys))));
            let all = median(|| drop(std::hint::black_box(bulk.judge(&xs, &ys))));
            let some = xs.len().min(TREE_POINTS);
            let mut single: Vec<u64> = (0..some)
                .map(|i| timed(|| std::hint::black_box(bulk.judge_here(&xs[i..=i], &ys[i..=i]))).1.as_nanos() as u64)
                .collect();
            single.sort_unstable();
            let (p50, p99) = (single[some / 2], single[some * 99 / 100]);
            let rate = |seconds: f64| xs.len() as f64 / seconds / 1e6;
            println!(
                "{name}, distances to {boundary_to_m} m: {:.2} M/s on one core, {:.2} on all ({:.2} ×); one at a time: \
                 median {p50} ns, p99 {p99} ns",
                rate(one),
                rate(all),
                one / all
            );
        }
    }
}

/// Lookups in a drawing of squares with jagged sides, the same in every run.
fn count(lanes: &str, count: usize) {
    let lanes = match lanes {
        "AVX2" => Lanes::Avx2,
        _ => Lanes::Scalar,
    };
    assert!(lanes <= Lanes::widest(), "this processor has no {lanes:?}");
    const SIDE: usize = 8;
    const STEPS: usize = 60;
    let jag = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 101) as f64 * 4e-6;
    let corner = |i: usize, j: usize| Coord {
        x: 102.0 + i as f64 / STEPS as f64 * 0.1 + jag(i, j),
        y: 22.0 + j as f64 / STEPS as f64 * 0.1 + jag(j, i + 13),
    };
    let shapes: Vec<MultiPolygon<f64>> = (0..SIDE * SIDE)
        .map(|s| {
            let (x, y) = (s % SIDE * STEPS, s / SIDE * STEPS);
            let ring: Vec<Coord<f64>> = (0..STEPS)
                .map(|k| corner(x + k, y))
                .chain((0..STEPS).map(|k| corner(x + STEPS, y + k)))
                .chain((0..STEPS).map(|k| corner(x + STEPS - k, y + STEPS)))
                .chain((0..STEPS).map(|k| corner(x, y + STEPS - k)))
                .collect();
            MultiPolygon(vec![geo::Polygon::new(ring.into(), vec![])])
        })
        .collect();
    let edges = Edges::of_shapes(shapes.iter());
    let cells = Cells::build(&edges, shapes.len() as u32, [0; 32]).expect("an index");
    let mut dice = Dice(5);
    // Half of the points anywhere, half within 30 m of a line.
    let (xs, ys): (Vec<f64>, Vec<f64>) = (0..count)
        .map(|i| {
            let edge = &edges.list()[(dice.uniform() * edges.list().len() as f64) as usize];
            let near = edge.middle() + Coord { x: 6e-4 * (dice.uniform() - 0.5), y: 6e-4 * (dice.uniform() - 0.5) };
            if i % 2 == 0 { (near.x, near.y) } else { (102.0 + 0.8 * dice.uniform(), 22.0 + 0.8 * dice.uniform()) }
        })
        .unzip();
    let mut codes = vec![0; count];
    cells.locate_with(lanes, &xs, &ys, &mut codes);
    let inside = codes.iter().filter(|c| **c != OUTSIDE).count();
    println!("{inside} of {count} inside");
    assert!(inside * 10 > count * 9);
}
