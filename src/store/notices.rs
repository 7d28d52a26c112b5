//! What units are told, and how far each person has read.

use uuid::Uuid;

use super::db::{Row, Value};
use super::{Seq, StoreError, Tx, placeholders};

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    pub id: i64,
    pub seq: Seq,
    pub incident: Option<Uuid>,
    /// `None`: the administrators.
    pub unit: Option<String>,
    pub what: String,
    pub at_us: i64,
}

const COLUMNS: &str = "id, seq, incident, unit, what, at_us";

fn read(row: &Row) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: row.int(0)?,
        seq: row.int(1)?,
        incident: row.opt_text(2)?.map(|t| t.parse().map_err(|e| StoreError::unreadable(&e))).transpose()?,
        unit: row.opt_text(3)?,
        what: row.text(4)?,
        at_us: row.int(5)?,
    })
}

/// Which notices: of these units, and those without one.
fn whose(units: &[String], first: usize, admin: bool) -> String {
    let of_units = (!units.is_empty()).then(|| format!("unit IN ({})", placeholders(first, units.len())));
    let of_none = admin.then(|| "unit IS NULL".to_owned());
    let parts: Vec<String> = of_units.into_iter().chain(of_none).collect();
    if parts.is_empty() { "1 = 0".into() } else { format!("({})", parts.join(" OR ")) }
}

impl Tx<'_> {
    /// Notes that a unit (or, without one, the administrators) is to be told; and queues it for those who asked to be
    /// called.
    ///
    /// # Errors
    /// The store's.
    pub fn notice(
        &mut self,
        seq: Seq,
        incident: Uuid,
        unit: Option<&str>,
        what: &str,
        at_us: i64,
    ) -> Result<(), StoreError> {
        let row = self.row(
            "INSERT INTO notices (seq, incident, unit, what, at_us) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            &[seq.into(), incident.into(), unit.into(), what.into(), at_us.into()],
        )?;
        let id = row.ok_or_else(|| StoreError::unreadable(&"a notice without a number"))?.int(0)?;
        self.execute(
            "INSERT INTO deliveries (notice, webhook, attempts, next_us) \
             SELECT $1, id, 0, $2 FROM webhooks WHERE disabled = 0 AND (unit IS NULL OR unit = $3)",
            &[id.into(), at_us.into(), unit.unwrap_or_default().into()],
        )?;
        Ok(())
    }

    /// Notices before a number, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn notices(
        &mut self,
        units: &[String],
        admin: bool,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notices WHERE id < $1 AND {} ORDER BY id DESC LIMIT {limit}",
            whose(units, 2, admin)
        );
        let params: Vec<Value> =
            std::iter::once(before.unwrap_or(i64::MAX).into()).chain(units.iter().map(Value::from)).collect();
        self.rows(&sql, &params)?.iter().map(read).collect()
    }

    /// How many notices there are after the last one read.
    ///
    /// # Errors
    /// The store's.
    pub fn unread(&mut self, user: Uuid, units: &[String], admin: bool) -> Result<i64, StoreError> {
        let read = self.row("SELECT notice FROM notice_reads WHERE user_id = $1", &[user.into()])?;
        let read = read.map(|row| row.int(0)).transpose()?.unwrap_or(0);
        let sql = format!("SELECT COUNT(*) FROM notices WHERE id > $1 AND {}", whose(units, 2, admin));
        let params: Vec<Value> = std::iter::once(read.into()).chain(units.iter().map(Value::from)).collect();
        self.row(&sql, &params)?.map_or(Ok(0), |row| row.int(0))
    }

    /// Notes how far somebody has read; never back.
    ///
    /// # Errors
    /// The store's.
    pub fn has_read(&mut self, user: Uuid, notice: i64) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO notice_reads (user_id, notice) VALUES ($1, $2) \
             ON CONFLICT (user_id) DO UPDATE SET notice = excluded.notice WHERE excluded.notice > notice_reads.notice",
            &[user.into(), notice.into()],
        )
        .map(drop)
    }
}
