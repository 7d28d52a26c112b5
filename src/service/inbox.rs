//! The inbox: what the units of somebody were told, newest first, and how far it has been read.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::UnitName;
use super::{ActionError, Office};
use crate::domain::{UserRole, Who, day_in_vietnam};
use crate::store::StoreError;

/// The most on one page.
const MOST: i64 = 200;

/// One notice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Notice {
    /// Its number; notices are read up to one.
    pub id: i64,
    pub incident: Option<Uuid>,
    /// The unit that is told; null: the administrators.
    pub unit: Option<UnitName>,
    /// informed, edited, verify, propose, …
    pub what: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: jiff::Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Inbox {
    pub unread: i64,
    pub notices: Vec<Notice>,
}

impl Office {
    /// Notices for the units of this person, before a number, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn inbox(&self, who: &Who, before: Option<i64>, limit: Option<i64>) -> Result<Inbox, ActionError> {
        let service = self.now();
        let today = day_in_vietnam(jiff::Timestamp::now());
        let units: Vec<String> = match (&who.unit, who.role) {
            (Some(unit), UserRole::Ranger | UserRole::Official | UserRole::Admin) => {
                service.lands_of(unit, today).iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        let admin = who.role == UserRole::Admin;
        self.store()?.read(|tx| {
            let unread = tx.unread(who.id, &units, admin)?;
            let rows = tx.notices(&units, admin, before, limit.unwrap_or(50).clamp(1, MOST))?;
            let notices = rows
                .into_iter()
                .map(|row| {
                    let unit = row.unit.map(|u| u.parse()).transpose().map_err(|e| StoreError::unreadable(&e))?;
                    Ok(Notice {
                        id: row.id,
                        incident: row.incident,
                        unit: unit.map(|u| service.unit_of(&u, today)),
                        what: row.what,
                        at: jiff::Timestamp::from_microsecond(row.at_us).map_err(|e| StoreError::unreadable(&e))?,
                    })
                })
                .collect::<Result<_, StoreError>>()?;
            Ok(Inbox { unread, notices })
        })
    }

    /// Notes that somebody has read up to a notice.
    ///
    /// # Errors
    /// The store's.
    pub fn read_inbox(&self, who: &Who, up_to: i64) -> Result<(), ActionError> {
        Ok(self.store()?.write(|tx| tx.has_read(who.id, up_to))?)
    }
}
