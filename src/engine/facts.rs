//! What every finding is put together from: the position, the masses around it, the boundary near it.

use geo::Coord;

use super::edges::{Edges, Nearest, Owner};
use super::layer::Containment;
use super::{metric, probability};
use crate::domain::{BoundaryFact, Territory, rules};

/// Shares below this are not told apart from rounding.
pub const NEGLIGIBLE: f64 = 1e-6;

/// A position on the ground: WGS 84 degrees and the 68 % radius of its accuracy in metres (`None`: not known).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    pub lon_deg: f64,
    pub lat_deg: f64,
    pub accuracy_m: Option<f64>,
}

impl Fix {
    pub fn coord(&self) -> Coord<f64> {
        Coord { x: self.lon_deg, y: self.lat_deg }
    }

    /// σ of the position in metres, with the assumed accuracy where none is known.
    pub fn sigma_m(&self) -> f64 {
        probability::sigma_of_r68(self.accuracy_m.unwrap_or(rules::ASSUMED_GPS_ACCURACY_M))
    }
}

/// The probability of every owner that has any.
pub fn masses(edges: &Edges, p: Coord<f64>, sigma_m: f64, inside: &Containment) -> Vec<(Owner, f64)> {
    let mut masses = probability::transfers(edges, p, sigma_m);
    let owners: &[Owner] = match inside {
        Containment::Outside => &[],
        Containment::In(o) => std::slice::from_ref(o),
        Containment::Several(list) => list,
    };
    for &owner in owners {
        match masses.iter_mut().find(|m| m.0 == owner) {
            Some(m) => m.1 += 1.0,
            None => masses.push((owner, 1.0)),
        }
    }
    masses.retain(|m| m.1 > NEGLIGIBLE);
    for m in &mut masses {
        m.1 = m.1.min(1.0);
    }
    masses
}

/// Whoever contains the position is listed, however small its share.
pub fn keep_listed(masses: &mut Vec<(Owner, f64)>, containment: &Containment) {
    let owners: Vec<Owner> = match containment {
        Containment::Outside => vec![],
        Containment::In(o) => vec![*o],
        Containment::Several(list) => list.clone(),
    };
    for owner in owners {
        if !masses.iter().any(|m| m.0 == owner) {
            masses.push((owner, 0.0));
        }
    }
}

/// A place a metre past the nearest point of the boundary, seen from `p`.
pub fn past(p: Coord<f64>, nearest: &Nearest) -> Coord<f64> {
    let plane = metric::LocalPlane::at(p);
    let to = plane.to_m(nearest.foot);
    let length = to.x.hypot(to.y);
    if length < 1e-6 { nearest.foot } else { plane.to_deg(to * ((length + 1.0) / length)) }
}

pub fn boundary_fact(p: Coord<f64>, n: &Nearest, near: Option<Territory>, far: Option<Territory>) -> BoundaryFact {
    BoundaryFact {
        distance_m: n.distance_m,
        bearing_deg: (n.distance_m > 0.0).then(|| metric::bearing_deg(p, n.foot)),
        lon_deg: n.foot.x,
        lat_deg: n.foot.y,
        near_side: near,
        far_side: far,
    }
}
