//! One function per thing a user does. Library, CLI and HTTP all come through here: no answer is computed twice in two
//! ways.

mod acting;
#[cfg(feature = "server")]
mod action;
pub mod answer;
pub mod around;
#[cfg(feature = "server")]
mod attribute;
#[cfg(feature = "server")]
mod audit;
#[cfg(feature = "server")]
mod backup;
#[cfg(feature = "server")]
pub mod basemap;
mod binding;
#[cfg(feature = "server")]
mod collections;
mod disputing;
#[cfg(feature = "server")]
pub mod dossier;
#[cfg(feature = "server")]
mod drawn;
mod explain;
#[cfg(feature = "server")]
pub mod filing;
#[cfg(feature = "server")]
pub mod gis;
#[cfg(feature = "server")]
pub mod importing;
#[cfg(feature = "server")]
pub mod inbox;
#[cfg(feature = "server")]
pub mod incidents;
#[cfg(feature = "server")]
mod indexes;
mod locate;
mod names;
#[cfg(feature = "server")]
pub mod notify;
#[cfg(feature = "server")]
mod office;
#[cfg(feature = "server")]
pub mod people;
#[cfg(feature = "server")]
pub mod photos;
#[cfg(feature = "server")]
mod recording;
#[cfg(feature = "server")]
mod reform;
#[cfg(feature = "server")]
mod reforming;
#[cfg(feature = "server")]
mod restore;
#[cfg(feature = "server")]
pub mod retention;
#[cfg(feature = "server")]
pub mod review;
#[cfg(feature = "server")]
mod rights;
#[cfg(feature = "server")]
pub mod role_import;
mod roles;
#[cfg(feature = "server")]
pub mod search;
#[cfg(feature = "server")]
mod slivers;
#[cfg(feature = "server")]
mod transfer;

#[cfg(feature = "server")]
mod open;

use std::sync::Arc;

#[cfg(feature = "server")]
use crate::atlas::Atlas;
use crate::crs::PositionError;
use crate::domain::{DatasetInfo, Defect, INCIDENT_KINDS, IncidentKind, Records, Reform, Register, Text, rules};
use crate::engine::Engine;

#[cfg(feature = "server")]
pub use action::{ActionError, ShapeFault};
#[cfg(feature = "server")]
pub use attribute::{
    AttributeError, AttributeOptions, Bulk, COLUMNS as ATTRIBUTE_COLUMNS, Summary, UnitWords, Verdicts, XyColumns,
    attribute, attribute_arrow, attribute_ndjson, attribute_parquet,
};
#[cfg(feature = "server")]
pub use audit::audit;
#[cfg(feature = "server")]
pub use backup::{Backed, BackupError, Manifest, backup};
#[cfg(feature = "server")]
pub use collections::{UnitsQuery, agreement_here, agreements, disputes, disputes_at, units};
pub use explain::{percent, zone_words};
#[cfg(feature = "server")]
pub use incidents::IncidentRefusal;
pub use locate::{PositionText, Question};
#[cfg(feature = "server")]
pub use office::Office;
#[cfg(feature = "server")]
pub use open::OpenError;
#[cfg(feature = "server")]
pub use people::PeopleError;
#[cfg(feature = "server")]
pub use photos::PhotoRefusal;
#[cfg(feature = "server")]
pub use recording::{NewAmendment, NewClaim, NewDispute, NewEvent, Words, find_dispute};
#[cfg(feature = "server")]
pub use reform::{
    AgreementChange, DisputeChange, DisputeOutcome, GoingOn, HandOver, HandOverItem, HandOverKind, LevelCount, Origin,
    PartyChange, Plan, Succession, plan,
};
#[cfg(feature = "server")]
pub use reforming::{HandOverList, HandedItem};
#[cfg(feature = "server")]
pub use restore::{Restored, restore};
use roles::Bodies;
#[cfg(feature = "server")]
pub use slivers::{
    ComparedMaps, SliverHere, SliverRow, SliversError, SliversFound, SliversQuery, evidence, read_amount, slivers,
    slivers_near,
};

/// Datasets and records at one moment, ready to be asked. Immutable; share it behind an `Arc`.
#[derive(Debug)]
pub struct Service {
    pub engine: Engine,
    pub records: Records,
    /// The reforms that come with the program, in order of their dates; those users apply are among the records.
    builtin_reforms: Arc<Vec<Reform>>,
    /// The register without the reforms users apply.
    builtin_register: Arc<Register>,
    pub defects: Arc<Vec<(String, Vec<Defect>)>>,
    bodies: Bodies,
    #[cfg(feature = "server")]
    overlays: slivers::Overlays,
    #[cfg(feature = "server")]
    lands: incidents::Lands,
    #[cfg(feature = "server")]
    gis: gis::Memory,
}

impl Service {
    #[cfg(feature = "server")]
    pub fn new(atlas: Atlas) -> Service {
        let Atlas { register, reforms, records, datasets, expected_overlaps, kept } = atlas;
        let defects = datasets.iter().map(|d| (d.info.id.clone(), d.defects.clone())).collect();
        let layers = datasets.into_iter().map(|d| Arc::new(indexes::layer(d, kept.as_ref()))).collect();
        let builtin_register = register.clone();
        let engine = Engine::new(register, &reforms, layers, records.disputes.clone(), expected_overlaps);
        Service { defects: Arc::new(defects), ..Service::on(engine, records, reforms, builtin_register) }
    }

    /// Records over an engine that has their disputes. `reforms` are those the engine's register has in it, and
    /// `register` is that without the ones users apply.
    pub fn on(engine: Engine, records: Records, reforms: Vec<Reform>, register: Register) -> Service {
        Service {
            engine,
            bodies: Bodies::new(&records.bodies),
            records,
            builtin_reforms: Arc::new(reforms),
            builtin_register: Arc::new(register),
            defects: Arc::default(),
            #[cfg(feature = "server")]
            overlays: Default::default(),
            #[cfg(feature = "server")]
            lands: Default::default(),
            #[cfg(feature = "server")]
            gis: Default::default(),
        }
    }

    /// The reforms that the register has in it, in order of their dates.
    pub fn reforms(&self) -> impl Iterator<Item = &Reform> {
        self.builtin_reforms.iter().chain(&self.records.reforms)
    }

    /// The register without the reforms that users applied.
    pub fn builtin_register(&self) -> &Register {
        &self.builtin_register
    }

    pub fn datasets(&self) -> impl Iterator<Item = &DatasetInfo> {
        self.engine.layers().map(|l| &l.info)
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
    #[error("unknown kind of incident: {0}")]
    Kind(String),
    #[cfg(feature = "server")]
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
            QuestionError::Kind(_) => "unknown_kind",
            #[cfg(feature = "server")]
            QuestionError::Slivers(e) => e.code(),
        }
    }

    /// What was wrong, where, and what to do.
    pub fn text(&self) -> Text {
        match self {
            QuestionError::Position(e) => e.text(),
            #[cfg(feature = "server")]
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
            QuestionError::Kind(s) => {
                let words: Vec<&str> = INCIDENT_KINDS.iter().map(|k| k.1).collect();
                let words = words.join(", ");
                Text::new(
                    format!("Không có loại vụ việc «{s}»: hãy chọn một trong {words}."),
                    format!("There is no kind of incident “{s}”: choose one of {words}."),
                )
            }
        }
    }
}

/// A kind of incident by its word.
pub fn read_kind(text: &str) -> Result<IncidentKind, QuestionError> {
    IncidentKind::parse(text.trim()).ok_or_else(|| QuestionError::Kind(text.chars().take(40).collect()))
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
