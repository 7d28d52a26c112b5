//! Webhooks, signed as the Standard Webhooks specification (version 1) has it: `webhook-id`, `webhook-timestamp`, and
//! `webhook-signature`, `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` by the target's secret.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Message;
use crate::service::people::Secret;
use crate::store::DeliveryRow;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A secret in the form the specification gives it.
pub(super) fn secret() -> Secret {
    Secret::base64("whsec_")
}

/// The signature of a body.
pub fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

pub(super) fn send(row: &DeliveryRow, message: &Message) -> Result<(), String> {
    let body = serde_json::to_string(message).map_err(|e| e.to_string())?;
    let timestamp = jiff::Timestamp::now().as_second();
    let id = format!("notice_{}", row.notice);
    let signature = signature(&row.secret, &id, timestamp, &body).ok_or("the secret is damaged")?;
    let agent = ureq::Agent::with_parts(
        ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .user_agent(concat!("giapranh/", env!("CARGO_PKG_VERSION")))
            .build(),
        ureq::unversioned::transport::DefaultConnector::default(),
        Outside,
    );
    agent
        .post(&row.url)
        .header("content-type", "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", &signature)
        .send(&body)
        .map(drop)
        .map_err(|e| e.to_string())
}

/// Looks names up, and refuses the addresses of this machine and its own network: whoever may set a target must not reach
/// through the server what they cannot reach themselves. What is looked up is what is called.
#[derive(Debug)]
struct Outside;

impl ureq::unversioned::resolver::Resolver for Outside {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        _: &ureq::config::Config,
        _: ureq::unversioned::transport::NextTimeout,
    ) -> Result<ureq::unversioned::resolver::ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let inside = std::env::var("GIAPRANH_WEBHOOK_PRIVATE").is_ok_and(|v| v == "1");
        let mut found = self.empty();
        for address in (host, port).to_socket_addrs()?.filter(|a: &SocketAddr| inside || is_outside(a.ip())) {
            if found.len() < 16 {
                found.push(address);
            }
        }
        if found.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(found) }
    }
}

/// Neither this machine nor a private, shared, link-local or documentation network.
fn is_outside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(a) => {
            let [first, second, ..] = a.octets();
            !(a.is_loopback()
                || a.is_private()
                || a.is_link_local()
                || a.is_unspecified()
                || a.is_multicast()
                || a.is_broadcast()
                || a.is_documentation()
                || first == 0
                || (first == 100 && (64..128).contains(&second)))
        }
        IpAddr::V6(a) => {
            !(a.is_loopback()
                || a.is_unspecified()
                || a.is_multicast()
                || a.is_unique_local()
                || a.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own test suite.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let body = r#"{"test": 2432232314}"#;
        let found =
            signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(found.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn addresses_of_this_machine_and_its_network_are_not_called() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(!is_outside(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "2606:4700::1111"] {
            assert!(is_outside(outside.parse().unwrap()), "{outside}");
        }
    }
}
