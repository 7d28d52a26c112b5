//! Arguments and exit codes. One file per subcommand.

mod agreements;
mod attribute;
mod audit;
mod backup;
mod boundaries;
mod disputes;
mod export;
mod import;
mod incidents;
mod locate;
mod output;
mod people;
mod phone;
mod records;
mod reform;
mod reform_text;
mod retention;
mod search;
mod serve;
mod slivers;
mod tiles;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand};

use crate::domain::{Lang, Text};
use crate::service::{Office, QuestionError, Service};
use crate::store::Place;

/// The question cannot be read: wrong position, date or arguments. `clap` uses the same code.
const EXIT_UNREADABLE: u8 = 2;

/// Đất rừng này của ai? Whose forest is this point?
///
/// giapranh trả lời xã nào chịu trách nhiệm về một vị trí trên vùng giáp ranh, chắc chắn đến đâu, căn cứ vào đâu.
/// giapranh answers which commune is responsible for a position, how sure that is, and on what basis.
#[derive(Debug, Parser)]
#[command(name = "giapranh", version, max_term_width = 100)]
struct Cli {
    /// Thư mục dữ liệu / data folder
    #[arg(long, global = true, env = "GIAPRANH_DATA", value_name = "DIR", value_parser = folder())]
    data: Option<PathBuf>,
    /// Kho hồ sơ, mặc định là tệp trong thư mục dữ liệu / store of the records, by default a file in the data folder:
    /// postgres://…, sqlite:DIR
    #[arg(long, global = true, env = "GIAPRANH_STORE", value_name = "URL", hide_env_values = true)]
    store: Option<String>,
    /// Ngôn ngữ / language: vi, en
    #[arg(long, global = true, env = "GIAPRANH_LANG", default_value = "vi", value_parser = read_lang)]
    lang: Lang,
    #[command(subcommand)]
    command: Command,
}

/// A folder; an empty one, as a script exports a variable it has nothing for, counts as not given.
fn folder() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

fn given(folder: Option<PathBuf>) -> Option<PathBuf> {
    folder.filter(|f| !f.as_os_str().is_empty())
}

fn read_lang(text: &str) -> Result<Lang, &'static str> {
    match text {
        "" | "vi" => Ok(Lang::Vi),
        "en" => Ok(Lang::En),
        _ => Err("vi, en"),
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Vị trí này thuộc xã nào? / Whose point is this?
    Locate(locate::LocateArgs),
    /// Tìm đơn vị, bản theo tên hoặc mã / find units and villages by name or code
    Search(search::SearchArgs),
    /// Gán xã cho cả tệp CSV / attribute a whole CSV file of points
    Attribute(attribute::AttributeArgs),
    /// Chỗ hai bản đồ vẽ khác nhau / where the maps disagree
    Slivers(slivers::SliversArgs),
    /// Mở máy chủ web / serve the map and the HTTP API
    Serve(serve::ServeArgs),
    /// Tải, kiểm tra, chọn bộ ranh giới / pull, check and choose boundary datasets
    Boundaries(boundaries::BoundariesArgs),
    /// Xuất một lớp dữ liệu ra tệp GIS / export a collection as a GIS file
    Export(export::ExportArgs),
    /// Nhập tệp GIS, bảng, cảnh báo vệ tinh; --dry-run chỉ xem / import GIS files, tables, satellite alerts
    Import(import::ImportArgs),
    /// Ô bản đồ vectơ trong một tệp PMTiles / vector tiles in one PMTiles file
    Tiles(tiles::TilesArgs),
    /// Hồ sơ tranh chấp / disputes: list, show, open, tell, file claims
    Disputes(disputes::DisputesArgs),
    /// Thỏa thuận, hoạt động chung, tổng kết năm / agreements, joint activities, yearly review
    Agreements(agreements::AgreementsArgs),
    /// Cơ quan và vai trò / bodies and roles
    Roles(records::RolesArgs),
    /// Xuất, nhập toàn bộ hồ sơ / export and import every record
    Records(records::RecordsArgs),
    /// Cải cách đơn vị hành chính / reforms of administrative units
    Reform(reform::ReformArgs),
    /// Kiểm tra sổ: không gì bị sửa, bị mất / check the journal: nothing changed, nothing gone
    Audit(audit::AuditArgs),
    /// Sao lưu tất cả vào một tệp, cả khi máy chủ đang chạy / back everything up into a file, beside a running server too
    Backup(backup::BackupArgs),
    /// Phục hồi từ bản sao lưu / restore a backup
    Restore(backup::RestoreArgs),
    /// Chép cả kho sang cơ sở dữ liệu khác / copy everything into another database
    Migrate(backup::MigrateArgs),
    /// Xóa một giá trị cá nhân của vụ việc / erase a personal value of an incident
    Erase(retention::EraseArgs),
    /// Giá trị cá nhân được giữ bao lâu / how long personal values are held
    Retention(retention::RetentionArgs),
    /// Vụ việc: danh sách, xem, báo, xử lý / incidents: list, show, report, act
    Incidents(incidents::IncidentsArgs),
    /// Dữ liệu thử nghiệm, ghi rõ trong từng hồ sơ / made-up data to try the program with, marked in every record
    Demo,
    /// Khu vực mang theo điện thoại / the file with an area for a phone, to answer without a signal
    PhonePack(phone::PhonePackArgs),
    /// Tài khoản / accounts
    User(people::UserArgs),
    /// Mã truy cập cho chương trình và GIS / tokens for scripts and a GIS
    Token(people::TokenArgs),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.lang;
    let data = given(cli.data).unwrap_or_else(default_data);
    match Place::read(cli.store.as_deref(), &data) {
        Ok(place) => drop(PLACE.set(place)),
        Err(e) => {
            complain(&e.text(), lang);
            return ExitCode::from(EXIT_UNREADABLE);
        }
    }
    match cli.command {
        Command::Locate(args) => locate::run(&args, &data, lang),
        Command::Search(args) => search::run(&args, &data, lang),
        Command::Attribute(args) => attribute::run(&args, &data, lang),
        Command::Slivers(args) => slivers::run(&args, &data, lang),
        Command::Serve(args) => serve::run(&args, &data, lang),
        Command::Boundaries(args) => boundaries::run(args, &data),
        Command::Export(args) => export::run(&args, &data, lang),
        Command::Import(args) => import::run(&args, &data, lang),
        Command::Tiles(args) => tiles::run(&args, &data, lang),
        Command::Disputes(args) => disputes::run(args, &data, lang),
        Command::Agreements(args) => agreements::run(args, &data, lang),
        Command::Roles(args) => records::run_roles(args, &data, lang),
        Command::Records(args) => records::run_records(args, &data, lang),
        Command::Reform(args) => reform::run(args, &data, lang),
        Command::Audit(args) => audit::run(&args, &data, lang),
        Command::Backup(args) => backup::run_backup(&args, &data, lang),
        Command::Restore(args) => backup::run_restore(&args, &data, lang),
        Command::Migrate(args) => backup::run_migrate(&args, &data, lang),
        Command::Erase(args) => retention::run_erase(&args, &data, lang),
        Command::Retention(args) => retention::run_retention(&args, &data, lang),
        Command::Incidents(args) => incidents::run(args, &data, lang),
        Command::Demo => incidents::demo(&data, lang),
        Command::PhonePack(args) => phone::run(&args, &data, lang),
        Command::User(args) => people::run_user(args, &data, lang),
        Command::Token(args) => people::run_token(args, &data, lang),
    }
}

/// `$XDG_DATA_HOME/giapranh`, or `~/.local/share/giapranh`, or `./giapranh-data` where there is no home.
fn default_data() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .map_or_else(|| PathBuf::from("giapranh-data"), |dir| dir.join("giapranh"))
}

/// Where the records are, said once for the whole run.
static PLACE: OnceLock<Place> = OnceLock::new();

fn place(data: &std::path::Path) -> Place {
    PLACE.get().cloned().unwrap_or_else(|| Place::Sqlite(data.into()))
}

/// The datasets and records, to be written to; or the reason why not on stderr.
fn office(data: &std::path::Path) -> Result<Office, ExitCode> {
    Office::open_at(data, place(data)).map_err(|e| {
        eprintln!("giapranh: {e}");
        ExitCode::FAILURE
    })
}

/// The datasets and records, or the reason why not on stderr.
fn open(data: &std::path::Path) -> Result<Arc<Service>, ExitCode> {
    office(data).map(|office| office.now())
}

fn unreadable(error: &QuestionError, lang: Lang) -> ExitCode {
    complain(&error.text(), lang);
    ExitCode::from(EXIT_UNREADABLE)
}

fn complain(text: &Text, lang: Lang) {
    eprintln!("giapranh: {}", text.get(lang));
}

/// To standard output. A reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> ExitCode {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("giapranh: {e}");
            ExitCode::FAILURE
        }
    }
}
