//! Geodata and boundary files in, checked plain data out.
//!
//! * `geodata/` of the repository is part of the program: the register of units, disputes, agreements, the pinned sources
//!   and the indicative set ([`geodata`]).
//! * Published boundaries are pulled ([`pull`]), read ([`read`]), checked ([`checks`]) and kept as generations in the data
//!   folder ([`generation`]); exactly one generation is active.
//! * Maps want fewer vertices and the outlines of provinces: [`simplify`] and [`union_outline`].

mod area;
pub mod checks;
mod error;
pub mod generation;
pub mod geodata;
mod outline;
pub mod pull;
pub mod read;
mod simplify;
pub mod sources;
mod vertices;

use std::path::Path;

use crate::domain::{Agreement, Dataset, Dispute, ExpectedOverlap, Register};

pub use area::geodesic_m2;
pub use error::{AtlasError, Problem};
pub use generation::Store;
pub use geodata::Geodata;
pub use outline::union_outline;
pub use simplify::simplify;

/// Everything an answer rests on, read and checked.
#[derive(Debug, Clone)]
pub struct Atlas {
    pub register: Register,
    pub disputes: Vec<Dispute>,
    pub agreements: Vec<Agreement>,
    pub datasets: Vec<Dataset>,
    pub expected_overlaps: Vec<ExpectedOverlap>,
}

impl Atlas {
    /// The project's geodata with the active generation under `data`, or with the indicative set where none is active.
    ///
    /// A folder that does not exist has no active generation. A damaged generation is an error, never silently
    /// replaced by the indicative set.
    pub fn load(data: &Path) -> Result<Atlas, AtlasError> {
        match Store::new(data).active()? {
            Some(generation) => Ok(Atlas::of(Geodata::embedded()?, generation.datasets)),
            None => Atlas::builtin(),
        }
    }

    /// The project's geodata with the indicative set.
    pub fn builtin() -> Result<Atlas, AtlasError> {
        let geodata = Geodata::embedded()?;
        let datasets = geodata::indicative(&geodata)?;
        Ok(Atlas::of(geodata, datasets))
    }

    /// Do the answers rest on a set that is no substitute for published boundaries?
    pub fn is_indicative(&self) -> bool {
        self.datasets.iter().any(|d| d.info.indicative)
    }

    fn of(geodata: Geodata, datasets: Vec<Dataset>) -> Atlas {
        let Geodata { register, disputes, agreements, expected_overlaps, .. } = geodata;
        Atlas { register, disputes, agreements, datasets, expected_overlaps }
    }
}
