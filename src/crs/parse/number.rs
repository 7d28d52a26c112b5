//! Points and commas in numbers: decimals, thousands, or the comma between two numbers.
//!
//! Vietnamese writes 2.457.880,5 and English 2,457,880.5; devices write 2457880.5. One convention holds for the whole
//! text, and where none is certain the text is refused: a wrong guess moves a point by kilometres.

/// A run of digits with points or commas between them, as it stands in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chunk {
    pub(super) text: String,
    /// First character of the run in the cleaned text.
    pub(super) from: usize,
}

impl Chunk {
    pub(super) fn to(&self) -> usize {
        self.from + self.text.len()
    }
}

/// What the signs in all numbers of one text mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Convention {
    thousands: Option<char>,
    decimal: Option<char>,
}

/// The convention of a text, or the index of the first chunk that leaves it open.
pub(super) fn convention(chunks: &[Chunk]) -> Result<Convention, usize> {
    let mut found = Convention { thousands: None, decimal: None };
    for (i, chunk) in chunks.iter().enumerate() {
        if let Some(sign) = surely_thousands(&chunk.text) {
            if found.thousands.is_some_and(|known| known != sign) {
                return Err(i);
            }
            found.thousands = Some(sign);
        }
    }
    for (i, chunk) in chunks.iter().enumerate() {
        for sign in chunk.text.chars().filter(|c| !c.is_ascii_digit() && Some(*c) != found.thousands) {
            if found.decimal.is_some_and(|known| known != sign) {
                return Err(i);
            }
            found.decimal = Some(sign);
        }
    }
    Ok(found)
}

/// The thousands sign of a run that has it twice, or that has one of each with three digits between.
fn surely_thousands(run: &str) -> Option<char> {
    let signs: Vec<char> = run.chars().filter(|c| !c.is_ascii_digit()).collect();
    let (&first, &last) = (signs.first()?, signs.last()?);
    (signs.len() > 1 && grouped(run, first, (first != last).then_some(last))).then_some(first)
}

/// Whether a run is one to three digits, then groups of three after each thousands sign, then decimals if any.
fn grouped(run: &str, thousands: char, decimal: Option<char>) -> bool {
    let whole = match decimal {
        Some(sign) => match run.split_once(sign) {
            Some((whole, decimals)) if decimals.bytes().all(|b| b.is_ascii_digit()) => whole,
            Some(_) => return false,
            None => run,
        },
        None => run,
    };
    let mut groups = whole.split(thousands);
    groups.next().is_some_and(|g| (1..=3).contains(&g.len()))
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
}

impl Convention {
    /// A run as digits with a decimal point; `None` where it does not follow the convention.
    pub(super) fn plain(self, run: &str) -> Option<String> {
        let mut plain = run.to_owned();
        if let Some(thousands) = self.thousands.filter(|t| run.contains(*t)) {
            if !grouped(run, thousands, self.decimal) {
                return None;
            }
            plain.retain(|c| c != thousands);
        }
        if let Some(decimal) = self.decimal {
            if plain.matches(decimal).count() > 1 {
                return None;
            }
            plain = plain.replace(decimal, ".");
        }
        Some(plain)
    }
}

/// Two numbers with only a comma between them: `22.2183,102.6410`, `462791,2457880`, `22,2183,102,6410`.
/// `22,102` stays one run: it may be a single number with a decimal comma.
pub(super) fn split_pair(run: &Chunk) -> Option<[Chunk; 2]> {
    let commas: Vec<usize> = run.text.match_indices(',').map(|(i, _)| i).collect();
    let at = match commas[..] {
        [at] => at,
        [_, middle, _] if !run.text.contains('.') => middle,
        _ => return None,
    };
    let (first, second) = (&run.text[..at], &run.text[at + 1..]);
    let points = |half: &str| half.matches('.').count();
    let surely_two = match commas.len() {
        1 if run.text.contains('.') => {
            points(first) <= 1 && points(second) <= 1 && surely_thousands(&run.text).is_none()
        }
        1 => first.len() >= 6 && second.len() >= 6,
        _ => surely_thousands(&run.text).is_none(),
    };
    surely_two.then(|| {
        [Chunk { text: first.to_owned(), from: run.from }, Chunk { text: second.to_owned(), from: run.from + at + 1 }]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(runs: &[&str]) -> Vec<Chunk> {
        runs.iter().map(|r| Chunk { text: (*r).to_owned(), from: 0 }).collect()
    }

    #[test]
    fn one_convention_holds_for_all_numbers() {
        for (runs, plain) in [
            (["22.2183", "102.6410"], ["22.2183", "102.6410"]),
            (["22,2183", "102,6410"], ["22.2183", "102.6410"]),
            (["2.457.880,5", "462.791,3"], ["2457880.5", "462791.3"]),
            (["2,457,880.5", "462,791.3"], ["2457880.5", "462791.3"]),
            (["462.791", "2.457.880"], ["462791", "2457880"]),
            (["462.791,3", "2457880"], ["462791.3", "2457880"]),
            (["22", "13,10"], ["22", "13.10"]),
        ] {
            let convention = convention(&chunks(&runs)).unwrap();
            assert_eq!(runs.map(|r| convention.plain(r).unwrap()), plain);
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        assert_eq!(convention(&chunks(&["22,2183", "102.6410"])), Err(1));
        assert_eq!(convention(&chunks(&["2.457.880", "462,791.3"])), Err(1));
        let convention = convention(&chunks(&["2.457.880", "46.27"])).unwrap();
        assert_eq!(convention.plain("46.27"), None);
    }

    #[test]
    fn a_lone_comma_parts_two_numbers_only_when_it_must() {
        let split =
            |run: &str| split_pair(&Chunk { text: run.to_owned(), from: 3 }).map(|[a, b]| (a.text, b.text, b.from));
        assert_eq!(split("22.2183,102.6410"), Some(("22.2183".into(), "102.6410".into(), 11)));
        assert_eq!(split("462791,2457880"), Some(("462791".into(), "2457880".into(), 10)));
        assert_eq!(split("22,2183,102,6410"), Some(("22,2183".into(), "102,6410".into(), 11)));
        assert_eq!(split("22.5,102"), Some(("22.5".into(), "102".into(), 8)));
        assert_eq!(split("22,102"), None);
        assert_eq!(split("462.791,3"), None);
        assert_eq!(split("462791,5"), None);
        assert_eq!(split("2,457,880"), None);
        assert_eq!(split("462,791,2,457,880"), None);
    }
}
