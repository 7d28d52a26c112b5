//! The yearly review of an agreement as a page, as tables, and as features.

use maud::{Markup, html};

use super::docx;
use super::layout::page;
use super::lists::{activities, measured, when};
use super::words::{self, in_year, no_incidents, say, state};
use crate::domain::{Lang, Text};
use crate::export::{Cell, Table, csv, xlsx};
use crate::service::review::Review;
use crate::service::{ActionError, Service};

/// The forms it comes in, by the word of `f=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewFormat {
    Json,
    Html,
    Docx,
    Xlsx,
    Csv,
    Geojson,
}

const FORMATS: [(ReviewFormat, &str, &str); 6] = [
    (ReviewFormat::Json, "json", "application/json"),
    (ReviewFormat::Html, "html", "text/html; charset=utf-8"),
    (ReviewFormat::Docx, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (ReviewFormat::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (ReviewFormat::Csv, "csv", "text/csv; charset=utf-8"),
    (ReviewFormat::Geojson, "geojson", "application/geo+json"),
];

impl ReviewFormat {
    pub fn parse(word: &str) -> Option<ReviewFormat> {
        FORMATS.iter().find(|f| f.1 == word).map(|f| f.0)
    }

    pub fn words() -> Vec<&'static str> {
        FORMATS.iter().map(|f| f.1).collect()
    }

    pub fn media_type(self) -> &'static str {
        FORMATS.iter().find(|f| f.0 == self).expect("every format has a row").2
    }

    /// Is it a file to keep, rather than something to look at?
    pub fn is_file(self) -> bool {
        !matches!(self, ReviewFormat::Json | ReviewFormat::Html)
    }
}

/// # Errors
/// [`ActionError`] where a file cannot be written.
pub fn review(service: &Service, r: &Review, format: ReviewFormat, lang: Lang) -> Result<Vec<u8>, ActionError> {
    let failed = |e: &dyn std::fmt::Display| ActionError::Invalid(Text::new(e.to_string(), e.to_string()));
    match format {
        ReviewFormat::Json => serde_json::to_vec_pretty(r).map_err(|e| failed(&e)),
        ReviewFormat::Html => Ok(html_page(service, r, lang).into_bytes()),
        ReviewFormat::Docx => docx::review(r, lang).map_err(|e| failed(&e)),
        ReviewFormat::Xlsx => xlsx(&tables(r, lang)).map_err(|e| failed(&e)),
        ReviewFormat::Csv => csv(&tables(r, lang)).map_err(|e| failed(&e)),
        ReviewFormat::Geojson => service.review_geojson(r),
    }
}

fn html_page(service: &Service, r: &Review, lang: Lang) -> String {
    let tag = say(lang, "vi", "en");
    let address = format!("/api/agreements/{}/reviews/{}?lang={tag}&f=", r.agreement.id, r.year);
    let body = html! {
        p.soft { (say(lang, "Tổng kết phối hợp năm ", "Review of cooperation in ")) (r.year) " · "
            (say(lang, "tình trạng ngày ", "as of ")) (words::date(r.at, lang)) }
        h1 { (r.agreement.title.get(lang)) }
        p { span.badge { (words::in_force(r.agreement.in_force).get(lang)) } }
        div.actions { @for word in ["docx", "xlsx", "csv", "geojson"] { a href={ (address) (word) } { (word.to_uppercase()) } } }
        h2 { (say(lang, "1. Hoạt động chung", "1. Joint activities")) }
        @if !r.totals.is_empty() { ul { @for t in &r.totals { li { (measured(&t.what, t.value, t.at_least, lang)) } } } }
        (activities(&r.activities, lang))
        h2 { (say(lang, "2. Vụ việc", "2. Incidents")) }
        @match r.incidents.as_deref() {
            None | Some([]) => p { (no_incidents(lang)) }
            Some(sides) => ul { @for side in sides { li { (words::incidents_of(side, lang)) } } }
        }
        h2 { (say(lang, "3. Tranh chấp", "3. Disputes")) }
        (disputes(r, lang))
        h2 { (say(lang, "4. Cam kết", "4. Obligations")) }
        ol { @for o in &r.obligations { li {
            (o.text.get(lang)) " – " strong { (state(o.open, lang)) }
            @for p in &o.progress { br; span.soft { (words::date(p.date, lang)) ": " (p.text.get(lang)) } }
        } } }
    };
    let title = format!("{} {}", say(lang, "Tổng kết", "Review"), r.year);
    page(service, lang, &title, body)
}

fn disputes(r: &Review, lang: Lang) -> Markup {
    if r.disputes.is_empty() {
        return html! { p { (say(lang, "Không có tranh chấp nào được ghi nhận.", "No dispute is on record.")) } };
    }
    html! { div.wide tabindex="0" { table {
        thead { tr { th { (say(lang, "Tranh chấp", "Dispute")) } th { (say(lang, "Cuối năm", "At the end")) } th { (say(lang, "Trong năm", "In the year")) } } }
        tbody { @for d in &r.disputes { tr {
            td { a href={ "/disputes/" (d.id) "?at=" (r.at) "&lang=" (say(lang, "vi", "en")) } { (d.name.get(lang)) } }
            td { (words::status(d.status).get(lang)) }
            td { (in_year(d, lang)) }
        } } }
    } } }
}

/// The sheets of the review.
fn tables(r: &Review, lang: Lang) -> Vec<Table> {
    let columns = |words: &[(&str, &str)]| words.iter().map(|(vi, en)| say(lang, vi, en).to_owned()).collect();
    let name = |vi, en| say(lang, vi, en).to_owned();
    let text = |t: &str| Cell::from(t);
    vec![
        Table {
            name: name("Tổng số", "Totals"),
            columns: columns(&[("chỉ tiêu", "measure"), ("giá trị", "value"), ("đơn vị", "unit"), ("ghi chú", "note")]),
            rows: r
                .totals
                .iter()
                .map(|t| {
                    let note = if t.at_least { say(lang, "hơn", "more than") } else { "" };
                    vec![text(t.name.get(lang)), Cell::Number(t.value), text(t.unit), text(note)]
                })
                .collect(),
        },
        Table {
            name: name("Hoạt động", "Activities"),
            columns: columns(&[
                ("hoạt động", "activity"),
                ("thời gian", "when"),
                ("chỉ tiêu", "measure"),
                ("giá trị", "value"),
                ("đơn vị", "unit"),
                ("nguồn", "source"),
                ("ghi chú", "note"),
            ]),
            rows: r
                .activities
                .iter()
                .flat_map(|a| a.measures.iter().map(move |m| (a, m)))
                .map(|(a, m)| {
                    let (measure, unit) =
                        crate::domain::measure(&m.what).unwrap_or_else(|| (Text::new(&m.what, &m.what), ""));
                    vec![
                        text(a.title.get(lang)),
                        text(&when(a, lang)),
                        text(measure.get(lang)),
                        Cell::Number(m.value),
                        text(unit),
                        text(&words::document(&a.document, lang)),
                        text(a.note.as_ref().map_or("", |n| n.get(lang))),
                    ]
                })
                .collect(),
        },
        Table {
            name: name("Tranh chấp", "Disputes"),
            columns: columns(&[
                ("tranh chấp", "dispute"),
                ("mã", "id"),
                ("cuối năm", "at the end"),
                ("trong năm", "in the year"),
            ]),
            rows: r
                .disputes
                .iter()
                .map(|d| {
                    let status = words::status(d.status);
                    vec![text(d.name.get(lang)), text(&d.id), text(status.get(lang)), text(&in_year(d, lang))]
                })
                .collect(),
        },
        Table {
            name: name("Cam kết", "Obligations"),
            columns: columns(&[
                ("điều", "number"),
                ("nội dung", "obligation"),
                ("tình trạng", "state"),
                ("đã làm", "what was done"),
            ]),
            rows: r
                .obligations
                .iter()
                .map(|o| {
                    let done: Vec<String> = o
                        .progress
                        .iter()
                        .map(|p| format!("{}: {}", words::date(p.date, lang), p.text.get(lang)))
                        .collect();
                    vec![
                        Cell::Number((o.obligation + 1) as f64),
                        text(o.text.get(lang)),
                        text(state(o.open, lang)),
                        text(&done.join("; ")),
                    ]
                })
                .collect(),
        },
    ]
}
