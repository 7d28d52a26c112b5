//! The cell index: which unit contains a point, in tens of nanoseconds, with the same exact answer as the R-tree.
//!
//! The land is cut into square **leaves** of 2⁻¹⁰° (about 100 m), 16 × 16 of them to a **tile**. A tile that no boundary
//! crosses holds one number, the code of its owner. Any other tile has 256 leaves; a leaf without a boundary holds the
//! code of its owner, one with a boundary a **record**: the few edges that can decide, and what holds before them.
//!
//! **Why it is exact.** Whether a unit contains a point is the parity of its edges crossed by the ray due east
//! ([`Edge::crossed_by_ray_east`], the one half-open rule). Let E be the edges that meet a leaf, widened a little. For a
//! point in the leaf the crossings of all other edges change only where a chain of them ends, that is with the point's
//! latitude at a vertex where the chain passes from E to the others, east of the leaf. So an owner's parity is
//!
//!   constant of the leaf ⊕ crossings of its edges in E ⊕ [the point is not south of v] for each such vertex v.
//!
//! The constant comes from a sweep with the exact predicate at the leaf's centre when the index is built. More edges in E
//! than needed do no harm, so the search for them may round. Each edge is stored once and toggles the owners on its two
//! sides: overlaps and holes need nothing of their own.
//!
//! **Why it is fast.** In a leaf the edges are kept in 16-bit integers. The rounding is monotone, so latitudes that differ
//! after it are in the same order before it; the sign of the cross product is sure unless it is within the error of the
//! rounding (see [`sieve`]). Only then the edge itself is looked at, with the exact predicate.
//!
//! The index is one run of bytes ([`layout`]) that is written to a file as it is and mapped back ([`file`]). Bytes are
//! never trusted: what does not fit is [`UNDECIDED`], and whoever asked falls back to the R-tree.

mod batch;
mod build;
mod clearance;
mod decide;
mod file;
mod layout;
mod leaf;
mod nearest;
mod sieve;
mod simd;
mod sweep;
mod vicinity;

pub use batch::Lanes;
pub use clearance::Farther;
pub use file::CellsError;
pub use layout::{Cells, Fingerprint, LEAVES_PER_TILE_SIDE, NOBODY};
pub use vicinity::{About, Met, Span, Step};

use geo::Coord;

use super::edges::Owner;
use super::layer::Containment;
use layout::View;

/// What [`Cells::locate`] says about a point: 0 outside, `owner + 1` inside one unit, above that a set of units that
/// overlap ([`Cells::owners`]), and the two words below.
pub type Code = u32;

/// Outside every unit.
pub const OUTSIDE: Code = 0;
/// In several units whose set is not listed: ask [`super::Layer::contain`] which.
pub const SEVERAL: Code = 0x7FFF_FFFE;
/// The index does not say (a leaf too crowded, or damaged bytes): ask the R-tree.
pub const UNDECIDED: Code = 0x7FFF_FFFF;

impl Cells {
    /// The unit or units that contain the point (degrees): what [`super::Layer::contain`] says without the index. `None`:
    /// the index does not say.
    pub fn contain(&self, p: Coord<f64>) -> Option<Containment> {
        let view = self.view();
        let code = view.locate(p);
        match code {
            OUTSIDE => Some(Containment::Outside),
            _ if code <= view.owners => Some(Containment::In(code - 1)),
            _ => view.owners_of_set(code).map(|list| Containment::Several(list.to_vec())),
        }
    }

    /// The owners a code stands for, in the dataset's order; `None` for [`SEVERAL`] and [`UNDECIDED`].
    pub fn owners(&self, code: Code) -> Option<Vec<Owner>> {
        match code {
            OUTSIDE => Some(Vec::new()),
            _ if code <= self.view().owners => Some(vec![code - 1]),
            _ => self.view().owners_of_set(code).map(<[Owner]>::to_vec),
        }
    }

    /// No boundary is nearer to the point than this many metres on the ground; 0 where nothing is known.
    pub fn clearance_m(&self, p: Coord<f64>) -> f64 {
        clearance::clearance_m(&self.view(), p)
    }
}

impl View<'_> {
    /// The code of one point.
    #[inline]
    pub fn locate(&self, p: Coord<f64>) -> Code {
        let Some(place) = self.grid.place(p.x, p.y) else { return OUTSIDE };
        let entry = self.entry(place);
        if entry & layout::HAS_MORE == 0 { entry } else { decide::decide::<sieve::Scalar>(self, entry, place, p) }
    }
}
