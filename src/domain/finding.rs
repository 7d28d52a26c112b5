//! FACTS about a point at a date, as the engine finds them. No judgement: see [`super::rules`].

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// A piece of land the datasets can tell apart at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Code of the commune in force at the date; `None`: the datasets cannot say which of the candidates it is.
    pub commune: Option<String>,
    /// Code of the district in force at the date, where there were districts.
    pub district: Option<String>,
    /// Codes of the communes it can be, in force at the date. One when `commune` is known.
    pub candidates: Vec<String>,
    /// True where the district map and the register of units contradict each other about this land.
    pub maps_contradict: bool,
}

/// How much of the uncertain position falls on one territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub territory: Territory,
    /// In [0, 1].
    pub probability: f64,
    /// Geodesic distance to the territory in metres, 0 inside.
    pub distance_m: f64,
    /// Does the territory contain the position itself?
    pub contains: bool,
}

/// The nearest point of the boundary of the territory that contains the position (outside: of any territory).
#[derive(Debug, Clone, PartialEq)]
pub struct BoundaryFact {
    /// Geodesic distance in metres.
    pub distance_m: f64,
    /// Bearing from the position, degrees clockwise from north; `None` on the line itself.
    pub bearing_deg: Option<f64>,
    pub lon_deg: f64,
    pub lat_deg: f64,
    /// The territory on the position's side; `None`: outside every territory.
    pub near_side: Option<Territory>,
    pub far_side: Option<Territory>,
}

/// How the zone of a dispute came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneKind {
    /// Drawn by this program from the stretch of boundary the parties share.
    Derived,
    /// What the claims of both sides contend for.
    Filed,
    /// What one side's claim contends for against the boundary in force; the other side has filed none.
    FiledByOne,
    /// Neither a claim nor, in the datasets at hand, the stretch of line.
    None,
}

/// The position and the zone of one dispute at a date.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneFact {
    /// Id of the dispute.
    pub dispute: String,
    pub kind: ZoneKind,
    /// Derived: distance in metres from the stretch of line the zone is drawn from. Filed: from the zone, 0 inside.
    /// `None`: too far away to matter.
    pub distance_m: Option<f64>,
    pub inside: bool,
}

/// What one dataset says on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetReading {
    pub dataset: String,
    /// Code of the unit that contains the position, at the dataset's own date and level; `None`: outside.
    pub code: Option<String>,
    /// Does it agree with the dataset the answer rests on, as far as their levels can be compared by lineage?
    pub agrees: bool,
}

/// Everything the engine knows about a position at a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub at: Date,
    pub lon_deg: f64,
    pub lat_deg: f64,
    /// σ of the position and of the line in metres.
    pub gps_sigma_m: f64,
    pub line_sigma_m: f64,
    /// Most probable first; every share above 1e-6.
    pub shares: Vec<Share>,
    /// Probability that the true place is outside every territory.
    pub outside: f64,
    /// Codes of units that overlap at the position though no register expects it: a defect of the data.
    pub defect: Vec<String>,
    pub boundary: Option<BoundaryFact>,
    pub zones: Vec<ZoneFact>,
    pub readings: Vec<DatasetReading>,
    /// Id of the dataset the answer rests on.
    pub dataset: String,
}

impl Finding {
    /// The share whose territory contains the position; the first of them where territories overlap.
    pub fn containing(&self) -> Option<&Share> {
        self.shares.iter().find(|s| s.contains)
    }
}
