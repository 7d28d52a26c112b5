//! The quick way through a file: blocks of whole lines, worked on by all cores, each row copied as it stands.
//!
//! It is taken while the file has no quotes and no bare carriage returns, so that a line is a row and a field is what
//! stands between two delimiters. From the first block on that has one, the CSV reader goes on.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use geo::Coord;
use jiff::civil::Date;
use rayon::prelude::*;

use super::quick::{Quick, Sure};
use super::{AttributeError, Job, Row, Summary, fit, row_date, word};
use crate::crs::{self, CrsId};
use crate::domain::rules::Verdict;
use crate::engine::cells::Met;

/// Bytes read at a time, and bytes a core works on at a time.
const BLOCK: usize = 4 << 20;
const PIECE: usize = 128 << 10;
/// No row is longer than this; a file with a longer one goes the other way.
const LONGEST_ROW: usize = 1 << 20;

/// The header line of a file that may go the quick way, with its line end.
pub fn plain_header(start: &[u8]) -> Option<Vec<u8>> {
    let end = start.iter().position(|&b| b == b'\n')?;
    let header = &start[..=end];
    let blank = header.iter().all(|b| matches!(b, b'\r' | b'\n'));
    (!blank && is_plain(header)).then(|| header.to_vec())
}

/// No quotes, and carriage returns only before line feeds.
fn is_plain(block: &[u8]) -> bool {
    !block.contains(&b'"')
        && !block.iter().zip(block.iter().skip(1).chain([&0])).any(|(&b, &next)| b == b'\r' && next != b'\n')
}

/// Rows to the end of the input, or to the first block that is not plain: what was read of it comes back.
pub fn attribute(
    job: &Job,
    input: &mut impl Read,
    output: &mut impl Write,
    summary: &mut Summary,
    mut progress: impl FnMut(u64),
) -> Result<Option<Vec<u8>>, AttributeError> {
    let dates = Dates::new(job);
    let mut block: Vec<u8> = Vec::with_capacity(BLOCK + LONGEST_ROW);
    let mut done = 0u64;
    loop {
        let read = input.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        let last = read < BLOCK;
        let whole = if last { block.len() } else { block.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1) };
        if block.len() - whole > LONGEST_ROW || !is_plain(&block[..whole]) {
            return Ok(Some(block));
        }
        let pieces: Vec<Result<(Vec<u8>, Summary), AttributeError>> =
            pieces(&block[..whole]).par_iter().map(|piece| rows(job, &dates, piece)).collect();
        for piece in pieces {
            let (bytes, counted) = piece?;
            output.write_all(&bytes)?;
            summary.add(&counted);
        }
        done += whole as u64;
        progress(done);
        if last {
            return Ok(None);
        }
        block.drain(..whole);
    }
}

/// Whole lines, about [`PIECE`] bytes together.
fn pieces(mut block: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !block.is_empty() {
        let from = PIECE.min(block.len());
        let end = block[from..].iter().position(|&b| b == b'\n').map_or(block.len(), |at| from + at + 1);
        let (piece, rest) = block.split_at(end);
        pieces.push(piece);
        block = rest;
    }
    pieces
}

/// What decides at each date of the file, made when the date is first met.
struct Dates<'a> {
    job: &'a Job<'a>,
    today: Option<Arc<Quick<'a>>>,
    others: Mutex<HashMap<Date, Option<Arc<Quick<'a>>>>>,
}

impl<'a> Dates<'a> {
    fn new(job: &'a Job<'a>) -> Dates<'a> {
        // Numbers in another CRS than plain degrees take the long way.
        let plain = job.options.crs.is_none_or(|crs| crs == CrsId::WGS84);
        let today = if plain { Dates::make(job, job.today) } else { None };
        Dates { job, today, others: Mutex::default() }
    }

    fn make(job: &'a Job<'a>, at: Date) -> Option<Arc<Quick<'a>>> {
        Quick::new(job.service, at, job.options.boundary_to_m).map(Arc::new)
    }

    fn at(&self, field: Option<&[u8]>) -> Option<Arc<Quick<'a>>> {
        let Some(field) = field else { return self.today.clone() };
        self.today.as_ref()?;
        let at = row_date(std::str::from_utf8(field).ok()?).ok()?;
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.entry(at).or_insert_with(|| Dates::make(self.job, at)).clone()
    }
}

/// A row that may be decided quickly.
struct Candidate<'a, 'q> {
    line: usize,
    x: &'a [u8],
    y: &'a [u8],
    quick: Arc<Quick<'q>>,
}

fn rows(job: &Job, dates: &Dates, piece: &[u8]) -> Result<(Vec<u8>, Summary), AttributeError> {
    let lines: Vec<&[u8]> = piece
        .split(|&b| b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    let (mut candidates, mut xs, mut ys): (Vec<Candidate>, Vec<f64>, Vec<f64>) = Default::default();
    let mut fields: Vec<&[u8]> = Vec::new();
    let mut last: Option<(&[u8], Option<Arc<Quick>>)> = None;
    for (i, line) in lines.iter().enumerate() {
        fields.clear();
        fields.extend(line.split(|&b| b == job.delimiter));
        if fields.len() != job.layout.width {
            continue;
        }
        let (x, y) = (fields[job.layout.x], fields[job.layout.y]);
        let Some((lon, lat)) = degrees(x, y) else { continue };
        let date = job.layout.date.map(|d| fields[d]);
        let quick = match &last {
            Some((known, quick)) if Some(*known) == date => quick.clone(),
            _ => dates.at(date),
        };
        if let Some(date) = date {
            last = Some((date, quick.clone()));
        }
        let Some(quick) = quick else { continue };
        // One index for the whole piece: a change of maps within it takes the long way.
        if candidates.first().is_some_and(|c| !std::ptr::eq(c.quick.cells, quick.cells)) {
            continue;
        }
        candidates.push(Candidate { line: i, x, y, quick });
        xs.push(lon);
        ys.push(lat);
    }
    let mut codes = vec![0; xs.len()];
    if let Some(first) = candidates.first() {
        first.quick.cells.locate(&xs, &ys, &mut codes);
    }
    let mut out = Vec::with_capacity(piece.len() + lines.len() * 90);
    let mut summary = Summary::default();
    let (mut next, mut met) = (0, Met::default());
    for (i, line) in lines.iter().enumerate() {
        let candidate = candidates.get(next).filter(|c| c.line == i);
        if let Some(c) = candidate {
            let sure = c.quick.judge(Coord { x: xs[next], y: ys[next] }, codes[next], &mut met);
            next += 1;
            if let Some(sure) = sure {
                write_sure(&mut out, line, c, sure, job.delimiter)?;
                summary.count(Some(sure.verdict), false);
                continue;
            }
        }
        let row = long_way(job, line, &mut out)?;
        summary.count(row.verdict, !row.error.is_empty());
    }
    Ok((out, summary))
}

/// A longitude and a latitude in the region in plain decimals, which can be read in no other way.
fn degrees(x: &[u8], y: &[u8]) -> Option<(f64, f64)> {
    let plain = |field: &[u8], whole: usize| -> Option<f64> {
        let decimals = field.get(whole + 1..)?;
        let digits = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
        let good = field[whole] == b'.' && digits(&field[..whole]) && (1..=15).contains(&decimals.len());
        if good && digits(decimals) { std::str::from_utf8(field).ok()?.parse().ok() } else { None }
    };
    let (lon, lat) = (plain(x, 3)?, plain(y, 2)?);
    crs::in_region(lon, lat).then_some((lon, lat))
}

/// The row as it stands and the answer, as the CSV writer would put it.
fn write_sure(
    out: &mut Vec<u8>,
    line: &[u8],
    candidate: &Candidate,
    sure: Sure,
    delimiter: u8,
) -> Result<(), AttributeError> {
    out.extend_from_slice(line);
    for field in [candidate.x, candidate.y] {
        out.push(delimiter);
        nine_decimals(out, field)?;
    }
    let words = sure.owner.and_then(|o| candidate.quick.words.get(o as usize)?.as_ref());
    let (commune, name, province) = words.map_or(("", "", ""), |w| (&w.commune, &w.name, &w.province));
    for text in [commune, name, province] {
        out.push(delimiter);
        quoted(out, text.as_bytes(), delimiter);
    }
    out.push(delimiter);
    out.extend_from_slice(match sure.verdict {
        Verdict::Sole => b"sole",
        Verdict::None => b"none",
        Verdict::Uncertain => b"uncertain",
        other => return Err(std::io::Error::other(format!("no quick verdict is {}", word(other))).into()),
    });
    out.push(delimiter);
    if let Some(p) = sure.probability {
        write!(out, "{p:.2}")?;
    }
    out.push(delimiter);
    if let Some(m) = sure.boundary_m {
        write!(out, "{m:.3}")?;
    }
    out.extend_from_slice(&[delimiter, delimiter, b'\n']);
    Ok(())
}

/// A plain number with nine decimals. Up to nine it is what it was, with zeros after it.
fn nine_decimals(out: &mut Vec<u8>, field: &[u8]) -> Result<(), AttributeError> {
    let decimals = field.iter().rev().position(|&b| b == b'.').unwrap_or(0);
    if decimals > 9 {
        let value: f64 = std::str::from_utf8(field).ok().and_then(|t| t.parse().ok()).unwrap_or(f64::NAN);
        write!(out, "{value:.9}")?;
    } else {
        out.extend_from_slice(field);
        out.resize(out.len() + 9 - decimals, b'0');
    }
    Ok(())
}

fn quoted(out: &mut Vec<u8>, text: &[u8], delimiter: u8) {
    if !text.iter().any(|&b| b == delimiter || matches!(b, b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for &b in text {
        if b == b'"' {
            out.push(b'"');
        }
        out.push(b);
    }
    out.push(b'"');
}

/// One row through the CSV reader, the whole finding and the CSV writer.
fn long_way(job: &Job, line: &[u8], out: &mut Vec<u8>) -> Result<Row, AttributeError> {
    let mut record = ByteRecord::new();
    let mut reader = ReaderBuilder::new().delimiter(job.delimiter).flexible(true).has_headers(false).from_reader(line);
    reader.read_byte_record(&mut record)?;
    let row = job.row(&record);
    let mut record = fit(record, job.layout.width, job.delimiter);
    row.push_to(&mut record);
    let mut writer = WriterBuilder::new().delimiter(job.delimiter).flexible(true).from_writer(out);
    writer.write_byte_record(&record)?;
    writer.flush()?;
    Ok(row)
}
