//! Where the records are kept: an append-only journal and the files that go with it.
//!
//! The trait is the contract; [`Sqlite`] keeps it in one file. Every line carries the SHA-256 of the line before, so that
//! a line changed or taken out afterwards shows.

mod attachments;
mod error;
mod sqlite;

use sha2::{Digest, Sha256};

use crate::domain::Entry;

pub use attachments::{Attachments, MAX_ATTACHMENT_BYTES};
pub use error::StoreError;
pub use sqlite::Sqlite;

/// Number of a line in the journal, from 1. 0: before the first.
pub type Seq = i64;

/// An append-only journal. Shared between threads and between processes.
pub trait Journal: Send + Sync {
    /// The entries after a line, in order, with their numbers.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a line cannot be read or does not follow from the one before.
    fn after(&self, seq: Seq) -> Result<Vec<(Seq, Entry)>, StoreError>;

    /// Number of the last line.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn last(&self) -> Result<Seq, StoreError>;

    /// Appends all entries after line `known`, or none. An entry that is there already, told by its id, is not written
    /// again. Returns the number of the last line.
    ///
    /// # Errors
    /// [`StoreError::Moved`] when others have written after `known`: read on, decide again.
    fn append(&self, known: Seq, entries: &[Entry]) -> Result<Seq, StoreError>;
}

/// The hash of a line: of the hash before it and the line's text.
fn link(before: &[u8], text: &str) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(text).finalize().into()
}
