//! Packing an area.

use geo::{BoundingRect, Coord, Intersects, MultiPolygon, Rect};
use jiff::{Timestamp, ToSpan};

use super::area::Area;
use super::bytes::Writer;
use super::format::{Contents, DatasetWords, Meta, file, version};
use super::unpack::{DERIVED, FILED, FILED_BY_ONE, NO_GROUND};
use crate::atlas::{GRID_ERROR_M, compact};
use crate::domain::{
    AsFiled, Body, Claim, Covers, Dispute, Level, Reform, Shape, Text, Unit, UnitKey, day_in_vietnam, today_in_vietnam,
};
use crate::engine::{GroundParts, Layer, ZoneParts};
use crate::service::Service;

/// How far the lines of a pack may be from the published ones, in metres, before the grid.
pub const LINE_ERROR_M: f64 = 5.0;
/// The same for lines of units that do not reach into the area and its margin.
pub const FAR_ERROR_M: f64 = 100.0;
/// The least margin around an area, in metres; more where lines are less accurate.
const MARGIN_M: f64 = 2_000.0;
/// 1 σ of a position (m) that still is answered everywhere in an area whatever its lines: twice what phones do in forest.
const POSITION_SIGMA_M: f64 = 50.0;
/// After this many days a newer pack is worth asking for: a choice of this program.
const FRESH_DAYS: i64 = 30;

/// What is to be taken along.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    Everything,
    /// West, south, east, north; WGS 84 degrees.
    Box([f64; 4]),
    /// The box around a commune, a province, or what a unit that ended became.
    Unit(String),
}

/// Why an area cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    #[error("unreadable box: {0}")]
    Box(String),
    #[error("unknown unit: {0}")]
    Unit(String),
    /// A box without any unit in it.
    #[error("nothing there")]
    Empty,
    /// A fault of this program.
    #[error("cannot be written: {0}")]
    Unwritable(String),
}

impl AreaError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            AreaError::Box(_) => "unreadable_box",
            AreaError::Unit(_) => "unknown_unit",
            AreaError::Empty => "empty_area",
            AreaError::Unwritable(_) => "internal",
        }
    }

    pub fn text(&self) -> Text {
        match self {
            AreaError::Box(s) => Text::new(
                format!("Khung «{s}» không đọc được: hãy viết TÂY,NAM,ĐÔNG,BẮC theo độ, ví dụ 102.5,22.1,102.8,22.4."),
                format!(
                    "Cannot read the box “{s}”: write WEST,SOUTH,EAST,NORTH in degrees, such as 102.5,22.1,102.8,22.4."
                ),
            ),
            AreaError::Unit(s) => Text::new(
                format!("Không có đơn vị nào mang mã «{s}»: hãy tra mã ở /api/units."),
                format!("There is no unit with the code “{s}”: look it up in /api/units."),
            ),
            AreaError::Empty => Text::new(
                "Khung này không chạm vào đơn vị nào trong dữ liệu: hãy chọn khung khác.",
                "No unit of the data reaches into this box: choose another.",
            ),
            AreaError::Unwritable(cause) => {
                Text::new(format!("Không đóng gói được: {cause}"), format!("It could not be packed: {cause}"))
            }
        }
    }
}

impl Wanted {
    /// `WEST,SOUTH,EAST,NORTH` in degrees.
    ///
    /// # Errors
    /// [`AreaError::Box`] where it is none.
    pub fn of_box(text: &str) -> Result<Wanted, AreaError> {
        let unreadable = || AreaError::Box(text.chars().take(60).collect());
        let numbers: Result<Vec<f64>, _> = text.split(',').map(|n| n.trim().parse()).collect();
        let bbox: [f64; 4] = numbers.map_err(|_| unreadable())?.try_into().map_err(|_| unreadable())?;
        let [west, south, east, north] = bbox;
        let sound = -180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0;
        if sound { Ok(Wanted::Box(bbox)) } else { Err(unreadable()) }
    }
}

/// The file for a phone. See [`super`].
///
/// # Errors
/// [`AreaError`] for a box or a unit that is none.
pub fn pack(service: &Service, wanted: &Wanted) -> Result<Vec<u8>, AreaError> {
    let made_at = Timestamp::now();
    let area = area(service, wanted)?;
    let engine = &service.engine;
    let mut lines = Writer::default();
    let mut datasets = Vec::new();
    for layer in engine.layers().filter(|l| !l.derived) {
        let near = near(service, layer, area.as_ref());
        let compact = compact(&layer.shapes, |unit| if near[unit] { LINE_ERROR_M } else { FAR_ERROR_M });
        lines.lines(compact.arcs.iter().map(Vec::as_slice));
        lines.uses(&compact.units);
        let units = layer.shapes.iter().map(|s| (s.code.clone(), s.name.clone())).collect();
        datasets.push(DatasetWords { info: layer.info.clone(), units });
    }
    let mut disputes = Vec::new();
    let mut zones_from = Vec::new();
    for (dispute, zones) in engine.zone_parts() {
        disputes.push(without_files(dispute));
        zones_from.push(zones.iter().map(|z| z.from).collect());
        zones.iter().for_each(|z| write_zone(&mut lines, z));
    }
    let reforms = service.reforms().map(|r| Reform { units: Vec::new(), splits: Vec::new(), ..r.clone() });
    // What is derived from a published map is derived again on the phone.
    let published = |id: &String| engine.layers().any(|l| !l.derived && l.info.id == *id);
    let contents = Contents {
        units: engine.register.units().to_vec(),
        reforms: reforms.collect(),
        datasets,
        disputes,
        zones_from,
        agreements: service.records.agreements.clone(),
        bodies: service.records.bodies.iter().filter(|b| reaches_into(b, area.as_ref())).cloned().collect(),
        expected_overlaps: engine.expected_overlaps().iter().filter(|e| published(&e.dataset)).cloned().collect(),
    };
    let unwritable = |e: serde_json::Error| AreaError::Unwritable(e.to_string());
    let contents = serde_json::to_vec(&contents).map_err(unwritable)?;
    let today = day_in_vietnam(made_at);
    let meta = Meta {
        version: version(&[&serde_json::to_vec(&area).map_err(unwritable)?, &contents, &lines.bytes]),
        made_at,
        refresh_after: today.checked_add(FRESH_DAYS.days()).unwrap_or(today),
        area,
        simplification_m: LINE_ERROR_M + GRID_ERROR_M,
        beyond_m: FAR_ERROR_M + GRID_ERROR_M,
        indicative: service.is_indicative(),
    };
    file(&meta, &contents, &lines.bytes).map_err(unwritable)
}

/// `None`: the whole region.
fn area(service: &Service, wanted: &Wanted) -> Result<Option<Area>, AreaError> {
    let accuracies = service.datasets().map(|d| d.line_accuracy_m + LINE_ERROR_M);
    let sigma_m = accuracies.fold(0.0, f64::max).hypot(POSITION_SIGMA_M);
    let margin_m = MARGIN_M.max(crate::engine::probability::REACH_SIGMA * sigma_m);
    let bbox = match wanted {
        Wanted::Everything => return Ok(None),
        Wanted::Box(bbox) => *bbox,
        Wanted::Unit(code) => {
            let rect = rect_of(service, code).ok_or_else(|| AreaError::Unit(code.chars().take(40).collect()))?;
            [rect.min().x, rect.min().y, rect.max().x, rect.max().y]
        }
    };
    let area = Area { bbox, margin_m };
    let [west, south, east, north] = bbox;
    let inner = Rect::new((west, south), (east, north)).to_polygon();
    let any = service.engine.layers().flat_map(|l| &l.shapes).any(|s| s.shape.intersects(&inner));
    if any { Ok(Some(area)) } else { Err(AreaError::Empty) }
}

/// The box around what a unit is today.
fn rect_of(service: &Service, code: &str) -> Option<Rect<f64>> {
    let today = today_in_vietnam();
    let register = &service.engine.register;
    let unit = UnitKey::find(register, code, today)?.unit(register)?;
    let layer = service.engine.communes_near(today)?;
    let in_province = |p: &Unit| {
        let inside = |c: &&Unit| register.province(c, today).is_some_and(|own| own.code == p.code);
        register.all_at(Level::Commune, today).filter(inside).collect::<Vec<_>>()
    };
    let now = register.successors(unit, today);
    let communes = now.into_iter().flat_map(|u| if u.level == Level::Province { in_province(u) } else { vec![u] });
    let rects = communes.filter_map(|u| layer.shapes[layer.owner_of(&u.code)? as usize].shape.bounding_rect());
    rects.reduce(|a, b| {
        Rect::new(
            Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
            Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
        )
    })
}

/// Which units of a layer have their lines at the pack's own error: those that reach into the area and its margin, and the
/// parties of every dispute, whose distances are told however far they are.
fn near(service: &Service, layer: &Layer, area: Option<&Area>) -> Vec<bool> {
    let Some(area) = area else { return vec![true; layer.shapes.len()] };
    let outer = area.outer().to_polygon();
    let register = &service.engine.register;
    let parties = service.engine.disputes().iter().flat_map(|d| &d.parties);
    let parties: Vec<&Unit> = parties
        .filter_map(|p| register.at(Level::Commune, &p.unit, p.unit_at))
        .flat_map(|u| register.successors(u, layer.info.valid_from))
        .collect();
    let of_party = |code: &str| layer.info.level == Level::Commune && parties.iter().any(|u| u.code == code);
    layer.shapes.iter().map(|s| s.shape.intersects(&outer) || of_party(&s.code)).collect()
}

/// The record without the files as they came: their shapes are there, their letters are not needed.
fn without_files(dispute: &Dispute) -> Dispute {
    let slim =
        |c: &Claim| Claim { as_filed: AsFiled { crs: c.as_filed.crs.clone(), geometry: String::new() }, ..c.clone() };
    Dispute { claims: dispute.claims.iter().map(slim).collect(), ..dispute.clone() }
}

fn reaches_into(body: &Body, area: Option<&Area>) -> bool {
    let (Some(area), Covers::Land { shape: Shape::Land(land), .. }) = (area, &body.covers) else { return true };
    let land: &MultiPolygon<f64> = land;
    land.bounding_rect().is_some_and(|r| r.intersects(&area.outer()))
}

fn write_zone(lines: &mut Writer, zone: &ZoneParts) {
    match &zone.ground {
        GroundParts::Derived { width_m } => {
            lines.number(DERIVED);
            lines.float(*width_m);
        }
        GroundParts::Filed { land, end_gaps_m, by_one } => {
            lines.number(if *by_one { FILED_BY_ONE } else { FILED });
            lines.number(end_gaps_m.len() as u64);
            end_gaps_m.iter().for_each(|m| lines.float(*m));
            lines.polygons(land);
        }
        GroundParts::None => lines.number(NO_GROUND),
    }
    lines.number(u64::from(zone.stretch.is_some()));
    if let Some(stretch) = &zone.stretch {
        lines.lines(stretch.0.iter().map(|l| l.0.as_slice()));
    }
}
