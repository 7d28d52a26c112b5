//! The journal: lines that are only added, each with the hash of the one before.

use jiff::Timestamp;
use uuid::Uuid;

use super::db::{LAST, Row, Value};
use super::{Seq, StoreError, Tx, link};
use crate::domain::{Entry, Topic};

/// A line with the hash of the one before.
const LINE: &str =
    "SELECT j.seq, j.entry, j.hash, before.hash FROM journal j LEFT JOIN journal before ON before.seq = j.seq - 1";

/// Lines read at a time when all are checked.
const BATCH: i64 = 2000;
/// The setting that holds the last line, `SEQ:HASH`.
const HEAD: &str = "journal_head";

/// What a check of the journal found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    pub lines: Seq,
    /// Hash of the last line, in hex.
    pub head: String,
    pub faults: Vec<AuditFault>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// The line of the journal; `None`: not of the journal.
    pub line: Option<Seq>,
    pub what: &'static str,
    pub detail: String,
}

impl Tx<'_> {
    /// The time now, never before the last line: a clock that was put back does not put the journal in disorder.
    ///
    /// # Errors
    /// The store's.
    pub fn now(&mut self) -> Result<Timestamp, StoreError> {
        let last = self.row("SELECT at_us FROM journal ORDER BY seq DESC LIMIT 1", &[])?;
        let last = last.map(|row| row.int(0)).transpose()?.unwrap_or(i64::MIN);
        let now = Timestamp::now().as_microsecond();
        if last > now.saturating_add(1_000_000) {
            tracing::warn!(ahead_s = (last - now) / 1_000_000, "the clock is behind the journal");
        }
        Timestamp::from_microsecond(now.max(last)).map_err(|e| StoreError::unreadable(&e))
    }

    /// Adds a line. The same entry again, told by its id, is not written again. Returns the number of the last line.
    ///
    /// # Errors
    /// The store's.
    pub fn append(&mut self, entry: &Entry) -> Result<Seq, StoreError> {
        let tip = self.row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", &[])?;
        let (seq, before) = match tip {
            Some(row) => (row.int(0)?, row.hash(1)?),
            None => (0, [0; 32]),
        };
        if self.row("SELECT 1 FROM journal WHERE id = $1", &[entry.id.into()])?.is_some() {
            return Ok(seq);
        }
        let text = serde_json::to_string(entry).map_err(|e| StoreError::unreadable(&e))?;
        let hash = link(&before, &text);
        self.note_head(seq + 1, &hash)?;
        self.execute(
            "INSERT INTO journal (seq, id, topic, subject, at_us, entry, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                (seq + 1).into(),
                entry.id.into(),
                entry.change.topic().word().into(),
                entry.change.subject().into(),
                entry.recorded_at.as_microsecond().into(),
                text.into(),
                hash.into(),
            ],
        )?;
        Ok(seq + 1)
    }

    /// Notes the last line beside the journal: lines cut off at the end show, unless this was changed along with them.
    fn note_head(&mut self, seq: Seq, hash: &[u8]) -> Result<(), StoreError> {
        self.set_setting(HEAD, &format!("{seq}:{}", hex(hash)))
    }

    /// Number of the last line, of a topic or of all.
    ///
    /// # Errors
    /// The store's.
    pub fn last(&mut self, topic: Option<Topic>) -> Result<Seq, StoreError> {
        let row = match topic {
            None => self.row(LAST, &[])?,
            Some(topic) => {
                self.row("SELECT COALESCE(MAX(seq), 0) FROM journal WHERE topic = $1", &[topic.word().into()])?
            }
        };
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Lines after a number, in order; of a topic or about a subject where one is given.
    ///
    /// # Errors
    /// The store's, or a line that cannot be read.
    pub fn entries(
        &mut self,
        topic: Option<Topic>,
        subject: Option<Uuid>,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Entry)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match (topic, subject) {
            (_, Some(subject)) => self.rows(
                &format!("{LINE} WHERE j.subject = $1 AND j.seq > $2 ORDER BY j.seq LIMIT $3"),
                &[subject.into(), after.into(), limit.into()],
            )?,
            (Some(topic), None) => self.rows(
                &format!("{LINE} WHERE j.topic = $1 AND j.seq > $2 ORDER BY j.seq LIMIT $3"),
                &[topic.word().into(), after.into(), limit.into()],
            )?,
            (None, None) => {
                self.rows(&format!("{LINE} WHERE j.seq > $1 ORDER BY j.seq LIMIT $2"), &[after.into(), limit.into()])?
            }
        };
        rows.iter().map(line).collect()
    }

    /// One line by the id of its entry.
    ///
    /// # Errors
    /// The store's, or a line that cannot be read.
    pub fn entry(&mut self, id: Uuid) -> Result<Option<Entry>, StoreError> {
        let row = self.row(&format!("{LINE} WHERE j.id = $1"), &[id.into()])?;
        Ok(row.as_ref().map(line).transpose()?.map(|(_, entry)| entry))
    }

    /// Looks at every line: does each follow from the one before, is none missing, do the columns say what the entry
    /// says, and is the last one the one noted as the last? `seen` is called with each entry, in order.
    ///
    /// # Errors
    /// The store's.
    pub fn audit(&mut self, mut seen: impl FnMut(Seq, Entry)) -> Result<Audit, StoreError> {
        let mut audit = Audit::default();
        let mut before = [0; 32];
        let fault = |line, what, detail: String| AuditFault { line: Some(line), what, detail };
        loop {
            let rows = self.rows(
                "SELECT seq, id, topic, subject, at_us, entry, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2",
                &[audit.lines.into(), BATCH.into()],
            )?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let (seq, text) = (row.int(0)?, row.text(5)?);
                for missing in audit.lines + 1..seq {
                    audit.faults.push(fault(missing, "missing", "the line is gone".into()));
                }
                let hash = row.hash(6)?;
                if hash != link(&before, &text) {
                    audit.faults.push(fault(seq, "chain", "it does not follow from the line before".into()));
                }
                match serde_json::from_str::<Entry>(&text) {
                    Err(e) => audit.faults.push(fault(seq, "unreadable", e.to_string())),
                    Ok(entry) => {
                        let said = (
                            entry.id.to_string(),
                            entry.change.topic().word().to_owned(),
                            entry.change.subject().map(|s| s.to_string()),
                            entry.recorded_at.as_microsecond(),
                        );
                        if said != (row.text(1)?, row.text(2)?, row.opt_text(3)?, row.int(4)?) {
                            audit.faults.push(fault(
                                seq,
                                "columns",
                                "its columns do not say what its entry says".into(),
                            ));
                        }
                        seen(seq, entry);
                    }
                }
                before = hash;
                audit.lines = seq;
            }
        }
        audit.head = hex(&before);
        let noted = self.setting(HEAD)?;
        let found = (audit.lines > 0).then(|| format!("{}:{}", audit.lines, audit.head));
        if noted != found {
            let detail = format!("noted as the last line: {}", noted.as_deref().unwrap_or("none"));
            audit.faults.push(fault(audit.lines, "head", detail));
        }
        Ok(audit)
    }

    /// Hash of a line in hex; `None`: there is no such line.
    ///
    /// # Errors
    /// The store's.
    pub fn hash_of(&mut self, seq: Seq) -> Result<Option<String>, StoreError> {
        let row = self.row("SELECT hash FROM journal WHERE seq = $1", &[Value::Int(seq)])?;
        row.map(|row| Ok(hex(&row.hash(0)?))).transpose()
    }
}

/// Whatever is read is checked: a line that was changed, or whose neighbour is gone, is not passed on.
fn line(row: &Row) -> Result<(Seq, Entry), StoreError> {
    let (seq, text) = (row.int(0)?, row.text(1)?);
    let before = match row.opt_blob(3)? {
        Some(hash) => hash,
        None if seq == 1 => vec![0; 32],
        None => return Err(StoreError::unreadable(&format!("line {} of the journal is gone", seq - 1))),
    };
    if row.hash(2)? != link(&before, &text) {
        return Err(StoreError::unreadable(&format!("line {seq} of the journal does not follow from the one before")));
    }
    let entry =
        serde_json::from_str(&text).map_err(|e| StoreError::unreadable(&format!("line {seq} of the journal: {e}")))?;
    Ok((seq, entry))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
