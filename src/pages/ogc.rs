//! `/ogc` as people read it: what there is, and the features of a collection as a table.

use maud::{Markup, html};

use super::layout::page;
use super::words::say;
use crate::domain::Lang;
use crate::export::{FORMATS, Feature, Field, Kind, ShapeKind};
use crate::service::Service;
use crate::service::gis::{Collection, Page};

/// A page of features with the addresses of its neighbours.
pub struct OgcPage<'a> {
    pub page: &'a Page,
    pub next: Option<&'a str>,
    pub prev: Option<&'a str>,
}

fn at(path: &str, lang: Lang) -> String {
    format!("/ogc{path}?f=html&lang={}", say(lang, "vi", "en"))
}

pub fn ogc_landing(service: &Service, lang: Lang) -> String {
    let body = html! {
        h1 { (say(lang, "Dữ liệu cho GIS", "Data for a GIS")) }
        p { (say(lang,
            "OGC API – Features: dán địa chỉ này vào QGIS (Lớp → Thêm lớp WFS / OGC API) hoặc dùng OAPIF của GDAL.",
            "OGC API – Features: paste this address into QGIS (Layer → Add WFS / OGC API layer), or use GDAL's OAPIF.")) }
        ul {
            li { a href=(at("/collections", lang)) { (say(lang, "Các lớp dữ liệu", "Collections")) } }
            li { a href=(at("/conformance", lang)) { (say(lang, "Phần chuẩn được tuân theo", "What of the standards is kept")) } }
            li { a href="/ogc/api" { "OpenAPI 3.0" } " · " a href="/api/docs" { (say(lang, "cả API", "the whole API")) } }
            li { a href="/tiles" { (say(lang, "Ô bản đồ vectơ (MVT)", "Vector tiles (MVT)")) } }
        }
    };
    page(service, lang, "OGC API", body)
}

pub fn ogc_conformance(service: &Service, classes: &[&str], lang: Lang) -> String {
    let body = html! {
        h1 { (say(lang, "Phần chuẩn được tuân theo", "What of the standards is kept")) }
        ul { @for class in classes { li { (class) } } }
    };
    page(service, lang, "OGC API", body)
}

pub fn ogc_collections(service: &Service, collections: &[&Collection], lang: Lang) -> String {
    let body = html! {
        h1 { (say(lang, "Các lớp dữ liệu", "Collections")) }
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Lớp", "Collection")) } th { (say(lang, "Nội dung", "What it holds")) } } }
            tbody { @for c in collections { tr {
                td { a href=(at(&format!("/collections/{}", c.id), lang)) { (c.title().get(lang)) } }
                td { (c.about().get(lang)) }
            } } }
        } }
    };
    page(service, lang, say(lang, "Các lớp dữ liệu", "Collections"), body)
}

pub fn ogc_collection(service: &Service, collection: &Collection, lang: Lang) -> String {
    let path = format!("/collections/{}", collection.id);
    let kind = |f: &Field| match f.kind {
        Kind::Text => say(lang, "chữ", "text"),
        Kind::Integer => say(lang, "số nguyên", "whole number"),
        Kind::Number => say(lang, "số", "number"),
        Kind::Flag => say(lang, "đúng/sai", "true or false"),
        Kind::Date => say(lang, "ngày", "date"),
        Kind::Moment => say(lang, "thời điểm", "moment"),
    };
    let body = html! {
        h1 { (collection.title().get(lang)) }
        p { (collection.about().get(lang)) }
        p { a href=(at(&format!("{path}/items"), lang)) { (say(lang, "Xem các đối tượng", "Show the features")) } }
        p { (say(lang, "Tải về: ", "Download: "))
            @for f in FORMATS.iter().filter(|f| f.code != "gpx" || collection.shape == ShapeKind::Point) {
                a href={ "/ogc" (path) "/items?f=" (f.code) } { (f.name) } " "
            }
        }
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Trường", "Property")) } th { (say(lang, "Nghĩa", "Meaning")) }
                th { (say(lang, "Kiểu", "Kind")) } th { "Shapefile" } } }
            tbody { @for f in collection.fields { tr {
                td { (f.name) } td { (f.title(lang)) } td { (kind(f)) } td { (f.short) }
            } } }
        } }
    };
    page(service, lang, collection.title().get(lang), body)
}

fn values(collection: &Collection, feature: &Feature) -> Markup {
    html! { @for (_, value) in collection.fields.iter().zip(&feature.values) { td { (value.text()) } } }
}

pub fn ogc_items(service: &Service, collection: &Collection, shown: &OgcPage, lang: Lang) -> String {
    let features = &shown.page.features;
    let body = html! {
        h1 { (collection.title().get(lang)) }
        p.soft {
            (features.len())
            @if let Some(matched) = shown.page.matched { " / " (matched) }
            " " (say(lang, "đối tượng", "features"))
        }
        nav.actions aria-label=(say(lang, "Các trang", "Pages")) {
            @if let Some(prev) = shown.prev { a rel="prev" href=(prev) { (say(lang, "Trang trước", "Previous page")) } " " }
            @if let Some(next) = shown.next { a rel="next" href=(next) { (say(lang, "Trang sau", "Next page")) } }
        }
        div.wide tabindex="0" { table {
            thead { tr { th { "id" } @for f in collection.fields { th { (f.title(lang)) } } } }
            tbody { @for f in features { tr {
                td { a href=(at(&format!("/collections/{}/items/{}", collection.id, address(&f.id)), lang)) { (f.id) } }
                (values(collection, f))
            } } }
        } }
    };
    page(service, lang, collection.title().get(lang), body)
}

pub fn ogc_item(service: &Service, collection: &Collection, feature: &Feature, lang: Lang) -> String {
    let body = html! {
        h1 { (collection.title().get(lang)) ": " (feature.id) }
        p { a href={ "/ogc/collections/" (collection.id) "/items/" (address(&feature.id)) "?f=json" } { "GeoJSON" } }
        table { tbody { @for (field, value) in collection.fields.iter().zip(&feature.values) { tr {
            th { (field.title(lang)) } td { (value.text()) }
        } } } }
    };
    page(service, lang, &feature.id, body)
}

/// An id inside an address.
fn address(id: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    id.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
