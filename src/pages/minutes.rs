//! Joint minutes (biên bản) of an incident as a Word file, to edit and sign on paper. What the program does not know is a
//! marked blank. The layout is that of `docx.rs`.

use docx_rs::{AlignmentType, Docx, PageMargin, Paragraph};

use super::docx::{A4, TITLE, blank, centred, heading, item, line, mm, run, side_by_side};
use super::words::{self, say};
use crate::domain::{Lang, vietnam};
use crate::service::incidents::IncidentFeature;

/// `None` where the incident's facts are hidden from whoever asks, or the file cannot be put together.
pub fn minutes_docx(incident: &IncidentFeature, lang: Lang) -> Option<Vec<u8>> {
    let p = &incident.properties;
    let facts = p.facts.as_ref()?;
    let day = |at: jiff::Timestamp| words::date(at.to_zoned(vietnam()).date(), lang);
    let mut docx = Docx::new()
        .page_size(A4.0, A4.1)
        .page_margin(PageMargin::new().top(mm(20)).bottom(mm(20)).left(mm(30)).right(mm(15)))
        .add_paragraph(centred(
            run(say(lang, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")).bold(),
        ))
        .add_paragraph(centred(
            run(say(lang, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"))
                .bold()
                .underline("single"),
        ))
        .add_paragraph(Paragraph::new())
        .add_paragraph(centred(run(say(lang, "BIÊN BẢN", "MINUTES")).bold().size(TITLE)))
        .add_paragraph(centred(
            run(&format!("{}: {}", say(lang, "Phối hợp xử lý vụ việc", "On handling together"), p.kind_name.get(lang)))
                .bold(),
        ))
        .add_paragraph(Paragraph::new())
        .add_paragraph(
            Paragraph::new()
                .add_run(run(say(lang, "Hôm nay, ngày … tháng … năm …, tại ", "Today, …, at ")))
                .add_run(blank(say(lang, "địa điểm", "place")))
                .add_run(run(say(lang, ", chúng tôi gồm:", ", were present:"))),
        );
    for l in p.lines.iter().filter(|l| l.handed_to.is_none()) {
        let name = l.unit.as_ref().map_or_else(
            || say(lang, "Quản trị", "Administrators").to_owned(),
            |u| match &u.province {
                Some(province) => format!("{}, {province}", u.name),
                None => u.name.clone(),
            },
        );
        docx =
            docx.add_paragraph(
                Paragraph::new()
                    .add_run(run(&format!("- {}: {name}: ", say(lang, "Bên", "Party"))))
                    .add_run(blank(say(lang, "họ tên, chức vụ", "name, post"))),
            );
    }
    let position = incident.geometry.as_ref().map_or_else(
        || facts.position_as_typed.clone(),
        |g| format!("{}, {} (WGS 84)", g["coordinates"][1], g["coordinates"][0]),
    );
    docx = docx
        .add_paragraph(heading(say(lang, "1. Vụ việc", "1. The incident")))
        .add_paragraph(item(&format!("{}: {}", say(lang, "Mã số", "Id"), incident.id)))
        .add_paragraph(item(&format!("{}: {}", say(lang, "Ngày xảy ra", "Day"), day(p.occurred_at))))
        .add_paragraph(item(&format!("{}: {position}", say(lang, "Vị trí", "Position"))))
        .add_paragraph(item(&format!("{}: {}", say(lang, "Ghi như", "As typed"), facts.position_as_typed)));
    if let Some(area) = facts.perimeter_m2.or(facts.area_ha.map(|ha| ha * 1e4)) {
        docx =
            docx.add_paragraph(item(&format!("{}: {}", say(lang, "Diện tích", "Area"), words::hectares(area, lang))));
    }
    if let Some(text) = &facts.description {
        docx = docx.add_paragraph(line(text));
    }
    let judged = &facts.judged;
    let basis = judged.dataset.as_deref().unwrap_or("–");
    docx = docx
        .add_paragraph(heading(say(lang, "2. Căn cứ về địa giới", "2. What the boundary rests on")))
        .add_paragraph(line(judged.explanation.get(lang)))
        .add_paragraph(item(&format!(
            "{}: {basis}; {}: {}{}",
            say(lang, "Bộ ranh giới", "Dataset"),
            say(lang, "quy tắc", "rules"),
            judged.rules,
            if judged.indicative { say(lang, "; ranh giới chỉ dẫn", "; indicative boundaries") } else { "" },
        )))
        .add_paragraph(heading(say(lang, "3. Nội dung thống nhất", "3. What was agreed")));
    let text = facts.minutes.as_ref().and_then(|m| m.text.as_deref());
    docx = match text {
        Some(text) => text.lines().fold(docx, |docx, l| docx.add_paragraph(line(l))),
        None => docx.add_paragraph(Paragraph::new().add_run(blank(say(lang, "nội dung", "text")))),
    };
    docx = docx.add_paragraph(Paragraph::new());
    let signs = |l: &&crate::service::incidents::LineView| l.handed_to.is_none();
    let parties: Vec<_> = p.lines.iter().filter(signs).collect();
    for pair in parties.chunks(2) {
        let column = |l: Option<&&crate::service::incidents::LineView>| match l {
            None => vec![Paragraph::new()],
            Some(l) => {
                let name = l.unit.as_ref().map_or("–", |u| u.name.as_str());
                vec![
                    centred(run(&format!("{} {}", say(lang, "ĐẠI DIỆN", "FOR"), name.to_uppercase())).bold()),
                    centred(run(say(lang, "(ký, ghi rõ họ tên)", "(signature, name)")).italic()),
                    Paragraph::new(),
                    Paragraph::new().align(AlignmentType::Center).add_run(blank(say(lang, "họ và tên", "name"))),
                ]
            }
        };
        docx = docx.add_table(side_by_side(column(pair.first()), column(pair.get(1))));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).ok()?;
    Some(bytes.into_inner())
}
