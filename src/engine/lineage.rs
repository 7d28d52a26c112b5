//! The time of districts: today's communes laid over the former districts.
//!
//! No file draws the communes of before July 2025, but each went whole into one commune of today. So the land of
//! today's commune C inside the former district D belonged to one of the communes of D that went into C: often one,
//! otherwise one of several, and then all are named.

use std::sync::OnceLock;

use geo::{BooleanOps, BoundingRect, Intersects, MultiPolygon};

use super::edges::{Edges, Owner};
use super::layer::Layer;
use super::parallel;
use crate::domain::{Register, Territory, Unit, UnitShape};

/// Land of one district inside one of today's communes, or outside them all.
#[derive(Debug)]
pub struct Piece {
    pub commune: Option<Owner>,
    pub territory: Territory,
}

/// One district cut by today's communes.
#[derive(Debug)]
pub struct District {
    /// The drawn pieces, and last the rest: land outside every commune.
    pub pieces: Vec<Piece>,
    /// Edges of the drawn pieces (good to 0.1 mm, for masses and distances; containment is taken from the two maps).
    /// Owner `i` is `pieces[i]`.
    pub edges: Edges,
}

impl District {
    fn new(district: Owner, maps: &Maps, lineage: &Lineage) -> District {
        let shape = &maps.districts.shapes[district as usize].shape;
        let meets = |c: &UnitShape| match (shape.bounding_rect(), c.shape.bounding_rect()) {
            (Some(a), Some(b)) => a.intersects(&b),
            _ => false,
        };
        let near: Vec<(Owner, &UnitShape)> = (0..).zip(&maps.communes.shapes).filter(|(_, c)| meets(c)).collect();
        let mut cut: Vec<(Owner, MultiPolygon<f64>)> =
            parallel::map(near, |(owner, c)| (owner, shape.intersection(&c.shape)));
        cut.retain(|(_, land)| !land.0.is_empty());
        let drawn = cut.iter().map(|&(c, _)| Some(c));
        let pieces = drawn
            .chain([None])
            .map(|commune| Piece { commune, territory: lineage.territory(district, commune) })
            .collect();
        District { pieces, edges: Edges::of_shapes(cut.iter().map(|(_, land)| land)) }
    }

    /// The piece inside a commune; land too thin to have been drawn (under a millimetre) counts as the rest.
    pub fn piece(&self, commune: Option<Owner>) -> Owner {
        self.pieces.iter().position(|p| p.commune == commune).map_or(self.rest(), |i| i as Owner)
    }

    /// The land outside every commune.
    pub fn rest(&self) -> Owner {
        self.pieces.len() as Owner - 1
    }
}

/// The two maps of the time of districts.
#[derive(Debug, Clone, Copy)]
pub struct Maps<'a> {
    pub districts: &'a Layer,
    pub communes: &'a Layer,
}

/// The districts of a date cut by today's communes, each when it is first asked for.
#[derive(Debug)]
pub struct Pieces {
    lineage: Lineage,
    districts: Vec<OnceLock<District>>,
}

impl Pieces {
    pub fn new(maps: Maps, register: &Register) -> Pieces {
        let districts = maps.districts.shapes.iter().map(|_| OnceLock::new()).collect();
        Pieces { lineage: Lineage::new(maps, register), districts }
    }

    pub fn of(&self, district: Owner, maps: Maps) -> &District {
        self.districts[district as usize].get_or_init(|| District::new(district, &maps, &self.lineage))
    }
}

/// What the register says about each pair of former district and today's commune. Codes throughout.
#[derive(Debug)]
struct Lineage {
    /// Code of each district.
    districts: Vec<String>,
    /// For each commune of today: its predecessors, as (code, district).
    predecessors: Vec<Vec<(String, String)>>,
    /// For each commune of today: the communes it shares a line with.
    neighbours: Vec<Vec<Owner>>,
    /// Every commune of the last day, as (code, district).
    all: Vec<(String, String)>,
}

impl Lineage {
    fn new(maps: Maps, register: &Register) -> Lineage {
        let Maps { districts, communes } = maps;
        let end = districts.info.valid_to.unwrap_or(communes.info.valid_from);
        let last_day = end.yesterday().unwrap_or(end);
        let level = communes.info.level;
        let named = |u: &Unit| (u.code.clone(), u.parent.clone().unwrap_or_default());
        let predecessors = communes
            .shapes
            .iter()
            .map(|s| {
                let unit = register.at(level, &s.code, communes.info.valid_from);
                unit.map(|u| register.predecessors(u, last_day).into_iter().map(named).collect()).unwrap_or_default()
            })
            .collect();
        let mut neighbours = vec![Vec::new(); communes.shapes.len()];
        for e in communes.edges.list() {
            if let (Some(l), Some(r)) = (e.left, e.right) {
                for (a, b) in [(l, r), (r, l)] {
                    if !neighbours[a as usize].contains(&b) {
                        neighbours[a as usize].push(b);
                    }
                }
            }
        }
        Lineage {
            districts: districts.shapes.iter().map(|s| s.code.clone()).collect(),
            predecessors,
            neighbours,
            all: register.all_at(level, last_day).map(named).collect(),
        }
    }

    fn territory(&self, district: Owner, commune: Option<Owner>) -> Territory {
        let code = &self.districts[district as usize];
        let codes = |units: &mut dyn Iterator<Item = &(String, String)>| {
            let mut codes: Vec<String> = units.map(|(commune, _)| commune.clone()).collect();
            codes.sort();
            codes.dedup();
            codes
        };
        let of_district = |u: &&(String, String)| u.1 == *code;
        let Some(c) = commune else {
            let candidates = codes(&mut self.all.iter().filter(of_district));
            return Territory { commune: None, district: Some(code.clone()), candidates, maps_contradict: false };
        };
        let predecessors = &self.predecessors[c as usize];
        let by_lineage = codes(&mut predecessors.iter().filter(of_district));
        if !by_lineage.is_empty() {
            let commune = (by_lineage.len() == 1).then(|| by_lineage[0].clone());
            let district = Some(code.clone());
            return Territory { commune, district, candidates: by_lineage, maps_contradict: false };
        }
        // The map puts the land in a district that none of the commune's predecessors belonged to: either the two
        // maps draw one line apart, or the district changed before 2025. Both are possible, so both are candidates:
        // the commune's own predecessors, and the district's communes next door.
        let next_door =
            self.neighbours[c as usize].iter().flat_map(|&n| &self.predecessors[n as usize]).filter(of_district);
        let candidates = codes(&mut predecessors.iter().chain(next_door));
        Territory { commune: None, district: Some(code.clone()), candidates, maps_contradict: true }
    }
}
