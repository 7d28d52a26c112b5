//! Alerts of satellites: put together in space and time into candidate incidents, each judged as any report, waiting for
//! somebody to verify it on the ground.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::incidents::{id_of, moment, send};
use super::{File, ImportOptions, Understood, at_row};
use crate::crs;
use crate::domain::{IncidentKind, Source, Text, Who, rules, vietnam};
use crate::engine::metric::distance_m;
use crate::import::Row;
use crate::service::incidents::read_doc;
use crate::service::{ActionError, Office, read_kind};
use crate::store::NearQuery;

/// A kind of alert that is known by its columns. The distances follow from the size of a pixel (NASA FIRMS: VIIRS 375 m,
/// MODIS 1 km; GFW integrated alerts: 10 m), twice of which two alerts of one fire lie apart at most.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    name: &'static str,
    kind: IncidentKind,
    pixel_m: f64,
    within_m: f64,
}

const VIIRS: Product =
    Product { name: "NASA FIRMS VIIRS", kind: IncidentKind::ForestFire, pixel_m: 375.0, within_m: 750.0 };
const MODIS: Product =
    Product { name: "NASA FIRMS MODIS", kind: IncidentKind::ForestFire, pixel_m: 1000.0, within_m: 2000.0 };
const GFW: Product =
    Product { name: "GFW integrated alerts", kind: IncidentKind::Deforestation, pixel_m: 10.0, within_m: 100.0 };
/// The alerts that GFW integrates, and the integration, by their names in its Data API.
const GFW_PRODUCTS: [&str; 4] =
    ["gfw_integrated_alerts", "umd_glad_landsat_alerts", "umd_glad_sentinel2_alerts", "wur_radd_alerts"];
const GENERIC: Product = Product { name: "CSV", kind: IncidentKind::Deforestation, pixel_m: 30.0, within_m: 300.0 };

/// Alerts of one event come in the course of days.
const WITHIN_DAYS: f64 = 3.0;

/// The product a file is of; `None`: these are no alerts.
///
/// FIRMS: latitude, longitude, bright_ti4 (VIIRS) or brightness (MODIS), scan, track, acq_date, acq_time (HHMM, UTC),
/// satellite, in some files instrument, confidence (a word or its first letter, or a percentage), version, bright_ti5 or
/// bright_t31, frp, daynight; in upper case in Shapefiles
/// (<https://www.earthdata.nasa.gov/data/tools/firms/active-fire-data-attributes-modis-viirs>).
///
/// GFW's Data API: longitude, latitude, `PRODUCT__date`, `PRODUCT__confidence` for alerts of deforestation
/// (<https://data-api.globalforestwatch.org/dataset/gfw_integrated_alerts>); for its VIIRS alerts alert__date,
/// alert__time_utc, confidence__cat, frp__MW.
pub fn product(file: &File, options: &ImportOptions) -> Option<Product> {
    let column = |name: &str| file.source.column(name).is_some();
    if column("satellite") && column("acq_date") {
        let text =
            |field| file.source.rows.first().and_then(|r| file.get(r, field)).unwrap_or_default().to_ascii_uppercase();
        let (instrument, satellite) = (text("instrument"), text("satellite"));
        // Where the instrument is not named: only MODIS flies on these two.
        let modis = instrument == "MODIS" || matches!(satellite.as_str(), "TERRA" | "AQUA" | "T" | "A");
        return Some(if modis { MODIS } else { VIIRS });
    }
    if column("alert__date") && column("frp__MW") {
        return Some(VIIRS);
    }
    if GFW_PRODUCTS.iter().any(|p| column(&format!("{p}__date"))) || column("alert__date") {
        return Some(GFW);
    }
    options.incidents.alerts.then_some(GENERIC)
}

/// One alert.
struct Alert {
    lon: f64,
    lat: f64,
    at: Timestamp,
    key: String,
    confidence: Option<String>,
}

fn alert(file: &File, row: &Row) -> Result<Alert, ActionError> {
    let number = |field: &'static str| {
        let text = file.get(row, field).ok_or(ActionError::Missing(field))?;
        text.replace(',', ".").parse::<f64>().map_err(|_| ActionError::Missing(field))
    };
    let (lon, lat) = match file.geometry(row)? {
        Some((geometry, _)) => {
            use geo::Centroid;
            let centre = geometry.centroid().ok_or(ActionError::Missing("position"))?;
            (centre.x(), centre.y())
        }
        None => {
            let (x, y) = (number("x")?, number("y")?);
            let (lon, lat, _) = crs::of_xy(x, y, file.crs.unwrap_or(crate::crs::CrsId::WGS84))?;
            (lon, lat)
        }
    };
    let day = file.get(row, "occurred_at").ok_or(ActionError::Missing("occurred_at"))?;
    let text = moment(&day, file.get(row, "occurred_time").as_deref());
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<jiff::civil::Date>().ok()?.to_zoned(vietnam()).ok().map(|z| z.timestamp()))
        .or_else(|| text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(vietnam()).ok().map(|z| z.timestamp()))
        .ok_or_else(|| ActionError::Invalid(Text::new(format!("ngày «{text}»"), format!("date “{text}”"))))?;
    // 1e-5° is 1 m: a product writes the same alert with the same numbers.
    let key = format!("{lon:.5} {lat:.5} {at}");
    Ok(Alert { lon, lat, at, key, confidence: file.get(row, "confidence") })
}

pub fn import(
    office: &Office,
    who: &Who,
    file: &File,
    options: &ImportOptions,
    product: Product,
    understood: &mut Understood,
) -> Result<(), ActionError> {
    let said = &options.incidents;
    let kind = said.kind.as_deref().map(read_kind).transpose()?.unwrap_or(product.kind);
    let within_m = said.within_m.unwrap_or(product.within_m).clamp(1.0, 20_000.0);
    let within_days = said.within_days.unwrap_or(WITHIN_DAYS).clamp(0.0, 60.0);
    let span = SignedDuration::from_secs_f64(within_days * 86_400.0);
    let (mut alerts, mut faults): (BTreeMap<String, Alert>, Vec<Text>) = Default::default();
    for row in &file.source.rows {
        match alert(file, row) {
            // The same alert twice in a file is one.
            Ok(alert) => drop(alerts.insert(alert.key.clone(), alert)),
            Err(e) => faults.push(at_row(row, &e)),
        }
    }
    understood.unmatched = faults.iter().map(|t| t.en.clone()).collect();
    if !faults.is_empty() && options.write {
        return Err(ActionError::Rows(faults));
    }
    let mut alerts: Vec<Alert> = alerts.into_values().collect();
    alerts.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    let count = alerts.len();
    let clusters = together(&alerts, within_m, span);
    let service = office.now();
    let inside: Vec<&Vec<usize>> = clusters
        .iter()
        .filter(|c| {
            c.iter().any(|&i| {
                service.engine.covers(alerts[i].lon, alerts[i].lat, crate::domain::day_in_vietnam(alerts[i].at))
            })
        })
        .collect();
    understood.matched = inside.len();
    understood.notes.push(Text::new(
        format!(
            "{}: {count} cảnh báo, gộp thành {} cụm (trong {within_m} m và {within_days} ngày); {} cụm trong vùng bản đồ",
            product.name, clusters.len(), inside.len()
        ),
        format!(
            "{}: {count} alerts, put together into {} clusters (within {within_m} m and {within_days} days); {} on the maps",
            product.name, clusters.len(), inside.len()
        ),
    ));
    let mut rows = Vec::new();
    for cluster in inside {
        let (id, body, centre) = candidate(&alerts, cluster, product, kind, (within_m, within_days));
        if already(office, id, centre, alerts[cluster[0]].at, kind, (within_m, span))? {
            understood.known += 1;
        } else {
            rows.push((id, body));
        }
    }
    let made = send(office, who, rows, options.write, understood)?;
    let agreeing: Vec<String> = made
        .iter()
        .filter(|f| f.properties.facts.as_ref().is_some_and(|v| !v.possible_duplicates.is_empty()))
        .map(|f| f.id.to_string())
        .collect();
    if options.write {
        let (n, list) = (agreeing.len(), agreeing.join(", "));
        understood.notes.push(Text::new(
            format!("{n} cụm trùng với báo cáo tại chỗ gần đó: {list}"),
            format!("{n} agree with reports on the ground near them: {list}"),
        ));
    }
    Ok(())
}

/// Indices of alerts that belong together: each is near, in space and time, to another of its cluster. In order of time.
fn together(alerts: &[Alert], within_m: f64, span: SignedDuration) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..alerts.len()).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    // Squares a bit larger than the distance: who is near is in the same or one of those around.
    let side_lat = within_m / 110_500.0;
    let cell = |a: &Alert| {
        let side_lon = side_lat / a.lat.to_radians().cos().max(0.01);
        ((a.lat / side_lat).floor() as i64, (a.lon / side_lon).floor() as i64)
    };
    let mut grid: std::collections::HashMap<(i64, i64), Vec<usize>> = Default::default();
    for (i, alert) in alerts.iter().enumerate() {
        let (row, column) = cell(alert);
        let here = geo::Coord { x: alert.lon, y: alert.lat };
        for r in row - 1..=row + 1 {
            // A row further the columns are shifted by their own width: two to each side.
            for c in column - 2..=column + 2 {
                for &j in grid.get(&(r, c)).into_iter().flatten() {
                    let there = geo::Coord { x: alerts[j].lon, y: alerts[j].lat };
                    let apart = alert.at.duration_since(alerts[j].at).abs();
                    if apart <= span && distance_m(here, there) <= within_m {
                        let (a, b) = (root(&mut parent, i), root(&mut parent, j));
                        // The earliest stands for all.
                        parent[a.max(b)] = a.min(b);
                    }
                }
            }
        }
        grid.entry((row, column)).or_default().push(i);
    }
    let mut clusters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..alerts.len() {
        let root = root(&mut parent, i);
        clusters.entry(root).or_default().push(i);
    }
    clusters.into_values().collect()
}

/// The report a cluster becomes: in its middle, as accurate as it is wide.
fn candidate(
    alerts: &[Alert],
    cluster: &[usize],
    product: Product,
    kind: IncidentKind,
    (within_m, within_days): (f64, f64),
) -> (Uuid, Value, geo::Coord<f64>) {
    let n = cluster.len() as f64;
    let mean = |of: fn(&Alert) -> f64| cluster.iter().map(|&i| of(&alerts[i])).sum::<f64>() / n;
    let centre = geo::Coord { x: mean(|a| a.lon), y: mean(|a| a.lat) };
    let reach = cluster.iter().map(|&i| distance_m(centre, geo::Coord { x: alerts[i].lon, y: alerts[i].lat }));
    let accuracy_m = (reach.fold(0.0, f64::max) + product.pixel_m / 2.0).min(rules::MAX_GPS_ACCURACY_M);
    let (first, last) = (&alerts[cluster[0]], &alerts[cluster[cluster.len() - 1]]);
    let mut confidence: BTreeMap<&str, usize> = BTreeMap::new();
    for &i in cluster {
        *confidence.entry(alerts[i].confidence.as_deref().unwrap_or("–")).or_default() += 1;
    }
    let confidence: Vec<String> = confidence.into_iter().map(|(word, n)| format!("{word}: {n}")).collect();
    let words = format!(
        "{}: {} cảnh báo / alerts, {} – {}; gộp trong / within {within_m} m, {within_days} ngày / days; \
         độ tin cậy / confidence {}. Chưa kiểm tra tại chỗ. / Not verified on the ground.",
        product.name,
        cluster.len(),
        first.at,
        last.at,
        confidence.join(", ")
    );
    let body = json!({
        "kind": kind.word(),
        "position": format!("{:.6}, {:.6}", centre.y, centre.x),
        "crs": "EPSG:4326",
        "accuracy_m": (accuracy_m * 10.0).round() / 10.0,
        "occurred_at": first.at.to_string(),
        "description": words,
        "source": Source::SatelliteAlert.word(),
    });
    (id_of(&["alert", product.name, &first.key], first.at.as_millisecond()), body, centre)
}

/// Is there a candidate already that these alerts belong to: from an earlier file that had some of them?
fn already(
    office: &Office,
    id: Uuid,
    centre: geo::Coord<f64>,
    at: Timestamp,
    kind: IncidentKind,
    (within_m, span): (f64, SignedDuration),
) -> Result<bool, ActionError> {
    let Some(store) = office.store_if_there()? else { return Ok(false) };
    let query = NearQuery {
        lon: centre.x,
        lat: centre.y,
        within_m,
        from_us: at.saturating_sub(span).unwrap_or(at).as_microsecond(),
        to_us: at.saturating_add(span).unwrap_or(at).as_microsecond(),
        kinds: &[kind.word()],
    };
    store.read(|tx| {
        for doc in tx.near(&query)? {
            let incident = read_doc(&doc)?;
            let place = incident.facts.place.lon.zip(incident.facts.place.lat);
            let near = place.is_some_and(|(x, y)| distance_m(centre, geo::Coord { x, y }) <= within_m);
            if incident.id != id && incident.report.source == Source::SatelliteAlert && near {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64, day: i64) -> Alert {
        let at = Timestamp::from_second(1_700_000_000 + 86_400 * day).unwrap();
        Alert { lon, lat, at, key: format!("{lon} {lat} {day}"), confidence: None }
    }

    #[test]
    fn alerts_near_in_space_and_time_are_one_and_chains_hold() {
        // About 515 m from one to the next; the last is far, or late.
        let alerts =
            [at(103.0, 22.0, 0), at(103.005, 22.0, 1), at(103.01, 22.0, 2), at(103.2, 22.0, 2), at(103.0, 22.0, 30)];
        let found = together(&alerts, 750.0, SignedDuration::from_hours(72));
        assert_eq!(found, [vec![0, 1, 2], vec![3], vec![4]]);
        let alone = together(&alerts, 100.0, SignedDuration::from_hours(72));
        assert_eq!(alone.len(), 5);
    }

    #[test]
    fn the_id_follows_from_the_earliest_alert() {
        let alerts = [at(103.0, 22.0, 0), at(103.005, 22.0, 1)];
        let (one, _, _) = candidate(&alerts, &[0], VIIRS, IncidentKind::ForestFire, (750.0, 3.0));
        let (both, body, _) = candidate(&alerts, &[0, 1], VIIRS, IncidentKind::ForestFire, (750.0, 3.0));
        assert_eq!(one, both);
        assert_eq!((both.get_version_num(), body["source"].as_str()), (7, Some("satellite_alert")));
    }
}
