//! Quick facts about a position near boundaries: the share of the unit it is in and the nearest boundary, both from one
//! look at the edges about it. For files of millions of rows; what it cannot say beyond doubt it leaves to
//! [`super::Engine::find`], which is exact.

use std::f64::consts::TAU;

use geo::Coord;

use super::cells::{About, Cells, Met, NOBODY};
use super::edges::{Nearest, Owner};
use super::metric::{self, LocalPlane};

/// Edges farther than this many σ are left out of a share: exp(−4²/2) = 3.4e-4 of the Gaussian is beyond.
const REACH_SIGMA: f64 = 4.0;
/// What a share may be off by: the edges left out, and the quadrature ([`wedge`]).
pub const SHARE_ERROR: f64 = 1e-3;
/// Nearer to a boundary than this (m) the exact sum decides (see `probability`).
const TOO_NEAR_M: f64 = 0.02;

/// What is about a position.
#[derive(Debug, Clone, Copy)]
pub struct Vicinity {
    /// The Gaussian mass over the unit that contains the position, to [`SHARE_ERROR`]; `None`: it is outside all units.
    pub share: Option<f64>,
    /// The nearest edge of that unit, of any where it is outside; `None`: none within the reach.
    pub nearest: Option<Nearest>,
}

/// Looks about a position inside one unit, or outside all, up to `reach_m`. `None`: only the exact way can tell.
pub fn vicinity(
    cells: &Cells,
    met: &mut Met,
    p: Coord<f64>,
    owner: Option<Owner>,
    sigma_m: f64,
    reach_m: f64,
) -> Option<Vicinity> {
    let plane = LocalPlane::at(p);
    let cut_m = REACH_SIGMA * sigma_m;
    let reach_m = if owner.is_some() { reach_m.max(cut_m) } else { reach_m };
    let mut masses = Masses::default();
    let mut search = Search { p, best_m: reach_m, near: [(0.0, 0, Coord::zero(), Coord::zero()); NEAR], count: 0 };
    let mut nearest_m = f64::INFINITY;
    let all = cells.about(p, reach_m, met, |About { edge, a, b, sides }| {
        let (am, bm) = (plane.to_m(a), plane.to_m(b));
        let along = bm - am;
        let length2 = along.x * along.x + along.y * along.y;
        let t = (-(am.x * along.x + am.y * along.y) / length2).clamp(0.0, 1.0);
        let foot = am + along * t;
        let distance_m = (foot.x * foot.x + foot.y * foot.y).sqrt();
        nearest_m = nearest_m.min(distance_m);
        let counts = owner.is_none_or(|o| sides.contains(&o));
        if counts {
            search.offer(distance_m, length2, edge, a, b);
        }
        if owner.is_some() && distance_m < cut_m {
            // Positive: the position is to the left, whose owner loses what is beyond the edge to the right's.
            let mass = wedge(am / sigma_m, bm / sigma_m, distance_m / sigma_m);
            masses.give(sides[0], -mass);
            masses.give(sides[1], mass);
        }
    });
    let share = match owner {
        Some(owner) => Some(masses.share(owner)?),
        None => None,
    };
    let sure = all && nearest_m > TOO_NEAR_M && search.count <= NEAR;
    sure.then(|| Vicinity { share, nearest: search.measure() })
}

/// What each unit about a position gains of the Gaussian over what it has where the position is.
#[derive(Default)]
struct Masses {
    of: [(Owner, f64); Masses::MOST],
    count: usize,
}

impl Masses {
    /// More units than meet anywhere within reach.
    const MOST: usize = 8;

    #[inline]
    fn give(&mut self, owner: Owner, mass: f64) {
        if owner == NOBODY {
            return;
        }
        match self.of[..self.count.min(Masses::MOST)].iter_mut().find(|(o, _)| *o == owner) {
            Some((_, sum)) => *sum += mass,
            None => {
                if let Some(slot) = self.of.get_mut(self.count) {
                    *slot = (owner, mass);
                }
                self.count += 1;
            }
        }
    }

    /// The share of the unit that the position is in. `None`: only the exact way can tell, as territories overlap and share
    /// what they have in common, or a ring that crosses itself makes a mass negative.
    fn share(&self, owner: Owner) -> Option<f64> {
        let known = self.of.get(..self.count)?;
        let of = |o: Owner, gained: f64| if o == owner { 1.0 + gained } else { gained };
        let sane = known.iter().all(|&(o, gained)| (-SHARE_ERROR..=1.0 + SHARE_ERROR).contains(&of(o, gained)));
        // Without an entry of its own the unit holds everything about here.
        let own = known.iter().find(|(o, _)| *o == owner).map_or(1.0, |&(_, gained)| 1.0 + gained);
        let others: f64 = known.iter().filter(|(o, _)| *o != owner).map(|(_, gained)| gained).sum();
        (sane && own + others <= 1.0 + SHARE_ERROR).then(|| own.clamp(0.0, 1.0))
    }
}

/// Gaussian mass (σ = 1) in the wedge beyond the edge `a`–`b` as seen from the origin, positive when the origin is left of it:
///
///   1/2π ∫ exp(−r²/2) dθ = 1/2π ∫₀¹ (a × b) exp(−r²/2) / r² dt,  r = a + t (b − a),
///
/// (the same integral as in `probability`, there by Owen's T function) by Gauss–Legendre quadrature, with so many nodes that the
/// pole of the integrand, `distance` away, costs less than 1e-5; an edge as long as that is halved.
/// Nodes and weights: Abramowitz and Stegun (1964), table 25.4.
fn wedge(a: Coord<f64>, b: Coord<f64>, distance: f64) -> f64 {
    let cross = a.x * b.y - a.y * b.x;
    let along = b - a;
    let length = (along.x * along.x + along.y * along.y).sqrt();
    let value = |t: f64| {
        let r = a + along * t;
        let r2 = r.x * r.x + r.y * r.y;
        (-0.5 * r2).exp() / r2
    };
    if length <= 0.3 * distance.min(1.0) {
        const X: f64 = 0.211_324_865_405_187_1;
        return cross / TAU * 0.5 * (value(X) + value(1.0 - X));
    }
    if length <= distance.min(1.5) {
        const NODES: [(f64, f64); 2] =
            [(0.069_431_844_202_973_7, 0.173_927_422_568_726_9), (0.330_009_478_207_571_9, 0.326_072_577_431_273_1)];
        return cross / TAU * NODES.iter().map(|&(x, w)| w * (value(x) + value(1.0 - x))).sum::<f64>();
    }
    if length < 1e-3 {
        // Nearer than a thousandth of σ, and as short: the angle itself, as the exponential is 1.
        return cross.atan2(a.x * b.x + a.y * b.y) / TAU;
    }
    let middle = a + along * 0.5;
    wedge(a, middle, distance_to(a, middle)) + wedge(middle, b, distance_to(middle, b))
}

/// From the origin to the segment `a`–`b`.
fn distance_to(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let along = b - a;
    let t = (-(a.x * along.x + a.y * along.y) / (along.x * along.x + along.y * along.y)).clamp(0.0, 1.0);
    let foot = a + along * t;
    (foot.x * foot.x + foot.y * foot.y).sqrt()
}

/// Edges that may be the nearest on the ground: no more can be about one vertex in sane data.
const NEAR: usize = 12;
/// Longer edges bend so little that it is told apart (see `metric`).
const LONG_M2: f64 = 250.0 * 250.0;

struct Search {
    p: Coord<f64>,
    /// No nearest edge is farther, in the plane.
    best_m: f64,
    near: [(f64, u32, Coord<f64>, Coord<f64>); NEAR],
    count: usize,
}

impl Search {
    #[inline]
    fn offer(&mut self, distance_m: f64, length2: f64, edge: u32, a: Coord<f64>, b: Coord<f64>) {
        let bend_m = if length2 > LONG_M2 { metric::BEND_M } else { 0.0 };
        // 1e-4: what the plane is off by within its use here, several times over.
        let (least, most) = (distance_m * (1.0 - 1e-4) - bend_m, distance_m * (1.0 + 1e-4) + bend_m);
        if least > self.best_m {
            return;
        }
        if most < self.best_m {
            self.best_m = most;
            let mut kept = 0;
            for i in 0..self.count.min(NEAR) {
                if self.near[i].0 <= most {
                    self.near[kept] = self.near[i];
                    kept += 1;
                }
            }
            self.count = kept;
        }
        if let Some(slot) = self.near.get_mut(self.count) {
            *slot = (least, edge, a, b);
        }
        self.count += 1;
    }

    /// The nearest on the ground, as [`super::Edges::nearest`] finds it.
    fn measure(&self) -> Option<Nearest> {
        let mut best: Option<Nearest> = None;
        for &(_, edge, a, b) in &self.near[..self.count.min(NEAR)] {
            let (foot, distance_m) = metric::nearest_on_edge(self.p, a, b);
            let found = Nearest { edge: edge as usize, foot, distance_m };
            if best.is_none_or(|b| found.is_before(&b)) {
                best = Some(found);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By Owen's T function, as in `probability`.
    fn exact(a: Coord<f64>, b: Coord<f64>) -> f64 {
        let along = b - a;
        let length = along.x.hypot(along.y);
        let cross = a.x * b.y - a.y * b.x;
        let h = cross.abs() / length;
        if h == 0.0 {
            return 0.0;
        }
        let at = |c: Coord<f64>| (c.x * along.x + c.y * along.y) / length;
        cross.signum() * (owens_t::owens_t(h, at(b) / h) - owens_t::owens_t(h, at(a) / h))
    }

    #[test]
    fn the_mass_beyond_an_edge_is_owens() {
        let mut worst = 0.0_f64;
        let mut x = 1u64;
        let mut uniform = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (x >> 33) as f64 / (1u64 << 31) as f64
        };
        for _ in 0..20_000 {
            let (r, angle, size, way) =
                (4.0 * uniform(), TAU * uniform(), 10f64.powf(2.5 * uniform() - 2.0), TAU * uniform());
            let a = Coord { x: r * angle.cos(), y: r * angle.sin() };
            let b = a + Coord { x: size * way.cos(), y: size * way.sin() };
            if distance_to(a, b) < 1e-3 {
                continue;
            }
            worst = worst.max((wedge(a, b, distance_to(a, b)) - exact(a, b)).abs());
        }
        assert!(worst < 2e-5, "{worst}");
    }
}
