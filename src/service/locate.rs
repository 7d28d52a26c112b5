//! Whose point is this? Position → atlas at a date → facts → verdict → answer.

use jiff::civil::Date;

use super::answer::{
    Answer, Basis, Boundary, CrsName, Locality, Note, OtherReading, Position, Reading, Side, UnitName, Why,
};
use super::names::{became, unit_name};
use super::{QuestionError, Service, acting, binding, check_accuracy, disputing, explain};
use crate::crs::{self, CrsId, Readings};
use crate::domain::rules::{self, NAMED_PROBABILITY, Verdict};
use crate::domain::{Finding, IncidentKind, Level, Register, Share, Territory, Text, Unit, ZoneKind, today_in_vietnam};
use crate::engine::{Fix, NotCovered};

/// A position as a person or a file gives it.
#[derive(Debug, Clone, Copy)]
pub enum PositionText<'a> {
    /// Any notation.
    Text(&'a str),
    /// x is easting or longitude, y northing or latitude.
    Xy(&'a str, &'a str),
    /// Numbers that were read before.
    Degrees { lon: f64, lat: f64 },
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub position: PositionText<'a>,
    /// The CRS of the numbers, where it is named.
    pub crs: Option<CrsId>,
    /// 68 % radius in metres; `None` or 0: not known.
    pub accuracy_m: Option<f64>,
    /// `None`: today in Vietnam.
    pub at: Option<Date>,
    /// The kind of incident, where there is one: who acts first can depend on it.
    pub kind: Option<IncidentKind>,
}

impl<'a> Question<'a> {
    /// Today, nothing named: only the position.
    pub fn here(position: &'a str) -> Question<'a> {
        Question { position: PositionText::Text(position), crs: None, accuracy_m: None, at: None, kind: None }
    }

    pub fn readings(&self) -> Result<Readings, QuestionError> {
        Ok(match self.position {
            PositionText::Text(text) => crs::read(text, self.crs)?,
            PositionText::Xy(x, y) => crs::read_xy(x, y, self.crs)?,
            PositionText::Degrees { lon, lat } => Readings {
                as_typed: format!("{lat}, {lon}"),
                read: Some(crs::Reading { crs: CrsId::WGS84, lon_deg: lon, lat_deg: lat }),
                others: Vec::new(),
                mends: Vec::new(),
            },
        })
    }
}

impl Service {
    /// The whole answer. Everything but an unreadable question is an answer, "not known" included.
    pub fn locate(&self, question: &Question) -> Result<Answer, QuestionError> {
        let accuracy_m = question.accuracy_m.map(check_accuracy).transpose()?.flatten();
        let readings = question.readings()?;
        let today = today_in_vietnam();
        let at = question.at.unwrap_or(today);
        let Some(read) = self.chosen(&readings) else {
            return Ok(self.ambiguous(&readings, accuracy_m, at));
        };
        let fix = Fix { lon_deg: read.lon_deg, lat_deg: read.lat_deg, accuracy_m };
        let position = Position {
            lon: Some(fix.lon_deg),
            lat: Some(fix.lat_deg),
            accuracy_m,
            as_typed: readings.as_typed.clone(),
            read_as: Some(CrsName { crs: read.crs.code().to_string(), name: read.crs.name() }),
            notes: notes(&readings),
            other_readings: self.other_readings(&readings, Some(&read)),
        };
        Ok(match self.engine.find(fix, at) {
            Ok(finding) => self.answer(position, fix, &finding, question.kind, today),
            Err(not_covered) => not_known(position, at, not_covered),
        })
    }

    /// The one reading the answer is for: the named one, or the only zone that lands inside the datasets.
    pub(super) fn chosen(&self, readings: &Readings) -> Option<crs::Reading> {
        if let Some(read) = &readings.read {
            return Some(*read);
        }
        let mut inside = readings.others.iter().map(|(_, r)| r).filter(|r| self.is_inside(r));
        match (inside.next(), inside.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }

    fn is_inside(&self, r: &crs::Reading) -> bool {
        self.engine.covers(r.lon_deg, r.lat_deg, today_in_vietnam())
    }

    /// The readings worth showing beside the chosen one: those that land in another of today's communes.
    pub(super) fn other_readings(&self, readings: &Readings, chosen: Option<&crs::Reading>) -> Vec<OtherReading> {
        let today = today_in_vietnam();
        let commune_of = |r: &crs::Reading| self.engine.commune_of(r.lon_deg, r.lat_deg, today);
        let here = chosen.map(commune_of);
        readings
            .others
            .iter()
            .filter(|(_, r)| chosen.is_none_or(|c| c.crs.code() != r.crs.code()))
            .filter_map(|(why, r)| {
                let commune = commune_of(r);
                // The twin grid matters as soon as the commune changes; other zones only where they land inside.
                let worth_showing = match why {
                    crs::Why::Internal => here.is_none_or(|h| h != commune),
                    _ => commune.is_some() && here.is_none_or(|h| h != commune),
                };
                worth_showing.then(|| OtherReading {
                    crs: r.crs.code().to_string(),
                    name: r.crs.name(),
                    why: match why {
                        crs::Why::Zone => Why::Zone,
                        crs::Why::Internal => Why::Internal,
                        crs::Why::Meridian => Why::Meridian,
                    },
                    lon: r.lon_deg,
                    lat: r.lat_deg,
                    commune: commune.and_then(|code| self.commune_name(code)),
                })
            })
            .collect()
    }

    fn commune_name(&self, code: &str) -> Option<UnitName> {
        let today = today_in_vietnam();
        let unit = self.engine.register.at(Level::Commune, code, today)?;
        Some(unit_name(&self.engine.register, unit, today))
    }

    fn ambiguous(&self, readings: &Readings, accuracy_m: Option<f64>, at: Date) -> Answer {
        let other_readings = self.other_readings(readings, None);
        let explanation = explain::ambiguous(&other_readings);
        let position = Position {
            lon: None,
            lat: None,
            accuracy_m,
            as_typed: readings.as_typed.clone(),
            read_as: None,
            notes: notes(readings),
            other_readings,
        };
        without_verdict(Verdict::AmbiguousPosition, None, position, at, explanation)
    }

    fn answer(
        &self,
        position: Position,
        fix: Fix,
        finding: &Finding,
        kind: Option<IncidentKind>,
        today: Date,
    ) -> Answer {
        let register = &self.engine.register;
        let at = finding.at;
        let judgement = rules::judge(finding, self.engine.disputes());
        let localities = self.localities(finding, &judgement, today);
        let named: Vec<&str> = localities.iter().flat_map(|l| l.codes()).collect();
        let disputes: Vec<_> =
            self.engine
                .disputes()
                .iter()
                .filter_map(|d| {
                    let fact = finding.zones.iter().find(|z| z.dispute == d.id);
                    // Where no zone can be drawn, a dispute is shown when all its parties are among the localities.
                    let here = match fact {
                        Some(fact) if fact.kind != ZoneKind::None => fact.distance_m.is_some(),
                        _ => d.parties.iter().all(|p| {
                            disputing::units_at(register, p, at).iter().any(|u| named.contains(&u.code.as_str()))
                        }),
                    };
                    let zone = self.engine.zone(&d.id, at);
                    here.then(|| disputing::describe(d, register, zone, fact, at, today)).flatten()
                })
                .collect();
        let in_zone: Vec<&str> = disputes.iter().filter(|d| d.in_zone).map(|d| d.id.as_str()).collect();
        let binding = binding::binding(&self.records.agreements, register, &in_zone, &named, at);
        let duties = binding::duties(&binding, register, at);
        let basis = self.basis(finding, fix);
        let indicative = basis.as_ref().is_some_and(|b| b.indicative);
        let act_first = acting::act_first(judgement.verdict, &localities, &binding, register, kind, at, indicative);
        let bodies = self.bodies.here(register, fix, &localities, &in_zone, at);
        let agreements = binding.into_iter().map(|a| binding::describe(a, register, at, today)).collect();
        let boundary = finding.boundary.as_ref().map(|b| Boundary {
            distance_m: b.distance_m,
            bearing_deg: b.bearing_deg,
            between: [&b.near_side, &b.far_side].map(|t| t.as_ref().map(|t| self.side(t, at))),
            lon: b.lon_deg,
            lat: b.lat_deg,
        });
        let readings: Vec<Reading> = finding
            .readings
            .iter()
            .filter_map(|r| {
                let layer = self.engine.layers().find(|l| l.info.id == r.dataset)?;
                let name = r.code.as_deref().and_then(|code| {
                    register.at(layer.info.level, code, layer.info.valid_from).map(|u| u.name.clone())
                });
                Some(Reading {
                    dataset: r.dataset.clone(),
                    title: layer.info.title.clone(),
                    level: layer.info.level,
                    code: r.code.clone(),
                    name,
                    agrees: r.agrees,
                })
            })
            .collect();
        let mut answer = Answer {
            verdict: judgement.verdict,
            reason: judgement.reason,
            position,
            at,
            localities,
            boundary,
            disputes,
            agreements,
            duties,
            act_first,
            bodies,
            datasets_disagree: readings.iter().any(|r| !r.agrees),
            readings,
            basis,
            explanation: Text::default(),
        };
        answer.explanation = explain::explain(&answer, finding);
        answer
    }

    /// The parties of an open dispute first, in the order of the record; then who else is probable enough to name.
    fn localities(&self, finding: &Finding, judgement: &rules::Judgement, today: Date) -> Vec<Locality> {
        let register = &self.engine.register;
        let mut localities: Vec<Locality> = Vec::new();
        if judgement.verdict == Verdict::Disputed {
            let disputes = self.engine.disputes().iter().filter(|d| judgement.in_dispute.contains(&d.id));
            for unit in disputes.flat_map(|d| &d.parties).flat_map(|p| disputing::units_at(register, p, finding.at)) {
                if !localities.iter().any(|l| l.code.as_deref() == Some(&unit.code)) {
                    localities.push(self.party(unit, finding, today));
                }
            }
        }
        let is_named = |l: &[Locality], t: &Territory| {
            let named = |code: &String| l.iter().any(|l| l.code.as_ref() == Some(code));
            let of_a_party = |l: &Locality| l.party && l.code.as_ref().is_some_and(|code| t.candidates.contains(code));
            t.commune.as_ref().is_some_and(named) || l.iter().any(of_a_party)
        };
        for share in &finding.shares {
            if (share.probability > NAMED_PROBABILITY || share.contains) && !is_named(&localities, &share.territory) {
                localities.push(self.locality(share, finding.at, today));
            }
        }
        localities
    }

    fn locality(&self, share: &Share, at: Date, today: Date) -> Locality {
        let register = &self.engine.register;
        let territory = &share.territory;
        let unit = |code: &String| register.at(Level::Commune, code, at);
        let known = territory.commune.as_ref().and_then(unit);
        let candidates: Vec<&Unit> = territory.candidates.iter().filter_map(unit).collect();
        let side = self.side(territory, at);
        let name = known.map(|u| unit_name(register, u, at));
        let district = territory.district.as_ref().and_then(|code| register.at(Level::District, code, at));
        let mut successors: Vec<UnitName> = Vec::new();
        for now in candidates.iter().flat_map(|u| became(register, u, today)) {
            if !successors.contains(&now) {
                successors.push(now);
            }
        }
        Locality {
            code: territory.commune.clone(),
            name: side.name,
            kind: known.map(|u| u.kind.clone()),
            province: match (&name, district) {
                (Some(n), _) => n.province.clone(),
                (None, Some(d)) => register.province(d, at).map(|p| p.name.clone()),
                (None, None) => common_province(register, &candidates, at),
            },
            district: district.map(|d| d.name.clone()),
            role: "territory".into(),
            probability: share.probability,
            distance_m: share.distance_m,
            contains: share.contains,
            party: false,
            candidates: match known {
                Some(_) => Vec::new(),
                None => candidates.into_iter().map(|u| unit_name(register, u, at)).collect(),
            },
            became: successors,
        }
    }

    /// A party's commune, with the mass of every territory that is or can be its.
    fn party(&self, unit: &Unit, finding: &Finding, today: Date) -> Locality {
        let register = &self.engine.register;
        let at = finding.at;
        // Land that the district map puts in another district than the party's is not counted for it: the map is the
        // basis, and no land counts for both sides.
        let district = register.district(unit, at).map(|d| &d.code);
        let can_be_its = |t: &Territory| {
            t.candidates.contains(&unit.code) && t.district.as_ref().is_none_or(|d| Some(d) == district)
        };
        let shares: Vec<&Share> = finding.shares.iter().filter(|s| can_be_its(&s.territory)).collect();
        let name = unit_name(register, unit, at);
        let group = shares.iter().find(|s| s.territory.commune.is_none());
        Locality {
            code: Some(unit.code.clone()),
            name: name.name,
            kind: Some(unit.kind.clone()),
            province: name.province,
            district: name.district,
            role: "territory".into(),
            probability: shares.iter().map(|s| s.probability).sum::<f64>().min(1.0),
            distance_m: shares
                .iter()
                .map(|s| s.distance_m)
                .min_by(f64::total_cmp)
                .unwrap_or_else(|| self.distance_to(unit, finding)),
            contains: shares.iter().any(|s| s.contains),
            party: true,
            candidates: group
                .map(|s| {
                    let units = s.territory.candidates.iter().filter_map(|c| register.at(Level::Commune, c, at));
                    units.map(|u| unit_name(register, u, at)).collect()
                })
                .unwrap_or_default(),
            became: became(register, unit, today),
        }
    }

    /// Distance to the land of a unit too far away to have any share: the land as drawn then, or on the first map of
    /// communes, by lineage.
    fn distance_to(&self, unit: &Unit, finding: &Finding) -> f64 {
        let p = geo::Coord { x: finding.lon_deg, y: finding.lat_deg };
        let Some(layer) = self.engine.communes_near(finding.at) else { return f64::INFINITY };
        let units = self.engine.register.successors(unit, finding.at.max(layer.info.valid_from));
        let owners = units.into_iter().filter_map(|u| layer.owner_of(&u.code));
        let nearest = owners.filter_map(|owner| layer.nearest_edge_of(owner, p));
        nearest.map(|n| n.distance_m).fold(f64::INFINITY, f64::min)
    }

    /// What a territory is called.
    fn side(&self, territory: &Territory, at: Date) -> Side {
        let register = &self.engine.register;
        let name =
            |level: Level, code: &str| register.at(level, code, at).map_or_else(|| code.to_owned(), |u| u.name.clone());
        match (&territory.commune, &territory.district) {
            (Some(code), _) => Side { code: Some(code.clone()), name: name(Level::Commune, code) },
            (None, Some(d)) if !territory.maps_contradict => {
                Side { code: None, name: format!("Một xã của {}", name(Level::District, d)) }
            }
            (None, _) => Side { code: None, name: "Xã chưa rõ".into() },
        }
    }

    fn basis(&self, finding: &Finding, fix: Fix) -> Option<Basis> {
        let info = self.datasets().find(|d| d.id == finding.dataset)?;
        let unit_act = finding
            .containing()
            .and_then(|s| s.territory.commune.as_ref())
            .and_then(|code| self.engine.register.at(Level::Commune, code, finding.at))
            .and_then(|u| u.legal_act.clone());
        Some(Basis {
            dataset: info.id.clone(),
            title: info.title.clone(),
            publisher: info.publisher.clone(),
            licence: info.licence.clone(),
            date: info.date.clone(),
            line_accuracy_m: finding.line_sigma_m,
            simplification_m: None,
            gps_sigma_m: finding.gps_sigma_m,
            gps_assumed: fix.accuracy_m.is_none(),
            indicative: info.indicative,
            legal_act: unit_act.or_else(|| info.legal_act.clone()),
            rules: rules::RULES.into(),
        })
    }
}

impl Locality {
    /// The commune or every candidate for it.
    fn codes(&self) -> impl Iterator<Item = &str> {
        self.code.as_deref().into_iter().chain(self.candidates.iter().map(|c| c.code.as_str()))
    }
}

/// The province of all of them, where they have one.
fn common_province(register: &Register, units: &[&Unit], at: Date) -> Option<String> {
    let mut names = units.iter().map(|u| register.province(u, at).map(|p| &p.name));
    let first = names.next()??;
    names.all(|name| name == Some(first)).then(|| first.clone())
}

fn notes(readings: &Readings) -> Vec<Note> {
    readings.mends.iter().map(|m| Note { code: m.code.into(), text: m.text.clone() }).collect()
}

fn not_known(position: Position, at: Date, not_covered: NotCovered) -> Answer {
    let explanation = explain::not_known(not_covered.first);
    without_verdict(Verdict::NotKnown, Some(rules::Reason::BeforeFirstSource), position, at, explanation)
}

fn without_verdict(
    verdict: Verdict,
    reason: Option<rules::Reason>,
    position: Position,
    at: Date,
    explanation: Text,
) -> Answer {
    Answer {
        verdict,
        reason,
        position,
        at,
        localities: Vec::new(),
        boundary: None,
        disputes: Vec::new(),
        agreements: Vec::new(),
        duties: Vec::new(),
        act_first: None,
        bodies: Vec::new(),
        readings: Vec::new(),
        datasets_disagree: false,
        basis: None,
        explanation,
    }
}
