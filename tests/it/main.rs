//! All integration tests in one program. Read `verdicts.rs` first: it is the table of what giapranh answers.

mod atlas_checks;
mod atlas_official;
mod atlas_pull;
mod atlas_read;
mod calibration;
mod claims;
mod cli;
mod common;
mod crs_properties;
mod crs_truth;
mod datasets;
mod floors;
mod hotspots;
mod http;
mod http_records;
mod indicative;
mod probability;
mod properties;
mod records;
mod reform_data;
mod reforms;
mod slivers;
mod timelines;
mod toyland;
mod truth;
mod verdicts;
