//! How far the nearest boundary is, at least.
//!
//! For every leaf near boundaries the index holds k, the distance in leaves (the larger of the two directions) to the
//! nearest leaf that has edges: so the square of 2k − 1 leaves about it is free of them, and the point's distance from the
//! square's sides is a lower bound. Away from boundaries the same is held for whole tiles.

use geo::Coord;
use rayon::prelude::*;

use super::super::metric::LocalPlane;
use super::layout::{Cells, Grid, HAS_MORE, LEAVES_PER_TILE, LEAVES_PER_TILE_SIDE, Place, STEP_BITS, TILE_BITS, View};
use super::simd;

const SIDE: usize = LEAVES_PER_TILE_SIDE as usize;
/// A leaf at least this far (in leaves) from all edges in the tiles about it: beyond those tiles nothing is known.
const FARTHEST: u8 = SIDE as u8 + 1;
const FARTHEST_TILES: u32 = 0xFF;
/// What a boundary drawn along geodesics can be nearer than one drawn straight (m): 2 cm on the longest edges there are.
const GEODESIC_M: f64 = 0.1;

/// A lower bound of the distance on the ground in metres from a point to the nearest boundary.
pub fn clearance_m(view: &View, p: Coord<f64>) -> f64 {
    let Some(place) = view.grid.place(p.x, p.y) else { return 0.0 };
    let (k, shift) = free(view, place);
    if k == 0 {
        return 0.0;
    }
    // Steps from the point to the four sides of the free square.
    let size = 1u32 << shift;
    let out = f64::from(k - 1) * f64::from(size);
    let to_side = |at: u32| {
        let within = f64::from(at & (size - 1));
        // A point can be a step farther than its place says.
        (out + within).min(out + f64::from(size) - within - 1.0).max(0.0)
    };
    let steps = view.grid.steps_per_degree();
    let (dx, dy) = (to_side(place.x) / steps, to_side(place.y) / steps);
    // A degree of longitude is shortest on the side of the square nearest to the pole.
    let plane = LocalPlane::at(Coord { x: p.x, y: (p.y.abs() + dy).min(89.9) });
    let m = plane.to_m(Coord { x: p.x + dx, y: (p.y.abs() + dy).min(89.9) }).x;
    let here = LocalPlane::at(p).to_m(Coord { x: p.x, y: p.y + dy }).y;
    // 1 %: what a plane is off by at the distances held here.
    (0.99 * m.min(here) - GEODESIC_M).max(0.0)
}

/// One distance that many points are asked about: is every boundary farther? Quicker than [`clearance_m`], and says so less
/// often.
#[derive(Debug)]
pub struct Farther {
    least_m: f64,
    /// By row of tiles: how many free leaves, or free tiles, are enough wherever in its own the point is.
    leaves: Vec<u8>,
    tiles: Vec<u32>,
    /// By row of tiles: how many free leaves may be enough, for a point in the middle of its own.
    perhaps: Vec<u8>,
}

impl Farther {
    pub fn new(cells: &Cells, least_m: f64) -> Farther {
        let grid = cells.view().grid;
        // A degree in metres, the shorter way, at a latitude.
        let degree_m = |lat: f64| {
            let m = LocalPlane::at(Coord { x: 0.0, y: lat }).to_m(Coord { x: 1.0, y: lat + 1.0 });
            m.x.min(m.y)
        };
        // The sides of a leaf or tile, the shorter way: the least and the most of a row and of what lies about it.
        let sides_m = |row: u32, side: u32, farthest: u32| {
            let about = f64::from(farthest * side);
            let (_, south) = grid.degrees(0.0, f64::from(row << TILE_BITS) - about);
            let (_, north) = grid.degrees(0.0, f64::from((row + 1) << TILE_BITS) + about);
            let side_deg = f64::from(side) / grid.leaves_per_degree;
            (degree_m(south).min(degree_m(north)) * side_deg, degree_m(south).max(degree_m(north)) * side_deg)
        };
        // k free ones leave k − 1 whole ones between the point and the nearest edge.
        let enough = |row: u32, side: u32, farthest: u32| {
            let each_m = 0.99 * sides_m(row, side, farthest).0;
            (1..=farthest).find(|k| f64::from(k - 1) * each_m - GEODESIC_M > least_m).unwrap_or(u32::MAX)
        };
        let perhaps = |row: u32| {
            let farthest = u32::from(FARTHEST);
            let each_m = sides_m(row, 1, farthest).1;
            (1..=farthest).find(|k| (f64::from(*k) - 0.5) * each_m > least_m).unwrap_or(u32::MAX)
        };
        let byte = |k: u32| k.min(0xFF) as u8;
        Farther {
            least_m,
            leaves: (0..grid.ny).map(|row| byte(enough(row, 1, u32::from(FARTHEST)))).collect(),
            tiles: (0..grid.ny).map(|row| enough(row, LEAVES_PER_TILE_SIDE, 8)).collect(),
            perhaps: (0..grid.ny).map(|row| byte(perhaps(row))).collect(),
        }
    }

    /// Is every boundary surely farther than the distance? `cells` are those it was made for.
    #[inline]
    pub fn is_sure(&self, cells: &Cells, p: Coord<f64>) -> bool {
        let view = cells.view();
        let Some(place) = view.grid.place(p.x, p.y) else { return false };
        self.is_sure_of(&view, place, free(&view, place), p)
    }

    #[inline]
    fn is_sure_of(&self, view: &View, place: Place, (free, shift): (u32, u32), p: Coord<f64>) -> bool {
        let row = (place.y >> (STEP_BITS + TILE_BITS)) as usize;
        if shift != STEP_BITS {
            return self.tiles.get(row).is_some_and(|&k| free >= k) || clearance_m(view, p) > self.least_m;
        }
        match (self.leaves.get(row), self.perhaps.get(row)) {
            (Some(&k), _) if free >= u32::from(k) && k < 0xFF => true,
            (_, Some(&k)) if free < u32::from(k) => false,
            _ => clearance_m(view, p) > self.least_m,
        }
    }

    /// Asks memory for what [`Farther::is_sure`] is going to read.
    #[inline]
    pub fn ask_for(cells: &Cells, p: Coord<f64>) {
        let view = cells.view();
        let Some(place) = view.grid.place(p.x, p.y) else { return };
        if let Some(&near) = view.near.get(place.tile(view.grid.nx))
            && near & HAS_MORE != 0
        {
            let block = (near & !HAS_MORE) as usize * LEAVES_PER_TILE;
            simd::prefetch(view.nearness, block + place.within_tile());
        }
    }
}

/// How many leaves or tiles (the power of two of whose side in steps is given) about the point are free of edges.
#[inline]
fn free(view: &View, place: Place) -> (u32, u32) {
    let Some(&near) = view.near.get(place.tile(view.grid.nx)) else { return (0, STEP_BITS) };
    if near & HAS_MORE == 0 {
        return (near, STEP_BITS + TILE_BITS);
    }
    let block = (near & !HAS_MORE) as usize * LEAVES_PER_TILE;
    (view.nearness.get(block + place.within_tile()).map_or(0, |&k| u32::from(k)), STEP_BITS)
}

/// The sections `near` and `nearness`.
pub fn measure(grid: &Grid, tiles: &[u32], leaves: &[u32]) -> (Vec<u32>, Vec<u8>) {
    let (nx, ny) = (grid.nx as usize, grid.ny as usize);
    let mut near: Vec<u32> = tiles.iter().map(|t| if t & HAS_MORE == 0 { FARTHEST_TILES } else { 0 }).collect();
    spread(&mut near, nx, ny);
    let wanted: Vec<usize> = (0..near.len()).filter(|&t| near[t] <= 1).collect();
    let mut nearness = vec![0u8; wanted.len() * LEAVES_PER_TILE];
    nearness.par_chunks_exact_mut(LEAVES_PER_TILE).zip(&wanted).for_each(|(block, &tile)| {
        // The tile with its eight neighbours.
        let mut field = vec![u32::from(FARTHEST); 9 * LEAVES_PER_TILE];
        let (x, y) = (tile % nx, tile / nx);
        for (ty, tx) in (0..9).map(|i| (i / 3, i % 3)) {
            let (Some(cx), Some(cy)) = ((x + tx).checked_sub(1), (y + ty).checked_sub(1)) else { continue };
            if cx >= nx || cy >= ny || tiles[cy * nx + cx] & HAS_MORE == 0 {
                continue;
            }
            let start = (tiles[cy * nx + cx] & !HAS_MORE) as usize * LEAVES_PER_TILE;
            for (i, leaf) in leaves[start..start + LEAVES_PER_TILE].iter().enumerate() {
                if leaf & HAS_MORE != 0 || *leaf == super::UNDECIDED {
                    field[(ty * SIDE + i / SIDE) * 3 * SIDE + tx * SIDE + i % SIDE] = 0;
                }
            }
        }
        spread(&mut field, 3 * SIDE, 3 * SIDE);
        for (i, k) in block.iter_mut().enumerate() {
            *k = field[(SIDE + i / SIDE) * 3 * SIDE + SIDE + i % SIDE].min(u32::from(FARTHEST)) as u8;
        }
    });
    for (i, &tile) in wanted.iter().enumerate() {
        near[tile] = HAS_MORE | i as u32;
    }
    (near, nearness)
}

/// Every value becomes the least of its own and any other's plus the larger of the two distances: twice over the field,
/// there and back.
fn spread(field: &mut [u32], nx: usize, ny: usize) {
    for back in [false, true] {
        for j in 0..ny {
            for i in 0..nx {
                let (x, y) = if back { (nx - 1 - i, ny - 1 - j) } else { (i, j) };
                let ahead = |d: isize, at: usize, count: usize| {
                    at.checked_add_signed(if back { d } else { -d }).filter(|&v| v < count)
                };
                let mut best = field[y * nx + x];
                for (dx, dy) in [(1, 0), (1, 1), (0, 1), (-1, 1)] {
                    if let (Some(x), Some(y)) = (ahead(dx, x, nx), ahead(dy, y, ny)) {
                        best = best.min(field[y * nx + x] + 1);
                    }
                }
                field[y * nx + x] = best;
            }
        }
    }
}
