//! The bytes of an index, in memory as in the file (little-endian, sections on 64-byte borders).
//!
//! ```text
//! header    256 bytes: magic, version, checksum, dataset, grid, where each section is
//! tiles     u32 a tile, row by row from the south-west: code, or HAS_MORE | number of its block of leaves
//! leaves    256 × u32 a block: code, or HAS_MORE | place of its record
//! records   u32 words, see `leaf`
//! edges     4 × f64 an edge: a.x a.y b.x b.y, `a` the southern end
//! sets      u32: where each set of overlapping owners starts in `members`, and the end
//! members   u32 owners
//! near      u32 a tile: distance in tiles to one with boundaries, or HAS_MORE | number of its block of `nearness`
//! nearness  256 × u8 a block: distance in leaves to one with boundaries
//! sides     2 × u32 an edge: the owners to its left and right, `NOBODY` for none
//! ```

use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use geo::Coord;
use memmap2::Mmap;

use super::super::edges::{Edge, Edges, Owner};
use super::{Code, UNDECIDED};

/// Changes whenever the bytes are to be read in another way, or the rule that made them.
pub const VERSION: u32 = 2;
pub const MAGIC: [u8; 8] = *b"GIAPCELL";
pub const TILE_BITS: u32 = 4;
/// Leaves along one side of a tile.
pub const LEAVES_PER_TILE_SIDE: u32 = 1 << TILE_BITS;
pub const LEAVES_PER_TILE: usize = 1 << (2 * TILE_BITS);
/// A leaf is divided into 2¹³ steps along each side: the integers of the records.
pub const STEP_BITS: u32 = 13;
/// Set in an entry that is no code but says where to read on.
pub const HAS_MORE: u32 = 1 << 31;

/// No owner on this side of an edge.
pub const NOBODY: Owner = Owner::MAX;

/// What an index was made from: any 32 bytes that change with the dataset, such as a SHA-256.
pub type Fingerprint = [u8; 32];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Tiles,
    Leaves,
    Records,
    Edges,
    Sets,
    Members,
    Near,
    Nearness,
    Sides,
}

pub const SECTIONS: [(Section, usize); 9] = [
    (Section::Tiles, 4),
    (Section::Leaves, 4),
    (Section::Records, 4),
    (Section::Edges, 32),
    (Section::Sets, 4),
    (Section::Members, 4),
    (Section::Near, 4),
    (Section::Nearness, 1),
    (Section::Sides, 8),
];

#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
pub struct Header {
    pub magic: [u8; 8],
    pub version: u32,
    /// CRC-32 of the header with this field 0.
    pub header_crc: u32,
    /// CRC-32 of everything after the header.
    pub body_crc: u32,
    pub owners: u32,
    /// Of the whole file in bytes.
    pub length: u64,
    pub fingerprint: Fingerprint,
    pub grid: Grid,
    /// Offset and length of each section in bytes.
    pub sections: [[u64; 2]; 9],
    pub reserved: [u64; 2],
}

pub const HEADER_BYTES: usize = size_of::<Header>();
// The sections after it begin on a 64-byte border.
const _: () = assert!(HEADER_BYTES == 256);

/// Where the leaves lie. Degrees; the origin and the size of a leaf are dyadic, so that places are computed alike for
/// points and for vertices.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct Grid {
    pub x0: f64,
    pub y0: f64,
    pub leaves_per_degree: f64,
    /// Tiles from west to east and from south to north.
    pub nx: u32,
    pub ny: u32,
}

/// A point in steps from the grid's south-western corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub x: u32,
    pub y: u32,
}

impl Place {
    #[inline(always)]
    pub fn within_tile(self) -> usize {
        let side = (1 << TILE_BITS) - 1;
        ((((self.y >> STEP_BITS) & side) << TILE_BITS) | ((self.x >> STEP_BITS) & side)) as usize
    }

    #[inline(always)]
    pub fn tile(self, nx: u32) -> usize {
        let shift = STEP_BITS + TILE_BITS;
        (self.y >> shift) as usize * nx as usize + (self.x >> shift) as usize
    }

    /// Steps from the leaf's south-western corner.
    #[inline(always)]
    pub fn in_leaf(self) -> (u32, u32) {
        let side = (1 << STEP_BITS) - 1;
        (self.x & side, self.y & side)
    }
}

impl Grid {
    pub fn columns(&self) -> u32 {
        self.nx << TILE_BITS
    }

    pub fn steps_per_degree(&self) -> f64 {
        self.leaves_per_degree * f64::from(1u32 << STEP_BITS)
    }

    /// Steps from the grid's south-western corner, rounded down. Monotone in the coordinate.
    pub fn steps(&self, x: f64, y: f64) -> (i64, i64) {
        let per_degree = self.steps_per_degree();
        (((x - self.x0) * per_degree).floor() as i64, ((y - self.y0) * per_degree).floor() as i64)
    }

    /// `None`: outside the grid, so outside every unit (as NaN is).
    #[inline(always)]
    pub fn place(&self, x: f64, y: f64) -> Option<Place> {
        let per_degree = self.steps_per_degree();
        let (sx, sy) = ((x - self.x0) * per_degree, (y - self.y0) * per_degree);
        let size = f64::from(1u32 << (STEP_BITS + TILE_BITS));
        let inside = (sx >= 0.0) & (sy >= 0.0) & (sx < f64::from(self.nx) * size) & (sy < f64::from(self.ny) * size);
        // Inside, both are below 2³¹ (see `build`).
        inside.then_some(Place { x: sx as i32 as u32, y: sy as i32 as u32 })
    }

    /// A place in degrees, given in leaves from the south-western corner.
    pub fn degrees(&self, column: f64, row: f64) -> (f64, f64) {
        (self.x0 + column / self.leaves_per_degree, self.y0 + row / self.leaves_per_degree)
    }
}

#[derive(Debug)]
pub enum Bytes {
    /// Words, so that the sections are aligned.
    Built(Vec<u64>),
    Mapped(Mmap),
}

impl Bytes {
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Built(words) => bytemuck::cast_slice(words),
            Bytes::Mapped(map) => map,
        }
    }
}

/// The index of one dataset. Immutable, shared between threads; in memory or mapped from a file.
#[derive(Debug)]
pub struct Cells {
    pub(super) bytes: Bytes,
    pub(super) header: Header,
    pub(super) ranges: [Range<usize>; 9],
}

impl Cells {
    /// What the index was made from.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.header.fingerprint
    }

    /// Number of units of the dataset.
    pub fn owner_count(&self) -> u32 {
        self.header.owners
    }

    /// Size in bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// The edges it was made from, in their order; `None` where what is stored names units that are not there.
    pub fn edges(&self) -> Option<Edges> {
        let (ends, sides): (&[[f64; 4]], &[[Owner; 2]]) = (self.section(Section::Edges), self.section(Section::Sides));
        let side = |owner: Owner| match owner {
            NOBODY => Some(None),
            owner => (owner < self.header.owners).then_some(Some(owner)),
        };
        let edge = |(&[ax, ay, bx, by], &[left, right]): (&[f64; 4], &[Owner; 2])| -> Option<Edge> {
            let (a, b) = (Coord { x: ax, y: ay }, Coord { x: bx, y: by });
            Some(Edge { a, b, left: side(left)?, right: side(right)? })
        };
        let list: Option<Vec<Edge>> = ends.iter().zip(sides).map(edge).collect();
        list.filter(|l| l.len() == ends.len()).map(Edges::of_list)
    }

    /// Is it mapped from a file, so that its pages are the system's to keep or drop?
    pub fn is_mapped(&self) -> bool {
        matches!(self.bytes, Bytes::Mapped(_))
    }

    /// Sizes, for people who measure.
    pub fn describe(&self) -> String {
        let view = self.view();
        let count = |list: &[u32]| list.iter().filter(|w| **w & HAS_MORE != 0).count();
        let Grid { leaves_per_degree, nx, ny, .. } = view.grid;
        format!(
            "{nx} × {ny} tiles, {leaves_per_degree} leaves a degree; {} tiles and {} leaves with boundaries; {} undecided; \
             {} sets of several; bytes: records {}, edges {}, all {}",
            count(view.tiles),
            count(view.leaves),
            view.leaves.iter().filter(|w| **w == UNDECIDED).count(),
            view.sets.len().saturating_sub(1),
            size_of_val(view.records),
            size_of_val(view.edges),
            self.size_bytes(),
        )
    }

    pub(super) fn section<T: Pod>(&self, section: Section) -> &[T] {
        let range = self.ranges[section as usize].clone();
        bytemuck::cast_slice(&self.bytes.as_slice()[range])
    }

    #[inline]
    pub(super) fn view(&self) -> View<'_> {
        View {
            grid: self.header.grid,
            owners: self.header.owners,
            tiles: self.section(Section::Tiles),
            leaves: self.section(Section::Leaves),
            records: self.section(Section::Records),
            edges: self.section(Section::Edges),
            sets: self.section(Section::Sets),
            members: self.section(Section::Members),
            near: self.section(Section::Near),
            nearness: self.section(Section::Nearness),
        }
    }
}

/// The sections of an index as slices.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub grid: Grid,
    pub owners: u32,
    pub tiles: &'a [u32],
    pub leaves: &'a [u32],
    pub records: &'a [u32],
    pub edges: &'a [[f64; 4]],
    pub sets: &'a [u32],
    pub members: &'a [u32],
    pub near: &'a [u32],
    pub nearness: &'a [u8],
}

impl<'a> View<'a> {
    /// Code, or `HAS_MORE` and the place of the leaf's record.
    #[inline(always)]
    pub fn entry(&self, place: Place) -> u32 {
        match self.tiles.get(place.tile(self.grid.nx)) {
            Some(&entry) if entry & HAS_MORE == 0 => entry,
            Some(&entry) => self.leaf(entry, place.within_tile()),
            None => UNDECIDED,
        }
    }

    /// The entry of a leaf, given its tile's.
    #[inline(always)]
    pub fn leaf(&self, tile: u32, within: usize) -> u32 {
        let block = (tile & !HAS_MORE) as usize * LEAVES_PER_TILE;
        self.leaves.get(block + within).copied().unwrap_or(UNDECIDED)
    }

    /// The owners of a set of several; `None` for other codes.
    pub fn owners_of_set(&self, code: Code) -> Option<&'a [Owner]> {
        let i = code.checked_sub(self.owners + 1)? as usize;
        let range = *self.sets.get(i)? as usize..*self.sets.get(i.checked_add(1)?)? as usize;
        self.members.get(range)
    }

    /// The code of a set of several owners, in order.
    pub fn code_of_set(&self, owners: &[Owner]) -> Option<Code> {
        // Sets are listed in order.
        let count = self.sets.len().checked_sub(1)?;
        let set = |i: usize| self.members.get(self.sets[i] as usize..self.sets[i + 1] as usize).unwrap_or(&[]);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            if set(middle) < owners { low = middle + 1 } else { high = middle }
        }
        (low < count && set(low) == owners).then_some(self.owners + 1 + low as u32)
    }
}
