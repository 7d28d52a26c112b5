//! The quick way for rows of any date: what decides at each date, and rows judged together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use geo::Coord;
use jiff::civil::Date;

use super::quick::{Quick, Sure};
use super::{Job, Row, row_date};
use crate::crs::CrsId;
use crate::engine::cells::Met;

/// What decides at each date of the file, made when the date is first met.
pub struct Dates<'a> {
    job: &'a Job<'a>,
    today: Option<Arc<Quick<'a>>>,
    others: Mutex<HashMap<Date, Option<Arc<Quick<'a>>>>>,
}

/// The last date's text and what decides at it.
pub type Known<'a, 't> = Option<(&'t [u8], Option<Arc<Quick<'a>>>)>;

impl<'a> Dates<'a> {
    pub fn new(job: &'a Job<'a>) -> Dates<'a> {
        // Numbers in another CRS than plain degrees take the long way.
        let plain = job.options.crs.is_none_or(|crs| crs == CrsId::WGS84);
        let today = if plain { Dates::make(job, job.today) } else { None };
        Dates { job, today, others: Mutex::default() }
    }

    fn make(job: &'a Job<'a>, at: Date) -> Option<Arc<Quick<'a>>> {
        Quick::new(job.service, at, job.options.boundary_to_m).map(Arc::new)
    }

    /// `None`: every row of this date takes the long way.
    fn at(&self, field: Option<&[u8]>) -> Option<Arc<Quick<'a>>> {
        let Some(field) = field else { return self.today.clone() };
        self.today.as_ref()?;
        let at = row_date(std::str::from_utf8(field).ok()?).ok()?;
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.entry(at).or_insert_with(|| Dates::make(self.job, at)).clone()
    }

    /// As [`Dates::at`], for rows one after another, which often have the same date.
    pub fn after<'t>(&self, known: &mut Known<'a, 't>, field: Option<&'t [u8]>) -> Option<Arc<Quick<'a>>> {
        match (known.as_ref(), field) {
            (Some((last, quick)), Some(field)) if *last == field => quick.clone(),
            (_, None) => self.today.clone(),
            (_, Some(field)) => {
                let quick = self.at(Some(field));
                *known = Some((field, quick.clone()));
                quick
            }
        }
    }
}

/// Rows whose positions are looked up together.
pub struct Together<'q, T> {
    items: Vec<(T, Arc<Quick<'q>>)>,
    lon_deg: Vec<f64>,
    lat_deg: Vec<f64>,
}

impl<T> Default for Together<'_, T> {
    fn default() -> Self {
        Together { items: Vec::new(), lon_deg: Vec::new(), lat_deg: Vec::new() }
    }
}

/// A row, and its verdict where the quick way has one.
pub struct Judged<'q, T> {
    pub item: T,
    pub place: (f64, f64),
    pub quick: Arc<Quick<'q>>,
    pub sure: Option<Sure>,
}

impl<'q, T> Together<'q, T> {
    /// One index for all: a row of another map is not taken.
    pub fn offer(&mut self, item: T, quick: Arc<Quick<'q>>, lon_deg: f64, lat_deg: f64) {
        if self.items.first().is_some_and(|(_, first)| !std::ptr::eq(first.cells, quick.cells)) {
            return;
        }
        self.items.push((item, quick));
        self.lon_deg.push(lon_deg);
        self.lat_deg.push(lat_deg);
    }

    /// All that were taken, in order.
    pub fn judged(self) -> impl Iterator<Item = Judged<'q, T>> {
        let mut codes = vec![0; self.items.len()];
        if let Some((_, first)) = self.items.first() {
            first.cells.locate(&self.lon_deg, &self.lat_deg, &mut codes);
        }
        let points: Vec<Coord<f64>> = self.lon_deg.iter().zip(&self.lat_deg).map(|(&x, &y)| Coord { x, y }).collect();
        let (mut sures, mut met, mut at) = (vec![None; points.len()], Met::default(), 0);
        for same in self.items.chunk_by(|(_, a), (_, b)| Arc::ptr_eq(a, b)) {
            let some = at..at + same.len();
            let (points, codes) = (&points[some.clone()], &codes[some.clone()]);
            same[0].1.judge(points, codes, &mut met, |i, sure| sures[some.start + i] = sure);
            at = some.end;
        }
        let judged = self.items.into_iter().zip(points).zip(sures);
        judged.map(|(((item, quick), p), sure)| Judged { item, place: (p.x, p.y), quick, sure })
    }
}

impl<T> Judged<'_, T> {
    pub fn row(&self, sure: Sure) -> Row {
        let words = self.quick.words_of(sure.owner).cloned().unwrap_or_default();
        Row {
            place: Some(self.place),
            commune: words.commune,
            commune_name: words.name,
            province: words.province,
            verdict: Some(sure.verdict),
            probability: sure.probability,
            boundary_m: sure.boundary_m,
            ..Row::default()
        }
    }
}
