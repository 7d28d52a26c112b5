//! The words of the field. No IO, async, SQL or HTTP here: plain data, its lineage through time, and the rules.

mod acting;
mod activity;
mod agreement;
mod claim;
mod dataset;
mod dispute;
mod document;
mod finding;
pub mod incident;
mod person;
mod record;
mod reform;
mod reform_check;
mod role;
pub mod rules;
mod shape;
mod text;
mod time;
mod unit;
mod unit_key;

pub use acting::{ActFirst, WhoActs, rule as act_first_rule, words as act_first_words};
pub use activity::{Activity, MEASURES, Measure, measure};
pub use agreement::{Agreement, AgreementChange, AgreementParty, Duty, InForce, Obligation, PartyRole, Progress};
pub use claim::{AsFiled, Claim, Withdrawal};
pub use dataset::{Correction, Dataset, DatasetInfo, Defect, DefectKind, ExpectedOverlap, Format, UnitShape};
pub use dispute::{Amendment, Dispute, DisputeEvent, DisputeLevel, DisputeStatus, NearFormer, Party, Stretch};
pub use document::{Attachment, Document};
pub use finding::{BoundaryFact, DatasetReading, Finding, Share, Territory, ZoneFact, ZoneKind};
pub use incident::{
    DUES, DeadlineSet, DeviceAnswer, Due, FOREST_TYPES, Facts, ForestType, HowPlaced, INCIDENT_KINDS, Incident,
    IncidentError, IncidentEvent, IncidentKind, Judged, JudgedAgreement, JudgedDispute, JudgedLocality, Judgement,
    LINE_STATES, LINE_STEPS, Line, LineRole, LineState, LineStep, Minutes, NewLine, Photo, Place, PrivateRef, Proposal,
    Rejection, Report, SOURCES, STATES, STEPS, Signature, Source, State, Step,
};
pub use person::{AccountEvent, USER_ROLES, UserRole, Via, Who};
pub use record::{Acceptance, Change, Entry, RecordError, Records, Topic};
pub use reform::{NewUnit, Reform, ReformProblem};
pub use role::{Body, Covers, ROLES, Role};
pub use shape::Shape;
pub use text::{Lang, Text, fold};
pub use time::{Period, day_in_vietnam, today_in_vietnam, vietnam};
pub use unit::{Level, Register, Unit, UnitRow};
pub use unit_key::{BadUnitKey, UnitKey};
