//! A dispute and its life: opening, telling, amending, claims.

use std::cell::RefCell;

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::checks::{DEFAULT_WIDTH_M, documented, exists, free_id, good_id, not_in_future, said, width};
use super::nearness::near_enough;
use crate::crs::CrsId;
use crate::domain::{
    Amendment, AsFiled, Change, Claim, Dispute, DisputeEvent, DisputeStatus, Document, Level, Party, RecordError,
    Stretch, Text, Withdrawal, fold, today_in_vietnam,
};
use crate::service::filing::{self, Wanted};
use crate::service::{ActionError, Office, Service, disputing};

/// Words of a user: one language for both, or each in its own.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Words {
    Both(Text),
    One(String),
}

impl From<Words> for Text {
    fn from(words: Words) -> Text {
        match words {
            Words::Both(text) => text,
            Words::One(one) => Text::new(one.clone(), one),
        }
    }
}

/// A dispute as a user opens it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDispute {
    /// Made from the name where none is given.
    pub id: Option<String>,
    pub name: Words,
    pub note: Option<Words>,
    /// Two or more. A party's `unit` is a commune's code at `unit_at`.
    pub parties: Vec<Party>,
    /// The stretch of line; where none is given, the line the parties' communes of today share.
    pub stretch: Option<Stretch>,
    pub width_m: Option<f64>,
    /// When it began to be known.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub status: Option<DisputeStatus>,
    pub text: Words,
    pub document: Document,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub status: DisputeStatus,
    pub text: Words,
    pub document: Document,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAmendment {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub name: Option<Words>,
    pub note: Option<Words>,
    pub width_m: Option<f64>,
    pub stretch: Option<Stretch>,
    pub document: Document,
}

/// A claim as a party files it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewClaim {
    /// The party: its place in the record's list from 1, its village, or its commune's code.
    pub party: String,
    /// GeoJSON text.
    pub geojson: String,
    pub crs: Option<CrsId>,
    pub filed: Date,
    /// Scale of the map, 1 : `scale`.
    pub scale: Option<u32>,
    pub document: Document,
}

/// What a filing came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    pub claim: Claim,
    /// What was mended on the way.
    pub notes: Vec<Text>,
}

impl Office {
    /// Opens a dispute.
    ///
    /// # Errors
    /// [`ActionError`] where a word is missing, a unit does not exist at its date, or the id is taken.
    pub fn open_dispute(&self, by: &str, new: &NewDispute) -> Result<Dispute, ActionError> {
        let opened = RefCell::new(None);
        self.record(by, |service| {
            let dispute = dispute(service, new)?;
            opened.replace(Some(dispute.clone()));
            Ok(vec![Change::DisputeOpened { dispute }])
        })?;
        opened.into_inner().ok_or(ActionError::Busy)
    }

    /// Adds an event to a dispute's life; its status is the state from that day on.
    ///
    /// # Errors
    /// [`ActionError`], such as for an event before the record's first day or in the future.
    pub fn add_event(&self, by: &str, id: &str, new: &NewEvent) -> Result<(), ActionError> {
        not_in_future(new.date)?;
        documented(&new.document)?;
        let text = said(new.text.clone().into(), "text")?;
        let event =
            DisputeEvent { date: new.date, status: new.status, text, document: new.document.clone(), entered_by: None };
        self.record(by, |_| Ok(vec![Change::DisputeEvent { dispute: id.into(), event: event.clone() }]))?;
        Ok(())
    }

    /// Changes what a dispute's record says from a day on; what it said before stays.
    ///
    /// # Errors
    /// [`ActionError`] where nothing is changed or a value cannot be taken.
    pub fn amend(&self, by: &str, id: &str, new: &NewAmendment) -> Result<(), ActionError> {
        not_in_future(new.date)?;
        documented(&new.document)?;
        width(new.width_m)?;
        if new.name.is_none() && new.note.is_none() && new.width_m.is_none() && new.stretch.is_none() {
            return Err(ActionError::Missing("name, note, width_m, stretch"));
        }
        self.record(by, |service| {
            if let Some(stretch) = &new.stretch {
                known_stretch(service, stretch)?;
            }
            let amendment = Amendment {
                date: new.date,
                name: new.name.clone().map(Text::from).map(|t| said(t, "name")).transpose()?,
                note: new.note.clone().map(Text::from),
                width_m: new.width_m,
                stretch: new.stretch.clone(),
                document: new.document.clone(),
                entered_by: None,
            };
            Ok(vec![Change::DisputeAmended { dispute: id.into(), amendment }])
        })?;
        Ok(())
    }

    /// Files a party's claim: the zone rests on it from its day on.
    ///
    /// # Errors
    /// [`ActionError::Shape`] with every fault and its place where the shape cannot stand or lies far away.
    pub fn file_claim(&self, by: &str, id: &str, new: &NewClaim) -> Result<Filed, ActionError> {
        not_in_future(new.filed)?;
        documented(&new.document)?;
        if new.scale == Some(0) {
            return Err(ActionError::Invalid(Text::new("Tỷ lệ 1:0 không có nghĩa.", "A scale of 1:0 has no meaning.")));
        }
        let read = filing::read(&new.geojson, new.crs, Wanted::LineOrLand)?;
        let claim = Claim {
            id: Uuid::now_v7().to_string(),
            party: 0,
            filed: new.filed,
            shape: read.shape,
            as_filed: AsFiled { crs: read.crs.code().into(), geometry: read.as_filed },
            scale: new.scale,
            document: new.document.clone(),
            entered_by: None,
            withdrawn: None,
        };
        let after = self.record(by, |service| {
            let dispute = find_dispute(service, id)?;
            let party = find_party(service, dispute, &new.party)?;
            near_enough(service, dispute, &claim.shape)?;
            let claim = Claim { party, ..claim.clone() };
            Ok(vec![Change::ClaimFiled { dispute: id.into(), claim }])
        })?;
        let filed = find_dispute(&after, id)?.claims.iter().find(|c| c.id == claim.id).cloned();
        Ok(Filed { claim: filed.unwrap_or(claim), notes: read.notes })
    }

    /// Takes a claim back; it stays in the record.
    ///
    /// # Errors
    /// [`ActionError`] where there is none or it was withdrawn before.
    pub fn withdraw_claim(
        &self,
        by: &str,
        id: &str,
        claim: &str,
        date: Date,
        document: &Document,
    ) -> Result<(), ActionError> {
        not_in_future(date)?;
        documented(document)?;
        let withdrawal = Withdrawal { date, document: document.clone(), entered_by: None };
        self.record(by, |_| {
            Ok(vec![Change::ClaimWithdrawn { dispute: id.into(), claim: claim.into(), withdrawal: withdrawal.clone() }])
        })?;
        Ok(())
    }
}

pub fn find_dispute<'a>(service: &'a Service, id: &str) -> Result<&'a Dispute, ActionError> {
    let found = service.records.disputes.iter().find(|d| d.id == id);
    found.ok_or_else(|| RecordError::Unknown { what: "dispute", id: id.chars().take(80).collect() }.into())
}

fn dispute(service: &Service, new: &NewDispute) -> Result<Dispute, ActionError> {
    not_in_future(new.date)?;
    documented(&new.document)?;
    width(new.width_m)?;
    let name = said(new.name.clone().into(), "name")?;
    if new.parties.len() < 2 {
        return Err(ActionError::Missing("parties"));
    }
    for party in &new.parties {
        exists(service, Level::Commune, &party.unit, party.unit_at)?;
    }
    if let Some(stretch) = &new.stretch {
        known_stretch(service, stretch)?;
    }
    let id = match &new.id {
        Some(id) => id.clone(),
        None => free_id(&name.vi, |id| service.records.disputes.iter().any(|d| d.id == id)),
    };
    good_id(&id)?;
    Ok(Dispute {
        id,
        name,
        note: new.note.clone().map(Text::from).unwrap_or_default(),
        width_m: new.width_m.unwrap_or(DEFAULT_WIDTH_M),
        stretch: new.stretch.clone().or_else(|| common_line(service, &new.parties)),
        parties: new.parties.clone(),
        events: vec![DisputeEvent {
            date: new.date,
            status: new.status.unwrap_or(DisputeStatus::Open),
            text: said(new.text.clone().into(), "text")?,
            document: new.document.clone(),
            entered_by: None,
        }],
        amendments: Vec::new(),
        claims: Vec::new(),
    })
}

/// The line that the communes of today share, where two parties have one each.
fn common_line(service: &Service, parties: &[Party]) -> Option<Stretch> {
    let register = &service.engine.register;
    let today = today_in_vietnam();
    let units: Vec<_> = parties.iter().flat_map(|p| disputing::units_at(register, p, today)).collect();
    match units.as_slice() {
        [a, b] if a.code != b.code => {
            Some(Stretch::CommonLine { units: [a.code.clone(), b.code.clone()], near_former: None })
        }
        _ => None,
    }
}

fn known_stretch(service: &Service, stretch: &Stretch) -> Result<(), ActionError> {
    let register = &service.engine.register;
    let known = |level: Level, code: &String| register.units().iter().any(|u| u.level == level && u.code == *code);
    let (communes, districts): (Vec<&String>, Vec<&String>) = match stretch {
        Stretch::CommonLine { units, near_former } => {
            (units.iter().collect(), near_former.iter().flat_map(|n| &n.districts).collect())
        }
        Stretch::FormerLine { districts, inside, .. } => (vec![inside], districts.iter().collect()),
    };
    let unknown = communes
        .into_iter()
        .find(|c| !known(Level::Commune, c))
        .or_else(|| districts.into_iter().find(|c| !known(Level::District, c)));
    match unknown {
        Some(code) => Err(ActionError::Invalid(Text::new(
            format!("Đoạn ranh giới: không có đơn vị {code}."),
            format!("The stretch of line: there is no unit {code}."),
        ))),
        None => Ok(()),
    }
}

/// The party by its number from 1, its village, or its commune's code.
pub fn find_party(service: &Service, dispute: &Dispute, named: &str) -> Result<usize, ActionError> {
    let named = named.trim();
    let by_number = named.parse::<usize>().ok().filter(|n| named.len() < 3 && (1..=dispute.parties.len()).contains(n));
    let mut matching = dispute.parties.iter().enumerate().filter(|(_, p)| {
        p.unit == named
            || p.village.as_deref().is_some_and(|v| fold(v) == fold(named))
            || disputing::unit_then(&service.engine.register, p).is_some_and(|u| fold(&u.name) == fold(named))
    });
    match (by_number, matching.next(), matching.next()) {
        (Some(n), ..) => Ok(n - 1),
        (None, Some((i, _)), None) => Ok(i),
        _ => Err(ActionError::Invalid(Text::new(
            format!(
                "Không rõ bên «{named}»: hãy ghi số thứ tự từ 1 đến {}, tên bản, hoặc mã xã của bên đó.",
                dispute.parties.len()
            ),
            format!(
                "Which party is “{named}”? Give its number from 1 to {}, its village, or its commune's code.",
                dispute.parties.len()
            ),
        ))),
    }
}
