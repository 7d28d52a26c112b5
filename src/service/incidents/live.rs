//! What happened since a line of the journal, as far as somebody may see it: for the stream of events.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Sight;
use super::doing::load;
use crate::domain::{Change, IncidentKind, State, Topic, Who, day_in_vietnam};
use crate::service::{ActionError, Office};
use crate::store::Seq;

/// Lines looked at in one go.
const BATCH: usize = 200;

/// One event of the stream.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LiveEvent {
    #[serde(skip)]
    pub seq: Seq,
    pub incident: Uuid,
    /// reported, edited, verify, acknowledge, …
    pub what: &'static str,
    /// Of the incident as it is now.
    pub version: u32,
    pub kind: IncidentKind,
    pub state: State,
    /// True: out of the asker's scope; only its outline may be looked up.
    pub hidden: bool,
}

impl Office {
    /// Number of the last line.
    ///
    /// # Errors
    /// The store's.
    pub fn last_line(&self) -> Result<Seq, ActionError> {
        Ok(self.store()?.read(|tx| tx.last(None))?)
    }

    /// Events after a line that this person may see, and the line up to which was looked: there may be more.
    ///
    /// # Errors
    /// The store's.
    pub fn events_after(&self, who: &Who, after: Seq) -> Result<(Vec<LiveEvent>, Seq), ActionError> {
        let service = self.now();
        let today = day_in_vietnam(jiff::Timestamp::now());
        self.store()?.read(|tx| {
            let entries = tx.entries(Some(Topic::Incidents), None, after, BATCH)?;
            let upto = match entries.last() {
                Some((seq, _)) if entries.len() == BATCH => *seq,
                _ => tx.last(None)?.max(after),
            };
            let mut events = Vec::new();
            for (seq, entry) in entries {
                let Change::Incident { incident, event } = &entry.change else { continue };
                let Some(now) = load(tx, *incident)? else { continue };
                let sight = service.sight(who, &now, today);
                if sight > Sight::Nothing {
                    events.push(LiveEvent {
                        seq,
                        incident: *incident,
                        what: event.word(),
                        version: now.version,
                        kind: now.facts.kind,
                        state: now.state,
                        hidden: sight == Sight::Outline,
                    });
                }
            }
            Ok((events, upto))
        })
    }
}
