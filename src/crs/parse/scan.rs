//! From signs to coordinates: the text is cut into parts, each with the numbers and the letters that belong to it.
//!
//! A part is one coordinate, or, where nothing marks the border between the two, both. Which it is, and what the
//! numbers mean, is for the notations to say.

use super::PositionError;
use super::clean::Clean;
use super::number::{Chunk, convention, split_pair};
use super::words::{Tag, Word, word};

/// The sign behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Degrees,
    Minutes,
    Seconds,
    Metres,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Num {
    /// Digits with a decimal point, no sign.
    pub(super) plain: String,
    pub(super) value: f64,
    pub(super) mark: Option<Mark>,
    /// `Some(true)` for a minus, `Some(false)` for a plus.
    pub(super) minus: Option<bool>,
    /// As typed, and where (from 1).
    pub(super) piece: String,
    pub(super) at: usize,
}

impl Num {
    pub(super) fn whole(&self) -> bool {
        !self.plain.contains('.')
    }
}

/// A letter or word that names an axis, as typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tagged {
    pub(super) tag: Tag,
    pub(super) piece: String,
    pub(super) at: usize,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Part {
    pub(super) before: Vec<Tagged>,
    pub(super) numbers: Vec<Num>,
    pub(super) after: Vec<Tagged>,
}

enum Token {
    Number(Chunk, Option<bool>),
    Mark(Mark),
    Tag(Tag),
    Border,
}

/// A token and the cleaned characters it stands for.
struct At {
    token: Token,
    from: usize,
    to: usize,
}

/// Cuts a text into its parts; none of them is without numbers.
///
/// # Errors
/// `NotRead`, `NotANumber`, `AmbiguousNumber`.
pub(super) fn parts(clean: &Clean) -> Result<Vec<Part>, PositionError> {
    let mut tokens = tokens(clean)?;
    split_lone_pair(&mut tokens);
    assemble(clean, &tokens)
}

fn tokens(clean: &Clean) -> Result<Vec<At>, PositionError> {
    let chars = &clean.chars;
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let before = |i: usize| if i == 0 { ' ' } else { at(i - 1) };
    let mut tokens = Vec::new();
    let mut minus = None;
    let mut i = 0;
    while i < chars.len() {
        let from = i;
        let token = match at(i) {
            ' ' => None,
            ',' | ';' => Some(Token::Border),
            '°' => Some(Token::Mark(Mark::Degrees)),
            '\'' => Some(Token::Mark(Mark::Minutes)),
            '"' => Some(Token::Mark(Mark::Seconds)),
            '+' | '-' if !at(i + 1).is_ascii_digit() => Some(Token::Border),
            // Between numbers, as in 22-13-10: no sign, only a space.
            '-' if before(i).is_ascii_digit() || matches!(before(i), '°' | '\'' | '"') => None,
            sign @ ('+' | '-') => {
                minus = Some(sign == '-');
                None
            }
            // The full stop behind a number.
            '.' if before(i).is_ascii_digit() && at(i + 1) == ' ' => None,
            c if c.is_ascii_digit() => {
                while at(i + 1).is_ascii_digit() || (matches!(at(i + 1), '.' | ',') && at(i + 2).is_ascii_digit()) {
                    i += 1;
                }
                Some(Token::Number(Chunk { text: chars[from..=i].iter().collect(), from }, minus.take()))
            }
            c if c.is_alphabetic() => {
                let found = word(chars, i);
                i = found.to - 1;
                let exponent = at(from) == 'e' && before(from).is_ascii_digit() && found.to == from + 1;
                if exponent && (at(i + 1).is_ascii_digit() || matches!(at(i + 1), '+' | '-')) {
                    let start = chars[..from].iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
                    let (piece, at) = clean.piece(start, i + 2);
                    return Err(PositionError::NotANumber { piece, at });
                }
                match found.word {
                    Some(Word::Tag(tag)) => Some(Token::Tag(tag)),
                    Some(Word::Mark(mark)) => Some(Token::Mark(mark)),
                    Some(Word::MetresOf(tag)) => {
                        tokens.push(At { token: Token::Mark(Mark::Metres), from, to: i });
                        Some(Token::Tag(tag))
                    }
                    Some(Word::NotANumber) => {
                        let (piece, at) = clean.piece(from, i + 1);
                        return Err(PositionError::NotANumber { piece, at });
                    }
                    Some(Word::Filler) => None,
                    None => return Err(clean.not_read(from, i + 1)),
                }
            }
            _ => return Err(clean.not_read(from, i + 1)),
        };
        i += 1;
        tokens.extend(token.map(|token| At { token, from, to: i }));
    }
    Ok(tokens)
}

/// A text whose only run of digits holds two numbers, with only a comma between them.
fn split_lone_pair(tokens: &mut Vec<At>) {
    let mut runs = tokens.iter().enumerate().filter_map(|(i, t)| match &t.token {
        Token::Number(chunk, minus) => Some((i, chunk, *minus)),
        _ => None,
    });
    let (Some((i, chunk, minus)), None) = (runs.next(), runs.next()) else {
        return;
    };
    let Some([first, second]) = split_pair(chunk) else {
        return;
    };
    let token = |chunk: Chunk, minus| At { from: chunk.from, to: chunk.to(), token: Token::Number(chunk, minus) };
    let comma = At { from: first.to(), to: first.to() + 1, token: Token::Border };
    tokens.splice(i..=i, [token(first, minus), comma, token(second, None)]);
}

fn assemble(clean: &Clean, tokens: &[At]) -> Result<Vec<Part>, PositionError> {
    let chunks: Vec<Chunk> = tokens
        .iter()
        .filter_map(|t| if let Token::Number(chunk, _) = &t.token { Some(chunk.clone()) } else { None })
        .collect();
    let ambiguous = |chunk: &Chunk| {
        let (piece, at) = clean.piece(chunk.from, chunk.to());
        PositionError::AmbiguousNumber { piece, at }
    };
    let convention = convention(&chunks).map_err(|i| ambiguous(&chunks[i]))?;
    let first_number = tokens.iter().position(|t| matches!(t.token, Token::Number(..)));
    // Letters before the numbers they belong to (N 22 E 102), or behind (22 N 102 E); names of axes (lat, X) likewise.
    let lead = |sided: bool| {
        let first = tokens.iter().position(|t| matches!(t.token, Token::Tag(tag) if tag.is_hemisphere() == sided));
        matches!((first, first_number), (Some(tag), Some(number)) if tag < number)
    };
    let (hemisphere_leads, axis_leads) = (lead(true), lead(false));

    let mut parts = Parts::default();
    for (i, At { token, from, to }) in tokens.iter().enumerate() {
        match token {
            Token::Border => parts.close(),
            Token::Number(chunk, minus) => {
                let plain = convention.plain(&chunk.text).ok_or_else(|| ambiguous(chunk))?;
                let (piece, at) = clean.piece(*from, *to);
                let value = match plain.parse() {
                    Ok(value) => value,
                    Err(_) => return Err(PositionError::NotANumber { piece, at }),
                };
                parts.number(Num { plain, value, mark: None, minus: *minus, piece, at });
            }
            Token::Mark(mark) => {
                if !parts.mark(*mark) {
                    return Err(clean.not_read(*from, *to));
                }
            }
            Token::Tag(tag) => {
                let leads = if tag.is_hemisphere() { hemisphere_leads } else { axis_leads };
                let more = tokens[i..].iter().any(|t| matches!(t.token, Token::Number(..)));
                let (piece, at) = clean.piece(*from, *to);
                let tagged = Tagged { tag: *tag, piece, at };
                if !parts.tag(tagged, leads && more) {
                    return Err(clean.not_read(*from, *to));
                }
            }
        }
    }
    parts.close();
    Ok(parts.done)
}

#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    open: Part,
}

impl Parts {
    fn close(&mut self) {
        if !self.open.numbers.is_empty() {
            self.done.push(std::mem::take(&mut self.open));
        }
    }

    fn number(&mut self, number: Num) {
        if !self.open.after.is_empty() {
            self.close();
        }
        self.open.numbers.push(number);
    }

    /// Puts a mark behind the last number; false where there is none to take it.
    fn mark(&mut self, mark: Mark) -> bool {
        let Some(last) = self.open.numbers.last_mut() else {
            // "(m)" behind the name of an axis.
            return mark == Mark::Metres;
        };
        if last.mark.is_some() {
            return false;
        }
        last.mark = Some(mark);
        // A second number of degrees begins the second coordinate.
        if mark == Mark::Degrees && self.open.numbers.len() > 1 {
            let next = self.open.numbers.pop();
            self.close();
            self.open.numbers.extend(next);
        }
        true
    }

    fn tag(&mut self, tagged: Tagged, leads: bool) -> bool {
        if leads {
            self.close();
            self.open.before.push(tagged);
        } else if !self.open.numbers.is_empty() {
            self.open.after.push(tagged);
        } else if let Some(last) = self.done.last_mut() {
            last.after.push(tagged);
        } else {
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts as "before|numbers|after", joined by " / ".
    fn shape(text: &str) -> String {
        let tags = |tags: &[Tagged]| tags.iter().map(|t| t.piece.as_str()).collect::<Vec<_>>().join(" ");
        let parts = parts(&Clean::new(text).unwrap()).unwrap();
        let shown = parts.iter().map(|p| {
            let numbers: Vec<_> = p.numbers.iter().map(|n| n.plain.as_str()).collect();
            format!("{}|{}|{}", tags(&p.before), numbers.join(" "), tags(&p.after))
        });
        shown.collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn letters_go_with_the_numbers_they_belong_to() {
        for (text, shaped) in [
            ("22.2183, 102.6410", "|22.2183| / |102.6410|"),
            ("22,2183 102,6410", "|22.2183 102.6410|"),
            ("22.2183N,102.6410E", "|22.2183|N / |102.6410|E"),
            ("N 22.2183 E 102.6410", "N|22.2183| / E|102.6410|"),
            ("N22 102E", "N|22 102|E"),
            ("Vĩ độ: 22,2183 B; kinh độ: 102,6410 Đ", "Vĩ độ|22.2183|B / kinh độ|102.6410|Đ"),
            ("22°13' vĩ độ Bắc, 102°38' kinh độ Đông", "|22 13|vĩ độ Bắc / |102 38|kinh độ Đông"),
            ("22.2183\tN\t102.6410\tE", "|22.2183|N / |102.6410|E"),
            ("22°13' 102°38'", "|22 13| / |102 38|"),
            ("22 độ 13 phút Bắc 102 độ 38 phút Đông", "|22 13|Bắc / |102 38|Đông"),
            ("22-13-10N 102-38-46E", "|22 13 10|N / |102 38 46|E"),
            ("462791 m E 2457880 m N", "|462791|E / |2457880|N"),
            ("X(m)=2457880 Y(m)=462791", "X|2457880| / Y|462791|"),
            ("Tọa độ: 22°13' vĩ Bắc 102°38' kinh Đông", "|22 13|vĩ Bắc / |102 38|kinh Đông"),
            ("462 791 2 457 880", "|462 791 2 457 880|"),
        ] {
            assert_eq!(shape(text), shaped, "{text}");
        }
    }

    #[test]
    fn what_belongs_nowhere_is_quoted() {
        for (text, wrong, place) in
            [("22.2 Huổi 102.6", "Huổi", 6), ("° 22", "°", 1), ("22°° 102", "°", 4), ("22 # 3", "#", 4)]
        {
            let expected = PositionError::NotRead { piece: wrong.into(), at: place };
            assert_eq!(parts(&Clean::new(text).unwrap()), Err(expected), "{text}");
        }
        let number = |text: &str| parts(&Clean::new(text).unwrap()).unwrap_err();
        assert_eq!(number("4.62791e5 2.45788e6"), PositionError::NotANumber { piece: "4.62791e5".into(), at: 1 });
        assert_eq!(number("NaN NaN"), PositionError::NotANumber { piece: "NaN".into(), at: 1 });
        assert_eq!(number("2.457.880 46.27"), PositionError::AmbiguousNumber { piece: "46.27".into(), at: 11 });
    }
}
