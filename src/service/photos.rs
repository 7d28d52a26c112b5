//! Photos: sent in pieces that can be taken up again, checked, kept as they came, and shown without what the camera wrote
//! into them.

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::incidents::{IncidentRefusal, Sight, load, put};
use super::{ActionError, Office};
use crate::domain::incident::merge::Base;
use crate::domain::{Change, Entry, IncidentEvent, Text, UserRole, Who, day_in_vietnam};
use crate::store::{MAX_PHOTO_BYTES, PhotoError, UploadRow, look_into};

/// How far a photo is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: Uuid,
    pub received: u64,
    pub bytes: u64,
    /// It is part of its incident.
    pub done: bool,
}

/// A photo to be shown.
#[derive(Debug, Clone)]
pub struct Shown {
    pub bytes: Vec<u8>,
    pub media_type: String,
    pub sha256: String,
}

/// Pieces of one photo go in one after another.
static PIECES: Mutex<()> = Mutex::new(());

/// Why a photo cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhotoRefusal {
    #[error(transparent)]
    File(#[from] PhotoError),
    #[error("it is at {0} bytes")]
    Offset(u64),
    #[error("its SHA-256 is another")]
    Checksum,
    #[error("no photo {0}")]
    NotFound(Uuid),
    #[error("{bytes} bytes, more than {MAX_PHOTO_BYTES}")]
    TooBig { bytes: u64 },
}

impl PhotoRefusal {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PhotoRefusal::File(PhotoError::Heic) => "heic",
            PhotoRefusal::File(_) => "bad_photo",
            PhotoRefusal::Offset(_) => "wrong_offset",
            PhotoRefusal::Checksum => "checksum",
            PhotoRefusal::NotFound(_) => "no_such_photo",
            PhotoRefusal::TooBig { .. } => "file_too_big",
        }
    }

    /// What was wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            PhotoRefusal::File(PhotoError::Heic) => Text::new(
                "Ảnh HEIC không nhận được: hãy đặt máy ảnh chụp JPEG.",
                "HEIC photos cannot be taken: switch the camera to JPEG.",
            ),
            PhotoRefusal::File(PhotoError::Kind) => {
                Text::new("Không phải ảnh JPEG, PNG hay WebP.", "This is neither JPEG, PNG nor WebP.")
            }
            PhotoRefusal::File(PhotoError::Damaged) => {
                Text::new("Ảnh hỏng hoặc bị cắt: hãy gửi lại.", "The photo is damaged or cut off: send it again.")
            }
            PhotoRefusal::File(PhotoError::Huge) => {
                Text::new("Ảnh quá rộng hoặc quá cao.", "The photo has too many pixels.")
            }
            PhotoRefusal::Offset(at) => Text::new(
                format!("Đã nhận {at} byte: hãy gửi tiếp từ đó."),
                format!("{at} bytes have arrived: go on from there."),
            ),
            PhotoRefusal::Checksum => Text::new(
                "Ảnh nhận được khác ảnh đã gửi (SHA-256): hãy gửi lại từ đầu.",
                "What arrived is not what was sent (SHA-256): send it again from the beginning.",
            ),
            PhotoRefusal::NotFound(id) => Text::new(format!("Không có ảnh {id}."), format!("There is no photo {id}.")),
            PhotoRefusal::TooBig { bytes } => Text::new(
                format!("Ảnh {bytes} byte, quá giới hạn {MAX_PHOTO_BYTES} byte."),
                format!("The photo has {bytes} bytes, more than the limit of {MAX_PHOTO_BYTES}."),
            ),
        }
    }
}

impl Office {
    /// Begins to take a photo, or says how far it is. The incident may arrive later than its photos.
    ///
    /// # Errors
    /// Too big, another photo under the same id, or an incident that is not the sender's to add to.
    pub fn begin_photo(
        &self,
        who: &Who,
        incident: Uuid,
        id: Uuid,
        sha256: &str,
        bytes: u64,
    ) -> Result<Upload, ActionError> {
        if bytes == 0 || bytes > MAX_PHOTO_BYTES {
            return Err(PhotoRefusal::TooBig { bytes }.into());
        }
        let sha256 = sha256.trim().to_ascii_lowercase();
        if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(PhotoRefusal::Checksum.into());
        }
        let service = self.now();
        let new = UploadRow { id, incident, user: who.id, sha256, bytes: bytes as i64, done: false };
        let row = self.store()?.write(|tx| {
            if let Some(row) = tx.upload(id)? {
                let same = UploadRow { done: row.done, ..new.clone() } == row;
                return if same { Ok(row) } else { Err(IncidentRefusal::IdTaken(id).into()) };
            }
            if let Some(found) = load(tx, incident)? {
                let today = day_in_vietnam(jiff::Timestamp::now());
                if service.sight(who, &found, today) < Sight::Whole {
                    return Err(ActionError::from(IncidentRefusal::NotFound(incident)));
                }
            }
            tx.put_upload(&new)?;
            Ok(new.clone())
        })?;
        self.finish(who, &row)?;
        self.photo_upload(who, id)
    }

    /// How far a photo is.
    ///
    /// # Errors
    /// There is none of this person's under the id.
    pub fn photo_upload(&self, who: &Who, id: Uuid) -> Result<Upload, ActionError> {
        let row = self.own_upload(who, id)?;
        let received = if row.done { row.bytes as u64 } else { self.pieces.received(id) };
        Ok(Upload { id, received, bytes: row.bytes as u64, done: row.done })
    }

    fn own_upload(&self, who: &Who, id: Uuid) -> Result<UploadRow, ActionError> {
        let row = self.store()?.read(|tx| tx.upload(id))?.filter(|row| row.user == who.id);
        Ok(row.ok_or(PhotoRefusal::NotFound(id))?)
    }

    /// Takes a piece. After the last one the photo becomes part of its incident.
    ///
    /// # Errors
    /// A piece that does not follow what has arrived, or a photo that cannot be taken: what arrived is thrown away then.
    pub fn photo_piece(&self, who: &Who, id: Uuid, offset: u64, piece: &[u8]) -> Result<Upload, ActionError> {
        let row = self.own_upload(who, id)?;
        let total = row.bytes as u64;
        if !row.done {
            let _one_at_a_time = PIECES.lock().unwrap_or_else(PoisonError::into_inner);
            let received = self.pieces.received(id);
            // A piece that comes again overlaps what has arrived.
            if offset > received {
                return Err(PhotoRefusal::Offset(received).into());
            }
            let known = usize::try_from(received - offset).unwrap_or(usize::MAX);
            let new = piece.get(known..).unwrap_or_default();
            if received + new.len() as u64 > total {
                return Err(PhotoRefusal::TooBig { bytes: received + new.len() as u64 }.into());
            }
            if !new.is_empty() {
                self.pieces.add(id, received, new)?;
            }
        }
        self.finish(who, &row)?;
        self.photo_upload(who, id)
    }

    /// Photos that were waiting for their incident.
    ///
    /// # Errors
    /// The store's.
    pub fn finish_photos(&self, who: &Who, incident: Uuid) -> Result<(), ActionError> {
        for row in self.store()?.read(|tx| tx.uploads_waiting(incident))? {
            match self.finish(who, &row) {
                Ok(()) => {}
                Err(ActionError::Store(e)) => return Err(e.into()),
                // Its sender is told when asking for it.
                Err(error) => tracing::warn!(%error, photo = %row.id, "a photo was refused"),
            }
        }
        Ok(())
    }

    /// Makes a photo that has arrived whole part of its incident, if that is here.
    fn finish(&self, who: &Who, row: &UploadRow) -> Result<(), ActionError> {
        if row.done || self.pieces.received(row.id) < row.bytes as u64 {
            return Ok(());
        }
        let Some(incident) = self.store()?.read(|tx| load(tx, row.incident))? else { return Ok(()) };
        let bytes = self.pieces.whole(row.id)?;
        let original = self.photos.sha256(&bytes);
        let refuse = |refusal: PhotoRefusal| {
            self.pieces.forget(row.id);
            ActionError::from(refusal)
        };
        if original != row.sha256 {
            return Err(refuse(PhotoRefusal::Checksum));
        }
        let photo = look_into(&bytes).map_err(|e| refuse(e.into()))?;
        self.photos.keep(&bytes)?;
        let served = self.photos.keep(&photo.served)?;
        let service = self.now();
        self.store()?.write(|tx| {
            // The photo's own id: it is added once.
            if tx.entry(row.id)?.is_none() {
                let mut now = load(tx, row.incident)?.ok_or(IncidentRefusal::NotFound(incident.id))?;
                let metadata = serde_json::to_string(&photo.metadata).expect("plain data is JSON");
                let metadata = tx.keep_private(Some(now.id), "photo", &metadata)?;
                let event = IncidentEvent::PhotoAdded {
                    base: Base::Version(now.version),
                    photo: row.id,
                    original: original.clone(),
                    served: served.clone(),
                    media_type: photo.media_type.into(),
                    metadata: Some(metadata),
                };
                let change = Change::Incident { incident: now.id, event };
                let entry = Entry { id: row.id, recorded_at: tx.now()?, by: who.actor(), change };
                now.apply(&entry).map_err(IncidentRefusal::from)?;
                put(tx, &service, who, &entry, &now)?;
            }
            Ok::<_, ActionError>(tx.upload_done(row.id)?)
        })?;
        self.pieces.forget(row.id);
        Ok(())
    }

    /// The copy of a photo that may be shown; the original to officials and administrators who ask for it.
    ///
    /// # Errors
    /// It is not there, or not for this person: photos are personal values.
    pub fn photo(&self, who: &Who, incident: Uuid, id: Uuid, original: bool) -> Result<Shown, ActionError> {
        let service = self.now();
        let today = day_in_vietnam(jiff::Timestamp::now());
        let found = self.store()?.read(|tx| load(tx, incident))?;
        let found = found.filter(|i| service.sight(who, i, today) == Sight::Whole);
        let found = found.ok_or(IncidentRefusal::NotFound(incident))?;
        let photo = found.photos.iter().find(|p| p.id == id).ok_or(PhotoRefusal::NotFound(id))?;
        if original && !matches!(who.role, UserRole::Official | UserRole::Admin) {
            return Err(IncidentRefusal::Forbidden(Text::new(
                "Ảnh gốc dành cho cán bộ và quản trị.",
                "Originals are for officials and administrators.",
            ))
            .into());
        }
        let sha256 = if original { &photo.original } else { &photo.served };
        Ok(Shown { bytes: self.photos.get(sha256)?, media_type: photo.media_type.clone(), sha256: sha256.clone() })
    }
}
