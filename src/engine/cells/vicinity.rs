//! The edges about a point, read from the leaves about it.

use geo::Coord;

use super::super::edges::Owner;
use super::super::metric::LocalPlane;
use super::layout::{Cells, HAS_MORE, LEAVES_PER_TILE, Section, TILE_BITS, View};
use super::leaf::{Head, IS_END, REF};
use super::{UNDECIDED, simd};

/// Edges met so far, so that one that runs through several leaves is told once. Kept from point to point.
#[derive(Debug)]
pub struct Met {
    /// The stamp of the point for which a slot was last used, and the edge in it.
    slots: Vec<(u32, u32)>,
    stamp: u32,
    /// So many slots (a power of two) are in use.
    bits: u32,
    list: Vec<u32>,
}

impl Default for Met {
    fn default() -> Met {
        Met { slots: vec![(0, 0); 1 << Met::FEW_BITS], stamp: 0, bits: Met::FEW_BITS, list: Vec::new() }
    }
}

impl Met {
    /// Slots for an ordinary neighbourhood, near each other in memory, and for one of crowded lines. One with half as many
    /// edges as these is left to the R-tree.
    const FEW_BITS: u32 = 10;
    const CROWDED_BITS: u32 = 15;

    fn begin(&mut self, bits: u32) {
        self.bits = bits;
        self.list.clear();
        if self.slots.len() < 1 << bits {
            self.slots.resize(1 << bits, (0, 0));
        }
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.slots.fill((0, 0));
            self.stamp = 1;
        }
    }

    /// Is the edge met for the first time?
    #[inline]
    fn is_new(&mut self, edge: u32) -> bool {
        let mask = (1usize << self.bits) - 1;
        let mut at = (edge.wrapping_mul(0x9E37_79B1) >> (32 - self.bits)) as usize;
        loop {
            let slot = &mut self.slots[at & mask];
            if slot.0 != self.stamp {
                *slot = (self.stamp, edge);
                return true;
            }
            if slot.1 == edge {
                return false;
            }
            at += 1;
        }
    }
}

/// Why the edges about a point were not all met.
enum Refused {
    /// More than the slots in use are for.
    TooMany,
    /// The index does not say.
    NotKnown,
}

/// An edge of the index: its number, its ends in degrees, the owners to its left and right.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub edge: u32,
    pub a: Coord<f64>,
    pub b: Coord<f64>,
    pub sides: [Owner; 2],
}

/// The leaves that a circle about a point covers.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The middle, in leaves from the grid's corner; the radius in metres; a leaf's sides in metres.
    at: Coord<f64>,
    reach_m: f64,
    leaf_m: Coord<f64>,
}

/// What is asked of memory before edges are told, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Leaves,
    Records,
}

impl Cells {
    /// `plane` is the one at the point.
    #[inline]
    pub fn span(&self, p: Coord<f64>, plane: &LocalPlane, reach_m: f64) -> Span {
        let grid = self.view().grid;
        let leaf_deg = 1.0 / grid.leaves_per_degree;
        Span {
            at: Coord { x: (p.x - grid.x0) * grid.leaves_per_degree, y: (p.y - grid.y0) * grid.leaves_per_degree },
            // What a leaf lists can be a little outside it; 1 % is more than the plane is off by.
            reach_m: 1.01 * reach_m + 0.1,
            leaf_m: plane.to_m(p + Coord { x: leaf_deg, y: leaf_deg }),
        }
    }

    /// Asks memory for what [`Cells::about_span`] is going to read; a step needs what the one before asked for.
    #[inline]
    pub fn ask_for(&self, step: Step, span: &Span) {
        let view = self.view();
        // What is damaged is noticed when it is read.
        let _ = match step {
            Step::Leaves => runs(&view, span, |first, _| {
                simd::prefetch(view.leaves, first);
                Ok(())
            }),
            Step::Records => records(&view, span, |record| {
                (0..3).for_each(|line| simd::prefetch(view.records, record + 16 * line));
                Ok(())
            }),
        };
    }

    /// Tells every edge nearer to the point than `reach_m`, each once, and some that are farther. `false`: the index does
    /// not say (lines too crowded, damaged bytes), and nothing was told.
    pub fn about(&self, p: Coord<f64>, reach_m: f64, met: &mut Met, tell: impl FnMut(About)) -> bool {
        self.about_span(&self.span(p, &LocalPlane::at(p), reach_m), met, tell)
    }

    /// As [`Cells::about`].
    #[inline]
    pub fn about_span(&self, span: &Span, met: &mut Met, mut tell: impl FnMut(About)) -> bool {
        let (view, sides): (View, &[[Owner; 2]]) = (self.view(), self.section(Section::Sides));
        match meet(&view, sides, span, met, Met::FEW_BITS) {
            Ok(()) => {}
            Err(Refused::TooMany) if meet(&view, sides, span, met, Met::CROWDED_BITS).is_ok() => {}
            Err(_) => return false,
        }
        for &edge in &met.list {
            // They were there when they were met.
            if let (Some(&[ax, ay, bx, by]), Some(&sides)) = (view.edges.get(edge as usize), sides.get(edge as usize)) {
                tell(About { edge, a: Coord { x: ax, y: ay }, b: Coord { x: bx, y: by }, sides });
            }
        }
        true
    }
}

/// Runs of leaves of a span, each in one row of one tile: where it begins, and how many they are.
#[inline(always)]
fn runs(view: &View, span: &Span, mut each: impl FnMut(usize, usize) -> Result<(), Refused>) -> Result<(), Refused> {
    let (grid, &Span { at, reach_m, leaf_m }) = (view.grid, span);
    let (dx, dy) = (reach_m / leaf_m.x, reach_m / leaf_m.y);
    let (columns, rows) = (f64::from(grid.nx << TILE_BITS), f64::from(grid.ny << TILE_BITS));
    // Written so that a position that is no number is refused.
    if !(at.x + dx >= 0.0 && at.y + dy >= 0.0 && at.x - dx < columns && at.y - dy < rows) {
        return if at.x.is_finite() && at.y.is_finite() { Ok(()) } else { Err(Refused::NotKnown) };
    }
    let range = |low: f64, high: f64, count: f64| (low.max(0.0) as usize, high.min(count - 1.0) as usize);
    let (r0, r1) = range(at.y - dy, at.y + dy, rows);
    let side = 1usize << TILE_BITS;
    for row in r0..=r1 {
        // Of the row only what the circle covers.
        let off = (row as f64 - at.y).max(at.y - (row + 1) as f64).max(0.0) * leaf_m.y;
        let dx = (reach_m * reach_m - off * off).max(0.0).sqrt() / leaf_m.x;
        if at.x + dx < 0.0 || at.x - dx >= columns {
            continue;
        }
        let (c0, c1) = range(at.x - dx, at.x + dx, columns);
        let tiles = (row >> TILE_BITS) * grid.nx as usize;
        let mut column = c0;
        while column <= c1 {
            // The columns of one tile.
            let end = (column | (side - 1)).min(c1);
            let tile = *view.tiles.get(tiles + (column >> TILE_BITS)).ok_or(Refused::NotKnown)?;
            if tile & HAS_MORE != 0 {
                let first = (tile & !HAS_MORE) as usize * LEAVES_PER_TILE + ((row & (side - 1)) << TILE_BITS);
                each(first + (column & (side - 1)), end + 1 - column)?;
            }
            column = end + 1;
        }
    }
    Ok(())
}

/// The records of a span's leaves.
#[inline(always)]
fn records(view: &View, span: &Span, mut each: impl FnMut(usize) -> Result<(), Refused>) -> Result<(), Refused> {
    runs(view, span, |first, count| {
        for &entry in view.leaves.get(first..first + count).ok_or(Refused::NotKnown)? {
            match entry {
                UNDECIDED => return Err(Refused::NotKnown),
                entry if entry & HAS_MORE == 0 => {}
                entry => each((entry & !HAS_MORE) as usize)?,
            }
        }
        Ok(())
    })
}

/// Lists the edges in the leaves of a span, and asks memory for each: all are under way when the first is looked at.
fn meet(view: &View, sides: &[[Owner; 2]], span: &Span, met: &mut Met, bits: u32) -> Result<(), Refused> {
    met.begin(bits);
    let most = 1usize << (bits - 1);
    records(view, span, |record| {
        let count = Head(*view.records.get(record).ok_or(Refused::NotKnown)?).count();
        let refs = view.records.get(record + 3 + 2 * count..record + 3 + 3 * count);
        for &reference in refs.ok_or(Refused::NotKnown)?.iter().filter(|r| **r & IS_END == 0) {
            let edge = reference & REF;
            if !met.is_new(edge) {
                continue;
            }
            if edge as usize >= view.edges.len().min(sides.len()) {
                return Err(Refused::NotKnown);
            }
            simd::prefetch(view.edges, edge as usize);
            simd::prefetch(sides, edge as usize);
            met.list.push(edge);
            if met.list.len() > most {
                return Err(Refused::TooMany);
            }
        }
        Ok(())
    })
}
