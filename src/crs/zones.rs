//! The coordinate reference systems of the region, as a table.
//!
//! Numbers and names are those of the EPSG registry (read through PROJ, never retyped: only the code stands here).
//! Central meridians by province, and how they changed, are data about a province and not a property of a CRS.

use super::PositionError;
use super::parse;
use crate::domain::Text;

/// What the numbers are tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum {
    Wgs84,
    /// VN-2000, moved to WGS 84 by EPSG operation 6960 (stated accuracy 1 m).
    Vn2000,
    /// "VN-2000 nội bộ": VN-2000 numbers made without a datum shift, so they are WGS 84 already.
    /// Read as proper VN-2000 they land about 222 m off in the region.
    Vn2000Internal,
}

/// How the numbers are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Longitude and latitude in degrees.
    Geographic,
    /// Easting and northing in metres; central meridian in minutes of arc east of Greenwich.
    Grid { meridian_min: u16, utm: bool },
}

pub(super) struct Crs {
    pub(super) epsg: u16,
    code: &'static str,
    pub(super) datum: Datum,
    pub(super) layout: Layout,
    vi: &'static str,
    en: &'static str,
}

/// Central meridian in minutes of arc.
const fn meridian(deg: u16, min: u16) -> u16 {
    deg * 60 + min
}

const fn tm3(deg: u16, min: u16) -> Layout {
    Layout::Grid { meridian_min: meridian(deg, min), utm: false }
}

const UTM48: Layout = Layout::Grid { meridian_min: meridian(105, 0), utm: true };

macro_rules! crs {
    ($epsg:literal, $layout:expr, wgs84, $vi:literal, $en:literal) => {
        Crs { epsg: $epsg, code: concat!("EPSG:", $epsg), datum: Datum::Wgs84, layout: $layout, vi: $vi, en: $en }
    };
    ($epsg:literal, $layout:expr, vn2000, $vi:literal, $en:literal) => {
        Crs {
            epsg: $epsg,
            code: concat!("EPSG:", $epsg),
            datum: Datum::Vn2000,
            layout: $layout,
            vi: concat!("VN-2000", $vi),
            en: concat!("VN-2000", $en),
        }
    };
    ($epsg:literal, $layout:expr, noi_bo, $vi:literal, $en:literal) => {
        Crs {
            epsg: $epsg,
            code: concat!("EPSG:", $epsg, "+noi-bo"),
            datum: Datum::Vn2000Internal,
            layout: $layout,
            vi: concat!("VN-2000 nội bộ", $vi),
            en: concat!("VN-2000 nội bộ (internal)", $en),
        }
    };
}

/// Every CRS, those most used in the region first. Twins follow in the same order.
const TABLE: [Crs; 14] = [
    crs!(4326, Layout::Geographic, wgs84, "WGS 84 (kinh vĩ độ)", "WGS 84 (longitude and latitude)"),
    crs!(9205, tm3(103, 0), vn2000, " / TM-3, kinh tuyến trục 103°00'", " / TM-3, central meridian 103°00'"),
    crs!(9208, tm3(104, 45), vn2000, " / TM-3, kinh tuyến trục 104°45'", " / TM-3, central meridian 104°45'"),
    crs!(3405, UTM48, vn2000, " / UTM, múi 48N", " / UTM zone 48N"),
    crs!(32648, UTM48, wgs84, "WGS 84 / UTM, múi 48N", "WGS 84 / UTM zone 48N"),
    crs!(5896, tm3(102, 0), vn2000, " / TM-3, múi 481 (102°00')", " / TM-3 zone 481 (102°00')"),
    crs!(5897, tm3(105, 0), vn2000, " / TM-3, múi 482 (105°00')", " / TM-3 zone 482 (105°00')"),
    crs!(4756, Layout::Geographic, vn2000, " (kinh vĩ độ)", " (longitude and latitude)"),
    crs!(9205, tm3(103, 0), noi_bo, " / TM-3, kinh tuyến trục 103°00'", " / TM-3, central meridian 103°00'"),
    crs!(9208, tm3(104, 45), noi_bo, " / TM-3, kinh tuyến trục 104°45'", " / TM-3, central meridian 104°45'"),
    crs!(3405, UTM48, noi_bo, " / UTM, múi 48N", " / UTM zone 48N"),
    crs!(5896, tm3(102, 0), noi_bo, " / TM-3, múi 481 (102°00')", " / TM-3 zone 481 (102°00')"),
    crs!(5897, tm3(105, 0), noi_bo, " / TM-3, múi 482 (105°00')", " / TM-3 zone 482 (105°00')"),
    crs!(4756, Layout::Geographic, noi_bo, " (kinh vĩ độ)", " (longitude and latitude)"),
];

/// One row of the table of CRS: small, `Copy`, always valid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CrsId(u8);

impl CrsId {
    /// Longitude and latitude on WGS 84: what positions are kept in.
    pub const WGS84: CrsId = CrsId(0);
    /// What "UTM 48N" means when no datum is named.
    pub(super) const WGS84_UTM48: CrsId = CrsId(4);
    pub(super) const VN2000_DEGREES: CrsId = CrsId(7);
    pub(super) const VN2000_INTERNAL_DEGREES: CrsId = CrsId(13);

    /// Reads a code or a name: `EPSG:9205`, `9205`, `EPSG:9205+noi-bo`, `noi-bo:9205`, `VN-2000 103°00'`,
    /// `vn2000-104.75`, `UTM48N` (on WGS 84), `WGS84`, or what [`CrsId::name`] says.
    ///
    /// # Errors
    /// [`PositionError::UnknownCrs`], which lists the known ones. "VN-2000" alone is not enough: it names no zone.
    pub fn parse(name: &str) -> Result<CrsId, PositionError> {
        parse::crs_name(name)
    }

    /// The code that [`CrsId::parse`] takes back: `EPSG:9205`, `EPSG:9205+noi-bo`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    pub fn name(self) -> Text {
        Text::new(self.row().vi, self.row().en)
    }

    pub fn datum(self) -> Datum {
        self.row().datum
    }

    /// Whether the numbers are longitude and latitude in degrees; a grid in metres otherwise.
    pub fn is_geographic(self) -> bool {
        self.row().layout == Layout::Geographic
    }

    /// Every CRS of the table.
    pub fn all() -> impl Iterator<Item = CrsId> {
        (0u8..).zip(&TABLE).map(|(index, _)| CrsId(index))
    }

    /// The same grid on the other kind of VN-2000 (proper or nội bộ); `None` for WGS 84.
    pub fn twin(self) -> Option<CrsId> {
        match self.datum() {
            Datum::Wgs84 => None,
            Datum::Vn2000 => find(self.row().epsg, true),
            Datum::Vn2000Internal => find(self.row().epsg, false),
        }
    }

    pub(super) fn row(self) -> &'static Crs {
        &TABLE[usize::from(self.0)]
    }
}

impl std::fmt::Debug for CrsId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// The CRS with an EPSG number, or its nội bộ twin.
pub(super) fn find(epsg: u16, internal: bool) -> Option<CrsId> {
    CrsId::all().find(|c| c.row().epsg == epsg && (c.datum() == Datum::Vn2000Internal) == internal)
}

/// The VN-2000 TM-3 grid with a central meridian in minutes of arc.
pub(super) fn find_tm3(minutes: u16, internal: bool) -> Option<CrsId> {
    let datum = if internal { Datum::Vn2000Internal } else { Datum::Vn2000 };
    let layout = Layout::Grid { meridian_min: minutes, utm: false };
    CrsId::all().find(|c| c.datum() == datum && c.row().layout == layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_every_name_is_read_back() {
        for crs in CrsId::all() {
            assert_eq!(CrsId::parse(crs.code()), Ok(crs));
            assert_eq!(CrsId::parse(&crs.name().vi), Ok(crs), "{}", crs.name().vi);
            assert_eq!(CrsId::parse(&crs.name().en), Ok(crs), "{}", crs.name().en);
        }
    }

    #[test]
    fn the_named_rows_are_the_right_rows() {
        let named = [CrsId::WGS84, CrsId::WGS84_UTM48, CrsId::VN2000_DEGREES, CrsId::VN2000_INTERNAL_DEGREES];
        assert_eq!(named.map(CrsId::code), ["EPSG:4326", "EPSG:32648", "EPSG:4756", "EPSG:4756+noi-bo"]);
    }

    #[test]
    fn every_vn2000_system_has_a_twin_and_the_twin_leads_back() {
        for crs in CrsId::all() {
            match crs.twin() {
                Some(twin) => assert!(twin != crs && twin.twin() == Some(crs)),
                None => assert_eq!(crs.datum(), Datum::Wgs84),
            }
        }
        assert_eq!(CrsId::all().filter(|c| c.twin().is_none()).count(), 2);
    }
}
