//! A file of others over the network: what is understood of it first, then, asked again, taken in.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::write::act;
use crate::crs::CrsId;
use crate::domain::{RecordError, Text};
use crate::import::{Encoding, READERS};
use crate::service::ActionError;
use crate::service::importing::{ClaimSaid, Desk, ImportOptions, IncidentsSaid, KINDS, Understood};
use crate::service::role_import::Defaults;

/// The largest file taken, bytes. Larger ones come in at the machine (`giapranh import`).
const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Files read at once: each is held in memory.
const AT_ONCE: usize = 2;

static WORKING: Semaphore = Semaphore::const_new(AT_ONCE);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// The file's name: its ending says the format (geojson, gpkg, parquet, zip with a Shapefile, kml, kmz, gpx, csv, xlsx, mif).
    name: String,
    /// true: take it in. Otherwise it is only shown what would be.
    #[serde(default)]
    write: bool,
    /// `field=column`, separated by commas, over what is guessed.
    map: Option<String>,
    /// CRS of the file, such as `EPSG:9205`.
    crs: Option<String>,
    /// utf-8, windows-1258, tcvn3, vni, windows-1252.
    encoding: Option<String>,
    /// Layer or sheet.
    layer: Option<String>,
    /// Of rows that name none: people, forest_owner, ranger_station, border_guard_post.
    role: Option<String>,
    /// Title of the document that rows without one rest on.
    basis: Option<String>,
    /// Name of bodies that have none.
    body: Option<String>,
    /// 1 σ of outlines in metres.
    accuracy_m: Option<f64>,
    /// Dispute of claims.
    dispute: Option<String>,
    /// Party of claims.
    party: Option<String>,
    /// Day claims were filed, YYYY-MM-DD.
    filed: Option<String>,
    /// Kind of incidents that name none.
    kind: Option<String>,
    /// true: every row is an alert, also where the file is of no known product.
    #[serde(default)]
    alerts: bool,
    /// Alerts within so many metres belong together.
    within_m: Option<f64>,
    /// And so many days.
    within_days: Option<f64>,
}

impl ImportParams {
    fn options(self) -> Result<ImportOptions, ActionError> {
        let crs = self.crs.as_deref().filter(|c| !c.is_empty()).map(CrsId::parse).transpose()?;
        let encoding = match self.encoding.as_deref().filter(|e| !e.is_empty()) {
            None => None,
            Some(word) => Some(Encoding::parse(word).ok_or(ActionError::Missing("encoding"))?),
        };
        let pair = |text: &str| {
            let (field, column) = text.split_once('=').ok_or(ActionError::Missing("map"))?;
            Ok::<_, ActionError>((field.trim().to_owned(), column.trim().to_owned()))
        };
        let map = self.map.as_deref().unwrap_or_default().split(',').filter(|p| !p.trim().is_empty());
        Ok(ImportOptions {
            crs,
            encoding,
            layer: self.layer,
            map: map.map(pair).collect::<Result<_, _>>()?,
            write: self.write,
            roles: Defaults { role: self.role, name: self.body, basis: self.basis, crs, accuracy_m: self.accuracy_m },
            claim: ClaimSaid { dispute: self.dispute, party: self.party, filed: self.filed },
            incidents: IncidentsSaid {
                kind: self.kind,
                within_m: self.within_m,
                within_days: self.within_days,
                alerts: self.alerts,
            },
            ..ImportOptions::default()
        })
    }
}

/// Take a file in: as claims, role-areas, bodies or incidents (alerts of satellites among them).
///
/// Without `write=true` nothing is written: the answer says what was understood (CRS, encoding, columns, rows) and what would
/// come of it. The same file again is the same: what is on record already is counted as known.
#[utoipa::path(post, path = "/api/imports/{what}", params(("what" = String, Path), ImportParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = Understood), (status = 201, body = Understood),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json")))]
pub async fn import(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Path(what): Path<String>,
    Params(params): Params<ImportParams>,
    body: Body,
) -> Result<(StatusCode, Json<Understood>), Problem> {
    let refused = |e: ActionError| Problem::refused(&e, lang);
    let Some((what, _)) = KINDS.into_iter().find(|(_, word)| *word == what) else {
        let all = KINDS.map(|k| k.1).join(", ");
        let what: String = what.chars().take(40).collect();
        return Err(refused(RecordError::Unknown { what: "import", id: format!("{what} ({all})") }.into()));
    };
    let extension = params.name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let extension = READERS.iter().flat_map(|r| r.extensions).find(|e| **e == extension);
    let extension = *extension.ok_or_else(|| {
        let names = READERS.map(|r| r.name).join(", ");
        refused(ActionError::Invalid(Text::new(
            format!("Dạng tệp theo đuôi của tên: {names}."),
            format!("The ending of the name says the format: {names}."),
        )))
    })?;
    let stem = params.name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let stem: String = stem.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c)).take(60).collect();
    let name = format!("{}.{extension}", if stem.is_empty() { "file" } else { &stem });
    let (write, options) = (params.write, params.options().map_err(refused)?);
    let _working = WORKING.try_acquire().map_err(|_| Problem::too_many(Duration::from_secs(5), lang))?;
    let too_big = |_| Problem::too_big(MAX_FILE_BYTES, lang);
    let bytes = axum::body::to_bytes(body, MAX_FILE_BYTES).await.map_err(too_big)?;
    let understood = act(state, lang, move |office| {
        let io = |e: std::io::Error| ActionError::Invalid(Text::new(e.to_string(), e.to_string()));
        let folder = tempfile::tempdir().map_err(io)?;
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).map_err(io)?;
        drop(bytes);
        office.import_file(&who, Desk::Network, &path, what, &options)
    });
    let status = if write { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(understood.await?)))
}
