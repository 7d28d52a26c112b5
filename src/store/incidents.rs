//! Incidents as they are looked up, and acts that wait for their base.

use uuid::Uuid;

use super::db::{Row, Value};
use super::{Seq, StoreError, Tx};

/// What an incident is looked up by, and the whole as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentRow {
    pub id: Uuid,
    pub version: i64,
    pub kind: String,
    pub state: String,
    /// WGS 84 degrees.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub occurred_us: i64,
    pub received_us: i64,
    pub updated_seq: Seq,
    pub due_us: Option<i64>,
    pub disputed: bool,
    /// The account that reported it.
    pub reporter: String,
    pub source: String,
    pub demo: bool,
    pub doc: String,
}

/// Why an incident concerns a unit: it has a line, was the unit of the day of the incident, is asked to take it over, was
/// told of it before. One that is not here cannot be read again: the audit would take it for damage.
pub const UNIT_ROLES: [&str; 4] = ["line", "then", "asked", "once"];

/// A unit that an incident concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentUnit {
    /// `CODE@FIRST-DAY`.
    pub unit: String,
    /// One of [`UNIT_ROLES`].
    pub role: &'static str,
    pub state: String,
    pub due_us: Option<i64>,
}

/// Due before a moment: a line of one of these units, or, without units, the incident as a whole.
pub type Overdue = (i64, Option<Vec<String>>);

/// Which incidents, newest (received) first.
#[derive(Debug, Clone, Default)]
pub struct PageQuery<'a> {
    pub kinds: Option<&'a [&'static str]>,
    pub states: Option<&'a [&'static str]>,
    /// Those this account reported or that concern one of these units; `None`: all.
    pub scope: Option<(String, Vec<String>)>,
    /// Those that concern one of these units.
    pub units: Option<&'a [String]>,
    /// Occurred at or after, before.
    pub from_us: Option<i64>,
    pub to_us: Option<i64>,
    /// West, south, east, north.
    pub bbox: Option<[f64; 4]>,
    pub overdue: Option<Overdue>,
    pub disputed: Option<bool>,
    pub limit: usize,
    /// The last one of the page before: received, id.
    pub after: Option<(i64, String)>,
}

/// What lies around a point.
#[derive(Debug, Clone, Copy)]
pub struct NearQuery<'a> {
    pub lon: f64,
    pub lat: f64,
    pub within_m: f64,
    pub from_us: i64,
    pub to_us: i64,
    pub kinds: &'a [&'static str],
}

/// An act that waits for its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: Uuid,
    pub incident: Uuid,
    pub user: Uuid,
    pub body: String,
}

/// A degree of latitude is nowhere shorter (m, WGS 84 at the equator: 110 574): the box around a circle is never too small.
const DEGREE_M: f64 = 110_500.0;
/// Not more than these are looked at around a point.
const MOST_NEAR: i64 = 200;

/// A unit's incidents are walked on an index of their own up to so many units; whoever answers for more finds theirs among
/// the first of all.
const MOST_WALKS: usize = 16;

/// A WHERE clause that grows: conditions whose `?` stand for the values, in order.
#[derive(Clone, Default)]
pub(super) struct Where {
    parts: Vec<String>,
    params: Vec<Value>,
}

/// SQL with `$1, $2, …` for its `?`.
pub(super) fn numbered(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 32);
    for (n, part) in sql.split('?').enumerate() {
        if n > 0 {
            text.push_str(&format!("${n}"));
        }
        text.push_str(part);
    }
    text
}

impl Where {
    pub(super) fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.parts.push(condition.to_owned());
        self.params.extend(values);
    }

    fn one_of(&mut self, column: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<Value> = values.into_iter().map(Value::Text).collect();
        if values.is_empty() {
            self.parts.push("1 = 0".into());
        } else {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"), values);
        }
    }

    fn concerns(&mut self, units: &[String]) {
        self.and(&concerns(units.len()), units.iter().map(Value::from));
    }

    /// What this account reported, and what concerns one of these units.
    fn in_scope(&mut self, (reporter, units): &(String, Vec<String>)) {
        let condition = format!("(reporter = ? OR {})", concerns(units.len()));
        self.and(&condition, std::iter::once(reporter.into()).chain(units.iter().map(Value::from)));
    }

    fn sql(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!("WHERE {}", self.parts.join(" AND ")) }
    }
}

/// The next incidents of an order.
pub(super) struct Walk<'a> {
    /// What of them.
    pub select: &'a str,
    /// A column with an index.
    pub key: &'static str,
    pub descending: bool,
    /// The last one before: key, id.
    pub after: Option<&'a (i64, String)>,
    pub limit: usize,
    /// Those this account reported or that concern one of these units; `None`: all.
    pub scope: Option<&'a (String, Vec<String>)>,
    pub which: Where,
}

impl Walk<'_> {
    /// The SQL with its parameters.
    pub fn sql(self) -> (String, Vec<Value>) {
        let Walk { select, key, descending, after, limit, scope, mut which } = self;
        let (word, way) = if descending { ("<", "DESC") } else { (">", "ASC") };
        // A comparison of rows walks the index from its place; the same spelt with OR begins at its end.
        let begin = |which: &mut Where, id: &str| {
            if let Some((at, last)) = after {
                which.and(&format!("({key}, {id}) {word} (?, ?)"), [(*at).into(), last.into()]);
            }
        };
        let few = |(_, units): &&(String, Vec<String>)| units.len() <= MOST_WALKS;
        let Some((reporter, units)) = scope.filter(few).filter(|_| key == "received_us") else {
            begin(&mut which, "id");
            if let Some(scope) = scope {
                which.in_scope(scope);
            }
            let sql =
                format!("SELECT {select} FROM incidents {} ORDER BY {key} {way}, id {way} LIMIT {limit}", which.sql());
            return (numbered(&sql), which.params);
        };
        // Each walk gives its own next ones; the next of all are among them. An incident may stand there once for each role.
        // By the reporter, too, though it is only one: nothing but the index of reporters has this order, and no database is
        // tempted to walk everybody's in search of theirs.
        let (mut own, (last, first)) = (which.clone(), if descending { (">=", "<=") } else { ("<=", ">=") });
        own.and(&format!("reporter {last} ?"), [reporter.into()]);
        match after {
            Some((at, id)) => own.and(
                &format!("(reporter, received_us, id) {word} (?, ?, ?)"),
                [reporter.into(), (*at).into(), id.into()],
            ),
            None => own.and(&format!("reporter {first} ?"), [reporter.into()]),
        }
        let mut walks = vec![format!(
            "SELECT * FROM (SELECT received_us, id FROM incidents {} \
             ORDER BY reporter {way}, received_us {way}, id {way} LIMIT {limit}) AS own",
            own.sql()
        )];
        let mut params = own.params;
        for (n, unit) in units.iter().enumerate() {
            let mut walk = Where::default();
            walk.and("unit = ?", [unit.into()]);
            begin(&mut walk, "incident");
            if !which.parts.is_empty() {
                let passes = format!(
                    "EXISTS (SELECT 1 FROM incidents WHERE id = incident_units.incident AND {})",
                    which.parts.join(" AND ")
                );
                walk.and(&passes, which.params.iter().cloned());
            }
            walks.push(format!(
                "SELECT * FROM (SELECT received_us, incident AS id FROM incident_units {} \
                 ORDER BY received_us {way}, incident {way} LIMIT {}) AS unit_{n}",
                walk.sql(),
                limit * UNIT_ROLES.len()
            ));
            params.extend(walk.params);
        }
        // UNION takes what comes twice once. The plus keeps the database from walking everything in this order instead.
        let sql = format!(
            "SELECT {select} FROM incidents WHERE id IN (SELECT id FROM ({}) AS walks ORDER BY received_us {way}, id {way} \
             LIMIT {limit}) ORDER BY +received_us {way}, id {way}",
            walks.join(" UNION ")
        );
        (numbered(&sql), params)
    }
}

impl Tx<'_> {
    /// The whole of an incident as JSON.
    ///
    /// # Errors
    /// The store's.
    pub fn incident(&mut self, id: Uuid) -> Result<Option<String>, StoreError> {
        self.row("SELECT doc FROM incidents WHERE id = $1", &[id.into()])?.map(|row| row.text(0)).transpose()
    }

    /// Writes an incident as it is now.
    ///
    /// # Errors
    /// The store's.
    pub fn put_incident(&mut self, row: &IncidentRow, units: &[IncidentUnit]) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO incidents (id, version, kind, state, lon, lat, occurred_us, received_us, updated_seq, due_us, \
             disputed, reporter, source, demo, doc) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, kind = excluded.kind, state = excluded.state, \
             lon = excluded.lon, lat = excluded.lat, occurred_us = excluded.occurred_us, \
             updated_seq = excluded.updated_seq, due_us = excluded.due_us, disputed = excluded.disputed, \
             source = excluded.source, doc = excluded.doc",
            &[
                row.id.into(),
                row.version.into(),
                (&row.kind).into(),
                (&row.state).into(),
                row.lon.into(),
                row.lat.into(),
                row.occurred_us.into(),
                row.received_us.into(),
                row.updated_seq.into(),
                row.due_us.into(),
                row.disputed.into(),
                (&row.reporter).into(),
                (&row.source).into(),
                row.demo.into(),
                (&row.doc).into(),
            ],
        )?;
        self.execute("DELETE FROM incident_units WHERE incident = $1", &[row.id.into()])?;
        for unit in units {
            self.execute(
                "INSERT INTO incident_units (incident, unit, role, state, due_us, received_us) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    row.id.into(),
                    (&unit.unit).into(),
                    unit.role.into(),
                    (&unit.state).into(),
                    unit.due_us.into(),
                    row.received_us.into(),
                ],
            )?;
        }
        Ok(())
    }

    /// A page of incidents as JSON, newest first, in a stable order.
    ///
    /// # Errors
    /// The store's.
    pub fn page(&mut self, query: &PageQuery) -> Result<Vec<String>, StoreError> {
        let mut which = Where::default();
        if let Some(kinds) = query.kinds {
            which.one_of("kind", kinds.iter().map(|k| (*k).to_owned()));
        }
        if let Some(states) = query.states {
            which.one_of("state", states.iter().map(|s| (*s).to_owned()));
        }
        // Units asked for are walked as those of a scope are: no account has an empty name.
        let of_units = query.units.filter(|_| query.scope.is_none()).map(|units| (String::new(), units.to_vec()));
        if let (Some(units), None) = (query.units, &of_units) {
            which.concerns(units);
        }
        if let Some(from) = query.from_us {
            which.and("occurred_us >= ?", [from.into()]);
        }
        if let Some(to) = query.to_us {
            which.and("occurred_us < ?", [to.into()]);
        }
        if let Some([west, south, east, north]) = query.bbox {
            which.and(
                "lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?",
                [south.into(), north.into(), west.into(), east.into()],
            );
        }
        if let Some((now, units)) = &query.overdue {
            match units {
                None => which.and("due_us < ?", [(*now).into()]),
                Some(units) => {
                    let marks = vec!["?"; units.len()].join(", ");
                    let condition = format!(
                        "id IN (SELECT incident FROM incident_units WHERE due_us < ? AND role = 'line' AND unit IN ({marks}))"
                    );
                    which.and(&condition, std::iter::once((*now).into()).chain(units.iter().map(Value::from)));
                }
            }
        }
        if let Some(disputed) = query.disputed {
            which.and("disputed = ?", [disputed.into()]);
        }
        let walk = Walk {
            select: "doc",
            key: "received_us",
            descending: true,
            after: query.after.as_ref(),
            limit: query.limit,
            scope: query.scope.as_ref().or(of_units.as_ref()),
            which,
        };
        let (sql, params) = walk.sql();
        self.rows(&sql, &params)?.iter().map(|row| row.text(0)).collect()
    }

    /// Incidents in a box around a circle, in a span of time, as JSON.
    ///
    /// # Errors
    /// The store's.
    pub fn near(&mut self, query: &NearQuery) -> Result<Vec<String>, StoreError> {
        let up = query.within_m / DEGREE_M;
        // At the poles a degree of longitude is nothing: then the box is the whole band.
        let across = (up / query.lat.to_radians().cos().max(1e-6)).min(360.0);
        let mut which = Where::default();
        which.and("lat BETWEEN ? AND ?", [(query.lat - up).into(), (query.lat + up).into()]);
        which.and("lon BETWEEN ? AND ?", [(query.lon - across).into(), (query.lon + across).into()]);
        // The plus keeps the index by time out of it: a band of latitude holds far fewer incidents than a fortnight does,
        // which SQLite has no statistics to know.
        which.and("+occurred_us BETWEEN ? AND ?", [query.from_us.into(), query.to_us.into()]);
        which.one_of("kind", query.kinds.iter().map(|k| (*k).to_owned()));
        let sql =
            format!("SELECT doc FROM incidents {} ORDER BY received_us DESC, id DESC LIMIT {MOST_NEAR}", which.sql());
        self.rows(&numbered(&sql), &which.params)?.iter().map(|row| row.text(0)).collect()
    }

    /// Every incident in the order of their ids, a batch at a time: the one after `after` first.
    ///
    /// # Errors
    /// The store's.
    pub fn incidents_after(&mut self, after: &str, limit: i64) -> Result<Vec<(String, Seq, String)>, StoreError> {
        let sql = "SELECT id, updated_seq, doc FROM incidents WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = self.rows(sql, &[after.into(), limit.into()])?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?, row.text(2)?))).collect()
    }

    /// What an incident is looked up by: its row and its units, as they were put.
    ///
    /// # Errors
    /// The store's.
    pub fn incident_row(&mut self, id: Uuid) -> Result<Option<(IncidentRow, Vec<IncidentUnit>)>, StoreError> {
        let found = self.row(
            "SELECT version, kind, state, lon, lat, occurred_us, received_us, updated_seq, due_us, disputed, reporter, \
             source, demo, doc FROM incidents WHERE id = $1",
            &[id.into()],
        )?;
        let Some(r) = found else { return Ok(None) };
        let row = IncidentRow {
            id,
            version: r.int(0)?,
            kind: r.text(1)?,
            state: r.text(2)?,
            lon: r.opt_real(3)?,
            lat: r.opt_real(4)?,
            occurred_us: r.int(5)?,
            received_us: r.int(6)?,
            updated_seq: r.int(7)?,
            due_us: r.opt_int(8)?,
            disputed: r.flag(9)?,
            reporter: r.text(10)?,
            source: r.text(11)?,
            demo: r.flag(12)?,
            doc: r.text(13)?,
        };
        let units = self.rows(
            "SELECT unit, role, state, due_us FROM incident_units WHERE incident = $1 ORDER BY unit, role",
            &[id.into()],
        )?;
        let read = |u: &Row| {
            let role = u.text(1)?;
            let known = UNIT_ROLES.into_iter().find(|r| *r == role);
            let role = known.ok_or_else(|| StoreError::unreadable(&format!("the role {role} of a unit")))?;
            Ok::<_, StoreError>(IncidentUnit { unit: u.text(0)?, role, state: u.text(2)?, due_us: u.opt_int(3)? })
        };
        Ok(Some((row, units.iter().map(read).collect::<Result<_, _>>()?)))
    }

    /// Incidents, as JSON, in which a word stands. Looks at every one.
    ///
    /// # Errors
    /// The store's.
    pub fn incidents_with(&mut self, word: &str) -> Result<Vec<String>, StoreError> {
        let like = format!("%{}%", word.replace(['%', '_'], ""));
        let rows = self.rows("SELECT doc FROM incidents WHERE doc LIKE $1", &[like.into()])?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// How many incidents of each kind there were on the land of some units in a span of time, and how many of them were
    /// settled in the zone of a dispute, both sides together.
    ///
    /// # Errors
    /// The store's.
    pub fn incidents_by_kind(
        &mut self,
        units: &[String],
        from_us: i64,
        to_us: i64,
    ) -> Result<Vec<(String, i64, i64)>, StoreError> {
        let mut which = Where::default();
        which.and("occurred_us >= ? AND occurred_us < ?", [from_us.into(), to_us.into()]);
        which.concerns(units);
        let sql = format!(
            "SELECT kind, COUNT(*), COUNT(CASE WHEN disputed = 1 AND state IN ('resolved', 'closed') THEN 1 END) \
             FROM incidents {} GROUP BY kind ORDER BY kind",
            which.sql()
        );
        self.rows(&numbered(&sql), &which.params)?
            .iter()
            .map(|row| Ok((row.text(0)?, row.int(1)?, row.int(2)?)))
            .collect()
    }

    /// How many incidents there are.
    ///
    /// # Errors
    /// The store's.
    pub fn incident_count(&mut self) -> Result<i64, StoreError> {
        self.row("SELECT COUNT(*) FROM incidents", &[])?.map_or(Ok(0), |row| row.int(0))
    }

    /// Keeps an act until its base arrives; false: it waits already.
    ///
    /// # Errors
    /// The store's.
    pub fn wait_for(&mut self, waiting: &Waiting) -> Result<bool, StoreError> {
        let now = self.now()?.as_microsecond();
        let new = self.execute(
            "INSERT INTO waiting (id, incident, user_id, body, received_us) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO NOTHING",
            &[waiting.id.into(), waiting.incident.into(), waiting.user.into(), (&waiting.body).into(), now.into()],
        )?;
        Ok(new > 0)
    }

    /// The acts that wait for an incident, in the order of their ids.
    ///
    /// # Errors
    /// The store's.
    pub fn waiting(&mut self, incident: Uuid) -> Result<Vec<Waiting>, StoreError> {
        let sql = "SELECT id, incident, user_id, body FROM waiting WHERE incident = $1 ORDER BY id";
        let rows = self.rows(sql, &[incident.into()])?;
        rows.iter()
            .map(|row| Ok(Waiting { id: row.uuid(0)?, incident: row.uuid(1)?, user: row.uuid(2)?, body: row.text(3)? }))
            .collect()
    }

    /// # Errors
    /// The store's.
    pub fn no_longer_waits(&mut self, id: Uuid) -> Result<(), StoreError> {
        self.execute("DELETE FROM waiting WHERE id = $1", &[id.into()]).map(drop)
    }
}

/// A condition: the incident concerns one of `count` units.
fn concerns(count: usize) -> String {
    if count == 0 {
        return "1 = 0".into();
    }
    let marks = vec!["?"; count].join(", ");
    format!("EXISTS (SELECT 1 FROM incident_units u WHERE u.incident = incidents.id AND u.unit IN ({marks}))")
}
