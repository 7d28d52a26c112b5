//! `giapranh erase`, `giapranh retention`: personal values go, one by one or by their age.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use uuid::Uuid;

use super::office;
use super::output::{finish, say};
use crate::domain::{Lang, Text};
use crate::service::people::AT_THE_MACHINE;
use crate::service::{ActionError, Office};

#[derive(Debug, Args)]
pub struct EraseArgs {
    /// Vụ việc / the incident
    #[arg(long, value_name = "UUID")]
    incident: Uuid,
    /// reporter, perpetrators, description, note, photo, minutes
    #[arg(long)]
    field: String,
}

#[derive(Debug, Args)]
pub struct RetentionArgs {
    #[command(subcommand)]
    command: Retention,
}

#[derive(Debug, Subcommand)]
enum Retention {
    /// Mỗi trường được giữ bao lâu / how long each field is held
    Show,
    /// Đặt số ngày giữ / set for how many days
    Set {
        field: String,
        #[arg(required_unless_present = "forever")]
        days: Option<u32>,
        /// Giữ mãi / for good
        #[arg(long, conflicts_with = "days")]
        forever: bool,
    },
    /// Xóa những gì đã giữ đủ lâu, của các vụ đã xong / erase what has been held long enough, of incidents that are over
    Run {
        /// Chỉ đếm / only count
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run_erase(args: &EraseArgs, data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let done = office.erase(AT_THE_MACHINE, args.incident, &args.field).and_then(|values| {
        let words = Text::new(
            format!("Đã xóa {values} giá trị. Bản sao lưu cũ vẫn còn chúng."),
            format!("{values} values are erased. Backups made before still hold them."),
        );
        say(words.get(lang))
    });
    finish(done, lang)
}

pub fn run_retention(args: &RetentionArgs, data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let done = match &args.command {
        Retention::Show => show(&office, lang),
        Retention::Set { field, days, .. } => {
            office.set_retention(AT_THE_MACHINE, field, *days).and_then(|()| show(&office, lang))
        }
        Retention::Run { dry_run } => run(&office, !dry_run, lang),
    };
    finish(done, lang)
}

fn show(office: &Office, lang: Lang) -> Result<(), ActionError> {
    for held in office.retention()? {
        let days = held.days.map_or_else(
            || Text::new("giữ mãi", "for good"),
            |days| Text::new(format!("{days} ngày"), format!("{days} days")),
        );
        let whose = if held.set {
            Text::new("đã đặt", "set here")
        } else {
            Text::new("mặc định của chương trình", "the program's own default")
        };
        let (days, name, whose) = (days.get(lang), held.name.get(lang), whose.get(lang));
        say(&format!("{:<13} {days:<12} {name} ({whose})", held.field))?;
    }
    Ok(())
}

fn run(office: &Office, really: bool, lang: Lang) -> Result<(), ActionError> {
    for erased in office.run_retention(AT_THE_MACHINE, Timestamp::now(), really)? {
        let (field, n) = (erased.field, erased.values);
        let words = if really {
            Text::new(format!("{field}: đã xóa {n}"), format!("{field}: {n} erased"))
        } else {
            Text::new(format!("{field}: sẽ xóa {n}"), format!("{field}: {n} would be erased"))
        };
        say(words.get(lang))?;
    }
    Ok(())
}
