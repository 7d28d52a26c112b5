//! Personal values: outside the hashed journal, which keeps a salted digest. An erased value leaves the chain valid.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::db::Value;
use super::journal::{AuditFault, hex};
use super::{StoreError, Tx, placeholders};
use crate::domain::PrivateRef;

/// A personal value by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRow {
    pub id: Uuid,
    pub incident: Option<Uuid>,
    pub field: String,
}

/// Which values.
#[derive(Debug, Clone, Copy)]
pub enum PrivateQuery<'a> {
    Of(Uuid),
    Before { made_us: i64, states: &'a [&'static str], limit: usize },
}

/// SHA-256 of the salt and the value.
pub fn digest(salt: &[u8], value: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(value).finalize().into()
}

/// Values looked up at a time.
const BATCH: usize = 500;

impl Tx<'_> {
    /// Keeps a value; returns what the event holds of it.
    ///
    /// # Errors
    /// The store's.
    pub fn keep_private(&mut self, incident: Option<Uuid>, field: &str, value: &str) -> Result<PrivateRef, StoreError> {
        let id = Uuid::now_v7();
        // 122 random bits: nobody finds the value again by trying likely ones.
        let salt = Uuid::new_v4();
        let digest = digest(salt.as_bytes(), value);
        let now = self.now()?.as_microsecond();
        self.execute(
            "INSERT INTO private_fields (id, incident, field, value, salt, digest, made_us) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                id.into(),
                incident.into(),
                field.into(),
                value.into(),
                salt.as_bytes().as_slice().into(),
                digest.into(),
                now.into(),
            ],
        )?;
        Ok(PrivateRef { private: id, digest: hex(&digest) })
    }

    /// The values that are still there.
    ///
    /// # Errors
    /// The store's.
    pub fn private_values(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, StoreError> {
        let mut found = HashMap::new();
        for some in ids.chunks(BATCH) {
            let sql = format!(
                "SELECT id, value FROM private_fields WHERE value IS NOT NULL AND id IN ({})",
                placeholders(1, some.len())
            );
            let params: Vec<_> = some.iter().map(|id| (*id).into()).collect();
            for row in self.rows(&sql, &params)? {
                found.insert(row.uuid(0)?, row.text(1)?);
            }
        }
        Ok(found)
    }

    /// Values of a field that are still there: of one incident, or those made before a moment whose incident is in one
    /// of these states. Oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn private_rows(&mut self, field: &str, which: PrivateQuery) -> Result<Vec<PrivateRow>, StoreError> {
        const COLUMNS: &str = "SELECT p.id, p.incident, p.field FROM private_fields p";
        let rows = match which {
            PrivateQuery::Of(incident) => self.rows(
                &format!("{COLUMNS} WHERE p.field = $1 AND p.incident = $2 AND p.value IS NOT NULL ORDER BY p.id"),
                &[field.into(), incident.into()],
            )?,
            PrivateQuery::Before { made_us, states, limit } => {
                let states: Vec<Value> = states.iter().map(|s| Value::from(*s)).collect();
                let sql = format!(
                    "{COLUMNS} JOIN incidents i ON i.id = p.incident \
                     WHERE p.field = $1 AND p.made_us < $2 AND p.value IS NOT NULL AND i.state IN ({}) \
                     ORDER BY p.made_us, p.id LIMIT {limit}",
                    placeholders(3, states.len())
                );
                let params: Vec<Value> = [field.into(), made_us.into()].into_iter().chain(states).collect();
                self.rows(&sql, &params)?
            }
        };
        rows.iter()
            .map(|row| {
                let incident =
                    row.opt_text(1)?.map(|t| t.parse().map_err(|e| StoreError::unreadable(&e))).transpose()?;
                Ok(PrivateRow { id: row.uuid(0)?, incident, field: row.text(2)? })
            })
            .collect()
    }

    /// Erases a value with its salt: the digest that is left tells nothing. Whoever calls writes it in the journal.
    ///
    /// # Errors
    /// The store's.
    pub fn erase_private(&mut self, id: Uuid) -> Result<(), StoreError> {
        let now = self.now()?.as_microsecond();
        let sql = "UPDATE private_fields SET value = NULL, salt = NULL, erased_us = $1 WHERE id = $2";
        self.execute(sql, &[now.into(), id.into()]).map(drop)
    }

    /// Digests of an incident's values by their ids.
    ///
    /// # Errors
    /// The store's.
    pub fn private_digests(&mut self, incident: Uuid) -> Result<HashMap<Uuid, String>, StoreError> {
        let rows = self.rows("SELECT id, digest FROM private_fields WHERE incident = $1", &[incident.into()])?;
        rows.iter().map(|row| Ok((row.uuid(0)?, hex(&row.hash(1)?)))).collect()
    }

    /// Looks at every value: is it what its digest says, and, where it is gone, was it erased by the book? `erased`:
    /// those of whose erasure the journal tells.
    ///
    /// # Errors
    /// The store's.
    pub fn audit_private(&mut self, erased: &HashSet<Uuid>) -> Result<Vec<AuditFault>, StoreError> {
        let mut faults = Vec::new();
        let mut after = String::new();
        loop {
            let rows = self.rows(
                "SELECT id, value, salt, digest FROM private_fields WHERE id > $1 ORDER BY id LIMIT $2",
                &[after.into(), (BATCH as i64).into()],
            )?;
            let Some(last) = rows.last() else { return Ok(faults) };
            after = last.text(0)?;
            for row in &rows {
                let id = row.uuid(0)?;
                let what = match (row.opt_text(1)?, row.opt_blob(2)?) {
                    (Some(value), Some(salt)) if digest(&salt, &value) == row.hash(3)? => continue,
                    (None, None) if erased.contains(&id) => continue,
                    (None, _) => "private_gone",
                    (Some(_), _) => "private_changed",
                };
                faults.push(AuditFault { line: None, what, detail: format!("personal value {id}") });
            }
        }
    }
}
