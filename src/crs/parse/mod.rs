//! Text → numbers with a meaning. One file per notation, and the table of them.
//!
//! `clean` settles signs and limits, `names` takes the CRS out of the text, `scan` cuts the rest into coordinates;
//! then the first notation of [`FORMATS`] that recognises its own shape reads it.

mod angle;
mod axes;
mod clean;
mod decimal;
mod dm;
mod dms;
mod geo_uri;
mod geojson;
mod grid;
mod names;
mod number;
mod scan;
mod utm;
mod vn2000;
mod words;

use super::readings::Mend;
use super::{CrsId, PositionError, zones};

pub(super) use axes::check_degrees;
pub(super) use clean::MAX_CHARS;
pub(super) use names::{Named, crs_name};

/// Two numbers whose axes are settled, not yet in any CRS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    Degrees { lon_deg: f64, lat_deg: f64 },
    Grid { easting_m: f64, northing_m: f64 },
}

/// What a notation makes of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) value: Value,
    /// The CRS that the text itself names.
    pub(super) named: Option<Named>,
    pub(super) mends: Vec<Mend>,
}

/// Which coordinate stands first where nothing says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Latitude before longitude, easting before northing: what people type and devices show.
    Text,
    /// Longitude before latitude, easting before northing: x and y.
    Xy,
}

/// A text made ready for the notations.
struct Input<'a> {
    typed: &'a str,
    order: Order,
    scanned: Result<Scanned, PositionError>,
}

struct Scanned {
    named: Option<Named>,
    parts: Vec<scan::Part>,
}

impl<'a> Input<'a> {
    fn new(typed: &'a str, order: Order) -> Result<Self, PositionError> {
        let mut clean = clean::Clean::new(typed)?;
        let scanned = names::take(&mut clean).and_then(|named| Ok(Scanned { named, parts: scan::parts(&clean)? }));
        Ok(Input { typed, order, scanned })
    }

    /// # Errors
    /// What kept the text from being cut into coordinates.
    fn scanned(&self) -> Result<&Scanned, PositionError> {
        self.scanned.as_ref().map_err(Clone::clone)
    }
}

/// A notation: how it is called, an example that reads, and the reader.
pub struct Format {
    pub code: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
    pub example: &'static str,
    /// `Ok(None)` when the text is in another notation; an error when it is this one and wrong.
    read: fn(&Input) -> Result<Option<Typed>, PositionError>,
}

/// Every notation, in the order in which they are tried. Grids come before degrees, because numbers with spaces for
/// thousands look like degrees and minutes, while no degrees look like a pair of grid numbers.
pub const FORMATS: &[Format] = &[
    geojson::FORMAT,
    geo_uri::FORMAT,
    utm::FORMAT,
    vn2000::FORMAT,
    grid::FORMAT,
    decimal::FORMAT,
    dm::FORMAT,
    dms::FORMAT,
];

/// Reads what a person typed.
pub(super) fn text(typed: &str) -> Result<Typed, PositionError> {
    general(typed, Order::Text)
}

fn general(typed: &str, order: Order) -> Result<Typed, PositionError> {
    let input = Input::new(typed, order)?;
    for format in FORMATS {
        if let Some(typed) = (format.read)(&input)? {
            return Ok(typed);
        }
    }
    Err(match &input.scanned()?.parts[..] {
        [] => PositionError::NoNumber,
        [part] if part.is_one() => PositionError::OneNumber,
        parts => PositionError::NumberCount { found: parts.iter().map(|p| p.numbers.len()).sum() },
    })
}

/// Reads two cells, x before y. Plain numbers, nearly always what cells hold, take the short way.
pub(super) fn cells(x: &str, y: &str) -> Result<Typed, PositionError> {
    if let (Some((x, x_sign)), Some((y, y_sign))) = (plain(x), plain(y))
        && (x_sign == y_sign || x_sign.is_none() || y_sign.is_none())
    {
        let (value, mend) = match (grid::is_metres(x), grid::is_metres(y)) {
            (false, false) => axes::degrees(x, y)?,
            (true, true) => axes::grid(x, y)?,
            (true, false) => {
                return Err(PositionError::DegreesAndMetres { degrees: y, metres: x });
            }
            (false, true) => {
                return Err(PositionError::DegreesAndMetres { degrees: x, metres: y });
            }
        };
        return Ok(Typed { value, named: None, mends: Vec::from_iter(mend) });
    }
    match (x.trim().is_empty(), y.trim().is_empty()) {
        (true, true) => Err(PositionError::Empty),
        (false, false) => general(&format!("{x}; {y}"), Order::Xy),
        _ => Err(PositionError::OneNumber),
    }
}

/// A number of digits with at most one decimal sign, and that sign; `None` for anything more.
fn plain(cell: &str) -> Option<(f64, Option<char>)> {
    let cell = cell.trim_matches(' ');
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.len() <= 18 && s.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let sign = digits[whole.len()..].chars().next();
    let value = if sign == Some(',') { cell.replace(',', ".").parse() } else { cell.parse() };
    Some((value.ok()?, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_read_by_its_own_notation_alone() {
        for format in FORMATS {
            let input = Input::new(format.example, Order::Text).unwrap();
            for other in FORMATS {
                let read = (other.read)(&input).unwrap_or(None).is_some();
                assert_eq!(read, other.code == format.code, "{} by {}", format.example, other.code);
            }
        }
    }

    #[test]
    fn cells_read_the_same_on_the_short_way_and_the_long() {
        for (x, y) in [
            ("102.641", "22.2183"),
            ("22.2183", "102.641"),
            ("462791", "2457880"),
            ("-102,5", "22,5"),
            ("2457880.5", "462791.3"),
        ] {
            assert_eq!(cells(x, y), general(&format!("{x}; {y}"), Order::Xy), "{x} {y}");
        }
    }

    #[test]
    fn cells_hold_any_notation_for_one_axis() {
        let degrees = cells("102°30'E", "22°15'N").unwrap();
        assert_eq!(degrees.value, Value::Degrees { lon_deg: 102.5, lat_deg: 22.25 });
        let grid = cells("462 791", "2 457 880").unwrap();
        assert_eq!(grid.value, Value::Grid { easting_m: 462_791.0, northing_m: 2_457_880.0 });
        assert!(grid.mends.is_empty());
    }

    #[test]
    fn cells_that_hold_no_pair_are_errors() {
        assert_eq!(cells("", " "), Err(PositionError::Empty));
        assert_eq!(cells("102.6", ""), Err(PositionError::OneNumber));
        assert_eq!(
            cells("102.6", "2457880"),
            Err(PositionError::DegreesAndMetres { degrees: 102.6, metres: 2_457_880.0 })
        );
        assert!(matches!(cells("NaN", "22.2"), Err(PositionError::NotANumber { .. })));
        assert!(matches!(cells("4.62791E+05", "2.45788E+06"), Err(PositionError::NotANumber { .. })));
        assert!(matches!(cells("102,641", "22.2183"), Err(PositionError::AmbiguousNumber { .. })));
        assert_eq!(cells(&"1".repeat(10_000), "22.2"), Err(PositionError::TooLong));
    }
}
