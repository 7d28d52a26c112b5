//! An agreement between localities: who signed, what it binds them to, for how long.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Level, Register, Text, Unit};

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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgreementParty {
    pub level: Level,
    pub code: String,
    pub unit_at: Date,
    pub role: PartyRole,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Obligation {
    pub text: Text,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    pub id: String,
    pub title: Text,
    /// Day of signing; `None`: no signature is known.
    pub signed: Option<Date>,
    /// Day of the meeting that agreed on it, where that is another fact than the signing.
    pub held: Option<Date>,
    pub place: Option<String>,
    /// Term, half-open; `None`: not known.
    pub term_from: Option<Date>,
    pub term_to: Option<Date>,
    pub note: Text,
    #[serde(default)]
    pub hotspots: Vec<String>,
    #[serde(rename = "party")]
    pub parties: Vec<AgreementParty>,
    #[serde(default, rename = "obligation")]
    pub obligations: Vec<Obligation>,
    #[serde(default, rename = "document")]
    pub documents: Vec<Document>,
}

impl Agreement {
    /// The first day anything is known of it.
    pub fn known_from(&self) -> Option<Date> {
        [self.signed, self.held].into_iter().flatten().min()
    }

    /// Is it in force at the date? Without a known end it counts as in force while every signatory exists;
    /// after that whether it still binds is not known.
    pub fn in_force(&self, register: &Register, at: Date) -> InForce {
        if self.signed.is_none_or(|signed| at < signed) {
            return InForce::NeverSigned;
        }
        match self.term_to {
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
