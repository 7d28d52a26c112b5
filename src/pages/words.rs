//! Words of the pages: dates, numbers, names of states, in both languages.

use jiff::civil::Date;

use crate::domain::{DisputeLevel, DisputeStatus, Document, Duty, InForce, Lang, Text, ZoneKind};
use crate::service::review::{DisputeInYear, IncidentsOfSide};

/// One of two words.
pub fn say<'a>(lang: Lang, vi: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// 23/05/2023 or 23 May 2023.
pub fn date(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", date.day(), date.month(), date.year()),
        Lang::En => date.strftime("%-d %B %Y").to_string(),
    }
}

pub fn date_or(value: Option<Date>, lang: Lang, none: (&str, &str)) -> String {
    value.map_or_else(|| say(lang, none.0, none.1).to_owned(), |d| date(d, lang))
}

/// 12.000,5 or 12,000.5, with as many decimals as asked.
pub fn number(value: f64, decimals: usize, lang: Lang) -> String {
    let (group, point) = match lang {
        Lang::Vi => ('.', ','),
        Lang::En => (',', '.'),
    };
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push(group);
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push(point);
        text.push_str(rest);
    }
    if value < 0.0 { format!("−{text}") } else { text }
}

/// A measure without needless decimals: 988; 524,5.
pub fn measured(value: f64, lang: Lang) -> String {
    number(value, usize::from(value.fract() != 0.0), lang)
}

pub fn hectares(m2: f64, lang: Lang) -> String {
    format!("{} ha", number(m2 / 1e4, 1, lang))
}

pub fn kilometres(m: f64, lang: Lang) -> String {
    format!("{} km", number(m / 1e3, 2, lang))
}

pub fn status(status: DisputeStatus) -> Text {
    match status {
        DisputeStatus::Open => Text::new("chưa giải quyết", "open"),
        DisputeStatus::UnderSurvey => Text::new("đang khảo sát, đo đạc", "under survey"),
        DisputeStatus::Escalated => Text::new("đã chuyển lên cấp trên", "escalated"),
        DisputeStatus::Settled => Text::new("đã giải quyết", "settled"),
        DisputeStatus::DissolvedByMerger => Text::new("không còn, do sáp nhập", "dissolved by merger"),
    }
}

/// Every status with its word for forms and scripts.
pub const STATUSES: [(DisputeStatus, &str); 5] = [
    (DisputeStatus::Open, "open"),
    (DisputeStatus::UnderSurvey, "under_survey"),
    (DisputeStatus::Escalated, "escalated"),
    (DisputeStatus::Settled, "settled"),
    (DisputeStatus::DissolvedByMerger, "dissolved_by_merger"),
];

pub fn level(level: DisputeLevel) -> Text {
    match level {
        DisputeLevel::Village => Text::new("trong một xã, giữa hai bản", "inside one commune, between villages"),
        DisputeLevel::Commune => Text::new("giữa hai xã của một tỉnh", "between communes of one province"),
        DisputeLevel::Province => Text::new("giữa hai tỉnh", "between provinces"),
    }
}

pub fn zone(zone: ZoneKind) -> Text {
    crate::service::zone_words(zone)
}

pub fn in_force(in_force: InForce) -> Text {
    match in_force {
        InForce::Yes => Text::new("đang có hiệu lực", "in force"),
        InForce::Expired => Text::new("đã hết thời hạn", "expired"),
        InForce::NeverSigned => Text::new("không có chữ ký nào được biết", "no signature is known"),
        InForce::NotKnown => Text::new("còn hiệu lực hay không: không rõ", "whether it still binds is not known"),
    }
}

pub fn duty(duty: Duty) -> Text {
    match duty {
        Duty::JointHandling => Text::new("Cùng xử lý", "Handle jointly"),
        Duty::MutualInformation => Text::new("Thông tin cho nhau", "Inform each other"),
        Duty::RespectLine => Text::new("Tôn trọng ranh giới", "Respect the line"),
        Duty::SettleBoundary => Text::new("Giải quyết ranh giới", "Settle the line"),
        Duty::ProtectForest => Text::new("Bảo vệ rừng", "Protect the forest"),
        Duty::Cooperation => Text::new("Hợp tác", "Cooperate"),
    }
}

/// A document in one line: number, title, date, source.
pub fn document(document: &Document, lang: Lang) -> String {
    let mut parts = vec![document.title.clone()];
    if let Some(number) = document.number.as_ref().filter(|n| !document.title.contains(n.as_str())) {
        parts.insert(0, number.clone());
    }
    parts.extend(document.date.map(|d| date(d, lang)));
    parts.extend(document.source.clone());
    parts.join(", ")
}

/// What is said where no incident is on record: that none was reported does not mean that there was none.
pub fn no_incidents(lang: Lang) -> &'static str {
    say(
        lang,
        "Không có vụ nào được báo trong năm: không có nghĩa là không có vụ nào.",
        "None was reported in the year: that does not mean there were none.",
    )
}

/// A kind on one side: how many were reported, and settled together.
pub fn incidents_of(side: &IncidentsOfSide, lang: Lang) -> String {
    format!(
        "{} – {}: {} {}, {} {}",
        side.side,
        side.kind.name().get(lang),
        side.reported,
        say(lang, "vụ được báo", "reported"),
        side.handled_jointly,
        say(lang, "vụ trong vùng tranh chấp đã xử lý xong", "settled in a dispute's zone"),
    )
}

/// How an obligation stands.
pub fn state(open: bool, lang: Lang) -> &'static str {
    if open { say(lang, "chưa ghi nhận là xong", "not reported as done") } else { say(lang, "đã xong", "done") }
}

/// What happened to a dispute in the year.
pub fn in_year(d: &DisputeInYear, lang: Lang) -> String {
    let mut parts = Vec::new();
    if d.opened {
        parts.push(say(lang, "mới ghi nhận trong năm", "opened in the year").to_owned());
    }
    if d.settled {
        parts.push(say(lang, "kết thúc trong năm", "ended in the year").to_owned());
    }
    if d.claims_filed > 0 {
        parts.push(format!("{}: {}", say(lang, "yêu cầu đã nộp", "claims filed"), d.claims_filed));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn numbers_and_dates_are_written_as_each_language_does() {
        assert_eq!(number(12345.678, 1, Lang::Vi), "12.345,7");
        assert_eq!(number(-999.0, 0, Lang::En), "−999");
        assert_eq!((measured(988.0, Lang::Vi), measured(524.5, Lang::Vi)), ("988".into(), "524,5".into()));
        assert_eq!(date(day(2023, 5, 3), Lang::Vi), "03/05/2023");
        assert_eq!(date(day(2023, 5, 3), Lang::En), "3 May 2023");
    }
}
