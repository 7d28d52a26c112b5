//! What users do with the records: open a dispute, tell its story, file and withdraw claims, keep agreements and what
//! is done under them. Each checks what it is given, appends to the journal, and returns the records after it.

use std::cell::RefCell;

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filing::{self, Wanted};
use super::{ActionError, Office, Service, ShapeFault, disputing};
use crate::crs::CrsId;
use crate::domain::{
    Activity, Agreement, AgreementChange, Amendment, AsFiled, Change, Claim, Dispute, DisputeEvent, DisputeStatus,
    Document, Level, MEASURES, Measure, Party, Progress, Shape, Stretch, Text, Withdrawal, fold, today_in_vietnam,
};

/// A claim that goes farther than this (m) from the line its dispute is about is refused: a wrong meridian is 26 km and
/// more, while no published line lies more than 330 m from another.
pub const MAX_FROM_LINE_M: f64 = 10_000.0;
/// Half-width (m) of a derived zone where its record names none: wide enough for every published line.
pub const DEFAULT_WIDTH_M: f64 = 500.0;

/// Words of a user: one language for both, or each in its own.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Words {
    Both(Text),
    One(String),
}

impl From<Words> for Text {
    fn from(words: Words) -> Text {
        match words {
            Words::Both(text) => text,
            Words::One(one) => Text::new(one.clone(), one),
        }
    }
}

/// A dispute as a user opens it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDispute {
    /// Made from the name where none is given.
    pub id: Option<String>,
    pub name: Words,
    pub note: Option<Words>,
    /// Two or more. A party's `unit` is a commune's code at `unit_at`.
    pub parties: Vec<Party>,
    /// The stretch of line; where none is given, the line the parties' communes of today share.
    pub stretch: Option<Stretch>,
    pub width_m: Option<f64>,
    /// When it began to be known.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub status: Option<DisputeStatus>,
    pub text: Words,
    pub document: Document,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub status: DisputeStatus,
    pub text: Words,
    pub document: Document,
}

#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAmendment {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub name: Option<Words>,
    pub note: Option<Words>,
    pub width_m: Option<f64>,
    pub stretch: Option<Stretch>,
    pub document: Document,
}

/// A claim as a party files it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewClaim {
    /// The party: its place in the record's list from 1, its village, or its commune's code.
    pub party: String,
    /// GeoJSON text.
    pub geojson: String,
    pub crs: Option<CrsId>,
    pub filed: Date,
    /// Scale of the map, 1 : `scale`.
    pub scale: Option<u32>,
    pub document: Document,
}

/// What a filing came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    pub claim: Claim,
    /// What was mended on the way.
    pub notes: Vec<Text>,
}

impl Office {
    /// Opens a dispute.
    ///
    /// # Errors
    /// [`ActionError`] where a word is missing, a unit does not exist at its date, or the id is taken.
    pub fn open_dispute(&self, by: &str, new: &NewDispute) -> Result<Dispute, ActionError> {
        let opened = RefCell::new(None);
        self.record(by, |service| {
            let dispute = dispute(service, new)?;
            opened.replace(Some(dispute.clone()));
            Ok(vec![Change::DisputeOpened { dispute }])
        })?;
        opened.into_inner().ok_or(ActionError::Busy)
    }

    /// Adds an event to a dispute's life; its status is the state from that day on.
    ///
    /// # Errors
    /// [`ActionError`], such as for an event before the record's first day or in the future.
    pub fn add_event(&self, by: &str, id: &str, new: &NewEvent) -> Result<(), ActionError> {
        not_in_future(new.date)?;
        documented(&new.document)?;
        let text = said(new.text.clone().into(), "text")?;
        let event =
            DisputeEvent { date: new.date, status: new.status, text, document: new.document.clone(), entered_by: None };
        self.record(by, |_| Ok(vec![Change::DisputeEvent { dispute: id.into(), event: event.clone() }]))?;
        Ok(())
    }

    /// Changes what a dispute's record says from a day on; what it said before stays.
    ///
    /// # Errors
    /// [`ActionError`] where nothing is changed or a value cannot be taken.
    pub fn amend(&self, by: &str, id: &str, new: &NewAmendment) -> Result<(), ActionError> {
        not_in_future(new.date)?;
        documented(&new.document)?;
        width(new.width_m)?;
        if new.name.is_none() && new.note.is_none() && new.width_m.is_none() && new.stretch.is_none() {
            return Err(ActionError::Missing("name, note, width_m, stretch"));
        }
        self.record(by, |service| {
            if let Some(stretch) = &new.stretch {
                known_stretch(service, stretch)?;
            }
            let amendment = Amendment {
                date: new.date,
                name: new.name.clone().map(Text::from).map(|t| said(t, "name")).transpose()?,
                note: new.note.clone().map(Text::from),
                width_m: new.width_m,
                stretch: new.stretch.clone(),
                document: new.document.clone(),
                entered_by: None,
            };
            Ok(vec![Change::DisputeAmended { dispute: id.into(), amendment }])
        })?;
        Ok(())
    }

    /// Files a party's claim: the zone rests on it from its day on.
    ///
    /// # Errors
    /// [`ActionError::Shape`] with every fault and its place where the shape cannot stand or lies far away.
    pub fn file_claim(&self, by: &str, id: &str, new: &NewClaim) -> Result<Filed, ActionError> {
        not_in_future(new.filed)?;
        documented(&new.document)?;
        if new.scale == Some(0) {
            return Err(ActionError::Invalid(Text::new("Tỷ lệ 1:0 không có nghĩa.", "A scale of 1:0 has no meaning.")));
        }
        let read = filing::read(&new.geojson, new.crs, Wanted::LineOrLand)?;
        let claim = Claim {
            id: Uuid::now_v7().to_string(),
            party: 0,
            filed: new.filed,
            shape: read.shape,
            as_filed: AsFiled { crs: read.crs.code().into(), geometry: read.as_filed },
            scale: new.scale,
            document: new.document.clone(),
            entered_by: None,
            withdrawn: None,
        };
        let after = self.record(by, |service| {
            let dispute = find_dispute(service, id)?;
            let party = find_party(service, dispute, &new.party)?;
            near_enough(service, dispute, &claim.shape)?;
            let claim = Claim { party, ..claim.clone() };
            Ok(vec![Change::ClaimFiled { dispute: id.into(), claim }])
        })?;
        let filed = find_dispute(&after, id)?.claims.iter().find(|c| c.id == claim.id).cloned();
        Ok(Filed { claim: filed.unwrap_or(claim), notes: read.notes })
    }

    /// Takes a claim back; it stays in the record.
    ///
    /// # Errors
    /// [`ActionError`] where there is none or it was withdrawn before.
    pub fn withdraw_claim(
        &self,
        by: &str,
        id: &str,
        claim: &str,
        date: Date,
        document: &Document,
    ) -> Result<(), ActionError> {
        not_in_future(date)?;
        documented(document)?;
        let withdrawal = Withdrawal { date, document: document.clone(), entered_by: None };
        self.record(by, |_| {
            Ok(vec![Change::ClaimWithdrawn { dispute: id.into(), claim: claim.into(), withdrawal: withdrawal.clone() }])
        })?;
        Ok(())
    }

    /// Adds an agreement.
    ///
    /// # Errors
    /// [`ActionError`] where a party does not exist at its date or a term ends before it begins.
    pub fn make_agreement(&self, by: &str, agreement: &Agreement) -> Result<String, ActionError> {
        let made = RefCell::new(String::new());
        self.record(by, |service| {
            let mut agreement = agreement.clone();
            agreement.title = said(agreement.title, "title")?;
            if agreement.id.is_empty() {
                agreement.id = free_id(&agreement.title.vi, |id| service.records.agreements.iter().any(|a| a.id == id));
            }
            good_id(&agreement.id)?;
            if agreement.parties.len() < 2 {
                return Err(ActionError::Missing("party"));
            }
            for p in &agreement.parties {
                exists(service, p.level, &p.code, p.unit_at)?;
            }
            if let Some(unknown) = agreement.hotspots.iter().find(|h| find_dispute(service, h).is_err()) {
                find_dispute(service, unknown)?;
            }
            term(agreement.term_from, agreement.term_to)?;
            for activity in &agreement.activities {
                measures(&activity.measures)?;
            }
            made.replace(agreement.id.clone());
            Ok(vec![Change::AgreementMade { agreement }])
        })?;
        Ok(made.into_inner())
    }

    /// Changes what is known about an agreement from a day on: signed, prolonged, ended.
    ///
    /// # Errors
    /// [`ActionError`] where nothing is changed or the term would end before it begins.
    pub fn change_agreement(&self, by: &str, id: &str, change: &AgreementChange) -> Result<(), ActionError> {
        not_in_future(change.date)?;
        documented(&change.document)?;
        if change.signed.is_none() && change.term_from.is_none() && change.term_to.is_none() && change.note.is_none() {
            return Err(ActionError::Missing("signed, term_from, term_to, note"));
        }
        self.record(by, |service| {
            if let Some(agreement) = service.records.agreements.iter().find(|a| a.id == id) {
                let now = agreement.as_of(change.date);
                term(change.term_from.or(now.term_from), change.term_to.or(now.term_to))?;
            }
            Ok(vec![Change::AgreementChanged { agreement: id.into(), change: change.clone() }])
        })?;
        Ok(())
    }

    /// Adds a joint activity with its measures.
    ///
    /// # Errors
    /// [`ActionError`] for a measure that is not in the table or no number.
    pub fn add_activity(&self, by: &str, id: &str, activity: &Activity) -> Result<Activity, ActionError> {
        documented(&activity.document)?;
        not_in_future(activity.reported)?;
        measures(&activity.measures)?;
        term(activity.from, activity.to)?;
        let mut activity = activity.clone();
        activity.title = said(activity.title, "title")?;
        if activity.id.is_empty() {
            activity.id = Uuid::now_v7().to_string();
        }
        self.record(by, |_| Ok(vec![Change::ActivityHeld { agreement: id.into(), activity: activity.clone() }]))?;
        Ok(activity)
    }

    /// Says what was done about an obligation (its place in the record's list, from 0).
    ///
    /// # Errors
    /// [`ActionError`] where there is no such obligation.
    pub fn add_progress(&self, by: &str, id: &str, progress: &Progress) -> Result<(), ActionError> {
        documented(&progress.document)?;
        not_in_future(progress.date)?;
        said(progress.text.clone(), "text")?;
        self.record(by, |_| Ok(vec![Change::ObligationProgress { agreement: id.into(), progress: progress.clone() }]))?;
        Ok(())
    }
}

pub fn find_dispute<'a>(service: &'a Service, id: &str) -> Result<&'a Dispute, ActionError> {
    let found = service.records.disputes.iter().find(|d| d.id == id);
    found.ok_or_else(|| {
        crate::domain::RecordError::Unknown { what: "dispute", id: id.chars().take(80).collect() }.into()
    })
}

fn dispute(service: &Service, new: &NewDispute) -> Result<Dispute, ActionError> {
    not_in_future(new.date)?;
    documented(&new.document)?;
    width(new.width_m)?;
    let name = said(new.name.clone().into(), "name")?;
    if new.parties.len() < 2 {
        return Err(ActionError::Missing("parties"));
    }
    for party in &new.parties {
        exists(service, Level::Commune, &party.unit, party.unit_at)?;
    }
    if let Some(stretch) = &new.stretch {
        known_stretch(service, stretch)?;
    }
    let id = match &new.id {
        Some(id) => id.clone(),
        None => free_id(&name.vi, |id| service.records.disputes.iter().any(|d| d.id == id)),
    };
    good_id(&id)?;
    Ok(Dispute {
        id,
        name,
        note: new.note.clone().map(Text::from).unwrap_or_default(),
        width_m: new.width_m.unwrap_or(DEFAULT_WIDTH_M),
        stretch: new.stretch.clone().or_else(|| common_line(service, &new.parties)),
        parties: new.parties.clone(),
        events: vec![DisputeEvent {
            date: new.date,
            status: new.status.unwrap_or(DisputeStatus::Open),
            text: said(new.text.clone().into(), "text")?,
            document: new.document.clone(),
            entered_by: None,
        }],
        amendments: Vec::new(),
        claims: Vec::new(),
    })
}

/// The line that the communes of today share, where two parties have one each.
fn common_line(service: &Service, parties: &[Party]) -> Option<Stretch> {
    let register = &service.engine.register;
    let today = today_in_vietnam();
    let units: Vec<_> = parties.iter().flat_map(|p| disputing::units_at(register, p, today)).collect();
    match units.as_slice() {
        [a, b] if a.code != b.code => {
            Some(Stretch::CommonLine { units: [a.code.clone(), b.code.clone()], near_former: None })
        }
        _ => None,
    }
}

fn known_stretch(service: &Service, stretch: &Stretch) -> Result<(), ActionError> {
    let register = &service.engine.register;
    let known = |level: Level, code: &String| register.units().iter().any(|u| u.level == level && u.code == *code);
    let (communes, districts): (Vec<&String>, Vec<&String>) = match stretch {
        Stretch::CommonLine { units, near_former } => {
            (units.iter().collect(), near_former.iter().flat_map(|n| &n.districts).collect())
        }
        Stretch::FormerLine { districts, inside, .. } => (vec![inside], districts.iter().collect()),
    };
    let unknown = communes
        .into_iter()
        .find(|c| !known(Level::Commune, c))
        .or_else(|| districts.into_iter().find(|c| !known(Level::District, c)));
    match unknown {
        Some(code) => Err(ActionError::Invalid(Text::new(
            format!("Đoạn ranh giới: không có đơn vị {code}."),
            format!("The stretch of line: there is no unit {code}."),
        ))),
        None => Ok(()),
    }
}

/// The party by its number from 1, its village, or its commune's code.
fn find_party(service: &Service, dispute: &Dispute, named: &str) -> Result<usize, ActionError> {
    let named = named.trim();
    let by_number = named.parse::<usize>().ok().filter(|n| named.len() < 3 && (1..=dispute.parties.len()).contains(n));
    let mut matching = dispute.parties.iter().enumerate().filter(|(_, p)| {
        p.unit == named
            || p.village.as_deref().is_some_and(|v| fold(v) == fold(named))
            || disputing::unit_then(&service.engine.register, p).is_some_and(|u| fold(&u.name) == fold(named))
    });
    match (by_number, matching.next(), matching.next()) {
        (Some(n), ..) => Ok(n - 1),
        (None, Some((i, _)), None) => Ok(i),
        _ => Err(ActionError::Invalid(Text::new(
            format!(
                "Không rõ bên «{named}»: hãy ghi số thứ tự từ 1 đến {}, tên bản, hoặc mã xã của bên đó.",
                dispute.parties.len()
            ),
            format!(
                "Which party is “{named}”? Give its number from 1 to {}, its village, or its commune's code.",
                dispute.parties.len()
            ),
        ))),
    }
}

/// Does a claim lie where its dispute is? Against the stretch of line where one is drawn, else against the parties' land.
fn near_enough(service: &Service, dispute: &Dispute, shape: &Shape) -> Result<(), ActionError> {
    let engine = &service.engine;
    let stretch = engine.stretch(&dispute.id, today_in_vietnam());
    let communes = engine.layers().filter(|l| l.info.level == Level::Commune && !l.info.indicative);
    let lands: Vec<_> = communes
        .flat_map(|layer| {
            let units = dispute
                .parties
                .iter()
                .flat_map(|p| disputing::units_at(&engine.register, p, layer.info.valid_from))
                .filter_map(|u| layer.owner_of(&u.code));
            units.map(move |owner| (layer, owner)).collect::<Vec<_>>()
        })
        .collect();
    let distance_m = |c| match stretch {
        Some(line) => line.edges.nearest(c, |_| true).map(|n| n.distance_m),
        None => lands
            .iter()
            .filter_map(|(layer, owner)| {
                if layer.contain(c).holds(*owner) {
                    Some(0.0)
                } else {
                    Some(layer.nearest_edge_of(*owner, c)?.distance_m)
                }
            })
            .min_by(f64::total_cmp),
    };
    // Where no map draws either, only a place outside the region can be told to be wrong.
    let far = shape.coords().find_map(|c| match distance_m(c) {
        Some(m) => (m > MAX_FROM_LINE_M).then_some((c, Some(m))),
        None => (!crate::crs::in_region(c.x, c.y)).then_some((c, None)),
    });
    let Some((c, m)) = far else { return Ok(()) };
    let place = format!("({:.6}, {:.6})", c.y, c.x);
    let km = m.map(|m| format!("{:.1}", m / 1000.0));
    let text = match km {
        Some(km) => Text::new(
            format!(
                "Đỉnh {place} cách nơi tranh chấp {km} km, quá {:.0} km: hãy kiểm tra hệ tọa độ và kinh tuyến trục.",
                MAX_FROM_LINE_M / 1000.0
            ),
            format!(
                "The vertex {place} lies {km} km from what the dispute is about, more than {:.0} km: check the CRS and its \
                 central meridian.",
                MAX_FROM_LINE_M / 1000.0
            ),
        ),
        None => Text::new(
            format!("Đỉnh {place} nằm ngoài vùng ba tỉnh: hãy kiểm tra hệ tọa độ."),
            format!("The vertex {place} lies outside the three provinces' region: check the CRS."),
        ),
    };
    Err(ActionError::Shape(vec![ShapeFault { place: Some((c.x, c.y)), text }]))
}

pub fn exists(service: &Service, level: Level, code: &str, at: Date) -> Result<(), ActionError> {
    match service.engine.register.at(level, code, at) {
        Some(_) => Ok(()),
        None => Err(ActionError::Invalid(Text::new(
            format!("Không có đơn vị {code} vào ngày {at}; mã phải đi với ngày mà đơn vị ấy tồn tại."),
            format!("There is no unit {code} on {at}; give a code with a date on which the unit existed."),
        ))),
    }
}

pub fn not_in_future(date: Date) -> Result<(), ActionError> {
    let today = today_in_vietnam();
    if date <= today {
        return Ok(());
    }
    Err(ActionError::Invalid(Text::new(
        format!("Ngày {date} ở tương lai (hôm nay {today})."),
        format!("{date} is in the future (today is {today})."),
    )))
}

/// A record rests on something: its document has a title.
pub fn documented(document: &Document) -> Result<(), ActionError> {
    if document.title.trim().is_empty() { Err(ActionError::Missing("document.title")) } else { Ok(()) }
}

fn said(text: Text, what: &'static str) -> Result<Text, ActionError> {
    if text.vi.trim().is_empty() || text.en.trim().is_empty() { Err(ActionError::Missing(what)) } else { Ok(text) }
}

fn width(width_m: Option<f64>) -> Result<(), ActionError> {
    match width_m {
        Some(w) if !(w > 0.0 && w <= MAX_FROM_LINE_M) => Err(ActionError::Invalid(Text::new(
            format!("Nửa bề rộng vùng phải từ trên 0 đến {MAX_FROM_LINE_M:.0} m."),
            format!("The half-width of a zone is above 0 and at most {MAX_FROM_LINE_M:.0} m."),
        ))),
        _ => Ok(()),
    }
}

fn term(from: Option<Date>, to: Option<Date>) -> Result<(), ActionError> {
    match (from, to) {
        (Some(from), Some(to)) if from >= to => Err(ActionError::Invalid(Text::new(
            format!("Thời hạn kết thúc ({to}) không sau ngày bắt đầu ({from})."),
            format!("The end ({to}) is not after the beginning ({from})."),
        ))),
        _ => Ok(()),
    }
}

fn measures(measures: &[Measure]) -> Result<(), ActionError> {
    for m in measures {
        if crate::domain::measure(&m.what).is_none() {
            let known = MEASURES.map(|m| m.0).join(", ");
            return Err(ActionError::Invalid(Text::new(
                format!("Không có số đo «{}»: hãy chọn một trong {known}.", m.what),
                format!("There is no measure “{}”: choose one of {known}.", m.what),
            )));
        }
        if !(m.value.is_finite() && m.value >= 0.0) {
            return Err(ActionError::Invalid(Text::new(
                format!("«{}»: cần một số không âm.", m.what),
                format!("“{}”: a number of at least zero is needed.", m.what),
            )));
        }
    }
    Ok(())
}

/// Letters, digits and hyphens: it stands in addresses and file names.
fn good_id(id: &str) -> Result<(), ActionError> {
    let good = !id.is_empty()
        && id.len() <= 80
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if good {
        return Ok(());
    }
    let id: String = id.chars().take(40).collect();
    Err(ActionError::Invalid(Text::new(
        format!("Mã hồ sơ «{id}» chỉ được gồm chữ thường không dấu, số và dấu nối, tối đa 80 ký tự."),
        format!("The id “{id}” may have lower-case letters, digits and hyphens only, 80 at most."),
    )))
}

/// An id made from a name: "Nậm Kè – Na Cô Sa" → nam-ke-na-co-sa, with a number where that is taken.
fn free_id(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = fold(name);
    let words: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let base: String = words.join("-").chars().take(70).collect();
    let base = if base.is_empty() { "ho-so".to_owned() } else { base };
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
}
