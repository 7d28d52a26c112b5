//! Which number is which axis: what letters say, what is customary, and what alone makes sense.

use super::Value;
use super::scan::Tagged;
use super::words::Tag;
use crate::crs::PositionError;
use crate::crs::convert::{EASTINGS_M, NORTHINGS_M};
use crate::crs::readings::Mend;
use crate::domain::Text;

/// What the letters beside one number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Lat,
    Lon,
    X,
    Y,
}

/// The axis and the hemisphere that the letters of one number agree on.
///
/// # Errors
/// `LettersDisagree`.
pub(super) fn agreed<'a>(tags: &[&'a Tagged]) -> Result<(Option<Axis>, Option<&'a Tagged>), PositionError> {
    let mut axis: Option<(Axis, &Tagged)> = None;
    let mut hemisphere: Option<&Tagged> = None;
    for tagged in tags {
        let disagree = |first: &Tagged| PositionError::LettersDisagree {
            first: first.piece.clone(),
            second: tagged.piece.clone(),
        };
        let found = match tagged.tag {
            Tag::North | Tag::South | Tag::Lat => Axis::Lat,
            Tag::East | Tag::West | Tag::Lon => Axis::Lon,
            Tag::X => Axis::X,
            Tag::Y => Axis::Y,
        };
        axis = match axis {
            // X and Y give way to a letter that says more.
            None | Some((Axis::X | Axis::Y, _)) => Some((found, tagged)),
            Some(_) if matches!(found, Axis::X | Axis::Y) => axis,
            Some((known, first)) if known != found => return Err(disagree(first)),
            known => known,
        };
        if tagged.tag.is_hemisphere() {
            match hemisphere {
                Some(first) if first.tag != tagged.tag => return Err(disagree(first)),
                _ => hemisphere = Some(tagged),
            }
        }
    }
    Ok((axis.map(|(axis, _)| axis), hemisphere))
}

/// What is known of which number is latitude (or northing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Letters say so.
    LatIsFirst(bool),
    /// Only the names x and y: whether x stands first.
    XIsFirst(bool),
    Nothing,
}

/// # Errors
/// `SameAxis`.
pub(super) fn known(first: Option<Axis>, second: Option<Axis>, pieces: [&str; 2]) -> Result<Known, PositionError> {
    let lat = |axis| match axis {
        Some(Axis::Lat) => Some(true),
        Some(Axis::Lon) => Some(false),
        _ => None,
    };
    let same = || Err(PositionError::SameAxis { first: pieces[0].to_owned(), second: pieces[1].to_owned() });
    match (lat(first), lat(second)) {
        (Some(a), Some(b)) if a == b => same(),
        (Some(first_is_lat), _) => Ok(Known::LatIsFirst(first_is_lat)),
        (None, Some(second_is_lat)) => Ok(Known::LatIsFirst(!second_is_lat)),
        (None, None) if first.is_some() && first == second => same(),
        (None, None) if first == Some(Axis::X) || second == Some(Axis::Y) => Ok(Known::XIsFirst(true)),
        (None, None) if first.is_some() || second.is_some() => Ok(Known::XIsFirst(false)),
        (None, None) => Ok(Known::Nothing),
    }
}

/// Degrees without letters, expected as (longitude, latitude); exchanged where only that makes sense.
///
/// # Errors
/// `LatitudeRange`, `LongitudeRange`.
pub(super) fn degrees(lon: f64, lat: f64) -> Result<(Value, Option<Mend>), PositionError> {
    // Latitudes end at 90 and the region's longitudes begin at 102, so here a swap always shows.
    if lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        let (shown_lat, shown_lon) = (rounded(lon), rounded(lat));
        let mend = Mend {
            code: "swapped_axes",
            text: Text::new(
                format!("Kinh độ và vĩ độ bị đổi chỗ: đã đọc là vĩ độ {shown_lat}, kinh độ {shown_lon}."),
                format!("Longitude and latitude were swapped: read as latitude {shown_lat}, longitude {shown_lon}."),
            ),
        };
        return Ok((Value::Degrees { lon_deg: lat, lat_deg: lon }, Some(mend)));
    }
    check_degrees(lon, lat)?;
    Ok((Value::Degrees { lon_deg: lon, lat_deg: lat }, None))
}

/// Degrees to 10 cm, for a sentence.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// # Errors
/// `LatitudeRange`, `LongitudeRange`, both also for NaN.
pub(in crate::crs) fn check_degrees(lon: f64, lat: f64) -> Result<(), PositionError> {
    if !(-90.0..=90.0).contains(&lat) {
        Err(PositionError::LatitudeRange { value: lat })
    } else if !(-180.0..=180.0).contains(&lon) {
        Err(PositionError::LongitudeRange { value: lon })
    } else {
        Ok(())
    }
}

/// Grid numbers without letters, expected as (easting, northing); exchanged where only that makes sense.
///
/// # Errors
/// `GridRange`.
pub(super) fn grid(easting: f64, northing: f64) -> Result<(Value, Option<Mend>), PositionError> {
    let (easting_m, northing_m, swapped) = in_range(easting, northing)?;
    let mend = swapped.then(|| Mend {
        code: "swapped_axes",
        text: Text::new(
            format!("Hai trục bị đổi chỗ: đã đọc {easting_m} là tọa độ đông, {northing_m} là tọa độ bắc."),
            format!("The axes were swapped: {easting_m} was read as easting, {northing_m} as northing."),
        ),
    });
    Ok((Value::Grid { easting_m, northing_m }, mend))
}

/// Grid numbers named x and y: x is the easting in most software and the northing in Vietnamese surveying.
///
/// # Errors
/// `GridRange`.
pub(super) fn grid_xy(x: f64, y: f64) -> Result<(Value, Option<Mend>), PositionError> {
    let (easting_m, northing_m, surveying) = in_range(x, y)?;
    let mend = surveying.then(|| Mend {
        code: "surveying_axes",
        text: Text::new(
            format!("Theo cách ghi của trắc địa Việt Nam: X = {x} là tọa độ bắc, Y = {y} là tọa độ đông."),
            format!("Read as Vietnamese surveying writes it: X = {x} is the northing, Y = {y} the easting."),
        ),
    });
    Ok((Value::Grid { easting_m, northing_m }, mend))
}

/// (easting, northing, whether they had to be exchanged): the ranges have nothing in common.
fn in_range(easting: f64, northing: f64) -> Result<(f64, f64, bool), PositionError> {
    let fits = |e: f64, n: f64| EASTINGS_M.contains(&e) && NORTHINGS_M.contains(&n);
    if fits(easting, northing) {
        Ok((easting, northing, false))
    } else if fits(northing, easting) {
        Ok((northing, easting, true))
    } else {
        Err(PositionError::GridRange { first: easting, second: northing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(found: Result<(Value, Option<Mend>), PositionError>) -> Option<&'static str> {
        found.unwrap().1.map(|mend| mend.code)
    }

    #[test]
    fn a_swap_is_mended_and_said() {
        assert_eq!(degrees(22.2, 102.6).unwrap().0, degrees(102.6, 22.2).unwrap().0);
        assert_eq!(code(degrees(22.2, 102.6)), Some("swapped_axes"));
        assert_eq!(code(degrees(102.6, 22.2)), None);
        assert_eq!(grid(2_457_880.0, 462_791.0).unwrap().0, grid(462_791.0, 2_457_880.0).unwrap().0);
        assert_eq!(code(grid(2_457_880.0, 462_791.0)), Some("swapped_axes"));
    }

    #[test]
    fn x_as_northing_is_a_custom_and_not_a_mistake() {
        assert_eq!(code(grid_xy(2_457_880.0, 462_791.0)), Some("surveying_axes"));
        assert_eq!(code(grid_xy(462_791.0, 2_457_880.0)), None);
    }

    #[test]
    fn a_lost_or_doubled_digit_is_told() {
        for (e, n) in
            [(46_279.0, 2_457_880.0), (462_791.0, 245_788.0), (4_627_911.0, 2_457_880.0), (-462_791.0, 2_457_880.0)]
        {
            assert_eq!(grid(e, n), Err(PositionError::GridRange { first: e, second: n }));
        }
    }

    #[test]
    fn degrees_beyond_the_globe_are_refused() {
        assert_eq!(check_degrees(102.0, 90.5), Err(PositionError::LatitudeRange { value: 90.5 }));
        assert_eq!(check_degrees(180.5, 22.0), Err(PositionError::LongitudeRange { value: 180.5 }));
        assert!(check_degrees(f64::NAN, 22.0).is_err() && check_degrees(102.0, f64::NAN).is_err());
        assert!(check_degrees(-180.0, 90.0).is_ok());
    }
}
