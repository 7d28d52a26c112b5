//! Full verdicts about many positions, in columns.

use geo::Coord;
use jiff::civil::Date;
use rayon::prelude::*;

use super::quick::{Quick, Sure, UnitWords};
use crate::domain::rules::{self, Verdict};
use crate::engine::Fix;
use crate::engine::cells::Met;
use crate::service::Service;

/// Positions a core takes at a time.
const PIECE: usize = 1 << 13;

/// Judges positions (WGS 84 degrees, accuracy not known) at one date: what [`Service`] would say about each, by the quick way
/// where that is beyond doubt and else by the whole finding.
pub struct Bulk<'a> {
    service: &'a Service,
    quick: Quick<'a>,
    at: Date,
}

/// The verdicts, a column each. `owner` is an index for [`Bulk::words`]; `probability` is that of this commune (to 0.001), NaN
/// where there is none; `boundary_m` is NaN where it is farther than was asked for. `disputes` names only the positions that
/// are in the zone of one.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Verdicts {
    pub verdict: Vec<Verdict>,
    pub owner: Vec<Option<u32>>,
    pub probability: Vec<f32>,
    pub boundary_m: Vec<f64>,
    pub disputes: Vec<(usize, String)>,
}

impl Verdicts {
    fn of(count: usize) -> Verdicts {
        Verdicts {
            verdict: vec![Verdict::NotKnown; count],
            owner: vec![None; count],
            probability: vec![f32::NAN; count],
            boundary_m: vec![f64::NAN; count],
            disputes: Vec::new(),
        }
    }

    #[inline]
    fn put(&mut self, i: usize, sure: Sure) {
        self.verdict[i] = sure.verdict;
        self.owner[i] = sure.owner;
        self.probability[i] = sure.probability.map_or(f32::NAN, |p| p as f32);
        self.boundary_m[i] = sure.boundary_m.unwrap_or(f64::NAN);
    }

    fn append(&mut self, mut other: Verdicts) {
        let before = self.verdict.len();
        self.verdict.append(&mut other.verdict);
        self.owner.append(&mut other.owner);
        self.probability.append(&mut other.probability);
        self.boundary_m.append(&mut other.boundary_m);
        self.disputes.extend(other.disputes.into_iter().map(|(i, d)| (before + i, d)));
    }
}

impl<'a> Bulk<'a> {
    /// `boundary_to_m`: distances to boundaries are told up to here; `None`: all of them, which takes far longer.
    ///
    /// `None`: no map of communes with a cell index is in force at the date.
    pub fn new(service: &'a Service, at: Date, boundary_to_m: Option<f64>) -> Option<Bulk<'a>> {
        Some(Bulk { service, quick: Quick::new(service, at, boundary_to_m)?, at })
    }

    /// Code and names of a commune; `None`: the commune of this territory is not known.
    pub fn words(&self, owner: u32) -> Option<&UnitWords> {
        self.quick.words_of(Some(owner))
    }

    /// On all cores.
    ///
    /// # Panics
    /// When the two slices differ in length.
    pub fn judge(&self, lon_deg: &[f64], lat_deg: &[f64]) -> Verdicts {
        assert_eq!(lon_deg.len(), lat_deg.len(), "as many longitudes as latitudes");
        let pieces: Vec<Verdicts> =
            lon_deg.par_chunks(PIECE).zip(lat_deg.par_chunks(PIECE)).map(|(x, y)| self.judge_here(x, y)).collect();
        let mut all = Verdicts::default();
        pieces.into_iter().for_each(|piece| all.append(piece));
        all
    }

    /// As [`Bulk::judge`], on this core alone.
    ///
    /// # Panics
    /// When the two slices differ in length.
    pub fn judge_here(&self, lon_deg: &[f64], lat_deg: &[f64]) -> Verdicts {
        let mut codes = vec![0; lon_deg.len()];
        self.quick.cells.locate(lon_deg, lat_deg, &mut codes);
        let mut verdicts = Verdicts::of(lon_deg.len());
        let points: Vec<Coord<f64>> = lon_deg.iter().zip(lat_deg).map(|(&x, &y)| Coord { x, y }).collect();
        self.quick.judge(&points, &codes, &mut Met::default(), |i, sure| {
            let sure = sure.unwrap_or_else(|| {
                let (sure, disputes) = self.whole(points[i]);
                if !disputes.is_empty() {
                    verdicts.disputes.push((i, disputes));
                }
                sure
            });
            verdicts.put(i, sure);
        });
        verdicts.disputes.sort_by_key(|(i, _)| *i);
        verdicts
    }

    /// By the whole finding.
    fn whole(&self, Coord { x: lon_deg, y: lat_deg }: Coord<f64>) -> (Sure, String) {
        let engine = &self.service.engine;
        let Ok(finding) = engine.find_to_judge(Fix { lon_deg, lat_deg, accuracy_m: None }, self.at) else {
            return (
                Sure { verdict: Verdict::NotKnown, owner: None, probability: None, boundary_m: None },
                String::new(),
            );
        };
        let containing = finding.containing();
        let code = containing.and_then(|s| s.territory.commune.as_deref());
        let sure = Sure {
            verdict: rules::judge(&finding, engine.disputes()).verdict,
            owner: code.and_then(|code| self.quick.layer.owner_of(code)),
            probability: containing.map(|s| s.probability),
            boundary_m: self.quick.wanted(finding.boundary.as_ref().map(|b| b.distance_m)),
        };
        (sure, super::disputes_of(engine, &finding))
    }
}
