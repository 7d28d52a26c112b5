//! Records as people read them: pages that print on A4, and the review as an official report. No routes, no status codes.

mod docx;
mod dossier;
mod forms;
mod layout;
mod lists;
mod map;
mod parts;
mod reforms;
mod review;
mod words;

pub use dossier::dossier;
pub use lists::{agreement, agreements, disputes, roles, slivers};
pub use reforms::{reform, reforms};
pub use review::{ReviewFormat, review};
pub use words::{in_force as in_force_words, status as status_words};

/// The script of the pages' forms.
pub const SCRIPT: &str = include_str!("pages.js");
