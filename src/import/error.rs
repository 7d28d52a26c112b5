//! Why a file cannot be read.

use super::READERS;
use crate::domain::Text;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path}: {cause}")]
    Io { path: String, cause: std::io::Error },
    /// Not what its name says, or damaged: where, and how.
    #[error("{0}")]
    Damaged(String),
    /// More than is taken in one file.
    #[error("more than {0}")]
    TooMuch(String),
    /// A format that GDAL reads and this program does not, and no `ogr2ogr` at hand.
    #[error("{0} needs GDAL's ogr2ogr")]
    NeedsGdal(String),
    /// A kind of file that is not taken here.
    #[error("no reader takes .{0}")]
    Unknown(String),
    #[error("several layers: {0}")]
    Layers(String),
}

impl ImportError {
    pub fn damaged(what: impl std::fmt::Display) -> ImportError {
        ImportError::Damaged(what.to_string().chars().take(300).collect())
    }

    /// What was wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            ImportError::Io { path, cause } => {
                Text::new(format!("Không mở được {path}: {cause}."), format!("Cannot open {path}: {cause}."))
            }
            ImportError::Damaged(why) => {
                Text::new(format!("Tệp không đọc được: {why}."), format!("The file cannot be read: {why}."))
            }
            ImportError::TooMuch(what) => Text::new(
                format!("Tệp có quá {what}: hãy chia nhỏ."),
                format!("The file has more than {what}: split it."),
            ),
            ImportError::NeedsGdal(kind) => Text::new(
                format!(
                    "Tệp {kind} cần chương trình ogr2ogr của GDAL (Debian: apt install gdal-bin), hoặc đổi sang GeoPackage."
                ),
                format!(
                    "A {kind} file needs GDAL's ogr2ogr (Debian: apt install gdal-bin), or turn it into a GeoPackage."
                ),
            ),
            ImportError::Unknown(kind) => {
                let names = READERS.map(|r| r.name).join(", ");
                let kind: String = kind.chars().take(20).collect();
                Text::new(
                    format!("Không nhận tệp «.{kind}» ở đây: hãy dùng {names}."),
                    format!("A “.{kind}” file is not taken here: use {names}."),
                )
            }
            ImportError::Layers(names) => Text::new(
                format!("Tệp có nhiều lớp: hãy chọn --layer trong {names}."),
                format!("The file has several layers: choose --layer among {names}."),
            ),
        }
    }
}
