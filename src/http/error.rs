//! Errors as RFC 9457 problem+json. The only place that knows status codes.

use std::any::Any;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Lang, RecordError, Text};
use crate::service::{ActionError, QuestionError, ShapeFault};
use crate::store::StoreError;

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
    /// Faults of a refused shape, each with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

/// A fault in a filed shape. WGS 84 degrees; null where it has no place on the ground.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Fault {
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    #[serde(flatten)]
    pub text: Text,
}

impl Problem {
    fn new(status: StatusCode, title: &Text, detail: &Text, code: &'static str, lang: Lang) -> Problem {
        Problem {
            kind: "about:blank",
            title: title.get(lang).into(),
            status: status.as_u16(),
            detail: detail.get(lang).into(),
            code,
            faults: Vec::new(),
        }
    }

    /// A change that cannot be made. What the client cannot help goes to the log.
    pub fn refused(error: &ActionError, lang: Lang) -> Problem {
        let status = match error {
            ActionError::Record(RecordError::Unknown { .. }) | ActionError::Store(StoreError::NoFile(_)) => {
                StatusCode::NOT_FOUND
            }
            ActionError::Record(_) | ActionError::Differs(_) => StatusCode::CONFLICT,
            ActionError::Store(StoreError::TooBig { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            ActionError::Store(StoreError::Moved(_)) | ActionError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            ActionError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            ActionError::Shape(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_REQUEST,
        };
        if status.is_server_error() {
            tracing::error!(%error, "a change was not made");
        }
        let title = Text::new("Không thực hiện được", "It could not be done");
        let faults = match error {
            ActionError::Shape(faults) => faults.as_slice(),
            _ => &[],
        };
        let fault =
            |f: &ShapeFault| Fault { lon: f.place.map(|p| p.0), lat: f.place.map(|p| p.1), text: f.text.clone() };
        let problem = Problem::new(status, &title, &error.text(), error.code(), lang);
        Problem { faults: faults.iter().map(fault).collect(), ..problem }
    }

    pub fn bad_body(cause: &str, lang: Lang) -> Problem {
        let title = Text::new("Nội dung không đọc được", "The body cannot be read");
        let detail = Text::new(
            format!("Nội dung gửi lên không đọc được: {cause}; xem /api/docs."),
            format!("The body cannot be read: {cause}; see /api/docs."),
        );
        Problem::new(StatusCode::BAD_REQUEST, &title, &detail, "unreadable_body", lang)
    }

    pub fn too_big(limit: usize, lang: Lang) -> Problem {
        let title = Text::new("Nội dung quá lớn", "The body is too big");
        let detail = Text::new(format!("Tối đa {limit} byte."), format!("{limit} bytes at most."));
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, &title, &detail, "too_big", lang)
    }

    pub fn only_from_here(lang: Lang) -> Problem {
        let title = Text::new("Không được ghi từ đây", "No writing from here");
        let detail = Text::new(
            "Chưa có tài khoản người dùng: chỉ ghi được từ chính máy chủ này, từ trang của chính nó.",
            "There are no accounts yet: records can be changed from the server's own machine and page only.",
        );
        Problem::new(StatusCode::FORBIDDEN, &title, &detail, "only_from_here", lang)
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
