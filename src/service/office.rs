//! The office: today's records over the datasets, kept up with the journal. Reading gives a [`Service`], a snapshot that
//! never changes; writing appends to the journal and makes the next one.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::{ActionError, OpenError, Service};
use crate::atlas::Atlas;
use crate::domain::{Change, Entry, Records, Text, Topic};
use crate::store::{Attachments, Pieces, Place, Seq, Store, StoreError};

/// How old a snapshot may be before the journal is asked whether another process has written.
const FRESH: Duration = Duration::from_millis(200);
/// How often a change is decided anew because others wrote meanwhile.
const TRIES: usize = 20;

pub struct Office {
    place: Place,
    /// `None` until something is written: reading makes no file.
    store: Mutex<Option<Store>>,
    now: RwLock<Snapshot>,
    pub attachments: Attachments,
    pub photos: Attachments,
    pub(super) pieces: Pieces,
}

struct Snapshot {
    /// The last line about records.
    seq: Seq,
    service: Arc<Service>,
    looked: Instant,
}

impl Office {
    /// The datasets and records under a data folder.
    ///
    /// # Errors
    /// [`OpenError`] where the datasets or the journal are damaged.
    pub fn open(data: &Path) -> Result<Office, OpenError> {
        Office::with(data, Place::Sqlite(data.into()), Atlas::load(data)?)
    }

    /// The datasets under a data folder, with the records of a store.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn open_at(data: &Path, place: Place) -> Result<Office, OpenError> {
        Office::with(data, place, Atlas::load(data)?)
    }

    /// The records of a store over an atlas; attachments are under the data folder.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn with(data: &Path, place: Place, atlas: Atlas) -> Result<Office, OpenError> {
        let now = Snapshot { seq: 0, service: Arc::new(Service::new(atlas)), looked: Instant::now() };
        let office = Office {
            place,
            store: Mutex::new(None),
            now: RwLock::new(now),
            attachments: Attachments::under(data),
            photos: Attachments::photos_under(data),
            pieces: Pieces::under(data),
        };
        office.catch_up()?;
        Ok(office)
    }

    /// The records as they are now. Where the journal does not answer, as they were last; the cause goes to the log.
    pub fn now(&self) -> Arc<Service> {
        let (service, stale) = {
            let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
            (now.service.clone(), now.looked.elapsed() > FRESH)
        };
        if !stale {
            return service;
        }
        match self.catch_up() {
            Ok(service) => service,
            Err(e) => {
                tracing::error!(error = %e, "the journal cannot be read");
                service
            }
        }
    }

    /// As [`Office::now`], with the number of the last line of the journal that is in them: for what is made of the records
    /// and kept as long as they are the same.
    pub fn now_numbered(&self) -> (Arc<Service>, Seq) {
        let service = self.now();
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        // What came between the two is in the next pack, not in this one under the wrong number.
        let number = if Arc::ptr_eq(&now.service, &service) { now.seq } else { now.seq - 1 };
        (service, number)
    }

    /// Appends what `decide` makes of the records as they are, all of it or nothing, and returns the records after it.
    ///
    /// # Errors
    /// What `decide` refuses, a change that does not fit the records, or the store's error; nothing is written then.
    pub fn record(
        &self,
        by: &str,
        decide: impl Fn(&Service) -> Result<Vec<Change>, ActionError>,
    ) -> Result<Arc<Service>, ActionError> {
        let by = by.trim();
        if by.is_empty() {
            return Err(ActionError::Missing("by"));
        }
        self.append(true, |service| Ok(decide(service)?.into_iter().map(|change| Entry::new(by, change)).collect()))
    }

    /// Appends entries as they are, such as those of an export. Returns how many were new.
    ///
    /// # Errors
    /// As [`Office::record`].
    pub fn take_in(&self, entries: &[Entry]) -> Result<usize, ActionError> {
        if let Some(other) = entries.iter().find(|e| e.change.topic() != Topic::Records) {
            return Err(ActionError::Invalid(Text::new(
                format!("Mục {} không thuộc hồ sơ: vụ việc và tài khoản đi cùng bản sao lưu.", other.id),
                format!("Entry {} is not of the records: incidents and accounts go with a backup.", other.id),
            )));
        }
        let known: Vec<Entry> = self.entries()?;
        let new: Vec<Entry> = entries.iter().filter(|e| !known.iter().any(|k| k.id == e.id)).cloned().collect();
        if let Some(other) = entries.iter().find(|e| known.iter().any(|k| k.id == e.id && k != *e)) {
            return Err(ActionError::Differs(other.id.to_string()));
        }
        self.append(false, |_| Ok(new.clone()))?;
        Ok(new.len())
    }

    /// Every line of the journal.
    ///
    /// # Errors
    /// The store's.
    pub fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let Some(store) = self.there()? else { return Ok(Vec::new()) };
        let lines = store.read(|tx| tx.entries(Some(Topic::Records), None, 0, usize::MAX))?;
        Ok(lines.into_iter().map(|(_, entry)| entry).collect())
    }

    fn append(
        &self,
        ours: bool,
        decide: impl Fn(&Service) -> Result<Vec<Entry>, ActionError>,
    ) -> Result<Arc<Service>, ActionError> {
        for _ in 0..TRIES {
            let service = self.catch_up()?;
            let known = self.now.read().unwrap_or_else(PoisonError::into_inner).seq;
            let entries = decide(&service)?;
            let mut after: Records = service.records.clone();
            for entry in &entries {
                after.apply(entry)?;
            }
            service.check_reforms(&after.reforms)?;
            let appended = self.store()?.write(|tx| {
                let last = tx.last(Some(Topic::Records))?;
                if last != known {
                    return Err(StoreError::Moved(last));
                }
                let now = tx.now()?;
                for entry in &entries {
                    // An entry made here gets the journal's time; one taken in keeps its own.
                    let entry = if ours { &Entry { recorded_at: now, ..entry.clone() } } else { entry };
                    tx.append(entry)?;
                }
                Ok(())
            });
            match appended {
                Err(StoreError::Moved(_)) => continue,
                done => done?,
            }
            return Ok(self.catch_up()?);
        }
        Err(ActionError::Busy)
    }

    /// Reads what the journal has beyond the snapshot.
    fn catch_up(&self) -> Result<Arc<Service>, StoreError> {
        let store = self.there()?;
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        now.looked = Instant::now();
        let Some(store) = store else { return Ok(now.service.clone()) };
        let entries = store.read(|tx| {
            if tx.last(Some(Topic::Records))? == now.seq {
                return Ok::<_, StoreError>(Vec::new());
            }
            tx.entries(Some(Topic::Records), None, now.seq, usize::MAX)
        })?;
        let mut records = now.service.records.clone();
        for (seq, entry) in &entries {
            records.apply(entry).map_err(|e| StoreError::unreadable(&format!("line {seq} of the journal: {e}")))?;
        }
        if let Some((seq, _)) = entries.last() {
            now.seq = *seq;
            now.service = Arc::new(now.service.with_records(records));
        }
        Ok(now.service.clone())
    }

    /// The store, made where there is none yet.
    ///
    /// # Errors
    /// The store's.
    pub fn store(&self) -> Result<Store, StoreError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        match &*store {
            Some(store) => Ok(store.clone()),
            None => Ok(store.insert(Store::open(&self.place)?).clone()),
        }
    }

    /// The store, if there is one: reading and listening make none.
    ///
    /// # Errors
    /// The store's.
    pub fn store_if_there(&self) -> Result<Option<Store>, StoreError> {
        self.there()
    }

    fn there(&self) -> Result<Option<Store>, StoreError> {
        let open = self.store.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if open || self.place.exists() { self.store().map(Some) } else { Ok(None) }
    }
}
