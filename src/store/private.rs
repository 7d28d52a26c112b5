//! Personal values: outside the hashed journal, which keeps a salted digest. An erased value leaves the chain valid.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::journal::{Audit, AuditFault, hex};
use super::{StoreError, Tx, placeholders};
use crate::domain::PrivateRef;

/// A personal value by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRow {
    pub id: Uuid,
    pub incident: Option<Uuid>,
    pub field: String,
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

    /// Erases values of a field: of one incident, or of all made before a moment. Returns which.
    ///
    /// # Errors
    /// The store's.
    pub fn erase_private(
        &mut self,
        field: &str,
        incident: Option<Uuid>,
        before_us: Option<i64>,
    ) -> Result<Vec<PrivateRow>, StoreError> {
        let now = self.now()?.as_microsecond();
        let (which, param) = match (incident, before_us) {
            (Some(incident), _) => ("incident = $2", incident.into()),
            (None, Some(before)) => ("made_us < $2", before.into()),
            (None, None) => return Ok(Vec::new()),
        };
        let rows = self.rows(
            &format!(
                "SELECT id, incident, field FROM private_fields WHERE field = $1 AND {which} AND value IS NOT NULL"
            ),
            &[field.into(), param],
        )?;
        let mut erased = Vec::new();
        for row in rows {
            let id = row.uuid(0)?;
            self.execute(
                "UPDATE private_fields SET value = NULL, salt = NULL, erased_us = $1 WHERE id = $2",
                &[now.into(), id.into()],
            )?;
            let incident = row.opt_text(1)?.map(|t| t.parse().map_err(|e| StoreError::unreadable(&e))).transpose()?;
            erased.push(PrivateRow { id, incident, field: row.text(2)? });
        }
        Ok(erased)
    }

    /// Digests by the ids of their values.
    ///
    /// # Errors
    /// The store's.
    pub fn private_digests(&mut self) -> Result<HashMap<Uuid, String>, StoreError> {
        let rows = self.rows("SELECT id, digest FROM private_fields", &[])?;
        rows.iter().map(|row| Ok((row.uuid(0)?, hex(&row.hash(1)?)))).collect()
    }

    pub(super) fn audit_private(&mut self, audit: &mut Audit) -> Result<(), StoreError> {
        let mut fault = |id: Uuid, what| {
            audit.faults.push(AuditFault { line: None, what, detail: format!("personal value {id}") });
        };
        for row in self.rows("SELECT id, value, salt, digest, erased_us FROM private_fields", &[])? {
            let id = row.uuid(0)?;
            match (row.opt_text(1)?, row.opt_blob(2)?, row.opt_int(4)?) {
                (Some(value), Some(salt), None) if digest(&salt, &value) == row.hash(3)? => {}
                (None, None, Some(_)) => {}
                (None, ..) => fault(id, "private_gone"),
                _ => fault(id, "private_changed"),
            }
        }
        Ok(())
    }
}
