//! `geodata/sources.toml`: which files a dataset is made of, pinned by size and SHA-256, and what is known about it.

use serde::{Deserialize, Serialize};

use crate::domain::{Correction, DatasetInfo, Format, Level, Text};
use jiff::civil::Date;

/// The whole of `sources.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    #[serde(rename = "dataset")]
    pub datasets: Vec<Source>,
}

/// The names of the properties that hold the code and the name of a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub code: String,
    pub name: String,
}

/// One file of a dataset, pinned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Under the dataset's `base_url`, with `/`.
    pub path: String,
    /// SHA-256 of the bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
}

/// A dataset and its files. An absent field is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub id: String,
    pub level: Level,
    pub title: Text,
    pub publisher: String,
    pub repository: Option<String>,
    pub commit: Option<String>,
    pub licence: String,
    pub attribution: String,
    pub date: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub legal_act: Option<String>,
    pub line_accuracy_m: f64,
    pub line_accuracy_basis: Text,
    pub indicative: bool,
    pub format: Format,
    pub base_url: String,
    pub note: Option<Text>,
    pub fields: Fields,
    #[serde(default, rename = "correction")]
    pub corrections: Vec<Correction>,
    #[serde(default, rename = "file")]
    pub files: Vec<SourceFile>,
}

impl Source {
    /// What an answer needs to know of the dataset.
    pub fn info(&self) -> DatasetInfo {
        DatasetInfo {
            id: self.id.clone(),
            level: self.level,
            title: self.title.clone(),
            publisher: self.publisher.clone(),
            licence: self.licence.clone(),
            attribution: self.attribution.clone(),
            date: self.date.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            legal_act: self.legal_act.clone(),
            line_accuracy_m: self.line_accuracy_m,
            line_accuracy_basis: self.line_accuracy_basis.clone(),
            indicative: self.indicative,
            note: self.note.clone(),
            corrections: self.corrections.clone(),
        }
    }

    /// The address of one of its files.
    pub fn url(&self, file: &SourceFile) -> String {
        format!("{}{}", self.base_url, file.path)
    }
}
