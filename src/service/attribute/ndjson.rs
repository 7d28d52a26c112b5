//! One JSON object a line in, the same object with the answer's fields out.

use std::io::{BufRead, BufReader, Read, Write};

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::{AttributeError, AttributeOptions, BATCH, Job, Layout, Row, Summary, XY_NAMES};
use crate::domain::Text;
use crate::domain::rules::Verdict;
use crate::service::Service;

/// No line is longer than this.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads objects, one a line, to the end and writes each with `gr_…` fields added; blank lines are skipped. A line that is
/// no object, or has no position, is kept with `gr_error` (what is no object under `gr_line`). Memory does not grow with
/// the input. Coordinates are looked for under the names of the options, else under the usual ones, in each object.
///
/// # Errors
/// [`AttributeError::Io`] when reading or writing fails, or a line is longer than a megabyte.
pub fn attribute_ndjson(
    service: &Service,
    input: impl Read,
    output: &mut impl Write,
    options: &AttributeOptions,
) -> Result<Summary, AttributeError> {
    let date = options.date_column.is_some().then_some(2);
    let job = Job::new(service, options, Layout { width: 3, x: 0, y: 1, date }, b',');
    let mut input = BufReader::new(input);
    let mut summary = Summary::default();
    let mut lines: Vec<String> = Vec::with_capacity(BATCH);
    loop {
        lines.clear();
        let mut ended = false;
        while lines.len() < BATCH && !ended {
            let mut line = String::new();
            let read = input.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
            if read as u64 == LONGEST_LINE {
                return Err(std::io::Error::other("a line of more than a megabyte").into());
            }
            ended = read == 0;
            if !line.trim().is_empty() {
                lines.push(line);
            }
        }
        let done: Vec<(String, Row)> = lines.par_iter().map(|line| answered(&job, line)).collect();
        for (line, row) in done {
            summary.count(row.verdict, !row.error.is_empty());
            writeln!(output, "{line}")?;
        }
        if ended {
            return Ok(summary);
        }
    }
}

fn answered(job: &Job, line: &str) -> (String, Row) {
    let (mut object, row) = match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) => {
            let row = row(job, &object);
            (object, row)
        }
        _ => {
            let text = Text::new("dòng không phải một đối tượng JSON", "the line is no JSON object");
            let line = Value::from(line.trim_end_matches(['\r', '\n']));
            (Map::from_iter([("gr_line".to_owned(), line)]), Row::error(text))
        }
    };
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    object.extend([
        ("gr_lon".to_owned(), row.place.map(|p| p.0).into()),
        ("gr_lat".to_owned(), row.place.map(|p| p.1).into()),
        ("gr_commune".to_owned(), text(&row.commune)),
        ("gr_commune_name".to_owned(), text(&row.commune_name)),
        ("gr_province".to_owned(), text(&row.province)),
        ("gr_verdict".to_owned(), row.verdict.map(Verdict::word).into()),
        ("gr_probability".to_owned(), row.probability.map(|p| (p * 100.0).round() / 100.0).into()),
        ("gr_boundary_m".to_owned(), row.boundary_m.map(|m| (m * 1000.0).round() / 1000.0).into()),
        ("gr_disputes".to_owned(), text(&row.disputes)),
        ("gr_error".to_owned(), text(&row.error)),
    ]);
    (Value::Object(object).to_string(), row)
}

fn row(job: &Job, object: &Map<String, Value>) -> Row {
    // A number stands as it was written, a word without its quotes.
    let cell = |name: &str| match object.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let place = match &job.options.columns {
        Some(names) => cell(&names.x).zip(cell(&names.y)),
        None => XY_NAMES.iter().find_map(|(x, y)| cell(x).zip(cell(y))),
    };
    let (x, y) = place.unwrap_or_default();
    let date = job.options.date_column.as_deref().map(|name| cell(name).unwrap_or_default());
    job.cells(&x, &y, date.as_deref())
}
