//! Geodata and boundary files in, checked plain data out.
//!
//! * `geodata/` of the repository is part of the program: the register of units, disputes, agreements, the pinned sources
//!   and the indicative set ([`geodata`]).
//! * Published boundaries are pulled ([`pull`]), read ([`read`]), checked ([`checks`]) and kept as generations in the data
//!   folder ([`generation`]); exactly one generation is active.
//! * Maps want fewer vertices and the outlines of provinces: [`simplify`] and [`union_outline`].

mod arcs;
#[cfg(feature = "server")]
mod area;
#[cfg(feature = "server")]
pub mod checks;
#[cfg(feature = "server")]
mod compact;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
pub mod generation;
#[cfg(feature = "server")]
pub mod geodata;
mod outline;
#[cfg(feature = "server")]
pub mod pull;
#[cfg(feature = "server")]
pub mod read;
#[cfg(feature = "server")]
mod simplify;
#[cfg(feature = "server")]
pub mod sources;
#[cfg(feature = "server")]
mod topology;
#[cfg(feature = "server")]
mod vertices;

#[cfg(feature = "server")]
use std::path::Path;

use crate::domain::{Dataset, ExpectedOverlap, Records, Reform, ReformProblem, Register};

pub use arcs::{ArcUse, joined};
#[cfg(feature = "server")]
pub use area::geodesic_m2;
#[cfg(feature = "server")]
pub use checks::{line_crossings, ring_faults};
#[cfg(feature = "server")]
pub use compact::{Compact, GRID_ERROR_M, compact};
#[cfg(feature = "server")]
pub use error::{AtlasError, Problem};
#[cfg(feature = "server")]
pub use generation::Store;
#[cfg(feature = "server")]
pub use geodata::Geodata;
pub use outline::union_outline;
#[cfg(feature = "server")]
pub use simplify::simplify;

/// Everything an answer rests on, read and checked.
#[derive(Debug, Clone)]
pub struct Atlas {
    /// With every reform in it.
    pub register: Register,
    /// In order of their dates.
    pub reforms: Vec<Reform>,
    /// The disputes, agreements and bodies that come with the program.
    pub records: Records,
    pub datasets: Vec<Dataset>,
    pub expected_overlaps: Vec<ExpectedOverlap>,
    /// Where the datasets come from; `None`: from no generation.
    pub kept: Option<Kept>,
}

/// Where a generation is kept, for what is made from it and kept beside it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub folder: std::path::PathBuf,
    /// SHA-256 of its datasets, in hexadecimal.
    pub sha256: String,
}

#[cfg(feature = "server")]
impl Atlas {
    /// The project's geodata with the active generation under `data`, or with the indicative set where none is active.
    ///
    /// A folder that does not exist has no active generation. A damaged generation is an error, never silently
    /// replaced by the indicative set.
    pub fn load(data: &Path) -> Result<Atlas, AtlasError> {
        match Store::new(data).active()? {
            Some(generation) => {
                let kept = Kept { folder: Store::new(data).folder(&generation.id), sha256: generation.manifest.sha256 };
                Ok(Atlas { kept: Some(kept), ..Atlas::of(Geodata::embedded()?, generation.datasets) })
            }
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
        let Geodata { register, reforms, records, expected_overlaps, .. } = geodata;
        Atlas { register, reforms, records, datasets, expected_overlaps, kept: None }
    }
}

impl Atlas {
    /// The atlas with one more reform, later than those it has.
    pub fn reformed(self, reform: Reform) -> Result<Atlas, Vec<ReformProblem>> {
        let register = self.register.apply(&reform)?;
        let mut reforms = self.reforms;
        reforms.push(reform);
        Ok(Atlas { register, reforms, ..self })
    }
}
