//! The CRS that a text names, before, behind or between the numbers.

use super::clean::Clean;
use super::{CrsId, PositionError, utm, vn2000, zones};
use crate::crs::Datum;

/// What a name leaves known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crs) enum Named {
    One(CrsId),
    /// "UTM 48N" without a datum.
    Utm48,
    /// "VN-2000" without a zone.
    Vn2000 {
        internal: bool,
    },
}

impl Named {
    /// Whether `crs` is what the name means, or one of what it may mean.
    pub(in crate::crs) fn agrees_with(self, crs: CrsId) -> bool {
        match self {
            Named::One(named) => named == crs,
            Named::Utm48 => crs.row().layout == CrsId::WGS84_UTM48.row().layout,
            Named::Vn2000 { internal: true } => crs.datum() == Datum::Vn2000Internal,
            Named::Vn2000 { internal: false } => crs.datum() != Datum::Wgs84,
        }
    }

    pub(in crate::crs) fn words(self) -> String {
        match self {
            Named::One(crs) => crs.code().to_owned(),
            Named::Utm48 => "UTM 48N".to_owned(),
            Named::Vn2000 { internal: false } => "VN-2000".to_owned(),
            Named::Vn2000 { internal: true } => "VN-2000 nội bộ".to_owned(),
        }
    }

    /// UTM on WGS 84, or on no named datum.
    pub(super) fn is_utm(self) -> bool {
        self == Named::Utm48 || self == Named::One(CrsId::WGS84_UTM48)
    }

    pub(super) fn is_vn2000(self) -> bool {
        match self {
            Named::One(crs) => crs.datum() != Datum::Wgs84,
            Named::Utm48 => false,
            Named::Vn2000 { .. } => true,
        }
    }
}

/// A place in a cleaned text from which a name is read.
pub(super) struct Cursor<'a> {
    pub(super) chars: &'a [char],
    start: usize,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(chars: &'a [char], start: usize) -> Self {
        Cursor { chars, start, at: start }
    }

    pub(super) fn peek(&self) -> char {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, by: usize) -> char {
        self.chars.get(self.at + by).copied().unwrap_or(' ')
    }

    /// Takes `word` if it is next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let there = word.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if there {
            self.at += word.chars().count();
        }
        there
    }

    /// Takes one of the words that stand for the same, skipping what may part it from the last.
    pub(super) fn next_of(&mut self, words: &[&str]) -> bool {
        let before = self.at;
        self.gap();
        let there = words.iter().any(|word| self.take(word));
        if !there {
            self.at = before;
        }
        there
    }

    pub(super) fn gap(&mut self) {
        while self.at < self.chars.len() && matches!(self.peek(), ' ' | '-' | ';' | ',' | '+') {
            self.at += 1;
        }
    }

    /// Takes a run of digits, if it is next.
    pub(super) fn digits(&mut self) -> String {
        let run: String = self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += run.len();
        run
    }

    /// Takes a whole number after what may part it from the last word; one that is not `wanted` stays.
    pub(super) fn number<T>(&mut self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        let before = self.at;
        self.gap();
        let found = wanted(&self.digits());
        if found.is_none() {
            self.at = before;
        }
        found
    }

    pub(super) fn internal(&mut self) -> bool {
        self.next_of(&["noi bo", "noi-bo", "internal"])
    }

    /// The characters before the name and behind what was taken.
    pub(super) fn rest(&self) -> impl Iterator<Item = char> {
        self.chars[..self.start].iter().chain([&' ']).chain(&self.chars[self.at..]).copied()
    }
}

/// Takes the name of a CRS out of a text; blanks stay in its place.
///
/// # Errors
/// `UnknownCrs` for a code, zone or meridian that the table does not have.
pub(super) fn take(clean: &mut Clean) -> Result<Option<Named>, PositionError> {
    for start in 0..clean.chars.len() {
        let inside_a_word = start > 0 && clean.chars[start - 1].is_alphanumeric();
        let mut cursor = Cursor::new(&clean.chars, start);
        if inside_a_word {
            continue;
        }
        match name(&mut cursor) {
            Ok(None) => {}
            Ok(Some(named)) => {
                let to = cursor.at;
                clean.chars[start..to].fill(' ');
                return Ok(Some(named));
            }
            Err(Unknown) => {
                return Err(PositionError::UnknownCrs { typed: clean.piece(start, cursor.at).0 });
            }
        }
    }
    Ok(None)
}

/// A name that is one of ours by its form and is not in the table.
pub(super) struct Unknown;

fn name(cursor: &mut Cursor) -> Result<Option<Named>, Unknown> {
    let start = cursor.at;
    if cursor.take("epsg") {
        return coded(cursor).map(Some);
    }
    if cursor.take("wgs") && cursor.number(|n| matches!(n, "84" | "1984").then_some(())).is_some() {
        let utm = utm::zone(cursor)?;
        vn2000::geographic(cursor);
        return Ok(Some(Named::One(if utm { CrsId::WGS84_UTM48 } else { CrsId::WGS84 })));
    }
    cursor.at = start;
    if cursor.internal() {
        let four = |n: &str| (n.len() == 4).then(|| n.parse::<u16>().ok()).flatten();
        if let Some(crs) = cursor.number(|n| zones::find(four(n)?, true)) {
            return Ok(Some(Named::One(crs)));
        }
        vn2000::vn2000(cursor);
        return vn2000::zone(cursor, true).map(Some);
    }
    if vn2000::vn2000(cursor) || vn2000::begins_without_datum(cursor) {
        return vn2000::zone(cursor, false).map(Some);
    }
    Ok(utm::zone(cursor)?.then_some(Named::Utm48))
}

/// What follows "EPSG": a code, and "nội bộ" if so meant.
fn coded(cursor: &mut Cursor) -> Result<Named, Unknown> {
    cursor.gap();
    let code = cursor.digits().parse().map_err(|_| Unknown)?;
    let internal = cursor.internal();
    zones::find(code, internal).map(Named::One).ok_or(Unknown)
}

/// The CRS that a name on its own means; see [`CrsId::parse`].
pub(in crate::crs) fn crs_name(typed: &str) -> Result<CrsId, PositionError> {
    let unknown = || PositionError::UnknownCrs { typed: typed.chars().take(60).collect() };
    let clean = Clean::new(typed).map_err(|_| unknown())?;
    let mut cursor = Cursor::new(&clean.chars, 0);
    cursor.gap();
    let bare_code = cursor.peek().is_ascii_digit() && clean.chars.iter().filter(|c| c.is_ascii_digit()).count() >= 4;
    let named = if bare_code { coded(&mut cursor).map(Some) } else { name(&mut cursor) };
    let named = named.ok().flatten().ok_or_else(unknown)?;
    cursor.gap();
    match named {
        _ if cursor.at < clean.chars.len() => Err(unknown()),
        Named::One(crs) => Ok(crs),
        Named::Utm48 => Ok(CrsId::WGS84_UTM48),
        Named::Vn2000 { .. } => Err(unknown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names() {
        for (code, names) in [
            ("EPSG:9205", ["9205", "epsg:9205", "VN-2000 103°00'", "vn2000-103", "VN2000 KTT 103"]),
            (
                "EPSG:9208",
                ["EPSG 9208", "vn2000-104.75", "VN-2000 104°45'", "kinh tuyến trục 104°45'", "VN-2000/TM-3 104-45"],
            ),
            (
                "EPSG:9205+noi-bo",
                ["noi-bo:9205", "nội bộ 9205", "EPSG:9205 nội bộ", "9205+noi-bo", "VN-2000 nội bộ 103°"],
            ),
            ("EPSG:32648", ["UTM48N", "UTM 48N", "utm zone 48n", "48Q", "WGS 84 / UTM zone 48N"]),
            ("EPSG:3405", ["3405", "VN-2000 UTM 48N", "vn2000 48N", "VN-2000 / UTM zone 48N", "VN 2000 UTM múi 48"]),
            ("EPSG:4326", ["WGS84", "wgs 84", "WGS-84", "EPSG:4326", " 4326 "]),
            ("EPSG:5896", ["VN-2000 102°", "VN-2000 TM-3 zone 481", "VN-2000 múi 481", "KTT 102", "EPSG::5896"]),
            (
                "EPSG:5897",
                ["VN-2000 105°00'", "VN-2000 zone 482", "vn2000 105", "KTT 105°00’", "VN-2000 múi 3 độ KTT 105"],
            ),
            (
                "EPSG:4756",
                ["4756", "VN-2000 địa lý", "VN-2000 geographic", "epsg4756", "VN-2000 (longitude and latitude)"],
            ),
        ] {
            for name in names {
                assert_eq!(CrsId::parse(name).map(CrsId::code), Ok(code), "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        for name in [
            "",
            "EPSG:9999",
            "EPSG:4326+noi-bo",
            "VN-2000",
            "VN-2000 104°30'",
            "UTM 47N",
            "UTM 48S",
            "UTM",
            "WGS84 x",
            "lưới",
            "99999999999",
        ] {
            let error = CrsId::parse(name).unwrap_err();
            assert_eq!(error, PositionError::UnknownCrs { typed: name.into() });
            for crs in CrsId::all() {
                assert!(error.text().vi.contains(crs.code()) && error.text().en.contains(crs.code()));
            }
        }
        assert!(CrsId::parse(&"x".repeat(10_000)).unwrap_err().text().vi.len() < 1000);
    }
}
