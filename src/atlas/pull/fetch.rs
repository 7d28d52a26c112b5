//! One pinned file: from the mirror, or over HTTP into a file that a later pull can go on with. Either way its length and
//! SHA-256 are verified before anybody reads it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Progress;
use super::hash::sha256_hex;
use super::http::Http;
use crate::atlas::error::AtlasError;
use crate::atlas::sources::SourceFile;

pub enum Fetcher {
    Mirror(PathBuf),
    Network { http: Http, downloads: PathBuf },
}

impl Fetcher {
    pub fn new(mirror: Option<PathBuf>, downloads: PathBuf) -> Result<Fetcher, AtlasError> {
        if let Some(mirror) = mirror {
            return Ok(Fetcher::Mirror(mirror));
        }
        fs::create_dir_all(&downloads).map_err(AtlasError::io(&downloads))?;
        Ok(Fetcher::Network { http: Http::new(), downloads })
    }

    /// The verified bytes of the file at the address.
    pub fn fetch(&self, url: &str, file: &SourceFile, progress: &dyn Progress) -> Result<Vec<u8>, AtlasError> {
        match self {
            Fetcher::Mirror(mirror) => {
                let path = in_mirror(mirror, url);
                let bytes = bounded(&path, file.bytes)?;
                progress.fetched(bytes.len() as u64);
                verify(&path.display().to_string(), &bytes, file)?;
                Ok(bytes)
            }
            Fetcher::Network { http, downloads } => {
                // Named by its pin, so that it can only ever be continued as the same file.
                let done = downloads.join(&file.sha256);
                if !done.exists() {
                    let part = downloads.join(format!("{}.part", file.sha256));
                    http.download(url, &part, file.bytes, progress)?;
                    let bytes = bounded(&part, file.bytes)?;
                    verify(url, &bytes, file).inspect_err(|_| drop(fs::remove_file(&part)))?;
                    fs::rename(&part, &done).map_err(AtlasError::io(&done))?;
                    return Ok(bytes);
                }
                let bytes = bounded(&done, file.bytes)?;
                verify(url, &bytes, file).inspect_err(|_| drop(fs::remove_file(&done)))?;
                progress.fetched(file.bytes);
                Ok(bytes)
            }
        }
    }
}

/// `DIR/HOST/PATH` of an address.
fn in_mirror(mirror: &Path, url: &str) -> PathBuf {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    address.split('/').fold(mirror.to_owned(), |path, part| path.join(part))
}

/// The bytes of a file that should have `expected` of them; never reads more than one byte beyond.
fn bounded(path: &Path, expected: u64) -> Result<Vec<u8>, AtlasError> {
    let file = match fs::File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(AtlasError::NotInMirror(path.to_owned())),
        other => other.map_err(AtlasError::io(path))?,
    };
    let mut bytes = Vec::new();
    file.take(expected + 1).read_to_end(&mut bytes).map_err(AtlasError::io(path))?;
    Ok(bytes)
}

fn verify(name: &str, bytes: &[u8], file: &SourceFile) -> Result<(), AtlasError> {
    let found = bytes.len() as u64;
    if found != file.bytes {
        return Err(AtlasError::Length { file: name.to_owned(), expected: file.bytes, found });
    }
    let found = sha256_hex(bytes);
    if found != file.sha256 {
        return Err(AtlasError::Checksum { file: name.to_owned(), expected: file.sha256.clone(), found });
    }
    Ok(())
}
