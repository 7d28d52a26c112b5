//! Reforms: what changed, and who has taken over what.

use maud::{Markup, html};

use super::forms;
use super::layout::page;
use super::parts::{source, unit};
use super::words::{self, say};
use crate::domain::{Lang, Level};
use crate::service::answer::UnitName;
use crate::service::{ActionError, DisputeOutcome, HandOverList, Plan, Service};

pub fn reforms(service: &Service, lang: Lang) -> String {
    let tag = say(lang, "vi", "en");
    let body = html! {
        h1 { (say(lang, "Sắp xếp đơn vị hành chính", "Reforms of administrative units")) }
        ul { @for r in service.reforms() {
            li { a href={ "/reforms/" (r.id) "?lang=" (tag) } { (words::date(r.date, lang)) ": " (r.title.get(lang)) } }
        } }
        (forms::reform(lang))
    };
    page(service, lang, say(lang, "Sắp xếp đơn vị", "Reforms"), body)
}

/// # Errors
/// [`ActionError`] where there is no such reform.
pub fn reform(service: &Service, id: &str, lang: Lang) -> Result<String, ActionError> {
    let plan = service.reform_plan(service.reform(id)?)?;
    let lists = service.hand_overs(id, None)?;
    let body = html! {
        h1 { (plan.title.get(lang)) }
        p { (say(lang, "Có hiệu lực từ ngày ", "In force from ")) (words::date(plan.date, lang)) }
        ul { @for act in &plan.acts { li { (source(act, lang)) } } }
        h2 { (say(lang, "Đơn vị", "Units")) }
        div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Cấp", "Level")) } th.n { (say(lang, "Trước", "Before")) } th.n { (say(lang, "Sau", "After")) } } }
            tbody { @for c in &plan.counts { tr { td { (level(c.level, lang)) } td.n { (c.before) } td.n { (c.after) } } } }
        } }
        h2 { (say(lang, "Tranh chấp", "Disputes")) }
        (disputes(&plan, lang))
        h2 { (say(lang, "Thỏa thuận", "Agreements")) }
        ul { @for a in &plan.agreements { li { a href={ "/agreements/" (a.id) "?lang=" (say(lang, "vi", "en")) } { (a.title.get(lang)) } ": "
            (words::in_force(a.in_force_before).get(lang)) " → " (words::in_force(a.in_force_after).get(lang)) } } }
        @if !plan.splits.is_empty() {
            h2 { (say(lang, "Đơn vị bị chia: chưa phân được đất", "Units split: their land cannot be told apart")) }
            ul { @for s in &plan.splits { li { (unit(&s.unit)) " → " (units(&s.became)) } } }
        }
        h2 { (say(lang, "Bàn giao", "Hand-overs")) }
        p.soft { (say(lang, "Không có gì được chuyển giao ngầm: mỗi bên nhận tiếp nhận danh sách của mình.",
            "Nothing is reassigned silently: each receiver accepts its own list.")) }
        (hand_overs(id, &lists, lang))
        h2 { (say(lang, "Đơn vị mới", "New units")) }
        details { summary { (plan.comes.len()) } div.wide tabindex="0" { table {
            thead { tr { th { (say(lang, "Đơn vị mới", "New unit")) } th { (say(lang, "Từ", "Made of")) } } }
            tbody { @for o in &plan.comes { tr { td { (unit(&o.unit)) } td { (units(&o.made_of)) } } } }
        } } }
    };
    Ok(page(service, lang, plan.title.get(lang), body))
}

fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Province => say(lang, "tỉnh", "provinces"),
        Level::District => say(lang, "huyện", "districts"),
        Level::Commune => say(lang, "xã", "communes"),
    }
}

fn units(units: &[UnitName]) -> String {
    units.iter().map(unit).collect::<Vec<_>>().join("; ")
}

fn disputes(plan: &Plan, lang: Lang) -> Markup {
    if plan.disputes.is_empty() {
        return html! { p { (say(lang, "Không tranh chấp nào bị ảnh hưởng.", "No dispute is affected.")) } };
    }
    let outcome = |o| match o {
        DisputeOutcome::DissolvedByMerger => say(lang, "không còn, do sáp nhập", "dissolved by merger"),
        DisputeOutcome::Escalated => say(lang, "lên cấp cao hơn", "escalated to a higher level"),
        DisputeOutcome::NewParties => say(lang, "tiếp tục giữa các đơn vị mới", "goes on between new units"),
    };
    html! { div.wide tabindex="0" { table {
        thead { tr { th { (say(lang, "Tranh chấp", "Dispute")) } th { (say(lang, "Kết quả", "Outcome")) } th { (say(lang, "Các bên", "Parties")) } } }
        tbody { @for d in &plan.disputes { tr {
            td { a href={ "/disputes/" (d.id) "?lang=" (say(lang, "vi", "en")) } { (d.name.get(lang)) } }
            td { (outcome(d.outcome)) }
            td { @for (i, p) in d.parties.iter().enumerate() { @if i > 0 { br; } (units(&p.before)) " → " (units(&p.after)) } }
        } } }
    } } }
}

fn hand_overs(reform: &str, lists: &[HandOverList], lang: Lang) -> Markup {
    let mut receivers: Vec<&UnitName> = Vec::new();
    for l in lists {
        if !receivers.contains(&&l.to) {
            receivers.push(&l.to);
        }
    }
    html! {
        @for to in receivers {
            @let own: Vec<&HandOverList> = lists.iter().filter(|l| l.to == *to).collect();
            @let open = own.iter().flat_map(|l| &l.items).filter(|i| i.accepted.is_none()).count();
            details {
                summary { (unit(to)) ": " @if open > 0 { (say(lang, "chờ tiếp nhận ", "to accept: ")) (open) (say(lang, " mục", "")) }
                    @else { (say(lang, "đã tiếp nhận đủ", "all accepted")) } }
                @for l in &own {
                    h3 { (say(lang, "Từ ", "From ")) (unit(&l.from)) }
                    ul { @for i in &l.items { li { (i.item.text.get(lang)) " – "
                        @match &i.accepted {
                            Some(a) => { (say(lang, "đã tiếp nhận ngày ", "accepted on ")) (words::date(a.date, lang))
                                @if let Some(by) = &a.by { ", " (by) } },
                            None => (say(lang, "chờ tiếp nhận", "to be accepted")),
                        } } } }
                }
                @if open > 0 { (forms::accept(reform, &to.code, lang)) }
            }
        }
    }
}
