//! Incidents as rows for a GIS: of those in the asker's scope, without personal values.

use jiff::Timestamp;

use super::cursor::Cursor;
use super::query::{Page, Query};
use crate::domain::{Incident, UserRole, Who, day_in_vietnam};
use crate::export::{Cell, Feature, Field, Kind};
use crate::service::incidents::{Sight, read_doc};
use crate::service::{ActionError, Office, Service};
use crate::store::{ItemsOrder, ItemsQuery};

pub const FIELDS: [Field; 30] = [
    Field::new("kind", "kind", Kind::Text, "Loại", "Kind"),
    Field::new("kind_name", "kind_name", Kind::Text, "Tên loại", "Name of the kind"),
    Field::new("state", "state", Kind::Text, "Trạng thái", "State"),
    Field::new("verdict", "verdict", Kind::Text, "Kết luận", "Verdict"),
    Field::new("disputed", "disputed", Kind::Flag, "Trong vùng tranh chấp", "In a disputed zone"),
    Field::new("occurred_at", "occurred", Kind::Moment, "Xảy ra lúc", "Occurred at"),
    Field::new("received_at", "received", Kind::Moment, "Nhận lúc", "Received at"),
    Field::new("changed_at", "changed", Kind::Moment, "Thay đổi lúc", "Changed at"),
    Field::new("commune_code", "commune_c", Kind::Text, "Mã xã", "Code of the commune"),
    Field::new("commune", "commune", Kind::Text, "Xã", "Commune"),
    Field::new("province", "province", Kind::Text, "Tỉnh", "Province"),
    Field::new("probability", "probabilit", Kind::Number, "Xác suất", "Probability"),
    Field::new("boundary_m", "boundary_m", Kind::Number, "Cách địa giới (m)", "Distance to the boundary (m)"),
    Field::new("localities", "localities", Kind::Text, "Các địa phương (mã)", "Localities (codes)"),
    Field::new("disputes", "disputes", Kind::Text, "Tranh chấp", "Disputes"),
    Field::new("source", "source", Kind::Text, "Nguồn", "Source"),
    Field::new("demo", "demo", Kind::Flag, "Thử nghiệm", "Demo, made up"),
    Field::new("position", "position", Kind::Text, "Vị trí như đã ghi", "Position as typed"),
    Field::new("position_crs", "pos_crs", Kind::Text, "Hệ tọa độ", "CRS of the position"),
    Field::new("accuracy_m", "accuracy_m", Kind::Number, "Sai số (m)", "Accuracy (m)"),
    Field::new("forest_type", "forest", Kind::Text, "Loại rừng", "Type of forest"),
    Field::new("area_ha", "area_ha", Kind::Number, "Diện tích (ha)", "Area (ha)"),
    Field::new("perimeter_m2", "perim_m2", Kind::Number, "Diện tích khoanh (m²)", "Area of the outline (m²)"),
    Field::new("volume_m3", "volume_m3", Kind::Number, "Khối lượng (m³)", "Volume (m³)"),
    Field::new("species", "species", Kind::Text, "Loài cây", "Species"),
    Field::new("compartment", "compartm", Kind::Text, "Tiểu khu", "Compartment"),
    Field::new("sub_compartment", "sub_comp", Kind::Text, "Khoảnh", "Sub-compartment"),
    Field::new("lot", "lot", Kind::Text, "Lô", "Lot"),
    Field::new("version", "version", Kind::Integer, "Số sự kiện", "Number of events"),
    Field::new("dataset", "dataset", Kind::Text, "Bộ ranh giới", "Dataset"),
];

/// At most so many are looked at for one page: a filter that hardly anything passes gives short pages with a `next`.
const MOST_READ: usize = 20_000;
/// Read from the store at a time.
const BATCH: usize = 500;

/// The word scripts know a value of an enumeration by.
fn word(value: &impl serde::Serialize) -> Cell {
    serde_json::to_value(value).unwrap_or_default().as_str().into()
}

fn feature(incident: &Incident) -> Feature {
    let (facts, judged) = (&incident.facts, &incident.judged);
    let place = &facts.place;
    let first = judged.localities.first();
    let text = |text: Option<&String>| Cell::from(text.map(String::as_str));
    let localities: Vec<&str> =
        incident.active_lines().filter_map(|l| l.unit.as_ref().map(|u| u.code.as_str())).collect();
    let zones: Vec<&str> = judged.disputes.iter().filter(|d| d.in_zone).map(|d| d.id.as_str()).collect();
    Feature {
        id: incident.id.to_string(),
        geometry: place.lon.zip(place.lat).map(|(lon, lat)| geo::Point::new(lon, lat).into()),
        values: vec![
            word(&facts.kind),
            facts.kind.name().vi.into(),
            word(&incident.state),
            word(&judged.verdict),
            Cell::Flag(incident.is_disputed()),
            Cell::Moment(facts.occurred_at),
            Cell::Moment(incident.received_at),
            Cell::Moment(incident.changed_at),
            text(first.and_then(|l| l.code.as_ref())),
            text(first.map(|l| &l.name)),
            text(first.and_then(|l| l.province.as_ref())),
            first.map(|l| l.probability).into(),
            judged.boundary_m.into(),
            localities.join(", ").into(),
            zones.join(", ").into(),
            word(&incident.report.source),
            Cell::Flag(incident.report.demo),
            place.as_typed.as_str().into(),
            text(place.crs.as_ref()),
            place.accuracy_m.into(),
            facts.forest_type.as_ref().map_or(Cell::Empty, word),
            facts.area_ha.into(),
            place.area_m2.into(),
            facts.volume_m3.into(),
            text(facts.species.as_ref()),
            text(facts.compartment.as_ref()),
            text(facts.sub_compartment.as_ref()),
            text(facts.lot.as_ref()),
            Cell::Integer(incident.version.into()),
            text(judged.dataset.as_ref()),
        ],
    }
}

/// The scope a person's reading is kept to, in the store's terms; `None`: all there is.
fn scope(service: &Service, who: &Who, now: Timestamp) -> Option<(String, Vec<String>)> {
    if who.role == UserRole::Admin || (who.role == UserRole::Analyst && who.unit.is_none()) {
        return None;
    }
    let lands = |unit| service.lands_of(unit, day_in_vietnam(now)).iter().map(ToString::to_string).collect();
    let own = who.unit.as_ref().filter(|_| who.role != UserRole::Villager).map(lands);
    Some((who.actor(), own.unwrap_or_default()))
}

/// One way through the incidents.
struct Walk {
    order: ItemsOrder,
    descending: bool,
    /// The last one seen: key, id.
    after: Option<(i64, String)>,
}

impl Office {
    /// One incident as a row, if this person sees its facts.
    ///
    /// # Errors
    /// The store's.
    pub(super) fn incident_row(&self, who: &Who, id: &str) -> Result<Option<Feature>, ActionError> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let Some(store) = self.store_if_there()? else { return Ok(None) };
        let service = self.now();
        let today = day_in_vietnam(Timestamp::now());
        store.read(|tx| {
            let Some(doc) = tx.incident(id)? else { return Ok(None) };
            let incident = read_doc(&doc)?;
            Ok((service.sight(who, &incident, today) >= Sight::Facts).then(|| feature(&incident)))
        })
    }

    /// A page of incidents: by default newest (received) first.
    pub(super) fn incident_rows(&self, who: &Who, query: &Query) -> Result<Page, ActionError> {
        let (order, newest_first) = match query.sort.first() {
            Some((field, descending)) if FIELDS.get(*field).is_some_and(|f| f.name == "occurred_at") => {
                (ItemsOrder::Occurred, *descending)
            }
            Some((_, descending)) => (ItemsOrder::Received, *descending),
            None => (ItemsOrder::Received, true),
        };
        let forward = query.cursor.as_ref().is_none_or(|c| c.forward);
        let key = |c: &Cursor| Some((c.keys.first()?.as_i64()?, c.id.clone()));
        let start = match &query.cursor {
            Some(cursor) => Some(key(cursor).ok_or_else(Cursor::unreadable)?),
            None => None,
        };
        let walk = Walk { order, descending: newest_first == forward, after: start.clone() };
        let mut rows: Vec<((i64, String), Feature)> = Vec::new();
        // One more than asked for, to know whether there is a next page.
        let end = self.walk_incidents(who, query, walk, MOST_READ, &mut |key, feature| {
            rows.push((key, feature));
            Ok(rows.len() <= query.limit)
        })?;
        let more = rows.len() > query.limit || end.is_some();
        // Where the next page begins: after the last one given, or, when too many were looked at in vain, after them.
        let last = if rows.len() > query.limit {
            rows.truncate(query.limit);
            rows.last().map(|(key, _)| key.clone())
        } else {
            end.or_else(|| rows.last().map(|(key, _)| key.clone()))
        };
        let first = rows.first().map(|(key, _)| key.clone());
        if !forward {
            rows.reverse();
        }
        let to = |forward: bool, (key, id): (i64, String)| Cursor { forward, keys: vec![key.into()], id }.encode();
        // Back there is something wherever a page began after something.
        let (ahead, back) = (last.filter(|_| more), first.or(start.clone()).filter(|_| start.is_some()));
        let (next, prev) = if forward { (ahead, back) } else { (back, ahead) };
        Ok(Page {
            features: rows.into_iter().map(|(_, f)| f).collect(),
            matched: None,
            next: next.map(|at| to(true, at)),
            prev: prev.map(|at| to(false, at)),
        })
    }

    /// Every incident that a query asks for, batch by batch, each batch on a snapshot of its own: new ones that come
    /// meanwhile are newer than where the walk has got to, so nothing comes twice.
    pub(super) fn each_incident(
        &self,
        who: &Who,
        query: &Query,
        take: &mut dyn FnMut(&Feature) -> Result<(), ActionError>,
    ) -> Result<(), ActionError> {
        let walk = Walk { order: ItemsOrder::Received, descending: true, after: None };
        self.walk_incidents(who, query, walk, usize::MAX, &mut |_, feature| take(&feature).map(|()| true)).map(drop)
    }

    /// Gives each incident that passes, until `take` has enough, all are seen, or so many were looked at: then the last
    /// one looked at comes back.
    fn walk_incidents(
        &self,
        who: &Who,
        query: &Query,
        mut walk: Walk,
        most: usize,
        take: &mut dyn FnMut((i64, String), Feature) -> Result<bool, ActionError>,
    ) -> Result<Option<(i64, String)>, ActionError> {
        let Some(store) = self.store_if_there()? else { return Ok(None) };
        let service = self.now();
        let now = Timestamp::now();
        let today = day_in_vietnam(now);
        let scope = scope(&service, who, now);
        let which = query.superset();
        // The first look is no larger than the page may need.
        let mut batch = query.limit.saturating_add(1).min(BATCH);
        let mut read = 0;
        loop {
            let asked = ItemsQuery {
                scope: scope.clone(),
                which: &which,
                order: walk.order,
                descending: walk.descending,
                after: walk.after.clone(),
                limit: batch,
            };
            let rows = store.read(|tx| Ok::<_, ActionError>(tx.items(&asked)?))?;
            let seen = rows.len();
            for (key, id, doc) in rows {
                let incident = read_doc(&doc)?;
                walk.after = Some((key, id.clone()));
                if service.sight(who, &incident, today) < Sight::Facts {
                    continue;
                }
                let feature = feature(&incident);
                if query.passes(&feature) && !take((key, id), feature)? {
                    return Ok(None);
                }
            }
            read += seen;
            if seen < batch {
                return Ok(None);
            }
            if read >= most {
                return Ok(walk.after);
            }
            batch = BATCH;
        }
    }
}
