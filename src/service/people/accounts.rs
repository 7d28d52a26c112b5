//! Making and changing accounts.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;
use uuid::Uuid;

use super::PeopleError;
use super::secret::{Secret, hash, hash_password};
use crate::domain::{AccountEvent, Change, Entry, UnitKey, UserRole};
use crate::service::{ActionError, Office};
use crate::store::{Tx, UserRow};

/// Who acts where nobody is signed in: the person at the machine.
pub const AT_THE_MACHINE: &str = "cli";
/// How long a one-time link is good.
const LINK_US: i64 = 24 * 3600 * 1_000_000;

/// An account as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Account {
    pub id: Uuid,
    pub name: String,
    pub role: UserRole,
    /// `CODE@FIRST-DAY`.
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitKey>,
    pub disabled: bool,
    /// False: signs in once the one-time link has been used.
    pub has_password: bool,
}

/// What to change; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    pub role: Option<UserRole>,
    /// `Some(None)`: no unit.
    pub unit: Option<Option<UnitKey>>,
    pub disabled: Option<bool>,
}

impl TryFrom<UserRow> for Account {
    type Error = ActionError;

    fn try_from(row: UserRow) -> Result<Account, ActionError> {
        let damaged = |cause: &dyn std::fmt::Display| crate::store::StoreError::unreadable(cause);
        Ok(Account {
            id: row.id,
            name: row.name,
            role: UserRole::parse(&row.role).ok_or_else(|| damaged(&row.role))?,
            unit: row.unit.map(|u| u.parse()).transpose().map_err(|e: crate::domain::BadUnitKey| damaged(&e))?,
            disabled: row.disabled,
            has_password: row.password.is_some(),
        })
    }
}

/// The name as names are compared: composed, in small letters, without the blanks around it.
pub fn name_key(name: &str) -> Result<String, PeopleError> {
    let bad = || PeopleError::BadName(name.chars().filter(|c| !c.is_control()).take(40).collect());
    let name: String = name.trim().nfc().collect();
    let invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(invisible) {
        return Err(bad());
    }
    Ok(name.to_lowercase().nfc().collect())
}

/// Writes what happened to an account.
pub(super) fn note(tx: &mut Tx, by: &str, event: AccountEvent) -> Result<(), ActionError> {
    let recorded_at = tx.now()?;
    tx.append(&Entry { id: Uuid::now_v7(), recorded_at, by: by.into(), change: Change::Account { event } })?;
    Ok(())
}

impl Office {
    /// Makes an account. Without a password it gets one through the link that is returned.
    ///
    /// # Errors
    /// A name that cannot be taken or is taken, or a password that is too short.
    pub fn add_user(
        &self,
        by: &str,
        name: &str,
        role: UserRole,
        unit: Option<UnitKey>,
        password: Option<&str>,
    ) -> Result<(Account, Option<Secret>), ActionError> {
        let key = name_key(name)?;
        let password = password.map(hash_password).transpose()?;
        let link = password.is_none().then(|| Secret::random(""));
        let account = self.store()?.write(|tx| {
            if tx.user_named(&key)?.is_some() {
                return Err(PeopleError::NameTaken(name.trim().into()).into());
            }
            let now = tx.now()?.as_microsecond();
            let row = UserRow {
                id: Uuid::now_v7(),
                name: name.trim().nfc().collect(),
                name_key: key.clone(),
                role: role.word().into(),
                unit: unit.as_ref().map(ToString::to_string),
                password: password.clone(),
                disabled: false,
                failed: 0,
                locked_until_us: None,
                made_us: now,
            };
            tx.put_user(&row)?;
            if let Some(link) = &link {
                tx.put_link(link.hash(), Some(row.id), "password", now + LINK_US)?;
            }
            note(tx, by, AccountEvent::Made { user: row.id, role, unit: unit.clone() })?;
            Account::try_from(row)
        })?;
        Ok((account, link))
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// The store's.
    pub fn users(&self) -> Result<Vec<Account>, ActionError> {
        let rows = self.store()?.read(|tx| tx.users())?;
        rows.into_iter().map(Account::try_from).collect()
    }

    /// Changes an account. A disabled one is signed out everywhere, and its tokens no longer work.
    ///
    /// # Errors
    /// There is none, or it is the last administrator's.
    pub fn change_user(&self, by: &str, name: &str, change: &AccountChange) -> Result<Account, ActionError> {
        let key = name_key(name)?;
        self.store()?.write(|tx| {
            let mut row = tx.user_named(&key)?.ok_or_else(|| PeopleError::NoAccount(name.trim().into()))?;
            let was_admin = row.role == UserRole::Admin.word() && !row.disabled;
            if let Some(role) = change.role {
                row.role = role.word().into();
            }
            if let Some(unit) = &change.unit {
                row.unit = unit.as_ref().map(ToString::to_string);
            }
            if let Some(disabled) = change.disabled {
                row.disabled = disabled;
            }
            let is_admin = row.role == UserRole::Admin.word() && !row.disabled;
            let another = |u: &UserRow| u.id != row.id && u.role == UserRole::Admin.word() && !u.disabled;
            if was_admin && !is_admin && !tx.users()?.iter().any(another) {
                return Err(PeopleError::LastAdmin.into());
            }
            tx.put_user(&row)?;
            // What somebody could do before ends at once.
            tx.end_sessions(row.id)?;
            let account = Account::try_from(row)?;
            let event = AccountEvent::Changed {
                user: account.id,
                role: account.role,
                unit: account.unit.clone(),
                disabled: account.disabled,
            };
            note(tx, by, event)?;
            Ok(account)
        })
    }

    /// A one-time link to set a password anew.
    ///
    /// # Errors
    /// There is no such account.
    pub fn user_link(&self, by: &str, name: &str) -> Result<Secret, ActionError> {
        let key = name_key(name)?;
        let link = Secret::random("");
        self.store()?.write(|tx| {
            let row = tx.user_named(&key)?.ok_or_else(|| PeopleError::NoAccount(name.trim().into()))?;
            let now = tx.now()?.as_microsecond();
            tx.put_link(link.hash(), Some(row.id), "password", now + LINK_US)?;
            note(tx, by, AccountEvent::LinkMade { user: Some(row.id) })
        })?;
        Ok(link)
    }

    /// The link by which the first administrator is made; `None` where there is one.
    ///
    /// # Errors
    /// The store's.
    pub fn first_admin_link(&self) -> Result<Option<Secret>, ActionError> {
        let link = Secret::random("");
        self.store()?.write(|tx| {
            let is_admin = |u: &UserRow| u.role == UserRole::Admin.word() && !u.disabled;
            if tx.users()?.iter().any(is_admin) {
                return Ok(None);
            }
            let now = tx.now()?.as_microsecond();
            tx.put_link(link.hash(), None, "first_admin", now + LINK_US)?;
            note(tx, AT_THE_MACHINE, AccountEvent::LinkMade { user: None })?;
            Ok(Some(link.clone()))
        })
    }

    /// Does this link make the first administrator? False for any other, and for one that is no good.
    ///
    /// # Errors
    /// The store's.
    pub fn link_makes_admin(&self, link: &str) -> Result<bool, ActionError> {
        Ok(self.store()?.read(|tx| tx.link_purpose(hash(link)))?.as_deref() == Some("first_admin"))
    }

    /// Uses a one-time link: sets the password of its account, or makes the first administrator under a name.
    ///
    /// # Errors
    /// The link is unknown, used up or too old; the password is too short, the name cannot be taken. The link stays good
    /// where it was not the link that was wrong.
    pub fn use_link(&self, link: &str, name: Option<&str>, password: &str) -> Result<Account, ActionError> {
        let password = hash_password(password)?;
        self.store()?.write(|tx| {
            let now = tx.now()?.as_microsecond();
            let (user, purpose) = tx.use_link(hash(link), now)?.ok_or(PeopleError::BadLink)?;
            let row = match (user, purpose.as_str()) {
                (Some(user), _) => {
                    let row = tx.user(user)?.filter(|u| !u.disabled).ok_or(PeopleError::BadLink)?;
                    UserRow { password: Some(password.clone()), failed: 0, locked_until_us: None, ..row }
                }
                (None, "first_admin") => {
                    let name = name.ok_or(ActionError::Missing("name"))?;
                    let key = name_key(name)?;
                    if tx.user_named(&key)?.is_some() {
                        return Err(PeopleError::NameTaken(name.trim().into()).into());
                    }
                    let id = Uuid::now_v7();
                    note(
                        tx,
                        &format!("user:{id}"),
                        AccountEvent::Made { user: id, role: UserRole::Admin, unit: None },
                    )?;
                    UserRow {
                        id,
                        name: name.trim().nfc().collect(),
                        name_key: key,
                        role: UserRole::Admin.word().into(),
                        unit: None,
                        password: Some(password.clone()),
                        disabled: false,
                        failed: 0,
                        locked_until_us: None,
                        made_us: now,
                    }
                }
                (None, _) => return Err(PeopleError::BadLink.into()),
            };
            tx.put_user(&row)?;
            tx.end_sessions(row.id)?;
            note(tx, &format!("user:{}", row.id), AccountEvent::PasswordSet { user: row.id })?;
            Account::try_from(row)
        })
    }
}
