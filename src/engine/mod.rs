//! What is so about a point at a date: containment, distance, probability, zones. Pure and in memory; immutable,
//! `Send + Sync`. Judgement is in [`crate::domain`], actions are in [`crate::service`].

mod after;
mod borders;
mod by_lineage;
#[cfg(feature = "server")]
pub mod cells;
mod contend;
mod edges;
mod facts;
mod find;
mod land;
mod layer;
mod lineage;
pub mod metric;
mod parallel;
pub mod probability;
#[cfg(feature = "server")]
pub mod slivers;
mod stretch;
#[cfg(feature = "server")]
pub mod vicinity;
mod zones;

pub use after::after;
pub use borders::Border;
#[cfg(feature = "server")]
pub use cells::Cells;
pub use edges::{Edge, Edges, Nearest, Owner};
pub use facts::Fix;
pub use find::{Engine, NotCovered};
pub use land::{Land, OnLand};
pub use layer::{Containment, Layer};
pub use stretch::{StretchLine, chain};
pub use zones::{GroundParts, Zone, ZoneParts};
