//! Shapes of records: WGS 84 degrees, longitude first, written as GeoJSON geometries (RFC 7946, 3.1).

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};

/// A line or land, as a party files it or an importer reads it. Rings are closed; the first of a polygon is the outer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Shape {
    Line(LineString<f64>),
    Land(MultiPolygon<f64>),
}

impl Shape {
    /// Every vertex, closing ones included.
    pub fn coords(&self) -> Box<dyn Iterator<Item = Coord<f64>> + '_> {
        match self {
            Shape::Line(line) => Box::new(line.coords().copied()),
            Shape::Land(land) => Box::new(
                land.iter()
                    .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                    .flat_map(|r| r.coords().copied()),
            ),
        }
    }
}

type Position = [f64; 2];

/// The words of GeoJSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Written {
    LineString(Vec<Position>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

impl From<Shape> for Written {
    fn from(shape: Shape) -> Written {
        let line = |l: &LineString<f64>| l.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
        match shape {
            Shape::Line(l) => Written::LineString(line(&l)),
            Shape::Land(land) => Written::MultiPolygon(
                land.iter().map(|p| std::iter::once(p.exterior()).chain(p.interiors()).map(line).collect()).collect(),
            ),
        }
    }
}

impl TryFrom<Written> for Shape {
    type Error = String;

    fn try_from(written: Written) -> Result<Shape, String> {
        let line = |positions: Vec<Position>| -> LineString<f64> {
            positions.into_iter().map(|[x, y]| Coord { x, y }).collect()
        };
        match written {
            Written::LineString(positions) => Ok(Shape::Line(line(positions))),
            Written::MultiPolygon(polygons) => polygons
                .into_iter()
                .map(|rings| {
                    let mut rings = rings.into_iter().map(line);
                    let outer = rings.next().ok_or("a polygon without a ring")?;
                    Ok(Polygon::new(outer, rings.collect()))
                })
                .collect::<Result<Vec<_>, String>>()
                .map(|polygons| Shape::Land(MultiPolygon(polygons))),
        }
    }
}
