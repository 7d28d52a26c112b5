//! E-mail: configured by `GIAPRANH_SMTP_URL` (`smtps://user:password@host`, `smtp://host:25`) and `GIAPRANH_MAIL_FROM`,
//! or off.

use lettre::message::{Mailbox, header::ContentType};
use lettre::{Message as Mail, SmtpTransport, Transport};

use super::Message;
use crate::store::DeliveryRow;

/// Server and sender; `None`: e-mail is off.
pub(super) fn settings() -> Option<(String, Mailbox)> {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
    Some((set("GIAPRANH_SMTP_URL")?, set("GIAPRANH_MAIL_FROM")?.parse().ok()?))
}

pub(super) fn send(row: &DeliveryRow, message: &Message) -> Result<(), String> {
    let (url, from) = settings().ok_or("e-mail is not configured")?;
    let to: Mailbox = row.url.trim_start_matches("mailto:").parse().map_err(|e| format!("{e}"))?;
    let mail = Mail::builder()
        .from(from)
        .to(to)
        .subject(format!("giapranh: {}", message.what))
        .message_id(Some(format!("<notice-{}@giapranh>", message.id)))
        .header(ContentType::TEXT_PLAIN)
        .body(words(message))
        .map_err(|e| e.to_string())?;
    let transport = SmtpTransport::from_url(&url).map_err(|e| e.to_string())?.build();
    transport.send(&mail).map(drop).map_err(|e| e.to_string())
}

/// Vietnamese first, then English; no position, no words of people.
fn words(message: &Message) -> String {
    let unit = message.unit.as_ref().map_or("–", |u| u.name.as_str());
    let incident = message.incident.map(|id| id.to_string()).unwrap_or_default();
    let base = std::env::var("GIAPRANH_PUBLIC_URL").unwrap_or_default();
    let link = format!("{}/incidents/{incident}", base.trim_end_matches('/'));
    format!(
        "{unit}: có việc mới ở vụ {incident} ({}). Hãy đăng nhập để xem: {link}\n\n\
         {unit}: there is something new about incident {incident} ({}). Sign in to look: {link}\n",
        message.what, message.what
    )
}
