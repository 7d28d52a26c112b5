//! `giapranh import`: files of others in, shown first.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::incidents::who;
use super::office;
use super::output::{finish, json, say};
use crate::crs::CrsId;
use crate::domain::{Lang, Level, Text};
use crate::import::Encoding;
use crate::service::importing::{As, ClaimSaid, Desk, ImportOptions, IncidentsSaid, KINDS, NewDataset, Understood};
use crate::service::role_import::Defaults;
use crate::service::{ActionError, Office};

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// GeoJSON, GeoPackage, GeoParquet, Shapefile (.shp, .zip), KML, KMZ, GPX, XLSX, CSV, MIF; dạng khác qua ogr2ogr / others through ogr2ogr
    file: PathBuf,
    /// boundaries, claims, role-areas, incidents, bodies
    #[arg(long = "as", value_name = "KIND", value_parser = read_as)]
    what: As,
    /// Chỉ xem hiểu được gì, không ghi / show what is understood, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Trường=cột, nhiều lần / field=column, several times
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = read_pair)]
    map: Vec<(String, String)>,
    /// Hệ tọa độ của tệp / CRS of the file
    #[arg(long, value_name = "CODE")]
    crs: Option<String>,
    /// utf-8, windows-1258, tcvn3, vni, windows-1252
    #[arg(long, value_parser = read_encoding)]
    encoding: Option<Encoding>,
    /// Lớp hoặc trang tính / layer or sheet
    #[arg(long)]
    layer: Option<String>,
    /// Dưới tài khoản nào / as which account
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Kết quả dạng JSON / the report as JSON
    #[arg(long)]
    json: bool,
    /// Vai trò, nếu tệp không ghi / role, where the file has none
    #[arg(long)]
    role: Option<String>,
    /// Tên, nếu tệp không ghi / name, where the file has none
    #[arg(long)]
    name: Option<String>,
    /// Căn cứ, nếu tệp không ghi / basis, where the file has none
    #[arg(long, value_name = "TITLE")]
    basis: Option<String>,
    /// Độ chính xác đường (m, 1σ) / accuracy of lines
    #[arg(long, value_name = "M")]
    accuracy: Option<f64>,
    /// Tranh chấp của các đề nghị / dispute of claims
    #[arg(long, value_name = "ID")]
    dispute: Option<String>,
    /// Bên đề nghị / party of claims
    #[arg(long)]
    party: Option<String>,
    /// Ngày nộp / day of filing
    #[arg(long, value_name = "YYYY-MM-DD")]
    filed: Option<String>,
    /// Loại vụ việc, nếu tệp không ghi / kind of incident, where the file has none
    #[arg(long)]
    kind: Option<String>,
    /// Mỗi dòng là một cảnh báo, gộp thành cụm / every row is an alert, to be put together
    #[arg(long)]
    alerts: bool,
    /// Gộp cảnh báo trong bao nhiêu mét / alerts within so many metres belong together
    #[arg(long, value_name = "M")]
    within_m: Option<f64>,
    /// và bao nhiêu ngày / and so many days
    #[arg(long, value_name = "DAYS")]
    within_days: Option<f64>,
    /// Mã bộ ranh giới mới / id of the new dataset
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// commune, district
    #[arg(long, value_parser = read_level)]
    level: Option<Level>,
    /// Ghi công nguồn / attribution of the source
    #[arg(long)]
    attribution: Option<String>,
    #[arg(long)]
    licence: Option<String>,
    #[arg(long)]
    publisher: Option<String>,
}

fn read_as(word: &str) -> Result<As, String> {
    KINDS.iter().find(|k| k.1 == word).map(|k| k.0).ok_or_else(|| KINDS.map(|k| k.1).join(", "))
}

fn read_pair(text: &str) -> Result<(String, String), &'static str> {
    text.split_once('=').map(|(a, b)| (a.trim().into(), b.trim().into())).ok_or("FIELD=COLUMN")
}

fn read_encoding(text: &str) -> Result<Encoding, &'static str> {
    Encoding::parse(text).ok_or("utf-8, windows-1258, tcvn3, vni, windows-1252")
}

fn read_level(text: &str) -> Result<Level, &'static str> {
    match text {
        "commune" => Ok(Level::Commune),
        "district" => Ok(Level::District),
        _ => Err("commune, district"),
    }
}

pub fn run(args: &ImportArgs, data: &Path, lang: Lang) -> ExitCode {
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    finish(import(&office, args, data, lang), lang)
}

fn import(office: &Office, args: &ImportArgs, data: &Path, lang: Lang) -> Result<(), ActionError> {
    let crs = args.crs.as_deref().map(CrsId::parse).transpose()?;
    let options = ImportOptions {
        crs,
        encoding: args.encoding,
        layer: args.layer.clone(),
        map: args.map.clone(),
        write: !args.dry_run,
        roles: Defaults {
            role: args.role.clone(),
            name: args.name.clone(),
            basis: args.basis.clone(),
            crs,
            accuracy_m: args.accuracy,
        },
        claim: ClaimSaid { dispute: args.dispute.clone(), party: args.party.clone(), filed: args.filed.clone() },
        dataset: NewDataset {
            id: args.dataset.clone(),
            level: args.level,
            attribution: args.attribution.clone(),
            licence: args.licence.clone(),
            publisher: args.publisher.clone(),
            line_accuracy_m: args.accuracy,
        },
        incidents: IncidentsSaid {
            kind: args.kind.clone(),
            within_m: args.within_m,
            within_days: args.within_days,
            alerts: args.alerts,
        },
    };
    let who = who(office, args.account.as_deref())?;
    let understood = office.import_file(&who, Desk::Machine(data), &args.file, args.what, &options)?;
    if args.json { json(&understood) } else { say(&plain(&understood, args.dry_run, lang)) }
}

/// Rows that were not understood, so many are shown.
const SHOWN: usize = 20;

fn plain(u: &Understood, dry: bool, lang: Lang) -> String {
    let say = |vi: &str, en: &str| if lang == Lang::Vi { vi.to_owned() } else { en.to_owned() };
    let not_known = say("không rõ", "not known");
    let mut lines = vec![
        format!("{}: {} «{}», {} {}", say("Tệp", "File"), u.format, u.layer, u.rows, say("dòng", "rows")),
        format!("{}: {} ({})", say("Hệ tọa độ", "CRS"), u.crs.unwrap_or(&not_known), u.crs_in_file),
    ];
    if let Some(encoding) = u.encoding {
        lines.push(format!("{}: {encoding}", say("Bảng mã", "Encoding")));
    }
    let mapping: Vec<String> = u.mapping.iter().map(|(field, column)| format!("{field} ← {column}")).collect();
    lines.push(format!("{}: {}", say("Trường", "Fields"), mapping.join(", ")));
    let unused: Vec<&str> =
        u.columns.iter().filter(|c| !u.mapping.iter().any(|(_, m)| m == *c)).map(String::as_str).collect();
    lines.push(format!("{}: {}", say("Cột không dùng", "Columns not used"), unused.join(", ")));
    lines.push(format!(
        "{}: {}; {}: {}; {}: {}",
        say("Hiểu được", "Understood"),
        u.matched,
        say("không", "not"),
        u.unmatched.len(),
        say("đã có", "on record already"),
        u.known
    ));
    lines.extend(u.unmatched.iter().take(SHOWN).map(|why| format!("  ! {why}")));
    if u.unmatched.len() > SHOWN {
        lines.push(format!("  … {}", u.unmatched.len() - SHOWN));
    }
    let note = |t: &Text| format!("  {}", t.get(lang));
    lines.extend(u.notes.iter().map(note));
    lines.push(match dry {
        true => say("Chưa ghi gì (--dry-run).", "Nothing was written (--dry-run)."),
        false => format!("{}: {}", say("Đã ghi", "Written"), u.taken),
    });
    lines.join("\n")
}
