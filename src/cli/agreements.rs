//! `giapranh agreements`: list, show, add, what is done under them, the yearly review.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::office;
use super::output::{Entered, at, bytes, finish, json, say, text_of};
use crate::domain::{Activity, Agreement, AgreementChange, Lang, Measure, Progress, Text, today_in_vietnam};
use crate::pages::{self, ReviewFormat};
use crate::service::review::find_agreement;
use crate::service::{ActionError, Office, agreement_here, agreements, read_date};

#[derive(Debug, Args)]
pub struct AgreementsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Liệt kê / list them at a date
    List {
        #[arg(long, value_name = "YYYY-MM-DD")]
        at: Option<String>,
        /// GeoJSON
        #[arg(long)]
        json: bool,
    },
    /// Một thỏa thuận với mọi điều đã ghi, dạng JSON / one with all that is recorded under it, as JSON
    Show { id: String },
    /// Thêm thỏa thuận từ tệp TOML hoặc JSON / add one from a TOML or JSON file, shaped as those in geodata/agreements
    Add {
        file: PathBuf,
        /// Người nhập / who enters it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Thêm hoạt động chung / add a joint activity
    Activity {
        id: String,
        /// Tên / title
        title: String,
        /// Số đo / a measure: meetings=6, listeners=988, planted_ha=524.5, scattered_trees=12000+
        #[arg(long = "measure", value_name = "WHAT=VALUE[+]")]
        measures: Vec<String>,
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<String>,
        /// Ngày đầu tiên sau hoạt động / first day after it
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: Option<String>,
        #[command(flatten)]
        entered: Entered,
    },
    /// Ghi việc đã làm về một điều cam kết / say what was done about an obligation
    Progress {
        id: String,
        /// Điều thứ mấy, từ 1 / which obligation, from 1
        #[arg(long, value_name = "N")]
        obligation: usize,
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        /// Đã xong / done
        #[arg(long)]
        done: bool,
        #[arg(long, value_name = "WORDS")]
        text: String,
        #[command(flatten)]
        entered: Entered,
    },
    /// Ký, gia hạn, kết thúc / signed, prolonged, ended
    Change {
        id: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        signed: Option<String>,
        #[arg(long, value_name = "YYYY-MM-DD")]
        term_from: Option<String>,
        /// Ngày đầu tiên sau thời hạn / first day after the term
        #[arg(long, value_name = "YYYY-MM-DD")]
        term_to: Option<String>,
        #[command(flatten)]
        entered: Entered,
    },
    /// Tổng kết năm / the yearly review
    Review {
        id: String,
        /// Năm / year
        #[arg(long, value_name = "YEAR")]
        year: i16,
        /// Dạng / format: html, docx, xlsx, csv, geojson, json
        #[arg(short, long, default_value = "json", value_parser = ReviewFormat::words())]
        format: String,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

pub fn run(args: AgreementsArgs, data: &Path, lang: Lang) -> ExitCode {
    match args.command {
        Command::Add { .. } | Command::Activity { .. } | Command::Progress { .. } | Command::Change { .. } => {
            match office(data) {
                Ok(office) => finish(write(&office, args.command), lang),
                Err(code) => code,
            }
        }
        command => match office(data) {
            Ok(office) => finish(read(&office, command, lang), lang),
            Err(code) => code,
        },
    }
}

fn read(office: &Office, command: Command, lang: Lang) -> Result<(), ActionError> {
    let service = &*office.now();
    match command {
        Command::List { at: date, json: true } => say(&agreements(service, at(date.as_deref())?).to_string()),
        Command::List { at: date, json: false } => {
            let date = at(date.as_deref())?;
            for a in service.records.agreements.iter().filter(|a| a.known_from().is_some_and(|from| from <= date)) {
                let here = agreement_here(service, a, date);
                let state = pages::in_force_words(here.in_force);
                say(&format!("{}\t{}\t{}", here.id, here.title.get(lang), state.get(lang)))?;
            }
            Ok(())
        }
        Command::Show { id } => json(find_agreement(service, &id)?),
        Command::Review { id, year, format, output } => {
            let review = office.review(&id, year)?;
            let format = ReviewFormat::parse(&format).unwrap_or(ReviewFormat::Json);
            bytes(&pages::review(service, &review, format, lang)?, output.as_deref())
        }
        _ => Ok(()),
    }
}

fn write(office: &Office, command: Command) -> Result<(), ActionError> {
    match command {
        Command::Add { file, by } => {
            let text = text_of(&file)?;
            let agreement = match file.extension().is_some_and(|e| e == "json") {
                true => serde_json::from_str::<Agreement>(&text).map_err(|e| e.to_string()),
                false => toml::from_str::<Agreement>(&text).map_err(|e| e.to_string()),
            };
            let agreement = agreement.map_err(|e| {
                let file = file.display();
                ActionError::Invalid(Text::new(format!("{file}: {e}"), format!("{file}: {e}")))
            })?;
            say(&office.make_agreement(&by, &agreement)?)
        }
        Command::Activity { id, title, measures, from, to, entered } => {
            let activity = Activity {
                id: String::new(),
                title: Text::new(title.clone(), title),
                from: from.as_deref().map(read_date).transpose()?,
                to: to.as_deref().map(read_date).transpose()?,
                reported: today_in_vietnam(),
                measures: measures.iter().map(|m| measure(m)).collect::<Result<_, _>>()?,
                note: None,
                document: entered.document(office)?,
                entered_by: None,
            };
            say(&office.add_activity(entered.by(), &id, &activity)?.id)
        }
        Command::Progress { id, obligation, date, done, text, entered } => {
            let progress = Progress {
                obligation: obligation.wrapping_sub(1),
                date: read_date(&date)?,
                done,
                text: Text::new(text.clone(), text),
                document: entered.document(office)?,
                entered_by: None,
            };
            office.add_progress(entered.by(), &id, &progress)
        }
        Command::Change { id, date, signed, term_from, term_to, entered } => {
            let change = AgreementChange {
                date: read_date(&date)?,
                signed: signed.as_deref().map(read_date).transpose()?,
                term_from: term_from.as_deref().map(read_date).transpose()?,
                term_to: term_to.as_deref().map(read_date).transpose()?,
                note: None,
                document: entered.document(office)?,
                entered_by: None,
            };
            office.change_agreement(entered.by(), &id, &change)
        }
        _ => Ok(()),
    }
}

/// `planted_ha=524.5`; a plus after the number: more than.
fn measure(text: &str) -> Result<Measure, ActionError> {
    let unreadable = || {
        ActionError::Invalid(Text::new(
            format!("Số đo «{text}»: hãy ghi TÊN=SỐ, ví dụ listeners=988."),
            format!("The measure “{text}”: write WHAT=NUMBER, such as listeners=988."),
        ))
    };
    let (what, value) = text.split_once('=').ok_or_else(unreadable)?;
    let at_least = value.ends_with('+');
    let value = value.trim_end_matches('+').replace(',', ".").parse().map_err(|_| unreadable())?;
    Ok(Measure { what: what.trim().into(), value, at_least })
}
