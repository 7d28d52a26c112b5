//! The engine: every dataset indexed once, asked about a position at a date.

use std::sync::{Arc, OnceLock};

use geo::Coord;
use jiff::civil::Date;

use super::by_lineage;
use super::edges::{Nearest, Owner};
use super::facts::{Fix, boundary_fact, keep_listed, masses, past};
use super::layer::{Containment, Layer};
use super::lineage::{Maps, Pieces};
use super::probability;
use super::stretch::StretchLine;
use super::zones::{self, Stretches, Zone, ZoneTimeline};
use crate::domain::{
    DatasetReading, Dispute, ExpectedOverlap, Finding, Level, Register, Share, Territory, ZoneFact, rules,
};

/// No dataset covers the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCovered {
    /// The first date that one does.
    pub first: Option<Date>,
}

/// What answers at a date: today's communes, or the former districts cut by them.
enum Epoch<'a> {
    Communes(&'a Layer),
    Districts { maps: Maps<'a>, pieces: &'a Pieces },
}

/// All datasets indexed. Immutable and shared; `find` is the one way to ask.
#[derive(Debug)]
pub struct Engine {
    pub register: Register,
    pub layers: Arc<Vec<Layer>>,
    disputes: Vec<Dispute>,
    zones: Vec<ZoneTimeline>,
    stretches: Stretches,
    expected: Arc<Vec<ExpectedOverlap>>,
    pieces: Arc<OnceLock<Pieces>>,
}

impl Engine {
    pub fn new(
        register: Register,
        layers: Vec<Layer>,
        disputes: Vec<Dispute>,
        expected: Vec<ExpectedOverlap>,
    ) -> Engine {
        let engine = Engine {
            register,
            layers: Arc::new(layers),
            disputes: Vec::new(),
            zones: Vec::new(),
            stretches: Stretches::default(),
            expected: Arc::new(expected),
            pieces: Arc::default(),
        };
        engine.with_disputes(disputes)
    }

    /// The same datasets with other disputes; cheap, as the indexes are shared.
    pub fn with_disputes(&self, disputes: Vec<Dispute>) -> Engine {
        let newest =
            |level: Level| self.layers.iter().filter(|l| l.info.level == level).max_by_key(|l| l.info.valid_from);
        let maps = zones::Maps {
            register: &self.register,
            communes: newest(Level::Commune),
            districts: newest(Level::District),
        };
        let mut stretches = self.stretches.clone();
        let zones = disputes.iter().map(|d| ZoneTimeline::new(d, maps, &mut stretches)).collect();
        Engine {
            register: self.register.clone(),
            layers: self.layers.clone(),
            disputes,
            zones,
            stretches,
            expected: self.expected.clone(),
            pieces: self.pieces.clone(),
        }
    }

    pub fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// The zone of a dispute as it was at a date.
    pub fn zone(&self, dispute: &str, at: Date) -> Option<&Zone> {
        let i = self.disputes.iter().position(|d| d.id == dispute)?;
        Some(self.zones[i].at(at))
    }

    /// The stretch of line a dispute was about at a date, where the datasets draw it.
    pub fn stretch(&self, dispute: &str, at: Date) -> Option<&StretchLine> {
        self.zone(dispute, at)?.stretch.as_deref()
    }

    pub fn layer_at(&self, level: Level, at: Date) -> Option<&Layer> {
        self.layers.iter().find(|l| l.info.level == level && l.info.period().contains(at))
    }

    /// The first date a dataset covers.
    pub fn first_date(&self) -> Option<Date> {
        self.layers.iter().map(|l| l.info.valid_from).min()
    }

    fn epoch(&self, at: Date) -> Result<Epoch<'_>, NotCovered> {
        if let Some(communes) = self.layer_at(Level::Commune, at) {
            return Ok(Epoch::Communes(communes));
        }
        let districts = self.layer_at(Level::District, at);
        let communes = self.layers.iter().find(|l| l.info.level == Level::Commune && !l.info.indicative);
        match (districts, communes) {
            (Some(districts), Some(communes)) => {
                let maps = Maps { districts, communes };
                let pieces = self.pieces.get_or_init(|| Pieces::new(maps, &self.register));
                Ok(Epoch::Districts { maps, pieces })
            }
            _ => Err(NotCovered { first: self.first_date() }),
        }
    }

    /// Code of the unit of the primary dataset of today's kind that contains the point. For choosing among readings.
    pub fn commune_of(&self, lon_deg: f64, lat_deg: f64) -> Option<&str> {
        let layer = self.layers.iter().filter(|l| l.info.level == Level::Commune).max_by_key(|l| l.info.valid_from)?;
        layer.contain(Coord { x: lon_deg, y: lat_deg }).first().map(|o| layer.code(o))
    }

    /// Codes of the communes that land of a former district inside one of today's communes (`None`: inside none) can
    /// belong to at a date. Empty for a pair that does not meet, and at a date without districts.
    pub fn candidates(&self, district: &str, commune: Option<&str>, at: Date) -> Vec<String> {
        let Ok(Epoch::Districts { maps, pieces }) = self.epoch(at) else { return Vec::new() };
        let Some(district) = maps.districts.owner_of(district) else { return Vec::new() };
        let here = pieces.of(district, maps);
        let piece = here.piece(commune.and_then(|c| maps.communes.owner_of(c)));
        here.pieces[piece as usize].territory.candidates.clone()
    }

    /// Everything known about a position at a date.
    pub fn find(&self, fix: Fix, at: Date) -> Result<Finding, NotCovered> {
        let p = fix.coord();
        let epoch = self.epoch(at)?;
        let mut finding = match &epoch {
            Epoch::Communes(layer) => self.find_communes(layer, fix, at),
            Epoch::Districts { maps, pieces } => by_lineage::find(*maps, pieces, fix, at),
        };
        finding.shares.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        finding.zones = self.zones(p, finding.gps_sigma_m, at);
        finding.readings = self.readings(p, &finding.dataset);
        Ok(finding)
    }

    fn find_communes(&self, layer: &Layer, fix: Fix, at: Date) -> Finding {
        let p = fix.coord();
        let containment = layer.contain(p);
        let (gps, line) = (fix.sigma_m(), layer.info.line_accuracy_m);
        let aside = probability::step_aside(&layer.edges, p);
        let inside = if aside == p { containment.clone() } else { layer.contain(aside) };
        let mut masses = masses(&layer.edges, aside, gps.hypot(line), &inside);
        keep_listed(&mut masses, &containment);
        let total: f64 = masses.iter().map(|m| m.1).sum();
        // Overlapping territories would add up to more than one: they share it.
        let scale = 1.0 / total.max(1.0);
        let shares = masses
            .iter()
            .map(|&(owner, mass)| Share {
                territory: commune(layer, owner),
                probability: mass * scale,
                distance_m: distance_to(layer, owner, p, &containment),
                contains: containment.holds(owner),
            })
            .collect();
        let nearest = match containment.first() {
            Some(owner) => layer.nearest_edge_of(owner, p),
            None => layer.edges.nearest(p, |_| true),
        };
        let boundary = nearest.map(|n| {
            let edge = layer.edges.get(n.edge);
            let (near, far) = match containment.first() {
                Some(owner) => (Some(owner), edge.across(owner).or_else(|| beyond(layer, owner, p, &n))),
                None => (None, edge.left.or(edge.right)),
            };
            boundary_fact(p, &n, near.map(|o| commune(layer, o)), far.map(|o| commune(layer, o)))
        });
        Finding {
            at,
            lon_deg: fix.lon_deg,
            lat_deg: fix.lat_deg,
            gps_sigma_m: gps,
            line_sigma_m: line,
            shares,
            outside: (1.0 - total).max(0.0),
            defect: self.unexpected_overlap(layer, &containment),
            boundary,
            zones: Vec::new(),
            readings: Vec::new(),
            dataset: layer.info.id.clone(),
        }
    }

    fn unexpected_overlap(&self, layer: &Layer, containment: &Containment) -> Vec<String> {
        let Containment::Several(owners) = containment else { return Vec::new() };
        let codes: Vec<&str> = owners.iter().map(|&o| layer.code(o)).collect();
        let expected = |a: &str, b: &str| {
            self.expected
                .iter()
                .any(|e| e.dataset == layer.info.id && e.codes.iter().any(|c| c == a) && e.codes.iter().any(|c| c == b))
        };
        let all_expected = codes.iter().enumerate().all(|(i, a)| codes[i + 1..].iter().all(|b| expected(a, b)));
        if all_expected { Vec::new() } else { codes.into_iter().map(str::to_owned).collect() }
    }

    /// Each dispute's zone at the date, whether the position is in it or near enough to be by its own accuracy.
    fn zones(&self, p: Coord<f64>, gps_sigma_m: f64, at: Date) -> Vec<ZoneFact> {
        let near_m = rules::NEAR_ZONE_SIGMA * gps_sigma_m;
        self.disputes.iter().zip(&self.zones).map(|(d, zones)| zones.at(at).fact(&d.id, p, near_m)).collect()
    }

    /// Each dataset on its own. Two agree when one of the units went into the other, by the register.
    fn readings(&self, p: Coord<f64>, basis: &str) -> Vec<DatasetReading> {
        let own: Vec<(&Layer, Option<&str>)> =
            self.layers.iter().map(|l| (l, l.contain(p).first().map(|o| l.code(o)))).collect();
        let basis = own.iter().find(|(l, _)| l.info.id == basis).copied();
        own.iter()
            .map(|&(layer, code)| DatasetReading {
                dataset: layer.info.id.clone(),
                code: code.map(str::to_owned),
                agrees: basis.is_none_or(|b| self.agree(b, (layer, code))),
            })
            .collect()
    }

    fn agree(&self, a: (&Layer, Option<&str>), b: (&Layer, Option<&str>)) -> bool {
        let ((a, Some(a_code)), (b, Some(b_code))) = (a, b) else { return a.1 == b.1 };
        if a.info.level == b.info.level {
            return a_code == b_code;
        }
        let (older, old, newer, new) =
            if a.info.valid_from < b.info.valid_from { (a, a_code, b, b_code) } else { (b, b_code, a, a_code) };
        // "became" is written for the units of the last day before the newer dataset.
        let last_day = newer.info.valid_from.yesterday().unwrap_or(newer.info.valid_from);
        self.register.at(older.info.level, old, last_day).is_some_and(|u| u.became.iter().any(|c| c == new))
    }
}

fn commune(layer: &Layer, owner: Owner) -> Territory {
    let code = layer.code(owner).to_owned();
    Territory { commune: Some(code.clone()), district: None, candidates: vec![code], maps_contradict: false }
}

fn distance_to(layer: &Layer, owner: Owner, p: Coord<f64>, containment: &Containment) -> f64 {
    if containment.holds(owner) {
        return 0.0;
    }
    layer.nearest_edge_of(owner, p).map_or(f64::INFINITY, |n| n.distance_m)
}

/// The unit on the other side where neighbours do not share the edge itself.
fn beyond(layer: &Layer, owner: Owner, p: Coord<f64>, nearest: &Nearest) -> Option<Owner> {
    match layer.contain(past(p, nearest)) {
        Containment::In(o) if o != owner => Some(o),
        Containment::Several(list) => list.into_iter().find(|&o| o != owner),
        _ => None,
    }
}
