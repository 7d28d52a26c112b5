//! A backup of everything in one file, made beside a running server, and taken apart again before it counts as made.
//!
//! The file is a tar: `giapranh-backup.json` says what is in it, `giapranh.db` is the store as an SQLite file, whichever
//! database it was in, `attachments/` and `photos/` are the files that the store refers to. Photos of which only a part has
//! arrived are not in it: their senders begin again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::audit::audit;
use super::restore::unpack;
use crate::domain::{AccountEvent, Change, IncidentEvent, Text};
use crate::store::{Attachments, Audit, CopyError, CopyProgress, Place, Sqlite, Store, StoreError, TableSum, copy};

/// The layout of the file.
pub(super) const LAYOUT: u32 = 1;
pub(super) const MANIFEST: &str = "giapranh-backup.json";
pub(super) const DATABASE: &str = "giapranh.db";

/// The folders of files under a data folder.
pub(super) const FOLDERS: [&str; 2] = ["attachments", "photos"];

/// The files of such a folder.
pub(super) fn files_in(folder: &str, data: &Path) -> Attachments {
    if folder == FOLDERS[0] { Attachments::under(data) } else { Attachments::photos_under(data) }
}

/// The folder and the hash in the name of a file of a backup.
pub(super) fn folder_and_hash(name: &str) -> Option<(&'static str, &str)> {
    let (folder, sha256) = name.split_once('/')?;
    let plain = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    FOLDERS.into_iter().find(|f| *f == folder && plain).map(|f| (f, sha256))
}

/// What a backup holds; the first file in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub giapranh_backup: u32,
    /// Release that made it.
    pub program: String,
    pub made_at: Timestamp,
    /// Last line of the journal and its hash, `LINE:HASH`, as `audit verify --expect` takes it.
    pub head: String,
    /// Rows by table.
    pub rows: Vec<(String, u64)>,
    pub files: Vec<Held>,
}

/// A file in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("{}: {cause}", path.display())]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    #[error("{} is no backup of giapranh: {why}", path.display())]
    Foreign { path: PathBuf, why: String },
    #[error("{} was made by a newer giapranh", .0.display())]
    TooNew(PathBuf),
    #[error("{} is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
    /// The store in it was tampered with before it was backed up.
    #[error("the journal in it has faults: {}", .0.faults.len())]
    Faults(Audit),
}

impl BackupError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            BackupError::Store(e) | BackupError::Copy(CopyError::Store(e)) => e.code(),
            BackupError::Copy(CopyError::NotEmpty(_)) => "store_not_empty",
            BackupError::Copy(CopyError::Differs(_)) => "copy_differs",
            BackupError::Io { .. } => "backup_unavailable",
            BackupError::Exists(_) => "backup_exists",
            BackupError::Foreign { .. } => "no_backup",
            BackupError::TooNew(_) => "backup_too_new",
            BackupError::Damaged { .. } => "backup_damaged",
            BackupError::Faults(_) => "backup_faults",
        }
    }

    /// What was wrong, where, and what to do.
    pub fn text(&self) -> Text {
        match self {
            BackupError::Store(e) | BackupError::Copy(CopyError::Store(e)) => e.text(),
            BackupError::Copy(CopyError::NotEmpty(name)) => Text::new(
                format!("Kho {name} đã có dữ liệu: chỉ chép vào kho trống. Không có gì thay đổi."),
                format!("The store {name} is not empty: only an empty one is filled. Nothing was changed."),
            ),
            BackupError::Copy(CopyError::Differs(table)) => Text::new(
                format!("Bảng {table} đến nơi không giống bản gốc; không giữ lại gì. Hãy kiểm tra đĩa rồi làm lại."),
                format!("The table {table} did not arrive as it was; nothing was kept. Check the disk, then repeat."),
            ),
            BackupError::Io { path, cause } => Text::new(
                format!("Không đọc hoặc ghi được {}: {cause}. Không để lại gì.", path.display()),
                format!("{} cannot be read or written: {cause}. Nothing was left behind.", path.display()),
            ),
            BackupError::Exists(path) => Text::new(
                format!("Đã có tệp {}: hãy chọn tên khác.", path.display()),
                format!("There is a file {} already: choose another name.", path.display()),
            ),
            BackupError::Foreign { path, why } => Text::new(
                format!("{} không phải bản sao lưu của giapranh ({why}). Không có gì thay đổi.", path.display()),
                format!("{} is no backup of giapranh ({why}). Nothing was changed.", path.display()),
            ),
            BackupError::TooNew(path) => Text::new(
                format!("{} do một bản giapranh mới hơn tạo: hãy cập nhật chương trình.", path.display()),
                format!("{} was made by a newer giapranh: update the program.", path.display()),
            ),
            BackupError::Damaged { path, why } => Text::new(
                format!("Bản sao lưu {} hỏng: {why}. Không có gì thay đổi; hãy dùng bản khác.", path.display()),
                format!("The backup {} is damaged: {why}. Nothing was changed; use another one.", path.display()),
            ),
            BackupError::Faults(audit) => {
                let first = audit.faults.first().map(|f| f.detail.as_str()).unwrap_or_default();
                let n = audit.faults.len();
                Text::new(
                    format!("Sổ trong bản sao lưu có {n} chỗ sai, trước hết: {first}. Không có gì thay đổi."),
                    format!("The journal in the backup has {n} faults, first: {first}. Nothing was changed."),
                )
            }
        }
    }
}

/// A backup that was made and checked.
#[derive(Debug, Clone)]
pub struct Backed {
    pub manifest: Manifest,
    /// What a check of the store found; the backup holds it as it is.
    pub audit: Audit,
    /// Files that the store refers to and that are gone or damaged.
    pub missing: Vec<String>,
}

/// Backs a store and the files that go with it, under a data folder, up into a new file. It is there in the end, checked by taking it apart again, or not
/// at all.
///
/// # Errors
/// The file is there already, cannot be written, or the store cannot be read.
pub fn backup(store: &Store, data: &Path, file: &Path, progress: CopyProgress) -> Result<Backed, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.into()));
    }
    let io = |cause| BackupError::Io { path: file.into(), cause };
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let work = tempfile::Builder::new().prefix(".giapranh-backup-").tempdir_in(folder).map_err(io)?;
    let snapshot = Store::open(&Place::Sqlite(work.path().into()))?;
    let sums = copy(store, &snapshot, progress)?;
    let found = audit(&snapshot, None)?;
    let mut files = Files::default();
    snapshot.read(|tx| tx.audit(|_, entry| files.see(&entry.change)))?;
    // Everything into the one file.
    snapshot.forget()?;
    drop(snapshot);

    let database = std::fs::File::open(Sqlite::path(work.path())).map_err(io)?;
    let mut held = vec![sized(DATABASE, database).map_err(io)?];
    let mut missing = Vec::new();
    for ((folder, sha256), needed) in files.all() {
        match files_in(folder, data).get(&sha256) {
            Ok(content) => {
                let name = format!("{folder}/{sha256}");
                held.push(Held { name, bytes: content.len() as u64, sha256 });
            }
            Err(_) if needed => missing.push(sha256),
            Err(_) => {}
        }
    }
    let manifest = Manifest {
        giapranh_backup: LAYOUT,
        program: env!("CARGO_PKG_VERSION").into(),
        made_at: Timestamp::now(),
        head: format!("{}:{}", found.lines, found.head),
        rows: sums.iter().map(|s| (s.table.to_owned(), s.rows)).collect(),
        files: held,
    };
    let mut tar = tempfile::NamedTempFile::new_in(work.path()).map_err(io)?;
    pack(&manifest, work.path(), data, tar.as_file_mut())?;
    tar.as_file().sync_all().map_err(io)?;
    check(tar.path(), &manifest, &sums, &found)?;
    tar.persist_noclobber(file).map_err(|e| io(e.error))?;
    // The name, too, is to outlast a power cut.
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
    Ok(Backed { manifest, audit: found, missing })
}

fn pack(manifest: &Manifest, work: &Path, data: &Path, file: &mut std::fs::File) -> Result<(), BackupError> {
    let io = |cause| BackupError::Io { path: work.into(), cause };
    let mut tar = tar::Builder::new(std::io::BufWriter::new(file));
    let text = serde_json::to_vec_pretty(manifest).map_err(|e| StoreError::unreadable(&e))?;
    let mut add = |name: &str, bytes: u64, content: &mut dyn Read| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(manifest.made_at.as_second()).unwrap_or(0));
        tar.append_data(&mut header, name, content).map_err(io)
    };
    add(MANIFEST, text.len() as u64, &mut text.as_slice())?;
    for held in &manifest.files {
        match folder_and_hash(&held.name) {
            Some((folder, sha256)) => {
                add(&held.name, held.bytes, &mut files_in(folder, data).get(sha256)?.as_slice())?;
            }
            None => add(&held.name, held.bytes, &mut std::fs::File::open(Sqlite::path(work)).map_err(io)?)?,
        }
    }
    tar.into_inner().and_then(|mut w| w.flush()).map_err(io)
}

/// Takes the backup apart and compares: every file, every row, the chain.
fn check(tar: &Path, manifest: &Manifest, sums: &[TableSum], found: &Audit) -> Result<(), BackupError> {
    let io = |cause| BackupError::Io { path: tar.into(), cause };
    let apart = tempfile::tempdir_in(tar.parent().unwrap_or(Path::new("."))).map_err(io)?;
    let read = unpack(tar, apart.path())?;
    let again = Store::open(&Place::Sqlite(apart.path().into()))?;
    let same = read == *manifest && again.read(|tx| tx.sums())? == sums && audit(&again, None)? == *found;
    let why = || "what was read back differs from the store".to_owned();
    if same { Ok(()) } else { Err(BackupError::Damaged { path: tar.into(), why: why() }) }
}

/// A file with its length and hash.
fn sized(name: &str, mut file: impl Read) -> std::io::Result<Held> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(Held { name: name.into(), bytes, sha256 })
}

/// A folder and the hash of a file in it.
type Name = (&'static str, String);

/// The files that the store refers to.
#[derive(Default)]
struct Files {
    attachments: HashSet<String>,
    /// Files of photos, by the photo's id and by that of its metadata.
    photos: HashMap<Uuid, [String; 2]>,
    metadata: HashMap<Uuid, Uuid>,
    /// Photos that were taken off or erased may be gone.
    optional: HashSet<String>,
}

impl Files {
    fn see(&mut self, change: &Change) {
        match change {
            Change::Incident { event: IncidentEvent::PhotoAdded { photo, original, served, metadata, .. }, .. } => {
                self.photos.insert(*photo, [original.clone(), served.clone()]);
                self.metadata.extend(metadata.iter().map(|m| (m.private, *photo)));
            }
            Change::Incident { event: IncidentEvent::PhotoRemoved { photo, .. }, .. } => self.may_be_gone(*photo),
            Change::Account { event: AccountEvent::Erased { private, .. } } => {
                if let Some(photo) = self.metadata.get(private) {
                    self.may_be_gone(*photo);
                }
            }
            Change::Incident { .. } | Change::Account { .. } => {}
            records => self.refer(&serde_json::to_value(records).unwrap_or_default()),
        }
    }

    fn may_be_gone(&mut self, photo: Uuid) {
        self.optional.extend(self.photos.remove(&photo).into_iter().flatten());
    }

    /// Attachments of documents, wherever in a record they stand.
    fn refer(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                self.attachments.extend(map.get("sha256").and_then(|s| s.as_str()).map(str::to_owned));
                map.values().for_each(|v| self.refer(v));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|v| self.refer(v)),
            _ => {}
        }
    }

    /// Every file, in order, and whether it has to be there.
    fn all(self) -> BTreeMap<Name, bool> {
        let [attachments, photos] = FOLDERS;
        let optional = self.optional.into_iter().map(|s| ((photos, s), false));
        let shown = self.photos.into_values().flatten().map(|s| ((photos, s), true));
        // What has to be there for one photo counts, whatever became of another with the same file.
        optional.chain(shown).chain(self.attachments.into_iter().map(|s| ((attachments, s), true))).collect()
    }
}
