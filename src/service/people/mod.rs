//! Accounts: who may do what, and how they prove who they are. Every change is a line of the journal, without names.

mod accounts;
mod secret;
mod sign_in;
mod tokens;

pub use accounts::{AT_THE_MACHINE, Account, AccountChange};
pub use secret::{MIN_PASSWORD, Secret};
pub use sign_in::{Entered, SignedIn};
pub use tokens::{Token, TokenScope};

use crate::domain::Text;

/// Why something about an account cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// Unknown name or wrong password: which, is not said.
    #[error("name or password is wrong")]
    WrongPassword,
    #[error("locked until {0}")]
    Locked(jiff::Timestamp),
    #[error("a password needs at least {MIN_PASSWORD} characters")]
    ShortPassword,
    #[error("the name {0:?} cannot be taken")]
    BadName(String),
    #[error("there is an account {0:?} already")]
    NameTaken(String),
    #[error("there is no account {0:?}")]
    NoAccount(String),
    #[error("there is no role {0:?}")]
    NoRole(String),
    #[error("there is no token {0}")]
    NoToken(String),
    #[error("the link is unknown, used up or too old")]
    BadLink,
    #[error("the last administrator stays one")]
    LastAdmin,
    /// What is asked for is for people with an account.
    #[error("sign in first")]
    NotSignedIn,
}

impl PeopleError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PeopleError::WrongPassword => "wrong_password",
            PeopleError::NotSignedIn => "not_signed_in",
            PeopleError::Locked(_) => "locked",
            PeopleError::ShortPassword => "short_password",
            PeopleError::BadName(_) => "bad_name",
            PeopleError::NameTaken(_) => "name_taken",
            PeopleError::NoAccount(_) => "no_account",
            PeopleError::NoRole(_) => "no_role",
            PeopleError::NoToken(_) => "no_token",
            PeopleError::BadLink => "bad_link",
            PeopleError::LastAdmin => "last_admin",
        }
    }

    /// What was wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            PeopleError::WrongPassword => {
                Text::new("Tên hoặc mật khẩu không đúng.", "The name or the password is wrong.")
            }
            PeopleError::Locked(until) => {
                let until = until.to_zoned(crate::domain::vietnam()).strftime("%H:%M %d/%m/%Y").to_string();
                Text::new(
                    format!("Sai mật khẩu nhiều lần: tài khoản bị khóa đến {until}."),
                    format!("Too many wrong passwords: the account is locked until {until} (Vietnam)."),
                )
            }
            PeopleError::ShortPassword => Text::new(
                format!("Mật khẩu cần ít nhất {MIN_PASSWORD} ký tự."),
                format!("A password needs at least {MIN_PASSWORD} characters."),
            ),
            PeopleError::BadName(name) => Text::new(
                format!("Tên «{name}» không dùng được: 1 đến 64 ký tự, không có ký tự điều khiển."),
                format!("The name “{name}” cannot be taken: 1 to 64 characters, no control characters."),
            ),
            PeopleError::NameTaken(name) => {
                Text::new(format!("Đã có tài khoản «{name}»."), format!("There is an account “{name}” already."))
            }
            PeopleError::NoAccount(name) => {
                Text::new(format!("Không có tài khoản «{name}»."), format!("There is no account “{name}”."))
            }
            PeopleError::NoRole(role) => {
                let all: Vec<&str> = crate::domain::USER_ROLES.iter().map(|r| r.1).collect();
                let all = all.join(", ");
                Text::new(
                    format!("Không có vai trò «{role}»: hãy chọn trong {all}."),
                    format!("There is no role “{role}”: choose among {all}."),
                )
            }
            PeopleError::NoToken(id) => Text::new(
                format!("Không có mã truy cập {id}, hoặc đã bị thu hồi."),
                format!("There is no token {id}, or it was revoked."),
            ),
            PeopleError::BadLink => Text::new(
                "Liên kết không đúng, đã dùng hoặc quá hạn: hãy xin liên kết mới.",
                "The link is unknown, used up or too old: ask for a new one.",
            ),
            PeopleError::NotSignedIn => Text::new(
                "Dữ liệu này dành cho người có tài khoản: hãy đăng nhập, hoặc gửi mã truy cập (Authorization: Bearer …).",
                "This is for people with an account: sign in, or send an API token (Authorization: Bearer …).",
            ),
            PeopleError::LastAdmin => {
                Text::new("Phải còn ít nhất một quản trị.", "At least one administrator has to stay.")
            }
        }
    }
}
