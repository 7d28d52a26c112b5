//! From events to the incident they add up to. Whether an event may happen is decided here too, so that what the journal
//! holds can always be added up again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::line::renewed;
use super::merge::{self, Base, Known};
use super::{
    Facts, Incident, IncidentEvent, Judgement, Line, LineRole, LineState, LineStep, Minutes, Photo, Proposal,
    Rejection, Signature, State, Step,
};
use crate::domain::{Change, Entry, Text, UnitKey};

/// Why an event does not fit the incident as it stands.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IncidentError {
    #[error("the first event of an incident has to be its report")]
    NoReport,
    #[error("{step} cannot be done from {state}")]
    WrongState { step: &'static str, state: &'static str },
    #[error("the locality {0} has no line here")]
    NoLine(String),
    #[error("there is no open proposal to {0}")]
    NoProposal(String),
    #[error("a proposal waits for its answer")]
    ProposalOpen,
    #[error("{0} has a line here already")]
    HasLine(String),
    #[error("localities are not done: {0}")]
    NotDone(String),
    #[error("joint minutes are not signed by {0}")]
    NotSigned(String),
    #[error("there are no minutes")]
    NoMinutes,
    #[error("it is over")]
    Over,
    #[error("it is dealt with as {0}")]
    Merged(Uuid),
    #[error("{0} is not a field, or its value cannot be taken: {1}")]
    Field(String, String),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("there is no photo {0}")]
    NoPhoto(Uuid),
}

impl IncidentError {
    /// A stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            IncidentError::NoReport => "no_report",
            IncidentError::WrongState { .. } => "wrong_state",
            IncidentError::NoLine(_) => "no_line",
            IncidentError::NoProposal(_) => "no_proposal",
            IncidentError::ProposalOpen => "proposal_open",
            IncidentError::HasLine(_) => "has_line",
            IncidentError::NotDone(_) => "not_done",
            IncidentError::NotSigned(_) => "not_signed",
            IncidentError::NoMinutes => "no_minutes",
            IncidentError::Over => "over",
            IncidentError::Merged(_) => "merged",
            IncidentError::Field(..) => "bad_field",
            IncidentError::Missing(_) => "missing",
            IncidentError::NoPhoto(_) => "no_photo",
        }
    }

    /// What does not fit, and what to do.
    pub fn text(&self) -> Text {
        match self {
            IncidentError::NoReport => {
                Text::new("Vụ việc chưa có báo cáo đầu tiên.", "The incident has no report yet.")
            }
            IncidentError::WrongState { step, state } => {
                let (vi_step, en_step) = words(step);
                let (vi, en) = words(state);
                Text::new(
                    format!("Không thể «{vi_step}» khi vụ việc đang ở trạng thái «{vi}»."),
                    format!("“{en_step}” cannot be done while it is “{en}”."),
                )
            }
            IncidentError::NoLine(unit) => Text::new(
                format!("{unit} không có phần việc trong vụ này."),
                format!("{unit} has no line in this incident."),
            ),
            IncidentError::NoProposal(unit) => Text::new(
                format!("Không có đề nghị chuyển giao nào đang chờ {unit} trả lời."),
                format!("No proposal waits for an answer of {unit}."),
            ),
            IncidentError::ProposalOpen => Text::new(
                "Đề nghị chuyển giao đang chờ trả lời: hãy đợi, hoặc rút lại trước.",
                "A proposal to hand over waits for its answer: wait, or withdraw it first.",
            ),
            IncidentError::HasLine(unit) => Text::new(
                format!("{unit} đã có phần việc trong vụ này."),
                format!("{unit} has a line in this incident already."),
            ),
            IncidentError::NotDone(units) => {
                Text::new(format!("Chưa xong phần việc của: {units}."), format!("Not done yet: {units}."))
            }
            IncidentError::NotSigned(units) => Text::new(
                format!("Biên bản chung chưa có chữ ký của: {units}. Các bên phải ký trước khi khép hồ sơ."),
                format!("The joint minutes lack the signature of: {units}. All parties sign before it closes."),
            ),
            IncidentError::NoMinutes => Text::new(
                "Chưa có biên bản: hãy lập trước khi ký.",
                "There are no minutes yet: write them before signing.",
            ),
            IncidentError::Over => {
                Text::new("Hồ sơ đã khép: hãy mở lại trước.", "The incident is over: reopen it first.")
            }
            IncidentError::Merged(into) => {
                Text::new(format!("Vụ này đã gộp vào vụ {into}."), format!("This incident is dealt with as {into}."))
            }
            IncidentError::Field(field, why) => Text::new(
                format!("Trường «{field}» không nhận được: {why}."),
                format!("The field “{field}” cannot be taken: {why}."),
            ),
            IncidentError::Missing(what) => {
                Text::new(format!("Thiếu «{what}»: hãy điền vào."), format!("“{what}” is missing: fill it in."))
            }
            IncidentError::NoPhoto(id) => Text::new(format!("Không có ảnh {id}."), format!("There is no photo {id}.")),
        }
    }
}

/// Names of a state or step, by its word.
fn words(word: &str) -> (&str, &str) {
    let states = super::STATES.iter().map(|s| (s.1, s.2, s.3));
    let steps = super::STEPS.iter().map(|s| (s.1, s.2, s.3));
    let lines = super::LINE_STATES.iter().map(|s| (s.1, s.2, s.3));
    let line_steps = super::LINE_STEPS.iter().map(|s| (s.1, s.2, s.3));
    let found = states.chain(steps).chain(lines).chain(line_steps).find(|(w, ..)| *w == word);
    found.map_or((word, word), |(_, vi, en)| (vi, en))
}

/// How a unit is named in an error: its code, or the administrators.
fn named(unit: Option<&UnitKey>) -> String {
    unit.map_or_else(|| "quản trị / administrators".into(), |u| u.code.clone())
}

/// The incident that a report begins.
///
/// # Errors
/// [`IncidentError::NoReport`] where the entry is something else.
pub fn first(entry: &Entry) -> Result<Incident, IncidentError> {
    let Change::Incident { incident, event: IncidentEvent::Reported { report, facts, judgement } } = &entry.change
    else {
        return Err(IncidentError::NoReport);
    };
    let now = entry.recorded_at;
    let mut first = Incident {
        id: *incident,
        version: 1,
        report: report.clone(),
        received_at: now,
        changed_at: now,
        facts: facts.clone(),
        heads: merge::Heads::new(),
        trail: vec![Known { id: entry.id, base: Base::Version(0) }],
        judged: judgement.judged.clone(),
        judged_first: None,
        state: State::Reported,
        since: now,
        verified_at: None,
        rejection: None,
        lines: renewed(&[], &judgement.lines, now),
        told: Vec::new(),
        minutes: None,
        photos: Vec::new(),
        merged_into: None,
        absorbed: Vec::new(),
    };
    first.note_told();
    Ok(first)
}

impl Incident {
    /// Adds one event, or says why it does not fit and changes nothing.
    ///
    /// # Errors
    /// [`IncidentError`].
    pub fn apply(&mut self, entry: &Entry) -> Result<(), IncidentError> {
        let Change::Incident { event, .. } = &entry.change else { return Err(IncidentError::NoReport) };
        let mut after = self.clone();
        after.take(entry, event)?;
        after.note_told();
        after.version += 1;
        after.changed_at = entry.recorded_at;
        let base = event.base().unwrap_or(Base::Version(self.version));
        after.trail.push(Known { id: entry.id, base });
        *self = after;
        Ok(())
    }

    fn take(&mut self, entry: &Entry, event: &IncidentEvent) -> Result<(), IncidentError> {
        let now = entry.recorded_at;
        match event.clone() {
            IncidentEvent::Reported { .. } => return Err(IncidentError::NoReport),
            IncidentEvent::Edited { base, changes, judgement, .. } => {
                self.edit(entry.id, base, &changes)?;
                if let Some(judgement) = judgement {
                    self.judge(judgement, now);
                }
            }
            IncidentEvent::Rejudged { judgement } => self.judge(judgement, now),
            IncidentEvent::Stepped { step, rejection, .. } => self.step(step, rejection, now)?,
            IncidentEvent::LineStepped { unit, step, to, note, .. } => {
                self.not_over()?;
                let unit = unit.as_ref();
                if let Some(to) = &to
                    && self.active_lines().any(|l| l.unit.as_ref() == Some(to))
                {
                    return Err(IncidentError::HasLine(to.code.clone()));
                }
                let proposal = match step {
                    LineStep::Propose => Some(Proposal {
                        to: to.ok_or(IncidentError::Missing("to"))?,
                        why: note.ok_or(IncidentError::Missing("note"))?,
                        at: now,
                    }),
                    _ => None,
                };
                self.line_step(unit, step, proposal, now)?;
            }
            IncidentEvent::Answered { from, to, accepted, .. } => self.answer(from.as_ref(), &to, accepted, now)?,
            IncidentEvent::Commented { .. } | IncidentEvent::SetAside { .. } => {}
            IncidentEvent::PhotoAdded { photo, original, served, media_type, metadata, .. } => {
                if !self.photos.iter().any(|p| p.id == photo) {
                    self.photos.push(Photo { id: photo, original, served, media_type, metadata });
                    self.photos.sort_by_key(|p| p.id);
                }
            }
            IncidentEvent::PhotoRemoved { photo, .. } => {
                let place = self.photos.iter().position(|p| p.id == photo).ok_or(IncidentError::NoPhoto(photo))?;
                self.photos.remove(place);
            }
            IncidentEvent::MinutesWritten { text, .. } => {
                self.not_over()?;
                // Other words are not what was signed.
                self.minutes = Some(Minutes { text, written_at: now, signatures: Vec::new() });
            }
            IncidentEvent::MinutesSigned { unit, signatory, .. } => {
                self.not_over()?;
                if !self.active_lines().any(|l| l.unit.as_ref() == Some(&unit)) {
                    return Err(IncidentError::NoLine(unit.code));
                }
                let minutes = self.minutes.as_mut().ok_or(IncidentError::NoMinutes)?;
                if !minutes.signatures.iter().any(|s| s.unit == unit) {
                    minutes.signatures.push(Signature { unit, by: entry.by.clone(), at: now, signatory });
                }
            }
            IncidentEvent::MergedInto { incident, .. } => {
                if let Some(into) = self.merged_into {
                    return Err(IncidentError::Merged(into));
                }
                self.not_over()?;
                self.merged_into = Some(incident);
                self.rejection = Some(Rejection::DuplicateOf { incident });
                self.enter(State::Rejected, now);
            }
            IncidentEvent::Absorbed { incident } => {
                if !self.absorbed.contains(&incident) {
                    self.absorbed.push(incident);
                }
            }
        }
        Ok(())
    }

    fn not_over(&self) -> Result<(), IncidentError> {
        if self.state.is_over() { Err(IncidentError::Over) } else { Ok(()) }
    }

    fn enter(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.since = now;
    }

    fn edit(&mut self, id: Uuid, base: Base, changes: &BTreeMap<String, Value>) -> Result<(), IncidentError> {
        let mut heads = self.heads.clone();
        merge::take_in(&mut heads, &self.trail, id, base, changes);
        let facts = serde_json::to_value(&self.facts);
        let Ok(Value::Object(mut all)) = facts else { unreachable!("facts are a JSON object") };
        for (field, writes) in &heads {
            match merge::value(writes) {
                None | Some(Value::Null) => all.remove(field),
                Some(value) => all.insert(field.clone(), value.clone()),
            };
        }
        let first = || changes.keys().next().cloned().unwrap_or_default();
        self.facts = Facts::deserialize_from(all).map_err(|e| IncidentError::Field(first(), e))?;
        self.heads = heads;
        Ok(())
    }

    fn judge(&mut self, judgement: Judgement, now: Timestamp) {
        let before = std::mem::replace(&mut self.judged, judgement.judged);
        self.judged_first.get_or_insert_with(|| Box::new(before));
        self.lines = renewed(&self.lines, &judgement.lines, now);
    }

    fn step(&mut self, step: Step, rejection: Option<Rejection>, now: Timestamp) -> Result<(), IncidentError> {
        let wrong = IncidentError::WrongState { step: step.word(), state: self.state.word() };
        let after = step.from(self.state).ok_or(wrong)?;
        match step {
            Step::Reject => self.rejection = Some(rejection.ok_or(IncidentError::Missing("reason"))?),
            Step::Verify | Step::Handle => self.verified_at = self.verified_at.or(Some(now)),
            Step::Resolve => {
                let left: Vec<String> = self
                    .active_lines()
                    .filter(|l| l.state != LineState::Done)
                    .map(|l| named(l.unit.as_ref()))
                    .collect();
                if !left.is_empty() {
                    return Err(IncidentError::NotDone(left.join(", ")));
                }
            }
            Step::Close => {
                let missing: Vec<String> = self.unsigned().map(|l| named(l.unit.as_ref())).collect();
                if self.needs_minutes() && !missing.is_empty() {
                    return Err(IncidentError::NotSigned(missing.join(", ")));
                }
            }
            Step::Reopen => self.reopen(now),
        }
        self.enter(after, now);
        Ok(())
    }

    /// Whoever was done takes it up again, and what was signed is not signed for what comes.
    fn reopen(&mut self, now: Timestamp) {
        self.rejection = None;
        self.merged_into = None;
        self.verified_at = None;
        if let Some(minutes) = &mut self.minutes {
            minutes.signatures.clear();
        }
        for line in self.lines.iter_mut().filter(|l| l.state == LineState::Done) {
            line.state = LineState::Informed;
            line.since = now;
        }
    }

    fn line_step(
        &mut self,
        unit: Option<&UnitKey>,
        step: LineStep,
        proposal: Option<Proposal>,
        now: Timestamp,
    ) -> Result<(), IncidentError> {
        let line = self
            .lines
            .iter_mut()
            .find(|l| l.unit.as_ref() == unit && l.state != LineState::HandedOver)
            .ok_or_else(|| IncidentError::NoLine(named(unit)))?;
        let wrong = IncidentError::WrongState { step: step.word(), state: line.state.word() };
        let after = step.from(line.state).ok_or(wrong)?;
        match step {
            LineStep::Propose | LineStep::Done if line.proposal.is_some() => return Err(IncidentError::ProposalOpen),
            LineStep::Propose => line.proposal = proposal,
            LineStep::Withdraw => {
                line.proposal.take().ok_or_else(|| IncidentError::NoProposal("–".into()))?;
            }
            _ => {}
        }
        if line.state != after {
            line.state = after;
            line.since = now;
        }
        Ok(())
    }

    fn answer(
        &mut self,
        from: Option<&UnitKey>,
        to: &UnitKey,
        accepted: bool,
        now: Timestamp,
    ) -> Result<(), IncidentError> {
        self.not_over()?;
        let proposes = |l: &&mut Line| l.unit.as_ref() == from && l.proposal.as_ref().is_some_and(|p| p.to == *to);
        let line = self.lines.iter_mut().find(proposes).ok_or_else(|| IncidentError::NoProposal(to.code.clone()))?;
        line.proposal = None;
        if !accepted {
            return Ok(());
        }
        line.state = LineState::HandedOver;
        line.since = now;
        line.handed_to = Some(to.clone());
        // The receiver stands in the dispute where the giver stood.
        let (joint, acts_for) = (line.joint, line.acts_for.clone());
        if !self.active_lines().any(|l| l.unit.as_ref() == Some(to)) {
            self.lines.push(Line {
                unit: Some(to.clone()),
                role: LineRole::Receiver,
                acts_for,
                joint,
                state: LineState::Acknowledged,
                since: now,
                proposal: None,
                handed_to: None,
            });
        }
        Ok(())
    }
}

impl Facts {
    fn deserialize_from(all: serde_json::Map<String, Value>) -> Result<Facts, String> {
        serde_json::from_value(Value::Object(all)).map_err(|e| e.to_string())
    }

    /// Every field as the values of edits.
    pub fn fields(&self) -> BTreeMap<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(all)) => all.into_iter().collect(),
            _ => unreachable!("facts are a JSON object"),
        }
    }
}
