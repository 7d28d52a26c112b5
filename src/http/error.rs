//! Errors as RFC 9457 problem+json. The only place that knows status codes.

use std::any::Any;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Lang, RecordError, Text, UserRole};
use crate::phone::AreaError;
use crate::service::basemap::BaseMapError;
use crate::service::{ActionError, IncidentRefusal, PeopleError, PhotoRefusal, QuestionError, ShapeFault};
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
    /// Seconds to wait before the next try; in the header Retry-After, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
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
            retry_after_s: None,
        }
    }

    /// A change that cannot be made. What the client cannot help goes to the log.
    pub fn refused(error: &ActionError, lang: Lang) -> Problem {
        let status = match error {
            ActionError::Record(RecordError::Unknown { .. }) | ActionError::Store(StoreError::NoFile(_)) => {
                StatusCode::NOT_FOUND
            }
            ActionError::Record(_) | ActionError::Differs(_) => StatusCode::CONFLICT,
            ActionError::Incident(refusal) => match refusal {
                IncidentRefusal::Field { .. } => StatusCode::BAD_REQUEST,
                IncidentRefusal::NotFound(_) => StatusCode::NOT_FOUND,
                IncidentRefusal::Forbidden(_) => StatusCode::FORBIDDEN,
                IncidentRefusal::Moved { .. } => StatusCode::PRECONDITION_FAILED,
                IncidentRefusal::NoVersion => StatusCode::PRECONDITION_REQUIRED,
                IncidentRefusal::DoesNotFit(_) | IncidentRefusal::IdTaken(_) | IncidentRefusal::ReportDiffers(_) => {
                    StatusCode::CONFLICT
                }
            },
            ActionError::Photo(refusal) => match refusal {
                PhotoRefusal::File(_) | PhotoRefusal::Checksum => StatusCode::UNPROCESSABLE_ENTITY,
                PhotoRefusal::Offset(_) => StatusCode::CONFLICT,
                PhotoRefusal::NotFound(_) => StatusCode::NOT_FOUND,
                PhotoRefusal::TooBig { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            },
            ActionError::People(refusal) => match refusal {
                PeopleError::WrongPassword | PeopleError::NotSignedIn => StatusCode::UNAUTHORIZED,
                PeopleError::Locked(_) => StatusCode::TOO_MANY_REQUESTS,
                PeopleError::NameTaken(_) | PeopleError::LastAdmin => StatusCode::CONFLICT,
                PeopleError::NoAccount(_) | PeopleError::NoToken(_) => StatusCode::NOT_FOUND,
                PeopleError::ShortPassword
                | PeopleError::BadName(_)
                | PeopleError::NoRole(_)
                | PeopleError::BadLink => StatusCode::BAD_REQUEST,
            },
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

    pub fn who_are_you(lang: Lang) -> Problem {
        let title = Text::new("Chưa đăng nhập", "Not signed in");
        let detail = Text::new(
            "Hãy đăng nhập ở /signin, hoặc gửi mã truy cập: Authorization: Bearer …",
            "Sign in at /signin, or send a token: Authorization: Bearer …",
        );
        Problem::new(StatusCode::UNAUTHORIZED, &title, &detail, "not_signed_in", lang)
    }

    pub fn bad_token(lang: Lang) -> Problem {
        let title = Text::new("Mã truy cập không dùng được", "The token is no good");
        let detail = Text::new(
            "Mã truy cập không đúng, hoặc đã bị thu hồi: hãy tạo mã mới.",
            "The token is unknown, or was revoked: make a new one.",
        );
        Problem::new(StatusCode::UNAUTHORIZED, &title, &detail, "bad_token", lang)
    }

    pub fn read_only(lang: Lang) -> Problem {
        let title = Text::new("Mã chỉ để đọc", "A token to read with");
        let detail = Text::new("Mã truy cập này chỉ đọc được.", "This token can only read.");
        Problem::new(StatusCode::FORBIDDEN, &title, &detail, "read_only_token", lang)
    }

    pub fn wrong_role(roles: &[UserRole], lang: Lang) -> Problem {
        let names: Vec<Text> = roles.iter().map(|r| r.name()).collect();
        let join = |pick: fn(&Text) -> &str| names.iter().map(pick).collect::<Vec<_>>().join(", ");
        let title = Text::new("Không có quyền", "Not allowed");
        let detail =
            Text::new(format!("Việc này dành cho: {}.", join(|t| &t.vi)), format!("This is for: {}.", join(|t| &t.en)));
        Problem::new(StatusCode::FORBIDDEN, &title, &detail, "wrong_role", lang)
    }

    /// A route nobody wrote a rule for.
    pub fn no_rule(lang: Lang) -> Problem {
        let title = Text::new("Không có quyền", "Not allowed");
        let detail = Text::new("Địa chỉ này không mở cho ai.", "This address is open to nobody.");
        Problem::new(StatusCode::FORBIDDEN, &title, &detail, "no_rule", lang)
    }

    pub fn foreign_page(lang: Lang) -> Problem {
        let title = Text::new("Không phải từ trang này", "Not from our own page");
        let detail = Text::new(
            "Yêu cầu không đến từ trang của chính máy chủ này, hoặc thiếu X-CSRF-Token: hãy tải lại trang.",
            "The request does not come from this server's own page, or lacks X-CSRF-Token: load the page again.",
        );
        Problem::new(StatusCode::FORBIDDEN, &title, &detail, "foreign_page", lang)
    }

    pub fn too_many(wait: std::time::Duration, lang: Lang) -> Problem {
        let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
        let title = Text::new("Quá nhiều yêu cầu", "Too many requests");
        let detail = Text::new(format!("Hãy đợi {seconds} giây."), format!("Wait {seconds} seconds."));
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, &title, &detail, "too_many", lang);
        Problem { retry_after_s: Some(seconds), ..problem }
    }

    pub fn bad_question(error: &QuestionError, lang: Lang) -> Problem {
        let title = Text::new("Câu hỏi không đọc được", "The question cannot be read");
        Problem::new(StatusCode::BAD_REQUEST, &title, &error.text(), error.code(), lang)
    }

    /// An area for a phone that is none.
    pub fn bad_area(error: &AreaError, lang: Lang) -> Problem {
        let title = Text::new("Khu vực không đóng gói được", "The area cannot be packed");
        let status = match error {
            AreaError::Unwritable(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Problem::new(status, &title, &error.text(), error.code(), lang)
    }

    pub fn bad_parameter(name: &str, lang: Lang) -> Problem {
        let title = Text::new("Tham số không đọc được", "A parameter cannot be read");
        let detail = Text::new(
            format!("Tham số «{name}» không đọc được; xem /api/docs."),
            format!("Cannot read the parameter “{name}”; see /api/docs."),
        );
        Problem::new(StatusCode::BAD_REQUEST, &title, &detail, "unreadable_parameter", lang)
    }

    /// The file of the base map was moved, replaced or damaged while it was served.
    pub fn no_basemap(error: &BaseMapError, lang: Lang) -> Problem {
        tracing::error!("{error}");
        let title = Text::new("Bản đồ nền không đọc được", "The base map cannot be read");
        let detail = Text::new(
            "Tệp bản đồ nền ở máy chủ không đọc được nữa; người quản trị hãy xem nhật ký.",
            "The base map's file on the server can no longer be read; the administrator finds why in the log.",
        );
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, &title, &detail, "basemap_unreadable", lang)
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
        let wait = self.retry_after_s;
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self)).into_response();
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
        }
        response
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
