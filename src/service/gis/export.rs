//! Pages and whole collections, for whoever asks.

use jiff::civil::Date;

use super::memory::{page, select};
use super::query::{ItemsText, Page, Query};
use super::{Collection, Of};
use crate::domain::{RecordError, Who, today_in_vietnam};
use crate::export::{Feature, Format, LayerInfo, Options, Output};
use crate::service::{ActionError, Office, PeopleError};

/// A query ready to be answered, with what its answer is about.
pub struct Asked {
    pub collection: &'static Collection,
    pub query: Query,
    pub layer: LayerInfo,
    who: Option<Who>,
}

/// A file that is asked for.
pub struct ExportQuery {
    pub format: &'static Format,
    pub options: Options,
    /// At most so many; `None`: all.
    pub limit: Option<usize>,
}

impl Office {
    /// Reads a question about a collection.
    ///
    /// # Errors
    /// There is no such collection, it is not for this person, or a parameter cannot be read.
    pub fn ask(&self, who: Option<&Who>, collection: &str, text: &ItemsText) -> Result<Asked, ActionError> {
        let collection = super::find(collection)?;
        if !collection.is_for(who) {
            return Err(PeopleError::NotSignedIn.into());
        }
        let query = Query::read(collection, text)?;
        let layer = collection.layer(&self.now(), Some(day(&query)));
        Ok(Asked { collection, query, layer, who: who.cloned() })
    }

    /// A page of features.
    ///
    /// # Errors
    /// The store's.
    pub fn page(&self, asked: &Asked) -> Result<Page, ActionError> {
        match (asked.collection.of, &asked.who) {
            (Of::Incidents, Some(who)) => self.incident_rows(who, &asked.query),
            (Of::Incidents, None) => Err(PeopleError::NotSignedIn.into()),
            _ => {
                let features = self.now().features_when(asked.collection, asked.query.when)?;
                Ok(page(&features, &asked.query))
            }
        }
    }

    /// One feature.
    ///
    /// # Errors
    /// There is none with this id, or not for this person.
    pub fn item(&self, asked: &Asked, id: &str) -> Result<Feature, ActionError> {
        let found = match (asked.collection.of, &asked.who) {
            (Of::Incidents, Some(who)) => self.incident_row(who, id)?,
            (Of::Incidents, None) => None,
            _ => self.now().feature(asked.collection, id, asked.query.when)?,
        };
        let id = || id.chars().take(60).collect();
        found.ok_or_else(|| RecordError::Unknown { what: "feature", id: id() }.into())
    }

    /// Writes everything a query asks for into a file. Memory stays that of one feature and the format's own; returns
    /// how many there were.
    ///
    /// # Errors
    /// What cannot be written; the file is not finished then, and recognisable as such.
    pub fn export_features(&self, asked: &Asked, file: &ExportQuery, out: Output) -> Result<u64, ActionError> {
        let refused = |e: crate::export::ExportError| ActionError::Invalid(e.text());
        let mut writer = file.format.open(out, &asked.layer, &file.options).map_err(refused)?;
        let limit = file.limit.map_or(u64::MAX, |l| l as u64);
        let mut count = 0;
        match (asked.collection.of, &asked.who) {
            (Of::Incidents, Some(who)) => {
                let mut whole = asked.query.clone();
                whole.limit = usize::MAX;
                self.each_incident(who, &whole, &mut |feature| {
                    if count < limit {
                        writer.add(feature).map_err(refused)?;
                        count += 1;
                    }
                    Ok(())
                })?;
            }
            (Of::Incidents, None) => return Err(PeopleError::NotSignedIn.into()),
            _ => {
                let features = self.now().features_when(asked.collection, asked.query.when)?;
                for feature in select(&features, &asked.query) {
                    if count < limit {
                        writer.add(feature).map_err(refused)?;
                        count += 1;
                    }
                }
            }
        }
        writer.finish().map_err(refused)?;
        Ok(count)
    }
}

/// The day a query's answer is of.
fn day(query: &Query) -> Date {
    let today = today_in_vietnam();
    query.when.map_or(today, |when| when.last_day(today))
}
