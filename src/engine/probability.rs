//! How likely each unit is, when the position and the line are both uncertain.
//!
//! The true place is taken as an isotropic Gaussian about the position, σ² = σ_GPS² + σ_line². The probability of a
//! unit is the Gaussian's mass over its territory. By Green's theorem in polar coordinates about the position that mass
//! is a sum over the boundary's edges,
//!
//!   mass = [inside] − Σ ± ( T(h, x₂/h) − T(h, x₁/h) ),
//!
//! with h the edge's distance from the position and x₁, x₂ the positions of its ends along its line, both in units of
//! σ, T Owen's function T(h, a) = 1/2π ∫₀ᵃ exp(−h²(1+x²)/2) / (1+x²) dx, and the sign by the side of the edge the unit
//! is on. Source: D. B. Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27,
//! 1075–1090, section 4 (polygons); A. R. DiDonato and R. K. Hageman (1982), A method for computing the integral of the
//! bivariate normal distribution over an arbitrary polygon, SIAM J. Sci. Stat. Comput. 3, 434–446.
//! The sum is exact; only edges farther than [`REACH_SIGMA`] are left out, which is less than 2e-8 in all.

use geo::Coord;

use super::edges::{Edge, Edges, Owner};
use super::metric::LocalPlane;

/// Edges beyond this many σ are left out: a disc of 6 σ holds all but exp(−18) = 1.5e-8 of the Gaussian.
pub const REACH_SIGMA: f64 = 6.0;

/// r68 / σ of an isotropic Gaussian in the plane: P(R ≤ r) = 1 − exp(−r²/2σ²) = 0.68.
pub const R68_PER_SIGMA: f64 = 1.509_591_9;

/// Nearer to an edge than this (m) the sum is taken from a step aside, clear of it: an edge through the position has no
/// side, and overlaid lines are good to 0.1 mm only. Over a centimetre the mass changes by less than 1e-3 for every σ
/// above 4 m, and by less than 1e-4 for the line accuracies there are.
const ON_EDGE_M: f64 = 2e-3;
const STEP_ASIDE_M: [(f64, f64); 4] = [(7.1e-3, 6.3e-3), (-5.7e-3, 8.1e-3), (4.9e-3, -8.7e-3), (-9.1e-3, -3.1e-3)];

/// σ in metres of a GPS accuracy given as a 68 % radius.
pub fn sigma_of_r68(r68_m: f64) -> f64 {
    r68_m / R68_PER_SIGMA
}

/// What the boundary near a position takes from (negative) or gives to (positive) each unit's share, by owner.
/// The probability of a unit is 1 or 0 (does it contain the position?) plus its entry here.
pub fn transfers(edges: &Edges, p: Coord<f64>, sigma_m: f64) -> Vec<(Owner, f64)> {
    let plane = LocalPlane::at(p);
    let reach_m = REACH_SIGMA * sigma_m;
    let mut sums: Vec<(Owner, f64)> = Vec::new();
    let mut give = |owner: Option<Owner>, mass: f64| {
        let Some(owner) = owner else { return };
        match sums.iter_mut().find(|(o, _)| *o == owner) {
            Some((_, sum)) => *sum += mass,
            None => sums.push((owner, mass)),
        }
    };
    for i in edges.near(p, plane.reach_deg(reach_m)) {
        let edge = edges.get(i);
        let mass = beyond(edge, p, plane, sigma_m);
        // The mass beyond the edge is lost to the side the position is on and won by the other.
        give(edge.left, -mass);
        give(edge.right, mass);
    }
    sums
}

/// Gaussian mass in the wedge beyond the edge as seen from the position: positive when the position is left of it.
fn beyond(edge: &Edge, p: Coord<f64>, plane: LocalPlane, sigma_m: f64) -> f64 {
    let (a, b) = (plane.to_m(edge.a), plane.to_m(edge.b));
    let along = b - a;
    let length = along.x.hypot(along.y);
    if length == 0.0 {
        return 0.0;
    }
    let h = (a.x * b.y - a.y * b.x).abs() / length;
    if h > REACH_SIGMA * sigma_m {
        return 0.0;
    }
    let at = |c: Coord<f64>| (c.x * along.x + c.y * along.y) / length;
    let (x1, x2) = (at(a), at(b));
    let nearest = if x1 <= 0.0 && x2 >= 0.0 { h } else { h.hypot(x1.abs().min(x2.abs())) };
    if nearest > REACH_SIGMA * sigma_m {
        return 0.0;
    }
    let t = |x: f64| owens_t::owens_t(h / sigma_m, x / h);
    let side = edge.side(p);
    if side == 0.0 || h == 0.0 {
        return 0.0;
    }
    side.signum() * (t(x2) - t(x1))
}

/// A place within a centimetre of `p` that is clear of every edge, from which the sum can be taken; `p` itself where
/// nothing is that near.
pub fn step_aside(edges: &Edges, p: Coord<f64>) -> Coord<f64> {
    let plane = LocalPlane::at(p);
    let clear = |q: Coord<f64>| {
        edges.near(q, plane.reach_deg(ON_EDGE_M)).all(|i| {
            let e = edges.get(i);
            super::metric::rough_distance_m(q, super::metric::nearest_on_segment(q, e.a, e.b)) > ON_EDGE_M
        })
    };
    if clear(p) {
        return p;
    }
    STEP_ASIDE_M.iter().map(|&(x, y)| plane.to_deg(Coord { x, y })).find(|&q| clear(q)).unwrap_or(p)
}
