//! One function per thing a user does. Library, CLI and HTTP all come through here: no answer is computed twice in two
//! ways.

pub mod answer;
mod attribute;
mod binding;
mod collections;
mod disputing;
mod explain;
mod locate;
mod names;
mod slivers;

use std::path::Path;

use crate::atlas::{Atlas, AtlasError};
use crate::crs::PositionError;
use crate::domain::{Agreement, DatasetInfo, Defect, Text, rules};
use crate::engine::{Engine, Layer};

pub use attribute::{AttributeError, AttributeOptions, Summary, XyColumns, attribute};
pub use collections::{UnitsQuery, agreements, disputes, units};
pub use explain::percent;
pub use locate::{PositionText, Question};
pub use slivers::{
    ComparedMaps, SliverHere, SliverRow, SliversError, SliversFound, SliversQuery, evidence, read_amount, slivers,
};

/// A loaded atlas, ready to be asked. Immutable; share it behind an `Arc`.
#[derive(Debug)]
pub struct Service {
    pub engine: Engine,
    pub agreements: Vec<Agreement>,
    pub defects: Vec<(String, Vec<Defect>)>,
    overlays: slivers::Overlays,
}

impl Service {
    /// The active datasets under `data`, or the built-in indicative set where none is active.
    pub fn open(data: &Path) -> Result<Service, AtlasError> {
        Ok(Service::new(Atlas::load(data)?))
    }

    pub fn new(atlas: Atlas) -> Service {
        let Atlas { register, disputes, agreements, datasets, expected_overlaps } = atlas;
        let defects = datasets.iter().map(|d| (d.info.id.clone(), d.defects.clone())).collect();
        let layers = datasets.into_iter().map(Layer::new).collect();
        Service {
            engine: Engine::new(register, layers, disputes, expected_overlaps),
            agreements,
            defects,
            overlays: Default::default(),
        }
    }

    pub fn datasets(&self) -> impl Iterator<Item = &DatasetInfo> {
        self.engine.layers.iter().map(|l| &l.info)
    }

    pub fn is_indicative(&self) -> bool {
        self.datasets().any(|d| d.indicative)
    }
}

/// What can be wrong with a question, in the words of the field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuestionError {
    #[error(transparent)]
    Position(#[from] PositionError),
    #[error("unreadable accuracy: {0}")]
    Accuracy(String),
    #[error("unreadable date: {0}")]
    Date(String),
    #[error("no position given")]
    NoPosition,
    #[error("unknown level: {0}")]
    Level(String),
    #[error(transparent)]
    Slivers(#[from] SliversError),
}

impl QuestionError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            QuestionError::Position(_) => "unreadable_position",
            QuestionError::Accuracy(_) => "unreadable_accuracy",
            QuestionError::Date(_) => "unreadable_date",
            QuestionError::NoPosition => "no_position",
            QuestionError::Level(_) => "unknown_level",
            QuestionError::Slivers(e) => e.code(),
        }
    }

    /// What was wrong, where, and what to do.
    pub fn text(&self) -> Text {
        match self {
            QuestionError::Position(e) => e.text(),
            QuestionError::Slivers(e) => e.text(),
            QuestionError::Accuracy(s) => Text::new(
                format!(
                    "Độ chính xác «{s}» không đọc được: cần số mét từ 0 đến {:.0} (0 nghĩa là không rõ).",
                    rules::MAX_GPS_ACCURACY_M
                ),
                format!(
                    "Cannot read the accuracy “{s}”: give metres from 0 to {:.0} (0 means not known).",
                    rules::MAX_GPS_ACCURACY_M
                ),
            ),
            QuestionError::Date(s) => Text::new(
                format!("Ngày «{s}» không đọc được: hãy viết NĂM-THÁNG-NGÀY, ví dụ 2023-06-01."),
                format!("Cannot read the date “{s}”: write YEAR-MONTH-DAY, such as 2023-06-01."),
            ),
            QuestionError::NoPosition => {
                Text::new("Chưa có vị trí: hãy cho q=… hoặc x=…&y=….", "No position given: use q=… or x=…&y=….")
            }
            QuestionError::Level(s) => Text::new(
                format!("Không có cấp «{s}»: hãy chọn province, district hoặc commune."),
                format!("There is no level “{s}”: choose province, district or commune."),
            ),
        }
    }
}

/// A date as people write it in a script: YYYY-MM-DD.
pub fn read_date(text: &str) -> Result<jiff::civil::Date, QuestionError> {
    let trimmed = text.trim();
    let shaped = trimmed.len() == 10 && trimmed.as_bytes()[4] == b'-' && trimmed.as_bytes()[7] == b'-';
    let date = if shaped { trimmed.parse().ok() } else { None };
    date.ok_or_else(|| QuestionError::Date(text.chars().take(40).collect()))
}

/// A GPS accuracy in metres (68 % radius). 0 means not known, as in ODK's data.
pub fn read_accuracy(text: &str) -> Result<Option<f64>, QuestionError> {
    let value: f64 =
        text.trim().replace(',', ".").parse().map_err(|_| QuestionError::Accuracy(text.chars().take(40).collect()))?;
    check_accuracy(value)
}

fn check_accuracy(value: f64) -> Result<Option<f64>, QuestionError> {
    match value {
        0.0 => Ok(None),
        v if v > 0.0 && v <= rules::MAX_GPS_ACCURACY_M => Ok(Some(v)),
        v => Err(QuestionError::Accuracy(v.to_string())),
    }
}
