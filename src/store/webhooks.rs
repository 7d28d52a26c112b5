//! Who asked to be called, and what has not reached them yet.

use uuid::Uuid;

use super::{StoreError, Tx};

/// Where notices are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    pub id: Uuid,
    /// `None`: every unit's notices.
    pub unit: Option<String>,
    /// `https://…`, or `mailto:…`.
    pub url: String,
    pub secret: String,
    pub disabled: bool,
}

/// A notice on its way to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    pub id: i64,
    pub attempts: i64,
    pub url: String,
    pub secret: String,
    pub notice: i64,
    pub incident: Option<Uuid>,
    pub unit: Option<String>,
    pub what: String,
    pub at_us: i64,
}

impl Tx<'_> {
    /// # Errors
    /// The store's.
    pub fn webhooks(&mut self) -> Result<Vec<WebhookRow>, StoreError> {
        let rows = self.rows("SELECT id, unit, url, secret, disabled FROM webhooks ORDER BY id", &[])?;
        rows.iter()
            .map(|row| {
                Ok(WebhookRow {
                    id: row.uuid(0)?,
                    unit: row.opt_text(1)?,
                    url: row.text(2)?,
                    secret: row.text(3)?,
                    disabled: row.flag(4)?,
                })
            })
            .collect()
    }

    /// # Errors
    /// The store's.
    pub fn put_webhook(&mut self, row: &WebhookRow) -> Result<(), StoreError> {
        let now = self.now()?.as_microsecond();
        self.execute(
            "INSERT INTO webhooks (id, unit, url, secret, made_us, disabled) VALUES ($1, $2, $3, $4, $5, 0)",
            &[row.id.into(), row.unit.as_ref().into(), (&row.url).into(), (&row.secret).into(), now.into()],
        )
        .map(drop)
    }

    /// Takes a target away, with what was on its way to it. False: there was none.
    ///
    /// # Errors
    /// The store's.
    pub fn drop_webhook(&mut self, id: Uuid) -> Result<bool, StoreError> {
        self.execute("DELETE FROM deliveries WHERE webhook = $1", &[id.into()])?;
        Ok(self.execute("DELETE FROM webhooks WHERE id = $1", &[id.into()])? > 0)
    }

    /// How many deliveries are due.
    ///
    /// # Errors
    /// The store's.
    pub fn deliveries_due(&mut self, now_us: i64) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM deliveries WHERE done_us IS NULL AND next_us <= $1";
        self.row(sql, &[now_us.into()])?.map_or(Ok(0), |row| row.int(0))
    }

    /// Deliveries that are due, claimed until a later moment: no other server takes them meanwhile.
    ///
    /// # Errors
    /// The store's.
    pub fn claim_deliveries(&mut self, now_us: i64, until_us: i64, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
        let rows = self.rows(
            "SELECT d.id, d.attempts, w.url, w.secret, n.id, n.incident, n.unit, n.what, n.at_us FROM deliveries d \
             JOIN webhooks w ON w.id = d.webhook JOIN notices n ON n.id = d.notice \
             WHERE d.done_us IS NULL AND d.next_us <= $1 AND w.disabled = 0 ORDER BY d.next_us LIMIT $2",
            &[now_us.into(), limit.into()],
        )?;
        let mut claimed = Vec::new();
        for row in rows {
            let id = row.int(0)?;
            self.execute("UPDATE deliveries SET next_us = $1 WHERE id = $2", &[until_us.into(), id.into()])?;
            claimed.push(DeliveryRow {
                id,
                attempts: row.int(1)?,
                url: row.text(2)?,
                secret: row.text(3)?,
                notice: row.int(4)?,
                incident: row.opt_text(5)?.map(|t| t.parse().map_err(|e| StoreError::unreadable(&e))).transpose()?,
                unit: row.opt_text(6)?,
                what: row.text(7)?,
                at_us: row.int(8)?,
            });
        }
        Ok(claimed)
    }

    /// Notes how a delivery went: done, to be tried again at a moment, or given up (`None`).
    ///
    /// # Errors
    /// The store's.
    pub fn delivery_went(&mut self, id: i64, error: Option<&str>, again_us: Option<i64>) -> Result<(), StoreError> {
        let now = self.now()?.as_microsecond();
        match (error, again_us) {
            (Some(error), Some(again)) => self.execute(
                "UPDATE deliveries SET attempts = attempts + 1, next_us = $1, error = $2 WHERE id = $3",
                &[again.into(), error.into(), id.into()],
            )?,
            (error, _) => self.execute(
                "UPDATE deliveries SET attempts = attempts + 1, done_us = $1, error = $2 WHERE id = $3",
                &[now.into(), error.into(), id.into()],
            )?,
        };
        Ok(())
    }
}
