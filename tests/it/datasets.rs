//! Boundary files: what is wrong with them is found, and a bad pull changes nothing.

use std::fs;
use std::path::Path;

use giapranh::atlas::checks::checked;
use giapranh::atlas::{Atlas, simplify, union_outline};
use giapranh::domain::{Dataset, DefectKind, UnitShape};

use crate::common::{giapranh, official, official_data, shared};
use crate::toyland;

fn toy_communes() -> (Atlas, Dataset) {
    let mut atlas = toyland::atlas();
    let dataset = atlas.datasets.remove(0);
    (atlas, dataset)
}

fn codes(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

/// Toyland has one fault, made on purpose: e1 and f1 overlap by a tenth of a square.
#[test]
fn toyland_has_the_one_fault_it_was_given() {
    let (atlas, dataset) = toy_communes();
    let dataset = checked(vec![dataset], &atlas.register, &[]).unwrap().remove(0);
    assert_eq!(dataset.defects.len(), 1, "{:?}", dataset.defects);
    let overlap = &dataset.defects[0];
    assert_eq!((overlap.kind, &overlap.codes, overlap.expected), (DefectKind::Overlap, &codes(&["e1", "f1"]), false));
    // 0.01° by 0.1° at 22.05° N: 1032.3 m by 11074 m (PROJ's geod).
    assert!((overlap.area_m2.unwrap() / (1032.3 * 11_074.0) - 1.0).abs() < 1e-3, "{:?}", overlap.area_m2);
}

/// GEOS finds the same three pairs and 348.9 ha for each.
#[test]
fn the_official_communes_have_the_known_triple_overlap() {
    let Some(service) = official("the check report of the official communes") else { return };
    let (_, defects) = service.defects.iter().find(|(id, _)| id == "communes-2025").unwrap();
    let large: Vec<_> =
        defects.iter().filter(|d| d.kind == DefectKind::Overlap && d.area_m2 > Some(10_000.0)).collect();
    let mut pairs: Vec<_> = large.iter().map(|d| d.codes.clone()).collect();
    pairs.sort();
    assert_eq!(pairs, [codes(&["02647", "02683"]), codes(&["02647", "02746"]), codes(&["02683", "02746"])]);
    for defect in large {
        assert!((defect.area_m2.unwrap() / 10_000.0 - 348.9).abs() < 0.1 && !defect.expected, "{defect:?}");
    }
}

/// Neighbours keep the same line between them, and no vertex moves.
#[test]
fn simplified_neighbours_still_share_their_line() {
    let Some(service) = official("simplification of the official communes") else { return };
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").unwrap();
    let simple = simplify(&layer.shapes, 50.0);
    assert_eq!(simple.len(), layer.shapes.len());
    let count = |shapes: &[UnitShape]| -> usize {
        use geo::CoordsIter;
        shapes.iter().map(|s| s.shape.coords_count()).sum()
    };
    assert!(count(&simple) * 5 < count(&layer.shapes), "{} vertices", count(&simple));
    let one_sided = |shapes: &[UnitShape]| {
        let edges = giapranh::engine::Edges::of_shapes(shapes.iter().map(|s| &s.shape));
        let lonely = edges.list().iter().filter(|e| e.left.is_none() || e.right.is_none());
        lonely.map(giapranh::engine::Edge::length_m).sum::<f64>()
    };
    // Only the outer border has land on one side: no line between neighbours may come apart.
    let (before, after) = (one_sided(&layer.shapes), one_sided(&simple));
    assert!(after < before && after > 0.8 * before, "one-sided lines: {before} m before, {after} m after");
    let union = |shapes: &[UnitShape]| {
        use geo::GeodesicArea;
        union_outline(&shapes.iter().collect::<Vec<_>>()).geodesic_area_signed().abs()
    };
    assert!((union(&simple) / union(&layer.shapes) - 1.0).abs() < 1e-3);
}

fn pull(data: &Path, mirror: &Path) -> std::process::Output {
    giapranh().args(["boundaries", "pull", "--mirror"]).arg(mirror).env("GIAPRANH_DATA", data).output().unwrap()
}

/// A mirror that is the real one but for one file.
fn mirror_with(real: &Path, folder: &Path, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target);
            } else {
                std::os::unix::fs::symlink(fs::canonicalize(&path).unwrap(), target).unwrap();
            }
        }
    }
    copy(real, folder);
    let mut stack = vec![folder.to_owned()];
    while let Some(next) = stack.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else if path.file_name().is_some_and(|n| n == "03164_quang_lam.geojson") {
                let changed = change(fs::read(&path).unwrap());
                fs::remove_file(&path).unwrap();
                fs::write(&path, changed).unwrap();
                return;
            }
        }
    }
    panic!("the mirror has the file");
}

#[test]
fn a_wrong_or_truncated_file_stops_the_pull_and_changes_nothing() {
    let Some(real) = shared("mirror", "pulls from a damaged mirror") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let changes: [(&str, Change); 3] = [
        ("truncated", |mut bytes| {
            bytes.truncate(bytes.len() / 2);
            bytes
        }),
        ("one byte changed", |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        }),
        ("empty", |_| Vec::new()),
    ];
    for (name, change) in changes {
        let mirror = folder.path().join(name);
        mirror_with(&real, &mirror, change);
        let run = pull(&data, &mirror);
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains("03164_quang_lam.geojson"), "{name} says which file: {said}");
        let answer = giapranh().args(["locate", "22.2, 102.6", "--json"]).env("GIAPRANH_DATA", &data).output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert_eq!(answer["basis"]["indicative"], true, "{name}: nothing was activated");
    }
    // The data folder is as good as new: the real mirror still works, and a second pull has nothing to do.
    assert!(pull(&data, &real).status.success());
    let again = pull(&data, &real);
    assert!(again.status.success() && String::from_utf8_lossy(&again.stderr).contains("already active"));
}

#[test]
fn a_damaged_active_dataset_is_refused_with_a_word_and_never_replaced_by_a_guess() {
    let Some(good) = official_data("a damaged active dataset") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy_all(good, &data);
    let active = fs::read_to_string(data.join("boundaries/active")).unwrap();
    let file = data.join("boundaries/generations").join(active.trim()).join("boundaries.postcard");
    let bytes = fs::read(&file).unwrap();
    for damaged in [&bytes[..bytes.len() / 2], &[][..], &[0u8; 100][..]] {
        fs::write(&file, damaged).unwrap();
        let run = giapranh().args(["locate", "22.2, 102.6"]).env("GIAPRANH_DATA", &data).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(1), "{said}");
        assert!(run.stdout.is_empty() && said.contains("boundaries pull"), "{said}");
    }
    fs::write(&file, bytes).unwrap();
    let run = giapranh().args(["locate", "22.2, 102.6"]).env("GIAPRANH_DATA", &data).output().unwrap();
    assert!(run.status.success());
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}
