//! `POST /api/attribute`: a file of points streamed through, in both directions at once.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use utoipa::IntoParams;

use super::AppState;
use super::error::Problem;
use super::extract::{Language, Params};
use crate::crs::CrsId;
use crate::domain::Lang;
use crate::service::{self, AttributeError, AttributeOptions, QuestionError, XyColumns};

/// Files worked on at once; each takes all cores when it can.
const AT_ONCE: usize = 4;
/// A client that neither sends nor takes anything for so long is gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of the answer gathered into one piece, and pieces that may wait for the client.
const PIECE: usize = 64 << 10;
const WAITING: usize = 8;

static WORKING: Semaphore = Semaphore::const_new(AT_ONCE);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AttributeParams {
    /// Column of easting or longitude; looked for by its usual names when absent.
    x: Option<String>,
    /// Column of northing or latitude.
    y: Option<String>,
    /// CRS of the two columns, such as `EPSG:9205`.
    crs: Option<String>,
    /// One date for every row, YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
    /// Column with each row's own date.
    date_column: Option<String>,
    /// The distance to the boundary is told where it is no more than so many metres; everywhere when absent.
    boundary_to: Option<f64>,
    /// Language of error messages: vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// A whole file of points: the same rows come back with `gr_…` columns added.
///
/// `text/csv` (comma, semicolon or tab, with a header), `application/x-ndjson` (an object a line) or
/// `application/vnd.apache.arrow.stream` (Arrow IPC), answered in kind. Rows come back while others are still sent, and no faster than they are taken: read the answer while sending.
#[utoipa::path(post, path = "/api/attribute", params(AttributeParams),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = String, content_type = "text/csv"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json")))]
pub async fn attribute(
    State(state): State<AppState>,
    Language(lang): Language,
    Params(params): Params<AttributeParams>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let options = options(params).map_err(|e| Problem::bad_question(&e, lang))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let shape = Shape::of(kind);
    let permit = WORKING.try_acquire().map_err(|_| Problem::too_many(Duration::from_secs(5), lang))?;
    let (sender, mut pieces) = mpsc::channel::<Result<Bytes, io::Error>>(WAITING);
    let (handle, service) = (Handle::current(), state.office.now());
    let refused = Arc::new(std::sync::Mutex::new(None));
    let told = refused.clone();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let input = Incoming { stream: body.into_data_stream(), piece: Bytes::new(), handle: handle.clone() };
        let mut output = Outgoing { sender: sender.clone(), gathered: Vec::with_capacity(PIECE), handle, sent: false };
        let done = match shape {
            Shape::Csv => service::attribute(&service, input, &mut output, &options, |_| {}),
            Shape::Lines => service::attribute_ndjson(&service, input, &mut output, &options),
            Shape::Arrow => service::attribute_arrow(&service, input, &mut output, &options),
        };
        let done = done.and_then(|_| Ok(output.flush()?));
        if let Err(error) = done {
            tracing::info!(%error, "a file of points was not worked through");
            if output.sent {
                // The answer breaks off, so that nobody takes a part for the whole.
                let _ = sender.blocking_send(Err(io::Error::other(error.to_string())));
            } else {
                *told.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
            }
        }
    });
    // The status waits for the first piece: a file nobody can read is refused.
    let first = pieces.recv().await;
    let error = refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    if let Some(error) = error {
        return Err(refusal(&error, lang));
    }
    // What packs the answer asks once more after the end.
    let rest = stream::unfold(pieces, async |mut pieces| Some((pieces.recv().await?, pieces))).fuse();
    Ok(([(header::CONTENT_TYPE, shape.media_type())], Body::from_stream(stream::iter(first).chain(rest)))
        .into_response())
}

/// What a file is made of; the answer is made of the same.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Csv,
    Lines,
    Arrow,
}

impl Shape {
    fn of(media_type: &str) -> Shape {
        let is = |kinds: &[&str]| kinds.iter().any(|k| media_type.starts_with(k));
        match media_type {
            _ if is(&["application/x-ndjson", "application/ndjson", "application/jsonl"]) => Shape::Lines,
            _ if is(&["application/vnd.apache.arrow"]) => Shape::Arrow,
            _ => Shape::Csv,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Shape::Csv => "text/csv; charset=utf-8",
            Shape::Lines => "application/x-ndjson",
            Shape::Arrow => "application/vnd.apache.arrow.stream",
        }
    }
}

fn options(params: AttributeParams) -> Result<AttributeOptions, QuestionError> {
    let given = |s: Option<String>| s.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
    Ok(AttributeOptions {
        columns: given(params.x).zip(given(params.y)).map(|(x, y)| XyColumns { x, y }),
        crs: given(params.crs).map(|c| CrsId::parse(&c)).transpose()?,
        at: given(params.at).map(|d| service::read_date(&d)).transpose()?,
        date_column: given(params.date_column),
        boundary_to_m: params.boundary_to,
    })
}

fn refusal(error: &AttributeError, lang: Lang) -> Problem {
    Problem::bad_body(error.text().get(lang), lang)
}

/// The request's body as something to read from, on a thread that may wait.
struct Incoming {
    stream: BodyDataStream,
    piece: Bytes,
    handle: Handle,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let next = self.handle.block_on(async { tokio::time::timeout(PATIENCE, self.stream.next()).await });
            match next.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))? {
                Some(piece) => self.piece = piece.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

/// The answer's body as something to write to; waits for the client.
struct Outgoing {
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
    gathered: Vec<u8>,
    handle: Handle,
    sent: bool,
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.gathered, Vec::with_capacity(PIECE)));
        let sending = async { tokio::time::timeout(PATIENCE, self.sender.send(Ok(piece))).await };
        match self.handle.block_on(sending) {
            Ok(Ok(())) => {
                self.sent = true;
                Ok(())
            }
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}
