//! `giapranh audit verify`: has anything been changed behind the journal's back?

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::backup::nothing_at;
use super::{complain, place};
use crate::domain::{Lang, Text};
use crate::store::{Audit as Found, Seq, Store};

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
    let place = place(data);
    if let Some(code) = nothing_at(&place, lang) {
        return code;
    }
    // The store by itself: what the journal holds may be past reading.
    let expect = expect.as_ref().map(|(line, hash)| (*line, hash.as_str()));
    let audit = match Store::open(&place).and_then(|store| crate::service::audit(&store, expect)) {
        Ok(audit) => audit,
        Err(e) => {
            complain(&e.text(), lang);
            return ExitCode::FAILURE;
        }
    };
    tell_faults(&audit, lang);
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

/// Every fault on stderr, with its line.
pub fn tell_faults(audit: &Found, lang: Lang) {
    for fault in &audit.faults {
        let line = fault.line.map(|l| format!("{l}: ")).unwrap_or_default();
        let words = Text::new(
            format!("SAI {line}{}: {}", fault.what, fault.detail),
            format!("FAULT {line}{}: {}", fault.what, fault.detail),
        );
        eprintln!("{}", words.get(lang));
    }
}
