//! Where the maps disagree: the slivers of every two maps, for people, scripts and the map.

use std::sync::{Arc, OnceLock};

use geo::{BoundingRect, Intersects, MapCoordsInPlace};
use geojson::{FeatureCollection, Geometry};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::answer::UnitName;
use super::collections::{collection, feature};
use super::names::unit_name;
use super::{QuestionError, Service};
use crate::domain::{Level, Text, today_in_vietnam};
use crate::engine::slivers::{CodeError, MapPair, Overlay, SMALLEST_M2, Sliver};

/// Decimals of the coordinates of slivers: 1e-9° is 0.1 mm, the grid of the overlay. Coarser ones would fold thin slivers.
const DECIMALS: f64 = 1e9;

/// The overlays of a service's maps: made when they are first asked for, then kept. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Overlays(Arc<OnceLock<Vec<Overlay>>>);

/// Which slivers.
#[derive(Debug, Clone, PartialEq)]
pub struct SliversQuery {
    /// Two codes of provinces or of communes, each read in each map's own time; both ways. `None`: every pair of units.
    pub between: Option<[String; 2]>,
    /// Smaller ones are left out. Below [`SMALLEST_M2`] it changes nothing.
    pub min_area_m2: f64,
    /// Narrower ones are noise; `None`: narrower than the standard deviation of the less accurate map's line.
    pub noise_below_m: Option<f64>,
}

impl Default for SliversQuery {
    fn default() -> SliversQuery {
        SliversQuery { between: None, min_area_m2: SMALLEST_M2, noise_below_m: None }
    }
}

/// One connected piece of land that two maps put in different units.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SliverRow {
    /// Code of the unit it is in on the older map, as of that map's time.
    pub from: String,
    /// Code of the unit it is in on the newer map, as of that map's time.
    pub to: String,
    /// Geodesic area in square metres.
    pub area_m2: f64,
    /// Length of the newer map's line along it, in metres.
    pub length_m: f64,
    /// Largest gap between the two lines, in metres.
    pub width_m: f64,
    /// Id of the older dataset.
    pub dataset_a: String,
    /// Id of the newer dataset.
    pub dataset_b: String,
    /// True: narrower than the accuracy of the lines, so that it says nothing about the ground.
    pub noise: bool,
}

/// A sliver with the names of its units.
#[derive(Debug, Clone, PartialEq)]
pub struct SliverHere {
    pub row: SliverRow,
    pub from: UnitName,
    pub to: UnitName,
    shape: geo::Polygon<f64>,
}

/// Two maps that were compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedMaps {
    pub dataset_a: String,
    pub dataset_b: String,
    pub title_a: Text,
    pub title_b: Text,
    /// Slivers narrower than this are noise.
    pub noise_below_m: f64,
}

/// What was found, largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct SliversFound {
    /// Empty: there are no two published maps to compare.
    pub maps: Vec<ComparedMaps>,
    pub slivers: Vec<SliverHere>,
}

/// What a sliver is, and is not.
pub fn evidence() -> Text {
    Text::new(
        "Hai bản đồ vẽ khác nhau ở chỗ này. Đó là bằng chứng về sự khác nhau giữa hai bản đồ, không phải bằng chứng bên nào sai hay lấn đất.",
        "Two maps draw this place differently. That is evidence of a difference between maps, never of guilt on either side.",
    )
}

/// The slivers of every two maps that are valid for one date or follow each other. The first call takes seconds.
///
/// # Errors
/// [`SliversError`] for codes that name no two units the maps could disagree about, in any pair of maps.
pub fn slivers(service: &Service, query: &SliversQuery) -> Result<SliversFound, QuestionError> {
    let register = &service.engine.register;
    let pairs = MapPair::all(register, service.engine.layers());
    let overlays = service.overlays.0.get_or_init(|| pairs.iter().map(Overlay::new).collect());
    let (mut maps, mut slivers, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (pair, overlay) in pairs.iter().zip(overlays) {
        let (a, b) = (&pair.a.info, &pair.b.info);
        let noise_below_m = query.noise_below_m.unwrap_or(a.line_accuracy_m.max(b.line_accuracy_m));
        maps.push(ComparedMaps {
            dataset_a: a.id.clone(),
            dataset_b: b.id.clone(),
            title_a: a.title.clone(),
            title_b: b.title.clone(),
            noise_below_m,
        });
        let found = match &query.between {
            None => Ok(overlay.units.clone()),
            Some([x, y]) => overlay.between(pair, x, y),
        };
        match found {
            Ok(found) => slivers.extend(
                found
                    .into_iter()
                    .filter(|s| s.area_m2 >= query.min_area_m2)
                    .map(|s| here(service, pair, s, noise_below_m)),
            ),
            Err(e) => failed.push(e),
        }
    }
    if !failed.is_empty() && failed.len() == pairs.len() {
        return Err(SliversError::Codes(failed.swap_remove(0)).into());
    }
    slivers.sort_by(|s, t| t.row.area_m2.total_cmp(&s.row.area_m2));
    Ok(SliversFound { maps, slivers })
}

fn here(service: &Service, maps: &MapPair, sliver: Sliver, noise_below_m: f64) -> SliverHere {
    let register = &service.engine.register;
    let name = |code: &str, day| {
        let unit =
            [Level::Province, Level::District, Level::Commune].iter().find_map(|&level| register.at(level, code, day));
        let unknown = || UnitName { code: code.to_owned(), name: code.to_owned(), district: None, province: None };
        unit.map_or_else(unknown, |u| unit_name(register, u, day))
    };
    let cm = |value: f64| (value * 100.0).round() / 100.0;
    SliverHere {
        from: name(&sliver.from, maps.day_a),
        to: name(&sliver.to, maps.day_b),
        row: SliverRow {
            from: sliver.from,
            to: sliver.to,
            area_m2: cm(sliver.area_m2),
            length_m: cm(sliver.length_m),
            width_m: cm(sliver.width_m),
            dataset_a: sliver.dataset_a,
            dataset_b: sliver.dataset_b,
            noise: sliver.width_m < noise_below_m,
        },
        shape: sliver.shape,
    }
}

impl SliversFound {
    /// Each sliver as a polygon with the names of both units and both maps.
    pub fn geojson(&self) -> FeatureCollection {
        let features = self
            .slivers
            .iter()
            .map(|s| {
                let mut shape = s.shape.clone();
                shape.map_coords_in_place(|c| geo::Coord {
                    x: (c.x * DECIMALS).round() / DECIMALS,
                    y: (c.y * DECIMALS).round() / DECIMALS,
                });
                let mut properties = json!(s.row);
                let maps = self.maps.iter().find(|m| m.dataset_a == s.row.dataset_a && m.dataset_b == s.row.dataset_b);
                if let Some(properties) = properties.as_object_mut() {
                    properties.insert("from_unit".into(), json!(s.from));
                    properties.insert("to_unit".into(), json!(s.to));
                    properties.insert("title_a".into(), json!(maps.map(|m| &m.title_a)));
                    properties.insert("title_b".into(), json!(maps.map(|m| &m.title_b)));
                    properties.insert("note".into(), json!(evidence()));
                }
                feature(None, Some(Geometry::new((&shape).into())), properties)
            })
            .collect();
        let mut all = collection(features, today_in_vietnam());
        all.foreign_members.get_or_insert_default().insert("compared".into(), json!(self.maps));
        all
    }

    pub fn rows(&self) -> Vec<&SliverRow> {
        self.slivers.iter().map(|s| &s.row).collect()
    }
}

/// The slivers within reach of a dispute's zone: those that meet it, largest first, noise among them.
pub fn slivers_near(service: &Service, zone: &geo::MultiPolygon<f64>) -> Vec<SliverHere> {
    let Some(reach) = zone.bounding_rect() else { return Vec::new() };
    // Every pair of units: no codes that could be wrong.
    let found = slivers(service, &SliversQuery::default()).map(|found| found.slivers).unwrap_or_default();
    let near =
        |s: &SliverHere| s.shape.bounding_rect().is_some_and(|r| r.intersects(&reach)) && s.shape.intersects(zone);
    found.into_iter().filter(near).collect()
}

impl SliverHere {
    /// WGS 84 degrees.
    pub fn shape(&self) -> &geo::Polygon<f64> {
        &self.shape
    }
}

/// What can be wrong with a question about slivers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SliversError {
    #[error("codes that name no two units: {0:?}")]
    Codes(CodeError),
    /// Not two codes.
    #[error("not two codes: {0}")]
    Between(String),
    /// Not a number from 0: the parameter, what was given.
    #[error("not an amount: {0} {1}")]
    Amount(&'static str, String),
    #[error("unknown form: {0}")]
    Form(String),
}

impl SliversError {
    pub fn code(&self) -> &'static str {
        match self {
            SliversError::Codes(CodeError::Unknown(_)) => "unknown_code",
            SliversError::Codes(CodeError::Mixed(..)) => "mixed_codes",
            SliversError::Codes(CodeError::OneTime(..)) => "codes_of_one_time",
            SliversError::Between(_) => "unreadable_codes",
            SliversError::Amount(..) => "unreadable_amount",
            SliversError::Form(_) => "unknown_form",
        }
    }

    pub fn text(&self) -> Text {
        match self {
            SliversError::Codes(CodeError::Unknown(code)) => Text::new(
                format!(
                    "Không có tỉnh hay xã nào mang mã «{code}», cả ở thời điểm của bản đồ cũ lẫn của bản đồ mới: hãy cho mã tỉnh (như 11) hoặc mã xã (như 03163)."
                ),
                format!(
                    "No province or commune has the code “{code}”, neither in the older map's time nor in the newer one's: give the code of a province (such as 11) or of a commune (such as 03163)."
                ),
            ),
            SliversError::Codes(CodeError::Mixed(x, y)) => Text::new(
                format!("«{x}» và «{y}» là một mã tỉnh và một mã xã: hãy cho hai mã tỉnh hoặc hai mã xã."),
                format!("“{x}” and “{y}” are a province and a commune: give two provinces or two communes."),
            ),
            SliversError::Codes(CodeError::OneTime(x, y)) => Text::new(
                format!(
                    "«{x}» và «{y}» chỉ có ở thời điểm của cùng một bản đồ: cần một mã có ở thời điểm của bản đồ cũ và một mã có ở thời điểm của bản đồ mới."
                ),
                format!(
                    "“{x}” and “{y}” exist in the time of one and the same map only: one code has to exist in the older map's time and one in the newer one's."
                ),
            ),
            SliversError::Between(given) => Text::new(
                format!("«{given}» không phải là hai mã: hãy viết như 11,12."),
                format!("“{given}” is not two codes: write them like 11,12."),
            ),
            SliversError::Amount(name, given) => Text::new(
                format!("«{name}» = «{given}» không đọc được: cần một số từ 0 trở lên."),
                format!("Cannot read {name} = “{given}”: give a number from 0 up."),
            ),
            SliversError::Form(given) => Text::new(
                format!("Không có dạng «{given}»: hãy chọn json hoặc geojson."),
                format!("There is no form “{given}”: choose json or geojson."),
            ),
        }
    }
}

/// An area or a length as typed: a finite number from 0, with a decimal point or comma.
pub fn read_amount(name: &'static str, text: &str) -> Result<f64, QuestionError> {
    let value = text.trim().replace(',', ".").parse().ok().filter(|v: &f64| v.is_finite() && *v >= 0.0);
    value.ok_or_else(|| SliversError::Amount(name, text.chars().take(40).collect()).into())
}
