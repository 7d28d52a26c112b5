//! VN-2000 with its zone: `VN-2000 103°00' 462791 2457880`, `VN2000 KTT 104°45' …`, `EPSG:9205 …`, `VN-2000 nội bộ 103° …`.
//!
//! The zone is named by its central meridian (kinh tuyến trục, KTT), by its number (481, 482) or as UTM 48N.

use super::names::{Cursor, Named, Unknown};
use super::{CrsId, Format, grid, utm, zones};

pub(super) const FORMAT: Format = Format {
    code: "vn2000",
    vi: "VN-2000 với kinh tuyến trục, múi hoặc mã EPSG; thêm «nội bộ» nếu là VN-2000 nội bộ",
    en: "VN-2000 with its central meridian, zone or EPSG code; add “nội bộ” for internal VN-2000",
    example: "VN-2000 103°00' 462791 2457880",
    read: |input| match input.scanned()?.named {
        Some(named) if named.is_vn2000() => grid::read(input),
        _ => Ok(None),
    },
};

/// Takes "VN-2000", however it is written.
pub(super) fn vn2000(cursor: &mut Cursor) -> bool {
    let before = cursor.at;
    let there = cursor.next_of(&["vn"]) && cursor.number(|n| (n == "2000").then_some(())).is_some();
    if !there {
        cursor.at = before;
    }
    there
}

const MERIDIAN: &[&str] = &["ktt", "kinh tuyen truc", "central meridian"];
const TM3: &[&str] = &["tm-3", "tm3", "tm 3", "mui chieu 3 do", "mui 3 do", "mui chieu 3°", "mui 3°"];

/// Whether a name begins here that only VN-2000 zones have; takes nothing.
pub(super) fn begins_without_datum(cursor: &mut Cursor) -> bool {
    let before = cursor.at;
    let there = cursor.next_of(MERIDIAN) || cursor.next_of(TM3);
    cursor.at = before;
    there
}

pub(super) fn geographic(cursor: &mut Cursor) -> bool {
    cursor.next_of(&["kinh vi do", "longitude and latitude", "geographic", "dia ly"])
}

/// Takes all that says which VN-2000 is meant.
///
/// # Errors
/// [`Unknown`] for a meridian or zone that the table does not have, or for two that contradict each other.
pub(super) fn zone(cursor: &mut Cursor, internal: bool) -> Result<Named, Unknown> {
    let mut internal = internal;
    let mut crs: Option<CrsId> = None;
    let mut degrees = false;
    loop {
        let found = if cursor.internal() {
            internal = true;
            continue;
        } else if cursor.next_of(TM3) {
            continue;
        } else if geographic(cursor) {
            degrees = true;
            continue;
        } else if let Some(minutes) = zone_number(cursor) {
            zones::find_tm3(minutes, internal)
        } else if utm::zone(cursor)? {
            zones::find(3405, internal)
        } else if let Some(minutes) = meridian(cursor)? {
            zones::find_tm3(minutes, internal)
        } else {
            break;
        };
        if found.is_none() || crs.is_some_and(|known| Some(known) != found) {
            return Err(Unknown);
        }
        crs = found;
    }
    // "nội bộ" may come behind the zone.
    let crs = match crs {
        Some(crs) if internal => Some(zones::find(crs.row().epsg, true).ok_or(Unknown)?),
        None if degrees && internal => Some(CrsId::VN2000_INTERNAL_DEGREES),
        None if degrees => Some(CrsId::VN2000_DEGREES),
        known => known,
    };
    Ok(crs.map_or(Named::Vn2000 { internal }, Named::One))
}

/// Takes "zone 481" or "múi 482": the TM-3 zones of the first VN-2000 decree, by their meridian in minutes of arc.
fn zone_number(cursor: &mut Cursor) -> Option<u16> {
    let before = cursor.at;
    let numbered = cursor.next_of(&["zone", "mui"]);
    let found = cursor.number(|n| match n {
        "481" if numbered => Some(102 * 60),
        "482" if numbered => Some(105 * 60),
        _ => None,
    });
    if found.is_none() {
        cursor.at = before;
    }
    found
}

/// Takes a central meridian, in minutes of arc: `103°00'`, `104°45'`, `104.75`, `103`, `104-45`.
///
/// # Errors
/// [`Unknown`] where a meridian was announced and none follows.
fn meridian(cursor: &mut Cursor) -> Result<Option<u16>, Unknown> {
    let announced = cursor.next_of(MERIDIAN);
    let before = cursor.at;
    cursor.gap();
    let found = angle(cursor);
    match found {
        // Every meridian of VN-2000 lies between these (EPSG:9205–9218); without the word before it, a number is a
        // meridian only where the grid numbers stand beside it.
        Some(minutes) if (102 * 60..=109 * 60).contains(&minutes) && (announced || beside_grid_numbers(cursor)) => {
            Ok(found)
        }
        _ if announced => Err(Unknown),
        _ => {
            cursor.at = before;
            Ok(None)
        }
    }
}

/// Three digits of degrees and a quarter of a degree, in minutes of arc.
fn angle(cursor: &mut Cursor) -> Option<u16> {
    let degrees: u16 = Some(cursor.digits()).filter(|d| d.len() == 3)?.parse().ok()?;
    let after_degrees = cursor.at;
    if matches!(cursor.peek(), '.' | ',') && cursor.ahead(1).is_ascii_digit() {
        cursor.at += 1;
        return match cursor.digits().trim_end_matches('0') {
            "" => Some(degrees * 60),
            "25" => Some(degrees * 60 + 15),
            "5" => Some(degrees * 60 + 30),
            "75" => Some(degrees * 60 + 45),
            _ => None,
        };
    }
    let ring = cursor.take("°") || cursor.take(" do") || cursor.take("o") || cursor.take("d");
    let after_ring = cursor.at;
    if !ring && !cursor.take(" ") && !cursor.take("-") {
        return Some(degrees * 60);
    }
    while cursor.take(" ") {}
    let minutes = cursor.digits();
    let part_of_a_number = matches!(cursor.peek(), '.' | ',') && cursor.ahead(1).is_ascii_digit();
    match minutes.as_str() {
        "00" | "15" | "30" | "45" if !part_of_a_number => {
            cursor.next_of(&["'", "phut"]);
            Some(degrees * 60 + minutes.parse::<u16>().ok()?)
        }
        _ => {
            cursor.at = if ring { after_ring } else { after_degrees };
            Some(degrees * 60)
        }
    }
}

/// Whether what stands beside the name is a pair of grid numbers, or nothing with a digit in it.
pub(super) fn beside_grid_numbers(cursor: &Cursor) -> bool {
    let (mut longest, mut threes, mut digits, mut run) = (0, 0, 0, 0);
    let mut decimals = false;
    let mut last = ' ';
    for c in cursor.rest().chain([' ']) {
        if c.is_ascii_digit() {
            decimals = if run == 0 { matches!(last, '.' | ',') } else { decimals };
            run += 1;
            digits += 1;
        } else {
            threes += usize::from(run == 3);
            longest = if decimals { longest } else { longest.max(run) };
            run = 0;
        }
        last = c;
    }
    // Six or seven digits in a row, or groups of three: 462 791 2 457 880 has four, degrees never more than one or two.
    digits == 0 || longest >= 5 || threes >= 3
}

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Named, Value, text};

    const PAIR: Value = Value::Grid { easting_m: 462_791.0, northing_m: 2_457_880.0 };

    #[test]
    fn the_zone_is_named_in_the_text() {
        for (typed, code) in [
            ("VN-2000 103°00' 462791 2457880", "EPSG:9205"),
            ("VN-2000 103 462791 2457880", "EPSG:9205"),
            ("VN-2000 103 462 791 2 457 880", "EPSG:9205"),
            ("VN-2000 103 00 462791 2457880", "EPSG:9205"),
            ("EPSG:9205 462791 2457880", "EPSG:9205"),
            ("462791 2457880 EPSG:9205", "EPSG:9205"),
            ("462791 2457880 (VN-2000, KTT 103°00')", "EPSG:9205"),
            ("VN2000 KTT 104°45' 462791 2457880", "EPSG:9208"),
            ("VN2000 KTT 104 độ 45 phút 462791 2457880", "EPSG:9208"),
            ("VN-2000 104,75 462791 2457880", "EPSG:9208"),
            ("KTT 104°45' 462.791 2.457.880", "EPSG:9208"),
            ("VN-2000 múi 3 độ, kinh tuyến trục 105°00': 462791 2457880", "EPSG:5897"),
            ("VN-2000 UTM 48N 462791 2457880", "EPSG:3405"),
            ("VN-2000 48N 462791 2457880", "EPSG:3405"),
            ("VN-2000 TM-3 zone 481 462791 2457880", "EPSG:5896"),
            ("VN-2000 nội bộ 103°00' 462791 2457880", "EPSG:9205+noi-bo"),
            ("VN-2000 103°00' nội bộ 462791 2457880", "EPSG:9205+noi-bo"),
            ("EPSG:9205+noi-bo 462791 2457880", "EPSG:9205+noi-bo"),
            ("nội bộ VN2000 KTT 103 462791 2457880", "EPSG:9205+noi-bo"),
        ] {
            let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
            assert_eq!((read.value, read.named.unwrap().words()), (PAIR, code.to_owned()), "{typed}");
        }
    }

    #[test]
    fn without_a_zone_only_the_datum_is_known() {
        assert_eq!(text("VN-2000 462791 2457880").unwrap().named, Some(Named::Vn2000 { internal: false }));
        assert_eq!(text("VN-2000 nội bộ: 462 791 2 457 880").unwrap().named, Some(Named::Vn2000 { internal: true }));
    }

    #[test]
    fn degrees_are_no_meridian() {
        for typed in
            ["VN-2000 22.25 102.5", "VN-2000 102.5 22.25", "VN-2000 102°30' 22°15'", "VN-2000 22°15'N 102°30'E"]
        {
            let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
            assert_eq!(read.value, Value::Degrees { lon_deg: 102.5, lat_deg: 22.25 }, "{typed}");
            assert!(read.named.unwrap().is_vn2000());
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, name) in [
            ("VN-2000 104°30' 462791 2457880", "VN-2000 104°30'"),
            ("VN-2000 KTT 462791 2457880", "VN-2000 KTT 462791"),
            ("VN-2000 zone 481 105°00' 462791 2457880", "VN-2000 zone 481 105°00'"),
            ("EPSG:9999 462791 2457880", "EPSG:9999"),
            ("EPSG:x 462791 2457880", "EPSG:"),
        ] {
            assert_eq!(text(typed), Err(E::UnknownCrs { typed: name.into() }), "{typed}");
        }
    }
}
