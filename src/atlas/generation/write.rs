//! Writing generations: whole or not at all, one writer at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use super::manifest::{DatasetSummary, Manifest};
use super::{ACTIVE, BOUNDARIES, FORMAT_VERSION, MANIFEST, Store};
use crate::atlas::error::AtlasError;
use crate::atlas::pull::sha256_hex;
use crate::domain::Dataset;

/// Generations kept beside the active one, to go back to.
pub const KEPT_BESIDE_ACTIVE: usize = 2;
/// First letters of a folder that is being written. What is left of one is of no use to anybody.
const STAGING: &str = ".staging-";

/// The right to write into a store. Released when dropped, also by the end of the process.
#[derive(Debug)]
pub struct Writer<'a> {
    store: &'a Store,
    _lock: File,
}

/// How often and how long to wait for another pull to end before saying that one is at work.
const TRIES: u32 = 10;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

impl Store {
    /// The right to write. Fails after half a second when another process has it.
    pub fn writer(&self) -> Result<Writer<'_>, AtlasError> {
        let generations = self.generations();
        fs::create_dir_all(&generations).map_err(AtlasError::io(&generations))?;
        let path = self.root.join("lock");
        let lock =
            File::options().create(true).write(true).truncate(false).open(&path).map_err(AtlasError::io(&path))?;
        let mut tries = TRIES;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Writer { store: self, _lock: lock }),
                // A lock that was just given up can live on for a moment in a process being started.
                Err(TryLockError::WouldBlock) if tries > 0 => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(AtlasError::Locked(path)),
                Err(TryLockError::Error(cause)) => return Err(AtlasError::Io { path, cause }),
            }
            tries -= 1;
        }
    }
}

impl Writer<'_> {
    /// Removes what an interrupted pull left behind. Downloads stay: the next pull goes on with them.
    pub fn clean(&self) -> Result<(), AtlasError> {
        let dir = self.store.generations();
        for entry in fs::read_dir(&dir).map_err(AtlasError::io(&dir))? {
            let entry = entry.map_err(AtlasError::io(&dir))?;
            if entry.file_name().to_string_lossy().starts_with(STAGING) {
                fs::remove_dir_all(entry.path()).map_err(AtlasError::io(&entry.path()))?;
            }
        }
        Ok(())
    }

    /// Writes the datasets as a new generation without activating it, and gives its id. It appears whole or not at all:
    /// written under another name, brought to disk, read back, renamed.
    pub fn write(
        &self,
        recipe: &str,
        datasets: &[Dataset],
        summaries: Vec<DatasetSummary>,
    ) -> Result<String, AtlasError> {
        let generations = self.store.generations();
        let bytes = postcard::to_stdvec(datasets)
            .map_err(|e| AtlasError::Io { path: generations.clone(), cause: io::Error::other(e) })?;
        let created = jiff::Timestamp::now();
        let sha256 = sha256_hex(&bytes);
        let id = self.unused_id(&format!("{}-{}", created.strftime("%Y%m%dT%H%M%SZ"), &sha256[..8]));
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            created,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            recipe: recipe.to_owned(),
            datasets: summaries,
            bytes: bytes.len() as u64,
            sha256,
        };
        let manifest = serde_json::to_vec_pretty(&manifest)
            .map_err(|e| AtlasError::Io { path: generations.join(MANIFEST), cause: e.into() })?;
        let staging = generations.join(format!("{STAGING}{id}"));
        fs::create_dir(&staging).map_err(AtlasError::io(&staging))?;
        write_synced(&staging.join(BOUNDARIES), &bytes)?;
        write_synced(&staging.join(MANIFEST), &manifest)?;
        sync_dir(&staging)?;
        let done = generations.join(&id);
        fs::rename(&staging, &done).map_err(AtlasError::io(&done))?;
        sync_dir(&generations)?;
        Ok(id)
    }

    /// Makes a generation the active one, in one step. It is read and verified first.
    pub fn activate(&self, id: &str) -> Result<(), AtlasError> {
        if !self.store.list()?.iter().any(|known| known == id) {
            return Err(AtlasError::NoGeneration(id.to_owned()));
        }
        self.store.load(id)?;
        let new = self.store.root.join(".active.new");
        write_synced(&new, format!("{id}\n").as_bytes())?;
        let active = self.store.root.join(ACTIVE);
        fs::rename(&new, &active).map_err(AtlasError::io(&active))?;
        sync_dir(&self.store.root)
    }

    /// Removes the oldest generations beyond [`KEPT_BESIDE_ACTIVE`], never the active one. Gives the removed ids.
    pub fn prune(&self) -> Result<Vec<String>, AtlasError> {
        let active = self.store.active_id()?;
        let mut others = self.store.list()?;
        others.retain(|id| Some(id) != active.as_ref());
        others.truncate(others.len().saturating_sub(KEPT_BESIDE_ACTIVE));
        for id in &others {
            let dir = self.store.generations().join(id);
            fs::remove_dir_all(&dir).map_err(AtlasError::io(&dir))?;
        }
        Ok(others)
    }

    /// Two pulls within a second may make the same bytes: the second gets a number.
    fn unused_id(&self, wanted: &str) -> String {
        let taken = |id: &str| self.store.generations().join(id).exists();
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2u32..).map(|n| format!("{wanted}-{n}")).find(|id| !taken(id)).unwrap_or_else(|| wanted.to_owned())
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), AtlasError> {
    let mut file = File::create(path).map_err(AtlasError::io(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(AtlasError::io(path))
}

/// Brings the names in a folder to disk. Only where folders can be opened; elsewhere a rename is as durable as it gets.
fn sync_dir(path: &Path) -> Result<(), AtlasError> {
    if cfg!(unix) { File::open(path).and_then(|dir| dir.sync_all()).map_err(AtlasError::io(path)) } else { Ok(()) }
}
