//! Two maps to compare, and what the register says of their units.

use jiff::civil::Date;

use crate::domain::{Level, Register, Unit};
use crate::engine::edges::Owner;
use crate::engine::layer::{Containment, Layer};

/// Some of the units of a layer.
#[derive(Debug, Clone)]
pub struct Units(Vec<bool>);

impl Units {
    fn of(layer: &Layer, wanted: impl Fn(Owner) -> bool) -> Units {
        Units((0..layer.shapes.len()).map(|i| wanted(i as Owner)).collect())
    }

    pub fn has(&self, unit: Owner) -> bool {
        self.0[unit as usize]
    }

    pub fn hold(&self, place: &Containment) -> bool {
        match place {
            Containment::Outside => false,
            Containment::In(unit) => self.has(*unit),
            Containment::Several(units) => units.iter().any(|&u| self.has(u)),
        }
    }
}

/// A unit (or the units of a province) of the older map, one of the newer, and whom each of them agrees with.
#[derive(Debug)]
pub struct Unlike {
    /// On the older map.
    pub from: Units,
    /// On the newer map.
    pub to: Units,
    /// On the newer map: what `from` became.
    pub heirs: Units,
    /// On the older map: what became `to`.
    pub forebears: Units,
}

/// Two maps, both valid for a date or one following the other; `a` is the older.
#[derive(Debug, Clone, Copy)]
pub struct MapPair<'a> {
    pub register: &'a Register,
    pub a: &'a Layer,
    pub b: &'a Layer,
    /// The day that codes of `a` are read at.
    pub day_a: Date,
    /// The day that codes of `b` are read at.
    pub day_b: Date,
}

impl<'a> MapPair<'a> {
    /// `None` where no date joins the two, or one of them is no published map.
    pub fn new(register: &'a Register, x: &'a Layer, y: &'a Layer) -> Option<MapPair<'a>> {
        if x.info.indicative || y.info.indicative {
            return None;
        }
        let (a, b) = if y.info.valid_from < x.info.valid_from { (y, x) } else { (x, y) };
        let day_b = b.info.valid_from;
        let day_a = match a.info.valid_to {
            Some(end) if end < day_b => return None,
            Some(end) if end == day_b => end.yesterday().ok()?,
            _ => day_b,
        };
        Some(MapPair { register, a, b, day_a, day_b })
    }

    /// Every pair of these maps that can be compared.
    pub fn all(register: &'a Register, layers: impl Iterator<Item = &'a Layer>) -> Vec<MapPair<'a>> {
        let layers: Vec<&Layer> = layers.filter(|l| !l.derived).collect();
        let pairs = layers.iter().enumerate().flat_map(|(i, x)| layers[i + 1..].iter().map(move |y| (*x, *y)));
        pairs.filter_map(|(x, y)| MapPair::new(register, x, y)).collect()
    }

    /// The unit of `level` that a unit drawn on the older map was or was in, in that map's time.
    pub fn before(&self, level: Level, unit: Owner) -> Option<&'a Unit> {
        above(self.register, self.a, unit, level, self.day_a)
    }

    /// The unit of `level` that a unit drawn on the newer map is or is in, in that map's time.
    pub fn after(&self, level: Level, unit: Owner) -> Option<&'a Unit> {
        above(self.register, self.b, unit, level, self.day_b)
    }

    /// Did land of the one (in the older map's time) go to the other (in the newer's), by the register? True also of a
    /// unit that lasted.
    pub fn became(&self, level: Level, old: &str, new: &str) -> bool {
        let Some(unit) = self.register.at(level, old, self.day_a) else { return false };
        self.register.successors(unit, self.day_b).iter().any(|u| u.code == new)
    }

    /// Does the register let land be in the one unit on the older map and in the other on the newer?
    pub fn agree(&self, a: Owner, b: Owner) -> bool {
        let (level_a, level_b) = (self.a.info.level, self.b.info.level);
        let (code_a, code_b) = (self.a.shapes[a as usize].code.as_str(), self.b.shapes[b as usize].code.as_str());
        if self.day_a == self.day_b && level_a != level_b {
            // Both maps of one day at two levels: the one unit has to be inside the other.
            let (upper, lower) =
                if level_a < level_b { (code_a, self.after(level_a, b)) } else { (code_b, self.before(level_b, a)) };
            return lower.is_some_and(|u| u.code == upper);
        }
        self.became(level_a, code_a, code_b)
    }

    pub fn unlike_units(&self, from: Owner, to: Owner) -> Unlike {
        Unlike {
            from: Units::of(self.a, |i| i == from),
            to: Units::of(self.b, |j| j == to),
            heirs: Units::of(self.b, |j| self.agree(from, j)),
            forebears: Units::of(self.a, |i| self.agree(i, to)),
        }
    }

    /// `from` is a province of the older map's time, `to` one of the newer's.
    pub fn unlike_provinces(&self, from: &str, to: &str) -> Unlike {
        let code = |u: Option<&'a Unit>| u.map(|u| u.code.as_str());
        let before = |i| code(self.before(Level::Province, i));
        let after = |j| code(self.after(Level::Province, j));
        Unlike {
            from: Units::of(self.a, |i| before(i) == Some(from)),
            to: Units::of(self.b, |j| after(j) == Some(to)),
            heirs: Units::of(self.b, |j| after(j).is_some_and(|y| self.became(Level::Province, from, y))),
            forebears: Units::of(self.a, |i| before(i).is_some_and(|x| self.became(Level::Province, x, to))),
        }
    }
}

fn above<'a>(register: &'a Register, layer: &Layer, unit: Owner, level: Level, at: Date) -> Option<&'a Unit> {
    let unit = register.at(layer.info.level, &layer.shapes[unit as usize].code, at)?;
    match level {
        Level::Province => register.province(unit, at),
        Level::District => register.district(unit, at),
        Level::Commune => Some(unit).filter(|u| u.level == Level::Commune),
    }
}
