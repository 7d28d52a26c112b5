//! Features: a page of them, one of them, all of them as a file.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use geo::MapCoords;
use jiff::Timestamp;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::super::AppState;
use super::super::auth::{MaybeAsker, blocking};
use super::super::error::Problem;
use super::asked::{Asked, Form, encoded};
use super::{CRS84, link, stream};
use crate::crs::{self, CrsId};
use crate::domain::Text;
use crate::export::{Feature, Format, Options, XyOrWkt, feature_json};
use crate::pages;
use crate::service::ActionError;
use crate::service::gis::{Asked as Question, ExportQuery, read_crs, uri_of};

/// The parameters of a page of features. Every property of the collection is one too: its value has to be equal.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // for the document; they are read by `Asked`
pub struct ItemsParams {
    /// Features on a page, up to 10 000; default 100. Of a file: at most so many; default all.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    limit: Option<u32>,
    /// Four numbers: a box that features have to meet.
    #[param(value_type = Option<String>)]
    bbox: Option<String>,
    /// CRS of the box, as an OGC URI or a code; default CRS84.
    #[param(rename = "bbox-crs")]
    bbox_crs: Option<String>,
    /// CRS of the answer, as an OGC URI or a code; default CRS84.
    crs: Option<String>,
    /// A moment, a day, or an interval: boundaries and records as of then, incidents that occurred then.
    datetime: Option<String>,
    /// CQL2.
    filter: Option<String>,
    /// cql2-text or cql2-json.
    #[param(rename = "filter-lang")]
    filter_lang: Option<String>,
    /// CRS of geometries in the filter; default CRS84.
    #[param(rename = "filter-crs")]
    filter_crs: Option<String>,
    /// Names of sortables, `-` before one for descending.
    sortby: Option<String>,
    /// From a next or prev link.
    cursor: Option<String>,
    /// json, html, or a file: geojson, geojsonseq, gpkg, fgb, shp, kml, gpx, csv, xlsx, parquet.
    f: Option<String>,
    /// CSV: true begins with a byte-order mark, which Excel needs.
    bom: Option<bool>,
    /// CSV, XLSX: wkt, also for points.
    geometry: Option<String>,
}

/// The CRS the answer is to be in, and whether its axes are in the registry's order.
fn answer_crs(asked: &Asked) -> Result<(CrsId, bool), Problem> {
    let refused = |e: ActionError| Problem::refused(&e, asked.lang);
    asked.get("crs").map_or(Ok((CrsId::WGS84, false)), |c| read_crs(c).map_err(refused))
}

/// A page of features, or all of them as a file.
#[utoipa::path(get, path = "/ogc/collections/{id}/items", params(("id" = String, Path), ItemsParams), responses(
    (status = 200, body = Value, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn items(
    State(state): State<AppState>,
    MaybeAsker(who): MaybeAsker,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let refused = |e: &ActionError| Problem::refused(e, asked.lang);
    let crs = answer_crs(&asked)?;
    let (office, text) = (state.office.clone(), asked.text());
    let question = blocking(move || office.ask(who.as_ref(), &id, &text)).await.map_err(|e| refused(&e))?;
    if let Form::File(format) = asked.form {
        return file(&state, question, &asked, format, crs.0);
    }
    let office = state.office.clone();
    let (question, page) = blocking(move || {
        let page = office.page(&question);
        (question, page)
    })
    .await;
    let page = page.map_err(|e| refused(&e))?;
    let next = page.next.as_deref().map(|c| asked.with(&[("cursor", Some(c))]));
    let prev = page.prev.as_deref().map(|c| asked.with(&[("cursor", Some(c))]));
    if matches!(asked.form, Form::Html) {
        let shown = pages::OgcPage { page: &page, next: next.as_deref(), prev: prev.as_deref() };
        let html = pages::ogc_items(&state.office.now(), question.collection, &shown, asked.lang);
        return Ok(private(Html(html).into_response()));
    }
    let mut links = vec![
        link("self", "application/geo+json", asked.with(&[]), "This document"),
        link("alternate", "text/html", asked.with(&[("f", Some("html"))]), "This document as HTML"),
        link(
            "collection",
            "application/json",
            asked.ogc(&format!("/collections/{}", question.collection.id)),
            "The collection",
        ),
    ];
    links.extend(next.map(|href| link("next", "application/geo+json", href, "The next page")));
    links.extend(prev.map(|href| link("prev", "application/geo+json", href, "The page before")));
    let features = page.features.iter().map(|f| shown(f, &question, crs, &asked)).collect::<Result<Vec<_>, _>>()?;
    let mut value = json!({
        "type": "FeatureCollection",
        "timeStamp": Timestamp::now().to_string(),
        "numberReturned": features.len(),
        "links": links,
        "attribution": question.layer.attribution,
        "licence": question.layer.licence,
        "note": question.layer.note.get(asked.lang),
        "features": features,
    });
    if let Some(matched) = page.matched {
        value["numberMatched"] = matched.into();
    }
    Ok(geojson(&value, crs))
}

/// One feature.
#[utoipa::path(get, path = "/ogc/collections/{id}/items/{feature}",
    params(("id" = String, Path), ("feature" = String, Path),
           ("crs" = Option<String>, Query, description = "CRS of the answer"),
           ("datetime" = Option<String>, Query, description = "A moment or a day: as of then")),
    responses((status = 200, body = Value, content_type = "application/geo+json"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn item(
    State(state): State<AppState>,
    MaybeAsker(who): MaybeAsker,
    Path((id, feature)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&["crs", "datetime"])?;
    let html = asked.html_or_json()?;
    let crs = answer_crs(&asked)?;
    let (office, text) = (state.office.clone(), asked.text());
    let found = blocking(move || {
        let question = office.ask(who.as_ref(), &id, &text)?;
        let feature = office.item(&question, &feature)?;
        Ok::<_, ActionError>((question, feature))
    });
    let (question, feature) = found.await.map_err(|e| Problem::refused(&e, asked.lang))?;
    if html {
        let html = pages::ogc_item(&state.office.now(), question.collection, &feature, asked.lang);
        return Ok(private(Html(html).into_response()));
    }
    let mut value = shown(&feature, &question, crs, &asked)?;
    let collection = asked.ogc(&format!("/collections/{}", question.collection.id));
    value["links"] = json!([
        link("self", "application/geo+json", asked.with(&[]), "This document"),
        link("alternate", "text/html", asked.with(&[("f", Some("html"))]), "This document as HTML"),
        link("collection", "application/json", collection, "The collection"),
    ]);
    Ok(geojson(&value, crs))
}

/// A feature as it is shown, in a CRS.
fn shown(feature: &Feature, question: &Question, crs: (CrsId, bool), asked: &Asked) -> Result<Value, Problem> {
    let fields = question.collection.fields;
    let (crs, north_first) = crs;
    let mut value = if crs == CrsId::WGS84 && !north_first {
        feature_json(feature, fields)
    } else {
        let geometry = feature.geometry.as_ref().map(|g| {
            g.try_map_coords(|c| {
                let (x, y) = crs::to_grid(c.x, c.y, crs)?;
                Ok::<_, crs::PositionError>(if north_first { geo::Coord { x: y, y: x } } else { geo::Coord { x, y } })
            })
        });
        let geometry = geometry.transpose().map_err(|e| Problem::refused(&e.into(), asked.lang))?;
        feature_json(&Feature { geometry, ..feature.clone() }, fields)
    };
    let href = format!("/collections/{}/items/{}", question.collection.id, encoded(&feature.id));
    value["links"] = json!([link("self", "application/geo+json", asked.ogc(&href), "This feature")]);
    Ok(value)
}

/// What somebody may see is for them alone.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

fn geojson(value: &Value, (crs, north_first): (CrsId, bool)) -> Response {
    let uri = if crs == CrsId::WGS84 && !north_first {
        CRS84.to_owned()
    } else {
        uri_of(crs).unwrap_or_else(|| crs.code().to_owned())
    };
    let headers = [
        (header::CONTENT_TYPE, "application/geo+json".to_owned()),
        (HeaderName::from_static("content-crs"), format!("<{uri}>")),
    ];
    private((headers, value.to_string()).into_response())
}

/// Everything that passes as a file, streamed.
fn file(
    state: &AppState,
    question: Question,
    asked: &Asked,
    format: &'static Format,
    crs: CrsId,
) -> Result<Response, Problem> {
    let lang = asked.lang;
    let csv = match asked.get("geometry") {
        None => XyOrWkt::Suited,
        Some("wkt") => XyOrWkt::Wkt,
        Some(_) => return Err(Problem::bad_parameter("geometry", lang)),
    };
    let options = Options { crs, bom: asked.get("bom") == Some("true"), csv };
    let refused = |text: Text| Problem::refused(&ActionError::Invalid(text), lang);
    format.check(&question.layer, &options).map_err(|e| refused(e.text()))?;
    let limit = asked.get("limit").map(|_| question.query.limit);
    let name = format!("attachment; filename=\"{}.{}\"", question.collection.id, format.extension);
    let (office, file) = (state.office.clone(), ExportQuery { format, options, limit });
    let body =
        stream::body(move |out| office.export_features(&question, &file, out).map(drop).map_err(|e| e.text().en));
    let kind = match format.code {
        "csv" => "text/csv; charset=utf-8; header=present",
        _ => format.media_type,
    };
    Ok(private(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response()))
}
