//! Units, disputes and agreements of a date as GeoJSON. The one place where a feature is made.

use geo::MapCoordsInPlace;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject, JsonValue, feature::Id};
use jiff::civil::Date;
use serde_json::json;

use super::{QuestionError, Service, binding, disputing};
use crate::atlas::{simplify, union_outline};
use crate::domain::{Level, Text, UnitShape, today_in_vietnam};
use crate::engine::Layer;

/// Which units, as drawn how finely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitsQuery {
    /// `None`: communes, or districts while there were districts.
    pub level: Option<Level>,
    pub at: Date,
    /// No point of a simplified line is farther than this from the published one; 0: as published.
    pub tolerance_m: f64,
}

/// Decimals of coordinates made for drawing: 1e-7° is 1 cm.
const DECIMALS: f64 = 1e7;

/// The units in force at a date. Empty where no dataset covers the date or the level. Neighbours keep the same line
/// between them however much it is simplified.
pub fn units(service: &Service, query: UnitsQuery) -> Result<FeatureCollection, QuestionError> {
    let UnitsQuery { level, at, tolerance_m } = query;
    let at_level = |l: Level| service.engine.layer_at(l, at);
    let layer = match level {
        None => at_level(Level::Commune).or_else(|| at_level(Level::District)),
        Some(Level::Province) => at_level(Level::Commune).or_else(|| at_level(Level::District)),
        Some(level) => at_level(level),
    };
    let Some(layer) = layer else { return Ok(collection(Vec::new(), at)) };
    let mut shapes = if tolerance_m > 0.0 { simplify(&layer.shapes, tolerance_m) } else { layer.shapes.clone() };
    if tolerance_m > 0.0 {
        shapes.iter_mut().for_each(|s| round(&mut s.shape));
    }
    let (level, shapes) = match level {
        Some(Level::Province) => (Level::Province, provinces(service, layer, &shapes, at)),
        _ => (layer.info.level, shapes),
    };
    let features = shapes.iter().map(|s| unit_feature(service, layer, level, s, at)).collect();
    Ok(collection(features, at))
}

/// Provinces are the union of their communes (of their districts, before July 2025).
fn provinces(service: &Service, layer: &Layer, shapes: &[UnitShape], at: Date) -> Vec<UnitShape> {
    let register = &service.engine.register;
    let province_of = |code: &str| {
        register.at(layer.info.level, code, at).and_then(|u| register.province(u, at)).map(|p| p.code.clone())
    };
    register
        .all_at(Level::Province, at)
        .map(|province| {
            let members: Vec<&UnitShape> =
                shapes.iter().filter(|s| province_of(&s.code).as_ref() == Some(&province.code)).collect();
            UnitShape { code: province.code.clone(), name: province.name.clone(), shape: union_outline(&members) }
        })
        .filter(|s| !s.shape.0.is_empty())
        .collect()
}

fn unit_feature(service: &Service, layer: &Layer, level: Level, shape: &UnitShape, at: Date) -> Feature {
    let register = &service.engine.register;
    let unit = register.at(level, &shape.code, at);
    let above = |level: Level| {
        unit.and_then(|u| match level {
            Level::Province => register.province(u, at),
            _ => register.district(u, at),
        })
        .map(|u| u.name.clone())
    };
    let properties = json!({
        "code": shape.code,
        "name": unit.map_or(&shape.name, |u| &u.name),
        "kind": unit.map(|u| &u.kind),
        "level": level,
        "province": above(Level::Province),
        "district": (level != Level::Province).then(|| above(Level::District)).flatten(),
        "aliases": unit.map(|u| &u.aliases),
        "valid_from": unit.and_then(|u| u.period.from),
        "valid_to": unit.and_then(|u| u.period.to),
        "legal_act": unit.and_then(|u| u.legal_act.as_ref()),
        "dataset": layer.info.id,
        "indicative": layer.info.indicative,
    });
    feature(Some(shape.code.clone()), Some(Geometry::new((&shape.shape).into())), properties)
}

/// The disputes recorded by a date: the zone of each as polygons and its stretch of line as lines, two features; a
/// dispute that the datasets do not draw has one feature without geometry.
pub fn disputes(service: &Service, at: Date) -> FeatureCollection {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let mut features = Vec::new();
    for dispute in service.engine.disputes() {
        let Some(mut here) = disputing::describe(dispute, register, None, at, today) else { continue };
        let stretch = service.engine.stretch(&dispute.id);
        if stretch.is_some() {
            here.zone = super::answer::Zone::Derived;
        }
        let properties = |role: &str| {
            let mut all = json!(here);
            if let Some(all) = all.as_object_mut() {
                // These two belong to a position, not to the dispute.
                all.remove("in_zone");
                all.remove("distance_m");
                all.insert("role".into(), role.into());
                all.insert("length_m".into(), json!(stretch.map(|s| s.length_m())));
                all.insert("at".into(), json!(at));
            }
            all
        };
        match stretch {
            Some(line) => {
                let (mut zone, mut lines) = (line.zone(dispute.width_m), line.lines());
                round(&mut zone);
                round(&mut lines);
                let (zone, lines) = (Geometry::new((&zone).into()), Geometry::new((&lines).into()));
                features.push(feature(Some(dispute.id.clone()), Some(zone), properties("zone")));
                features.push(feature(Some(format!("{}-stretch", dispute.id)), Some(lines), properties("stretch")));
            }
            None => features.push(feature(Some(dispute.id.clone()), None, properties("zone"))),
        }
    }
    collection(features, at)
}

/// The agreements known by a date, each as a feature without geometry.
pub fn agreements(service: &Service, at: Date) -> FeatureCollection {
    let today = today_in_vietnam();
    let features = service
        .agreements
        .iter()
        .filter(|a| a.known_from().is_some_and(|from| from <= at))
        .map(|a| {
            let here = binding::describe(a, &service.engine.register, at, today);
            feature(Some(a.id.clone()), None, json!(here))
        })
        .collect();
    collection(features, at)
}

pub(super) fn feature(id: Option<String>, geometry: Option<Geometry>, properties: JsonValue) -> Feature {
    let properties = match properties {
        JsonValue::Object(map) => Some(map),
        _ => None,
    };
    Feature { bbox: None, geometry, id: id.map(Id::String), properties, foreign_members: None }
}

pub(super) fn collection(features: Vec<Feature>, at: Date) -> FeatureCollection {
    let note = Text::new(
        "Ranh giới để tham khảo; căn cứ pháp lý là văn bản gốc.",
        "Boundaries for reference; the legal act is the authority.",
    );
    let mut extra = JsonObject::new();
    extra.insert("at".into(), json!(at));
    extra.insert("note".into(), json!(note));
    FeatureCollection { bbox: None, features, foreign_members: Some(extra) }
}

fn round(shape: &mut impl MapCoordsInPlace<f64>) {
    shape.map_coords_in_place(|c| geo::Coord {
        x: (c.x * DECIMALS).round() / DECIMALS,
        y: (c.y * DECIMALS).round() / DECIMALS,
    });
}
