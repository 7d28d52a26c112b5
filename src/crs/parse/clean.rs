//! Before any notation: the limits on what is accepted, and one spelling for the many ways to write the same sign.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::PositionError;

/// No position needs more; it bounds the work that any text can cause.
pub(in crate::crs) const MAX_CHARS: usize = 200;

/// A text in lower case, without Vietnamese marks, with plain signs for degrees, minutes and seconds.
/// Each character knows where it stood in what was typed, so that errors can quote the original.
#[derive(Debug)]
pub(super) struct Clean<'a> {
    typed: &'a str,
    pub(super) chars: Vec<char>,
    origin: Vec<usize>,
}

impl<'a> Clean<'a> {
    /// # Errors
    /// `Empty`, `TooLong`, `ControlCharacter`.
    pub(super) fn new(typed: &'a str) -> Result<Self, PositionError> {
        if typed.chars().nth(MAX_CHARS).is_some() {
            return Err(PositionError::TooLong);
        }
        let mut clean =
            Clean { typed, chars: Vec::with_capacity(typed.len()), origin: Vec::with_capacity(typed.len()) };
        for (at, c) in typed.chars().enumerate() {
            clean.push(at, c)?;
        }
        if clean.chars.iter().all(|c| matches!(c, ' ' | ';')) { Err(PositionError::Empty) } else { Ok(clean) }
    }

    fn push(&mut self, at: usize, c: char) -> Result<(), PositionError> {
        let plain = match c {
            // A pasted table: cells and lines part the coordinates.
            '\t' | '\n' | '\r' => ';',
            c if c.is_control() => {
                return Err(PositionError::ControlCharacter { code: c.into(), at: at + 1 });
            }
            // Invisible marks of direction and joining that come along when copying from a phone.
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' => {
                return Ok(());
            }
            c if c.is_whitespace() => ' ',
            '′' | '’' | '‘' | '´' | '`' | 'ʹ' => '\'',
            '″' | '”' | '“' | '„' | 'ʺ' => '"',
            'º' | '˚' | '∘' => '°',
            '−' | '–' | '—' | '‐' | '‑' => '-',
            '(' | ')' | '[' | ']' | '<' | '>' | ':' | '=' | '_' => ' ',
            '|' | '/' => ';',
            c => c,
        };
        for c in std::iter::once(plain).nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            // Two single primes are one double prime.
            if c == '\'' && self.chars.last() == Some(&'\'') {
                self.chars.pop();
                self.origin.pop();
                self.chars.push('"');
            } else {
                self.chars.push(if c == 'đ' { 'd' } else { c });
            }
            self.origin.push(at);
        }
        Ok(())
    }

    /// The characters as typed behind `from..to`, and the place of the first, counted from 1.
    pub(super) fn piece(&self, from: usize, to: usize) -> (String, usize) {
        let first = self.origin.get(from).copied().unwrap_or(0);
        let last = to.checked_sub(1).and_then(|i| self.origin.get(i)).copied().unwrap_or(first);
        (self.typed.chars().skip(first).take(last + 1 - first).collect(), first + 1)
    }

    pub(super) fn not_read(&self, from: usize, to: usize) -> PositionError {
        let (piece, at) = self.piece(from, to);
        PositionError::NotRead { piece, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        Clean::new(text).unwrap().chars.iter().collect()
    }

    #[test]
    fn signs_and_letters_get_one_spelling() {
        assert_eq!(cleaned("22º13′10″ Bắc"), "22°13'10\" bac");
        assert_eq!(cleaned("22°13’10’’Đ"), "22°13'10\"d");
        assert_eq!(cleaned("−22\u{00A0}–\u{200E}1"), "-22 -1");
        assert_eq!(cleaned("462791\t2457880\n"), "462791;2457880;");
    }

    #[test]
    fn letters_typed_as_base_and_mark_are_the_same_letters() {
        assert_eq!(cleaned("Ba\u{0306}\u{0301}c"), "bac");
    }

    #[test]
    fn pieces_quote_what_was_typed() {
        let clean = Clean::new("22''Bắc\u{200E}!").unwrap();
        assert_eq!(clean.piece(3, 6), ("Bắc".into(), 5));
    }

    #[test]
    fn limits() {
        assert_eq!(Clean::new("").unwrap_err(), PositionError::Empty);
        assert_eq!(Clean::new(" \t ").unwrap_err(), PositionError::Empty);
        assert_eq!(Clean::new(&"1".repeat(201)).unwrap_err(), PositionError::TooLong);
        assert!(Clean::new(&"1".repeat(200)).is_ok());
        assert_eq!(Clean::new("22\u{0}").unwrap_err(), PositionError::ControlCharacter { code: 0, at: 3 });
    }
}
