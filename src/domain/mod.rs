//! The words of the field. No IO, async, SQL or HTTP here: plain data, its lineage through time, and the rules.

mod agreement;
mod dataset;
mod dispute;
mod finding;
mod reform;
mod reform_check;
pub mod rules;
mod text;
mod time;
mod unit;

pub use agreement::{Agreement, AgreementParty, InForce, Obligation, PartyRole};
pub use dataset::{Correction, Dataset, DatasetInfo, Defect, DefectKind, ExpectedOverlap, Format, UnitShape};
pub use dispute::{Dispute, DisputeEvent, DisputeLevel, DisputeStatus, Document, NearFormer, Party, Stretch};
pub use finding::{BoundaryFact, DatasetReading, Finding, Share, Territory, ZoneFact};
pub use reform::{NewUnit, Reform, ReformProblem};
pub use text::{Lang, Text, fold};
pub use time::{Period, today_in_vietnam};
pub use unit::{Level, Register, Unit, UnitRow};
