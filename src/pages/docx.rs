//! The review as a Word file in the layout of an official report, to edit and sign. What the program does not know is a
//! marked blank. Layout: Decree 30/2020/NĐ-CP of 5 March 2020 on records work, annex I (A4, Times New Roman 13–14, margins
//! 20–25 mm above and below, 30–35 mm left, 15–20 mm right; the issuing body left, the national motto right).

use docx_rs::{
    AlignmentType, BreakType, Docx, DocxError, PageMargin, Paragraph, Run, RunFonts, Shading, Table, TableBorders,
    TableCell, TableRow, WidthType,
};

use super::lists::{measured, when};
use super::words::{self, in_year, no_incidents, say, state};
use crate::domain::Lang;
use crate::service::review::Review;

/// Twentieths of a point, of a millimetre.
pub(super) const fn mm(mm: i32) -> i32 {
    mm * 1440 * 10 / 254
}

/// Half-points: 13 pt and 14 pt.
const BODY: usize = 26;
pub(super) const TITLE: usize = 28;
/// A4 in twentieths of a point.
pub(super) const A4: (u32, u32) = (11906, 16838);

pub(super) fn run(text: &str) -> Run {
    let font = "Times New Roman";
    Run::new().add_text(text).size(BODY).fonts(RunFonts::new().ascii(font).hi_ansi(font).cs(font).east_asia(font))
}

/// A blank to fill in, marked.
pub(super) fn blank(text: &str) -> Run {
    run(&format!("[{text}]")).shading(Shading::new().fill("FFF2CC"))
}

pub(super) fn centred(run: Run) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).add_run(run)
}

pub(super) fn line(text: &str) -> Paragraph {
    Paragraph::new().align(AlignmentType::Both).add_run(run(text))
}

pub(super) fn heading(text: &str) -> Paragraph {
    Paragraph::new().add_run(run(text).bold())
}

pub(super) fn item(text: &str) -> Paragraph {
    line(&format!("- {text}"))
}

pub(super) fn side_by_side(left: Vec<Paragraph>, right: Vec<Paragraph>) -> Table {
    let cell = |paragraphs: Vec<Paragraph>, width| {
        paragraphs.into_iter().fold(TableCell::new(), TableCell::add_paragraph).width(width, WidthType::Dxa)
    };
    Table::new(vec![TableRow::new(vec![cell(left, 3900), cell(right, 5500)])])
        .width(9400, WidthType::Dxa)
        .set_borders(TableBorders::with_empty())
}

/// # Errors
/// [`DocxError`] where the file cannot be put together.
pub fn review(r: &Review, lang: Lang) -> Result<Vec<u8>, DocxError> {
    let mut docx = Docx::new()
        .page_size(A4.0, A4.1)
        .page_margin(PageMargin::new().top(mm(20)).bottom(mm(20)).left(mm(30)).right(mm(15)))
        .add_table(side_by_side(
            vec![
                centred(blank(say(lang, "TÊN CƠ QUAN CHỦ QUẢN", "SUPERIOR BODY"))),
                centred(blank(say(lang, "TÊN CƠ QUAN BAN HÀNH", "ISSUING BODY")).bold()),
                centred(run(say(lang, "Số: ", "No.: "))).add_run(blank("…")).add_run(run("/BC-")).add_run(blank("…")),
            ],
            vec![
                centred(run(say(lang, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")).bold()),
                centred(
                    run(say(lang, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"))
                        .bold()
                        .underline("single"),
                ),
                Paragraph::new()
                    .align(AlignmentType::Center)
                    .add_run(blank(say(lang, "Địa danh", "Place")))
                    .add_run(run(say(lang, ", ngày … tháng … năm …", ", day … month … year …")).italic()),
            ],
        ))
        .add_paragraph(Paragraph::new())
        .add_paragraph(centred(run(say(lang, "BÁO CÁO", "REPORT")).bold().size(TITLE)))
        .add_paragraph(centred(
            run(&format!("{} {}", say(lang, "Kết quả phối hợp năm", "On cooperation in"), r.year)).bold().size(TITLE),
        ))
        .add_paragraph(centred(run(r.agreement.title.get(lang)).bold()))
        .add_paragraph(Paragraph::new());
    for paragraph in body(r, lang) {
        docx = docx.add_paragraph(paragraph);
    }
    docx = docx.add_paragraph(Paragraph::new()).add_table(side_by_side(
        vec![
            Paragraph::new().add_run(run(say(lang, "Nơi nhận:", "Copies to:")).bold().italic()),
            Paragraph::new().add_run(run("- ")).add_run(blank(say(lang, "các bên của thỏa thuận", "the parties"))),
            Paragraph::new().add_run(run(say(lang, "- Lưu: VT.", "- File."))),
        ],
        vec![
            centred(blank(say(lang, "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", "OFFICE OF THE SIGNATORY")).bold()),
            centred(run(say(lang, "(Ký, ghi rõ họ tên, đóng dấu)", "(signature, name, seal)")).italic())
                .add_run(Run::new().add_break(BreakType::TextWrapping).add_break(BreakType::TextWrapping)),
            centred(blank(say(lang, "Họ và tên", "Name"))),
        ],
    ));
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn body(r: &Review, lang: Lang) -> Vec<Paragraph> {
    let a = &r.agreement;
    let mut all = vec![line(&format!(
        "{} {}; {}. {}",
        say(lang, "Ký ngày", "Signed"),
        words::date_or(a.signed, lang, ("không rõ", "not known")),
        words::in_force(a.in_force).get(lang),
        a.note.get(lang)
    ))];
    all.push(heading(say(lang, "I. HOẠT ĐỘNG CHUNG", "I. JOINT ACTIVITIES")));
    if r.activities.is_empty() {
        all.push(line(say(lang, "Chưa ghi nhận hoạt động nào.", "No activity is recorded.")));
    }
    for activity in &r.activities {
        let figures: Vec<String> =
            activity.measures.iter().map(|m| measured(&m.what, m.value, m.at_least, lang)).collect();
        all.push(item(&format!("{} ({}): {}.", activity.title.get(lang), when(activity, lang), figures.join("; "))));
        all.push(line(&format!("  {}: {}.", say(lang, "Nguồn", "Source"), words::document(&activity.document, lang))));
    }
    all.push(heading(say(lang, "II. VỤ VIỆC", "II. INCIDENTS")));
    match r.incidents.as_deref() {
        None | Some([]) => all.push(line(no_incidents(lang))),
        Some(sides) => all.extend(sides.iter().map(|side| item(&words::incidents_of(side, lang)))),
    }
    all.push(Paragraph::new().add_run(blank(say(
        lang,
        "số vụ theo loại và theo bên, nếu có",
        "number by kind and side, if any",
    ))));
    all.push(heading(say(lang, "III. TRANH CHẤP ĐỊA GIỚI", "III. BOUNDARY DISPUTES")));
    for d in &r.disputes {
        let year = in_year(d, lang);
        let year = if year.is_empty() { year } else { format!("; {year}") };
        all.push(item(&format!("{}: {}{year}.", d.name.get(lang), words::status(d.status).get(lang))));
    }
    all.push(heading(say(lang, "IV. CAM KẾT", "IV. OBLIGATIONS")));
    for o in &r.obligations {
        all.push(item(&format!("{} ({})", o.text.get(lang), state(o.open, lang))));
        all.extend(o.progress.iter().map(|p| line(&format!("  {}: {}", words::date(p.date, lang), p.text.get(lang)))));
    }
    all.push(heading(say(lang, "V. ĐÁNH GIÁ, KIẾN NGHỊ", "V. ASSESSMENT AND PROPOSALS")));
    all.push(Paragraph::new().add_run(blank(say(lang, "đánh giá của các bên", "the parties' assessment"))));
    all.push(Paragraph::new().add_run(blank(say(lang, "kiến nghị", "proposals"))));
    all
}
