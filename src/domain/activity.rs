//! What the parties of an agreement did together, with its measures.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Text};

/// Every measure with its word for scripts, its names and its unit (empty: a number of things).
pub const MEASURES: [(&str, &str, &str, &str); 10] = [
    ("meetings", "Cuộc họp", "Meetings", ""),
    ("listeners", "Lượt người nghe", "Listeners", ""),
    ("trainings", "Đợt tập huấn", "Trainings", ""),
    ("team_heads", "Tổ trưởng tổ bảo vệ rừng", "Heads of forest-protection teams", ""),
    ("participants", "Lượt người tham gia", "Participants", ""),
    ("planted_ha", "Diện tích trồng mới", "Area planted", "ha"),
    ("scattered_trees", "Cây phân tán", "Scattered trees", ""),
    ("patrols", "Đợt tuần tra chung", "Joint patrols", ""),
    ("patrolled_km", "Chiều dài tuần tra", "Length patrolled", "km"),
    ("cases", "Vụ việc cùng xử lý", "Cases handled together", ""),
];

/// The names and the unit of a measure; `None`: no such measure.
pub fn measure(word: &str) -> Option<(Text, &'static str)> {
    MEASURES.iter().find(|m| m.0 == word).map(|m| (Text::new(m.1, m.2), m.3))
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Measure {
    /// A word of [`MEASURES`].
    pub what: String,
    pub value: f64,
    /// True: the source says "more than".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
}

/// One joint activity, or several reported as a sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    #[serde(default)]
    pub id: String,
    pub title: Text,
    /// When it took place, half-open; `None`: not known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// The day it was reported or entered.
    #[schema(value_type = String, format = Date)]
    pub reported: Date,
    #[serde(rename = "measure")]
    pub measures: Vec<Measure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

impl Activity {
    /// Does it belong into the review of a year? By when it took place; where that is not known, by when it was reported.
    pub fn is_of_year(&self, year: i16) -> bool {
        self.from.unwrap_or(self.reported).year() == year
    }
}
