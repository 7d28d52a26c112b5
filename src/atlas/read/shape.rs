//! A GeoJSON geometry → a multipolygon in degrees.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Geometry, GeometryValue, Position};

use super::Wrong;
use crate::domain::{Defect, DefectKind, Text};

/// Converts a Polygon or MultiPolygon. Every coordinate is kept as it is; a third coordinate (height) is not used.
///
/// A ring that does not end where it began is closed, and noted as a defect of `code`. All else that is wrong is an
/// error: another kind of geometry, a ring or a shape without coordinates, a number that is no longitude or latitude.
pub fn multi_polygon(
    geometry: &Geometry,
    code: &str,
    defects: &mut Vec<Defect>,
) -> Result<MultiPolygon<f64>, Vec<Wrong>> {
    let polygons: &[Vec<Vec<Position>>] = match &geometry.value {
        GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates,
        other => {
            let kind = other.type_name();
            let what = Text::new(
                format!("hình kiểu {kind}, cần Polygon hoặc MultiPolygon"),
                format!("geometry type {kind}, not Polygon or MultiPolygon"),
            );
            return Err(vec![(String::new(), what)]);
        }
    };
    let mut wrong = Vec::new();
    if polygons.is_empty() {
        wrong.push((String::new(), Text::new("hình trống", "empty geometry")));
    }
    let mut shape = Vec::with_capacity(polygons.len());
    for (p, rings) in polygons.iter().enumerate() {
        if rings.is_empty() {
            wrong.push((format!(", polygon {p}"), Text::new("không có vòng nào", "no ring")));
        }
        let mut lines = Vec::with_capacity(rings.len());
        for (r, positions) in rings.iter().enumerate() {
            match ring(positions) {
                Ok(line) => {
                    if !line.is_closed() {
                        defects.push(unclosed(code, p, r, line.0[0]));
                    }
                    lines.push(line);
                }
                Err((place, what)) => wrong.push((format!(", polygon {p}, ring {r}{place}"), what)),
            }
        }
        let mut lines = lines.into_iter();
        if let Some(exterior) = lines.next() {
            // `Polygon::new` closes what is open.
            shape.push(Polygon::new(exterior, lines.collect()));
        }
    }
    if wrong.is_empty() { Ok(MultiPolygon(shape)) } else { Err(wrong) }
}

fn ring(positions: &[Position]) -> Result<LineString<f64>, Wrong> {
    if positions.is_empty() {
        return Err((String::new(), Text::new("vòng trống", "empty ring")));
    }
    positions
        .iter()
        .enumerate()
        .map(|(i, position)| match *position.as_slice() {
            [x, y, ..] if (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y) => Ok(Coord { x, y }),
            [x, y, ..] => Err((
                format!(", position {i}"),
                Text::new(format!("{x}, {y} không phải kinh độ, vĩ độ"), format!("{x}, {y} is no longitude, latitude")),
            )),
            _ => Err((format!(", position {i}"), Text::new("thiếu tọa độ", "too few coordinates"))),
        })
        .collect()
}

fn unclosed(code: &str, polygon: usize, ring: usize, start: Coord<f64>) -> Defect {
    Defect {
        kind: DefectKind::InvalidRing,
        codes: vec![code.to_owned()],
        area_m2: None,
        place: Some((start.x, start.y)),
        expected: false,
        text: Text::new(
            format!("{code}: vòng {ring} của đa giác {polygon} không khép kín; đã khép lại"),
            format!("{code}: ring {ring} of polygon {polygon} does not end where it began; closed here"),
        ),
    }
}
