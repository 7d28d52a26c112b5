//! `giapranh backup`, `giapranh restore`, `giapranh migrate`: everything in one file and back, or from store to store.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::audit::tell_faults;
use super::{EXIT_UNREADABLE, complain, place, print};
use crate::domain::{Lang, Text};
use crate::service::{BackupError, backup, restore};
use crate::store::{Place, Store, TableSum, copy};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Tệp sao lưu sẽ được tạo / the backup to be made
    #[arg(value_name = "FILE.tar")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Tệp sao lưu / the backup
    #[arg(value_name = "FILE.tar")]
    file: PathBuf,
    /// Kho nhận, phải trống; mặc định như --store / the store to fill, which has to be empty; by default that of --store
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Nhận cả khi sổ trong đó có chỗ sai / take it even where the journal in it has faults
    #[arg(long)]
    with_faults: bool,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Kho nguồn, vẫn giữ nguyên: sqlite:DIR, postgres://… / the store to copy, which stays as it is
    #[arg(long, value_name = "URL")]
    from: String,
    /// Kho nhận, phải trống / the store to fill, which has to be empty
    #[arg(long, value_name = "URL")]
    to: String,
}

pub fn run_backup(args: &BackupArgs, data: &Path, lang: Lang) -> ExitCode {
    let place = place(data);
    if let Some(code) = nothing_at(&place, lang) {
        return code;
    }
    let bar = Bar::new();
    let made = Store::open(&place)
        .map_err(BackupError::from)
        .and_then(|store| backup(&store, data, &args.file, &|t, n, all| bar.at(t, n, all)));
    bar.end();
    let made = match made {
        Ok(made) => made,
        Err(e) => return refused(&e, lang),
    };
    tell_faults(&made.audit, lang);
    for sha256 in &made.missing {
        let words = Text::new(
            format!("Hồ sơ nhắc đến tệp {sha256}, nhưng tệp đã mất hoặc hỏng."),
            format!("The records refer to the file {sha256}, which is gone or damaged."),
        );
        complain(&words, lang);
    }
    let (rows, files) = (made.manifest.rows.iter().map(|r| r.1).sum::<u64>(), made.manifest.files.len() - 1);
    let (file, head) = (args.file.display(), &made.manifest.head);
    let words = Text::new(
        format!("{file}: {rows} hàng, {files} tệp kèm theo, đã thử phục hồi. Dòng cuối của sổ: {head}"),
        format!("{file}: {rows} rows, {files} attachments, checked by restoring it. Last line of the journal: {head}"),
    );
    let told = print(words.get(lang));
    // The backup is there, as good as what it was made of; whoever runs it is to look.
    if made.audit.faults.is_empty() && made.missing.is_empty() { told } else { ExitCode::FAILURE }
}

pub fn run_restore(args: &RestoreArgs, data: &Path, lang: Lang) -> ExitCode {
    let to = match &args.to {
        None => place(data),
        Some(url) => match Place::read(Some(url), data) {
            Ok(place) => place,
            Err(e) => return refused(&e.into(), lang),
        },
    };
    let bar = Bar::new();
    let done = restore(&args.file, &to, data, args.with_faults, &|t, n, all| bar.at(t, n, all));
    bar.end();
    match done {
        Ok(restored) => {
            tell_faults(&restored.audit, lang);
            let (file, head) = (args.file.display(), &restored.manifest.head);
            let words = Text::new(
                format!("Đã phục hồi {file}. Dòng cuối của sổ: {head}"),
                format!("{file} is restored. Last line of the journal: {head}"),
            );
            print(words.get(lang))
        }
        Err(e) => {
            if let BackupError::Faults(audit) = &e {
                tell_faults(audit, lang);
            }
            refused(&e, lang)
        }
    }
}

pub fn run_migrate(args: &MigrateArgs, data: &Path, lang: Lang) -> ExitCode {
    let read = |url: &str| Place::read(Some(url), data).map_err(BackupError::from);
    let (from, to) = match read(&args.from).and_then(|from| Ok((from, read(&args.to)?))) {
        Ok(both) => both,
        Err(e) => return refused(&e, lang),
    };
    if let Some(code) = nothing_at(&from, lang) {
        return code;
    }
    let bar = Bar::new();
    let copied = Store::open(&from).map_err(BackupError::from).and_then(|from| {
        let to = Store::open(&to)?;
        Ok(copy(&from, &to, &|t, n, all| bar.at(t, n, all))?)
    });
    bar.end();
    match copied {
        Ok(sums) => {
            let lines: Vec<String> =
                sums.iter().map(|TableSum { table, rows, sha256 }| format!("{table:<16} {rows:>9} {sha256}")).collect();
            let words = Text::new(
                "Kho nguồn vẫn giữ nguyên; tệp đính kèm vẫn ở thư mục dữ liệu. Từ nay hãy dùng --store, hoặc GIAPRANH_STORE, với kho mới.",
                "The source stays as it is, attachments stay in the data folder. From now on use --store, or GIAPRANH_STORE, with the new one.",
            );
            eprintln!("{}", words.get(lang));
            print(&lines.join("\n"))
        }
        Err(e) => refused(&e, lang),
    }
}

/// Looking makes no store.
pub fn nothing_at(place: &Place, lang: Lang) -> Option<ExitCode> {
    if place.exists() {
        return None;
    }
    let Place::Sqlite(folder) = place else { return None };
    let folder = folder.display();
    let words = Text::new(
        format!("Chưa có hồ sơ nào trong {folder}: hãy xem lại --data hoặc --store."),
        format!("There are no records in {folder} yet: look at --data or --store."),
    );
    complain(&words, lang);
    Some(ExitCode::from(EXIT_UNREADABLE))
}

/// 2 for what the user can mend, 1 for what the machine has to.
fn refused(error: &BackupError, lang: Lang) -> ExitCode {
    complain(&error.text(), lang);
    match error.code() {
        "no_backup" | "backup_exists" | "store_not_empty" | "no_such_store" => ExitCode::from(EXIT_UNREADABLE),
        _ => ExitCode::FAILURE,
    }
}

/// How far it is, on stderr where a person looks at it.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Bar {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{msg:16} {wide_bar} {pos}/{len} ({eta})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar(bar)
    }

    fn at(&self, table: &'static str, rows: u64, all: u64) {
        self.0.set_message(table);
        self.0.set_length(all);
        self.0.set_position(rows);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}
