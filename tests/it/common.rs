//! What the tests share: the reference data beside the checkout, where there is any, and a service on it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use giapranh::service::Service;

/// A file or folder of the reference data, or `None` with a loud word about what goes unchecked. The reference data
/// lie in `../shared` or where `GIAPRANH_SHARED` says; they are not part of the project.
pub fn shared(path: &str, unchecked: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GIAPRANH_SHARED")
        .filter(|v| !v.is_empty())
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if !root.exists() {
        say(&format!("NOT CHECKED: {unchecked} (no reference data at {})", root.display()));
        return None;
    }
    let file = root.join(path);
    // With the reference data at hand a missing file is a fault, not a reason to look away.
    assert!(file.exists(), "reference data without {}", file.display());
    Some(file)
}

/// A word to whoever runs the tests, seen also when the test passes (the print macros are not).
pub fn say(text: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "{text}").expect("stderr takes a line");
}

/// A data folder with the official boundaries active, pulled once from the mirror in the reference data.
pub fn official_data(unchecked: &str) -> Option<&'static Path> {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    let mirror = shared("mirror", unchecked)?;
    Some(DATA.get_or_init(|| {
        let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official");
        let out = giapranh()
            .args(["boundaries", "pull", "--mirror"])
            .arg(&mirror)
            .env("GIAPRANH_DATA", &data)
            .output()
            .expect("giapranh runs");
        assert!(out.status.success(), "pull: {}", String::from_utf8_lossy(&out.stderr));
        data
    }))
}

/// A service on the official boundaries.
pub fn official(unchecked: &str) -> Option<&'static Service> {
    static SERVICE: OnceLock<Arc<Service>> = OnceLock::new();
    let data = official_data(unchecked)?;
    Some(SERVICE.get_or_init(|| Service::open(data).expect("the official datasets load")))
}

/// A service on the built-in indicative set.
pub fn indicative() -> &'static Service {
    static SERVICE: OnceLock<Arc<Service>> = OnceLock::new();
    SERVICE.get_or_init(|| {
        Service::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("nothing-here")).expect("the built-in set loads")
    })
}

/// The program itself, with an environment of its own.
pub fn giapranh() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_giapranh"));
    for name in ["GIAPRANH_DATA", "GIAPRANH_MIRROR", "GIAPRANH_LANG", "GIAPRANH_STORE"] {
        command.env_remove(name);
    }
    command
}

/// A small deterministic generator (SplitMix64, Steele et al. 2014), so that every run sees the same points.
pub struct Dice(pub u64);

impl Dice {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64) / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Two independent standard normal numbers (Box and Muller 1958).
    pub fn normals(&mut self) -> (f64, f64) {
        let r = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        (r * cos, r * sin)
    }
}
