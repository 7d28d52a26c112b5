//! What the subcommands on records share: printing, refusing, naming who writes.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::{EXIT_UNREADABLE, complain};
use crate::domain::{Document, Lang};
use crate::service::{ActionError, QuestionError, read_date};
use crate::store::StoreError;

/// Who enters a record, and what it rests on.
#[derive(Debug, clap::Args)]
pub struct Entered {
    /// Người nhập / who enters it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Tên tài liệu làm căn cứ / title of the document it rests on
    #[arg(long = "doc", value_name = "TITLE")]
    title: String,
    /// Số tài liệu / its number
    #[arg(long = "doc-number", value_name = "NUMBER")]
    number: Option<String>,
    /// Ngày tài liệu / its date
    #[arg(long = "doc-date", value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// Địa chỉ / its address
    #[arg(long = "doc-url", value_name = "URL")]
    url: Option<String>,
    /// Nơi phát hành / who published it
    #[arg(long = "doc-source", value_name = "SOURCE")]
    source: Option<String>,
    /// Tệp tài liệu, được giữ cùng hồ sơ / the document itself, kept with the records
    #[arg(long = "doc-file", value_name = "FILE")]
    file: Option<std::path::PathBuf>,
}

impl Entered {
    pub fn by(&self) -> &str {
        &self.by
    }

    /// The document; its file is kept first.
    pub fn document(&self, office: &crate::service::Office) -> Result<Document, ActionError> {
        let file = match &self.file {
            Some(path) => {
                let io = |cause| StoreError::Io { path: path.clone(), cause };
                let sha256 = office.attachments.keep(&std::fs::read(path).map_err(io)?)?;
                let name = path.file_name().map_or_else(|| sha256.clone(), |n| n.to_string_lossy().into_owned());
                Some(crate::domain::Attachment { sha256, name })
            }
            None => None,
        };
        Ok(Document {
            title: self.title.clone(),
            number: self.number.clone(),
            date: self.date.as_deref().map(read_date).transpose()?,
            url: self.url.clone(),
            source: self.source.clone(),
            file,
        })
    }
}

/// Ends the program with the words of a refusal: 2 for what the user can mend, 1 for what the machine has to.
pub fn refused(error: &ActionError, lang: Lang) -> ExitCode {
    complain(&error.text(), lang);
    match error {
        ActionError::Store(StoreError::NoFile(_) | StoreError::TooBig { .. }) => ExitCode::from(EXIT_UNREADABLE),
        ActionError::Store(_) | ActionError::Busy => ExitCode::FAILURE,
        _ => ExitCode::from(EXIT_UNREADABLE),
    }
}

pub fn finish(done: Result<(), ActionError>, lang: Lang) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => refused(&e, lang),
    }
}

/// A line on stdout; a reader that has gone away is no error.
pub fn say(text: &str) -> Result<(), ActionError> {
    bytes(format!("{text}\n").as_bytes(), None)
}

pub fn json(value: &impl Serialize) -> Result<(), ActionError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| ActionError::Invalid(crate::domain::Text::new(e.to_string(), e.to_string())))?;
    say(&text)
}

/// Bytes to a file, whole or not at all, or to stdout.
pub fn bytes(bytes: &[u8], to: Option<&Path>) -> Result<(), ActionError> {
    let Some(path) = to else {
        return match std::io::stdout().write_all(bytes) {
            Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(StoreError::Io { path: "stdout".into(), cause }.into())
            }
            _ => Ok(()),
        };
    };
    let io = |cause| StoreError::Io { path: path.into(), cause };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}

/// A file's text.
pub fn text_of(path: &Path) -> Result<String, ActionError> {
    let io = |cause| StoreError::Io { path: path.into(), cause };
    let bytes = std::fs::read(path).map_err(io)?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let path = path.display();
        ActionError::Invalid(crate::domain::Text::new(
            format!("{path}: không phải UTF-8 (byte {at})."),
            format!("{path}: not UTF-8 (byte {at})."),
        ))
    })
}

/// A date argument; today where there is none.
pub fn at(date: Option<&str>) -> Result<jiff::civil::Date, QuestionError> {
    date.map_or_else(|| Ok(crate::domain::today_in_vietnam()), read_date)
}
