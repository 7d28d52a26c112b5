//! The edges about a point, read from the leaves about it.

use geo::Coord;

use super::super::edges::Owner;
use super::super::metric::LocalPlane;
use super::UNDECIDED;
use super::layout::{Cells, HAS_MORE, LEAVES_PER_TILE, Section, TILE_BITS, View};
use super::leaf::{Head, IS_END, REF};

/// Edges met so far, so that one that runs through several leaves is told once. Kept from point to point.
#[derive(Debug)]
pub struct Met {
    /// The stamp of the point for which a slot was last used, and the edge in it.
    slots: Vec<(u32, u32)>,
    stamp: u32,
}

impl Default for Met {
    fn default() -> Met {
        Met { slots: vec![(0, 0); Met::SLOTS], stamp: 0 }
    }
}

impl Met {
    /// More than an ordinary neighbourhood has edges; one with half as many is left to the R-tree.
    const SLOTS: usize = 1 << 10;

    fn begin(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.slots.fill((0, 0));
            self.stamp = 1;
        }
    }

    /// Is the edge met for the first time?
    #[inline]
    fn is_new(&mut self, edge: u32) -> bool {
        let mut at = edge.wrapping_mul(0x9E37_79B1) as usize >> 22;
        loop {
            let slot = &mut self.slots[at % Met::SLOTS];
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

/// An edge of the index: its number, its ends in degrees, the owners to its left and right.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub edge: u32,
    pub a: Coord<f64>,
    pub b: Coord<f64>,
    pub sides: [Owner; 2],
}

impl Cells {
    /// Tells every edge nearer to the point than `reach_m`, each once, and some that are farther. `false`: the index does
    /// not say (a leaf too crowded, damaged bytes), and what was told is not all.
    pub fn about(&self, p: Coord<f64>, reach_m: f64, met: &mut Met, mut tell: impl FnMut(About)) -> bool {
        let (view, sides): (View, &[[Owner; 2]]) = (self.view(), self.section(Section::Sides));
        let grid = view.grid;
        let (dx, dy) = LocalPlane::at(p).reach_deg(reach_m);
        let leaf = |x: f64, y: f64| ((x - grid.x0) * grid.leaves_per_degree, (y - grid.y0) * grid.leaves_per_degree);
        let ((west, south), (east, north)) = (leaf(p.x - dx, p.y - dy), leaf(p.x + dx, p.y + dy));
        let (columns, rows) = (f64::from(grid.nx << TILE_BITS), f64::from(grid.ny << TILE_BITS));
        // Written so that a position that is no number is refused.
        if !(east >= 0.0 && north >= 0.0 && west < columns && south < rows) {
            return [p.x, p.y].iter().all(|v| v.is_finite());
        }
        let range = |low: f64, high: f64, count: f64| (low.max(0.0) as usize, high.min(count - 1.0) as usize);
        let ((c0, c1), (r0, r1)) = (range(west, east, columns), range(south, north, rows));
        met.begin();
        let mut told = 0;
        let side = 1usize << TILE_BITS;
        for row in r0..=r1 {
            let tiles = (row >> TILE_BITS) * grid.nx as usize;
            let mut column = c0;
            while column <= c1 {
                // The columns of one tile.
                let end = (column | (side - 1)).min(c1);
                let Some(&tile) = view.tiles.get(tiles + (column >> TILE_BITS)) else { return false };
                if tile & HAS_MORE != 0 {
                    let first = (tile & !HAS_MORE) as usize * LEAVES_PER_TILE + ((row & (side - 1)) << TILE_BITS);
                    let first = first + (column & (side - 1));
                    let Some(leaves) = view.leaves.get(first..=first + end - column) else { return false };
                    for &entry in leaves {
                        if entry == UNDECIDED {
                            return false;
                        }
                        if entry & HAS_MORE == 0 {
                            continue;
                        }
                        let record = (entry & !HAS_MORE) as usize;
                        let Some(&head) = view.records.get(record) else { return false };
                        let count = Head(head).count();
                        let Some(refs) = view.records.get(record + 3 + 2 * count..record + 3 + 3 * count) else {
                            return false;
                        };
                        for &reference in refs.iter().filter(|r| **r & IS_END == 0) {
                            let edge = reference & REF;
                            if !met.is_new(edge) {
                                continue;
                            }
                            told += 1;
                            if told > Met::SLOTS / 2 {
                                return false;
                            }
                            let (Some(&[ax, ay, bx, by]), Some(&sides)) =
                                (view.edges.get(edge as usize), sides.get(edge as usize))
                            else {
                                return false;
                            };
                            tell(About { edge, a: Coord { x: ax, y: ay }, b: Coord { x: bx, y: by }, sides });
                        }
                    }
                }
                column = end + 1;
            }
        }
        true
    }
}
