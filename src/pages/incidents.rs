//! Incidents for people at a desk: the list, and one with its story, its parties' lines side by side, and what can be done.

use maud::{Markup, html};

use super::layout::page;
use super::people::moment;
use super::words::{self, say};
use crate::domain::rules::Verdict;
use crate::domain::{INCIDENT_KINDS, Lang, STATES};
use crate::service::Service;
use crate::service::incidents::{HistoryEvent, IncidentFeature, IncidentPage, LineView, Possible};

/// What the list shows, as asked for.
#[derive(Debug, Clone, Default)]
pub struct Shown<'a> {
    pub kind: &'a str,
    pub state: &'a str,
    pub overdue: bool,
    pub disputed: bool,
}

pub fn incidents(service: &Service, list: &IncidentPage, shown: &Shown, lang: Lang) -> String {
    let title = say(lang, "Vụ việc", "Incidents");
    let tag = say(lang, "vi", "en");
    let body = html! {
        h1 { (title) }
        form.filter method="get" {
            input type="hidden" name="lang" value=(tag);
            label { (say(lang, "Loại", "Kind")) select name="kind" {
                option value="" { (say(lang, "mọi loại", "every kind")) }
                @for (kind, word, ..) in INCIDENT_KINDS { option value=(word) selected[shown.kind == word] { (kind.name().get(lang)) } }
            } }
            label { (say(lang, "Tình trạng", "State")) select name="state" {
                option value="" { (say(lang, "mọi tình trạng", "every state")) }
                @for (state, word, ..) in STATES { option value=(word) selected[shown.state == word] { (state.name().get(lang)) } }
            } }
            label.check { input type="checkbox" name="overdue" value="true" checked[shown.overdue]; (say(lang, "quá hạn", "overdue")) }
            label.check { input type="checkbox" name="disputed" value="true" checked[shown.disputed]; (say(lang, "trong vùng tranh chấp", "in a dispute")) }
            button { (say(lang, "Xem", "Show")) }
        }
        @if list.features.is_empty() {
            p { (say(lang, "Không có vụ việc nào như vậy trong phạm vi của bạn.", "There is no such incident in your scope.")) }
        } @else {
            div.wide { table {
                thead { tr {
                    th { (say(lang, "Nhận lúc", "Received")) } th { (say(lang, "Loại", "Kind")) } th { (say(lang, "Tình trạng", "State")) }
                    th { (say(lang, "Địa phương", "Localities")) } th { (say(lang, "Hạn", "Due")) }
                } }
                tbody { @for f in &list.features { tr {
                    td { a href={ "/incidents/" (f.id) "?lang=" (tag) } { (moment(f.properties.received_at)) } @if f.properties.demo { " " (demo(lang)) } }
                    td { (f.properties.kind_name.get(lang)) }
                    td { (f.properties.state_name.get(lang)) @if f.properties.disputed { " · " (say(lang, "tranh chấp", "disputed")) } }
                    td { @for l in &f.properties.lines { div { (line_name(l, lang)) ": " (l.state_name.get(lang)) } } }
                    td { @if let Some(due) = f.properties.facts.as_ref().and_then(|x| x.due.as_ref()) { (due.name.get(lang)) " " (moment(due.at)) } @else { "–" } }
                } } }
            } }
            @if let Some(next) = &list.next {
                p { a href={ "/incidents?lang=" (tag) "&after=" (next) "&kind=" (shown.kind) "&state=" (shown.state)
                    (if shown.overdue { "&overdue=true" } else { "" }) (if shown.disputed { "&disputed=true" } else { "" }) }
                    { (say(lang, "Cũ hơn", "Older")) } }
            }
        }
    };
    page(service, lang, title, body)
}

fn demo(lang: Lang) -> Markup {
    html! { span.tag { (say(lang, "thử nghiệm", "demo")) } }
}

fn line_name(l: &LineView, lang: Lang) -> String {
    l.unit.as_ref().map_or_else(|| say(lang, "Quản trị", "Administrators").to_owned(), |u| u.name.clone())
}

pub fn verdict_words(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Sole => say(lang, "một xã", "one commune"),
        Verdict::Disputed => say(lang, "trong vùng tranh chấp", "in a disputed zone"),
        Verdict::Uncertain => say(lang, "chưa chắc", "uncertain"),
        Verdict::None => say(lang, "ngoài mọi xã", "outside every commune"),
        Verdict::AmbiguousPosition => {
            say(lang, "vị trí đọc được nhiều cách", "the position can be read in several ways")
        }
        Verdict::NotKnown => say(lang, "không rõ", "not known"),
    }
}

pub fn incident(
    service: &Service,
    f: &IncidentFeature,
    story: &[HistoryEvent],
    acts: &[Possible],
    lang: Lang,
) -> String {
    let p = &f.properties;
    let title = p.kind_name.get(lang);
    let api = format!("/api/incidents/{}", f.id);
    let body = html! {
        h1 { (title) " · " (p.state_name.get(lang)) @if p.demo { " " (demo(lang)) } }
        dl {
            dt { (say(lang, "Xảy ra", "Occurred")) } dd { (moment(p.occurred_at)) }
            dt { (say(lang, "Nhận lúc", "Received")) } dd { (moment(p.received_at)) }
            dt { (say(lang, "Nguồn", "Source")) } dd { (p.source.name().get(lang)) }
            dt { (say(lang, "Kết luận", "Verdict")) } dd { (verdict_words(p.verdict, lang)) }
            @if let Some(x) = &p.facts {
                dt { (say(lang, "Vị trí", "Position")) }
                dd { @match &f.geometry {
                    Some(g) => { a href={ "/#at=" (g["coordinates"][1]) "," (g["coordinates"][0]) } { (g["coordinates"][1]) ", " (g["coordinates"][0]) } " (WGS 84)" }
                    None => { (say(lang, "chưa rõ", "not known")) }
                } "; " (say(lang, "ghi như ", "as typed ")) q { (x.position_as_typed) } }
                @if let Some(m) = x.accuracy_m { dt { (say(lang, "Độ chính xác", "Accuracy")) } dd { "± " (words::measured(m, lang)) " m" } }
                @if let Some(a) = x.perimeter_m2 { dt { (say(lang, "Diện tích vùng", "Area of the outline")) } dd { (words::hectares(a, lang)) } }
                @if let Some(a) = x.area_ha { dt { (say(lang, "Diện tích báo", "Area as reported")) } dd { (words::measured(a, lang)) " ha" } }
                @if let Some(v) = x.volume_m3 { dt { (say(lang, "Khối lượng", "Volume")) } dd { (words::measured(v, lang)) " m³" } }
                @if let Some(t) = x.forest_type { dt { (say(lang, "Loại rừng", "Forest")) } dd { (t.name().get(lang)) } }
                @if let Some(s) = &x.species { dt { (say(lang, "Loài cây", "Species")) } dd { (s) } }
                @if x.compartment.is_some() || x.sub_compartment.is_some() || x.lot.is_some() {
                    dt { (say(lang, "Tiểu khu · khoảnh · lô", "Compartment · sub-compartment · lot")) }
                    dd { (x.compartment.as_deref().unwrap_or("–")) " · " (x.sub_compartment.as_deref().unwrap_or("–")) " · " (x.lot.as_deref().unwrap_or("–")) }
                }
                @if let Some(r) = &x.reporter { dt { (say(lang, "Người báo", "Reporter")) } dd { (r) } }
                @if let Some(w) = &x.perpetrators { dt { (say(lang, "Đối tượng", "Perpetrators")) } dd { (w) } }
                @if let Some(d) = &x.description { dt { (say(lang, "Mô tả", "Description")) } dd.typed { (d) } }
            }
        }
        @if p.hidden {
            p role="note" { (say(lang, "Vị trí, lời và người chỉ hiện cho địa phương liên quan.", "Position, words and people are shown to the localities concerned only.")) }
        }
        @if let Some(x) = &p.facts {
            p { (x.judged.explanation.get(lang)) }
            p.basis { (say(lang, "Căn cứ: ", "Basis: ")) (x.judged.dataset.as_deref().unwrap_or("–")) ", " (say(lang, "quy tắc ", "rules ")) (x.judged.rules) ", " (say(lang, "ngày ", "date ")) (words::date(x.judged.at, lang))
                @if x.judged.indicative { "; " (say(lang, "ranh giới chỉ dẫn", "indicative boundaries")) } }
            @if !x.device_differs.is_empty() {
                h2 { (say(lang, "Khác với câu trả lời trên điện thoại", "Different from the phone's answer")) }
                ul { @for t in &x.device_differs { li { (t.get(lang)) } } }
            }
            @for c in &x.conflicts {
                p.bad { (say(lang, "Hai người sửa khác nhau: ", "Two people corrected it differently: ")) (c.field) }
            }
            @if !x.photos.is_empty() { div.photos { @for photo in &x.photos { a href=(photo.url) { img src=(photo.url) alt=(say(lang, "Ảnh hiện trường", "Photo of the place")) loading="lazy"; } } } }
        }
        h2 { (say(lang, "Phần việc của từng địa phương", "Each locality's line")) }
        div.sides { @for l in &p.lines { section {
            h3 { (line_name(l, lang)) }
            p { (l.state_name.get(lang)) " (" (moment(l.since)) ")" }
            @if !l.acts_for.is_empty() { p { (say(lang, "thay cho ", "for ")) @for (i, u) in l.acts_for.iter().enumerate() { @if i > 0 { ", " } (u.name) } } }
            @if let Some(due) = &l.due { p { (say(lang, "Hạn ", "Due: ")) (due.name.get(lang)) ", " (moment(due.at)) } }
            @if let Some(to) = &l.proposed_to { p { (say(lang, "Đề nghị chuyển cho ", "Proposes to hand over to ")) (to.name) @if let Some(why) = &l.proposed_why { ": " q { (why) } } } }
            @if let Some(to) = &l.handed_to { p { (say(lang, "Đã chuyển cho ", "Handed over to ")) (to.name) } }
        } } }
        @if let Some(m) = p.facts.as_ref().and_then(|x| x.minutes.as_ref()) {
            h2 { (say(lang, "Biên bản chung", "Joint minutes")) }
            p.typed { (m.text.as_deref().unwrap_or("–")) }
            ul { @for s in &m.signed { li { (s.unit.name) ", " (moment(s.at)) @if let Some(n) = &s.signatory { " (" (n) ")" } } } }
            @if !m.missing.is_empty() { p { (say(lang, "Còn thiếu chữ ký: ", "Not signed yet: ")) (m.missing.join(", ")) } }
        }
        @if p.facts.is_some() { p { a href={ (api) "/minutes.docx?lang=" (say(lang, "vi", "en")) } { (say(lang, "Tải biên bản (DOCX)", "The minutes as DOCX")) } } }
        @if !acts.is_empty() {
            h2.actions { (say(lang, "Việc có thể làm", "What can be done")) }
            @for act in acts { (form(act, &api, p.version, lang)) }
        }
        @if !story.is_empty() {
            h2 { (say(lang, "Diễn biến", "Story")) }
            ol.timeline { @for e in story { li {
                strong { (moment(e.at)) } " " (e.name.get(lang))
                @if let Some(by) = &e.by { " · " (by) }
                @if let Some(text) = &e.text { br; span.typed { (text) } }
                @if let Some(why) = &e.set_aside { br; em { (say(lang, "không có hiệu lực: ", "without effect: ")) (why.get(lang)) } }
            } } }
        }
    };
    page(service, lang, title, body)
}

/// One thing that can be done, as a form that sends the API's own JSON.
fn form(act: &Possible, api: &str, version: u32, lang: Lang) -> Markup {
    let hidden = html! {
        input type="hidden" name="do" value=(act.act);
        @if let Some(step) = act.step { input type="hidden" name="step" value=(step); }
        @if let Some(unit) = &act.unit { input type="hidden" name="unit" value=(unit); }
    };
    let note = |vi, en, required: bool| html! { label.full { (say(lang, vi, en)) textarea name="note" rows="2" required[required] {} } };
    let fields = match (act.act, act.step) {
        ("step", Some("reject")) => html! {
            label { (say(lang, "Vì sao", "Why")) select name="rejection.why" {
                option value="false" { (say(lang, "không có thật", "not so")) }
                option value="elsewhere" { (say(lang, "nơi khác", "elsewhere")) }
            } }
            label { (say(lang, "Của ai (nếu nơi khác)", "Whose (if elsewhere)")) input name="rejection.whose"; }
            (note("Ghi chú", "Note", false))
        },
        ("step", _) => note("Ghi chú", "Note", false),
        ("line", Some("propose")) => html! {
            label { (say(lang, "Mã đơn vị nhận", "Code of the unit whose it is")) input name="to" required inputmode="numeric"; }
            (note("Vì sao không phải của mình", "Why it is not ours", true))
        },
        ("line", _) => html! {},
        ("answer", _) => html! {
            label { (say(lang, "Trả lời", "Answer")) select name="accepted" data-bool="" {
                option value="true" { (say(lang, "nhận", "accept")) } option value="false" { (say(lang, "không nhận", "decline")) }
            } }
            (note("Ghi chú", "Note", false))
        },
        ("write_minutes", _) => {
            html! { label.full { (say(lang, "Nội dung", "Text")) textarea name="text" rows="4" required {} } }
        }
        ("sign_minutes", _) => {
            html! { label { (say(lang, "Người ký (họ tên, chức vụ)", "Signatory (name, post)")) input name="signatory"; } }
        }
        ("merge", _) => {
            html! { label { (say(lang, "Mã vụ việc giữ lại", "Id of the incident that stays")) input name="into" required pattern="[0-9a-fA-F-]{36}"; } }
        }
        ("comment", _) => {
            html! { label.full { (say(lang, "Lời nhắn", "Comment")) textarea name="text" rows="2" required {} } }
        }
        ("edit", _) => html! {
            label { (say(lang, "Diện tích (ha)", "Area (ha)")) input name="changes.area_ha" type="number" min="0" step="any"; }
            label { (say(lang, "Khối lượng (m³)", "Volume (m³)")) input name="changes.volume_m3" type="number" min="0" step="any"; }
            label { (say(lang, "Loài cây", "Species")) input name="changes.species"; }
            label { (say(lang, "Tiểu khu", "Compartment")) input name="changes.compartment"; }
            label { (say(lang, "Khoảnh", "Sub-compartment")) input name="changes.sub_compartment"; }
            label { (say(lang, "Lô", "Lot")) input name="changes.lot"; }
            label { (say(lang, "Vị trí mới", "New position")) input name="changes.position"; }
            label.full { (say(lang, "Mô tả mới", "New description")) textarea name="changes.description" rows="2" {} }
        },
        _ => html! {},
    };
    let unit = act.unit.as_deref().map(|u| format!(" ({u})")).unwrap_or_default();
    let name = format!("{}{unit}", act.name.get(lang));
    html! {
        details data-act=(act.step.unwrap_or(act.act)) { summary { (name) }
            form data-post={ (api) "/acts" } data-if-match=(version) {
                (hidden) (fields)
                div.full { button.main { (name) } }
                p.said role="status" {}
            }
        }
    }
}
