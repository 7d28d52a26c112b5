//! The journal in one SQLite file: WAL, one writer, STRICT tables, migrations in the program.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

use super::{Journal, Seq, StoreError, link};
use crate::domain::Entry;

/// Steps from an empty file to today's tables. Never edit one that was released: add the next.
const STEPS: &[M<'static>] = &[M::up(include_str!("migrations/0001_journal.sql"))];

/// How long a writer waits for another before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// The file under a data folder.
    pub fn path(data: &Path) -> PathBuf {
        data.join("giapranh.db")
    }

    /// Opens the file under a data folder, or makes it.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be opened, written, or is no store of this program.
    pub fn open(data: &Path) -> Result<Sqlite, StoreError> {
        let path = Sqlite::path(data);
        std::fs::create_dir_all(data).map_err(|cause| StoreError::Io { path: path.clone(), cause })?;
        let sqlite = |cause| StoreError::Sqlite { path: path.clone(), cause };
        let mut connection = Connection::open(&path).map_err(sqlite)?;
        connection.busy_timeout(PATIENCE).map_err(sqlite)?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
            .map_err(sqlite)?;
        migrate(&mut connection).map_err(|cause| StoreError::Migration { path: path.clone(), cause })?;
        Ok(Sqlite { path, connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sqlite(&self) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        |cause| StoreError::Sqlite { path: self.path.clone(), cause }
    }
}

/// Brings the tables up to date. Where another process does the same at the same moment, one of the two finds its step
/// done already: it looks again.
fn migrate(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    let migrations = Migrations::from_slice(STEPS);
    for _ in 0..5 {
        if migrations.to_latest(connection).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    migrations.to_latest(connection)
}

type Row = (Seq, String, [u8; 32]);

fn row(row: &rusqlite::Row) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

/// Number and hash of the last line; of nothing: zeros.
fn tip(connection: &Connection) -> rusqlite::Result<(Seq, [u8; 32])> {
    let last = connection
        .query_row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or((0, [0; 32])))
}

impl Journal for Sqlite {
    fn after(&self, seq: Seq) -> Result<Vec<(Seq, Entry)>, StoreError> {
        let damaged = |line, cause: String| StoreError::Damaged { path: self.path.clone(), line, cause };
        let connection = self.connection();
        let before: Option<[u8; 32]> = connection
            .query_row("SELECT hash FROM journal WHERE seq = ?1", [seq], |r| r.get(0))
            .optional()
            .map_err(self.sqlite())?;
        let mut before = before.unwrap_or([0; 32]);
        let mut lines = connection
            .prepare_cached("SELECT seq, entry, hash FROM journal WHERE seq > ?1 ORDER BY seq")
            .map_err(self.sqlite())?;
        let rows = lines.query_map([seq], row).map_err(self.sqlite())?;
        let mut entries = Vec::new();
        for (expected, found) in (seq + 1..).zip(rows) {
            let (line, text, hash) = found.map_err(self.sqlite())?;
            if line != expected || hash != link(&before, &text) {
                return Err(damaged(line, "it does not follow from the line before".into()));
            }
            entries.push((line, serde_json::from_str(&text).map_err(|e| damaged(line, e.to_string()))?));
            before = hash;
        }
        Ok(entries)
    }

    fn last(&self) -> Result<Seq, StoreError> {
        Ok(tip(&self.connection()).map_err(self.sqlite())?.0)
    }

    fn append(&self, known: Seq, entries: &[Entry]) -> Result<Seq, StoreError> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(self.sqlite())?;
        let (mut seq, mut hash) = tip(&transaction).map_err(self.sqlite())?;
        if seq != known {
            return Err(StoreError::Moved(seq));
        }
        for entry in entries {
            let id = entry.id.to_string();
            let there = transaction
                .query_row("SELECT 1 FROM journal WHERE id = ?1", [&id], |_| Ok(()))
                .optional()
                .map_err(self.sqlite())?;
            if there.is_some() {
                continue;
            }
            let text = serde_json::to_string(entry).map_err(|e| StoreError::Damaged {
                path: self.path.clone(),
                line: seq + 1,
                cause: e.to_string(),
            })?;
            seq += 1;
            hash = link(&hash, &text);
            transaction
                .execute(
                    "INSERT INTO journal (seq, id, entry, hash) VALUES (?1, ?2, ?3, ?4)",
                    params![seq, id, text, hash],
                )
                .map_err(self.sqlite())?;
        }
        transaction.commit().map_err(self.sqlite())?;
        Ok(seq)
    }
}
