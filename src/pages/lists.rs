//! Lists: disputes, agreements with all that is recorded under one, bodies.

use jiff::civil::Date;
use maud::{Markup, html};

use super::forms;
use super::layout::page;
use super::parts::{party_name, source, unit};
use super::words::{self, say};
use crate::domain::{Activity, Body, Covers, Lang, ROLES, measure, today_in_vietnam};
use crate::service::review::find_agreement;
use crate::service::{
    ActionError, Service, SliverHere, SliversFound, SliversQuery, agreement_here, disputes_at, evidence,
};

pub fn disputes(service: &Service, at: Date, lang: Lang) -> String {
    let tag = say(lang, "vi", "en");
    let rows = disputes_at(service, at);
    let body = html! {
        h1 { (say(lang, "Tranh chấp địa giới", "Boundary disputes")) }
        p.soft { (say(lang, "Tình trạng ngày ", "As of ")) (words::date(at, lang)) }
        (date_form(at, lang))
        @if rows.is_empty() { p { (say(lang, "Chưa có tranh chấp nào được ghi nhận vào ngày này.", "No dispute was on record on this day.")) } }
        @else { div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Tranh chấp", "Dispute")) } th { (say(lang, "Các bên", "Parties")) }
                th { (say(lang, "Cấp", "Level")) } th { (say(lang, "Tình trạng", "Status")) } th { (say(lang, "Vùng", "Zone")) } } }
            tbody { @for d in &rows { tr {
                td { a href={ "/disputes/" (d.id) "?at=" (at) "&lang=" (tag) } { (d.name.get(lang)) } }
                td { @for (i, p) in d.parties.iter().enumerate() { @if i > 0 { br; } (party_name(p, lang)) ": " (unit(&p.then)) } }
                td { (words::level(d.level).get(lang)) }
                td { (words::status(d.status).get(lang)) br; span.soft { (say(lang, "từ ", "since ")) (words::date(d.status_date, lang)) } }
                td { (words::zone(d.zone).get(lang)) }
            } } }
        } } }
        (forms::new_dispute(lang))
    };
    page(service, lang, say(lang, "Tranh chấp", "Disputes"), body)
}

fn date_form(at: Date, lang: Lang) -> Markup {
    html! { form.actions method="get" style="display:flex;gap:.4rem" {
        input type="hidden" name="lang" value=(say(lang, "vi", "en"));
        label style="display:flex;gap:.4rem;align-items:center" { (say(lang, "Ngày", "Date")) input type="date" name="at" value=(at) style="width:auto"; }
        button { (say(lang, "Xem", "Show")) }
    } }
}

pub fn agreements(service: &Service, at: Date, lang: Lang) -> String {
    let tag = say(lang, "vi", "en");
    let known = service.records.agreements.iter().filter(|a| a.known_from().is_some_and(|from| from <= at));
    let rows: Vec<_> = known.map(|a| agreement_here(service, a, at)).collect();
    let body = html! {
        h1 { (say(lang, "Thỏa thuận phối hợp", "Agreements")) }
        p.soft { (say(lang, "Tình trạng ngày ", "As of ")) (words::date(at, lang)) }
        (date_form(at, lang))
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Thỏa thuận", "Agreement")) } th { (say(lang, "Ký", "Signed")) }
                th { (say(lang, "Hiệu lực", "In force")) } th { (say(lang, "Các bên khi lập", "Parties when made")) } } }
            tbody { @for a in &rows { tr {
                td { a href={ "/agreements/" (a.id) "?lang=" (tag) } { (a.title.get(lang)) } }
                td { (words::date_or(a.signed, lang, ("không rõ", "not known"))) }
                td { (words::in_force(a.in_force).get(lang)) }
                td { @for (i, p) in a.parties_then.iter().enumerate() { @if i > 0 { ", " } (p.name) } }
            } } }
        } }
    };
    page(service, lang, say(lang, "Thỏa thuận", "Agreements"), body)
}

/// # Errors
/// [`ActionError`] where there is no such agreement.
pub fn agreement(service: &Service, id: &str, lang: Lang) -> Result<String, ActionError> {
    let record = find_agreement(service, id)?;
    let at = today_in_vietnam();
    let a = agreement_here(service, record, at);
    let tag = say(lang, "vi", "en");
    let none = ("không rõ", "not known");
    let mut years: Vec<i16> = record.activities.iter().map(|x| x.from.unwrap_or(x.reported).year()).collect();
    years.extend(record.progress.iter().map(|p| p.date.year()));
    years.push(at.year());
    years.sort_unstable();
    years.dedup();
    let body = html! {
        p.soft { (say(lang, "Thỏa thuận", "Agreement")) " · " (id) }
        h1 { (a.title.get(lang)) }
        p { span.badge { (words::in_force(a.in_force).get(lang)) } " "
            (say(lang, "ký ngày ", "signed ")) (words::date_or(a.signed, lang, none))
            " · " (say(lang, "thời hạn ", "term ")) (words::date_or(a.valid.from, lang, none)) " – "
            (words::date_or(a.valid.to.and_then(|d| d.yesterday().ok()), lang, none)) }
        @if !a.note.get(lang).is_empty() { p { (a.note.get(lang)) } }
        h2 { (say(lang, "Các bên", "Parties")) }
        ul { @for p in &a.parties_then { li { (p.name) " (" (p.code) ")"
            @if p.role == crate::domain::PartyRole::TookPart { (say(lang, " – tham gia, không ký", " – took part, did not sign")) } } } }
        h3 { (say(lang, "Đơn vị kế tục hiện nay", "Successors today")) }
        p { @for (i, u) in a.parties_now.iter().enumerate() { @if i > 0 { "; " } (unit(u)) } }
        h2 { (say(lang, "Nội dung cam kết", "Obligations")) }
        ol { @for (i, o) in record.obligations.iter().enumerate() { li {
            strong { (words::duty(o.duty).get(lang)) } ": " (o.text.get(lang))
            @for p in record.progress.iter().filter(|p| p.obligation == i) {
                br; span.soft { (words::date(p.date, lang)) ": " (p.text.get(lang)) @if p.done { " ✓" } " – " (source(&p.document, lang)) }
            }
        } } }
        h2 { (say(lang, "Hoạt động chung", "Joint activities")) }
        (activities(&record.activities, lang))
        h2 { (say(lang, "Tổng kết năm", "Yearly review")) }
        div.actions { @for year in years { a href={ "/agreements/" (id) "/reviews/" (year) "?lang=" (tag) } { (year) } } }
        h2 { (say(lang, "Tài liệu", "Documents")) }
        ul { @for d in &record.documents { li { (source(d, lang)) } } }
        (forms::agreement(record, lang))
    };
    Ok(page(service, lang, a.title.get(lang), body))
}

pub fn activities(activities: &[Activity], lang: Lang) -> Markup {
    if activities.is_empty() {
        return html! { p { (say(lang, "Chưa ghi nhận hoạt động nào.", "No activity is recorded.")) } };
    }
    html! { div.wide tabindex="0" { table {
        thead { tr { th { (say(lang, "Hoạt động", "Activity")) } th { (say(lang, "Thời gian", "When")) }
            th { (say(lang, "Kết quả", "Measures")) } th { (say(lang, "Nguồn", "Source")) } } }
        tbody { @for a in activities { tr {
            td { (a.title.get(lang)) @if let Some(note) = &a.note { br; span.soft { (note.get(lang)) } } }
            td { (when(a, lang)) }
            td { @for (i, m) in a.measures.iter().enumerate() { @if i > 0 { br; } (measured(&m.what, m.value, m.at_least, lang)) } }
            td { (source(&a.document, lang)) }
        } } }
    } } }
}

pub fn when(a: &Activity, lang: Lang) -> String {
    let last = a.to.and_then(|d| d.yesterday().ok());
    match (a.from, last) {
        (Some(from), Some(to)) if from == to => words::date(from, lang),
        (Some(from), Some(to)) => format!("{} – {}", words::date(from, lang), words::date(to, lang)),
        (Some(from), None) => words::date(from, lang),
        (None, _) => format!("{} {}", say(lang, "báo cáo ngày", "reported"), words::date(a.reported, lang)),
    }
}

/// "524,5 ha Diện tích trồng mới"; "> 12.000 Cây phân tán".
pub fn measured(what: &str, value: f64, at_least: bool, lang: Lang) -> String {
    let (name, unit) = measure(what).map_or_else(|| (what.to_owned(), ""), |(n, u)| (n.get(lang).to_owned(), u));
    let value = words::measured(value, lang);
    let more = if at_least { say(lang, "hơn ", "more than ") } else { "" };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    format!("{name}: {more}{value}{unit}")
}

pub fn roles(service: &Service, lang: Lang) -> String {
    let at = today_in_vietnam();
    let covers = |b: &Body| match &b.covers {
        Covers::Unit { level: _, code, at } => format!("{} {code} ({at})", say(lang, "đơn vị", "unit")),
        Covers::Dispute { id } => format!("{} {id}", say(lang, "vùng tranh chấp", "zone of dispute")),
        Covers::Land { accuracy_m, .. } => match accuracy_m {
            Some(m) => format!("{}, 1σ {m} m", say(lang, "vùng có ranh giới riêng", "land with an outline of its own")),
            None => say(
                lang,
                "vùng có ranh giới riêng, độ chính xác không rõ",
                "land with an outline of its own, accuracy not known",
            )
            .into(),
        },
    };
    let body = html! {
        h1 { (say(lang, "Cơ quan và vai trò", "Bodies and roles")) }
        p { (say(lang,
            "Trách nhiệm về địa bàn thuộc xã. Các vai trò khác được ghi riêng, mỗi vai trò có căn cứ và thời hạn; vai trò chưa có dữ liệu là «không rõ».",
            "Territory is the commune's. Other roles are recorded separately, each with its basis and validity; a role without data is “not known”.")) }
        @for (role, _, vi, en) in ROLES {
            h2 { (say(lang, vi, en)) }
            @let bodies: Vec<&Body> = service.records.bodies.iter().filter(|b| b.role == role).collect();
            @if bodies.is_empty() { p { (say(lang, "Không rõ: chưa có dữ liệu.", "Not known: no data.")) } }
            @else { div.wide tabindex="0" { table {
                thead { tr { th { (say(lang, "Tên", "Name")) } th { (say(lang, "Phạm vi", "Covers")) }
                    th { (say(lang, "Giá trị", "Valid")) } th { (say(lang, "Căn cứ", "Basis")) } } }
                tbody { @for b in bodies { tr {
                    td { (b.name) @if let Some(note) = &b.note { br; span.soft { (note.get(lang)) } } }
                    td { (covers(b)) }
                    td { (words::date_or(b.valid.from, lang, ("không rõ", "not known"))) " – "
                        (words::date_or(b.valid.to, lang, ("", "")))
                        @if !b.valid.contains(at) { " " (say(lang, "(không còn giá trị hôm nay)", "(not valid today)")) } }
                    td { (source(&b.document, lang)) @if b.valid.to.is_none() { (forms::end_role(&b.id, lang)) } }
                } } }
            } } }
        }
        (forms::roles(lang))
    };
    page(service, lang, say(lang, "Cơ quan", "Bodies"), body)
}

/// Where two published maps put land in different units: the sums by pair, and the largest pieces.
pub fn slivers(service: &Service, lang: Lang) -> String {
    let found = crate::service::slivers(service, &SliversQuery::default())
        .unwrap_or_else(|_| SliversFound { maps: Vec::new(), slivers: Vec::new() });
    let real: Vec<&SliverHere> = found.slivers.iter().filter(|s| !s.row.noise).collect();
    let body = html! {
        h1 { (say(lang, "Các bản đồ khác nhau ở đâu", "Where the maps differ")) }
        p { (evidence().get(lang)) }
        @if found.maps.is_empty() {
            p { (say(lang, "Chỉ có một bản đồ: không có gì để so sánh.", "There is only one map: nothing to compare.")) }
        }
        @for m in &found.maps {
            p { (m.title_a.get(lang)) " – " (m.title_b.get(lang)) ". "
                (say(lang, "Hẹp hơn ", "Narrower than ")) (words::number(m.noise_below_m, 0, lang)) " m "
                (say(lang, "là nhiễu, không liệt kê: ", "is noise and not listed: ")) (found.slivers.len() - real.len()) "." }
        }
        div.actions { a href="/api/slivers?f=geojson" { "GeoJSON" } a href="/api/slivers" { "JSON" } }
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Bản đồ cũ", "Older map")) } th { (say(lang, "Bản đồ mới", "Newer map")) }
                th.n { (say(lang, "Diện tích", "Area")) } th.n { (say(lang, "Chiều dài", "Length")) } th.n { (say(lang, "Khoảng cách lớn nhất", "Largest gap")) } } }
            tbody { @for s in real.iter().take(200) { tr {
                td { (unit(&s.from)) } td { (unit(&s.to)) }
                td.n { (words::hectares(s.row.area_m2, lang)) } td.n { (words::number(s.row.length_m, 0, lang)) " m" }
                td.n { (words::number(s.row.width_m, 0, lang)) " m" }
            } } }
        } }
        @if real.len() > 200 { p.soft { (say(lang, "200 mảnh lớn nhất trong ", "The 200 largest of ")) (real.len()) "." } }
    };
    page(service, lang, say(lang, "Các bản đồ khác nhau", "Where the maps differ"), body)
}
