//! An area packed for a phone, and the server's own answer computed on it where there is no signal.
//!
//! * [`pack`] (server): the datasets of a [`Service`](crate::service::Service) on a grid, with the vertices that a
//!   guaranteed error allows to leave out, the register, disputes with their zones, agreements and bodies; one file.
//! * [`Phone`]: such a file opened. Its answers are those of [`Service::locate`](crate::service::Service::locate), the
//!   same code; the error of the lines is added to their uncertainty and told. What the file cannot answer as the server
//!   would, it refuses ([`Refusal`]): never a wrong answer at the rim.
//! * `abi`: the way in and out of WebAssembly, JSON both ways.

#[cfg(target_arch = "wasm32")]
mod abi;
mod area;
mod ask;
mod bytes;
mod format;
#[cfg(feature = "server")]
mod pack;
mod refusal;
mod unpack;

pub use area::Area;
pub use ask::{Ask, OfflineAnswer, reply};
pub use format::Meta;
#[cfg(feature = "server")]
pub use pack::{AreaError, FAR_ERROR_M, LINE_ERROR_M, Wanted, pack};
pub use refusal::Refusal;
pub use unpack::Phone;
