//! A backup taken apart: checked as a whole before anything is touched, then put into an empty store.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::audit::audit;
use super::backup::{BackupError, DATABASE, FOLDERS, LAYOUT, MANIFEST, Manifest, files_in, folder_and_hash};
use crate::store::{Audit, CopyProgress, Place, Sqlite, Store, StoreError, copy};

/// The longest manifest read: a million files.
const MOST_MANIFEST: u64 = 256 * 1024 * 1024;

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    pub manifest: Manifest,
    pub audit: Audit,
}

/// Puts a backup into an empty store and its files under the data folder. A store whose journal has faults is
/// refused, unless `faults` says that it is wanted all the same.
///
/// # Errors
/// The file is damaged or none of ours, or the store is not empty; nothing is left behind then.
pub fn restore(
    file: &Path,
    to: &Place,
    data: &Path,
    faults: bool,
    progress: CopyProgress,
) -> Result<Restored, BackupError> {
    let mut left = Left { folders: Vec::new(), files: Vec::new() };
    left.folder(data)?;
    if let Place::Sqlite(folder) = to {
        left.folder(folder)?;
        if !to.exists() {
            let path = Sqlite::path(folder);
            let beside = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
            left.files.extend([path.clone(), beside("-wal"), beside("-shm")]);
        }
    }
    let io = |cause| BackupError::Io { path: data.into(), cause };
    let work = tempfile::Builder::new().prefix(".giapranh-restore-").tempdir_in(data).map_err(io)?;
    let manifest = unpack(file, work.path())?;
    let from = Store::open(&Place::Sqlite(work.path().into())).map_err(|e| match e {
        StoreError::TooNew(_) => BackupError::TooNew(file.into()),
        other => BackupError::Damaged { path: file.into(), why: other.to_string() },
    })?;
    let found = audit(&from, None)?;
    if !found.faults.is_empty() && !faults {
        return Err(BackupError::Faults(found));
    }
    let into = Store::open(to)?;
    if !into.read(|tx| tx.is_empty())? {
        // Told before the files are copied; the copying looks again.
        return Err(crate::store::CopyError::NotEmpty(into.name()).into());
    }
    for folder in FOLDERS {
        left.folder(&data.join(folder))?;
    }
    for held in &manifest.files {
        let Some((folder, sha256)) = folder_and_hash(&held.name) else { continue };
        let path = data.join(&held.name);
        if !path.exists() {
            left.files.push(path);
        }
        files_in(folder, data).keep(&files_in(folder, work.path()).get(sha256)?)?;
    }
    copy(&from, &into, progress)?;
    left.stays();
    Ok(Restored { manifest, audit: found })
}

/// What was made on the way; taken away again unless all goes well.
struct Left {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Left {
    fn folder(&mut self, path: &Path) -> Result<(), BackupError> {
        if !path.exists() {
            self.folders.push(path.into());
        }
        std::fs::create_dir_all(path).map_err(|cause| BackupError::Io { path: path.into(), cause })
    }

    fn stays(&mut self) {
        self.folders.clear();
        self.files.clear();
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        // What is not there needs no taking away; what others put into a folder keeps it.
        self.files.iter().for_each(|f| drop(std::fs::remove_file(f)));
        self.folders.iter().rev().for_each(|f| drop(std::fs::remove_dir(f)));
    }
}

/// Takes a backup apart into a folder, every file compared with what the manifest says of it.
///
/// # Errors
/// It is no backup of ours, or is not whole.
pub(super) fn unpack(file: &Path, into: &Path) -> Result<Manifest, BackupError> {
    let io = |cause| BackupError::Io { path: file.into(), cause };
    let foreign = |why: &dyn std::fmt::Display| BackupError::Foreign { path: file.into(), why: why.to_string() };
    let damaged = |why: String| BackupError::Damaged { path: file.into(), why };
    let opened = std::fs::File::open(file).map_err(io)?;
    let mut tar = tar::Archive::new(std::io::BufReader::new(opened));
    let mut entries = tar.entries().map_err(|e| foreign(&e))?;
    let mut first = entries.next().ok_or_else(|| foreign(&"it is empty"))?.map_err(|e| foreign(&e))?;
    if first.path().map_err(|e| foreign(&e))? != Path::new(MANIFEST) {
        return Err(foreign(&format!("it does not begin with {MANIFEST}")));
    }
    let mut text = Vec::new();
    (&mut first).take(MOST_MANIFEST).read_to_end(&mut text).map_err(|e| damaged(e.to_string()))?;
    let layout: serde_json::Value = serde_json::from_slice(&text).map_err(|e| damaged(format!("{MANIFEST}: {e}")))?;
    if layout["giapranh_backup"].as_u64().is_some_and(|l| l > u64::from(LAYOUT)) {
        return Err(BackupError::TooNew(file.into()));
    }
    let manifest: Manifest = serde_json::from_value(layout).map_err(|e| damaged(format!("{MANIFEST}: {e}")))?;

    let mut waited: std::collections::HashMap<&str, _> = manifest.files.iter().map(|f| (f.name.as_str(), f)).collect();
    for entry in entries {
        let mut entry = entry.map_err(|e| damaged(e.to_string()))?;
        let name = entry.path().map_err(|e| damaged(e.to_string()))?.to_string_lossy().into_owned();
        let held = waited.remove(name.as_str()).ok_or_else(|| damaged(format!("{name} does not belong in it")))?;
        let path = place_of(&name, into).ok_or_else(|| damaged(format!("{name} does not belong in it")))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let (bytes, sha256) = write(&mut entry, &path).map_err(|e| damaged(format!("{name}: {e}")))?;
        if bytes != held.bytes || sha256 != held.sha256 {
            return Err(damaged(format!("{name} is not what it was")));
        }
    }
    match waited.keys().min() {
        Some(name) => Err(damaged(format!("{name} is missing"))),
        None => Ok(manifest),
    }
}

/// Where a file of a backup goes; `None`: a name that no backup has.
fn place_of(name: &str, into: &Path) -> Option<PathBuf> {
    if name == DATABASE {
        return Some(Sqlite::path(into));
    }
    folder_and_hash(name).map(|(folder, sha256)| into.join(folder).join(sha256))
}

fn write(content: &mut dyn Read, path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = std::fs::File::create(path)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let n = content.read(&mut buffer)?;
        if n == 0 {
            file.sync_all()?;
            return Ok((bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()));
        }
        hash.update(&buffer[..n]);
        file.write_all(&buffer[..n])?;
        bytes += n as u64;
    }
}
