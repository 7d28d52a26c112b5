//! `giapranh boundaries`: pull, check, list and choose the boundary datasets.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::atlas::Atlas;
use crate::atlas::generation::{DatasetSummary, Manifest};
use crate::atlas::pull::{Progress, PullOptions, Pulled, Step, pull};
use crate::atlas::{AtlasError, Geodata, Store};
use crate::domain::{Dataset, Defect, DefectKind};
use crate::service::Service;

#[derive(Debug, clap::Args)]
pub struct BoundariesArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tải, kiểm tra và dùng bộ ranh giới / download, check and activate the boundaries
    Pull {
        /// Lấy tệp từ thư mục HOST/PATH thay vì từ mạng / take the files from a folder laid out as HOST/PATH
        #[arg(long, env = "GIAPRANH_MIRROR", value_name = "DIR", value_parser = super::folder())]
        mirror: Option<PathBuf>,
        /// Tải lại dù đã có / pull even where the same files are active
        #[arg(long)]
        force: bool,
    },
    /// Báo cáo lỗi của các bộ đang dùng / report the defects of the active datasets
    Check {
        /// In JSON / print JSON
        #[arg(long)]
        json: bool,
    },
    /// Các thế hệ dữ liệu đã lưu / the stored generations
    List,
    /// Chuyển sang một thế hệ khác / make another generation the active one
    Activate { id: String },
}

pub fn run(args: BoundariesArgs, data: &Path) -> ExitCode {
    let done = match args.command {
        Command::Pull { mirror, force } => pull_now(data, super::given(mirror), force),
        Command::Check { json } => check(data, json),
        Command::List => list(data),
        Command::Activate { id } => activate(data, &id),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("giapranh: {e}");
            ExitCode::FAILURE
        }
    }
}

fn pull_now(data: &Path, mirror: Option<PathBuf>, force: bool) -> Result<(), AtlasError> {
    let geodata = Geodata::embedded()?;
    let options = PullOptions { data: data.to_owned(), mirror, geodata: &geodata, force };
    let watcher = Watcher::new();
    let pulled = pull(&options, &watcher);
    watcher.bar.finish_and_clear();
    let pulled = pulled?;
    // The indexes are made now, so that the next start only maps them.
    Service::new(Atlas::load(data)?);
    match pulled {
        Pulled::AlreadyActive { id } => {
            eprintln!("{id}: đã dùng bộ này, không tải gì · already active, nothing pulled")
        }
        Pulled::Activated { id, removed } => {
            eprintln!("{id}: đang dùng · active");
            for old in removed {
                eprintln!("{old}: thế hệ cũ đã xóa · old generation removed");
            }
        }
    }
    Ok(())
}

/// A bar of bytes on a terminal; elsewhere only one line per dataset.
struct Watcher {
    bar: ProgressBar,
}

impl Watcher {
    fn new() -> Watcher {
        let bar = if io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = "{msg} {wide_bar} {bytes}/{total_bytes} ({bytes_per_sec}, {eta})";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Watcher { bar }
    }
}

impl Progress for Watcher {
    fn step(&self, step: Step) {
        let message = match step {
            Step::Fetch { files, bytes } => {
                self.bar.set_length(bytes);
                format!("Tải · pulling ({files})")
            }
            Step::Check => "Kiểm tra · checking".to_owned(),
            Step::Write => "Ghi · writing".to_owned(),
            Step::Activate => "Đưa vào dùng · activating".to_owned(),
        };
        self.bar.set_message(message);
    }

    fn fetched(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn checked(&self, dataset: &Dataset) {
        self.bar.suspend(|| eprintln!("{}", told(&DatasetSummary::of(dataset, &[]))));
    }
}

fn told(s: &DatasetSummary) -> String {
    format!(
        "{}: {} đơn vị · units, {} đỉnh · vertices; {} vòng sai · invalid rings, {} chồng lấn · overlaps, {} khe hở · gaps, {} lệch sổ đăng ký · register mismatches",
        s.id, s.units, s.vertices, s.invalid_rings, s.overlaps, s.gaps, s.register_mismatches
    )
}

fn check(data: &Path, as_json: bool) -> Result<(), AtlasError> {
    let Some(generation) = Store::new(data).active()? else {
        let none = || format!("{:#}", json!({ "generation": null, "datasets": [] }));
        return say(&if as_json { none() } else { NONE.to_owned() });
    };
    if as_json {
        let datasets: Vec<_> =
            generation.datasets.iter().map(|d| json!({ "dataset": d.info.id, "defects": d.defects })).collect();
        return say(&format!("{:#}", json!({ "generation": generation.id, "datasets": datasets })));
    }
    let mut lines = vec![generation.id];
    for dataset in &generation.datasets {
        lines.push(told(&DatasetSummary::of(dataset, &[])));
        for kind in [DefectKind::InvalidRing, DefectKind::Overlap, DefectKind::Gap, DefectKind::RegisterMismatch] {
            let of_kind = dataset.defects.iter().filter(|d| d.kind == kind);
            lines.extend(of_kind.map(|d| format!("  {}", line(d))));
        }
    }
    say(&lines.join("\n"))
}

fn line(defect: &Defect) -> String {
    let mut line = format!("{} · {}", defect.text.vi, defect.text.en);
    if let Some(m2) = defect.area_m2 {
        line += &if m2 < 10_000.0 { format!(" [{m2:.0} m²]") } else { format!(" [{:.1} ha]", m2 / 10_000.0) };
    }
    if let Some((lon, lat)) = defect.place {
        line += &format!(" [{lat:.5}, {lon:.5}]");
    }
    if defect.expected {
        line += " [đã biết · expected]";
    }
    line
}

fn list(data: &Path) -> Result<(), AtlasError> {
    let store = Store::new(data);
    let active = store.active_id()?;
    let mut lines = Vec::new();
    if active.is_none() {
        lines.push(NONE.to_owned());
    }
    for id in store.list()? {
        let mark = if Some(&id) == active.as_ref() { "*" } else { " " };
        lines.push(match store.manifest(&id) {
            Ok(Manifest { created, datasets, program_version, .. }) => {
                let sets: Vec<String> = datasets.iter().map(|d| format!("{} ({})", d.id, d.units)).collect();
                let created = created.strftime("%Y-%m-%d %H:%MZ");
                format!("{mark} {id}  {created}  giapranh {program_version}  {}", sets.join(", "))
            }
            Err(e) => format!("{mark} {id}  {e}"),
        });
    }
    say(&lines.join("\n"))
}

const NONE: &str =
    "Chưa có bộ ranh giới nào được tải; đang dùng bộ chỉ dẫn · no boundaries pulled yet; the indicative set is in use";

/// To standard output. A reader that has seen enough (`| head`) is no error.
fn say(text: &str) -> Result<(), AtlasError> {
    match writeln!(io::stdout(), "{text}") {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(AtlasError::Io { path: PathBuf::from("stdout"), cause })
        }
        _ => Ok(()),
    }
}

fn activate(data: &Path, id: &str) -> Result<(), AtlasError> {
    let store = Store::new(data);
    store.writer()?.activate(id)?;
    eprintln!("{id}: đang dùng · active");
    Ok(())
}
