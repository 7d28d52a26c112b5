//! The record of a leaf with boundaries.
//!
//! ```text
//! head       count (16 bits), shift (4 bits), flags
//! one, two   plain: the codes for an even and an odd number of crossings
//!            mixed: the bits that hold before any crossing; the number of owners
//! from       count words: southern ends in steps of 2^shift from the leaf's south-western corner, see `sieve`
//! span       count words
//! refs       count words: which edge it is, or which end of which edge
//! toggles    mixed only: count words, a bit for each owner the edge toggles
//! owners     mixed only: the owner of each bit, ascending
//! ```

use super::super::edges::{Edge, Owner};
use super::layout::{Grid, STEP_BITS};
use super::sieve::pair;

/// Bits of a reference: the end of an edge (everything north of it), its northern end, the edge's number.
pub const IS_END: u32 = 1 << 31;
pub const OF_NORTH: u32 = 1 << 30;
pub const REF: u32 = OF_NORTH - 1;

/// Owners that a mixed leaf can tell apart, and edges it can hold; beyond either the R-tree is asked.
pub const MAX_OWNERS: usize = 32;
pub const MAX_EDGES: usize = 0xFFFF;

const MIXED: u32 = 1 << 20;
const EXACT: u32 = 1 << 21;
const MAX_SHIFT: u32 = 6;
/// Range of the 16-bit coordinates: every difference and cross product then fits its integer.
const LOW: i64 = -(1 << 13);
const HIGH: i64 = 1 << 14;

/// The first word of a record.
#[derive(Debug, Clone, Copy)]
pub struct Head(pub u32);

impl Head {
    #[inline(always)]
    pub fn count(self) -> usize {
        (self.0 & 0xFFFF) as usize
    }

    /// The coordinates are in steps of 2 to this power.
    #[inline(always)]
    pub fn shift(self) -> u32 {
        self.0 >> 16 & 0xF
    }

    /// Do all edges toggle the same owners?
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        self.0 & MIXED == 0
    }

    /// Do the edges reach too far for the integers?
    pub fn is_exact(self) -> bool {
        self.0 & EXACT != 0
    }
}

/// What decides in a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decider {
    pub reference: u32,
    /// The owners it toggles.
    pub owners: [Option<Owner>; 2],
}

/// Coordinates of a leaf's deciders in steps of 2^shift, at the finest shift that holds them all; `None`: none does.
pub fn quantised(
    grid: &Grid,
    (column, row): (u32, u32),
    edges: &[Edge],
    deciders: &[Decider],
    words: &mut Vec<[u32; 2]>,
) -> Option<u32> {
    let corner = (i64::from(column) << STEP_BITS, i64::from(row) << STEP_BITS);
    let steps = |x: f64, y: f64| {
        let (x, y) = grid.steps(x, y);
        (x - corner.0, y - corner.1)
    };
    (0..=MAX_SHIFT).find(|&shift| {
        let fits = |v: i64| (LOW..HIGH).contains(&(v >> shift));
        words.clear();
        deciders.iter().all(|d| {
            let e = &edges[(d.reference & REF) as usize];
            let ((ax, ay), (bx, by)) = if d.reference & IS_END == 0 {
                (steps(e.a.x, e.a.y), steps(e.b.x, e.b.y))
            } else {
                // An end is an edge far in the east that runs north from its latitude.
                let end = if d.reference & OF_NORTH == 0 { e.a } else { e.b };
                let far = (HIGH - 1) << shift;
                ((far, steps(end.x, end.y).1), (far, far))
            };
            if !(fits(ax) && fits(ay) && fits(bx) && fits(by)) {
                return false;
            }
            let small = |v: i64| (v >> shift) as i32;
            words.push([pair(small(ay), small(ax)), pair(small(bx) - small(ax), small(ay) - small(by))]);
            true
        })
    })
}

/// Appends the record of a leaf whose edges all toggle the same owners.
pub fn write_plain(out: &mut Vec<u32>, shift: u32, words: &[[u32; 2]], deciders: &[Decider], codes: [u32; 2]) {
    out.push(words.len() as u32 | shift << 16);
    out.extend(codes);
    out.extend(words.iter().map(|w| w[0]));
    out.extend(words.iter().map(|w| w[1]));
    out.extend(deciders.iter().map(|d| d.reference));
}

/// Appends the record of a leaf whose edges toggle different ones of `owners` (ascending). `shift`: `None` where the
/// edges do not fit the integers.
pub fn write_mixed(
    out: &mut Vec<u32>,
    shift: Option<u32>,
    words: &[[u32; 2]],
    deciders: &[Decider],
    base: &[Owner],
    owners: &[Owner],
) {
    let bit = |owner: &Owner| owners.binary_search(owner).map_or(0, |i| 1u32 << i);
    let flags = MIXED | shift.map_or(EXACT, |s| s << 16);
    out.push(deciders.len() as u32 | flags);
    out.push(base.iter().map(bit).fold(0, |all, b| all ^ b));
    out.push(owners.len() as u32);
    let word = |i: usize, half: usize| words.get(i).map_or(0, |w| w[half]);
    for half in 0..2 {
        out.extend((0..deciders.len()).map(|i| if shift.is_some() { word(i, half) } else { 0 }));
    }
    out.extend(deciders.iter().map(|d| d.reference));
    out.extend(deciders.iter().map(|d| d.owners.iter().flatten().map(bit).fold(0, |all, b| all ^ b)));
    out.extend(owners);
}
