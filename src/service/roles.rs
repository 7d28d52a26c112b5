//! Who has a role at a place besides territory, each with its basis and validity.

use jiff::civil::Date;

use super::answer::{BodyHere, Locality};
use super::disputing::units_at;
use super::names::unit_name;
use crate::domain::rules::NAMED_PROBABILITY;
use crate::domain::{Body, Covers, Level, ROLES, Register, Role, Shape, Text};
use crate::engine::{Fix, Land, OnLand};

/// The bodies on record, those with land of their own indexed.
#[derive(Debug, Default)]
pub struct Bodies {
    list: Vec<(Body, Option<Land>)>,
}

impl Bodies {
    pub fn new(bodies: &[Body]) -> Bodies {
        let land = |body: &Body| match &body.covers {
            Covers::Land { shape: Shape::Land(land), accuracy_m } => Some(Land::new(land, *accuracy_m)),
            _ => None,
        };
        Bodies { list: bodies.iter().map(|b| (b.clone(), land(b))).collect() }
    }

    /// Every role at a position and date: who has it in which of the localities found, or that nobody is recorded.
    pub fn here(
        &self,
        register: &Register,
        fix: Fix,
        localities: &[Locality],
        in_zone: &[&str],
        at: Date,
    ) -> Vec<BodyHere> {
        let mut found = Vec::new();
        for (role, ..) in ROLES {
            let before = found.len();
            for (body, land) in self.list.iter().filter(|(b, _)| b.role == role && b.valid.contains(at)) {
                match &body.covers {
                    Covers::Land { accuracy_m, .. } => {
                        let on = land.as_ref().and_then(|l| l.on(fix)).filter(|on| on.probability > NAMED_PROBABILITY);
                        found.extend(on.map(|on| on_land(register, body, on, *accuracy_m, at)));
                    }
                    Covers::Dispute { id } if in_zone.contains(&id.as_str()) => {
                        found.push(named(register, body, None, false, at));
                    }
                    Covers::Dispute { .. } => {}
                    Covers::Unit { .. } => found.extend(localities.iter().filter_map(|l| {
                        let unit = register.at(Level::Commune, l.code.as_deref()?, at)?;
                        let by_lineage = body.covers_commune(register, unit, at)?;
                        Some(named(register, body, l.code.clone(), by_lineage, at))
                    })),
                }
            }
            if found.len() == before {
                found.push(not_known(role));
            }
        }
        found
    }
}

fn named(register: &Register, body: &Body, locality: Option<String>, by_lineage: bool, at: Date) -> BodyHere {
    let role = body.role.name();
    let name = &body.name;
    let mut text = Text::new(format!("{}: {name}", role.vi), format!("{}: {name}", role.en));
    let of = body.of.as_ref().and_then(|p| units_at(register, p, at).first().map(|u| unit_name(register, u, at)));
    if let Some(of) = &of {
        text.vi.push_str(&format!(" (thuộc {})", of.name));
        text.en.push_str(&format!(" (of {})", of.name));
    }
    if by_lineage {
        text.vi.push_str("; ghi cho đơn vị cũ, suy ra theo việc sáp nhập");
        text.en.push_str("; recorded for the former unit, followed by lineage");
    }
    if let Some(note) = &body.note {
        text.vi.push_str(&format!(". {}", note.vi));
        text.en.push_str(&format!(". {}", note.en));
    }
    BodyHere {
        role: body.role.code(),
        known: true,
        name: Some(name.clone()),
        locality,
        of,
        distance_m: None,
        probability: None,
        by_lineage,
        valid_from: body.valid.from,
        valid_to: body.valid.to,
        basis: Some(body.document.clone()),
        text,
    }
}

fn on_land(register: &Register, body: &Body, on: OnLand, accuracy_m: Option<f64>, at: Date) -> BodyHere {
    let mut here = named(register, body, None, false, at);
    if on.distance_m > 0.0 {
        here.text.vi.push_str(&format!("; vị trí nằm ngoài, cách {:.0} m", on.distance_m));
        here.text.en.push_str(&format!("; the position is outside, {:.0} m from it", on.distance_m));
    }
    if accuracy_m.is_none() {
        here.text.vi.push_str("; độ chính xác của ranh giới này: không rõ");
        here.text.en.push_str("; accuracy of this outline: not known");
    }
    BodyHere { distance_m: Some(on.distance_m), probability: Some(on.probability), ..here }
}

fn not_known(role: Role) -> BodyHere {
    let name = role.name();
    BodyHere {
        role: role.code(),
        known: false,
        name: None,
        locality: None,
        of: None,
        distance_m: None,
        probability: None,
        by_lineage: false,
        valid_from: None,
        valid_to: None,
        basis: None,
        text: Text::new(format!("{}: không rõ", name.vi), format!("{}: not known", name.en)),
    }
}
