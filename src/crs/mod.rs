//! Text or grid numbers in, WGS 84 out, together with every other way the same numbers can be read.
//!
//! * [`read`] takes what a person typed, [`read_xy`] the two cells of a table; both keep it letter for letter.
//! * [`CrsId`] names a coordinate reference system of a fixed table; each VN-2000 one has a twin
//!   "nội bộ" that is the same grid without the datum shift.
//! * [`FORMATS`] lists the notations, for help and documentation.
//!
//! Longitudes and latitudes that come out are WGS 84 degrees. Grid numbers are metres, easting before northing.
//! Nothing here knows the communes: which of the other readings matter is decided further up.

mod convert;
#[cfg(feature = "server")]
mod definition;
mod error;
mod parse;
#[cfg(feature = "server")]
mod proj;
#[cfg(any(not(feature = "server"), test))]
mod proj4;
mod readings;
mod zones;

#[cfg(feature = "server")]
pub use definition::Definition;
pub use error::PositionError;
pub use parse::{FORMATS, Format};
pub use readings::{Mend, Reading, Readings, Why};
use readings::{REGION_LAT_DEG, REGION_LON_DEG};
pub use zones::{CrsId, Datum};

/// Reads a position in any notation of [`FORMATS`], in the CRS given or named in the text, else in the one that follows.
///
/// Degrees without a CRS are WGS 84. A pair of grid numbers without a CRS has `read: None` and one of `others` for
/// every zone that puts it in the region (possibly none): the choice is never made silently.
/// In text the latitude is expected before the longitude and the easting before the northing; where only the
/// opposite makes sense it is mended, and `mends` says so.
///
/// ```
/// let found = giapranh::crs::read("22°13.10'N 102°38.46'E", None)?;
/// let read = found.read.expect("degrees are WGS 84");
/// assert!((read.lat_deg - 22.218333).abs() < 1e-6 && (read.lon_deg - 102.641).abs() < 1e-6);
/// # Ok::<(), giapranh::crs::PositionError>(())
/// ```
///
/// # Errors
/// [`PositionError`] with words in both languages when the text cannot be read, names another CRS than `crs`,
/// holds degrees where `crs` is a grid (or the reverse), or lies where the projection has no meaning.
pub fn read(text: &str, crs: Option<CrsId>) -> Result<Readings, PositionError> {
    readings::all(text.to_owned(), parse::text(text)?, crs)
}

/// Reads two cells: `x` easting or longitude, `y` northing or latitude. A swapped pair is mended and said so.
///
/// Cells may hold plain numbers (decimal point or comma) or anything a text may hold for one axis.
/// `as_typed` is both cells with one space between them.
///
/// # Errors
/// As [`read`].
pub fn read_xy(x: &str, y: &str, crs: Option<CrsId>) -> Result<Readings, PositionError> {
    readings::all(format!("{x} {y}"), parse::cells(x, y)?, crs)
}

/// As [`read_xy`] in a CRS that is known, without the other readings: for files of many rows.
///
/// # Errors
/// As [`read`].
pub fn read_xy_in(x: &str, y: &str, crs: CrsId) -> Result<Reading, PositionError> {
    readings::only(&parse::cells(x, y)?, crs)
}

/// A vertex of a file whose CRS is known, as (longitude, latitude) on WGS 84 in degrees; `x` easting or longitude, `y`
/// northing or latitude. True: the two were swapped, as surveying writes them, and have been mended. Degrees can only be
/// told to be swapped where they lie in the region.
///
/// # Errors
/// As [`read`].
pub fn of_xy(x: f64, y: f64, crs: CrsId) -> Result<(f64, f64, bool), PositionError> {
    let swapped = if crs.is_geographic() {
        REGION_LAT_DEG.contains(&x) && REGION_LON_DEG.contains(&y)
    } else {
        convert::NORTHINGS_M.contains(&x) && convert::EASTINGS_M.contains(&y)
    };
    let (x, y) = if swapped { (y, x) } else { (x, y) };
    if crs.is_geographic() {
        parse::check_degrees(x, y)?;
    }
    let (lon_deg, lat_deg) = convert::to_wgs84(crs, convert::to_own_datum(crs, x, y)?)?;
    Ok((lon_deg, lat_deg, swapped))
}

/// As [`of_xy`] for numbers whose order is certain: nothing is mended.
///
/// # Errors
/// As [`read`].
pub fn of_xy_as_given(x: f64, y: f64, crs: CrsId) -> Result<(f64, f64), PositionError> {
    if crs.is_geographic() {
        parse::check_degrees(x, y)?;
    }
    convert::to_wgs84(crs, convert::to_own_datum(crs, x, y)?)
}

/// Does a place (WGS 84 degrees) lie in or about the three provinces?
pub fn in_region(lon_deg: f64, lat_deg: f64) -> bool {
    REGION_LON_DEG.contains(&lon_deg) && REGION_LAT_DEG.contains(&lat_deg)
}

/// A WGS 84 position in the numbers of `crs`: (easting, northing) in metres, or (longitude, latitude) in degrees.
///
/// # Errors
/// [`PositionError::LatitudeRange`], [`PositionError::LongitudeRange`] (also for NaN) or
/// [`PositionError::OutsideProjection`] where the grid has no meaning.
pub fn to_grid(lon_deg: f64, lat_deg: f64, crs: CrsId) -> Result<(f64, f64), PositionError> {
    parse::check_degrees(lon_deg, lat_deg)?;
    convert::from_wgs84(crs, lon_deg, lat_deg)
}
