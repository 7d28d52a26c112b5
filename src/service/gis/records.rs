//! Disputes, claims, slivers, areas of agreements and of bodies as features.

use geo::MultiPolygon;
use jiff::civil::Date;
use serde::Serialize;

use crate::atlas::union_outline;
use crate::domain::{Covers, Level, Shape, UnitShape, today_in_vietnam};
use crate::engine::Zone;
use crate::export::{Cell, Feature, Field, Kind, normal};
use crate::service::answer::UnitName;
use crate::service::{QuestionError, Service, SliversQuery, binding, disputing, slivers as find_slivers};

pub const DISPUTE: [Field; 11] = [
    Field::new("name_vi", "name_vi", Kind::Text, "Tên", "Name in Vietnamese"),
    Field::new("name_en", "name_en", Kind::Text, "Tên tiếng Anh", "Name in English"),
    Field::new("status", "status", Kind::Text, "Trạng thái", "Status"),
    Field::new("status_date", "status_day", Kind::Date, "Từ ngày", "Since"),
    Field::new("level", "level", Kind::Text, "Cấp", "Level"),
    Field::new("zone", "zone", Kind::Text, "Vùng do", "Zone known by"),
    Field::new("width_m", "width_m", Kind::Number, "Nửa bề rộng (m)", "Half-width (m)"),
    Field::new("parties", "parties", Kind::Text, "Các bên khi ghi nhận", "Parties when recorded"),
    Field::new("parties_now", "parties_no", Kind::Text, "Các bên hiện nay", "Parties today"),
    Field::new("claims", "claims", Kind::Integer, "Số đề nghị", "Claims that stand"),
    Field::new("stretch_m", "stretch_m", Kind::Number, "Dài đoạn địa giới (m)", "Length of the stretch (m)"),
];

pub const CLAIM: [Field; 10] = [
    Field::new("dispute", "dispute", Kind::Text, "Tranh chấp", "Dispute"),
    Field::new("name_vi", "name_vi", Kind::Text, "Tên tranh chấp", "Name of the dispute in Vietnamese"),
    Field::new("name_en", "name_en", Kind::Text, "Tên tiếng Anh", "Name of the dispute in English"),
    Field::new("party", "party", Kind::Integer, "Bên thứ (từ 1)", "Which party (from 1)"),
    Field::new("party_name", "party_name", Kind::Text, "Bên", "Party"),
    Field::new("asks_for", "asks_for", Kind::Text, "Đường hay vùng", "Line or land"),
    Field::new("filed", "filed", Kind::Date, "Ngày nộp", "Filed"),
    Field::new("crs_filed", "crs_filed", Kind::Text, "Hệ tọa độ khi nộp", "CRS as filed"),
    Field::new("scale", "scale", Kind::Integer, "Tỷ lệ 1:", "Scale 1:"),
    Field::new("document", "document", Kind::Text, "Tài liệu", "Document"),
];

pub const SLIVER: [Field; 11] = [
    Field::new("from", "from", Kind::Text, "Mã trên bản đồ cũ", "Code on the older map"),
    Field::new("from_name", "from_name", Kind::Text, "Tên trên bản đồ cũ", "Name on the older map"),
    Field::new("to", "to", Kind::Text, "Mã trên bản đồ mới", "Code on the newer map"),
    Field::new("to_name", "to_name", Kind::Text, "Tên trên bản đồ mới", "Name on the newer map"),
    Field::new("area_m2", "area_m2", Kind::Number, "Diện tích (m²)", "Area (m²)"),
    Field::new("length_m", "length_m", Kind::Number, "Dài (m)", "Length (m)"),
    Field::new("width_m", "width_m", Kind::Number, "Rộng nhất (m)", "Largest width (m)"),
    Field::new("dataset_a", "dataset_a", Kind::Text, "Bản đồ cũ", "Older map"),
    Field::new("dataset_b", "dataset_b", Kind::Text, "Bản đồ mới", "Newer map"),
    Field::new("noise", "noise", Kind::Flag, "Trong sai số", "Within the lines' accuracy"),
    Field::new("evidence", "evidence", Kind::Text, "Nghĩa là", "What it means"),
];

pub const AGREEMENT: [Field; 9] = [
    Field::new("title_vi", "title_vi", Kind::Text, "Tên", "Title in Vietnamese"),
    Field::new("title_en", "title_en", Kind::Text, "Tên tiếng Anh", "Title in English"),
    Field::new("signed", "signed", Kind::Date, "Ngày ký", "Signed"),
    Field::new("held", "held", Kind::Date, "Ngày họp", "Meeting held"),
    Field::new("term_from", "term_from", Kind::Date, "Từ ngày", "Term from"),
    Field::new("term_to", "term_to", Kind::Date, "Hết từ ngày", "First day after the term"),
    Field::new("in_force", "in_force", Kind::Text, "Còn hiệu lực", "In force"),
    Field::new("parties", "parties", Kind::Text, "Các bên khi ký", "Parties then"),
    Field::new("parties_now", "parties_no", Kind::Text, "Các bên hiện nay", "Parties today"),
];

pub const ROLE_AREA: [Field; 10] = [
    Field::new("role", "role", Kind::Text, "Vai trò", "Role"),
    Field::new("name", "name", Kind::Text, "Tên", "Name"),
    Field::new("covers", "covers", Kind::Text, "Phụ trách", "Covers"),
    Field::new("unit", "unit", Kind::Text, "Mã đơn vị hoặc tranh chấp", "Code of the unit, or the dispute"),
    Field::new("accuracy_m", "accuracy_m", Kind::Number, "Sai số đường (m)", "Accuracy of the outline (m)"),
    Field::new("valid_from", "valid_from", Kind::Date, "Từ ngày", "From"),
    Field::new("valid_to", "valid_to", Kind::Date, "Hết từ ngày", "First day after"),
    Field::new("basis", "basis", Kind::Text, "Căn cứ", "Basis"),
    Field::new("basis_date", "basis_date", Kind::Date, "Ngày căn cứ", "Date of the basis"),
    Field::new("note", "note", Kind::Text, "Ghi chú", "Note"),
];

/// The word scripts know a value of an enumeration by.
fn word(value: &impl Serialize) -> Cell {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().into()
}

fn land(land: MultiPolygon<f64>) -> Option<geo::Geometry<f64>> {
    (!land.0.is_empty()).then(|| normal(land.into()))
}

fn names(units: &[UnitName]) -> String {
    units.iter().map(|u| format!("{} ({})", u.name, u.code)).collect::<Vec<_>>().join(", ")
}

/// The zone of each dispute recorded by a date; one that nothing draws has no place.
pub fn disputes(service: &Service, at: Date) -> Vec<Feature> {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let one = |d: &crate::domain::Dispute| {
        let zone = service.engine.zone(&d.id, at);
        let here = disputing::describe(d, register, zone, None, at, today)?;
        let party = |p: &crate::service::answer::DisputeParty| {
            let village = p.village.as_ref().map(|v| format!("{v}, ")).unwrap_or_default();
            village + &names(std::slice::from_ref(&p.then))
        };
        let then: Vec<String> = here.parties.iter().map(party).collect();
        let now: Vec<String> = here.parties.iter().map(|p| names(&p.now)).collect();
        let stretch_m = zone.and_then(|z| z.stretch.as_ref()).map(|s| (s.length_m() * 10.0).round() / 10.0);
        Some(Feature {
            id: d.id.clone(),
            geometry: zone.map(Zone::polygons).and_then(land),
            values: vec![
                here.name.vi.into(),
                here.name.en.into(),
                word(&here.status),
                Cell::Date(here.status_date),
                word(&here.level),
                word(&here.zone),
                here.width_m.into(),
                then.join(" | ").into(),
                now.join(" | ").into(),
                Cell::Integer(here.claims.len() as i64),
                stretch_m.into(),
            ],
        })
    };
    let mut features: Vec<Feature> = service.engine.disputes().iter().filter_map(one).collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features
}

/// The claims that stand at a date.
pub fn claims(service: &Service, at: Date) -> Vec<Feature> {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let mut features = Vec::new();
    for dispute in service.engine.disputes() {
        let Some(here) = disputing::describe(dispute, register, None, None, at, today) else { continue };
        for claim in dispute.claims_at(at) {
            let about = disputing::claim_here(claim);
            let party = here.parties.get(claim.party).map(|p| names(std::slice::from_ref(&p.then)));
            let shape = match &claim.shape {
                Shape::Line(line) => geo::Geometry::LineString(line.clone()),
                Shape::Land(land) => geo::Geometry::MultiPolygon(land.clone()),
            };
            features.push(Feature {
                id: claim.id.clone(),
                geometry: Some(normal(shape)),
                values: vec![
                    dispute.id.as_str().into(),
                    here.name.vi.as_str().into(),
                    here.name.en.as_str().into(),
                    Cell::Integer(claim.party as i64 + 1),
                    party.unwrap_or_default().into(),
                    about.asks_for.into(),
                    Cell::Date(about.filed),
                    about.crs.into(),
                    about.scale.map_or(Cell::Empty, |s| Cell::Integer(s.into())),
                    about.document.title.into(),
                ],
            });
        }
    }
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features
}

/// Where every two maps disagree; the first call takes seconds.
pub fn slivers(service: &Service) -> Result<Vec<Feature>, QuestionError> {
    let found = find_slivers(service, &SliversQuery::default())?;
    let evidence = crate::service::evidence();
    let features = found.slivers.iter().enumerate().map(|(i, s)| Feature {
        // Largest first; the maps decide the order, so it is the same until other maps come.
        id: format!("{}-{}-{:06}", s.row.from, s.row.to, i + 1),
        geometry: Some(normal(s.shape().clone().into())),
        values: vec![
            s.row.from.as_str().into(),
            s.from.name.as_str().into(),
            s.row.to.as_str().into(),
            s.to.name.as_str().into(),
            Cell::Number(s.row.area_m2),
            Cell::Number(s.row.length_m),
            Cell::Number(s.row.width_m),
            s.row.dataset_a.as_str().into(),
            s.row.dataset_b.as_str().into(),
            Cell::Flag(s.row.noise),
            evidence.vi.as_str().into(),
        ],
    });
    let mut features: Vec<Feature> = features.collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(features)
}

/// The communes on the map nearest to a date that `wanted` accepts, as one piece of land.
fn communes(service: &Service, at: Date, wanted: impl Fn(&str, Date) -> bool) -> Option<geo::Geometry<f64>> {
    let layer = service.engine.communes_near(at)?;
    let day = at.max(layer.info.valid_from);
    let of_it = |owner: u32| {
        let candidates = layer.candidates(owner);
        !candidates.is_empty() && candidates.iter().all(|code| wanted(code, day))
    };
    let members: Vec<&UnitShape> = (0..).zip(&layer.shapes).filter(|(o, _)| of_it(*o)).map(|(_, s)| s).collect();
    land(union_outline(&members))
}

/// The land of the parties to each agreement known by a date.
pub fn agreements(service: &Service, at: Date) -> Vec<Feature> {
    let (register, today) = (&service.engine.register, today_in_vietnam());
    let known = service.records.agreements.iter().filter(|a| a.known_from().is_some_and(|from| from <= at));
    let mut features: Vec<Feature> = known
        .map(|a| {
            let here = binding::describe(a, register, at, today);
            let then: Vec<String> = here.parties_then.iter().map(|p| format!("{} ({})", p.name, p.code)).collect();
            Feature {
                id: a.id.clone(),
                geometry: communes(service, at, |code, day| binding::is_bound(a, register, code, day)),
                values: vec![
                    here.title.vi.into(),
                    here.title.en.into(),
                    here.signed.into(),
                    here.held.into(),
                    here.valid.from.into(),
                    here.valid.to.into(),
                    word(&here.in_force),
                    then.join(", ").into(),
                    names(&here.parties_now).into(),
                ],
            }
        })
        .collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features
}

/// Where bodies have their roles at a date: land of their own, that of a unit by lineage, or the zone of a dispute.
pub fn role_areas(service: &Service, at: Date) -> Vec<Feature> {
    let register = &service.engine.register;
    let valid = service.records.bodies.iter().filter(|b| b.valid.contains(at));
    let mut features: Vec<Feature> = valid
        .map(|body| {
            let (covers, unit, accuracy_m, geometry) = match &body.covers {
                Covers::Land { shape: Shape::Land(shape), accuracy_m } => {
                    ("land", String::new(), *accuracy_m, land(shape.clone()))
                }
                Covers::Land { shape: Shape::Line(line), accuracy_m } => {
                    ("land", String::new(), *accuracy_m, Some(normal(line.clone().into())))
                }
                Covers::Dispute { id } => {
                    ("dispute", id.clone(), None, service.engine.zone(id, at).map(Zone::polygons).and_then(land))
                }
                Covers::Unit { code, .. } => {
                    let of_it = |commune: &str, day: Date| {
                        let commune = register.at(Level::Commune, commune, day);
                        commune.is_some_and(|c| body.covers_commune(register, c, day).is_some())
                    };
                    ("unit", code.clone(), None, communes(service, at, of_it))
                }
            };
            Feature {
                id: body.id.clone(),
                geometry,
                values: vec![
                    body.role.code().into(),
                    body.name.as_str().into(),
                    covers.into(),
                    unit.into(),
                    accuracy_m.into(),
                    body.valid.from.into(),
                    body.valid.to.into(),
                    body.document.title.as_str().into(),
                    body.document.date.into(),
                    body.note.as_ref().map_or(Cell::Empty, |n| n.vi.as_str().into()),
                ],
            }
        })
        .collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features
}
