//! Records as people read them: pages that print on A4, and the review as an official report. No routes, no status codes.

mod docx;
mod dossier;
mod forms;
mod incidents;
mod layout;
mod lists;
mod map;
mod minutes;
mod ogc;
mod parts;
mod people;
mod reforms;
mod review;
mod words;

pub use dossier::dossier;
pub use incidents::{Shown, incident, incidents};
pub use lists::{agreement, agreements, disputes, roles, slivers};
pub use minutes::minutes_docx;
pub use ogc::{OgcPage, ogc_collection, ogc_collections, ogc_conformance, ogc_item, ogc_items, ogc_landing};
pub use people::{account, setup, sign_in, users};
pub use reforms::{reform, reforms};
pub use review::{ReviewFormat, review};
pub use words::{in_force as in_force_words, status as status_words};

/// The script of the pages' forms.
pub const SCRIPT: &str = include_str!("pages.js");
