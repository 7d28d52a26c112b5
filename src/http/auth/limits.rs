//! How often somebody may ask. Counted in windows of a minute, by account, and by address where nobody is signed in.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::super::error::Problem;
use crate::domain::Lang;

const WINDOW: Duration = Duration::from_secs(60);
/// Writes of one account in a minute.
const WRITES: u32 = 1000;
/// Reads from one address in a minute without an account. A page takes some twenty.
const READS: u32 = 6000;
/// Attempts to write (sign in, use a link) from one address in a minute without an account.
const ATTEMPTS: u32 = 30;
/// More than these keys are not kept: the oldest windows go.
const KEYS: usize = 100_000;

/// Counts of the minute that runs.
struct Counts<K> {
    most: u32,
    counts: Mutex<HashMap<K, (Instant, u32)>>,
}

impl<K: Eq + Hash> Counts<K> {
    fn new(most: u32) -> Counts<K> {
        Counts { most, counts: Mutex::default() }
    }

    /// One more; or how long to wait.
    fn one_more(&self, key: K) -> Result<(), Duration> {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > KEYS {
            counts.retain(|_, (began, _)| now.duration_since(*began) < WINDOW);
        }
        let (began, count) = counts.entry(key).or_insert((now, 0));
        if now.duration_since(*began) >= WINDOW {
            (*began, *count) = (now, 0);
        }
        if *count >= self.most {
            return Err(WINDOW.saturating_sub(now.duration_since(*began)));
        }
        *count += 1;
        Ok(())
    }
}

pub struct Limits {
    writes: Counts<Uuid>,
    reads: Counts<IpAddr>,
    attempts: Counts<IpAddr>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { writes: Counts::new(WRITES), reads: Counts::new(READS), attempts: Counts::new(ATTEMPTS) }
    }
}

impl Limits {
    /// # Errors
    /// 429 with how long to wait.
    pub fn write(&self, user: Uuid, lang: Lang) -> Result<(), Problem> {
        self.writes.one_more(user).map_err(|wait| Problem::too_many(wait, lang))
    }

    /// # Errors
    /// 429 with how long to wait.
    pub fn anonymous(&self, address: IpAddr, writing: bool, lang: Lang) -> Result<(), Problem> {
        let counts = if writing { &self.attempts } else { &self.reads };
        counts.one_more(address).map_err(|wait| Problem::too_many(wait, lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_too_many_waits_for_the_next_minute_and_others_do_not() {
        let counts = Counts::new(3);
        for _ in 0..3 {
            counts.one_more("a").unwrap();
        }
        let wait = counts.one_more("a").unwrap_err();
        assert!(wait <= WINDOW && wait > Duration::from_secs(50));
        counts.one_more("b").unwrap();
        counts.counts.lock().unwrap().get_mut("a").unwrap().0 -= WINDOW;
        counts.one_more("a").unwrap();
    }
}
