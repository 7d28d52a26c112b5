//! The workflow as tables: what may be done to an incident, and to a locality's line in it, by whom, and what it becomes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Text, UserRole};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Reported,
    Verified,
    Rejected,
    InHandling,
    Resolved,
    Closed,
    Reopened,
}

/// Every state with its word for scripts and its names.
pub const STATES: [(State, &str, &str, &str); 7] = [
    (State::Reported, "reported", "Đã báo", "Reported"),
    (State::Verified, "verified", "Đã xác minh", "Verified"),
    (State::Rejected, "rejected", "Không thụ lý", "Rejected"),
    (State::InHandling, "in_handling", "Đang xử lý", "In handling"),
    (State::Resolved, "resolved", "Đã xử lý xong", "Resolved"),
    (State::Closed, "closed", "Đã khép hồ sơ", "Closed"),
    (State::Reopened, "reopened", "Mở lại", "Reopened"),
];

impl State {
    pub fn parse(word: &str) -> Option<State> {
        STATES.iter().find(|s| s.1 == word).map(|s| s.0)
    }

    pub fn word(self) -> &'static str {
        STATES.iter().find(|s| s.0 == self).expect("every state has a row").1
    }

    pub fn name(self) -> Text {
        let row = STATES.iter().find(|s| s.0 == self).expect("every state has a row");
        Text::new(row.2, row.3)
    }

    /// Nobody has anything left to do.
    pub fn is_over(self) -> bool {
        matches!(self, State::Rejected | State::Closed)
    }
}

/// A step of the whole incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Verify,
    Reject,
    Handle,
    Resolve,
    Close,
    Reopen,
}

/// Every step with its word for scripts and its names.
pub const STEPS: [(Step, &str, &str, &str); 6] = [
    (Step::Verify, "verify", "Xác minh", "Verify"),
    (Step::Reject, "reject", "Không thụ lý", "Reject"),
    (Step::Handle, "handle", "Bắt đầu xử lý", "Start handling"),
    (Step::Resolve, "resolve", "Xử lý xong", "Resolve"),
    (Step::Close, "close", "Khép hồ sơ", "Close"),
    (Step::Reopen, "reopen", "Mở lại", "Reopen"),
];

const ON_THE_GROUND: &[UserRole] = &[UserRole::Ranger, UserRole::Official, UserRole::Admin];
const IN_OFFICE: &[UserRole] = &[UserRole::Official, UserRole::Admin];

/// (state, step, who may, state after). What is not here cannot be done. Everyone only in their own scope.
pub const WORKFLOW: &[(State, Step, &[UserRole], State)] = &[
    (State::Reported, Step::Verify, ON_THE_GROUND, State::Verified),
    (State::Reported, Step::Reject, ON_THE_GROUND, State::Rejected),
    (State::Verified, Step::Reject, IN_OFFICE, State::Rejected),
    (State::Verified, Step::Handle, IN_OFFICE, State::InHandling),
    (State::InHandling, Step::Resolve, IN_OFFICE, State::Resolved),
    (State::Resolved, Step::Close, IN_OFFICE, State::Closed),
    (State::Resolved, Step::Reopen, IN_OFFICE, State::Reopened),
    (State::Rejected, Step::Reopen, IN_OFFICE, State::Reopened),
    (State::Closed, Step::Reopen, IN_OFFICE, State::Reopened),
    (State::Reopened, Step::Verify, ON_THE_GROUND, State::Verified),
    (State::Reopened, Step::Reject, IN_OFFICE, State::Rejected),
    (State::Reopened, Step::Handle, IN_OFFICE, State::InHandling),
];

impl Step {
    pub fn parse(word: &str) -> Option<Step> {
        STEPS.iter().find(|s| s.1 == word).map(|s| s.0)
    }

    pub fn word(self) -> &'static str {
        STEPS.iter().find(|s| s.0 == self).expect("every step has a row").1
    }

    pub fn name(self) -> Text {
        let row = STEPS.iter().find(|s| s.0 == self).expect("every step has a row");
        Text::new(row.2, row.3)
    }

    /// The state after the step; `None` where it cannot be taken from here.
    pub fn from(self, state: State) -> Option<State> {
        WORKFLOW.iter().find(|w| w.0 == state && w.1 == self).map(|w| w.3)
    }

    /// Who may take it from here; empty where nobody can.
    pub fn roles(self, state: State) -> &'static [UserRole] {
        WORKFLOW.iter().find(|w| w.0 == state && w.1 == self).map_or(&[], |w| w.2)
    }
}

/// How far one locality is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    Informed,
    Acknowledged,
    Acting,
    HandedOver,
    Done,
}

/// Every state of a line with its word for scripts and its names.
pub const LINE_STATES: [(LineState, &str, &str, &str); 5] = [
    (LineState::Informed, "informed", "Đã được báo", "Informed"),
    (LineState::Acknowledged, "acknowledged", "Đã tiếp nhận", "Acknowledged"),
    (LineState::Acting, "acting", "Đang xử lý", "Acting"),
    (LineState::HandedOver, "handed_over", "Đã chuyển giao", "Handed over"),
    (LineState::Done, "done", "Đã xong phần mình", "Done"),
];

impl LineState {
    pub fn word(self) -> &'static str {
        LINE_STATES.iter().find(|s| s.0 == self).expect("every line state has a row").1
    }

    pub fn name(self) -> Text {
        let row = LINE_STATES.iter().find(|s| s.0 == self).expect("every line state has a row");
        Text::new(row.2, row.3)
    }
}

/// A step of one locality's line, by its own official.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineStep {
    Acknowledge,
    Act,
    Done,
    /// "Not ours": proposes whose it is; the line stays with the proposer until the other accepts.
    Propose,
    Withdraw,
    Resume,
}

/// Every step of a line with its word for scripts and its names.
pub const LINE_STEPS: [(LineStep, &str, &str, &str); 6] = [
    (LineStep::Acknowledge, "acknowledge", "Tiếp nhận", "Acknowledge"),
    (LineStep::Act, "act", "Bắt đầu xử lý", "Start acting"),
    (LineStep::Done, "done", "Xong phần mình", "Done"),
    (LineStep::Propose, "propose", "Đề nghị chuyển giao", "Propose to hand over"),
    (LineStep::Withdraw, "withdraw", "Rút đề nghị", "Withdraw the proposal"),
    (LineStep::Resume, "resume", "Làm tiếp", "Take up again"),
];

/// (state of the line, step, state after). Proposals and their withdrawal leave the state as it is.
pub const LINE_WORKFLOW: &[(LineState, LineStep, LineState)] = &[
    (LineState::Informed, LineStep::Acknowledge, LineState::Acknowledged),
    (LineState::Informed, LineStep::Act, LineState::Acting),
    (LineState::Informed, LineStep::Propose, LineState::Informed),
    (LineState::Informed, LineStep::Withdraw, LineState::Informed),
    (LineState::Acknowledged, LineStep::Act, LineState::Acting),
    (LineState::Acknowledged, LineStep::Done, LineState::Done),
    (LineState::Acknowledged, LineStep::Propose, LineState::Acknowledged),
    (LineState::Acknowledged, LineStep::Withdraw, LineState::Acknowledged),
    (LineState::Acting, LineStep::Done, LineState::Done),
    (LineState::Acting, LineStep::Propose, LineState::Acting),
    (LineState::Acting, LineStep::Withdraw, LineState::Acting),
    (LineState::Done, LineStep::Resume, LineState::Acting),
];

impl LineStep {
    pub fn parse(word: &str) -> Option<LineStep> {
        LINE_STEPS.iter().find(|s| s.1 == word).map(|s| s.0)
    }

    pub fn word(self) -> &'static str {
        LINE_STEPS.iter().find(|s| s.0 == self).expect("every line step has a row").1
    }

    pub fn name(self) -> Text {
        let row = LINE_STEPS.iter().find(|s| s.0 == self).expect("every line step has a row");
        Text::new(row.2, row.3)
    }

    pub fn from(self, state: LineState) -> Option<LineState> {
        LINE_WORKFLOW.iter().find(|w| w.0 == state && w.1 == self).map(|w| w.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, as a reader would draw it: rows are states, columns steps.
    #[test]
    fn workflow_table() {
        use State::*;
        let after = |state: State| STEPS.map(|(step, ..)| step.from(state));
        #[rustfmt::skip]
        let table = [
            //            verify          reject          handle            resolve         close         reopen
            (Reported,   [Some(Verified), Some(Rejected), None,             None,           None,         None]),
            (Verified,   [None,           Some(Rejected), Some(InHandling), None,           None,         None]),
            (Rejected,   [None,           None,           None,             None,           None,         Some(Reopened)]),
            (InHandling, [None,           None,           None,             Some(Resolved), None,         None]),
            (Resolved,   [None,           None,           None,             None,           Some(Closed), Some(Reopened)]),
            (Closed,     [None,           None,           None,             None,           None,         Some(Reopened)]),
            (Reopened,   [Some(Verified), Some(Rejected), Some(InHandling), None,           None,         None]),
        ];
        assert_eq!(table.map(|(state, _)| state), STATES.map(|s| s.0));
        for (state, steps) in table {
            assert_eq!(after(state), steps, "{state:?}");
        }
    }

    #[test]
    fn only_rangers_verify_besides_the_office_and_villagers_and_analysts_take_no_step() {
        for (state, step, roles, _) in WORKFLOW {
            assert!(!roles.contains(&UserRole::Villager) && !roles.contains(&UserRole::Analyst), "{state:?} {step:?}");
            let by_rangers = matches!(step, Step::Verify) || (*state, *step) == (State::Reported, Step::Reject);
            assert_eq!(roles.contains(&UserRole::Ranger), by_rangers, "{state:?} {step:?}");
        }
    }

    #[test]
    fn every_state_is_reached_from_a_report() {
        let mut reached = vec![State::Reported];
        for _ in 0..STATES.len() {
            for (from, _, _, to) in WORKFLOW {
                if reached.contains(from) && !reached.contains(to) {
                    reached.push(*to);
                }
            }
        }
        assert_eq!(reached.len(), STATES.len());
    }
}
