//! The file: `giapranh-area` and its format number, the SHA-256 of what follows, then three parts, each with its length:
//! what the pack is ([`Meta`], JSON), what it knows in words ([`Contents`], JSON), and its lines ([`super::bytes`]).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::area::Area;
use super::bytes::{Broken, Reader};
use crate::domain::{Agreement, Body, DatasetInfo, Dispute, ExpectedOverlap, Reform, Unit};

/// Begins every pack. The digit at the end changes whenever the bytes are to be read in another way.
pub const MAGIC: &[u8] = b"giapranh-area 1\n";
const SHA256_BYTES: usize = 32;

/// What a pack is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// The same for the same contents, whenever packed.
    pub version: String,
    pub made_at: Timestamp,
    /// From this day on it is worth asking the server for a newer one. It goes on answering.
    pub refresh_after: Date,
    /// `None`: the whole region.
    pub area: Option<Area>,
    /// No line is farther than this from the published one, in metres.
    pub simplification_m: f64,
    /// The same for lines beyond the area and its margin.
    pub beyond_m: f64,
    /// True: no published boundaries; every answer is indicative.
    pub indicative: bool,
}

impl Meta {
    /// What a file is; `None`: no pack, or a damaged one.
    pub fn of(file: &[u8]) -> Option<Meta> {
        parts(file).ok().map(|parts| parts.meta)
    }
}

/// What a pack knows in words. Shapes are among the lines, in the same order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Contents {
    pub units: Vec<Unit>,
    /// Without their lists of units, which are in the register.
    pub reforms: Vec<Reform>,
    pub datasets: Vec<DatasetWords>,
    pub disputes: Vec<Dispute>,
    /// For each dispute the days its zones hold from.
    pub zones_from: Vec<Vec<Option<Date>>>,
    pub agreements: Vec<Agreement>,
    pub bodies: Vec<Body>,
    pub expected_overlaps: Vec<ExpectedOverlap>,
}

/// A published dataset without its shapes.
#[derive(Debug, Serialize, Deserialize)]
pub struct DatasetWords {
    pub info: DatasetInfo,
    /// Code and name of each unit as the dataset has them.
    pub units: Vec<(String, String)>,
}

/// The three parts of a file.
#[derive(Debug)]
pub struct Parts<'a> {
    pub meta: Meta,
    pub contents: &'a [u8],
    pub lines: &'a [u8],
}

/// The same for the same parts.
#[cfg(feature = "server")]
pub fn version(parts: &[&[u8]]) -> String {
    let digest = parts.iter().fold(Sha256::new(), |all, part| all.chain_update(part)).finalize();
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(feature = "server")]
pub fn file(meta: &Meta, contents: &[u8], lines: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut writer = super::bytes::Writer::default();
    for part in [serde_json::to_vec(meta)?.as_slice(), contents, lines] {
        writer.text(part);
    }
    Ok([MAGIC, Sha256::digest(&writer.bytes).as_slice(), &writer.bytes].concat())
}

/// Takes a file apart; nothing of it is used unless its checksum is right.
pub fn parts(file: &[u8]) -> Result<Parts<'_>, Broken> {
    let rest = file.strip_prefix(MAGIC).ok_or(Broken)?;
    let (sha256, rest) = rest.split_at_checked(SHA256_BYTES).ok_or(Broken)?;
    if Sha256::digest(rest).as_slice() != sha256 {
        return Err(Broken);
    }
    let mut reader = Reader::new(rest);
    let meta = serde_json::from_slice(reader.text()?).map_err(|_| Broken)?;
    let (contents, lines) = (reader.text()?, reader.text()?);
    reader.end()?;
    Ok(Parts { meta, contents, lines })
}
