//! A layer of features as plain data, whatever file it ends up in.

use geo::orient::Direction;
use geo::{Geometry, MultiLineString, MultiPolygon, Orient};
use jiff::civil::Date;

use super::Cell;
use crate::domain::{Lang, Text};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Number,
    Flag,
    Date,
    Moment,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    /// At most ten characters, for Shapefiles; unique in its layer.
    pub short: &'static str,
    pub kind: Kind,
    pub vi: &'static str,
    pub en: &'static str,
}

impl Field {
    pub const fn new(name: &'static str, short: &'static str, kind: Kind, vi: &'static str, en: &'static str) -> Field {
        Field { name, short, kind, vi, en }
    }

    pub fn title(&self, lang: Lang) -> &'static str {
        if lang == Lang::Vi { self.vi } else { self.en }
    }
}

/// What the geometries of a layer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeKind {
    Point,
    /// MultiLineString.
    Line,
    /// MultiPolygon.
    Land,
    /// Lines and land in one layer.
    Mixed,
}

/// One thing with its place and its values, in the order of the layer's fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    pub id: String,
    /// WGS 84 degrees, longitude first; `None`: it has no place, or none is known.
    pub geometry: Option<Geometry<f64>>,
    pub values: Vec<Cell>,
}

/// What a layer is, apart from its features.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerInfo {
    /// ASCII letters, digits, `-`: file and table names are made of it.
    pub name: String,
    pub title: Text,
    pub fields: &'static [Field],
    pub shape: ShapeKind,
    /// Some features may have no place.
    pub placeless: bool,
    /// Whose data it is, as the source asks to be named.
    pub attribution: String,
    pub licence: String,
    /// The date the features are in force at; `None`: they are not of a date.
    pub at: Option<Date>,
    pub note: Text,
}

impl LayerInfo {
    /// The words that travel with the data, one line each.
    pub fn about(&self) -> Vec<(&'static str, String)> {
        let mut about = vec![
            ("title", format!("{} / {}", self.title.vi, self.title.en)),
            ("attribution", self.attribution.clone()),
            ("licence", self.licence.clone()),
            ("note", format!("{} / {}", self.note.vi, self.note.en)),
        ];
        if let Some(at) = self.at {
            about.push(("at", at.to_string()));
        }
        about.retain(|(_, text)| !text.trim_matches([' ', '/']).is_empty());
        about
    }
}

/// Lines and land always as their Multi kind, outer rings counter-clockwise (RFC 7946, 3.1.6): one kind a layer.
pub fn normal(geometry: Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Line(line) => Geometry::MultiLineString(MultiLineString(vec![line.into()])),
        Geometry::LineString(line) => Geometry::MultiLineString(MultiLineString(vec![line])),
        Geometry::Polygon(land) => Geometry::MultiPolygon(MultiPolygon(vec![land]).orient(Direction::Default)),
        Geometry::MultiPolygon(land) => Geometry::MultiPolygon(land.orient(Direction::Default)),
        Geometry::Rect(rect) => normal(rect.to_polygon().into()),
        Geometry::Triangle(triangle) => normal(triangle.to_polygon().into()),
        other => other,
    }
}
