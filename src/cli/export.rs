//! `giapranh export`: a collection as a file.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::incidents::who;
use super::office;
use super::output::finish;
use crate::domain::{Lang, Text};
use crate::export::{FORMATS, Format, Options, Output, XyOrWkt};
use crate::service::gis::{COLLECTIONS, ExportQuery, ItemsText, read_crs};
use crate::service::{ActionError, Office};
use crate::store::StoreError;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Lớp dữ liệu / collection: communes, districts, provinces, boundaries, disputes, claims, slivers, agreements,
    /// role-areas, incidents
    #[arg(default_value = "communes")]
    collection: String,
    /// Chỉ liệt kê các trường: lớp, trường, tên trong Shapefile / only list the fields: collection, field, name in Shapefiles
    #[arg(long)]
    fields: bool,
    /// geojson, geojsonseq, gpkg, fgb, shp, kml, gpx, csv, xlsx, parquet; mặc định theo đuôi tệp / by default by the
    /// file's extension
    #[arg(long, short, value_name = "FORMAT")]
    format: Option<String>,
    /// Hệ tọa độ, ví dụ EPSG:9205 / CRS, such as EPSG:9205
    #[arg(long)]
    crs: Option<String>,
    /// Tệp; mặc định: đầu ra chuẩn / file; default: standard output
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Ngày, thời điểm hoặc khoảng / a day, a moment or an interval
    #[arg(long, value_name = "DATETIME")]
    at: Option<String>,
    /// Tây, nam, đông, bắc (độ) / west, south, east, north (degrees)
    #[arg(long, allow_hyphen_values = true)]
    bbox: Option<String>,
    /// CQL2, ví dụ / such as: "province = 'Tỉnh Lai Châu'"
    #[arg(long)]
    filter: Option<String>,
    /// CSV có dấu thứ tự byte cho Excel / CSV with a byte-order mark for Excel
    #[arg(long)]
    bom: bool,
    /// CSV, XLSX: WKT thay cho x, y / WKT instead of x, y
    #[arg(long)]
    wkt: bool,
    /// Vụ việc dưới tài khoản nào / incidents as which account sees them
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

pub fn run(args: &ExportArgs, data: &Path, lang: Lang) -> ExitCode {
    if args.fields {
        let all =
            COLLECTIONS.iter().flat_map(|c| c.fields.iter().map(move |f| format!("{} {} {}", c.id, f.name, f.short)));
        return super::print(&all.collect::<Vec<_>>().join("\n"));
    }
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    finish(export(&office, args, lang), lang)
}

/// The format by its name, else by the file's extension.
fn format(args: &ExportArgs) -> Result<&'static Format, ActionError> {
    let extension = args.output.as_ref().and_then(|o| o.extension()).and_then(|e| e.to_str());
    let by_extension = || FORMATS.iter().find(|f| Some(f.extension) == extension);
    let found = match &args.format {
        Some(word) => Format::find(word),
        None => by_extension().or(FORMATS.first().filter(|_| extension.is_none())),
    };
    let codes = Format::codes();
    found.ok_or_else(|| {
        ActionError::Invalid(Text::new(
            format!("Không có dạng tệp này: hãy chọn --format trong {codes}."),
            format!("There is no such format: choose --format among {codes}."),
        ))
    })
}

fn export(office: &Office, args: &ExportArgs, lang: Lang) -> Result<(), ActionError> {
    let format = format(args)?;
    let crs = args.crs.as_deref().map(read_crs).transpose()?.map_or(Options::default().crs, |(crs, _)| crs);
    let csv = if args.wkt { XyOrWkt::Wkt } else { XyOrWkt::Suited };
    let text = ItemsText {
        datetime: args.at.clone(),
        bbox: args.bbox.clone(),
        filter: args.filter.clone(),
        ..ItemsText::default()
    };
    let who = who(office, args.name.as_deref())?;
    let asked = office.ask(Some(&who), &args.collection, &text)?;
    let file = ExportQuery { format, options: Options { crs, bom: args.bom, csv }, limit: None };
    // Whole or not at all: under its name only once it is finished.
    let count = match &args.output {
        Some(path) => {
            let io = |cause| StoreError::Io { path: path.clone(), cause };
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let temporary = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
            let out: Output = Box::new(BufWriter::new(temporary.reopen().map_err(io)?));
            let count = office.export_features(&asked, &file, out)?;
            let kept: File = temporary.persist(path).map_err(|e| io(e.error))?;
            kept.sync_all().map_err(io)?;
            count
        }
        None => office.export_features(&asked, &file, Box::new(BufWriter::new(std::io::stdout())))?,
    };
    let words = Text::new(
        format!("{count} đối tượng, {} ({})", format.name, crs.code()),
        format!("{count} features, {} ({})", format.name, crs.code()),
    );
    eprintln!("{}", words.get(lang));
    Ok(())
}
