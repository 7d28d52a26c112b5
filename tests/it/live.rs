//! The stream of events and the inbox: nothing before it is committed, nothing lost or twice across a break, to nobody
//! who may not see it.

use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use giapranh::domain::UserRole;
use giapranh::service::Office;
use giapranh::store::Place;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::toyland::{self, typed};
use crate::{pg, process};

/// A server over toyland, on a port of its own.
struct Server {
    url: String,
    office: Arc<Office>,
    _runtime: tokio::runtime::Runtime,
}

fn serve(place: &Place, data: &std::path::Path) -> Server {
    let office = Arc::new(Office::with(data, place.clone(), toyland::atlas()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (said, heard) = channel();
    let served = office.clone();
    runtime.spawn(async move {
        let ready = move |addr| said.send(addr).expect("the test waits for it");
        giapranh::http::serve(served, giapranh::http::Site::default(), "127.0.0.1:0".parse().unwrap(), None, ready)
            .await
    });
    Server { url: format!("http://{}", heard.recv().unwrap()), office, _runtime: runtime }
}

/// (id, data) of each event, as they come.
fn listen(url: &str, token: &str, last: Option<i64>) -> Receiver<(i64, Value)> {
    let agent = ureq::Agent::config_builder().timeout_global(None).build().new_agent();
    let mut request = agent.get(format!("{url}/api/events")).header("Authorization", format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last.to_string());
    }
    let body = request.call().unwrap().into_body().into_reader();
    let (said, heard) = channel();
    std::thread::spawn(move || {
        let mut id = 0;
        for line in BufReader::new(body).lines().map_while(Result::ok) {
            if let Some(text) = line.strip_prefix("id:") {
                id = text.trim().parse().unwrap();
            } else if let Some(data) = line.strip_prefix("data:")
                && said.send((id, serde_json::from_str(data).unwrap())).is_err()
            {
                return;
            }
        }
    });
    heard
}

fn report(server: &Server, token: &str, place: (f64, f64)) -> Uuid {
    let id = Uuid::now_v7();
    let body = json!({"kind": "forest_fire", "position": typed(place.0, place.1), "occurred_at": "2026-02-01"});
    let status = process::put(&process::agent(), &format!("{}/api/incidents/{id}", server.url), token, &body);
    assert_eq!(status, Some(201));
    id
}

const SOON: Duration = Duration::from_secs(5);
const A_WHILE: Duration = Duration::from_millis(700);

fn next(events: &Receiver<(i64, Value)>) -> (i64, String) {
    let (id, data) = events.recv_timeout(SOON).expect("an event comes");
    (id, data["incident"].as_str().unwrap().to_owned())
}

#[test]
fn events_come_as_they_happen_and_again_from_where_the_client_was() {
    for place in [Some(Place::Sqlite(tempfile::tempdir().unwrap().keep())), pg::database()].into_iter().flatten() {
        let data = tempfile::tempdir().unwrap();
        // Two servers share one store: what one takes in, the other tells.
        let (one, other) = (serve(&place, data.path()), serve(&place, data.path()));
        let ranger = toyland::token(&one.office, "ranger", UserRole::Ranger, None);
        let events = listen(&other.url, &ranger, None);
        let first = report(&one, &ranger, (0.5, 0.5));
        let (seen, incident) = next(&events);
        assert_eq!(incident, first.to_string());
        let (second, third) = (report(&one, &ranger, (0.5, 0.5)), report(&other, &ranger, (0.5, 0.5)));
        assert_eq!([next(&events).1, next(&events).1], [second.to_string(), third.to_string()]);
        // Whoever was away gets what they missed, once and in order, and then what comes.
        let back = listen(&one.url, &ranger, Some(seen));
        let fourth = report(&one, &ranger, (0.5, 0.5));
        let missed = [next(&back).1, next(&back).1, next(&back).1];
        assert_eq!(missed, [second, third, fourth].map(|id| id.to_string()));
        assert!(back.recv_timeout(A_WHILE).is_err(), "nothing twice");
    }
}

#[test]
fn the_stream_tells_nobody_what_they_may_not_see() {
    let data = tempfile::tempdir().unwrap();
    let server = serve(&Place::Sqlite(data.path().into()), data.path());
    let ranger = toyland::token(&server.office, "ranger", UserRole::Ranger, None);
    let token = |role, unit| toyland::token(&server.office, &format!("{role:?}-{unit}"), role, Some(unit));
    let own = listen(&server.url, &token(UserRole::Official, "a1"), None);
    let other = listen(&server.url, &token(UserRole::Official, "b1"), None);
    let villager = listen(&server.url, &token(UserRole::Villager, "a1"), None);
    report(&server, &ranger, (0.5, 0.5));
    let (_, seen) = own.recv_timeout(SOON).unwrap();
    assert_eq!((&seen["what"], &seen["hidden"]), (&json!("reported"), &json!(false)));
    let (_, outline) = other.recv_timeout(SOON).unwrap();
    assert_eq!(outline["hidden"], json!(true));
    assert!(!outline.to_string().contains("22.0"), "no position: {outline}");
    assert!(villager.recv_timeout(A_WHILE).is_err());
}

#[test]
fn the_localities_concerned_find_it_in_their_inbox_and_whoever_acts_is_not_told_of_it() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let person = |name: &str, role, unit| toyland::person(&office, name, role, unit);
    let ranger = person("ranger", UserRole::Ranger, None);
    let (a, c, b) = (
        person("a", UserRole::Official, Some("a1")),
        person("c", UserRole::Official, Some("c1")),
        person("b", UserRole::Official, Some("b1")),
    );
    let body = json!({"kind": "forest_fire", "position": typed(0.5, 1.0), "occurred_at": "2026-02-01"});
    let id = Uuid::now_v7();
    office.report(&ranger, id, &serde_json::from_value(body).unwrap()).unwrap();
    let act = serde_json::from_value(json!({"do": "line", "step": "act"})).unwrap();
    let job = giapranh::service::incidents::Job {
        incident: id,
        id: None,
        expected: giapranh::service::incidents::Expected::Now,
        made_at: None,
        act: &act,
    };
    office.act(&a, job).unwrap();
    let told = |who| {
        let inbox = office.inbox(who, None, None).unwrap();
        (inbox.unread, inbox.notices.iter().map(|n| n.what.clone()).collect::<Vec<_>>())
    };
    assert_eq!(told(&a), (1, vec!["informed".to_owned()]), "its own act is no news to it");
    assert_eq!(told(&c), (2, vec!["act".to_owned(), "informed".into()]), "newest first");
    assert_eq!(told(&b), (0, vec![]));
    let newest = office.inbox(&c, None, None).unwrap().notices[0].id;
    office.read_inbox(&c, newest).unwrap();
    office.read_inbox(&c, newest - 1).unwrap();
    assert_eq!(told(&c).0, 0, "never back");
}
