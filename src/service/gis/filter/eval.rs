//! Asking a feature. Three-valued: what is asked of a value that is not there is not known.

use std::borrow::Cow;
use std::cmp::Ordering;

use geo::{BoundingRect, Geometry, Intersects, Relate};

use super::{Compare, Filter, Like, Operand, Pattern, Place, Span, Spatial, Temporal};
use crate::domain::fold;
use crate::export::{Cell, Feature};
use crate::service::gis::when;

/// True, false, or not known.
pub(super) fn truth(filter: &Filter, feature: &Feature) -> Option<bool> {
    match filter {
        Filter::Always(b) => Some(*b),
        Filter::All(all) => {
            let mut known = Some(true);
            for one in all {
                match truth(one, feature) {
                    Some(false) => return Some(false),
                    None => known = None,
                    Some(true) => {}
                }
            }
            known
        }
        Filter::Any(any) => {
            let mut known = Some(false);
            for one in any {
                match truth(one, feature) {
                    Some(true) => return Some(true),
                    None => known = None,
                    Some(false) => {}
                }
            }
            known
        }
        Filter::Not(one) => truth(one, feature).map(|b| !b),
        Filter::Compare(compare, a, b) => {
            let order = order(value(a, feature)?.as_ref(), value(b, feature)?.as_ref())?;
            Some(match compare {
                Compare::Equal => order.is_eq(),
                Compare::Different => order.is_ne(),
                Compare::Less => order.is_lt(),
                Compare::AtMost => order.is_le(),
                Compare::More => order.is_gt(),
                Compare::AtLeast => order.is_ge(),
            })
        }
        Filter::Between(v, low, high) => {
            let v = value(v, feature)?;
            let above = order(&v, value(low, feature)?.as_ref())?.is_ge();
            Some(above && order(&v, value(high, feature)?.as_ref())?.is_le())
        }
        Filter::OneOf(v, list) => {
            let v = value(v, feature)?;
            Some(list.iter().any(|one| value(one, feature).and_then(|o| order(&v, &o)).is_some_and(Ordering::is_eq)))
        }
        Filter::Like(v, pattern) => {
            let v = value(v, feature)?;
            if let Cell::Text(text) = v.as_ref() { Some(like(pattern, text)) } else { None }
        }
        Filter::IsNull(v) => Some(value(v, feature).is_none()),
        Filter::NoPlace => Some(feature.geometry.is_none()),
        Filter::Spatial(op, a, b) => spatial(*op, place(a, feature)?, place(b, feature)?),
        Filter::Temporal(op, a, b) => Some(temporal(*op, span(a, feature)?, span(b, feature)?)),
    }
}

/// A value; `None`: there is none.
fn value<'a>(operand: &'a Operand, feature: &'a Feature) -> Option<Cow<'a, Cell>> {
    let cell = match operand {
        Operand::Id => Cow::Owned(Cell::Text(feature.id.clone())),
        Operand::Field(at) => Cow::Borrowed(&feature.values[*at]),
        Operand::Value(cell) => Cow::Borrowed(cell),
        Operand::Casei(inner) => Cow::Owned(Cell::Text(value(inner, feature)?.text().to_lowercase())),
        Operand::Accenti(inner) => Cow::Owned(Cell::Text(without_marks(&value(inner, feature)?.text()))),
    };
    (*cell != Cell::Empty).then_some(cell)
}

/// Without diacritics, upper and lower case as they are.
fn without_marks(text: &str) -> String {
    let one = |c: char| {
        let plain = fold(c.encode_utf8(&mut [0; 4]));
        if c.is_uppercase() { plain.to_uppercase() } else { plain }
    };
    text.chars().map(one).collect()
}

/// `None`: they cannot be compared.
fn order(a: &Cell, b: &Cell) -> Option<Ordering> {
    let number = |c: &Cell| match c {
        Cell::Integer(n) => Some(*n as f64),
        Cell::Number(n) => Some(*n),
        _ => None,
    };
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => Some(a.cmp(b)),
        (Cell::Flag(a), Cell::Flag(b)) => Some(a.cmp(b)),
        (Cell::Date(a), Cell::Date(b)) => Some(a.cmp(b)),
        (Cell::Moment(a), Cell::Moment(b)) => Some(a.cmp(b)),
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

fn like(pattern: &Pattern, text: &str) -> bool {
    let text = match (pattern.casei, pattern.accenti) {
        (_, true) => fold(text),
        (true, false) => text.to_lowercase(),
        (false, false) => text.to_owned(),
    };
    let text: Vec<char> = text.chars().collect();
    // Goes on from the last `%` when it got stuck: no more than pattern × text steps.
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        match pattern.parts.get(p) {
            Some(Like::AnyText) => {
                back = Some((p, t));
                p += 1;
            }
            Some(Like::AnyLetter) => (p, t) = (p + 1, t + 1),
            Some(Like::Letter(c)) if *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    (p, t) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.parts[p..].iter().all(|part| *part == Like::AnyText)
}

fn place<'a>(place: &'a Place, feature: &'a Feature) -> Option<&'a Geometry<f64>> {
    match place {
        Place::Own => feature.geometry.as_ref(),
        Place::Given(geometry) => Some(geometry),
    }
}

fn spatial(op: Spatial, a: &Geometry<f64>, b: &Geometry<f64>) -> Option<bool> {
    let apart = match (a.bounding_rect(), b.bounding_rect()) {
        (Some(a), Some(b)) => !a.intersects(&b),
        // An empty geometry meets nothing.
        _ => true,
    };
    if apart {
        return Some(op == Spatial::Disjoint);
    }
    match op {
        Spatial::Intersects => return Some(a.intersects(b)),
        Spatial::Disjoint => return Some(!a.intersects(b)),
        _ => {}
    }
    let matrix = a.relate(b);
    Some(match op {
        Spatial::Equals => matrix.is_equal_topo(),
        Spatial::Touches => matrix.is_touches(),
        Spatial::Within => matrix.is_within(),
        Spatial::Overlaps => matrix.is_overlaps(),
        Spatial::Crosses => matrix.is_crosses(),
        Spatial::Contains => matrix.is_contains(),
        Spatial::Intersects => matrix.is_intersects(),
        Spatial::Disjoint => matrix.is_disjoint(),
    })
}

/// First and last microsecond.
fn span(span: &Span, feature: &Feature) -> Option<(i64, i64)> {
    Some(match span {
        Span::Given(from, to) => (*from, *to),
        Span::Field(at) => match &feature.values[*at] {
            Cell::Moment(at) => (at.as_microsecond(), at.as_microsecond()),
            Cell::Date(day) => {
                let (from, to) = when::day(*day)?;
                (from.as_microsecond(), to.as_microsecond())
            }
            _ => return None,
        },
        Span::Between(from, to) => (self::span(from, feature)?.0, self::span(to, feature)?.1),
    })
}

/// The relations of 21-065r2, table 9.
fn temporal(op: Temporal, (s1, e1): (i64, i64), (s2, e2): (i64, i64)) -> bool {
    match op {
        Temporal::After => s1 > e2,
        Temporal::Before => e1 < s2,
        Temporal::Contains => s1 < s2 && e1 > e2,
        Temporal::Disjoint => e1 < s2 || s1 > e2,
        Temporal::During => s1 > s2 && e1 < e2,
        Temporal::Equals => s1 == s2 && e1 == e2,
        Temporal::FinishedBy => s1 < s2 && e1 == e2,
        Temporal::Finishes => s1 > s2 && e1 == e2,
        Temporal::Intersects => s1 <= e2 && e1 >= s2,
        Temporal::Meets => e1 == s2,
        Temporal::MetBy => s1 == e2,
        Temporal::OverlappedBy => s1 > s2 && s1 < e2 && e1 > e2,
        Temporal::Overlaps => s1 < s2 && e1 > s2 && e1 < e2,
        Temporal::StartedBy => s1 == s2 && e1 > e2,
        Temporal::Starts => s1 == s2 && e1 < e2,
    }
}
