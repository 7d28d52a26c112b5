//! Where a pack answers.

use geo::{Coord, Rect};
use serde::{Deserialize, Serialize};

use crate::engine::metric::LocalPlane;

/// A box in WGS 84 degrees (west, south, east, north) in which positions are answered, and the margin around it in which
/// every line is there at the pack's own error. Beyond the margin lines are coarser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub bbox: [f64; 4],
    pub margin_m: f64,
}

impl Area {
    /// Is the position inside the box?
    pub fn holds(&self, p: Coord<f64>) -> bool {
        let [west, south, east, north] = self.bbox;
        (west..=east).contains(&p.x) && (south..=north).contains(&p.y)
    }

    /// Is everything within `reach_m` metres of the position inside box and margin?
    pub fn reaches(&self, p: Coord<f64>, reach_m: f64) -> bool {
        let outer = self.outer();
        let (dx, dy) = LocalPlane::at(p).reach_deg(reach_m);
        outer.min().x <= p.x - dx && p.x + dx <= outer.max().x && outer.min().y <= p.y - dy && p.y + dy <= outer.max().y
    }

    /// The box with its margin.
    pub fn outer(&self) -> Rect<f64> {
        let [west, south, east, north] = self.bbox;
        // A degree of longitude is shortest at the end that is farther from the equator.
        let far = if south.abs() > north.abs() { south } else { north };
        let (dx, dy) = LocalPlane::at(Coord { x: west, y: far }).reach_deg(self.margin_m);
        Rect::new((west - dx, south - dy), (east + dx, north + dy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reaches_as_far_as_the_margin_lets_it() {
        let area = Area { bbox: [103.0, 22.0, 103.1, 22.1], margin_m: 1000.0 };
        let corner = Coord { x: 103.0, y: 22.1 };
        assert!(area.holds(corner) && !area.holds(Coord { x: 102.9999, y: 22.05 }));
        assert!(area.reaches(corner, 990.0) && !area.reaches(corner, 1010.0));
        let middle = Coord { x: 103.05, y: 22.05 };
        // 0.05° of longitude at 22° N: 5.16 km, with the margin 6.16 km.
        assert!(area.reaches(middle, 6000.0) && !area.reaches(middle, 6200.0));
    }
}
