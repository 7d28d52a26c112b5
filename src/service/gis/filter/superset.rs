//! What the store can say beforehand: conditions on columns that every feature that passes meets.

use geo::BoundingRect;

use super::{Compare, Filter, Operand, Place, Span, Spatial, Temporal};
use crate::export::Cell;
use crate::service::gis::query::{in_box, sql_value};
use crate::store::db::Value;
use crate::store::{ItemsColumn, ItemsCondition};

impl Filter {
    /// `None`: nothing can be said. `columns`: the column behind each field, where there is one.
    pub(in crate::service::gis) fn superset(&self, columns: &[Option<ItemsColumn>]) -> Option<ItemsCondition> {
        let column = |operand: &Operand| match operand {
            Operand::Id => Some(ItemsColumn::Id),
            Operand::Field(at) => columns[*at],
            _ => None,
        };
        let value = |operand: &Operand| match operand {
            Operand::Value(cell) => as_kept(cell),
            _ => None,
        };
        match self {
            Filter::All(all) => {
                let known: Vec<_> = all.iter().filter_map(|f| f.superset(columns)).collect();
                (!known.is_empty()).then_some(ItemsCondition::All(known))
            }
            Filter::Any(any) => any.iter().map(|f| f.superset(columns)).collect::<Option<_>>().map(ItemsCondition::Any),
            Filter::Always(false) => Some(ItemsCondition::Any(Vec::new())),
            Filter::Compare(compare, a, b) => {
                let (column, value, compare) = match (column(a), value(b), column(b), value(a)) {
                    (Some(column), Some(value), ..) => (column, value, *compare),
                    (.., Some(column), Some(value)) => (column, value, turned(*compare)),
                    _ => return None,
                };
                match compare {
                    Compare::Equal => Some(ItemsCondition::OneOf(column, vec![value])),
                    Compare::Less | Compare::AtMost => Some(ItemsCondition::Within(column, None, Some(value))),
                    Compare::More | Compare::AtLeast => Some(ItemsCondition::Within(column, Some(value), None)),
                    Compare::Different => None,
                }
            }
            Filter::Between(v, low, high) => {
                Some(ItemsCondition::Within(column(v)?, Some(value(low)?), Some(value(high)?)))
            }
            Filter::OneOf(v, list) => {
                Some(ItemsCondition::OneOf(column(v)?, list.iter().map(value).collect::<Option<_>>()?))
            }
            Filter::Spatial(op, Place::Own, Place::Given(given))
            | Filter::Spatial(op, Place::Given(given), Place::Own)
                if *op != Spatial::Disjoint =>
            {
                given.bounding_rect().map(|rect| in_box(&rect))
            }
            Filter::Temporal(op, Span::Field(at), given) => {
                let (from, to) = ends(given)?;
                let within = |from: i64, to: i64| {
                    Some(ItemsCondition::Within(columns[*at]?, Some(from.into()), Some(to.into())))
                };
                match op {
                    Temporal::After => within(to, i64::MAX),
                    Temporal::Before => within(i64::MIN, from),
                    Temporal::Disjoint => None,
                    // Whatever else, they have at least a moment in common.
                    _ => within(from, to),
                }
            }
            _ => None,
        }
    }
}

/// A value of a text, a flag or a moment; nothing else has a column.
fn as_kept(cell: &Cell) -> Option<Value> {
    sql_value(cell)
}

fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::More => Compare::Less,
        Compare::AtLeast => Compare::AtMost,
        same => same,
    }
}

fn ends(span: &Span) -> Option<(i64, i64)> {
    match span {
        Span::Given(from, to) => Some((*from, *to)),
        Span::Between(from, to) => Some((ends(from)?.0, ends(to)?.1)),
        Span::Field(_) => None,
    }
}
