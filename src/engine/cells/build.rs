//! Building an index from the edges of a layer, one row of tiles after another on all cores.

use std::collections::HashMap;

use geo::Coord;
use rayon::prelude::*;

use super::super::edges::{Edge, Edges, Owner};
use super::layout::{
    Bytes, Cells, Fingerprint, Grid, HAS_MORE, HEADER_BYTES, Header, LEAVES_PER_TILE, LEAVES_PER_TILE_SIDE, MAGIC,
    NOBODY, STEP_BITS, Section, TILE_BITS, VERSION,
};
use super::leaf::{self, Decider, IS_END, MAX_EDGES, MAX_OWNERS, OF_NORTH, REF};
use super::sieve::LANES;
use super::sweep::{self, LocalSets, toggle};
use super::{UNDECIDED, clearance};

/// A leaf is 2⁻¹⁰° high and wide: about 100 m, three or four edges of a commune's line.
const FINEST_LEAF_LOG2: u32 = 10;
/// Leaves in all, so that an index of something huge stays of a reasonable size.
const MAX_LEAVES: f64 = (1u64 << 29) as f64;

impl Cells {
    /// The index of a layer's edges. `owners`: how many units the layer has. `None` where the edges cannot be indexed (too
    /// many, or coordinates that are no numbers); the R-tree then goes on alone.
    pub fn build(edges: &Edges, owners: u32, fingerprint: Fingerprint) -> Option<Cells> {
        let list = edges.list();
        let finite = |e: &Edge| [e.a.x, e.a.y, e.b.x, e.b.y].iter().all(|v| v.is_finite() && v.abs() <= 360.0);
        if list.len() > REF as usize || owners >= UNDECIDED / 2 || !list.par_iter().all(finite) {
            return None;
        }
        let grid = grid_of(list)?;
        let rows: Vec<Row> = by_tile_row(&grid, list)
            .into_par_iter()
            .enumerate()
            .map(|(row, here)| Row::build(&grid, row as u32, list, &here, owners))
            .collect();
        Some(assemble(grid, list, owners, fingerprint, rows))
    }
}

/// The grid for edges: the finest leaves whose steps fit in 31 bits. Its origin is a whole number of tiles.
fn grid_of(edges: &[Edge]) -> Option<Grid> {
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [west, south, east, north] = edges
        .iter()
        .fold(start, |b, e| [b[0].min(e.a.x.min(e.b.x)), b[1].min(e.a.y), b[2].max(e.a.x.max(e.b.x)), b[3].max(e.b.y)]);
    if edges.is_empty() {
        return Some(Grid { x0: 0.0, y0: 0.0, leaves_per_degree: 1.0, nx: 0, ny: 0 });
    }
    (0..=FINEST_LEAF_LOG2).rev().find_map(|log2| {
        let leaves_per_degree = f64::from(1u32 << log2);
        let tiles_per_degree = leaves_per_degree / f64::from(LEAVES_PER_TILE_SIDE);
        // A tile more on every side, so that nothing is ever on the rim.
        let (x, y) = ((west * tiles_per_degree).floor() - 1.0, (south * tiles_per_degree).floor() - 1.0);
        let (nx, ny) = ((east * tiles_per_degree).floor() + 2.0 - x, (north * tiles_per_degree).floor() + 2.0 - y);
        let most = f64::from(1u32 << (31 - STEP_BITS - TILE_BITS));
        let leaves = nx * ny * LEAVES_PER_TILE as f64;
        (nx < most && ny < most && leaves <= MAX_LEAVES).then(|| Grid {
            x0: x / tiles_per_degree,
            y0: y / tiles_per_degree,
            leaves_per_degree,
            nx: nx as u32,
            ny: ny as u32,
        })
    })
}

fn by_tile_row(grid: &Grid, edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); grid.ny as usize];
    for (i, edge) in edges.iter().enumerate() {
        for row in sweep::tile_rows(grid, edge) {
            rows[row as usize].push(i as u32);
        }
    }
    rows
}

/// What became of one row of tiles. Numbers of blocks, places of records and codes of sets are of this row only.
#[derive(Debug, Default)]
struct Row {
    tiles: Vec<u32>,
    leaves: Vec<u32>,
    records: Vec<u32>,
    /// Where in `records` the two codes of each plain record are.
    coded: Vec<u32>,
    sets: LocalSets,
}

/// Lists that are filled anew for every leaf.
#[derive(Debug, Default)]
struct Scratch {
    ends: Vec<([u64; 2], Owner, u32)>,
    deciders: Vec<Decider>,
    words: Vec<[u32; 2]>,
}

impl Row {
    fn build(grid: &Grid, tile_row: u32, edges: &[Edge], here: &[u32], owners: u32) -> Row {
        let mut row = Row::default();
        let columns = grid.columns() as usize;
        let codes = sweep::codes(grid, tile_row, edges, here, owners, &mut row.sets);
        let touches = sweep::touches(grid, tile_row, edges, here);
        let mut touches = touches.chunk_by(|a, b| a >> 32 == b >> 32).peekable();
        let mut scratch = Scratch::default();
        let side = LEAVES_PER_TILE_SIDE as usize;
        for tile in 0..grid.nx {
            let code_at = |within: usize| codes[(within / side) * columns + tile as usize * side + within % side];
            let touched = touches.peek().is_some_and(|t| (t[0] >> 40) as u32 == tile);
            if !touched && (1..LEAVES_PER_TILE).all(|i| code_at(i) == code_at(0)) {
                row.tiles.push(code_at(0));
                continue;
            }
            let start = row.leaves.len();
            row.tiles.push(HAS_MORE | (start / LEAVES_PER_TILE) as u32);
            row.leaves.extend((0..LEAVES_PER_TILE).map(code_at));
            while let Some(list) = touches.next_if(|t| (t[0] >> 40) as u32 == tile) {
                let within = (list[0] >> 32 & 0xFF) as usize;
                let leaf = (tile << TILE_BITS | (within % side) as u32, tile_row << TILE_BITS | (within / side) as u32);
                row.leaves[start + within] = row.leaf(grid, leaf, edges, list, code_at(within), owners, &mut scratch);
            }
        }
        row
    }

    /// The entry of a leaf that edges meet. `code`: who owns its middle.
    #[allow(clippy::too_many_arguments)]
    fn leaf(
        &mut self,
        grid: &Grid,
        leaf: (u32, u32),
        edges: &[Edge],
        touching: &[u64],
        code: u32,
        owners: u32,
        scratch: &mut Scratch,
    ) -> u32 {
        deciders(grid, leaf, edges, touching, scratch);
        let Scratch { deciders, words, .. } = scratch;
        // What holds before any crossing: what holds at the middle, less what is crossed from there.
        let (x, y) = grid.degrees(f64::from(leaf.0) + 0.5, f64::from(leaf.1) + 0.5);
        let middle = Coord { x, y };
        let mut base = self.sets.owners(code, owners);
        for decider in deciders.iter().filter(|d| crossed(edges, d.reference, middle)) {
            decider.owners.iter().flatten().for_each(|&o| toggle(&mut base, o));
        }
        let Some(first) = deciders.first() else { return self.sets.code(&base, owners) };
        let place = self.records.len() as u32;
        let sorted = |owners: [Option<Owner>; 2]| if owners[0] > owners[1] { [owners[1], owners[0]] } else { owners };
        let alike = sorted(first.owners);
        let shift = leaf::quantised(grid, leaf, edges, deciders, words);
        if let Some(shift) =
            shift.filter(|_| deciders.len() <= MAX_EDGES && deciders.iter().all(|d| sorted(d.owners) == alike))
        {
            let mut other = base.clone();
            alike.iter().flatten().for_each(|&o| toggle(&mut other, o));
            let codes = [self.sets.code(&base, owners), self.sets.code(&other, owners)];
            self.coded.push(place + 1);
            leaf::write_plain(&mut self.records, shift, words, deciders, codes);
            return HAS_MORE | place;
        }
        let mut all = base.clone();
        all.extend(deciders.iter().flat_map(|d| d.owners).flatten());
        all.sort_unstable();
        all.dedup();
        if all.len() > MAX_OWNERS || deciders.len() > MAX_EDGES {
            return UNDECIDED;
        }
        leaf::write_mixed(&mut self.records, shift, words, deciders, &base, &all);
        HAS_MORE | place
    }
}

fn crossed(edges: &[Edge], reference: u32, p: Coord<f64>) -> bool {
    let edge = &edges[(reference & REF) as usize];
    match reference & IS_END {
        0 => edge.crossed_by_ray_east(p),
        _ => p.y >= if reference & OF_NORTH == 0 { edge.a.y } else { edge.b.y },
    }
}

/// The edges that meet a leaf, and the vertices east of it where chains of them end (see the module's description).
fn deciders(grid: &Grid, leaf: (u32, u32), edges: &[Edge], touching: &[u64], scratch: &mut Scratch) {
    let Scratch { ends, deciders, .. } = scratch;
    ends.clear();
    deciders.clear();
    let (south, north, east) = sweep::widened(grid, leaf);
    for &touch in touching {
        let i = touch as u32;
        let edge = &edges[i as usize];
        // A level edge is never crossed, but chains go on through it, and it may be the nearest.
        deciders.push(Decider { reference: i, owners: [edge.left, edge.right] });
        for (c, flag) in [(edge.a, 0), (edge.b, OF_NORTH)] {
            if c.x > east && c.y >= south && c.y <= north {
                // Adding zero makes −0.0 and 0.0 one vertex.
                let key = [(c.x + 0.0).to_bits(), (c.y + 0.0).to_bits()];
                ends.extend([edge.left, edge.right].into_iter().flatten().map(|o| (key, o, IS_END | flag | i)));
            }
        }
    }
    ends.sort_unstable();
    // An owner whose edges come in pairs at a vertex goes on among the leaf's own edges.
    let odd = ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|same| same.len() % 2 == 1).map(|same| same[0]);
    let mut last: Option<[u64; 2]> = None;
    for (key, owner, reference) in odd {
        match deciders.last_mut() {
            Some(Decider { owners: [Some(_), second @ None], .. }) if last == Some(key) => *second = Some(owner),
            _ => deciders.push(Decider { reference, owners: [Some(owner), None] }),
        }
        last = Some(key);
    }
}

/// The rows joined into one run of bytes.
fn assemble(grid: Grid, edges: &[Edge], owners: u32, fingerprint: Fingerprint, rows: Vec<Row>) -> Cells {
    let mut sets: Vec<Vec<Owner>> = rows.iter().flat_map(|r| &r.sets.list).cloned().collect();
    sets.sort_unstable();
    sets.dedup();
    let number: HashMap<&Vec<Owner>, u32> = sets.iter().enumerate().map(|(i, s)| (s, i as u32)).collect();

    let sum = |f: fn(&Row) -> usize| rows.iter().map(f).sum::<usize>();
    let (mut tiles, mut leaves) =
        (Vec::with_capacity(sum(|r| r.tiles.len())), Vec::with_capacity(sum(|r| r.leaves.len())));
    let mut records: Vec<u32> = Vec::with_capacity(sum(|r| r.records.len()) + LANES);
    for row in rows {
        let (blocks, places) = ((leaves.len() / LEAVES_PER_TILE) as u32, records.len() as u32);
        let code = |code: u32| match code.checked_sub(owners + 1) {
            Some(set) if code < UNDECIDED => owners + 1 + number[&row.sets.list[set as usize]],
            _ => code,
        };
        tiles.extend(row.tiles.iter().map(|&t| if t & HAS_MORE == 0 { code(t) } else { t + blocks }));
        leaves.extend(row.leaves.iter().map(|&l| if l & HAS_MORE == 0 { code(l) } else { l + places }));
        records.extend(&row.records);
        for &at in &row.coded {
            for word in &mut records[(places + at) as usize..][..2] {
                *word = code(*word);
            }
        }
    }
    records.extend([0; LANES]);
    let (near, nearness) = clearance::measure(&grid, &tiles, &leaves);
    let mut starts = vec![0u32];
    starts.extend(sets.iter().scan(0, |at, s| {
        *at += s.len() as u32;
        Some(*at)
    }));
    let members: Vec<Owner> = sets.concat();

    let mut header = Header {
        magic: MAGIC,
        version: VERSION,
        header_crc: 0,
        body_crc: 0,
        owners,
        length: 0,
        fingerprint,
        grid,
        sections: [[0; 2]; 9],
        reserved: [0; 2],
    };
    let lengths = [
        4 * tiles.len(),
        4 * leaves.len(),
        4 * records.len(),
        32 * edges.len(),
        4 * starts.len(),
        4 * members.len(),
        4 * near.len(),
        nearness.len(),
        8 * edges.len(),
    ];
    let mut end = HEADER_BYTES;
    for (section, length) in header.sections.iter_mut().zip(lengths) {
        *section = [end as u64, length as u64];
        end = (end + length).next_multiple_of(64);
    }
    header.length = end as u64;
    let mut words = vec![0u64; end / 8];
    let ranges = header.sections.map(|[at, length]| at as usize..(at + length) as usize);
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
    let mut put = |section: Section, from: &[u8]| bytes[ranges[section as usize].clone()].copy_from_slice(from);
    put(Section::Tiles, bytemuck::cast_slice(&tiles));
    put(Section::Leaves, bytemuck::cast_slice(&leaves));
    put(Section::Records, bytemuck::cast_slice(&records));
    put(Section::Sets, bytemuck::cast_slice(&starts));
    put(Section::Members, bytemuck::cast_slice(&members));
    put(Section::Near, bytemuck::cast_slice(&near));
    put(Section::Nearness, &nearness);
    let exact: &mut [[f64; 4]] = bytemuck::cast_slice_mut(&mut bytes[ranges[Section::Edges as usize].clone()]);
    for (to, e) in exact.iter_mut().zip(edges) {
        *to = [e.a.x, e.a.y, e.b.x, e.b.y];
    }
    let sides: &mut [[Owner; 2]] = bytemuck::cast_slice_mut(&mut bytes[ranges[Section::Sides as usize].clone()]);
    for (to, e) in sides.iter_mut().zip(edges) {
        *to = [e.left.unwrap_or(NOBODY), e.right.unwrap_or(NOBODY)];
    }
    Cells { bytes: Bytes::Built(words), header, ranges }
}
