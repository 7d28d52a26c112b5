//! Personal values go: asked for one by one, or by their age. Each erasure is a line of the journal; what the events hold
//! of the value is a salted digest, and the chain stays valid.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{ActionError, Office};
use crate::domain::{AccountEvent, Change, Entry, Incident, IncidentEvent, State, Text, incident::STATES};
use crate::store::{PrivateQuery, PrivateRow, Store, StoreError, Tx};

/// Values erased in one transaction.
const BATCH: usize = 500;
/// The field whose values are files as well.
const PHOTO: &str = "photo";
/// A hundred years.
const MOST_DAYS: u32 = 36_525;

/// A field of personal values: its word, its names, and for how many days it is held by default. `None`: for good.
pub struct PrivateField {
    pub word: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
    pub default_days: Option<u32>,
}

const fn field(word: &'static str, vi: &'static str, en: &'static str, default_days: Option<u32>) -> PrivateField {
    PrivateField { word, vi, en, default_days }
}

/// Every field. The days are this program's own: no law at hand sets them, and they can be set anew. Minutes are what the
/// parties signed, so they stay.
pub const PRIVATE_FIELDS: [PrivateField; 6] = [
    field("reporter", "người báo", "who reported it", Some(730)),
    field("perpetrators", "người vi phạm", "perpetrators", Some(1_826)),
    field("description", "mô tả", "description", Some(3_652)),
    field("note", "lời nhắn, lý do", "comments and reasons", Some(3_652)),
    field("photo", "ảnh, vị trí và giờ trong ảnh", "photos, position and time inside them", Some(1_826)),
    field("minutes", "biên bản chung", "joint minutes", None),
];

/// How long a field is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub field: &'static str,
    pub name: Text,
    /// `None`: for good.
    pub days: Option<u32>,
    /// Set here, not the program's own default.
    pub set: bool,
}

impl Held {
    fn of(field: &PrivateField, days: Option<u32>, set: bool) -> Held {
        Held { field: field.word, name: Text::new(field.vi, field.en), days, set }
    }
}

/// What was, or would be, erased of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    pub field: &'static str,
    pub values: usize,
}

fn known(word: &str) -> Result<&'static PrivateField, ActionError> {
    PRIVATE_FIELDS.iter().find(|f| f.word == word).ok_or_else(|| {
        let all = PRIVATE_FIELDS.map(|f| f.word).join(", ");
        let word: String = word.chars().take(40).collect();
        ActionError::Invalid(Text::new(
            format!("Không có trường cá nhân «{word}»: hãy chọn trong {all}."),
            format!("There is no personal field “{word}”: choose among {all}."),
        ))
    })
}

fn setting(field: &PrivateField) -> String {
    format!("retention.{}", field.word)
}

/// As `days` in the settings; the default where nothing is set.
fn held(tx: &mut Tx, field: &PrivateField) -> Result<Held, StoreError> {
    let set = tx.setting(&setting(field))?;
    let days = match set.as_deref() {
        None => field.default_days,
        Some("") => None,
        Some(days) => Some(days.parse().map_err(|e| StoreError::unreadable(&format!("{}: {e}", setting(field))))?),
    };
    Ok(Held::of(field, days, set.is_some()))
}

/// Erases values and says so in the journal.
fn erase(tx: &mut Tx, by: &str, rows: Vec<PrivateRow>) -> Result<usize, StoreError> {
    let count = rows.len();
    for PrivateRow { id, incident, field } in rows {
        tx.erase_private(id)?;
        write(tx, by, AccountEvent::Erased { private: id, incident, field })?;
    }
    Ok(count)
}

fn write(tx: &mut Tx, by: &str, event: AccountEvent) -> Result<(), StoreError> {
    let entry = Entry { id: Uuid::now_v7(), recorded_at: tx.now()?, by: by.into(), change: Change::Account { event } };
    tx.append(&entry).map(drop)
}

impl Office {
    /// Erases a field of an incident, in all its versions. Returns how many values there were; none is no error.
    ///
    /// # Errors
    /// There is no such incident or field.
    pub fn erase(&self, by: &str, incident: Uuid, field: &str) -> Result<usize, ActionError> {
        let field = known(field)?;
        let store = self.store()?;
        let erased = store.write(|tx| {
            if tx.incident(incident)?.is_none() {
                return Err(super::IncidentRefusal::NotFound(incident).into());
            }
            let rows = tx.private_rows(field.word, PrivateQuery::Of(incident))?;
            Ok::<_, ActionError>(erase(tx, by, rows)?)
        })?;
        if field.word == PHOTO {
            // Also those that an erasure cut short has left.
            self.remove_photos(incident)?;
        }
        forget(&store, erased)?;
        Ok(erased)
    }

    /// How long each field is held.
    ///
    /// # Errors
    /// The store's.
    pub fn retention(&self) -> Result<Vec<Held>, ActionError> {
        let default = |f: &PrivateField| Held::of(f, f.default_days, false);
        match self.store_if_there()? {
            None => Ok(PRIVATE_FIELDS.iter().map(default).collect()),
            Some(store) => Ok(store.read(|tx| PRIVATE_FIELDS.iter().map(|f| held(tx, f)).collect::<Result<_, _>>())?),
        }
    }

    /// Sets how many days a field is held; `None`: for good.
    ///
    /// # Errors
    /// No such field, or a number of days that cannot be meant.
    pub fn set_retention(&self, by: &str, field: &str, days: Option<u32>) -> Result<(), ActionError> {
        let field = known(field)?;
        if days.is_some_and(|d| !(1..=MOST_DAYS).contains(&d)) {
            return Err(ActionError::Invalid(Text::new(
                format!("Số ngày phải từ 1 đến {MOST_DAYS}."),
                format!("The number of days has to be 1 to {MOST_DAYS}."),
            )));
        }
        Ok(self.store()?.write(|tx| {
            tx.set_setting(&setting(field), &days.map(|d| d.to_string()).unwrap_or_default())?;
            write(tx, by, AccountEvent::RetentionSet { field: field.word.into(), days })
        })?)
    }

    /// Erases what has been held long enough, of incidents that are over. `really` false: only counts.
    ///
    /// # Errors
    /// The store's. What was erased before it stays erased.
    pub fn run_retention(&self, by: &str, now: Timestamp, really: bool) -> Result<Vec<Erased>, ActionError> {
        let store = self.store()?;
        let states: Vec<&'static str> =
            STATES.iter().map(|s| s.0).filter(|s: &State| s.is_over()).map(State::word).collect();
        let mut all = Vec::new();
        for field in &PRIVATE_FIELDS {
            let mut values = 0;
            let Some(days) = store.read(|tx| held(tx, field))?.days else { continue };
            let made_us = (now - SignedDuration::from_hours(24 * i64::from(days))).as_microsecond();
            let limit = if really { BATCH } else { usize::MAX >> 1 };
            let query = PrivateQuery::Before { made_us, states: &states, limit };
            loop {
                let some = if really {
                    let rows = store.write(|tx| {
                        let rows = tx.private_rows(field.word, query)?;
                        erase(tx, by, rows.clone())?;
                        Ok::<_, StoreError>(rows)
                    })?;
                    if field.word == PHOTO {
                        let of: BTreeSet<Uuid> = rows.iter().filter_map(|r| r.incident).collect();
                        of.into_iter().try_for_each(|incident| self.remove_photos(incident))?;
                    }
                    rows.len()
                } else {
                    store.read(|tx| tx.private_rows(field.word, query))?.len()
                };
                values += some;
                if !really || some < BATCH {
                    break;
                }
            }
            all.push(Erased { field: field.word, values });
        }
        if really {
            forget(&store, all.iter().map(|e| e.values).sum())?;
        }
        Ok(all)
    }
}

impl Office {
    /// Takes away the files of an incident's photos that were erased, unless another incident shows the same file.
    fn remove_photos(&self, incident: Uuid) -> Result<(), StoreError> {
        let gone = self.store()?.read(|tx| {
            let mut gone = Vec::new();
            for (files, metadata) in tx.entries(None, Some(incident), 0, usize::MAX)?.iter().filter_map(|l| photo(&l.1))
            {
                if tx.private_values(&[metadata])?.is_empty() {
                    for file in files {
                        if !shown_elsewhere(tx, file, incident)? {
                            gone.push(file.to_owned());
                        }
                    }
                }
            }
            Ok::<_, StoreError>(gone)
        })?;
        gone.iter().try_for_each(|sha256| self.photos.remove(sha256))
    }
}

/// The files of a photo that was added, and what says whether it was erased.
fn photo(entry: &Entry) -> Option<([&str; 2], Uuid)> {
    match &entry.change {
        Change::Incident {
            event: IncidentEvent::PhotoAdded { original, served, metadata: Some(metadata), .. },
            ..
        } => Some(([original, served], metadata.private)),
        _ => None,
    }
}

fn shown_elsewhere(tx: &mut Tx, sha256: &str, but: Uuid) -> Result<bool, StoreError> {
    for doc in tx.incidents_with(sha256)? {
        let other: Incident = serde_json::from_str(&doc).map_err(|e| StoreError::unreadable(&e))?;
        let same = other.photos.iter().filter(|p| p.original == sha256 || p.served == sha256);
        let held: Vec<Uuid> = same.filter_map(|p| p.metadata.as_ref()).map(|m| m.private).collect();
        if other.id != but && !tx.private_values(&held)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Rows are rewritten already; now the database's files.
fn forget(store: &Store, erased: usize) -> Result<(), StoreError> {
    if erased > 0 { store.forget() } else { Ok(()) }
}
