//! Incidents for a GIS: any order that has an index, either way, and conditions on columns that are built, never typed.

use super::db::Value;
use super::incidents::{Walk, Where};
use super::{StoreError, Tx};

/// A column a condition may name. There is no other way to name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemsColumn {
    Id,
    Kind,
    State,
    Source,
    Disputed,
    Demo,
    /// Microseconds since 1970.
    Occurred,
    Received,
    /// WGS 84 degrees.
    Lon,
    Lat,
}

impl ItemsColumn {
    fn sql(self) -> &'static str {
        match self {
            ItemsColumn::Id => "id",
            ItemsColumn::Kind => "kind",
            ItemsColumn::State => "state",
            ItemsColumn::Source => "source",
            ItemsColumn::Disputed => "disputed",
            ItemsColumn::Demo => "demo",
            ItemsColumn::Occurred => "occurred_us",
            ItemsColumn::Received => "received_us",
            ItemsColumn::Lon => "lon",
            ItemsColumn::Lat => "lat",
        }
    }
}

/// A condition on columns; values are always parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemsCondition {
    All(Vec<ItemsCondition>),
    Any(Vec<ItemsCondition>),
    /// At least the first, at most the second.
    Within(ItemsColumn, Option<Value>, Option<Value>),
    OneOf(ItemsColumn, Vec<Value>),
}

impl ItemsCondition {
    fn write(&self, sql: &mut String, values: &mut Vec<Value>) {
        let join = |parts: &[ItemsCondition], word: &str, none: &str, sql: &mut String, values: &mut Vec<Value>| {
            if parts.is_empty() {
                sql.push_str(none);
                return;
            }
            sql.push('(');
            for (i, part) in parts.iter().enumerate() {
                if i > 0 {
                    sql.push_str(word);
                }
                part.write(sql, values);
            }
            sql.push(')');
        };
        match self {
            ItemsCondition::All(parts) => join(parts, " AND ", "1 = 1", sql, values),
            ItemsCondition::Any(parts) => join(parts, " OR ", "1 = 0", sql, values),
            ItemsCondition::Within(column, from, to) => {
                sql.push_str("(1 = 1");
                for (word, bound) in [(">=", from), ("<=", to)] {
                    if let Some(bound) = bound {
                        sql.push_str(&format!(" AND {} {word} ?", column.sql()));
                        values.push(bound.clone());
                    }
                }
                sql.push(')');
            }
            ItemsCondition::OneOf(_, all) if all.is_empty() => sql.push_str("1 = 0"),
            ItemsCondition::OneOf(column, all) => {
                sql.push_str(&format!("{} IN ({})", column.sql(), vec!["?"; all.len()].join(", ")));
                values.extend(all.iter().cloned());
            }
        }
    }
}

/// The orders that have an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemsOrder {
    Received,
    Occurred,
}

/// Which incidents, in which order.
#[derive(Debug, Clone)]
pub struct ItemsQuery<'a> {
    /// Those this account reported or that concern one of these units; `None`: all.
    pub scope: Option<(String, Vec<String>)>,
    pub which: &'a ItemsCondition,
    pub order: ItemsOrder,
    pub descending: bool,
    /// The last one before: value of the order, id.
    pub after: Option<(i64, String)>,
    pub limit: usize,
}

impl Tx<'_> {
    /// The next incidents of an order: its value, the id, the whole as JSON.
    ///
    /// # Errors
    /// The store's.
    pub fn items(&mut self, query: &ItemsQuery) -> Result<Vec<(i64, String, String)>, StoreError> {
        let column = match query.order {
            ItemsOrder::Received => "received_us",
            ItemsOrder::Occurred => "occurred_us",
        };
        let (mut sql, mut values) = (String::new(), Vec::new());
        query.which.write(&mut sql, &mut values);
        let mut which = Where::default();
        if *query.which != ItemsCondition::All(Vec::new()) {
            which.and(&sql, values);
        }
        let walk = Walk {
            select: &format!("{column}, id, doc"),
            key: column,
            descending: query.descending,
            after: query.after.as_ref(),
            limit: query.limit,
            scope: query.scope.as_ref(),
            which,
        };
        let (sql, params) = walk.sql();
        let rows = self.rows(&sql, &params)?;
        rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?, row.text(2)?))).collect()
    }
}
