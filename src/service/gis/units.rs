//! Communes, districts and provinces of a date.

use jiff::civil::Date;

use crate::atlas::geodesic_m2;
use crate::domain::{Level, UnitKey};
use crate::engine::Layer;
use crate::export::{Cell, Feature, Field, Kind, normal};
use crate::service::drawn::{Drawn, drawn, map_of};
use crate::service::{QuestionError, Service};

pub const FIELDS: [Field; 14] = [
    Field::new("code", "code", Kind::Text, "Mã", "Code"),
    Field::new("name", "name", Kind::Text, "Tên", "Name"),
    Field::new("kind", "kind", Kind::Text, "Loại", "Kind"),
    Field::new("level", "level", Kind::Text, "Cấp", "Level"),
    Field::new("province_code", "prov_code", Kind::Text, "Mã tỉnh", "Code of the province"),
    Field::new("province", "province", Kind::Text, "Tỉnh", "Province"),
    Field::new("district", "district", Kind::Text, "Huyện", "District"),
    Field::new("valid_from", "valid_from", Kind::Date, "Có từ ngày", "First day"),
    Field::new("valid_to", "valid_to", Kind::Date, "Hết từ ngày", "First day after"),
    Field::new("legal_act", "legal_act", Kind::Text, "Văn bản", "Legal act"),
    Field::new("area_ha", "area_ha", Kind::Number, "Diện tích (ha, trắc địa)", "Area (ha, geodesic)"),
    Field::new("dataset", "dataset", Kind::Text, "Bộ ranh giới", "Dataset"),
    Field::new("indicative", "indicative", Kind::Flag, "Chỉ dẫn", "Indicative"),
    Field::new("candidates", "candidates", Kind::Text, "Có thể là (mã)", "Can be (codes)"),
];

/// The map a collection of units or of their lines is drawn from at a date.
pub fn layer<'a>(service: &'a Service, collection: &str, at: Date) -> Option<&'a Layer> {
    let level = match collection {
        "communes" => Some(Level::Commune),
        "districts" => Some(Level::District),
        _ => None,
    };
    map_of(service, level, at)
}

/// The units of a level in force at a date, as published: none where no map draws them.
pub fn units(service: &Service, level: Level, at: Date) -> Result<Vec<Feature>, QuestionError> {
    let Some(map) = map_of(service, Some(level), at) else { return Ok(Vec::new()) };
    let all = drawn(service, map, Some(level), map.shapes.clone(), at);
    let mut features: Vec<Feature> = all.into_iter().map(|d| feature(d, at)).collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(features)
}

fn feature(d: Drawn, at: Date) -> Feature {
    // 0.1 m²: what is beyond that depends on the order of summing.
    let area_ha = (geodesic_m2(&d.shape.shape) * 10.0).round() / 1e5;
    let text = |text: Option<&String>| Cell::from(text.map(String::as_str));
    Feature {
        id: d.unit.map_or_else(|| format!("{}@{at}", d.shape.code), |u| UnitKey::of(u).to_string()),
        values: vec![
            d.code.into(),
            d.name().into(),
            text(d.unit.map(|u| &u.kind)),
            match d.level {
                Level::Province => "province",
                Level::District => "district",
                Level::Commune => "commune",
            }
            .into(),
            text(d.province.map(|p| &p.code)),
            text(d.province.map(|p| &p.name)),
            text(d.district.map(|d| &d.name)),
            d.unit.and_then(|u| u.period.from).into(),
            d.unit.and_then(|u| u.period.to).into(),
            text(d.unit.and_then(|u| u.legal_act.as_ref())),
            Cell::Number(area_ha),
            d.dataset.id.as_str().into(),
            Cell::Flag(d.dataset.indicative),
            if d.code.is_none() { d.candidates.join(", ").into() } else { Cell::Empty },
        ],
        geometry: Some(normal(d.shape.shape.into())),
    }
}
