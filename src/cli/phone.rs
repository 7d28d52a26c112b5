//! `giapranh phone-pack`: the file a phone takes along.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{EXIT_UNREADABLE, complain, open, print};
use crate::domain::{Lang, Text};
use crate::phone::{Wanted, pack};

#[derive(Debug, clap::Args)]
pub struct PhonePackArgs {
    /// Tệp sẽ ghi / file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Khung TÂY,NAM,ĐÔNG,BẮC theo độ / box WEST,SOUTH,EAST,NORTH in degrees; không có: cả vùng / absent: everything
    #[arg(long, value_name = "BOX", allow_hyphen_values = true, conflicts_with = "unit")]
    bbox: Option<String>,
    /// Khung quanh một đơn vị / the box around a unit
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
}

pub fn run(args: &PhonePackArgs, data: &Path, lang: Lang) -> ExitCode {
    let wanted = match (&args.bbox, &args.unit) {
        (Some(bbox), _) => Wanted::of_box(bbox),
        (None, Some(code)) => Ok(Wanted::Unit(code.clone())),
        (None, None) => Ok(Wanted::Everything),
    };
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    let file = match wanted.and_then(|wanted| pack(&service, &wanted)) {
        Ok(file) => file,
        Err(e) => {
            complain(&e.text(), lang);
            return ExitCode::from(EXIT_UNREADABLE);
        }
    };
    if let Err(e) = std::fs::write(&args.output, &file) {
        eprintln!("giapranh: {}: {e}", args.output.display());
        return ExitCode::FAILURE;
    }
    let (name, kb) = (args.output.display(), file.len().div_ceil(1000));
    print(Text::new(format!("Đã ghi {name}: {kb} kB."), format!("{name} written: {kb} kB.")).get(lang))
}
