//! What can go wrong with a store, in its own words.

use std::path::PathBuf;

use super::Seq;
use crate::domain::Text;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Others have written meanwhile; the number of the last line now.
    #[error("the journal went on to line {0}")]
    Moved(Seq),
    #[error("{}: line {line}: {cause}", path.display())]
    Damaged { path: PathBuf, line: Seq, cause: String },
    /// Something in the store is not what this program writes.
    #[error("the store cannot be understood: {0}")]
    Unreadable(String),
    #[error("{0} was written by a newer giapranh")]
    TooNew(String),
    #[error("{name}: {cause}{}", explained(cause))]
    Postgres { name: String, cause: postgres::Error },
    #[error("{0}… is no place for a store: use postgres://… or sqlite:FOLDER")]
    NoPlace(String),
    #[error("{}: {cause}", path.display())]
    Sqlite { path: PathBuf, cause: rusqlite::Error },
    #[error("{}: {cause}", path.display())]
    Migration { path: PathBuf, cause: rusqlite_migration::Error },
    #[error("{}: {cause}", path.display())]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("no file {0} is kept here")]
    NoFile(String),
    #[error("{bytes} bytes, more than {limit}")]
    TooBig { bytes: u64, limit: u64 },
}

/// What the server itself says, which `postgres::Error` keeps to itself.
fn explained(error: &postgres::Error) -> String {
    error.as_db_error().map(|e| format!(": {}", e.message())).unwrap_or_default()
}

impl StoreError {
    pub fn unreadable(cause: &dyn std::fmt::Display) -> StoreError {
        StoreError::Unreadable(cause.to_string())
    }

    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Moved(_) => "changed_meanwhile",
            StoreError::Damaged { .. } => "records_damaged",
            StoreError::NoFile(_) => "no_such_file",
            StoreError::TooBig { .. } => "file_too_big",
            StoreError::Unreadable(_) => "records_damaged",
            StoreError::NoPlace(_) => "no_such_store",
            StoreError::TooNew(_) => "store_too_new",
            StoreError::Sqlite { .. }
            | StoreError::Migration { .. }
            | StoreError::Postgres { .. }
            | StoreError::Io { .. } => "records_unavailable",
        }
    }

    pub fn text(&self) -> Text {
        match self {
            StoreError::Moved(_) => Text::new(
                "Hồ sơ vừa được người khác sửa; hãy xem lại rồi làm lại.",
                "Somebody else changed the records just now; look again, then repeat.",
            ),
            StoreError::Damaged { path, line, cause } => Text::new(
                format!("Sổ hồ sơ {} hỏng ở dòng {line}: {cause}. Hãy dùng bản sao lưu.", path.display()),
                format!("The journal {} is damaged at line {line}: {cause}. Use a backup.", path.display()),
            ),
            StoreError::TooNew(name) => Text::new(
                format!("Kho {name} do một bản giapranh mới hơn ghi: hãy cập nhật chương trình."),
                format!("The store {name} was written by a newer giapranh: update the program."),
            ),
            StoreError::NoFile(sha256) => {
                Text::new(format!("Không có tệp {sha256} trong hồ sơ."), format!("No file {sha256} is kept here."))
            }
            StoreError::TooBig { bytes, limit } => Text::new(
                format!("Tệp {bytes} byte, quá giới hạn {limit} byte."),
                format!("The file has {bytes} bytes, more than the limit of {limit}."),
            ),
            other => Text::new(
                format!("Không mở hoặc ghi được hồ sơ: {other}. Chưa có gì được ghi."),
                format!("The records cannot be opened or written: {other}. Nothing was written."),
            ),
        }
    }
}
