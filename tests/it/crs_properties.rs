//! What holds for every text and every position.

use giapranh::crs::{CrsId, PositionError, read, read_xy, read_xy_in, to_grid};
use proptest::prelude::*;

/// The region, WGS 84 degrees.
fn lon() -> impl Strategy<Value = f64> {
    102.0..105.5
}

fn lat() -> impl Strategy<Value = f64> {
    20.5..23.0
}

fn grid() -> impl Strategy<Value = CrsId> {
    proptest::sample::select(CrsId::all().filter(|crs| !crs.is_geographic()).collect::<Vec<_>>())
}

/// Texts made of what positions are made of, in any order.
fn nearly_a_position() -> impl Strategy<Value = String> {
    let pieces = [
        "22",
        "102",
        "13.10",
        "462791",
        "2.457.880",
        "2 457 880",
        "-",
        "+",
        ".",
        ",",
        ";",
        "°",
        "'",
        "\"",
        "N",
        "E",
        "Bắc",
        "Đông",
        "Nam",
        "X=",
        "Y=",
        "m",
        "VN-2000",
        "nội bộ",
        "103°00'",
        "104,75",
        "KTT",
        "UTM",
        "48N",
        "EPSG:",
        "9205",
        "WGS84",
        "geo:",
        "{",
        "e5",
        "NaN",
        "độ",
        "phút",
        "vĩ",
        "kinh tuyến trục",
        "\u{200E}",
        "\t",
        "đ",
        "́",
        "İ",
        "ß",
        "😀",
        "１",
    ];
    proptest::collection::vec(
        (proptest::sample::select(pieces.to_vec()), proptest::sample::select(vec!["", " "])),
        0..12,
    )
    .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

/// Degrees as degrees, minutes and seconds to a ten-thousandth of a second (3 mm).
fn dms(degrees: f64) -> String {
    let units = (degrees * 36_000_000.0).round() as u64;
    let (seconds, minutes) = ((units % 600_000) as f64 / 10_000.0, units / 600_000);
    format!("{}°{}'{seconds:.4}\"", minutes / 60, minutes % 60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), crs in proptest::option::of(grid())) {
        if let Err(e) = read(&text, crs) {
            let said = e.text();
            prop_assert!(!said.vi.is_empty() && !said.en.is_empty());
        }
    }

    #[test]
    fn no_text_that_looks_like_a_position_makes_it_panic(text in nearly_a_position(), other in nearly_a_position()) {
        if let Ok(found) = read(&text, None) {
            prop_assert_eq!(&found.as_typed, &text);
            for r in found.read.iter().chain(found.others.iter().map(|(_, r)| r)) {
                prop_assert!(r.lon_deg.abs() <= 180.0 && r.lat_deg.abs() <= 90.0);
            }
        }
        let _ = read_xy(&text, &other, None);
        let _ = CrsId::parse(&text);
    }

    #[test]
    fn degrees_are_read_as_they_were_written(lon in lon(), lat in lat()) {
        let decimal = read(&format!("{lat:.9}, {lon:.9}"), None).unwrap().read.unwrap();
        prop_assert!((decimal.lon_deg - lon).abs() < 1e-9 && (decimal.lat_deg - lat).abs() < 1e-9);
        let comma = read(&format!("{lat:.9} {lon:.9}").replace('.', ","), None).unwrap().read.unwrap();
        prop_assert_eq!(comma, decimal);
        let angles = read(&format!("{} B {} Đ", dms(lat), dms(lon)), None).unwrap().read.unwrap();
        prop_assert!((angles.lon_deg - lon).abs() < 2e-8 && (angles.lat_deg - lat).abs() < 2e-8);
    }

    #[test]
    fn grid_numbers_lead_back_in_every_way_to_write_them(lon in lon(), lat in lat(), crs in grid()) {
        let (e, n) = to_grid(lon, lat, crs).unwrap();
        let plain = read(&format!("{} {e:.3} {n:.3}", crs.code()), None).unwrap().read.unwrap();
        prop_assert!((plain.lon_deg - lon).abs() < 3e-8 && (plain.lat_deg - lat).abs() < 3e-8);
        let named = read(&format!("{e:.3}; {n:.3} ({})", crs.name().vi), None).unwrap().read.unwrap();
        prop_assert_eq!(named, plain);
        let row = read_xy_in(&format!("{e:.3}"), &format!("{n:.3}").replace('.', ","), crs);
        prop_assert_eq!(row, read_xy(&format!("{e:.3}"), &format!("{n:.3}").replace('.', ","), Some(crs)).map(|r| r.read.unwrap()));
    }

    #[test]
    fn a_swapped_pair_says_the_same_and_says_so(lon in lon(), lat in lat(), crs in grid()) {
        let (e, n) = to_grid(lon, lat, crs).unwrap();
        for (x, y, crs) in [(e, n, Some(crs)), (e, n, None), (lon, lat, None)] {
            let (x, y) = (format!("{x:.6}"), format!("{y:.6}"));
            let right = read_xy(&x, &y, crs).unwrap();
            let swapped = read_xy(&y, &x, crs).unwrap();
            prop_assert_eq!((right.read, &right.others), (swapped.read, &swapped.others));
            prop_assert!(right.mends.is_empty() && swapped.mends.len() == 1 && swapped.mends[0].code == "swapped_axes");
        }
    }

    #[test]
    fn cells_and_text_agree_on_grid_pairs(lon in lon(), lat in lat(), crs in grid()) {
        let (e, n) = to_grid(lon, lat, crs).unwrap();
        let (x, y) = (format!("{e:.1}"), format!("{n:.1}"));
        prop_assert_eq!(read_xy(&x, &y, None), read(&format!("{x} {y}"), None));
    }

    #[test]
    fn no_number_makes_the_way_back_panic(lon in any::<f64>(), lat in any::<f64>(), crs in grid()) {
        match to_grid(lon, lat, crs) {
            Ok((e, n)) => prop_assert!(e.is_finite() && n.is_finite()),
            Err(PositionError::LatitudeRange { .. } | PositionError::LongitudeRange { .. } | PositionError::OutsideProjection { .. }) => {}
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
