//! The dossier of a dispute: one page to read, to print on A4, and to act from.

use jiff::civil::Date;
use maud::{Markup, html};

use super::forms;
use super::layout::page;
use super::map;
use super::parts::{entered, party_name, source, unit};
use super::words::{self, say};
use crate::domain::{Lang, Text, ZoneKind};
use crate::service::answer::{AgreementHere, DisputeParty};
use crate::service::dossier::{ClaimRecord, Dossier, DossierSliver};
use crate::service::{ActionError, Service, evidence, find_dispute};

/// # Errors
/// [`ActionError`] where there is no such dispute at the date.
pub fn dossier(service: &Service, id: &str, at: Date, lang: Lang) -> Result<String, ActionError> {
    let dossier = service.dossier(id, at)?;
    let record = find_dispute(service, id)?;
    let drawn = map::dispute(service, record, at, lang);
    let d = &dossier.dispute;
    let body = html! {
        p.soft { (say(lang, "Hồ sơ tranh chấp", "Dossier of a dispute")) " · " (id) " · "
            (say(lang, "tình trạng ngày ", "as of ")) (words::date(at, lang)) }
        h1 { (d.name.get(lang)) }
        p { span.badge { (words::status(d.status).get(lang)) } " "
            (say(lang, "từ ", "since ")) (words::date(d.status_date, lang)) " · " (words::level(d.level).get(lang)) }
        (actions(id, at, lang))
        h2 { (say(lang, "Các bên", "Parties")) }
        (parties(&d.parties, lang))
        @if let Some(became) = &d.became { p { (became.get(lang)) } }
        @if !d.note.get(lang).is_empty() { p.soft { (d.note.get(lang)) } }
        h2 { (say(lang, "Bản đồ và vùng", "Map and zone")) }
        (zone(&dossier, drawn.as_ref(), lang))
        h2 { (say(lang, "Diễn biến", "Timeline")) }
        ol.timeline {
            @for e in &dossier.events {
                li { strong { (words::date(e.date, lang)) " – " (words::status(e.status).get(lang)) }
                    p { (e.text.get(lang)) }
                    p.basis { (source(&e.document, lang)) (entered(&e.entered_by, lang)) } }
            }
        }
        @if !dossier.amendments.is_empty() {
            h3 { (say(lang, "Sửa đổi hồ sơ", "Amendments")) }
            ul { @for a in &dossier.amendments {
                li { (words::date(a.date, lang)) ": " (amended(a, lang)) " " span.basis { (source(&a.document, lang)) (entered(&a.entered_by, lang)) } }
            } }
        }
        h2 { (say(lang, "Yêu cầu của các bên", "Claims")) }
        (claims(&dossier.claim_records, &d.parties, lang))
        h2 { (say(lang, "Các bản đồ vẽ khác nhau ở đây", "Where the maps differ here")) }
        (slivers(&dossier.slivers, lang))
        h2 { (say(lang, "Thỏa thuận", "Agreements")) }
        (agreements(&dossier.agreements, lang))
        h2 { (say(lang, "Vụ việc trong vùng", "Incidents in the zone")) }
        p { a href={ "/incidents?disputed=true&lang=" (say(lang, "vi", "en")) } { (say(lang,
            "Các vụ trong vùng tranh chấp, cho người đã đăng nhập", "Incidents in disputed zones, for whoever is signed in")) } }
        h2 { (say(lang, "Tài liệu", "Documents")) }
        ul { @for document in &d.documents { li { (source(document, lang)) } } }
        (forms::dispute(record, lang))
    };
    Ok(page(service, lang, d.name.get(lang), body))
}

fn actions(id: &str, at: Date, lang: Lang) -> Markup {
    let tag = say(lang, "vi", "en");
    html! {
        div.actions {
            form method="get" style="display:flex;gap:.4rem;margin:0" {
                input type="hidden" name="lang" value=(tag);
                label style="display:flex;gap:.4rem;align-items:center" {
                    (say(lang, "Ngày", "Date")) input type="date" name="at" value=(at) style="width:auto";
                }
                button { (say(lang, "Xem", "Show")) }
            }
            a href={ "/?at=" (at) "&lang=" (tag) } { (say(lang, "Xem trên bản đồ", "On the map")) }
            a href={ "/api/disputes/" (id) "?at=" (at) "&f=geojson" } { "GeoJSON" }
            a href={ "/api/disputes/" (id) "?at=" (at) "&f=gpkg" } { "GeoPackage" }
        }
    }
}

fn parties(parties: &[DisputeParty], lang: Lang) -> Markup {
    html! {
        div.wide tabindex="0" { table {
            thead { tr {
                th { (say(lang, "Bên", "Party")) }
                th { (say(lang, "Đơn vị khi ghi nhận", "Unit when recorded")) }
                th { (say(lang, "Đơn vị kế tục hiện nay", "Unit today, by lineage")) }
            } }
            tbody { @for (i, p) in parties.iter().enumerate() {
                tr {
                    td { (i + 1) ". " (party_name(p, lang)) }
                    td { (unit(&p.then)) }
                    td { @if p.now.is_empty() { (say(lang, "không rõ", "not known")) }
                        @for (j, u) in p.now.iter().enumerate() { @if j > 0 { br; } (unit(u)) } }
                }
            } }
        } }
    }
}

fn zone(dossier: &Dossier, drawn: Option<&Markup>, lang: Lang) -> Markup {
    let z = &dossier.zone_figures;
    let filed = matches!(z.kind, ZoneKind::Filed | ZoneKind::FiledByOne);
    html! {
        @match drawn {
            Some(map) => figure {
                (map)
                figcaption {
                    @if z.kind != ZoneKind::None {
                        (map::swatch("#b00020", (!filed).then_some("6 4"), true)) " " (words::zone(z.kind).get(lang)) " · "
                    }
                    @if z.stretch_m.is_some() {
                        (map::swatch("#1c2420", None, false)) " " (say(lang, "đoạn ranh giới", "stretch of line")) " · "
                    }
                    @for c in dossier.claim_records.iter().filter(|c| c.stands) {
                        @let (colour, dash) = map::party_style(c.claim.party);
                        (map::swatch(colour, Some(dash), false)) " " (say(lang, "yêu cầu của bên ", "claim of party ")) (c.claim.party + 1) " · "
                    }
                    @if !dossier.slivers.is_empty() {
                        (map::swatch("#6b5b95", None, false)) " " (say(lang, "chỗ hai bản đồ khác nhau", "where two maps differ")) " · "
                    }
                    (map::swatch("#7c8781", None, false)) " " (say(lang, "ranh giới hiện có trong dữ liệu", "boundaries in the data"))
                }
            },
            None => p { (say(lang, "Dữ liệu hiện có không vẽ được đoạn ranh giới này, và chưa bên nào nộp yêu cầu.",
                "The data at hand do not draw this stretch, and no party has filed a claim.")) },
        }
        p { (say(lang, "Vùng: ", "Zone: ")) (words::zone(z.kind).get(lang))
            @if let Some(m2) = z.area_m2 { "; " (words::hectares(m2, lang)) }
            @if let Some(m) = z.stretch_m { "; " (say(lang, "đoạn ranh dài ", "stretch of ")) (words::kilometres(m, lang)) }
            @if let Some(m) = z.width_m { "; " (say(lang, "mỗi bên ", "")) (words::number(m, 0, lang)) " m" (say(lang, "", " to each side")) }
            "." }
        @if z.end_gaps_m.iter().any(|m| *m >= 1.0) {
            p.soft { (say(lang, "Đầu các đường không gặp nhau, được nối thẳng: ", "Ends of the lines do not meet and are joined straight: "))
                (z.end_gaps_m.iter().map(|m| format!("{} m", words::number(*m, 0, lang))).collect::<Vec<_>>().join(", ")) "." }
        }
        @for m in &dossier.maps {
            p.basis { (m.title.get(lang)) ": " (say(lang, "độ chính xác của đường (1σ) ", "line accuracy (1σ) "))
                (words::number(m.line_accuracy_m, 0, lang)) " m"
                @if m.indicative { "; " (say(lang, "chỉ dẫn", "indicative")) } "." }
        }
    }
}

fn claims(claims: &[ClaimRecord], parties: &[DisputeParty], lang: Lang) -> Markup {
    if claims.is_empty() {
        return html! { p { (say(lang, "Chưa bên nào nộp đường hoặc vùng của mình.", "No party has filed a line or an area.")) } };
    }
    html! {
        div.wide tabindex="0" { table {
            thead { tr {
                th { (say(lang, "Bên", "Party")) } th { (say(lang, "Nộp ngày", "Filed")) } th { (say(lang, "Yêu cầu", "Claim")) }
                th { (say(lang, "Hệ tọa độ, tỷ lệ", "CRS, scale")) } th { (say(lang, "Tài liệu", "Document")) } th { (say(lang, "Tình trạng", "State")) }
            } }
            tbody { @for c in claims {
                tr {
                    td { (c.claim.party + 1) ". " (parties.get(c.claim.party).map(|p| party_name(p, lang)).unwrap_or_default()) }
                    td { (words::date(c.claim.filed, lang)) }
                    td { @if let Some(m) = c.length_m { (say(lang, "đường dài ", "line of ")) (words::kilometres(m, lang)) }
                        @if let Some(m2) = c.area_m2 { (say(lang, "vùng ", "area of ")) (words::hectares(m2, lang)) } }
                    td { (c.claim.crs) ", " @match c.claim.scale {
                        Some(scale) => { "1:" (words::number(f64::from(scale), 0, lang)) },
                        None => (say(lang, "tỷ lệ không rõ", "scale not known")),
                    } }
                    td { (source(&c.claim.document, lang)) (entered(&c.entered_by, lang)) }
                    td { @match &c.withdrawn {
                        Some(w) => { (say(lang, "đã rút ngày ", "withdrawn on ")) (words::date(w.date, lang)) },
                        None if c.stands => (say(lang, "đang là căn cứ của vùng", "the zone rests on it")),
                        None => (say(lang, "đã được thay", "replaced by a later one")),
                    } }
                }
            } }
        } }
    }
}

/// Rows of slivers that are shown; the rest is counted.
const SLIVERS_SHOWN: usize = 12;

fn slivers(slivers: &[DossierSliver], lang: Lang) -> Markup {
    let real: Vec<&DossierSliver> = slivers.iter().filter(|s| !s.row.noise).collect();
    let noise = slivers.len() - real.len();
    if slivers.is_empty() {
        return html! { p { (say(lang, "Không có hai bản đồ đã công bố để so sánh, hoặc chúng không khác nhau ở đây.",
        "There are no two published maps to compare, or they do not differ here.")) } };
    }
    let total: f64 = real.iter().map(|s| s.row.area_m2).sum();
    html! {
        p { (evidence().get(lang)) " " (real.len()) " " (say(lang, "mảnh, tổng ", "pieces, ")) (words::hectares(total, lang)) (say(lang, "", " in all"))
            @if noise > 0 { "; " (noise) " " (say(lang, "mảnh hẹp hơn độ chính xác của đường ranh, coi là nhiễu", "more narrower than the lines are accurate, which is noise")) } "." }
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Bản đồ cũ", "Older map")) } th { (say(lang, "Bản đồ mới", "Newer map")) }
                th.n { (say(lang, "Diện tích", "Area")) } th.n { (say(lang, "Chiều dài", "Length")) } th.n { (say(lang, "Khoảng cách lớn nhất", "Largest gap")) } } }
            tbody { @for s in real.iter().take(SLIVERS_SHOWN) { tr {
                td { (unit(&s.from_unit)) } td { (unit(&s.to_unit)) }
                td.n { (words::hectares(s.row.area_m2, lang)) } td.n { (words::number(s.row.length_m, 0, lang)) " m" } td.n { (words::number(s.row.width_m, 0, lang)) " m" }
            } } }
        } }
        @if real.len() > SLIVERS_SHOWN { p.soft { (say(lang, "Còn ", "And ")) (real.len() - SLIVERS_SHOWN) " " (say(lang, "mảnh nhỏ hơn, trong tệp GeoPackage.", "smaller ones, in the GeoPackage.")) } }
    }
}

fn agreements(agreements: &[AgreementHere], lang: Lang) -> Markup {
    if agreements.is_empty() {
        return html! { p { (say(lang, "Không có thỏa thuận nào được biết.", "No agreement is known.")) } };
    }
    html! {
        @for a in agreements {
            h3 { a href={ "/agreements/" (a.id) "?lang=" (say(lang, "vi", "en")) } { (a.title.get(lang)) } }
            p { (words::in_force(a.in_force).get(lang)) "; " (say(lang, "ký ngày ", "signed "))
                (words::date_or(a.signed, lang, ("không rõ", "not known"))) }
            ul { @for o in &a.obligations { li { (o.get(lang)) } } }
        }
    }
}

fn amended(a: &crate::domain::Amendment, lang: Lang) -> String {
    let mut parts = Vec::new();
    let quoted = |what: &str, text: &Text| format!("{what}: «{}»", text.get(lang));
    parts.extend(a.name.as_ref().map(|t| quoted(say(lang, "tên", "name"), t)));
    parts.extend(a.note.as_ref().map(|t| quoted(say(lang, "ghi chú", "note"), t)));
    parts.extend(a.width_m.map(|m| format!("{} {m} m", say(lang, "nửa bề rộng vùng", "half-width of the zone"))));
    parts.extend(a.stretch.as_ref().map(|_| say(lang, "đoạn ranh giới", "stretch of line").to_owned()));
    parts.join("; ")
}
