//! The office: today's records over the datasets, kept up with the journal. Reading gives a [`Service`], a snapshot that
//! never changes; writing appends to the journal and makes the next one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::{ActionError, OpenError, Service};
use crate::atlas::Atlas;
use crate::domain::{Change, Entry, Records};
use crate::store::{Attachments, Journal, Seq, Sqlite, StoreError};

/// How old a snapshot may be before the journal is asked whether another process has written.
const FRESH: Duration = Duration::from_millis(200);
/// How often a change is decided anew because others wrote meanwhile.
const TRIES: usize = 20;

pub struct Office {
    data: PathBuf,
    /// `None` until something is written: reading makes no file.
    journal: Mutex<Option<Arc<dyn Journal>>>,
    now: RwLock<Snapshot>,
    pub attachments: Attachments,
}

struct Snapshot {
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
        Office::with(data, Atlas::load(data)?)
    }

    /// The records under a data folder over an atlas.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn with(data: &Path, atlas: Atlas) -> Result<Office, OpenError> {
        let now = Snapshot { seq: 0, service: Arc::new(Service::new(atlas)), looked: Instant::now() };
        let office = Office {
            data: data.into(),
            journal: Mutex::new(None),
            now: RwLock::new(now),
            attachments: Attachments::under(data),
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
        self.append(|service| Ok(decide(service)?.into_iter().map(|change| Entry::new(by, change)).collect()))
    }

    /// Appends entries as they are, such as those of an export. Returns how many were new.
    ///
    /// # Errors
    /// As [`Office::record`].
    pub fn take_in(&self, entries: &[Entry]) -> Result<usize, ActionError> {
        let known: Vec<Entry> = self.entries()?;
        let new: Vec<Entry> = entries.iter().filter(|e| !known.iter().any(|k| k.id == e.id)).cloned().collect();
        if let Some(other) = entries.iter().find(|e| known.iter().any(|k| k.id == e.id && k != *e)) {
            return Err(ActionError::Differs(other.id.to_string()));
        }
        self.append(|_| Ok(new.clone()))?;
        Ok(new.len())
    }

    /// Every line of the journal.
    ///
    /// # Errors
    /// The store's.
    pub fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        match self.journal(false)? {
            Some(journal) => Ok(journal.after(0)?.into_iter().map(|(_, entry)| entry).collect()),
            None => Ok(Vec::new()),
        }
    }

    fn append(
        &self,
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
            let Some(journal) = self.journal(true)? else { continue };
            match journal.append(known, &entries) {
                Err(StoreError::Moved(_)) => continue,
                done => done?,
            };
            return Ok(self.catch_up()?);
        }
        Err(ActionError::Busy)
    }

    /// Reads what the journal has beyond the snapshot.
    fn catch_up(&self) -> Result<Arc<Service>, StoreError> {
        let journal = self.journal(false)?;
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        now.looked = Instant::now();
        let Some(journal) = journal else { return Ok(now.service.clone()) };
        if journal.last()? == now.seq {
            return Ok(now.service.clone());
        }
        let entries = journal.after(now.seq)?;
        let mut records = now.service.records.clone();
        for (seq, entry) in &entries {
            records.apply(entry).map_err(|e| StoreError::Damaged {
                path: Sqlite::path(&self.data),
                line: *seq,
                cause: e.to_string(),
            })?;
        }
        if let Some((seq, _)) = entries.last() {
            now.seq = *seq;
            now.service = Arc::new(now.service.with_records(records));
        }
        Ok(now.service.clone())
    }

    /// The journal; `None` where nothing was ever written and nothing is to be.
    fn journal(&self, to_write: bool) -> Result<Option<Arc<dyn Journal>>, StoreError> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if journal.is_none() && (to_write || Sqlite::path(&self.data).exists()) {
            *journal = Some(Arc::new(Sqlite::open(&self.data)?));
        }
        Ok(journal.clone())
    }
}
