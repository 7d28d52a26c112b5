//! Files of others come in: what is understood is shown first, in full, and written only when that is asked for.

mod alerts;
mod areas;
mod boundaries;
mod incidents;
mod mapping;
mod understood;

use std::path::Path;

use geo::{Coord, Geometry, MapCoords};

pub use boundaries::NewDataset;
pub use mapping::FIELDS;
pub use understood::Understood;

use super::role_import::Defaults;
use super::{ActionError, NewClaim, Office, Service};
use crate::crs::{self, CrsId};
use crate::domain::{Document, Text, Who};
use crate::import::{Encoding, ReadOptions, Row, Source, read};
use mapping::Mapping;

/// What a file is taken as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    Boundaries,
    Claims,
    RoleAreas,
    Incidents,
    Bodies,
}

/// Their words for scripts.
pub const KINDS: [(As, &str); 5] = [
    (As::Boundaries, "boundaries"),
    (As::Claims, "claims"),
    (As::RoleAreas, "role-areas"),
    (As::Incidents, "incidents"),
    (As::Bodies, "bodies"),
];

/// Where somebody asks to have a file taken in.
#[derive(Debug, Clone, Copy)]
pub enum Desk<'a> {
    /// At the machine itself, with the folder boundary datasets live in: everything.
    Machine(&'a Path),
    /// Over the network: no boundaries, which change what every answer rests on, and only formats of our own, as what
    /// GDAL reads may name other files and addresses.
    Network,
}

/// What a person says about a file that it does not say itself.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    pub crs: Option<CrsId>,
    pub encoding: Option<Encoding>,
    pub layer: Option<String>,
    /// (our field, the file's column), over what is guessed.
    pub map: Vec<(String, String)>,
    /// Write it; otherwise it is only shown.
    pub write: bool,
    pub roles: Defaults,
    pub claim: ClaimSaid,
    pub dataset: NewDataset,
    pub incidents: IncidentsSaid,
}

/// What holds for every claim of a file that does not say otherwise.
#[derive(Debug, Clone, Default)]
pub struct ClaimSaid {
    pub dispute: Option<String>,
    pub party: Option<String>,
    pub filed: Option<String>,
}

/// What holds for every incident of a file, and how alerts are put together.
#[derive(Debug, Clone, Default)]
pub struct IncidentsSaid {
    /// A word of a kind; alerts of known products need none.
    pub kind: Option<String>,
    /// Alerts nearer than this, in metres, belong together; default by product.
    pub within_m: Option<f64>,
    /// And no further apart than so many days; default 3.
    pub within_days: Option<f64>,
    /// Every row is an alert, also where the file is of no known product.
    pub alerts: bool,
}

/// A file with its columns understood.
struct File<'a> {
    source: &'a Source,
    mapping: Mapping,
    /// Of geometries and x, y; `None`: not known, positions may say it themselves.
    crs: Option<CrsId>,
}

impl File<'_> {
    /// Text of a field in a row; `None`: no column, or empty.
    fn get(&self, row: &Row, field: &str) -> Option<String> {
        let at = self.mapping.column(field)?;
        Some(row.values[at].text().trim().to_owned()).filter(|t| !t.is_empty())
    }

    /// The geometry on WGS 84, and how many vertices had their axes swapped.
    ///
    /// # Errors
    /// The CRS is not known, or a vertex lies where it has no meaning.
    fn geometry(&self, row: &Row) -> Result<Option<(Geometry<f64>, usize)>, ActionError> {
        let Some(geometry) = &row.geometry else { return Ok(None) };
        let crs = self.crs.ok_or_else(|| no_crs(self.source))?;
        let swapped = std::cell::Cell::new(0);
        let placed = geometry.try_map_coords(|c| {
            let (x, y, turned) = crs::of_xy(c.x, c.y, crs)?;
            swapped.set(swapped.get() + usize::from(turned));
            Ok::<_, ActionError>(Coord { x, y })
        })?;
        Ok(Some((placed, swapped.get())))
    }
}

fn at_the_machine() -> ActionError {
    ActionError::Invalid(Text::new(
        "Ranh giới chỉ được nhập tại máy chủ: giapranh import TỆP --as boundaries.",
        "Boundaries come in at the machine itself: giapranh import FILE --as boundaries.",
    ))
}

fn no_crs(source: &Source) -> ActionError {
    let words = &source.crs.words;
    let known: Vec<&str> = CrsId::all().map(CrsId::code).collect();
    let known = known.join(", ");
    ActionError::Invalid(Text::new(
        format!("Không rõ hệ tọa độ của tệp ({words}): hãy cho --crs, một trong {known}."),
        format!("The CRS of the file is not known ({words}): give --crs, one of {known}."),
    ))
}

/// A fault of a row, with its number.
fn at_row(row: &Row, error: &ActionError) -> Text {
    let text = error.text();
    Text::new(format!("dòng {}: {}", row.number, text.vi), format!("row {}: {}", row.number, text.en))
}

impl Office {
    /// Reads a file as one kind of thing, and writes it where that is asked for.
    ///
    /// # Errors
    /// It is not for this person; the file cannot be read, a column or the CRS is missing, or a row cannot be taken: then
    /// nothing is written.
    pub fn import_file(
        &self,
        who: &Who,
        desk: Desk,
        path: &Path,
        what: As,
        options: &ImportOptions,
    ) -> Result<Understood, ActionError> {
        // Claims are asked one by one for whose party they are, reports as they are filed.
        if matches!(what, As::Boundaries | As::RoleAreas | As::Bodies) {
            self.now().may_administer(who)?;
        }
        let gdal = matches!(desk, Desk::Machine(_));
        let asked = ReadOptions { encoding: options.encoding, layer: options.layer.as_deref(), gdal };
        let source = read(path, &asked).map_err(|e| ActionError::Invalid(e.text()))?;
        let mapping = Mapping::guess(what, &source, &options.map)?;
        let crs = options.crs.or(source.crs.crs);
        let mut understood = Understood::of(what, &source, &mapping, crs);
        if let (Some(told), Some(said)) = (options.crs, source.crs.crs)
            && told != said
        {
            understood.notes.push(Text::new(
                format!("Tệp ghi {}, nhưng được đọc là {} theo --crs.", said.code(), told.code()),
                format!("The file says {}, but is read as {}, as --crs says.", said.code(), told.code()),
            ));
        }
        let file = File { source: &source, mapping, crs };
        match what {
            As::Boundaries => match desk {
                Desk::Machine(data) => boundaries::import(self, data, &file, options, &mut understood)?,
                Desk::Network => return Err(at_the_machine()),
            },
            As::Claims => self.import_claims(who, &file, options, &mut understood)?,
            As::RoleAreas => areas::import(self, who, &file, options, &mut understood)?,
            As::Bodies => areas::import_bodies(self, who, &file, options, &mut understood)?,
            As::Incidents => incidents::import(self, who, &file, options, &mut understood)?,
        }
        Ok(understood)
    }

    /// Each row is one claim: a line or land. Filed one after another, as each has its own party.
    fn import_claims(
        &self,
        who: &Who,
        file: &File,
        options: &ImportOptions,
        understood: &mut Understood,
    ) -> Result<(), ActionError> {
        let said = &options.claim;
        let mut claims = Vec::new();
        let mut faults = Vec::new();
        for row in &file.source.rows {
            match claim_of(file, row, said, options) {
                Ok(claim) => claims.push(claim),
                Err(e) => faults.push(at_row(row, &e)),
            }
        }
        understood.matched = claims.len();
        understood.unmatched = faults.iter().map(|t| t.en.clone()).collect();
        if !faults.is_empty() {
            return if options.write { Err(ActionError::Rows(faults)) } else { Ok(()) };
        }
        let service: std::sync::Arc<Service> = self.now();
        for (dispute, claim) in &claims {
            // What would be refused is found before the first is filed.
            let dispute = super::find_dispute(&service, dispute)?;
            let party = super::recording::find_party(&service, dispute, &claim.party)?;
            service.may_claim(who, &dispute.id, party)?;
            super::filing::read(&claim.geojson, claim.crs, super::filing::Wanted::LineOrLand)?;
            if dispute.claims.iter().any(|c| c.as_filed.geometry == canonical(&claim.geojson) && c.filed == claim.filed)
            {
                understood.known += 1;
            }
        }
        if options.write {
            for (dispute, claim) in &claims {
                let here = self.now();
                let known = super::find_dispute(&here, dispute)?.claims.iter();
                if known.clone().any(|c| c.as_filed.geometry == canonical(&claim.geojson) && c.filed == claim.filed) {
                    continue;
                }
                let filed = self.file_claim(&who.name, dispute, claim)?;
                understood.taken += 1;
                understood.notes.extend(filed.notes);
            }
        }
        Ok(())
    }
}

/// A geometry's text as filing keeps it.
fn canonical(geojson: &str) -> String {
    geojson.parse::<geojson::GeoJson>().map(|g| g.to_string()).unwrap_or_default()
}

fn claim_of(
    file: &File,
    row: &Row,
    said: &ClaimSaid,
    options: &ImportOptions,
) -> Result<(String, NewClaim), ActionError> {
    let geometry = row.geometry.as_ref().ok_or(ActionError::Missing("geometry"))?;
    let crs = file.crs.ok_or_else(|| no_crs(file.source))?;
    let get = |field: &'static str, default: &Option<String>| {
        file.get(row, field).or_else(|| default.clone()).ok_or(ActionError::Missing(field))
    };
    let dispute = get("dispute", &said.dispute)?;
    let claim = NewClaim {
        party: get("party", &said.party)?,
        filed: super::read_date(&get("filed", &said.filed)?)?,
        geojson: geojson::Geometry::new(geometry.into()).to_string(),
        crs: Some(crs),
        scale: file.get(row, "scale").and_then(|s| s.parse().ok()),
        document: Document { title: get("basis", &options.roles.basis)?, ..Document::default() },
    };
    Ok((dispute, claim))
}
