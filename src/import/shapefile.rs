//! ESRI Shapefiles, alone or zipped. Every length in the file is held against the bytes that are there before anything is
//! made of it: a file of some bytes cannot ask for gigabytes.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::Path;

use geo::{Area, Contains, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use zip::ZipArchive;

use super::source::{CrsSaid, ReadOptions, Row, Source, bytes, stem};
use super::{Encoding, ImportError, crs_text};
use crate::export::Cell;

/// The most bytes taken out of a zip.
const MAX_UNPACKED: u64 = 2_000_000_000;

/// The files of a layer by extension, lower case.
type Files = HashMap<String, Vec<u8>>;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let zipped = path.extension().is_some_and(|e| !e.eq_ignore_ascii_case("shp"));
    let (layer, files) = if zipped { of_zip(&bytes(path)?, options)? } else { (stem(path), beside(path)?) };
    of_files(layer, &files, options)
}

/// The files with the same name in the same folder.
fn beside(path: &Path) -> Result<Files, ImportError> {
    let mut files = Files::from([("shp".to_owned(), bytes(path)?)]);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder).map_err(super::source::io(folder))?.flatten() {
        let other = entry.path();
        let extension = other.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        if other.file_stem() == path.file_stem() && ["dbf", "prj", "cpg", "cst"].contains(&extension.as_str()) {
            files.insert(extension, bytes(&other)?);
        }
    }
    Ok(files)
}

fn of_zip(bytes: &[u8], options: &ReadOptions) -> Result<(String, Files), ImportError> {
    let bad = |e: zip::result::ZipError| ImportError::damaged(format!("zip: {e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    let mut layers: HashMap<String, Files> = HashMap::new();
    let mut left = MAX_UNPACKED;
    for i in 0..archive.len() {
        let file = archive.by_index(i).map_err(bad)?;
        let name = file.name().map_err(bad)?.into_owned();
        let Some((stem, extension)) = name.rsplit_once('.') else { continue };
        let extension = extension.to_ascii_lowercase();
        if !["shp", "dbf", "prj", "cpg"].contains(&extension.as_str()) {
            continue;
        }
        let mut content = Vec::new();
        file.take(left + 1).read_to_end(&mut content).map_err(|e| ImportError::damaged(format!("zip: {e}")))?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or_else(|| ImportError::TooMuch(format!("{MAX_UNPACKED} byte (zip)")))?;
        let stem = stem.rsplit(['/', '\\']).next().unwrap_or(stem).to_owned();
        layers.entry(stem).or_default().insert(extension, content);
    }
    layers.retain(|_, files| files.contains_key("shp") || files.contains_key("dbf"));
    let mut names: Vec<&String> = layers.keys().collect();
    names.sort();
    let chosen = match (options.layer, names.as_slice()) {
        (Some(wanted), all) if all.iter().any(|n| *n == wanted) => wanted.to_owned(),
        (None, [only]) => (*only).clone(),
        (_, []) => return Err(ImportError::damaged("zip: no .shp")),
        _ => return Err(ImportError::Layers(names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", "))),
    };
    let files = layers.remove(&chosen).unwrap_or_default();
    Ok((chosen, files))
}

fn of_files(layer: String, files: &Files, options: &ReadOptions) -> Result<Source, ImportError> {
    let shapes = files.get("shp").map(|shp| shapes(shp)).transpose()?;
    let (columns, table, encoding) = match files.get("dbf") {
        Some(dbf) => {
            let said = files.get("cpg").or(files.get("cst")).and_then(|c| Encoding::parse(&String::from_utf8_lossy(c)));
            table(dbf, options.encoding.or(said))?
        }
        None => (Vec::new(), vec![Vec::new(); shapes.as_ref().map_or(0, Vec::len)], Encoding::Utf8),
    };
    if let Some(shapes) = &shapes
        && shapes.len() != table.len()
    {
        return Err(ImportError::damaged(format!("{} shapes, {} rows", shapes.len(), table.len())));
    }
    let crs = match files.get("prj") {
        Some(prj) => crs_text::of_wkt(&String::from_utf8_lossy(prj)),
        None => CrsSaid { crs: None, words: "no .prj".into() },
    };
    let mut shapes = shapes.unwrap_or_default().into_iter();
    let rows = table.into_iter().enumerate();
    let rows = rows.map(|(i, values)| Row { number: i + 1, geometry: shapes.next().flatten(), values }).collect();
    let mut source = Source { format: "Shapefile", layer, crs, encoding: Some(encoding), columns, rows };
    // A font can hide in bytes that were written as anything.
    if options.encoding.is_none() && !encoding.is_font() {
        source.mend_texts(None);
    }
    Ok(source)
}

/// Bytes with a place in them.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn i32_le(&mut self) -> Option<i32> {
        Some(i32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn i32_be(&mut self) -> Option<i32> {
        Some(i32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn coord(&mut self) -> Option<Coord<f64>> {
        let mut f64_le = || Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?));
        let (x, y) = (f64_le()?, f64_le()?);
        (x.is_finite() && y.is_finite()).then_some(Coord { x, y })
    }
}

fn shapes(shp: &[u8]) -> Result<Vec<Option<Geometry<f64>>>, ImportError> {
    let mut all = Bytes(shp);
    let head = all.take(100).filter(|h| h[..4] == 9994i32.to_be_bytes());
    head.ok_or_else(|| ImportError::damaged(".shp: header"))?;
    let mut found = Vec::new();
    while !all.0.is_empty() {
        let record = found.len() + 1;
        let bad = || ImportError::damaged(format!(".shp, {record}"));
        all.i32_be().ok_or_else(bad)?;
        let words = usize::try_from(all.i32_be().ok_or_else(bad)?).map_err(|_| bad())?;
        let content = all.take(words.saturating_mul(2)).ok_or_else(bad)?;
        found.push(shape(&mut Bytes(content)).ok_or_else(bad)?);
    }
    Ok(found)
}

/// One record; outer `None`: damaged, inner `None`: a null shape. Heights and measures are left out.
fn shape(b: &mut Bytes) -> Option<Option<Geometry<f64>>> {
    match b.i32_le()? {
        0 => Some(None),
        1 | 11 | 21 => Some(Some(Point(b.coord()?).into())),
        8 | 18 | 28 => {
            b.take(32)?;
            let count = usize::try_from(b.i32_le()?).ok()?;
            let points = coords(b, count)?;
            Some(Some(geo::MultiPoint(points.into_iter().map(Point).collect()).into()))
        }
        kind @ (3 | 13 | 23 | 5 | 15 | 25) => {
            b.take(32)?;
            let parts = usize::try_from(b.i32_le()?).ok()?;
            let points = usize::try_from(b.i32_le()?).ok()?;
            // Held against what is there before any room is made for it.
            if parts.checked_mul(4)?.checked_add(points.checked_mul(16)?)? > b.0.len() {
                return None;
            }
            let mut starts = (0..parts).map(|_| usize::try_from(b.i32_le()?).ok()).collect::<Option<Vec<_>>>()?;
            let points = coords(b, points)?;
            starts.push(points.len());
            let lines = starts.windows(2).map(|w| Some(LineString(points.get(w[0]..w[1])?.to_vec())));
            let lines = lines.collect::<Option<Vec<_>>>()?;
            Some(Some(match kind {
                3 | 13 | 23 => MultiLineString(lines).into(),
                _ => land(lines).into(),
            }))
        }
        _ => None,
    }
}

fn coords(b: &mut Bytes, count: usize) -> Option<Vec<Coord<f64>>> {
    if count.checked_mul(16)? > b.0.len() {
        return None;
    }
    (0..count).map(|_| b.coord()).collect()
}

/// Rings to polygons: clockwise ones are outer, the others holes of the smallest outer ring around them.
fn land(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let area = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).signed_area();
    let rings: Vec<(LineString<f64>, f64)> = rings
        .into_iter()
        .filter(|r| r.0.len() >= 4)
        .map(|r| {
            let a = area(&r);
            (r, a)
        })
        .collect();
    let any_outer = rings.iter().any(|(_, a)| *a < 0.0);
    // Some programs write every ring the other way round.
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|(_, a)| *a < 0.0 || !any_outer);
    let mut land: Vec<(Polygon<f64>, f64)> =
        outer.into_iter().map(|(r, a)| (Polygon::new(r, Vec::new()), a.abs())).collect();
    for (hole, _) in holes {
        let Some(first) = hole.0.first().copied() else { continue };
        let inside = |p: &Polygon<f64>| p.contains(&Point(first)) || p.exterior().0.contains(&first);
        let around = land.iter_mut().filter(|(p, _)| inside(p)).min_by(|a, b| a.1.total_cmp(&b.1));
        match around {
            Some((polygon, _)) => polygon.interiors_push(hole),
            None => land.push((Polygon::new(hole, Vec::new()), 0.0)),
        }
    }
    MultiPolygon(land.into_iter().map(|(p, _)| p).collect())
}

/// A dBASE table: names of columns, rows, the encoding of its texts.
type Table = (Vec<String>, Vec<Vec<Cell>>, Encoding);

fn table(dbf: &[u8], told: Option<Encoding>) -> Result<Table, ImportError> {
    let bad = |what: &str| ImportError::damaged(format!(".dbf: {what}"));
    if dbf.len() < 33 {
        return Err(bad("header"));
    }
    let rows = u32::from_le_bytes([dbf[4], dbf[5], dbf[6], dbf[7]]) as usize;
    let header = usize::from(u16::from_le_bytes([dbf[8], dbf[9]]));
    let width = usize::from(u16::from_le_bytes([dbf[10], dbf[11]]));
    let columns = dbf.get(32..header.max(33) - 1).ok_or_else(|| bad("header"))?;
    let columns: Vec<(&[u8], u8, usize)> = columns
        .chunks_exact(32)
        .take_while(|c| c[0] != 0x0d)
        .map(|c| {
            let name = &c[..11];
            (&name[..name.iter().position(|b| *b == 0).unwrap_or(11)], c[11], usize::from(c[16]))
        })
        .collect();
    if width == 0 || columns.iter().map(|c| c.2).sum::<usize>() + 1 > width {
        return Err(bad("widths"));
    }
    let body = dbf.get(header..).unwrap_or_default();
    if rows.checked_mul(width).is_none_or(|all| all > body.len()) {
        return Err(bad(&format!("{rows} rows of {width} bytes")));
    }
    let cells = |row: usize| {
        let mut bytes = &body[row * width + 1..(row + 1) * width];
        columns.iter().map(move |(_, kind, width)| {
            let (cell, rest) = bytes.split_at(*width);
            bytes = rest;
            (*kind, cell)
        })
    };
    // Deleted rows have a star; they still have a shape.
    let texts = || (0..rows.min(5000)).flat_map(cells).filter(|(kind, _)| *kind == b'C').map(|(_, cell)| cell);
    let encoding = match told {
        Some(told) => told,
        None => Encoding::of_bytes(texts().collect::<Vec<_>>().into_iter()),
    };
    let read = |(kind, bytes): (u8, &[u8])| {
        let text = if kind == b'C' { encoding.decode(bytes) } else { String::from_utf8_lossy(bytes).into_owned() };
        let text = text.trim_matches([' ', '\0']);
        match kind {
            _ if text.is_empty() || text.chars().all(|c| c == '*') => Cell::Empty,
            b'N' | b'F' => text
                .parse::<i64>()
                .map(Cell::Integer)
                .or_else(|_| text.parse().map(Cell::Number))
                .unwrap_or_else(|_| Cell::from(text)),
            b'L' => match text {
                "T" | "t" | "Y" | "y" => Cell::Flag(true),
                "F" | "f" | "N" | "n" => Cell::Flag(false),
                _ => Cell::Empty,
            },
            b'D' if text.len() == 8 && text.is_ascii() => {
                let day = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
                day.parse().map_or_else(|_| Cell::from(text), Cell::Date)
            }
            _ => Cell::from(text),
        }
    };
    let names = columns.iter().map(|(name, ..)| encoding.decode(name).trim().to_owned()).collect();
    Ok((names, (0..rows).map(|row| cells(row).map(read).collect()).collect(), encoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_are_not_there_are_damage() {
        let mut shp = vec![0u8; 100];
        shp[..4].copy_from_slice(&9994i32.to_be_bytes());
        shp.extend(1i32.to_be_bytes());
        shp.extend(26i32.to_be_bytes());
        shp.extend(5i32.to_le_bytes());
        shp.extend([0; 32]);
        shp.extend(i32::MAX.to_le_bytes());
        shp.extend(i32::MAX.to_le_bytes());
        shp.extend([0; 8]);
        assert!(shapes(&shp).is_err());
        assert!(table(&[3; 40], None).is_err());
        assert!(shapes(b"no shapefile").is_err());
    }

    #[test]
    fn holes_go_into_the_ring_around_them() {
        let ring = |points: &[(f64, f64)]| LineString::from(points.to_vec());
        let outer = ring(&[(0., 0.), (0., 9.), (9., 9.), (9., 0.), (0., 0.)]);
        let hole = ring(&[(2., 2.), (3., 2.), (3., 3.), (2., 3.), (2., 2.)]);
        let island = ring(&[(20., 0.), (20., 1.), (21., 1.), (21., 0.), (20., 0.)]);
        let land = land(vec![hole, island, outer]);
        assert_eq!(land.0.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [0, 1]);
    }
}
