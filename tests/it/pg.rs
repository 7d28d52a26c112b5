//! A throw-away PostgreSQL for the tests: Debian's own programs, a temporary folder, a socket and no port. It ends with
//! the tests, however they end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use giapranh::store::Place;

use crate::common::say;

pub struct Server {
    folder: PathBuf,
    bin: PathBuf,
    user: String,
    root: bool,
    running: Mutex<Option<Child>>,
}

/// The server of this test process; `None`: PostgreSQL with PostGIS is not installed here, which is said, and a failure
/// under CI.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| make("shared")).as_ref()
}

/// A server for one test alone, which may stop it.
pub fn own() -> Option<Server> {
    make("own")
}

/// A fresh database, or nothing where there is no server.
pub fn database() -> Option<Place> {
    Some(server()?.database())
}

/// The newest of Debian's PostgreSQL programs that has PostGIS, else those of the path.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|all| all.filter_map(|v| Some(v.ok()?.path())).filter(|v| v.join("bin/initdb").exists()).collect())
        .unwrap_or_default();
    versions.sort_by_key(|v| v.file_name().and_then(|n| n.to_str()?.parse::<u32>().ok()));
    let has_postgis = |v: &PathBuf| {
        let version = v.file_name().unwrap_or_default();
        Path::new("/usr/share/postgresql").join(version).join("extension/postgis.control").exists()
    };
    versions.into_iter().rev().find(has_postgis).map(|v| v.join("bin"))
}

fn make(name: &str) -> Option<Server> {
    let Some(bin) = programs() else {
        say(
            "NOT CHECKED: the PostgreSQL store (PostgreSQL with PostGIS is not installed; .ci/packages test brings it)",
        );
        assert!(std::env::var_os("CI").is_none(), "under CI the PostgreSQL store has to be checked");
        return None;
    };
    let folder = std::env::temp_dir().join(format!("giapranh-pg-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    // PostgreSQL does not run as root.
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"));
    let user = if root { "postgres".to_owned() } else { std::env::var("USER").unwrap_or_else(|_| "postgres".into()) };
    if root {
        assert!(Command::new("chown").arg("postgres").arg(&folder).status().expect("chown runs").success());
    }
    let server = Server { folder, bin, user, root, running: Mutex::default() };
    let initdb = r#""$BIN/initdb" -D "$FOLDER/data" -U "$ROLE" -A trust -E UTF8 --no-sync >"$FOLDER/initdb.log" 2>&1"#;
    assert!(server.run(initdb).status().expect("initdb runs").success(), "initdb: see {}", server.folder.display());
    server.start();
    server.sql("postgres", "CREATE DATABASE with_postgis");
    server.sql("with_postgis", "CREATE EXTENSION postgis");
    Some(server)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    /// A shell command as the user the server runs as.
    fn run(&self, script: &str) -> Command {
        let mut command = Command::new(if self.root { "runuser" } else { "sh" });
        command.args(if self.root { &["-u", "postgres", "--", "sh"][..] } else { &[] }).args(["-c", script]);
        command.env("FOLDER", &self.folder).env("BIN", &self.bin).env("ROLE", &self.user).current_dir("/");
        command
    }

    /// Starts it, anew or again. It ends when this process does, as its input then closes.
    pub fn start(&self) {
        let mut watched = self.run(
            r#"rm -f "$FOLDER/stays"
               "$BIN/postgres" -D "$FOLDER/data" -k "$FOLDER" -c listen_addresses= -c max_connections=200 >>"$FOLDER/log" 2>&1 &
               pid=$!; cat; kill -QUIT $pid; wait $pid; [ -e "$FOLDER/stays" ] || rm -rf "$FOLDER""#,
        );
        let child = watched.stdin(Stdio::piped()).spawn().expect("postgres starts");
        *self.running.lock().unwrap() = Some(child);
        for _ in 0..400 {
            if self.psql("postgres", "SELECT 1").status().is_ok_and(|s| s.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start: see {}", self.folder.display());
    }

    /// Stops it at once, as a power cut would; its data stay.
    pub fn stop(&self) {
        if let Some(mut child) = self.running.lock().unwrap().take() {
            assert!(self.run(r#"touch "$FOLDER/stays""#).status().is_ok_and(|s| s.success()));
            drop(child.stdin.take());
            child.wait().expect("postgres ends");
        }
    }

    /// A fresh database.
    pub fn database(&self) -> Place {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("forest_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE with_postgis"));
        Place::Postgres(self.url(&name))
    }

    fn psql(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new(self.bin.join("psql"));
        command.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-U", &self.user, "-d", database, "-c", sql]);
        command.arg("-h").arg(&self.folder).stderr(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn sql(&self, database: &str, sql: &str) {
        let done = self.psql(database, sql).stderr(Stdio::inherit()).status().expect("psql runs");
        assert!(done.success(), "{sql}");
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgresql://{}@{host}/{database}", self.user)
    }

    /// Ends every connection to a database, as a server that is started anew does.
    pub fn cut_off(&self, place: &Place) {
        let Place::Postgres(url) = place else { panic!("not a PostgreSQL place") };
        let name = url.rsplit('/').next().expect("a database's name");
        let sql = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        self.sql("postgres", &sql);
    }
}
