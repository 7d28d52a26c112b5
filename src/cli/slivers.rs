//! `giapranh slivers`: where the maps disagree.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::{complain, open, print, unreadable};
use crate::domain::{Lang, Text};
use crate::service::answer::UnitName;
use crate::service::{self, QuestionError, SliverHere, SliversFound, SliversQuery, read_amount};

#[derive(Debug, clap::Args)]
pub struct SliversArgs {
    /// Giữa hai tỉnh hoặc hai xã, theo mã ở thời điểm của từng bản đồ / between two provinces or two communes, codes as of each map's own time
    #[arg(long, num_args = 2, value_names = ["CODE", "CODE"])]
    between: Option<Vec<String>>,
    /// Bỏ mảnh nhỏ hơn (m²) / leave out smaller slivers (m²); 1
    #[arg(long, value_name = "M2", allow_negative_numbers = true)]
    min_area: Option<String>,
    /// Mảnh hẹp hơn là nhiễu (m); không có: sai số của ranh giới / narrower slivers are noise (m); absent: the accuracy of the lines
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    noise_below: Option<String>,
    /// In JSON / print a JSON array
    #[arg(long, conflicts_with = "geojson")]
    json: bool,
    /// In GeoJSON / print GeoJSON
    #[arg(long)]
    geojson: bool,
}

pub fn run(args: &SliversArgs, data: &Path, lang: Lang) -> ExitCode {
    let query = match query(args) {
        Ok(query) => query,
        Err(e) => return unreadable(&e, lang),
    };
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    let found = match service::slivers(&service, &query) {
        Ok(found) => found,
        Err(e) => return unreadable(&e, lang),
    };
    if found.maps.is_empty() {
        complain(&one_map(), lang);
        if !args.json && !args.geojson {
            return ExitCode::SUCCESS;
        }
    }
    let out = match (args.json, args.geojson) {
        (true, _) => serde_json::to_string_pretty(&found.rows()),
        (_, true) => Ok(found.geojson().to_string()),
        _ => Ok(plain(&found, query.between.is_some(), lang)),
    };
    match out {
        Ok(text) => print(&text),
        Err(e) => {
            eprintln!("giapranh: {e}");
            ExitCode::FAILURE
        }
    }
}

fn query(args: &SliversArgs) -> Result<SliversQuery, QuestionError> {
    let unasked = SliversQuery::default();
    let amount = |name, text: &Option<String>| text.as_deref().map(|t| read_amount(name, t)).transpose();
    Ok(SliversQuery {
        between: args.between.as_deref().and_then(|codes| codes.to_vec().try_into().ok()),
        min_area_m2: amount("--min-area", &args.min_area)?.unwrap_or(unasked.min_area_m2),
        noise_below_m: amount("--noise-below", &args.noise_below)?,
    })
}

fn one_map() -> Text {
    Text::new(
        "Không có hai bản đồ đã công bố để so sánh; hãy chạy «giapranh boundaries pull».",
        "There are no two published maps to compare; run “giapranh boundaries pull”.",
    )
}

/// One way between two units: what it adds up to.
struct Way<'a> {
    from: &'a UnitName,
    to: &'a UnitName,
    count: usize,
    noise: usize,
    area_m2: f64,
    noise_m2: f64,
    width_m: f64,
}

fn ways(slivers: &[SliverHere]) -> Vec<Way<'_>> {
    let mut ways: Vec<Way> = Vec::new();
    for s in slivers {
        let known = ways.iter().position(|w| w.from == &s.from && w.to == &s.to);
        let i = known.unwrap_or_else(|| {
            let (from, to) = (&s.from, &s.to);
            ways.push(Way { from, to, count: 0, noise: 0, area_m2: 0.0, noise_m2: 0.0, width_m: 0.0 });
            ways.len() - 1
        });
        let way = &mut ways[i];
        way.count += 1;
        way.area_m2 += s.row.area_m2;
        way.width_m = way.width_m.max(s.row.width_m);
        if s.row.noise {
            way.noise += 1;
            way.noise_m2 += s.row.area_m2;
        }
    }
    ways.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    ways
}

/// The totals of each way; with `each`, every sliver that is more than noise before them.
fn plain(found: &SliversFound, each: bool, lang: Lang) -> String {
    let say = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let mut out = String::new();
    for maps in &found.maps {
        let (a, b) = (maps.title_a.get(lang), maps.title_b.get(lang));
        let _ = writeln!(out, "{}: {a} ({}) → {b} ({})", say("So sánh", "Compared"), maps.dataset_a, maps.dataset_b);
        let _ = writeln!(
            out,
            "{} {} m",
            say(
                "Nhiễu (trong sai số của ranh giới): mảnh hẹp hơn",
                "Noise (within the accuracy of the lines): narrower than"
            ),
            maps.noise_below_m
        );
    }
    if each {
        let _ = writeln!(out, "\n{:>10}  {:>9}  {:>8}", "ha", say("dài (m)", "length m"), say("rộng (m)", "width m"));
        for s in found.slivers.iter().filter(|s| !s.row.noise) {
            let row = &s.row;
            let _ = write!(out, "{:>10.2}  {:>9.0}  {:>8.0}  ", row.area_m2 / 1e4, row.length_m, row.width_m);
            let _ = writeln!(out, "{} → {}", named(&s.from), named(&s.to));
        }
    }
    let _ = writeln!(
        out,
        "\n{:>10}  {:>7}  {:>10}  {:>7}  {:>8}",
        "ha",
        say("số mảnh", "number"),
        say("nhiễu ha", "noise ha"),
        say("số nhiễu", "noise"),
        say("rộng (m)", "width m")
    );
    for w in ways(&found.slivers) {
        let (ha, noise_ha) = (w.area_m2 / 1e4, w.noise_m2 / 1e4);
        let _ = write!(out, "{ha:>10.2}  {:>7}  {noise_ha:>10.2}  {:>7}  {:>8.0}  ", w.count, w.noise, w.width_m);
        let _ = writeln!(out, "{} → {}", named(w.from), named(w.to));
    }
    if found.slivers.is_empty() {
        let _ = writeln!(out, "{}", say("Không có chỗ nào khác nhau.", "They differ nowhere."));
    }
    let _ = write!(out, "\n{}", service::evidence().get(lang));
    out
}

fn named(unit: &UnitName) -> String {
    format!("{} ({})", unit.name, unit.code)
}
