//! Verdicts without the whole finding, where they are beyond doubt: positions clear of every zone, and either of every
//! boundary or with one look at the edges about them.

use geo::{Coord, Intersects, Rect};
use jiff::civil::Date;

use crate::domain::rules::{self, Verdict};
use crate::domain::{Level, Register};
use crate::engine::cells::{self, Code, Farther, Met};
use crate::engine::vicinity::{self, SHARE_ERROR};
use crate::engine::{Cells, Fix, Layer, Zone};
use crate::service::Service;

/// A position this many σ (of position and line together) from every boundary is surely that commune's: at least
/// 1 − exp(−3.26²/2) = 99.5 % of the Gaussian is in the disc of that radius, which is 1.00 in two decimals, and even where
/// territories overlap beyond it, and share, more than [`rules::SOLE_PROBABILITY`] is left.
const CLEAR_SIGMA: f64 = 3.26;
/// Distances up to this (m) are found while looking about for the shares.
const LOOKED_ABOUT_M: f64 = 600.0;

/// What a unit is called in the rows.
#[derive(Debug, Clone, Default)]
pub struct UnitWords {
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
    /// Of that commune, to [`SHARE_ERROR`].
    pub probability: Option<f64>,
    /// Geodesic distance to the boundary in metres; `None`: farther than was asked for.
    pub boundary_m: Option<f64>,
}

/// What decides at one date.
pub struct Quick<'a> {
    pub layer: &'a Layer,
    pub cells: &'a Cells,
    /// By owner; `None`: a territory whose commune is not known.
    words: Vec<Option<UnitWords>>,
    zones: Vec<(Rect<f64>, &'a Zone)>,
    sigma_m: f64,
    boundary_to_m: f64,
    /// Farther than the boundary is wanted; farther than it matters to the share as well.
    unwanted: Option<Farther>,
    clear: Farther,
}

impl<'a> Quick<'a> {
    /// `None`: at that date no map of communes with an index is in force, and every row takes the long way.
    pub fn new(service: &'a Service, at: Date, boundary_to_m: Option<f64>) -> Option<Quick<'a>> {
        let layer = service.engine.layer_at(Level::Commune, at)?;
        let cells = layer.cells()?;
        let gps_m = Fix { lon_deg: 0.0, lat_deg: 0.0, accuracy_m: None }.sigma_m();
        let sigma_m = gps_m.hypot(layer.info.line_accuracy_m);
        let words = (0..layer.shapes.len() as u32)
            .map(|owner| layer.code(owner).map(|code| words(&service.engine.register, code, at)))
            .collect();
        let clear_m = CLEAR_SIGMA * sigma_m;
        Some(Quick {
            layer,
            cells,
            words,
            zones: service.engine.zones_at(at),
            sigma_m,
            boundary_to_m: boundary_to_m.unwrap_or(f64::INFINITY),
            unwanted: boundary_to_m.map(|m| Farther::new(cells, m)),
            clear: Farther::new(cells, clear_m.max(boundary_to_m.unwrap_or(0.0))),
        })
    }

    /// The verdict about a position without accuracy, given its code; `None`: only the whole finding can tell.
    pub fn judge(&self, p: Coord<f64>, code: Code, met: &mut Met) -> Option<Sure> {
        if self.zones.iter().any(|(bounds, zone)| bounds.intersects(&p) && zone.holds(p)) {
            return None;
        }
        if code == cells::OUTSIDE {
            let boundary_m = match &self.unwanted {
                Some(unwanted) if unwanted.is_sure(self.cells, p) => None,
                _ => self.boundary(p, None, met)?,
            };
            return Some(Sure { verdict: Verdict::None, owner: None, probability: None, boundary_m });
        }
        let owner = code.checked_sub(1).filter(|o| self.words.get(*o as usize).is_some_and(Option::is_some))?;
        let said = |verdict, probability, boundary_m| {
            Some(Sure { verdict, owner: Some(owner), probability: Some(probability), boundary_m })
        };
        if self.clear.is_sure(self.cells, p) {
            let boundary_m = if self.unwanted.is_some() { None } else { self.boundary(p, Some(owner), met)? };
            return said(Verdict::Sole, 1.0, boundary_m);
        }
        let reach_m = if self.boundary_to_m <= LOOKED_ABOUT_M { self.boundary_to_m } else { 0.0 };
        let about = vicinity::vicinity(self.cells, met, p, Some(owner), self.sigma_m, reach_m)?;
        let probability = about.share?;
        let verdict = match probability {
            p if p >= rules::SOLE_PROBABILITY + SHARE_ERROR => Verdict::Sole,
            // A neighbour could be the sole one where this commune's share is that small.
            p if p <= rules::SOLE_PROBABILITY - SHARE_ERROR && p > 1.0 - rules::SOLE_PROBABILITY + SHARE_ERROR => {
                Verdict::Uncertain
            }
            _ => return None,
        };
        let boundary_m = match about.nearest {
            Some(nearest) => self.wanted(Some(nearest.distance_m)),
            None if reach_m > 0.0 => None,
            None => self.boundary(p, Some(owner), met)?,
        };
        said(verdict, probability, boundary_m)
    }

    /// The distance to the boundary of a commune (outside all: to any) as far as it is wanted; outer `None`: only the
    /// whole finding can tell.
    fn boundary(&self, p: Coord<f64>, owner: Option<u32>, met: &mut Met) -> Option<Option<f64>> {
        let nearest = if self.boundary_to_m <= LOOKED_ABOUT_M {
            vicinity::vicinity(self.cells, met, p, owner, self.sigma_m, self.boundary_to_m)?.nearest
        } else {
            owner.map_or_else(|| self.layer.nearest_edge(p), |owner| self.layer.nearest_edge_of(owner, p))
        };
        Some(self.wanted(nearest.map(|n| n.distance_m)))
    }

    /// Code and names of a commune.
    pub fn words_of(&self, owner: Option<u32>) -> Option<&UnitWords> {
        self.words.get(owner? as usize)?.as_ref()
    }

    pub fn wanted(&self, boundary_m: Option<f64>) -> Option<f64> {
        boundary_m.filter(|m| *m <= self.boundary_to_m)
    }
}

fn words(register: &Register, code: &str, at: Date) -> UnitWords {
    let unit = register.at(Level::Commune, code, at);
    UnitWords {
        commune: code.to_owned(),
        name: unit.map(|u| u.name.clone()).unwrap_or_default(),
        province: unit.and_then(|u| register.province(u, at)).map(|p| p.name.clone()).unwrap_or_default(),
    }
}

const _: () = assert!(rules::SOLE_PROBABILITY <= 0.95, "CLEAR_SIGMA was chosen for this threshold");
