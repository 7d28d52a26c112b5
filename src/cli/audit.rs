//! `giapranh audit verify`: has anything been changed behind the journal's back?

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::office;
use super::output::refused;
use crate::domain::{Lang, Text};
use crate::store::Seq;

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: Audit,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Kiểm tra mọi dòng của sổ, mọi vụ việc, mọi giá trị cá nhân / check every line, incident and personal value
    Verify {
        /// Dòng và mã băm đã ghi lại trước đây, để thấy cả khi sổ bị cắt cuối / a line and its hash noted before, so that
        /// a journal cut off at its end shows too
        #[arg(long, value_name = "LINE:HASH", value_parser = read_expected)]
        expect: Option<(Seq, String)>,
    },
}

fn read_expected(text: &str) -> Result<(Seq, String), String> {
    let read = text.split_once(':').and_then(|(line, hash)| Some((line.parse().ok()?, hash.to_ascii_lowercase())));
    let whole = |hash: &String| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    read.filter(|(_, hash)| whole(hash)).ok_or_else(|| "LINE:HASH, 64 hex digits".into())
}

pub fn run(args: &AuditArgs, data: &Path, lang: Lang) -> ExitCode {
    let Audit::Verify { expect } = &args.command;
    let office = match office(data) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let audit = match office.audit(expect.as_ref().map(|(line, hash)| (*line, hash.as_str()))) {
        Ok(audit) => audit,
        Err(e) => return refused(&e, lang),
    };
    for fault in &audit.faults {
        let line = fault.line.map(|l| format!("{l}: ")).unwrap_or_default();
        let words = Text::new(
            format!("SAI {line}{}: {}", fault.what, fault.detail),
            format!("FAULT {line}{}: {}", fault.what, fault.detail),
        );
        eprintln!("{}", words.get(lang));
    }
    let found = audit.faults.len();
    let words = Text::new(
        format!("{} dòng, {found} chỗ sai. Dòng cuối, hãy ghi lại: {}:{}", audit.lines, audit.lines, audit.head),
        format!(
            "{} lines, {found} faults. The last line, to be noted elsewhere: {}:{}",
            audit.lines, audit.lines, audit.head
        ),
    );
    println!("{}", words.get(lang));
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
