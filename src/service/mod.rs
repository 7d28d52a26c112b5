//! One function per thing a user does. Library, CLI and HTTP all come through here: no answer is computed twice in two
//! ways.

mod acting;
mod action;
pub mod answer;
mod attribute;
mod audit;
mod backup;
mod binding;
mod collections;
mod disputing;
pub mod dossier;
mod explain;
pub mod filing;
pub mod gis;
pub mod importing;
pub mod inbox;
pub mod incidents;
mod locate;
mod names;
pub mod notify;
mod office;
pub mod people;
pub mod photos;
mod recording;
mod reform;
mod reforming;
mod restore;
pub mod retention;
pub mod review;
mod rights;
pub mod role_import;
mod roles;
mod slivers;
mod transfer;

use std::path::Path;
use std::sync::Arc;

use crate::atlas::{Atlas, AtlasError};
use crate::crs::PositionError;
use crate::domain::{DatasetInfo, Defect, INCIDENT_KINDS, IncidentKind, Records, Reform, Register, Text, rules};
use crate::engine::{Engine, Layer};
use crate::store::StoreError;

pub use action::{ActionError, ShapeFault};
pub use attribute::{AttributeError, AttributeOptions, Summary, XyColumns, attribute};
pub use audit::audit;
pub use backup::{Backed, BackupError, Manifest, backup};
pub use collections::{UnitsQuery, agreement_here, agreements, disputes, disputes_at, units};
pub use explain::{percent, zone_words};
pub use incidents::IncidentRefusal;
pub use locate::{PositionText, Question};
pub use office::Office;
pub use people::PeopleError;
pub use photos::PhotoRefusal;
pub use recording::{NewAmendment, NewClaim, NewDispute, NewEvent, Words, find_dispute};
pub use reform::{
    AgreementChange, DisputeChange, DisputeOutcome, GoingOn, HandOver, HandOverItem, HandOverKind, LevelCount, Origin,
    PartyChange, Plan, Succession, plan,
};
pub use reforming::{HandOverList, HandedItem};
pub use restore::{Restored, restore};
use roles::Bodies;
pub use slivers::{
    ComparedMaps, SliverHere, SliverRow, SliversError, SliversFound, SliversQuery, evidence, read_amount, slivers,
    slivers_near,
};

/// Why the datasets or the records cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Atlas(#[from] AtlasError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

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
    overlays: slivers::Overlays,
    lands: incidents::Lands,
    gis: gis::Memory,
}

impl Service {
    /// The active datasets under `data`, or the built-in indicative set where none is active, with the records kept there.
    ///
    /// # Errors
    /// [`OpenError`] where something kept there is damaged.
    pub fn open(data: &Path) -> Result<Arc<Service>, OpenError> {
        Ok(Office::open(data)?.now())
    }

    pub fn new(atlas: Atlas) -> Service {
        let Atlas { register, reforms, records, datasets, expected_overlaps } = atlas;
        let defects = Arc::new(datasets.iter().map(|d| (d.info.id.clone(), d.defects.clone())).collect());
        let layers = datasets.into_iter().map(|d| Arc::new(Layer::new(d))).collect();
        let builtin_register = Arc::new(register.clone());
        let engine = Engine::new(register, &reforms, layers, records.disputes.clone(), expected_overlaps);
        let bodies = Bodies::new(&records.bodies);
        Service {
            engine,
            bodies,
            records,
            builtin_reforms: Arc::new(reforms),
            builtin_register,
            defects,
            overlays: Default::default(),
            lands: Default::default(),
            gis: Default::default(),
        }
    }

    /// The reforms that the register has in it, in order of their dates.
    pub fn reforms(&self) -> impl Iterator<Item = &Reform> {
        self.builtin_reforms.iter().chain(&self.records.reforms)
    }

    /// The same datasets with other records; cheap, as the indexes are shared, unless a reform has come.
    pub fn with_records(&self, records: Records) -> Service {
        let engine = if records.reforms == self.records.reforms {
            self.engine.with_disputes(records.disputes.clone())
        } else {
            self.reformed(&records)
        };
        Service {
            engine,
            bodies: Bodies::new(&records.bodies),
            records,
            builtin_reforms: self.builtin_reforms.clone(),
            builtin_register: self.builtin_register.clone(),
            defects: self.defects.clone(),
            overlays: self.overlays.clone(),
            // A reform changes who answers for what.
            lands: Default::default(),
            gis: Default::default(),
        }
    }

    /// The engine under the reforms of the records. Only reforms that fit the register are ever recorded; one that does
    /// not fit leaves the register as it was and is said in the log.
    fn reformed(&self, records: &Records) -> Engine {
        let mut register = (*self.builtin_register).clone();
        let mut reforms = (*self.builtin_reforms).clone();
        for reform in &records.reforms {
            match register.apply(reform) {
                Ok(after) => {
                    register = after;
                    reforms.push(reform.clone());
                }
                Err(problems) => tracing::error!(reform = reform.id, ?problems, "a recorded reform does not fit"),
            }
        }
        self.engine.with_reforms(register, &reforms, records.disputes.clone())
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
