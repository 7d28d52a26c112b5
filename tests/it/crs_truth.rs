//! Coordinates against positions computed outside of this project: 240 of them in six systems, by PROJ.

use giapranh::crs::{CrsId, read_xy_in, to_grid};

/// Metres between two positions that are close, on a sphere: good to 0.5 %.
fn apart_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    ((a.0 - b.0) * a.1.to_radians().cos()).hypot(a.1 - b.1) * 111_195.0
}

#[test]
fn every_position_is_within_a_millimetre_of_the_truth() {
    let Some(path) = crate::common::shared("truth/vn2000.csv", "240 positions by PROJ") else {
        return;
    };
    let mut worst: std::collections::BTreeMap<String, (usize, f64, f64)> = Default::default();
    for row in csv::Reader::from_path(path).unwrap().deserialize() {
        let (code, x, y, lon, lat): (String, String, String, f64, f64) = row.unwrap();
        let crs = CrsId::parse(&code).unwrap();
        let read = read_xy_in(&x, &y, crs).unwrap();
        let there_m = apart_m((read.lon_deg, read.lat_deg), (lon, lat));

        // And back: the truth's position in the numbers of the system.
        let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
        let (back_x, back_y) = to_grid(lon, lat, crs).unwrap();
        let back_m =
            if crs.is_geographic() { apart_m((back_x, back_y), (x, y)) } else { (back_x - x).hypot(back_y - y) };

        let (rows, there, back) = worst.entry(code).or_default();
        *rows += 1;
        *there = there.max(there_m);
        *back = back.max(back_m);
    }
    println!("{worst:?}");
    assert_eq!(worst.values().map(|(rows, ..)| rows).sum::<usize>(), 240);
    assert_eq!(worst.len(), 6);
    for (code, (_, there_m, back_m)) in worst {
        assert!(there_m < 0.001, "{code}: {there_m} m off");
        assert!(back_m < 0.002, "{code}: {back_m} m off on the way back");
    }
}
