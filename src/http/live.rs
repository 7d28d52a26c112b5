//! Live: server-sent events, replayed from `Last-Event-ID`; and the inbox.
//!
//! Every event is read from the journal, where it stands only after it was committed; so a client that was away gets what
//! it missed from the same place, once and in order, from whichever server of several it asks.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::auth::{Asker, blocking};
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::{Said, act};
use crate::domain::Who;
use crate::service::Office;
use crate::service::inbox::Inbox;
use crate::service::incidents::LiveEvent;
use crate::service::notify::{LOOK, Target};
use crate::store::Seq;

/// A comment this often, so that nothing in between takes the silence for an end.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long the one that waits for the store waits in one go.
const WAIT: Duration = Duration::from_secs(5);

/// The last line of the journal, as far as this process has heard; one thread listens for all streams.
pub struct Live {
    last: watch::Sender<Seq>,
    stopping: watch::Sender<bool>,
}

impl Live {
    /// Listens until nobody holds this any more.
    pub fn listen(office: &Arc<Office>) -> Arc<Live> {
        let live = Arc::new(Live { last: watch::channel(0).0, stopping: watch::channel(false).0 });
        let (weak, office) = (Arc::downgrade(&live), Arc::downgrade(office));
        std::thread::spawn(move || {
            let mut known = 0;
            while let (Some(live), Some(office)) = (weak.upgrade(), office.upgrade()) {
                // A store is not made by listening for it, nor is one kept open that nobody wants.
                let store = office.store_if_there();
                let listened = live.last.receiver_count() > 0;
                drop((live, office));
                match store.ok().flatten().filter(|_| listened).map(|store| store.wait(known, WAIT)) {
                    Some(Ok(last)) => {
                        known = last;
                        if let Some(live) = weak.upgrade() {
                            live.last.send_if_modified(|seen| std::mem::replace(seen, last) != last);
                        }
                    }
                    Some(Err(e)) => {
                        tracing::error!(error = %e, "the journal does not answer");
                        std::thread::sleep(Duration::from_secs(1));
                    }
                    None => std::thread::sleep(Duration::from_millis(200)),
                }
            }
        });
        live
    }

    /// Ends every stream: the server goes down.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsParams {
    /// Events after this one, where no `Last-Event-ID` is sent; without either, what comes from now on.
    after: Option<i64>,
}

/// One client's stream.
struct Client {
    office: Arc<Office>,
    who: Who,
    after: Seq,
    ready: std::collections::VecDeque<LiveEvent>,
    last: watch::Receiver<Seq>,
    stopping: watch::Receiver<bool>,
}

impl Client {
    /// The next event; `None`: the stream ends, and the client comes back with the last id it got.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Client)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                let data = serde_json::to_string(&event).ok()?;
                return Some((Ok(Event::default().id(event.seq.to_string()).event("incident").data(data)), self));
            }
            if *self.stopping.borrow() {
                return None;
            }
            self.last.borrow_and_update();
            let (office, who, after) = (self.office.clone(), self.who.clone(), self.after);
            let (events, upto) = blocking(move || office.events_after(&who, after)).await.ok()?;
            let moved = upto > self.after;
            self.after = upto;
            self.ready.extend(events);
            if self.ready.is_empty() && !moved {
                tokio::select! {
                    changed = self.last.changed() => changed.ok()?,
                    _ = self.stopping.changed() => {}
                }
            }
        }
    }
}

/// Events as they happen (`text/event-stream`): `id` is the line of the journal, `data` names the incident and what was
/// done. After a break send `Last-Event-ID`, as browsers do by themselves: what was missed comes first.
#[utoipa::path(get, path = "/api/events", params(EventsParams, ("Last-Event-ID" = Option<i64>, Header)), responses(
    (status = 200, body = LiveEvent, content_type = "text/event-stream")))]
pub async fn events(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Params(params): Params<EventsParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seen = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.trim().parse().ok()).or(params.after);
    // Heard of from here on, before looking where the journal stands: nothing falls in between.
    let (last, stopping) = (state.live.last.subscribe(), state.live.stopping.subscribe());
    let now = act(state.clone(), lang, |office| office.last_line()).await?;
    // A number beyond the end is of another journal, such as one before a restore.
    let after = seen.filter(|after| (0..=now).contains(after)).unwrap_or(now);
    let client = Client { office: state.office, who, after, ready: Default::default(), last, stopping };
    let events = Sse::new(stream::unfold(client, Client::next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let mut response = events.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers the answer before passing it on would make a stream of nothing.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InboxParams {
    /// Notices before this number: the next page.
    before: Option<i64>,
    /// Up to 200; default 50.
    limit: Option<i64>,
}

/// What the units of whoever asks were told, newest first.
#[utoipa::path(get, path = "/api/inbox", params(InboxParams), responses((status = 200, body = Inbox)))]
pub async fn inbox(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Params(params): Params<InboxParams>,
) -> Result<Json<Inbox>, Problem> {
    act(state, lang, move |office| office.inbox(&who, params.before, params.limit)).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Read {
    up_to: i64,
}

/// Note how far the inbox has been read.
#[utoipa::path(post, path = "/api/inbox/read", request_body = Read, responses((status = 204)))]
pub async fn read_inbox(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(read): Said<Read>,
) -> Result<StatusCode, Problem> {
    act(state, lang, move |office| office.read_inbox(&who, read.up_to)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTarget {
    /// `https://…`, or `mailto:…` where e-mail is configured.
    url: String,
    /// Code of the unit whose notices are sent; default: one's own; an administrator's: all.
    unit: Option<String>,
}

/// A target just made.
#[derive(Serialize, ToSchema)]
pub struct MadeTarget {
    #[serde(flatten)]
    target: Target,
    /// To check signatures with (Standard Webhooks); shown now, and never again.
    secret: String,
}

/// Where notices are sent to.
#[utoipa::path(get, path = "/api/webhooks", responses((status = 200, body = Vec<Target>)))]
pub async fn targets(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
) -> Result<Json<Vec<Target>>, Problem> {
    act(state, lang, move |office| office.webhooks(&who)).await.map(Json)
}

/// Have the notices of a unit sent to an address, signed after the Standard Webhooks specification.
#[utoipa::path(post, path = "/api/webhooks", request_body = NewTarget, responses((status = 201, body = MadeTarget),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn add_target(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(new): Said<NewTarget>,
) -> Result<Response, Problem> {
    let made = act(state, lang, move |office| office.add_webhook(&who, &new.url, new.unit.as_deref())).await?;
    let made = MadeTarget { target: made.0, secret: made.1.text().into() };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made)).into_response())
}

/// Send no more there.
#[utoipa::path(delete, path = "/api/webhooks/{id}", params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub async fn remove_target(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    axum::extract::Path(id): axum::extract::Path<String>,
) -> Result<StatusCode, Problem> {
    let id = super::incidents::uuid(&id, lang)?;
    act(state, lang, move |office| office.remove_webhook(&who, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends notices out for as long as the server runs.
pub fn deliver(office: &Arc<Office>) {
    let office = Arc::downgrade(office);
    std::thread::spawn(move || {
        while let Some(office) = office.upgrade() {
            let tried = office.deliver().unwrap_or_else(|e| {
                tracing::error!(error = %e, "notices cannot be sent");
                0
            });
            drop(office);
            if tried == 0 {
                std::thread::sleep(LOOK);
            }
        }
    });
}
