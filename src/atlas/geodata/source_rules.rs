//! What must hold in `sources.toml`, before anything is fetched by it.

use std::collections::HashSet;

use super::Files;
use crate::atlas::error::Problem;
use crate::atlas::pull::sha256_hex;
use crate::atlas::sources::Source;
use crate::domain::{Format, Text};

pub fn check(sources: &[Source], own: &Files, problems: &mut Vec<Problem>) {
    let mut report = |source: &Source, what: &str, vi: &str, en: &str| {
        let place = format!("{}: {what}", source.id);
        problems.push(Problem::new("sources.toml", place, Text::new(vi, en)));
    };
    let mut ids = HashSet::new();
    for source in sources {
        if !ids.insert(&source.id) {
            report(source, "id", "trùng id", "the id occurs twice");
        }
        if !(source.line_accuracy_m.is_finite() && source.line_accuracy_m > 0.0) {
            report(source, "line_accuracy_m", "phải là số mét dương", "must be a positive number of metres");
        }
        if source.valid_to.is_some_and(|to| to <= source.valid_from) {
            report(source, "valid_to", "không sau valid_from", "not after valid_from");
        }
        let builtin = source.format == Format::Builtin;
        if builtin != source.indicative {
            report(
                source,
                "indicative",
                "bộ kèm sẵn, và chỉ nó, là chỉ dẫn",
                "the built-in set, and no other, is indicative",
            );
        }
        if source.files.is_empty() {
            report(source, "file", "không có tệp nào", "no file");
        }
        let pinned = source.base_url.starts_with("https://") && source.base_url.ends_with('/');
        if !builtin && !pinned {
            report(source, "base_url", "phải là https://…/", "must be https://…/");
        }
        files(source, &mut report);
        if builtin {
            built_in(source, own, &mut report);
        }
        corrections(source, &mut report);
    }
}

fn files(source: &Source, report: &mut impl FnMut(&Source, &str, &str, &str)) {
    let mut paths = HashSet::new();
    for file in &source.files {
        if !paths.insert(&file.path) {
            report(source, &file.path, "trùng đường dẫn", "the path occurs twice");
        }
        let plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        if !file.path.split('/').all(plain) {
            report(source, &file.path, "đường dẫn lạ", "not a plain relative path");
        }
        if file.sha256.len() != 64 || !file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            report(
                source,
                &file.path,
                "sha256 phải có 64 chữ số thập lục phân",
                "sha256 must be 64 lower-case hex digits",
            );
        }
        if file.bytes == 0 {
            report(source, &file.path, "tệp 0 byte", "a file of 0 bytes");
        }
    }
}

/// A file that is part of the program is pinned like any other, by its path under `geodata/`.
fn built_in(source: &Source, own: &Files, report: &mut impl FnMut(&Source, &str, &str, &str)) {
    for file in &source.files {
        match own.0.get(&file.path) {
            None => report(source, &file.path, "thiếu tệp", "the file is missing"),
            Some(bytes) if bytes.len() as u64 != file.bytes || sha256_hex(bytes) != file.sha256 => {
                report(source, &file.path, "tệp khác với mã kiểm đã ghim", "the file is not the one that is pinned");
            }
            Some(_) => {}
        }
    }
}

/// Corrections exchange labels: what is read as another unit must leave no label used twice.
fn corrections(source: &Source, report: &mut impl FnMut(&Source, &str, &str, &str)) {
    let from: HashSet<&str> = source.corrections.iter().map(|c| c.code.as_str()).collect();
    let to: HashSet<&str> = source.corrections.iter().map(|c| c.read_as.as_str()).collect();
    if from.len() != source.corrections.len() || to.len() != source.corrections.len() {
        report(source, "correction", "một mã được sửa hai lần", "a code is corrected twice");
    }
}
