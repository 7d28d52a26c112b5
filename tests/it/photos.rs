//! Photos: in pieces, again, cut off, before their incident; and shown without what the camera wrote into them.

use giapranh::domain::UserRole;
use giapranh::service::Office;
use giapranh::service::incidents::ReportBody;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::toyland::{self, typed};

/// A PNG of one pixel with a position in its text, and what makes it a large one.
pub fn photo() -> Vec<u8> {
    use img_parts::{Bytes, png::PngChunk};
    let chunk = |kind: &[u8; 4], contents: &[u8]| {
        PngChunk::new(*kind, Bytes::copy_from_slice(contents)).encoder().bytes().to_vec()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", b"Location\0 22.05 102.05"),
        chunk(b"tEXt", &[b'x'; 3000]),
        chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1]),
        chunk(b"IEND", b""),
    ]
    .concat()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn report(office: &Office, who: &giapranh::domain::Who, id: Uuid) {
    let body: ReportBody = serde_json::from_value(
        json!({"kind": "forest_fire", "position": typed(0.5, 0.5), "occurred_at": "2026-02-01"}),
    )
    .unwrap();
    office.report(who, id, &body).unwrap();
}

#[test]
fn a_photo_arrives_in_pieces_that_can_be_sent_again() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    let (incident, id, bytes) = (Uuid::now_v7(), Uuid::now_v7(), photo());
    report(&office, &ranger, incident);
    let begin = || office.begin_photo(&ranger, incident, id, &sha256(&bytes), bytes.len() as u64).unwrap();
    assert_eq!(begin().received, 0);
    assert_eq!(office.photo_piece(&ranger, id, 0, &bytes[..1000]).unwrap().received, 1000);
    assert_eq!(office.photo_piece(&ranger, id, 0, &bytes[..1000]).unwrap().received, 1000, "the same piece again");
    assert_eq!(office.photo_piece(&ranger, id, 1500, &bytes[1500..]).unwrap_err().code(), "wrong_offset");
    assert_eq!(begin().received, 1000, "from where it was");
    let done = office.photo_piece(&ranger, id, 900, &bytes[900..]).unwrap();
    assert!(done.done);
    assert!(office.photo_piece(&ranger, id, 900, &bytes[900..]).unwrap().done, "and once more");
    let photos = office.incident(&ranger, incident).unwrap().properties.facts.unwrap().photos;
    assert_eq!(photos.iter().map(|p| p.id).collect::<Vec<_>>(), [id]);
    let shown = office.photo(&ranger, incident, id, false).unwrap();
    assert_eq!(shown.media_type, "image/png");
    assert!(!shown.bytes.windows(8).any(|w| w == b"Location"), "no position in what is shown");
    // Who may see personal values gets the original; nobody else gets either.
    let official = toyland::person(&office, "official", UserRole::Official, Some("a1"));
    assert_eq!(office.photo(&official, incident, id, true).unwrap().bytes, bytes);
    assert_eq!(office.photo(&ranger, incident, id, true).unwrap_err().code(), "not_allowed");
    for (role, unit) in [(UserRole::Official, "b1"), (UserRole::Analyst, "a1"), (UserRole::Villager, "a1")] {
        let other = toyland::person(&office, &format!("other-{role:?}"), role, Some(unit));
        assert_eq!(office.photo(&other, incident, id, false).unwrap_err().code(), "no_such_incident", "{role:?}");
    }
    assert_eq!(office.audit(None).unwrap().faults, []);
}

#[test]
fn photos_may_come_before_their_incident() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    let (incident, id, bytes) = (Uuid::now_v7(), Uuid::now_v7(), photo());
    office.begin_photo(&ranger, incident, id, &sha256(&bytes), bytes.len() as u64).unwrap();
    let waits = office.photo_piece(&ranger, id, 0, &bytes).unwrap();
    assert_eq!((waits.received, waits.done), (bytes.len() as u64, false));
    report(&office, &ranger, incident);
    assert!(office.photo_upload(&ranger, id).unwrap().done);
    assert_eq!(office.incident(&ranger, incident).unwrap().properties.facts.unwrap().photos.len(), 1);
}

#[test]
fn what_is_no_photo_or_not_what_was_promised_is_refused_and_thrown_away() {
    let data = tempfile::tempdir().unwrap();
    let office = toyland::office(data.path());
    let ranger = toyland::person(&office, "ranger", UserRole::Ranger, None);
    let incident = Uuid::now_v7();
    report(&office, &ranger, incident);
    let send = |bytes: &[u8], sum: &str| {
        let id = Uuid::now_v7();
        office.begin_photo(&ranger, incident, id, sum, bytes.len() as u64)?;
        office.photo_piece(&ranger, id, 0, bytes)?;
        Ok::<_, giapranh::service::ActionError>(id)
    };
    let good = photo();
    assert_eq!(send(&good, &sha256(b"other")).unwrap_err().code(), "checksum");
    assert_eq!(send(b"%PDF-1.7", &sha256(b"%PDF-1.7")).unwrap_err().code(), "bad_photo");
    assert_eq!(send(&good[..100], &sha256(&good[..100])).unwrap_err().code(), "bad_photo");
    assert_eq!(send(&good, "not a sum").unwrap_err().code(), "checksum");
    let big = office.begin_photo(&ranger, incident, Uuid::now_v7(), &sha256(b""), 1 << 30);
    assert_eq!(big.unwrap_err().code(), "file_too_big");
    // Another's upload is nobody else's business, nor its id.
    let id = send(&good, &sha256(&good)).unwrap();
    let other = toyland::person(&office, "other", UserRole::Ranger, None);
    assert_eq!(office.photo_upload(&other, id).unwrap_err().code(), "no_such_photo");
    let taken = office.begin_photo(&other, incident, id, &sha256(&good), good.len() as u64);
    assert_eq!(taken.unwrap_err().code(), "id_taken");
    assert!(std::fs::read_dir(data.path().join("uploads")).unwrap().next().is_none(), "no pieces are left behind");
}
