//! Definitions of the coordinate reference systems as files want them: WKT 1 (GeoPackage, FlatGeobuf), ESRI's WKT
//! (`.prj`), PROJJSON (GeoParquet). `definitions.json` is what PROJ's copy of the EPSG registry says
//! (`gdalsrsinfo EPSG:…`).

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::zones::Layout;
use super::{CrsId, Datum};

/// One CRS in the notations of files.
#[derive(Debug, Deserialize)]
pub struct Definition {
    /// OGC 01-009, with authority codes.
    pub wkt: String,
    /// As ESRI writes `.prj` files.
    pub esri: String,
    /// PROJJSON 0.5.
    pub projjson: serde_json::Value,
}

fn all() -> &'static HashMap<String, Definition> {
    static ALL: OnceLock<HashMap<String, Definition>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_str(include_str!("definitions.json")).expect("the definitions are JSON"))
}

impl CrsId {
    /// Number in the EPSG registry; of a "nội bộ" twin that of its grid.
    pub fn epsg(self) -> u16 {
        self.row().epsg
    }

    /// How files define it; `None` for VN-2000 nội bộ, which no registry knows.
    pub fn definition(self) -> Option<&'static Definition> {
        (self.datum() != Datum::Vn2000Internal).then(|| &all()[&self.epsg().to_string()])
    }

    /// Central meridian in degrees and scale on it; `None` for degrees. TM-3 has 0.9999, UTM 0.9996 (EPSG).
    pub fn central_meridian_deg(self) -> Option<(f64, f64)> {
        match self.row().layout {
            Layout::Grid { meridian_min, utm } => {
                Some((f64::from(meridian_min) / 60.0, if utm { 0.9996 } else { 0.9999 }))
            }
            Layout::Geographic => None,
        }
    }

    /// The CRS with an EPSG number.
    pub fn of_epsg(epsg: u32) -> Option<CrsId> {
        CrsId::all().find(|c| u32::from(c.epsg()) == epsg && c.datum() != Datum::Vn2000Internal)
    }

    /// Whether the registry puts the northing, or the latitude, first. The projected systems of the table are all
    /// easting, northing (EPSG coordinate system 4400); only the degrees begin with the latitude (6422).
    pub fn is_north_first(self) -> bool {
        self.is_geographic()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_registered_crs_has_its_definition_and_its_axis_order() {
        for crs in CrsId::all().filter(|c| c.datum() != Datum::Vn2000Internal) {
            let definition = crs.definition().expect("a definition");
            assert!(definition.wkt.contains(&format!("\"EPSG\",\"{}\"", crs.epsg())), "{crs:?}");
            let first = &definition.projjson["coordinate_system"]["axis"][0]["direction"];
            assert_eq!(first == "north", crs.is_north_first(), "{crs:?}");
            assert_eq!(CrsId::of_epsg(crs.epsg().into()), Some(crs));
        }
        assert!(CrsId::VN2000_INTERNAL_DEGREES.definition().is_none());
    }
}
