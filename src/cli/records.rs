//! `giapranh roles`, `giapranh records`: bodies in; everything recorded out and in.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::office;
use super::output::{Entered, bytes, finish, json, say, text_of};
use crate::crs::CrsId;
use crate::domain::{Lang, Text};
use crate::service::role_import::Defaults;
use crate::service::{ActionError, Office, read_date};
use crate::store::StoreError;

#[derive(Debug, Args)]
pub struct RolesArgs {
    #[command(subcommand)]
    command: Roles,
}

#[derive(Debug, Subcommand)]
enum Roles {
    /// Mọi cơ quan đã ghi, dạng JSON / every body on record, as JSON
    List,
    /// Ghi rằng một cơ quan thôi vai trò từ một ngày / a body no longer has its role from a day on
    End {
        id: String,
        /// Ngày đầu tiên không còn / first day without it
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: String,
        #[command(flatten)]
        entered: Entered,
    },
    /// Nhập cơ quan (CSV theo mã đơn vị) hoặc vùng (GeoJSON) / import bodies (CSV by unit codes) or areas (GeoJSON)
    Import {
        file: PathBuf,
        /// Người nhập / who enters it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Vai trò, nếu tệp không ghi / role, where the file has none: people, forest_owner, ranger_station, border_guard_post
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
        /// Tên, nếu tệp không ghi / name, where the file has none
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Căn cứ, nếu tệp không ghi / basis, where the file has none
        #[arg(long, value_name = "TITLE")]
        basis: Option<String>,
        /// Hệ tọa độ của tệp GeoJSON / CRS of a GeoJSON file
        #[arg(long, value_name = "CODE")]
        crs: Option<String>,
        /// Độ chính xác ranh giới (m, 1σ) / accuracy of the outline
        #[arg(long, value_name = "M")]
        accuracy: Option<f64>,
    },
}

#[derive(Debug, Args)]
pub struct RecordsArgs {
    #[command(subcommand)]
    command: Records,
}

#[derive(Debug, Subcommand)]
enum Records {
    /// Xuất mọi hồ sơ / export every record
    Export {
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Nhập hồ sơ đã xuất; mục đã có được giữ nguyên / import an export; what is here already is left alone
    Import { file: PathBuf },
}

pub fn run_roles(args: RolesArgs, data: &Path, lang: Lang) -> ExitCode {
    match office(data) {
        Ok(office) => finish(roles(&office, args.command, lang), lang),
        Err(code) => code,
    }
}

pub fn run_records(args: RecordsArgs, data: &Path, lang: Lang) -> ExitCode {
    match office(data) {
        Ok(office) => finish(records(&office, args.command, lang), lang),
        Err(code) => code,
    }
}

fn roles(office: &Office, command: Roles, lang: Lang) -> Result<(), ActionError> {
    match command {
        Roles::List => json(&office.now().records.bodies),
        Roles::End { id, date, entered } => {
            office.end_body(entered.by(), &id, read_date(&date)?, &entered.document(office)?)
        }
        Roles::Import { file, by, role, name, basis, crs, accuracy } => {
            let text = text_of(&file)?;
            let crs = crs.as_deref().map(CrsId::parse).transpose()?;
            let defaults = Defaults { role, name, basis, crs, accuracy_m: accuracy };
            let imported = match file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
                true => office.import_bodies(&by, &text, &defaults)?,
                false => office.import_areas(&by, &text, &defaults)?,
            };
            let words = Text::new(
                format!("Đã nhập {}; đã có sẵn {}.", imported.taken, imported.known),
                format!("{} taken; {} known already.", imported.taken, imported.known),
            );
            say(words.get(lang))
        }
    }
}

fn records(office: &Office, command: Records, lang: Lang) -> Result<(), ActionError> {
    match command {
        Records::Export { output } => bytes(&office.export()?, output.as_deref()),
        Records::Import { file } => {
            let read = std::fs::read(&file).map_err(|cause| StoreError::Io { path: file.clone(), cause })?;
            let new = office.import_export(&read)?;
            let words = Text::new(format!("{new} mục mới."), format!("{new} new entries."));
            say(words.get(lang))
        }
    }
}
