//! `giapranh disputes`: list, show, open, tell, amend, file and withdraw claims.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::output::{self, Entered, at, bytes, finish, json, say, text_of};
use super::{office, open};
use crate::crs::CrsId;
use crate::domain::{DisputeStatus, Lang, Party, Stretch, Text};
use crate::pages;
use crate::service::{
    ActionError, NewAmendment, NewClaim, NewDispute, NewEvent, Service, Words, disputes, disputes_at, read_date,
    zone_words,
};

#[derive(Debug, Args)]
pub struct DisputesArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Liệt kê / list them at a date
    List {
        /// Ngày / date
        #[arg(long, value_name = "YYYY-MM-DD")]
        at: Option<String>,
        /// GeoJSON
        #[arg(long)]
        json: bool,
    },
    /// Hồ sơ của một tranh chấp / the dossier of one
    Show {
        id: String,
        /// Ngày / date
        #[arg(long, value_name = "YYYY-MM-DD")]
        at: Option<String>,
        /// Dạng / format
        #[arg(short, long, value_enum, default_value_t = DossierFormat::Text)]
        format: DossierFormat,
        /// Ghi vào tệp / write to a file
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Mở hồ sơ / open one
    Open {
        /// Tên / name
        name: String,
        /// Một bên, ít nhất hai / a party, at least two: CODE@YYYY-MM-DD[=BẢN]
        #[arg(long = "party", required = true, value_name = "CODE@DATE[=VILLAGE]")]
        parties: Vec<String>,
        /// Từ ngày / since
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        /// Việc gì / what it is about
        #[arg(long, value_name = "WORDS")]
        text: String,
        /// Mã hồ sơ / id
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// Nửa bề rộng vùng suy ra (m) / half-width of the derived zone
        #[arg(long, value_name = "M")]
        width: Option<f64>,
        #[command(flatten)]
        entered: Entered,
    },
    /// Thêm sự kiện / add an event
    Event {
        id: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        /// Tình trạng từ ngày đó / status from that day
        #[arg(long, value_enum)]
        status: Status,
        /// Việc gì / what happened
        #[arg(long, value_name = "WORDS")]
        text: String,
        #[command(flatten)]
        entered: Entered,
    },
    /// Sửa hồ sơ từ một ngày / amend the record from a day on
    Amend {
        id: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        note: Option<String>,
        /// Nửa bề rộng vùng suy ra (m) / half-width of the derived zone
        #[arg(long, value_name = "M")]
        width: Option<f64>,
        /// Đoạn ranh giới: đường chung của hai xã / the stretch: the line two communes share
        #[arg(long, num_args = 2, value_name = "CODE")]
        between: Option<Vec<String>>,
        #[command(flatten)]
        entered: Entered,
    },
    /// Nộp yêu cầu của một bên / file a party's claim: a GeoJSON line or polygon
    Claim {
        id: String,
        file: PathBuf,
        /// Bên: số thứ tự, bản, hoặc mã xã / party: its number, village, or commune code
        #[arg(long, value_name = "PARTY")]
        party: String,
        /// Nộp ngày / filed on
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        /// Hệ tọa độ của tệp / CRS of the file
        #[arg(long, value_name = "CODE")]
        crs: Option<String>,
        /// Tỷ lệ bản đồ 1:N / scale of the map
        #[arg(long, value_name = "N")]
        scale: Option<u32>,
        #[command(flatten)]
        entered: Entered,
    },
    /// Rút yêu cầu / withdraw a claim
    Withdraw {
        id: String,
        claim: String,
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        #[command(flatten)]
        entered: Entered,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DossierFormat {
    Text,
    Json,
    Html,
    Geojson,
    Gpkg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Status {
    Open,
    UnderSurvey,
    Escalated,
    Settled,
    DissolvedByMerger,
}

impl From<Status> for DisputeStatus {
    fn from(status: Status) -> DisputeStatus {
        match status {
            Status::Open => DisputeStatus::Open,
            Status::UnderSurvey => DisputeStatus::UnderSurvey,
            Status::Escalated => DisputeStatus::Escalated,
            Status::Settled => DisputeStatus::Settled,
            Status::DissolvedByMerger => DisputeStatus::DissolvedByMerger,
        }
    }
}

pub fn run(args: DisputesArgs, data: &Path, lang: Lang) -> ExitCode {
    match args.command {
        Command::List { at, json } => read(data, lang, |service| list(service, at.as_deref(), json, lang)),
        Command::Show { id, at, format, output } => {
            read(data, lang, |service| show(service, &id, at.as_deref(), format, output.as_deref(), lang))
        }
        command => match office(data) {
            Ok(office) => finish(write(&office, command, lang), lang),
            Err(code) => code,
        },
    }
}

fn read(data: &Path, lang: Lang, act: impl FnOnce(&Service) -> Result<(), ActionError>) -> ExitCode {
    match open(data) {
        Ok(service) => finish(act(&service), lang),
        Err(code) => code,
    }
}

fn list(service: &Service, date: Option<&str>, as_json: bool, lang: Lang) -> Result<(), ActionError> {
    let date = at(date)?;
    if as_json {
        return say(&disputes(service, date).to_string());
    }
    for d in disputes_at(service, date) {
        say(&format!("{}\t{}\t{}", d.id, d.name.get(lang), pages::status_words(d.status).get(lang)))?;
    }
    Ok(())
}

fn show(
    service: &Service,
    id: &str,
    date: Option<&str>,
    format: DossierFormat,
    to: Option<&Path>,
    lang: Lang,
) -> Result<(), ActionError> {
    let date = at(date)?;
    match format {
        DossierFormat::Text => bytes(plain(service, id, date, lang)?.as_bytes(), to),
        DossierFormat::Json => {
            let dossier = service.dossier(id, date)?;
            match to {
                None => json(&dossier),
                Some(_) => bytes(&serde_json::to_vec_pretty(&dossier).unwrap_or_default(), to),
            }
        }
        DossierFormat::Html => bytes(pages::dossier(service, id, date, lang)?.as_bytes(), to),
        DossierFormat::Geojson => bytes(&service.dossier_geojson(id, date)?, to),
        DossierFormat::Gpkg => bytes(&service.dossier_gpkg(id, date)?, to),
    }
}

/// The dossier in lines.
fn plain(service: &Service, id: &str, date: jiff::civil::Date, lang: Lang) -> Result<String, ActionError> {
    let dossier = service.dossier(id, date)?;
    let d = &dossier.dispute;
    let mut lines = vec![
        format!("{} ({id}), {date}", d.name.get(lang)),
        format!("  {} – {}", pages::status_words(d.status).get(lang), zone_words(d.zone).get(lang)),
    ];
    for (i, p) in d.parties.iter().enumerate() {
        let now: Vec<&str> = p.now.iter().map(|u| u.name.as_str()).collect();
        let village = p.village.as_deref().map(|v| format!("{v}, ")).unwrap_or_default();
        lines.push(format!("  {}. {village}{} {} → {}", i + 1, p.then.name, p.then.code, now.join(", ")));
    }
    for e in &dossier.events {
        lines.push(format!("  {} {}: {}", e.date, pages::status_words(e.status).get(lang), e.text.get(lang)));
    }
    for c in &dossier.claim_records {
        let stands = if c.stands { "*" } else { " " };
        lines.push(format!("  {stands} {} {} {} {}", c.claim.filed, c.claim.party + 1, c.claim.asks_for, c.claim.id));
    }
    if let Some(m2) = dossier.zone_figures.area_m2 {
        lines.push(format!("  {:.1} ha", m2 / 1e4));
    }
    for a in &dossier.agreements {
        lines.push(format!("  {}", a.title.get(lang)));
    }
    Ok(lines.join("\n") + "\n")
}

fn write(office: &crate::service::Office, command: Command, lang: Lang) -> Result<(), ActionError> {
    match command {
        Command::List { .. } | Command::Show { .. } => Ok(()),
        Command::Open { name, parties, date, text, id, width, entered } => {
            let new = NewDispute {
                id,
                name: Words::One(name),
                note: None,
                parties: parties.iter().map(|p| party(p)).collect::<Result<_, _>>()?,
                stretch: None,
                width_m: width,
                date: read_date(&date)?,
                status: None,
                text: Words::One(text),
                document: entered.document(office)?,
            };
            say(&office.open_dispute(entered.by(), &new)?.id)
        }
        Command::Event { id, date, status, text, entered } => {
            let document = entered.document(office)?;
            let new = NewEvent { date: read_date(&date)?, status: status.into(), text: Words::One(text), document };
            office.add_event(entered.by(), &id, &new)
        }
        Command::Amend { id, date, name, note, width, between, entered } => {
            let units = between.and_then(|codes| <[String; 2]>::try_from(codes).ok());
            let new = NewAmendment {
                date: read_date(&date)?,
                name: name.map(Words::One),
                note: note.map(Words::One),
                width_m: width,
                stretch: units.map(|units| Stretch::CommonLine { units, near_former: None }),
                document: entered.document(office)?,
            };
            office.amend(entered.by(), &id, &new)
        }
        Command::Claim { id, file, party, date, crs, scale, entered } => {
            let new = NewClaim {
                party,
                geojson: text_of(&file)?,
                crs: crs.as_deref().map(CrsId::parse).transpose()?,
                filed: read_date(&date)?,
                scale,
                document: entered.document(office)?,
            };
            let filed = office.file_claim(entered.by(), &id, &new)?;
            for note in &filed.notes {
                eprintln!("giapranh: {}", note.get(lang));
            }
            output::say(&filed.claim.id)
        }
        Command::Withdraw { id, claim, date, entered } => {
            let document = entered.document(office)?;
            office.withdraw_claim(entered.by(), &id, &claim, read_date(&date)?, &document)
        }
    }
}

/// `03164@2023-05-23=Dền Thàng`
fn party(text: &str) -> Result<Party, ActionError> {
    let (unit, village) = match text.split_once('=') {
        Some((unit, village)) => (unit, Some(village.trim().to_owned())),
        None => (text, None),
    };
    let Some((code, date)) = unit.split_once('@') else {
        return Err(ActionError::Invalid(Text::new(
            format!("Bên «{text}»: hãy ghi MÃ_XÃ@NGÀY, ví dụ 03164@2023-05-23=Dền Thàng."),
            format!("The party “{text}”: write CODE@DATE, such as 03164@2023-05-23=Dền Thàng."),
        )));
    };
    Ok(Party { village, unit: code.trim().into(), unit_at: read_date(date)? })
}
