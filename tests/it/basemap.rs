//! A base map beneath the boundaries: an address elsewhere, or a file of tiles.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use giapranh::http::Site;
use giapranh::service::basemap::{BaseMap, TileFormat};
use pmtiles::{PmTilesWriter, TileCoord, TileType};
use serde_json::Value;
use std::io::Write;
use tower::ServiceExt;

use crate::http::toy;

/// Stands for a picture: what is in a tile is not looked at.
const TILE: &[u8] = b"\x89PNG a tile";
const PLACE: (u8, u32, u32) = (3, 6, 3);

fn pmtiles(dir: &Path, kind: TileType, tile: &[u8], attribution: &str) -> PathBuf {
    let path = dir.join("nen.pmtiles");
    let metadata = serde_json::json!({"name": "Nền <b>thử</b>", "attribution": attribution}).to_string();
    let mut writer = PmTilesWriter::new(kind)
        .bounds(102.0, 20.0, 105.0, 23.0)
        .min_zoom(3)
        .max_zoom(3)
        .metadata(&metadata)
        .create(fs::File::create(&path).unwrap())
        .unwrap();
    let (z, x, y) = PLACE;
    writer.add_tile(TileCoord::new(z, x, y).unwrap(), tile).unwrap();
    writer.finalize().unwrap();
    path
}

fn mbtiles(dir: &Path, format: &str, tile: &[u8]) -> PathBuf {
    let path = dir.join("nen.mbtiles");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE metadata (name TEXT, value TEXT);
         CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);",
    )
    .unwrap();
    let rows =
        [("name", "Suối và sống núi"), ("format", format), ("bounds", "102,20,105,23"), ("attribution", "© Người vẽ")];
    for row in rows {
        db.execute("INSERT INTO metadata VALUES (?1, ?2)", row).unwrap();
    }
    let (z, x, y) = PLACE;
    // MBTiles count rows from the south: of eight rows the fourth from the north is the fifth from the south.
    assert_eq!((1 << z) - 1 - y, 4);
    db.execute("INSERT INTO tiles VALUES (?1, ?2, 4, ?3)", (z, x, tile)).unwrap();
    path
}

fn open(path: &Path) -> BaseMap {
    BaseMap::open(path.to_str().unwrap(), None).unwrap()
}

/// Status, type, body.
async fn get(basemap: Option<BaseMap>, path: &str) -> (StatusCode, String, Vec<u8>, String) {
    let site = Site { basemap, ..Site::default() };
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = giapranh::http::app(toy(), site).oneshot(request).await.unwrap();
    let head = |name| {
        response
            .headers()
            .get(name)
            .map_or_else(String::new, |v: &axum::http::HeaderValue| v.to_str().unwrap().to_owned())
    };
    let (kind, policy, status) = (head(header::CONTENT_TYPE), head(header::CONTENT_SECURITY_POLICY), response.status());
    (status, kind, to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec(), policy)
}

#[tokio::test]
async fn tiles_of_a_pmtiles_file_are_served_and_its_owner_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = pmtiles(dir.path(), TileType::Png, TILE, "<a href=\"x\" onclick=\"y\">&copy; OpenStreetMap</a>");
    let (status, kind, body, policy) = get(Some(open(&file)), "/basemap/3/6/3").await;
    assert_eq!((status, kind.as_str(), body.as_slice()), (StatusCode::OK, "image/png", TILE));
    assert!(!policy.contains("http"), "a file of one's own opens the page to nobody: {policy}");
    assert_eq!(get(Some(open(&file)), "/basemap/3/0/0").await.0, StatusCode::NO_CONTENT);
    for nowhere in ["/basemap/3/8/0", "/basemap/40/0/0", "/basemap/3/6/4294967295"] {
        assert_eq!(get(Some(open(&file)), nowhere).await.0, StatusCode::NO_CONTENT, "{nowhere}");
    }
    assert_eq!(get(Some(open(&file)), "/basemap/3/6/x").await.0, StatusCode::NOT_FOUND);
    let (_, _, status, _) = get(Some(open(&file)), "/api/status").await;
    let told = &serde_json::from_slice::<Value>(&status).unwrap()["basemap"];
    assert_eq!(told["name"], "Nền thử");
    assert_eq!(told["attribution"], "© OpenStreetMap");
    assert_eq!(told["url"], "basemap/{z}/{x}/{y}");
    assert_eq!((&told["format"], &told["min_zoom"], &told["max_zoom"]), (&"png".into(), &3.into(), &3.into()));
    assert_eq!((&told["bbox"][0], &told["in_file"]), (&102.0.into(), &true.into()));
}

#[tokio::test]
async fn tiles_of_an_mbtiles_file_are_served_from_the_north_and_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let (status, kind, body, _) = get(Some(open(&mbtiles(dir.path(), "jpg", TILE))), "/basemap/3/6/3").await;
    assert_eq!((status, kind.as_str(), body.as_slice()), (StatusCode::OK, "image/jpeg", TILE));
    let dir = tempfile::tempdir().unwrap();
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(b"vector").unwrap();
    let vector = open(&mbtiles(dir.path(), "pbf", &zipped.finish().unwrap()));
    assert_eq!((vector.info.format, vector.info.name.as_str()), (TileFormat::Mvt, "Suối và sống núi"));
    assert_eq!(get(Some(vector), "/basemap/3/6/3").await.2, b"vector");
}

#[tokio::test]
async fn an_address_elsewhere_is_the_only_one_the_page_may_load_pictures_from() {
    let map = BaseMap::open("https://tiles.example.vn:8443/topo/{z}/{x}/{y}.png?key=1", Some("© Cục Bản đồ")).unwrap();
    assert_eq!(map.origin(), Some("https://tiles.example.vn:8443"));
    let (status, _, _, policy) = get(Some(map), "/").await;
    assert_eq!(status, StatusCode::OK);
    let images = policy.split(';').find(|part| part.trim().starts_with("img-src")).unwrap();
    assert_eq!(images.trim(), "img-src 'self' data: blob: https://tiles.example.vn:8443");
    assert_eq!(policy.matches("http").count(), 1, "{policy}");
    let map = BaseMap::open("https://tiles.example.vn/{z}/{x}/{y}.png", Some("©")).unwrap();
    assert_eq!(get(Some(map), "/basemap/3/6/3").await.0, StatusCode::NOT_FOUND, "this server does not pass tiles on");
}

#[tokio::test]
async fn without_one_there_is_none() {
    assert_eq!(get(None, "/basemap/3/6/3").await.0, StatusCode::NOT_FOUND);
    assert_eq!(serde_json::from_slice::<Value>(&get(None, "/api/status").await.2).unwrap()["basemap"], Value::Null);
}

#[test]
fn what_cannot_be_a_base_map_is_refused_in_words() {
    for address in [
        "http://tiles.example.vn/{z}/{x}/{y}.png",
        "https://tiles.example.vn/{z}/{x}.png",
        "https://{s}.example.vn/{z}/{x}/{y}.png",
        "https://tiles.example.vn/{z}/{x}/{y}/{y}.png",
        "https://{z}.example.vn/{x}/{y}.png",
        "https://a;script-src *.example.vn/{z}/{x}/{y}.png",
        "https://user@example.vn/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "file:///etc/{z}/{x}/{y}",
        "/etc/passwd",
    ] {
        let Err(error) = BaseMap::open(address, Some("©")) else { panic!("{address} was taken") };
        let words = error.text();
        assert!(words.vi.contains(address) && words.en.contains(address), "{words:?}");
    }
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let whole = fs::read(pmtiles(dir.path(), TileType::Png, TILE, "©")).unwrap();
    let none = dir.path().join("none.pmtiles");
    for path in [
        none,
        put("cut.pmtiles", &whole[..100]),
        put("text.pmtiles", b"no tiles here"),
        put("text.mbtiles", b"no tiles here"),
        put("empty.mbtiles", b""),
    ] {
        let Err(error) = BaseMap::open(path.to_str().unwrap(), Some("©")) else { panic!("{path:?} was taken") };
        assert!(error.text().en.contains(path.to_str().unwrap()), "{error}");
    }
    // Whose it is has to be known.
    let nobodys = pmtiles(dir.path(), TileType::Png, TILE, "");
    for (source, attribution) in
        [("https://tiles.example.vn/{z}/{x}/{y}.png", None), (nobodys.to_str().unwrap(), Some(""))]
    {
        let Err(error) = BaseMap::open(source, attribution) else { panic!("{source} was taken") };
        assert!(error.text().en.contains("--basemap-attribution"), "{error}");
    }
    let Err(error) = BaseMap::open(mbtiles(dir.path(), "tiff", TILE).to_str().unwrap(), None) else { panic!() };
    assert!(error.text().en.contains("tiff"));
}

#[test]
fn a_file_that_is_cut_off_while_it_is_served_is_an_error_and_not_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let file = pmtiles(dir.path(), TileType::Png, TILE, "©");
    let map = open(&file);
    fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(200).unwrap();
    let (z, x, y) = PLACE;
    assert!(map.tile(z, x, y).is_err());
}
