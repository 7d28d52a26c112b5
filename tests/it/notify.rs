//! Notices on their way out: a receiver that checks the signature as the specification says, and a mail server that knows
//! the least of SMTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use giapranh::store::Place;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::process::{Running, agent, get, put, token};

/// Headers and body of a request.
type Called = (Vec<(String, String)>, String);

/// Each request that comes; the first is turned away.
fn receiver() -> (String, Receiver<Called>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (said, heard) = channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let mut reader = BufReader::new(&stream);
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                match line.trim_end().split_once(": ") {
                    Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
                    None if line.trim().is_empty() => break,
                    None => {}
                }
            }
            let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = if n == 0 { "503 Busy" } else { "204 No Content" };
            write!(&stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            if said.send((headers, String::from_utf8(body).unwrap())).is_err() {
                return;
            }
        }
    });
    (url, heard)
}

/// Takes mail without a question; the text of each.
fn mail_server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (said, heard) = channel();
    let talk = move |stream: TcpStream| -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let say = |text: &str| write!(&stream, "{text}\r\n").ok();
        say("220 forest ESMTP")?;
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 0 {
            let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => say("250 forest")?,
                "DATA" => {
                    say("354 go on")?;
                    let mut text = String::new();
                    loop {
                        line.clear();
                        reader.read_line(&mut line).ok()?;
                        if line == ".\r\n" {
                            break;
                        }
                        text.push_str(&line);
                    }
                    said.send(text).ok()?;
                    say("250 kept")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 ok")?,
            }
            line.clear();
        }
        Some(())
    };
    std::thread::spawn(move || {
        listener.incoming().map_while(Result::ok).for_each(|s| assert!(talk(s).is_some(), "the mail was cut off"))
    });
    (url, heard)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    &headers.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn a_notice_is_signed_tried_again_and_mailed() {
    let data = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(data.path().into());
    let (hook, hooked) = receiver();
    let (smtp, mailed) = mail_server();
    let settings = [
        ("GIAPRANH_WEBHOOK_PRIVATE", "1".to_owned()),
        ("GIAPRANH_SMTP_URL", smtp),
        ("GIAPRANH_MAIL_FROM", "giapranh@forest.example".to_owned()),
    ];
    let admin = token(&place, data.path(), "admin", "admin");
    let server = Running::start_with(&place, data.path(), &settings);
    let agent = agent();
    let add = |url: &str| {
        let sent = agent
            .post(format!("{}/api/webhooks", server.url))
            .header("Authorization", format!("Bearer {admin}"))
            .send(json!({"url": url}).to_string());
        let mut answer = sent.unwrap();
        assert_eq!(answer.status().as_u16(), 201);
        serde_json::from_str::<Value>(&answer.body_mut().read_to_string().unwrap()).unwrap()
    };
    let made = add(&hook);
    add("mailto:office@forest.example");
    let id = Uuid::now_v7();
    let report = json!({"kind": "forest_fire", "position": "22.05, 102.05", "occurred_at": "2026-02-01",
        "description": "Khói ở sườn đồi"});
    assert_eq!(put(&agent, &format!("{}/api/incidents/{id}", server.url), &admin, &report), Some(201));
    let wait = Duration::from_secs(20);
    let (first, body) = hooked.recv_timeout(wait).expect("the hook is called");
    let (again, same) = hooked.recv_timeout(wait).expect("and again, as it was turned away");
    assert_eq!((header(&first, "webhook-id"), &body), (header(&again, "webhook-id"), &same), "the same notice");
    let secret = made["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice(&BASE64_STANDARD.decode(secret).unwrap()).unwrap();
    mac.update(format!("{}.{}.{same}", header(&again, "webhook-id"), header(&again, "webhook-timestamp")).as_bytes());
    let expected = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header(&again, "webhook-signature"), expected);
    let told: Value = serde_json::from_str(&same).unwrap();
    assert_eq!((told["incident"].as_str(), told["what"].as_str()), (Some(id.to_string().as_str()), Some("informed")));
    let mail = mailed.recv_timeout(wait).expect("the mail arrives");
    assert!(mail.contains("To: office@forest.example") && mail.contains("Message-ID: <notice-"), "{mail}");
    for words in [&same, &mail] {
        assert!(!words.contains("22.05") && !words.contains("Khói"), "neither position nor words: {words}");
    }
    let (status, listed) = get(&agent, &format!("{}/api/webhooks", server.url), &admin).unwrap();
    assert_eq!(status, 200);
    assert!(!String::from_utf8(listed).unwrap().contains("whsec_"), "the secret was shown once");
}

#[test]
fn without_settings_mail_is_off_and_said_so_and_the_own_network_is_not_called() {
    let data = tempfile::tempdir().unwrap();
    let office = crate::toyland::office(data.path());
    let admin = crate::toyland::person(&office, "admin", giapranh::domain::UserRole::Admin, None);
    let refused = office.add_webhook(&admin, "mailto:office@forest.example", None).unwrap_err();
    assert!(refused.text().vi.contains("GIAPRANH_SMTP_URL"));
    assert!(office.add_webhook(&admin, "file:///etc/passwd", None).is_err());
    let (hook, hooked) = receiver();
    office.add_webhook(&admin, &hook, None).unwrap();
    let body = json!({"kind": "forest_fire", "position": "22.05, 102.05", "occurred_at": "2026-02-01"});
    office.report(&admin, Uuid::now_v7(), &serde_json::from_value(body).unwrap()).unwrap();
    assert_eq!(office.deliver().unwrap(), 1, "it is tried");
    assert!(hooked.recv_timeout(Duration::from_millis(300)).is_err(), "and does not reach this machine");
}
