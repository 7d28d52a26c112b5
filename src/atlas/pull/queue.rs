//! A few threads that take jobs from one list. Fetching waits for the network, so it does not belong on the threads that
//! compute.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::atlas::error::AtlasError;

/// Files fetched at once.
const AT_ONCE: usize = 8;

/// Runs the jobs and gives their results in the order of the jobs. After a failure that is not about the contents of one
/// file no new job is begun: a network that is down is not asked 186 times. Jobs not begun have no result, so the
/// results may be fewer than the jobs, and then one of them is an error.
pub fn run<J: Sync, T: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<T, AtlasError> + Sync,
) -> Vec<Result<T, AtlasError>> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(jobs.len()) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(i) else { break };
                    let result = work(job);
                    if !matches!(result, Ok(_) | Err(AtlasError::Unreadable(_))) {
                        stop.store(true, Ordering::Relaxed);
                    }
                    results.lock().unwrap_or_else(|e| e.into_inner()).push((i, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(|e| e.into_inner());
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
