//! Grid numbers in metres: `462791 2457880`, `X=2457880 Y=462791`, `2.457.880,5 462.791,3`, `462 791 2 457 880`.

use super::axes::{self, Known};
use super::scan::{Mark, Num, Part, Tagged};
use super::words::Tag;
use super::{Format, Input, Typed, Value};
use crate::crs::PositionError;
use crate::crs::convert::{EASTINGS_M, NORTHINGS_M};

pub(super) const FORMAT: Format = Format {
    code: "grid",
    vi: "Tọa độ lưới (mét), có hoặc không nêu mã EPSG",
    en: "Grid coordinates (metres), with or without an EPSG code",
    example: "462791 2457880",
    read: |input| match &input.scanned()?.named {
        Some(named) if named.is_utm() || named.is_vn2000() => Ok(None),
        _ => read(input),
    },
};

/// From here on a number can be no degrees. No metre of a grid in the region is below it.
const LEAST_METRES: f64 = 1000.0;

pub(super) fn is_metres(value: f64) -> bool {
    value.abs() >= LEAST_METRES
}

/// Reads a pair of grid numbers in whatever CRS; `None` where the numbers are not metres.
pub(super) fn read(input: &Input) -> Result<Option<Typed>, PositionError> {
    let scanned = input.scanned()?;
    let Some(([a, b], [a_tags, b_tags])) = pair(&scanned.parts)? else {
        return Ok(None);
    };
    match (is_metres(a), is_metres(b)) {
        (false, false) => return Ok(None),
        (true, false) => {
            return Err(PositionError::DegreesAndMetres { degrees: b, metres: a });
        }
        (false, true) => {
            return Err(PositionError::DegreesAndMetres { degrees: a, metres: b });
        }
        (true, true) => {}
    }
    if let Some(t) = a_tags.iter().chain(&b_tags).find(|t| matches!(t.tag, Tag::South | Tag::West)) {
        return Err(PositionError::NotRead { piece: t.piece.clone(), at: t.at });
    }
    let piece = |tags: &[&Tagged]| tags.last().map_or(String::new(), |t| t.piece.clone());
    let known = axes::known(axes::agreed(&a_tags)?.0, axes::agreed(&b_tags)?.0, [&piece(&a_tags), &piece(&b_tags)])?;
    let (value, mend): (Value, _) = match known {
        Known::LatIsFirst(true) => axes::grid(b, a)?,
        Known::XIsFirst(true) => axes::grid_xy(a, b)?,
        Known::XIsFirst(false) => axes::grid_xy(b, a)?,
        Known::LatIsFirst(false) | Known::Nothing => axes::grid(a, b)?,
    };
    Ok(Some(Typed { value, named: scanned.named, mends: Vec::from_iter(mend) }))
}

type Pair<'a> = ([f64; 2], [Vec<&'a Tagged>; 2]);

/// The two numbers of the text, each perhaps of several groups of digits, with their letters.
///
/// # Errors
/// `NumberCount` where there are metres, but not two numbers.
fn pair(parts: &[Part]) -> Result<Option<Pair<'_>>, PositionError> {
    let numbers = || parts.iter().flat_map(|p| &p.numbers);
    if numbers().any(|n| n.mark.is_some_and(|mark| mark != Mark::Metres)) {
        return Ok(None);
    }
    let found = match parts {
        [first, second] => join(&first.numbers)
            .zip(join(&second.numbers))
            .map(|(a, b)| ([a, b], [first, second].map(|p| p.before.iter().chain(&p.after).collect()))),
        [both] => split(&both.numbers).map(|pair| (pair, [both.before.iter().collect(), both.after.iter().collect()])),
        _ => None,
    };
    let count = numbers().count();
    if found.is_none() && count > 1 && numbers().any(|n| is_metres(n.value)) {
        return Err(PositionError::NumberCount { found: count });
    }
    Ok(found)
}

/// The only way to cut a run of groups into an easting and a northing; two plain numbers need not fit.
fn split(groups: &[Num]) -> Option<[f64; 2]> {
    if let [a, b] = groups {
        return Some([signed(a), signed(b)]);
    }
    let fits = |e: f64, n: f64| EASTINGS_M.contains(&e) && NORTHINGS_M.contains(&n);
    let mut ways = (1..groups.len()).filter_map(|at| {
        let (a, b) = (join(&groups[..at])?, join(&groups[at..])?);
        (fits(a, b) || fits(b, a)).then_some([a, b])
    });
    match (ways.next(), ways.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// One number from groups of three digits: `2 457 880,5`.
fn join(groups: &[Num]) -> Option<f64> {
    let [first, rest @ ..] = groups else {
        return None;
    };
    let Some((last, middle)) = rest.split_last() else {
        return Some(signed(first));
    };
    let whole_digits = |n: &Num| n.plain.split('.').next().map_or(0, str::len);
    let unmarked = |n: &Num| n.mark.is_none() && n.whole();
    let grouped = unmarked(first)
        && whole_digits(first) <= 3
        && middle.iter().all(unmarked)
        && rest.iter().all(|n| whole_digits(n) == 3 && n.minus.is_none());
    let joined: String = groups.iter().map(|n| n.plain.as_str()).collect();
    let value: f64 = joined.parse().ok().filter(|_| grouped && last.mark.is_none_or(|m| m == Mark::Metres))?;
    Some(if first.minus == Some(true) { -value } else { value })
}

fn signed(number: &Num) -> f64 {
    if number.minus == Some(true) { -number.value } else { number.value }
}

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    fn mends(typed: &str, easting_m: f64, northing_m: f64) -> Vec<&'static str> {
        let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(read.value, Value::Grid { easting_m, northing_m }, "{typed}");
        assert_eq!(read.named, None);
        read.mends.iter().map(|m| m.code).collect()
    }

    #[test]
    fn every_way_to_write_it() {
        for typed in [
            "462791 2457880",
            "462791,2457880",
            "462791; 2457880",
            "462791m 2457880m",
            "462791 m, 2457880 m",
            "E 462791 N 2457880",
            "462791E 2457880N",
            "462791mE 2457880mN",
            "2457880N 462791E",
            "N=2457880 E=462791",
            "Đông 462791 Bắc 2457880",
            "X=462791 Y=2457880",
            "Y 2457880; X 462791",
            "462 791 2 457 880",
            "462 791; 2 457 880",
            "462791 2 457 880",
            "462 791 2457880",
            "462.791 2.457.880",
            "462,791 2,457,880",
            "easting 462791 northing 2457880",
        ] {
            assert!(mends(typed, 462_791.0, 2_457_880.0).is_empty(), "{typed}");
        }
        for typed in ["462.791,3 2.457.880,5", "462,791.3 2,457,880.5", "462 791,3 2 457 880,5", "462791,3 2457880,5"] {
            assert!(mends(typed, 462_791.3, 2_457_880.5).is_empty(), "{typed}");
        }
    }

    #[test]
    fn a_swap_is_mended_and_said() {
        for typed in ["2457880 462791", "2457880,462791", "2 457 880 462 791", "E 2457880 N 462791"] {
            assert_eq!(mends(typed, 462_791.0, 2_457_880.0), ["swapped_axes"], "{typed}");
        }
        assert_eq!(mends("2.457.880,5 462.791,3", 462_791.3, 2_457_880.5), ["swapped_axes"]);
    }

    #[test]
    fn x_is_the_northing_in_vietnamese_surveying() {
        for typed in ["X=2457880 Y=462791", "X: 2457880; Y: 462791", "X(m) 2457880 Y(m) 462791", "Y=462791, X=2457880"]
        {
            assert_eq!(mends(typed, 462_791.0, 2_457_880.0), ["surveying_axes"], "{typed}");
        }
    }

    #[test]
    fn an_epsg_code_may_stand_before_or_behind() {
        for typed in ["EPSG:32648 462791 2457880", "462791 2457880 (epsg:32648)", "epsg 32648: X=462791 Y=2457880"] {
            let read = text(typed).unwrap();
            assert_eq!(read.value, Value::Grid { easting_m: 462_791.0, northing_m: 2_457_880.0 }, "{typed}");
            assert!(read.named.is_some());
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, error) in [
            ("462791", E::OneNumber),
            ("462791 245788", E::GridRange { first: 462_791.0, second: 245_788.0 }),
            ("462791 24578800", E::GridRange { first: 462_791.0, second: 24_578_800.0 }),
            ("-462791 2457880", E::GridRange { first: -462_791.0, second: 2_457_880.0 }),
            ("462791 2457880 850", E::NumberCount { found: 3 }),
            ("E 462791 E 2457880", E::SameAxis { first: "E".into(), second: "E".into() }),
            ("X 462791 X 2457880", E::SameAxis { first: "X".into(), second: "X".into() }),
            ("462791E 2457880S", E::NotRead { piece: "S".into(), at: 16 }),
            ("462.79 2.457.880", E::AmbiguousNumber { piece: "462.79".into(), at: 1 }),
            ("462,791 2457880.5", E::AmbiguousNumber { piece: "2457880.5".into(), at: 9 }),
        ] {
            assert_eq!(text(typed).map(|t| t.value), Err(error), "{typed}");
        }
    }
}
