//! The house has floors, and nothing calls upstairs.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the ground up; those on one line share a floor and do not use each other.
const FLOORS: [&[&str]; 8] = [
    &["domain"],
    &["crs", "atlas"],
    &["engine", "store", "export"],
    &["import"],
    &["service"],
    &["pages", "phone"],
    &["http"],
    &["cli"],
];

#[test]
fn no_module_uses_a_floor_above_its_own() {
    let floor = |module: &str| FLOORS.iter().position(|f| f.contains(&module));
    let mut seen = 0;
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let inside = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let Some(own) = floor(module) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(theirs) = floor(&name) else { continue };
                seen += 1;
                assert!(
                    theirs < own || name == module,
                    "{}:{}: {module} (floor {own}) uses {name} (floor {theirs})",
                    inside.display(),
                    number + 1
                );
            }
        }
    }
    assert!(seen > 20, "the test reads the code: {seen} uses seen");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
