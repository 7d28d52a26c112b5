//! A map of one dispute as SVG: it prints, needs no script, and says what its lines rest on.

use geo::{BooleanOps, BoundingRect, Coord, InteriorPoint, LineString, MultiPolygon, Rect, Simplify};
use jiff::civil::Date;
use maud::{Markup, html};

use super::words::say;
use crate::domain::{Dispute, Lang, Level, Shape};
use crate::engine::metric::LocalPlane;
use crate::engine::{Layer, chain};
use crate::service::Service;

const WIDTH: f64 = 880.0;
const HEIGHT: f64 = 560.0;
/// Around what is shown, in metres: enough to see where it lies.
const MARGIN_M: f64 = 1500.0;

/// Line styles of the parties, by place in the record, as on the map of the web: the same luminance and share of ink,
/// told apart by dash and hue.
pub const PARTY_STYLES: [(&str, &str); 3] = [("#00667a", "16 8"), ("#8f4a00", "5 2.5"), ("#5d5f00", "16 5 5 5.5")];

pub fn party_style(party: usize) -> (&'static str, &'static str) {
    PARTY_STYLES[party % PARTY_STYLES.len()]
}

/// Degrees to the sheet: metres about the middle, north up.
struct Sheet {
    plane: LocalPlane,
    per_m: f64,
    window: Rect<f64>,
}

impl Sheet {
    fn new(shown: Rect<f64>) -> Sheet {
        let plane = LocalPlane::at(shown.center());
        let (low, high) = (plane.to_m(shown.min()), plane.to_m(shown.max()));
        let (w, h) = (high.x - low.x + 2.0 * MARGIN_M, high.y - low.y + 2.0 * MARGIN_M);
        let per_m = (WIDTH / w).min(HEIGHT / h);
        let half = Coord { x: WIDTH / per_m / 2.0, y: HEIGHT / per_m / 2.0 };
        let window = Rect::new(plane.to_deg(Coord::zero() - half), plane.to_deg(half));
        Sheet { plane, per_m, window }
    }

    fn at(&self, c: Coord<f64>) -> (f64, f64) {
        let m = self.plane.to_m(c);
        (WIDTH / 2.0 + m.x * self.per_m, HEIGHT / 2.0 - m.y * self.per_m)
    }

    fn path(&self, line: &LineString<f64>, closed: bool) -> String {
        // A third of a pixel is not seen.
        let fine = line.simplify(0.3 / self.per_m / 111_000.0);
        let mut path = String::new();
        for (i, c) in fine.coords().enumerate() {
            let (x, y) = self.at(*c);
            path.push_str(&format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" }));
        }
        if closed {
            path.push('Z');
        }
        path
    }

    fn area(&self, land: &MultiPolygon<f64>) -> String {
        let rings = land.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings.map(|r| self.path(r, true)).collect()
    }
}

/// The map of a dispute at a date; `None` where nothing of it is drawn.
pub fn dispute(service: &Service, dispute: &Dispute, at: Date, lang: Lang) -> Option<Markup> {
    let zone = service.engine.zone(&dispute.id, at)?;
    let land = zone.polygons();
    let stretch = zone.stretch.as_ref().map(|s| s.lines());
    let claims = dispute.claims_at(at);
    let corners = land.bounding_rect().into_iter().chain(stretch.iter().filter_map(BoundingRect::bounding_rect)).chain(
        claims.iter().filter_map(|c| match &c.shape {
            Shape::Line(line) => line.bounding_rect(),
            Shape::Land(land) => land.bounding_rect(),
        }),
    );
    let shown = corners.reduce(|a, b| {
        let (low, high) = (
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        );
        Rect::new(low, high)
    })?;
    let sheet = Sheet::new(shown);
    let engine = &service.engine;
    let units = engine.layer_at(Level::Commune, at).or_else(|| engine.layer_at(Level::District, at));
    let dashed = zone.filed().is_none();
    Some(html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
            aria-label=(say(lang, "Bản đồ vùng tranh chấp", "Map of the disputed zone"))
            font-family="Noto Sans, Arial, sans-serif" font-size="13" {
            defs {
                pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line x1="0" y1="0" x2="0" y2="9" stroke="#b00020" stroke-width="1.6" stroke-opacity=".55" {}
                }
            }
            rect width=(WIDTH) height=(HEIGHT) fill="#fff" {}
            @if let Some(layer) = units { (boundaries(&sheet, layer)) }
            @for sliver in crate::service::slivers_near(service, &land) {
                path d=(sheet.area(&MultiPolygon(vec![sliver.shape().clone()]))) fill="#b9a7d6" fill-opacity=".75" stroke="#6b5b95" stroke-width=".6" {}
            }
            path d=(sheet.area(&land)) fill="url(#hatch)" fill-rule="evenodd" stroke="#b00020" stroke-width="1.3"
                stroke-dasharray=[dashed.then_some("6 4")] {}
            @for line in stretch.iter().flatten() {
                path d=(sheet.path(line, false)) fill="none" stroke="#1c2420" stroke-width="2.2" {}
            }
            @for claim in &claims {
                @let (colour, dash) = party_style(claim.party);
                @let (d, fill) = match &claim.shape {
                    Shape::Line(line) => (sheet.path(line, false), "none"),
                    Shape::Land(land) => (sheet.area(land), "none"),
                };
                path d=(d) fill=(fill) stroke="#fff" stroke-width="5" stroke-opacity=".8" {}
                path d=(d) fill=(fill) stroke=(colour) stroke-width="3" stroke-dasharray=(dash) {}
            }
            @if let Some(layer) = units { (names(service, &sheet, layer, at)) }
            (frame(&sheet, lang))
        }
    })
}

fn boundaries(sheet: &Sheet, layer: &Layer) -> Markup {
    let half = (sheet.window.width() / 2.0, sheet.window.height() / 2.0);
    let edges: Vec<_> = layer.edges.near(sheet.window.center(), half).map(|i| *layer.edges.get(i)).collect();
    html! {
        @for line in &chain(&edges) {
            path d=(sheet.path(line, false)) fill="none" stroke="#7c8781" stroke-width="1.1" {}
        }
    }
}

fn names(service: &Service, sheet: &Sheet, layer: &Layer, at: Date) -> Markup {
    let window = MultiPolygon(vec![sheet.window.to_polygon()]);
    let meets = |r: Option<Rect<f64>>| r.is_some_and(|r| geo::Intersects::intersects(&r, &sheet.window));
    let labels = layer.shapes.iter().filter(|s| meets(s.shape.bounding_rect())).filter_map(|s| {
        let seen = s.shape.intersection(&window);
        // A name on a sliver of land would stand on its neighbour.
        let big = geo::Area::unsigned_area(&seen) > 0.03 * geo::Area::unsigned_area(&window);
        let (x, y) = sheet.at(big.then(|| seen.interior_point()).flatten()?.into());
        let unit = service.engine.register.at(layer.info.level, &s.code, at);
        Some((x, y, unit.map_or(s.name.clone(), |u| u.name.clone())))
    });
    html! {
        @for (x, y, name) in labels {
            text x=(format!("{x:.0}")) y=(format!("{y:.0}")) text-anchor="middle" fill="#39453f" stroke="#fff"
                stroke-width="4" paint-order="stroke" font-style="italic" { (name) }
        }
    }
}

/// Frame, scale, north, corner coordinates.
fn frame(sheet: &Sheet, lang: Lang) -> Markup {
    let longest_m = WIDTH / sheet.per_m / 4.0;
    let step = 10f64.powf(longest_m.log10().floor());
    let bar_m = [5.0, 2.0, 1.0].into_iter().map(|f| f * step).find(|m| *m <= longest_m).unwrap_or(step);
    let bar = bar_m * sheet.per_m;
    let label = if bar_m >= 1000.0 { format!("{} km", bar_m / 1000.0) } else { format!("{bar_m} m") };
    let degrees = |c: Coord<f64>| {
        let text = format!("{:.4}° {}, {:.4}° {}", c.y, say(lang, "B", "N"), c.x, say(lang, "Đ", "E"));
        if lang == Lang::Vi { text.replace('.', ",") } else { text }
    };
    html! {
        rect x="0.5" y="0.5" width=(WIDTH - 1.0) height=(HEIGHT - 1.0) fill="none" stroke="#1c2420" {}
        g transform={ "translate(16 " (HEIGHT - 22.0) ")" } {
            rect x="-8" y="-20" width=(bar + 16.0) height="36" fill="#fff" fill-opacity=".85" {}
            path d={ "M0 -4V4H" (format!("{bar:.1}")) "V-4" } fill="none" stroke="#1c2420" stroke-width="1.5" {}
            text x=(format!("{:.1}", bar / 2.0)) y="-8" text-anchor="middle" { (label) }
        }
        g transform={ "translate(" (WIDTH - 26.0) " 40)" } {
            path d="M0 -26L8 4L0 -3L-8 4Z" fill="#1c2420" {}
            text y="20" text-anchor="middle" { (say(lang, "B", "N")) }
        }
        text x="10" y="18" font-size="11" fill="#55615b" stroke="#fff" stroke-width="3" paint-order="stroke" {
            (degrees(Coord { x: sheet.window.min().x, y: sheet.window.max().y }))
        }
        text x=(WIDTH - 10.0) y=(HEIGHT - 10.0) text-anchor="end" font-size="11" fill="#55615b" stroke="#fff"
            stroke-width="3" paint-order="stroke" {
            (degrees(Coord { x: sheet.window.max().x, y: sheet.window.min().y })) " · WGS 84"
        }
    }
}

/// A short piece of a line style, for a legend.
pub fn swatch(colour: &str, dash: Option<&str>, hatched: bool) -> Markup {
    html! {
        svg viewBox="0 0 46 14" width="46" height="14" aria-hidden="true" style="display:inline-block;width:46px;border:0;vertical-align:middle" {
            @if hatched {
                rect x="1" y="1" width="44" height="12" fill="url(#hatch)" stroke=(colour) stroke-width="1.3" stroke-dasharray=[dash] {}
            } @else {
                line x1="1" y1="7" x2="45" y2="7" stroke=(colour) stroke-width="3" stroke-dasharray=[dash] {}
            }
        }
    }
}
