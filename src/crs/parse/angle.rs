//! Degrees, with or without minutes and seconds: what the three notations in degrees share.

use super::axes::{self, Known};
use super::scan::{Mark, Num, Part, Tagged};
use super::words::Tag;
use super::{Input, Order, Typed};
use crate::crs::PositionError;

/// One coordinate: its numbers (degrees, minutes, seconds) and the letters beside it.
struct Coordinate<'a> {
    numbers: &'a [Num],
    tags: Vec<&'a Tagged>,
}

/// Reads two coordinates in degrees if the longer of them has `most` numbers (1 degrees, 2 and minutes, 3 and seconds).
pub(super) fn read(input: &Input, most: usize) -> Result<Option<Typed>, PositionError> {
    let scanned = input.scanned()?;
    let Some(pair) = pair(&scanned.parts) else {
        return Ok(None);
    };
    if pair.iter().map(|c| c.numbers.len()).max() != Some(most) {
        return Ok(None);
    }
    let [first, second] = &pair;
    let (first_axis, first_hemisphere) = axes::agreed(&first.tags)?;
    let (second_axis, second_hemisphere) = axes::agreed(&second.tags)?;
    let known = axes::known(first_axis, second_axis, [first, second].map(Coordinate::piece))?;
    let a = degrees(first.numbers, first_hemisphere)?;
    let b = degrees(second.numbers, second_hemisphere)?;
    let (lon, lat) = match (known, input.order) {
        (Known::LatIsFirst(true), _) | (Known::XIsFirst(false), _) | (Known::Nothing, Order::Text) => (b, a),
        (Known::LatIsFirst(false), _) | (Known::XIsFirst(true), _) | (Known::Nothing, Order::Xy) => (a, b),
    };
    if matches!(known, Known::LatIsFirst(_)) {
        // Letters are not overruled: N beside 102 is an error, not a swap.
        axes::check_degrees(lon, lat)?;
    }
    let (value, mend) = axes::degrees(lon, lat)?;
    Ok(Some(Typed { value, named: scanned.named, mends: Vec::from_iter(mend) }))
}

/// The two coordinates: two parts, or one whose numbers fall into halves.
fn pair(parts: &[Part]) -> Option<[Coordinate<'_>; 2]> {
    match parts {
        [first, second] => {
            Some([first, second].map(|part| Coordinate {
                numbers: &part.numbers,
                tags: part.before.iter().chain(&part.after).collect(),
            }))
        }
        [both] if both.numbers.len() % 2 == 0 && !both.is_one() => {
            let (first, second) = both.numbers.split_at(both.numbers.len() / 2);
            Some([
                Coordinate { numbers: first, tags: both.before.iter().collect() },
                Coordinate { numbers: second, tags: both.after.iter().collect() },
            ])
        }
        _ => None,
    }
}

impl Part {
    /// Whether this is one coordinate for certain, though of several numbers: `22°13.10'`, `22 13.10 N`, `22 13 6 N`.
    /// A letter beside two numbers decides for minutes when they can be minutes: the other coordinate was left out.
    pub(super) fn is_one(&self) -> bool {
        let tagged = self.before.len() + self.after.len() > 0;
        match &self.numbers[..] {
            [] | [_] => true,
            [degrees, minutes] => {
                let minutes_marked = matches!(minutes.mark, Some(Mark::Minutes | Mark::Seconds));
                minutes_marked
                    || (tagged
                        && (self.before.is_empty() || self.after.is_empty())
                        && degrees.whole()
                        && minutes.value < 60.0)
            }
            [_, second, _] => tagged || second.mark.is_some(),
            _ => false,
        }
    }
}

impl Coordinate<'_> {
    /// The letter that says most, for an error to quote.
    fn piece(&self) -> &str {
        self.tags.last().map_or("", |t| &t.piece)
    }
}

/// # Errors
/// `NotRead` for a mark or sign in the wrong place, `BrokenFraction`, `MinutesRange`, `SecondsRange`, `SignAgainstLetter`.
fn degrees(numbers: &[Num], hemisphere: Option<&Tagged>) -> Result<f64, PositionError> {
    let not_read = |n: &Num| PositionError::NotRead { piece: n.piece.clone(), at: n.at };
    let mut value = 0.0;
    for (i, number) in numbers.iter().enumerate() {
        let (mark, per_degree) = match i {
            0 => (Mark::Degrees, 1.0),
            1 => (Mark::Minutes, 60.0),
            _ => (Mark::Seconds, 3600.0),
        };
        if number.mark.is_some_and(|m| m != mark) || (i > 0 && number.minus.is_some()) {
            return Err(not_read(number));
        }
        let (piece, at) = (number.piece.clone(), number.at);
        if i + 1 < numbers.len() && !number.whole() {
            return Err(PositionError::BrokenFraction { piece, at });
        }
        if i > 0 && number.value >= 60.0 {
            return Err(match mark {
                Mark::Minutes => PositionError::MinutesRange { piece, at },
                _ => PositionError::SecondsRange { piece, at },
            });
        }
        value += number.value / per_degree;
    }
    let minus = numbers.first().and_then(|n| n.minus);
    let negative = match hemisphere.map(|h| h.tag) {
        Some(Tag::South | Tag::West) => Some(true),
        Some(_) => Some(false),
        None => None,
    };
    match (minus, negative) {
        (Some(sign), Some(letter)) if sign != letter => Err(numbers.first().map_or(PositionError::NoNumber, |n| {
            PositionError::SignAgainstLetter { piece: n.piece.clone(), at: n.at }
        })),
        (Some(true), _) | (_, Some(true)) => Ok(-value),
        _ => Ok(value),
    }
}
