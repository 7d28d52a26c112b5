//! Small parts that several pages have.

use maud::{Markup, html};

use super::words::{self, say};
use crate::domain::{Document, Lang};
use crate::service::answer::{DisputeParty, UnitName};

/// A unit with what is above it and its code.
pub fn unit(u: &UnitName) -> String {
    let parts = [Some(&u.name), u.district.as_ref(), u.province.as_ref()];
    format!("{} ({})", parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "), u.code)
}

/// What a party is called: its village, else its commune when recorded.
pub fn party_name(p: &DisputeParty, lang: Lang) -> String {
    match &p.village {
        Some(village) => format!("{} {village}", say(lang, "Bản", "Village")),
        None => p.then.name.clone(),
    }
}

/// A document in words, its file or address as a link.
pub fn source(document: &Document, lang: Lang) -> Markup {
    let line = words::document(document, lang);
    html! {
        @if let Some(url) = document.url.as_deref().filter(|u| u.starts_with("https://") || u.starts_with("http://")) {
            a href=(url) rel="noreferrer" { (line) }
        } @else { (line) }
        @if let Some(file) = &document.file {
            " [" a href={ "/api/documents/" (file.sha256) } download=(file.name) { (file.name) } "]"
        }
    }
}

/// Who entered it; nothing for what came with the program.
pub fn entered(by: &Option<String>, lang: Lang) -> Markup {
    html! { @if let Some(by) = by { " · " (say(lang, "nhập bởi ", "entered by ")) (by) } }
}
