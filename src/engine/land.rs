//! Land with an outline of its own, such as a special-use forest: is a position on it, how probably, how far away?

use geo::{Coord, Intersects, MultiPolygon};

use super::edges::Edges;
use super::facts::{Fix, masses};
use super::layer::Containment;
use super::probability;

/// An outline, indexed. WGS 84 degrees.
#[derive(Debug)]
pub struct Land {
    shape: MultiPolygon<f64>,
    edges: Edges,
    /// 1 σ of the outline in metres; not known counts as none, and whoever shows it says so.
    sigma_m: f64,
}

/// A position and a piece of land.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnLand {
    /// Mass of the uncertain position on the land, in [0, 1].
    pub probability: f64,
    /// Geodesic distance in metres, 0 inside and on the outline.
    pub distance_m: f64,
}

impl Land {
    pub fn new(shape: &MultiPolygon<f64>, accuracy_m: Option<f64>) -> Land {
        let edges = Edges::of_shapes(std::iter::once(shape));
        Land { shape: shape.clone(), edges, sigma_m: accuracy_m.unwrap_or(0.0) }
    }

    /// `None`: too far away to matter, its share below anything that is named.
    pub fn on(&self, fix: Fix) -> Option<OnLand> {
        let sigma_m = fix.sigma_m().hypot(self.sigma_m);
        let aside = probability::step_aside(&self.edges, fix.coord());
        let within = |p: Coord<f64>| if self.shape.intersects(&p) { Containment::In(0) } else { Containment::Outside };
        let (_, probability) = masses(&self.edges, aside, sigma_m, &within(aside)).first().copied()?;
        let distance_m = match within(fix.coord()) {
            Containment::Outside => self.edges.nearest(fix.coord(), |_| true)?.distance_m,
            _ => 0.0,
        };
        Some(OnLand { probability, distance_m })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Rect;

    #[test]
    fn inside_on_the_outline_and_outside() {
        let shape = MultiPolygon(vec![Rect::new((103.8, 22.2), (104.0, 22.4)).to_polygon()]);
        let land = Land::new(&shape, Some(50.0));
        let at = |lon_deg, lat_deg| land.on(Fix { lon_deg, lat_deg, accuracy_m: Some(10.0) });
        assert_eq!(at(103.9, 22.3), Some(OnLand { probability: 1.0, distance_m: 0.0 }));
        let edge = at(103.8, 22.3).unwrap();
        assert!((edge.probability - 0.5).abs() < 0.005 && edge.distance_m == 0.0, "{edge:?}");
        // 0.0005° of longitude at 22.3° N: 51.5 m, about one σ.
        let near = at(103.7995, 22.3).unwrap();
        assert!((near.distance_m - 51.5).abs() < 0.1 && (0.1..0.2).contains(&near.probability), "{near:?}");
        assert_eq!(at(103.7, 22.3), None);
    }
}
