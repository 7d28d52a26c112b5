//! The lines and zones about a position, for drawing a small map of it: simplified to what such a map can show, and no basis
//! of any answer.

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Simplify};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use crate::domain::{Level, Text};
use crate::engine::metric::LocalPlane;

/// How far a small map may reach to each side, in metres.
pub const REACH_M: std::ops::RangeInclusive<f64> = 10.0..=20_000.0;
/// A map has some hundred pixels to a side: finer than this share of its reach nothing is seen.
const FINEST: f64 = 1.0 / 400.0;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Around {
    #[schema(value_type = String, format = Date)]
    pub at: Date,
    /// What is in the square that reaches so far to each side, and some beyond.
    pub reach_m: f64,
    /// No drawn line is farther than this from the dataset's.
    pub tolerance_m: f64,
    pub lines: Vec<LineAround>,
    pub zones: Vec<ZoneAround>,
}

/// What two units share.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineAround {
    /// Names of the units to its left and right; null: outside every unit of the dataset.
    pub between: [Option<String>; 2],
    /// WGS 84 degrees, longitude first.
    #[schema(value_type = Vec<Vec<[f64; 2]>>)]
    pub lines: Vec<Vec<[f64; 2]>>,
}

/// A zone of dispute: land as filed, or whatever is nearer to the stretch than its half-width.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ZoneAround {
    pub dispute: String,
    pub name: Text,
    pub half_width_m: Option<f64>,
    /// The stretch of line it is derived from.
    #[schema(value_type = Vec<Vec<[f64; 2]>>)]
    pub stretch: Vec<Vec<[f64; 2]>>,
    /// Rings of the land as filed; a hole is a ring within another.
    #[schema(value_type = Vec<Vec<[f64; 2]>>)]
    pub rings: Vec<Vec<[f64; 2]>>,
}

impl Service {
    /// Boundaries and zones about a position (WGS 84 degrees) as of a date. `reach_m` is brought into [`REACH_M`].
    pub fn around(&self, lon_deg: f64, lat_deg: f64, reach_m: f64, at: Date) -> Around {
        let reach_m = reach_m.clamp(*REACH_M.start(), *REACH_M.end());
        let tolerance_m = reach_m * FINEST;
        let p = Coord { x: lon_deg, y: lat_deg };
        let plane = LocalPlane::at(p);
        let drawn = |line: &LineString<f64>| simplified(line, &plane, tolerance_m);
        let engine = &self.engine;
        let layer = engine.layer_at(Level::Commune, at).or_else(|| engine.layer_at(Level::District, at));
        let lines = layer.map_or_else(Vec::new, |layer| {
            let name = |owner: Option<u32>| {
                let code = layer.code(owner?)?;
                let unit = engine.register.at(layer.info.level, code, at);
                Some(unit.map_or_else(|| code.to_owned(), |u| u.name.clone()))
            };
            let near = layer.borders_about(p, plane.reach_deg(reach_m));
            near.iter()
                .map(|b| LineAround {
                    between: [name(b.left), name(b.right)],
                    lines: b.lines.iter().map(drawn).collect(),
                })
                .collect()
        });
        let (dx, dy) = plane.reach_deg(reach_m);
        let in_sight = |r: &geo::Rect<f64>| {
            r.min().x <= p.x + dx && r.max().x >= p.x - dx && r.min().y <= p.y + dy && r.max().y >= p.y - dy
        };
        let zones = engine.disputes().iter().filter_map(|d| {
            let zone = engine.zone(&d.id, at)?;
            if !in_sight(&zone.bounds()?) {
                return None;
            }
            let half_width_m = zone.width_m();
            let stretch: MultiLineString<f64> = match (&zone.stretch, half_width_m) {
                (Some(stretch), Some(_)) => stretch.lines(),
                _ => MultiLineString(Vec::new()),
            };
            let land: MultiPolygon<f64> =
                if half_width_m.is_some() { MultiPolygon(Vec::new()) } else { zone.polygons() };
            let rings = land.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            Some(ZoneAround {
                dispute: d.id.clone(),
                name: d.name.clone(),
                half_width_m,
                stretch: stretch.iter().map(drawn).collect(),
                rings: rings.map(drawn).collect(),
            })
        });
        Around { at, reach_m, tolerance_m, lines, zones: zones.collect() }
    }
}

/// By Douglas and Peucker, in metres; told to 1e-7 of a degree, about a centimetre.
fn simplified(line: &LineString<f64>, plane: &LocalPlane, tolerance_m: f64) -> Vec<[f64; 2]> {
    let in_m: LineString<f64> = line.coords().map(|c| plane.to_m(*c)).collect();
    let rounded = |v: f64| (v * 1e7).round() / 1e7;
    in_m.simplify(tolerance_m).coords().map(|c| plane.to_deg(*c)).map(|c| [rounded(c.x), rounded(c.y)]).collect()
}
