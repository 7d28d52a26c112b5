//! Everything else through GDAL's `ogr2ogr`, where it is installed: into a GeoPackage of our own, which is then read.

use std::path::Path;
use std::process::{Command, Stdio};

use super::source::{ReadOptions, Source};
use super::{ImportError, gpkg};

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
            let source = gpkg::read(&out, &ReadOptions { layer: None, ..*options })?;
            Ok(Source { format: "GDAL", ..source })
        }
    }
}
