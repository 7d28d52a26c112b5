//! What integration tests share.

use std::path::{Path, PathBuf};

/// A file of the data that lies beside the project and is never part of it: below `GIAPRANH_SHARED`, else `../shared`.
///
/// `None` when it is not there, said on stderr, so that a bare clone can be tested.
///
/// # Panics
/// When the folder is there without the file and `CI` is set: then the check was meant to run.
pub fn shared(path: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("GIAPRANH_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    let file = folder.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("NOT CHECKED: {} is not there", file.display());
    assert!(
        !(folder.exists() && std::env::var_os("CI").is_some()),
        "{} exists without {path}",
        folder.display()
    );
    None
}
