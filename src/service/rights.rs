//! Who may write records: administrators all of them, an official those of a party whose land their unit answers for.

use jiff::civil::Date;

use super::{ActionError, IncidentRefusal, Service};
use crate::domain::{Level, Text, UnitKey, UserRole, Who, today_in_vietnam};

/// A unit as records name it: level, code, and a day it had that code.
type Named<'a> = (Level, &'a str, Date);

impl Service {
    /// # Errors
    /// Not an administrator.
    pub fn may_administer(&self, who: &Who) -> Result<(), ActionError> {
        if who.role == UserRole::Admin { Ok(()) } else { Err(only_admins()) }
    }

    /// May this person write what concerns a dispute? Any official of a party may.
    ///
    /// # Errors
    /// Neither administrator nor a party's official, or no such dispute.
    pub fn may_tell_dispute(&self, who: &Who, id: &str) -> Result<(), ActionError> {
        let dispute = super::find_dispute(self, id)?;
        let parties: Vec<Named> =
            dispute.parties.iter().map(|p| (Level::Commune, p.unit.as_str(), p.unit_at)).collect();
        self.answers_for_one(who, &parties)
    }

    /// May this person file or withdraw for a party of a dispute? Only that party's own officials may.
    ///
    /// # Errors
    /// Neither administrator nor the party's official, or no such dispute or party.
    pub fn may_claim(&self, who: &Who, id: &str, party: usize) -> Result<(), ActionError> {
        let dispute = super::find_dispute(self, id)?;
        let party = dispute.parties.get(party).ok_or(ActionError::Missing("party"))?;
        self.answers_for_one(who, &[(Level::Commune, party.unit.as_str(), party.unit_at)])
    }

    /// May this person write what concerns an agreement?
    ///
    /// # Errors
    /// Neither administrator nor a party's official, or no such agreement.
    pub fn may_tell_agreement(&self, who: &Who, id: &str) -> Result<(), ActionError> {
        let agreement = super::review::find_agreement(self, id)?;
        let parties: Vec<Named> = agreement.parties.iter().map(|p| (p.level, p.code.as_str(), p.unit_at)).collect();
        self.answers_for_one(who, &parties)
    }

    /// The place of a party in a dispute's list, by whatever it is named.
    ///
    /// # Errors
    /// No such dispute or party.
    pub fn party_named(&self, id: &str, named: &str) -> Result<usize, ActionError> {
        super::recording::find_party(self, super::find_dispute(self, id)?, named)
    }

    /// May this person record something new between these units?
    ///
    /// # Errors
    /// Neither administrator nor an official of one of them.
    pub fn may_record_between(&self, who: &Who, units: &[Named]) -> Result<(), ActionError> {
        self.answers_for_one(who, units)
    }

    /// May this person take over what another unit had?
    ///
    /// # Errors
    /// Neither administrator nor the receiver's official.
    pub fn may_receive(&self, who: &Who, to: &str) -> Result<(), ActionError> {
        let key = self.unit_key(to)?;
        if who.role == UserRole::Admin || self.has_land(who, &key) { Ok(()) } else { Err(only_parties()) }
    }

    fn answers_for_one(&self, who: &Who, units: &[Named]) -> Result<(), ActionError> {
        if who.role == UserRole::Admin {
            return Ok(());
        }
        let register = &self.engine.register;
        let own = |(level, code, at): &Named| {
            register.at(*level, code, *at).is_some_and(|unit| self.has_land(who, &UnitKey::of(unit)))
        };
        if who.role == UserRole::Official && units.iter().any(own) { Ok(()) } else { Err(only_parties()) }
    }

    fn has_land(&self, who: &Who, unit: &UnitKey) -> bool {
        let today = today_in_vietnam();
        let Some(own) = &who.unit else { return false };
        let lands = self.lands_of(own, today);
        // A unit that ended is its successors'.
        lands.contains(unit) || self.engine.register.answering(unit, today).iter().any(|u| lands.contains(u))
    }
}

fn only_admins() -> ActionError {
    IncidentRefusal::Forbidden(Text::new("Việc này dành cho quản trị.", "This is for administrators.")).into()
}

fn only_parties() -> ActionError {
    IncidentRefusal::Forbidden(Text::new(
        "Chỉ cán bộ của một bên liên quan, hoặc quản trị, được ghi ở đây.",
        "Only officials of a party concerned, or administrators, write here.",
    ))
    .into()
}
