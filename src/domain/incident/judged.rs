//! The verdict as it was when the incident was reported, kept with it; and how another one differs from it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::rules::{Reason, Verdict};
use crate::domain::{InForce, Text};

/// Everything a verdict was made of, small enough to keep with each incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Judged {
    /// The date asked about: the day of the incident in Vietnam.
    #[schema(value_type = String, format = Date)]
    pub at: Date,
    #[schema(value_type = String, format = DateTime)]
    pub asked_on: Timestamp,
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Name of the set of rules.
    pub rules: String,
    /// The dataset the answer rests on; `None`: none covers the date or the position is ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// 1 σ of the line, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_accuracy_m: Option<f64>,
    #[serde(default)]
    pub indicative: bool,
    pub localities: Vec<JudgedLocality>,
    /// Distance to the nearest boundary, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<JudgedDispute>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<JudgedAgreement>,
    /// Codes of the localities that act before the line is settled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub act_first: Vec<String>,
    /// Codes of further communes that the outline reaches into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline_in: Vec<String>,
    pub explanation: Text,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JudgedLocality {
    /// `None`: one of `candidates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    pub probability: f64,
    /// Metres to its land, 0 inside.
    pub distance_m: f64,
    pub contains: bool,
    #[serde(default)]
    pub party: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JudgedDispute {
    pub id: String,
    pub in_zone: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JudgedAgreement {
    pub id: String,
    pub in_force: InForce,
}

/// What a phone without a signal answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeviceAnswer {
    pub verdict: Verdict,
    /// Codes of the localities it named.
    pub localities: Vec<String>,
    /// The dataset it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The rules it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
}

/// Probabilities nearer than this are told as the same.
const SAME_PROBABILITY: f64 = 0.005;

impl JudgedLocality {
    fn is(&self, other: &JudgedLocality) -> bool {
        (&self.code, &self.name) == (&other.code, &other.name)
    }
}

/// What is different now, in sentences; empty where nothing is.
pub fn differences(then: &Judged, now: &Judged) -> Vec<Text> {
    let mut found = Vec::new();
    if then.verdict != now.verdict {
        found.push(changed(("Kết luận", "The verdict"), word(then.verdict), word(now.verdict)));
    }
    for gone in then.localities.iter().filter(|l| !now.localities.iter().any(|n| n.is(l))) {
        found.push(Text::new(
            format!("{}: trước có tên, nay không.", gone.name),
            format!("{}: was named then, is not now.", gone.name),
        ));
    }
    for new in &now.localities {
        match then.localities.iter().find(|l| l.is(new)) {
            None => found.push(Text::new(
                format!("{}: trước không có tên, nay có ({}).", new.name, percent(new.probability)),
                format!("{}: was not named then, is now ({}).", new.name, percent(new.probability)),
            )),
            Some(l) if (l.probability - new.probability).abs() > SAME_PROBABILITY => {
                let (was, is) = (percent(l.probability), percent(new.probability));
                found.push(Text::new(
                    format!("{}: trước {was}, nay {is}.", new.name),
                    format!("{}: {was} then, {is} now.", new.name),
                ));
            }
            Some(_) => {}
        }
    }
    let zones = |j: &Judged| j.disputes.iter().filter(|d| d.in_zone).map(|d| d.id.clone()).collect::<Vec<_>>();
    if zones(then) != zones(now) {
        found.push(changed(("Vùng tranh chấp", "Disputed zones"), list(&zones(then)), list(&zones(now))));
    }
    let agreements = |j: &Judged| j.agreements.iter().map(|a| format!("{} ({})", a.id, in_force(a.in_force))).collect();
    let (before, after): (Vec<String>, Vec<String>) = (agreements(then), agreements(now));
    if before != after {
        found.push(changed(("Thỏa thuận", "Agreements"), list(&before), list(&after)));
    }
    if !found.is_empty() || then.dataset != now.dataset || then.rules != now.rules {
        found.extend(whys(then.dataset.as_deref(), now.dataset.as_deref(), Some(&then.rules), &now.rules));
        if then.at != now.at {
            found.push(changed(("Ngày hỏi", "The date asked about"), then.at.to_string(), now.at.to_string()));
        }
    }
    found
}

/// Where the server's answer differs from the phone's, and why; empty where it does not.
pub fn device_differences(device: &DeviceAnswer, server: &Judged) -> Vec<Text> {
    let mut found = Vec::new();
    if device.verdict != server.verdict {
        found.push(phone(("Kết luận", "The verdict"), word(device.verdict), word(server.verdict)));
    }
    let mut here: Vec<String> = server
        .localities
        .iter()
        .flat_map(|l| l.code.iter().chain(l.candidates.iter().filter(|_| l.code.is_none())))
        .cloned()
        .collect();
    let mut there = device.localities.clone();
    here.sort();
    there.sort();
    if here != there {
        found.push(phone(("Địa phương", "Localities"), list(&there), list(&here)));
    }
    if !found.is_empty() {
        found.extend(whys(
            device.dataset.as_deref(),
            server.dataset.as_deref(),
            device.rules.as_deref(),
            &server.rules,
        ));
    }
    found
}

fn whys(had: Option<&str>, has: Option<&str>, rules_then: Option<&str>, rules_now: &str) -> Vec<Text> {
    let mut found = Vec::new();
    if had != has {
        let none = || "–".to_owned();
        let (a, b) = (had.map_or_else(none, str::to_owned), has.map_or_else(none, str::to_owned));
        found.push(changed(("Bộ ranh giới", "The dataset"), a, b));
    }
    if let Some(then) = rules_then.filter(|r| *r != rules_now) {
        found.push(changed(("Bộ quy tắc", "The rules"), then.into(), rules_now.into()));
    }
    found
}

fn changed((vi, en): (&str, &str), was: String, is: String) -> Text {
    Text::new(format!("{vi}: trước {was}, nay {is}."), format!("{en}: {was} then, {is} now."))
}

fn phone((vi, en): (&str, &str), was: String, is: String) -> Text {
    Text::new(
        format!("{vi}: điện thoại {was}, máy chủ {is}."),
        format!("{en}: {was} on the phone, {is} on the server."),
    )
}

fn list(ids: &[String]) -> String {
    if ids.is_empty() { "–".into() } else { ids.join(", ") }
}

fn percent(p: f64) -> String {
    format!("{:.0} %", p * 100.0)
}

/// The word scripts know it by.
fn word(verdict: Verdict) -> String {
    let word = match verdict {
        Verdict::Sole => "sole",
        Verdict::Disputed => "disputed",
        Verdict::Uncertain => "uncertain",
        Verdict::None => "none",
        Verdict::AmbiguousPosition => "ambiguous_position",
        Verdict::NotKnown => "not_known",
    };
    format!("«{word}»")
}

fn in_force(in_force: InForce) -> &'static str {
    match in_force {
        InForce::Yes => "yes",
        InForce::NotKnown => "not_known",
        InForce::Expired => "expired",
        InForce::NeverSigned => "never_signed",
    }
}
