//! What WKT (`.prj`), MapInfo's CoordSys and EPSG codes say, as one of the CRS this program knows.

use super::source::CrsSaid;
use crate::crs::{CrsId, Datum};

/// A number after a name in WKT: `PARAMETER["central_meridian",103]`.
fn parameter(upper: &str, name: &str) -> Option<f64> {
    let at = upper.find(&format!("\"{name}\""))?;
    let rest = upper[at..].split_once(',')?.1;
    rest.trim_start().split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'E'))).next()?.parse().ok()
}

/// The grid with a central meridian (degrees) and scale, on a datum.
fn grid(meridian: f64, scale: f64, datum: Datum) -> Option<CrsId> {
    let wanted = |crs: &CrsId| {
        crs.central_meridian_deg().is_some_and(|(m, s)| (m - meridian).abs() < 1e-6 && (s - scale).abs() < 1e-7)
    };
    let mut fitting = CrsId::all().filter(wanted);
    match datum {
        // A TM-3 grid without a datum shift is VN-2000 nội bộ, whatever it is called.
        Datum::Wgs84 => {
            let all: Vec<CrsId> = fitting.collect();
            let plain = all.iter().find(|c| c.datum() == Datum::Wgs84);
            plain.or_else(|| all.iter().find(|c| c.datum() == Datum::Vn2000Internal)).copied()
        }
        datum => fitting.find(|c| c.datum() == datum),
    }
}

/// WKT of any kind.
pub fn of_wkt(wkt: &str) -> CrsSaid {
    let upper = wkt.to_ascii_uppercase();
    let name: String = wkt.split('"').nth(1).unwrap_or_default().chars().take(60).collect();
    let said = |crs: Option<CrsId>| CrsSaid { crs, words: format!("WKT “{name}”") };
    // The last authority is that of the whole.
    let own = upper.trim_end().trim_end_matches(']').rsplit_once("\"EPSG\",").map(|(_, code)| code);
    let code = own.and_then(|c| c.trim_matches(['"', ' ']).parse().ok());
    if let Some(crs) = code.and_then(CrsId::of_epsg) {
        return said(Some(crs));
    }
    let vietnam = upper.contains("VN-2000")
        || upper.contains("VN_2000")
        || upper.contains("VIETNAM_2000")
        || upper.contains("VN2000");
    let shift = upper.contains("TOWGS84[-191") || upper.contains("TOWGS84[-192");
    let datum = if vietnam || shift { Datum::Vn2000 } else { Datum::Wgs84 };
    let named_datum = vietnam || shift || upper.contains("WGS");
    if upper.starts_with("GEOGCS") || upper.starts_with("GEOGCRS") {
        let crs = if datum == Datum::Vn2000 { CrsId::of_epsg(4756) } else { Some(CrsId::WGS84) };
        return said(crs.filter(|_| named_datum));
    }
    let meridian = parameter(&upper, "CENTRAL_MERIDIAN").or_else(|| parameter(&upper, "LONGITUDE OF NATURAL ORIGIN"));
    let scale = parameter(&upper, "SCALE_FACTOR").or_else(|| parameter(&upper, "SCALE FACTOR AT NATURAL ORIGIN"));
    let crs = meridian.zip(scale).and_then(|(m, s)| grid(m, s, datum));
    said(crs.filter(|_| named_datum))
}

/// MapInfo: `CoordSys Earth Projection 8, 104, "m", 103, 0, 0.9999, 500000, 0`.
pub fn of_coordsys(line: &str) -> CrsSaid {
    let words: String = line.trim().chars().take(120).collect();
    let said = |crs| CrsSaid { crs, words: words.clone() };
    let Some(rest) = line.to_ascii_lowercase().split_once("projection").map(|(_, r)| r.to_owned()) else {
        return said(None);
    };
    let parts: Vec<&str> = rest.split(',').map(str::trim).collect();
    let number = |i: usize| parts.get(i).and_then(|p| p.split_whitespace().next()).and_then(|p| p.parse::<f64>().ok());
    let (Some(projection), Some(datum)) = (number(0), number(1)) else { return said(None) };
    // 104: WGS 84. 9999 and 999: a datum given by its shift, here that of VN-2000 (-191.9 m in x).
    let (datum, next) = match datum as i64 {
        104 => (Datum::Wgs84, 2),
        999 => (Datum::Vn2000, 6),
        9999 => (Datum::Vn2000, 11),
        _ => return said(None),
    };
    if datum == Datum::Vn2000 && !number(3).is_some_and(|dx| (dx + 191.9).abs() < 1.5) {
        return said(None);
    }
    match projection as i64 {
        1 if datum == Datum::Wgs84 => said(Some(CrsId::WGS84)),
        1 => said(CrsId::of_epsg(4756)),
        8 => {
            // After the unit: meridian, latitude, scale.
            let unit = (next..parts.len()).find(|&i| parts[i].starts_with('"'));
            let at = unit.map_or(next, |u| u + 1);
            said(number(at).zip(number(at + 2)).and_then(|(m, s)| grid(m, s, datum)))
        }
        _ => said(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_read_back_in_both_notations() {
        for crs in CrsId::all() {
            let Some(definition) = crs.definition() else { continue };
            assert_eq!(of_wkt(&definition.wkt).crs, Some(crs), "{}", definition.wkt);
            assert_eq!(of_wkt(&definition.esri).crs, Some(crs), "{}", definition.esri);
        }
    }

    #[test]
    fn a_grid_without_a_datum_shift_is_noi_bo() {
        let wkt = "PROJCS[\"VN2000_LaiChau\",GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]]],\
                   PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"Central_Meridian\",103.0],PARAMETER[\"Scale_Factor\",0.9999]]";
        let plain = wkt.replace("VN2000_LaiChau", "Lai Chau");
        assert_eq!(of_wkt(&plain).crs.map(CrsId::code), Some("EPSG:9205+noi-bo"));
        let mapinfo = "CoordSys Earth Projection 8, 104, \"m\", 104.75, 0, 0.9999, 500000, 0";
        assert_eq!(of_coordsys(mapinfo).crs.map(CrsId::code), Some("EPSG:9208+noi-bo"));
        let shifted = "CoordSys Earth Projection 8, 9999, 28, -191.90441429, -39.30318279, -111.45032835, 0.0, 0.0, 0.0, 0.25, 0, \"m\", 103, 0, 0.9999, 500000, 0";
        assert_eq!(of_coordsys(shifted).crs.map(CrsId::code), Some("EPSG:9205"));
        assert_eq!(of_coordsys("CoordSys Earth Projection 1, 104").crs, Some(CrsId::WGS84));
        assert_eq!(of_wkt("PROJCS[\"Gauss\",PROJECTION[\"Transverse_Mercator\"]]").crs, None);
    }
}
