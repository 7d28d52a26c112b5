//! giapranh: whose forest is this point?
//!
//! The modules in reading order; each uses only those above it in this list (`tests/floors.rs` checks it):
//!
//! * [`domain`]: the words of the field: units and their lineage, disputes, agreements, datasets, verdicts and the rules
//!   that make them. No IO.
//! * [`crs`]: text or grid numbers in, WGS 84 out, with every other way they can be read.
//! * [`atlas`]: geodata and boundary files in, checked plain data out; pulling, checking and activating datasets.
//! * [`engine`]: an immutable snapshot for a date that says what is so about a point: containment, distance, probability.
//! * [`store`]: the journal of records and the files that go with it; SQL.
//! * [`export`]: plain data to the bytes of a file.
//! * [`import`]: the bytes of a file to rows, with what was understood on the way.
//! * [`service`]: one function per thing a user does. `locate` is the main one: position → atlas at a date → verdict.
//! * [`pages`]: records as people read them: pages, prints, reports.
//! * [`http`]: routes, status codes, JSON.
//! * [`cli`]: arguments, exit codes.

pub mod atlas;
pub mod cli;
pub mod crs;
pub mod domain;
pub mod engine;
pub mod export;
pub mod http;
pub mod import;
pub mod pages;
pub mod service;
pub mod store;
