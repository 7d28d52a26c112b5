//! What users do with the records: open a dispute, tell its story, file and withdraw claims, keep agreements and what
//! is done under them. Each checks what it is given, appends to the journal, and returns the records after it.

mod agreements;
pub mod checks;
mod disputes;
mod nearness;

pub use disputes::{NewAmendment, NewClaim, NewDispute, NewEvent, Words, find_dispute, find_party};
