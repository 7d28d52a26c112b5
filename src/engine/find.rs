//! The engine: every dataset indexed once, asked about a position at a date.

use std::sync::{Arc, OnceLock};

use geo::{Coord, Rect};
use jiff::civil::Date;

use super::edges::{Nearest, Owner};
use super::facts::{Fix, boundary_fact, keep_listed, masses, past};
use super::layer::{Containment, Layer};
use super::lineage::{Maps, Pieces};
use super::probability;
use super::stretch::StretchLine;
use super::zones::{self, Stretches, Zone, ZoneParts, ZoneTimeline};
use super::{after, by_lineage};
use crate::domain::{
    DatasetReading, Dispute, ExpectedOverlap, Finding, Level, Reform, Register, Share, Territory, ZoneFact, rules,
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
    layers: Vec<Arc<Layer>>,
    disputes: Vec<Dispute>,
    zones: Vec<ZoneTimeline>,
    stretches: Stretches,
    expected: Vec<ExpectedOverlap>,
    pieces: Arc<OnceLock<Pieces>>,
}

impl Engine {
    /// The register has the reforms in it. A reform later than the last published map of communes gets a layer derived
    /// from that map.
    pub fn new(
        register: Register,
        reforms: &[Reform],
        layers: Vec<Arc<Layer>>,
        disputes: Vec<Dispute>,
        expected: Vec<ExpectedOverlap>,
    ) -> Engine {
        Engine::undisputed(register, reforms, layers, expected).with_disputes(disputes)
    }

    /// As [`Engine::new`], with zones that were drawn elsewhere: for each dispute its zones, first to last.
    pub fn with_zones(
        register: Register,
        reforms: &[Reform],
        layers: Vec<Arc<Layer>>,
        disputes: Vec<(Dispute, Vec<ZoneParts>)>,
        expected: Vec<ExpectedOverlap>,
    ) -> Engine {
        let (disputes, zones): (Vec<Dispute>, Vec<Vec<ZoneParts>>) = disputes.into_iter().unzip();
        let zones = zones.into_iter().map(ZoneTimeline::of_parts).collect();
        Engine { disputes, zones, ..Engine::undisputed(register, reforms, layers, expected) }
    }

    fn undisputed(
        register: Register,
        reforms: &[Reform],
        mut layers: Vec<Arc<Layer>>,
        mut expected: Vec<ExpectedOverlap>,
    ) -> Engine {
        for reform in reforms {
            let published = layers
                .iter()
                .filter(|l| l.info.level == Level::Commune && l.info.valid_from < reform.date && !l.derived)
                .max_by_key(|l| l.info.valid_from);
            let Some(published) = published.filter(|l| l.info.period().contains(reform.date)).cloned() else {
                continue;
            };
            expected.extend(after::overlaps(&expected, &published.info, &register, reform));
            layers.push(Arc::new(after::after(&published, &register, reform)));
        }
        Engine {
            register,
            layers,
            disputes: Vec::new(),
            zones: Vec::new(),
            stretches: Stretches::default(),
            expected,
            pieces: Arc::default(),
        }
    }

    /// The same datasets with other disputes; cheap, as the indexes are shared.
    pub fn with_disputes(&self, disputes: Vec<Dispute>) -> Engine {
        let newest = |level: Level| self.layers().filter(|l| l.info.level == level).max_by_key(|l| l.info.valid_from);
        let mut stretches = self.stretches.clone();
        let zones = disputes
            .iter()
            .map(|d| {
                // A stretch is named in the communes of the day it was recorded; before any map of communes, of the first.
                let recorded = d.events.iter().map(|e| e.date).min();
                let maps = zones::Maps {
                    register: &self.register,
                    recorded: recorded.and_then(|at| self.communes_near(at)),
                    communes: newest(Level::Commune),
                    districts: newest(Level::District),
                };
                ZoneTimeline::new(d, maps, &mut stretches)
            })
            .collect();
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

    /// The same published datasets under other reforms and disputes.
    pub fn with_reforms(&self, register: Register, reforms: &[Reform], disputes: Vec<Dispute>) -> Engine {
        let published: Vec<Arc<Layer>> = self.layers.iter().filter(|l| !l.derived).cloned().collect();
        let of_published = |e: &&ExpectedOverlap| published.iter().any(|l| l.info.id == e.dataset);
        let expected = self.expected.iter().filter(of_published).cloned().collect();
        Engine::new(register, reforms, published, disputes, expected)
    }

    /// Every dataset, published or derived from one.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().map(|l| &**l)
    }

    pub fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// The zone of a dispute as it was at a date.
    pub fn zone(&self, dispute: &str, at: Date) -> Option<&Zone> {
        let i = self.disputes.iter().position(|d| d.id == dispute)?;
        Some(self.zones[i].at(at))
    }

    /// Every dispute with its zones in parts, first to last.
    pub fn zone_parts(&self) -> impl Iterator<Item = (&Dispute, Vec<ZoneParts>)> {
        self.disputes.iter().zip(self.zones.iter().map(ZoneTimeline::parts))
    }

    /// The overlaps that are expected, in published maps and in those derived from them.
    pub fn expected_overlaps(&self) -> &[ExpectedOverlap] {
        &self.expected
    }

    /// The zones of all disputes as they were at a date, each with a box (degrees) that holds it.
    pub fn zones_at(&self, at: Date) -> Vec<(Rect<f64>, &Zone)> {
        let zones = self.zones.iter().map(|z| z.at(at));
        zones.filter_map(|zone| Some((zone.bounds()?, zone))).collect()
    }

    /// The stretch of line a dispute was about at a date, where the datasets draw it.
    pub fn stretch(&self, dispute: &str, at: Date) -> Option<&StretchLine> {
        self.zone(dispute, at)?.stretch.as_deref()
    }

    pub fn layer_at(&self, level: Level, at: Date) -> Option<&Layer> {
        // A layer derived for a reform is later than the published one it comes from, and holds from the reform on.
        let covers = |l: &&Layer| l.info.level == level && l.info.period().contains(at);
        self.layers().filter(covers).max_by_key(|l| l.info.valid_from)
    }

    fn first_communes(&self) -> Option<&Layer> {
        self.layers().filter(|l| l.info.level == Level::Commune).min_by_key(|l| l.info.valid_from)
    }

    /// The communes as drawn at a date; before any map of communes, those of the first.
    pub fn communes_near(&self, at: Date) -> Option<&Layer> {
        self.layer_at(Level::Commune, at).or_else(|| self.first_communes())
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
        let communes = self.first_communes().filter(|l| !l.info.indicative);
        match (districts, communes) {
            (Some(districts), Some(communes)) => {
                let maps = Maps { districts, communes };
                let pieces = self.pieces.get_or_init(|| Pieces::new(maps, &self.register));
                Ok(Epoch::Districts { maps, pieces })
            }
            _ => Err(NotCovered { first: self.first_date() }),
        }
    }

    /// Code of the commune that contains the point at a date (before any map of communes: on the first one); `None`:
    /// outside, or the map cannot tell. For choosing among readings.
    pub fn commune_of(&self, lon_deg: f64, lat_deg: f64, at: Date) -> Option<&str> {
        let layer = self.communes_near(at)?;
        layer.contain(Coord { x: lon_deg, y: lat_deg }).first().and_then(|o| layer.code(o))
    }

    /// Is the point in a commune of that day?
    pub fn covers(&self, lon_deg: f64, lat_deg: f64, at: Date) -> bool {
        let point = Coord { x: lon_deg, y: lat_deg };
        self.communes_near(at).is_some_and(|layer| layer.contain(point) != Containment::Outside)
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
        let mut finding = self.facts(fix, at, true)?;
        finding.readings = self.readings(fix.coord(), &finding.dataset);
        Ok(finding)
    }

    /// As [`Engine::find`], only what [`rules::judge`] asks for and the nearest boundary: no readings of the datasets one by
    /// one, and no distances to the territories the position is not in (they are infinite). For files of many rows.
    ///
    /// # Errors
    /// As [`Engine::find`].
    pub fn find_to_judge(&self, fix: Fix, at: Date) -> Result<Finding, NotCovered> {
        self.facts(fix, at, false)
    }

    fn facts(&self, fix: Fix, at: Date, distances: bool) -> Result<Finding, NotCovered> {
        let epoch = self.epoch(at)?;
        let mut finding = match &epoch {
            Epoch::Communes(layer) => self.find_communes(layer, fix, at, distances),
            Epoch::Districts { maps, pieces } => by_lineage::find(*maps, pieces, fix, at),
        };
        finding.shares.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        finding.zones = self.zones(fix.coord(), finding.gps_sigma_m, at);
        Ok(finding)
    }

    fn find_communes(&self, layer: &Layer, fix: Fix, at: Date, distances: bool) -> Finding {
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
                distance_m: match containment.holds(owner) {
                    true => 0.0,
                    false if distances => layer.nearest_edge_of(owner, p).map_or(f64::INFINITY, |n| n.distance_m),
                    false => f64::INFINITY,
                },
                contains: containment.holds(owner),
            })
            .collect();
        let nearest = match containment.first() {
            Some(owner) => layer.nearest_edge_of(owner, p),
            None => layer.nearest_edge(p),
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
        let one_of = |owner: Owner, e: &ExpectedOverlap| layer.candidates(owner).iter().any(|c| e.codes.contains(c));
        let expected = |a: Owner, b: Owner| {
            self.expected.iter().any(|e| e.dataset == layer.info.id && one_of(a, e) && one_of(b, e))
        };
        let all_expected = owners.iter().enumerate().all(|(i, &a)| owners[i + 1..].iter().all(|&b| expected(a, b)));
        if all_expected { Vec::new() } else { owners.iter().flat_map(|&o| layer.candidates(o)).cloned().collect() }
    }

    /// Each dispute's zone at the date, whether the position is in it or near enough to be by its own accuracy.
    fn zones(&self, p: Coord<f64>, gps_sigma_m: f64, at: Date) -> Vec<ZoneFact> {
        let near_m = rules::NEAR_ZONE_SIGMA * gps_sigma_m;
        self.disputes.iter().zip(&self.zones).map(|(d, zones)| zones.at(at).fact(&d.id, p, near_m)).collect()
    }

    /// Each published dataset on its own. Two agree when one of the units went into the other, by the register.
    fn readings(&self, p: Coord<f64>, basis: &str) -> Vec<DatasetReading> {
        let own: Vec<(&Layer, Option<Owner>)> = self.layers().map(|l| (l, l.contain(p).first())).collect();
        let basis = own.iter().find(|(l, _)| l.info.id == basis).copied();
        own.iter()
            .filter(|(layer, _)| !layer.derived)
            .map(|&(layer, owner)| DatasetReading {
                dataset: layer.info.id.clone(),
                code: owner.and_then(|o| layer.code(o)).map(str::to_owned),
                agrees: basis.is_none_or(|b| self.agree(b, (layer, owner))),
            })
            .collect()
    }

    fn agree(&self, a: (&Layer, Option<Owner>), b: (&Layer, Option<Owner>)) -> bool {
        let ((a, Some(a_owner)), (b, Some(b_owner))) = (a, b) else { return a.1.is_none() && b.1.is_none() };
        let (a_codes, b_codes) = (a.candidates(a_owner), b.candidates(b_owner));
        if a.info.level == b.info.level && a.info.valid_from == b.info.valid_from {
            return a_codes.iter().any(|c| b_codes.contains(c));
        }
        let (older, old, newer, new) =
            if a.info.valid_from < b.info.valid_from { (a, a_codes, b, b_codes) } else { (b, b_codes, a, a_codes) };
        // The older label is read on the older map's first day, then followed to the newer map's.
        let start = newer.info.valid_from;
        let units = old.iter().filter_map(|code| self.register.at(older.info.level, code, older.info.valid_from));
        units.flat_map(|u| self.register.successors(u, start)).any(|u| new.contains(&u.code))
    }
}

fn commune(layer: &Layer, owner: Owner) -> Territory {
    Territory {
        commune: layer.code(owner).map(str::to_owned),
        district: None,
        candidates: layer.candidates(owner).to_vec(),
        maps_contradict: false,
    }
}

/// The unit on the other side where neighbours do not share the edge itself.
fn beyond(layer: &Layer, owner: Owner, p: Coord<f64>, nearest: &Nearest) -> Option<Owner> {
    match layer.contain(past(p, nearest)) {
        Containment::In(o) if o != owner => Some(o),
        Containment::Several(list) => list.into_iter().find(|&o| o != owner),
        _ => None,
    }
}
