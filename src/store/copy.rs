//! Everything from one store into another, whatever kind of database each is in: counted and compared before it counts.

use sha2::{Digest, Sha256};

use super::db::Value;
use super::journal::hex;
use super::{Store, StoreError, Tx};

/// Rows read and written at a time.
const BATCH: usize = 200;

/// A table: its columns, those of its key first.
pub struct Table {
    pub name: &'static str,
    key: usize,
    columns: &'static [&'static str],
}

const fn table(name: &'static str, key: usize, columns: &'static [&'static str]) -> Table {
    Table { name, key, columns }
}

/// Every table, those that others refer to first. A new one, or a new column, goes here too: a test compares.
pub const TABLES: [Table; 15] = [
    table("journal", 1, &["seq", "id", "topic", "subject", "at_us", "entry", "hash"]),
    table(
        "incidents",
        1,
        &[
            "id",
            "version",
            "kind",
            "state",
            "lon",
            "lat",
            "occurred_us",
            "received_us",
            "updated_seq",
            "due_us",
            "disputed",
            "reporter",
            "source",
            "demo",
            "doc",
        ],
    ),
    table("incident_units", 3, &["incident", "unit", "role", "state", "due_us", "received_us"]),
    table("private_fields", 1, &["id", "incident", "field", "value", "salt", "digest", "made_us", "erased_us"]),
    table("waiting", 1, &["id", "incident", "user_id", "body", "received_us"]),
    table(
        "users",
        1,
        &["id", "name", "name_key", "role", "unit", "password", "disabled", "failed", "locked_until_us", "made_us"],
    ),
    table("sessions", 1, &["hash", "user_id", "csrf", "made_us", "seen_us", "expires_us"]),
    table("tokens", 1, &["id", "user_id", "name", "hash", "scope", "made_us", "used_us", "revoked_us"]),
    table("links", 1, &["hash", "user_id", "purpose", "expires_us", "used_us"]),
    table("uploads", 1, &["id", "incident", "user_id", "sha256", "bytes", "received", "made_us", "done_us"]),
    table("notices", 1, &["id", "seq", "incident", "unit", "what", "at_us"]),
    table("notice_reads", 1, &["user_id", "notice"]),
    table("webhooks", 1, &["id", "unit", "url", "secret", "made_us", "disabled"]),
    table("deliveries", 1, &["id", "notice", "webhook", "attempts", "next_us", "done_us", "error"]),
    table("settings", 1, &["key", "value"]),
];

/// What a table holds: how many rows, and a SHA-256 over them in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSum {
    pub table: &'static str,
    pub rows: u64,
    pub sha256: String,
}

/// Told how far it is: the table, rows done, rows in all.
pub type Progress<'a> = &'a dyn Fn(&'static str, u64, u64);

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something in the store that was to be filled.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// What arrived is not what was sent.
    #[error("{0} did not arrive as it was")]
    Differs(&'static str),
}

/// A sum that grows row by row.
struct Summing {
    rows: u64,
    hash: Sha256,
}

impl Summing {
    fn new() -> Summing {
        Summing { rows: 0, hash: Sha256::new() }
    }

    /// Each value with its kind and its length, so that no two rows have the same bytes.
    fn add(&mut self, row: &[Value]) {
        self.rows += 1;
        let mut add = |kind: u8, bytes: &[u8]| {
            self.hash.update([kind]);
            self.hash.update((bytes.len() as u64).to_be_bytes());
            self.hash.update(bytes);
        };
        for value in row {
            match value {
                Value::Null => add(0, &[]),
                Value::Int(v) => add(1, &v.to_be_bytes()),
                // SQLite keeps no negative zero.
                Value::Real(v) => add(2, &(v + 0.0).to_be_bytes()),
                Value::Text(v) => add(3, v.as_bytes()),
                Value::Blob(v) => add(4, v),
            }
        }
    }

    fn sum(self, table: &'static str) -> TableSum {
        let bytes: [u8; 32] = self.hash.finalize().into();
        TableSum { table, rows: self.rows, sha256: hex(&bytes) }
    }
}

impl Table {
    pub fn columns(&self) -> &'static [&'static str] {
        self.columns
    }

    /// The rows after a key, in order.
    fn after(&self, tx: &mut Tx, key: Option<&[Value]>) -> Result<Vec<Vec<Value>>, StoreError> {
        let keys = self.columns[..self.key].join(", ");
        let which = match key {
            None => String::new(),
            Some(_) => format!("WHERE ({keys}) > ({})", super::placeholders(1, self.key)),
        };
        let columns = self.columns.join(", ");
        let sql = format!("SELECT {columns} FROM {} {which} ORDER BY {keys} LIMIT {BATCH}", self.name);
        Ok(tx.rows(&sql, key.unwrap_or_default())?.into_iter().map(|row| row.0).collect())
    }

    /// Hands over every batch of rows.
    fn each(
        &self,
        tx: &mut Tx,
        mut take: impl FnMut(&[Vec<Value>]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = self.after(tx, None)?;
        while let Some(last) = rows.last() {
            take(&rows)?;
            let key = last[..self.key].to_vec();
            rows = self.after(tx, Some(&key))?;
        }
        Ok(())
    }

    fn insert(&self, tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let width = self.columns.len();
        let marks: Vec<String> =
            (0..rows.len()).map(|row| format!("({})", super::placeholders(1 + row * width, width))).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", self.name, self.columns.join(", "), marks.join(", "));
        tx.execute(&sql, &rows.concat()).map(drop)
    }

    fn count(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let row = tx.row(&format!("SELECT COUNT(*) FROM {}", self.name), &[])?;
        Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
    }

    fn sum(&self, tx: &mut Tx) -> Result<TableSum, StoreError> {
        let mut sum = Summing::new();
        self.each(tx, |rows| {
            rows.iter().for_each(|row| sum.add(row));
            Ok(())
        })?;
        Ok(sum.sum(self.name))
    }
}

impl Tx<'_> {
    /// Is there nothing in any table?
    ///
    /// # Errors
    /// The store's.
    pub fn is_empty(&mut self) -> Result<bool, StoreError> {
        for table in &TABLES {
            if table.count(self)? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What every table holds.
    ///
    /// # Errors
    /// The store's.
    pub fn sums(&mut self) -> Result<Vec<TableSum>, StoreError> {
        TABLES.iter().map(|table| table.sum(self)).collect()
    }
}

/// Copies one moment of a store into an empty one, all of it or nothing. Whoever writes to `from` meanwhile is not held
/// up, and what they write does not come along. Returns what arrived, read again after it was written.
///
/// # Errors
/// The other store is not empty, what arrived differs, or a store's own; nothing is kept then.
pub fn copy(from: &Store, to: &Store, progress: Progress) -> Result<Vec<TableSum>, CopyError> {
    from.read(|from| {
        to.write(|into| {
            if !into.is_empty()? {
                return Err(CopyError::NotEmpty(to.name()));
            }
            let mut arrived = Vec::new();
            for table in &TABLES {
                let all = table.count(from)?;
                let mut sent = Summing::new();
                table.each(from, |rows| {
                    rows.iter().for_each(|row| sent.add(row));
                    table.insert(into, rows)?;
                    progress(table.name, sent.rows, all);
                    Ok(())
                })?;
                let sum = table.sum(into)?;
                if sum != sent.sum(table.name) {
                    return Err(CopyError::Differs(table.name));
                }
                arrived.push(sum);
            }
            into.connection.renumber()?;
            Ok(arrived)
        })
    })
}
