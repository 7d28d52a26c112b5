//! A base map beneath the boundaries, where somebody configures one: tiles of another server, or a PMTiles or MBTiles file.
//!
//! Orientation and nothing more: no answer is ever computed from it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use futures_util::FutureExt;
use pmtiles::{
    AsyncBackend, AsyncPmTilesReader, BackendResponse, HashMapCache, PmtError, PmtResult, TileCoord, TileType,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ActionError;
use crate::domain::Text;

/// What the pages need to know of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BaseMapInfo {
    pub name: String,
    /// Whose it is, to be shown wherever it is drawn.
    pub attribution: String,
    /// Address of a tile with {z}, {x} and {y} (XYZ, Web Mercator): below this server's own, or of another server.
    pub url: String,
    pub format: TileFormat,
    pub min_zoom: u8,
    pub max_zoom: u8,
    /// West, south, east, north in degrees; null: not told.
    pub bbox: Option<[f64; 4]>,
    /// The tiles are in a file of this server: a phone may take them along.
    pub in_file: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TileFormat {
    Png,
    Jpeg,
    Webp,
    Avif,
    /// Mapbox Vector Tiles.
    Mvt,
}

impl TileFormat {
    pub fn media_type(self) -> &'static str {
        match self {
            TileFormat::Png => "image/png",
            TileFormat::Jpeg => "image/jpeg",
            TileFormat::Webp => "image/webp",
            TileFormat::Avif => "image/avif",
            TileFormat::Mvt => "application/vnd.mapbox-vector-tile",
        }
    }
}

pub struct BaseMap {
    pub info: BaseMapInfo,
    tiles: Tiles,
}

enum Tiles {
    Elsewhere,
    Pmtiles(AsyncPmTilesReader<OnDisk, HashMapCache>),
    Mbtiles(Mutex<Connection>),
}

/// Web Mercator has no more levels that anybody makes tiles of.
const MAX_ZOOM: u8 = 22;
/// Where the tiles of a file are served.
const OWN_URL: &str = "basemap/{z}/{x}/{y}";

impl BaseMap {
    /// `source`: `https://…/{z}/{x}/{y}…` or the path of a `.pmtiles` or `.mbtiles` file.
    ///
    /// # Errors
    /// In words for the person who configures it.
    pub fn open(source: &str, attribution: Option<&str>) -> Result<BaseMap, ActionError> {
        let map = if source.contains("://") {
            elsewhere(source, attribution)?
        } else if source.ends_with(".pmtiles") {
            from_pmtiles(source, attribution)?
        } else if source.ends_with(".mbtiles") {
            from_mbtiles(source, attribution)?
        } else {
            return Err(invalid(
                &format!(
                    "«{source}»: bản đồ nền là địa chỉ https://…/{{z}}/{{x}}/{{y}}.png, tệp .pmtiles hoặc tệp .mbtiles."
                ),
                &format!(
                    "“{source}”: a base map is an address https://…/{{z}}/{{x}}/{{y}}.png, a .pmtiles file or an .mbtiles file."
                ),
            ));
        };
        if map.info.attribution.is_empty() {
            return Err(invalid(
                &format!("«{source}» không nói của ai: thêm --basemap-attribution."),
                &format!("“{source}” does not say whose it is: add --basemap-attribution."),
            ));
        }
        Ok(map)
    }

    /// The origin that pages have to be allowed to load images from; `None`: this server's own.
    pub fn origin(&self) -> Option<&str> {
        matches!(self.tiles, Tiles::Elsewhere).then(|| origin_of(&self.info.url)).flatten()
    }

    /// A tile of the file, uncompressed; `None`: there is none at this place.
    ///
    /// # Errors
    /// The file cannot be read, or has been changed.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, BaseMapError> {
        match &self.tiles {
            Tiles::Elsewhere => Ok(None),
            Tiles::Pmtiles(reader) => {
                let Ok(place) = TileCoord::new(z, x, y) else { return Ok(None) };
                Ok(at_once(reader.get_tile_decompressed(place))?.map(Vec::from))
            }
            Tiles::Mbtiles(db) => {
                if z > MAX_ZOOM || u64::from(y) >= 1 << z {
                    return Ok(None);
                }
                // MBTiles 1.3 counts rows from the south.
                let row = (1u32 << z) - 1 - y;
                let db = db.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let found: Option<Vec<u8>> = db
                    .prepare_cached(
                        "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3",
                    )?
                    .query_row((z, x, row), |r| r.get(0))
                    .optional()?;
                found.map(unzipped).transpose()
            }
        }
    }
}

/// Why a tile cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum BaseMapError {
    #[error("base map: {0}")]
    Pmtiles(#[from] PmtError),
    #[error("base map: {0}")]
    Mbtiles(#[from] rusqlite::Error),
    #[error("base map: {0}")]
    Io(#[from] std::io::Error),
}

fn invalid(vi: &str, en: &str) -> ActionError {
    ActionError::Invalid(Text::new(vi, en))
}

/// Scheme, host and port.
fn origin_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.find('/').unwrap_or(rest.len());
    Some(&url[..scheme.len() + 3 + host])
}

fn elsewhere(url: &str, attribution: Option<&str>) -> Result<BaseMap, ActionError> {
    // It becomes part of a header and of an address: one host, spelt plainly, and no more braces than those three.
    let whole =
        ["{z}", "{x}", "{y}"].iter().all(|part| url.matches(part).count() == 1) && url.matches('{').count() == 3;
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>;,\\`".contains(&b));
    let host = origin_of(url).is_some_and(|o| o.len() > "https://".len() && !o.contains(['{', '@', '?', '#', '*']));
    if !(url.starts_with("https://") && whole && plain && host) {
        return Err(invalid(
            &format!("«{url}»: cần địa chỉ https:// của một máy chủ, có {{z}}, {{x}} và {{y}} mỗi thứ một lần."),
            &format!("“{url}”: an https:// address of one server is needed, with {{z}}, {{x}} and {{y}} once each."),
        ));
    }
    let format = if url.contains(".jp") { TileFormat::Jpeg } else { TileFormat::Png };
    let name = origin_of(url).map_or_else(String::new, |o| o.trim_start_matches("https://").to_owned());
    let attribution = attribution.unwrap_or_default().to_owned();
    let info = BaseMapInfo {
        name,
        attribution,
        url: url.to_owned(),
        format,
        min_zoom: 0,
        max_zoom: 19,
        bbox: None,
        in_file: false,
    };
    Ok(BaseMap { info, tiles: Tiles::Elsewhere })
}

fn cannot_read(path: &str, why: &dyn std::fmt::Display) -> ActionError {
    invalid(
        &format!("Không đọc được bản đồ nền «{path}»: {why}"),
        &format!("The base map “{path}” cannot be read: {why}"),
    )
}

fn unknown_format(path: &str, format: &str) -> ActionError {
    invalid(
        &format!("«{path}»: ô ảnh loại «{format}» không vẽ được; cần png, jpeg, webp, avif hoặc mvt."),
        &format!("“{path}”: tiles of type “{format}” cannot be drawn; png, jpeg, webp, avif or mvt are needed."),
    )
}

fn from_pmtiles(path: &str, attribution: Option<&str>) -> Result<BaseMap, ActionError> {
    let failed = |why: &dyn std::fmt::Display| cannot_read(path, why);
    let file = File::open(path).map_err(|e| failed(&e))?;
    let reader = at_once(AsyncPmTilesReader::try_from_cached_source(OnDisk(Mutex::new(file)), HashMapCache::default()))
        .map_err(|e| failed(&e))?;
    // Metadata are optional; without them it has no name and attribution of its own.
    let metadata: Value =
        at_once(reader.get_metadata()).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let header = reader.get_header();
    let format = match header.tile_type {
        TileType::Png => TileFormat::Png,
        TileType::Jpeg => TileFormat::Jpeg,
        TileType::Webp => TileFormat::Webp,
        TileType::Avif => TileFormat::Avif,
        TileType::Mvt => TileFormat::Mvt,
        other => return Err(unknown_format(path, &format!("{other:?}"))),
    };
    let bbox = [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude];
    let text = |key: &str| metadata.get(key).and_then(Value::as_str);
    let info = BaseMapInfo {
        name: name_of(text("name"), path),
        attribution: attribution.map_or_else(|| words_of(text("attribution").unwrap_or_default()), str::to_owned),
        url: OWN_URL.to_owned(),
        format,
        min_zoom: header.min_zoom.min(MAX_ZOOM),
        max_zoom: header.max_zoom.min(MAX_ZOOM),
        bbox: sane(bbox),
        in_file: true,
    };
    Ok(BaseMap { info, tiles: Tiles::Pmtiles(reader) })
}

fn from_mbtiles(path: &str, attribution: Option<&str>) -> Result<BaseMap, ActionError> {
    let failed = |why: &dyn std::fmt::Display| cannot_read(path, why);
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|e| failed(&e))?;
    let value = |name: &str| -> rusqlite::Result<Option<String>> {
        db.query_row("SELECT value FROM metadata WHERE name = ?1", [name], |r| r.get(0)).optional()
    };
    let read = || -> rusqlite::Result<_> {
        let zooms: (Option<u8>, Option<u8>) =
            db.query_row("SELECT min(zoom_level), max(zoom_level) FROM tiles", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok((zooms, value("format")?, value("name")?, value("attribution")?, value("bounds")?))
    };
    let (zooms, format, name, own, bounds) = read().map_err(|e| failed(&e))?;
    let (Some(min_zoom), Some(max_zoom)) = zooms else {
        return Err(failed(&Text::new("không có ô nào", "there are no tiles").en));
    };
    let format = match format.as_deref() {
        Some("png") | None => TileFormat::Png,
        Some("jpg" | "jpeg") => TileFormat::Jpeg,
        Some("webp") => TileFormat::Webp,
        Some("pbf") => TileFormat::Mvt,
        Some(other) => return Err(unknown_format(path, other)),
    };
    let bbox = bounds.and_then(|b| {
        let numbers: Vec<f64> = b.split(',').filter_map(|n| n.trim().parse().ok()).collect();
        sane(numbers.try_into().ok()?)
    });
    let info = BaseMapInfo {
        name: name_of(name.as_deref(), path),
        attribution: attribution.map_or_else(|| words_of(own.as_deref().unwrap_or_default()), str::to_owned),
        url: OWN_URL.to_owned(),
        format,
        min_zoom: min_zoom.min(MAX_ZOOM),
        max_zoom: max_zoom.min(MAX_ZOOM),
        bbox,
        in_file: true,
    };
    Ok(BaseMap { info, tiles: Tiles::Mbtiles(Mutex::new(db)) })
}

fn sane(bbox: [f64; 4]) -> Option<[f64; 4]> {
    let [west, south, east, north] = bbox;
    (bbox.iter().all(|v| v.is_finite()) && west < east && south < north).then_some(bbox)
}

fn name_of(told: Option<&str>, path: &str) -> String {
    let stem = || Path::new(path).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    told.map(words_of).filter(|name| !name.is_empty()).unwrap_or_else(stem)
}

/// Metadata are often written as HTML; here they are text. Shown as such, so that nothing in them can act.
fn words_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside && !c.is_control() => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&copy;", "©")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Vector tiles in MBTiles are gzipped; pictures are as they are.
fn unzipped(bytes: Vec<u8>) -> Result<Vec<u8>, BaseMapError> {
    /// A tile that would unpack to more than this is no tile.
    const MOST: u64 = 16 << 20;
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).take(MOST).read_to_end(&mut plain)?;
    Ok(plain)
}

/// A file read where it is asked for. Not mapped: a map whose file is replaced while it is served would end the program.
struct OnDisk(Mutex<File>);

impl OnDisk {
    fn bytes(&self, offset: u64, length: usize) -> PmtResult<Vec<u8>> {
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset)).map_err(PmtError::Reading)?;
        let mut bytes = Vec::new();
        (&mut *file).take(length as u64).read_to_end(&mut bytes).map_err(PmtError::Reading)?;
        Ok(bytes)
    }
}

impl AsyncBackend for OnDisk {
    async fn read_exact(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        let bytes = self.bytes(offset, length)?;
        if bytes.len() < length {
            return Err(PmtError::Reading(std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(BackendResponse::new(bytes.into()))
    }

    async fn read(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        Ok(BackendResponse::new(self.bytes(offset, length)?.into()))
    }
}

/// [`OnDisk`] never waits, so neither does what reads through it.
fn at_once<T>(work: impl Future<Output = PmtResult<T>>) -> PmtResult<T> {
    work.now_or_never().unwrap_or_else(|| Err(PmtError::Reading(std::io::ErrorKind::WouldBlock.into())))
}
