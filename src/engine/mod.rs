//! What is so about a point at a date: containment, distance, probability, zones. Pure and in memory; immutable,
//! `Send + Sync`. Judgement is in [`crate::domain`], actions are in [`crate::service`].

mod edges;
mod layer;
pub mod metric;
mod probability;

pub use edges::{Edge, Edges, Nearest, Owner};
pub use layer::{Containment, Layer};
