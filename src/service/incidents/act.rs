//! What people do to an incident, in one vocabulary for HTTP, the sync and the command line; each becomes one event.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::doing::Doing;
use super::read::{check_text, json, reference};
use super::{IncidentRefusal, judge, read};
use crate::domain::incident::merge::Base;
use crate::domain::{
    IncidentError, IncidentEvent, LineStep, PrivateRef, Rejection, State, Step, Text, UnitKey, UserRole,
};
use crate::service::ActionError;

/// Something to be done. `do` names it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Corrects fields, in the words of a report; null takes a value out.
    Edit {
        #[schema(value_type = Object)]
        changes: Map<String, Value>,
    },
    Comment {
        text: String,
    },
    /// A step of the whole incident.
    Step {
        step: Step,
        /// With `reject`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejection: Option<Rejection>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A step of one locality's line.
    Line {
        step: LineStep,
        /// Code of the locality; default: the asker's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// With `propose`: code of the unit whose it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// With `propose`: why it is not ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Takes over what another proposes, or does not.
    Answer {
        accepted: bool,
        /// Code of the locality that proposed; default: the only one that did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Code of the unit that answers; default: the asker's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Joint minutes; writing them anew voids the signatures.
    WriteMinutes {
        text: String,
    },
    SignMinutes {
        /// Code of the unit that signs; default: the asker's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// Name and post of who signed on paper.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signatory: Option<String>,
    },
    /// Asks again at the boundaries of now and takes the answer over.
    Rejudge {},
    /// Deals with this incident as another one.
    Merge {
        into: Uuid,
    },
    RemovePhoto {
        photo: Uuid,
    },
}

const OFFICE: &[UserRole] = &[UserRole::Official, UserRole::Admin];
const REPORTERS: &[UserRole] = &[UserRole::Villager, UserRole::Ranger, UserRole::Official, UserRole::Admin];

impl Act {
    /// The event that this act makes of the incident as it is now.
    ///
    /// # Errors
    /// What may not, or cannot, be done.
    pub(super) fn event(&self, doing: &mut Doing) -> Result<IncidentEvent, ActionError> {
        let base = doing.base;
        Ok(match self {
            Act::Edit { changes } => return edit(changes, doing),
            Act::Comment { text } => {
                doing.allow(REPORTERS)?;
                IncidentEvent::Commented { base, note: required(doing, "note", text)?, made_at: doing.made_at }
            }
            Act::Step { step, rejection, note } => {
                let state = doing.incident.state;
                let roles = step.roles(state);
                if roles.is_empty() {
                    let (step, state) = (step.word(), state.word());
                    return Err(IncidentRefusal::from(IncidentError::WrongState { step, state }).into());
                }
                doing.allow_office(roles)?;
                if let Some(Rejection::Elsewhere { whose }) = rejection {
                    check_text("whose", whose)?;
                }
                let note = optional(doing, note.as_deref())?;
                IncidentEvent::Stepped { base, step: *step, from: state, rejection: rejection.clone(), note }
            }
            Act::Line { step, unit, to, note } => {
                doing.allow_office(OFFICE)?;
                let unit = doing.line_of(unit.as_deref())?;
                let to = to.as_deref().map(|code| doing.todays(code)).transpose()?;
                let note = optional(doing, note.as_deref())?;
                IncidentEvent::LineStepped { base, unit, step: *step, to, note }
            }
            Act::Answer { accepted, from, unit, note } => {
                doing.allow_office(OFFICE)?;
                let (from, to) = proposal(doing, from.as_deref(), unit.as_deref())?;
                let note = optional(doing, note.as_deref())?;
                IncidentEvent::Answered { base, from, to, accepted: *accepted, note }
            }
            Act::WriteMinutes { text } => {
                doing.allow_office(OFFICE)?;
                IncidentEvent::MinutesWritten { base, text: required(doing, "minutes", text)? }
            }
            Act::SignMinutes { unit, signatory } => {
                doing.allow_office(OFFICE)?;
                let unit = doing.line_of(unit.as_deref())?.ok_or(IncidentRefusal::from(IncidentError::NoMinutes))?;
                let signatory = optional(doing, signatory.as_deref())?;
                IncidentEvent::MinutesSigned { base, unit, signatory }
            }
            Act::Rejudge {} => {
                doing.allow_office(OFFICE)?;
                let incident = &doing.incident;
                let asked = judge::Asked {
                    place: &incident.facts.place,
                    occurred_at: incident.facts.occurred_at,
                    kind: incident.facts.kind,
                    keeper: incident.report.sender_unit.as_ref(),
                };
                IncidentEvent::Rejudged { judgement: doing.service.judge_incident(asked, doing.now)? }
            }
            Act::Merge { into } => {
                doing.allow_office(OFFICE)?;
                doing.absorb(*into)?;
                IncidentEvent::MergedInto { base, incident: *into }
            }
            Act::RemovePhoto { photo } => {
                doing.allow(REPORTERS)?;
                IncidentEvent::PhotoRemoved { base, photo: *photo }
            }
        })
    }

    /// Which kind of thing it is, for the list of what is open to someone.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Edit { .. } => "edit",
            Act::Comment { .. } => "comment",
            Act::Step { step, .. } => step.word(),
            Act::Line { step, .. } => step.word(),
            Act::Answer { .. } => "answer",
            Act::WriteMinutes { .. } => "write_minutes",
            Act::SignMinutes { .. } => "sign_minutes",
            Act::Rejudge {} => "rejudge",
            Act::Merge { .. } => "merge",
            Act::RemovePhoto { .. } => "remove_photo",
        }
    }
}

fn edit(changes: &Map<String, Value>, doing: &mut Doing) -> Result<IncidentEvent, ActionError> {
    doing.allow(REPORTERS)?;
    // What a villager said is theirs to correct until someone has looked into it.
    if doing.who.role == UserRole::Villager && doing.incident.state != State::Reported {
        return Err(IncidentRefusal::Forbidden(Text::new(
            "Vụ việc đã được xác minh: hãy gửi thêm lời nhắn thay vì sửa.",
            "It has been looked into already: send a comment in place of a correction.",
        ))
        .into());
    }
    let read = doing.service.read_changes(changes, doing.now)?;
    let mut values = read.values;
    for (field, text) in read.private {
        let kept = doing.keep(field, &text)?;
        values.insert(field.to_owned(), reference(&kept));
    }
    if values.is_empty() {
        return Err(ActionError::Missing("changes"));
    }
    let all = doing.incident.facts.fields();
    let before = values.keys().map(|f| (f.clone(), all.get(f).cloned().unwrap_or(Value::Null))).collect();
    let judged_anew = ["place", "occurred_at", "kind"].iter().any(|f| values.contains_key(*f));
    let mut event =
        IncidentEvent::Edited { base: doing.base, changes: values, before, judgement: None, made_at: doing.made_at };
    if judged_anew {
        // The verdict is about what the incident says after the edit, which another edit may have a say in.
        let after = doing.tried(event.clone())?;
        let asked = judge::Asked {
            place: &after.facts.place,
            occurred_at: after.facts.occurred_at,
            kind: after.facts.kind,
            keeper: after.report.sender_unit.as_ref(),
        };
        let new = doing.service.judge_incident(asked, doing.now)?;
        if let IncidentEvent::Edited { judgement, .. } = &mut event {
            *judgement = Some(new);
        }
    }
    Ok(event)
}

/// The open proposal that is answered: who made it, and to whom.
fn proposal(doing: &Doing, from: Option<&str>, unit: Option<&str>) -> Result<(Option<UnitKey>, UnitKey), ActionError> {
    let mut open = doing
        .incident
        .lines
        .iter()
        .filter_map(|l| l.proposal.as_ref().map(|p| (l.unit.clone(), p.to.clone())))
        .filter(|(line, _)| from.is_none_or(|f| line.as_ref().is_some_and(|u| u.code == f)))
        .filter(|(_, to)| unit.map_or_else(|| doing.is_own(to), |code| to.code == code));
    let none = || IncidentRefusal::from(IncidentError::NoProposal(unit.unwrap_or("–").into()));
    let (line, to) = open.next().ok_or_else(none)?;
    doing.own(Some(&to))?;
    Ok((line, to))
}

fn required(doing: &mut Doing, field: &'static str, text: &str) -> Result<PrivateRef, ActionError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ActionError::Missing("text"));
    }
    check_text("text", text)?;
    doing.keep(field, text)
}

fn optional(doing: &mut Doing, text: Option<&str>) -> Result<Option<PrivateRef>, ActionError> {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some(text) => {
            check_text("note", text)?;
            doing.keep("note", text).map(Some)
        }
    }
}

/// The act as it came, for an event that sets it aside.
pub(super) fn as_came(act: &Act) -> Value {
    let mut value = json(act);
    // Words typed by people are not copied into the chain of hashes.
    for field in ["text", "note", "signatory"] {
        if let Some(text) = value.get_mut(field) {
            *text = Value::Null;
        }
    }
    if let Some(changes) = value.get_mut("changes").and_then(Value::as_object_mut) {
        changes.retain(|field, _| !read::PRIVATE_FIELDS.contains(&field.as_str()));
    }
    value
}

/// What its maker knew of, as sent by a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseBody {
    /// The version of the incident that was looked at.
    Version(u32),
    /// The id of the act (or the report) it follows, such as the one before on the same device.
    Event(Uuid),
}

impl From<BaseBody> for Base {
    fn from(body: BaseBody) -> Base {
        match body {
            BaseBody::Version(v) => Base::Version(v),
            BaseBody::Event(id) => Base::Event(id),
        }
    }
}
