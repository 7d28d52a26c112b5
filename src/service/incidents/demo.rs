//! A demo: made-up accounts and incidents, marked as such in every record, for trying the program out.

use geo::InteriorPoint;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::doing::{Expected, Job, act_in};
use super::report::{ready, report_in};
use super::{Act, ReportBody};
use crate::domain::{Text, UserRole, Who, today_in_vietnam};
use crate::service::{ActionError, Office, PeopleError, Service};

/// What the demo made.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Names of the accounts; each gets its password through `giapranh user link`.
    pub accounts: Vec<String>,
    pub incidents: usize,
}

/// Kind, position as typed, CRS, days ago, area (ha), what is done to it afterwards.
type Made = (&'static str, &'static str, Option<&'static str>, i64, f64, &'static [&'static str]);

/// Places all over the three provinces, in several notations. Nothing happened there.
const MADE: [Made; 12] = [
    ("deforestation", "462791 2457880", Some("EPSG:9205"), 2, 0.8, &[]),
    ("deforestation", "22°13.10'N 102°38.46'E", None, 3, 1.2, &["verify"]),
    ("forest_fire", "22.0500, 102.5200", None, 1, 3.5, &["verify", "handle"]),
    ("forest_fire", "21.4000, 103.0200", None, 9, 0.6, &["verify", "handle", "done", "resolve"]),
    ("illegal_logging", "22.3400, 103.8400", None, 5, 0.1, &["verify"]),
    ("illegal_logging", "22.1800, 103.2500", None, 14, 0.2, &["verify", "handle", "done", "resolve", "close"]),
    ("illegal_transport", "21.9500, 104.1000", None, 4, 0.0, &[]),
    ("encroachment", "21.7300, 103.1000", None, 20, 2.0, &["verify"]),
    ("encroachment", "22.4800, 103.9700", None, 30, 1.0, &["reject"]),
    ("deforestation", "21.6000, 102.9000", None, 7, 0.4, &["verify", "handle"]),
    ("deforestation", "22.5500, 104.2000", None, 11, 0.9, &[]),
    // On one's own phone before the reform: the units of then, and who answers today.
    ("deforestation", "21.9800, 102.4000", None, 700, 1.5, &["verify"]),
];

const ACCOUNTS: [(&str, UserRole, Option<&str>); 6] = [
    ("demo-villager", UserRole::Villager, None),
    ("demo-ranger", UserRole::Ranger, None),
    ("demo-official-11", UserRole::Official, Some("11")),
    ("demo-official-12", UserRole::Official, Some("12")),
    ("demo-official-15", UserRole::Official, Some("15")),
    ("demo-analyst", UserRole::Analyst, None),
];

impl Office {
    /// Makes the demo, once.
    ///
    /// # Errors
    /// It is there already.
    pub fn make_demo(&self) -> Result<Demo, ActionError> {
        for (name, role, unit) in ACCOUNTS {
            let unit = unit.map(|code| self.now().unit_key(code)).transpose()?;
            self.add_user("cli", name, role, unit, None).map_err(|e| match e {
                ActionError::People(PeopleError::NameTaken(_)) => {
                    ActionError::Invalid(Text::new("Dữ liệu thử nghiệm đã có ở đây.", "The demo is here already."))
                }
                other => other,
            })?;
        }
        let service = self.now();
        let store = self.store()?;
        let people = store.read(|tx| tx.users())?;
        let who = |name: &str| -> Result<Who, ActionError> {
            let row = people.iter().find(|u| u.name == name).ok_or_else(|| PeopleError::NoAccount(name.into()))?;
            let found = store.read(|tx| service.who(tx, row.id))?;
            found.ok_or_else(|| PeopleError::NoAccount(name.into()).into())
        };
        let ranger = who("demo-ranger")?;
        let mut incidents = 0;
        let in_disputes = disputed_places(&service);
        let disputed =
            in_disputes.iter().map(|place| ("deforestation", place.as_str(), None, 6, 0.7, &["verify", "handle"][..]));
        for (kind, position, crs, days, area, steps) in MADE.into_iter().chain(disputed) {
            let at = Timestamp::now() - SignedDuration::from_hours(24 * days);
            let body: ReportBody = serde_json::from_value(json!({
                "kind": kind, "position": position, "crs": crs, "accuracy_m": 8, "occurred_at": at.to_string(),
                "area_ha": area, "description": "Dữ liệu thử nghiệm, không có thật. / Demo, made up.",
            }))
            .map_err(|e| ActionError::Invalid(Text::new(e.to_string(), e.to_string())))?;
            let id = Uuid::now_v7();
            let ready = ready(&service, &ranger, id, &body, true)?;
            // Steps are taken as an administrator would: whose land it is depends on the boundaries at hand.
            let admin = Who { role: UserRole::Admin, ..ranger.clone() };
            store.write(|tx| {
                report_in(tx, &service, &ranger, &ready)?;
                for step in steps {
                    for act in acts(step, tx, id)? {
                        let job = Job { incident: id, id: None, expected: Expected::Now, made_at: None, act: &act };
                        act_in(tx, &service, &admin, job)?;
                    }
                }
                Ok::<_, ActionError>(())
            })?;
            incidents += 1;
        }
        Ok(Demo { accounts: ACCOUNTS.iter().map(|a| a.0.to_owned()).collect(), incidents })
    }
}

/// The acts behind a step; `done` is every locality's.
fn acts(step: &str, tx: &mut crate::store::Tx, id: Uuid) -> Result<Vec<Act>, ActionError> {
    let read = |value: Value| {
        serde_json::from_value(value).map_err(|e| ActionError::Invalid(Text::new(e.to_string(), e.to_string())))
    };
    if step != "done" {
        let rejection = (step == "reject").then(|| json!({"why": "false"}));
        return Ok(vec![read(json!({"do": "step", "step": step, "rejection": rejection}))?]);
    }
    let incident = super::load(tx, id)?.ok_or(super::IncidentRefusal::NotFound(id))?;
    let mut all = Vec::new();
    for unit in incident.active_lines().filter_map(|l| l.unit.as_ref()) {
        all.push(read(json!({"do": "line", "step": "act", "unit": unit.code}))?);
        all.push(read(json!({"do": "line", "step": "done", "unit": unit.code}))?);
    }
    Ok(all)
}

/// A place on the line of each open dispute that the boundaries at hand can draw.
fn disputed_places(service: &Service) -> Vec<String> {
    let today = today_in_vietnam();
    let inside = |d: &crate::domain::Dispute| {
        let zone = service.engine.zone(&d.id, today)?;
        let place = zone.polygons().interior_point()?;
        Some(format!("{:.6}, {:.6}", place.y(), place.x()))
    };
    service.records.disputes.iter().filter_map(inside).collect()
}
