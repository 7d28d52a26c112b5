//! A party files its claim: a GeoJSON line or polygon, in WGS 84 or VN-2000. What cannot be taken is refused with the
//! place of the fault; what is taken is kept as it came beside what it was read as.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{GeoJson, Geometry, GeometryValue, Position};

use super::{ActionError, ShapeFault};
use crate::atlas::ring_faults;
use crate::crs::{self, CrsId};
use crate::domain::{Shape, Text};

/// More vertices than a claim drawn from a map sheet ever has; a limit on the work one request can ask for.
pub const MAX_VERTICES: usize = 50_000;

/// A shape as read, and what was mended on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub shape: Shape,
    /// The geometry, letter for letter.
    pub as_filed: String,
    pub crs: CrsId,
    pub notes: Vec<Text>,
}

/// What may be filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    LineOrLand,
    Land,
}

/// Reads a shape from GeoJSON text: a geometry, a feature, or a collection of one feature. The CRS is the one named, else
/// the (old) `crs` member of the file, else WGS 84.
///
/// # Errors
/// [`ActionError::Shape`] with every fault found and its place; [`ActionError::Position`] for an unknown CRS.
pub fn read(text: &str, crs: Option<CrsId>, wanted: Wanted) -> Result<Read, ActionError> {
    let parsed: GeoJson = text.parse().map_err(|e: geojson::Error| {
        fault(Text::new(format!("không phải GeoJSON: {e}"), format!("not GeoJSON: {e}")))
    })?;
    let in_file = named_crs(text)?;
    let crs = match (crs, in_file) {
        (Some(named), Some(in_file)) if named != in_file => {
            return Err(fault(Text::new(
                format!("tệp ghi hệ tọa độ {}, nhưng được nộp là {}", in_file.code(), named.code()),
                format!("the file says its CRS is {}, but it is filed as {}", in_file.code(), named.code()),
            )));
        }
        (named, in_file) => named.or(in_file).unwrap_or(CrsId::WGS84),
    };
    let geometry = only_geometry(parsed)?;
    let as_filed = geometry.to_string();
    let mut reader = Reader { crs, swapped: 0, vertices: 0 };
    let shape = match (&geometry.value, wanted) {
        (GeometryValue::LineString { coordinates }, Wanted::LineOrLand) => Shape::Line(reader.line(coordinates, "")?),
        (GeometryValue::MultiLineString { coordinates }, Wanted::LineOrLand) => {
            Shape::Line(reader.joined(coordinates)?)
        }
        (GeometryValue::Polygon { coordinates }, _) => Shape::Land(reader.land(std::slice::from_ref(coordinates))?),
        (GeometryValue::MultiPolygon { coordinates }, _) => Shape::Land(reader.land(coordinates)?),
        (other, _) => {
            let kind = other.type_name();
            let (vi, en) = match wanted {
                Wanted::LineOrLand => ("LineString hoặc Polygon", "a LineString or a Polygon"),
                Wanted::Land => ("Polygon", "a Polygon"),
            };
            return Err(fault(Text::new(format!("hình kiểu {kind}, cần {vi}"), format!("a {kind}, not {en}"))));
        }
    };
    check(&shape)?;
    let mut notes = Vec::new();
    if reader.swapped > 0 {
        notes.push(Text::new("X và Y bị đổi chỗ; đã đổi lại", "x and y were swapped; put right"));
    }
    Ok(Read { shape, as_filed, crs, notes })
}

fn fault(text: Text) -> ActionError {
    ActionError::Shape(vec![ShapeFault { place: None, text }])
}

/// The `crs` member of GeoJSON 2008, which QGIS still writes.
pub fn named_crs(text: &str) -> Result<Option<CrsId>, ActionError> {
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let Some(name) = json.pointer("/crs/properties/name").and_then(|n| n.as_str()) else { return Ok(None) };
    if name.ends_with("CRS84") {
        return Ok(Some(CrsId::WGS84));
    }
    // urn:ogc:def:crs:EPSG::9205
    let code = name.rsplit(':').next().unwrap_or(name);
    Ok(Some(CrsId::parse(code)?))
}

fn only_geometry(parsed: GeoJson) -> Result<Geometry, ActionError> {
    let features = match parsed {
        GeoJson::Geometry(geometry) => return Ok(geometry),
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::FeatureCollection(collection) => collection.features,
    };
    let count = features.len();
    let mut geometries: Vec<Geometry> = features.into_iter().filter_map(|f| f.geometry).collect();
    match (geometries.pop(), geometries.is_empty(), count) {
        (Some(only), true, 1) => Ok(only),
        _ => Err(fault(Text::new(
            format!("tệp có {count} đối tượng; hãy nộp đúng một đường hoặc một vùng"),
            format!("the file has {count} features; file exactly one line or one area"),
        ))),
    }
}

struct Reader {
    crs: CrsId,
    swapped: usize,
    vertices: usize,
}

impl Reader {
    fn line(&mut self, positions: &[Position], place: &str) -> Result<LineString<f64>, ActionError> {
        self.vertices += positions.len();
        if self.vertices > MAX_VERTICES {
            return Err(fault(Text::new(
                format!("quá {MAX_VERTICES} đỉnh: hãy đơn giản hóa trước khi nộp"),
                format!("more than {MAX_VERTICES} vertices: simplify before filing"),
            )));
        }
        let mut line: Vec<Coord<f64>> = Vec::with_capacity(positions.len());
        for (i, position) in positions.iter().enumerate() {
            let [x, y, ..] = *position.as_slice() else {
                return Err(fault(Text::new(
                    format!("{place}đỉnh {}: thiếu tọa độ", i + 1),
                    format!("{place}vertex {}: too few coordinates", i + 1),
                )));
            };
            let (x, y, swapped) = crs::of_xy(x, y, self.crs).map_err(|e| {
                let why = e.text();
                fault(Text::new(
                    format!("{place}đỉnh {} ({x}, {y}): {}", i + 1, why.vi),
                    format!("{place}vertex {} ({x}, {y}): {}", i + 1, why.en),
                ))
            })?;
            self.swapped += usize::from(swapped);
            let c = Coord { x, y };
            if line.last() != Some(&c) {
                line.push(c);
            }
        }
        Ok(LineString(line))
    }

    /// Parts that follow each other end to end, as one line.
    fn joined(&mut self, parts: &[Vec<Position>]) -> Result<LineString<f64>, ActionError> {
        let mut whole = LineString(Vec::new());
        for (i, part) in parts.iter().enumerate() {
            let part = self.line(part, &format!("{}: ", i + 1))?;
            let meets = whole.0.last().is_none_or(|end| part.0.first() == Some(end));
            if !meets {
                let place = whole.0.last().map(|c| (c.x, c.y));
                return Err(ActionError::Shape(vec![ShapeFault {
                    place,
                    text: Text::new(
                        format!("đường gồm nhiều đoạn rời; đoạn {} không nối tiếp đoạn trước{}", i + 1, at(place)),
                        format!("the line is broken; part {} does not go on from the one before{}", i + 1, at(place)),
                    ),
                }]));
            }
            whole.0.extend(part.0.into_iter().skip(usize::from(!whole.0.is_empty())));
        }
        Ok(whole)
    }

    fn land(&mut self, polygons: &[Vec<Vec<Position>>]) -> Result<MultiPolygon<f64>, ActionError> {
        let mut land = Vec::with_capacity(polygons.len());
        for (p, rings) in polygons.iter().enumerate() {
            let mut lines = Vec::with_capacity(rings.len());
            for (r, positions) in rings.iter().enumerate() {
                lines.push(self.line(positions, &format!("{}.{}: ", p + 1, r + 1))?);
            }
            let mut lines = lines.into_iter();
            let outer = lines.next().ok_or_else(|| fault(Text::new("đa giác trống", "an empty polygon")))?;
            // Closes what is open.
            land.push(Polygon::new(outer, lines.collect()));
        }
        Ok(MultiPolygon(land))
    }
}

fn at(place: Option<(f64, f64)>) -> String {
    place.map(|(lon, lat)| format!(" ({lat:.6}, {lon:.6})")).unwrap_or_default()
}

/// Whether a shape can stand as a line or as land: every fault with its place.
fn check(shape: &Shape) -> Result<(), ActionError> {
    let faults: Vec<ShapeFault> = match shape {
        Shape::Line(line) => line_faults(line),
        Shape::Land(land) if land.0.is_empty() => {
            vec![ShapeFault { place: None, text: Text::new("hình trống", "an empty shape") }]
        }
        Shape::Land(land) => ring_faults(land)
            .into_iter()
            .map(|(what, c)| {
                let place = Some((c.x, c.y));
                ShapeFault { place, text: Text::new(what.vi + &at(place), what.en + &at(place)) }
            })
            .collect(),
    };
    if faults.is_empty() { Ok(()) } else { Err(ActionError::Shape(faults)) }
}

fn line_faults(line: &LineString<f64>) -> Vec<ShapeFault> {
    if line.0.len() < 2 {
        let text = Text::new("đường có ít hơn hai đỉnh khác nhau", "a line of fewer than two different vertices");
        return vec![ShapeFault { place: line.0.first().map(|c| (c.x, c.y)), text }];
    }
    if line.is_closed() {
        let text = Text::new(
            "đường khép kín: hãy nộp thành một vùng (Polygon)",
            "the line is closed: file it as an area (Polygon)",
        );
        return vec![ShapeFault { place: line.0.first().map(|c| (c.x, c.y)), text }];
    }
    crate::atlas::line_crossings(line)
        .into_iter()
        .map(|c| {
            let place = Some((c.x, c.y));
            let text = Text::new(
                format!("đường tự cắt hoặc tự chạm{}", at(place)),
                format!("the line crosses or touches itself{}", at(place)),
            );
            ShapeFault { place, text }
        })
        .collect()
}
