//! What is said of the units a map draws at a date: the one place, for the map, for a GIS and for files.

use jiff::civil::Date;

use super::Service;
use crate::atlas::union_outline;
use crate::domain::{DatasetInfo, Level, Unit, UnitShape};
use crate::engine::Layer;

/// A unit as a map draws it, with what the register says of it.
pub struct Drawn<'a> {
    pub level: Level,
    pub shape: UnitShape,
    /// `None`: more than one unit may be meant (`candidates`).
    pub code: Option<&'a str>,
    pub candidates: &'a [String],
    pub unit: Option<&'a Unit>,
    pub province: Option<&'a Unit>,
    /// Of a commune, while there were districts.
    pub district: Option<&'a Unit>,
    pub dataset: &'a DatasetInfo,
}

impl Drawn<'_> {
    /// As the register has it, else as the map does.
    pub fn name(&self) -> &str {
        self.unit.map_or(&self.shape.name, |u| &u.name)
    }
}

/// The map of a date that draws a level. `None`: communes, or districts while there were only maps of these. Provinces are
/// put together of either.
pub fn map_of(service: &Service, level: Option<Level>, at: Date) -> Option<&Layer> {
    let at_level = |l: Level| service.engine.layer_at(l, at);
    match level {
        None | Some(Level::Province) => at_level(Level::Commune).or_else(|| at_level(Level::District)),
        Some(level) => at_level(level),
    }
}

/// The units of a map, drawn by `shapes`: its own, in its order, however much simplified.
pub fn drawn<'a>(
    service: &'a Service,
    map: &'a Layer,
    level: Option<Level>,
    shapes: Vec<UnitShape>,
    at: Date,
) -> Vec<Drawn<'a>> {
    let register = &service.engine.register;
    match level {
        Some(Level::Province) => {
            let provinces = register.all_at(Level::Province, at);
            let outlined = provinces.filter_map(|p| Some((p, outline(service, map, &shapes, p, at)?)));
            let one =
                |(p, shape): (&'a Unit, _)| of(service, map, Level::Province, shape, std::slice::from_ref(&p.code), at);
            outlined.map(one).collect()
        }
        _ => {
            let owned = (0..).zip(shapes);
            owned.map(|(o, shape)| of(service, map, map.info.level, shape, map.candidates(o), at)).collect()
        }
    }
}

/// A province is the union of its communes (of its districts, before July 2025).
fn outline(service: &Service, map: &Layer, shapes: &[UnitShape], province: &Unit, at: Date) -> Option<UnitShape> {
    let register = &service.engine.register;
    let is_in = |code: &String| {
        let unit = register.at(map.info.level, code, at);
        unit.and_then(|u| register.province(u, at)).is_some_and(|p| p.code == province.code)
    };
    let of_it = |owner| {
        let candidates = map.candidates(owner);
        !candidates.is_empty() && candidates.iter().all(is_in)
    };
    let members: Vec<&UnitShape> = (0..).zip(shapes).filter(|(owner, _)| of_it(*owner)).map(|(_, s)| s).collect();
    let shape = union_outline(&members);
    (!shape.0.is_empty()).then(|| UnitShape { code: province.code.clone(), name: province.name.clone(), shape })
}

fn of<'a>(
    service: &'a Service,
    map: &'a Layer,
    level: Level,
    shape: UnitShape,
    candidates: &'a [String],
    at: Date,
) -> Drawn<'a> {
    let register = &service.engine.register;
    let code = if let [code] = candidates { Some(code.as_str()) } else { None };
    let unit = code.and_then(|code| register.at(level, code, at));
    let province = unit.and_then(|u| register.province(u, at));
    let district = unit.filter(|_| level == Level::Commune).and_then(|u| register.district(u, at));
    Drawn { level, shape, code, candidates, unit, province, district, dataset: &map.info }
}
