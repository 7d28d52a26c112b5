//! Slivers between two units that someone names by code. A code is read in each map's own time: 15 is Yên Bái on the
//! map of 2019 and Lào Cai on that of 2025.

use super::pair::MapPair;
use super::{Overlay, Sliver};
use crate::domain::{Level, Unit};

/// Why no sliver can be looked for between two codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeError {
    /// Neither a province nor a commune in the time of either map.
    Unknown(String),
    /// A province and a commune.
    Mixed(String, String),
    /// Neither way round is there a unit of the older map's time and one of the newer's: both belong to the same time.
    OneTime(String, String),
}

impl Overlay {
    /// The slivers between two provinces or two communes, both ways, under the codes as given; largest first. Empty for
    /// units that do not meet, and for a unit and what it became.
    ///
    /// The older map draws districts: a commune of its time stands for its district, and a sliver counts for it where
    /// it has a common line with what the commune became.
    ///
    /// # Errors
    /// [`CodeError`] where the codes do not name two units that the maps could disagree about.
    pub fn between(&self, maps: &MapPair, x: &str, y: &str) -> Result<Vec<Sliver>, CodeError> {
        let level = |code: &str| {
            let known = |&l: &Level| at(maps, l, code).iter().any(Option::is_some);
            let kind = [Level::Province, Level::Commune].into_iter().find(known);
            kind.ok_or_else(|| CodeError::Unknown(code.to_owned()))
        };
        let (level, other) = (level(x)?, level(y)?);
        if level != other {
            return Err(CodeError::Mixed(x.to_owned(), y.to_owned()));
        }
        let ways = if x == y { vec![(x, y)] } else { vec![(x, y), (y, x)] };
        let ways: Vec<(&Unit, &Unit)> = ways
            .into_iter()
            .filter_map(|(from, to)| Some((at(maps, level, from)[0]?, at(maps, level, to)[1]?)))
            .collect();
        if ways.is_empty() {
            return Err(CodeError::OneTime(x.to_owned(), y.to_owned()));
        }
        let mut found: Vec<Sliver> = ways
            .into_iter()
            .flat_map(|(from, to)| match level {
                Level::Province => self.of_provinces(from, to),
                _ => self.of_communes(maps, from, to),
            })
            .collect();
        found.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
        Ok(found)
    }

    fn of_provinces(&self, from: &Unit, to: &Unit) -> Vec<Sliver> {
        self.provinces.iter().filter(|s| s.from == from.code && s.to == to.code).cloned().collect()
    }

    fn of_communes(&self, maps: &MapPair, from: &Unit, to: &Unit) -> Vec<Sliver> {
        let (day_a, day_b) = (maps.day_a, maps.day_b);
        let drawn = |unit: &'_ Unit, level, day| match level {
            Level::Commune => Some(unit.code.clone()),
            Level::District => maps.register.district(unit, day).map(|d| d.code.clone()),
            Level::Province => maps.register.province(unit, day).map(|p| p.code.clone()),
        };
        let (Some(in_a), Some(in_b)) = (drawn(from, maps.a.info.level, day_a), drawn(to, maps.b.info.level, day_b))
        else {
            return Vec::new();
        };
        let heirs: Vec<String> = maps
            .register
            .successors(from, day_b)
            .into_iter()
            .filter_map(|u| drawn(u, maps.b.info.level, day_b))
            .collect();
        self.units
            .iter()
            .filter(|s| s.from == in_a && s.to == in_b && s.beside.iter().any(|code| heirs.contains(code)))
            .map(|s| Sliver { from: from.code.clone(), to: to.code.clone(), ..s.clone() })
            .collect()
    }
}

/// The unit with this code in the time of each map.
fn at<'a>(maps: &MapPair<'a>, level: Level, code: &str) -> [Option<&'a Unit>; 2] {
    [maps.register.at(level, code, maps.day_a), maps.register.at(level, code, maps.day_b)]
}
