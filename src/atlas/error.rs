//! What can be wrong with geodata, boundary files and the datasets kept in the data folder.
//!
//! Every message is one line, Vietnamese first, then English, and names the file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::Text;

/// One thing wrong in one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub file: String,
    /// Where in the file: a row, a key, a feature, a line and column. Empty: the file as a whole.
    pub place: String,
    pub what: Text,
}

impl Problem {
    pub fn new(file: impl Into<String>, place: impl Into<String>, what: Text) -> Problem {
        Problem { file: file.into(), place: place.into(), what }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}: {} · {}", self.file, self.place, self.what.vi, self.what.en)
    }
}

/// The errors of this floor.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The project's own geodata is not in order. All problems of all files.
    #[error("geodata có {n} lỗi · geodata has {n} problems{list}", n = .0.len(), list = listed(.0))]
    Geodata(Vec<Problem>),
    /// A published boundary file cannot be read.
    #[error("tệp ranh giới có {n} lỗi · the boundary files have {n} problems{list}", n = .0.len(), list = listed(.0))]
    Unreadable(Vec<Problem>),
    /// The stored datasets cannot be trusted. Nothing else is wrong: pulling them anew mends it.
    #[error(
        "{}: dữ liệu ranh giới đã lưu bị hỏng ({}), hãy chạy `giapranh boundaries pull` · the stored boundaries are damaged ({}), run `giapranh boundaries pull`",
        path.display(), why.vi, why.en
    )]
    Damaged { path: PathBuf, why: Text },
    #[error(
        "{file}: sai mã kiểm SHA-256, cần {expected}, nhận {found} · wrong SHA-256: expected {expected}, found {found}"
    )]
    Checksum { file: String, expected: String, found: String },
    #[error(
        "{file}: sai độ dài, cần {expected} byte, nhận {found} · wrong length: expected {expected} bytes, found {found}"
    )]
    Length { file: String, expected: u64, found: u64 },
    #[error("{url}: không tải được ({why}) · cannot download ({why})")]
    Download { url: String, why: String },
    #[error("{}: không có trong bản sao cục bộ · not in the mirror", .0.display())]
    NotInMirror(PathBuf),
    /// A dataset that nobody could get an answer from.
    #[error("{dataset}: bộ ranh giới không dùng được ({}) · the dataset is unusable ({})", why.vi, why.en)]
    Unusable { dataset: String, why: Text },
    #[error("{}: một lần tải khác đang chạy · another pull is running", .0.display())]
    Locked(PathBuf),
    #[error("không có thế hệ dữ liệu «{0}» · there is no generation “{0}”")]
    NoGeneration(String),
    #[error("{}: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
}

impl AtlasError {
    /// For `map_err`: an IO error with the path it is about.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> AtlasError {
        let path = path.to_owned();
        |cause| AtlasError::Io { path, cause }
    }

    pub(super) fn damaged(path: &Path, vi: &str, en: &str) -> AtlasError {
        AtlasError::Damaged { path: path.to_owned(), why: Text::new(vi, en) }
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("\n  {p}")).collect()
}
