//! The time of districts: today's communes laid over the former districts.
//!
//! No file draws the communes of before July 2025, but each went whole into one commune of today. So the land of
//! today's commune C inside the former district D belonged to one of the communes of D that went into C: often one,
//! otherwise one of several, and then all are named.

use geo::{BooleanOps, BoundingRect, Coord, Intersects, MultiPolygon};
use jiff::civil::Date;
use rayon::prelude::*;

use super::edges::{Edges, Owner};
use super::layer::Layer;
use crate::domain::{Register, Territory, Unit};

/// Land of one district inside one of today's communes, or outside them all.
#[derive(Debug)]
pub struct Piece {
    pub district: Owner,
    pub commune: Option<Owner>,
    pub territory: Territory,
}

/// The districts of a date cut by today's communes.
#[derive(Debug)]
pub struct Pieces {
    pub list: Vec<Piece>,
    /// Edges of the overlay (good to 0.1 mm, for masses and distances; containment is taken from the two maps).
    /// Owner `i` is `list[i]`. The land of a district outside every commune has no edges here.
    pub edges: Edges,
}

impl Pieces {
    pub fn new(districts: &Layer, communes: &Layer, register: &Register) -> Pieces {
        let before = districts.info.valid_to.unwrap_or(communes.info.valid_from);
        let day_before = before.yesterday().unwrap_or(before);
        let lineage = Lineage::new(districts, communes, register, day_before);
        let pairs: Vec<(Owner, Owner)> = pairs_of_boxes(districts, communes);
        let cut: Vec<(Owner, Owner, MultiPolygon<f64>)> = pairs
            .into_par_iter()
            .map(|(d, c)| {
                let land = districts.shapes[d as usize].shape.intersection(&communes.shapes[c as usize].shape);
                (d, c, land)
            })
            .filter(|(_, _, land)| !land.0.is_empty())
            .collect();
        let mut list: Vec<Piece> = cut
            .iter()
            .map(|&(d, c, _)| Piece { district: d, commune: Some(c), territory: lineage.territory(d, Some(c)) })
            .collect();
        let edges = Edges::of_shapes(cut.iter().map(|(_, _, land)| land));
        list.extend((0..districts.shapes.len() as Owner).map(|d| Piece {
            district: d,
            commune: None,
            territory: lineage.territory(d, None),
        }));
        Pieces { list, edges }
    }

    pub fn find(&self, district: Owner, commune: Option<Owner>) -> Option<Owner> {
        self.list.iter().position(|p| p.district == district && p.commune == commune).map(|i| i as Owner)
    }

    /// What the land is called when the overlay is too coarse to have drawn it (less than a millimetre wide).
    pub fn rest_of(&self, district: Owner) -> Owner {
        self.find(district, None).expect("every district has a rest")
    }
}

fn pairs_of_boxes(districts: &Layer, communes: &Layer) -> Vec<(Owner, Owner)> {
    let boxes = |layer: &Layer| -> Vec<_> { layer.shapes.iter().map(|s| s.shape.bounding_rect()).collect() };
    let (ds, cs) = (boxes(districts), boxes(communes));
    let mut pairs = Vec::new();
    for (d, db) in ds.iter().enumerate() {
        for (c, cb) in cs.iter().enumerate() {
            if let (Some(db), Some(cb)) = (db, cb)
                && db.intersects(cb)
            {
                pairs.push((d as Owner, c as Owner));
            }
        }
    }
    pairs
}

/// What the register says about each pair of former district and today's commune.
struct Lineage<'a> {
    districts: &'a Layer,
    communes: &'a Layer,
    /// For each commune of today: its predecessors.
    predecessors: Vec<Vec<&'a Unit>>,
    /// For each commune of today: the communes it shares a line with.
    neighbours: Vec<Vec<Owner>>,
    all: Vec<&'a Unit>,
}

impl<'a> Lineage<'a> {
    fn new(districts: &'a Layer, communes: &'a Layer, register: &'a Register, day_before: Date) -> Lineage<'a> {
        let level = communes.info.level;
        let predecessors = communes
            .shapes
            .iter()
            .map(|s| {
                let unit = register.at(level, &s.code, communes.info.valid_from);
                unit.map(|u| register.predecessors(u, day_before)).unwrap_or_default()
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
        Lineage { districts, communes, predecessors, neighbours, all: register.all_at(level, day_before).collect() }
    }

    fn territory(&self, district: Owner, commune: Option<Owner>) -> Territory {
        let code = self.districts.code(district);
        let of_district = |u: &&&Unit| u.parent.as_deref() == Some(code);
        let codes = |units: Vec<&Unit>| {
            let mut codes: Vec<String> = units.into_iter().map(|u| u.code.clone()).collect();
            codes.sort();
            codes.dedup();
            codes
        };
        let Some(c) = commune else {
            let candidates = codes(self.all.iter().filter(of_district).copied().collect());
            return Territory { commune: None, district: Some(code.into()), candidates, maps_contradict: false };
        };
        debug_assert!((c as usize) < self.communes.shapes.len());
        let predecessors = &self.predecessors[c as usize];
        let by_lineage = codes(predecessors.iter().filter(of_district).copied().collect());
        if !by_lineage.is_empty() {
            let commune = (by_lineage.len() == 1).then(|| by_lineage[0].clone());
            return Territory { commune, district: Some(code.into()), candidates: by_lineage, maps_contradict: false };
        }
        // The map puts the land in a district that none of the commune's predecessors belonged to: either the two
        // maps draw one line apart, or the district changed before 2025. Both are possible, so both are candidates:
        // the commune's own predecessors, and the district's communes next door.
        let next_door =
            self.neighbours[c as usize].iter().flat_map(|&n| self.predecessors[n as usize].iter()).filter(of_district);
        let candidates = codes(predecessors.iter().chain(next_door).copied().collect());
        Territory { commune: None, district: Some(code.into()), candidates, maps_contradict: true }
    }
}

/// The two owners of a point in the two maps.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub district: Option<Owner>,
    pub commune: Option<Owner>,
}

impl Place {
    pub fn of(districts: &Layer, communes: &Layer, p: Coord<f64>) -> Place {
        Place { district: districts.contain(p).first(), commune: communes.contain(p).first() }
    }
}
