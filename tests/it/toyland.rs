//! Toyland: a country of squares a ranger could read off a sheet of squared paper.
//!
//! One square is 0.1° by 0.1°, about 10 km by 11 km; (0, 0) is 102° E 22° N. Since 1 July 2025:
//!
//! ```text
//!   2 ┌─────────┬─────────┐
//!     │   c1    │   d1    │            province 92: c1 d1 e1 f1
//!   1 ├─────────┼─────────┤    ┌───────┬┬─────────┐
//!     │   a1    │   b1    │    │  e1   ││   f1    │   e1 and f1 overlap: a defect
//!   0 └─────────┴─────────┘    └───────┴┴─────────┘
//!     0         1         2    3        4          5    province 91: a1 b1
//! ```
//!
//! Before it there were districts. x1 and x2 divided a1 down its middle; b1 lay in x2, the row above was x3:
//!
//! | today | was made of (district) |
//! |---|---|
//! | a1 | a1 (x1), a2 (x2) |
//! | b1 | b1, b2 (both x2) |
//! | c1, d1 | c1, d1 (x3) |
//!
//! Disputes: "river" between a1 and c1, open since 2023; "ridge" along the former x1–x2 line, dissolved by the merger.

use geo::{Coord, MultiPolygon, Rect};
use giapranh::atlas::Atlas;
use giapranh::domain::{
    Agreement, AgreementParty, Dataset, DatasetInfo, Dispute, DisputeEvent, DisputeStatus, Document, Duty, Level,
    Obligation, Party, PartyRole, Period, Records, Register, Stretch, Text, Unit, UnitShape, UserRole, Via, Who,
};
use giapranh::service::people::TokenScope;
use giapranh::service::{Office, Service};
use giapranh::store::{Place, UserRow};
use jiff::civil::{Date, date};

pub const REFORM: Date = date(2025, 7, 1);
pub const LINE_SIGMA_M: f64 = 60.0;

/// Toyland's squares to longitude and latitude.
pub fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x: 102.0 + 0.1 * x, y: 22.0 + 0.1 * y }
}

fn square(code: &str, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> UnitShape {
    let shape = MultiPolygon(vec![Rect::new(at(x0, y0), at(x1, y1)).to_polygon()]);
    UnitShape { code: code.into(), name: format!("Xã {code}"), shape }
}

fn unit(level: Level, code: &str, parent: Option<&str>, old: bool, became: &[&str]) -> Unit {
    let lasting = level == Level::Province;
    Unit {
        level,
        code: code.into(),
        name: format!("{} {code}", ["Tỉnh", "Huyện", "Xã"][level as usize]),
        kind: "xã".into(),
        aliases: vec![],
        period: Period { from: (!old && !lasting).then_some(REFORM), to: (old && !lasting).then_some(REFORM) },
        parent: parent.map(str::to_owned),
        legal_act: None,
        became: became.iter().map(|s| s.to_string()).collect(),
    }
}

fn register() -> Register {
    use Level::{Commune, District, Province};
    let new = |code, parent| unit(Commune, code, Some(parent), false, &[]);
    let old = |code, parent, became| unit(Commune, code, Some(parent), true, &[became]);
    Register::new(vec![
        unit(Province, "91", None, false, &[]),
        unit(Province, "92", None, false, &[]),
        unit(District, "x1", Some("91"), true, &["a1"]),
        unit(District, "x2", Some("91"), true, &["a1", "b1"]),
        unit(District, "x3", Some("92"), true, &["c1", "d1"]),
        old("a1", "x1", "a1"),
        old("a2", "x2", "a1"),
        old("b1", "x2", "b1"),
        old("b2", "x2", "b1"),
        old("c1", "x3", "c1"),
        old("d1", "x3", "d1"),
        new("a1", "91"),
        new("b1", "91"),
        new("c1", "92"),
        new("d1", "92"),
        new("e1", "92"),
        new("f1", "92"),
    ])
}

fn info(id: &str, level: Level, from: Date, to: Option<Date>) -> DatasetInfo {
    DatasetInfo {
        id: id.into(),
        level,
        title: Text::new(id, id),
        publisher: "Toyland".into(),
        licence: "not known".into(),
        attribution: "Toyland".into(),
        date: None,
        valid_from: from,
        valid_to: to,
        legal_act: None,
        line_accuracy_m: LINE_SIGMA_M,
        line_accuracy_basis: Text::new("đặt ra", "set"),
        indicative: false,
        note: None,
        corrections: vec![],
    }
}

fn document() -> Document {
    Document { title: "Toyland Gazette".into(), ..Document::default() }
}

pub fn dispute(id: &str, stretch: Stretch, sides: [&str; 2], events: &[(Date, DisputeStatus)]) -> Dispute {
    Dispute {
        id: id.into(),
        name: Text::new(id, id),
        note: Text::new("vùng suy ra", "derived zone"),
        width_m: 500.0,
        parties: sides
            .iter()
            .map(|code| Party { village: None, unit: code.to_string(), unit_at: date(2023, 5, 23) })
            .collect(),
        stretch: Some(stretch),
        events: events
            .iter()
            .map(|&(date, status)| DisputeEvent {
                date,
                status,
                text: Text::new("việc", "event"),
                document: document(),
                entered_by: None,
            })
            .collect(),
        amendments: vec![],
        claims: vec![],
    }
}

pub fn atlas() -> Atlas {
    let river = Stretch::CommonLine { units: ["a1".into(), "c1".into()], near_former: None };
    let ridge =
        Stretch::FormerLine { districts: ["x1".into(), "x2".into()], inside: "a1".into(), clear_of_outer_m: 250.0 };
    let known = date(2023, 5, 23);
    Atlas {
        kept: None,
        register: register(),
        reforms: vec![],
        records: Records {
            disputes: vec![
                dispute("river", river, ["a1", "c1"], &[(known, DisputeStatus::Open)]),
                dispute(
                    "ridge",
                    ridge,
                    ["a1", "a2"],
                    &[(known, DisputeStatus::Open), (REFORM, DisputeStatus::DissolvedByMerger)],
                ),
            ],
            agreements: vec![Agreement {
                id: "pact".into(),
                title: Text::new("Thỏa thuận", "Pact"),
                signed: Some(known),
                held: None,
                place: None,
                term_from: None,
                term_to: None,
                note: Text::new("không rõ thời hạn", "term not known"),
                hotspots: vec!["river".into()],
                parties: ["x1", "x3"]
                    .iter()
                    .map(|code| AgreementParty {
                        level: Level::District,
                        code: code.to_string(),
                        unit_at: known,
                        role: PartyRole::Signatory,
                    })
                    .collect(),
                obligations: vec![Obligation {
                    duty: Duty::JointHandling,
                    text: Text::new("cùng xử lý", "handle jointly"),
                }],
                act_first: vec![],
                documents: vec![document()],
                activities: vec![],
                progress: vec![],
                changes: vec![],
            }],
            ..Records::default()
        },
        datasets: vec![
            Dataset {
                info: info("communes", Level::Commune, REFORM, None),
                shapes: vec![
                    square("a1", (0.0, 0.0), (1.0, 1.0)),
                    square("b1", (1.0, 0.0), (2.0, 1.0)),
                    square("c1", (0.0, 1.0), (1.0, 2.0)),
                    square("d1", (1.0, 1.0), (2.0, 2.0)),
                    square("e1", (3.0, 0.0), (4.0, 1.0)),
                    square("f1", (3.9, 0.0), (5.0, 1.0)),
                ],
                defects: vec![],
            },
            Dataset {
                info: info("districts", Level::District, date(2020, 1, 1), Some(REFORM)),
                shapes: vec![
                    square("x1", (0.0, 0.0), (0.5, 1.0)),
                    square("x2", (0.5, 0.0), (2.0, 1.0)),
                    square("x3", (0.0, 1.0), (2.0, 2.0)),
                ],
                defects: vec![],
            },
        ],
        expected_overlaps: vec![],
    }
}

pub fn service() -> Service {
    Service::new(atlas())
}

/// A place typed as decimal degrees, with every digit.
pub fn typed(x: f64, y: f64) -> String {
    let c = at(x, y);
    format!("{}, {}", c.y, c.x)
}

/// Toyland's office, with records of its own in a folder.
pub fn office(data: &std::path::Path) -> Office {
    Office::with(data, Place::Sqlite(data.into()), atlas()).expect("toyland opens")
}

/// Somebody with an account in toyland's office.
pub fn person(office: &Office, name: &str, role: UserRole, unit: Option<&str>) -> Who {
    let unit = unit.map(|code| office.now().unit_key(code).expect("a unit of toyland"));
    let id = uuid::Uuid::now_v7();
    let row = UserRow {
        id,
        name: name.into(),
        name_key: name.to_lowercase(),
        role: role.word().into(),
        unit: unit.as_ref().map(ToString::to_string),
        password: None,
        disabled: false,
        failed: 0,
        locked_until_us: None,
        made_us: 0,
    };
    office.store().and_then(|s| s.write(|tx| tx.put_user(&row))).expect("an account is made");
    Who { id, name: name.into(), role, unit, via: Via::Cli }
}

/// A token that writes, of a new account in toyland's office.
pub fn token(office: &Office, name: &str, role: UserRole, unit: Option<&str>) -> String {
    let who = person(office, name, role, unit);
    let (_, secret) = office.add_token("cli", &who.name, "", TokenScope::Write).expect("a token is made");
    secret.text().to_owned()
}
