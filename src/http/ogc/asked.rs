//! What a request asks for: parameters, form, and the addresses of its answer.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::super::AppState;
use super::super::error::Problem;
use super::super::extract::Language;
use crate::domain::Lang;
use crate::export::Format;
use crate::service::gis::{ItemsText, is_reserved};

/// How the answer is to look.
#[derive(Clone, Copy)]
pub enum Form {
    Json,
    Html,
    /// The whole as a file.
    File(&'static Format),
}

/// A request to `/ogc`.
pub struct Asked {
    pub form: Form,
    /// `https://forest.example`, without a slash at the end.
    pub base: String,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub lang: Lang,
}

impl FromRequestParts<AppState> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Ok(Language(lang)) = Language::from_request_parts(parts, state).await;
        let Ok(Query(params)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else {
            return Err(Problem::bad_parameter("?", lang));
        };
        let f = params.iter().rev().find(|(name, _)| name == "f").map(|(_, value)| value.as_str());
        let form = match f {
            Some("json") => Form::Json,
            Some("html") => Form::Html,
            Some("") | None => accepted(&parts.headers),
            Some(word) => Form::of(word).ok_or_else(|| Problem::bad_parameter("f", lang))?,
        };
        let base = base(&parts.headers, state.access.tls);
        Ok(Asked { form, base, path: parts.uri.path().to_owned(), params, lang })
    }
}

impl Form {
    fn of(word: &str) -> Option<Form> {
        match Format::find(word)? {
            format if format.code == "geojson" => Some(Form::Json),
            format => Some(Form::File(format)),
        }
    }
}

/// The first form of Accept that there is; JSON where it says nothing.
fn accepted(headers: &HeaderMap) -> Form {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds
        .find_map(|kind| match kind {
            "text/html" | "application/xhtml+xml" => Some(Form::Html),
            "application/json" | "application/geo+json" => Some(Form::Json),
            kind => Form::of(kind),
        })
        .unwrap_or(Form::Json)
}

/// Where this server is, as whoever asks knows it.
pub fn base(headers: &HeaderMap, tls: bool) -> String {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    // It goes into addresses: nothing that is no name of a host.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    let host = if host.chars().all(plain) { host } else { "localhost" };
    format!("{}://{host}", if tls { "https" } else { "http" })
}

impl Asked {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.trim().is_empty())
    }

    /// The address of a place under `/ogc`.
    pub fn ogc(&self, rest: &str) -> String {
        format!("{}/ogc{rest}", self.base)
    }

    /// This address with other parameters, `None` taking one out.
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let kept = self.params.iter().filter(|(name, _)| !changes.iter().any(|(n, _)| n == name));
        let kept = kept.map(|(n, v)| (n.as_str(), v.as_str()));
        let new = changes.iter().filter_map(|(n, v)| v.map(|v| (*n, v)));
        let pairs: Vec<String> = kept.chain(new).map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", self.base, self.path, pairs.join("&"))
    }

    /// The query in the service's words; what is no parameter of ours is the name of a property.
    pub fn text(&self) -> ItemsText {
        let get = |name: &str| self.get(name).map(str::to_owned);
        ItemsText {
            bbox: get("bbox"),
            bbox_crs: get("bbox-crs"),
            datetime: get("datetime"),
            filter: get("filter"),
            filter_lang: get("filter-lang"),
            filter_crs: get("filter-crs"),
            sortby: get("sortby"),
            limit: get("limit"),
            cursor: get("cursor"),
            properties: self.params.iter().filter(|(n, _)| !is_reserved(n)).cloned().collect(),
        }
    }

    /// Only these parameters may be there (17-069r4, 7.2.1: others are refused).
    ///
    /// # Errors
    /// There is another.
    pub fn only(&self, names: &[&str]) -> Result<(), Problem> {
        match self.params.iter().find(|(n, _)| !["f", "lang"].contains(&n.as_str()) && !names.contains(&n.as_str())) {
            Some((name, _)) => Err(Problem::bad_parameter(name, self.lang)),
            None => Ok(()),
        }
    }

    /// Files are for items only.
    ///
    /// # Errors
    /// One is asked for.
    pub fn html_or_json(&self) -> Result<bool, Problem> {
        match self.form {
            Form::Html => Ok(true),
            Form::Json => Ok(false),
            Form::File(_) if self.get("f").is_some() => Err(Problem::bad_parameter("f", self.lang)),
            Form::File(_) => Ok(false),
        }
    }
}

/// As part of an address (RFC 3986, unreserved as they are).
pub fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/' | b',' | b':');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
