//! `giapranh search`: what is called so.

use std::path::Path;
use std::process::ExitCode;

use super::{open, print};
use crate::domain::{Lang, Level, Text};
use crate::service::answer::UnitName;
use crate::service::search::{Found, Named};

#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// Tên hoặc mã, có dấu hay không dấu / a name or a code, with or without diacritics
    #[arg(required = true, value_name = "NAME")]
    name: Vec<String>,
    /// In JSON / print as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &SearchArgs, data: &Path, lang: Lang) -> ExitCode {
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    let found = service.search(&args.name.join(" "), 50);
    if args.json {
        return match serde_json::to_string_pretty(&found) {
            Ok(json) => print(&json),
            Err(e) => {
                eprintln!("giapranh: {e}");
                ExitCode::FAILURE
            }
        };
    }
    if found.is_empty() {
        let none = Text::new("Không có tên hay mã nào như vậy.", "No name or code is like that.");
        return print(none.get(lang));
    }
    print(&found.iter().map(|f| line(f, lang)).collect::<Vec<_>>().join("\n"))
}

fn place(unit: &UnitName) -> String {
    [Some(&unit.name), unit.district.as_ref(), unit.province.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn line(found: &Found, lang: Lang) -> String {
    let unit = &found.unit;
    let head = match &found.named {
        Named::Unit { level: Level::Province } => format!("{}  {}", unit.code, unit.name),
        Named::Unit { .. } => format!("{}  {}", unit.code, place(unit)),
        Named::Village { dispute_name, .. } => {
            let village = Text::new("bản", "village");
            format!("{} {}, {} ({})", village.get(lang), found.name, place(unit), dispute_name.get(lang))
        }
    };
    let until = found.valid_to.map(|to| Text::new(format!("; hết từ {to}"), format!("; ended {to}")));
    let now: Vec<String> = found.became.iter().map(place).collect();
    let now = (!now.is_empty())
        .then(|| Text::new(format!("; nay: {}", now.join("; ")), format!("; now: {}", now.join("; "))));
    [until, now].iter().flatten().fold(head, |line, part| line + part.get(lang))
}
