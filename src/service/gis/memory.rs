//! The features of collections that are made in memory: made once for each day asked about, then kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;

use super::cursor::Cursor;
use super::query::{Page, Query, compare_cells};
use super::tiles::Tiles;
use super::{Collection, Of, When};
use crate::domain::today_in_vietnam;
use crate::export::Feature;
use crate::service::{ActionError, Service};

/// More days than these are not remembered.
const REMEMBERED: usize = 24;

type Features = Arc<Vec<Feature>>;
type Slot = Arc<OnceLock<Features>>;

/// Features by collection and day, and what was drawn of them.
#[derive(Debug, Default)]
pub struct Memory {
    features: Mutex<HashMap<(&'static str, Option<Date>), Slot>>,
    pub(super) tiles: Tiles,
}

impl Service {
    /// The features of a collection that is not of the store, on a day; in the order of their ids.
    ///
    /// # Errors
    /// What making them refuses.
    pub fn features(&self, collection: &Collection, at: Date) -> Result<Features, ActionError> {
        let at = collection.is_of_a_date().then_some(at);
        let slot = {
            let mut known = self.gis.features.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= REMEMBERED && !known.contains_key(&(collection.id, at)) {
                known.clear();
            }
            known.entry((collection.id, at)).or_default().clone()
        };
        if let Some(features) = slot.get() {
            return Ok(features.clone());
        }
        let made = match collection.of {
            Of::Date(make) => make(self, at.unwrap_or_else(today_in_vietnam))?,
            Of::Timeless(make) => make(self)?,
            Of::Incidents => Vec::new(),
        };
        Ok(slot.get_or_init(|| Arc::new(made)).clone())
    }

    /// The features of a span of time: of its last day, and, where it begins with a day, of each day in it on which units
    /// changed. A unit that lasted through several is one feature.
    ///
    /// # Errors
    /// As [`Service::features`].
    pub(super) fn features_when(&self, collection: &Collection, when: Option<When>) -> Result<Features, ActionError> {
        let today = today_in_vietnam();
        let Some(when) = when.filter(|_| collection.is_of_a_date()) else { return self.features(collection, today) };
        let last = when.last_day(today);
        let first = when.first_day().or(self.engine.first_date()).unwrap_or(last);
        let is_units = collection.fields.iter().any(|f| f.name == "valid_from") && collection.id != "role-areas";
        if first >= last || !is_units {
            return self.features(collection, last);
        }
        let changes = self.engine.layers().map(|l| l.info.valid_from).chain(self.reforms().map(|r| r.date));
        let mut days: Vec<Date> = changes.filter(|d| first < *d && *d < last).chain([first, last]).collect();
        days.sort_unstable();
        days.dedup();
        let mut all: HashMap<String, Feature> = HashMap::new();
        for day in days {
            for feature in self.features(collection, day)?.iter() {
                all.entry(feature.id.clone()).or_insert_with(|| feature.clone());
            }
        }
        let mut all: Vec<Feature> = all.into_values().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Arc::new(all))
    }

    /// One feature by its id, on the day asked about, else on the day its id names.
    ///
    /// # Errors
    /// As [`Service::features`].
    pub(super) fn feature(
        &self,
        collection: &Collection,
        id: &str,
        when: Option<When>,
    ) -> Result<Option<Feature>, ActionError> {
        let today = today_in_vietnam();
        let named = id.rsplit_once('@').and_then(|(_, day)| day.parse::<Date>().ok());
        let days = [Some(when.map_or(today, |w| w.last_day(today))), named, self.engine.first_date()];
        let days: Vec<Date> = days.into_iter().flatten().take(if when.is_some() { 1 } else { 3 }).collect();
        for day in days {
            let features = self.features(collection, day)?;
            if let Ok(at) = features.binary_search_by(|f| f.id.as_str().cmp(id)) {
                return Ok(Some(features[at].clone()));
            }
        }
        Ok(None)
    }
}

/// What passes, in the order asked for.
pub fn select<'a>(features: &'a [Feature], query: &Query) -> Vec<&'a Feature> {
    let mut found: Vec<&Feature> = features.iter().filter(|f| query.passes(f)).collect();
    found.sort_by(|a, b| {
        let keys = query.sort.iter().map(|(field, descending)| {
            let order = compare_cells(&a.values[*field].json(), &b.values[*field].json());
            if *descending { order.reverse() } else { order }
        });
        keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then_with(|| a.id.cmp(&b.id))
    });
    found
}

/// A page of what passes.
pub fn page(features: &[Feature], query: &Query) -> Page {
    let found = select(features, query);
    let place = |cursor: &Cursor, f: &Feature| {
        let keys = query.sort.iter().zip(&cursor.keys).map(|((field, descending), key)| {
            let order = compare_cells(&f.values[*field].json(), key);
            if *descending { order.reverse() } else { order }
        });
        keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then_with(|| f.id.cmp(&cursor.id))
    };
    let (from, to) = match &query.cursor {
        None => (0, query.limit.min(found.len())),
        Some(cursor) if cursor.forward => {
            let from = found.partition_point(|f| place(cursor, f).is_le());
            (from, from.saturating_add(query.limit).min(found.len()))
        }
        Some(cursor) => {
            let to = found.partition_point(|f| place(cursor, f).is_lt());
            (to.saturating_sub(query.limit), to)
        }
    };
    let cursor = |forward: bool, at: usize| {
        let f = found[at];
        let keys = query.sort.iter().map(|(field, _)| f.values[*field].json()).collect();
        Cursor { forward, keys, id: f.id.clone() }.encode()
    };
    Page {
        matched: Some(found.len()),
        next: (to < found.len() && to > 0).then(|| cursor(true, to - 1)),
        prev: (from > 0 && from < found.len()).then(|| cursor(false, from)),
        features: found[from..to].iter().map(|f| (*f).clone()).collect(),
    }
}
