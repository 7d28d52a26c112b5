//! Verdicts without the whole finding, where they are beyond doubt: a position clear of every boundary and of every zone.

use geo::{Coord, Intersects, Rect};
use jiff::civil::Date;

use crate::domain::rules::{self, Verdict};
use crate::domain::{Level, Register};
use crate::engine::cells::{self, Code};
use crate::engine::{Cells, Fix, Layer};
use crate::service::Service;

/// A position this many σ (of position and line together) from every boundary is surely that commune's: at least
/// 1 − exp(−3²/2) = 98.9 % of the Gaussian is in the disc of that radius, and even where territories overlap beyond it, and
/// share, more than [`rules::SOLE_PROBABILITY`] is left.
const CLEAR_SIGMA: f64 = 3.0;

/// What a unit is called in the rows.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub commune: String,
    pub name: String,
    pub province: String,
}

/// A verdict beyond doubt.
#[derive(Debug, Clone, Copy)]
pub struct Sure {
    pub verdict: Verdict,
    /// The commune: an index into [`Quick::words`].
    pub owner: Option<u32>,
    /// Geodesic distance to the boundary in metres; `None`: farther than was asked for.
    pub boundary_m: Option<f64>,
}

/// What decides at one date.
pub struct Quick<'a> {
    pub layer: &'a Layer,
    pub cells: &'a Cells,
    /// By owner; `None`: a territory whose commune is not known.
    pub words: Vec<Option<Words>>,
    zones: Vec<Rect<f64>>,
    clear_m: f64,
    boundary_to_m: f64,
}

impl<'a> Quick<'a> {
    /// `None`: at that date no map of communes with an index is in force, and every row takes the long way.
    pub fn new(service: &'a Service, at: Date, boundary_to_m: Option<f64>) -> Option<Quick<'a>> {
        let layer = service.engine.layer_at(Level::Commune, at)?;
        let cells = layer.cells()?;
        let gps_m = Fix { lon_deg: 0.0, lat_deg: 0.0, accuracy_m: None }.sigma_m();
        let words = (0..layer.shapes.len() as u32)
            .map(|owner| layer.code(owner).map(|code| words(&service.engine.register, code, at)))
            .collect();
        Some(Quick {
            layer,
            cells,
            words,
            zones: service.engine.zone_boxes(at),
            clear_m: CLEAR_SIGMA * gps_m.hypot(layer.info.line_accuracy_m),
            boundary_to_m: boundary_to_m.unwrap_or(f64::INFINITY),
        })
    }

    /// The verdict about a position without accuracy, given its code; `None`: only the whole finding can tell.
    pub fn judge(&self, p: Coord<f64>, code: Code) -> Option<Sure> {
        if self.zones.iter().any(|zone| zone.intersects(&p)) {
            return None;
        }
        if code == cells::OUTSIDE {
            let clear = self.boundary_to_m.is_finite() && self.cells.clearance_m(p) > self.boundary_to_m;
            let boundary_m = if clear { None } else { self.layer.nearest_edge(p).map(|n| n.distance_m) };
            return Some(Sure { verdict: Verdict::None, owner: None, boundary_m: self.wanted(boundary_m) });
        }
        let owner = code.checked_sub(1).filter(|o| self.words.get(*o as usize).is_some_and(Option::is_some))?;
        let sole = |boundary_m| Some(Sure { verdict: Verdict::Sole, owner: Some(owner), boundary_m });
        if self.boundary_to_m.is_finite() && self.cells.clearance_m(p) > self.boundary_to_m.max(self.clear_m) {
            return sole(None);
        }
        // Any boundary counts, not only the commune's own: in overlapping data another's can run inside it.
        let nearest = self.layer.nearest_edge(p)?;
        if nearest.distance_m <= self.clear_m {
            return None;
        }
        let own = self.layer.edges.get(nearest.edge).touches(owner);
        let nearest = if own { nearest } else { self.layer.nearest_edge_of(owner, p)? };
        sole(self.wanted(Some(nearest.distance_m)))
    }

    fn wanted(&self, boundary_m: Option<f64>) -> Option<f64> {
        boundary_m.filter(|m| *m <= self.boundary_to_m)
    }
}

fn words(register: &Register, code: &str, at: Date) -> Words {
    let unit = register.at(Level::Commune, code, at);
    Words {
        commune: code.to_owned(),
        name: unit.map(|u| u.name.clone()).unwrap_or_default(),
        province: unit.and_then(|u| register.province(u, at)).map(|p| p.name.clone()).unwrap_or_default(),
    }
}

const _: () = assert!(rules::SOLE_PROBABILITY <= 0.95, "CLEAR_SIGMA was chosen for this threshold");
