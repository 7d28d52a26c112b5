//! The edge nearest to a point, found through the leaves: tiles ring by ring, of each only the leaves that can hold a nearer
//! edge, of these only the edges that can win measured exactly.

use geo::Coord;

use super::super::edges::{Nearest, Owner};
use super::super::metric::{self, LocalPlane};
use super::UNDECIDED;
use super::layout::{Cells, HAS_MORE, LEAVES_PER_TILE, LEAVES_PER_TILE_SIDE, STEP_BITS, Section, TILE_BITS, View};
use super::leaf::{Head, IS_END, REF};

/// Beyond this the plane about the point is no measure any more (m), and the R-tree is asked.
const FARTHEST_M: f64 = 50_000.0;
/// The plane is off by tan φ · d / R at distance d, in length and in what is nearest: twice that, with tan φ up to 1.
const PLANE_ERROR_PER_M: f64 = 2.0 / 6_356_752.0;
const SIDE: i64 = LEAVES_PER_TILE_SIDE as i64;

impl Cells {
    /// The nearest edge, of those that touch `owner` where one is named, as [`super::super::Edges::nearest`] finds it. `None`: the
    /// index does not say (outside its grid, nothing within 50 km, a crowded leaf on the way).
    pub fn nearest(&self, p: Coord<f64>, owner: Option<Owner>) -> Option<Nearest> {
        let mut search = Search {
            view: self.view(),
            sides: self.section(Section::Sides),
            plane: LocalPlane::at(p),
            p,
            owner,
            best_m: FARTHEST_M,
            near: Vec::new(),
        };
        search.rings()?;
        search.measure()
    }
}

struct Search<'a> {
    view: View<'a>,
    sides: &'a [[Owner; 2]],
    plane: LocalPlane,
    p: Coord<f64>,
    owner: Option<Owner>,
    /// Of the nearest edge so far, in the plane.
    best_m: f64,
    /// Edges that may be the nearest, with their distances in the plane.
    near: Vec<(f64, u32)>,
}

impl Search<'_> {
    /// Distances in the plane up to this may be the least on the ground.
    fn limit_m(&self) -> f64 {
        self.best_m * (1.0 + 1e-4 + self.best_m * PLANE_ERROR_PER_M) + 2.0 * metric::BEND_M
    }

    fn rings(&mut self) -> Option<()> {
        let grid = self.view.grid;
        let place = grid.place(self.p.x, self.p.y)?;
        let shift = STEP_BITS + TILE_BITS;
        let (tx, ty) = (i64::from(place.x >> shift), i64::from(place.y >> shift));
        // Rings that have no edges, by what the index knows of the tile.
        let near = *self.view.near.get(place.tile(grid.nx))?;
        let first = if near & HAS_MORE == 0 { i64::from(near) } else { 0 };
        let last = i64::from(grid.nx.max(grid.ny));
        let mut tiles: Vec<(f64, usize, (i64, i64))> = Vec::new();
        for ring in first..=last {
            tiles.clear();
            let mut nearest_of_ring = f64::INFINITY;
            for (x, y) in around(tx, ty, ring) {
                let lower = self.box_m((x * SIDE, y * SIDE), SIDE);
                nearest_of_ring = nearest_of_ring.min(lower);
                if x < 0 || y < 0 || x >= i64::from(grid.nx) || y >= i64::from(grid.ny) || lower > self.limit_m() {
                    continue;
                }
                let entry = *self.view.tiles.get(y as usize * grid.nx as usize + x as usize)?;
                if entry & HAS_MORE != 0 {
                    tiles.push((lower, (entry & !HAS_MORE) as usize * LEAVES_PER_TILE, (x * SIDE, y * SIDE)));
                }
            }
            if nearest_of_ring > self.limit_m() {
                break;
            }
            tiles.sort_by(|a, b| a.0.total_cmp(&b.0));
            for &(lower, block, corner) in &tiles {
                if lower <= self.limit_m() {
                    self.tile(block, corner)?;
                }
            }
        }
        Some(())
    }

    fn tile(&mut self, block: usize, (column, row): (i64, i64)) -> Option<()> {
        let leaves = self.view.leaves.get(block..block + LEAVES_PER_TILE)?;
        let mut found: Vec<(f64, u32)> = Vec::new();
        let limit = self.limit_m();
        // How far the columns and the rows of leaves are, each by itself.
        let away = |i: usize, at: i64| self.away_m((column + at * i as i64, row + (1 - at) * i as i64), 1);
        let east: [f64; SIDE as usize] = std::array::from_fn(|i| away(i, 1).x);
        let north: [f64; SIDE as usize] = std::array::from_fn(|j| away(j, 0).y);
        for (entries, dy) in leaves.chunks_exact(SIDE as usize).zip(north) {
            for (&entry, dx) in entries.iter().zip(east) {
                if entry & HAS_MORE != 0 {
                    let lower = lower_m(dx, dy);
                    if lower <= limit {
                        found.push((lower, entry & !HAS_MORE));
                    }
                } else if entry == UNDECIDED {
                    return None;
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (lower, record) in found {
            if lower <= self.limit_m() {
                self.leaf(record as usize)?;
            }
        }
        Some(())
    }

    fn leaf(&mut self, record: usize) -> Option<()> {
        let count = Head(*self.view.records.get(record)?).count();
        let refs = self.view.records.get(record + 3 + 2 * count..record + 3 + 3 * count)?;
        for &reference in refs.iter().filter(|r| **r & IS_END == 0) {
            let edge = (reference & REF) as usize;
            let sides = self.sides.get(edge)?;
            if self.owner.is_some_and(|o| !sides.contains(&o)) {
                continue;
            }
            let &[ax, ay, bx, by] = self.view.edges.get(edge)?;
            let (a, b) = (self.plane.to_m(Coord { x: ax, y: ay }), self.plane.to_m(Coord { x: bx, y: by }));
            let ab = b - a;
            let t = (-(a.x * ab.x + a.y * ab.y) / (ab.x * ab.x + ab.y * ab.y)).clamp(0.0, 1.0);
            let distance = (a.x + t * ab.x).hypot(a.y + t * ab.y);
            if distance <= self.limit_m() {
                self.best_m = self.best_m.min(distance);
                self.near.push((distance, edge as u32));
            }
        }
        Some(())
    }

    /// The least distance in the plane from the point to a square of leaves, and a little less.
    fn box_m(&self, corner: (i64, i64), side: i64) -> f64 {
        let away = self.away_m(corner, side);
        lower_m(away.x, away.y)
    }

    /// From the point to the nearest place of a square of leaves, in metres of the plane.
    fn away_m(&self, (column, row): (i64, i64), side: i64) -> Coord<f64> {
        let (west, south) = self.view.grid.degrees(column as f64, row as f64);
        let (east, north) = self.view.grid.degrees((column + side) as f64, (row + side) as f64);
        let foot = Coord { x: self.p.x.clamp(west, east), y: self.p.y.clamp(south, north) };
        self.plane.to_m(foot)
    }

    /// The nearest of those that may be, on the ground; of several equally near ones the first by number.
    fn measure(mut self) -> Option<Nearest> {
        let limit = self.limit_m();
        self.near.retain(|n| n.0 <= limit);
        self.near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<Nearest> = None;
        let mut last = None;
        for &(distance, edge) in &self.near {
            if last.replace((distance, edge)) == Some((distance, edge)) {
                continue;
            }
            let [ax, ay, bx, by] = self.view.edges[edge as usize];
            let (a, b) = (Coord { x: ax, y: ay }, Coord { x: bx, y: by });
            let rough = metric::rough_distance_m(self.p, metric::nearest_on_segment(self.p, a, b));
            if best.is_some_and(|n| rough > n.distance_m * (1.0 + 2e-5) + metric::BEND_M) {
                continue;
            }
            let (foot, distance_m) = metric::nearest_on_edge(self.p, a, b);
            let found = Nearest { edge: edge as usize, foot, distance_m };
            if best.is_none_or(|b| found.is_before(&b)) {
                best = Some(found);
            }
        }
        best
    }
}

/// An edge belongs to leaves up to 3 cm beyond where it is.
fn lower_m(dx: f64, dy: f64) -> f64 {
    ((dx * dx + dy * dy).sqrt() - 0.1).max(0.0)
}

/// The tiles at a distance from a tile (the larger of the two directions).
fn around(x: i64, y: i64, ring: i64) -> impl Iterator<Item = (i64, i64)> {
    let rows = [y - ring, y + ring].into_iter().take(if ring == 0 { 1 } else { 2 });
    let level = rows.flat_map(move |row| (x - ring..=x + ring).map(move |column| (column, row)));
    let upright = (y - ring + 1..y + ring).flat_map(move |row| [(x - ring, row), (x + ring, row)]);
    level.chain(upright)
}
