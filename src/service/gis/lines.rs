//! Boundary lines of a date, with the unit on each side.

use jiff::civil::Date;

use super::units::layer;
use crate::domain::{Level, Unit};
use crate::engine::Layer;
use crate::export::{Cell, Feature, Field, Kind};
use crate::service::Service;

pub const FIELDS: [Field; 10] = [
    Field::new("left_code", "left_code", Kind::Text, "Mã bên trái", "Code on the left"),
    Field::new("left_name", "left_name", Kind::Text, "Tên bên trái", "Name on the left"),
    Field::new("left_province", "left_prov", Kind::Text, "Tỉnh bên trái", "Province on the left"),
    Field::new("right_code", "right_code", Kind::Text, "Mã bên phải", "Code on the right"),
    Field::new("right_name", "right_name", Kind::Text, "Tên bên phải", "Name on the right"),
    Field::new("right_province", "right_prov", Kind::Text, "Tỉnh bên phải", "Province on the right"),
    Field::new("level", "level", Kind::Text, "Cấp của đường", "Level of the line"),
    Field::new("length_m", "length_m", Kind::Number, "Dài (m, trắc địa)", "Length (m, geodesic)"),
    Field::new("dataset", "dataset", Kind::Text, "Bộ ranh giới", "Dataset"),
    Field::new("indicative", "indicative", Kind::Flag, "Chỉ dẫn", "Indicative"),
];

/// One side of a line: code, name, province.
struct Side<'a> {
    code: Option<&'a str>,
    name: Option<&'a str>,
    province: Option<&'a Unit>,
}

/// Every line of the map in force at a date, once. A line without a unit on its right runs along what the map does not
/// draw.
pub fn boundaries(service: &Service, at: Date) -> Vec<Feature> {
    let Some(layer) = layer(service, "boundaries", at) else { return Vec::new() };
    let mut features: Vec<Feature> = layer
        .borders()
        .into_iter()
        .map(|border| {
            let (left, right) = (side(service, layer, border.left, at), side(service, layer, border.right, at));
            let label = |owner: Option<u32>| owner.map_or("out", |o| layer.shapes[o as usize].code.as_str());
            let same_province = match (left.province, right.province) {
                (Some(a), Some(b)) => std::ptr::eq(a, b),
                _ => false,
            };
            let level = match (same_province, layer.info.level) {
                (false, _) => "province",
                (true, Level::District) => "district",
                (true, _) => "commune",
            };
            let province = |side: &Side| Cell::from(side.province.map(|p| p.name.as_str()));
            Feature {
                id: format!("{}-{}@{}", label(border.left), label(border.right), layer.info.valid_from),
                values: vec![
                    left.code.into(),
                    left.name.into(),
                    province(&left),
                    right.code.into(),
                    right.name.into(),
                    province(&right),
                    level.into(),
                    Cell::Number((border.length_m * 100.0).round() / 100.0),
                    layer.info.id.as_str().into(),
                    Cell::Flag(layer.info.indicative),
                ],
                geometry: Some(border.lines.into()),
            }
        })
        .collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features
}

fn side<'a>(service: &'a Service, layer: &'a Layer, owner: Option<u32>, at: Date) -> Side<'a> {
    let register = &service.engine.register;
    let code = owner.and_then(|o| layer.code(o));
    let unit = code.and_then(|code| register.at(layer.info.level, code, at));
    Side {
        code,
        name: unit.map(|u| u.name.as_str()).or_else(|| owner.map(|o| layer.shapes[o as usize].name.as_str())),
        province: unit.and_then(|u| register.province(u, at)),
    }
}
