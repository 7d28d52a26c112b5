//! The quick way through a file: blocks of whole lines, worked on by all cores, each row copied as it stands.
//!
//! It is taken while the file has no quotes and no bare carriage returns, so that a line is a row and a field is what
//! stands between two delimiters. From the first block on that has one, the CSV reader goes on.

use std::io::{Read, Write};

use csv::{ByteRecord, WriterBuilder};
use rayon::prelude::*;

use super::dates::{Dates, Judged, Together};
use super::quick::Sure;
use super::{AttributeError, Job, Row, Summary, fit};
use crate::crs;

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

fn rows(job: &Job, dates: &Dates, piece: &[u8]) -> Result<(Vec<u8>, Summary), AttributeError> {
    let lines: Vec<&[u8]> = piece
        .split(|&b| b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    let mut together = Together::default();
    let mut fields: Vec<&[u8]> = Vec::new();
    let mut known = None;
    for (i, line) in lines.iter().enumerate() {
        fields.clear();
        fields.extend(line.split(|&b| b == job.delimiter));
        if fields.len() != job.layout.width {
            continue;
        }
        let (x, y) = (fields[job.layout.x], fields[job.layout.y]);
        let Some((lon, lat)) = degrees(x, y) else { continue };
        if let Some(quick) = dates.after(&mut known, job.layout.date.map(|d| fields[d])) {
            together.offer((i, x, y), quick, lon, lat);
        }
    }
    let mut out = Vec::with_capacity(piece.len() + lines.len() * 90);
    let mut summary = Summary::default();
    let mut judged = together.judged().peekable();
    for (i, line) in lines.iter().enumerate() {
        if let Some(judged) = judged.next_if(|j| j.item.0 == i)
            && let Some(sure) = judged.sure
        {
            write_sure(&mut out, line, &judged, sure, job.delimiter)?;
            summary.count(Some(sure.verdict), false);
            continue;
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
    judged: &Judged<(usize, &[u8], &[u8])>,
    sure: Sure,
    delimiter: u8,
) -> Result<(), AttributeError> {
    out.extend_from_slice(line);
    for field in [judged.item.1, judged.item.2] {
        out.push(delimiter);
        nine_decimals(out, field)?;
    }
    let words = judged.quick.words_of(sure.owner);
    let (commune, name, province) = words.map_or(("", "", ""), |w| (&w.commune, &w.name, &w.province));
    for text in [commune, name, province] {
        out.push(delimiter);
        quoted(out, text.as_bytes(), delimiter);
    }
    out.push(delimiter);
    out.extend_from_slice(sure.verdict.word().as_bytes());
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

/// One row by the whole finding.
fn long_way(job: &Job, line: &[u8], out: &mut Vec<u8>) -> Result<Row, AttributeError> {
    let record = ByteRecord::from_iter(line.split(|&b| b == job.delimiter));
    let row = job.row(&record);
    let mut record = fit(record, job.layout.width, job.delimiter);
    row.push_to(&mut record);
    let mut writer = WriterBuilder::new().delimiter(job.delimiter).flexible(true).from_writer(out);
    writer.write_byte_record(&record)?;
    writer.flush()?;
    Ok(row)
}
