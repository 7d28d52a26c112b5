//! Units, disputes and agreements of a date as the GeoJSON that the map draws.

use geo::MapCoordsInPlace;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject, JsonValue, feature::Id};
use jiff::civil::Date;
use serde_json::json;

use super::answer::{AgreementHere, DisputeHere};
use super::drawn::{Drawn, drawn, map_of};
use super::review::Review;
use super::{ActionError, QuestionError, Service, binding, disputing, evidence, slivers_near};
use crate::atlas::simplify;
use crate::domain::{Agreement, Dispute, Level, Shape, Text, today_in_vietnam};
use crate::engine::Zone;
use crate::export::{Cell, GpkgLayer, Table, gpkg};

/// Which units, as drawn how finely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitsQuery {
    /// `None`: communes, or districts while there were districts.
    pub level: Option<Level>,
    pub at: Date,
    /// No point of a simplified line is farther than this from the published one; 0: as published.
    pub tolerance_m: f64,
}

/// Decimals of coordinates made for drawing: 1e-7° is 1 cm.
const DECIMALS: f64 = 1e7;

/// The units in force at a date. Empty where no dataset covers the date or the level. Neighbours keep the same line
/// between them however much it is simplified.
pub fn units(service: &Service, query: UnitsQuery) -> Result<FeatureCollection, QuestionError> {
    let UnitsQuery { level, at, tolerance_m } = query;
    let Some(map) = map_of(service, level, at) else { return Ok(collection(Vec::new(), at)) };
    let mut shapes = if tolerance_m > 0.0 { simplify(&map.shapes, tolerance_m) } else { map.shapes.clone() };
    if tolerance_m > 0.0 {
        shapes.iter_mut().for_each(|s| round(&mut s.shape));
    }
    let features = drawn(service, map, level, shapes, at).iter().map(unit_feature).collect();
    Ok(collection(features, at))
}

fn unit_feature(d: &Drawn) -> Feature {
    let mut properties = json!({
        "code": d.code,
        "name": d.name(),
        "kind": d.unit.map(|u| &u.kind),
        "level": d.level,
        "province": d.province.map(|p| &p.name),
        "district": d.district.map(|d| &d.name),
        "aliases": d.unit.map(|u| &u.aliases),
        "valid_from": d.unit.and_then(|u| u.period.from),
        "valid_to": d.unit.and_then(|u| u.period.to),
        "legal_act": d.unit.and_then(|u| u.legal_act.as_ref()),
        "dataset": d.dataset.id,
        "indicative": d.dataset.indicative,
    });
    if d.code.is_none() {
        properties["candidates"] = json!(d.candidates);
    }
    feature(Some(d.shape.code.clone()), Some(Geometry::new((&d.shape.shape).into())), properties)
}

/// The disputes recorded by a date: the zone of each as polygons, its stretch of line and the claims that stand, each a
/// feature with its `role`; a dispute that nothing draws has one feature without geometry.
pub fn disputes(service: &Service, at: Date) -> FeatureCollection {
    let features = service.engine.disputes().iter().flat_map(|d| dispute_features(service, d, at)).collect();
    collection(features, at)
}

/// The features of one dispute at a date; none before anyone had recorded it.
pub fn dispute_features(service: &Service, dispute: &Dispute, at: Date) -> Vec<Feature> {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let zone = service.engine.zone(&dispute.id, at);
    let Some(here) = disputing::describe(dispute, register, zone, None, at, today) else { return Vec::new() };
    let stretch = zone.and_then(|z| z.stretch.as_deref());
    let properties = |role: &str| {
        let mut all = json!(here);
        if let Some(all) = all.as_object_mut() {
            // These two belong to a position, not to the dispute.
            all.remove("in_zone");
            all.remove("distance_m");
            all.insert("role".into(), role.into());
            all.insert("length_m".into(), json!(stretch.map(|s| s.length_m())));
            all.insert("at".into(), json!(at));
        }
        all
    };
    let drawn = zone.map(Zone::polygons).filter(|land| !land.0.is_empty()).map(|mut land| {
        round(&mut land);
        Geometry::new((&land).into())
    });
    let mut features = vec![feature(Some(dispute.id.clone()), drawn, properties("zone"))];
    if let Some(line) = stretch {
        let mut lines = line.lines();
        round(&mut lines);
        let lines = Geometry::new((&lines).into());
        features.push(feature(Some(format!("{}-stretch", dispute.id)), Some(lines), properties("stretch")));
    }
    for claim in dispute.claims_at(at) {
        let mut properties = json!(disputing::claim_here(claim));
        if let Some(properties) = properties.as_object_mut() {
            properties.insert("role".into(), "claim".into());
            properties.insert("dispute".into(), json!(dispute.id));
            properties.insert("name".into(), json!(dispute.name));
            properties.insert("party_name".into(), json!(here.parties.get(claim.party)));
            properties.insert("at".into(), json!(at));
        }
        features.push(feature(Some(claim.id.clone()), Some(shape_geometry(&claim.shape)), properties));
    }
    features
}

pub fn shape_geometry(shape: &Shape) -> Geometry {
    match shape {
        Shape::Line(line) => Geometry::new(line.into()),
        Shape::Land(land) => Geometry::new(land.into()),
    }
}

/// The agreements known by a date, each as a feature without geometry.
pub fn agreements(service: &Service, at: Date) -> FeatureCollection {
    let today = today_in_vietnam();
    let features = service
        .records
        .agreements
        .iter()
        .filter(|a| a.known_from().is_some_and(|from| from <= at))
        .map(|a| {
            let here = binding::describe(a, &service.engine.register, at, today);
            feature(Some(a.id.clone()), None, json!(here))
        })
        .collect();
    collection(features, at)
}

pub(super) fn feature(id: Option<String>, geometry: Option<Geometry>, properties: JsonValue) -> Feature {
    let properties = match properties {
        JsonValue::Object(map) => Some(map),
        _ => None,
    };
    Feature { bbox: None, geometry, id: id.map(Id::String), properties, foreign_members: None }
}

pub(super) fn collection(features: Vec<Feature>, at: Date) -> FeatureCollection {
    let note = Text::new(
        "Ranh giới để tham khảo; căn cứ pháp lý là văn bản gốc.",
        "Boundaries for reference; the legal act is the authority.",
    );
    let mut extra = JsonObject::new();
    extra.insert("at".into(), json!(at));
    extra.insert("note".into(), json!(note));
    FeatureCollection { bbox: None, features, foreign_members: Some(extra) }
}

fn round(shape: &mut impl MapCoordsInPlace<f64>) {
    shape.map_coords_in_place(|c| geo::Coord {
        x: (c.x * DECIMALS).round() / DECIMALS,
        y: (c.y * DECIMALS).round() / DECIMALS,
    });
}

impl Service {
    /// The dossier as a GeoJSON collection: its features, and the whole dossier beside them.
    ///
    /// # Errors
    /// As [`Service::dossier`].
    pub fn dossier_geojson(&self, id: &str, at: Date) -> Result<Vec<u8>, ActionError> {
        let dossier = self.dossier(id, at)?;
        let mut features = self.dispute_features(id, at)?;
        features.extend(self.sliver_features(id, at));
        let mut all = collection(features, at);
        all.foreign_members.get_or_insert_default().insert("dossier".into(), json!(dossier));
        Ok(all.to_string().into_bytes())
    }

    /// The slivers at a dispute's zone as features.
    fn sliver_features(&self, id: &str, at: Date) -> Vec<Feature> {
        let land = self.engine.zone(id, at).map(Zone::polygons);
        land.iter()
            .flat_map(|land| slivers_near(self, land))
            .map(|s| {
                let mut properties = json!(s.row);
                if let Some(properties) = properties.as_object_mut() {
                    properties.insert("role".into(), "sliver".into());
                    properties.insert("note".into(), json!(evidence()));
                }
                feature(None, Some(Geometry::new(s.shape().into())), properties)
            })
            .collect()
    }

    /// The dossier as a GeoPackage: layers of zone, stretch, claims and slivers, and its events as a table.
    ///
    /// # Errors
    /// As [`Service::dossier`].
    pub fn dossier_gpkg(&self, id: &str, at: Date) -> Result<Vec<u8>, ActionError> {
        let dossier = self.dossier(id, at)?;
        let mut features = self.dispute_features(id, at)?;
        features.extend(self.sliver_features(id, at));
        let columns = [
            "id", "name", "status", "zone", "party", "filed", "asks_for", "crs", "scale", "length_m", "from", "to",
            "area_m2", "width_m",
        ];
        let layers: Vec<GpkgLayer> = ["zone", "stretch", "claim", "sliver"]
            .into_iter()
            .map(|role| {
                let own: Vec<&Feature> = features
                    .iter()
                    .filter(|f| f.property("role").and_then(|r| r.as_str()) == Some(role))
                    .filter(|f| f.geometry.is_some())
                    .collect();
                let rows = own.iter().map(|f| columns.iter().map(|c| cell(f.property(c))).collect()).collect();
                let shapes = own.iter().filter_map(|f| geo::Geometry::try_from(f.geometry.clone()?).ok()).collect();
                GpkgLayer { table: table(role, &columns, rows), geometries: Some(shapes) }
            })
            .collect();
        let events = dossier
            .events
            .iter()
            .map(|e| {
                vec![
                    Cell::Date(e.date),
                    cell(Some(&json!(e.status))),
                    e.text.vi.as_str().into(),
                    e.text.en.as_str().into(),
                    e.document.title.as_str().into(),
                ]
            })
            .collect();
        let events = table("event", &["date", "status", "text_vi", "text_en", "document"], events);
        let all: Vec<GpkgLayer> = layers.into_iter().chain([GpkgLayer { table: events, geometries: None }]).collect();
        gpkg(&all).map_err(|e| ActionError::Invalid(Text::new(e.to_string(), e.to_string())))
    }

    /// The review of an agreement as a GeoJSON collection: the zones of its disputes, each activity without geometry,
    /// and the whole review beside them.
    ///
    /// # Errors
    /// As [`Service::dossier`].
    pub fn review_geojson(&self, review: &Review) -> Result<Vec<u8>, ActionError> {
        let mut features = Vec::new();
        for d in &review.disputes {
            features.extend(self.dispute_features(&d.id, review.at)?);
        }
        for activity in &review.activities {
            let mut properties = json!(activity);
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("role".into(), "activity".into());
            }
            features.push(feature(Some(activity.id.clone()), None, properties));
        }
        let mut all = collection(features, review.at);
        all.foreign_members.get_or_insert_default().insert("review".into(), json!(review));
        Ok(all.to_string().into_bytes())
    }
}

fn table(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    Table { name: name.into(), columns: columns.iter().map(|c| (*c).into()).collect(), rows }
}

/// A property for a table; a text in two languages in Vietnamese.
fn cell(value: Option<&JsonValue>) -> Cell {
    match value {
        Some(JsonValue::Number(n)) => n.as_f64().map_or(Cell::Empty, Cell::Number),
        Some(JsonValue::String(s)) => s.as_str().into(),
        Some(JsonValue::Object(o)) => o.get("vi").and_then(|v| v.as_str()).unwrap_or_default().into(),
        _ => Cell::Empty,
    }
}

/// The disputes recorded by a date, in the order of the records.
pub fn disputes_at(service: &Service, at: Date) -> Vec<DisputeHere> {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let here = |d: &Dispute| disputing::describe(d, register, service.engine.zone(&d.id, at), None, at, today);
    service.records.disputes.iter().filter_map(here).collect()
}

/// An agreement as it stands at a date.
pub fn agreement_here(service: &Service, agreement: &Agreement, at: Date) -> AgreementHere {
    binding::describe(agreement, &service.engine.register, at, today_in_vietnam())
}
