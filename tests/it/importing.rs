//! Files come in: what is understood of them, what a dry run leaves alone, what a second time leaves as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use giapranh::domain::{UserRole, Who};
use giapranh::export::{FORMATS, Options};
use giapranh::http::auth::Access;
use giapranh::import::{Encoding, ReadOptions, read};
use giapranh::service::Office;
use giapranh::service::gis::{ExportQuery, ItemsText};
use giapranh::service::importing::Desk::Machine;
use giapranh::service::importing::{As, ImportOptions, Understood};
use giapranh::service::role_import::Defaults;

use serde_json::{Value, json};
use tower::ServiceExt;

use crate::toyland;

struct Desk {
    office: Office,
    data: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let data = tempfile::tempdir().unwrap();
        Desk { office: toyland::office(data.path()), data }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.data.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn import(&self, path: &Path, what: As, options: &ImportOptions) -> Understood {
        self.office.import_file(&Who::at_the_machine(), Machine(self.data.path()), path, what, options).unwrap()
    }
}

fn written() -> ImportOptions {
    ImportOptions { write: true, ..ImportOptions::default() }
}

/// Three alerts that are one fire, one far away, one beyond the maps. Toyland's a1 and b1.
const FIRMS: &str = "latitude,longitude,bright_ti4,acq_date,acq_time,satellite,instrument,confidence,frp\n\
    22.0501,102.0502,330.1,2026-03-01,0612,N,VIIRS,n,3.2\n\
    22.0525,102.0522,331.1,2026-03-01,0612,N,VIIRS,h,5.2\n\
    22.0530,102.0550,331.1,2026-03-02,1830,N,VIIRS,n,5.2\n\
    22.0500,102.1600,331.1,2026-03-05,0600,N,VIIRS,l,1.2\n\
    10.0000,106.0000,331.1,2026-03-05,0600,N,VIIRS,l,1.2\n";

#[test]
fn alerts_become_candidates_once_and_a_later_file_joins_them() {
    let desk = Desk::new();
    let path = desk.file("firms.csv", FIRMS);
    let seen = desk.import(&path, As::Incidents, &ImportOptions::default());
    assert_eq!((seen.matched, seen.taken, seen.known), (2, 0, 0), "{seen:?}");
    assert_eq!(desk.import(&path, As::Incidents, &written()).taken, 2);
    let again = desk.import(&path, As::Incidents, &written());
    assert_eq!((again.taken, again.known), (0, 2));
    // The next day's file has the last of them and a new one beside it: the same fire.
    let later = FIRMS.lines().take(1).chain(FIRMS.lines().skip(3).take(1)).collect::<Vec<_>>().join("\n")
        + "\n22.0540,102.0560,331.1,2026-03-03,0600,N,VIIRS,n,5.2\n";
    let joined = desk.import(&desk.file("later.csv", later), As::Incidents, &written());
    assert_eq!((joined.taken, joined.known), (0, 1), "{joined:?}");
    let text =
        ItemsText { filter: Some("source = 'satellite_alert' AND state = 'reported'".into()), ..Default::default() };
    let asked = desk.office.ask(Some(&Who::at_the_machine()), "incidents", &text).unwrap();
    let page = desk.office.page(&asked).unwrap();
    assert_eq!(page.features.len(), 2, "each waits for somebody to verify it");
}

/// Files as the publishers give them: (name, content, what it is, kind of incident, when the alert was, its confidence).
#[rustfmt::skip]
const ALERTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    // FIRMS, by the API and from the archive: the instrument is named.
    ("viirs-api.csv", "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n\
        22.0501,102.0502,330.1,0.4,0.4,2026-03-01,0612,N21,VIIRS,h,2.0NRT,295.0,12.3,D\n",
        "NASA FIRMS VIIRS", "forest_fire", "2026-03-01T06:12:00Z", "h: 1"),
    // The daily text files do not name it; the time has lost its zeros.
    ("viirs-24h.csv", "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,confidence,version,bright_ti5,frp,daynight\n\
        22.0501,102.0502,330.1,0.4,0.4,2026-03-01,5,N20,nominal,2.0NRT,295.0,12.3,N\n",
        "NASA FIRMS VIIRS", "forest_fire", "2026-03-01T00:05:00Z", "nominal: 1"),
    ("modis-api.csv", "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,frp,daynight,type\n\
        22.0501,102.0502,320.0,1.0,1.0,2026-03-01,1859,Terra,MODIS,85,6.1,290.2,12.5,N,0\n",
        "NASA FIRMS MODIS", "forest_fire", "2026-03-01T18:59:00Z", "85: 1"),
    ("modis-24h.csv", "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,daynight\n\
        22.0501,102.0502,320.0,1.0,1.0,2026-03-01,18:59,A,85,6.1NRT,290.2,12.5,N\n",
        "NASA FIRMS MODIS", "forest_fire", "2026-03-01T18:59:00Z", "85: 1"),
    ("firms-upper.csv", "LATITUDE,LONGITUDE,BRIGHTNESS,SCAN,TRACK,ACQ_DATE,ACQ_TIME,SATELLITE,INSTRUMENT,CONFIDENCE,VERSION,BRIGHT_T31,FRP,DAYNIGHT\n\
        22.0501,102.0502,330.1,0.4,0.4,2026-03-01,0612,N,VIIRS,n,2.0NRT,295.0,12.3,D\n",
        "NASA FIRMS VIIRS", "forest_fire", "2026-03-01T06:12:00Z", "n: 1"),
    // GFW's Data API, as CSV and as what its users make of its JSON. A day begins in Vietnam.
    ("gfw.csv", "longitude,latitude,gfw_integrated_alerts__date,gfw_integrated_alerts__confidence,gfw_integrated_alerts__intensity\n\
        102.0502,22.0501,2026-03-01,highest,55\n",
        "GFW integrated alerts", "deforestation", "2026-02-28T17:00:00Z", "highest: 1"),
    ("gfw.geojson", r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[102.0502,22.0501]},
        "properties":{"latitude":22.0501,"longitude":102.0502,"gfw_integrated_alerts__date":"2026-03-01","gfw_integrated_alerts__confidence":"high"}}]}"#,
        "GFW integrated alerts", "deforestation", "2026-02-28T17:00:00Z", "high: 1"),
    ("radd.csv", "latitude,longitude,wur_radd_alerts__date,wur_radd_alerts__confidence\n22.0501,102.0502,2026-03-01,high\n",
        "GFW integrated alerts", "deforestation", "2026-02-28T17:00:00Z", "high: 1"),
    ("gfw-viirs.csv", "latitude,longitude,alert__date,alert__time_utc,confidence__cat,bright_ti4__K,bright_ti5__K,frp__MW\n\
        22.0501,102.0502,2026-03-01,0612,h,330.1,295.0,12.3\n",
        "NASA FIRMS VIIRS", "forest_fire", "2026-03-01T06:12:00Z", "h: 1"),
];

#[test]
fn alerts_of_every_publisher_are_known_by_their_columns() {
    for (name, content, product, kind, at, confidence) in ALERTS {
        let desk = Desk::new();
        let done = desk.import(&desk.file(name, content), As::Incidents, &written());
        assert_eq!((done.matched, done.taken), (1, 1), "{name}: {done:?}");
        assert!(done.notes[0].en.starts_with(product), "{name}: {:?}", done.notes);
        let who = Who::at_the_machine();
        let asked = desk.office.ask(Some(&who), "incidents", &ItemsText::default()).unwrap();
        let id = desk.office.page(&asked).unwrap().features[0].id.parse().unwrap();
        let incident = serde_json::to_value(desk.office.incident(&who, id).unwrap()).unwrap();
        let properties = &incident["properties"];
        assert_eq!(
            (properties["kind"].as_str(), properties["occurred_at"].as_str()),
            (Some(*kind), Some(*at)),
            "{name}: {incident}"
        );
        assert!(incident.to_string().contains(&format!("confidence {confidence}")), "{name}: {incident}");
    }
}

#[test]
fn a_forest_inventory_becomes_one_area_an_owner() {
    let desk = Desk::new();
    let lot = |n: f64, owner: &str, lo: u32| {
        let (x, y) = (102.01 + 0.01 * n, 22.01);
        format!(
            r#"{{"type":"Feature","properties":{{"maxa":"a1","tk":"{}","khoanh":"2","lo":"{lo}","malr3":"1","churung":"{owner}","trchap":{}}},
            "geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]]}}}}"#,
            700 + lo % 2,
            u32::from(lo == 3),
            x + 0.01,
            x + 0.01,
            y + 0.01,
            y + 0.01
        )
    };
    let lots = [lot(0.0, "Ban quản lý", 1), lot(1.0, "Ban quản lý", 2), lot(2.0, "Cộng đồng bản", 3)];
    let path = desk.file("frms.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, lots.join(",")));
    let roles = Defaults { basis: Some("Kiểm kê rừng".into()), ..Defaults::default() };
    let done = desk.import(&path, As::RoleAreas, &ImportOptions { roles: roles.clone(), ..written() });
    assert_eq!((done.matched, done.taken), (3, 2), "{done:?}");
    assert!(done.mapping.contains(&("lot", "lo".into())) && done.mapping.contains(&("name", "churung".into())));
    let service = desk.office.now();
    let body = service.records.bodies.iter().find(|b| b.name == "Ban quản lý").unwrap();
    assert!(body.note.as_ref().unwrap().vi.contains("2 lô"), "{body:?}");
    let again = desk.import(&path, As::RoleAreas, &ImportOptions { roles, ..written() });
    assert_eq!((again.taken, again.known), (0, 2));
}

#[test]
fn what_is_exported_comes_in_again_as_the_same_incidents() {
    let desk = Desk::new();
    desk.import(&desk.file("firms.csv", FIRMS), As::Incidents, &written());
    let who = Who::at_the_machine();
    let asked = desk.office.ask(Some(&who), "incidents", &ItemsText::default()).unwrap();
    let expected = desk.office.page(&asked).unwrap().features;
    for format in FORMATS
        .iter()
        .filter(|f| ["geojson", "geojsonseq", "gpkg", "shp", "kml", "gpx", "csv", "xlsx", "parquet"].contains(&f.code))
    {
        let path = desk.data.path().join(format!("out.{}", format.extension));
        let query = ExportQuery { format, options: Options::default(), limit: None };
        let out = Box::new(std::fs::File::create(&path).unwrap());
        assert_eq!(desk.office.export_features(&asked, &query, out).unwrap(), 2, "{}", format.code);
        let other = Desk::new();
        let options = ImportOptions { incidents: Default::default(), ..written() };
        let done = other.import(&path, As::Incidents, &options);
        assert_eq!(done.taken, 2, "{}: {done:?}", format.code);
        let asked = other.office.ask(Some(&who), "incidents", &ItemsText::default()).unwrap();
        let found = other.office.page(&asked).unwrap().features;
        let ids = |all: &[giapranh::export::Feature]| {
            let mut ids: Vec<String> = all.iter().map(|f| f.id.clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(&found), ids(&expected), "{}", format.code);
    }
}

#[test]
fn old_encodings_in_tables_and_maps_are_noticed() {
    let desk = Desk::new();
    // "Điện Biên, Mường Nhé" in TCVN3, as an old spreadsheet was saved; in VNI inside a file of Unicode.
    let tcvn = desk.file("abc.csv", b"ten;x;y\n\xa7i\xd6n Bi\xaan;1;2\nM\xad\xeang Nh\xd0;1;2\n");
    let source = read(&tcvn, &ReadOptions::default()).unwrap();
    assert_eq!(source.encoding, Some(Encoding::Tcvn3));
    assert_eq!(source.rows[1].values[0].text(), "Mường Nhé");
    let vni = desk.file("vni.csv", "ten,x,y\nÑieän Bieân,1,2\nMöôøng Nheù,1,2\n");
    let source = read(&vni, &ReadOptions::default()).unwrap();
    assert_eq!((source.rows[0].values[0].text().as_str(), source.encoding), ("Điện Biên", Some(Encoding::Vni)));
    let mif = desk.file(
        "x.mif",
        "Version 300\nCharset \"WindowsVietnamese\"\nDelimiter \",\"\nCoordSys Earth Projection 8, 104, \"m\", 103, 0, 0.9999, 500000, 0\n\
         Columns 1\n  ten Char(20)\nData\n\nRegion 1\n  4\n400000 2400000\n400100 2400000\n400100 2400100\n400000 2400000\n    Pen (1,2,0)\n",
    );
    desk.file("x.mid", b"\"T\xe0 T\xf4\xd2ng\"\n");
    let source = read(&mif, &ReadOptions::default()).unwrap();
    assert_eq!(source.crs.crs.map(|c| c.code()), Some("EPSG:9205+noi-bo"));
    assert_eq!(source.rows[0].values[0].text(), "Tà Tổng");
    assert!(source.rows[0].geometry.is_some());
}

#[test]
fn damaged_files_are_refused_with_words() {
    let desk = Desk::new();
    for (name, content) in [
        ("a.geojson", "{"),
        ("a.gpkg", "no database"),
        ("a.shp", "no shapes"),
        ("a.zip", "no zip"),
        ("a.kml", "<kml><Placemark><Point><coordinates>x</coordinates></Point></Placemark></kml>"),
        ("a.gpx", "<gpx><wpt lat='x' lon='1'/></gpx>"),
        ("a.xlsx", "no sheet"),
        ("a.mif", "Columns 99999999999"),
        ("b.kml", "<!DOCTYPE x [<!ENTITY a 'b'>]><kml>&a;</kml>"),
    ] {
        let error = read(&desk.file(name, content), &ReadOptions::default()).unwrap_err();
        assert!(!error.text().vi.is_empty() && !error.text().en.is_empty(), "{name}");
    }
    let path = desk.file("no-crs.csv", "kind,occurred_at,x,y\nforest_fire,2026-01-01,462791,2457880\n");
    let refused =
        desk.office.import_file(&Who::at_the_machine(), Machine(desk.data.path()), &path, As::Incidents, &written());
    assert!(refused.unwrap_err().text().en.contains("--crs"));
}

#[test]
fn pages_and_filters_of_incidents_are_the_same_in_both_stores() {
    use crate::store::{office, on_each, report};
    on_each(|place, data| {
        let office = office(place, data);
        let ranger = toyland::person(&office, "ranger", giapranh::domain::UserRole::Ranger, None);
        let made: Vec<String> = (0..7).map(|_| report(&office, &ranger).to_string()).collect();
        let official = toyland::person(&office, "official", giapranh::domain::UserRole::Official, Some("a1"));
        for filter in [
            "",
            "kind = 'deforestation' AND disputed IN (TRUE, FALSE) AND S_INTERSECTS(geometry, BBOX(102, 22, 103, 23))",
        ] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let text = ItemsText {
                    limit: Some("3".into()),
                    cursor: cursor.take(),
                    filter: Some(filter.to_owned()),
                    datetime: Some("2026-01-01/..".into()),
                    ..ItemsText::default()
                };
                let page = office.page(&office.ask(Some(&official), "incidents", &text).unwrap()).unwrap();
                seen.extend(page.features.into_iter().map(|f| f.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            seen.reverse();
            assert_eq!(seen, made, "newest first, none twice");
        }
    });
}

/// What comes of a file sent to `/api/imports/…`: status and answer.
async fn sent(app: &Router, path: &str, token: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = Request::post(path).header(header::HOST, "forest.example");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::from(body)).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn over_the_network_a_file_is_shown_first_and_taken_in_by_whom_it_is_for() {
    let data = tempfile::tempdir().unwrap();
    let office = Arc::new(toyland::office(data.path()));
    let token = |name, role, unit| toyland::token(&office, name, role, unit);
    let ranger = token("ranger", UserRole::Ranger, None);
    let official = token("official", UserRole::Official, Some("a1"));
    let admin = token("admin", UserRole::Admin, None);
    let app = giapranh::http::app(office.clone(), Access::default());
    let firms = || FIRMS.as_bytes().to_vec();

    let incidents = "/api/imports/incidents?name=firms.csv";
    let (status, seen) = sent(&app, incidents, &ranger, firms()).await;
    assert_eq!((status, &seen["matched"], &seen["taken"]), (StatusCode::OK, &json!(2), &json!(0)), "{seen}");
    assert_eq!((&seen["format"], &seen["rows"]), (&json!("CSV"), &json!(5)));
    assert_eq!(office.store().unwrap().read(|tx| tx.incident_count()).unwrap(), 0, "only shown");
    let written = format!("{incidents}&write=true");
    let (status, done) = sent(&app, &written, &ranger, firms()).await;
    assert_eq!((status, &done["taken"]), (StatusCode::CREATED, &json!(2)), "{done}");
    let (status, again) = sent(&app, &written, &ranger, firms()).await;
    assert_eq!((status, &again["taken"], &again["known"]), (StatusCode::CREATED, &json!(0), &json!(2)), "{again}");

    let bodies = "role,name,unit_code,basis\nranger_station,Trạm 1,a1,Quyết định\n".as_bytes().to_vec();
    let path = "/api/imports/bodies?name=bodies.csv&write=true";
    assert_eq!(sent(&app, path, &official, bodies.clone()).await.0, StatusCode::FORBIDDEN);
    let (status, done) = sent(&app, path, &admin, bodies).await;
    assert_eq!((status, &done["taken"]), (StatusCode::CREATED, &json!(1)), "{done}");

    // A claim of the official's own party is theirs, the other side's is not.
    let ends: Vec<[f64; 2]> = vec![toyland::at(0.0, 1.05).into(), toyland::at(1.0, 1.05).into()];
    let line = json!({"type": "LineString", "coordinates": ends});
    let claim = |party: u8| {
        format!("/api/imports/claims?name=c.geojson&write=true&dispute=river&party={party}&filed=2026-02-01&basis=x")
    };
    let (status, _) = sent(&app, &claim(2), &official, line.to_string().into_bytes()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, done) = sent(&app, &claim(1), &official, line.to_string().into_bytes()).await;
    assert_eq!((status, &done["taken"]), (StatusCode::CREATED, &json!(1)), "{done}");

    for (path, body, status) in [
        ("/api/imports/boundaries?name=b.geojson", line.to_string().into_bytes(), StatusCode::BAD_REQUEST),
        ("/api/imports/rivers?name=b.geojson", firms(), StatusCode::NOT_FOUND),
        // What only GDAL reads may name other files and addresses.
        ("/api/imports/incidents?name=b.vrt", firms(), StatusCode::BAD_REQUEST),
        ("/api/imports/incidents?name=b.gpkg", firms(), StatusCode::BAD_REQUEST),
        ("/api/imports/incidents?name=..%2F..%2Fb", firms(), StatusCode::BAD_REQUEST),
        ("/api/imports/incidents", firms(), StatusCode::BAD_REQUEST),
        ("/api/imports/incidents?name=b.csv", vec![b'x'; 33 << 20], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let (found, answer) = sent(&app, path, &admin, body).await;
        assert_eq!(found, status, "{path}: {answer}");
    }
}
