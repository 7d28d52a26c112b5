//! What was understood of a file, for people and scripts.

use serde::Serialize;
use utoipa::ToSchema;

use super::mapping::Mapping;
use super::{As, KINDS};
use crate::crs::CrsId;
use crate::domain::Text;
use crate::import::Source;

/// The report of an import, before or after it is written.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Understood {
    pub taken_as: &'static str,
    pub format: &'static str,
    pub layer: String,
    /// The CRS it is read in; null: not known, or positions say it themselves.
    pub crs: Option<&'static str>,
    /// What the file says about it.
    pub crs_in_file: String,
    pub encoding: Option<&'static str>,
    pub rows: usize,
    pub columns: Vec<String>,
    /// (our field, its column).
    #[schema(value_type = Vec<Vec<String>>)]
    pub mapping: Vec<(&'static str, String)>,
    /// Rows that were understood.
    pub matched: usize,
    /// Those that were not, and why.
    pub unmatched: Vec<String>,
    /// Rows that say what is on record already.
    pub known: usize,
    /// What was written; 0 in a dry run.
    pub taken: usize,
    /// Checks, differences to what is active, parameters.
    pub notes: Vec<Text>,
}

impl Understood {
    pub fn of(what: As, source: &Source, mapping: &Mapping, crs: Option<CrsId>) -> Understood {
        Understood {
            taken_as: KINDS.iter().find(|k| k.0 == what).map_or("", |k| k.1),
            format: source.format,
            layer: source.layer.clone(),
            crs: crs.map(CrsId::code),
            crs_in_file: source.crs.words.clone(),
            encoding: source.encoding.map(|e| e.name()),
            rows: source.rows.len(),
            columns: source.columns.clone(),
            mapping: mapping.pairs(source).map(|(f, c)| (f, c.to_owned())).collect(),
            matched: 0,
            unmatched: Vec::new(),
            known: 0,
            taken: 0,
            notes: Vec::new(),
        }
    }
}
