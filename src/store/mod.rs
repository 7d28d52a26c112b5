//! Where the records, the incidents and the accounts are kept: a journal of hash-chained lines, tables that follow from
//! it, personal values beside it, and the files that go with them.
//!
//! One SQL stands above two databases ([`db`]): SQLite in one file, PostgreSQL where one machine is outgrown. All that is
//! written in one [`Store::write`] is kept or none of it is.

mod attachments;
mod copy;
pub mod db;
mod error;
mod incidents;
mod items;
mod journal;
mod notices;
mod people;
mod photo;
mod postgres;
mod private;
mod settings;
mod sqlite;
mod uploads;
mod webhooks;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use db::{Connection, Database, Row, Value};

pub use attachments::{Attachments, MAX_ATTACHMENT_BYTES};
pub use copy::{CopyError, Progress as CopyProgress, TABLES, Table, TableSum, copy};
pub use error::StoreError;
pub use incidents::{IncidentRow, IncidentUnit, NearQuery, Overdue, PageQuery, Waiting};
pub use items::{ItemsColumn, ItemsCondition, ItemsOrder, ItemsQuery};
pub use journal::{Audit, AuditFault};
pub use notices::NoticeRow;
pub use people::{SessionRow, TokenRow, UserRow};
pub use photo::{MAX_PHOTO_BYTES, Photo, PhotoError, PhotoMetadata, look_into};
pub use postgres::Postgres;
pub use private::{PrivateQuery, PrivateRow, digest};
pub use sqlite::Sqlite;
pub use uploads::{Pieces, UploadRow};
pub use webhooks::{DeliveryRow, WebhookRow};

/// Number of a line in the journal, from 1. 0: before the first.
pub type Seq = i64;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file under a data folder.
    Sqlite(PathBuf),
    /// `postgres://…`
    Postgres(String),
}

impl Place {
    /// The place that a URL names, or the file under the data folder where there is none.
    ///
    /// # Errors
    /// Another kind of URL.
    pub fn read(url: Option<&str>, data: &Path) -> Result<Place, StoreError> {
        match url.map(str::trim).filter(|u| !u.is_empty()) {
            None => Ok(Place::Sqlite(data.into())),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Place::Postgres(url.into()))
            }
            Some(url) => match url.strip_prefix("sqlite:") {
                Some(path) => {
                    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
                    // The file itself is taken for its folder.
                    let folder = if Sqlite::is_path(path) { path.parent().unwrap_or(path) } else { path };
                    Ok(Place::Sqlite(folder.into()))
                }
                None => Err(StoreError::NoPlace(url.chars().take(20).collect())),
            },
        }
    }

    /// Is there something already? Reading makes no file.
    pub fn exists(&self) -> bool {
        match self {
            Place::Sqlite(data) => Sqlite::path(data).exists(),
            Place::Postgres(_) => true,
        }
    }
}

/// A store, shared between threads.
#[derive(Clone)]
pub struct Store {
    database: Arc<dyn Database>,
}

impl Store {
    /// # Errors
    /// [`StoreError`] where it cannot be opened, or is none of this program.
    pub fn open(place: &Place) -> Result<Store, StoreError> {
        let database: Arc<dyn Database> = match place {
            Place::Sqlite(data) => Arc::new(Sqlite::open(data)?),
            Place::Postgres(url) => Arc::new(Postgres::open(url)?),
        };
        Ok(Store { database })
    }

    pub fn over(database: Arc<dyn Database>) -> Store {
        Store { database }
    }

    /// Reads on one snapshot.
    ///
    /// # Errors
    /// The store's, or that of `work`.
    pub fn read<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut result = None;
        self.database.read(&mut |connection| {
            result = Some(work(&mut Tx { connection }));
            Ok(())
        })?;
        result.expect("a read that succeeded has run")
    }

    /// Writes in one transaction, as the only writer. Nothing is kept where `work` fails.
    ///
    /// # Errors
    /// The store's, or that of `work`.
    pub fn write<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut result = None;
        self.database.write(&mut |connection| {
            let done = work(&mut Tx { connection });
            let keep = done.is_ok();
            result = Some(done);
            Ok(keep)
        })?;
        result.expect("a write that succeeded has run")
    }

    /// Waits until the journal has gone past a line, or the time is up. Returns its last line.
    ///
    /// # Errors
    /// The store's.
    pub fn wait(&self, after: Seq, at_most: Duration) -> Result<Seq, StoreError> {
        self.database.wait(after, at_most)
    }

    /// After personal values were erased: overwrites the places in the database's files that still hold them, as far as
    /// it can.
    ///
    /// # Errors
    /// The store's.
    pub fn forget(&self) -> Result<(), StoreError> {
        self.database.forget()
    }

    pub fn name(&self) -> String {
        self.database.name()
    }
}

/// What can be done inside a transaction; one file per kind of thing.
pub struct Tx<'a> {
    connection: &'a mut dyn Connection,
}

impl Tx<'_> {
    pub(crate) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.connection.rows(sql, params)
    }

    pub(crate) fn row(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.connection.rows(sql, params)?.into_iter().next())
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.connection.execute(sql, params)
    }

    /// Does a part of the transaction, all of it or nothing; the transaction goes on either way.
    ///
    /// # Errors
    /// That of `work`; what it wrote is taken back.
    pub fn attempt<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        self.execute("SAVEPOINT part", &[])?;
        let done = work(&mut Tx { connection: self.connection });
        if done.is_err() {
            self.execute("ROLLBACK TO SAVEPOINT part", &[])?;
        }
        self.execute("RELEASE SAVEPOINT part", &[])?;
        done
    }
}

/// The hash of a line: of the hash before it and the line's text.
fn link(before: &[u8], text: &str) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(text).finalize().into()
}

/// `$first, $first+1, …` for a list of values.
fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
