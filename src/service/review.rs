//! The yearly review of an agreement: what its parties did together, what came up, what is still owed.

use jiff::civil::{Date, date};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::AgreementHere;
use super::{ActionError, Service, binding, disputing};
use crate::domain::{
    Activity, Agreement, DisputeStatus, Duty, IncidentKind, Progress, RecordError, Text, measure, today_in_vietnam,
};

/// A measure added up over the activities of the year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Total {
    pub what: String,
    pub name: Text,
    /// ha, km, or empty for a number of things.
    pub unit: &'static str,
    pub value: f64,
    /// True: a source says "more than".
    pub at_least: bool,
}

/// A dispute that the agreement covers, and what happened to it in the year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DisputeInYear {
    pub id: String,
    pub name: Text,
    /// Status at the end of the year (today, in the current year).
    pub status: DisputeStatus,
    pub opened: bool,
    pub settled: bool,
    pub events: usize,
    pub claims_filed: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ObligationInYear {
    /// Its place in the record's list, from 0.
    pub obligation: usize,
    pub duty: Duty,
    pub text: Text,
    /// Nobody has reported it as done by the end of the year.
    pub open: bool,
    pub progress: Vec<Progress>,
}

/// Incidents of a kind on one side.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IncidentsOfSide {
    pub kind: IncidentKind,
    pub side: String,
    pub reported: usize,
    pub handled_jointly: usize,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Review {
    pub year: i16,
    /// The day the state is told of: the last of the year, or today.
    #[schema(value_type = String, format = Date)]
    pub at: Date,
    pub agreement: AgreementHere,
    pub activities: Vec<Activity>,
    pub totals: Vec<Total>,
    pub disputes: Vec<DisputeInYear>,
    pub obligations: Vec<ObligationInYear>,
    /// Of the year, by kind and party; null where the store was not asked. What nobody reported is not among them.
    pub incidents: Option<Vec<IncidentsOfSide>>,
}

impl Service {
    /// The review of an agreement for a year.
    ///
    /// # Errors
    /// [`ActionError`] where there is no such agreement, or the year lies in the future.
    pub fn review(&self, id: &str, year: i16) -> Result<Review, ActionError> {
        let today = today_in_vietnam();
        let agreement = find_agreement(self, id)?;
        if !(1990..=today.year()).contains(&year) {
            return Err(ActionError::Invalid(Text::new(
                format!("Năm {year}: hãy chọn từ 1990 đến {}.", today.year()),
                format!("Year {year}: choose one from 1990 to {}.", today.year()),
            )));
        }
        let at = date(year, 12, 31).min(today);
        let activities: Vec<Activity> = agreement.activities.iter().filter(|a| a.is_of_year(year)).cloned().collect();
        Ok(Review {
            year,
            at,
            agreement: binding::describe(agreement, &self.engine.register, at, today),
            totals: totals(&activities),
            disputes: self.disputes_in_year(agreement, year, at),
            obligations: obligations(agreement, year, at),
            activities,
            incidents: None,
        })
    }

    /// Every unit, then and now, on the land of each party of an agreement, with the party's name.
    fn lands_of_parties(&self, agreement: &Agreement) -> Vec<(String, Vec<String>)> {
        let (register, today) = (&self.engine.register, today_in_vietnam());
        let party = |p: &crate::domain::AgreementParty| {
            let unit = register.at(p.level, &p.code, p.unit_at)?;
            let key = crate::domain::UnitKey::of(unit);
            let lands = self.lands_of(&key, today).iter().map(ToString::to_string).collect();
            Some((unit.name.clone(), lands))
        };
        agreement.parties.iter().filter_map(party).collect()
    }

    fn disputes_in_year(&self, agreement: &Agreement, year: i16, at: Date) -> Vec<DisputeInYear> {
        let register = &self.engine.register;
        let covered = self.records.disputes.iter().filter(|d| {
            let communes: Vec<&str> =
                d.parties.iter().flat_map(|p| disputing::units_at(register, p, at)).map(|u| u.code.as_str()).collect();
            agreement.hotspots.contains(&d.id) || binding::stands_between(agreement, register, &communes, at)
        });
        covered
            .filter_map(|d| {
                let status = d.event_at(at)?.status;
                let in_year = || d.events.iter().filter(|e| e.date.year() == year && e.date <= at);
                Some(DisputeInYear {
                    id: d.id.clone(),
                    name: d.as_of(at).name,
                    status,
                    opened: d.events.first().is_some_and(|e| e.date.year() == year),
                    settled: in_year().any(|e| !e.status.is_open()),
                    events: in_year().count(),
                    claims_filed: d.claims.iter().filter(|c| c.filed.year() == year && c.filed <= at).count(),
                })
            })
            .collect()
    }
}

pub fn find_agreement<'a>(service: &'a Service, id: &str) -> Result<&'a Agreement, ActionError> {
    let found = service.records.agreements.iter().find(|a| a.id == id);
    found.ok_or_else(|| RecordError::Unknown { what: "agreement", id: id.chars().take(80).collect() }.into())
}

fn totals(activities: &[Activity]) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    for m in activities.iter().flat_map(|a| &a.measures) {
        match totals.iter_mut().find(|t| t.what == m.what) {
            Some(total) => {
                total.value += m.value;
                total.at_least |= m.at_least;
            }
            None => {
                let (name, unit) = measure(&m.what).unwrap_or_else(|| (Text::new(&m.what, &m.what), ""));
                totals.push(Total { what: m.what.clone(), name, unit, value: m.value, at_least: m.at_least });
            }
        }
    }
    totals
}

fn obligations(agreement: &Agreement, year: i16, at: Date) -> Vec<ObligationInYear> {
    let open: Vec<usize> = agreement.open_obligations(at).map(|(i, _)| i).collect();
    agreement
        .obligations
        .iter()
        .enumerate()
        .map(|(i, o)| ObligationInYear {
            obligation: i,
            duty: o.duty,
            text: o.text.clone(),
            open: open.contains(&i),
            progress: agreement
                .progress
                .iter()
                .filter(|p| p.obligation == i && p.date.year() == year && p.date <= at)
                .cloned()
                .collect(),
        })
        .collect()
}

impl super::Office {
    /// The review with the incidents of the year, by kind and party.
    ///
    /// # Errors
    /// As [`Service::review`], or the store's.
    pub fn review(&self, id: &str, year: i16) -> Result<Review, ActionError> {
        let service = self.now();
        let review = service.review(id, year)?;
        let Some(store) = self.store_if_there()? else { return Ok(review) };
        let begin = |year: i16| {
            let day = date(year, 1, 1).to_zoned(crate::domain::vietnam());
            day.map_or(i64::MAX, |z| z.timestamp().as_microsecond())
        };
        let mut sides = Vec::new();
        for (side, lands) in service.lands_of_parties(find_agreement(&service, id)?) {
            for (kind, reported, jointly) in
                store.read(|tx| tx.incidents_by_kind(&lands, begin(year), begin(year + 1)))?
            {
                let count = |n: i64| usize::try_from(n).unwrap_or_default();
                if let Some(kind) = IncidentKind::parse(&kind) {
                    let side = side.clone();
                    sides.push(IncidentsOfSide {
                        kind,
                        side,
                        reported: count(reported),
                        handled_jointly: count(jointly),
                    });
                }
            }
        }
        Ok(Review { incidents: Some(sides), ..review })
    }
}
