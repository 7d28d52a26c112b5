//! One SQL for both databases: statements, values and rows as SQLite and PostgreSQL both take them. What differs between
//! the two is in their own files and migrations.

use std::time::Duration;

use uuid::Uuid;

use super::{Seq, StoreError};

/// A value of a parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$it:ident| $into:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Value {
                $into
            }
        })*
    };
}

value_from! {
    i64 => |v| Value::Int(v),
    f64 => |v| Value::Real(v),
    bool => |v| Value::Int(v.into()),
    &str => |v| Value::Text(v.into()),
    String => |v| Value::Text(v),
    &String => |v| Value::Text(v.clone()),
    Uuid => |v| Value::Text(v.to_string()),
    Vec<u8> => |v| Value::Blob(v),
    &[u8] => |v| Value::Blob(v.into()),
    [u8; 32] => |v| Value::Blob(v.into()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row, columns by their place from 0. A column of another kind than asked for is damage.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

macro_rules! column {
    ($one:ident, $optional:ident, $kind:ident, $type:ty) => {
        pub fn $optional(&self, place: usize) -> Result<Option<$type>, StoreError> {
            match self.0.get(place) {
                Some(Value::Null) => Ok(None),
                Some(Value::$kind(value)) => Ok(Some(value.clone())),
                other => Err(StoreError::unreadable(&format!("column {place}: {other:?}"))),
            }
        }

        pub fn $one(&self, place: usize) -> Result<$type, StoreError> {
            self.$optional(place)?.ok_or_else(|| StoreError::unreadable(&format!("column {place} is null")))
        }
    };
}

impl Row {
    column!(int, opt_int, Int, i64);
    column!(real, opt_real, Real, f64);
    column!(text, opt_text, Text, String);
    column!(blob, opt_blob, Blob, Vec<u8>);

    pub fn flag(&self, place: usize) -> Result<bool, StoreError> {
        Ok(self.int(place)? != 0)
    }

    pub fn uuid(&self, place: usize) -> Result<Uuid, StoreError> {
        self.text(place)?.parse().map_err(|e| StoreError::unreadable(&e))
    }

    pub fn hash(&self, place: usize) -> Result<[u8; 32], StoreError> {
        self.blob(place)?.try_into().map_err(|_| StoreError::unreadable(&"a hash of another length"))
    }
}

/// A connection inside a transaction. Placeholders are `$1`, `$2`, … in the order of their first use.
pub trait Connection {
    /// # Errors
    /// The database's.
    fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Returns how many rows it touched.
    ///
    /// # Errors
    /// The database's.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError>;

    /// After rows came with numbers of their own: the next number given is one that is free.
    ///
    /// # Errors
    /// The database's.
    fn renumber(&mut self) -> Result<(), StoreError>;
}

/// Reads in one snapshot.
pub type Reading<'a> = &'a mut dyn FnMut(&mut dyn Connection) -> Result<(), StoreError>;
/// Writes in one transaction; `false` takes it back.
pub type Writing<'a> = &'a mut dyn FnMut(&mut dyn Connection) -> Result<bool, StoreError>;

/// A database that the store lives in. Shared between threads and processes.
pub trait Database: Send + Sync {
    /// Runs `work` on one consistent snapshot.
    ///
    /// # Errors
    /// The database's, or that of `work`.
    fn read(&self, work: Reading) -> Result<(), StoreError>;

    /// Runs `work` in a transaction, as the only writer of all processes. Nothing is kept where it says `false` or fails.
    ///
    /// # Errors
    /// The database's, or that of `work`.
    fn write(&self, work: Writing) -> Result<(), StoreError>;

    /// Waits until the journal has gone past `after`, by whichever process, or the time is up. Returns its last line.
    ///
    /// # Errors
    /// The database's.
    fn wait(&self, after: Seq, at_most: Duration) -> Result<Seq, StoreError>;

    /// After personal values were erased: overwrites the places in its files that still hold them, as far as it can.
    ///
    /// # Errors
    /// The database's.
    fn forget(&self) -> Result<(), StoreError>;

    /// What to call it in a message; without a password.
    fn name(&self) -> String;
}

/// Tables whose rows the database numbers.
pub(super) const NUMBERED: [&str; 2] = ["notices", "deliveries"];

/// Number of the last line of the journal.
pub(super) const LAST: &str = "SELECT COALESCE(MAX(seq), 0) FROM journal";
