//! Many points at once: the steps of a lookup are taken for a batch of points together, so that what one step asks of
//! memory is there when the next step needs it.

use geo::Coord;
use rayon::prelude::*;

use super::decide::decide;
use super::layout::{Cells, HAS_MORE, LEAVES_PER_TILE, Place, View};
use super::sieve::Sieve;
use super::{Code, OUTSIDE, UNDECIDED, simd};

/// Points on their way through the steps together.
const BATCH: usize = 64;
/// Points a core takes at a time.
const PIECE: usize = 1 << 14;

/// How wide the integers are worked on. All give the same codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lanes {
    Scalar,
    Avx2,
    Avx512,
}

impl Lanes {
    /// The widest this processor has.
    pub fn widest() -> Lanes {
        simd::widest()
    }
}

impl Cells {
    /// The codes of points given as longitudes and latitudes in degrees, on this core.
    ///
    /// # Panics
    /// When the three slices differ in length.
    pub fn locate(&self, xs: &[f64], ys: &[f64], out: &mut [Code]) {
        self.locate_with(Lanes::widest(), xs, ys, out);
    }

    /// As [`Cells::locate`], no wider than `lanes`.
    ///
    /// # Panics
    /// When the three slices differ in length.
    pub fn locate_with(&self, lanes: Lanes, xs: &[f64], ys: &[f64], out: &mut [Code]) {
        assert!(xs.len() == ys.len() && xs.len() == out.len(), "as many longitudes, latitudes and codes");
        simd::codes(&self.view(), xs, ys, out, lanes);
    }

    /// As [`Cells::locate`], on all cores.
    ///
    /// # Panics
    /// When the three slices differ in length.
    pub fn locate_all(&self, xs: &[f64], ys: &[f64], out: &mut [Code]) {
        assert!(xs.len() == ys.len() && xs.len() == out.len(), "as many longitudes, latitudes and codes");
        let (view, lanes) = (self.view(), Lanes::widest());
        (xs.par_chunks(PIECE), ys.par_chunks(PIECE), out.par_chunks_mut(PIECE))
            .into_par_iter()
            .for_each(|(xs, ys, out)| simd::codes(&view, xs, ys, out, lanes));
    }
}

/// The loop itself; compiled once for each kind of lanes.
#[inline(always)]
pub fn run<S: Sieve>(view: &View, xs: &[f64], ys: &[f64], out: &mut [Code]) {
    let mut places = [Place { x: 0, y: 0 }; BATCH];
    let mut waiting = [0u8; BATCH];
    for ((xs, ys), out) in xs.chunks(BATCH).zip(ys.chunks(BATCH)).zip(out.chunks_mut(BATCH)) {
        // Where each point lies; its tile is asked for.
        for i in 0..xs.len() {
            match view.grid.place(xs[i], ys[i]) {
                Some(place) => {
                    places[i] = place;
                    let tile = place.tile(view.grid.nx);
                    simd::prefetch(view.tiles, tile);
                    out[i] = tile as u32;
                }
                None => {
                    places[i] = Place { x: 0, y: 0 };
                    out[i] = u32::MAX;
                }
            }
        }
        // The tiles; the leaves of those that have some are asked for.
        let mut count = 0;
        for (i, out) in out.iter_mut().enumerate() {
            let outside = *out == u32::MAX;
            let entry = if outside { OUTSIDE } else { view.tiles.get(*out as usize).copied().unwrap_or(UNDECIDED) };
            *out = entry;
            waiting[count] = i as u8;
            if entry & HAS_MORE != 0 {
                let leaf = (entry & !HAS_MORE) as usize * LEAVES_PER_TILE + places[i].within_tile();
                simd::prefetch(view.leaves, leaf);
                count += 1;
            }
        }
        // The leaves; the records of those that have one are asked for.
        let mut left = 0;
        for w in 0..count {
            let i = waiting[w];
            let at = usize::from(i) % BATCH;
            let Some(slot) = out.get_mut(at) else { continue };
            let entry = view.leaf(*slot, places[at].within_tile());
            *slot = entry;
            waiting[left] = i;
            if entry & HAS_MORE != 0 {
                let record = (entry & !HAS_MORE) as usize;
                simd::prefetch(view.records, record);
                simd::prefetch(view.records, record + 16);
                left += 1;
            }
        }
        // The records.
        for &i in &waiting[..left] {
            let at = usize::from(i) % BATCH;
            let (Some(slot), Some(&x), Some(&y)) = (out.get_mut(at), xs.get(at), ys.get(at)) else { continue };
            *slot = decide::<S>(view, *slot, places[at], Coord { x, y });
        }
    }
}
