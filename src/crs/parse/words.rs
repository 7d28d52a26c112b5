//! The letters and words that may stand beside numbers, in lower case and without Vietnamese marks.
//!
//! N is north, as on every device; south in Vietnamese is the whole word "Nam".

use super::scan::Mark;

/// Which coordinate a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    North,
    South,
    East,
    West,
    /// Latitude, or northing.
    Lat,
    /// Longitude, or easting.
    Lon,
    /// Northing in Vietnamese surveying, easting elsewhere: the numbers decide.
    X,
    Y,
}

impl Tag {
    pub(super) fn is_hemisphere(self) -> bool {
        matches!(self, Tag::North | Tag::South | Tag::East | Tag::West)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Word {
    Tag(Tag),
    Mark(Mark),
    /// `mE`, `mN`, as in 462791mE.
    MetresOf(Tag),
    NotANumber,
    /// "Tọa độ" and the like, that say nothing about the numbers.
    Filler,
}

const WORDS: &[(&str, Word)] = &[
    ("n", Word::Tag(Tag::North)),
    ("north", Word::Tag(Tag::North)),
    ("b", Word::Tag(Tag::North)),
    ("bac", Word::Tag(Tag::North)),
    ("s", Word::Tag(Tag::South)),
    ("south", Word::Tag(Tag::South)),
    ("nam", Word::Tag(Tag::South)),
    ("e", Word::Tag(Tag::East)),
    ("east", Word::Tag(Tag::East)),
    ("d", Word::Tag(Tag::East)),
    ("dong", Word::Tag(Tag::East)),
    ("w", Word::Tag(Tag::West)),
    ("west", Word::Tag(Tag::West)),
    ("t", Word::Tag(Tag::West)),
    ("tay", Word::Tag(Tag::West)),
    ("lat", Word::Tag(Tag::Lat)),
    ("latitude", Word::Tag(Tag::Lat)),
    ("northing", Word::Tag(Tag::Lat)),
    ("vi do", Word::Tag(Tag::Lat)),
    ("vi tuyen", Word::Tag(Tag::Lat)),
    ("vi bac", Word::Tag(Tag::North)),
    ("lon", Word::Tag(Tag::Lon)),
    ("lng", Word::Tag(Tag::Lon)),
    ("long", Word::Tag(Tag::Lon)),
    ("longitude", Word::Tag(Tag::Lon)),
    ("easting", Word::Tag(Tag::Lon)),
    ("kinh do", Word::Tag(Tag::Lon)),
    ("kinh tuyen", Word::Tag(Tag::Lon)),
    ("kinh dong", Word::Tag(Tag::East)),
    ("x", Word::Tag(Tag::X)),
    ("y", Word::Tag(Tag::Y)),
    // A small o typed for the ring.
    ("o", Word::Mark(Mark::Degrees)),
    ("do", Word::Mark(Mark::Degrees)),
    ("deg", Word::Mark(Mark::Degrees)),
    ("phut", Word::Mark(Mark::Minutes)),
    ("min", Word::Mark(Mark::Minutes)),
    ("giay", Word::Mark(Mark::Seconds)),
    ("sec", Word::Mark(Mark::Seconds)),
    ("m", Word::Mark(Mark::Metres)),
    ("met", Word::Mark(Mark::Metres)),
    ("me", Word::MetresOf(Tag::East)),
    ("mn", Word::MetresOf(Tag::North)),
    ("nan", Word::NotANumber),
    ("inf", Word::NotANumber),
    ("infinity", Word::NotANumber),
    ("null", Word::NotANumber),
    ("toa do", Word::Filler),
    ("vi tri", Word::Filler),
    ("position", Word::Filler),
    ("coordinates", Word::Filler),
];

pub(super) struct Found {
    /// `None` for a word that means nothing here.
    pub(super) word: Option<Word>,
    /// Behind its last letter.
    pub(super) to: usize,
}

/// The word that begins at `from`; "vĩ độ" and the like, of two words, count as one.
pub(super) fn word(chars: &[char], from: usize) -> Found {
    let end = |from: usize| from + chars[from..].iter().take_while(|c| c.is_alphabetic()).count();
    let known = |text: &str| WORDS.iter().find(|(w, _)| *w == text).map(|(_, word)| *word);
    let to = end(from);
    let first: String = chars[from..to].iter().collect();
    if chars.get(to) == Some(&' ') {
        let second_to = end(to + 1);
        let both: String = chars[from..second_to].iter().collect();
        if let Some(word) = known(&both).filter(|_| second_to > to + 1) {
            return Found { word: Some(word), to: second_to };
        }
    }
    Found { word: known(&first), to }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Option<Word>, usize) {
        let found = word(&text.chars().collect::<Vec<_>>(), 0);
        (found.word, found.to)
    }

    #[test]
    fn n_is_north_and_nam_is_south() {
        assert_eq!(found("n"), (Some(Word::Tag(Tag::North)), 1));
        assert_eq!(found("nam"), (Some(Word::Tag(Tag::South)), 3));
    }

    #[test]
    fn two_words_count_as_one_and_do_alone_is_a_degree() {
        assert_eq!(found("vi do bac"), (Some(Word::Tag(Tag::Lat)), 5));
        assert_eq!(found("do 13"), (Some(Word::Mark(Mark::Degrees)), 2));
        assert_eq!(found("d 102"), (Some(Word::Tag(Tag::East)), 1));
        assert_eq!(found("vi"), (None, 2));
    }
}
