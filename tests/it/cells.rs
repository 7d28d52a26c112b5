//! The cell index against the R-tree: the same answer for every point, on every map there is, and on maps made to be
//! difficult.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use giapranh::domain::{Dataset, UnitShape};
use giapranh::engine::cells::{self, Cells, Lanes};
use giapranh::engine::vicinity::{self, Look};
use giapranh::engine::{Containment, Layer, metric, probability};
use proptest::prelude::*;

use crate::common::{Dice, indicative, official, say};
use crate::toyland;

const FINGERPRINT: [u8; 32] = [7; 32];

fn index(layer: &Layer) -> Cells {
    Cells::build(&layer.edges, layer.shapes.len() as u32, FINGERPRINT).expect("an index")
}

/// Points where answers go wrong if they go wrong anywhere: on vertices, on edges, level with vertices, beside lines, on
/// the lines of the index itself, anywhere, and far outside.
fn difficult(layer: &Layer, count: usize) -> Vec<Coord<f64>> {
    let mut dice = Dice(layer.shapes.len() as u64);
    let edges = layer.edges.list();
    let (west, east) = edges
        .iter()
        .fold((360.0_f64, -360.0_f64), |(w, e), edge| (w.min(edge.a.x.min(edge.b.x)), e.max(edge.a.x.max(edge.b.x))));
    let (south, north) = edges.iter().fold((90.0_f64, -90.0_f64), |(s, n), e| (s.min(e.a.y), n.max(e.b.y)));
    (0..count)
        .map(|i| {
            let edge = &edges[(dice.uniform() * edges.len() as f64) as usize];
            let anywhere = Coord { x: dice.between(west - 0.1, east + 0.1), y: dice.between(south - 0.1, north + 0.1) };
            match i % 8 {
                0 => edge.a,
                1 => edge.b,
                2 => edge.middle(),
                3 => Coord { x: edge.middle().x + dice.between(-0.001, 0.001), y: edge.a.y },
                4 => edge.middle() + Coord { x: dice.between(-3e-4, 3e-4), y: dice.between(-3e-4, 3e-4) },
                5 => Coord { x: (anywhere.x * 1024.0).floor() / 1024.0, y: (anywhere.y * 16384.0).floor() / 16384.0 },
                6 => edge.middle() + Coord { x: dice.between(-1e-8, 1e-8), y: dice.between(-1e-8, 1e-8) },
                _ => anywhere,
            }
        })
        .chain(
            [(f64::NAN, 22.0), (103.0, f64::NAN), (f64::INFINITY, 22.0), (-1e300, 1e300), (0.0, 0.0)].map(Coord::from),
        )
        .collect()
}

/// Every way to ask the index, against the R-tree. Returns how many points lie in several units.
fn agrees(layer: &Layer, cells: &Cells, points: &[Coord<f64>]) -> usize {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.x, p.y)).unzip();
    let wanted: Vec<Containment> = points.iter().map(|&p| layer.contain_by_tree(p)).collect();
    for (p, wanted) in points.iter().zip(&wanted) {
        if let Some(got) = cells.contain(*p) {
            assert_eq!(got, *wanted, "{p:?}");
        }
        let clearance = cells.clearance_m(*p);
        if clearance > 0.0 {
            let nearest = layer.edges.nearest(*p, |_| true).expect("a boundary").distance_m;
            assert!(nearest >= clearance, "{p:?}: a boundary {nearest} m away, said to be beyond {clearance} m");
        }
    }
    let mut codes = vec![0; points.len()];
    for lanes in [Lanes::Scalar, Lanes::Avx2, Lanes::Avx512] {
        if lanes > Lanes::widest() {
            say(&format!("NOT CHECKED: {lanes:?} (this processor has no such instructions)"));
            continue;
        }
        cells.locate_with(lanes, &xs, &ys, &mut codes);
        for ((p, wanted), &code) in points.iter().zip(&wanted).zip(&codes) {
            match wanted {
                Containment::Several(_) if code == cells::SEVERAL => {}
                Containment::Several(list) => assert!(cells.owners(code).is_none_or(|o| o == *list), "{p:?} {lanes:?}"),
                _ if code == cells::UNDECIDED => {}
                one => {
                    assert_eq!(cells.owners(code), Some(one.first().into_iter().collect()), "{p:?} {lanes:?}");
                }
            }
        }
    }
    let one_by_one = codes.clone();
    cells.locate_all(&xs, &ys, &mut codes);
    assert_eq!(one_by_one, codes, "all cores say what one says");
    wanted.iter().filter(|w| matches!(w, Containment::Several(_))).count()
}

#[test]
fn the_index_agrees_on_toyland() {
    let layer = Layer::new(toyland::atlas().datasets.remove(0));
    let several = agrees(&layer, &index(&layer), &difficult(&layer, 10_000));
    assert!(several > 0, "toyland has an overlap");
    nearest_agrees(&layer, &index(&layer), &difficult(&layer, 4000));
}

#[test]
fn the_index_agrees_on_the_indicative_set() {
    for layer in indicative().engine.layers() {
        agrees(layer, &index(layer), &difficult(layer, 10_000));
    }
}

#[test]
fn the_index_agrees_on_the_official_maps() {
    let Some(service) = official("the cell index on the official maps") else { return };
    for layer in service.engine.layers() {
        let several = agrees(layer, &index(layer), &difficult(layer, 30_000));
        nearest_agrees(layer, &index(layer), &difficult(layer, 4_000));
        say(&format!("{}: 30 000 difficult points, {several} of them in several units", layer.info.id));
    }
}

/// The nearest edge through the leaves is the R-tree's, number and all.
fn nearest_agrees(layer: &Layer, cells: &Cells, points: &[Coord<f64>]) {
    let mut said = 0;
    for &p in points.iter().filter(|p| p.x.is_finite() && p.y.is_finite()) {
        let mut same = |found: Option<giapranh::engine::Nearest>, wanted: Option<giapranh::engine::Nearest>| {
            let (Some(found), Some(wanted)) = (found, wanted) else { return };
            said += 1;
            assert_eq!((found.edge, found.distance_m), (wanted.edge, wanted.distance_m), "{p:?}");
        };
        same(cells.nearest(p, None), layer.edges.nearest(p, |_| true));
        if let Some(owner) = layer.contain_by_tree(p).first() {
            same(cells.nearest(p, Some(owner)), layer.edges.nearest(p, |e| e.touches(owner)));
        }
    }
    assert!(said > points.len() / 2, "{said} of {}", points.len());
}

/// A layer of rings with whole-number corners on a grid of 1/64 of a leaf: ties, shared corners, overlaps, holes, spikes,
/// rings that cross themselves.
fn drawn(rings: &[Vec<(i32, i32)>], coarse: f64) -> Layer {
    let mut dataset: Dataset = toyland::atlas().datasets.remove(0);
    let corner = |&(x, y): &(i32, i32)| Coord {
        x: 102.0 + f64::from(x) * coarse / 65_536.0,
        y: 22.0 + f64::from(y) * coarse / 65_536.0,
    };
    dataset.shapes = rings
        .iter()
        .enumerate()
        .map(|(i, ring)| {
            let ring: LineString<f64> = ring.iter().map(corner).collect();
            let shape = MultiPolygon(vec![Polygon::new(ring, vec![])]);
            UnitShape { code: i.to_string(), name: String::new(), shape }
        })
        .collect();
    Layer::new(dataset)
}

fn ring() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((0..200i32, 0..200i32), 3..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// `coarse` makes the same rings lie within a leaf or two, or reach over many.
    #[test]
    fn the_index_agrees_on_any_drawing(rings in prop::collection::vec(ring(), 1..7), coarse in prop::sample::select(vec![0.3, 1.0, 8.0, 50.0])) {
        let layer = drawn(&rings, coarse);
        prop_assume!(!layer.edges.list().is_empty());
        agrees(&layer, &index(&layer), &difficult(&layer, 600));
    }
}

/// More units at one place than a leaf can tell apart: the index says that it does not say, and the layer asks the tree.
#[test]
fn a_crowded_leaf_is_left_to_the_tree() {
    let crowd: Vec<Vec<(i32, i32)>> = (0..40).map(|i| vec![(i, 0), (60, i), (i, 60)]).collect();
    let layer = drawn(&crowd, 1.0);
    let cells = index(&layer);
    let points = difficult(&layer, 4000);
    agrees(&layer, &cells, &points);
    assert!(points.iter().any(|&p| cells.contain(p).is_none()), "the leaf is crowded");
    let before: Vec<Containment> = points.iter().map(|&p| layer.contain(p)).collect();
    layer.set_cells(cells);
    assert!(points.iter().zip(before).all(|(&p, before)| layer.contain(p) == before));
}

/// A layer without any edges has an index that says "outside".
#[test]
fn nothing_contains_nothing() {
    let layer = drawn(&[], 1.0);
    let cells = index(&layer);
    assert_eq!(cells.contain(Coord { x: 102.0, y: 22.0 }), Some(Containment::Outside));
    assert_eq!(cells.clearance_m(Coord { x: 102.0, y: 22.0 }), 0.0);
}

/// The index of toyland in a file of its own folder.
fn written() -> (tempfile::TempDir, std::path::PathBuf, Layer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("toyland.cells");
    let layer = Layer::new(toyland::atlas().datasets.remove(0));
    index(&layer).write(&path).unwrap();
    (folder, path, layer)
}

#[test]
fn a_mapped_index_says_what_the_built_one_says() {
    let (_folder, path, layer) = written();
    let mapped = Cells::open(&path, &FINGERPRINT, layer.shapes.len() as u32).expect("opens");
    assert!(mapped.is_mapped());
    agrees(&layer, &mapped, &difficult(&layer, 5000));
    assert_eq!(mapped.edges().expect("edges").list(), layer.edges.list(), "the edges come back as they were");
}

/// Cut short, written over, of another dataset, of another version, no index at all, nothing: each is told from a whole
/// one, and none is used.
#[test]
fn a_file_that_is_not_the_whole_index_of_this_dataset_is_refused() {
    let (_folder, path, layer) = written();
    let owners = layer.shapes.len() as u32;
    let whole = std::fs::read(&path).unwrap();
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Cells::open(&path, &FINGERPRINT, owners)
    };
    assert!(open(&whole).is_ok());
    for length in [0, 1, 255, 256, 257, whole.len() / 2, whole.len() - 1] {
        assert!(open(&whole[..length]).is_err(), "cut to {length} bytes");
    }
    let mut dice = Dice(3);
    for i in 0..300 {
        // Every byte of the header, then bytes anywhere.
        let at = if i < 256 { i } else { (dice.uniform() * whole.len() as f64) as usize };
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (i % 8);
        assert!(open(&bytes).is_err(), "byte {at} changed");
    }
    assert!(
        open(b"PK\x03\x04 something else altogether, but long enough to be taken for a header".repeat(9).as_slice())
            .is_err()
    );
    assert!(open(&whole).is_ok());
    assert!(matches!(Cells::open(&path, &[8; 32], owners), Err(cells::CellsError::OtherDataset)));
    assert!(matches!(Cells::open(&path, &FINGERPRINT, owners + 1), Err(cells::CellsError::OtherDataset)));
}

/// Bytes that nobody can have written by accident, checksums and all, may give wrong answers but never a crash.
#[test]
fn forged_bytes_never_crash() {
    let (_folder, path, layer) = written();
    let whole = std::fs::read(&path).unwrap();
    let points = difficult(&layer, 400);
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.x, p.y)).unzip();
    let mut codes = vec![0; points.len()];
    let mut dice = Dice(4);
    let mut opened = 0;
    for round in 0..400 {
        let mut bytes = whole.clone();
        for _ in 0..1 << (round % 12) {
            // Mostly small numbers and set high bits in the words of the body, sometimes the header's sections and grid.
            let body = round % 5 != 0;
            let at =
                if body { dice.between(256.0, bytes.len() as f64) } else { dice.between(64.0, 240.0) } as usize & !3;
            let word = (dice.uniform() * 4294967296.0) as u32;
            let word = if word.is_multiple_of(2) { word } else { (word % 300) | (word & 0x8000_0000) };
            bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        let body_crc = crc32fast::hash(&bytes[256..]);
        bytes[16..20].copy_from_slice(&body_crc.to_le_bytes());
        bytes[12..16].copy_from_slice(&[0; 4]);
        let header_crc = crc32fast::hash(&bytes[..256]);
        bytes[12..16].copy_from_slice(&header_crc.to_le_bytes());
        std::fs::write(&path, &bytes).unwrap();
        let Ok(cells) = Cells::open(&path, &FINGERPRINT, layer.shapes.len() as u32) else { continue };
        opened += 1;
        for lanes in [Lanes::Scalar, Lanes::Avx2, Lanes::Avx512] {
            cells.locate_with(lanes, &xs, &ys, &mut codes);
        }
        for (&p, &code) in points.iter().zip(&codes) {
            let (_, _, _) = (cells.contain(p), cells.clearance_m(p), cells.owners(code));
        }
        let _ = cells.edges();
    }
    assert!(opened > 200, "{opened} forged files were opened");
}

/// A service writes the index beside the generation, maps it at the next start, and makes it anew when it is damaged.
#[test]
fn a_service_keeps_its_indexes_and_mends_them() {
    let Some(data) = crate::common::official_data("the kept indexes") else { return };
    let atlas = giapranh::atlas::Atlas::load(data).unwrap();
    let kept = atlas.kept.clone().expect("a generation");
    // A copy of the generation's place, so that no other test sees a damaged file.
    let folder = tempfile::tempdir().unwrap();
    let kept = giapranh::atlas::Kept { folder: folder.path().to_owned(), ..kept };
    let atlas = giapranh::atlas::Atlas { kept: Some(kept), ..atlas };
    let file = folder.path().join("communes-2025.cells");
    let mapped = |service: &giapranh::service::Service| {
        let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").expect("communes");
        layer.cells().is_some_and(Cells::is_mapped)
    };
    assert!(mapped(&giapranh::service::Service::new(atlas.clone())));
    let written = std::fs::metadata(&file).expect("written").modified().unwrap();
    assert!(mapped(&giapranh::service::Service::new(atlas.clone())));
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), written, "mapped, not written again");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let service = giapranh::service::Service::new(atlas);
    assert!(mapped(&service));
    bytes[middle] ^= 1;
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "made anew, byte for byte the same");
}

/// A short version of `make exact`: all communes of Vietnam, points of every kind.
#[test]
fn the_index_agrees_on_all_of_vietnam() {
    let Some(file) = crate::common::shared("bench/vn-communes-2025.geojsonl.gz", "the cell index on all of Vietnam")
    else {
        return;
    };
    let layer = Layer::new(crate::vietnam::communes(&file));
    assert_eq!(layer.shapes.len(), 3321);
    let cells = index(&layer);
    let several = agrees(&layer, &cells, &difficult(&layer, 30_000));
    say(&format!("Vietnam: 30 000 difficult points, {several} of them in several units; {}", cells.describe()));
}

/// Every edge within reach of a position is told, once.
#[test]
fn the_edges_about_a_position_are_those_of_the_tree() {
    let Some(service) = official("the edges about a position on the official maps") else { return };
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").expect("communes");
    let cells = layer.cells().expect("a kept generation has an index");
    let (mut dice, mut met) = (Dice(5), cells::Met::default());
    let edges = layer.edges.list();
    let (mut many, mut left) = (0, 0);
    for i in 0..20_000 {
        let at = edges[(dice.uniform() * edges.len() as f64) as usize].middle();
        let p = match i {
            0 => Coord { x: 104.70577, y: 22.16538 },
            _ => at + Coord { x: dice.between(-5e-3, 5e-3), y: dice.between(-5e-3, 5e-3) },
        };
        let reach_m = dice.between(1.0, 300.0);
        let distance_m = |a, b| metric::rough_distance_m(p, metric::nearest_on_segment(p, a, b));
        let (mut told, mut wanted) = (Vec::new(), Vec::new());
        let all = cells.about(p, reach_m, &mut met, |about| {
            let edge = &edges[about.edge as usize];
            assert_eq!((about.a, about.b), (edge.a, edge.b));
            if distance_m(edge.a, edge.b) <= reach_m {
                told.push(about.edge as usize);
            }
        });
        // So many that it is left to the tree.
        if !all {
            left += 1;
            continue;
        }
        let box_deg = metric::LocalPlane::at(p).reach_deg(reach_m);
        wanted.extend(layer.edges.near(p, box_deg).filter(|&e| distance_m(edges[e].a, edges[e].b) <= reach_m));
        told.sort_unstable();
        wanted.sort_unstable();
        many = many.max(told.len());
        assert_eq!(told, wanted, "{p:?}, {reach_m} m");
    }
    assert!(many > 30 && left < 200, "{many} at most, {left} left");
}

/// Shares found by one look about are those of the exact sum.
#[test]
fn shares_are_those_of_the_exact_sum() {
    let Some(service) = official("quick shares on the official maps") else { return };
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").expect("communes");
    let cells = layer.cells().expect("a kept generation has an index");
    let (mut dice, mut met) = (Dice(6), cells::Met::default());
    let edges = layer.edges.list();
    let (mut looked, mut worst) = (0, 0.0_f64);
    for i in 0..20_000 {
        let at = edges[(dice.uniform() * edges.len() as f64) as usize].middle();
        let p = match i {
            0 => Coord { x: 104.70577, y: 22.16538 },
            _ => at + Coord { x: dice.between(-3e-3, 3e-3), y: dice.between(-3e-3, 3e-3) },
        };
        let Containment::In(owner) = layer.contain(p) else { continue };
        let sigma_m = 70.0;
        let Some(about) = vicinity::vicinity(cells, &mut met, &Look::at(cells, p, Some(owner), sigma_m, 0.0)) else {
            continue;
        };
        let transfers = probability::transfers(&layer.edges, p, sigma_m);
        let exact = 1.0 + transfers.iter().find(|t| t.0 == owner).map_or(0.0, |t| t.1);
        let share = about.share.expect("inside a commune");
        looked += 1;
        worst = worst.max((share - exact).abs());
        assert!((share - exact).abs() < vicinity::SHARE_ERROR, "{p:?}: {share}, {exact}");
        if let Some(nearest) = about.nearest {
            let wanted = layer.nearest_edge_of(owner, p).expect("a boundary");
            assert_eq!((nearest.edge, nearest.distance_m), (wanted.edge, wanted.distance_m));
        }
    }
    say(&format!("quick shares: {looked} looked at, at most {worst:.1e} off"));
    assert!(looked > 15_000, "{looked}");
}
