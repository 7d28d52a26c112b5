//! Errors as RFC 9457 problem+json. The only place that knows status codes.

use std::any::Any;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Lang, Text};
use crate::service::QuestionError;

/// RFC 9457 problem details.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always "about:blank": `code` names the kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    pub status: u16,
    /// What was wrong, where, and what to do; in the language asked for.
    pub detail: String,
    /// A stable name for scripts.
    pub code: &'static str,
}

impl Problem {
    fn new(status: StatusCode, title: &Text, detail: &Text, code: &'static str, lang: Lang) -> Problem {
        Problem {
            kind: "about:blank",
            title: title.get(lang).into(),
            status: status.as_u16(),
            detail: detail.get(lang).into(),
            code,
        }
    }

    pub fn bad_question(error: &QuestionError, lang: Lang) -> Problem {
        let title = Text::new("Câu hỏi không đọc được", "The question cannot be read");
        Problem::new(StatusCode::BAD_REQUEST, &title, &error.text(), error.code(), lang)
    }

    pub fn bad_parameter(name: &str, lang: Lang) -> Problem {
        let title = Text::new("Tham số không đọc được", "A parameter cannot be read");
        let detail = Text::new(
            format!("Tham số «{name}» không đọc được; xem /api/docs."),
            format!("Cannot read the parameter “{name}”; see /api/docs."),
        );
        Problem::new(StatusCode::BAD_REQUEST, &title, &detail, "unreadable_parameter", lang)
    }

    pub fn no_such_place(path: &str, lang: Lang) -> Problem {
        let title = Text::new("Không có địa chỉ này", "No such address");
        let path: String = path.chars().take(80).collect();
        let detail = Text::new(
            format!("Không có «{path}» ở máy chủ này; xem /api/docs."),
            format!("There is no “{path}” on this server; see /api/docs."),
        );
        Problem::new(StatusCode::NOT_FOUND, &title, &detail, "not_found", lang)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self)).into_response()
    }
}

/// A fault of the program: the cause goes to the log, once; the client is told it was not their doing.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(cause, "a handler panicked");
    let text = Text::new("Lỗi của chương trình / A fault of the program", "");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, &text, &text, "internal", Lang::Vi).into_response()
}
