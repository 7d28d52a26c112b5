//! One row of tiles: who owns the middle of every leaf, by a sweep from east to west with the exact predicate, and which
//! edges meet each leaf.

use std::collections::HashMap;

use geo::Coord;

use super::super::edges::{Edge, Owner};
use super::layout::{Grid, LEAVES_PER_TILE_SIDE, TILE_BITS};
use super::{Code, OUTSIDE};

/// Leaves are widened by this much of their side when edges are looked for: far more than any rounding of a place
/// (2⁻³⁰ of a leaf), and 2 cm on the ground.
const WIDENED: f64 = 1.0 / 4096.0;

/// Sets of several owners of one row of tiles, numbered as they are met.
#[derive(Debug, Default)]
pub struct LocalSets {
    pub list: Vec<Vec<Owner>>,
    numbers: HashMap<Vec<Owner>, u32>,
}

impl LocalSets {
    /// The code of a set of owners in order; of several: numbered in this row only.
    pub fn code(&mut self, owners: &[Owner], all_owners: u32) -> Code {
        match owners {
            [] => OUTSIDE,
            [one] => one + 1,
            several => {
                if let Some(&number) = self.numbers.get(several) {
                    return all_owners + 1 + number;
                }
                let number = self.list.len() as u32;
                self.list.push(several.to_vec());
                self.numbers.insert(several.to_vec(), number);
                all_owners + 1 + number
            }
        }
    }

    /// The owners a code of this row stands for.
    pub fn owners(&self, code: Code, all_owners: u32) -> Vec<Owner> {
        match code {
            OUTSIDE => Vec::new(),
            _ if code <= all_owners => vec![code - 1],
            _ => self.list[(code - all_owners - 1) as usize].clone(),
        }
    }
}

/// A set of owners in order: `owner` goes in, or out where it was in.
pub fn toggle(set: &mut Vec<Owner>, owner: Owner) {
    match set.binary_search(&owner) {
        Ok(i) => {
            set.remove(i);
        }
        Err(i) => set.insert(i, owner),
    }
}

/// The code at the middle of every leaf of a row of tiles: `codes[row of leaves][column]`.
pub fn codes(grid: &Grid, tile_row: u32, edges: &[Edge], here: &[u32], owners: u32, sets: &mut LocalSets) -> Vec<Code> {
    let columns = grid.columns() as usize;
    let mut codes = vec![OUTSIDE; columns << TILE_BITS];
    let mut crossings: Vec<Vec<(u32, Owner)>> = vec![Vec::new(); 1 << TILE_BITS];
    for &i in here {
        let edge = &edges[i as usize];
        for row in rows(grid, tile_row, edge, 0.0) {
            let (_, y) = grid.degrees(0.0, f64::from(row) + 0.5);
            if y < edge.a.y || y >= edge.b.y {
                continue;
            }
            let crossing = middles_west_of(grid, edge, row, y);
            let list = &mut crossings[(row & (LEAVES_PER_TILE_SIDE - 1)) as usize];
            list.extend([edge.left, edge.right].into_iter().flatten().map(|owner| (crossing, owner)));
        }
    }
    let mut set: Vec<Owner> = Vec::new();
    for (list, codes) in crossings.iter_mut().zip(codes.chunks_exact_mut(columns)) {
        list.sort_unstable();
        set.clear();
        let mut end = columns;
        let mut code = OUTSIDE;
        while let Some((column, owner)) = list.pop() {
            let column = column as usize;
            if column < end {
                codes[column..end].fill(code);
                end = column;
            }
            toggle(&mut set, owner);
            if list.last().is_none_or(|next| (next.0 as usize) < end) {
                code = sets.code(&set, owners);
            }
        }
        codes[..end].fill(code);
    }
    codes
}

/// How many leaves of a row have their middle strictly west of the edge, by the exact rule.
fn middles_west_of(grid: &Grid, edge: &Edge, row: u32, y: f64) -> u32 {
    let middle = |column: u32| -> Coord<f64> {
        let (x, y) = grid.degrees(f64::from(column) + 0.5, f64::from(row) + 0.5);
        Coord { x, y }
    };
    let x = edge.a.x + (edge.b.x - edge.a.x) * ((y - edge.a.y) / (edge.b.y - edge.a.y));
    let guess = (x - grid.x0) * grid.leaves_per_degree - 0.5;
    let mut column = guess.ceil().clamp(0.0, f64::from(grid.columns())) as u32;
    while column > 0 && !edge.crossed_by_ray_east(middle(column - 1)) {
        column -= 1;
    }
    while column < grid.columns() && edge.crossed_by_ray_east(middle(column)) {
        column += 1;
    }
    column
}

/// The rows of leaves of a row of tiles that an edge meets, each widened.
fn rows(grid: &Grid, tile_row: u32, edge: &Edge, widened: f64) -> std::ops::Range<u32> {
    let in_leaves = |y: f64| (y - grid.y0) * grid.leaves_per_degree;
    let first = tile_row << TILE_BITS;
    let low = (in_leaves(edge.a.y) - widened).floor().max(f64::from(first)) as u32;
    let high = (in_leaves(edge.b.y) + widened).floor().min(f64::from(first + LEAVES_PER_TILE_SIDE - 1));
    low..(high.max(-1.0) + 1.0) as u32
}

/// The rows of tiles that an edge meets, widened.
pub fn tile_rows(grid: &Grid, edge: &Edge) -> std::ops::RangeInclusive<u32> {
    let per_tile = grid.leaves_per_degree / f64::from(LEAVES_PER_TILE_SIDE);
    let in_tiles = |y: f64| (y - grid.y0) * per_tile;
    (in_tiles(edge.a.y) - WIDENED).floor().max(0.0) as u32
        ..=((in_tiles(edge.b.y) + WIDENED).floor() as u32).min(grid.ny - 1)
}

/// Which edges meet which leaf of a row of tiles, as (tile column, leaf in its tile, edge), in order.
pub fn touches(grid: &Grid, tile_row: u32, edges: &[Edge], here: &[u32]) -> Vec<u64> {
    let mut touches: Vec<u64> = Vec::with_capacity(here.len() * 3);
    for &i in here {
        let edge = &edges[i as usize];
        let (ax, ay) = in_leaves(grid, edge.a);
        let (bx, by) = in_leaves(grid, edge.b);
        for row in rows(grid, tile_row, edge, WIDENED) {
            let (south, north) = (f64::from(row) - WIDENED, f64::from(row) + 1.0 + WIDENED);
            let x_at = |y: f64| if by > ay { ax + (bx - ax) * ((y - ay) / (by - ay)).clamp(0.0, 1.0) } else { ax };
            let (x1, x2) = if by > ay { (x_at(south), x_at(north)) } else { (ax, bx) };
            let first = (x1.min(x2) - WIDENED).floor().max(0.0) as u32;
            let last = ((x1.max(x2) + WIDENED).floor() as u32).min(grid.columns() - 1);
            for column in first..=last {
                let within = (row & (LEAVES_PER_TILE_SIDE - 1)) << TILE_BITS | (column & (LEAVES_PER_TILE_SIDE - 1));
                let leaf = u64::from(column >> TILE_BITS) << 8 | u64::from(within);
                touches.push(leaf << 32 | u64::from(i));
            }
        }
    }
    touches.sort_unstable();
    touches
}

fn in_leaves(grid: &Grid, c: Coord<f64>) -> (f64, f64) {
    ((c.x - grid.x0) * grid.leaves_per_degree, (c.y - grid.y0) * grid.leaves_per_degree)
}

/// Range of latitudes in degrees, and the eastern side, of a leaf widened by half as much as for [`touches`]: whatever
/// the rounding, a vertex inside has all its edges among those that meet the leaf, and one beyond is clear of the leaf.
pub fn widened(grid: &Grid, (column, row): (u32, u32)) -> (f64, f64, f64) {
    let half = 0.5 * WIDENED;
    let (east, north) = grid.degrees(f64::from(column + 1) + half, f64::from(row + 1) + half);
    let (_, south) = grid.degrees(0.0, f64::from(row) - half);
    (south, north, east)
}
