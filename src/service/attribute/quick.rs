//! Verdicts without the whole finding, where they are beyond doubt: positions clear of every zone, and either of every
//! boundary or with one look at the edges about them.

use geo::{Coord, Intersects, Rect};
use jiff::civil::Date;

use crate::domain::rules::{self, Verdict};
use crate::domain::{Level, Register};
use crate::engine::cells::{self, Code, Farther, Met, Step};
use crate::engine::vicinity::{self, CLOSE_ERROR, Look, SHARE_ERROR};
use crate::engine::{Cells, Fix, Layer, Nearest, Owner, Zone};
use crate::service::Service;

/// A position this many σ (of position and line together) from every boundary is surely that commune's: at least
/// 1 − exp(−3.26²/2) = 99.5 % of the Gaussian is in the disc of that radius, which is 1.00 in two decimals, and even where
/// territories overlap beyond it, and share, more than [`rules::SOLE_PROBABILITY`] is left.
const CLEAR_SIGMA: f64 = 3.26;
/// Distances up to this (m) are found while looking about for the shares.
const LOOKED_ABOUT_M: f64 = 600.0;

/// Positions looked about together.
const TOGETHER: usize = 12;
/// So many positions ahead memory is asked for how far their boundaries are.
const AHEAD: usize = 12;

/// What is known about a position before its edges are looked at.
enum Glance {
    Sure(Sure),
    /// A look about the position can tell; the commune it is in, or none.
    Look(Option<Owner>, Look),
    /// Only the whole finding can.
    Whole,
}

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

    /// The verdicts about positions without accuracy, given their codes, in no order; `None`: only the whole finding can tell.
    pub fn judge(
        &self,
        points: &[Coord<f64>],
        codes: &[Code],
        met: &mut Met,
        mut tell: impl FnMut(usize, Option<Sure>),
    ) {
        let mut looks: [Option<(usize, Option<Owner>, Look)>; TOGETHER] = [None; TOGETHER];
        let mut waiting = 0;
        for (i, (&p, &code)) in points.iter().zip(codes).enumerate() {
            if let Some(&ahead) = points.get(i + AHEAD) {
                Farther::ask_for(self.cells, ahead);
            }
            match self.glance(p, code) {
                Glance::Sure(sure) => tell(i, Some(sure)),
                Glance::Whole => tell(i, None),
                Glance::Look(owner, look) => {
                    looks[waiting] = Some((i, owner, look));
                    waiting += 1;
                    if waiting == TOGETHER {
                        self.look_about(&looks, met, &mut tell);
                        waiting = 0;
                    }
                }
            }
        }
        self.look_about(&looks[..waiting], met, &mut tell);
    }

    /// What is beyond doubt without an edge.
    #[inline]
    fn glance(&self, p: Coord<f64>, code: Code) -> Glance {
        if self.zones.iter().any(|(bounds, zone)| bounds.intersects(&p) && zone.holds(p)) {
            return Glance::Whole;
        }
        let reach_m = if self.looks_for_boundary() { self.boundary_to_m } else { 0.0 };
        if code == cells::OUTSIDE {
            return match &self.unwanted {
                Some(unwanted) if unwanted.is_sure(self.cells, p) => {
                    Glance::Sure(Sure { verdict: Verdict::None, owner: None, probability: None, boundary_m: None })
                }
                _ => Glance::Look(None, Look::at(self.cells, p, None, self.sigma_m, reach_m)),
            };
        }
        let Some(owner) = code.checked_sub(1).filter(|o| self.words.get(*o as usize).is_some_and(Option::is_some))
        else {
            return Glance::Whole;
        };
        if self.unwanted.is_some() && self.clear.is_sure(self.cells, p) {
            let (verdict, owner) = (Verdict::Sole, Some(owner));
            return Glance::Sure(Sure { verdict, owner, probability: Some(1.0), boundary_m: None });
        }
        Glance::Look(Some(owner), Look::at(self.cells, p, Some(owner), self.sigma_m, reach_m))
    }

    /// Step by step for all of them, so that what one step asks of memory is there when the next one needs it.
    fn look_about(
        &self,
        looks: &[Option<(usize, Option<Owner>, Look)>],
        met: &mut Met,
        tell: &mut impl FnMut(usize, Option<Sure>),
    ) {
        for step in [Step::Leaves, Step::Records] {
            looks.iter().flatten().for_each(|(_, _, look)| look.prepare(self.cells, step));
        }
        for (i, owner, look) in looks.iter().flatten() {
            tell(*i, self.looked(*owner, look, met));
        }
    }

    /// What the edges about a position say.
    fn looked(&self, owner: Option<Owner>, look: &Look, met: &mut Met) -> Option<Sure> {
        let about = vicinity::vicinity(self.cells, met, look)?;
        let p = look.position();
        let Some(owner) = owner else {
            let boundary_m = self.boundary(p, None, about.nearest);
            return Some(Sure { verdict: Verdict::None, owner: None, probability: None, boundary_m });
        };
        let quick = about.share?;
        let (verdict, probability) = match verdict_of(quick, SHARE_ERROR) {
            Some(verdict) => (verdict, quick),
            // Too near to a threshold to be told by so quick a look.
            None => {
                let close = vicinity::close_share(self.cells, met, p, owner, self.sigma_m)?;
                (verdict_of(close, CLOSE_ERROR)?, close)
            }
        };
        let boundary_m = self.boundary(p, Some(owner), about.nearest);
        Some(Sure { verdict, owner: Some(owner), probability: Some(probability), boundary_m })
    }

    /// Is the boundary wanted no farther than one looks about anyway?
    fn looks_for_boundary(&self) -> bool {
        self.boundary_to_m <= LOOKED_ABOUT_M
    }

    /// The distance to the boundary of a commune (outside all: to any) as far as it is wanted, `seen` being the nearest there was
    /// when looking about.
    fn boundary(&self, p: Coord<f64>, owner: Option<Owner>, seen: Option<Nearest>) -> Option<f64> {
        let nearest = match seen {
            Some(nearest) => Some(nearest),
            None if self.looks_for_boundary() => None,
            None => owner.map_or_else(|| self.layer.nearest_edge(p), |owner| self.layer.nearest_edge_of(owner, p)),
        };
        self.wanted(nearest.map(|n| n.distance_m))
    }

    /// Code and names of a commune.
    pub fn words_of(&self, owner: Option<u32>) -> Option<&UnitWords> {
        self.words.get(owner? as usize)?.as_ref()
    }

    pub fn wanted(&self, boundary_m: Option<f64>) -> Option<f64> {
        boundary_m.filter(|m| *m <= self.boundary_to_m)
    }
}

/// The verdict that a commune's share makes, known to `error`; `None`: it could be another one.
fn verdict_of(share: f64, error: f64) -> Option<Verdict> {
    match share {
        p if p >= rules::SOLE_PROBABILITY + error => Some(Verdict::Sole),
        // A neighbour could be the sole one where this commune's share is that small.
        p if p <= rules::SOLE_PROBABILITY - error && p > 1.0 - rules::SOLE_PROBABILITY + error => {
            Some(Verdict::Uncertain)
        }
        _ => None,
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
