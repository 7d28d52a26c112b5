//! Who answers for a place besides the commune whose territory it is: people, forest owner, ranger station, border guard.
//! Separate roles with separate bases, never one list.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Level, Party, Period, Register, Shape, Text, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Dân cư: a village of one commune living on another's land.
    People,
    /// Chủ rừng: forest owner or manager.
    ForestOwner,
    /// Hạt Kiểm lâm (khu vực).
    RangerStation,
    /// Đồn Biên phòng.
    BorderGuardPost,
}

/// Every role with its word for scripts and its names, in the order of an answer.
pub const ROLES: [(Role, &str, &str, &str); 4] = [
    (Role::People, "people", "Dân cư", "People"),
    (Role::ForestOwner, "forest_owner", "Chủ rừng", "Forest owner or manager"),
    (Role::RangerStation, "ranger_station", "Hạt Kiểm lâm khu vực", "Forest ranger station"),
    (Role::BorderGuardPost, "border_guard_post", "Đồn Biên phòng", "Border-guard post"),
];

impl Role {
    pub fn parse(word: &str) -> Option<Role> {
        ROLES.iter().find(|r| r.1 == word).map(|r| r.0)
    }

    pub fn code(self) -> &'static str {
        ROLES.iter().find(|r| r.0 == self).expect("every role has a row").1
    }

    pub fn name(self) -> Text {
        let row = ROLES.iter().find(|r| r.0 == self).expect("every role has a row");
        Text::new(row.2, row.3)
    }
}

/// What a body answers for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Covers {
    /// The land of a unit as it was at a date, followed by lineage.
    Unit { level: Level, code: String, at: Date },
    /// The zone of a dispute, where no closer place is known.
    Dispute { id: String },
    /// Land of its own, such as a special-use forest. `accuracy_m`: 1 σ of its outline in metres; `None`: not known.
    Land { shape: Shape, accuracy_m: Option<f64> },
}

/// A body in a role, for a time, on a basis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub id: String,
    pub role: Role,
    pub name: String,
    pub covers: Covers,
    /// The unit it belongs to, where that is another than the land's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Party>,
    /// Half-open; open ends are not known (from) and still valid (to).
    #[serde(default)]
    pub valid: Period,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
    /// What says that it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Document>,
}

impl Body {
    /// Does it cover a commune's land at a date? `Some(true)`: only by lineage, as the unit it was named for has ended.
    pub fn covers_commune(&self, register: &Register, commune: &Unit, date: Date) -> Option<bool> {
        let Covers::Unit { level, code, at } = &self.covers else { return None };
        let unit = register.at(*level, code, *at)?;
        if unit.period.contains(date) {
            let own = match level {
                Level::Commune => Some(commune),
                Level::District => register.district(commune, date),
                Level::Province => register.province(commune, date),
            };
            return own.is_some_and(|u| u.code == unit.code && u.period == unit.period).then_some(false);
        }
        let here = [Some(commune), register.province(commune, date)];
        let is_here = |u: &&Unit| here.iter().flatten().any(|h| std::ptr::eq(*h, *u));
        register.successors(unit, date).iter().any(is_here).then_some(true)
    }
}
