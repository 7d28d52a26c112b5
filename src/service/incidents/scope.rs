//! Who sees what. Scope is by unit and follows lineage: whoever answers for the land today sees what happened on it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use uuid::Uuid;

use super::Sight;
use crate::domain::Via;
use crate::domain::{Incident, UnitKey, UserRole, Who};
use crate::service::Service;
use crate::store::{StoreError, Tx};

/// The lands of units that were asked for, as each takes a walk through the register.
#[derive(Debug, Default)]
pub struct Lands(Mutex<HashMap<(UnitKey, Date), Land>>);

/// Units on whose land one unit answers.
type Land = Arc<HashSet<UnitKey>>;

/// More than these are not remembered.
const REMEMBERED: usize = 2000;

impl Service {
    /// Every unit, then and now, on whose land this unit answers today.
    pub fn lands_of(&self, unit: &UnitKey, today: Date) -> Land {
        let mut known = self.lands.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > REMEMBERED {
            known.clear();
        }
        let key = (unit.clone(), today);
        known
            .entry(key)
            .or_insert_with(|| Arc::new(self.engine.register.same_land(unit, today).into_iter().collect()))
            .clone()
    }

    /// An account as services see it; `None`: there is none, or it is disabled.
    ///
    /// # Errors
    /// The store's.
    pub fn who(&self, tx: &mut Tx, user: Uuid) -> Result<Option<Who>, StoreError> {
        let Some(row) = tx.user(user)?.filter(|u| !u.disabled) else { return Ok(None) };
        let role = UserRole::parse(&row.role).ok_or_else(|| StoreError::unreadable(&format!("role {}", row.role)))?;
        let unit = row.unit.map(|u| u.parse()).transpose().map_err(|e| StoreError::unreadable(&e))?;
        Ok(Some(Who { id: row.id, name: row.name, role, unit, via: Via::Cli }))
    }

    /// Is, or was, the incident on land that this person's unit answers for, or kept by it, or proposed to it?
    pub fn in_scope(&self, who: &Who, incident: &Incident, today: Date) -> bool {
        let Some(unit) = &who.unit else { return false };
        let lands = self.lands_of(unit, today);
        incident.told.iter().any(|u| lands.contains(u))
    }

    /// How much this person sees of the incident.
    pub fn sight(&self, who: &Who, incident: &Incident, today: Date) -> Sight {
        if who.role == UserRole::Admin || incident.report.sender == who.actor() {
            return Sight::Whole;
        }
        let in_scope = self.in_scope(who, incident, today);
        match who.role {
            UserRole::Admin => Sight::Whole,
            UserRole::Villager => Sight::Nothing,
            UserRole::Ranger if in_scope => Sight::Whole,
            UserRole::Ranger => Sight::Nothing,
            UserRole::Official if in_scope => Sight::Whole,
            UserRole::Official => Sight::Outline,
            // An analyst without a unit works for the whole region.
            UserRole::Analyst if in_scope || who.unit.is_none() => Sight::Facts,
            UserRole::Analyst => Sight::Outline,
        }
    }

    /// May this person learn who reported it? Not on the side it is hidden from.
    pub fn sees_reporter(&self, who: &Who, incident: &Incident, today: Date) -> bool {
        if who.role == UserRole::Admin || incident.report.sender == who.actor() {
            return true;
        }
        let Some(unit) = &who.unit else { return false };
        let lands = self.lands_of(unit, today);
        let hidden = &incident.report.hide_reporter_from;
        !hidden.iter().any(|h| self.lands_of(h, today).iter().any(|l| lands.contains(l)))
    }
}

/// Does a line of the journal about an incident concern this person at all?
pub fn may_see(service: &Service, who: &Who, incident: &Incident, today: Date) -> bool {
    service.sight(who, incident, today) > Sight::Nothing
}
