//! `giapranh reform`: the reforms there are, what one would change, applying it, handing over.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output::{finish, json, say};
use super::reform_text::{self, plain};
use super::{office, open};
use crate::atlas::geodata;
use crate::domain::{Lang, Reform, Text};
use crate::service::{ActionError, Office, Service};

#[derive(Debug, Args)]
pub struct ReformArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Các cải cách đã có trong danh mục đơn vị / the reforms that the register of units has in it
    List,
    /// Xem trước một cải cách thay đổi gì: đơn vị, tranh chấp, thỏa thuận, bàn giao / what a reform would change
    Plan {
        /// Tệp TOML như geodata/reforms/2025-07-01.toml, hoặc mã một cải cách đã có / a TOML file, or the id of a known one
        #[arg(value_name = "FILE|ID")]
        reform: String,
        /// In JSON / print JSON
        #[arg(long)]
        json: bool,
    },
    /// Áp dụng một cải cách, trọn vẹn hoặc không gì cả / apply a reform, all of it or nothing
    Apply {
        file: String,
        /// Người nhập / who enters it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Danh sách bàn giao / what is handed over
    #[command(name = "handover")]
    HandOver {
        id: String,
        /// Chỉ bên nhận này / this receiver only
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Bên nhận tiếp nhận / the receiver accepts
    Accept {
        id: String,
        /// Bên nhận / the receiver
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// Chỉ từ đơn vị cũ này / from this old unit only
        #[arg(long, value_name = "CODE")]
        from: Option<String>,
        /// Người nhập / who enters it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

pub fn run(args: ReformArgs, data: &Path, lang: Lang) -> ExitCode {
    match args.command {
        Command::Apply { .. } | Command::Accept { .. } => match office(data) {
            Ok(office) => finish(write(&office, args.command, lang), lang),
            Err(code) => code,
        },
        command => match open(data) {
            Ok(service) => finish(read(&service, command, lang), lang),
            Err(code) => code,
        },
    }
}

fn read(service: &Service, command: Command, lang: Lang) -> Result<(), ActionError> {
    match command {
        Command::List => {
            for r in service.reforms() {
                say(&format!("{}  {}  {}", r.id, r.date, r.title.get(lang)))?;
            }
            Ok(())
        }
        Command::Plan { reform, json: as_json } => {
            let reform = match service.reform(&reform) {
                Ok(known) => known.clone(),
                Err(_) if Path::new(&reform).is_file() => of_file(service, &reform)?,
                // A path like reforms/2025-07-01 names a known one too.
                Err(_) => {
                    match reform.rsplit('/').next().and_then(|id| service.reform(id.trim_end_matches(".toml")).ok()) {
                        Some(known) => known.clone(),
                        None => of_file(service, &reform)?,
                    }
                }
            };
            let plan = service.reform_plan(&reform)?;
            if as_json { json(&plan) } else { say(&plain(&plan, lang)) }
        }
        Command::HandOver { id, unit, json: as_json } => {
            let lists = service.hand_overs(&id, unit.as_deref())?;
            if as_json { json(&lists) } else { say(&reform_text::hand_overs(&lists, lang)) }
        }
        Command::Apply { .. } | Command::Accept { .. } => Ok(()),
    }
}

fn write(office: &Office, command: Command, lang: Lang) -> Result<(), ActionError> {
    match command {
        Command::Apply { file, by } => {
            let reform = of_file(&office.now(), &file)?;
            say(&plain(&office.apply_reform(&by, &reform)?, lang))
        }
        Command::Accept { id, unit, from, by } => {
            let count = office.accept_hand_over(&by, &id, &unit, from.as_deref())?;
            let words = Text::new(format!("Đã tiếp nhận từ {count} đơn vị."), format!("Accepted from {count} units."));
            say(words.get(lang))
        }
        _ => Ok(()),
    }
}

fn of_file(service: &Service, name: &str) -> Result<Reform, ActionError> {
    let bytes = std::fs::read(name).map_err(|e| {
        let known: Vec<&str> = service.reforms().map(|r| r.id.as_str()).collect();
        let known = known.join(", ");
        ActionError::Invalid(Text::new(
            format!("{name}: không đọc được tệp ({e}), và không phải mã đã có ({known})."),
            format!("{name}: neither a readable file ({e}) nor a known id ({known})."),
        ))
    })?;
    geodata::reform(name, bytes).map_err(|problems| {
        let words = |p: &crate::atlas::Problem| Text::new(p.to_string(), p.to_string());
        ActionError::Rows(problems.iter().map(words).collect())
    })
}
