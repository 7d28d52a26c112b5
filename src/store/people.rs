//! Accounts, sessions, tokens and one-time links. What proves who somebody is, is kept as a hash only.

use std::collections::HashMap;

use uuid::Uuid;

use super::db::Row;
use super::{StoreError, Tx, placeholders};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: Uuid,
    pub name: String,
    /// The name folded, as names are compared.
    pub name_key: String,
    pub role: String,
    pub unit: Option<String>,
    /// PHC string; `None`: none set yet.
    pub password: Option<String>,
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub failed: i64,
    pub locked_until_us: Option<i64>,
    pub made_us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub user: Uuid,
    pub csrf: String,
    pub seen_us: i64,
    pub expires_us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: Uuid,
    pub user: Uuid,
    pub name: String,
    /// read or write.
    pub scope: String,
    pub made_us: i64,
    pub used_us: Option<i64>,
    pub revoked_us: Option<i64>,
}

const USER: &str =
    "SELECT id, name, name_key, role, unit, password, disabled, failed, locked_until_us, made_us FROM users";
const TOKEN: &str = "SELECT id, user_id, name, scope, made_us, used_us, revoked_us FROM tokens";

fn user(row: &Row) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        id: row.uuid(0)?,
        name: row.text(1)?,
        name_key: row.text(2)?,
        role: row.text(3)?,
        unit: row.opt_text(4)?,
        password: row.opt_text(5)?,
        disabled: row.flag(6)?,
        failed: row.int(7)?,
        locked_until_us: row.opt_int(8)?,
        made_us: row.int(9)?,
    })
}

fn token(row: &Row) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: row.uuid(0)?,
        user: row.uuid(1)?,
        name: row.text(2)?,
        scope: row.text(3)?,
        made_us: row.int(4)?,
        used_us: row.opt_int(5)?,
        revoked_us: row.opt_int(6)?,
    })
}

impl Tx<'_> {
    /// # Errors
    /// The store's.
    pub fn user(&mut self, id: Uuid) -> Result<Option<UserRow>, StoreError> {
        self.row(&format!("{USER} WHERE id = $1"), &[id.into()])?.as_ref().map(user).transpose()
    }

    /// # Errors
    /// The store's.
    pub fn user_named(&mut self, name_key: &str) -> Result<Option<UserRow>, StoreError> {
        self.row(&format!("{USER} WHERE name_key = $1"), &[name_key.into()])?.as_ref().map(user).transpose()
    }

    /// # Errors
    /// The store's.
    pub fn users(&mut self) -> Result<Vec<UserRow>, StoreError> {
        self.rows(&format!("{USER} ORDER BY name_key"), &[])?.iter().map(user).collect()
    }

    /// Makes or changes an account.
    ///
    /// # Errors
    /// The store's.
    pub fn put_user(&mut self, row: &UserRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO users (id, name, name_key, role, unit, password, disabled, failed, locked_until_us, made_us) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, role = excluded.role, \
             unit = excluded.unit, password = excluded.password, disabled = excluded.disabled, \
             failed = excluded.failed, locked_until_us = excluded.locked_until_us",
            &[
                row.id.into(),
                (&row.name).into(),
                (&row.name_key).into(),
                (&row.role).into(),
                row.unit.as_ref().into(),
                row.password.as_ref().into(),
                row.disabled.into(),
                row.failed.into(),
                row.locked_until_us.into(),
                row.made_us.into(),
            ],
        )
        .map(drop)
    }

    /// Names of those who act, by how the journal names them. Programs name themselves.
    ///
    /// # Errors
    /// The store's.
    pub fn actor_names(&mut self, actors: &[String]) -> Result<HashMap<String, String>, StoreError> {
        let ids: Vec<&str> = actors.iter().filter_map(|a| a.strip_prefix("user:")).collect();
        let mut names: HashMap<String, String> =
            actors.iter().filter(|a| !a.starts_with("user:")).map(|a| (a.clone(), a.clone())).collect();
        for some in ids.chunks(500) {
            let sql = format!("SELECT id, name FROM users WHERE id IN ({})", placeholders(1, some.len()));
            let params: Vec<_> = some.iter().map(|id| (*id).into()).collect();
            for row in self.rows(&sql, &params)? {
                names.insert(format!("user:{}", row.text(0)?), row.text(1)?);
            }
        }
        Ok(names)
    }

    /// # Errors
    /// The store's.
    pub fn put_session(&mut self, hash: [u8; 32], row: &SessionRow, now_us: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM sessions WHERE expires_us < $1", &[now_us.into()])?;
        self.execute(
            "INSERT INTO sessions (hash, user_id, csrf, made_us, seen_us, expires_us) VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                hash.into(),
                row.user.into(),
                (&row.csrf).into(),
                now_us.into(),
                row.seen_us.into(),
                row.expires_us.into(),
            ],
        )
        .map(drop)
    }

    /// # Errors
    /// The store's.
    pub fn session(&mut self, hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        let sql = "SELECT user_id, csrf, seen_us, expires_us FROM sessions WHERE hash = $1";
        let row = self.row(sql, &[hash.into()])?;
        row.map(|row| {
            Ok(SessionRow { user: row.uuid(0)?, csrf: row.text(1)?, seen_us: row.int(2)?, expires_us: row.int(3)? })
        })
        .transpose()
    }

    /// # Errors
    /// The store's.
    pub fn session_seen(&mut self, hash: [u8; 32], now_us: i64) -> Result<(), StoreError> {
        self.execute("UPDATE sessions SET seen_us = $1 WHERE hash = $2", &[now_us.into(), hash.into()]).map(drop)
    }

    /// # Errors
    /// The store's.
    pub fn end_session(&mut self, hash: [u8; 32]) -> Result<(), StoreError> {
        self.execute("DELETE FROM sessions WHERE hash = $1", &[hash.into()]).map(drop)
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// The store's.
    pub fn end_sessions(&mut self, user: Uuid) -> Result<(), StoreError> {
        self.execute("DELETE FROM sessions WHERE user_id = $1", &[user.into()]).map(drop)
    }

    /// # Errors
    /// The store's.
    pub fn put_token(&mut self, hash: [u8; 32], row: &TokenRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO tokens (id, user_id, name, hash, scope, made_us) VALUES ($1, $2, $3, $4, $5, $6)",
            &[row.id.into(), row.user.into(), (&row.name).into(), hash.into(), (&row.scope).into(), row.made_us.into()],
        )
        .map(drop)
    }

    /// # Errors
    /// The store's.
    pub fn token(&mut self, hash: [u8; 32]) -> Result<Option<TokenRow>, StoreError> {
        self.row(&format!("{TOKEN} WHERE hash = $1"), &[hash.into()])?.as_ref().map(token).transpose()
    }

    /// Tokens of an account, or of all.
    ///
    /// # Errors
    /// The store's.
    pub fn tokens(&mut self, user: Option<Uuid>) -> Result<Vec<TokenRow>, StoreError> {
        let rows = match user {
            Some(user) => self.rows(&format!("{TOKEN} WHERE user_id = $1 ORDER BY made_us"), &[user.into()])?,
            None => self.rows(&format!("{TOKEN} ORDER BY made_us"), &[])?,
        };
        rows.iter().map(token).collect()
    }

    /// # Errors
    /// The store's.
    pub fn token_used(&mut self, id: Uuid, now_us: i64) -> Result<(), StoreError> {
        self.execute("UPDATE tokens SET used_us = $1 WHERE id = $2", &[now_us.into(), id.into()]).map(drop)
    }

    /// False: there is none, or it was revoked before.
    ///
    /// # Errors
    /// The store's.
    pub fn revoke_token(&mut self, id: Uuid, now_us: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE tokens SET revoked_us = $1 WHERE id = $2 AND revoked_us IS NULL";
        Ok(self.execute(sql, &[now_us.into(), id.into()])? > 0)
    }

    /// A one-time link; one of a purpose for an account takes the place of the one before.
    ///
    /// # Errors
    /// The store's.
    pub fn put_link(
        &mut self,
        hash: [u8; 32],
        user: Option<Uuid>,
        purpose: &str,
        expires_us: i64,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM links WHERE purpose = $1 AND COALESCE(user_id, '') = $2",
            &[purpose.into(), user.map(|u| u.to_string()).unwrap_or_default().into()],
        )?;
        self.execute(
            "INSERT INTO links (hash, user_id, purpose, expires_us) VALUES ($1, $2, $3, $4)",
            &[hash.into(), user.into(), purpose.into(), expires_us.into()],
        )
        .map(drop)
    }

    /// What a link that has not been used is for.
    ///
    /// # Errors
    /// The store's.
    pub fn link_purpose(&mut self, hash: [u8; 32]) -> Result<Option<String>, StoreError> {
        let row = self.row("SELECT purpose FROM links WHERE hash = $1 AND used_us IS NULL", &[hash.into()])?;
        row.map(|row| row.text(0)).transpose()
    }

    /// Uses a link up: whom it was for, and its purpose. `None`: there is none, it was used, or is too old.
    ///
    /// # Errors
    /// The store's.
    pub fn use_link(&mut self, hash: [u8; 32], now_us: i64) -> Result<Option<(Option<Uuid>, String)>, StoreError> {
        let row = self.row(
            "UPDATE links SET used_us = $1 WHERE hash = $2 AND used_us IS NULL AND expires_us > $3 \
             RETURNING user_id, purpose",
            &[now_us.into(), hash.into(), now_us.into()],
        )?;
        row.map(|row| {
            let user = row.opt_text(0)?.map(|t| t.parse().map_err(|e| StoreError::unreadable(&e))).transpose()?;
            Ok((user, row.text(1)?))
        })
        .transpose()
    }
}
