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
//! * [`phone`]: an area packed for a phone, and the server's own answer computed on it without a signal.
//! * [`pages`]: records as people read them: pages, prints, reports.
//! * [`http`]: routes, status codes, JSON.
//! * [`cli`]: arguments, exit codes.
//!
//! Without the feature `server` what is left is what a phone takes along ([`phone`]): the domain, `crs`, the engine and
//! the answer, compiled to WebAssembly.

pub mod atlas;
#[cfg(feature = "server")]
pub mod cli;
pub mod crs;
pub mod domain;
pub mod engine;
#[cfg(feature = "server")]
pub mod export;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod import;
#[cfg(feature = "server")]
pub mod pages;
pub mod phone;
pub mod service;
#[cfg(feature = "server")]
pub mod store;
