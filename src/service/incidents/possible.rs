//! What somebody can do to an incident as it is now, so that pages and devices offer that and nothing else.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Sight;
use super::list::seen;
use crate::domain::{Incident, LINE_STEPS, LineStep, STEPS, State, Text, UserRole, Who, day_in_vietnam};
use crate::service::{ActionError, Office, Service};

/// One thing that can be done.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Possible {
    /// As in the body of an act.
    #[serde(rename = "do")]
    pub act: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<&'static str>,
    /// Code of the locality whose line it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub name: Text,
}

impl Office {
    /// # Errors
    /// It is not there, or not for this person.
    pub fn possible_acts(&self, who: &Who, id: Uuid) -> Result<Vec<Possible>, ActionError> {
        let service = self.now();
        let incident = self.store()?.read(|tx| seen(tx, &service, who, id, Sight::Facts))?;
        Ok(service.possible_acts(who, &incident))
    }
}

impl Service {
    /// What this person can do to it.
    pub fn possible_acts(&self, who: &Who, incident: &Incident) -> Vec<Possible> {
        let today = day_in_vietnam(jiff::Timestamp::now());
        let in_scope = who.role == UserRole::Admin || self.in_scope(who, incident, today);
        let office = in_scope && matches!(who.role, UserRole::Official | UserRole::Admin);
        let reports = !matches!(who.role, UserRole::Analyst);
        let plain = |act, vi: &str, en: &str| Possible { act, step: None, unit: None, name: Text::new(vi, en) };
        let mut found = Vec::new();
        for (step, word, vi, en) in STEPS {
            if in_scope && step.roles(incident.state).contains(&who.role) {
                found.push(Possible { act: "step", step: Some(word), unit: None, name: Text::new(vi, en) });
            }
        }
        let own = |unit: Option<&crate::domain::UnitKey>| match unit {
            _ if who.role == UserRole::Admin => true,
            None => false,
            Some(unit) => who.unit.as_ref().is_some_and(|own| self.lands_of(own, today).contains(unit)),
        };
        if office && !incident.state.is_over() {
            for line in incident.active_lines().filter(|l| own(l.unit.as_ref())) {
                for (step, word, vi, en) in LINE_STEPS {
                    let fits = match step {
                        LineStep::Withdraw => line.proposal.is_some(),
                        LineStep::Propose | LineStep::Done => line.proposal.is_none(),
                        _ => true,
                    };
                    if fits && step.from(line.state).is_some() {
                        let unit = line.unit.as_ref().map(|u| u.code.clone());
                        found.push(Possible { act: "line", step: Some(word), unit, name: Text::new(vi, en) });
                    }
                }
            }
            for proposal in incident.lines.iter().filter_map(|l| l.proposal.as_ref()).filter(|p| own(Some(&p.to))) {
                let unit = Some(proposal.to.code.clone());
                let name = Text::new("Trả lời đề nghị chuyển giao", "Answer the proposal");
                found.push(Possible { act: "answer", step: None, unit, name });
            }
            found.push(plain("write_minutes", "Lập biên bản", "Write the minutes"));
            if incident.minutes.is_some() && incident.active_lines().any(|l| own(l.unit.as_ref())) {
                found.push(plain("sign_minutes", "Ký biên bản", "Sign the minutes"));
            }
            found.push(plain("rejudge", "Hỏi lại theo ranh giới hôm nay", "Ask again at today's boundaries"));
            found.push(plain("merge", "Gộp vào vụ khác", "Merge into another"));
        }
        if reports && (who.role != UserRole::Villager || incident.state == State::Reported) {
            found.push(plain("edit", "Sửa", "Correct"));
        }
        if reports {
            found.push(plain("comment", "Nhắn", "Comment"));
        }
        found
    }
}
