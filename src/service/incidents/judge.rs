//! Whose is this incident: the answer to its place on its day, and the lines that follow from it for the units of today.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::crs::CrsId;
use crate::domain::rules::{RULES, Verdict};
use crate::domain::{
    IncidentKind, Judged, JudgedAgreement, JudgedDispute, JudgedLocality, Judgement, Level, LineRole, NewLine, Place,
    Register, Shape, Unit, UnitKey, day_in_vietnam,
};
use crate::service::answer::{Answer, Locality};
use crate::service::{ActionError, PositionText, Question, Service};

/// What is judged: a place, when, and what kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub place: &'a Place,
    pub occurred_at: Timestamp,
    pub kind: IncidentKind,
    /// Keeps the incident where no locality is found.
    pub keeper: Option<&'a UnitKey>,
}

impl Service {
    /// The verdict on an incident and its lines, at today's datasets and records.
    ///
    /// # Errors
    /// [`ActionError::Question`] where the position cannot be read any more (it could when it was filed).
    pub fn judge_incident(&self, asked: Asked, now: Timestamp) -> Result<Judgement, ActionError> {
        let answer = self.locate(&question(&asked))?;
        let today = day_in_vietnam(now);
        let outline_in = self.outline_in(asked.place, &answer);
        let lines = self.lines(&answer, &outline_in, asked.keeper, today);
        Ok(Judgement { judged: judged(answer, outline_in, now), lines })
    }

    /// Communes, besides those of the answer, that the outline of the place reaches into: told by its vertices and the
    /// middles between them.
    fn outline_in(&self, place: &Place, answer: &Answer) -> Vec<String> {
        let Some(Shape::Land(land)) = &place.perimeter else { return Vec::new() };
        let mut found: Vec<String> = Vec::new();
        for polygon in land {
            for line in polygon.exterior().lines() {
                for p in [line.start, (line.start + line.end) / 2.0] {
                    let Some(code) = self.engine.commune_of(p.x, p.y, answer.at) else { continue };
                    let named = answer.localities.iter().any(|l| l.code.as_deref() == Some(code));
                    if !named && !found.iter().any(|f| f == code) {
                        found.push(code.to_owned());
                    }
                }
            }
        }
        found
    }

    fn lines(&self, answer: &Answer, outline_in: &[String], keeper: Option<&UnitKey>, today: Date) -> Vec<NewLine> {
        let register = &self.engine.register;
        let unit = |code: &str| register.at(Level::Commune, code, answer.at);
        let mut lines = Vec::new();
        // Outside every unit the answer names who is near; being near makes nobody responsible.
        if matches!(answer.verdict, Verdict::Sole | Verdict::Disputed | Verdict::Uncertain) {
            for l in &answer.localities {
                let role = if l.party { LineRole::Party } else { LineRole::Territory };
                for then in codes(l).filter_map(unit) {
                    answer_for(&mut lines, register, then, role, today);
                }
            }
        }
        for then in outline_in.iter().filter_map(|code| unit(code)) {
            answer_for(&mut lines, register, then, LineRole::Territory, today);
        }
        if lines.is_empty() {
            let unit = keeper.map(|k| register.answering(k, today).into_iter().next().unwrap_or_else(|| k.clone()));
            lines.push(NewLine { unit, role: LineRole::Keeper, acts_for: Vec::new() });
        }
        lines
    }
}

fn codes(locality: &Locality) -> impl Iterator<Item = &str> {
    locality.code.as_deref().into_iter().chain(locality.candidates.iter().map(|c| c.code.as_str()))
}

/// Adds the units of today that answer for a unit of then, each once.
fn answer_for(lines: &mut Vec<NewLine>, register: &Register, then: &Unit, role: LineRole, today: Date) {
    let then_key = UnitKey::of(then);
    for now in register.successors(then, today) {
        let key = UnitKey::of(now);
        let acts_for = (key != then_key).then(|| then_key.clone());
        match lines.iter_mut().find(|l| l.unit.as_ref() == Some(&key)) {
            Some(line) => {
                let new = acts_for.filter(|u| !line.acts_for.contains(u));
                line.acts_for.extend(new);
            }
            None => lines.push(NewLine { unit: Some(key), role, acts_for: acts_for.into_iter().collect() }),
        }
    }
}

/// The position as it was read when it was filed, so that a verdict asked for again is about the same spot.
fn question<'a>(asked: &Asked<'a>) -> Question<'a> {
    Question {
        position: PositionText::Text(&asked.place.as_typed),
        crs: None,
        accuracy_m: asked.place.accuracy_m,
        at: Some(day_in_vietnam(asked.occurred_at)),
        kind: Some(asked.kind),
    }
    .at_degrees(asked.place.lon.zip(asked.place.lat))
}

impl<'a> Question<'a> {
    /// The same question about a position in WGS 84 degrees, where there is one.
    fn at_degrees(self, degrees: Option<(f64, f64)>) -> Question<'a> {
        match degrees {
            Some((lon, lat)) => {
                Question { position: PositionText::Degrees { lon, lat }, crs: Some(CrsId::WGS84), ..self }
            }
            None => self,
        }
    }
}

fn judged(answer: Answer, outline_in: Vec<String>, now: Timestamp) -> Judged {
    let basis = answer.basis;
    Judged {
        at: answer.at,
        asked_on: now,
        verdict: answer.verdict,
        reason: answer.reason,
        rules: RULES.into(),
        line_accuracy_m: basis.as_ref().map(|b| b.line_accuracy_m),
        indicative: basis.as_ref().is_some_and(|b| b.indicative),
        dataset: basis.map(|b| b.dataset),
        boundary_m: answer.boundary.map(|b| b.distance_m),
        disputes: answer.disputes.into_iter().map(|d| JudgedDispute { id: d.id, in_zone: d.in_zone }).collect(),
        agreements: answer.agreements.into_iter().map(|a| JudgedAgreement { id: a.id, in_force: a.in_force }).collect(),
        act_first: answer.act_first.map(|a| a.acts.into_iter().map(|n| n.code).collect()).unwrap_or_default(),
        outline_in,
        explanation: answer.explanation,
        localities: answer
            .localities
            .into_iter()
            .map(|l| JudgedLocality {
                code: l.code,
                name: l.name,
                province: l.province,
                probability: l.probability,
                distance_m: l.distance_m,
                contains: l.contains,
                party: l.party,
                candidates: l.candidates.into_iter().map(|c| c.code).collect(),
            })
            .collect(),
    }
}
