//! The page, embedded in the program. Without a web build a plain page says so.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::Embed;

use super::error::Problem;
use super::extract::Language;

#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

const NO_WEB_BUILD: &str = include_str!("no_web_build.html");

/// A file of the web build; `/` is its index, `/field` the page for the field. Names under `assets/` carry a hash, so they
/// are kept for good; pages never are, nor the service worker.
pub async fn page_or_file(uri: Uri, Language(lang): Language) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index" } else { path };
    // A page is asked for by its name alone.
    let page = format!("{path}.html");
    let path = if path.contains(['.', '/']) { path } else { &page };
    match Dist::get(path) {
        Some(file) => {
            let kept = path.starts_with("assets/");
            let keep = if kept { "public, max-age=31536000, immutable" } else { "no-cache" };
            let kind = file.metadata.mimetype().to_owned();
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep.to_owned())], file.data).into_response()
        }
        None if path == "index.html" => (StatusCode::OK, Html(NO_WEB_BUILD)).into_response(),
        None => Problem::no_such_place(uri.path(), lang).into_response(),
    }
}
