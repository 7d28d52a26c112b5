//! What a phone cannot answer, in both languages, in the shape of the server's problems (RFC 9457).

use serde::Serialize;

use crate::domain::{Lang, Text};
use crate::service::QuestionError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The file is no pack, or damaged.
    #[error("no pack of an area, or a damaged one")]
    Unreadable,
    /// Nothing has been taken along yet.
    #[error("no area has been taken along")]
    NoArea,
    /// The message is none this engine knows.
    #[error("unreadable message: {0}")]
    Message(String),
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The position is outside the area taken along.
    #[error("not in the area taken along")]
    OutsideArea,
    /// The position is in the area; what decides the answer is not.
    #[error("the answer reaches beyond the area taken along")]
    BeyondArea,
}

/// As the server writes its problems.
#[derive(Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    detail: String,
    code: &'static str,
}

impl Refusal {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Unreadable => "area_unreadable",
            Refusal::NoArea => "no_area",
            Refusal::Message(_) => "unreadable_message",
            Refusal::Question(e) => e.code(),
            Refusal::OutsideArea => "outside_area",
            Refusal::BeyondArea => "beyond_area",
        }
    }

    /// What was wrong and what to do.
    pub fn text(&self) -> Text {
        match self {
            Refusal::Question(e) => e.text(),
            Refusal::Unreadable => Text::new(
                "Dữ liệu khu vực mang theo bị hỏng hoặc thuộc phiên bản khác: hãy tải lại khi có sóng.",
                "The area taken along is damaged or of another version: take it along again when there is a signal.",
            ),
            Refusal::NoArea => Text::new(
                "Chưa mang theo khu vực nào: hãy tải trước khi đi, lúc còn sóng.",
                "No area has been taken along: do so before leaving, while there is a signal.",
            ),
            Refusal::Message(cause) => {
                Text::new(format!("Yêu cầu không đọc được: {cause}"), format!("The request cannot be read: {cause}"))
            }
            Refusal::OutsideArea => Text::new(
                "Vị trí nằm ngoài khu vực mang theo: điện thoại không trả lời được; hãy hỏi máy chủ khi có sóng.",
                "The position is not in the area taken along: the phone cannot answer; ask the server when there is a signal.",
            ),
            Refusal::BeyondArea => Text::new(
                "Vị trí ở trong khu vực mang theo, nhưng câu trả lời còn tùy vào đất ở ngoài (gần mép, hoặc sai số vị trí quá lớn): hãy đo lại chính xác hơn hoặc hỏi máy chủ khi có sóng.",
                "The position is in the area taken along, but the answer depends on land beyond it (near its rim, or the position is too inaccurate): measure again, or ask the server when there is a signal.",
            ),
        }
    }

    pub fn problem(&self, lang: Lang) -> Problem {
        let title = match self {
            Refusal::Question(_) | Refusal::Message(_) => {
                Text::new("Câu hỏi không đọc được", "The question cannot be read")
            }
            _ => Text::new("Điện thoại không trả lời được", "The phone cannot answer"),
        };
        Problem {
            kind: "about:blank",
            title: title.get(lang).into(),
            status: if matches!(self, Refusal::Question(_) | Refusal::Message(_)) { 400 } else { 404 },
            detail: self.text().get(lang).into(),
            code: self.code(),
        }
    }
}
