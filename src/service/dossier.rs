//! The dossier of a dispute: everything about it at a date, for reading, printing and handing on.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{AgreementHere, ClaimHere, DisputeHere, DutyHere, UnitName};
use super::collections::dispute_features;
use super::recording::find_dispute;
use super::{ActionError, Service, SliverRow, binding, disputing, slivers_near};
use crate::atlas::geodesic_m2;
use crate::domain::{Amendment, Dispute, DisputeEvent, Shape, Withdrawal, ZoneKind, today_in_vietnam};

/// The zone in figures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ZoneFigures {
    pub kind: ZoneKind,
    /// Geodesic area in square metres; null where nothing is drawn.
    pub area_m2: Option<f64>,
    /// Length of the stretch of line in metres; null where the datasets do not draw it.
    pub stretch_m: Option<f64>,
    /// Half-width of a derived zone in metres.
    pub width_m: Option<f64>,
    /// Gaps in metres between ends of claimed lines that were joined straight.
    pub end_gaps_m: Vec<f64>,
}

/// A claim with its figures and its end, if it had one. Every claim ever filed up to the date is listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimRecord {
    #[serde(flatten)]
    pub claim: ClaimHere,
    /// Does the zone rest on it at the date?
    pub stands: bool,
    /// Length of a claimed line in metres.
    pub length_m: Option<f64>,
    /// Geodesic area of claimed land in square metres.
    pub area_m2: Option<f64>,
    pub entered_by: Option<String>,
    pub withdrawn: Option<Withdrawal>,
}

/// What the lines drawn here rest on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MapBasis {
    pub dataset: String,
    pub title: crate::domain::Text,
    pub attribution: String,
    pub line_accuracy_m: f64,
    pub indicative: bool,
}

/// A sliver with the names of its units, each in its own map's time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierSliver {
    #[serde(flatten)]
    pub row: SliverRow,
    pub from_unit: UnitName,
    pub to_unit: UnitName,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Dossier {
    /// The date it tells the state of.
    #[schema(value_type = String, format = Date)]
    pub at: Date,
    #[serde(flatten)]
    pub dispute: DisputeHere,
    pub events: Vec<DisputeEvent>,
    pub amendments: Vec<Amendment>,
    pub zone_figures: ZoneFigures,
    pub claim_records: Vec<ClaimRecord>,
    /// Land in or at the zone that two published maps put in different units, largest first, noise marked. Evidence of a
    /// difference between maps, never of guilt.
    pub slivers: Vec<DossierSliver>,
    pub agreements: Vec<AgreementHere>,
    pub duties: Vec<DutyHere>,
    pub maps: Vec<MapBasis>,
}

impl Service {
    /// The dossier of a dispute as of a date.
    ///
    /// # Errors
    /// [`ActionError`] where there is no such dispute, or nobody had recorded it by the date.
    pub fn dossier(&self, id: &str, at: Date) -> Result<Dossier, ActionError> {
        let dispute = find_dispute(self, id)?;
        let (register, today) = (&self.engine.register, today_in_vietnam());
        let zone = self.engine.zone(id, at);
        let here = disputing::describe(dispute, register, zone, None, at, today).ok_or_else(|| not_yet(dispute, at))?;
        let then = dispute.as_of(at);
        let agreements = self.agreements_of(dispute, at);
        let land = zone.map(|z| z.polygons()).filter(|land| !land.0.is_empty());
        Ok(Dossier {
            at,
            zone_figures: ZoneFigures {
                kind: here.zone,
                area_m2: land.as_ref().map(geodesic_m2),
                stretch_m: zone.and_then(|z| z.stretch.as_ref()).map(|s| s.length_m()),
                width_m: here.width_m,
                end_gaps_m: zone.and_then(|z| z.filed()).map(|z| z.end_gaps_m.clone()).unwrap_or_default(),
            },
            slivers: land
                .iter()
                .flat_map(|land| slivers_near(self, land))
                .map(|s| DossierSliver { row: s.row, from_unit: s.from, to_unit: s.to })
                .collect(),
            claim_records: claim_records(&then, at),
            events: then.events,
            amendments: then.amendments,
            duties: binding::duties(&agreements, register, at),
            agreements: agreements.into_iter().map(|a| binding::describe(a, register, at, today)).collect(),
            maps: self
                .datasets()
                .map(|d| MapBasis {
                    dataset: d.id.clone(),
                    title: d.title.clone(),
                    attribution: d.attribution.clone(),
                    line_accuracy_m: d.line_accuracy_m,
                    indicative: d.indicative,
                })
                .collect(),
            dispute: here,
        })
    }

    /// The agreements known at a date that name a dispute or stand between its parties.
    pub fn agreements_of(&self, dispute: &Dispute, at: Date) -> Vec<&crate::domain::Agreement> {
        let register = &self.engine.register;
        let units = dispute.parties.iter().flat_map(|p| disputing::units_at(register, p, at));
        let communes: Vec<&str> = units.map(|u| u.code.as_str()).collect();
        binding::binding(&self.records.agreements, register, &[&dispute.id], &communes, at)
    }

    /// The features of one dispute at a date: zone, stretch, claims.
    ///
    /// # Errors
    /// As [`Service::dossier`].
    pub fn dispute_features(&self, id: &str, at: Date) -> Result<Vec<geojson::Feature>, ActionError> {
        let dispute = find_dispute(self, id)?;
        let features = dispute_features(self, dispute, at);
        if features.is_empty() { Err(not_yet(dispute, at)) } else { Ok(features) }
    }
}

fn not_yet(dispute: &Dispute, at: Date) -> ActionError {
    let first = dispute.events.first().map_or(at, |e| e.date);
    crate::domain::RecordError::TooEarly { what: "dispute", id: dispute.id.clone(), date: at, first }.into()
}

fn claim_records(dispute: &Dispute, at: Date) -> Vec<ClaimRecord> {
    let standing: Vec<&str> = dispute.claims_at(at).into_iter().map(|c| c.id.as_str()).collect();
    dispute
        .claims
        .iter()
        .map(|c| ClaimRecord {
            claim: disputing::claim_here(c),
            stands: standing.contains(&c.id.as_str()),
            length_m: match &c.shape {
                Shape::Line(line) => {
                    Some(line.lines().map(|l| crate::engine::metric::distance_m(l.start, l.end)).sum())
                }
                Shape::Land(_) => None,
            },
            area_m2: match &c.shape {
                Shape::Line(_) => None,
                Shape::Land(land) => Some(geodesic_m2(land)),
            },
            entered_by: c.entered_by.clone(),
            // What happened after the date is not told.
            withdrawn: c.withdrawn.clone().filter(|w| w.date <= at),
        })
        .collect()
}
