//! The server as a process of its own: started, asked over TCP, killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use giapranh::store::Place;
use serde_json::Value;

use crate::common::giapranh;

/// The arguments that name a store.
fn store(place: &Place) -> String {
    match place {
        Place::Sqlite(folder) => format!("sqlite:{}", folder.display()),
        Place::Postgres(url) => url.clone(),
    }
}

/// The program over a store, with a data folder.
pub fn program(place: &Place, data: &Path) -> Command {
    let mut command = giapranh();
    command.env("GIAPRANH_DATA", data).env("GIAPRANH_STORE", store(place)).env("GIAPRANH_LANG", "en");
    command
}

/// Runs a command to its end, which has to be a good one.
pub fn run(place: &Place, data: &Path, args: &[&str]) -> String {
    let Output { status, stdout, stderr } = program(place, data).args(args).output().expect("giapranh runs");
    assert!(status.success(), "{args:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("UTF-8").trim().to_owned()
}

/// A token of a new account.
pub fn token(place: &Place, data: &Path, name: &str, role: &str) -> String {
    run(place, data, &["user", "add", name, "--role", role]);
    run(place, data, &["token", "add", name])
}

pub struct Running {
    child: Child,
    pub url: String,
}

impl Running {
    pub fn start(place: &Place, data: &Path) -> Running {
        Running::start_with(place, data, &[])
    }

    /// With settings of the environment.
    pub fn start_with(place: &Place, data: &Path, settings: &[(&str, String)]) -> Running {
        let mut child = program(place, data)
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .args(["serve", "--addr", "127.0.0.1:0"])
            .env("GIAPRANH_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("giapranh serves");
        let mut out = BufReader::new(child.stdout.take().expect("its output is read"));
        let mut line = String::new();
        out.read_line(&mut line).expect("the address is printed");
        let at = line.find("http://").unwrap_or_else(|| panic!("no address: {line}"));
        let url = line[at..].split_whitespace().next().expect("an address").to_owned();
        // Whatever else it prints is read, so that it never waits for us.
        std::thread::spawn(move || for _ in out.lines() {});
        Running { child, url }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no warning, no time to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it has ended");
    }

    /// Resident memory, bytes: of its own (anonymous) pages.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that keeps its connection, as a browser does.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        .build()
        .new_agent()
}

/// Sends JSON; the status, or nothing where no answer came.
pub fn put(agent: &ureq::Agent, url: &str, token: &str, body: &Value) -> Option<u16> {
    let sent = agent
        .put(url)
        .header("Authorization", format!("Bearer {token}"))
        .header("Content-Type", "application/json")
        .send(body.to_string());
    let mut answer = sent.ok()?;
    let status = answer.status().as_u16();
    // An answer cut off half-way is no answer.
    answer.body_mut().read_to_vec().ok()?;
    Some(status)
}

pub fn get(agent: &ureq::Agent, url: &str, token: &str) -> Option<(u16, Vec<u8>)> {
    let mut answer = agent.get(url).header("Authorization", format!("Bearer {token}")).call().ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.body_mut().with_config().limit(1 << 30).read_to_vec().ok()?))
}
