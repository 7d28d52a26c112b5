//! Devices that were without a signal send what they have: in any order, more than once, late. Every row gets an answer
//! of its own, and nothing is dropped: what has to wait for another row waits, what no longer fits is kept and shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Act;
use super::act::BaseBody;
use super::doing::{Expected, Job, act_in, base_is_here, load};
use super::read::{ReportBody, json, read_moment};
use super::report::{ready, report_in};
use super::view::IncidentFeature;
use crate::domain::{Text, Who};
use crate::service::{ActionError, Office, Service};
use crate::store::{Tx, Waiting};

/// Rows in one batch.
pub const MAX_ROWS: usize = 1000;
/// Rows in one transaction: others may write in between.
const CHUNK: usize = 50;

/// One row of a batch.
// Most rows are reports, the larger kind.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum SyncRow {
    /// As `PUT /api/incidents/{id}`.
    Report { id: Uuid, report: ReportBody },
    /// As `POST /api/incidents/{incident}/acts`, made without a connection.
    Act {
        /// The id the device gave it.
        id: Uuid,
        incident: Uuid,
        /// What its maker had seen.
        base: BaseBody,
        /// By the device's clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_at: Option<String>,
        act: Act,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    Received,
    /// It was here already.
    Repeated,
    /// Taken in, and some field now has two values that stand against each other.
    Conflict,
    /// Kept in the history without effect: it came too late, or was not the sender's to do.
    SetAside,
    /// Kept until what it was made on arrives.
    Waiting,
    /// Not taken; `why` says what to mend. The device keeps it.
    Refused,
}

/// The answer to one row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Synced {
    /// Null: the row could not be read so far as to find it.
    pub id: Option<Uuid>,
    pub status: SyncStatus,
    /// A stable name for scripts, of what was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// The incident; of a report as it was when it was taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentFeature>,
}

impl Synced {
    fn refused(id: Option<Uuid>, error: &ActionError) -> Synced {
        let (code, why) = (Some(error.code().to_owned()), Some(error.text()));
        Synced { id, status: SyncStatus::Refused, code, why, incident: None }
    }

    fn of(id: Uuid, status: SyncStatus, why: Option<Text>, incident: IncidentFeature) -> Synced {
        Synced { id: Some(id), status, code: None, why, incident: Some(incident) }
    }
}

impl Office {
    /// Takes a batch in, row by row. Rows that cannot be read are refused by themselves.
    ///
    /// # Errors
    /// The store's; then the rows of earlier chunks are in, and the same batch may be sent again.
    pub fn sync(&self, who: &Who, rows: &[Value]) -> Result<Vec<Synced>, ActionError> {
        if rows.len() > MAX_ROWS {
            return Err(ActionError::Invalid(Text::new(
                format!("Tối đa {MAX_ROWS} dòng một lần gửi."),
                format!("At most {MAX_ROWS} rows at a time."),
            )));
        }
        let service = self.now();
        let store = self.store()?;
        let mut answers = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(CHUNK) {
            let done: Vec<Synced> = store.write(|tx| {
                chunk.iter().map(|row| one(tx, &service, who, row)).collect::<Result<Vec<_>, ActionError>>()
            })?;
            answers.extend(done);
        }
        for answer in answers.iter().filter(|a| a.status == SyncStatus::Received) {
            if let Some(incident) = &answer.incident {
                self.finish_photos(who, incident.id)?;
            }
        }
        Ok(answers)
    }
}

/// One row, all of it or nothing; only an error of the store stops the batch.
fn one(tx: &mut Tx, service: &Service, who: &Who, row: &Value) -> Result<Synced, ActionError> {
    let id = row.get("id").and_then(Value::as_str).and_then(|t| t.parse().ok());
    let read: SyncRow = match serde_json::from_value(row.clone()) {
        Ok(read) => read,
        Err(e) => {
            let text = Text::new(format!("Dòng không đọc được: {e}."), format!("The row cannot be read: {e}."));
            return Ok(Synced::refused(id, &ActionError::Invalid(text)));
        }
    };
    match tx.attempt(|tx| take(tx, service, who, &read)) {
        Ok(answer) => Ok(answer),
        Err(ActionError::Store(e)) => Err(e.into()),
        Err(error) => Ok(Synced::refused(id, &error)),
    }
}

fn take(tx: &mut Tx, service: &Service, who: &Who, row: &SyncRow) -> Result<Synced, ActionError> {
    match row {
        SyncRow::Report { id, report } => {
            let receipt = report_in(tx, service, who, &ready(service, who, *id, report, false)?)?;
            let status = if receipt.repeated { SyncStatus::Repeated } else { SyncStatus::Received };
            Ok(Synced::of(*id, status, None, receipt.feature))
        }
        SyncRow::Act { id, incident, base, made_at, act } => {
            let now = tx.now()?;
            let made_at = made_at.as_deref().map(|t| read_moment("made_at", t, now)).transpose()?;
            let base = (*base).into();
            let here = load(tx, *incident)?.is_some_and(|i| base_is_here(&i, base));
            let known = tx.entry(*id)?.is_some();
            if !here && !known {
                let body = json(row).to_string();
                let repeated = !tx.wait_for(&Waiting { id: *id, incident: *incident, user: who.id, body })?;
                let status = if repeated { SyncStatus::Repeated } else { SyncStatus::Waiting };
                let why =
                    Text::new("Đang đợi phần trước của vụ việc này tới.", "Waits for what it was made on to arrive.");
                return Ok(Synced { id: Some(*id), status, code: None, why: Some(why), incident: None });
            }
            let job = Job { incident: *incident, id: Some(*id), expected: Expected::Base(base), made_at, act };
            let done = act_in(tx, service, who, job)?;
            if !done.repeated {
                take_up_waiting(tx, service, *incident)?;
            }
            let conflict = done.feature.properties.facts.as_ref().is_some_and(|f| !f.conflicts.is_empty());
            let status = match (&done.set_aside, done.repeated) {
                (_, true) => SyncStatus::Repeated,
                (Some(_), _) => SyncStatus::SetAside,
                (None, _) if conflict => SyncStatus::Conflict,
                _ => SyncStatus::Received,
            };
            Ok(Synced::of(*id, status, done.set_aside, done.feature))
        }
    }
}

/// Something has arrived: whatever waited for it goes in now, and what waited for that.
pub(super) fn take_up_waiting(tx: &mut Tx, service: &Service, incident: Uuid) -> Result<(), ActionError> {
    loop {
        let mut moved = false;
        for waiting in tx.waiting(incident)? {
            let Ok(SyncRow::Act { id, base, made_at, act, .. }) = serde_json::from_str(&waiting.body) else {
                return Err(crate::store::StoreError::unreadable(&format!("waiting row {}", waiting.id)).into());
            };
            let base = base.into();
            if !load(tx, incident)?.is_some_and(|i| base_is_here(&i, base)) {
                continue;
            }
            tx.no_longer_waits(waiting.id)?;
            moved = true;
            // Whoever sent it may have lost their account meanwhile; what they saw is kept all the same.
            let Some(who) = service.who(tx, waiting.user)? else { continue };
            let now = tx.now()?;
            let made_at = made_at.as_deref().and_then(|t| read_moment("made_at", t, now).ok());
            let job = Job { incident, id: Some(id), expected: Expected::Base(base), made_at, act: &act };
            match tx.attempt(|tx| act_in(tx, service, &who, job)) {
                Ok(_) => {}
                Err(ActionError::Store(e)) => return Err(e.into()),
                // It could never be read; the device is told when it asks again.
                Err(error) => tracing::warn!(%error, row = %id, "a waiting row was refused"),
            }
        }
        if !moved {
            return Ok(());
        }
    }
}
