//! A question to the phone and its answer: the words of `GET /api/locate`.

use geo::Coord;
use serde::{Deserialize, Serialize};

use super::format::Meta;
use super::refusal::Refusal;
use super::unpack::Phone;
use crate::crs::CrsId;
use crate::domain::rules::{ASSUMED_GPS_ACCURACY_M, Verdict};
use crate::domain::{Lang, Text, today_in_vietnam};
use crate::engine::probability::{REACH_SIGMA, sigma_of_r68};
use crate::service::answer::{Answer, Note};
use crate::service::{PositionText, Question, QuestionError, read_date, read_kind};

/// What is asked. Other keys of the message are the caller's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// A position in any notation.
    pub q: Option<String>,
    /// Easting or longitude, and northing or latitude, as typed.
    pub x: Option<String>,
    pub y: Option<String>,
    /// WGS 84 degrees, where the phone's own position or a picked point is meant.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub crs: Option<String>,
    /// 68 % radius in metres; absent or 0: not known.
    pub accuracy_m: Option<f64>,
    /// YYYY-MM-DD; absent: today in Vietnam.
    pub at: Option<String>,
    /// Kind of incident, for who acts first.
    pub kind: Option<String>,
    pub lang: Lang,
}

/// What a message is; its other keys depend on that.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    op: Option<String>,
    lang: Lang,
}

/// Lines and zones about a place, for drawing: those of `GET /api/around`.
#[derive(Debug, Clone, Deserialize)]
pub struct AskAround {
    /// WGS 84 degrees.
    pub lon: f64,
    pub lat: f64,
    pub reach_m: f64,
    /// YYYY-MM-DD; absent: today in Vietnam.
    pub at: Option<String>,
}

/// The answer as the server gives it, marked as the phone's own.
#[derive(Debug, Serialize)]
pub struct OfflineAnswer {
    #[serde(flatten)]
    pub answer: Answer,
    pub offline: bool,
    /// What it was computed on.
    pub area: Meta,
}

impl Phone {
    /// The server's answer, on the lines of the pack.
    ///
    /// # Errors
    /// [`Refusal`] for a question that cannot be read, and for a position the pack cannot answer as the server would.
    pub fn locate(&self, ask: &Ask) -> Result<OfflineAnswer, Refusal> {
        let picked = ask.lon.zip(ask.lat).map(|(lon, lat)| (format!("{lon:.7}"), format!("{lat:.7}")));
        let position = match (&ask.q, &picked, &ask.x, &ask.y) {
            (Some(q), ..) => PositionText::Text(q),
            (None, Some((lon, lat)), ..) => PositionText::Xy(lon, lat),
            (None, None, Some(x), Some(y)) => PositionText::Xy(x, y),
            _ => return Err(QuestionError::NoPosition.into()),
        };
        let given = |s: &'_ Option<String>| s.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
        let question = Question {
            position,
            crs: match (given(&ask.crs), &picked) {
                (Some(crs), _) => Some(CrsId::parse(&crs).map_err(QuestionError::from)?),
                (None, Some(_)) if ask.q.is_none() => Some(CrsId::WGS84),
                (None, _) => None,
            },
            accuracy_m: ask.accuracy_m,
            at: given(&ask.at).map(|d| read_date(&d)).transpose()?,
            kind: given(&ask.kind).map(|k| read_kind(&k)).transpose()?,
        };
        let mut answer = self.service.locate(&question)?;
        self.check_reach(&answer)?;
        self.tell_what_is_rough(&mut answer);
        if let Some(basis) = &mut answer.basis {
            basis.simplification_m = Some(self.meta.simplification_m);
        }
        Ok(OfflineAnswer { answer, offline: true, area: self.meta.clone() })
    }

    /// Refuses an answer that could be another one with the lines beyond the area as they are published.
    fn check_reach(&self, answer: &Answer) -> Result<(), Refusal> {
        let (Some(area), Some(lon), Some(lat)) = (&self.meta.area, answer.position.lon, answer.position.lat) else {
            return Ok(());
        };
        let p = Coord { x: lon, y: lat };
        if !area.holds(p) {
            return Err(Refusal::OutsideArea);
        }
        let gps_m = sigma_of_r68(answer.position.accuracy_m.unwrap_or(ASSUMED_GPS_ACCURACY_M));
        let reach_m = REACH_SIGMA * gps_m.hypot(self.line_sigma_m) + self.meta.simplification_m;
        // The unit that contains a position has its whole outline at the pack's own error. Outside of every unit the
        // nearest of all is told: it must not be possible that another one is nearer.
        let nearest_m = match (&answer.boundary, answer.verdict) {
            (Some(b), Verdict::None) => b.distance_m + self.meta.simplification_m,
            _ => 0.0,
        };
        if area.reaches(p, reach_m.max(nearest_m)) { Ok(()) } else { Err(Refusal::BeyondArea) }
    }

    /// Readings that land beyond the area are named by the coarser lines there.
    fn tell_what_is_rough(&self, answer: &mut Answer) {
        let Some(area) = &self.meta.area else { return };
        if answer.position.other_readings.iter().all(|r| area.holds(Coord { x: r.lon, y: r.lat })) {
            return;
        }
        let metres = self.meta.beyond_m;
        let text = Text::new(
            format!("Các cách đọc khác nằm ngoài khu vực mang theo: xã ở đó chỉ đúng đến khoảng {metres:.0} m."),
            format!("Other readings lie beyond the area taken along: communes there are good to about {metres:.0} m."),
        );
        answer.position.notes.push(Note { code: "readings_beyond_area".into(), text });
    }
}

/// One message, answered. `phone`: the area taken along, which a message `load` has put there before.
///
/// `{"op": "locate", …}` ([`Ask`]) → `{"ok": true, "answer": …}`, `{"op": "around", …}` ([`AskAround`]) →
/// `{"ok": true, "around": …}`; or `{"ok": false, "problem": …}`.
pub fn reply(phone: Option<&Phone>, message: &[u8]) -> String {
    let said: Result<Message, _> = serde_json::from_slice(message);
    let lang = said.as_ref().map_or(Lang::default(), |said| said.lang);
    let unreadable = |e: serde_json::Error| Refusal::Message(e.to_string());
    let answered = said.map_err(unreadable).and_then(|said| match said.op.as_deref() {
        Some("around") => {
            let ask: AskAround = serde_json::from_slice(message).map_err(unreadable)?;
            let at = ask.at.as_deref().map(read_date).transpose()?.unwrap_or_else(today_in_vietnam);
            let around = phone.ok_or(Refusal::NoArea)?.service.around(ask.lon, ask.lat, ask.reach_m, at);
            Ok(("around", serde_json::to_string(&around).map_err(unreadable)?))
        }
        _ => {
            let ask: Ask = serde_json::from_slice(message).map_err(unreadable)?;
            let answer = phone.ok_or(Refusal::NoArea)?.locate(&ask)?;
            Ok(("answer", serde_json::to_string(&answer).map_err(unreadable)?))
        }
    });
    match answered {
        Ok((what, json)) => format!(r#"{{"ok":true,"{what}":{json}}}"#),
        Err(refusal) => refused(&refusal, lang),
    }
}

/// `{"ok": false, "problem": …}`.
pub(super) fn refused(refusal: &Refusal, lang: Lang) -> String {
    let problem = serde_json::to_string(&refusal.problem(lang)).unwrap_or_else(|_| "null".into());
    format!(r#"{{"ok":false,"problem":{problem}}}"#)
}
