//! What handlers take from a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::{header, request::Parts};
use serde::de::DeserializeOwned;

use super::error::Problem;
use crate::domain::Lang;

/// The language asked for: `lang=vi|en`, else the first of Accept-Language that is one of them, else Vietnamese.
#[derive(Debug, Clone, Copy)]
pub struct Language(pub Lang);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| lang(pair.strip_prefix("lang=")?));
        let accepted = || {
            let header = parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            header.split(',').find_map(lang)
        };
        Ok(Language(asked.or_else(accepted).unwrap_or_default()))
    }
}

fn lang(tag: &str) -> Option<Lang> {
    let tag = tag.trim().to_ascii_lowercase();
    if tag.starts_with("vi") {
        Some(Lang::Vi)
    } else if tag.starts_with("en") {
        Some(Lang::En)
    } else {
        None
    }
}

/// Query parameters, with our own words when they cannot be read.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Language(lang)) = Language::from_request_parts(parts, state).await;
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Params(params)),
            Err(_) => {
                Err(Problem::bad_parameter(parts.uri.query().unwrap_or_default().split('&').next().unwrap_or(""), lang))
            }
        }
    }
}
