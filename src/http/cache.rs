//! Rendered map layers: the same few are asked for again and again, and drawing one takes a good part of a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;

/// Layers kept. When there are more, all are dropped and drawn anew as they are asked for.
const KEPT: usize = 64;

#[derive(Default)]
pub struct Cache {
    drawn: Mutex<HashMap<String, Arc<Mutex<Option<Bytes>>>>>,
}

impl Cache {
    /// The layer under this key, drawn at most once even when many ask at the same time.
    pub fn get_or_draw<E>(&self, key: String, draw: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<Bytes, E> {
        let slot = {
            let mut drawn = self.drawn.lock().unwrap_or_else(|e| e.into_inner());
            if drawn.len() >= KEPT && !drawn.contains_key(&key) {
                drawn.clear();
            }
            drawn.entry(key).or_default().clone()
        };
        let mut slot = slot.lock().unwrap_or_else(|e| e.into_inner());
        match &*slot {
            Some(bytes) => Ok(bytes.clone()),
            None => {
                let bytes = Bytes::from(draw()?);
                *slot = Some(bytes.clone());
                Ok(bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_drawn_once_and_a_failure_is_not_kept() {
        let cache = Cache::default();
        assert!(cache.get_or_draw("a".into(), || Err::<Vec<u8>, ()>(())).is_err());
        let first = cache.get_or_draw("a".into(), || Ok::<_, ()>(vec![1])).unwrap();
        let again = cache.get_or_draw("a".into(), || Ok::<_, ()>(vec![2])).unwrap();
        assert_eq!((first.as_ref(), again.as_ref()), (&[1][..], &[1][..]));
    }
}
