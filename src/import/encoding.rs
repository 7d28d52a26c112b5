//! Encodings of Vietnamese before Unicode: windows-1258, and the fonts TCVN3 (ABC) and VNI, whose letters stand in the
//! places of other letters. All come out as Unicode, composed (NFC).

use unicode_normalization::UnicodeNormalization;

/// How texts were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Windows1258,
    /// TCVN 5712:1993, as the ABC fonts (.VnTime …) have it.
    Tcvn3,
    /// VNI-Windows: a vowel, then a letter that is drawn as its marks.
    Vni,
    Windows1252,
}

/// Names for people and scripts.
const NAMES: [(Encoding, &str, &[&str]); 5] = [
    (Encoding::Utf8, "UTF-8", &["utf-8", "utf8", "65001"]),
    (Encoding::Windows1258, "windows-1258", &["windows-1258", "cp1258", "1258", "ansi 1258"]),
    (Encoding::Tcvn3, "TCVN3", &["tcvn3", "abc", "tcvn", "tcvn-5712"]),
    (Encoding::Vni, "VNI", &["vni", "vni-windows"]),
    (
        Encoding::Windows1252,
        "windows-1252",
        &["windows-1252", "cp1252", "1252", "iso-8859-1", "latin1", "88591", "ansi 1252"],
    ),
];

/// 0x80 to 0xFF of TCVN 5712, as glibc's `iconv -f TCVN` has them.
const TCVN: &str = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\u{a0}ĂÂÊÔƠƯĐăâêôơưđẰ\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ";

impl Encoding {
    /// By a name, such as a `.cpg` file or a person gives.
    pub fn parse(name: &str) -> Option<Encoding> {
        let name = name.trim().to_ascii_lowercase();
        NAMES.iter().find(|(_, _, words)| words.contains(&name.as_str())).map(|n| n.0)
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|n| n.0 == self).map_or("", |n| n.1)
    }

    /// Letters of one alphabet drawn in the places of another: such texts hide in files of any encoding.
    pub fn is_font(self) -> bool {
        matches!(self, Encoding::Tcvn3 | Encoding::Vni)
    }

    /// Bytes as text, NFC.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).nfc().collect(),
            Encoding::Windows1258 => encoding_rs::WINDOWS_1258.decode_without_bom_handling(bytes).0.nfc().collect(),
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.nfc().collect(),
            Encoding::Tcvn3 | Encoding::Vni => {
                self.mend(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0)
            }
        }
    }

    /// A text of a font, read as the Western letters in whose places its letters stand.
    pub fn mend(self, text: &str) -> String {
        match self {
            Encoding::Tcvn3 => text.chars().map(tcvn).nfc().collect(),
            Encoding::Vni => vni(text),
            _ => text.nfc().collect(),
        }
    }

    /// The encoding bytes are likely in, from texts that are not all ASCII. UTF-8 wherever they are that.
    pub fn of_bytes<'a>(texts: impl Iterator<Item = &'a [u8]> + Clone) -> Encoding {
        if texts.clone().all(|t| std::str::from_utf8(t).is_ok()) {
            return Encoding::Utf8;
        }
        let candidates = [Encoding::Windows1258, Encoding::Tcvn3, Encoding::Vni, Encoding::Windows1252];
        best(&candidates, |e| texts.clone().map(|t| likeness(&e.decode(t))).sum())
    }

    /// Whether texts that came as Unicode are letters of a font: `None` where they are plain already.
    pub fn of_font<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Option<Encoding> {
        // Letters that stand in no Western letter's place: somebody wrote Unicode.
        let composed = |c: char| matches!(c, '\u{1ea0}'..='\u{1ef9}');
        if texts.clone().any(|t| t.chars().any(composed)) {
            return None;
        }
        let as_is: i64 = texts.clone().map(likeness).sum();
        let candidates = [Encoding::Tcvn3, Encoding::Vni];
        let score = |e: Encoding| texts.clone().map(|t| likeness(&e.mend(t))).sum::<i64>();
        let found = best(&candidates, score);
        (score(found) > as_is).then_some(found)
    }
}

fn best(candidates: &[Encoding], score: impl Fn(Encoding) -> i64) -> Encoding {
    let mut best = (candidates[0], i64::MIN);
    for &candidate in candidates {
        let score = score(candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// The Western letter as a byte of TCVN; other letters stay.
fn tcvn(c: char) -> char {
    let byte = match c {
        '\u{80}'..='\u{ff}' => Some(c as usize),
        // The places where windows-1252 has letters beyond Latin-1.
        _ if c as u32 > 0xff => encode_1252(c).map(usize::from),
        _ => None,
    };
    byte.and_then(|b| TCVN.chars().nth(b.checked_sub(0x80)?)).unwrap_or(c)
}

fn encode_1252(c: char) -> Option<u8> {
    let text = c.to_string();
    let (bytes, _, failed) = encoding_rs::WINDOWS_1252.encode(&text);
    match (failed, bytes.as_ref()) {
        (false, [byte]) if *byte >= 0x80 => Some(*byte),
        _ => None,
    }
}

/// Marks of VNI, lower case, as combining marks.
fn vni_marks(c: char) -> Option<&'static str> {
    Some(match c {
        'ù' => "\u{301}",
        'ø' => "\u{300}",
        'û' => "\u{309}",
        'õ' => "\u{303}",
        'ï' => "\u{323}",
        'â' => "\u{302}",
        'á' => "\u{302}\u{301}",
        'à' => "\u{302}\u{300}",
        'å' => "\u{302}\u{309}",
        'ã' => "\u{302}\u{303}",
        'ä' => "\u{323}\u{302}",
        'ê' => "\u{306}",
        'é' => "\u{306}\u{301}",
        'è' => "\u{306}\u{300}",
        'ú' => "\u{306}\u{309}",
        'ü' => "\u{306}\u{303}",
        'ë' => "\u{323}\u{306}",
        _ => return None,
    })
}

/// Letters of VNI that stand alone, lower case.
fn vni_letter(c: char) -> Option<char> {
    Some(match c {
        'ñ' => 'đ',
        'ô' => 'ơ',
        'ö' => 'ư',
        'í' => 'í',
        'ì' => 'ì',
        'æ' => 'ỉ',
        'ó' => 'ĩ',
        'ò' => 'ị',
        'î' => 'ỵ',
        _ => return None,
    })
}

fn vni(text: &str) -> String {
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let like = |c: char, as_of: char| if as_of.is_uppercase() { c.to_uppercase().next().unwrap_or(c) } else { c };
    let mut out = String::with_capacity(text.len());
    // A mark belongs to a vowel just before it that has none yet.
    let mut open = false;
    for c in text.chars() {
        let small = lower(c);
        if let Some(marks) = vni_marks(small).filter(|_| open) {
            out.push_str(marks);
            open = false;
            continue;
        }
        let letter = vni_letter(small).map_or(c, |l| like(l, c));
        out.push(letter);
        open = matches!(lower(letter), 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư');
    }
    out.nfc().collect()
}

/// How much a text looks like Vietnamese: letters of its alphabet speak for it, others and impossible words against.
fn likeness(text: &str) -> i64 {
    let mut score = 0;
    for word in text.split(|c: char| !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c)) {
        let (mut tones, mut marked, mut foreign) = (0, 0, 0);
        let mut lower_before = false;
        for c in word.chars() {
            if c.is_ascii() {
                lower_before |= c.is_ascii_lowercase();
                continue;
            }
            // A capital inside a small word is none of ours.
            foreign += i64::from(c.is_uppercase() && lower_before);
            lower_before |= c.is_lowercase();
            let parts: Vec<char> = c.to_string().nfd().collect();
            let base = parts[0].to_lowercase().next().unwrap_or(parts[0]);
            let tone = |m: &char| matches!(m, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
            let fits = match parts.len() {
                1 => base == 'đ',
                _ => {
                    matches!(base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
                        && parts[1..].iter().all(|m| tone(m) || matches!(m, '\u{302}' | '\u{306}' | '\u{31b}'))
                }
            };
            if fits {
                marked += 1
            } else {
                foreign += 1
            }
            tones += parts[1..].iter().filter(|m| tone(m)).count() as i64;
        }
        score += marked - 4 * foreign - 3 * (tones - 1).max(0);
    }
    // Signs that are no letters, such as ¸ and µ in the places of TCVN3.
    score
        - 4 * text
            .chars()
            .filter(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace())
            .filter(|c| !"–—«»“”‘’…°²³×".contains(*c))
            .count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name, and its bytes in TCVN3 (by glibc's iconv, lower case), VNI and windows-1258.
    const PLACES: [(&str, &[u8], &str, &[u8]); 8] = [
        ("Điện Biên", b"\xa7i\xd6n Bi\xaan", "Ñieän Bieân", b"\xd0i\xea\xf2n Bi\xean"),
        ("Lai Châu", b"Lai Ch\xa9u", "Lai Chaâu", b"Lai Ch\xe2u"),
        ("Mường Nhé", b"M\xad\xeang Nh\xd0", "Möôøng Nheù", b"M\xfd\xf5\xccng Nh\xe9"),
        ("Nậm Kè", b"N\xcbm K\xcc", "Naäm Keø", b"N\xe2\xf2m K\xe8"),
        ("Huổi Lếch", b"Hu\xe6i L\xd5ch", "Huoåi Leách", b"Hu\xf4\xd2i L\xea\xecch"),
        ("Tà Tổng", b"T\xb5 T\xe6ng", "Taø Toång", b"T\xe0 T\xf4\xd2ng"),
        ("Lùng Thàng", b"L\xefng Th\xb5ng", "Luøng Thaøng", b"L\xf9ng Th\xe0ng"),
        ("Bum Tở", b"Bum T\xeb", "Bum Tôû", b"Bum T\xf5\xd2"),
    ];

    #[test]
    fn names_come_out_as_composed_unicode() {
        for (name, tcvn, vni, windows) in PLACES {
            assert_eq!(Encoding::Tcvn3.decode(tcvn), name);
            assert_eq!(Encoding::Vni.mend(vni), name);
            assert_eq!(Encoding::Windows1258.decode(windows), name);
        }
    }

    #[test]
    fn which_encoding_it_is_shows() {
        let all = |i: usize| {
            PLACES.map(|(_, tcvn, vni, windows)| match i {
                0 => tcvn.to_vec(),
                1 => encoding_rs::WINDOWS_1252.encode(vni).0.into_owned(),
                _ => windows.to_vec(),
            })
        };
        for (i, encoding) in [(0, Encoding::Tcvn3), (1, Encoding::Vni), (2, Encoding::Windows1258)] {
            let bytes = all(i);
            assert_eq!(Encoding::of_bytes(bytes.iter().map(Vec::as_slice)), encoding);
        }
        assert_eq!(Encoding::of_bytes(PLACES.iter().map(|p| p.0.as_bytes())), Encoding::Utf8);
        assert_eq!(Encoding::of_font(PLACES.iter().map(|p| p.0)), None);
        // Few words, whose Western letters alone would pass for those of a font.
        assert_eq!(Encoding::of_font(["Biên bản số 1", "Ban quản lý rừng", "LÂM"].into_iter()), None);
        assert_eq!(Encoding::of_font(PLACES.iter().map(|p| p.2)), Some(Encoding::Vni));
    }

    #[test]
    fn the_table_is_that_of_the_standard() {
        assert_eq!(TCVN.chars().count(), 128);
        assert_eq!((tcvn('\u{a7}'), tcvn('\u{ae}'), tcvn('\u{b8}')), ('Đ', 'đ', 'á'));
    }
}
