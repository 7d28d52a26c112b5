//! The document GIS programs read: OpenAPI 3.0 with a path for each collection. (`/api/openapi.json` is 3.1, for everything.)

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::super::AppState;
use super::super::auth::MaybeAsker;
use super::super::error::Problem;
use super::answer;
use super::asked::Asked;
use crate::export::{FORMATS, Format, Kind};
use crate::service::gis::{COLLECTIONS, Collection, DEFAULT_LIMIT, MAX_LIMIT, PARAMETERS};

fn ok(kind: &str, words: &str, schema: &str) -> Value {
    let mut content = Map::new();
    content.insert(kind.into(), json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}}));
    content.insert("text/html".into(), json!({"schema": {"type": "string"}}));
    if schema == "featureCollection" {
        for format in FORMATS.iter().filter(|f| f.media_type != kind) {
            content.insert(format.media_type.into(), json!({"schema": {"type": "string", "format": "binary"}}));
        }
    }
    json!({
        "200": {"description": words, "content": content},
        "400": {"$ref": "#/components/responses/problem"},
        "401": {"$ref": "#/components/responses/problem"},
        "404": {"$ref": "#/components/responses/problem"},
    })
}

fn get(id: &str, summary: &str, tag: &str, parameters: Value, responses: Value) -> Value {
    json!({"get": {"operationId": id, "summary": summary, "tags": [tag], "parameters": parameters, "responses": responses}})
}

fn shared(names: &[&str]) -> Vec<Value> {
    names.iter().map(|n| json!({"$ref": format!("#/components/parameters/{n}")})).collect()
}

fn paths_of(collection: &Collection, paths: &mut Map<String, Value>) {
    let (id, at) = (collection.id, format!("/collections/{}", collection.id));
    let json = "application/json";
    let geojson = "application/geo+json";
    let title = collection.title().en;
    let mut parameters = shared(&PARAMETERS);
    for field in collection.fields {
        let schema = match field.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Date => json!({"type": "string", "format": "date"}),
            Kind::Moment => json!({"type": "string", "format": "date-time"}),
        };
        parameters.push(json!({
            "name": field.name, "in": "query", "required": false, "description": field.en, "schema": schema,
            "style": "form", "explode": false,
        }));
    }
    let plain = || json!(shared(&["f-document", "lang"]));
    paths.insert(at.clone(), get(&format!("{id}.describe"), &title, id, plain(), ok(json, &title, "collection")));
    let schema = "application/schema+json";
    for what in ["queryables", "sortables"] {
        let path = format!("{at}/{what}");
        paths.insert(path, get(&format!("{id}.{what}"), what, id, plain(), ok(schema, what, "object")));
    }
    let items =
        get(&format!("{id}.items"), &title, id, json!(parameters), ok(geojson, "Features", "featureCollection"));
    paths.insert(format!("{at}/items"), items);
    let mut parameters = shared(&["crs", "datetime", "f-document", "lang"]);
    parameters.push(json!({"name": "featureId", "in": "path", "required": true, "schema": {"type": "string"}}));
    let item = get(&format!("{id}.item"), "One feature", id, json!(parameters), ok(geojson, "A feature", "feature"));
    paths.insert(format!("{at}/items/{{featureId}}"), item);
}

fn parameters() -> Value {
    let text = |name: &str, words: &str| json!({"name": name, "in": "query", "required": false, "description": words, "schema": {"type": "string"}});
    let one_of = |name: &str, words: &str, all: &[&str]| {
        json!({"name": name, "in": "query", "required": false, "description": words,
               "schema": {"type": "string", "enum": all}})
    };
    let mut forms = vec!["json", "html"];
    let codes = Format::codes();
    forms.extend(codes.split(", "));
    json!({
        "limit": {"name": "limit", "in": "query", "required": false, "description": "Features on a page",
                  "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                  "style": "form", "explode": false},
        "bbox": {"name": "bbox", "in": "query", "required": false, "description": "A box that features meet",
                 "schema": {"type": "array", "items": {"type": "number"},
                            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]},
                 "style": "form", "explode": false},
        "datetime": text("datetime", "A moment, a day or an interval"),
        "bbox-crs": text("bbox-crs", "CRS of the box, an OGC URI"),
        "crs": text("crs", "CRS of the answer, an OGC URI"),
        "filter": text("filter", "CQL2"),
        "filter-lang": one_of("filter-lang", "Language of the filter", &["cql2-text", "cql2-json"]),
        "filter-crs": text("filter-crs", "CRS of geometries in the filter"),
        "sortby": text("sortby", "Sortables, - before one for descending"),
        "cursor": text("cursor", "From a next or prev link"),
        "f": one_of("f", "Form of the answer; files hold everything that passes", &forms),
        "f-document": one_of("f", "Form of the answer", &["json", "html"]),
        "lang": one_of("lang", "Language of words", &["vi", "en"]),
        "bom": {"name": "bom", "in": "query", "required": false, "description": "CSV with a byte-order mark",
                "schema": {"type": "boolean"}},
        "geometry": one_of("geometry", "CSV, XLSX: WKT also for points", &["wkt"]),
    })
}

fn schemas() -> Value {
    let link = json!({"type": "object", "required": ["href", "rel"], "properties": {
        "href": {"type": "string"}, "rel": {"type": "string"}, "type": {"type": "string"}, "title": {"type": "string"}}});
    let links = json!({"type": "array", "items": {"$ref": "#/components/schemas/link"}});
    let feature = json!({"type": "object", "required": ["type", "geometry", "properties", "id"], "properties": {
        "type": {"type": "string", "enum": ["Feature"]}, "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": true}, "properties": {"type": "object"}, "links": links}});
    json!({
        "link": link,
        "feature": feature,
        "object": {"type": "object"},
        "landing": {"type": "object", "required": ["links"], "properties": {"title": {"type": "string"}, "links": links}},
        "conformance": {"type": "object", "required": ["conformsTo"], "properties": {
            "conformsTo": {"type": "array", "items": {"type": "string"}}}},
        "collection": {"type": "object", "required": ["id", "links"], "properties": {
            "id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"},
            "extent": {"type": "object"}, "crs": {"type": "array", "items": {"type": "string"}},
            "storageCrs": {"type": "string"}, "links": links}},
        "collections": {"type": "object", "required": ["collections", "links"], "properties": {
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}}, "links": links}},
        "featureCollection": {"type": "object", "required": ["type", "features", "links", "numberReturned"], "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": links, "numberReturned": {"type": "integer", "minimum": 0},
            "numberMatched": {"type": "integer", "minimum": 0}, "timeStamp": {"type": "string", "format": "date-time"}}},
        "problem": {"type": "object", "required": ["title", "status", "code"], "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"}, "code": {"type": "string"}}},
    })
}

/// The OpenAPI 3.0 document of `/ogc`.
#[utoipa::path(get, path = "/ogc/api", responses(
    (status = 200, body = Value, content_type = "application/vnd.oai.openapi+json;version=3.0")))]
pub async fn api(
    State(state): State<AppState>,
    MaybeAsker(who): MaybeAsker,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[])?;
    let json = "application/json";
    let plain = || json!(shared(&["f-document", "lang"]));
    let mut paths = Map::new();
    paths.insert("/".into(), get("landing", "Landing page", "about", plain(), ok(json, "Landing page", "landing")));
    let conformance = ok(json, "Conformance", "conformance");
    paths.insert("/conformance".into(), get("conformance", "Conformance", "about", plain(), conformance));
    let all = ok(json, "Collections", "collections");
    paths.insert("/collections".into(), get("collections", "Collections", "about", plain(), all));
    for collection in COLLECTIONS.iter().filter(|c| c.is_for(who.as_ref())) {
        paths_of(collection, &mut paths);
    }
    let licence = state.office.now().datasets().map(|d| d.licence.clone()).collect::<Vec<_>>().join("; ");
    let value = json!({
        "openapi": "3.0.3",
        "info": {"title": "giapranh – OGC API Features", "version": env!("CARGO_PKG_VERSION"),
                 "description": format!("Features of giapranh. Licences of the boundaries: {licence}")},
        "servers": [{"url": asked.ogc("")}],
        "paths": paths,
        "components": {
            "parameters": parameters(),
            "schemas": schemas(),
            "responses": {"problem": {"description": "What was wrong, and what to do",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    });
    Ok(answer("application/vnd.oai.openapi+json;version=3.0", &value))
}
