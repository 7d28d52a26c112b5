//! Which features of a collection, in which order, from where on: read from text once, for every way in.

use std::cmp::Ordering;

use geo::{BoundingRect, Coord, Intersects, Rect};
use serde_json::Value;

use super::cursor::Cursor;
use super::filter::Filter;
use super::{Collection, Of, When, when};
use crate::crs::{self, CrsId};
use crate::domain::Text;
use crate::export::{Cell, Feature, Field, Kind};
use crate::service::ActionError;
use crate::store::db::Value as Sql;
use crate::store::{ItemsColumn, ItemsCondition};

/// The most features on one page.
pub const MAX_LIMIT: usize = 10_000;
pub const DEFAULT_LIMIT: usize = 100;

/// Parameters of every question, told in the document of the API.
pub const PARAMETERS: [&str; 14] = [
    "limit",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "cursor",
    "f",
    "lang",
    "bom",
    "geometry",
];

/// Parameters that are no names of properties.
pub fn is_reserved(name: &str) -> bool {
    PARAMETERS.contains(&name) || matches!(name, "at" | "properties")
}

/// A query as it is typed.
#[derive(Debug, Clone, Default)]
pub struct ItemsText {
    /// Four or six numbers.
    pub bbox: Option<String>,
    /// CRS of the box: a code, or an OGC URI, whose axis order counts then.
    pub bbox_crs: Option<String>,
    pub datetime: Option<String>,
    /// CQL2, text or JSON.
    pub filter: Option<String>,
    pub filter_lang: Option<String>,
    pub filter_crs: Option<String>,
    /// Names of fields, `-` before one for descending.
    pub sortby: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
    /// Fields that have to have a value.
    pub properties: Vec<(String, String)>,
}

/// A query that has been read.
#[derive(Debug, Clone)]
pub struct Query {
    /// WGS 84; one that crosses 180° is two. Empty: everywhere.
    pub bbox: Vec<Rect<f64>>,
    pub when: Option<When>,
    pub equal: Vec<(usize, Cell)>,
    pub filter: Option<Filter>,
    /// Places of fields, true: descending.
    pub sort: Vec<(usize, bool)>,
    pub limit: usize,
    pub cursor: Option<Cursor>,
    /// The field `when` is about, of features that are not of a date.
    moment: Option<usize>,
    columns: Vec<Option<ItemsColumn>>,
}

/// A page of features.
#[derive(Debug, Clone)]
pub struct Page {
    pub features: Vec<Feature>,
    /// How many there are in all, where counting them costs nothing.
    pub matched: Option<usize>,
    pub next: Option<String>,
    pub prev: Option<String>,
}

fn bad(name: &str, shown: &str, vi: &str, en: &str) -> ActionError {
    let shown: String = shown.chars().take(60).collect();
    ActionError::Invalid(Text::new(
        format!("Không đọc được {name} «{shown}»: {vi}"),
        format!("Cannot read {name} “{shown}”: {en}"),
    ))
}

/// A CRS by OGC URI or by a code; true: the axes are in the order of the registry, as OGC asks for with a URI.
///
/// # Errors
/// It is not one of the table.
pub fn read_crs(text: &str) -> Result<(CrsId, bool), ActionError> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    if text.ends_with("/OGC/1.3/CRS84") || text.ends_with("OGC:1.3:CRS84") || text.eq_ignore_ascii_case("crs84") {
        return Ok((CrsId::WGS84, false));
    }
    let uri = text.strip_prefix("http://www.opengis.net/def/crs/EPSG/").or(text.strip_prefix("urn:ogc:def:crs:EPSG:"));
    match uri {
        Some(rest) => {
            let code = rest.rsplit(['/', ':']).next().and_then(|c| c.parse().ok()).and_then(CrsId::of_epsg);
            let crs = code.ok_or_else(|| {
                let known: Vec<String> = CrsId::all().filter_map(uri_of).collect();
                let known = known.join(", ");
                bad("crs", text, &format!("các hệ có: {known}"), &format!("there are {known}"))
            })?;
            Ok((crs, crs.is_north_first()))
        }
        None => Ok((CrsId::parse(text)?, false)),
    }
}

/// The OGC URI of a CRS; `None` for VN-2000 nội bộ, which no registry knows.
pub fn uri_of(crs: CrsId) -> Option<String> {
    crs.definition().map(|_| format!("http://www.opengis.net/def/crs/EPSG/0/{}", crs.epsg()))
}

impl Query {
    /// # Errors
    /// The first part that cannot be read, in words.
    pub fn read(collection: &Collection, text: &ItemsText) -> Result<Query, ActionError> {
        let given = |t: &Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let filter_crs = given(&text.filter_crs).map(|c| read_crs(&c)).transpose()?;
        let lang = given(&text.filter_lang);
        let filter = given(&text.filter)
            .map(|f| Filter::read(&f, lang.as_deref(), filter_crs.unwrap_or((CrsId::WGS84, false)), collection.fields))
            .transpose()?;
        let crs = given(&text.bbox_crs).map(|c| read_crs(&c)).transpose()?.unwrap_or((CrsId::WGS84, false));
        let incidents = matches!(collection.of, Of::Incidents);
        let column = |f: &Field| if incidents { column_of(f.name) } else { None };
        Ok(Query {
            bbox: given(&text.bbox).map(|b| read_bbox(&b, crs)).transpose()?.unwrap_or_default(),
            when: given(&text.datetime).map(|d| When::read(&d)).transpose()?,
            equal: text.properties.iter().map(|p| read_equal(collection, p)).collect::<Result<_, _>>()?,
            filter,
            sort: given(&text.sortby).map(|s| read_sort(collection, &s)).transpose()?.unwrap_or_default(),
            limit: given(&text.limit).map(|l| read_limit(&l)).transpose()?.unwrap_or(DEFAULT_LIMIT),
            cursor: given(&text.cursor).map(|c| Cursor::decode(&c)).transpose()?,
            moment: collection.field("occurred_at"),
            columns: collection.fields.iter().map(column).collect(),
        })
    }

    /// Does a feature pass everything that is asked for, apart from the day its collection is of?
    pub fn passes(&self, feature: &Feature) -> bool {
        self.meets_box(feature)
            && self.equal.iter().all(|(field, cell)| feature.values[*field] == *cell)
            && self.moment.is_none_or(|field| match (&feature.values[field], self.when) {
                (_, None) => true,
                (Cell::Moment(at), Some(when)) => when.holds(*at),
                (_, Some(_)) => false,
            })
            && self.filter.as_ref().is_none_or(|f| f.passes(feature))
    }

    fn meets_box(&self, feature: &Feature) -> bool {
        if self.bbox.is_empty() {
            return true;
        }
        let Some(geometry) = &feature.geometry else { return false };
        let Some(around) = geometry.bounding_rect() else { return false };
        self.bbox.iter().any(|rect| {
            let inside = |c: Coord<f64>| rect.intersects(&c);
            around.intersects(rect) && ((inside(around.min()) && inside(around.max())) || geometry.intersects(rect))
        })
    }

    /// What the store can say beforehand of incidents that pass: never too narrow.
    pub fn superset(&self) -> ItemsCondition {
        let mut all = Vec::new();
        if !self.bbox.is_empty() {
            all.push(ItemsCondition::Any(self.bbox.iter().map(in_box).collect()));
        }
        if let Some(when) = self.when {
            let us = |t: Option<jiff::Timestamp>| t.map(|t| Sql::Int(t.as_microsecond()));
            all.push(ItemsCondition::Within(ItemsColumn::Occurred, us(when.from), us(when.to)));
        }
        for (field, cell) in &self.equal {
            if let (Some(column), Some(value)) = (self.columns[*field], sql_value(cell)) {
                all.push(ItemsCondition::OneOf(column, vec![value]));
            }
        }
        all.extend(self.filter.as_ref().and_then(|f| f.superset(&self.columns)));
        ItemsCondition::All(all)
    }
}

/// The column behind a field of incidents.
fn column_of(field: &str) -> Option<ItemsColumn> {
    Some(match field {
        "kind" => ItemsColumn::Kind,
        "state" => ItemsColumn::State,
        "source" => ItemsColumn::Source,
        "disputed" => ItemsColumn::Disputed,
        "demo" => ItemsColumn::Demo,
        "occurred_at" => ItemsColumn::Occurred,
        "received_at" => ItemsColumn::Received,
        _ => return None,
    })
}

/// A cell as the store keeps it.
pub fn sql_value(cell: &Cell) -> Option<Sql> {
    Some(match cell {
        Cell::Text(text) => text.as_str().into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Moment(at) => at.as_microsecond().into(),
        _ => return None,
    })
}

/// Points of a box.
pub fn in_box(rect: &Rect<f64>) -> ItemsCondition {
    ItemsCondition::All(vec![
        ItemsCondition::Within(ItemsColumn::Lat, Some(rect.min().y.into()), Some(rect.max().y.into())),
        ItemsCondition::Within(ItemsColumn::Lon, Some(rect.min().x.into()), Some(rect.max().x.into())),
    ])
}

fn read_limit(text: &str) -> Result<usize, ActionError> {
    match text.parse::<usize>() {
        Ok(0) | Err(_) => Err(bad("limit", text, "cần số nguyên từ 1", "give a whole number from 1")),
        // More than there may be is as much as there may be (17-069r4, 7.15.2).
        Ok(n) => Ok(n.min(MAX_LIMIT)),
    }
}

fn read_bbox(text: &str, (crs, registry_order): (CrsId, bool)) -> Result<Vec<Rect<f64>>, ActionError> {
    let wrong =
        || bad("bbox", text, "cần 4 hoặc 6 số, nhỏ trước lớn sau", "give 4 or 6 numbers, the smaller corner first");
    let numbers: Vec<f64> = text
        .split(',')
        .map(|n| n.trim().parse().ok().filter(|n: &f64| n.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    let [x0, y0, x1, y1] = match numbers.as_slice() {
        [x0, y0, x1, y1] | [x0, y0, _, x1, y1, _] => [*x0, *y0, *x1, *y1],
        _ => return Err(wrong()),
    };
    let [x0, y0, x1, y1] = if registry_order { [y0, x0, y1, x1] } else { [x0, y0, x1, y1] };
    if y0 > y1 {
        return Err(wrong());
    }
    if crs == CrsId::WGS84 {
        if y0 < -90.0 || y1 > 90.0 || [x0, x1].iter().any(|x| x.abs() > 180.0) {
            return Err(wrong());
        }
        // One that begins east of where it ends crosses 180°.
        return Ok(if x0 <= x1 {
            vec![Rect::new((x0, y0), (x1, y1))]
        } else {
            vec![Rect::new((x0, y0), (180.0, y1)), Rect::new((-180.0, y0), (x1, y1))]
        });
    }
    if x0 > x1 {
        return Err(wrong());
    }
    // The edges of a box on the grid are curves in degrees: the box around enough points of them holds it.
    let mut around: Option<Rect<f64>> = None;
    for i in 0..=8 {
        let t = f64::from(i) / 8.0;
        let (x, y) = (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
        for (x, y) in [(x, y0), (x, y1), (x0, y), (x1, y)] {
            let (lon, lat) = crs::of_xy_as_given(x, y, crs)?;
            let grown = |r: Rect<f64>| {
                Rect::new((r.min().x.min(lon), r.min().y.min(lat)), (r.max().x.max(lon), r.max().y.max(lat)))
            };
            around = Some(around.map_or(Rect::new((lon, lat), (lon, lat)), grown));
        }
    }
    Ok(around.into_iter().collect())
}

fn read_sort(collection: &Collection, text: &str) -> Result<Vec<(usize, bool)>, ActionError> {
    let sortables: Vec<&str> = sortables(collection).map(|f| f.name).collect();
    let mut sort = Vec::new();
    for word in text.split(',').map(str::trim) {
        let (name, descending) = match word.strip_prefix('-') {
            Some(name) => (name, true),
            None => (word.strip_prefix('+').unwrap_or(word).trim(), false),
        };
        let field = collection.field(name).filter(|_| sortables.contains(&name));
        let field = field.ok_or_else(|| {
            let all = sortables.join(", ");
            bad("sortby", word, &format!("sắp xếp được theo: {all}"), &format!("sortable are {all}"))
        })?;
        sort.push((field, descending));
    }
    if matches!(collection.of, Of::Incidents) && sort.len() > 1 {
        return Err(bad("sortby", text, "chỉ một trường cho lớp này", "one field only for this collection"));
    }
    Ok(sort)
}

/// The fields a collection can be sorted by: of incidents those that have an index.
pub fn sortables(collection: &Collection) -> impl Iterator<Item = &'static Field> {
    let incidents = matches!(collection.of, Of::Incidents);
    collection.fields.iter().filter(move |f| !incidents || matches!(f.name, "occurred_at" | "received_at"))
}

fn read_equal(collection: &Collection, (name, value): &(String, String)) -> Result<(usize, Cell), ActionError> {
    let all = || collection.fields.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
    let at = collection.field(name).ok_or_else(|| {
        let all = all();
        bad("parameter", name, &format!("các trường: {all}"), &format!("the properties are {all}"))
    })?;
    let cell = read_cell(value, collection.fields[at].kind);
    Ok((at, cell.ok_or_else(|| bad(name, value, "kiểu không khớp", "not a value of this property"))?))
}

/// A value of a kind.
pub fn read_cell(text: &str, kind: Kind) -> Option<Cell> {
    Some(match kind {
        Kind::Text => Cell::Text(text.to_owned()),
        Kind::Integer => Cell::Integer(text.trim().parse().ok()?),
        Kind::Number => Cell::Number(text.trim().parse().ok().filter(|n: &f64| n.is_finite())?),
        Kind::Flag => Cell::Flag(match text.trim() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => return None,
        }),
        Kind::Date => Cell::Date(text.trim().get(..10)?.parse().ok()?),
        Kind::Moment => Cell::Moment(when::read_one(text)?.0),
    })
}

/// Cells as JSON in a total order: numbers and texts by value, nothing last.
pub fn compare_cells(a: &Value, b: &Value) -> Ordering {
    let rank = |v: &Value| match v {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        _ => 3,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}
