//! UTM with its zone: `48N 462791 2457880`, `UTM 48N …`, `48Q …` (with the band letter, as receivers show it).

use super::names::{Cursor, Unknown};
use super::{Format, grid};

pub(super) const FORMAT: Format = Format {
    code: "utm",
    vi: "UTM múi 48N (WGS 84)",
    en: "UTM zone 48N (WGS 84)",
    example: "48N 462791 2457880",
    read: |input| match input.scanned()?.named {
        Some(named) if named.is_utm() => grid::read(input),
        _ => Ok(None),
    },
};

/// Takes "UTM 48N", "UTM zone 48", or "48N" where grid numbers (or nothing) stand beside it.
///
/// # Errors
/// [`Unknown`] for another zone, the southern hemisphere, or UTM without a zone.
pub(super) fn zone(cursor: &mut Cursor) -> Result<bool, Unknown> {
    let before = cursor.at;
    let said = cursor.next_of(&["utm"]);
    if said {
        cursor.next_of(&["zone", "mui"]);
    }
    cursor.gap();
    let zone = cursor.digits();
    let lettered = letter(cursor, said);
    let numbers_beside = super::vn2000::beside_grid_numbers(cursor);
    match (said, zone.as_str(), lettered) {
        (true, "48", None | Some('n' | 'q')) => Ok(true),
        (true, ..) => Err(Unknown),
        (false, "48", Some('n' | 'q')) if numbers_beside => Ok(true),
        (false, zone, Some(_)) if numbers_beside && zone.len() == 2 && cursor.rest().any(|c| c.is_ascii_digit()) => {
            Err(Unknown)
        }
        _ => {
            cursor.at = before;
            Ok(false)
        }
    }
}

/// The letter of the band or hemisphere behind the zone number, if there is one.
fn letter(cursor: &mut Cursor, said: bool) -> Option<char> {
    let single = |cursor: &Cursor, by: usize| {
        let c = cursor.ahead(by);
        (c.is_ascii_alphabetic() && !cursor.ahead(by + 1).is_alphanumeric()).then_some(c)
    };
    if let Some(c) = single(cursor, 0) {
        cursor.at += 1;
        return Some(c);
    }
    // Parted by a space: Q is nothing else, N may name the northing.
    // "UTM 48 N 462791 2457880", but not "UTM 48 N 2457880 E 462791", where N is the northing.
    if cursor.peek() == ' ' && single(cursor, 1) == Some('q') {
        cursor.at += 2;
        return Some('q');
    }
    let easting_named = cursor.rest().any(|c| matches!(c, 'e' | 'd'));
    if said && cursor.peek() == ' ' && single(cursor, 1) == Some('n') && !easting_named {
        cursor.at += 2;
        return Some('n');
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    #[test]
    fn every_way_to_write_it() {
        for typed in [
            "48N 462791 2457880",
            "48Q 462791 2457880",
            "48 Q 462791 2457880",
            "UTM 48N 462791 2457880",
            "UTM 48 N 462791 2457880",
            "UTM 48 N 2457880 E 462791",
            "utm48n 462791 2457880",
            "UTM zone 48N: 462791 2457880",
            "462791 2457880 UTM 48N",
            "UTM múi 48N, X=462791 Y=2457880",
            "48N 462791mE 2457880mN",
            "48Q 462 791 2 457 880",
            "WGS84 UTM 48N 462791 2457880",
            "WGS84 48N 462791 2457880",
        ] {
            let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
            assert_eq!(read.value, Value::Grid { easting_m: 462_791.0, northing_m: 2_457_880.0 }, "{typed}");
            assert!(read.named.unwrap().is_utm() && read.mends.is_empty(), "{typed}");
        }
    }

    #[test]
    fn a_latitude_of_48_north_is_no_zone() {
        let read = text("48N 102E").unwrap();
        assert_eq!((read.value, read.named), (Value::Degrees { lon_deg: 102.0, lat_deg: 48.0 }, None));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, name) in [
            ("47Q 462791 2457880", "47Q"),
            ("48M 462791 2457880", "48M"),
            ("UTM 47N 462791 2457880", "UTM 47N"),
            ("UTM 462791 2457880", "UTM 462791"),
        ] {
            assert_eq!(text(typed), Err(E::UnknownCrs { typed: name.into() }), "{typed}");
        }
    }
}
