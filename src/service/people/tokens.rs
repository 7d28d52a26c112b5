//! Personal tokens, for scripts and for a GIS: shown once, kept as a hash, revocable.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::PeopleError;
use super::accounts::{name_key, note};
use super::secret::{Secret, hash};
use crate::domain::{AccountEvent, Via, Who};
use crate::service::{ActionError, Office};
use crate::store::TokenRow;

/// A token's last use is noted this often.
const NOTED_US: i64 = 60 * 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    Read,
    Write,
}

impl TokenScope {
    fn word(self) -> &'static str {
        match self {
            TokenScope::Read => "read",
            TokenScope::Write => "write",
        }
    }
}

/// A token as it is listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Token {
    pub id: Uuid,
    pub user: Uuid,
    pub label: String,
    pub scope: TokenScope,
    #[schema(value_type = String, format = DateTime)]
    pub made_at: jiff::Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<jiff::Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<jiff::Timestamp>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Token {
        let at = |us| jiff::Timestamp::from_microsecond(us).unwrap_or_default();
        Token {
            id: row.id,
            user: row.user,
            label: row.name,
            scope: if row.scope == "write" { TokenScope::Write } else { TokenScope::Read },
            made_at: at(row.made_us),
            used_at: row.used_us.map(at),
            revoked_at: row.revoked_us.map(at),
        }
    }
}

impl Office {
    /// Makes a token for an account. The secret is not kept: it is seen now or never.
    ///
    /// # Errors
    /// There is no such account.
    pub fn add_token(
        &self,
        by: &str,
        name: &str,
        label: &str,
        scope: TokenScope,
    ) -> Result<(Token, Secret), ActionError> {
        let key = name_key(name)?;
        let secret = Secret::random("gpr_");
        let label: String = label.trim().chars().filter(|c| !c.is_control()).take(64).collect();
        let token = self.store()?.write(|tx| {
            let user = tx.user_named(&key)?.ok_or_else(|| PeopleError::NoAccount(name.trim().into()))?;
            let row = TokenRow {
                id: Uuid::now_v7(),
                user: user.id,
                name: label.clone(),
                scope: scope.word().into(),
                made_us: tx.now()?.as_microsecond(),
                used_us: None,
                revoked_us: None,
            };
            tx.put_token(secret.hash(), &row)?;
            let may_write = scope == TokenScope::Write;
            note(tx, by, AccountEvent::TokenMade { user: user.id, token: row.id, may_write })?;
            Ok::<_, ActionError>(Token::from(row))
        })?;
        Ok((token, secret))
    }

    /// Tokens of an account, or of all.
    ///
    /// # Errors
    /// The store's.
    pub fn tokens(&self, user: Option<Uuid>) -> Result<Vec<Token>, ActionError> {
        Ok(self.store()?.read(|tx| tx.tokens(user))?.into_iter().map(Token::from).collect())
    }

    /// Revokes a token; of an account's own only, where one is given.
    ///
    /// # Errors
    /// There is none, or it was revoked before.
    pub fn revoke_token(&self, by: &str, id: Uuid, owner: Option<Uuid>) -> Result<(), ActionError> {
        self.store()?.write(|tx| {
            let none = || PeopleError::NoToken(id.to_string());
            let token = tx.tokens(owner)?.into_iter().find(|t| t.id == id).ok_or_else(none)?;
            let now = tx.now()?.as_microsecond();
            if !tx.revoke_token(id, now)? {
                return Err(none().into());
            }
            note(tx, by, AccountEvent::TokenRevoked { user: token.user, token: id })
        })
    }

    /// Who a token stands for; `None`: nobody, or no longer.
    ///
    /// # Errors
    /// The store's.
    pub fn bearer(&self, secret: &str) -> Result<Option<Who>, ActionError> {
        let (store, service) = (self.store()?, self.now());
        let now = jiff::Timestamp::now().as_microsecond();
        let found = store.read(|tx| {
            let Some(token) = tx.token(hash(secret))?.filter(|t| t.revoked_us.is_none()) else {
                return Ok::<_, ActionError>(None);
            };
            Ok(service.who(tx, token.user)?.map(|who| (token, who)))
        })?;
        let Some((token, who)) = found else { return Ok(None) };
        if token.used_us.is_none_or(|used| used + NOTED_US <= now) {
            store.write(|tx| tx.token_used(token.id, now))?;
        }
        Ok(Some(Who { via: Via::Token { may_write: token.scope == "write" }, ..who }))
    }
}
