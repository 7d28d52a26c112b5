//! The landing page, and what of the standards is kept.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::super::AppState;
use super::super::error::Problem;
use super::asked::Asked;
use super::{answer, link};
use crate::pages;

/// The classes of requirements this keeps.
pub const CONFORMS_TO: [&str; 27] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    // As drafts named them; programs in use look for these.
    "http://www.opengis.net/spec/cql2/0.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/0.0/conf/basic-cql2",
    "http://www.opengis.net/spec/ogcapi-features-3/0.0/conf/filter",
];

/// OGC API – Features: the landing page. Paste this address into QGIS, or `OAPIF:…/ogc` for GDAL.
#[utoipa::path(get, path = "/ogc", params(("f" = Option<String>, Query, description = "json or html")), responses(
    (status = 200, body = serde_json::Value), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn landing(State(state): State<AppState>, asked: Asked) -> Result<Response, Problem> {
    asked.only(&[])?;
    let service = state.office.now();
    if asked.html_or_json()? {
        return Ok(Html(pages::ogc_landing(&service, asked.lang)).into_response());
    }
    let json = "application/json";
    let value = json!({
        "title": "giapranh",
        "description": "Địa giới, tranh chấp, thỏa thuận, vụ việc về rừng vùng giáp ranh. / Boundaries, disputes, \
                        agreements and forest incidents on commune boundaries.",
        "attribution": service.datasets().map(|d| d.attribution.as_str()).collect::<Vec<_>>().join("; "),
        "links": [
            link("self", json, asked.ogc(""), "This document"),
            link("alternate", "text/html", asked.ogc("?f=html"), "This document as HTML"),
            link("service-desc", "application/vnd.oai.openapi+json;version=3.0", asked.ogc("/api"), "The API (OpenAPI 3.0)"),
            link("service-doc", "text/html", format!("{}/api/docs", asked.base), "The API, to browse"),
            link("conformance", json, asked.ogc("/conformance"), "What of the standards is kept"),
            link("data", json, asked.ogc("/collections"), "The collections"),
            link("http://www.opengis.net/def/rel/ogc/1.0/conformance", json, asked.ogc("/conformance"), "Conformance"),
            link("http://www.opengis.net/def/rel/ogc/1.0/data", json, asked.ogc("/collections"), "Collections"),
            link("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", json, format!("{}/tiles", asked.base), "Vector tiles"),
        ],
    });
    Ok(answer(json, &value))
}

/// The classes of requirements that are kept.
#[utoipa::path(get, path = "/ogc/conformance", responses(
    (status = 200, body = serde_json::Value), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn conformance(State(state): State<AppState>, asked: Asked) -> Result<Response, Problem> {
    asked.only(&[])?;
    if asked.html_or_json()? {
        return Ok(Html(pages::ogc_conformance(&state.office.now(), &CONFORMS_TO, asked.lang)).into_response());
    }
    Ok(answer("application/json", &json!({"conformsTo": CONFORMS_TO})))
}
