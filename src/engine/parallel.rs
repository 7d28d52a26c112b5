//! Work that can be shared out: on all cores on a server, one thing after the other on a phone.

/// `f` of each item, in their order.
#[cfg(feature = "server")]
pub fn map<T: Send, U: Send>(items: Vec<T>, f: impl Fn(T) -> U + Sync + Send) -> Vec<U> {
    use rayon::prelude::*;
    items.into_par_iter().map(f).collect()
}

/// `f` of each item, in their order.
#[cfg(not(feature = "server"))]
pub fn map<T, U>(items: Vec<T>, f: impl Fn(T) -> U) -> Vec<U> {
    items.into_iter().map(f).collect()
}
