//! Incidents: reporting, and everything done to them afterwards. Whatever comes in is one event in one transaction.

mod act;
mod deadlines;
mod demo;
mod doing;
mod duplicates;
mod history;
mod judge;
mod list;
mod live;
mod notify;
mod possible;
mod read;
mod refusal;
mod report;
mod scope;
mod sync;
mod view;

pub(super) use doing::looked_up_by;

pub use act::{Act, BaseBody};
pub use demo::Demo;
pub use doing::{Done, Expected, Job, row_of};
pub(super) use doing::{load, put, read_doc};
pub use duplicates::{Near, NearIncident};
pub use history::HistoryEvent;
pub use list::{AskedAgain, IncidentPage, IncidentQuery};
pub use live::LiveEvent;
pub use possible::Possible;
pub use read::ReportBody;
pub use refusal::IncidentRefusal;
pub use report::Receipt;
pub use scope::{Lands, may_see};
pub use sync::{MAX_ROWS, SyncRow, SyncStatus, Synced};
pub use view::{IncidentFeature, IncidentView, LineView, Sight};

/// The longest text taken, characters.
pub const MAX_TEXT: usize = 10_000;
