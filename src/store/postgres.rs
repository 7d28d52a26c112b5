//! PostgreSQL with PostGIS, where one machine is outgrown: several servers share one database.
//!
//! The connection is not encrypted: the address has to be on this machine, in a trusted network or behind a tunnel.
//! Calls wait for the database and belong on threads that may wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, IsolationLevel, NoTls, Statement, Transaction};

use super::db::{Connection, Database, LAST, NUMBERED, Reading, Row, Value, Writing};
use super::{Seq, StoreError};

/// Steps from an empty database to today's tables. Never edit one that was released: add the next.
const STEPS: &[&str] = &[
    include_str!("migrations/postgres/0001_tables.sql"),
    include_str!("migrations/postgres/0002_systems.sql"),
    include_str!("migrations/postgres/0003_by_time.sql"),
];

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a statement waits for another writer's lock.
const PATIENCE: &str = "SET lock_timeout = '10s'";
/// Connections kept while nobody needs them.
const KEPT: usize = 8;
/// Connections at a time: several servers share what the database allows (100 by default).
const MOST: usize = 24;
/// How long one is waited for.
const TURN: Duration = Duration::from_secs(10);
/// The advisory lock of the one writer, and of migrations: "giap" and "migr" as numbers.
const WRITER: i64 = 0x6769_6170;
const MIGRATOR: i64 = 0x6d69_6772;
/// Looked for all the same this often, should a notification be lost.
const LOOK: Duration = Duration::from_secs(1);

pub struct Postgres {
    config: Config,
    name: String,
    connections: Mutex<Connections>,
    given_back: Condvar,
    heard: Arc<Heard>,
    listening: AtomicBool,
}

/// A connection with the statements it knows.
struct Kept {
    client: Client,
    statements: std::collections::HashMap<String, Statement>,
}

#[derive(Default)]
struct Connections {
    idle: Vec<Kept>,
    in_use: usize,
}

/// A connection in use; given back when it is dropped.
struct Lent<'a> {
    of: &'a Postgres,
    kept: Option<Kept>,
}

impl Lent<'_> {
    fn client(&mut self) -> &mut Kept {
        self.kept.as_mut().expect("a connection that was lent")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut connections = lock(&self.of.connections);
        connections.in_use -= 1;
        let usable = self.kept.take().filter(|k| !k.client.is_closed());
        if connections.idle.len() < KEPT {
            connections.idle.extend(usable);
        }
        drop(connections);
        self.of.given_back.notify_one();
    }
}

#[derive(Default)]
struct Heard {
    times: Mutex<u64>,
    changed: Condvar,
}

impl Postgres {
    /// Opens a database by its URL and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] where it does not answer, or PostGIS is missing.
    pub fn open(url: &str) -> Result<Postgres, StoreError> {
        let mut config: Config =
            url.parse().map_err(|cause| StoreError::Postgres { name: "postgres".into(), cause })?;
        config.connect_timeout(CONNECT).application_name("giapranh");
        let hosts: Vec<String> = config
            .get_hosts()
            .iter()
            .map(|h| match h {
                postgres::config::Host::Tcp(host) => host.clone(),
                #[cfg(unix)]
                postgres::config::Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let name = format!("{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default());
        let heard = Arc::default();
        let store = Postgres {
            config,
            name,
            connections: Mutex::default(),
            given_back: Condvar::new(),
            heard,
            listening: AtomicBool::new(false),
        };
        store.migrate()?;
        Ok(store)
    }

    fn failed(&self) -> impl Fn(postgres::Error) -> StoreError + use<> {
        let name = self.name.clone();
        move |cause| StoreError::Postgres { name: name.clone(), cause }
    }

    fn connect(&self) -> Result<Kept, StoreError> {
        let mut client = self.config.connect(NoTls).map_err(self.failed())?;
        client.batch_execute(PATIENCE).map_err(self.failed())?;
        Ok(Kept { client, statements: std::collections::HashMap::new() })
    }

    /// A connection that answers: one of those kept, if the server has not been started anew meanwhile. Where too many
    /// are in use it is waited for, but not for ever.
    fn connection(&self) -> Result<Lent<'_>, StoreError> {
        let connections = lock(&self.connections);
        let full = |c: &mut Connections| c.in_use >= MOST;
        let (mut connections, _) =
            self.given_back.wait_timeout_while(connections, TURN, full).unwrap_or_else(PoisonError::into_inner);
        connections.in_use += 1;
        drop(connections);
        let mut lent = Lent { of: self, kept: None };
        loop {
            let idle = lock(&self.connections).idle.pop();
            let mut kept = match idle {
                Some(kept) => kept,
                None => self.connect()?,
            };
            if !kept.client.is_closed() && kept.client.is_valid(CONNECT).is_ok() {
                lent.kept = Some(kept);
                return Ok(lent);
            }
        }
    }

    fn migrate(&self) -> Result<(), StoreError> {
        let failed = self.failed();
        let mut kept = self.connect()?;
        let client = &mut kept.client;
        client.execute("SELECT pg_advisory_lock($1)", &[&MIGRATOR]).map_err(&failed)?;
        client.batch_execute("CREATE TABLE IF NOT EXISTS giapranh_steps (step BIGINT PRIMARY KEY)").map_err(&failed)?;
        let row = client.query_one("SELECT COUNT(*) FROM giapranh_steps", &[]).map_err(&failed)?;
        let done: i64 = row.get(0);
        if usize::try_from(done).is_ok_and(|done| done > STEPS.len()) {
            return Err(StoreError::TooNew(self.name.clone()));
        }
        for (number, step) in (1_i64..).zip(STEPS).skip(usize::try_from(done).unwrap_or(usize::MAX)) {
            let mut transaction = client.transaction().map_err(&failed)?;
            transaction.batch_execute(step).map_err(&failed)?;
            transaction.execute("INSERT INTO giapranh_steps (step) VALUES ($1)", &[&number]).map_err(&failed)?;
            transaction.commit().map_err(&failed)?;
        }
        client.execute("SELECT pg_advisory_unlock($1)", &[&MIGRATOR]).map_err(&failed)?;
        lock(&self.connections).idle.push(kept);
        Ok(())
    }

    /// One thread of the process hears what the others write.
    fn listen(&self) {
        if self.listening.swap(true, Ordering::SeqCst) {
            return;
        }
        let (config, heard) = (self.config.clone(), Arc::downgrade(&self.heard));
        std::thread::spawn(move || {
            while heard.strong_count() > 0 {
                if let Err(e) = listen(&config, &heard) {
                    tracing::warn!(error = %e, "notifications are not heard for the moment");
                }
                std::thread::sleep(LOOK);
            }
        });
    }
}

/// Hears notifications until the connection breaks or nobody wants them any more.
fn listen(config: &Config, heard: &std::sync::Weak<Heard>) -> Result<(), postgres::Error> {
    let mut client = config.connect(NoTls)?;
    client.batch_execute("LISTEN giapranh")?;
    loop {
        let mut notifications = client.notifications();
        let mut some = notifications.timeout_iter(LOOK);
        while some.next()?.is_some() {
            let Some(heard) = heard.upgrade() else { return Ok(()) };
            *lock(&heard.times) += 1;
            heard.changed.notify_all();
        }
        drop(some);
        drop(notifications);
        if heard.strong_count() == 0 || client.is_closed() {
            return Ok(());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out),
            (Value::Int(v), &Type::INT8) => v.to_sql(ty, out),
            (Value::Real(v), &Type::FLOAT8) => v.to_sql(ty, out),
            (Value::Text(v), &(Type::TEXT | Type::VARCHAR | Type::UNKNOWN)) => v.to_sql(ty, out),
            (Value::Blob(v), &Type::BYTEA) => v.to_sql(ty, out),
            // Its bytes would be taken for something else.
            (other, ty) => Err(format!("{other:?} for a {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct Within<'a, 'c> {
    transaction: &'a mut Transaction<'c>,
    statements: &'a mut std::collections::HashMap<String, Statement>,
    name: &'a str,
    /// Has a line been added to the journal?
    told: bool,
}

impl Within<'_, '_> {
    fn failed(&self) -> impl Fn(postgres::Error) -> StoreError + use<> {
        let name = self.name.to_owned();
        move |cause| StoreError::Postgres { name: name.clone(), cause }
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.transaction.prepare(sql).map_err(self.failed())?;
        // Lists of units make statements of many lengths: they are not all worth keeping.
        if self.statements.len() > 200 {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn value(row: &postgres::Row, place: usize) -> Result<Value, postgres::Error> {
    let ty = row.columns()[place].type_();
    Ok(match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map_or(Value::Null, Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(place)?.map_or(Value::Null, |v| Value::Int(v.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(place)?.map_or(Value::Null, |v| Value::Int(v.into())),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(place)?.map_or(Value::Null, Value::Real),
        Type::VOID => Value::Null,
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place)?.map_or(Value::Null, Value::Blob),
        _ => row.try_get::<_, Option<String>>(place)?.map_or(Value::Null, Value::Text),
    })
}

impl Connection for Within<'_, '_> {
    fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        let rows = self.transaction.query(&statement, &params).map_err(self.failed())?;
        let read = |row: postgres::Row| (0..row.len()).map(|place| value(&row, place)).collect::<Result<_, _>>();
        rows.into_iter().map(read).map(|r| r.map(Row).map_err(self.failed())).collect()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.told |= sql.starts_with("INSERT INTO journal");
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        self.transaction.execute(&statement, &params).map_err(self.failed())
    }

    fn renumber(&mut self) -> Result<(), StoreError> {
        for table in NUMBERED {
            let next = format!("(SELECT COALESCE(MAX(id), 0) + 1 FROM {table})");
            self.rows(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {next}, false)"), &[])?;
        }
        Ok(())
    }
}

impl Database for Postgres {
    fn read(&self, work: Reading) -> Result<(), StoreError> {
        let mut lent = self.connection()?;
        let Kept { client, statements } = lent.client();
        let mut transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .map_err(self.failed())?;
        work(&mut Within { transaction: &mut transaction, statements, name: &self.name, told: false })
    }

    fn write(&self, work: Writing) -> Result<(), StoreError> {
        let mut lent = self.connection()?;
        let Kept { client, statements } = lent.client();
        let mut transaction = client.transaction().map_err(self.failed())?;
        let mut within = Within { transaction: &mut transaction, statements, name: &self.name, told: false };
        within.rows("SELECT pg_advisory_xact_lock($1)", &[Value::Int(WRITER)])?;
        if !work(&mut within)? {
            return Ok(());
        }
        if within.told {
            within.rows("SELECT pg_notify('giapranh', (SELECT MAX(seq) FROM journal)::text)", &[])?;
        }
        transaction.commit().map_err(self.failed())
    }

    fn wait(&self, after: Seq, at_most: Duration) -> Result<Seq, StoreError> {
        self.listen();
        let until = Instant::now() + at_most;
        loop {
            let before = *lock(&self.heard.times);
            let mut last = 0;
            self.read(&mut |c| {
                last = c.rows(LAST, &[])?.first().map_or(Ok(0), |row| row.int(0))?;
                Ok(())
            })?;
            let left = until.saturating_duration_since(Instant::now());
            if last > after || left.is_zero() {
                return Ok(last);
            }
            let times = lock(&self.heard.times);
            if *times == before {
                drop(self.heard.changed.wait_timeout(times, left.min(LOOK)));
            }
        }
    }

    /// What no row holds any more is taken out of the table's pages; the server's own log and backups are its keeper's.
    fn forget(&self) -> Result<(), StoreError> {
        self.connection()?.client().client.batch_execute("VACUUM private_fields").map_err(self.failed())
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
