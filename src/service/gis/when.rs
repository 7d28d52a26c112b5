//! `datetime`: a moment, a day, or an interval with open ends (OGC 17-069r4, 7.15.5).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Text, day_in_vietnam, vietnam};
use crate::service::ActionError;

/// A closed interval of time; an end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct When {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The first and the last microsecond of a day in Vietnam.
pub fn day(date: Date) -> Option<(Timestamp, Timestamp)> {
    let start = |d: Date| d.to_zoned(vietnam()).ok().map(|z| z.timestamp());
    let end = start(date.tomorrow().ok()?)?;
    Some((start(date)?, end - SignedDuration::from_micros(1)))
}

/// A moment (RFC 3339) or a day, as what it spans.
pub fn read_one(text: &str) -> Option<(Timestamp, Timestamp)> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some((moment, moment));
    }
    // RFC 3339 allows lower case.
    if let Ok(moment) = text.to_ascii_uppercase().parse::<Timestamp>() {
        return Some((moment, moment));
    }
    if text.len() == 10 { text.parse::<Date>().ok().and_then(day) } else { None }
}

impl When {
    /// # Errors
    /// Neither a moment nor a day nor an interval of them, or one that ends before it begins.
    pub fn read(text: &str) -> Result<When, ActionError> {
        let bad = || {
            let shown: String = text.chars().take(60).collect();
            ActionError::Invalid(Text::new(
                format!("Không đọc được datetime «{shown}»: ví dụ 2023-06-01, 2023-06-01T00:00:00Z, 2023-01-01/.."),
                format!("Cannot read datetime “{shown}”: such as 2023-06-01, 2023-06-01T00:00:00Z, 2023-01-01/.."),
            ))
        };
        let Some((from, to)) = text.split_once('/') else {
            let (from, to) = read_one(text).ok_or_else(bad)?;
            return Ok(When { from: Some(from), to: Some(to) });
        };
        let end = |text: &str| match text.trim() {
            "" | ".." => Ok(None),
            text => read_one(text).map(Some).ok_or_else(bad),
        };
        let (from, to) = (end(from)?.map(|s| s.0), end(to)?.map(|s| s.1));
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(bad());
        }
        Ok(When { from, to })
    }

    pub fn holds(&self, moment: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.to.is_none_or(|to| moment <= to)
    }

    /// The day in Vietnam that collections of a date are shown at: the last of the interval, today where it is open.
    pub fn last_day(&self, today: Date) -> Date {
        self.to.map_or(today, day_in_vietnam)
    }

    /// The first day, where the interval has one.
    pub fn first_day(&self) -> Option<Date> {
        self.from.map(day_in_vietnam)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_vietnams_and_ends_may_be_open() {
        let day = When::read("2023-06-01").unwrap();
        assert_eq!(day.from.unwrap().to_string(), "2023-05-31T17:00:00Z");
        assert_eq!((day.first_day(), day.last_day(date(2026, 1, 1))), (Some(date(2023, 6, 1)), date(2023, 6, 1)));
        let open = When::read("2023-06-01/..").unwrap();
        assert_eq!((open.to, open.last_day(date(2026, 1, 1))), (None, date(2026, 1, 1)));
        assert_eq!(When::read("../2024-01-01T00:00:00Z").unwrap().from, None);
        assert!(When::read("2024-01-01/2023-01-01").is_err());
        assert!(When::read("yesterday").is_err() && When::read("2023-13-01").is_err());
    }
}
