//! `giapranh locate`: one position, one answer.

use std::path::Path;
use std::process::ExitCode;

use super::{open, print, unreadable};
use crate::crs::CrsId;
use crate::domain::rules::Verdict;
use crate::domain::{InForce, Lang, Text};
use crate::service::answer::{Answer, Locality};
use crate::service::{PositionText, Question, QuestionError, percent, read_accuracy, read_date, read_kind, zone_words};

#[derive(Debug, clap::Args)]
pub struct LocateArgs {
    /// Vị trí, cách viết nào cũng được / a position in any notation: 22°13.10'N 102°38.46'E, 22.2183, 102.6410, 462791 2457880 --crs EPSG:9205
    #[arg(required = true, allow_negative_numbers = true, value_name = "POSITION")]
    position: Vec<String>,
    /// Hệ tọa độ của cặp số / CRS of the numbers (EPSG:9205, EPSG:9208, EPSG:3405, EPSG:5896, EPSG:5897, EPSG:32648, EPSG:4326; +noi-bo: VN-2000 nội bộ)
    #[arg(long, value_name = "CODE")]
    crs: Option<String>,
    /// Bán kính sai số 68 % của máy định vị (m); 0: không rõ / 68 % radius of the GPS in metres; 0: not known
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    accuracy: Option<String>,
    /// Ngày cần biết / date of the question
    #[arg(long, value_name = "YYYY-MM-DD")]
    at: Option<String>,
    /// Loại vụ việc, để biết ai hành động trước / kind of incident, for who acts first: deforestation, forest_fire, illegal_logging, illegal_transport, encroachment
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// In JSON / print the answer as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &LocateArgs, data: &Path, lang: Lang) -> ExitCode {
    let text = args.position.join(" ");
    let question = match question(args, &text) {
        Ok(question) => question,
        Err(e) => return unreadable(&e, lang),
    };
    // Whether the position can be read does not depend on the datasets, so it is said before they are loaded.
    if let Err(e) = question.readings() {
        return unreadable(&e, lang);
    }
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    match service.locate(&question) {
        Ok(answer) if args.json => match serde_json::to_string_pretty(&answer) {
            Ok(json) => print(&json),
            Err(e) => {
                eprintln!("giapranh: {e}");
                ExitCode::FAILURE
            }
        },
        Ok(answer) => print(&plain(&answer, lang)),
        Err(e) => unreadable(&e, lang),
    }
}

fn question<'a>(args: &LocateArgs, text: &'a str) -> Result<Question<'a>, QuestionError> {
    Ok(Question {
        position: PositionText::Text(text),
        crs: args.crs.as_deref().map(CrsId::parse).transpose()?,
        accuracy_m: args.accuracy.as_deref().map(read_accuracy).transpose()?.flatten(),
        at: args.at.as_deref().map(read_date).transpose()?,
        kind: args.kind.as_deref().map(read_kind).transpose()?,
    })
}

/// The answer for a person at a terminal.
fn plain(answer: &Answer, lang: Lang) -> String {
    let say = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let mut lines = vec![headline(answer, lang), answer.explanation.get(lang).to_owned(), String::new()];
    let p = &answer.position;
    if let (Some(lon), Some(lat), Some(read_as)) = (p.lon, p.lat, &p.read_as) {
        let crs = format!("{} ({})", read_as.name.get(lang), read_as.crs);
        lines.push(format!("{}: {lat:.6}, {lon:.6} WGS 84 ← «{}», {crs}", say("Vị trí", "Position"), p.as_typed));
    }
    lines.extend(p.notes.iter().map(|n| format!("  ! {}", n.text.get(lang))));
    for l in &answer.localities {
        lines.push(locality(l, lang));
    }
    for d in &answer.disputes {
        let zone = if d.in_zone { zone_words(d.zone) } else { Text::new("gần đó", "near") };
        let zone = zone.get(lang);
        lines.push(format!("{}: {} ({zone}, {})", say("Tranh chấp", "Dispute"), d.name.get(lang), word(&d.status)));
        for party in &d.parties {
            let now: Vec<&str> = party.now.iter().map(|u| u.name.as_str()).collect();
            let village = party.village.as_ref().map(|v| format!("bản {v}, ")).unwrap_or_default();
            lines.push(format!("  {village}{} → {}", party.then.name, now.join(", ")));
        }
        lines.extend(d.became.iter().map(|b| format!("  {}", b.get(lang))));
    }
    for a in &answer.agreements {
        let force = match a.in_force {
            InForce::Yes => say("còn hiệu lực", "in force"),
            InForce::Expired => say("đã hết hạn", "expired"),
            InForce::NeverSigned => say("chưa ký", "never signed"),
            InForce::NotKnown => say("không rõ còn hiệu lực hay không", "not known whether in force"),
        };
        lines.push(format!("{}: {} ({force})", say("Thỏa thuận", "Agreement"), a.title.get(lang)));
    }
    for d in &answer.duties {
        let doubt = match d.in_force {
            InForce::Yes => "",
            _ => say(" (không rõ còn ràng buộc hay không)", " (not known whether it still binds)"),
        };
        lines.push(format!("{}: {}{doubt}", say("Trách nhiệm", "Duty"), d.text.get(lang)));
    }
    if let Some(act) = &answer.act_first {
        let acts: Vec<&str> = act.acts.iter().map(|n| n.name.as_str()).collect();
        lines.push(format!("{}: {} [{}]", say("Hành động trước", "Act first"), act.text.get(lang), acts.join(", ")));
    }
    lines.extend(answer.bodies.iter().map(|b| b.text.get(lang).to_owned()));
    for r in &p.other_readings {
        let commune = r.commune.as_ref().map_or(say("ngoài ba tỉnh", "outside"), |c| c.name.as_str());
        lines.push(format!("{}: {} ({}) → {commune}", say("Cách đọc khác", "Other reading"), r.name.get(lang), r.crs));
    }
    if answer.datasets_disagree {
        for r in &answer.readings {
            let name = r.name.as_deref().unwrap_or(say("ngoài", "outside"));
            lines.push(format!("{}: {} → {name}", say("Bản đồ", "Map"), r.title.get(lang)));
        }
    }
    if let Some(b) = &answer.basis {
        let unknown = say("không rõ", "not known");
        lines.push(format!(
            "{}: {}, {} {}, {} ±{:.0} m (1 σ), {} {}, {} {}",
            say("Căn cứ", "Basis"),
            b.title.get(lang),
            say("phát hành", "published"),
            b.date.as_deref().unwrap_or(unknown),
            say("đường ranh", "line"),
            b.line_accuracy_m,
            say("văn bản", "legal act"),
            b.legal_act.as_deref().unwrap_or(unknown),
            say("tại ngày", "at"),
            answer.at,
        ));
    }
    lines.join("\n")
}

fn headline(answer: &Answer, lang: Lang) -> String {
    let text = match answer.verdict {
        Verdict::Sole => Text::new("MỘT ĐỊA PHƯƠNG", "ONE LOCALITY"),
        Verdict::Disputed => Text::new("ĐANG TRANH CHẤP", "DISPUTED"),
        Verdict::Uncertain => Text::new("CHƯA CHẮC CHẮN", "UNCERTAIN"),
        Verdict::None => Text::new("NGOÀI DỮ LIỆU", "OUTSIDE THE DATA"),
        Verdict::AmbiguousPosition => Text::new("VỊ TRÍ CHƯA RÕ", "AMBIGUOUS POSITION"),
        Verdict::NotKnown => Text::new("KHÔNG RÕ", "NOT KNOWN"),
    };
    let indicative = answer.basis.as_ref().is_some_and(|b| b.indicative);
    let mark = Text::new(" · CHỈ DẪN", " · INDICATIVE");
    format!("{}{}", text.get(lang), if indicative { mark.get(lang) } else { "" })
}

fn locality(l: &Locality, lang: Lang) -> String {
    let code = l.code.as_deref().unwrap_or("?");
    let above: Vec<&str> = [l.district.as_deref(), l.province.as_deref()].into_iter().flatten().collect();
    let became: Vec<&str> = l.became.iter().map(|u| u.name.as_str()).collect();
    let mut line = format!("  {:>8}  {} [{code}], {}", percent(l.probability, lang), l.name, above.join(", "));
    if !l.candidates.is_empty() {
        let names: Vec<&str> = l.candidates.iter().map(|c| c.name.as_str()).collect();
        line += &format!(" ({} {})", if lang == Lang::Vi { "một trong" } else { "one of" }, names.join(", "));
    }
    if !became.is_empty() {
        line += &format!(" → {}", became.join(", "));
    }
    line
}

/// The word the JSON uses.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
