//! Communes, districts and provinces of a date.

use geo::GeodesicArea;
use jiff::civil::Date;

use crate::domain::{Level, UnitKey, UnitShape};
use crate::engine::Layer;
use crate::export::{Cell, Feature, Field, Kind, normal};
use crate::service::collections::provinces;
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

/// The map a collection of units is drawn from at a date.
pub fn layer<'a>(service: &'a Service, collection: &str, at: Date) -> Option<&'a Layer> {
    let at_level = |l: Level| service.engine.layer_at(l, at);
    match collection {
        "communes" => at_level(Level::Commune),
        "districts" => at_level(Level::District),
        _ => at_level(Level::Commune).or_else(|| at_level(Level::District)),
    }
}

/// The units of a level in force at a date, as published: none where no map draws them.
pub fn units(service: &Service, level: Level, at: Date) -> Result<Vec<Feature>, QuestionError> {
    let collection = match level {
        Level::Commune => "communes",
        Level::District => "districts",
        Level::Province => "provinces",
    };
    let Some(layer) = layer(service, collection, at) else { return Ok(Vec::new()) };
    let mut features: Vec<Feature> = match level {
        Level::Province => {
            let provinces = provinces(service, layer, &layer.shapes, at);
            provinces.iter().map(|s| feature(service, layer, level, s, std::slice::from_ref(&s.code), at)).collect()
        }
        _ => {
            (0..).zip(&layer.shapes).map(|(o, s)| feature(service, layer, level, s, layer.candidates(o), at)).collect()
        }
    };
    features.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(features)
}

fn feature(
    service: &Service,
    layer: &Layer,
    level: Level,
    shape: &UnitShape,
    candidates: &[String],
    at: Date,
) -> Feature {
    let register = &service.engine.register;
    let code = if let [code] = candidates { Some(code.as_str()) } else { None };
    let unit = code.and_then(|code| register.at(level, code, at));
    let province = unit.and_then(|u| register.province(u, at));
    let district = unit.filter(|_| level == Level::Commune).and_then(|u| register.district(u, at));
    // 0.1 m²: what is beyond that depends on the order of summing.
    let area_ha = (shape.shape.geodesic_area_unsigned() * 10.0).round() / 1e5;
    let text = |text: Option<&String>| Cell::from(text.map(String::as_str));
    Feature {
        id: unit.map_or_else(|| format!("{}@{at}", shape.code), |u| UnitKey::of(u).to_string()),
        geometry: Some(normal(shape.shape.clone().into())),
        values: vec![
            code.into(),
            unit.map_or(&shape.name, |u| &u.name).as_str().into(),
            text(unit.map(|u| &u.kind)),
            match level {
                Level::Province => "province",
                Level::District => "district",
                Level::Commune => "commune",
            }
            .into(),
            text(province.map(|p| &p.code)),
            text(province.map(|p| &p.name)),
            text(district.map(|d| &d.name)),
            unit.and_then(|u| u.period.from).into(),
            unit.and_then(|u| u.period.to).into(),
            text(unit.and_then(|u| u.legal_act.as_ref())),
            Cell::Number(area_ha),
            layer.info.id.as_str().into(),
            Cell::Flag(layer.info.indicative),
            if code.is_none() { candidates.join(", ").into() } else { Cell::Empty },
        ],
    }
}
