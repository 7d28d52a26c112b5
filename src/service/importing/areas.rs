//! Role areas, forest inventories among them, and bodies by unit codes: through the same checks as every other way in.

use std::collections::BTreeMap;

use geo::{MultiPolygon, unary_union};
use geojson::{Feature, FeatureCollection};
use serde_json::json;

use super::{File, ImportOptions, Understood, at_row};
use crate::crs::CrsId;
use crate::domain::{Text, Who};
use crate::export::normal;
use crate::service::role_import::{COLUMNS, Defaults};
use crate::service::{ActionError, Office};

/// One body: its properties, its lots, and what is said of them.
#[derive(Default)]
struct Owner {
    fields: BTreeMap<&'static str, String>,
    land: Vec<MultiPolygon<f64>>,
    lots: usize,
    disputed: usize,
    compartments: Vec<String>,
}

/// Polygons, one body each; of a forest inventory the lots of one owner are one body.
pub fn import(
    office: &Office,
    who: &Who,
    file: &File,
    options: &ImportOptions,
    understood: &mut Understood,
) -> Result<(), ActionError> {
    let inventory = file.mapping.column("lot").is_some() && file.mapping.column("compartment").is_some();
    let mut owners: BTreeMap<String, Owner> = BTreeMap::new();
    let (mut faults, mut swapped) = (Vec::new(), 0);
    for row in &file.source.rows {
        let read = || -> Result<(MultiPolygon<f64>, usize), ActionError> {
            let (geometry, turned) = file.geometry(row)?.ok_or(ActionError::Missing("geometry"))?;
            match normal(geometry) {
                geo::Geometry::MultiPolygon(land) => Ok((land, turned)),
                _ => Err(ActionError::Invalid(Text::new("không phải vùng", "no area"))),
            }
        };
        let (land, turned) = match read() {
            Ok(read) => read,
            Err(e) => {
                faults.push(at_row(row, &e));
                continue;
            }
        };
        swapped += turned;
        let fields: BTreeMap<&'static str, String> =
            ["role", "name", "valid_from", "valid_to", "basis", "basis_number", "basis_date", "note", "accuracy_m"]
                .into_iter()
                .filter_map(|f| Some((f, file.get(row, f)?)))
                .collect();
        let key = match inventory {
            true => file.get(row, "name").unwrap_or_default(),
            false => format!("{:09}", row.number),
        };
        let owner = owners.entry(key).or_default();
        owner.lots += 1;
        owner.fields = fields;
        owner.land.push(land);
        owner.compartments.extend(file.get(row, "compartment"));
        owner.disputed +=
            usize::from(file.get(row, "in_dispute").is_some_and(|t| !matches!(t.as_str(), "0" | "false")));
    }
    understood.matched = file.source.rows.len() - faults.len();
    understood.unmatched = faults.iter().map(|t| t.en.clone()).collect();
    if swapped > 0 {
        understood.notes.push(Text::new(
            format!("{swapped} đỉnh có X và Y đổi chỗ; đã đổi lại"),
            format!("{swapped} vertices had x and y swapped; put right"),
        ));
    }
    if inventory {
        understood.notes.push(Text::new(
            format!("Lớp lô rừng (FRMS): {} lô của {} chủ rừng, mỗi chủ một vùng", understood.matched, owners.len()),
            format!("Forest lots (FRMS): {} lots of {} owners, one area each", understood.matched, owners.len()),
        ));
    }
    if !faults.is_empty() && options.write {
        return Err(ActionError::Rows(faults));
    }
    let features = owners.into_values().map(|owner| feature(owner, inventory)).collect();
    let collection = FeatureCollection { bbox: None, features, foreign_members: None };
    let role = options.roles.role.clone().or_else(|| inventory.then(|| "forest_owner".to_owned()));
    let defaults = Defaults { crs: Some(CrsId::WGS84), role, ..options.roles.clone() };
    if options.write {
        let done = office.import_areas(&who.name, &collection.to_string(), &defaults)?;
        (understood.taken, understood.known) = (done.taken, done.known);
    } else if faults.is_empty() {
        // The same checks, without writing.
        understood.known = office.try_areas(&collection.to_string(), &defaults)?.known;
    }
    Ok(())
}

fn feature(mut owner: Owner, inventory: bool) -> Feature {
    let land = if owner.land.len() == 1 { owner.land.remove(0) } else { unary_union(&owner.land) };
    let mut properties: geojson::JsonObject = owner.fields.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
    if let Some(accuracy) = owner.fields.get("accuracy_m").and_then(|a| a.parse::<f64>().ok()) {
        properties.insert("accuracy_m".into(), json!(accuracy));
    }
    if inventory {
        owner.compartments.sort();
        owner.compartments.dedup();
        let mut note = format!("{} lô / lots; tiểu khu {}", owner.lots, owner.compartments.join(", "));
        if owner.disputed > 0 {
            note += &format!("; {} lô ghi tranh chấp / lots marked as disputed", owner.disputed);
        }
        properties.insert("note".into(), json!(note));
        if !owner.fields.contains_key("name") {
            properties.insert("name".into(), json!("Không rõ chủ rừng / owner not known"));
        }
    }
    Feature {
        geometry: Some(geojson::Geometry::new((&land).into())),
        properties: Some(properties),
        ..Feature::default()
    }
}

/// Bodies by unit codes: as a CSV of our own columns.
pub fn import_bodies(
    office: &Office,
    who: &Who,
    file: &File,
    options: &ImportOptions,
    understood: &mut Understood,
) -> Result<(), ActionError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let bad = |e: csv::Error| ActionError::Invalid(Text::new(e.to_string(), e.to_string()));
    writer.write_record(COLUMNS).map_err(bad)?;
    for row in &file.source.rows {
        writer.write_record(COLUMNS.map(|c| file.get(row, c).unwrap_or_default())).map_err(bad)?;
    }
    let bytes = writer.into_inner().map_err(|e| bad(e.into_error().into()))?;
    let csv = String::from_utf8_lossy(&bytes);
    let done = match options.write {
        true => office.import_bodies(&who.name, &csv, &options.roles)?,
        false => office.try_bodies(&csv, &options.roles)?,
    };
    understood.matched = done.taken + done.known;
    understood.known = done.known;
    understood.taken = if options.write { done.taken } else { 0 };
    Ok(())
}
