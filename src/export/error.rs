//! Why a file cannot be written.

use crate::crs::{CrsId, PositionError};
use crate::domain::Text;

use super::{GpkgError, TableError};

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Gpkg(#[from] GpkgError),
    #[error(transparent)]
    Geometry(#[from] geozero::error::GeozeroError),
    #[error(transparent)]
    FlatGeobuf(#[from] flatgeobuf::Error),
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Position(#[from] PositionError),
    /// The format cannot be in this CRS.
    #[error("{format} cannot be in {}", crs.code())]
    Crs { format: &'static str, crs: CrsId },
    /// The format has no place for such geometries.
    #[error("{format} holds points only")]
    Points { format: &'static str },
    /// More than the format can hold: nothing is cut short in silence.
    #[error("{format} holds at most {limit}")]
    TooMany { format: &'static str, limit: u64 },
}

impl ExportError {
    /// What was wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            ExportError::Position(e) => e.text(),
            ExportError::Crs { format, crs } => Text::new(
                format!(
                    "{format} không ghi được hệ tọa độ {}: hãy chọn WGS 84, hoặc dạng khác (gpkg, csv).",
                    crs.code()
                ),
                format!("{format} cannot be in {}: choose WGS 84, or another format (gpkg, csv).", crs.code()),
            ),
            ExportError::Points { format } => Text::new(
                format!("{format} chỉ chứa điểm: hãy chọn dạng khác cho lớp này."),
                format!("{format} holds points only: choose another format for this layer."),
            ),
            ExportError::TooMany { format, limit } => Text::new(
                format!("{format} chứa nhiều nhất {limit}: hãy lọc bớt, hoặc chọn gpkg, csv, geojson."),
                format!("{format} holds at most {limit}: filter, or choose gpkg, csv, geojson."),
            ),
            other => Text::new(other.to_string(), other.to_string()),
        }
    }
}
