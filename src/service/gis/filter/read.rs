//! From the parser's tree to ours: what is not named here does not get through.

use cql2::Expr;
use geo::{Geometry, MapCoords, Rect};

use super::{Compare, Filter, Like, MAX_BYTES, MAX_DEPTH, Operand, Pattern, Place, Span, Spatial, Temporal, wrong};
use crate::crs::{self, CrsId};
use crate::domain::fold;
use crate::export::{Cell, Field, Kind};
use crate::service::ActionError;
use crate::service::gis::query::read_cell;
use crate::service::gis::when;

pub(super) fn read(
    text: &str,
    lang: Option<&str>,
    crs: (CrsId, bool),
    fields: &'static [Field],
) -> Result<Filter, ActionError> {
    let json = match lang {
        Some("cql2-text") => false,
        Some("cql2-json") => true,
        None => text.trim_start().starts_with('{'),
        Some(other) => {
            return Err(wrong(
                format!("filter-lang «{other}»: cql2-text hoặc cql2-json"),
                format!("filter-lang “{other}”: cql2-text or cql2-json"),
            ));
        }
    };
    check_size(text)?;
    let parsed = if json {
        cql2::parse_json(text).map_err(|e| e.to_string())
    } else {
        cql2::parse_text(text).map_err(|e| e.to_string())
    };
    let expression = parsed.map_err(|e| wrong(format!("không đọc được: {e}"), format!("cannot be read: {e}")))?;
    Reader { crs, fields }.filter(&expression)
}

/// The parser calls itself for every nesting; one that is deep would take the thread's stack with it.
fn check_size(text: &str) -> Result<(), ActionError> {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    // NOT and minus nest without a parenthesis.
    let upper = text.to_ascii_uppercase();
    let prefixes = upper.matches("NOT").count() + upper.matches("--").count() + upper.matches("- -").count();
    if text.len() > MAX_BYTES || deepest > MAX_DEPTH || prefixes > 64 {
        return Err(wrong(
            format!("dài quá {MAX_BYTES} byte hoặc lồng quá {MAX_DEPTH} tầng"),
            format!("longer than {MAX_BYTES} bytes or nested deeper than {MAX_DEPTH}"),
        ));
    }
    Ok(())
}

struct Reader {
    crs: (CrsId, bool),
    fields: &'static [Field],
}

impl Reader {
    fn filter(&self, e: &Expr) -> Result<Filter, ActionError> {
        match e {
            Expr::Bool(b) => Ok(Filter::Always(*b)),
            Expr::Property { property } => {
                let (operand, kind) = self.property(property)?;
                if kind != Some(Kind::Flag) {
                    return Err(wrong(
                        format!("«{property}» không phải đúng/sai"),
                        format!("“{property}” is not true or false"),
                    ));
                }
                Ok(Filter::Compare(Compare::Equal, operand, Operand::Value(Cell::Flag(true))))
            }
            Expr::Operation { op, args } => {
                let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
                self.operation(op, &args)
            }
            _ => Err(wrong("cần một điều kiện", "a condition is needed")),
        }
    }

    fn operation(&self, op: &str, args: &[&Expr]) -> Result<Filter, ActionError> {
        let all = || args.iter().map(|a| self.filter(a)).collect::<Result<Vec<_>, _>>();
        let lower = op.to_ascii_lowercase();
        match (lower.as_str(), args) {
            ("and", [_, ..]) => Ok(Filter::All(all()?)),
            ("or", [_, ..]) => Ok(Filter::Any(all()?)),
            ("not", [one]) => Ok(Filter::Not(Box::new(self.filter(one)?))),
            ("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=", [a, b]) => {
                let compare = match op {
                    "=" => Compare::Equal,
                    "<" => Compare::Less,
                    "<=" => Compare::AtMost,
                    ">" => Compare::More,
                    ">=" => Compare::AtLeast,
                    _ => Compare::Different,
                };
                let [a, b] = self.alike([a, b])?;
                Ok(Filter::Compare(compare, a, b))
            }
            ("between", [value, low, high]) => {
                let [value, low, high] = self.alike([value, low, high])?;
                Ok(Filter::Between(value, low, high))
            }
            ("in", [value, Expr::Array(list)]) if !list.is_empty() && list.len() <= 1000 => {
                let list = list.iter().map(|one| self.alike([value, one])).collect::<Result<Vec<_>, ActionError>>()?;
                let value = list[0][0].clone();
                Ok(Filter::OneOf(value, list.into_iter().map(|[_, one]| one).collect()))
            }
            ("like", [value, pattern]) => self.like(value, pattern),
            ("isnull", [value]) => Ok(match value {
                // Asked of the geometry too.
                Expr::Property { property } if is_geometry(property) => Filter::NoPlace,
                _ => Filter::IsNull(self.operand(value, None)?.0),
            }),
            (spatial, [a, b]) if spatial.starts_with("s_") => {
                let op = match spatial {
                    "s_equals" => Spatial::Equals,
                    "s_intersects" => Spatial::Intersects,
                    "s_disjoint" => Spatial::Disjoint,
                    "s_touches" => Spatial::Touches,
                    "s_within" => Spatial::Within,
                    "s_overlaps" => Spatial::Overlaps,
                    "s_crosses" => Spatial::Crosses,
                    "s_contains" => Spatial::Contains,
                    _ => return Err(unserved(op)),
                };
                Ok(Filter::Spatial(op, self.place(a)?, self.place(b)?))
            }
            (temporal, [a, b]) if temporal.starts_with("t_") => {
                let op = match temporal {
                    "t_after" => Temporal::After,
                    "t_before" => Temporal::Before,
                    "t_contains" => Temporal::Contains,
                    "t_disjoint" => Temporal::Disjoint,
                    "t_during" => Temporal::During,
                    "t_equals" => Temporal::Equals,
                    "t_finishedby" => Temporal::FinishedBy,
                    "t_finishes" => Temporal::Finishes,
                    "t_intersects" => Temporal::Intersects,
                    "t_meets" => Temporal::Meets,
                    "t_metby" => Temporal::MetBy,
                    "t_overlappedby" => Temporal::OverlappedBy,
                    "t_overlaps" => Temporal::Overlaps,
                    "t_startedby" => Temporal::StartedBy,
                    "t_starts" => Temporal::Starts,
                    _ => return Err(unserved(op)),
                };
                Ok(Filter::Temporal(op, self.span(a)?, self.span(b)?))
            }
            _ => Err(unserved(op)),
        }
    }

    /// Operands of one comparison: a literal takes the kind of the field it stands against.
    fn alike<const N: usize>(&self, all: [&Expr; N]) -> Result<[Operand; N], ActionError> {
        let kinds: Vec<Option<Kind>> = all.iter().map(|e| self.kind(e)).collect();
        let kind = kinds.into_iter().flatten().next();
        let read = all.iter().map(|e| Ok(self.operand(e, kind)?.0)).collect::<Result<Vec<_>, ActionError>>()?;
        read.try_into().map_err(|_| wrong("thiếu vế", "a side is missing"))
    }

    fn kind(&self, e: &Expr) -> Option<Kind> {
        match e {
            Expr::Property { property } if property != "id" => {
                self.fields.iter().find(|f| f.name == property.as_str()).map(|f| f.kind)
            }
            Expr::Operation { op, args } if matches!(op.as_str(), "casei" | "accenti") => {
                args.first().and_then(|a| self.kind(a))
            }
            _ => None,
        }
    }

    fn property(&self, name: &str) -> Result<(Operand, Option<Kind>), ActionError> {
        if let Some(at) = self.fields.iter().position(|f| f.name == name) {
            return Ok((Operand::Field(at), Some(self.fields[at].kind)));
        }
        if name == "id" {
            return Ok((Operand::Id, Some(Kind::Text)));
        }
        let all = self.fields.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
        let name: String = name.chars().take(40).collect();
        Err(wrong(format!("không có trường «{name}»: {all}"), format!("there is no property “{name}”: {all}")))
    }

    fn operand(&self, e: &Expr, kind: Option<Kind>) -> Result<(Operand, Option<Kind>), ActionError> {
        let value = |cell: Cell| Ok((Operand::Value(cell), kind));
        let mismatch = |shown: &str| {
            wrong(format!("«{shown}» không hợp kiểu của trường"), format!("“{shown}” is not of the property's kind"))
        };
        match e {
            Expr::Property { property } => self.property(property),
            Expr::Null => value(Cell::Empty),
            Expr::Bool(b) => match kind {
                None | Some(Kind::Flag) => value(Cell::Flag(*b)),
                _ => Err(mismatch(&b.to_string())),
            },
            Expr::Float(n) if n.is_finite() => match kind {
                None | Some(Kind::Number | Kind::Integer) => value(Cell::Number(*n)),
                _ => Err(mismatch(&n.to_string())),
            },
            Expr::Literal(text) => match kind {
                None | Some(Kind::Text) => value(Cell::Text(text.clone())),
                Some(kind @ (Kind::Date | Kind::Moment)) => value(read_cell(text, kind).ok_or_else(|| mismatch(text))?),
                Some(_) => Err(mismatch(text)),
            },
            Expr::Date { date } | Expr::Timestamp { timestamp: date } => {
                let text = literal(date).ok_or_else(|| unserved("date"))?;
                let kind = match kind {
                    Some(kind @ (Kind::Date | Kind::Moment)) => kind,
                    None => Kind::Moment,
                    Some(_) => return Err(mismatch(text)),
                };
                value(read_cell(text, kind).ok_or_else(|| mismatch(text))?)
            }
            Expr::Operation { op, args } if args.len() == 1 && matches!(op.as_str(), "casei" | "accenti") => {
                let (inner, kind) = self.operand(&args[0], kind)?;
                if kind.is_some_and(|k| k != Kind::Text) {
                    return Err(unserved(op));
                }
                let inner = Box::new(inner);
                Ok((if op == "casei" { Operand::Casei(inner) } else { Operand::Accenti(inner) }, kind))
            }
            Expr::Operation { op, .. } => Err(unserved(op)),
            _ => Err(wrong("cần một giá trị hay một trường", "a value or a property is needed")),
        }
    }

    fn like(&self, value: &Expr, pattern: &Expr) -> Result<Filter, ActionError> {
        let (mut casei, mut accenti, mut inner) = (false, false, pattern);
        while let Expr::Operation { op, args } = inner {
            match (op.as_str(), args.as_slice()) {
                ("casei", [one]) => (casei, inner) = (true, one.as_ref()),
                ("accenti", [one]) => (accenti, inner) = (true, one.as_ref()),
                _ => return Err(unserved(op)),
            }
        }
        let text = literal(inner).ok_or_else(|| wrong("like cần một mẫu chữ", "like needs a pattern"))?;
        let folded = match (casei, accenti) {
            (_, true) => fold(text),
            (true, false) => text.to_lowercase(),
            (false, false) => text.to_owned(),
        };
        let mut parts = Vec::new();
        let mut letters = folded.chars();
        while let Some(c) = letters.next() {
            parts.push(match c {
                '%' => Like::AnyText,
                '_' => Like::AnyLetter,
                '\\' => Like::Letter(letters.next().unwrap_or('\\')),
                c => Like::Letter(c),
            });
        }
        parts.dedup_by(|a, b| *a == Like::AnyText && *b == Like::AnyText);
        let (operand, kind) = self.operand(value, Some(Kind::Text))?;
        if kind.is_some_and(|k| k != Kind::Text) {
            return Err(wrong("like chỉ dùng cho chữ", "like is for text"));
        }
        Ok(Filter::Like(operand, Pattern { parts, casei, accenti }))
    }

    fn place(&self, e: &Expr) -> Result<Place, ActionError> {
        let (crs, registry_order) = self.crs;
        let bad =
            |why: &str| wrong(format!("hình không đọc được: {why}"), format!("a geometry that cannot be read: {why}"));
        let geometry = match e {
            Expr::Property { property } if is_geometry(property) => return Ok(Place::Own),
            Expr::Geometry(given) => {
                use std::str::FromStr;
                let text = given.to_wkt().map_err(|e| bad(&e.to_string()))?;
                let read = wkt::Wkt::<f64>::from_str(&text).map_err(&bad)?;
                Geometry::<f64>::try_from(read).map_err(|e| bad(&e.to_string()))?
            }
            Expr::BBox { bbox } => {
                let number = |e: &Expr| match e {
                    Expr::Float(n) if n.is_finite() => Ok(*n),
                    _ => Err(bad("bbox")),
                };
                let n = bbox.iter().map(|e| number(e)).collect::<Result<Vec<f64>, _>>()?;
                let corners = match n.as_slice() {
                    [x0, y0, x1, y1] | [x0, y0, _, x1, y1, _] if y0 <= y1 && x0 <= x1 => [(*x0, *y0), (*x1, *y1)],
                    _ => return Err(bad("bbox")),
                };
                Geometry::Polygon(Rect::new(corners[0], corners[1]).to_polygon())
            }
            _ => return Err(wrong("cần «geometry» hoặc một hình", "“geometry” or a geometry is needed")),
        };
        let geometry = geometry.try_map_coords(|c| {
            let (x, y) = if registry_order { (c.y, c.x) } else { (c.x, c.y) };
            crs::of_xy_as_given(x, y, crs).map(|(x, y)| geo::Coord { x, y })
        })?;
        Ok(Place::Given(Box::new(geometry)))
    }

    fn span(&self, e: &Expr) -> Result<Span, ActionError> {
        let bad = |shown: &str| wrong(format!("«{shown}» không phải thời gian"), format!("“{shown}” is no time"));
        match e {
            Expr::Property { property } => match self.property(property)? {
                (Operand::Field(at), Some(Kind::Date | Kind::Moment)) => Ok(Span::Field(at)),
                _ => Err(bad(property)),
            },
            Expr::Date { date } | Expr::Timestamp { timestamp: date } => self.span(date),
            Expr::Literal(text) => {
                let (from, to) = when::read_one(text).ok_or_else(|| bad(text))?;
                Ok(Span::Given(from.as_microsecond(), to.as_microsecond()))
            }
            Expr::Interval { interval } => {
                let [from, to] = interval.as_slice() else { return Err(bad("interval")) };
                let open = |e: &Expr| matches!(literal(e), Some(".." | ""));
                let from = if open(from) { Span::Given(i64::MIN, i64::MIN) } else { self.span(from)? };
                let to = if open(to) { Span::Given(i64::MAX, i64::MAX) } else { self.span(to)? };
                Ok(Span::Between(Box::new(from), Box::new(to)))
            }
            _ => Err(bad("?")),
        }
    }
}

fn is_geometry(name: &str) -> bool {
    matches!(name, "geometry" | "geom" | "footprint")
}

fn literal(e: &Expr) -> Option<&str> {
    match e {
        Expr::Literal(text) => Some(text),
        Expr::Date { date } | Expr::Timestamp { timestamp: date } => literal(date),
        _ => None,
    }
}

fn unserved(op: &str) -> ActionError {
    let op: String = op.chars().take(40).collect();
    wrong(format!("«{op}» không được phục vụ"), format!("“{op}” is not served"))
}
