//! A reform is applied in one step, and what the old units had is handed over, never silently reassigned.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::UnitName;
use super::reform::{DisputeOutcome, HandOverItem, Plan};
use super::{ActionError, Office, Service};
use crate::domain::{
    Acceptance, Change, DisputeEvent, DisputeStatus, Document, RecordError, Reform, ReformProblem, Text,
    today_in_vietnam,
};

/// One thing to take over, and whether it was.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HandedItem {
    #[serde(flatten)]
    pub item: HandOverItem,
    /// Null: still to be accepted.
    pub accepted: Option<AcceptedOn>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AcceptedOn {
    #[schema(value_type = String, format = Date)]
    pub date: jiff::civil::Date,
    pub by: Option<String>,
}

/// What one unit that ended hands to one receiver.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HandOverList {
    pub from: UnitName,
    pub to: UnitName,
    pub items: Vec<HandedItem>,
}

impl Service {
    /// The reform of this id.
    ///
    /// # Errors
    /// [`ActionError`] where the register has none of it.
    pub fn reform(&self, id: &str) -> Result<&Reform, ActionError> {
        let found = self.reforms().find(|r| r.id == id);
        found.ok_or_else(|| RecordError::Unknown { what: "reform", id: id.chars().take(80).collect() }.into())
    }

    /// The plan of a reform, known or not.
    ///
    /// # Errors
    /// [`ActionError::Rows`] with every reason why it is impossible.
    pub fn reform_plan(&self, reform: &Reform) -> Result<Plan, ActionError> {
        self.plan(reform).map_err(impossible)
    }

    /// Do reforms to be recorded fit the register, after those it has in it?
    ///
    /// # Errors
    /// As [`Service::reform_plan`].
    pub fn check_reforms(&self, reforms: &[Reform]) -> Result<(), ActionError> {
        let mut register = None;
        for reform in reforms.iter().filter(|r| !self.records.reforms.contains(r)) {
            let before = register.as_ref().unwrap_or(&self.engine.register);
            register = Some(before.apply(reform).map_err(impossible)?);
        }
        Ok(())
    }

    /// What is handed over by a reform, to one receiver or to all, with what was accepted.
    ///
    /// # Errors
    /// [`ActionError`] where there is no such reform.
    pub fn hand_overs(&self, reform: &str, to: Option<&str>) -> Result<Vec<HandOverList>, ActionError> {
        let plan = self.reform_plan(self.reform(reform)?)?;
        let lists = plan.hand_overs.into_iter().filter(|h| to.is_none_or(|to| h.to.code == to));
        Ok(lists
            .map(|h| {
                let accepted = |item: &HandOverItem| {
                    self.records
                        .acceptances
                        .iter()
                        .find(|a| {
                            a.reform == reform
                                && a.from == h.from.code
                                && a.to == h.to.code
                                && a.items.contains(&item.id)
                        })
                        .map(|a| AcceptedOn { date: a.date, by: a.entered_by.clone() })
                };
                let items = h.items.iter().map(|i| HandedItem { item: i.clone(), accepted: accepted(i) }).collect();
                HandOverList { from: h.from.clone(), to: h.to.clone(), items }
            })
            .collect())
    }
}

fn impossible(problems: Vec<ReformProblem>) -> ActionError {
    let words = |p: ReformProblem| {
        let colon = if p.place.is_empty() { "" } else { ": " };
        Text::new(format!("{}{colon}{}", p.place, p.what.vi), format!("{}{colon}{}", p.place, p.what.en))
    };
    ActionError::Rows(problems.into_iter().map(words).collect())
}

impl Office {
    /// Applies a reform: the register from its day on, and an event for every dispute that it dissolves or raises to a
    /// higher level. One step, all of it or nothing.
    ///
    /// # Errors
    /// [`ActionError::Rows`] with every reason why it is impossible; a reform that is there already is refused.
    pub fn apply_reform(&self, by: &str, reform: &Reform) -> Result<Plan, ActionError> {
        let planned = std::cell::RefCell::new(None);
        self.record(by, |service| {
            if service.reforms().any(|r| r.id == reform.id) {
                return Err(RecordError::Taken { what: "reform", id: reform.id.clone() }.into());
            }
            let plan = service.reform_plan(reform)?;
            let events = plan.disputes.iter().filter_map(|d| {
                let (status, text) = match d.outcome {
                    DisputeOutcome::DissolvedByMerger => (
                        DisputeStatus::DissolvedByMerger,
                        Text::new(
                            "Các bên nay nằm trong cùng một xã: đường ranh giới này không còn phân chia hai đơn vị hành chính.",
                            "The parties are now inside one commune: the line no longer divides two administrative units.",
                        ),
                    ),
                    DisputeOutcome::Escalated => (
                        DisputeStatus::Escalated,
                        Text::new(
                            "Sau khi sắp xếp đơn vị hành chính, ranh giới này thuộc cấp cao hơn.",
                            "After the reform the line is one of a higher level.",
                        ),
                    ),
                    DisputeOutcome::NewParties => return None,
                };
                let document = reform.acts.first().cloned().unwrap_or_else(|| Document {
                    title: reform.title.vi.clone(),
                    ..Document::default()
                });
                let event = DisputeEvent { date: reform.date, status, text, document, entered_by: None };
                Some(Change::DisputeEvent { dispute: d.id.clone(), event })
            });
            let changes = std::iter::once(Change::ReformApplied { reform: reform.clone() }).chain(events).collect();
            planned.replace(Some(plan));
            Ok(changes)
        })?;
        planned.into_inner().ok_or(ActionError::Busy)
    }

    /// A receiver takes over what is still open: from one old unit, or from all of its own.
    ///
    /// # Errors
    /// [`ActionError`] where there is nothing for it to accept.
    pub fn accept_hand_over(&self, by: &str, reform: &str, to: &str, from: Option<&str>) -> Result<usize, ActionError> {
        let count = std::cell::Cell::new(0);
        self.record(by, |service| {
            let lists = service.hand_overs(reform, Some(to))?;
            let open = lists.into_iter().filter(|l| from.is_none_or(|from| l.from.code == from)).filter_map(|l| {
                let items: Vec<String> =
                    l.items.into_iter().filter(|i| i.accepted.is_none()).map(|i| i.item.id).collect();
                (!items.is_empty()).then(|| Acceptance {
                    reform: reform.into(),
                    from: l.from.code,
                    to: l.to.code,
                    date: today_in_vietnam(),
                    items,
                    entered_by: None,
                })
            });
            let changes: Vec<Change> = open.map(|acceptance| Change::HandOverAccepted { acceptance }).collect();
            if changes.is_empty() {
                return Err(ActionError::Invalid(Text::new(
                    format!("Không có gì để {to} tiếp nhận."),
                    format!("There is nothing for {to} to accept."),
                )));
            }
            count.set(changes.len());
            Ok(changes)
        })?;
        Ok(count.get())
    }
}
