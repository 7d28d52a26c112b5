//! The coordinate doctor: what the numbers were read as, what was mended, and how else they could be read.

use super::parse::{Named, Typed, Value};
use super::zones::Layout;
use super::{CrsId, Datum, PositionError, convert};
use crate::domain::Text;

/// Numbers read in one CRS. Degrees on WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub crs: CrsId,
    pub lon_deg: f64,
    pub lat_deg: f64,
}

/// Why another reading is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No CRS was named, or another grid on the same meridian takes the same numbers.
    Zone,
    /// VN-2000 proper against VN-2000 nội bộ.
    Internal,
    /// The same numbers on another central meridian.
    Meridian,
}

/// Something in what was typed that was put right, or read in one of two customary ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// Stable word for scripts: `swapped_axes` or `surveying_axes`.
    pub code: &'static str,
    pub text: Text,
}

/// All there is to say about a typed position.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    /// What was typed, letter for letter: the record.
    pub as_typed: String,
    /// `None` when the numbers alone do not say their zone.
    pub read: Option<Reading>,
    /// Readings other than `read`, the likeliest systems first.
    pub others: Vec<(Why, Reading)>,
    pub mends: Vec<Mend>,
}

/// Where another reading is worth offering, WGS 84 degrees: the three provinces with a margin of more than a degree.
/// Further away the same numbers say nothing about the region.
pub(super) const REGION_LON_DEG: std::ops::RangeInclusive<f64> = 100.0..=108.0;
pub(super) const REGION_LAT_DEG: std::ops::RangeInclusive<f64> = 20.0..=24.0;

/// The CRS that text and caller agree on.
enum Target {
    One(CrsId),
    /// VN-2000 (nội bộ or not) of an unnamed zone.
    Vn2000 {
        internal: bool,
    },
    Unnamed,
}

pub(super) fn all(as_typed: String, typed: Typed, crs: Option<CrsId>) -> Result<Readings, PositionError> {
    let (read, others) = match (typed.value, target(typed.named, crs)?) {
        (Value::Degrees { lon_deg, lat_deg }, Target::Unnamed) => {
            (Some(Reading { crs: CrsId::WGS84, lon_deg, lat_deg }), Vec::new())
        }
        (Value::Degrees { .. }, Target::Vn2000 { internal }) => {
            named(typed.value, if internal { CrsId::VN2000_INTERNAL_DEGREES } else { CrsId::VN2000_DEGREES })?
        }
        (value, Target::One(crs)) => named(value, crs)?,
        (Value::Grid { .. }, Target::Unnamed) => {
            (None, zones_of(typed.value, |crs| crs.datum() != Datum::Vn2000Internal)?)
        }
        (Value::Grid { .. }, Target::Vn2000 { internal }) => {
            let datum = if internal { Datum::Vn2000Internal } else { Datum::Vn2000 };
            (None, zones_of(typed.value, |crs| crs.datum() == datum)?)
        }
    };
    Ok(Readings { as_typed, read, others, mends: typed.mends })
}

/// The reading in a CRS that the caller knows, and nothing else.
pub(super) fn only(typed: &Typed, crs: CrsId) -> Result<Reading, PositionError> {
    target(typed.named, Some(crs))?;
    one(typed.value, crs)
}

fn target(named: Option<Named>, given: Option<CrsId>) -> Result<Target, PositionError> {
    match (named, given) {
        (None, None) => Ok(Target::Unnamed),
        (None, Some(crs)) => Ok(Target::One(crs)),
        (Some(named), Some(crs)) if named.agrees_with(crs) => Ok(Target::One(crs)),
        (Some(named), Some(given)) => Err(PositionError::CrsConflict { in_text: named.words(), given }),
        (Some(Named::Vn2000 { internal }), None) => Ok(Target::Vn2000 { internal }),
        (Some(Named::Utm48), None) => Ok(Target::One(CrsId::WGS84_UTM48)),
        (Some(Named::One(crs)), None) => Ok(Target::One(crs)),
    }
}

fn one(value: Value, crs: CrsId) -> Result<Reading, PositionError> {
    let (x, y) = numbers(value, crs)?;
    let (lon_deg, lat_deg) = convert::to_wgs84(crs, convert::to_own_datum(crs, x, y)?)?;
    Ok(Reading { crs, lon_deg, lat_deg })
}

fn numbers(value: Value, crs: CrsId) -> Result<(f64, f64), PositionError> {
    match value {
        Value::Degrees { lon_deg, lat_deg } if crs.is_geographic() => Ok((lon_deg, lat_deg)),
        Value::Grid { easting_m, northing_m } if !crs.is_geographic() => Ok((easting_m, northing_m)),
        Value::Degrees { .. } => Err(PositionError::DegreesInGrid { crs }),
        Value::Grid { .. } => Err(PositionError::MetresInDegrees { crs }),
    }
}

type Doctored = (Option<Reading>, Vec<(Why, Reading)>);

fn named(value: Value, crs: CrsId) -> Result<Doctored, PositionError> {
    let read = one(value, crs)?;
    let mut others = Vec::new();
    if let Some(twin) = crs.twin() {
        others.push((Why::Internal, one(value, twin)?));
    }
    for other in CrsId::all() {
        if let Some(why) = why_instead(crs, other) {
            others.extend(in_region(value, other)?.map(|reading| (why, reading)));
        }
    }
    Ok((Some(read), others))
}

/// Why `other` could have been meant by numbers that were said to be in `crs`; `None` where it could not, or where it
/// would say the same again (VN-2000 nội bộ / UTM 48N is WGS 84 / UTM 48N).
fn why_instead(crs: CrsId, other: CrsId) -> Option<Why> {
    let (Layout::Grid { meridian_min: said, .. }, Layout::Grid { meridian_min: instead, .. }) =
        (crs.row().layout, other.row().layout)
    else {
        return None;
    };
    match crs.datum() {
        _ if other == crs => None,
        // Said to be WGS 84: the other UTM 48N, or one of the proper VN-2000 meridians.
        Datum::Wgs84 if other.datum() != Datum::Vn2000 => None,
        Datum::Wgs84 if other.row().layout == crs.row().layout => Some(Why::Zone),
        Datum::Wgs84 => (said != instead).then_some(Why::Meridian),
        // Said to be one kind of VN-2000: the datum is not in question, the zone may be.
        datum if other.datum() != datum => None,
        _ if said == instead => Some(Why::Zone),
        _ => Some(Why::Meridian),
    }
}

fn zones_of(value: Value, wanted: impl Fn(CrsId) -> bool) -> Result<Vec<(Why, Reading)>, PositionError> {
    let mut found = Vec::new();
    for crs in CrsId::all().filter(|crs| !crs.is_geographic() && wanted(*crs)) {
        found.extend(in_region(value, crs)?.map(|reading| (Why::Zone, reading)));
    }
    Ok(found)
}

/// The reading in `crs` where it falls in the region.
fn in_region(value: Value, crs: CrsId) -> Result<Option<Reading>, PositionError> {
    match one(value, crs) {
        Ok(r) if REGION_LON_DEG.contains(&r.lon_deg) && REGION_LAT_DEG.contains(&r.lat_deg) => Ok(Some(r)),
        Ok(_) | Err(PositionError::OutsideProjection { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::{read, read_xy, read_xy_in};

    fn codes(others: &[(Why, Reading)]) -> Vec<(Why, &'static str)> {
        others.iter().map(|(why, r)| (*why, r.crs.code())).collect()
    }

    fn crs(code: &str) -> CrsId {
        CrsId::parse(code).unwrap()
    }

    #[test]
    fn a_bare_pair_is_read_in_every_zone_and_in_none_for_certain() {
        let found = read("462791 2457880", None).unwrap();
        assert_eq!(found.read, None);
        assert_eq!(
            codes(&found.others),
            ["EPSG:9205", "EPSG:9208", "EPSG:3405", "EPSG:32648", "EPSG:5896", "EPSG:5897"].map(|c| (Why::Zone, c))
        );
        assert!(found.mends.is_empty());
        // 103°00' puts it in Tà Tổng, 104°45' in Bảo Hà.
        assert!((found.others[0].1.lon_deg - 102.6410).abs() < 2e-3, "{:?}", found.others[0]);
        assert!((found.others[1].1.lon_deg - 104.3910).abs() < 2e-3, "{:?}", found.others[1]);
    }

    #[test]
    fn vn2000_without_a_zone_is_read_in_the_vn2000_zones_only() {
        let found = read("VN-2000 462791 2457880", None).unwrap();
        assert_eq!(found.read, None);
        assert_eq!(
            codes(&found.others),
            ["EPSG:9205", "EPSG:9208", "EPSG:3405", "EPSG:5896", "EPSG:5897"].map(|c| (Why::Zone, c))
        );
    }

    #[test]
    fn a_named_zone_offers_its_twin_and_the_other_meridians() {
        let found = read("VN-2000 103°00' 462791 2457880", None).unwrap();
        assert_eq!(found.read.unwrap().crs.code(), "EPSG:9205");
        assert_eq!(
            codes(&found.others),
            [
                (Why::Internal, "EPSG:9205+noi-bo"),
                (Why::Meridian, "EPSG:9208"),
                (Why::Meridian, "EPSG:3405"),
                (Why::Meridian, "EPSG:5896"),
                (Why::Meridian, "EPSG:5897"),
            ]
        );
        let internal = read_xy("462791", "2457880", Some(crs("EPSG:9205+noi-bo"))).unwrap();
        assert_eq!(internal.others[0].1, found.read.unwrap(), "the twin of nội bộ is the proper one");
        assert_eq!(internal.read.unwrap(), found.others[0].1);
    }

    #[test]
    fn utm_on_wgs84_offers_the_vn2000_utm_and_other_meridians() {
        let found = read("48N 462791 2457880", None).unwrap();
        assert_eq!(found.read.unwrap().crs.code(), "EPSG:32648");
        assert_eq!(
            codes(&found.others),
            [
                (Why::Meridian, "EPSG:9205"),
                (Why::Meridian, "EPSG:9208"),
                (Why::Zone, "EPSG:3405"),
                (Why::Meridian, "EPSG:5896")
            ]
        );
    }

    #[test]
    fn degrees_are_wgs84_unless_vn2000_is_named() {
        let plain = read("22.2183, 102.6410", None).unwrap();
        assert_eq!(plain.read, Some(Reading { crs: CrsId::WGS84, lon_deg: 102.641, lat_deg: 22.2183 }));
        assert!(plain.others.is_empty());
        let vn = read("VN-2000 22.2183, 102.6410", None).unwrap();
        assert_eq!(vn.read.unwrap().crs.code(), "EPSG:4756");
        assert_eq!(codes(&vn.others), [(Why::Internal, "EPSG:4756+noi-bo")]);
        assert_eq!(vn.others[0].1.lon_deg, 102.641);
    }

    #[test]
    fn text_and_caller_must_agree() {
        let zone = crs("EPSG:9208");
        let given = Some(zone);
        match read("VN-2000 103°00' 462791 2457880", given) {
            Err(e @ PositionError::CrsConflict { .. }) => {
                for words in [e.text().vi, e.text().en] {
                    assert!(words.contains("EPSG:9205") && words.contains("EPSG:9208"), "{words}");
                }
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(read("VN-2000 462791 2457880", given).unwrap().read.unwrap().crs, zone);
        let vn_utm = crs("EPSG:3405");
        assert_eq!(read("UTM 48N 462791 2457880", Some(vn_utm)).unwrap().read.unwrap().crs, vn_utm);
        assert!(matches!(read("22.2 102.6", given), Err(PositionError::DegreesInGrid { .. })));
        let wgs = Some(CrsId::WGS84);
        assert!(matches!(read("462791 2457880", wgs), Err(PositionError::MetresInDegrees { .. })));
    }

    #[test]
    fn a_row_read_alone_is_the_row_read_with_its_alternatives() {
        let crs = crs("EPSG:9205");
        let alone = read_xy_in("462791,5", "2457880", crs).unwrap();
        assert_eq!(Some(alone), read_xy("462791.5", "2457880", Some(crs)).unwrap().read);
        assert!(matches!(read_xy_in("102.6", "22.2", crs), Err(PositionError::DegreesInGrid { .. })));
    }
}
