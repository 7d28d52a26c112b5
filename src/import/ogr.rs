//! Everything else through GDAL's `ogr2ogr`, where it is installed: into a GeoPackage of our own, which is then read.

use std::path::Path;
use std::process::{Command, Stdio};

use super::source::{ReadOptions, Source};
use super::{ImportError, gpkg};
use crate::export::Cell;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Source, ImportError> {
    let kind = path.extension().map(|e| e.to_string_lossy().to_ascii_uppercase()).unwrap_or_default();
    let folder = tempfile::tempdir().map_err(super::source::io(path))?;
    let out = folder.path().join("read.gpkg");
    let mut command = Command::new("ogr2ogr");
    command.args(["-f", "GPKG", "-mapFieldType", "DateTime=String"]).arg(&out).arg(path);
    if let Some(layer) = options.layer {
        command.arg(layer);
    }
    let done = command.stdin(Stdio::null()).output();
    match done {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(ImportError::NeedsGdal(kind)),
        Err(cause) => Err(ImportError::Io { path: "ogr2ogr".into(), cause }),
        Ok(done) if !done.status.success() => {
            Err(ImportError::damaged(format!("ogr2ogr: {}", String::from_utf8_lossy(&done.stderr).trim())))
        }
        Ok(_) => {
            let mut source = gpkg::read(&out, &ReadOptions { layer: None, ..*options })?;
            for cell in source.rows.iter_mut().flat_map(|row| &mut row.values) {
                if let Cell::Text(text) = cell
                    && let Some(read) = moment(text)
                {
                    *cell = read;
                }
            }
            Ok(Source { format: "GDAL", ..source })
        }
    }
}

/// `2026/01/02 03:04:05.678+07` as GDAL writes a moment: as one, as a day where it is midnight of no time zone.
fn moment(text: &str) -> Option<Cell> {
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let shaped = day.len() == 10 && day.bytes().enumerate().all(|(i, b)| (b == b'/') == matches!(i, 4 | 7));
    let day: jiff::civil::Date = day.replace('/', "-").parse().ok().filter(|_| shaped)?;
    let (clock, zone) = time.split_at(time.find(['+', '-']).unwrap_or(time.len()));
    if zone.is_empty() {
        let midnight = clock.bytes().all(|b| matches!(b, b'0' | b':' | b'.'));
        return Some(if midnight { Cell::Date(day) } else { Cell::from(format!("{day}T{clock}")) });
    }
    format!("{day}T{clock}{zone}").parse().ok().map(Cell::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_gdal_writes_them() {
        let read = |text| moment(text).map(|cell| cell.text());
        let table = [
            ("2026/01/02 03:04:05.678+07", Some("2026-01-01T20:04:05.678Z")),
            ("2026/01/02 03:04:05+0530", Some("2026-01-01T21:34:05Z")),
            ("2026/01/02 03:04:05+00", Some("2026-01-02T03:04:05Z")),
            ("2026/01/02 03:04:05", Some("2026-01-02T03:04:05")),
            ("2026/01/02 00:00:00", Some("2026-01-02")),
            ("2026/01/02", Some("2026-01-02")),
            ("1/2 lô", None),
            ("2026/13/02", None),
            ("2026-01-02", None),
        ];
        for (text, wanted) in table {
            assert_eq!(read(text).as_deref(), wanted, "{text}");
        }
    }
}
