//! Downloading into a file, going on where an earlier attempt stopped.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::http::{StatusCode, header};
use ureq::{Agent, Body, http::Response};

use super::Progress;
use crate::atlas::error::AtlasError;

/// Attempts per file, with a pause that doubles: 0.5, 1, 2 s.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Addresses are pinned to a commit; a host may still move its files once or twice.
const MAX_REDIRECTS: u32 = 3;
const CONNECT: Duration = Duration::from_secs(20);
/// A link that is silent for so long is given up and tried anew, from where it stopped.
const SILENCE: Duration = Duration::from_secs(30);

/// A client shared by all downloads.
#[derive(Debug)]
pub struct Http {
    agent: Agent,
}

/// Why an attempt failed, and whether another one may help.
struct Failure {
    why: String,
    again: bool,
}

impl Http {
    pub fn new() -> Http {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(MAX_REDIRECTS)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .user_agent(concat!("giapranh/", env!("CARGO_PKG_VERSION")))
            // The pins are of the bytes as they are stored: no compression on the way.
            .accept_encoding("identity")
            .build();
        Http { agent: config.new_agent() }
    }

    /// Brings `part` to `bytes` bytes. What is in it already is kept if the server can continue there.
    pub fn download(&self, url: &str, part: &Path, bytes: u64, progress: &dyn Progress) -> Result<(), AtlasError> {
        let mut pause = FIRST_PAUSE;
        // Told to `progress` so far: bytes that had to be fetched again are not told twice.
        let mut told = 0;
        for attempt in 1.. {
            match self.attempt(url, part, bytes, &mut |here| {
                progress.fetched(here.saturating_sub(told));
                told = told.max(here);
            }) {
                Ok(()) => return Ok(()),
                Err(Failure { why, again }) if !again || attempt == ATTEMPTS => {
                    return Err(AtlasError::Download { url: url.to_owned(), why });
                }
                Err(_) => thread::sleep(pause),
            }
            pause *= 2;
        }
        Ok(())
    }

    fn attempt(&self, url: &str, part: &Path, bytes: u64, here: &mut dyn FnMut(u64)) -> Result<(), Failure> {
        let local = |e: io::Error| Failure { why: format!("{}: {e}", part.display()), again: false };
        let mut file = File::options().create(true).write(true).truncate(false).open(part).map_err(local)?;
        let mut have = file.metadata().map_err(local)?.len();
        if have > bytes {
            file.set_len(0).map_err(local)?;
            have = 0;
        }
        here(have);
        if have == bytes {
            return Ok(());
        }
        let response = self.ask(url, have)?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if have > 0 && starts_at(&response, have) => {}
            // The server knows no ranges, or answered with another one: from the beginning.
            StatusCode::OK => {
                file.set_len(0).map_err(local)?;
                have = 0;
            }
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                fs::remove_file(part).map_err(local)?;
                return Err(Failure { why: format!("HTTP {}", response.status()), again: true });
            }
            status => {
                let again = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                return Err(Failure { why: format!("HTTP {status}"), again });
            }
        }
        file.seek(SeekFrom::Start(have)).map_err(local)?;
        // One byte more than there should be is enough to see that the file is another one.
        let mut body = response.into_body().into_reader().take(bytes - have + 1);
        let mut buffer = [0; 32 * 1024];
        loop {
            let n = body.read(&mut buffer).map_err(|e| Failure { why: e.to_string(), again: true })?;
            if n == 0 {
                break;
            }
            file.write_all(&buffer[..n]).map_err(local)?;
            have += n as u64;
            here(have.min(bytes));
        }
        if have < bytes {
            return Err(Failure { why: format!("{have} / {bytes} byte"), again: true });
        }
        Ok(())
    }

    fn ask(&self, url: &str, have: u64) -> Result<Response<Body>, Failure> {
        // A redirect must not lead from HTTPS to plain HTTP.
        let request = self.agent.get(url).config().https_only(url.starts_with("https://")).build();
        let request = if have > 0 { request.header(header::RANGE, format!("bytes={have}-")) } else { request };
        request.call().map_err(|e| Failure {
            again: matches!(
                e,
                ureq::Error::Io(_) | ureq::Error::Timeout(_) | ureq::Error::ConnectionFailed | ureq::Error::Protocol(_)
            ),
            why: e.to_string(),
        })
    }
}

/// Does a partial answer begin at the byte that was asked for? `Content-Range: bytes 100-199/200`.
fn starts_at(response: &Response<Body>, byte: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|v| v.to_str().ok());
    range.and_then(|r| r.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()) == Some(byte)
}
