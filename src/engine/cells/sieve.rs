//! Which edges of a record a ray due east crosses for certain, in 16-bit integers, and which cannot be told that way.
//!
//! A stored edge is two words: `from` = (a.y, a.x) and `span` = (b.x − a.x, −(b.y − a.y)), each a pair of 16-bit integers
//! with the first in the low half. With the point p as (y, x) one multiply-add of pairs gives the cross product
//!
//!   (b.x − a.x)(p.y − a.y) − (b.y − a.y)(p.x − a.x),
//!
//! positive when p is west of the edge. All coordinates were rounded down to whole steps, so each difference is off by less
//! than 1 and the cross product by less than |p.y − a.y| + |p.x − a.x| + |b.x − a.x| + |b.y − a.y| + 2. Rounding down is
//! monotone: where p.y and an end's latitude differ after it, they are in that order; where they are equal it is not told.

/// Edges looked at in one go.
pub const LANES: usize = 16;

/// One bit an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sieved {
    /// Crossed for certain.
    pub crossed: u32,
    /// To be decided exactly.
    pub unsure: u32,
}

/// A way to sieve up to [`LANES`] edges; all give the same.
pub trait Sieve {
    fn sieve(from: &[u32; LANES], span: &[u32; LANES], point: u32) -> Sieved;
}

/// Two 16-bit integers in a word, the first in the low half.
#[inline(always)]
pub fn pair(low: i32, high: i32) -> u32 {
    (low as u32 & 0xFFFF) | ((high as u32) << 16)
}

#[inline(always)]
fn halves(word: u32) -> (i32, i32) {
    (i32::from(word as u16 as i16), i32::from((word >> 16) as u16 as i16))
}

/// What every processor can do.
#[derive(Debug)]
pub struct Scalar;

impl Sieve for Scalar {
    #[inline(always)]
    fn sieve(from: &[u32; LANES], span: &[u32; LANES], point: u32) -> Sieved {
        let mut sieved = Sieved::default();
        for i in 0..LANES {
            let one = one(from[i], span[i], point);
            sieved.crossed |= one.crossed << i;
            sieved.unsure |= one.unsure << i;
        }
        sieved
    }
}

/// One edge.
#[inline(always)]
pub fn one(from: u32, span: u32, point: u32) -> Sieved {
    let ((ay, ax), (dx, minus_dy), (py, px)) = (halves(from), halves(span), halves(point));
    let (v, u) = (py - ay, px - ax);
    let cross = dx * v + minus_dy * u;
    let error = v.abs() + u.abs() + dx.abs() + minus_dy.abs() + 2;
    let (above, below) = (v > 0, v < -minus_dy);
    let level = (v == 0) | (v == -minus_dy);
    let close = cross.abs() <= error;
    Sieved {
        crossed: u32::from(above & below & (cross > 0) & !close),
        unsure: u32::from(level | (above & below & close)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every lane of every kind says what one edge alone says, at the ends of the range as well.
    #[test]
    fn all_lanes_say_the_same() {
        let mut state = 1u64;
        let mut dice = move |low: i32, high: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match state >> 60 {
                0 => low,
                1 => high,
                _ => low + ((state >> 33) % (high - low + 1) as u64) as i32,
            }
        };
        let mut seen = Sieved::default();
        for _ in 0..20_000 {
            let ends: [[i32; 4]; LANES] = std::array::from_fn(|_| std::array::from_fn(|_| dice(-8192, 16383)));
            let from = ends.map(|[ax, ay, _, _]| pair(ay, ax));
            let span = ends.map(|[ax, ay, bx, by]| pair(bx - ax, ay.min(by) - ay.max(by)));
            let point = pair(dice(0, 8191), dice(0, 8191));
            let mut wanted = Sieved::default();
            for i in 0..LANES {
                let one = one(from[i], span[i], point);
                wanted.crossed |= one.crossed << i;
                wanted.unsure |= one.unsure << i;
            }
            seen.crossed |= wanted.crossed;
            seen.unsure |= wanted.unsure;
            for found in super::super::simd::sieve_by_every_lane(&from, &span, point) {
                assert_eq!(found, wanted);
            }
        }
        assert!(seen.crossed != 0 && seen.unsure != 0);
    }
}
