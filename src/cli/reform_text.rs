//! The plan of a reform for a person at a terminal: the summary first, the long lists last.

use crate::domain::{DisputeLevel, InForce, Lang, Level, Text};
use crate::service::answer::UnitName;
use crate::service::{DisputeOutcome, HandOverList, PartyChange, Plan};

pub fn plain(plan: &Plan, lang: Lang) -> String {
    let say = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let mut lines = vec![format!("{} ({})", plan.title.get(lang), plan.reform)];
    lines.push(format!("{} {}", say("Có hiệu lực từ ngày", "In force from"), plan.date));
    let acts: Vec<&str> = plan.acts.iter().map(|a| a.number.as_deref().unwrap_or(&a.title)).collect();
    let none = say("không rõ", "not known");
    lines.push(format!("{}: {}", say("Văn bản", "Acts"), if acts.is_empty() { none.into() } else { acts.join(", ") }));
    for c in &plan.counts {
        lines.push(format!("  {}: {} → {}", level(c.level).get(lang), c.before, c.after));
    }
    let count = |outcome| plan.disputes.iter().filter(|d| d.outcome == outcome).count();
    for (label, number) in [
        (
            say("tranh chấp hết do nhập đơn vị", "disputes dissolved by merger"),
            count(DisputeOutcome::DissolvedByMerger),
        ),
        (say("tranh chấp lên cấp cao hơn", "disputes escalated to a higher level"), count(DisputeOutcome::Escalated)),
        (say("tranh chấp tiếp tục giữa đơn vị mới", "disputes between new units"), count(DisputeOutcome::NewParties)),
        (say("thỏa thuận bị ảnh hưởng", "agreements affected"), plan.agreements.len()),
        (say("đơn vị bị chia, chưa phân được đất", "units split, their land not told apart"), plan.splits.len()),
        (say("lượt bàn giao cần bên nhận đồng ý", "hand-overs for the receiver to accept"), plan.hand_overs.len()),
    ] {
        lines.push(format!("  {label}: {number}"));
    }

    section(&mut lines, say("TRANH CHẤP", "DISPUTES"), plan.disputes.len());
    for d in &plan.disputes {
        let (before, after) = (dispute_level(d.level_before), dispute_level(d.level_after));
        lines.push(format!("  {}: {}", d.name.get(lang), outcome(d.outcome).get(lang)));
        lines.push(format!("    {}: {} → {}", say("cấp", "level"), before.get(lang), after.get(lang)));
        if !d.parties_known {
            let unknown =
                say("có bên bị chia: chưa rõ nơi này thuộc xã nào", "a party is split: its commune is not known");
            lines.push(format!("    {unknown}"));
        }
        lines.extend(d.parties.iter().map(party));
    }
    section(&mut lines, say("THỎA THUẬN", "AGREEMENTS"), plan.agreements.len());
    for a in &plan.agreements {
        let (before, after) = (in_force(a.in_force_before), in_force(a.in_force_after));
        lines.push(format!("  {}: {} → {}", a.title.get(lang), before.get(lang), after.get(lang)));
        lines.extend(a.parties.iter().map(party));
    }
    section(&mut lines, say("BÀN GIAO", "HAND-OVERS"), plan.hand_overs.len());
    for h in &plan.hand_overs {
        lines.push(arrow(std::slice::from_ref(&h.from), std::slice::from_ref(&h.to)));
        lines.extend(h.items.iter().map(|i| format!("    {}", i.text.get(lang))));
    }
    section(&mut lines, say("ĐƠN VỊ BỊ CHIA", "UNITS SPLIT"), plan.splits.len());
    lines.extend(plan.splits.iter().map(|s| arrow(std::slice::from_ref(&s.unit), &s.became)));
    section(&mut lines, say("ĐƠN VỊ KẾT THÚC", "UNITS THAT END"), plan.ends.len());
    lines.extend(plan.ends.iter().map(|s| arrow(std::slice::from_ref(&s.unit), &s.became)));
    section(&mut lines, say("ĐƠN VỊ MỚI", "NEW UNITS"), plan.comes.len());
    lines.extend(plan.comes.iter().map(|o| arrow(&o.made_of, std::slice::from_ref(&o.unit))));
    let goes_on = say("ĐƠN VỊ GIỮ NGUYÊN, ĐỔI CẤP TRÊN HOẶC TÊN", "UNITS THAT GO ON UNDER ANOTHER PARENT OR NAME");
    section(&mut lines, goes_on, plan.goes_on.len());
    lines.extend(plan.goes_on.iter().map(|g| arrow(std::slice::from_ref(&g.before), std::slice::from_ref(&g.after))));
    lines.join("\n")
}

/// A heading with the number of entries; none for an empty list.
fn section(lines: &mut Vec<String>, title: &str, count: usize) {
    if count > 0 {
        lines.extend([String::new(), format!("{title} ({count})")]);
    }
}

fn party(p: &PartyChange) -> String {
    let village = p.village.as_ref().map(|v| format!("{v}: ")).unwrap_or_default();
    format!("    {village}{}", arrow(&p.before, &p.after).trim_start())
}

fn arrow(before: &[UnitName], after: &[UnitName]) -> String {
    format!("  {} → {}", list(before), list(after))
}

/// "03164 Xã Quảng Lâm + 03167 Xã Na Cô Sa (Tỉnh Điện Biên)": what is above them is said once where it is the same.
fn list(units: &[UnitName]) -> String {
    let above = |u: &UnitName| [&u.district, &u.province].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    let plain = |u: &UnitName| format!("{} {}", u.code, u.name);
    let with = |name: String, above: String| if above.is_empty() { name } else { format!("{name} ({above})") };
    match units {
        [first, rest @ ..] if rest.iter().all(|u| above(u) == above(first)) => {
            with(units.iter().map(plain).collect::<Vec<_>>().join(" + "), above(first))
        }
        _ => units.iter().map(|u| with(plain(u), above(u))).collect::<Vec<_>>().join(" + "),
    }
}

fn level(level: Level) -> Text {
    match level {
        Level::Province => Text::new("cấp tỉnh", "provinces"),
        Level::District => Text::new("cấp huyện", "districts"),
        Level::Commune => Text::new("cấp xã", "communes"),
    }
}

fn dispute_level(level: DisputeLevel) -> Text {
    match level {
        DisputeLevel::Village => Text::new("trong một xã", "inside one commune"),
        DisputeLevel::Commune => Text::new("giữa các xã", "between communes"),
        DisputeLevel::Province => Text::new("giữa các tỉnh", "between provinces"),
    }
}

fn outcome(outcome: DisputeOutcome) -> Text {
    match outcome {
        DisputeOutcome::DissolvedByMerger => Text::new("hết do nhập đơn vị", "dissolved by merger"),
        DisputeOutcome::Escalated => Text::new("lên cấp cao hơn", "escalated to a higher level"),
        DisputeOutcome::NewParties => Text::new("tiếp tục giữa các đơn vị mới", "goes on between new units"),
    }
}

fn in_force(state: InForce) -> Text {
    match state {
        InForce::Yes => Text::new("có hiệu lực", "in force"),
        InForce::Expired => Text::new("hết hạn", "expired"),
        InForce::NeverSigned => Text::new("chưa rõ đã ký", "no signature known"),
        InForce::NotKnown => Text::new("không rõ còn hiệu lực", "not known whether in force"),
    }
}

/// What is handed over, line by line; a tick before what was accepted.
pub fn hand_overs(lists: &[HandOverList], lang: Lang) -> String {
    let mut lines = Vec::new();
    for l in lists {
        lines.push(arrow(std::slice::from_ref(&l.from), std::slice::from_ref(&l.to)));
        for i in &l.items {
            let tick = match &i.accepted {
                Some(a) => format!("✓ {} {}", a.date, a.by.as_deref().unwrap_or_default()),
                None => "·".into(),
            };
            lines.push(format!("    {tick} {}", i.item.text.get(lang)));
        }
    }
    lines.join("\n")
}
