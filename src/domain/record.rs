//! The records that people keep: a journal of changes, each with who made it and when. Nothing is overwritten; what the
//! records say is what the journal adds up to.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AccountEvent, Activity, Agreement, AgreementChange, Amendment, Body, Claim, DeadlineSet, Dispute, DisputeEvent,
    Document, IncidentEvent, Progress, Reform, Text, Withdrawal,
};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// UUIDv7. The same entry arriving twice is one entry.
    pub id: Uuid,
    pub recorded_at: Timestamp,
    /// Who entered it.
    pub by: String,
    pub change: Change,
}

#[cfg(feature = "server")]
impl Entry {
    pub fn new(by: &str, change: Change) -> Entry {
        Entry { id: Uuid::now_v7(), recorded_at: Timestamp::now(), by: by.into(), change }
    }
}

/// What changed.
// Changes are handled one at a time, and the largest, reports, are the most frequent.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    DisputeOpened {
        dispute: Dispute,
    },
    DisputeAmended {
        dispute: String,
        amendment: Amendment,
    },
    DisputeEvent {
        dispute: String,
        event: DisputeEvent,
    },
    ClaimFiled {
        dispute: String,
        claim: Claim,
    },
    ClaimWithdrawn {
        dispute: String,
        claim: String,
        withdrawal: Withdrawal,
    },
    AgreementMade {
        agreement: Agreement,
    },
    AgreementChanged {
        agreement: String,
        change: AgreementChange,
    },
    ActivityHeld {
        agreement: String,
        activity: Activity,
    },
    ObligationProgress {
        agreement: String,
        progress: Progress,
    },
    BodyNamed {
        body: Body,
    },
    BodyEnded {
        body: String,
        on: Date,
        document: Document,
    },
    ReformApplied {
        reform: Reform,
    },
    HandOverAccepted {
        acceptance: Acceptance,
    },
    DeadlineSet {
        deadline: DeadlineSet,
    },
    /// Incidents are added up one by one, not among the records.
    Incident {
        incident: Uuid,
        event: IncidentEvent,
    },
    /// Accounts are kept in tables of their own.
    Account {
        event: AccountEvent,
    },
}

/// What a line of the journal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Records,
    Incidents,
    Accounts,
}

impl Topic {
    pub fn word(self) -> &'static str {
        match self {
            Topic::Records => "records",
            Topic::Incidents => "incidents",
            Topic::Accounts => "accounts",
        }
    }
}

impl Change {
    pub fn topic(&self) -> Topic {
        match self {
            Change::Incident { .. } => Topic::Incidents,
            Change::Account { .. } => Topic::Accounts,
            _ => Topic::Records,
        }
    }

    /// The incident or the account it is about.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Change::Incident { incident, .. } => Some(*incident),
            Change::Account { event } => event.user(),
            _ => None,
        }
    }
}

/// A receiving unit takes over what a unit that ended had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Acceptance {
    pub reform: String,
    /// Codes: of the unit that ended, the day before the reform; of the receiver, the day of it.
    pub from: String,
    pub to: String,
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Ids of what is taken over.
    pub items: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

/// Everything recorded, built-in records first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Records {
    pub disputes: Vec<Dispute>,
    pub agreements: Vec<Agreement>,
    pub bodies: Vec<Body>,
    /// Reforms that users applied, in order of their dates.
    #[serde(default)]
    pub reforms: Vec<Reform>,
    #[serde(default)]
    pub acceptances: Vec<Acceptance>,
    /// Deadlines set anew, in order.
    #[serde(default)]
    pub deadlines: Vec<DeadlineSet>,
}

/// Why a change does not fit the records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("there is no {what} {id}")]
    Unknown { what: &'static str, id: String },
    #[error("there is a {what} {id} already")]
    Taken { what: &'static str, id: String },
    #[error("{what} {id}: {} is before {}", .date, .first)]
    TooEarly { what: &'static str, id: String, date: Date, first: Date },
    #[error("{what} {id} ended on {date}")]
    Ended { what: &'static str, id: String, date: Date },
}

impl RecordError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            RecordError::Unknown { .. } => "unknown_record",
            RecordError::Taken { .. } => "record_exists",
            RecordError::TooEarly { .. } => "date_too_early",
            RecordError::Ended { .. } => "record_ended",
        }
    }

    pub fn text(&self) -> Text {
        let vi = |what: &str| match what {
            "dispute" => "tranh chấp",
            "claim" => "yêu cầu",
            "agreement" => "thỏa thuận",
            "obligation" => "điều cam kết",
            "activity" => "hoạt động",
            "party" => "bên",
            "reform" => "cải cách",
            "acceptance" => "lần tiếp nhận",
            "collection" => "lớp dữ liệu",
            "feature" => "đối tượng",
            "layer" => "lớp bản đồ",
            _ => "cơ quan",
        };
        match self {
            RecordError::Unknown { what, id } => {
                Text::new(format!("Không có {} «{id}».", vi(what)), format!("There is no {what} “{id}”."))
            }
            RecordError::Taken { what, id } => {
                Text::new(format!("Đã có {} «{id}».", vi(what)), format!("There is a {what} “{id}” already."))
            }
            RecordError::TooEarly { what, id, date, first } => Text::new(
                format!("{} «{id}»: ngày {date} trước ngày đầu tiên của hồ sơ, {first}.", vi(what)),
                format!("{what} “{id}”: {date} is before the first day of the record, {first}."),
            ),
            RecordError::Ended { what, id, date } => Text::new(
                format!("{} «{id}» đã kết thúc ngày {date}.", vi(what)),
                format!("{what} “{id}” ended on {date}."),
            ),
        }
    }
}

fn unknown(what: &'static str, id: impl ToString) -> RecordError {
    RecordError::Unknown { what, id: id.to_string() }
}

impl Records {
    /// Takes in one entry, or says why it does not fit and changes nothing.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), RecordError> {
        let by = || Some(entry.by.clone());
        match entry.change.clone() {
            Change::DisputeOpened { mut dispute } => {
                free("dispute", &dispute.id, self.disputes.iter().map(|d| &d.id))?;
                for event in &mut dispute.events {
                    event.entered_by = by();
                }
                self.disputes.push(dispute);
            }
            Change::DisputeAmended { dispute, amendment } => {
                let d = self.dispute(&dispute)?;
                since("dispute", &dispute, amendment.date, d.events.first().map(|e| e.date))?;
                d.amendments.push(Amendment { entered_by: by(), ..amendment });
            }
            Change::DisputeEvent { dispute, event } => {
                let d = self.dispute(&dispute)?;
                since("dispute", &dispute, event.date, d.events.first().map(|e| e.date))?;
                d.events.push(DisputeEvent { entered_by: by(), ..event });
                // In order of their dates; of one day in the order they were entered.
                d.events.sort_by_key(|e| e.date);
            }
            Change::ClaimFiled { dispute, claim } => {
                let d = self.dispute(&dispute)?;
                since("dispute", &dispute, claim.filed, d.events.first().map(|e| e.date))?;
                free("claim", &claim.id, d.claims.iter().map(|c| &c.id))?;
                if claim.party >= d.parties.len() {
                    return Err(unknown("party", claim.party + 1));
                }
                d.claims.push(Claim { entered_by: by(), ..claim });
            }
            Change::ClaimWithdrawn { dispute, claim, withdrawal } => {
                let d = self.dispute(&dispute)?;
                let c = d.claims.iter_mut().find(|c| c.id == claim).ok_or_else(|| unknown("claim", &claim))?;
                if let Some(w) = &c.withdrawn {
                    return Err(RecordError::Ended { what: "claim", id: claim, date: w.date });
                }
                since("claim", &claim, withdrawal.date, Some(c.filed))?;
                c.withdrawn = Some(Withdrawal { entered_by: by(), ..withdrawal });
            }
            Change::AgreementMade { agreement } => {
                free("agreement", &agreement.id, self.agreements.iter().map(|a| &a.id))?;
                self.agreements.push(agreement);
            }
            Change::AgreementChanged { agreement, change } => {
                self.agreement(&agreement)?.changes.push(AgreementChange { entered_by: by(), ..change });
            }
            Change::ActivityHeld { agreement, activity } => {
                let a = self.agreement(&agreement)?;
                free("activity", &activity.id, a.activities.iter().map(|a| &a.id))?;
                a.activities.push(Activity { entered_by: by(), ..activity });
            }
            Change::ObligationProgress { agreement, progress } => {
                let a = self.agreement(&agreement)?;
                if progress.obligation >= a.obligations.len() {
                    return Err(unknown("obligation", progress.obligation + 1));
                }
                a.progress.push(Progress { entered_by: by(), ..progress });
            }
            Change::BodyNamed { body } => {
                free("body", &body.id, self.bodies.iter().map(|b| &b.id))?;
                self.bodies.push(Body { entered_by: by(), ..body });
            }
            Change::BodyEnded { body, on, document } => {
                let b = self.bodies.iter_mut().find(|b| b.id == body).ok_or_else(|| unknown("body", &body))?;
                if let Some(date) = b.valid.to {
                    return Err(RecordError::Ended { what: "body", id: body, date });
                }
                since("body", &body, on, b.valid.from)?;
                b.valid.to = Some(on);
                b.ended = Some(document);
            }
            Change::ReformApplied { reform } => {
                free("reform", &reform.id, self.reforms.iter().map(|r| &r.id))?;
                since("reform", &reform.id, reform.date, self.reforms.last().map(|r| r.date))?;
                self.reforms.push(reform);
            }
            Change::DeadlineSet { deadline } => self.deadlines.push(deadline),
            Change::Incident { .. } | Change::Account { .. } => {}
            Change::HandOverAccepted { acceptance } => {
                let same = |a: &&Acceptance| {
                    (&a.reform, &a.from, &a.to) == (&acceptance.reform, &acceptance.from, &acceptance.to)
                };
                let before: Vec<&String> = self.acceptances.iter().filter(same).flat_map(|a| &a.items).collect();
                if let Some(item) = acceptance.items.iter().find(|i| before.contains(i)) {
                    return Err(RecordError::Taken { what: "acceptance", id: item.clone() });
                }
                self.acceptances.push(Acceptance { entered_by: by(), ..acceptance });
            }
        }
        Ok(())
    }

    fn dispute(&mut self, id: &str) -> Result<&mut Dispute, RecordError> {
        self.disputes.iter_mut().find(|d| d.id == id).ok_or_else(|| unknown("dispute", id))
    }

    fn agreement(&mut self, id: &str) -> Result<&mut Agreement, RecordError> {
        self.agreements.iter_mut().find(|a| a.id == id).ok_or_else(|| unknown("agreement", id))
    }
}

fn free<'a>(what: &'static str, id: &str, mut taken: impl Iterator<Item = &'a String>) -> Result<(), RecordError> {
    if taken.any(|t| t == id) { Err(RecordError::Taken { what, id: id.into() }) } else { Ok(()) }
}

fn since(what: &'static str, id: &str, date: Date, first: Option<Date>) -> Result<(), RecordError> {
    match first {
        Some(first) if date < first => Err(RecordError::TooEarly { what, id: id.into(), date, first }),
        _ => Ok(()),
    }
}
