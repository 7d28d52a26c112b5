//! The whole journal out and in again, with the files that go with it: what is imported is what was exported.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::{ActionError, Office};
use crate::domain::{Entry, Text};

/// The file, as written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    /// Version of this layout.
    giapranh_records: u32,
    entries: Vec<Entry>,
    /// Content of the files that entries refer to, base64.
    files: Vec<String>,
}

const LAYOUT: u32 = 1;

impl Office {
    /// Every entry of the journal and every file it refers to, as JSON.
    ///
    /// # Errors
    /// The store's, such as for a damaged journal.
    pub fn export(&self) -> Result<Vec<u8>, ActionError> {
        let entries = self.entries()?;
        let mut files = Vec::new();
        for sha256 in referred(&entries)? {
            files.push(BASE64_STANDARD.encode(self.attachments.get(&sha256)?));
        }
        serde_json::to_vec_pretty(&Export { giapranh_records: LAYOUT, entries, files }).map_err(|e| unreadable(&e))
    }

    /// Takes in an export: what is here already is left alone. Returns how many entries were new.
    ///
    /// # Errors
    /// [`ActionError`] where the file cannot be read, refers to a file it does not hold, or contradicts what is here.
    pub fn import_export(&self, bytes: &[u8]) -> Result<usize, ActionError> {
        let export: Export = serde_json::from_slice(bytes).map_err(|e| unreadable(&e))?;
        if export.giapranh_records != LAYOUT {
            return Err(ActionError::Invalid(Text::new(
                format!(
                    "Tệp hồ sơ phiên bản {}; chương trình này đọc được phiên bản {LAYOUT}.",
                    export.giapranh_records
                ),
                format!("An export of version {}; this program reads version {LAYOUT}.", export.giapranh_records),
            )));
        }
        for file in &export.files {
            let content = BASE64_STANDARD.decode(file).map_err(|e| unreadable(&e))?;
            self.attachments.keep(&content)?;
        }
        for sha256 in referred(&export.entries)? {
            self.attachments.get(&sha256)?;
        }
        self.take_in(&export.entries)
    }
}

fn unreadable(cause: &dyn std::fmt::Display) -> ActionError {
    ActionError::Invalid(Text::new(
        format!("Không đọc được tệp hồ sơ: {cause}. Chưa có gì được ghi."),
        format!("The export cannot be read: {cause}. Nothing was written."),
    ))
}

/// SHA-256 of every file that entries refer to, each once: wherever a `file` with a `sha256` stands in them.
fn referred(entries: &[Entry]) -> Result<Vec<String>, ActionError> {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(sha256) = map.get("file").and_then(|f| f.get("sha256")).and_then(|s| s.as_str())
                    && !found.iter().any(|f| f == sha256)
                {
                    found.push(sha256.to_owned());
                }
                map.values().for_each(|v| walk(v, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|v| walk(v, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::to_value(entries).map_err(|e| unreadable(&e))?, &mut found);
    Ok(found)
}
