//! Vector tiles of the collections that are made in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use geo::{Geometry, MultiPolygon, Simplify};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{COLLECTIONS, Collection, Of};
use crate::atlas::simplify;
use crate::domain::{Lang, RecordError, UnitShape};
use crate::export::mvt::{self, EXTENT, Shape, TileLayer};
use crate::export::{Feature, Kind};
use crate::service::{ActionError, Service};

/// The last zoom that is drawn; programs magnify it. A unit is 15 cm there.
pub const MAX_ZOOM: u8 = 16;
/// Length of the equator in Web Mercator, metres (EPSG:3857: the sphere of radius 6 378 137 m).
const EQUATOR_M: f64 = 40_075_016.685_578_49;
/// Cosine of 22°, the middle of the region: a unit on the ground is so much of one on the map.
const AT_22_NORTH: f64 = 0.927;

/// Layers drawn on the grid of a zoom that are kept, and finished tiles.
const ZOOMS_KEPT: usize = 48;
const TILES_KEPT: usize = 4096;

/// A collection on the grid of a zoom: each feature's shape with its bounds, by the feature's place.
#[derive(Debug, Default)]
pub struct Drawn(Vec<(usize, Shape, [i64; 4])>);

type Slot = Arc<OnceLock<Arc<Drawn>>>;
/// Collection, date and zoom.
type Zoom = (&'static str, Option<Date>, u8);
/// The same, with column and row.
type Place = (&'static str, Option<Date>, u8, u32, u32);

/// What has been drawn.
#[derive(Debug, Default)]
pub struct Tiles {
    zooms: Mutex<HashMap<Zoom, Slot>>,
    tiles: Mutex<HashMap<Place, Arc<Vec<u8>>>>,
}

/// The collections there are tiles of: everything that is not by permission.
pub fn layers() -> impl Iterator<Item = &'static Collection> {
    COLLECTIONS.iter().filter(|c| !matches!(c.of, Of::Incidents))
}

/// A layer by its id.
///
/// # Errors
/// There is none.
pub fn layer(id: &str) -> Result<&'static Collection, ActionError> {
    let unknown = || RecordError::Unknown { what: "layer", id: id.chars().take(40).collect() };
    layers().find(|c| c.id == id).ok_or_else(|| unknown().into())
}

impl Service {
    /// A tile of one layer; empty where nothing is there.
    ///
    /// # Errors
    /// What making the features refuses.
    pub fn tile(
        &self,
        collection: &'static Collection,
        at: Date,
        zoom: u8,
        x: u32,
        y: u32,
    ) -> Result<Arc<Vec<u8>>, ActionError> {
        let day = collection.is_of_a_date().then_some(at);
        let key = (collection.id, day, zoom, x, y);
        let kept = &self.gis.tiles.tiles;
        if let Some(tile) = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(tile.clone());
        }
        let mut tile = Vec::new();
        self.tile_layer(collection, at, zoom, x, y)?.write(&mut tile);
        let tile = Arc::new(tile);
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= TILES_KEPT {
            kept.clear();
        }
        kept.insert(key, tile.clone());
        Ok(tile)
    }

    /// The features of a layer that a tile holds.
    ///
    /// # Errors
    /// As [`Service::tile`].
    pub fn tile_layer(
        &self,
        collection: &'static Collection,
        at: Date,
        zoom: u8,
        x: u32,
        y: u32,
    ) -> Result<TileLayer, ActionError> {
        let features = self.features(collection, at)?;
        let drawn = self.drawn(collection, at, zoom, &features);
        let (left, top) = (i64::from(x) * EXTENT - mvt::BUFFER, i64::from(y) * EXTENT - mvt::BUFFER);
        let side = EXTENT + 2 * mvt::BUFFER;
        let mut layer = TileLayer::new(collection.id, collection.fields);
        for (place, shape, [w, n, e, s]) in &drawn.0 {
            if *e < left || *w > left + side || *s < top || *n > top + side {
                continue;
            }
            if let Some(part) = shape.clipped(x, y) {
                let feature = &features[*place];
                layer.add(*place as u64 + 1, &feature.id, &feature.values, &part);
            }
        }
        Ok(layer)
    }

    fn drawn(&self, collection: &'static Collection, at: Date, zoom: u8, features: &[Feature]) -> Arc<Drawn> {
        let key = (collection.id, collection.is_of_a_date().then_some(at), zoom);
        let slot = {
            let mut known = self.gis.tiles.zooms.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= ZOOMS_KEPT && !known.contains_key(&key) {
                known.clear();
            }
            known.entry(key).or_default().clone()
        };
        slot.get_or_init(|| Arc::new(draw(features, zoom))).clone()
    }

    /// The tiles of a zoom that hold anything of a layer, as (x, y).
    ///
    /// # Errors
    /// As [`Service::tile`].
    pub fn tiles_of(
        &self,
        collection: &'static Collection,
        at: Date,
        zoom: u8,
    ) -> Result<Vec<(u32, u32)>, ActionError> {
        let features = self.features(collection, at)?;
        let last = (1i64 << zoom) - 1;
        let mut found = std::collections::BTreeSet::new();
        for (_, _, [w, n, e, s]) in &self.drawn(collection, at, zoom, &features).0 {
            let tile = |units: i64| (units.div_euclid(EXTENT)).clamp(0, last) as u32;
            for x in tile(*w)..=tile(*e) {
                for y in tile(*n)..=tile(*s) {
                    found.insert((x, y));
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// TileJSON 3.0 of a layer; `tiles` is the template of the tiles' addresses.
    pub fn tile_json(&self, collection: &'static Collection, at: Date, tiles: &str, lang: Lang) -> Value {
        let info = collection.layer(self, Some(at));
        json!({
            "tilejson": "3.0.0",
            "name": collection.title().get(lang),
            "description": collection.about().get(lang),
            "attribution": info.attribution,
            "licence": info.licence,
            "note": info.note.get(lang),
            "scheme": "xyz",
            "tiles": [tiles],
            "minzoom": 0,
            "maxzoom": MAX_ZOOM,
            "bounds": self.bounds(),
            "vector_layers": [vector_layer(collection, lang)],
        })
    }

    /// West, south, east, north of all maps, degrees.
    pub fn bounds(&self) -> [f64; 4] {
        use geo::BoundingRect;
        let rects = self.engine.layers().flat_map(|l| l.shapes.iter().filter_map(|s| s.shape.bounding_rect()));
        rects
            .map(|r| [r.min().x, r.min().y, r.max().x, r.max().y])
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
            .unwrap_or([-180.0, -85.0, 180.0, 85.0])
    }
}

/// What TileJSON and PMTiles say of a layer.
pub fn vector_layer(collection: &Collection, lang: Lang) -> Value {
    let kind = |k: Kind| match k {
        Kind::Integer | Kind::Number => "Number",
        Kind::Flag => "Boolean",
        Kind::Text | Kind::Date | Kind::Moment => "String",
    };
    let mut fields = Map::new();
    fields.insert("id".into(), "String".into());
    fields.extend(collection.fields.iter().map(|f| (f.name.to_owned(), kind(f.kind).into())));
    json!({"id": collection.id, "description": collection.about().get(lang), "minzoom": 0, "maxzoom": MAX_ZOOM, "fields": fields})
}

/// Simplified to a unit of the zoom, lines between neighbours once, then rounded to its grid.
fn draw(features: &[Feature], zoom: u8) -> Drawn {
    let unit_m = EQUATOR_M / (EXTENT << zoom) as f64 * AT_22_NORTH;
    let unit_deg = 360.0 / (EXTENT << zoom) as f64;
    let land = |f: &Feature| match &f.geometry {
        Some(Geometry::MultiPolygon(land)) => land.clone(),
        _ => MultiPolygon(Vec::new()),
    };
    // All land together, so that what two features share stays shared.
    let shapes: Vec<UnitShape> =
        features.iter().map(|f| UnitShape { code: String::new(), name: String::new(), shape: land(f) }).collect();
    let simple = simplify(&shapes, unit_m);
    let one = |(place, feature): (usize, &Feature)| {
        let shape = match feature.geometry.as_ref()? {
            Geometry::MultiPolygon(_) => Shape::of(&Geometry::MultiPolygon(simple[place].shape.clone()), zoom)?,
            Geometry::MultiLineString(lines) => Shape::of(&lines.simplify(unit_deg).into(), zoom)?,
            other => Shape::of(other, zoom)?,
        };
        let bounds = shape.bounds()?;
        Some((place, shape, bounds))
    };
    Drawn(features.iter().enumerate().filter_map(one).collect())
}

/// A style (MapLibre Style Specification, version 8) that draws every layer; without labels, which need fonts from elsewhere.
pub fn style(base: &str, lang: Lang) -> Value {
    let mut sources = Map::new();
    let mut drawn = vec![json!({"id": "background", "type": "background", "paint": {"background-color": "#f6f4ee"}})];
    for layer in layers() {
        sources.insert(layer.id.into(), json!({"type": "vector", "url": format!("{base}/tiles/{}", layer.id)}));
    }
    let mut add = |id: &str, layer: &str, kind: &str, paint: Value, shown: bool| {
        drawn.push(json!({
            "id": id, "type": kind, "source": layer, "source-layer": layer, "paint": paint,
            "layout": {"visibility": if shown { "visible" } else { "none" }},
        }));
    };
    add("communes-fill", "communes", "fill", json!({"fill-color": "#e7ecdf", "fill-outline-color": "#b9c3ab"}), true);
    add("agreements", "agreements", "fill", json!({"fill-color": "#3b6ea5", "fill-opacity": 0.12}), false);
    add("role-areas", "role-areas", "fill", json!({"fill-color": "#2f7d32", "fill-opacity": 0.18}), false);
    add("slivers", "slivers", "fill", json!({"fill-color": "#8e44ad", "fill-opacity": 0.5}), false);
    add("disputes", "disputes", "fill", json!({"fill-color": "#c0392b", "fill-opacity": 0.3}), true);
    add("boundaries", "boundaries", "line", json!({"line-color": "#6b7463", "line-width": 0.8}), true);
    let wide = json!(["interpolate", ["linear"], ["zoom"], 6, 1.2, 12, 2.5]);
    add("provinces", "provinces", "line", json!({"line-color": "#3c4436", "line-width": wide}), true);
    add(
        "claims",
        "claims",
        "line",
        json!({"line-color": "#c0392b", "line-width": 1.5, "line-dasharray": [3, 2]}),
        true,
    );
    let title = if lang == Lang::Vi { "giapranh – địa giới" } else { "giapranh – boundaries" };
    json!({"version": 8, "name": title, "center": [103.3, 22.1], "zoom": 7.5, "sources": sources, "layers": drawn})
}
