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
//! Owen's T itself is needed only for edges that are long beside their distance. For the others (of a crowded neighbourhood nearly
//! all) the integral that it stands for,
//!
//!   T(h, x₂/h) − T(h, x₁/h) = 1/2π ∫₀¹ |a × b| exp(−r²/2) / r² dt,  r = a + t (b − a),
//!
//! is taken by Gauss–Legendre quadrature, to 1e-13 and ten times as fast.
//!
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
    let length = (along.x * along.x + along.y * along.y).sqrt();
    if length == 0.0 {
        return 0.0;
    }
    let h = (a.x * b.y - a.y * b.x).abs() / length;
    if h > REACH_SIGMA * sigma_m {
        return 0.0;
    }
    let at = |c: Coord<f64>| (c.x * along.x + c.y * along.y) / length;
    let (x1, x2) = (at(a), at(b));
    let nearest = if x1 <= 0.0 && x2 >= 0.0 { h } else { (h * h + (x1 * x1).min(x2 * x2)).sqrt() };
    if nearest > REACH_SIGMA * sigma_m {
        return 0.0;
    }
    let side = edge.side(p);
    if side == 0.0 || h == 0.0 {
        return 0.0;
    }
    side.signum() * wedge(h / sigma_m, x1 / sigma_m, x2 / sigma_m, HALVINGS)
}

/// An edge as long as half its distance is halved at most so many times before Owen's T is asked.
const HALVINGS: u32 = 3;

/// Gaussian mass (σ = 1) in the wedge beyond the stretch `x1`–`x2` (`x1` < `x2`) of a line at the distance `h`.
fn wedge(h: f64, x1: f64, x2: f64, halvings: u32) -> f64 {
    let length = x2 - x1;
    let nearest = if x1 <= 0.0 && x2 >= 0.0 { h } else { (h * h + (x1 * x1).min(x2 * x2)).sqrt() };
    if length <= 0.5 * nearest.min(1.0) {
        // The integrand's poles are 2 lengths off or more: the error of 8 nodes is about (4 + √17)⁻¹⁶ = 3e-15 of it (Trefethen
        // 2008, Is Gauss quadrature better than Clenshaw–Curtis?, SIAM Review 50, theorem 4.5).
        let (middle, half) = (0.5 * (x1 + x2), 0.5 * length);
        let value = |x: f64| {
            let r2 = h * h + x * x;
            (-0.5 * r2).exp() / r2
        };
        let sum: f64 = GAUSS_8.iter().map(|&(x, w)| w * (value(middle - half * x) + value(middle + half * x))).sum();
        return h * half * sum / std::f64::consts::TAU;
    }
    if halvings > 0 && length <= 4.0 * nearest {
        let middle = 0.5 * (x1 + x2);
        return wedge(h, x1, middle, halvings - 1) + wedge(h, middle, x2, halvings - 1);
    }
    owens_t::owens_t(h, x2 / h) - owens_t::owens_t(h, x1 / h)
}

/// Positive nodes and weights of the Gauss–Legendre quadrature of order 8 on [−1, 1]: Abramowitz and Stegun (1964), table 25.4.
const GAUSS_8: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quadrature_is_owens_t() {
        let mut worst = 0.0_f64;
        let mut x = 1u64;
        let mut uniform = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (x >> 33) as f64 / (1u64 << 31) as f64
        };
        for _ in 0..100_000 {
            let h = 10f64.powf(4.0 * uniform() - 3.2);
            let x1 = 6.0 * (2.0 * uniform() - 1.0);
            let x2 = x1 + 10f64.powf(4.0 * uniform() - 3.2);
            let exact = owens_t::owens_t(h, x2 / h) - owens_t::owens_t(h, x1 / h);
            worst = worst.max((wedge(h, x1, x2, HALVINGS) - exact).abs());
        }
        assert!(worst < 1e-13, "{worst:e}");
    }
}
