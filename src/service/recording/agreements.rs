//! Agreements and what is done under them.

use std::cell::RefCell;

use uuid::Uuid;

use super::checks::{documented, exists, free_id, good_id, measures, not_in_future, said, term};
use super::disputes::find_dispute;
use crate::domain::{Activity, Agreement, AgreementChange, Change, Progress};
use crate::service::{ActionError, Office};

impl Office {
    /// Adds an agreement.
    ///
    /// # Errors
    /// [`ActionError`] where a party does not exist at its date or a term ends before it begins.
    pub fn make_agreement(&self, by: &str, agreement: &Agreement) -> Result<String, ActionError> {
        let made = RefCell::new(String::new());
        self.record(by, |service| {
            let mut agreement = agreement.clone();
            agreement.title = said(agreement.title, "title")?;
            if agreement.id.is_empty() {
                agreement.id = free_id(&agreement.title.vi, |id| service.records.agreements.iter().any(|a| a.id == id));
            }
            good_id(&agreement.id)?;
            if agreement.parties.len() < 2 {
                return Err(ActionError::Missing("party"));
            }
            for p in &agreement.parties {
                exists(service, p.level, &p.code, p.unit_at)?;
            }
            if let Some(unknown) = agreement.hotspots.iter().find(|h| find_dispute(service, h).is_err()) {
                find_dispute(service, unknown)?;
            }
            term(agreement.term_from, agreement.term_to)?;
            for activity in &agreement.activities {
                measures(&activity.measures)?;
            }
            made.replace(agreement.id.clone());
            Ok(vec![Change::AgreementMade { agreement }])
        })?;
        Ok(made.into_inner())
    }

    /// Changes what is known about an agreement from a day on: signed, prolonged, ended.
    ///
    /// # Errors
    /// [`ActionError`] where nothing is changed or the term would end before it begins.
    pub fn change_agreement(&self, by: &str, id: &str, change: &AgreementChange) -> Result<(), ActionError> {
        not_in_future(change.date)?;
        documented(&change.document)?;
        if change.signed.is_none() && change.term_from.is_none() && change.term_to.is_none() && change.note.is_none() {
            return Err(ActionError::Missing("signed, term_from, term_to, note"));
        }
        self.record(by, |service| {
            if let Some(agreement) = service.records.agreements.iter().find(|a| a.id == id) {
                let now = agreement.as_of(change.date);
                term(change.term_from.or(now.term_from), change.term_to.or(now.term_to))?;
            }
            Ok(vec![Change::AgreementChanged { agreement: id.into(), change: change.clone() }])
        })?;
        Ok(())
    }

    /// Adds a joint activity with its measures.
    ///
    /// # Errors
    /// [`ActionError`] for a measure that is not in the table or no number.
    pub fn add_activity(&self, by: &str, id: &str, activity: &Activity) -> Result<Activity, ActionError> {
        documented(&activity.document)?;
        not_in_future(activity.reported)?;
        measures(&activity.measures)?;
        term(activity.from, activity.to)?;
        let mut activity = activity.clone();
        activity.title = said(activity.title, "title")?;
        if activity.id.is_empty() {
            activity.id = Uuid::now_v7().to_string();
        }
        self.record(by, |_| Ok(vec![Change::ActivityHeld { agreement: id.into(), activity: activity.clone() }]))?;
        Ok(activity)
    }

    /// Says what was done about an obligation (its place in the record's list, from 0).
    ///
    /// # Errors
    /// [`ActionError`] where there is no such obligation.
    pub fn add_progress(&self, by: &str, id: &str, progress: &Progress) -> Result<(), ActionError> {
        documented(&progress.document)?;
        not_in_future(progress.date)?;
        said(progress.text.clone(), "text")?;
        self.record(by, |_| Ok(vec![Change::ObligationProgress { agreement: id.into(), progress: progress.clone() }]))?;
        Ok(())
    }
}
