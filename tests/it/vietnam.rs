//! All 3 321 communes of 2025 from the reference data, as a dataset. Also used by `benches/peers/lookups.rs`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use geo::MultiPolygon;
use giapranh::domain::{Dataset, DatasetInfo, Level, Text, UnitShape};
use rayon::prelude::*;

/// Reads a file of one GeoJSON feature a line (gzipped by its name or not), each with the property `code`.
pub fn communes(path: &Path) -> Dataset {
    let file = File::open(path).expect("the boundary file opens");
    let plain: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let lines: Vec<String> = BufReader::new(plain).lines().map(|l| l.expect("UTF-8")).collect();
    let shapes = lines.par_iter().filter(|l| !l.trim().is_empty()).map(|l| shape(l)).collect();
    Dataset { info: info(), shapes, defects: Vec::new() }
}

fn shape(line: &str) -> UnitShape {
    let feature: geojson::Feature = line.parse().expect("a feature");
    let code = feature.property("code").and_then(|v| v.as_str()).expect("a code").to_owned();
    let geometry: geo::Geometry<f64> = feature.geometry.expect("a geometry").try_into().expect("polygons");
    let shape = match geometry {
        geo::Geometry::Polygon(one) => MultiPolygon(vec![one]),
        geo::Geometry::MultiPolygon(many) => many,
        other => panic!("{code}: {other:?}"),
    };
    UnitShape { code, name: String::new(), shape }
}

fn info() -> DatasetInfo {
    DatasetInfo {
        id: "vietnam-2025".into(),
        level: Level::Commune,
        title: Text::new("Xã, phường cả nước năm 2025", "All communes of 2025"),
        publisher: String::new(),
        licence: String::new(),
        attribution: String::new(),
        date: None,
        valid_from: jiff::civil::date(2025, 7, 1),
        valid_to: None,
        legal_act: None,
        line_accuracy_m: 70.0,
        line_accuracy_basis: Text::default(),
        indicative: false,
        note: None,
        corrections: Vec::new(),
    }
}
