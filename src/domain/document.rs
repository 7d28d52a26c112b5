//! Where a fact was written down, and who entered it here.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A paper, an article, a map: what a record rests on. `source` is its publisher.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub title: String,
    #[serde(default)]
    pub number: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default)]
    pub date: Option<Date>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub source: Option<String>,
    /// The paper itself, kept with the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Attachment>,
}

/// A file kept with the records, named by what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: String,
    /// The name it came with, for people.
    pub name: String,
}
