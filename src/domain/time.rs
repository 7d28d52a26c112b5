//! Dates: half-open periods, and the one place that decides what "today" is.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The half-open period `[from, to)`. An open end is `None`: not known at the start, still valid at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Period {
    pub fn contains(&self, at: Date) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

/// Today in Vietnam, which keeps UTC+7 the whole year (no daylight saving): an answer asked for at 01:00 in Lai Châu
/// carries that day's date, not the server's.
pub fn today_in_vietnam() -> Date {
    day_in_vietnam(now())
}

#[cfg(not(target_arch = "wasm32"))]
fn now() -> Timestamp {
    Timestamp::now()
}

/// WebAssembly has no clock of its own: the page lends the phone's. A clock out of range counts as the epoch.
#[cfg(target_arch = "wasm32")]
fn now() -> Timestamp {
    #[link(wasm_import_module = "phone")]
    unsafe extern "C" {
        /// Milliseconds since 1970, as `Date.now()` has them.
        safe fn now_ms() -> f64;
    }
    Timestamp::from_millisecond(now_ms() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day it is in Vietnam at a moment.
pub fn day_in_vietnam(moment: Timestamp) -> Date {
    moment.to_zoned(vietnam()).date()
}

/// Vietnam's time, UTC+7.
pub fn vietnam() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_holds_its_first_day_and_not_its_last() {
        let p = Period { from: Some(date(2020, 1, 1)), to: Some(date(2025, 7, 1)) };
        assert!(p.contains(date(2020, 1, 1)));
        assert!(p.contains(date(2025, 6, 30)));
        assert!(!p.contains(date(2025, 7, 1)));
        assert!(!p.contains(date(2019, 12, 31)));
        assert!(Period::default().contains(date(1900, 1, 1)));
    }
}
