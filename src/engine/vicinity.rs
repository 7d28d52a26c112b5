//! Quick facts about a position near boundaries: the share of the unit it is in and the nearest boundary, both from one
//! look at the edges about it. For files of millions of rows; what it cannot say beyond doubt it leaves to
//! [`super::Engine::find`], which is exact.

use std::f64::consts::TAU;

use geo::Coord;

use super::cells::{About, Cells, Met, NOBODY, Span, Step};
use super::edges::{Nearest, Owner};
use super::metric::{self, LocalPlane};

/// What a share may be off by: the edges left out, and the quadrature ([`wedge`]).
pub const SHARE_ERROR: f64 = 1e-3;
/// As [`SHARE_ERROR`], of a closer look.
pub const CLOSE_ERROR: f64 = 1e-4;

/// How closely to look.
#[derive(Debug, Clone, Copy)]
struct Closeness {
    /// Edges farther than this many σ are left out of a share: exp(−r²/2) of the Gaussian is beyond, 7.4e-4 and 1.5e-8.
    reach_sigma: f64,
    /// Edges are cut into pieces this much shorter than [`wedge`] takes them at most.
    shorter: f64,
    error: f64,
}

const QUICK: Closeness = Closeness { reach_sigma: 3.8, shorter: 1.0, error: SHARE_ERROR };
const CLOSE: Closeness = Closeness { reach_sigma: 6.0, shorter: 0.4, error: CLOSE_ERROR };
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

/// A position to be looked about. What is there is asked of memory first ([`Look::prepare`]), for several positions in turn, so that
/// it has come when it is their turn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    p: Coord<f64>,
    owner: Option<Owner>,
    sigma_m: f64,
    reach_m: f64,
    plane: LocalPlane,
    span: Span,
    close: Closeness,
}

impl Look {
    /// At a position inside one unit, or outside all, up to `reach_m`.
    pub fn at(cells: &Cells, p: Coord<f64>, owner: Option<Owner>, sigma_m: f64, reach_m: f64) -> Look {
        Look::with(QUICK, cells, p, owner, sigma_m, reach_m)
    }

    #[inline]
    fn with(close: Closeness, cells: &Cells, p: Coord<f64>, owner: Option<Owner>, sigma_m: f64, reach_m: f64) -> Look {
        let plane = LocalPlane::at(p);
        let reach_m = if owner.is_some() { reach_m.max(close.reach_sigma * sigma_m) } else { reach_m };
        Look { p, owner, sigma_m, reach_m, plane, span: cells.span(p, &plane, reach_m), close }
    }

    pub fn position(&self) -> Coord<f64> {
        self.p
    }

    pub fn prepare(&self, cells: &Cells, step: Step) {
        cells.ask_for(step, &self.span);
    }
}

/// The share of the unit that a position is in, to [`CLOSE_ERROR`]. `None`: only the exact way can tell.
pub fn close_share(cells: &Cells, met: &mut Met, p: Coord<f64>, owner: Owner, sigma_m: f64) -> Option<f64> {
    vicinity(cells, met, &Look::with(CLOSE, cells, p, Some(owner), sigma_m, 0.0))?.share
}

/// Looks about a position. `None`: only the exact way can tell.
pub fn vicinity(cells: &Cells, met: &mut Met, look: &Look) -> Option<Vicinity> {
    let &Look { p, owner, sigma_m, reach_m, plane, span, close } = look;
    let cut_m = close.reach_sigma * sigma_m;
    let (cut2, per_sigma) = (cut_m * cut_m, 1.0 / sigma_m);
    let mut masses = Masses::default();
    let mut search = Search::new(p, reach_m);
    let mut nearest2 = f64::INFINITY;
    let all = cells.about_span(&span, met, |About { edge, a, b, sides }| {
        let (am, bm) = (plane.to_m(a), plane.to_m(b));
        let along = bm - am;
        let length2 = along.x * along.x + along.y * along.y;
        let t = (-(am.x * along.x + am.y * along.y) / length2).clamp(0.0, 1.0);
        let foot = am + along * t;
        let distance2 = foot.x * foot.x + foot.y * foot.y;
        nearest2 = nearest2.min(distance2);
        if distance2 <= search.limit2 && owner.is_none_or(|o| sides.contains(&o)) {
            search.offer(distance2.sqrt(), length2, edge, a, b);
        }
        if owner.is_some() && distance2 < cut2 {
            // Positive: the position is to the left, whose owner loses what is beyond the edge to the right's.
            let mass = wedge(am * per_sigma, bm * per_sigma, distance2 * per_sigma * per_sigma, close.shorter);
            masses.give(sides[0], -mass);
            masses.give(sides[1], mass);
        }
    });
    let sure = all && nearest2 > TOO_NEAR_M * TOO_NEAR_M && search.count <= NEAR;
    let share = match owner {
        Some(owner) if sure => Some(masses.share(owner, close.error)?),
        _ => None,
    };
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
    fn share(&self, owner: Owner, error: f64) -> Option<f64> {
        let known = self.of.get(..self.count)?;
        let of = |o: Owner, gained: f64| if o == owner { 1.0 + gained } else { gained };
        let sane = known.iter().all(|&(o, gained)| (-error..=1.0 + error).contains(&of(o, gained)));
        // Without an entry of its own the unit holds everything about here.
        let own = known.iter().find(|(o, _)| *o == owner).map_or(1.0, |&(_, gained)| 1.0 + gained);
        let others: f64 = known.iter().filter(|(o, _)| *o != owner).map(|(_, gained)| gained).sum();
        (sane && own + others <= 1.0 + error).then(|| own.clamp(0.0, 1.0))
    }
}

/// Gaussian mass (σ = 1) in the wedge beyond the edge `a`–`b` as seen from the origin, positive when the origin is left of it:
///
///   1/2π ∫ exp(−r²/2) dθ = 1/2π ∫₀¹ (a × b) exp(−r²/2) / r² dt,  r = a + t (b − a),
///
/// (the same integral as in `probability`, there by Owen's T function) by Gauss–Legendre quadrature, with so many nodes that the
/// pole of the integrand, a `distance` (here its square) away, costs less than 1e-5; an edge as long as that is halved.
/// `shorter` makes the pieces so much shorter: 0.4 costs less than 1e-6, most of it within a thousandth of σ of an edge (below).
/// Nodes and weights: Abramowitz and Stegun (1964), table 25.4.
#[inline]
fn wedge(a: Coord<f64>, b: Coord<f64>, distance2: f64, shorter: f64) -> f64 {
    let cross = a.x * b.y - a.y * b.x;
    let along = b - a;
    let length2 = along.x * along.x + along.y * along.y;
    let value = |t: f64| {
        let r = a + along * t;
        let r2 = r.x * r.x + r.y * r.y;
        exp(-0.5 * r2) / r2
    };
    let square = |v: f64| v * v;
    if length2 <= square(0.3 * shorter * shorter) * distance2.min(1.0) {
        const X: f64 = 0.211_324_865_405_187_1;
        return cross / TAU * 0.5 * (value(X) + value(1.0 - X));
    }
    if length2 <= square(shorter) * distance2.min(1.5 * 1.5) {
        const NODES: [(f64, f64); 2] =
            [(0.069_431_844_202_973_7, 0.173_927_422_568_726_9), (0.330_009_478_207_571_9, 0.326_072_577_431_273_1)];
        return cross / TAU * NODES.iter().map(|&(x, w)| w * (value(x) + value(1.0 - x))).sum::<f64>();
    }
    if length2 < 1e-6 {
        // Nearer than a thousandth of σ, and as short: the angle itself, as the exponential is 1.
        return cross.atan2(a.x * b.x + a.y * b.y) / TAU;
    }
    halved(a, b, shorter)
}

#[inline(never)]
fn halved(a: Coord<f64>, b: Coord<f64>, shorter: f64) -> f64 {
    let middle = a + (b - a) * 0.5;
    let square = |v: f64| v * v;
    wedge(a, middle, square(distance_to(a, middle)), shorter)
        + wedge(middle, b, square(distance_to(middle, b)), shorter)
}

/// e^x for x up to 0, to 1e-8 of it; near 0 below −700. The system's own, good to the last bit, takes three times as long.
#[inline]
fn exp(x: f64) -> f64 {
    // Added to a number this brings its whole part into the lowest bits.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let whole = x.max(-700.0) * std::f64::consts::LOG2_E + SHIFT;
    // What is left: at most half of ln 2 from 0.
    let r = x.max(-700.0) - (whole - SHIFT) * std::f64::consts::LN_2;
    let low = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0)));
    let high = 1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0)));
    let r2 = r * r;
    // Times 2 to the whole part: added to the exponent.
    f64::from_bits((low + r2 * r2 * high).to_bits().wrapping_add(whole.to_bits() << 52))
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
    /// What is farther, squared, need not be offered.
    limit2: f64,
    /// No nearest edge is farther, in the plane.
    best_m: f64,
    near: [(f64, u32, Coord<f64>, Coord<f64>); NEAR],
    count: usize,
}

impl Search {
    fn new(p: Coord<f64>, reach_m: f64) -> Search {
        let near = [(0.0, 0, Coord::zero(), Coord::zero()); NEAR];
        Search { p, limit2: Search::limit2(reach_m), best_m: reach_m, near, count: 0 }
    }

    fn limit2(best_m: f64) -> f64 {
        let limit_m = best_m * (1.0 + 2e-4) + metric::BEND_M;
        limit_m * limit_m
    }

    fn offer(&mut self, distance_m: f64, length2: f64, edge: u32, a: Coord<f64>, b: Coord<f64>) {
        let bend_m = if length2 > LONG_M2 { metric::BEND_M } else { 0.0 };
        // 1e-4: what the plane is off by within its use here, several times over.
        let (least, most) = (distance_m * (1.0 - 1e-4) - bend_m, distance_m * (1.0 + 1e-4) + bend_m);
        if least > self.best_m {
            return;
        }
        if most < self.best_m {
            (self.best_m, self.limit2) = (most, Search::limit2(most));
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
        let (mut worst, mut closest) = (0.0_f64, 0.0_f64);
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
            let distance2 = distance_to(a, b) * distance_to(a, b);
            worst = worst.max((wedge(a, b, distance2, QUICK.shorter) - exact(a, b)).abs());
            closest = closest.max((wedge(a, b, distance2, CLOSE.shorter) - exact(a, b)).abs());
        }
        assert!(worst < 2e-5 && closest < 1e-6, "{worst} {closest}");
    }

    #[test]
    fn the_quick_exponential_is_one() {
        for i in 0..70_000 {
            let x = -f64::from(i) * 1e-2;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-8, "{x}");
        }
        assert!(exp(-1e9) < 1e-300 && exp(f64::NEG_INFINITY) < 1e-300 && exp(0.0) == 1.0);
    }
}
