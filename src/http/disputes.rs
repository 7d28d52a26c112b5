//! Disputes: reading one, opening, telling, amending, filing and withdrawing claims.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::auth::Asker;
use super::error::Problem;
use super::extract::{Language, Params};
use super::routes::at_or_today;
use super::write::{By, Created, Made, Said, act, entered, made};
use crate::crs::CrsId;
use crate::domain::{Document, Level};
use crate::pages;
use crate::service::dossier::Dossier;
use crate::service::{ActionError, NewAmendment, NewClaim, NewDispute, NewEvent, find_dispute};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DossierParams {
    /// YYYY-MM-DD; today in Vietnam when absent.
    at: Option<String>,
    /// json (default), html, geojson or gpkg.
    f: Option<String>,
    /// vi or en.
    #[allow(dead_code)] // read by the `Language` extractor
    lang: Option<String>,
}

/// The dossier of a dispute at a date: parties then and now, events, claims, zone, agreements.
#[utoipa::path(get, path = "/api/disputes/{id}", params(("id" = String, Path), DossierParams), responses(
    (status = 200, body = Dossier), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn dossier(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Params(params): Params<DossierParams>,
) -> Result<Response, Problem> {
    let problem = |e: ActionError| Problem::refused(&e, lang);
    let at = at_or_today(params.at.as_deref()).map_err(|e| Problem::bad_question(&e, lang))?;
    let service = state.office.now();
    let format = params.f.as_deref().unwrap_or("json");
    let file = |kind: &'static str, ending: &str, bytes: Vec<u8>| {
        let name = format!("attachment; filename=\"{id}-{at}.{ending}\"");
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
    };
    match format {
        "json" => Ok(Json(service.dossier(&id, at).map_err(problem)?).into_response()),
        "html" => Ok(Html(pages::dossier(&service, &id, at, lang).map_err(problem)?).into_response()),
        "geojson" => {
            let bytes = service.dossier_geojson(&id, at).map_err(problem)?;
            Ok(file("application/geo+json", "geojson", bytes))
        }
        "gpkg" => {
            let bytes = service.dossier_gpkg(&id, at).map_err(problem)?;
            Ok(file("application/geopackage+sqlite3", "gpkg", bytes))
        }
        _ => Err(Problem::bad_parameter("f", lang)),
    }
}

/// Open a dispute.
#[utoipa::path(post, path = "/api/disputes", request_body = By<NewDispute>, responses(
    (status = 201, body = Made), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn open(
    State(state): State<AppState>,
    Language(lang): Language,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<NewDispute>>,
) -> Result<Created<Made>, Problem> {
    let dispute = act(state, lang, move |office| {
        let parties: Vec<_> = what.parties.iter().map(|p| (Level::Commune, p.unit.as_str(), p.unit_at)).collect();
        office.now().may_record_between(&who, &parties)?;
        office.open_dispute(&entered(&who, by.as_deref()), &what)
    })
    .await?;
    Ok(made(dispute.id, Vec::new()))
}

/// Add an event: the status from its day on.
#[utoipa::path(post, path = "/api/disputes/{id}/events", params(("id" = String, Path)), request_body = By<NewEvent>,
    responses((status = 201, body = Made), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn event(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<NewEvent>>,
) -> Result<Created<Made>, Problem> {
    let dispute = id.clone();
    act(state, lang, move |office| {
        office.now().may_tell_dispute(&who, &dispute)?;
        office.add_event(&entered(&who, by.as_deref()), &dispute, &what)
    })
    .await?;
    Ok(made(id, Vec::new()))
}

/// Change what the record says from a day on.
#[utoipa::path(post, path = "/api/disputes/{id}/amendments", params(("id" = String, Path)),
    request_body = By<NewAmendment>,
    responses((status = 201, body = Made), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn amendment(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<NewAmendment>>,
) -> Result<Created<Made>, Problem> {
    let dispute = id.clone();
    act(state, lang, move |office| {
        office.now().may_tell_dispute(&who, &dispute)?;
        office.amend(&entered(&who, by.as_deref()), &dispute, &what)
    })
    .await?;
    Ok(made(id, Vec::new()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ClaimBody {
    /// The party: its place in the record's list from 1, its village, or its commune's code.
    party: String,
    /// A GeoJSON line or polygon, or a feature or collection of one.
    #[schema(value_type = Object)]
    geojson: serde_json::Value,
    /// CRS of its numbers, such as `EPSG:9205`; WGS 84 when absent.
    crs: Option<String>,
    /// The zone rests on the claim from this day on.
    #[schema(value_type = String, format = Date)]
    filed: Date,
    /// Scale of the map, 1 : `scale`.
    scale: Option<u32>,
    document: Document,
}

/// File a party's claim: the zone rests on it from its day on. A shape that cannot stand is refused with the place of
/// every fault.
#[utoipa::path(post, path = "/api/disputes/{id}/claims", params(("id" = String, Path)), request_body = By<ClaimBody>,
    responses((status = 201, body = Made), (status = 422, body = Problem, content_type = "application/problem+json")))]
pub async fn claim(
    State(state): State<AppState>,
    Language(lang): Language,
    Path(id): Path<String>,
    Asker(who): Asker,
    Said(By { by, what }): Said<By<ClaimBody>>,
) -> Result<Created<Made>, Problem> {
    let ClaimBody { party, geojson, crs, filed, scale, document } = what;
    let crs = crs.as_deref().map(str::trim).filter(|c| !c.is_empty()).map(CrsId::parse).transpose();
    let geojson = match geojson {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let crs = crs.map_err(|e| Problem::refused(&e.into(), lang))?;
    let new = NewClaim { party, geojson, crs, filed, scale, document };
    let filed = act(state, lang, move |office| {
        let service = office.now();
        service.may_claim(&who, &id, service.party_named(&id, &new.party)?)?;
        office.file_claim(&entered(&who, by.as_deref()), &id, &new)
    })
    .await?;
    Ok(made(filed.claim.id, filed.notes))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// Who enters it, where that is another than whose account it is.
    #[serde(default)]
    by: Option<String>,
    #[schema(value_type = String, format = Date)]
    date: Date,
    document: Document,
}

/// Take a claim back; it stays in the record.
#[utoipa::path(post, path = "/api/disputes/{id}/claims/{claim}/withdrawal",
    params(("id" = String, Path), ("claim" = String, Path)), request_body = WithdrawalBody,
    responses((status = 201, body = Made), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn withdrawal(
    State(state): State<AppState>,
    Language(lang): Language,
    Path((id, claim)): Path<(String, String)>,
    Asker(who): Asker,
    Said(body): Said<WithdrawalBody>,
) -> Result<Created<Made>, Problem> {
    let WithdrawalBody { by, date, document } = body;
    let withdrawn = claim.clone();
    act(state, lang, move |office| {
        let service = office.now();
        let party = find_dispute(&service, &id)?.claims.iter().find(|c| c.id == withdrawn).map(|c| c.party);
        match party {
            Some(party) => service.may_claim(&who, &id, party)?,
            None => service.may_tell_dispute(&who, &id)?,
        }
        office.withdraw_claim(&entered(&who, by.as_deref()), &id, &withdrawn, date, &document)
    })
    .await?;
    Ok(made(claim, Vec::new()))
}
