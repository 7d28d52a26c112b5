//! What every record has to stand up to.

use jiff::civil::Date;

use crate::domain::{Document, Level, MEASURES, Measure, Text, fold, today_in_vietnam};
use crate::service::{ActionError, Service};

/// A claim that goes farther than this (m) from the line its dispute is about is refused: a wrong meridian is 26 km and
/// more, while no published line lies more than 330 m from another.
pub const MAX_FROM_LINE_M: f64 = 10_000.0;
/// Half-width (m) of a derived zone where its record names none: wide enough for every published line.
pub const DEFAULT_WIDTH_M: f64 = 500.0;

pub fn exists(service: &Service, level: Level, code: &str, at: Date) -> Result<(), ActionError> {
    match service.engine.register.at(level, code, at) {
        Some(_) => Ok(()),
        None => Err(ActionError::Invalid(Text::new(
            format!("Không có đơn vị {code} vào ngày {at}; mã phải đi với ngày mà đơn vị ấy tồn tại."),
            format!("There is no unit {code} on {at}; give a code with a date on which the unit existed."),
        ))),
    }
}

pub fn not_in_future(date: Date) -> Result<(), ActionError> {
    let today = today_in_vietnam();
    if date <= today {
        return Ok(());
    }
    Err(ActionError::Invalid(Text::new(
        format!("Ngày {date} ở tương lai (hôm nay {today})."),
        format!("{date} is in the future (today is {today})."),
    )))
}

/// A record rests on something: its document has a title.
pub fn documented(document: &Document) -> Result<(), ActionError> {
    if document.title.trim().is_empty() { Err(ActionError::Missing("document.title")) } else { Ok(()) }
}

pub fn said(text: Text, what: &'static str) -> Result<Text, ActionError> {
    if text.vi.trim().is_empty() || text.en.trim().is_empty() { Err(ActionError::Missing(what)) } else { Ok(text) }
}

pub fn width(width_m: Option<f64>) -> Result<(), ActionError> {
    match width_m {
        Some(w) if !(w > 0.0 && w <= MAX_FROM_LINE_M) => Err(ActionError::Invalid(Text::new(
            format!("Nửa bề rộng vùng phải từ trên 0 đến {MAX_FROM_LINE_M:.0} m."),
            format!("The half-width of a zone is above 0 and at most {MAX_FROM_LINE_M:.0} m."),
        ))),
        _ => Ok(()),
    }
}

pub fn term(from: Option<Date>, to: Option<Date>) -> Result<(), ActionError> {
    match (from, to) {
        (Some(from), Some(to)) if from >= to => Err(ActionError::Invalid(Text::new(
            format!("Thời hạn kết thúc ({to}) không sau ngày bắt đầu ({from})."),
            format!("The end ({to}) is not after the beginning ({from})."),
        ))),
        _ => Ok(()),
    }
}

pub fn measures(measures: &[Measure]) -> Result<(), ActionError> {
    for m in measures {
        if crate::domain::measure(&m.what).is_none() {
            let known = MEASURES.map(|m| m.0).join(", ");
            return Err(ActionError::Invalid(Text::new(
                format!("Không có số đo «{}»: hãy chọn một trong {known}.", m.what),
                format!("There is no measure “{}”: choose one of {known}.", m.what),
            )));
        }
        if !(m.value.is_finite() && m.value >= 0.0) {
            return Err(ActionError::Invalid(Text::new(
                format!("«{}»: cần một số không âm.", m.what),
                format!("“{}”: a number of at least zero is needed.", m.what),
            )));
        }
    }
    Ok(())
}

/// Letters, digits and hyphens: it stands in addresses and file names.
pub fn good_id(id: &str) -> Result<(), ActionError> {
    let good = !id.is_empty()
        && id.len() <= 80
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if good {
        return Ok(());
    }
    let id: String = id.chars().take(40).collect();
    Err(ActionError::Invalid(Text::new(
        format!("Mã hồ sơ «{id}» chỉ được gồm chữ thường không dấu, số và dấu nối, tối đa 80 ký tự."),
        format!("The id “{id}” may have lower-case letters, digits and hyphens only, 80 at most."),
    )))
}

/// An id made from a name: "Nậm Kè – Na Cô Sa" → nam-ke-na-co-sa, with a number where that is taken.
pub fn free_id(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = fold(name);
    let words: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let base: String = words.join("-").chars().take(70).collect();
    let base = if base.is_empty() { "ho-so".to_owned() } else { base };
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
}
