//! KML, KMZ and GPX. The parser knows no entities from elsewhere; depth and number of nodes are bounded.

use std::io::{Cursor, Read};
use std::path::Path;

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use roxmltree::{Document, Node, ParsingOptions};
use zip::ZipArchive;

use super::source::{CrsSaid, ReadOptions, Row, Source, bytes, stem};
use super::{Encoding, ImportError};
use crate::crs::CrsId;
use crate::export::Cell;

const MAX_NODES: u32 = 20_000_000;
const MAX_KML: u64 = 500_000_000;

fn parsed<T>(text: &str, read: impl FnOnce(&Document) -> Result<T, ImportError>) -> Result<T, ImportError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|e| ImportError::damaged(format!("XML: {e}")))?;
    read(&document)
}

fn text_of(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => Encoding::Windows1258.decode(bytes),
    };
    text.trim_start_matches('\u{feff}').to_owned()
}

pub(super) fn read_kml(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    kml(&text_of(&bytes(path)?), stem(path), options)
}

pub(super) fn read_kmz(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let bad = |e: zip::result::ZipError| ImportError::damaged(format!("KMZ: {e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes(path)?)).map_err(bad)?;
    let mut found = None;
    for i in 0..archive.len() {
        let name = archive.by_index(i).map_err(bad)?.name().map_err(bad)?.to_ascii_lowercase();
        if name.ends_with(".kml") {
            found = Some(i);
            break;
        }
    }
    let found = found.ok_or_else(|| ImportError::damaged("KMZ: no .kml"))?;
    let mut content = Vec::new();
    let file = archive.by_index(found).map_err(bad)?;
    file.take(MAX_KML).read_to_end(&mut content).map_err(|e| ImportError::damaged(format!("KMZ: {e}")))?;
    kml(&text_of(&content), stem(path), options)
}

/// A row before all columns are known: its geometry, and values by the number of their column.
type Loose = (Option<Geometry<f64>>, Vec<(usize, String)>);

/// Rows of any columns, brought into one table.
#[derive(Default)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Loose>,
}

impl Table {
    fn column(&mut self, name: &str) -> usize {
        match self.columns.iter().position(|c| c == name) {
            Some(at) => at,
            None => {
                self.columns.push(name.to_owned());
                self.columns.len() - 1
            }
        }
    }

    fn source(self, format: &'static str, layer: String, options: &ReadOptions) -> Source {
        let width = self.columns.len();
        let row = |(i, (geometry, cells)): (usize, Loose)| {
            let mut values = vec![Cell::Empty; width];
            for (at, text) in cells {
                values[at] = Cell::from(text);
            }
            Row { number: i + 1, geometry, values }
        };
        let rows = self.rows.into_iter().enumerate().map(row).collect();
        let crs = CrsSaid { crs: Some(CrsId::WGS84), words: format!("{format}: WGS 84") };
        let mut source = Source { format, layer, crs, encoding: None, columns: self.columns, rows };
        source.mend_texts(options.encoding);
        source
    }
}

fn kml(text: &str, layer: String, options: &ReadOptions) -> Result<Source, ImportError> {
    parsed(text, |document| {
        let mut table = Table::default();
        for mark in document.descendants().filter(|n| n.tag_name().name() == "Placemark") {
            let mut cells = Vec::new();
            for child in mark.children().filter(Node::is_element) {
                match child.tag_name().name() {
                    plain @ ("name" | "description") => {
                        let text = child.text().unwrap_or_default().trim().to_owned();
                        cells.push((table.column(plain), text));
                    }
                    "TimeStamp" => {
                        let when = child.descendants().find(|n| n.tag_name().name() == "when");
                        let text = when.and_then(|w| w.text()).unwrap_or_default().trim().to_owned();
                        cells.push((table.column("when"), text));
                    }
                    "ExtendedData" => {
                        for data in child.descendants().filter(|n| matches!(n.tag_name().name(), "Data" | "SimpleData"))
                        {
                            let Some(name) = data.attribute("name") else { continue };
                            let value = data.children().find(|n| n.tag_name().name() == "value");
                            let text = value.unwrap_or(data).text().unwrap_or_default().trim().to_owned();
                            cells.push((table.column(name), text));
                        }
                    }
                    _ => {}
                }
            }
            let number = table.rows.len() + 1;
            let bad = || ImportError::damaged(format!("KML, Placemark {number}: coordinates"));
            let parts =
                mark.children().filter(Node::is_element).map(geometry).collect::<Option<Vec<_>>>().ok_or_else(bad)?;
            table.rows.push((joined(parts.into_iter().flatten().collect()), cells));
        }
        Ok(table.source("KML", layer, options))
    })
}

/// The geometries of an element; `None`: it cannot be read.
fn geometry(node: Node) -> Option<Vec<Geometry<f64>>> {
    let coordinates = |n: Node| {
        let found = n.descendants().find(|c| c.tag_name().name() == "coordinates")?;
        coords(found.text().unwrap_or_default())
    };
    Some(match node.tag_name().name() {
        "Point" => vec![Point(*coordinates(node)?.first()?).into()],
        "LineString" | "LinearRing" => vec![LineString(coordinates(node)?).into()],
        "Polygon" => {
            let outer = node.children().find(|n| n.tag_name().name() == "outerBoundaryIs")?;
            let holes = node.children().filter(|n| n.tag_name().name() == "innerBoundaryIs");
            let holes = holes.map(|h| coordinates(h).map(LineString)).collect::<Option<Vec<_>>>()?;
            vec![Polygon::new(LineString(coordinates(outer)?), holes).into()]
        }
        "MultiGeometry" => {
            let parts = node.children().filter(Node::is_element).map(geometry).collect::<Option<Vec<_>>>()?;
            parts.into_iter().flatten().collect()
        }
        _ => Vec::new(),
    })
}

fn coords(text: &str) -> Option<Vec<Coord<f64>>> {
    let one = |word: &str| {
        let mut numbers = word.split(',').map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite()));
        Some(Coord { x: numbers.next()??, y: numbers.next()?? })
    };
    text.split_whitespace().map(one).collect()
}

/// Parts of one kind as their Multi kind.
fn joined(mut parts: Vec<Geometry<f64>>) -> Option<Geometry<f64>> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let lines: Vec<_> = parts.iter().filter_map(|p| LineString::try_from(p.clone()).ok()).collect();
    if lines.len() == parts.len() {
        return Some(MultiLineString(lines).into());
    }
    let land: Vec<_> = parts.iter().filter_map(|p| Polygon::try_from(p.clone()).ok()).collect();
    if land.len() == parts.len() {
        return Some(MultiPolygon(land).into());
    }
    Some(Geometry::GeometryCollection(GeometryCollection(parts)))
}

/// Waypoints, tracks and routes; a track is a line.
pub(super) fn read_gpx(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    parsed(&text_of(&bytes(path)?), |document| {
        let mut table = Table::default();
        let position = |n: Node| {
            let number =
                |name| n.attribute(name).and_then(|a: &str| a.trim().parse::<f64>().ok()).filter(|n| n.is_finite());
            Some(Coord { x: number("lon")?, y: number("lat")? })
        };
        for node in document.root_element().children().filter(Node::is_element) {
            let kind = node.tag_name().name();
            if !matches!(kind, "wpt" | "trk" | "rte") {
                continue;
            }
            let number = table.rows.len() + 1;
            let bad = || ImportError::damaged(format!("GPX, {kind} {number}: lat, lon"));
            let line = |n: Node, point: &str| {
                let points = n.children().filter(|c| c.tag_name().name() == point).map(position);
                points.collect::<Option<Vec<_>>>().map(LineString)
            };
            let geometry: Geometry<f64> = match kind {
                "wpt" => Point(position(node).ok_or_else(bad)?).into(),
                "rte" => line(node, "rtept").ok_or_else(bad)?.into(),
                _ => {
                    let parts = node.children().filter(|c| c.tag_name().name() == "trkseg").map(|s| line(s, "trkpt"));
                    MultiLineString(parts.collect::<Option<Vec<_>>>().ok_or_else(bad)?).into()
                }
            };
            let mut cells = vec![(table.column("gpx"), kind.to_owned())];
            for child in node.children().filter(Node::is_element) {
                let name = child.tag_name().name();
                match name {
                    "extensions" => {
                        for field in child
                            .descendants()
                            .filter(|n| n.is_element() && n.text().is_some_and(|t| !t.trim().is_empty()))
                        {
                            let text = field.text().unwrap_or_default().trim().to_owned();
                            cells.push((table.column(field.tag_name().name()), text));
                        }
                    }
                    "trkseg" | "rtept" => {}
                    name => {
                        let text = child.text().unwrap_or_default().trim().to_owned();
                        cells.push((table.column(name), text));
                    }
                }
            }
            table.rows.push((Some(geometry), cells));
        }
        Ok(table.source("GPX", stem(path), options))
    })
}
