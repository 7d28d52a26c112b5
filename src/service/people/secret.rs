//! Secrets: passwords, and random ones for sessions, tokens and links. Only hashes of them are kept.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::PeopleError;

/// Characters of a password (NIST SP 800-63B asks for at least 8; a team's tool can ask for a little more).
pub const MIN_PASSWORD: usize = 10;
/// Nobody types more; a limit on the work of one request.
const MAX_PASSWORD: usize = 1024;
/// Hashing takes 19 MiB and some ten milliseconds each: not more than these at a time.
const AT_A_TIME: usize = 2;

/// A random secret, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// 256 random bits, with a prefix that tells what it is for.
    pub fn random(prefix: &str) -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Secret(format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The same, in the alphabet of plain base64, as the Standard Webhooks specification has it.
    pub fn base64(prefix: &str) -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Secret(format!("{prefix}{}", base64::prelude::BASE64_STANDARD.encode(bytes)))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It is random enough for a plain hash.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

/// What is kept of a secret that somebody shows.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

static HASHING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Waits for its turn; gives it back when dropped.
struct Turn;

impl Turn {
    fn take() -> Turn {
        let busy = HASHING.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut busy = HASHING.1.wait_while(busy, |n| *n >= AT_A_TIME).unwrap_or_else(PoisonError::into_inner);
        *busy += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *HASHING.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        HASHING.1.notify_one();
    }
}

/// Argon2id with the parameters its crate recommends (OWASP: 19 MiB, 2 passes), a random salt, as a PHC string.
///
/// # Errors
/// Too short.
pub fn hash_password(password: &str) -> Result<String, PeopleError> {
    let length = password.chars().count();
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&length) {
        return Err(PeopleError::ShortPassword);
    }
    let _turn = Turn::take();
    Ok(Argon2::default().hash_password(password.as_bytes()).expect("a password of this length is hashed").to_string())
}

/// Does the password fit? Takes as long where there is none to compare with.
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    // Of a password nobody has.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nc2FsdHk$Zf2nJ6j8cEXp0mGzPPh2n8wB6z3V3yJm4mY2jzX0c6Q";
    let Ok(hash) = PasswordHash::new(kept.unwrap_or(NOBODY)) else { return false };
    if password.len() > 4 * MAX_PASSWORD {
        return false;
    }
    let _turn = Turn::take();
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_itself_only_and_its_hash_is_argon2id() {
        let kept = hash_password("rừng già mùa mưa").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(fits("rừng già mùa mưa", Some(&kept)));
        assert!(!fits("rung gia mua mua", Some(&kept)));
        assert_ne!(kept, hash_password("rừng già mùa mưa").unwrap(), "a salt of its own");
        assert!(!fits("x", None) && !fits("x", Some("not a hash")));
        assert_eq!(hash_password("chín ký tự").map(|_| ()), Ok(()));
        assert_eq!(hash_password("ngắn").map(|_| ()), Err(PeopleError::ShortPassword));
    }

    #[test]
    fn comparing_with_nobody_takes_as_long() {
        let kept = hash_password("rừng già mùa mưa").unwrap();
        let time = |kept: Option<&str>| {
            let start = std::time::Instant::now();
            for _ in 0..5 {
                assert!(!fits("something else", kept));
            }
            start.elapsed().as_secs_f64()
        };
        let (somebody, nobody) = (time(Some(&kept)), time(None));
        assert!(nobody > somebody / 4.0 && nobody < somebody * 4.0, "{somebody} s, {nobody} s");
    }

    #[test]
    fn random_secrets_do_not_repeat_and_are_not_shown_by_debug() {
        let (a, b) = (Secret::random("gpr_"), Secret::random("gpr_"));
        assert_ne!(a, b);
        assert_eq!(a.text().len(), 4 + 43);
        assert!(!format!("{a:?}").contains(a.text()));
        assert_eq!(a.hash(), hash(a.text()));
    }
}
