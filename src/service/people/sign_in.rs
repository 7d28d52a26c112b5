//! Signing in and out, and who a session belongs to.

use crate::domain::{AccountEvent, Via, Who};
use crate::service::{ActionError, Office};
use crate::store::{SessionRow, Tx, UserRow};

use super::PeopleError;
use super::accounts::{name_key, note};
use super::secret::{Secret, fits, hash, hash_password};

/// Wrong passwords before an account is locked.
const TRIES: i64 = 10;
/// The first lock; each further one is twice as long, up to a day.
const LOCK_US: i64 = 15 * 60 * 1_000_000;
const LONGEST_LOCK_US: i64 = 24 * 3600 * 1_000_000;
/// A session ends after this long without a request, and after this long in any case.
const IDLE_US: i64 = 12 * 3600 * 1_000_000;
const LIFE_US: i64 = 14 * 24 * 3600 * 1_000_000;
/// A session's last use is noted this often.
const NOTED_US: i64 = 60 * 1_000_000;

/// A session just begun.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub who: Who,
    /// For the cookie.
    pub session: Secret,
    /// To be sent with everything that writes.
    pub csrf: String,
}

/// Who a session belongs to.
#[derive(Debug, Clone)]
pub struct Entered {
    pub who: Who,
    pub csrf: String,
}

impl Office {
    /// Signs somebody in. The answer to an unknown name is that to a wrong password, and takes as long.
    ///
    /// # Errors
    /// [`PeopleError::WrongPassword`], or [`PeopleError::Locked`] after too many of them.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, ActionError> {
        let store = self.store()?;
        let user = match name_key(name) {
            Ok(key) => store.read(|tx| tx.user_named(&key))?,
            Err(_) => None,
        };
        let now = jiff::Timestamp::now().as_microsecond();
        let usable = user.filter(|u| !u.disabled);
        // Looking at the password comes first in any case, so that a lock does not show by its speed.
        let right = fits(password, usable.as_ref().and_then(|u| u.password.as_deref()));
        let Some(user) = usable else { return Err(PeopleError::WrongPassword.into()) };
        if let Some(until) = user.locked_until_us.filter(|&until| until > now) {
            let until = jiff::Timestamp::from_microsecond(until).unwrap_or(jiff::Timestamp::MAX);
            return Err(PeopleError::Locked(until).into());
        }
        if !right {
            store.write(|tx| wrong(tx, user.id, now))?;
            return Err(PeopleError::WrongPassword.into());
        }
        let (session, csrf) = (Secret::random(""), Secret::random(""));
        let service = self.now();
        let who = store.write(|tx| {
            let row = tx.user(user.id)?.ok_or(PeopleError::WrongPassword)?;
            tx.put_user(&UserRow { failed: 0, locked_until_us: None, ..row })?;
            let expires_us = now + LIFE_US;
            let row = SessionRow { user: user.id, csrf: csrf.text().into(), seen_us: now, expires_us };
            tx.put_session(session.hash(), &row, now)?;
            service.who(tx, user.id)?.ok_or_else(|| ActionError::from(PeopleError::WrongPassword))
        })?;
        Ok(SignedIn { who: Who { via: Via::Session, ..who }, session, csrf: csrf.text().into() })
    }

    /// Who a session belongs to; `None`: it has ended, or never was.
    ///
    /// # Errors
    /// The store's.
    pub fn session(&self, secret: &str) -> Result<Option<Entered>, ActionError> {
        let (store, service) = (self.store()?, self.now());
        let hash = hash(secret);
        let now = jiff::Timestamp::now().as_microsecond();
        let found = store.read(|tx| {
            let Some(row) = tx.session(hash)? else { return Ok::<_, ActionError>(None) };
            let who = service.who(tx, row.user)?;
            Ok(who.map(|who| (row, who)))
        })?;
        let Some((row, who)) = found else { return Ok(None) };
        if row.expires_us <= now || row.seen_us + IDLE_US <= now {
            return Ok(None);
        }
        if row.seen_us + NOTED_US <= now {
            store.write(|tx| tx.session_seen(hash, now))?;
        }
        Ok(Some(Entered { who: Who { via: Via::Session, ..who }, csrf: row.csrf }))
    }

    /// # Errors
    /// The store's.
    pub fn sign_out(&self, secret: &str) -> Result<(), ActionError> {
        Ok(self.store()?.write(|tx| tx.end_session(hash(secret)))?)
    }

    /// Sets one's own password; every session ends.
    ///
    /// # Errors
    /// The old one is wrong, or the new one too short.
    pub fn set_password(&self, who: &Who, old: &str, new: &str) -> Result<(), ActionError> {
        let store = self.store()?;
        let user = store.read(|tx| tx.user(who.id))?.ok_or(PeopleError::WrongPassword)?;
        if !fits(old, user.password.as_deref()) {
            return Err(PeopleError::WrongPassword.into());
        }
        let password = hash_password(new)?;
        store.write(|tx| {
            let row = tx.user(who.id)?.ok_or(PeopleError::WrongPassword)?;
            tx.put_user(&UserRow { password: Some(password.clone()), ..row })?;
            tx.end_sessions(who.id)?;
            note(tx, &who.actor(), AccountEvent::PasswordSet { user: who.id })
        })
    }
}

/// Counts a wrong password, and locks after too many.
fn wrong(tx: &mut Tx, user: uuid::Uuid, now_us: i64) -> Result<(), ActionError> {
    let Some(mut row) = tx.user(user)? else { return Ok(()) };
    row.failed += 1;
    if row.failed >= TRIES {
        let doubled = u32::try_from(row.failed - TRIES).unwrap_or(u32::MAX).min(20);
        row.locked_until_us = Some(now_us + (LOCK_US << doubled).min(LONGEST_LOCK_US));
        note(tx, &format!("user:{user}"), AccountEvent::LockedOut { user })?;
    }
    Ok(tx.put_user(&row)?)
}
