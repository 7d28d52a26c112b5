//! `boundaries pull`: the pinned files, fetched, verified, read, checked, written as a new generation and activated.
//! Until the last step nothing that is active changes, whatever happens.

mod fetch;
mod hash;
mod http;
mod queue;

use std::fs;
use std::io;
use std::path::PathBuf;

use super::checks;
use super::error::AtlasError;
use super::generation::{DatasetSummary, FORMAT_VERSION, Store};
use super::geodata::Geodata;
use super::read::{self, FileShapes};
use super::sources::{Source, SourceFile};
use crate::domain::Dataset;

pub use hash::sha256_hex;

/// What to pull, from where, to where.
#[derive(Debug)]
pub struct PullOptions<'a> {
    pub data: PathBuf,
    /// A folder laid out as `HOST/PATH` of the addresses; `None`: from the addresses themselves.
    pub mirror: Option<PathBuf>,
    pub geodata: &'a Geodata,
    /// Pull even where the active generation was made from the same pins.
    pub force: bool,
}

/// What became of a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pulled {
    /// A new generation is active. `removed`: old ones that were removed for it.
    Activated { id: String, removed: Vec<String> },
    /// The active generation was made from the same pins; nothing was done.
    AlreadyActive { id: String },
}

/// The steps of a pull, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Fetch { files: usize, bytes: u64 },
    Check,
    Write,
    Activate,
}

/// Who wants to watch. Called from several threads.
pub trait Progress: Sync {
    fn step(&self, _step: Step) {}
    /// So many more bytes of the files are here.
    fn fetched(&self, _bytes: u64) {}
    /// A dataset is read and checked.
    fn checked(&self, _dataset: &Dataset) {}
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {}

/// Pulls and activates. One at a time: a second process gets [`AtlasError::Locked`].
pub fn pull(options: &PullOptions, progress: &dyn Progress) -> Result<Pulled, AtlasError> {
    let store = Store::new(&options.data);
    let writer = store.writer()?;
    writer.clean()?;
    let recipe = recipe(options.geodata);
    // A damaged active generation is no reason to stop: pulling is what mends it.
    if let Ok(Some(active)) = store.active()
        && active.manifest.recipe == recipe
        && !options.force
    {
        return Ok(Pulled::AlreadyActive { id: active.id });
    }
    let sources: Vec<&Source> = options.geodata.published().collect();
    let files = fetch_all(options, &store, &sources, progress)?;
    progress.step(Step::Check);
    let datasets = check_all(options.geodata, &sources, files, progress)?;
    progress.step(Step::Write);
    let summaries = datasets.iter().zip(&sources).map(|(d, s)| DatasetSummary::of(d, &s.files)).collect();
    let id = writer.write(&recipe, &datasets, summaries)?;
    progress.step(Step::Activate);
    writer.activate(&id)?;
    let removed = writer.prune()?;
    let downloads = store.downloads();
    match fs::remove_dir_all(&downloads) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(AtlasError::Io { path: downloads, cause: e }),
        _ => Ok(Pulled::Activated { id, removed }),
    }
}

/// Names everything that decides what the datasets look like.
fn recipe(geodata: &Geodata) -> String {
    let mut all = FORMAT_VERSION.to_le_bytes().to_vec();
    all.extend(checks::VERSION.to_le_bytes());
    for part in geodata.decisive_bytes() {
        all.extend((part.len() as u64).to_le_bytes());
        all.extend(part);
    }
    sha256_hex(&all)
}

/// Fetches, verifies and reads every file, several at once. The files of each source, in its order.
fn fetch_all(
    options: &PullOptions,
    store: &Store,
    sources: &[&Source],
    progress: &dyn Progress,
) -> Result<Vec<Vec<FileShapes>>, AtlasError> {
    let jobs: Vec<(&Source, &SourceFile)> = sources.iter().flat_map(|s| s.files.iter().map(move |f| (*s, f))).collect();
    progress.step(Step::Fetch { files: jobs.len(), bytes: jobs.iter().map(|(_, f)| f.bytes).sum() });
    let fetcher = fetch::Fetcher::new(options.mirror.clone(), store.downloads())?;
    let results = queue::run(&jobs, |(source, file)| {
        let bytes = fetcher.fetch(&source.url(file), file, progress)?;
        read::file(source, &file.path, &bytes).map_err(AtlasError::Unreadable)
    });
    let mut shapes = merge(results)?.into_iter();
    Ok(sources.iter().map(|s| shapes.by_ref().take(s.files.len()).collect()).collect())
}

/// All values, or what went wrong: everything unreadable in every file together, else the first error.
fn merge<T>(results: Vec<Result<T, AtlasError>>) -> Result<Vec<T>, AtlasError> {
    let mut values = Vec::new();
    let mut problems = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(AtlasError::Unreadable(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(AtlasError::Unreadable(problems)) }
}

fn check_all(
    geodata: &Geodata,
    sources: &[&Source],
    files: Vec<Vec<FileShapes>>,
    progress: &dyn Progress,
) -> Result<Vec<Dataset>, AtlasError> {
    let datasets = sources
        .iter()
        .zip(files)
        .map(|(source, files)| read::dataset(source, files).map_err(AtlasError::Unreadable))
        .collect();
    let datasets = checks::checked(merge(datasets)?, &geodata.register, &geodata.expected_overlaps)?;
    datasets.iter().for_each(|d| progress.checked(d));
    Ok(datasets)
}
