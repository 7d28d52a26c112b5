//! The answer as the CLI, HTTP and the map all get it. One shape, made in one place.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::rules::{Reason, Verdict};
use crate::domain::{
    DisputeLevel, DisputeStatus, Document, Duty, InForce, IncidentKind, Level, PartyRole, Text, ZoneKind,
};

/// Whose point is this: the whole answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Answer {
    pub verdict: Verdict,
    /// Why the verdict is not better; null where there is nothing to say.
    pub reason: Option<Reason>,
    pub position: Position,
    /// The date the answer is for: units, disputes and agreements are those in force then.
    #[schema(value_type = String, format = Date)]
    pub at: Date,
    /// Most probable first; in a disputed place the parties first, in the order of the record.
    pub localities: Vec<Locality>,
    pub boundary: Option<Boundary>,
    pub disputes: Vec<DisputeHere>,
    pub agreements: Vec<AgreementHere>,
    /// What those agreements ask of the localities here.
    pub duties: Vec<DutyHere>,
    /// Who acts before the line is settled; null where no locality is found.
    pub act_first: Option<ActFirstHere>,
    /// Roles other than territory. A role without data says "not known".
    pub bodies: Vec<BodyHere>,
    /// What each dataset says on its own.
    pub readings: Vec<Reading>,
    /// True when a dataset puts the point in another unit than the answer does, as far as lineage lets them be compared.
    pub datasets_disagree: bool,
    /// Null when no dataset covers the date or the position is ambiguous.
    pub basis: Option<Basis>,
    /// One or two plain sentences.
    pub explanation: Text,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Position {
    /// WGS 84 longitude, degrees; null while the position is ambiguous.
    pub lon: Option<f64>,
    /// WGS 84 latitude, degrees; null while the position is ambiguous.
    pub lat: Option<f64>,
    /// 68 % radius in metres as given; null: not known (0 is read as not known).
    pub accuracy_m: Option<f64>,
    /// Letter for letter.
    pub as_typed: String,
    pub read_as: Option<CrsName>,
    /// What was mended on the way, such as swapped axes.
    pub notes: Vec<Note>,
    /// Other ways to read the same text that change the answer.
    pub other_readings: Vec<OtherReading>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CrsName {
    /// EPSG code; with `+noi-bo` for "VN-2000 nội bộ", the same grid without a datum shift.
    pub crs: String,
    pub name: Text,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Note {
    pub code: String,
    #[serde(flatten)]
    pub text: Text,
}

/// Why another reading is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No CRS was named and this zone lands in the region.
    Zone,
    /// The same grid without (or with) the datum shift.
    Internal,
    /// Another central meridian.
    Meridian,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OtherReading {
    pub crs: String,
    pub name: Text,
    pub why: Why,
    pub lon: f64,
    pub lat: f64,
    /// Today's commune there; null: outside.
    pub commune: Option<UnitName>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnitName {
    pub code: String,
    pub name: String,
    /// Name of the district, before July 2025.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    pub province: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Locality {
    /// Null: the commune is one of `candidates`, and the datasets cannot say which.
    pub code: Option<String>,
    pub name: String,
    pub kind: Option<String>,
    pub province: Option<String>,
    /// Name of the district, before July 2025.
    pub district: Option<String>,
    /// What the locality is responsible for; other roles are in `bodies`.
    pub role: String,
    /// Mass of the uncertain position on the locality's territory; of the whole group where `candidates` has several.
    pub probability: f64,
    /// Geodesic distance to its territory in metres, 0 inside.
    pub distance_m: f64,
    /// Does its territory contain the position as given?
    pub contains: bool,
    /// Is it a party to an open dispute here?
    pub party: bool,
    /// The communes it can be, when more than one. No share of the probability is known for each.
    pub candidates: Vec<UnitName>,
    /// What it is today, if the date is before a reform.
    pub became: Vec<UnitName>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Boundary {
    /// Geodesic distance in metres to the nearest point of the boundary.
    pub distance_m: f64,
    /// Degrees clockwise from north; null on the line.
    pub bearing_deg: Option<f64>,
    /// The unit on the position's side and the one beyond; null: outside every unit.
    pub between: [Option<Side>; 2],
    pub lon: f64,
    pub lat: f64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Side {
    pub code: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeParty {
    pub village: Option<String>,
    /// The commune when the dispute was recorded.
    pub then: UnitName,
    /// Its successors today.
    pub now: Vec<UnitName>,
}

/// A claim without its shape.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimHere {
    pub id: String,
    /// Place of the party in the list of parties, from 0.
    pub party: usize,
    #[schema(value_type = String, format = Date)]
    pub filed: Date,
    /// `line` or `land`.
    pub asks_for: &'static str,
    pub crs: String,
    /// 1 : scale; null: not known.
    pub scale: Option<u32>,
    pub document: Document,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeHere {
    pub id: String,
    pub name: Text,
    pub status: DisputeStatus,
    /// Date of the event that gave the status.
    #[schema(value_type = String, format = Date)]
    pub status_date: Date,
    pub level: DisputeLevel,
    pub zone: ZoneKind,
    pub in_zone: bool,
    /// Derived zone: distance from its stretch of line in metres; filed zone: from the zone, 0 inside. Null where no zone
    /// can be drawn, or too far away to matter.
    pub distance_m: Option<f64>,
    /// Half-width of a derived zone; null for a filed one.
    pub width_m: Option<f64>,
    pub parties: Vec<DisputeParty>,
    /// The claims that stand at the date, in the order of the parties.
    pub claims: Vec<ClaimHere>,
    /// What it became, where a reform ended it.
    pub became: Option<Text>,
    pub note: Text,
    pub documents: Vec<Document>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Term {
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// First day after the term; null: not known.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartyThen {
    pub code: String,
    pub name: String,
    pub level: Level,
    pub role: PartyRole,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementHere {
    pub id: String,
    pub title: Text,
    /// Null: no signature is known.
    #[schema(value_type = Option<String>, format = Date)]
    pub signed: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub held: Option<Date>,
    pub valid: Term,
    pub in_force: InForce,
    pub obligations: Vec<Text>,
    pub parties_then: Vec<PartyThen>,
    /// Today's successors of the parties.
    pub parties_now: Vec<UnitName>,
    pub note: Text,
    pub documents: Vec<Document>,
}

/// Who has a role here. A role nobody is recorded for is listed once, with `known` false.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BodyHere {
    /// people, forest_owner, ranger_station or border_guard_post.
    pub role: &'static str,
    pub known: bool,
    pub name: Option<String>,
    /// Code of the locality it answers in; null where it does not depend on one.
    pub locality: Option<String>,
    /// The unit the body belongs to, where that is another than the land's.
    pub of: Option<UnitName>,
    /// Land with an outline of its own: distance to it in metres, 0 inside.
    pub distance_m: Option<f64>,
    /// Land with an outline of its own: mass of the uncertain position on it.
    pub probability: Option<f64>,
    /// True: named for a unit that has ended since; known for its successor by lineage only.
    pub by_lineage: bool,
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    pub basis: Option<Document>,
    #[serde(flatten)]
    pub text: Text,
}

/// What an agreement asks of the localities here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DutyHere {
    pub agreement: String,
    /// `yes`, or `not_known` where it cannot be told whether it still binds.
    pub in_force: InForce,
    pub duty: Duty,
    pub text: Text,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// Who acts before the line is settled.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActFirstHere {
    /// The kind of incident asked about; null: any.
    pub kind: Option<IncidentKind>,
    /// nearest, all or unit.
    pub rule: &'static str,
    /// The agreement that says so; null: the default of this program.
    pub agreement: Option<String>,
    /// Every locality to be told at once.
    pub informed: Vec<Named>,
    /// Who acts; all who are informed where the maps cannot tell who is nearest.
    pub acts: Vec<Named>,
    #[serde(flatten)]
    pub text: Text,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reading {
    pub dataset: String,
    pub title: Text,
    pub level: Level,
    /// Null: outside every unit of the dataset.
    pub code: Option<String>,
    pub name: Option<String>,
    pub agrees: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Basis {
    pub dataset: String,
    pub title: Text,
    pub publisher: String,
    pub licence: String,
    /// Date of publication; null: not known.
    pub date: Option<String>,
    /// 1 σ of the position of the line in metres.
    pub line_accuracy_m: f64,
    /// On a phone: no line is farther than this from the published one, in metres; it is part of `line_accuracy_m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simplification_m: Option<f64>,
    /// 1 σ of the position in metres.
    pub gps_sigma_m: f64,
    /// True: assumed, as no accuracy came with the position.
    pub gps_assumed: bool,
    pub indicative: bool,
    /// The act that made the unit; null: not known.
    pub legal_act: Option<String>,
    /// Name of the set of rules that gave the verdict.
    pub rules: String,
}
