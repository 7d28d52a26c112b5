//! A service from a data folder, and the next one when the records have changed.

use std::path::Path;
use std::sync::Arc;

use super::roles::Bodies;
use super::{Office, Service};
use crate::atlas::AtlasError;
use crate::domain::Records;
use crate::engine::Engine;
use crate::store::StoreError;

/// Why the datasets or the records cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Atlas(#[from] AtlasError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// The active datasets under `data`, or the built-in indicative set where none is active, with the records kept there.
    ///
    /// # Errors
    /// [`OpenError`] where something kept there is damaged.
    pub fn open(data: &Path) -> Result<Arc<Service>, OpenError> {
        Ok(Office::open(data)?.now())
    }

    /// The same datasets with other records; cheap, as the indexes are shared, unless a reform has come.
    pub fn with_records(&self, records: Records) -> Service {
        let engine = if records.reforms == self.records.reforms {
            self.engine.with_disputes(records.disputes.clone())
        } else {
            self.reformed(&records)
        };
        Service {
            engine,
            bodies: Bodies::new(&records.bodies),
            records,
            builtin_reforms: self.builtin_reforms.clone(),
            builtin_register: self.builtin_register.clone(),
            defects: self.defects.clone(),
            overlays: self.overlays.clone(),
            // A reform changes who answers for what.
            lands: Default::default(),
            gis: Default::default(),
        }
    }

    /// The engine under the reforms of the records. Only reforms that fit the register are ever recorded; one that does
    /// not fit leaves the register as it was and is said in the log.
    fn reformed(&self, records: &Records) -> Engine {
        let mut register = (*self.builtin_register).clone();
        let mut reforms = (*self.builtin_reforms).clone();
        for reform in &records.reforms {
            match register.apply(reform) {
                Ok(after) => {
                    register = after;
                    reforms.push(reform.clone());
                }
                Err(problems) => tracing::error!(reform = reform.id, ?problems, "a recorded reform does not fit"),
            }
        }
        self.engine.with_reforms(register, &reforms, records.disputes.clone())
    }
}
