//! SQLite: one file, WAL, one writer, STRICT tables, migrations in the program.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::TransactionBehavior::{Deferred, Immediate};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ToSql, params_from_iter};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use super::db::{Connection, Database, LAST, Reading, Row, Value, Writing};
use super::{Seq, StoreError};

/// Steps from an empty file to today's tables. Never edit one that was released: add the next.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/sqlite/0001_journal.sql")),
    M::up(include_str!("migrations/sqlite/0002_incidents.sql")),
    M::up(include_str!("migrations/sqlite/0003_by_time.sql")),
];

/// How long a writer waits for another before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often another process is looked for.
const LOOK: Duration = Duration::from_millis(150);
/// Connections kept for readers.
const READERS: usize = 8;

#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    writer: Mutex<rusqlite::Connection>,
    readers: Mutex<Vec<rusqlite::Connection>>,
    /// Told after each write of this process.
    written: (Mutex<u64>, Condvar),
}

impl Sqlite {
    /// The file under a data folder.
    pub fn path(data: &Path) -> PathBuf {
        data.join("giapranh.db")
    }

    /// Is this the path of such a file?
    pub fn is_path(path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == "giapranh.db")
    }

    /// Opens the file under a data folder, or makes it.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be opened, written, or is no store of this program.
    pub fn open(data: &Path) -> Result<Sqlite, StoreError> {
        let path = Sqlite::path(data);
        std::fs::create_dir_all(data).map_err(|cause| StoreError::Io { path: path.clone(), cause })?;
        Sqlite::at(path)
    }

    /// Opens a file by its path, or makes it.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub fn at(path: PathBuf) -> Result<Sqlite, StoreError> {
        let mut writer = connect(&path)?;
        migrate(&mut writer).map_err(|cause| match cause {
            rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                StoreError::TooNew(path.display().to_string())
            }
            cause => StoreError::Migration { path: path.clone(), cause },
        })?;
        Ok(Sqlite {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            written: (Mutex::new(0), Condvar::new()),
        })
    }

    fn sqlite(&self) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        |cause| StoreError::Sqlite { path: self.path.clone(), cause }
    }
}

fn connect(path: &Path) -> Result<rusqlite::Connection, StoreError> {
    let sqlite = |cause| StoreError::Sqlite { path: path.into(), cause };
    let connection = rusqlite::Connection::open(path).map_err(sqlite)?;
    connection.busy_timeout(PATIENCE).map_err(sqlite)?;
    connection
        .execute_batch(
            // What is erased is overwritten with zeros.
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
        )
        .map_err(sqlite)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Brings the tables up to date. Where another process does the same at the same moment, one of the two finds its step
/// done already: it looks again.
fn migrate(connection: &mut rusqlite::Connection) -> Result<(), rusqlite_migration::Error> {
    let migrations = Migrations::from_slice(STEPS);
    for _ in 0..5 {
        if migrations.to_latest(connection).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    migrations.to_latest(connection)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Real(v) => ValueRef::Real(*v),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

struct Within<'a> {
    transaction: &'a rusqlite::Transaction<'a>,
    path: &'a Path,
}

impl Within<'_> {
    fn sqlite(&self) -> impl Fn(rusqlite::Error) -> StoreError + use<> {
        let path = self.path.to_path_buf();
        move |cause| StoreError::Sqlite { path: path.clone(), cause }
    }
}

impl Connection for Within<'_> {
    fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let sqlite = self.sqlite();
        let mut statement = self.transaction.prepare_cached(sql).map_err(&sqlite)?;
        let columns = statement.column_count();
        let read = |row: &rusqlite::Row| {
            let value = |place| {
                Ok(match row.get_ref(place)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(v) => Value::Int(v),
                    ValueRef::Real(v) => Value::Real(v),
                    ValueRef::Text(v) => Value::Text(String::from_utf8_lossy(v).into_owned()),
                    ValueRef::Blob(v) => Value::Blob(v.into()),
                })
            };
            (0..columns).map(value).collect::<rusqlite::Result<Vec<_>>>().map(Row)
        };
        let rows = statement.query_map(params_from_iter(params), read).map_err(&sqlite)?;
        rows.collect::<rusqlite::Result<Vec<_>>>().map_err(&sqlite)
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let sqlite = self.sqlite();
        let mut statement = self.transaction.prepare_cached(sql).map_err(&sqlite)?;
        Ok(statement.execute(params_from_iter(params)).map_err(&sqlite)? as u64)
    }

    /// AUTOINCREMENT minds what is there.
    fn renumber(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Database for Sqlite {
    fn read(&self, work: Reading) -> Result<(), StoreError> {
        let idle = lock(&self.readers).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path)?,
        };
        let transaction = connection.transaction_with_behavior(Deferred).map_err(self.sqlite())?;
        let done = work(&mut Within { transaction: &transaction, path: &self.path });
        drop(transaction);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(connection);
        }
        done
    }

    fn write(&self, work: Writing) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(Immediate).map_err(self.sqlite())?;
        let keep = work(&mut Within { transaction: &transaction, path: &self.path })?;
        if keep {
            transaction.commit().map_err(self.sqlite())?;
            drop(writer);
            *lock(&self.written.0) += 1;
            self.written.1.notify_all();
        }
        Ok(())
    }

    fn wait(&self, after: Seq, at_most: Duration) -> Result<Seq, StoreError> {
        let until = Instant::now() + at_most;
        loop {
            let before = *lock(&self.written.0);
            let mut last = 0;
            self.read(&mut |c| {
                last = c.rows(LAST, &[])?.first().map_or(Ok(0), |row| row.int(0))?;
                Ok(())
            })?;
            let left = until.saturating_duration_since(Instant::now());
            if last > after || left.is_zero() {
                return Ok(last);
            }
            let count = lock(&self.written.0);
            if *count == before {
                drop(self.written.1.wait_timeout(count, left.min(LOOK)));
            }
        }
    }

    /// The write-ahead log still holds what was erased until it is emptied. Where somebody is reading just now it is
    /// emptied by a later write.
    fn forget(&self) -> Result<(), StoreError> {
        let checkpoint = |c: &rusqlite::Connection| c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        checkpoint(&lock(&self.writer)).map_err(self.sqlite())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}
