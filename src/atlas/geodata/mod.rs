//! The project's own geodata: a set of text files, read whole, checked whole. Every problem of every file is reported at
//! once, as whoever mends a file wants to mend it once.

mod cross;
mod record;
mod register;
mod source_rules;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::Embed;

use super::error::{AtlasError, Problem};
use super::sources::Source;
use super::{checks, read};
use crate::domain::{Dataset, ExpectedOverlap, Format, Records, Reform, Register, Text};

#[derive(Embed)]
#[folder = "geodata/hotspots"]
#[prefix = "hotspots/"]
struct Hotspots;

#[derive(Embed)]
#[folder = "geodata/agreements"]
#[prefix = "agreements/"]
struct Agreements;

#[derive(Embed)]
#[folder = "geodata/reforms"]
#[prefix = "reforms/"]
struct Reforms;

#[derive(Embed)]
#[folder = "geodata/indicative"]
#[prefix = "indicative/"]
struct Indicative;

/// The text files by their path under `geodata/`.
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, Cow<'static, [u8]>>);

impl Files {
    /// The files that are part of the program.
    pub fn embedded() -> Files {
        let mut files: BTreeMap<String, Cow<'static, [u8]>> = BTreeMap::new();
        files.insert("units.csv".into(), Cow::Borrowed(include_bytes!("../../../geodata/units.csv")));
        files.insert("bodies.toml".into(), Cow::Borrowed(include_bytes!("../../../geodata/bodies.toml")));
        files.insert("sources.toml".into(), Cow::Borrowed(include_bytes!("../../../geodata/sources.toml")));
        files.insert(
            "expected_overlaps.toml".into(),
            Cow::Borrowed(include_bytes!("../../../geodata/expected_overlaps.toml")),
        );
        let mut all = |names: Vec<Cow<'static, str>>, get: fn(&str) -> Option<rust_embed::EmbeddedFile>| {
            for name in names {
                if let Some(file) = get(&name) {
                    files.insert(name.into_owned(), file.data);
                }
            }
        };
        all(Hotspots::iter().collect(), Hotspots::get);
        all(Agreements::iter().collect(), Agreements::get);
        all(Reforms::iter().collect(), Reforms::get);
        all(Indicative::iter().collect(), Indicative::get);
        Files(files)
    }

    /// The text of a file; what stands in the way is noted as a problem.
    fn text(&self, name: &str, problems: &mut Vec<Problem>) -> Option<&str> {
        let Some(bytes) = self.0.get(name) else {
            problems.push(Problem::new(name, "", Text::new("thiếu tệp", "the file is missing")));
            return None;
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(e) => {
                let place = format!("byte {}", e.valid_up_to());
                problems.push(Problem::new(name, place, Text::new("không phải UTF-8", "not UTF-8")));
                None
            }
        }
    }

    /// The `.toml` files of a folder, with their ids (the file names).
    fn records<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.keys().filter_map(move |name| {
            let id = name.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".toml")?;
            Some((name.as_str(), id))
        })
    }
}

/// The geodata, read and checked.
#[derive(Debug, Clone)]
pub struct Geodata {
    /// With every reform in it.
    pub register: Register,
    /// In order of their dates.
    pub reforms: Vec<Reform>,
    pub records: Records,
    pub sources: Vec<Source>,
    pub expected_overlaps: Vec<ExpectedOverlap>,
    files: Files,
}

impl Geodata {
    /// The geodata that is part of the program.
    pub fn embedded() -> Result<Geodata, AtlasError> {
        Geodata::read(Files::embedded())
    }

    /// Reads and checks a set of files.
    pub fn read(files: Files) -> Result<Geodata, AtlasError> {
        let mut problems = Vec::new();
        let reforms = record::reforms(&files, &mut problems);
        let register = register::read(&files, &reforms, &mut problems);
        let records = record::records(&files, &mut problems);
        let sources = record::sources(&files, &mut problems);
        let expected_overlaps = record::expected_overlaps(&files, &mut problems);
        let geodata = Geodata { register, reforms, records, sources, expected_overlaps, files };
        cross::check(&geodata, &mut problems);
        if problems.is_empty() { Ok(geodata) } else { Err(AtlasError::Geodata(problems)) }
    }

    /// The sources whose files are published elsewhere.
    pub fn published(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|s| s.format != Format::Builtin)
    }

    /// The bytes of the files that decide what a checked dataset looks like, in a fixed order: the pins, the register
    /// that names are compared with (units and reforms), and the overlaps that are expected.
    pub(super) fn decisive_bytes(&self) -> impl Iterator<Item = &[u8]> {
        let reforms = self.files.records("reforms").map(|(name, _)| name);
        ["sources.toml", "units.csv", "expected_overlaps.toml"]
            .into_iter()
            .chain(reforms)
            .filter_map(|name| self.files.0.get(name).map(|bytes| bytes.as_ref()))
    }
}

/// A reform as a user writes it, by the rules of the files in `geodata/reforms`. `name` is the file's, for the report.
/// Whether the register allows it is asked of [`Register::apply`].
pub fn reform(name: &str, toml: Vec<u8>) -> Result<Reform, Vec<Problem>> {
    let files = Files(BTreeMap::from([(name.to_owned(), Cow::Owned(toml))]));
    let mut problems = Vec::new();
    match record::reform(&files, name, &mut problems) {
        Some(reform) if problems.is_empty() => Ok(reform),
        _ => Err(problems),
    }
}

/// The datasets that are part of the program, checked like any other.
pub fn indicative(geodata: &Geodata) -> Result<Vec<Dataset>, AtlasError> {
    let mut datasets = Vec::new();
    for source in geodata.sources.iter().filter(|s| s.format == Format::Builtin) {
        let files: Result<Vec<_>, Vec<Problem>> = source
            .files
            .iter()
            .filter_map(|f| geodata.files.0.get(&f.path).map(|bytes| read::file(source, &f.path, bytes)))
            .collect();
        let dataset = files.and_then(|files| read::dataset(source, files)).map_err(AtlasError::Geodata)?;
        datasets.push(dataset);
    }
    checks::checked(datasets, &geodata.register, &geodata.expected_overlaps)
}

#[cfg(test)]
mod tests;
