//! What can be wrong with something a user does, in the words of the field.

use super::{IncidentRefusal, PeopleError, PhotoRefusal, QuestionError};
use crate::crs::PositionError;
use crate::domain::{RecordError, Text};
use crate::store::StoreError;

/// A fault in a filed shape, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapeFault {
    /// Longitude, latitude in degrees; `None` where the fault has no place on the ground.
    pub place: Option<(f64, f64)>,
    pub text: Text,
}

#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Question(#[from] QuestionError),
    #[error(transparent)]
    Position(#[from] PositionError),
    #[error(transparent)]
    Photo(#[from] PhotoRefusal),
    #[error(transparent)]
    People(#[from] PeopleError),
    #[error(transparent)]
    Incident(#[from] IncidentRefusal),
    /// A filed shape cannot be taken; every fault found.
    #[error("{}", .0.iter().map(|f| f.text.en.as_str()).collect::<Vec<_>>().join(" "))]
    Shape(Vec<ShapeFault>),
    /// A word that has to be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A value that cannot be taken; the sentence says which and why.
    #[error("{}", .0.en)]
    Invalid(Text),
    /// Rows of an import that cannot be read; nothing was taken.
    #[error("{}", .0.iter().map(|t| t.en.as_str()).collect::<Vec<_>>().join("; "))]
    Rows(Vec<Text>),
    #[error("entry {0} is here already and says something else")]
    Differs(String),
    #[error("others keep writing")]
    Busy,
}

impl ActionError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            ActionError::Record(e) => e.code(),
            ActionError::Store(e) => e.code(),
            ActionError::Question(e) => e.code(),
            ActionError::Position(e) => e.code(),
            ActionError::Photo(e) => e.code(),
            ActionError::People(e) => e.code(),
            ActionError::Incident(e) => e.code(),
            ActionError::Shape(_) => "shape_refused",
            ActionError::Missing(_) => "missing",
            ActionError::Invalid(_) => "invalid",
            ActionError::Rows(_) => "rows_refused",
            ActionError::Differs(_) => "entry_differs",
            ActionError::Busy => "busy",
        }
    }

    /// What was wrong, where, and what to do.
    pub fn text(&self) -> Text {
        let join = |texts: &mut dyn Iterator<Item = &Text>| {
            let (vi, en): (Vec<&str>, Vec<&str>) = texts.map(|t| (t.vi.as_str(), t.en.as_str())).unzip();
            Text::new(vi.join("\n"), en.join("\n"))
        };
        match self {
            ActionError::Record(e) => e.text(),
            ActionError::Store(e) => e.text(),
            ActionError::Question(e) => e.text(),
            ActionError::Position(e) => e.text(),
            ActionError::Photo(e) => e.text(),
            ActionError::People(e) => e.text(),
            ActionError::Incident(e) => e.text(),
            ActionError::Shape(faults) => join(&mut faults.iter().map(|f| &f.text)),
            ActionError::Missing(what) => {
                Text::new(format!("Thiếu «{what}»: hãy điền vào."), format!("“{what}” is missing: fill it in."))
            }
            ActionError::Invalid(text) => text.clone(),
            ActionError::Rows(rows) => join(&mut rows.iter()),
            ActionError::Differs(id) => Text::new(
                format!("Mục {id} đã có và nội dung khác; không ghi gì."),
                format!("Entry {id} is here already and says something else; nothing was written."),
            ),
            ActionError::Busy => Text::new(
                "Nhiều người đang ghi cùng lúc; hãy thử lại.",
                "Many are writing at the same time; try again.",
            ),
        }
    }
}
