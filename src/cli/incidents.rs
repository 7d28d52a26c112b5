//! `giapranh incidents`: list, show, report, act, from a terminal or a script; `giapranh demo`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::Value;
use uuid::Uuid;

use super::office;
use super::output::{finish, json, say};
use crate::domain::{Lang, Text, Who};
use crate::service::incidents::{Act, Expected, IncidentQuery, Job, ReportBody};
use crate::service::{ActionError, Office, PeopleError};

#[derive(Debug, Args)]
pub struct IncidentsArgs {
    /// Làm dưới tài khoản nào / as which account
    #[arg(long = "as", value_name = "NAME", global = true)]
    name: Option<String>,
    #[command(subcommand)]
    command: Incidents,
}

#[derive(Debug, Subcommand)]
enum Incidents {
    /// Danh sách, mới nhất trước, dạng GeoJSON / a list, newest first, as GeoJSON
    List {
        #[arg(long)]
        kind: Option<String>,
        #[arg(long)]
        state: Option<String>,
        /// Mã đơn vị / code of a unit
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Chỉ những vụ quá hạn / only what is overdue
        #[arg(long)]
        overdue: bool,
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// Từ trang trước / from the page before
        #[arg(long)]
        after: Option<String>,
    },
    /// Một vụ với diễn biến / one, with its story
    Show { id: Uuid },
    /// Kết luận khi đó và theo ranh giới hôm nay / the verdict then, and at today's boundaries
    Verdict { id: Uuid },
    /// Báo một vụ: JSON ở đầu vào chuẩn, như PUT /api/incidents / report one: JSON on standard input
    Report {
        /// UUID của máy; mặc định: tạo mới / the device's UUID; default: a new one
        #[arg(long)]
        id: Option<Uuid>,
    },
    /// Xử lý: JSON ở đầu vào chuẩn, như POST …/acts / act: JSON on standard input
    Act { id: Uuid },
    /// Thời hạn từng bước / how long each step may take
    Deadlines,
}

/// The account that is named, or whoever is at the machine, as an administrator.
pub(super) fn who(office: &Office, name: Option<&str>) -> Result<Who, ActionError> {
    let Some(name) = name else { return Ok(Who::at_the_machine()) };
    let none = || ActionError::from(PeopleError::NoAccount(name.into()));
    let account = office.users()?.into_iter().find(|u| u.name == name.trim()).ok_or_else(none)?;
    let service = office.now();
    office.store()?.read(|tx| service.who(tx, account.id))?.ok_or_else(none)
}

fn input<T: serde::de::DeserializeOwned>() -> Result<T, ActionError> {
    let mut text = String::new();
    let unreadable = |cause: &dyn std::fmt::Display| {
        ActionError::Invalid(Text::new(
            format!("Không đọc được JSON ở đầu vào: {cause}."),
            format!("The JSON on standard input cannot be read: {cause}."),
        ))
    };
    std::io::stdin().read_to_string(&mut text).map_err(|e| unreadable(&e))?;
    serde_json::from_str(&text).map_err(|e| unreadable(&e))
}

pub fn run(args: IncidentsArgs, data: &Path, lang: Lang) -> ExitCode {
    match office(data) {
        Ok(office) => finish(done(&office, args), lang),
        Err(code) => code,
    }
}

fn done(office: &Office, args: IncidentsArgs) -> Result<(), ActionError> {
    let who = who(office, args.name.as_deref())?;
    match args.command {
        Incidents::List { kind, state, unit, overdue, limit, after } => {
            let query = IncidentQuery { kind, state, unit, overdue, limit: Some(limit), after, ..Default::default() };
            json(&office.incidents(&who, &query)?)
        }
        Incidents::Show { id } => {
            let mut shown = serde_json::to_value(office.incident(&who, id)?).unwrap_or_default();
            shown["history"] = serde_json::to_value(office.incident_history(&who, id)?).unwrap_or_default();
            json(&shown)
        }
        Incidents::Verdict { id } => json(&office.asked_again(&who, id)?),
        Incidents::Report { id } => {
            let body: ReportBody = input()?;
            json(&office.report(&who, id.unwrap_or_else(Uuid::now_v7), &body)?.feature)
        }
        Incidents::Act { id } => {
            let act: Act = input()?;
            let job = Job { incident: id, id: None, expected: Expected::Now, made_at: None, act: &act };
            json(&office.act(&who, job)?.feature)
        }
        Incidents::Deadlines => {
            let row = |(kind, due, hours)| serde_json::json!({"kind": kind, "due": due, "hours": hours});
            json(&office.now().deadlines().into_iter().map(row).collect::<Vec<Value>>())
        }
    }
}

pub fn demo(data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let made = office.make_demo().and_then(|demo| {
        let accounts = demo.accounts.join(", ");
        let words = Text::new(
            format!(
                "{} vụ việc thử nghiệm; tài khoản: {accounts}. Đặt mật khẩu bằng: giapranh user link TÊN",
                demo.incidents
            ),
            format!(
                "{} demo incidents; accounts: {accounts}. Set a password by: giapranh user link NAME",
                demo.incidents
            ),
        );
        say(words.get(lang))
    });
    finish(made, lang)
}
