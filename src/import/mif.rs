//! MapInfo MIF/MID: points, lines, polylines, regions; text in two files.

use std::path::Path;

use geo::{Area, Contains, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};

use super::source::{CrsSaid, ReadOptions, Row, Source, bytes, stem};
use super::{Encoding, ImportError, crs_text};
use crate::crs::CrsId;
use crate::export::Cell;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let sibling = |wanted: &str| {
        [wanted.to_ascii_lowercase(), wanted.to_ascii_uppercase()]
            .into_iter()
            .map(|e| path.with_extension(e))
            .find(|p| p.exists())
    };
    let missing = |what: &str| ImportError::damaged(format!("no .{what} beside it"));
    let mif = bytes(&sibling("mif").ok_or_else(|| missing("mif"))?)?;
    let mid = sibling("mid").map(|p| bytes(&p)).transpose()?.unwrap_or_default();
    let said = String::from_utf8_lossy(&mif[..mif.len().min(4000)]).to_ascii_lowercase();
    let charset =
        said.lines().find_map(|l| l.trim().strip_prefix("charset").map(|c| c.trim().trim_matches('"').to_owned()));
    let by_charset = charset.and_then(|c| match c.as_str() {
        "windowsvietnamese" => Some(Encoding::Windows1258),
        "utf-8" => Some(Encoding::Utf8),
        _ => None,
    });
    let encoding =
        options.encoding.or(by_charset).unwrap_or_else(|| Encoding::of_bytes(std::iter::once(mid.as_slice())));
    let mut lines = Lines { text: &String::from_utf8_lossy(&mif), number: 0 };
    let mut delimiter = b'\t';
    let mut crs = CrsSaid { crs: Some(CrsId::WGS84), words: "MIF without CoordSys: degrees".into() };
    let mut columns = Vec::new();
    while let Some(line) = lines.next() {
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("delimiter") {
            delimiter = rest.trim().trim_matches('"').bytes().next().unwrap_or(b',');
        } else if lower.starts_with("coordsys") {
            crs = crs_text::of_coordsys(line);
        } else if let Some(rest) = lower.strip_prefix("columns") {
            let count: usize = rest.trim().parse().map_err(|_| lines.bad("Columns"))?;
            for _ in 0..count.min(1000) {
                let column = lines.next().ok_or_else(|| lines.bad("Columns"))?;
                columns.push(column.split_whitespace().next().unwrap_or_default().to_owned());
            }
        } else if lower == "data" {
            break;
        }
    }
    let mut geometries = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(geometry) = object(line, &mut lines)? {
            geometries.push(geometry);
        }
    }
    let text = encoding.decode(&mid);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows: Vec<Row> = Vec::new();
    let mut shapes = geometries.into_iter();
    for record in reader.records() {
        let record = record.map_err(|e| ImportError::damaged(format!("MID: {e}")))?;
        let values = (0..columns.len()).map(|i| Cell::from(record.get(i).unwrap_or_default())).collect();
        rows.push(Row { number: rows.len() + 1, geometry: shapes.next().flatten(), values });
    }
    for geometry in shapes {
        rows.push(Row { number: rows.len() + 1, geometry, values: vec![Cell::Empty; columns.len()] });
    }
    let mut source = Source { format: "MapInfo MIF", layer: stem(path), crs, encoding: Some(encoding), columns, rows };
    if options.encoding.is_none() && !encoding.is_font() {
        source.mend_texts(None);
    }
    Ok(source)
}

/// Lines that are not empty.
struct Lines<'a> {
    text: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        while !self.text.is_empty() {
            let (line, rest) = self.text.split_once('\n').unwrap_or((self.text, ""));
            self.text = rest;
            self.number += 1;
            if !line.trim().is_empty() {
                return Some(line.trim());
            }
        }
        None
    }

    fn bad(&self, what: &str) -> ImportError {
        ImportError::damaged(format!("MIF, line {}: {what}", self.number))
    }

    fn count(&mut self) -> Result<usize, ImportError> {
        let line = self.next().ok_or_else(|| self.bad("count"))?;
        line.split_whitespace().next().and_then(|n| n.parse().ok()).ok_or_else(|| self.bad(line))
    }

    fn coords(&mut self, count: usize) -> Result<LineString<f64>, ImportError> {
        // A vertex is at least four bytes: more cannot be there.
        if count > self.text.len() / 3 {
            return Err(self.bad("count"));
        }
        let mut line = Vec::with_capacity(count);
        for _ in 0..count {
            let text = self.next().ok_or_else(|| self.bad("vertices"))?;
            line.push(coord(text).ok_or_else(|| self.bad(text))?);
        }
        Ok(LineString(line))
    }
}

fn coord(text: &str) -> Option<Coord<f64>> {
    let mut numbers =
        text.split([' ', '\t', ',']).filter(|n| !n.is_empty()).map(|n| n.parse::<f64>().ok().filter(|n| n.is_finite()));
    Some(Coord { x: numbers.next()??, y: numbers.next()?? })
}

/// One object; outer `None`: the line is how it is drawn, inner `None`: an object without geometry.
fn object(line: &str, lines: &mut Lines) -> Result<Option<Option<Geometry<f64>>>, ImportError> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Ok(Some(match word.to_ascii_lowercase().as_str() {
        "none" => None,
        "point" => Some(Point(coord(rest).ok_or_else(|| lines.bad(line))?).into()),
        "line" => {
            let n: Vec<f64> = rest.split_whitespace().filter_map(|n| n.parse().ok()).collect();
            let [a, b, c, d] = n.as_slice() else { return Err(lines.bad(line)) };
            Some(LineString::from(vec![(*a, *b), (*c, *d)]).into())
        }
        "pline" => {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let number = |t: Option<&&str>| t.and_then(|t| t.parse::<usize>().ok());
            match words.first() {
                Some(w) if w.eq_ignore_ascii_case("multiple") => {
                    let parts = number(words.get(1)).ok_or_else(|| lines.bad(line))?;
                    let mut all = Vec::new();
                    for _ in 0..parts {
                        let count = lines.count()?;
                        all.push(lines.coords(count)?);
                    }
                    Some(MultiLineString(all).into())
                }
                first => {
                    let count = match number(first) {
                        Some(count) => count,
                        None => lines.count()?,
                    };
                    Some(lines.coords(count)?.into())
                }
            }
        }
        "region" => {
            let parts: usize = rest.trim().parse().map_err(|_| lines.bad(line))?;
            let mut rings = Vec::new();
            for _ in 0..parts {
                let count = lines.count()?;
                rings.push(lines.coords(count)?);
            }
            Some(land(rings).into())
        }
        _ => return Ok(None),
    }))
}

/// A region says nothing of holes: a ring inside another one is its hole.
fn land(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let mut rings: Vec<Polygon<f64>> =
        rings.into_iter().filter(|r| r.0.len() >= 3).map(|r| Polygon::new(r, Vec::new())).collect();
    rings.sort_by(|a, b| b.unsigned_area().total_cmp(&a.unsigned_area()));
    let mut land: Vec<Polygon<f64>> = Vec::new();
    for ring in rings {
        let Some(first) = ring.exterior().0.first().copied() else { continue };
        match land.iter_mut().rev().find(|p| p.contains(&Point(first))) {
            Some(around) => around.interiors_push(ring.exterior().clone()),
            None => land.push(ring),
        }
    }
    MultiPolygon(land)
}
