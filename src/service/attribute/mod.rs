//! A whole file of points: CSV in, the same CSV out with the answer's columns added.

mod arrow;
mod bulk;
mod dates;
mod lines;
mod ndjson;
mod quick;

use std::io::{BufReader, BufWriter, Read, Write};

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::{PositionText, Question, QuestionError, Service, read_date};
use crate::crs::CrsId;
use crate::domain::rules::{self, Verdict};
use crate::domain::{Finding, Level, Text, today_in_vietnam};
use crate::engine::{Engine, Fix};

pub use arrow::{attribute_arrow, attribute_parquet};
pub use bulk::{Bulk, Verdicts};
pub use ndjson::attribute_ndjson;
pub use quick::UnitWords;

/// The columns added, in this order.
pub const COLUMNS: [&str; 10] = [
    "gr_lon",
    "gr_lat",
    "gr_commune",
    "gr_commune_name",
    "gr_province",
    "gr_verdict",
    "gr_probability",
    "gr_boundary_m",
    "gr_disputes",
    "gr_error",
];

/// Names under which the two coordinates are looked for when none are given: x or longitude first.
const XY_NAMES: [(&str, &str); 6] =
    [("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("long", "lat"), ("kinh_do", "vi_do"), ("x", "y")];

/// Rows worked on at once: enough for every core, little memory.
const BATCH: usize = 8192;
/// How much of the file is looked at to tell the delimiter.
const SNIFFED_BYTES: usize = 64 * 1024;

/// Names of the coordinate columns: x is easting or longitude, y northing or latitude.
#[derive(Debug, Clone)]
pub struct XyColumns {
    pub x: String,
    pub y: String,
}

#[derive(Debug, Clone, Default)]
pub struct AttributeOptions {
    /// `None`: looked for by their usual names.
    pub columns: Option<XyColumns>,
    pub crs: Option<CrsId>,
    /// One date for all rows; `None`: today in Vietnam.
    pub at: Option<Date>,
    /// A column that gives each row's own date.
    pub date_column: Option<String>,
    /// The distance to the boundary is told where it is no more than this (m); `None`: everywhere. Far boundaries are
    /// what takes longest.
    pub boundary_to_m: Option<f64>,
}

impl AttributeOptions {
    fn wants_boundary(&self, distance_m: f64) -> bool {
        self.boundary_to_m.is_none_or(|most| distance_m <= most)
    }
}

/// What became of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub rows: u64,
    pub errors: u64,
    pub sole: u64,
    pub disputed: u64,
    pub uncertain: u64,
    pub none: u64,
    pub ambiguous: u64,
    pub not_known: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    #[error("the file is empty")]
    Empty,
    #[error("no column {0:?}; the file has {1}")]
    NoColumn(String, String),
    #[error("no coordinate columns found; the file has {0}")]
    NoCoordinates(String),
    #[error("the file already has a column {0:?}")]
    Taken(String),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Arrow(#[from] arrow_schema::ArrowError),
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl AttributeError {
    pub fn text(&self) -> Text {
        match self {
            AttributeError::Empty => {
                Text::new("Tệp rỗng: cần một dòng tiêu đề.", "The file is empty: it needs a header line.")
            }
            AttributeError::NoColumn(name, has) => Text::new(
                format!("Không có cột «{name}»; tệp có: {has}."),
                format!("There is no column “{name}”; the file has: {has}."),
            ),
            AttributeError::NoCoordinates(has) => Text::new(
                format!("Không nhận ra cột tọa độ; hãy dùng --x và --y. Tệp có: {has}."),
                format!("No coordinate columns recognised; use --x and --y. The file has: {has}."),
            ),
            AttributeError::Taken(name) => Text::new(
                format!("Tệp đã có cột «{name}»: hãy đổi tên hoặc bỏ cột đó."),
                format!("The file already has a column “{name}”: rename or remove it."),
            ),
            AttributeError::Csv(e) => {
                Text::new(format!("Lỗi đọc hoặc ghi CSV: {e}"), format!("Cannot read or write the CSV: {e}"))
            }
            AttributeError::Arrow(e) => {
                Text::new(format!("Lỗi đọc hoặc ghi Arrow: {e}"), format!("Cannot read or write Arrow: {e}"))
            }
            AttributeError::Parquet(e) => {
                Text::new(format!("Lỗi đọc hoặc ghi Parquet: {e}"), format!("Cannot read or write Parquet: {e}"))
            }
            AttributeError::Io(e) => {
                Text::new(format!("Lỗi đọc hoặc ghi tệp: {e}"), format!("Cannot read or write the file: {e}"))
            }
        }
    }
}

/// Where in a row things are.
struct Layout {
    width: usize,
    x: usize,
    y: usize,
    date: Option<usize>,
}

/// Reads CSV (comma, semicolon or tab) to its end and writes every row with [`COLUMNS`] added. A row that cannot be
/// read is kept, with `gr_error`. Memory does not grow with the file. `progress` is told the bytes read so far.
///
/// Plain rows (decimal degrees in the region, no quotes) go the quick way ([`lines`]), all others one by one through the
/// same readings, facts and rules as any question; both give the same answer.
pub fn attribute(
    service: &Service,
    input: impl Read,
    output: impl Write,
    options: &AttributeOptions,
    mut progress: impl FnMut(u64),
) -> Result<Summary, AttributeError> {
    let mut input = BufReader::with_capacity(SNIFFED_BYTES, input);
    let start = std::io::BufRead::fill_buf(&mut input)?;
    let delimiter = sniff_delimiter(start);
    let mut output = BufWriter::new(output);
    let mut summary = Summary::default();
    let Some(header) = lines::plain_header(start) else {
        one_by_one(service, input, &mut output, options, delimiter, None, &mut summary, &mut progress)?;
        output.flush()?;
        return Ok(summary);
    };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(header.as_slice());
    let names = reader.byte_headers()?.clone();
    let job = Job::new(service, options, layout(&names, options)?, delimiter);
    std::io::copy(&mut input.by_ref().take(header.len() as u64), &mut std::io::sink())?;
    write_header(&mut output, &names, delimiter)?;
    let read = header.len() as u64;
    let left = lines::attribute(&job, &mut input, &mut output, &mut summary, |bytes| progress(read + bytes))?;
    if let Some(left) = left {
        let rest = std::io::Cursor::new(left).chain(input);
        one_by_one(service, rest, &mut output, options, delimiter, Some(job), &mut summary, &mut progress)?;
    }
    output.flush()?;
    Ok(summary)
}

/// What is the same for all rows of a file.
struct Job<'a> {
    service: &'a Service,
    options: &'a AttributeOptions,
    layout: Layout,
    delimiter: u8,
    today: Date,
}

impl<'a> Job<'a> {
    fn new(service: &'a Service, options: &'a AttributeOptions, layout: Layout, delimiter: u8) -> Job<'a> {
        let today = options.at.unwrap_or_else(today_in_vietnam);
        Job { service, options, layout, delimiter, today }
    }
}

fn write_header(output: &mut impl Write, names: &ByteRecord, delimiter: u8) -> Result<(), AttributeError> {
    let mut header = names.clone();
    COLUMNS.iter().for_each(|c| header.push_field(c.as_bytes()));
    let mut writer = WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(output);
    writer.write_byte_record(&header)?;
    Ok(writer.flush()?)
}

/// The rest of a file whatever is in it. Without a job it begins with the header.
#[allow(clippy::too_many_arguments)]
fn one_by_one<'a>(
    service: &'a Service,
    input: impl Read,
    output: &mut impl Write,
    options: &'a AttributeOptions,
    delimiter: u8,
    job: Option<Job<'a>>,
    summary: &mut Summary,
    progress: &mut impl FnMut(u64),
) -> Result<(), AttributeError> {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(job.is_none()).from_reader(input);
    let job = match job {
        Some(job) => job,
        None => {
            let names = reader.byte_headers()?.clone();
            let job = Job::new(service, options, layout(&names, options)?, delimiter);
            write_header(output, &names, delimiter)?;
            job
        }
    };
    let mut writer = WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(output);
    let mut rows: Vec<ByteRecord> = Vec::with_capacity(BATCH);
    loop {
        rows.clear();
        let mut record = ByteRecord::new();
        while rows.len() < BATCH && reader.read_byte_record(&mut record)? {
            rows.push(std::mem::take(&mut record));
        }
        if rows.is_empty() {
            break;
        }
        let done: Vec<(ByteRecord, Row)> = std::mem::take(&mut rows)
            .into_par_iter()
            .map(|record| {
                let row = job.row(&record);
                (fit(record, job.layout.width, delimiter), row)
            })
            .collect();
        for (mut record, row) in done {
            summary.count(row.verdict, !row.error.is_empty());
            row.push_to(&mut record);
            writer.write_byte_record(&record)?;
        }
        progress(reader.position().byte());
    }
    Ok(writer.flush()?)
}

/// The answer to one row.
#[derive(Default)]
struct Row {
    place: Option<(f64, f64)>,
    commune: String,
    commune_name: String,
    province: String,
    verdict: Option<Verdict>,
    /// Of the commune that contains the position.
    probability: Option<f64>,
    boundary_m: Option<f64>,
    disputes: String,
    error: String,
}

impl Row {
    fn error(text: Text) -> Row {
        Row { error: format!("{} / {}", text.vi, text.en), ..Row::default() }
    }

    fn push_to(&self, record: &mut ByteRecord) {
        let number = |v: Option<f64>, digits: usize| v.map(|v| format!("{v:.digits$}")).unwrap_or_default();
        let verdict = self.verdict.map_or("", Verdict::word);
        for field in [
            number(self.place.map(|p| p.0), 9).as_str(),
            &number(self.place.map(|p| p.1), 9),
            &self.commune,
            &self.commune_name,
            &self.province,
            verdict,
            &number(self.probability, 2),
            &number(self.boundary_m, 3),
            &self.disputes,
            &self.error,
        ] {
            record.push_field(field.as_bytes());
        }
    }
}

impl Summary {
    fn add(&mut self, other: &Summary) {
        self.rows += other.rows;
        self.errors += other.errors;
        self.sole += other.sole;
        self.disputed += other.disputed;
        self.uncertain += other.uncertain;
        self.none += other.none;
        self.ambiguous += other.ambiguous;
        self.not_known += other.not_known;
    }

    fn count(&mut self, verdict: Option<Verdict>, error: bool) {
        self.rows += 1;
        self.errors += u64::from(error);
        match verdict {
            Some(Verdict::Sole) => self.sole += 1,
            Some(Verdict::Disputed) => self.disputed += 1,
            Some(Verdict::Uncertain) => self.uncertain += 1,
            Some(Verdict::None) => self.none += 1,
            Some(Verdict::AmbiguousPosition) => self.ambiguous += 1,
            Some(Verdict::NotKnown) => self.not_known += 1,
            None => {}
        }
    }
}

impl Job<'_> {
    fn row(&self, record: &ByteRecord) -> Row {
        let layout = &self.layout;
        if record.len() != layout.width {
            let (has, wants) = (record.len(), layout.width);
            return Row::error(Text::new(
                format!("dòng có {has} ô, tiêu đề có {wants}"),
                format!("the row has {has} fields, the header {wants}"),
            ));
        }
        let field = |i: usize| String::from_utf8_lossy(&record[i]);
        self.cells(&field(layout.x), &field(layout.y), layout.date.map(field).as_deref())
    }

    /// The answer to the cells of a row that matter.
    fn cells(&self, x: &str, y: &str, date: Option<&str>) -> Row {
        self.try_cells(x, y, date).unwrap_or_else(|e| Row::error(e.text()))
    }

    fn try_cells(&self, x: &str, y: &str, date: Option<&str>) -> Result<Row, QuestionError> {
        let Job { service, options, today, .. } = self;
        if x.trim().is_empty() && y.trim().is_empty() {
            return Err(QuestionError::NoPosition);
        }
        let at = match date {
            Some(date) => row_date(date)?,
            None => *today,
        };
        let question =
            Question { position: PositionText::Xy(x, y), crs: options.crs, accuracy_m: None, at: Some(at), kind: None };
        let readings = question.readings()?;
        let Some(read) = service.chosen(&readings) else {
            let text = super::explain::ambiguous(&service.other_readings(&readings, None));
            return Ok(Row { verdict: Some(Verdict::AmbiguousPosition), ..Row::error(text) });
        };
        let fix = Fix { lon_deg: read.lon_deg, lat_deg: read.lat_deg, accuracy_m: None };
        let place = Some((fix.lon_deg, fix.lat_deg));
        let Ok(finding) = service.engine.find_to_judge(fix, at) else {
            return Ok(Row { place, verdict: Some(Verdict::NotKnown), ..Row::default() });
        };
        let judgement = rules::judge(&finding, service.engine.disputes());
        let register = &service.engine.register;
        let containing = finding.containing().map(|s| &s.territory);
        let unit = containing.and_then(|t| t.commune.as_ref()).and_then(|code| register.at(Level::Commune, code, at));
        let district =
            containing.and_then(|t| t.district.as_ref()).and_then(|code| register.at(Level::District, code, at));
        Ok(Row {
            place,
            commune: containing.and_then(|t| t.commune.clone()).unwrap_or_default(),
            commune_name: unit.map(|u| u.name.clone()).unwrap_or_default(),
            province: unit
                .or(district)
                .and_then(|u| register.province(u, at))
                .map(|p| p.name.clone())
                .unwrap_or_default(),
            verdict: Some(judgement.verdict),
            probability: finding.containing().map(|s| s.probability),
            boundary_m: finding.boundary.as_ref().map(|b| b.distance_m).filter(|m| options.wants_boundary(*m)),
            disputes: disputes_of(&service.engine, &finding),
            error: String::new(),
        })
    }
}

/// The disputes on record at the date whose zones hold the position.
fn disputes_of(engine: &Engine, finding: &Finding) -> String {
    let on_record = |id: &str| engine.disputes().iter().any(|d| d.id == id && d.event_at(finding.at).is_some());
    let inside = finding.zones.iter().filter(|z| z.inside && on_record(&z.dispute));
    inside.map(|z| z.dispute.as_str()).collect::<Vec<_>>().join(";")
}

/// A row's date: YYYY-MM-DD, DD/MM/YYYY, or a timestamp, which is read on Vietnam's clock (UTC+7).
fn row_date(text: &str) -> Result<Date, QuestionError> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(timestamp.to_zoned(TimeZone::fixed(jiff::tz::offset(7))).date());
    }
    if let Ok(date) = Date::strptime("%d/%m/%Y", text) {
        return Ok(date);
    }
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    read_date(day)
}

fn layout(header: &ByteRecord, options: &AttributeOptions) -> Result<Layout, AttributeError> {
    if header.is_empty() {
        return Err(AttributeError::Empty);
    }
    let names: Vec<String> =
        header.iter().map(|f| String::from_utf8_lossy(f).trim_start_matches('\u{feff}').trim().to_owned()).collect();
    if let Some(taken) = names.iter().find(|n| COLUMNS.contains(&n.as_str())) {
        return Err(AttributeError::Taken(taken.clone()));
    }
    let find = |name: &str| {
        names.iter().position(|n| n == name).or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(name)))
    };
    let wanted = |name: &str| find(name).ok_or_else(|| AttributeError::NoColumn(name.to_owned(), names.join(", ")));
    let (x, y) = match &options.columns {
        Some(c) => (wanted(&c.x)?, wanted(&c.y)?),
        None => XY_NAMES
            .iter()
            .find_map(|(x, y)| Some((find(x)?, find(y)?)))
            .ok_or_else(|| AttributeError::NoCoordinates(names.join(", ")))?,
    };
    let date = options.date_column.as_deref().map(wanted).transpose()?;
    Ok(Layout { width: header.len(), x, y, date })
}

/// The row with exactly the header's number of fields, so that the added columns line up. What is too many is joined
/// into the last field; nothing is lost.
fn fit(record: ByteRecord, width: usize, delimiter: u8) -> ByteRecord {
    if record.len() == width {
        return record;
    }
    let mut fields: Vec<Vec<u8>> = record.iter().map(<[u8]>::to_vec).collect();
    if fields.len() > width {
        let surplus = fields.split_off(width - 1);
        fields.push(surplus.join(&delimiter));
    }
    fields.resize(width, Vec::new());
    ByteRecord::from(fields)
}

/// The delimiter that occurs most in the first line.
fn sniff_delimiter(start: &[u8]) -> u8 {
    let line = start.split(|&b| b == b'\n').next().unwrap_or(start);
    let count = |d: u8| line.iter().filter(|&&b| b == d).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|&d| count(d)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn rows_are_fitted_without_losing_a_field() {
        let long = fit(ByteRecord::from(vec!["1", "2", "3", "4"]), 3, b',');
        assert_eq!(long, ByteRecord::from(vec!["1", "2", "3,4"]));
        let short = fit(ByteRecord::from(vec!["1"]), 3, b',');
        assert_eq!(short, ByteRecord::from(vec!["1", "", ""]));
    }

    #[test]
    fn the_delimiter_is_the_commonest_of_the_first_line() {
        assert_eq!(sniff_delimiter(b"a;b;c\n1,5;2;3"), b';');
        assert_eq!(sniff_delimiter(b"a,b\n"), b',');
        assert_eq!(sniff_delimiter(b"a\tb\n"), b'\t');
        assert_eq!(sniff_delimiter(b"a\n"), b',');
    }

    #[test]
    fn a_timestamp_is_read_on_vietnams_clock() {
        assert_eq!(row_date("2025-06-30T18:00:00Z").unwrap(), date(2025, 7, 1));
        assert_eq!(row_date("01/06/2023").unwrap(), date(2023, 6, 1));
        assert_eq!(row_date("2023-06-01 10:00").unwrap(), date(2023, 6, 1));
        assert!(row_date("yesterday").is_err());
    }
}
