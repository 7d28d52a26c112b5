//! CQL2 (OGC 21-065r2), text and JSON. The crate `cql2` reads it; what may be asked is a tree of our own, made of the
//! collection's fields and nothing else. It is tried on features in memory; the store only gets conditions on columns
//! with their values as parameters.

mod eval;
mod read;
mod superset;

use geo::Geometry;

use crate::crs::CrsId;
use crate::domain::Text;
use crate::export::{Cell, Feature, Field};
use crate::service::ActionError;

/// Longest text of a filter, bytes.
const MAX_BYTES: usize = 32 * 1024;
/// Deepest nesting: the parser goes down one call for each.
const MAX_DEPTH: usize = 24;

/// What a feature is asked.
#[derive(Debug, Clone)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Always(bool),
    Compare(Compare, Operand, Operand),
    Between(Operand, Operand, Operand),
    OneOf(Operand, Vec<Operand>),
    Like(Operand, Pattern),
    IsNull(Operand),
    /// The geometry is null.
    NoPlace,
    Spatial(Spatial, Place, Place),
    Temporal(Temporal, Span, Span),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A value to compare.
#[derive(Debug, Clone)]
pub enum Operand {
    Id,
    Field(usize),
    Value(Cell),
    /// Without regard to case.
    Casei(Box<Operand>),
    /// Without regard to diacritics.
    Accenti(Box<Operand>),
}

/// A LIKE pattern: `%` any text, `_` any letter, `\` takes the next one as it is.
#[derive(Debug, Clone)]
pub struct Pattern {
    parts: Vec<Like>,
    casei: bool,
    accenti: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Like {
    Letter(char),
    AnyLetter,
    AnyText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spatial {
    Equals,
    Intersects,
    Disjoint,
    Touches,
    Within,
    Overlaps,
    Crosses,
    Contains,
}

/// A side of a spatial question.
#[derive(Debug, Clone)]
pub enum Place {
    /// The feature's own geometry.
    Own,
    /// WGS 84 degrees.
    Given(Box<Geometry<f64>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temporal {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

/// A side of a question about time: microseconds since 1970, or a field.
#[derive(Debug, Clone)]
pub enum Span {
    Field(usize),
    Given(i64, i64),
    Between(Box<Span>, Box<Span>),
}

impl Filter {
    /// Reads a filter about these fields. `lang`: `cql2-text`, `cql2-json`, else what it looks like.
    ///
    /// # Errors
    /// Unreadable, about fields there are not, or of a part of CQL2 that is not served.
    pub fn read(
        text: &str,
        lang: Option<&str>,
        crs: (CrsId, bool),
        fields: &'static [Field],
    ) -> Result<Filter, ActionError> {
        read::read(text, lang, crs, fields)
    }

    /// Does a feature pass? What is asked of a value that is not there is not known, and does not pass.
    pub fn passes(&self, feature: &Feature) -> bool {
        eval::truth(self, feature) == Some(true)
    }
}

/// The refusal of a filter.
fn wrong(vi: impl AsRef<str>, en: impl AsRef<str>) -> ActionError {
    let cut = |text: &str| text.chars().take(300).collect::<String>();
    ActionError::Invalid(Text::new(
        format!("Bộ lọc (CQL2): {}", cut(vi.as_ref())),
        format!("The filter (CQL2): {}", cut(en.as_ref())),
    ))
}
