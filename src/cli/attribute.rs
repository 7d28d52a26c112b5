//! `giapranh attribute`: a CSV or Parquet file of any length.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{complain, open, unreadable};
use crate::crs::CrsId;
use crate::domain::{Lang, Text};
use crate::service::{self, AttributeError, AttributeOptions, QuestionError, Summary, XyColumns, read_date};

#[derive(Debug, clap::Args)]
pub struct AttributeArgs {
    /// Tệp CSV (dấu phẩy, chấm phẩy hoặc tab) hoặc .parquet / CSV file (comma, semicolon or tab) or .parquet; "-": CSV from stdin
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Tệp kết quả; không có: stdout / output file; absent: stdout
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Cột hoành độ Đông hoặc kinh độ (trong trắc địa Việt Nam gọi là Y!) / column of easting or longitude (Vietnamese surveying calls it Y!)
    #[arg(long, requires = "y", value_name = "COL")]
    x: Option<String>,
    /// Cột tung độ Bắc hoặc vĩ độ (trong trắc địa Việt Nam gọi là X!) / column of northing or latitude (Vietnamese surveying calls it X!)
    #[arg(long, requires = "x", value_name = "COL")]
    y: Option<String>,
    /// Hệ tọa độ / CRS of the two columns
    #[arg(long, value_name = "CODE")]
    crs: Option<String>,
    /// Một ngày cho mọi dòng / one date for every row
    #[arg(long, value_name = "DATE", conflicts_with = "date_column")]
    at: Option<String>,
    /// Cột ngày của từng dòng / column with each row's own date
    #[arg(long, value_name = "COL")]
    date_column: Option<String>,
    /// Chỉ ghi khoảng cách đến địa giới khi không quá số mét này (nhanh hơn nhiều) / tell the distance to the boundary only up to so many metres (much faster)
    #[arg(long, value_name = "METRES", value_parser = metres)]
    boundary_to: Option<f64>,
}

fn metres(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.trim().replace(',', ".").parse().ok();
    value
        .filter(|m: &f64| m.is_finite() && *m >= 0.0)
        .ok_or_else(|| "cần số mét từ 0 trở lên / give metres from 0 up".to_owned())
}

pub fn run(args: &AttributeArgs, data: &Path, lang: Lang) -> ExitCode {
    let options = match options(args) {
        Ok(options) => options,
        Err(e) => return unreadable(&e, lang),
    };
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    match run_on_files(args, &service, &options) {
        Ok(summary) => {
            complain(&told(&summary), lang);
            let nothing_read = summary.rows > 0 && summary.errors == summary.rows;
            if nothing_read { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(e) => {
            complain(&e.text(), lang);
            ExitCode::FAILURE
        }
    }
}

fn options(args: &AttributeArgs) -> Result<AttributeOptions, QuestionError> {
    Ok(AttributeOptions {
        columns: args.x.clone().zip(args.y.clone()).map(|(x, y)| XyColumns { x, y }),
        crs: args.crs.as_deref().map(CrsId::parse).transpose()?,
        at: args.at.as_deref().map(read_date).transpose()?,
        date_column: args.date_column.clone(),
        boundary_to_m: args.boundary_to,
    })
}

/// The output file appears whole or not at all; what is no plain file (a pipe, a device) is written to as it is.
fn run_on_files(
    args: &AttributeArgs,
    service: &service::Service,
    options: &AttributeOptions,
) -> Result<Summary, AttributeError> {
    let Some(path) = &args.output else {
        return run_on(args, service, options, io::stdout());
    };
    if path.metadata().is_ok_and(|m| !m.is_file()) {
        let out = File::options().write(true).open(path).map_err(|e| named(e, path))?;
        return run_on(args, service, options, out);
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut staged = tempfile::NamedTempFile::new_in(folder).map_err(|e| named(e, folder))?;
    let summary = run_on(args, service, options, staged.as_file_mut())?;
    staged.as_file().sync_all()?;
    staged.persist(path).map_err(|e| named(e.error, path))?;
    open_to_all_users(path)?;
    Ok(summary)
}

fn run_on(
    args: &AttributeArgs,
    service: &service::Service,
    options: &AttributeOptions,
    out: impl Write + Send,
) -> Result<Summary, AttributeError> {
    let mut out = BufWriter::new(out);
    let summary = if args.input.as_os_str() == "-" {
        service::attribute(service, io::stdin().lock(), &mut out, options, |_| {})?
    } else {
        let file = File::open(&args.input).map_err(|e| named(e, &args.input))?;
        let bar = bar(file.metadata()?.len());
        let summary = if args.input.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet")) {
            service::attribute_parquet(service, file, &mut out, options, |done| bar.set_position(done))?
        } else {
            service::attribute(service, file, &mut out, options, |bytes| bar.set_position(bytes))?
        };
        bar.finish_and_clear();
        summary
    };
    out.flush()?;
    Ok(summary)
}

/// A temporary file is private to its owner; the finished one gets the rights any new file has.
fn open_to_all_users(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = "{elapsed_precise} {wide_bar} {bytes}/{total_bytes} ({bytes_per_sec}, {eta})";
    let bar = ProgressBar::new(length);
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn told(s: &Summary) -> Text {
    Text::new(
        format!(
            "{} dòng: {} một xã, {} tranh chấp, {} chưa chắc, {} ngoài dữ liệu, {} vị trí chưa rõ, {} không rõ; {} dòng lỗi (xem gr_error)",
            s.rows, s.sole, s.disputed, s.uncertain, s.none, s.ambiguous, s.not_known, s.errors
        ),
        format!(
            "{} rows: {} sole, {} disputed, {} uncertain, {} none, {} ambiguous, {} not known; {} errors (see gr_error)",
            s.rows, s.sole, s.disputed, s.uncertain, s.none, s.ambiguous, s.not_known, s.errors
        ),
    )
}
