//! `giapranh reform`: the reforms there are, and what one would change. Nothing is changed here.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::reform_text::plain;
use super::{EXIT_UNREADABLE, open, print};
use crate::atlas::geodata;
use crate::domain::{Lang, Reform};
use crate::service::Service;

#[derive(Debug, clap::Args)]
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
}

pub fn run(args: ReformArgs, data: &Path, lang: Lang) -> ExitCode {
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    match args.command {
        Command::List => {
            let line = |r: &Reform| format!("{}  {}  {}", r.id, r.date, r.title.get(lang));
            print(&service.reforms().map(line).collect::<Vec<_>>().join("\n"))
        }
        Command::Plan { reform, json } => match plan(&service, &reform, json, lang) {
            Ok(text) => print(&text),
            Err(problems) => {
                for problem in problems {
                    eprintln!("giapranh: {problem}");
                }
                ExitCode::from(EXIT_UNREADABLE)
            }
        },
    }
}

/// The plan as text, or every problem as a line of its own.
fn plan(service: &Service, name: &str, json: bool, lang: Lang) -> Result<String, Vec<String>> {
    let reform = match service.reforms().find(|r| r.id == name) {
        Some(known) => known.clone(),
        None => read(service, name)?,
    };
    let plan = service.plan(&reform).map_err(|all| all.iter().map(|p| format!("{name}: {p}")).collect::<Vec<_>>())?;
    if json { serde_json::to_string_pretty(&plan).map_err(|e| vec![e.to_string()]) } else { Ok(plain(&plan, lang)) }
}

fn read(service: &Service, name: &str) -> Result<Reform, Vec<String>> {
    let bytes = std::fs::read(PathBuf::from(name)).map_err(|e| {
        let known: Vec<&str> = service.reforms().map(|r| r.id.as_str()).collect();
        let known = known.join(", ");
        vec![format!("{name}: không đọc được tệp, và không phải mã đã có ({known}) · neither a readable file nor a known id ({known}): {e}")]
    })?;
    geodata::reform(name, bytes).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}
