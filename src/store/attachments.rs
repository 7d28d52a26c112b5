//! Files that go with the records, each named by the SHA-256 of its content: written once, never changed.

use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::StoreError;

/// The largest file taken: a scanned map sheet of some tens of pages.
pub const MAX_ATTACHMENT_BYTES: u64 = 20 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
}

impl Attachments {
    /// In the folder `attachments` under the data folder; made when the first file comes.
    pub fn under(data: &Path) -> Attachments {
        Attachments { folder: data.join("attachments") }
    }

    /// Photos: in a folder of their own, as they are not for everyone who may read records.
    pub fn photos_under(data: &Path) -> Attachments {
        Attachments { folder: data.join("photos") }
    }

    /// SHA-256 in hex, as files are named.
    pub fn sha256(&self, content: &[u8]) -> String {
        Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Keeps a file, whole or not at all; returns the SHA-256 of its content. The same content again is the same file.
    ///
    /// # Errors
    /// [`StoreError::TooBig`], or [`StoreError::Io`] with nothing written.
    pub fn keep(&self, content: &[u8]) -> Result<String, StoreError> {
        let bytes = content.len() as u64;
        if bytes > MAX_ATTACHMENT_BYTES {
            return Err(StoreError::TooBig { bytes, limit: MAX_ATTACHMENT_BYTES });
        }
        let sha256 = self.sha256(content);
        let path = self.folder.join(&sha256);
        let io = |cause| StoreError::Io { path: path.clone(), cause };
        if path.exists() {
            return Ok(sha256);
        }
        std::fs::create_dir_all(&self.folder).map_err(io)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(io)?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(io)?;
        file.persist(&path).map_err(|e| io(e.error))?;
        Ok(sha256)
    }

    /// Takes a file away; none is no error.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn remove(&self, sha256: &str) -> Result<(), StoreError> {
        let path = self.folder.join(sha256);
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Io { path, cause }),
            _ => Ok(()),
        }
    }

    /// The content of a file.
    ///
    /// # Errors
    /// [`StoreError::NoFile`] where there is none of that name, and [`StoreError::Damaged`] where its content is not
    /// what its name says.
    pub fn get(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let is_name = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
        if !is_name {
            return Err(StoreError::NoFile(sha256.chars().take(64).collect()));
        }
        let path = self.folder.join(sha256);
        let content = std::fs::read(&path).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => StoreError::NoFile(sha256.into()),
            _ => StoreError::Io { path: path.clone(), cause },
        })?;
        let found: String = Sha256::digest(&content).iter().map(|b| format!("{b:02x}")).collect();
        if found != sha256 {
            return Err(StoreError::Damaged { path, line: 0, cause: format!("its SHA-256 is {found}") });
        }
        Ok(content)
    }
}
