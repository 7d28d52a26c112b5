//! One dataset, indexed: which unit contains a point, and which edges are near it.

use std::collections::HashMap;
use std::sync::OnceLock;

use geo::{BoundingRect, Coord, Intersects, Rect};
use rstar::{AABB, RTree, RTreeObject};

#[cfg(feature = "server")]
use super::cells::Cells;
use super::edges::{Edges, Nearest, Owner};
use crate::domain::{Dataset, DatasetInfo, UnitShape};

/// Where a point lies in one dataset. Never a `bool`: two units that contain the same point are a third thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Containment {
    Outside,
    In(Owner),
    /// Territories that overlap in the data, in the dataset's order.
    Several(Vec<Owner>),
}

impl Containment {
    /// The unit that contains the point; the first of the dataset's order where several do.
    pub fn first(&self) -> Option<Owner> {
        match self {
            Containment::Outside => None,
            Containment::In(owner) => Some(*owner),
            Containment::Several(owners) => owners.first().copied(),
        }
    }

    pub fn holds(&self, owner: Owner) -> bool {
        match self {
            Containment::Outside => false,
            Containment::In(o) => *o == owner,
            Containment::Several(owners) => owners.contains(&owner),
        }
    }
}

fn only(candidates: &[String]) -> Option<&str> {
    match candidates {
        [code] => Some(code),
        _ => None,
    }
}

/// A unit's bounding box in the R-tree.
#[derive(Debug)]
struct UnitBox {
    rect: Rect<f64>,
    owner: Owner,
}

impl RTreeObject for UnitBox {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.rect.min().into(), self.rect.max().into())
    }
}

/// The edges of one unit by bands of latitude, so that a ray looks at a handful of them.
#[derive(Debug)]
struct Bands {
    south: f64,
    per_degree: f64,
    /// Edges of band `i`: `edges[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Bands {
    /// Edges per band aimed at: few enough to scan at once, many enough to keep the table small.
    const PER_BAND: usize = 8;

    fn new(all: &Edges, own: &[u32], rect: Rect<f64>) -> Bands {
        let count = (own.len() / Self::PER_BAND).max(1);
        let height = rect.height();
        let per_degree = if height > 0.0 { count as f64 / height } else { 0.0 };
        let mut bands = Bands { south: rect.min().y, per_degree, starts: vec![0; count + 1], edges: Vec::new() };
        let spans: Vec<(usize, usize)> = own
            .iter()
            .map(|&i| (bands.index(all.get(i as usize).a.y, count), bands.index(all.get(i as usize).b.y, count)))
            .collect();
        for &(low, high) in &spans {
            for band in low..=high {
                bands.starts[band + 1] += 1;
            }
        }
        for i in 0..count {
            bands.starts[i + 1] += bands.starts[i];
        }
        bands.edges = vec![0; bands.starts[count] as usize];
        let mut next = bands.starts.clone();
        for (&edge, &(low, high)) in own.iter().zip(&spans) {
            for slot in &mut next[low..=high] {
                bands.edges[*slot as usize] = edge;
                *slot += 1;
            }
        }
        bands
    }

    fn index(&self, lat: f64, count: usize) -> usize {
        (((lat - self.south) * self.per_degree) as usize).min(count - 1)
    }

    /// Edges a ray due east at this latitude can meet. The latitude must lie within the unit's box.
    fn at(&self, lat: f64) -> &[u32] {
        let band = self.index(lat, self.starts.len() - 1);
        &self.edges[self.starts[band] as usize..self.starts[band + 1] as usize]
    }
}

/// Boxes and bands of every unit: what a ray needs.
#[derive(Debug)]
struct Rays {
    boxes: RTree<UnitBox>,
    bands: Vec<Bands>,
}

impl Rays {
    fn new(shapes: &[UnitShape], edges: &Edges) -> Rays {
        let mut own: Vec<Vec<u32>> = vec![Vec::new(); shapes.len()];
        for (i, e) in edges.list().iter().enumerate() {
            for owner in [e.left, e.right].into_iter().flatten() {
                own[owner as usize].push(i as u32);
            }
        }
        let rect = |s: &UnitShape| s.shape.bounding_rect().unwrap_or(Rect::new((0.0, 0.0), (0.0, 0.0)));
        let bands = shapes.iter().zip(&own).map(|(s, own)| Bands::new(edges, own, rect(s))).collect();
        let boxes = shapes.iter().enumerate().map(|(i, s)| UnitBox { rect: rect(s), owner: i as Owner }).collect();
        Rays { boxes: RTree::bulk_load(boxes), bands }
    }
}

/// A dataset in memory with its indexes. Immutable, shared between threads.
#[derive(Debug)]
pub struct Layer {
    pub info: DatasetInfo,
    pub shapes: Vec<UnitShape>,
    pub edges: Edges,
    /// True: no published map, but the lines of one under the units of a later reform (see [`super::after`]).
    pub derived: bool,
    /// Made when first asked: with a cell index they hardly ever are.
    rays: OnceLock<Rays>,
    by_code: HashMap<String, Owner>,
    #[cfg(feature = "server")]
    cells: OnceLock<Cells>,
    /// Codes of the units each shape can belong to: one, except where a later reform split a unit.
    candidates: Vec<Vec<String>>,
}

impl Layer {
    /// Every shape belongs to the unit it is labelled with.
    pub fn new(dataset: Dataset) -> Layer {
        let candidates = dataset.shapes.iter().map(|s| vec![s.code.clone()]).collect();
        Layer::with_candidates(dataset, candidates)
    }

    /// Shape `i` belongs to one of the units `candidates[i]`.
    pub fn with_candidates(dataset: Dataset, candidates: Vec<Vec<String>>) -> Layer {
        let edges = Edges::of_shapes(dataset.shapes.iter().map(|s| &s.shape));
        Layer::with_edges(dataset, candidates, edges)
    }

    /// As [`Layer::new`], with the cell index made from this very dataset: its edges are taken from the index. The
    /// dataset comes back where the index cannot be of it.
    #[cfg(feature = "server")]
    pub fn indexed(dataset: Dataset, cells: Cells) -> Result<Layer, Box<Dataset>> {
        let count = dataset.shapes.len();
        let Some(edges) = cells.edges().filter(|_| cells.owner_count() as usize == count) else {
            return Err(Box::new(dataset));
        };
        let candidates = dataset.shapes.iter().map(|s| vec![s.code.clone()]).collect();
        let layer = Layer::with_edges(dataset, candidates, edges);
        layer.set_cells(cells);
        Ok(layer)
    }

    fn with_edges(dataset: Dataset, candidates: Vec<Vec<String>>, edges: Edges) -> Layer {
        let Dataset { info, shapes, .. } = dataset;
        let known = candidates.iter().enumerate().filter_map(|(i, c)| Some((only(c)?.to_owned(), i as Owner)));
        let by_code = known.collect();
        Layer {
            info,
            edges,
            derived: false,
            rays: OnceLock::new(),
            by_code,
            #[cfg(feature = "server")]
            cells: OnceLock::new(),
            candidates,
            shapes,
        }
    }

    /// The cell index of this layer, where it has one.
    #[cfg(feature = "server")]
    pub fn cells(&self) -> Option<&Cells> {
        self.cells.get()
    }

    /// Gives the layer its cell index, made from its own edges. The first one stays.
    #[cfg(feature = "server")]
    pub fn set_cells(&self, cells: Cells) {
        if cells.owner_count() as usize == self.shapes.len() {
            let _ = self.cells.set(cells);
        }
    }

    /// Code of the unit; `None`: it is one of several candidates.
    pub fn code(&self, owner: Owner) -> Option<&str> {
        only(self.candidates(owner))
    }

    /// Codes of the units that the territory can belong to.
    pub fn candidates(&self, owner: Owner) -> &[String] {
        &self.candidates[owner as usize]
    }

    pub fn owner_of(&self, code: &str) -> Option<Owner> {
        self.by_code.get(code).copied()
    }

    /// The unit or units that contain the point (degrees). Exact; a point on a shared edge has one owner
    /// (see [`super::edges::Edge::crossed_by_ray_east`]).
    pub fn contain(&self, p: Coord<f64>) -> Containment {
        #[cfg(feature = "server")]
        if let Some(found) = self.cells.get().and_then(|cells| cells.contain(p)) {
            return found;
        }
        self.contain_by_tree(p)
    }

    /// As [`Layer::contain`], without the cell index: by boxes and rays.
    pub fn contain_by_tree(&self, p: Coord<f64>) -> Containment {
        let rays = self.rays.get_or_init(|| Rays::new(&self.shapes, &self.edges));
        let mut found: Vec<Owner> = rays
            .boxes
            .locate_in_envelope_intersecting(&AABB::from_point([p.x, p.y]))
            .filter(|b| b.rect.intersects(&p) && self.inside(rays, b.owner, p))
            .map(|b| b.owner)
            .collect();
        match found.len() {
            0 => Containment::Outside,
            1 => Containment::In(found[0]),
            _ => {
                found.sort_unstable();
                Containment::Several(found)
            }
        }
    }

    fn inside(&self, rays: &Rays, owner: Owner, p: Coord<f64>) -> bool {
        let crossed = rays.bands[owner as usize]
            .at(p.y)
            .iter()
            .filter(|&&i| self.edges.get(i as usize).crossed_by_ray_east(p))
            .count();
        crossed % 2 == 1
    }

    /// The nearest point of a unit's boundary.
    pub fn nearest_edge_of(&self, owner: Owner, p: Coord<f64>) -> Option<Nearest> {
        #[cfg(feature = "server")]
        if let Some(found) = self.cells.get().and_then(|cells| cells.nearest(p, Some(owner))) {
            return Some(found);
        }
        self.edges.nearest(p, |e| e.touches(owner))
    }

    /// The nearest point of any boundary.
    pub fn nearest_edge(&self, p: Coord<f64>) -> Option<Nearest> {
        #[cfg(feature = "server")]
        if let Some(found) = self.cells.get().and_then(|cells| cells.nearest(p, None)) {
            return Some(found);
        }
        self.edges.nearest(p, |_| true)
    }
}
