//! Where two maps put land in different units: between whom, how much, how long, how wide.
//!
//! Two published maps of one line never draw it alike. Land that the older map has in one unit and the newer one in a
//! unit that, by the register, got no land of it is a *sliver*. It is evidence of a difference between maps, of nothing
//! else. Land that went from a unit to its successor is none, and neither is land where one of the maps contradicts
//! itself: a unit drawn over another is a defect, and counts for the reading that agrees with the other map.
//! Land that only one of the maps has in any unit is not listed: nobody stands on its other side.

mod between;
mod measure;
mod pair;

use std::collections::BTreeMap;

use geo::{BooleanOps, BoundingRect, Intersects, MultiPolygon, Orient, Polygon, Rect, orient::Direction};
use rayon::prelude::*;

use super::edges::Owner;
use super::layer::Layer;
use crate::atlas::{geodesic_m2, union_outline};
use crate::domain::{Level, UnitShape};

pub use between::CodeError;
use measure::{Sides, measure};
pub use pair::MapPair;
use pair::{Units, Unlike};

/// Polygons of less land than this are not told apart from the grid of the overlay, which moves a vertex by up to
/// 0.14 mm: along 7 km of one and the same line that is a square metre.
pub const SMALLEST_M2: f64 = 1.0;

/// One connected piece of land that two maps put in different units.
#[derive(Debug, Clone, PartialEq)]
pub struct Sliver {
    /// Code of the unit it is in on the older map, as of that map's time.
    pub from: String,
    /// Code of the unit it is in on the newer map, as of that map's time.
    pub to: String,
    /// WGS 84 degrees; outer ring counter-clockwise.
    pub shape: Polygon<f64>,
    /// Geodesic area.
    pub area_m2: f64,
    /// Geodesic length of the newer map's line along it.
    pub length_m: f64,
    /// Largest gap between the two lines along it: the farthest that a vertex of one is from the other, either way.
    pub width_m: f64,
    /// Id of the older dataset.
    pub dataset_a: String,
    /// Id of the newer dataset.
    pub dataset_b: String,
    /// Codes of the units that the newer map draws beside it, with a common line of a metre or more.
    pub beside: Vec<String>,
}

/// Every sliver of two maps. Some seconds of work; keep it.
#[derive(Debug)]
pub struct Overlay {
    /// Between the units that the maps draw.
    pub units: Vec<Sliver>,
    /// Between provinces: pieces of neighbouring units joined.
    pub provinces: Vec<Sliver>,
}

impl Overlay {
    pub fn new(maps: &MapPair) -> Overlay {
        let units = by_unit(maps);
        let provinces = by_province(maps, &units);
        Overlay { units, provinces }
    }
}

/// Every pair of units of the two maps that the register does not join, where they overlap.
fn by_unit(maps: &MapPair) -> Vec<Sliver> {
    let (a, b) = (maps.a, maps.b);
    let rects = |layer: &Layer| layer.shapes.iter().map(|s| s.shape.bounding_rect()).collect::<Vec<_>>();
    let (in_a, in_b) = (rects(a), rects(b));
    let meet = |x: &Option<Rect<f64>>, y: &Option<Rect<f64>>| matches!((x, y), (Some(x), Some(y)) if x.intersects(y));
    let pairs: Vec<(Owner, Owner)> = (0..a.shapes.len())
        .flat_map(|i| (0..b.shapes.len()).map(move |j| (i, j)))
        .filter(|&(i, j)| meet(&in_a[i], &in_b[j]))
        .map(|(i, j)| (i as Owner, j as Owner))
        .filter(|&(i, j)| !maps.agree(i, j))
        .collect();
    sorted(pairs.into_par_iter().flat_map_iter(|(i, j)| {
        let land = a.shapes[i as usize].shape.intersection(&b.shapes[j as usize].shape);
        slivers_of(maps, &maps.unlike_units(i, j), land, (&a.shapes[i as usize].code, &b.shapes[j as usize].code))
    }))
}

/// Units of the older map, and units of the newer.
type Members<'a> = (Vec<&'a UnitShape>, Vec<&'a UnitShape>);

/// The same between provinces. Their land is put together first, so that a sliver along several communes is one.
fn by_province(maps: &MapPair, units: &[Sliver]) -> Vec<Sliver> {
    let mut pairs: BTreeMap<(String, String), Members> = BTreeMap::new();
    for sliver in units {
        let (Some(i), Some(j)) = (maps.a.owner_of(&sliver.from), maps.b.owner_of(&sliver.to)) else { continue };
        let (Some(x), Some(y)) = (maps.before(Level::Province, i), maps.after(Level::Province, j)) else { continue };
        if maps.became(Level::Province, &x.code, &y.code) {
            continue;
        }
        let (from, to) = pairs.entry((x.code.clone(), y.code.clone())).or_default();
        for (list, shape) in [(from, &maps.a.shapes[i as usize]), (to, &maps.b.shapes[j as usize])] {
            if !list.iter().any(|s| std::ptr::eq(*s, shape)) {
                list.push(shape);
            }
        }
    }
    let pairs: Vec<_> = pairs.into_iter().collect();
    sorted(pairs.into_par_iter().flat_map_iter(|((x, y), (from, to))| {
        let land = union_outline(&from).intersection(&union_outline(&to));
        slivers_of(maps, &maps.unlike_provinces(&x, &y), land, (&x, &y))
    }))
}

fn slivers_of(maps: &MapPair, who: &Unlike, land: MultiPolygon<f64>, (from, to): (&str, &str)) -> Vec<Sliver> {
    if geodesic_m2(&land) < SMALLEST_M2 {
        return Vec::new();
    }
    let land = drawn_once(drawn_once(land, maps.a, &who.forebears), maps.b, &who.heirs);
    let mut found = Vec::new();
    for shape in land.orient(Direction::Default) {
        let one = MultiPolygon(vec![shape]);
        let area_m2 = geodesic_m2(&one);
        if area_m2 < SMALLEST_M2 {
            continue;
        }
        for shape in one {
            let Sides { length_m, width_m, beside } = measure(&shape, maps, who);
            found.push(Sliver {
                from: from.to_owned(),
                to: to.to_owned(),
                area_m2,
                length_m,
                width_m,
                dataset_a: maps.a.info.id.clone(),
                dataset_b: maps.b.info.id.clone(),
                beside: beside.into_iter().map(|o| maps.b.shapes[o as usize].code.clone()).collect(),
                shape,
            });
        }
    }
    found
}

/// The land without what the same map also has in one of `others`: drawn twice, it cannot speak against the other map.
fn drawn_once(mut land: MultiPolygon<f64>, layer: &Layer, others: &Units) -> MultiPolygon<f64> {
    for other in layer.shapes.iter().enumerate().filter(|(i, _)| others.has(*i as Owner)).map(|(_, s)| s) {
        let (Some(box_of_land), Some(box_of_other)) = (land.bounding_rect(), other.shape.bounding_rect()) else {
            continue;
        };
        if box_of_land.intersects(&box_of_other) && geodesic_m2(&land.intersection(&other.shape)) >= SMALLEST_M2 {
            land = land.difference(&other.shape);
        }
    }
    land
}

/// Largest first.
fn sorted(slivers: impl ParallelIterator<Item = Sliver>) -> Vec<Sliver> {
    let mut slivers: Vec<Sliver> = slivers.collect();
    slivers.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    slivers
}
