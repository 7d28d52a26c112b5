//! Photos on their way: how much of each has arrived. The pieces are a file under the data folder.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{StoreError, Tx};

/// A photo that is being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// The photo's own id, made by the device.
    pub id: Uuid,
    pub incident: Uuid,
    pub user: Uuid,
    pub sha256: String,
    pub bytes: i64,
    pub done: bool,
}

impl Tx<'_> {
    /// # Errors
    /// The store's.
    pub fn upload(&mut self, id: Uuid) -> Result<Option<UploadRow>, StoreError> {
        Ok(self.uploads_where("id = $1", id)?.into_iter().next())
    }

    /// Photos of an incident that have not become part of it.
    ///
    /// # Errors
    /// The store's.
    pub fn uploads_waiting(&mut self, incident: Uuid) -> Result<Vec<UploadRow>, StoreError> {
        self.uploads_where("incident = $1 AND done_us IS NULL", incident)
    }

    fn uploads_where(&mut self, which: &str, id: Uuid) -> Result<Vec<UploadRow>, StoreError> {
        let sql =
            format!("SELECT id, incident, user_id, sha256, bytes, done_us FROM uploads WHERE {which} ORDER BY id");
        let rows = self.rows(&sql, &[id.into()])?;
        rows.iter()
            .map(|row| {
                Ok(UploadRow {
                    id: row.uuid(0)?,
                    incident: row.uuid(1)?,
                    user: row.uuid(2)?,
                    sha256: row.text(3)?,
                    bytes: row.int(4)?,
                    done: row.opt_int(5)?.is_some(),
                })
            })
            .collect()
    }

    /// # Errors
    /// The store's.
    pub fn put_upload(&mut self, row: &UploadRow) -> Result<(), StoreError> {
        let now = self.now()?.as_microsecond();
        self.execute(
            "INSERT INTO uploads (id, incident, user_id, sha256, bytes, received, made_us) \
             VALUES ($1, $2, $3, $4, $5, 0, $6)",
            &[row.id.into(), row.incident.into(), row.user.into(), (&row.sha256).into(), row.bytes.into(), now.into()],
        )
        .map(drop)
    }

    /// # Errors
    /// The store's.
    pub fn upload_done(&mut self, id: Uuid) -> Result<(), StoreError> {
        let now = self.now()?.as_microsecond();
        self.execute("UPDATE uploads SET done_us = $1, received = bytes WHERE id = $2", &[now.into(), id.into()])
            .map(drop)
    }
}

/// The pieces that have arrived, one file for each photo, under the data folder. Several servers over one database share
/// that folder.
#[derive(Debug, Clone)]
pub struct Pieces {
    folder: PathBuf,
}

impl Pieces {
    pub fn under(data: &Path) -> Pieces {
        Pieces { folder: data.join("uploads") }
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.part"))
    }

    /// How much has arrived, bytes.
    pub fn received(&self, id: Uuid) -> u64 {
        std::fs::metadata(self.path(id)).map_or(0, |m| m.len())
    }

    /// Adds a piece behind what has arrived, and waits for the disk. Returns how much has arrived now.
    ///
    /// # Errors
    /// [`StoreError::Io`]; what arrived before stays.
    pub fn add(&self, id: Uuid, offset: u64, piece: &[u8]) -> Result<u64, StoreError> {
        let path = self.path(id);
        let io = |cause| StoreError::Io { path: path.clone(), cause };
        std::fs::create_dir_all(&self.folder).map_err(io)?;
        let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(false).open(&path).map_err(io)?;
        file.seek(SeekFrom::Start(offset)).map_err(io)?;
        file.write_all(piece).and_then(|()| file.sync_all()).map_err(io)?;
        Ok(offset + piece.len() as u64)
    }

    /// # Errors
    /// [`StoreError::Io`].
    pub fn whole(&self, id: Uuid) -> Result<Vec<u8>, StoreError> {
        let path = self.path(id);
        std::fs::read(&path).map_err(|cause| StoreError::Io { path, cause })
    }

    /// Throws away what arrived.
    pub fn forget(&self, id: Uuid) {
        if let Err(e) = std::fs::remove_file(self.path(id))
            && e.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(error = %e, upload = %id, "a piece of a photo could not be removed");
        }
    }
}
