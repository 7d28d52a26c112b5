//! A pack opened: the server's own service on the lines of the pack.

use std::sync::Arc;

use super::bytes::{Broken, Reader};
use super::format::{Contents, DatasetWords, Meta, parts};
use super::refusal::Refusal;
use crate::atlas::joined;
use crate::domain::{Dataset, Dispute, Records, Register, UnitShape};
use crate::engine::{Engine, GroundParts, Layer, ZoneParts};
use crate::service::Service;

/// How the ground of a zone is told apart in the file.
pub const DERIVED: u64 = 0;
pub const FILED: u64 = 1;
pub const FILED_BY_ONE: u64 = 2;
pub const NO_GROUND: u64 = 3;

/// An area taken along.
#[derive(Debug)]
pub struct Phone {
    pub meta: Meta,
    pub service: Service,
    /// The largest 1 σ of a line in metres, the pack's error in it.
    pub(super) line_sigma_m: f64,
}

impl Phone {
    /// Opens a pack.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`] where the bytes are no pack, damaged, or of another format.
    pub fn open(file: &[u8]) -> Result<Phone, Refusal> {
        open(file).map_err(|Broken| Refusal::Unreadable)
    }
}

fn open(file: &[u8]) -> Result<Phone, Broken> {
    let parts = parts(file)?;
    let contents: Contents = serde_json::from_slice(parts.contents).map_err(|_| Broken)?;
    let Contents { units, reforms, datasets, disputes, zones_from, agreements, bodies, expected_overlaps } = contents;
    let mut reader = Reader::new(parts.lines);
    let mut layers = Vec::new();
    for words in datasets {
        layers.push(Arc::new(Layer::new(dataset(&mut reader, words, parts.meta.simplification_m)?)));
    }
    if disputes.len() != zones_from.len() {
        return Err(Broken);
    }
    let mut zoned: Vec<(Dispute, Vec<ZoneParts>)> = Vec::new();
    for (dispute, from) in disputes.iter().zip(zones_from) {
        let zones: Result<_, Broken> = from.into_iter().map(|from| zone(&mut reader, from)).collect();
        zoned.push((dispute.clone(), zones?));
    }
    reader.end()?;
    let line_sigma_m = layers.iter().map(|l| l.info.line_accuracy_m).fold(0.0, f64::max);
    let register = Register::new(units);
    let engine = Engine::with_zones(register.clone(), &reforms, layers, zoned, expected_overlaps);
    let records = Records { disputes, agreements, bodies, ..Records::default() };
    Ok(Phone { meta: parts.meta, service: Service::on(engine, records, reforms, register), line_sigma_m })
}

/// A dataset, the error of the pack's lines added to the uncertainty of the line.
fn dataset(reader: &mut Reader, words: DatasetWords, simplification_m: f64) -> Result<Dataset, Broken> {
    let arcs = reader.many(Reader::line)?;
    let uses = reader.uses(arcs.len())?;
    if uses.len() != words.units.len() {
        return Err(Broken);
    }
    let arc = |i: usize| arcs[i].clone();
    let shapes = words
        .units
        .into_iter()
        .zip(&uses)
        .map(|((code, name), polygons)| UnitShape { code, name, shape: joined(polygons, &arc) })
        .collect();
    let mut info = words.info;
    info.line_accuracy_m += simplification_m;
    Ok(Dataset { info, shapes, defects: Vec::new() })
}

fn zone(reader: &mut Reader, from: Option<jiff::civil::Date>) -> Result<ZoneParts, Broken> {
    let ground = match reader.number()? {
        DERIVED => GroundParts::Derived { width_m: reader.float()? },
        by @ (FILED | FILED_BY_ONE) => GroundParts::Filed {
            end_gaps_m: reader.many(Reader::float)?,
            land: reader.polygons()?,
            by_one: by == FILED_BY_ONE,
        },
        NO_GROUND => GroundParts::None,
        _ => return Err(Broken),
    };
    let stretch = if reader.number()? == 1 { Some(reader.lines()?) } else { None };
    Ok(ZoneParts { from, ground, stretch })
}
