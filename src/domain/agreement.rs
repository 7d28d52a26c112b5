//! An agreement between localities: who signed, what it binds them to, for how long.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActFirst, Activity, Document, Level, Register, Text, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    Signatory,
    TookPart,
}

/// Does the agreement bind at a date?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InForce {
    Yes,
    Expired,
    NeverSigned,
    NotKnown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgreementParty {
    pub level: Level,
    pub code: String,
    #[schema(value_type = String, format = Date)]
    pub unit_at: Date,
    pub role: PartyRole,
}

/// What an obligation asks its parties to do at a place it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Xử lý chung: handle cases together.
    JointHandling,
    /// Thông tin cho nhau: tell each other.
    MutualInformation,
    /// Tôn trọng ranh giới cho đến khi giải quyết xong.
    RespectLine,
    /// Giải quyết tranh chấp địa giới.
    SettleBoundary,
    /// Bảo vệ rừng, phòng cháy chữa cháy rừng, kiểm soát lâm sản.
    ProtectForest,
    /// A field of cooperation that asks nothing of whoever stands at the place.
    Cooperation,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Obligation {
    pub duty: Duty,
    pub text: Text,
}

/// What was done about an obligation on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Which obligation: its place in the record's list, from 0.
    pub obligation: usize,
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Is nothing of it left to do? An obligation without an end stays open.
    pub done: bool,
    pub text: Text,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

/// A dated change to an agreement: signed at last, prolonged, ended, or more known about it than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgreementChange {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub signed: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub term_from: Option<Date>,
    /// First day after the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub term_to: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    #[serde(default)]
    pub id: String,
    pub title: Text,
    /// Day of signing; `None`: no signature is known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub signed: Option<Date>,
    /// Day of the meeting that agreed on it, where that is another fact than the signing.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub held: Option<Date>,
    #[serde(default)]
    pub place: Option<String>,
    /// Term, half-open; `None`: not known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub term_from: Option<Date>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub term_to: Option<Date>,
    pub note: Text,
    #[serde(default)]
    pub hotspots: Vec<String>,
    #[serde(rename = "party")]
    pub parties: Vec<AgreementParty>,
    #[serde(default, rename = "obligation")]
    pub obligations: Vec<Obligation>,
    /// Who acts first, where the agreement says so.
    #[serde(default, rename = "act_first", skip_serializing_if = "Vec::is_empty")]
    pub act_first: Vec<ActFirst>,
    #[serde(default, rename = "document")]
    pub documents: Vec<Document>,
    #[serde(default, rename = "activity", skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<Activity>,
    #[serde(default, rename = "progress", skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progress>,
    #[serde(default, rename = "change", skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<AgreementChange>,
}

impl Agreement {
    /// What the record said at the date, changes up to it taken in.
    pub fn as_of(&self, at: Date) -> Agreement {
        let mut then = self.clone();
        for change in self.changes_by(at) {
            then.signed = change.signed.or(then.signed);
            then.term_from = change.term_from.or(then.term_from);
            then.term_to = change.term_to.or(then.term_to);
            then.note = change.note.clone().unwrap_or(then.note);
        }
        then
    }

    /// The changes up to a date, first to last.
    fn changes_by(&self, at: Date) -> Vec<&AgreementChange> {
        let mut changes: Vec<&AgreementChange> = self.changes.iter().filter(|c| c.date <= at).collect();
        changes.sort_by_key(|c| c.date);
        changes
    }

    /// The obligations nobody has reported as done by the date, by their place in the list.
    pub fn open_obligations(&self, at: Date) -> impl Iterator<Item = (usize, &Obligation)> {
        let done = move |i: usize| self.progress.iter().any(|p| p.obligation == i && p.done && p.date <= at);
        self.obligations.iter().enumerate().filter(move |(i, _)| !done(*i))
    }

    /// The first day anything is known of it.
    pub fn known_from(&self) -> Option<Date> {
        [self.signed, self.held].into_iter().flatten().min()
    }

    /// Is it in force at the date, by what was known then? Without a known end it counts as in force while every signatory exists;
    /// after that whether it still binds is not known.
    pub fn in_force(&self, register: &Register, at: Date) -> InForce {
        let changes = self.changes_by(at);
        let signed = changes.iter().rev().find_map(|c| c.signed).or(self.signed);
        if signed.is_none_or(|signed| at < signed) {
            return InForce::NeverSigned;
        }
        match changes.iter().rev().find_map(|c| c.term_to).or(self.term_to) {
            Some(end) if at >= end => InForce::Expired,
            Some(_) => InForce::Yes,
            None => {
                let signatories_exist = self
                    .parties
                    .iter()
                    .filter(|p| p.role == PartyRole::Signatory)
                    .all(|p| register.at(p.level, &p.code, p.unit_at).is_some_and(|u| u.period.contains(at)));
                if signatories_exist { InForce::Yes } else { InForce::NotKnown }
            }
        }
    }

    /// The parties as they were when it was made, in the order of the record.
    pub fn parties_then<'a>(&'a self, register: &'a Register) -> impl Iterator<Item = (&'a Unit, PartyRole)> {
        self.parties.iter().filter_map(|p| register.at(p.level, &p.code, p.unit_at).map(|u| (u, p.role)))
    }
}
