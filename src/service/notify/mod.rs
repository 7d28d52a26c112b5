//! Telling those who asked to be told outside the program: signed webhooks, and e-mail where it is configured. Every
//! notice stands in the inbox in any case; what is sent here may arrive twice, and carries an id to tell by.

mod mail;
mod webhook;

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::UnitName;
use super::people::Secret;
use super::{ActionError, IncidentRefusal, Office};
use crate::domain::{Text, UserRole, Who, day_in_vietnam};
use crate::store::{DeliveryRow, StoreError, WebhookRow};

/// When a delivery that failed is tried again; after the last it is given up. Seconds.
const AGAIN_S: [i64; 7] = [5, 30, 300, 1800, 7200, 21_600, 86_400];
/// How long one server keeps what it has claimed, should it die over it.
const CLAIM_S: i64 = 120;
/// Deliveries in one go.
const BATCH: i64 = 20;
/// How often what is due is looked for.
pub const LOOK: Duration = Duration::from_secs(1);

/// A way out of the program: what it begins with, and how it is sent.
struct Channel {
    scheme: &'static str,
    send: fn(&DeliveryRow, &Message) -> Result<(), String>,
}

const CHANNELS: [Channel; 3] = [
    Channel { scheme: "https:", send: webhook::send },
    Channel { scheme: "http:", send: webhook::send },
    Channel { scheme: "mailto:", send: mail::send },
];

/// What is sent: no position, no words, no people; whoever is told signs in and looks.
#[derive(Debug, Clone, Serialize)]
struct Message {
    /// Number of the notice: the same again is the same notice.
    id: i64,
    incident: Option<Uuid>,
    unit: Option<UnitName>,
    what: String,
    at: Timestamp,
}

/// A target as it is listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Target {
    pub id: Uuid,
    /// Null: every unit's notices.
    #[schema(value_type = Option<String>)]
    pub unit: Option<crate::domain::UnitKey>,
    pub url: String,
}

impl Office {
    /// Targets that this person may see: administrators all, officials those of their units.
    ///
    /// # Errors
    /// The store's.
    pub fn webhooks(&self, who: &Who) -> Result<Vec<Target>, ActionError> {
        let rows = self.store()?.read(|tx| tx.webhooks())?;
        let targets = rows.into_iter().map(target).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(targets.into_iter().filter(|t| self.may_target(who, t.unit.as_ref())).collect())
    }

    /// Adds a target for the notices of a unit (an administrator: of all). The secret, to check signatures with, is shown
    /// now and never again.
    ///
    /// # Errors
    /// Not this person's unit, an address that cannot be used, or e-mail where none is configured.
    pub fn add_webhook(&self, who: &Who, url: &str, unit: Option<&str>) -> Result<(Target, Secret), ActionError> {
        let unit = match unit.filter(|u| !u.trim().is_empty()) {
            Some(code) => Some(self.now().unit_key(code)?),
            None if who.role == UserRole::Admin => None,
            None => who.unit.clone(),
        };
        if !self.may_target(who, unit.as_ref()) {
            return Err(not_yours());
        }
        let url = url.trim();
        if !CHANNELS.iter().any(|c| url.starts_with(c.scheme)) || url.len() > 2000 {
            return Err(ActionError::Invalid(Text::new(
                "Địa chỉ phải bắt đầu bằng https: hoặc mailto:.",
                "The address has to begin with https: or mailto:.",
            )));
        }
        if url.starts_with("mailto:") && mail::settings().is_none() {
            return Err(ActionError::Invalid(Text::new(
                "Máy chủ này chưa cấu hình thư điện tử (GIAPRANH_SMTP_URL, GIAPRANH_MAIL_FROM).",
                "E-mail is not configured on this server (GIAPRANH_SMTP_URL, GIAPRANH_MAIL_FROM).",
            )));
        }
        let secret = webhook::secret();
        let row = WebhookRow {
            id: Uuid::now_v7(),
            unit: unit.as_ref().map(ToString::to_string),
            url: url.into(),
            secret: secret.text().into(),
            disabled: false,
        };
        self.store()?.write(|tx| tx.put_webhook(&row))?;
        Ok((Target { id: row.id, unit, url: row.url }, secret))
    }

    /// Takes a target away.
    ///
    /// # Errors
    /// There is none of this person's.
    pub fn remove_webhook(&self, who: &Who, id: Uuid) -> Result<(), ActionError> {
        if !self.webhooks(who)?.iter().any(|t| t.id == id) {
            return Err(not_yours());
        }
        self.store()?.write(|tx| tx.drop_webhook(id))?;
        Ok(())
    }

    fn may_target(&self, who: &Who, unit: Option<&crate::domain::UnitKey>) -> bool {
        let today = day_in_vietnam(Timestamp::now());
        match (who.role, unit, &who.unit) {
            (UserRole::Admin, ..) => true,
            (UserRole::Official, Some(unit), Some(own)) => self.now().lands_of(own, today).contains(unit),
            _ => false,
        }
    }

    /// Sends what is due; returns how many were tried. One thread of each server calls this again and again.
    ///
    /// # Errors
    /// The store's.
    pub fn deliver(&self) -> Result<usize, ActionError> {
        let Some(store) = self.store_if_there()? else { return Ok(0) };
        let now = Timestamp::now().as_microsecond();
        // Looking first costs no lock.
        if store.read(|tx| tx.deliveries_due(now))? == 0 {
            return Ok(0);
        }
        let claimed = store.write(|tx| tx.claim_deliveries(now, now + CLAIM_S * 1_000_000, BATCH))?;
        let service = self.now();
        let today = day_in_vietnam(Timestamp::now());
        for row in &claimed {
            let unit = row.unit.as_deref().and_then(|u| u.parse().ok()).map(|u| service.unit_of(&u, today));
            let at = Timestamp::from_microsecond(row.at_us).unwrap_or_default();
            let message = Message { id: row.notice, incident: row.incident, unit, what: row.what.clone(), at };
            let channel = CHANNELS.iter().find(|c| row.url.starts_with(c.scheme));
            let went = channel.map_or_else(|| Err("no channel for it".to_owned()), |c| (c.send)(row, &message));
            let again = usize::try_from(row.attempts).ok().and_then(|n| AGAIN_S.get(n));
            let again = again.map(|s| Timestamp::now().as_microsecond() + s * 1_000_000);
            if let Err(error) = &went {
                tracing::warn!(%error, delivery = row.id, given_up = again.is_none(), "a notice did not arrive");
            }
            store.write(|tx| tx.delivery_went(row.id, went.as_ref().err().map(String::as_str), again))?;
        }
        Ok(claimed.len())
    }
}

fn target(row: WebhookRow) -> Result<Target, StoreError> {
    let unit = row.unit.map(|u| u.parse()).transpose().map_err(|e| StoreError::unreadable(&e))?;
    Ok(Target { id: row.id, unit, url: row.url })
}

fn not_yours() -> ActionError {
    IncidentRefusal::Forbidden(Text::new(
        "Chỉ đặt và xem được nơi nhận của đơn vị mình.",
        "Targets are set and seen for one's own units only.",
    ))
    .into()
}
