//! `giapranh user`, `giapranh token`: accounts and tokens, beside a running server as well.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::office;
use super::output::{finish, json, say};
use crate::domain::{Lang, Text, UnitKey, UserRole};
use crate::service::people::{AccountChange, Secret, TokenScope};
use crate::service::{ActionError, Office, PeopleError};

/// Who acts here: whoever is at the machine.
const BY: &str = "cli";

#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(subcommand)]
    command: User,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Tạo tài khoản / make an account
    Add {
        name: String,
        /// villager, ranger, official, analyst, admin
        #[arg(long)]
        role: String,
        /// Mã đơn vị / code of the unit
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Đọc mật khẩu từ đầu vào chuẩn / read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Mọi tài khoản, dạng JSON / every account, as JSON
    List,
    /// Đổi vai trò, đơn vị; khóa, mở / change role or unit; disable, enable
    Set {
        name: String,
        #[arg(long)]
        role: Option<String>,
        /// Mã đơn vị; để trống: không có / code of the unit; empty: none
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        #[arg(long, conflicts_with = "enable")]
        disable: bool,
        #[arg(long)]
        enable: bool,
    },
    /// Liên kết một lần để đặt mật khẩu / a one-time link to set a password
    Link { name: String },
}

#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: Token,
}

#[derive(Debug, Subcommand)]
enum Token {
    /// Tạo mã truy cập; chỉ mã được in ra / make a token; it alone is printed
    Add {
        /// Tên tài khoản / name of the account
        name: String,
        /// Để nhận ra sau này / to know it by later
        #[arg(long, default_value = "")]
        label: String,
        /// Chỉ để đọc / only to read with
        #[arg(long)]
        read_only: bool,
    },
    /// Mọi mã, dạng JSON, không có phần bí mật / every token, as JSON, without the secrets
    List,
    /// Thu hồi / revoke
    Revoke { id: Uuid },
}

fn role(word: &str) -> Result<UserRole, ActionError> {
    let none = || PeopleError::NoRole(word.chars().take(40).collect()).into();
    UserRole::parse(word.trim()).ok_or_else(none)
}

fn unit(office: &Office, code: Option<&str>) -> Result<Option<UnitKey>, ActionError> {
    code.filter(|c| !c.trim().is_empty()).map(|c| office.now().unit_key(c)).transpose()
}

fn link_path(link: &Secret) -> String {
    format!("/setup?link={}", link.text())
}

pub fn run_user(args: UserArgs, data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    finish(user(&office, args.command, lang), lang)
}

fn user(office: &Office, command: User, lang: Lang) -> Result<(), ActionError> {
    match command {
        User::Add { name, role: word, unit: code, password_stdin } => {
            let (role, unit) = (role(&word)?, unit(office, code.as_deref())?);
            let password = password_stdin.then(read_line).transpose()?;
            let (account, link) = office.add_user(BY, &name, role, unit, password.as_deref())?;
            if let Some(link) = link {
                let text = Text::new(
                    format!("Đặt mật khẩu trong 24 giờ: {}", link_path(&link)),
                    format!("Set the password within 24 hours: {}", link_path(&link)),
                );
                eprintln!("{}", text.get(lang));
            }
            say(&account.id.to_string())
        }
        User::List => json(&office.users()?),
        User::Set { name, role: word, unit: code, disable, enable } => {
            let role = word.as_deref().map(role).transpose()?;
            let unit = code.as_deref().map(|c| unit(office, Some(c))).transpose()?;
            let disabled = if disable { Some(true) } else { enable.then_some(false) };
            json(&office.change_user(BY, &name, &AccountChange { role, unit, disabled })?)
        }
        User::Link { name } => say(&link_path(&office.user_link(BY, &name)?)),
    }
}

fn read_line() -> Result<String, ActionError> {
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(_) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Err(_) => Err(ActionError::Missing("password")),
    }
}

pub fn run_token(args: TokenArgs, data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let done = match args.command {
        Token::Add { name, label, read_only } => {
            let scope = if read_only { TokenScope::Read } else { TokenScope::Write };
            office.add_token(BY, &name, &label, scope).and_then(|(_, secret)| say(secret.text()))
        }
        Token::List => office.tokens(None).and_then(|tokens| json(&tokens)),
        Token::Revoke { id } => office.revoke_token(BY, id, None),
    };
    finish(done, lang)
}
