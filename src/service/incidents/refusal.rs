//! Why something cannot be done to an incident.

use uuid::Uuid;

use super::IncidentFeature;
use crate::domain::{IncidentError, Text};

#[derive(Debug, Clone, thiserror::Error)]
pub enum IncidentRefusal {
    #[error("{field}: {}", why.en)]
    Field { field: String, why: Text },
    #[error("no incident {0}")]
    NotFound(Uuid),
    /// Who asks may not; the sentence says who may.
    #[error("{}", .0.en)]
    Forbidden(Text),
    #[error(transparent)]
    DoesNotFit(#[from] IncidentError),
    /// Somebody else was first; the incident as it is now.
    #[error("it is at version {}, not {yours}", current.properties.version)]
    Moved { yours: u32, current: Box<IncidentFeature> },
    #[error("which version it is made on was not said")]
    NoVersion,
    #[error("the id {0} stands for something else")]
    IdTaken(Uuid),
    /// The same UUID with another content; what was reported first stands.
    #[error("incident {0} was reported with another content")]
    ReportDiffers(Uuid),
}

impl IncidentRefusal {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            IncidentRefusal::Field { .. } => "bad_field",
            IncidentRefusal::NotFound(_) => "no_such_incident",
            IncidentRefusal::Forbidden(_) => "not_allowed",
            IncidentRefusal::DoesNotFit(e) => e.code(),
            IncidentRefusal::Moved { .. } => "version_conflict",
            IncidentRefusal::NoVersion => "version_missing",
            IncidentRefusal::IdTaken(_) => "id_taken",
            IncidentRefusal::ReportDiffers(_) => "report_differs",
        }
    }

    /// What was wrong, where, and what to do.
    pub fn text(&self) -> Text {
        match self {
            IncidentRefusal::Field { field, why } => {
                Text::new(format!("«{field}»: {}.", why.vi), format!("“{field}”: {}.", why.en))
            }
            IncidentRefusal::NotFound(id) => Text::new(
                format!("Không có vụ việc {id}, hoặc bạn không được xem."),
                format!("There is no incident {id}, or you may not see it."),
            ),
            IncidentRefusal::Forbidden(text) => text.clone(),
            IncidentRefusal::DoesNotFit(e) => e.text(),
            IncidentRefusal::Moved { yours, current } => Text::new(
                format!(
                    "Người khác đã sửa trước: bạn sửa trên phiên bản {yours}, nay là phiên bản {}. Hãy xem bản hiện tại rồi sửa lại.",
                    current.properties.version
                ),
                format!(
                    "Someone else was first: you worked on version {yours}, now it is version {}. Look at it as it is, then do it again.",
                    current.properties.version
                ),
            ),
            IncidentRefusal::NoVersion => Text::new(
                "Hãy gửi kèm If-Match với phiên bản bạn đã xem, ví dụ If-Match: \"3\".",
                "Send If-Match with the version you looked at, such as If-Match: \"3\".",
            ),
            IncidentRefusal::IdTaken(id) => Text::new(
                format!("Mã {id} đã dùng cho việc khác: hãy tạo mã mới."),
                format!("The id {id} stands for something else: make a new one."),
            ),
            IncidentRefusal::ReportDiffers(id) => Text::new(
                format!(
                    "Vụ {id} đã được báo với nội dung khác. Báo cáo đầu tiên được giữ; hãy gửi phần sửa bằng PATCH."
                ),
                format!(
                    "Incident {id} was reported with another content. The first report stands; send the correction with PATCH."
                ),
            ),
        }
    }
}
