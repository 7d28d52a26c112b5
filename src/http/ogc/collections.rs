//! The collections, their queryables and sortables.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::super::AppState;
use super::super::auth::MaybeAsker;
use super::super::error::Problem;
use super::asked::Asked;
use super::{CRS84, answer, crs_list, link};
use crate::domain::Who;
use crate::export::{FORMATS, Field, Kind, ShapeKind};
use crate::pages;
use crate::service::gis::{COLLECTIONS, Collection, Of, find, sortables as sortable_fields};
use crate::service::{ActionError, PeopleError, Service};

const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
const SORTABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/sortables";

/// Where anything of a collection can be: the land of the maps.
fn extent(service: &Service, collection: &Collection) -> Value {
    use geo::BoundingRect;
    let rects = service.engine.layers().flat_map(|l| l.shapes.iter().filter_map(|s| s.shape.bounding_rect()));
    let around = rects.reduce(|a, b| {
        geo::Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    });
    let bbox = match (collection.of, around) {
        // A report can be about any place.
        (Of::Incidents, _) | (_, None) => json!([-180.0, -90.0, 180.0, 90.0]),
        (_, Some(r)) => json!([r.min().x, r.min().y, r.max().x, r.max().y]),
    };
    let mut extent = json!({"spatial": {"bbox": [bbox], "crs": CRS84}});
    if !matches!(collection.of, Of::Timeless(_)) {
        let first = service.engine.first_date().filter(|_| collection.is_of_a_date());
        let first = first.map(|d| format!("{d}T00:00:00+07:00"));
        extent["temporal"] =
            json!({"interval": [[first, Value::Null]], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"});
    }
    extent
}

fn describe(service: &Service, collection: &Collection, asked: &Asked) -> Value {
    let at = |rest: &str| asked.ogc(&format!("/collections/{}{rest}", collection.id));
    let lang = asked.lang;
    let mut links = vec![
        link("self", "application/json", at(""), "This document"),
        link("alternate", "text/html", at("?f=html"), "This document as HTML"),
        link("items", "application/geo+json", at("/items"), "The features as GeoJSON"),
        link("items", "text/html", at("/items?f=html"), "The features as HTML"),
        link(QUERYABLES, "application/schema+json", at("/queryables"), "What can be filtered by"),
        link(SORTABLES, "application/schema+json", at("/sortables"), "What can be sorted by"),
    ];
    for format in FORMATS.iter().filter(|f| f.code != "gpx" || collection.shape == ShapeKind::Point) {
        links.push(link("enclosure", format.media_type, at(&format!("/items?f={}", format.code)), format.name));
    }
    let layer = collection.layer(service, Some(crate::domain::today_in_vietnam()));
    json!({
        "id": collection.id,
        "title": collection.title().get(lang),
        "description": collection.about().get(lang),
        "attribution": layer.attribution,
        "license": layer.licence,
        "itemType": "feature",
        "extent": extent(service, collection),
        "crs": crs_list(),
        "storageCrs": CRS84,
        "links": links,
    })
}

fn visible(who: Option<&Who>) -> impl Iterator<Item = &'static Collection> {
    COLLECTIONS.iter().filter(move |c| c.is_for(who))
}

/// The collections; incidents are among them for who may read them.
#[utoipa::path(get, path = "/ogc/collections", responses(
    (status = 200, body = Value), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn collections(
    State(state): State<AppState>,
    MaybeAsker(who): MaybeAsker,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[])?;
    let service = state.office.now();
    if asked.html_or_json()? {
        let all: Vec<&Collection> = visible(who.as_ref()).collect();
        return Ok(Html(pages::ogc_collections(&service, &all, asked.lang)).into_response());
    }
    let all: Vec<Value> = visible(who.as_ref()).map(|c| describe(&service, c, &asked)).collect();
    let value = json!({
        "links": [
            link("self", "application/json", asked.ogc("/collections"), "This document"),
            link("alternate", "text/html", asked.ogc("/collections?f=html"), "This document as HTML"),
        ],
        "crs": crs_list(),
        "collections": all,
        "numberMatched": all.len(),
        "numberReturned": all.len(),
    });
    Ok(answer("application/json", &value))
}

/// A collection that this person may know of.
fn known(id: &str, who: Option<&Who>, asked: &Asked) -> Result<&'static Collection, Problem> {
    let refused = |e: ActionError| Problem::refused(&e, asked.lang);
    let found = find(id).map_err(refused)?;
    if found.is_for(who) { Ok(found) } else { Err(refused(PeopleError::NotSignedIn.into())) }
}

/// One collection.
#[utoipa::path(get, path = "/ogc/collections/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Value), (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn collection(
    State(state): State<AppState>,
    MaybeAsker(who): MaybeAsker,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[])?;
    let collection = known(&id, who.as_ref(), &asked)?;
    let service = state.office.now();
    if asked.html_or_json()? {
        return Ok(Html(pages::ogc_collection(&service, collection, asked.lang)).into_response());
    }
    Ok(answer("application/json", &describe(&service, collection, &asked)))
}

/// A field as a JSON schema.
fn schema(field: &Field, asked: &Asked) -> Value {
    let title = field.title(asked.lang);
    match field.kind {
        Kind::Text => json!({"title": title, "type": "string"}),
        Kind::Integer => json!({"title": title, "type": "integer"}),
        Kind::Number => json!({"title": title, "type": "number"}),
        Kind::Flag => json!({"title": title, "type": "boolean"}),
        Kind::Date => json!({"title": title, "type": "string", "format": "date"}),
        Kind::Moment => json!({"title": title, "type": "string", "format": "date-time"}),
    }
}

fn schema_document(collection: &Collection, asked: &Asked, properties: Map<String, Value>) -> Response {
    let value = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}{}", asked.base, asked.path),
        "type": "object",
        "title": collection.title().get(asked.lang),
        "properties": properties,
        "additionalProperties": false,
    });
    answer("application/schema+json", &value)
}

/// What a collection can be filtered by.
#[utoipa::path(get, path = "/ogc/collections/{id}/queryables", params(("id" = String, Path)), responses(
    (status = 200, body = Value, content_type = "application/schema+json"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn queryables(
    MaybeAsker(who): MaybeAsker,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[])?;
    let collection = known(&id, who.as_ref(), &asked)?;
    let kind = match collection.shape {
        ShapeKind::Point => "geometry-point",
        ShapeKind::Line => "geometry-multilinestring",
        ShapeKind::Land => "geometry-multipolygon",
        ShapeKind::Mixed => "geometry-any",
    };
    let mut properties = Map::new();
    properties.insert("id".into(), json!({"title": "id", "type": "string"}));
    properties.insert("geometry".into(), json!({"format": kind, "x-ogc-role": "primary-geometry"}));
    properties.extend(collection.fields.iter().map(|f| (f.name.to_owned(), schema(f, &asked))));
    Ok(schema_document(collection, &asked, properties))
}

/// What a collection can be sorted by.
#[utoipa::path(get, path = "/ogc/collections/{id}/sortables", params(("id" = String, Path)), responses(
    (status = 200, body = Value, content_type = "application/schema+json"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn sortables(MaybeAsker(who): MaybeAsker, Path(id): Path<String>, asked: Asked) -> Result<Response, Problem> {
    asked.only(&[])?;
    let collection = known(&id, who.as_ref(), &asked)?;
    let properties = sortable_fields(collection).map(|f| (f.name.to_owned(), schema(f, &asked))).collect();
    Ok(schema_document(collection, &asked, properties))
}
