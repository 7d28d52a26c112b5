//! People who use the program: what they may do, and for which unit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Text, UnitKey};

/// What somebody may do. Everything but administration is within the scope of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Reports, and sees what they reported.
    Villager,
    /// Reports anywhere, verifies in their area.
    Ranger,
    /// Handles what concerns their unit.
    Official,
    /// Reads and exports, without personal values.
    Analyst,
    Admin,
}

/// Every role with its word for scripts and its names.
pub const USER_ROLES: [(UserRole, &str, &str, &str); 5] = [
    (UserRole::Villager, "villager", "Người dân", "Villager"),
    (UserRole::Ranger, "ranger", "Kiểm lâm viên", "Ranger"),
    (UserRole::Official, "official", "Cán bộ", "Official"),
    (UserRole::Analyst, "analyst", "Nhà phân tích", "Analyst"),
    (UserRole::Admin, "admin", "Quản trị", "Administrator"),
];

impl UserRole {
    pub fn parse(word: &str) -> Option<UserRole> {
        USER_ROLES.iter().find(|r| r.1 == word).map(|r| r.0)
    }

    pub fn word(self) -> &'static str {
        USER_ROLES.iter().find(|r| r.0 == self).expect("every role has a row").1
    }

    pub fn name(self) -> Text {
        let row = USER_ROLES.iter().find(|r| r.0 == self).expect("every role has a row");
        Text::new(row.2, row.3)
    }
}

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Session,
    Token {
        may_write: bool,
    },
    /// At the machine itself.
    Cli,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub id: Uuid,
    pub name: String,
    pub role: UserRole,
    pub unit: Option<UnitKey>,
    pub via: Via,
}

impl Who {
    /// Whoever sits at the machine itself can read and write its files: an administrator.
    pub fn at_the_machine() -> Who {
        Who { id: Uuid::nil(), name: "cli".into(), role: UserRole::Admin, unit: None, via: Via::Cli }
    }

    /// As the journal names them: names of people stay out of the chain of hashes.
    pub fn actor(&self) -> String {
        if self.id.is_nil() { self.name.clone() } else { format!("user:{}", self.id) }
    }
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AccountEvent {
    Made {
        user: Uuid,
        role: UserRole,
        unit: Option<UnitKey>,
    },
    Changed {
        user: Uuid,
        role: UserRole,
        unit: Option<UnitKey>,
        disabled: bool,
    },
    PasswordSet {
        user: Uuid,
    },
    LockedOut {
        user: Uuid,
    },
    LinkMade {
        user: Option<Uuid>,
    },
    TokenMade {
        user: Uuid,
        token: Uuid,
        may_write: bool,
    },
    TokenRevoked {
        user: Uuid,
        token: Uuid,
    },
    /// A personal value of an incident was erased.
    Erased {
        private: Uuid,
        incident: Option<Uuid>,
        field: String,
    },
    /// How long values of a field are held from now on; `None`: for good.
    RetentionSet {
        field: String,
        days: Option<u32>,
    },
}

impl AccountEvent {
    /// The account it is about.
    pub fn user(&self) -> Option<Uuid> {
        match self {
            AccountEvent::Made { user, .. }
            | AccountEvent::Changed { user, .. }
            | AccountEvent::PasswordSet { user }
            | AccountEvent::LockedOut { user }
            | AccountEvent::TokenMade { user, .. }
            | AccountEvent::TokenRevoked { user, .. } => Some(*user),
            AccountEvent::LinkMade { user } => *user,
            AccountEvent::Erased { .. } | AccountEvent::RetentionSet { .. } => None,
        }
    }
}
