//! Arguments and exit codes. One file per subcommand.

mod attribute;
mod boundaries;
mod locate;
mod serve;
mod slivers;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand};

use crate::domain::{Lang, Text};
use crate::service::{QuestionError, Service};

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
    /// Gán xã cho cả tệp CSV / attribute a whole CSV file of points
    Attribute(attribute::AttributeArgs),
    /// Chỗ hai bản đồ vẽ khác nhau / where the maps disagree
    Slivers(slivers::SliversArgs),
    /// Mở máy chủ web / serve the map and the HTTP API
    Serve(serve::ServeArgs),
    /// Tải, kiểm tra, chọn bộ ranh giới / pull, check and choose boundary datasets
    Boundaries(boundaries::BoundariesArgs),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.lang;
    let data = given(cli.data).unwrap_or_else(default_data);
    match cli.command {
        Command::Locate(args) => locate::run(&args, &data, lang),
        Command::Attribute(args) => attribute::run(&args, &data, lang),
        Command::Slivers(args) => slivers::run(&args, &data, lang),
        Command::Serve(args) => serve::run(&args, &data, lang),
        Command::Boundaries(args) => boundaries::run(args, &data),
    }
}

/// `$XDG_DATA_HOME/giapranh`, or `~/.local/share/giapranh`, or `./giapranh-data` where there is no home.
fn default_data() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .map_or_else(|| PathBuf::from("giapranh-data"), |dir| dir.join("giapranh"))
}

/// The datasets, or the reason why not on stderr.
fn open(data: &std::path::Path) -> Result<Service, ExitCode> {
    Service::open(data).map_err(|e| {
        eprintln!("giapranh: {e}");
        ExitCode::FAILURE
    })
}

fn unreadable(error: &QuestionError, lang: Lang) -> ExitCode {
    complain(&error.text(), lang);
    ExitCode::from(EXIT_UNREADABLE)
}

fn complain(text: &Text, lang: Lang) {
    eprintln!("giapranh: {}", text.get(lang));
}
