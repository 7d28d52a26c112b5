//! The zone of a dispute through time: derived from a stretch of line, or what the filed claims contend for.

use std::sync::Arc;

use geo::{BooleanOps, BoundingRect, Coord, Intersects, LineString, MultiLineString, MultiPolygon, Rect};
use jiff::civil::Date;

use super::contend;
use super::edges::Edges;
use super::layer::Layer;
use super::metric::LocalPlane;
use super::stretch::{StretchLine, chain, common_line};
use crate::domain::{Claim, Dispute, Level, Register, Shape, Stretch, Unit, ZoneFact, ZoneKind};

/// What the zones are drawn on.
#[derive(Debug, Clone, Copy)]
pub struct Maps<'a> {
    pub register: &'a Register,
    /// The communes in which the dispute's stretch is named.
    pub recorded: Option<&'a Layer>,
    /// The newest communes.
    pub communes: Option<&'a Layer>,
    pub districts: Option<&'a Layer>,
}

/// A zone that rests on claims.
#[derive(Debug)]
pub struct FiledZone {
    pub land: MultiPolygon<f64>,
    /// Gaps in metres between ends of lines that were joined straight.
    pub end_gaps_m: Vec<f64>,
    edges: Edges,
    by_one: bool,
}

/// How a zone is known.
#[derive(Debug)]
enum Ground {
    Derived { width_m: f64 },
    Filed(FiledZone),
    None,
}

/// The zone of a dispute from a day on, and the stretch of line it is about.
#[derive(Debug)]
pub struct Zone {
    ground: Ground,
    pub stretch: Option<Arc<StretchLine>>,
}

impl Zone {
    pub fn kind(&self) -> ZoneKind {
        match &self.ground {
            Ground::Derived { .. } => ZoneKind::Derived,
            Ground::Filed(z) if z.by_one => ZoneKind::FiledByOne,
            Ground::Filed(_) => ZoneKind::Filed,
            Ground::None => ZoneKind::None,
        }
    }

    /// Half-width in metres of a derived zone.
    pub fn width_m(&self) -> Option<f64> {
        match self.ground {
            Ground::Derived { width_m } => Some(width_m),
            _ => None,
        }
    }

    pub fn filed(&self) -> Option<&FiledZone> {
        match &self.ground {
            Ground::Filed(zone) => Some(zone),
            _ => None,
        }
    }

    /// The zone and a position (degrees). Up to `near_m` outside it the distance is told. A point on the edge of a zone
    /// is in it: where in doubt both sides are told.
    pub fn fact(&self, dispute: &str, p: Coord<f64>, near_m: f64) -> ZoneFact {
        let (distance_m, inside) = match &self.ground {
            Ground::Derived { width_m } => {
                let line = self.stretch.as_ref();
                let distance_m = line.and_then(|s| s.distance_within_m(p, width_m + near_m));
                (distance_m, distance_m.is_some_and(|m| m <= *width_m))
            }
            Ground::Filed(zone) if zone.land.intersects(&p) => (Some(0.0), true),
            Ground::Filed(zone) => (zone.edges.nearest_within(p, near_m).map(|n| n.distance_m), false),
            Ground::None => (None, false),
        };
        ZoneFact { dispute: dispute.into(), kind: self.kind(), distance_m, inside }
    }

    /// Is the position (degrees) in the zone, its edge included?
    pub fn holds(&self, p: Coord<f64>) -> bool {
        match &self.ground {
            Ground::Derived { width_m } => {
                self.stretch.as_ref().and_then(|s| s.distance_within_m(p, *width_m)).is_some_and(|m| m <= *width_m)
            }
            Ground::Filed(zone) => zone.land.intersects(&p),
            Ground::None => false,
        }
    }

    /// A box (degrees) with the whole zone in it; `None`: there is no zone.
    pub fn bounds(&self) -> Option<Rect<f64>> {
        let (rect, reach_m) = match (&self.ground, &self.stretch) {
            (Ground::Filed(zone), _) => (zone.land.bounding_rect()?, 0.0),
            (Ground::Derived { width_m }, Some(line)) => (line.lines().bounding_rect()?, *width_m),
            _ => return None,
        };
        // A degree of longitude is shortest at the end nearer to a pole; the metre covers what is drawn along geodesics.
        let end = if rect.max().y.abs() > rect.min().y.abs() { rect.max() } else { rect.min() };
        let (dx, dy) = LocalPlane::at(end).reach_deg(1.05 * reach_m + 1.0);
        let margin = Coord { x: dx, y: dy };
        Some(Rect::new(rect.min() - margin, rect.max() + margin))
    }

    /// The zone as polygons in degrees: as filed, or drawn from the stretch.
    pub fn polygons(&self) -> MultiPolygon<f64> {
        match (&self.ground, &self.stretch) {
            (Ground::Filed(zone), _) => zone.land.clone(),
            (Ground::Derived { width_m }, Some(line)) => line.zone(*width_m),
            _ => MultiPolygon(Vec::new()),
        }
    }
}

/// What a zone consists of, to be carried elsewhere: to a phone, whose boundaries are too coarse to draw it anew.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneParts {
    /// The day it holds from; `None`: from the beginning.
    pub from: Option<Date>,
    pub ground: GroundParts,
    /// The stretch of line as lines (degrees).
    pub stretch: Option<MultiLineString<f64>>,
}

/// How a zone is known, with its shape in degrees where it has one of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum GroundParts {
    Derived { width_m: f64 },
    Filed { land: MultiPolygon<f64>, end_gaps_m: Vec<f64>, by_one: bool },
    None,
}

/// The zones of one dispute, each with its first day (`None`: from the beginning).
#[derive(Debug)]
pub struct ZoneTimeline {
    zones: Vec<(Option<Date>, Zone)>,
}

impl ZoneTimeline {
    pub fn new(dispute: &Dispute, maps: Maps, known: &mut Stretches) -> ZoneTimeline {
        let first = dispute.events.first().map_or(Date::MIN, |e| e.date);
        let mut zones = vec![(None, zone(&dispute.as_of(first), first, maps, known))];
        for date in dispute.zone_dates() {
            zones.push((Some(date), zone(&dispute.as_of(date), date, maps, known)));
        }
        ZoneTimeline { zones }
    }

    /// Its zones in parts, first to last.
    pub fn parts(&self) -> Vec<ZoneParts> {
        let parts = |(from, zone): &(Option<Date>, Zone)| ZoneParts {
            from: *from,
            ground: match &zone.ground {
                Ground::Derived { width_m } => GroundParts::Derived { width_m: *width_m },
                Ground::Filed(z) => {
                    GroundParts::Filed { land: z.land.clone(), end_gaps_m: z.end_gaps_m.clone(), by_one: z.by_one }
                }
                Ground::None => GroundParts::None,
            },
            stretch: zone.stretch.as_ref().map(|s| s.lines()),
        };
        self.zones.iter().map(parts).collect()
    }

    /// Put together again. `parts` come first to last, and there is at least one (else there is no zone).
    pub fn of_parts(parts: Vec<ZoneParts>) -> ZoneTimeline {
        let whole = |parts: ZoneParts| {
            let ground = match parts.ground {
                GroundParts::Derived { width_m } => Ground::Derived { width_m },
                GroundParts::Filed { land, end_gaps_m, by_one } => {
                    let edges = Edges::of_shapes(std::iter::once(&land));
                    Ground::Filed(FiledZone { land, end_gaps_m, edges, by_one })
                }
                GroundParts::None => Ground::None,
            };
            (parts.from, Zone { ground, stretch: parts.stretch.map(|lines| Arc::new(StretchLine::of_lines(&lines))) })
        };
        let mut zones: Vec<(Option<Date>, Zone)> = parts.into_iter().map(whole).collect();
        if zones.is_empty() {
            zones.push((None, Zone { ground: Ground::None, stretch: None }));
        }
        ZoneTimeline { zones }
    }

    pub fn at(&self, at: Date) -> &Zone {
        let later = self.zones.partition_point(|(from, _)| from.is_none_or(|f| f <= at));
        &self.zones[later.max(1) - 1].1
    }
}

/// Stretches found so far: looking one up goes over every edge of a layer.
#[derive(Debug, Clone, Default)]
pub struct Stretches(Vec<Found>);

/// A stretch, the dataset it is named in, and its line.
type Found = (Stretch, Option<String>, Option<Arc<StretchLine>>);

impl Stretches {
    fn get(&mut self, stretch: &Stretch, maps: Maps) -> Option<Arc<StretchLine>> {
        let dataset = maps.recorded.map(|l| l.info.id.clone());
        if let Some((_, _, line)) = self.0.iter().find(|(s, d, _)| s == stretch && *d == dataset) {
            return line.clone();
        }
        let line = StretchLine::find(stretch, maps.recorded, maps.districts).map(Arc::new);
        self.0.push((stretch.clone(), dataset, line.clone()));
        line
    }
}

fn zone(dispute: &Dispute, at: Date, maps: Maps, known: &mut Stretches) -> Zone {
    let stretch = dispute.stretch.as_ref().and_then(|s| known.get(s, maps));
    let site = Site { dispute, stretch: stretch.as_deref(), maps };
    let ground = match site.filed(&dispute.claims_at(at)) {
        Some(zone) => Ground::Filed(zone),
        None if stretch.is_some() => Ground::Derived { width_m: dispute.width_m },
        None => Ground::None,
    };
    Zone { ground, stretch }
}

/// A dispute and what is drawn where it is.
#[derive(Clone, Copy)]
struct Site<'a> {
    dispute: &'a Dispute,
    stretch: Option<&'a StretchLine>,
    maps: Maps<'a>,
}

impl<'a> Site<'a> {
    /// The land the standing claims contend for; `None` where there is none, or where one claim alone cannot be set
    /// against a boundary (it asks for no land of another's, or the datasets draw no boundary there).
    fn filed(&self, claims: &[&Claim]) -> Option<FiledZone> {
        let mut end_gaps_m = Vec::new();
        let land = match claims {
            [] => return None,
            [claim] => Some(self.alone(claim, &mut end_gaps_m)?).filter(|land| !land.0.is_empty())?,
            several => {
                let mut land = MultiPolygon(Vec::new());
                for (i, a) in several.iter().enumerate() {
                    for b in &several[i + 1..] {
                        land = land.union(&self.pair(a, b, &mut end_gaps_m)?);
                    }
                }
                land
            }
        };
        let edges = Edges::of_shapes(std::iter::once(&land));
        Some(FiledZone { land, end_gaps_m, edges, by_one: claims.len() == 1 })
    }

    fn pair(&self, a: &Claim, b: &Claim, gaps: &mut Vec<f64>) -> Option<MultiPolygon<f64>> {
        Some(match (&a.shape, &b.shape) {
            (Shape::Line(x), Shape::Line(y)) => {
                let enclosed = contend::between(x, y);
                gaps.extend(enclosed.end_gaps_m);
                enclosed.land
            }
            (Shape::Land(x), Shape::Land(y)) => x.intersection(y),
            (Shape::Land(x), Shape::Line(y)) => x.intersection(&self.claimed_by_line(b.party, y, gaps)?),
            (Shape::Line(x), Shape::Land(y)) => y.intersection(&self.claimed_by_line(a.party, x, gaps)?),
        })
    }

    /// One claim against the boundary in force: a line encloses land with it, land is asked for as far as it is not the
    /// party's own by it.
    fn alone(&self, claim: &Claim, gaps: &mut Vec<f64>) -> Option<MultiPolygon<f64>> {
        match &claim.shape {
            Shape::Line(line) => self.against_boundary(line, gaps),
            Shape::Land(land) => Some(land.difference(&self.own_land(claim.party)?)),
        }
    }

    /// Land between a claimed line and the boundary in force.
    fn against_boundary(&self, line: &LineString<f64>, gaps: &mut Vec<f64>) -> Option<MultiPolygon<f64>> {
        let enclosed = contend::between(line, &contend::stood_against(&self.boundary()?, line)?);
        gaps.extend(enclosed.end_gaps_m);
        Some(enclosed.land)
    }

    /// All the land a party would have by its line: what it has by the boundary in force, with what lies between that
    /// and its line changed over.
    fn claimed_by_line(&self, party: usize, line: &LineString<f64>, gaps: &mut Vec<f64>) -> Option<MultiPolygon<f64>> {
        Some(self.own_land(party)?.xor(&self.against_boundary(line, gaps)?))
    }

    /// The boundary in force between the parties: the whole line their communes of today share; where they share none,
    /// as inside one commune, the stretch the record names.
    fn boundary(&self) -> Option<MultiLineString<f64>> {
        let today: Vec<Vec<&Unit>> = (0..self.dispute.parties.len()).map(|party| self.units(party)).collect();
        if let (Some(communes), [a, b]) = (self.communes(), today.as_slice()) {
            let pairs = a.iter().flat_map(|a| b.iter().map(move |b| [a.code.clone(), b.code.clone()]));
            let edges: Vec<_> = pairs.filter(|[a, b]| a != b).flat_map(|pair| common_line(communes, &pair)).collect();
            if !edges.is_empty() {
                return Some(chain(&edges));
            }
        }
        self.stretch.map(StretchLine::lines)
    }

    /// The newest map of communes, where it is a published one.
    fn communes(&self) -> Option<&'a Layer> {
        self.maps.communes.filter(|l| !l.info.indicative)
    }

    /// The communes of a party on the newest map of communes.
    fn units(&self, party: usize) -> Vec<&'a Unit> {
        let (Some(communes), Some(party)) = (self.communes(), self.dispute.parties.get(party)) else {
            return Vec::new();
        };
        let register = self.maps.register;
        let then = register.at(Level::Commune, &party.unit, party.unit_at);
        then.map(|u| register.successors(u, communes.info.valid_from)).unwrap_or_default()
    }

    /// The land of a party's communes on the newest map; `None` where it is not drawn, or where both parties are in one.
    fn own_land(&self, party: usize) -> Option<MultiPolygon<f64>> {
        let communes = self.communes()?;
        let own = self.units(party);
        let shared = (0..self.dispute.parties.len())
            .filter(|other| *other != party)
            .any(|other| self.units(other).iter().any(|u| own.iter().any(|o| o.code == u.code)));
        let shapes = own.iter().filter_map(|u| Some(&communes.shapes[communes.owner_of(&u.code)? as usize].shape));
        let land = shapes.fold(MultiPolygon(Vec::new()), |all, shape| all.union(shape));
        (!shared && !land.0.is_empty()).then_some(land)
    }
}
