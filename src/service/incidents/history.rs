//! The story of an incident: its events as people read them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Sight;
use super::list::seen;
use super::read::json;
use crate::domain::{Change, Entry, IncidentEvent, LINE_STEPS, PrivateRef, STEPS, Text, Who, day_in_vietnam};
use crate::service::{ActionError, Office};

/// One event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryEvent {
    pub id: Uuid,
    /// The version it made.
    pub version: u32,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Name of who did it; null: hidden from the asker, or the account is gone.
    pub by: Option<String>,
    /// A word for scripts: reported, edited, verify, acknowledge, …
    pub what: String,
    /// The same for people.
    pub name: Text,
    /// The words that came with it; null where there are none, they were erased, or are hidden.
    pub text: Option<String>,
    /// Why it had no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<Text>,
    /// Everything else about it, personal values left out.
    #[schema(value_type = Object)]
    pub details: Value,
}

impl Office {
    /// Every event of an incident, oldest first.
    ///
    /// # Errors
    /// It is not there, or not for this person.
    pub fn incident_history(&self, who: &Who, id: Uuid) -> Result<Vec<HistoryEvent>, ActionError> {
        let service = self.now();
        let today = day_in_vietnam(Timestamp::now());
        self.store()?.read(|tx| {
            let incident = seen(tx, &service, who, id, Sight::Facts)?;
            let whole = service.sight(who, &incident, today) == Sight::Whole;
            let reporter = service.sees_reporter(who, &incident, today);
            let entries = tx.entries(None, Some(id), 0, usize::MAX)?;
            let needed: Vec<Uuid> = entries.iter().filter_map(|(_, e)| words_of(e)).map(|p| p.private).collect();
            let values = if whole { tx.private_values(&needed)? } else { Default::default() };
            let actors: Vec<String> = entries.iter().map(|(_, e)| e.by.clone()).collect();
            let names = tx.actor_names(&actors)?;
            let events = entries.into_iter().zip(1..).map(|((_, entry), version)| {
                // Whose report it was shows in every later step of the same person, too.
                let hidden = !whole || (!reporter && entry.by == incident.report.sender);
                let Change::Incident { event, .. } = &entry.change else {
                    unreachable!("only lines about the incident were asked for")
                };
                HistoryEvent {
                    id: entry.id,
                    version,
                    at: entry.recorded_at,
                    by: names.get(&entry.by).filter(|_| !hidden).cloned(),
                    what: event.word().into(),
                    name: name_of(event.word()),
                    text: words_of(&entry).and_then(|p| values.get(&p.private).cloned()),
                    set_aside: match event {
                        IncidentEvent::SetAside { why, .. } => Some(why.clone()),
                        _ => None,
                    },
                    details: details(event),
                }
            });
            Ok(events.collect())
        })
    }
}

/// What an event is called.
fn name_of(what: &str) -> Text {
    const OTHERS: [(&str, &str, &str); 12] = [
        ("reported", "Báo vụ việc", "Reported"),
        ("edited", "Sửa", "Corrected"),
        ("rejudged", "Hỏi lại ranh giới", "Asked again at the boundaries"),
        ("accepted", "Nhận chuyển giao", "Took it over"),
        ("declined", "Không nhận chuyển giao", "Did not take it over"),
        ("commented", "Nhắn", "Comment"),
        ("photo_added", "Thêm ảnh", "Photo added"),
        ("photo_removed", "Bỏ ảnh", "Photo removed"),
        ("minutes_written", "Lập biên bản", "Minutes written"),
        ("minutes_signed", "Ký biên bản", "Minutes signed"),
        ("merged_into", "Gộp vào vụ khác", "Merged into another"),
        ("absorbed", "Nhận gộp một vụ khác", "Another was merged into it"),
    ];
    let steps = STEPS.iter().map(|s| (s.1, s.2, s.3));
    let lines = LINE_STEPS.iter().map(|s| (s.1, s.2, s.3));
    let found = steps.chain(lines).chain(OTHERS).find(|(word, ..)| *word == what);
    found.map_or_else(|| Text::new("Việc đến muộn", "Came too late"), |(_, vi, en)| Text::new(vi, en))
}

/// The words that came with an event.
fn words_of(entry: &Entry) -> Option<&PrivateRef> {
    let Change::Incident { event, .. } = &entry.change else { return None };
    match event {
        IncidentEvent::Commented { note, .. } => Some(note),
        IncidentEvent::MinutesWritten { text, .. } => Some(text),
        IncidentEvent::Stepped { note, .. }
        | IncidentEvent::LineStepped { note, .. }
        | IncidentEvent::Answered { note, .. } => note.as_ref(),
        IncidentEvent::Reported { facts, .. } => facts.description.as_ref(),
        _ => None,
    }
}

/// The event without references to personal values, and without who sent it.
fn details(event: &IncidentEvent) -> Value {
    let mut value = json(event);
    if let Some(report) = value.get_mut("report").and_then(Value::as_object_mut) {
        report.remove("sender");
        report.remove("sender_unit");
    }
    strip(&mut value);
    value
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, v| v.get("private").is_none() || v.get("digest").is_none());
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
