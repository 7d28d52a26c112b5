//! Pulling, over HTTP from a small server of the test's own and from a mirror: what is fetched is verified, what was
//! begun is continued, and until the last step nothing active changes.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use giapranh::atlas::geodata::Files;
use giapranh::atlas::pull::{Progress, PullOptions, Pulled, Silent, Step, pull, sha256_hex};
use giapranh::atlas::{AtlasError, Geodata, Store};

const UNITS: &str = "level,code,name,kind,aliases,valid_from,valid_to,parent,legal_act,became
province,p,Tỉnh P,tỉnh,,,,,,
commune,a,Xã A,xã,,2025-07-01,,p,,
commune,b,Xã B,xã,,2025-07-01,,p,,
commune,c,Xã C,xã,,2025-07-01,,p,,
commune,d,Xã D,xã,,2025-07-01,,p,,
";

/// The units of the clean set, each in a file of its own, by its path.
fn published() -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/counterexamples/clean.geojson");
    let clean: serde_json::Value = serde_json::from_slice(&fs::read(path).expect("clean set")).expect("JSON");
    let features = clean["features"].as_array().expect("features");
    features
        .iter()
        .map(|f| {
            let path = format!("toy/{}.geojson", f["properties"]["code"].as_str().expect("code"));
            (path, serde_json::json!({ "type": "FeatureCollection", "features": [f] }).to_string().into_bytes())
        })
        .collect()
}

/// Geodata that pins those files under an address.
fn geodata(base_url: &str) -> Geodata {
    let pins: String = published()
        .iter()
        .map(|(path, bytes)| {
            format!("  {{ path = \"{path}\", sha256 = \"{}\", bytes = {} }},\n", sha256_hex(bytes), bytes.len())
        })
        .collect();
    let text = "{ vi = \"thử\", en = \"toy\" }";
    let sources = format!(
        "[[dataset]]\nid = \"toy\"\nlevel = \"commune\"\ntitle = {text}\npublisher = \"toy\"\nlicence = \"toy\"\n\
         attribution = \"toy\"\nvalid_from = \"2025-07-01\"\nline_accuracy_m = 10.0\nline_accuracy_basis = {text}\n\
         indicative = false\nformat = \"geojson\"\nbase_url = \"https://toy.example/\"\nfile = [\n{pins}]\n\
         [dataset.fields]\ncode = \"code\"\nname = \"name\"\n"
    );
    let files = [
        ("units.csv", UNITS.to_owned()),
        ("sources.toml", sources),
        ("expected_overlaps.toml", "overlap = []".into()),
        ("bodies.toml", "body = []".into()),
    ];
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes().into())).collect();
    let mut geodata = Geodata::read(Files(files)).expect("toy geodata");
    geodata.sources[0].base_url = base_url.to_owned();
    geodata
}

/// How a server treats one request: the path, the first byte asked for, and how often this path was asked for before.
type Manners = fn(&[u8], Option<usize>, usize) -> Vec<u8>;

/// A server of the published files. Keeps a log of what was asked for, by path.
struct Server {
    base_url: String,
    log: Arc<Mutex<HashMap<String, Vec<Option<usize>>>>>,
}

impl Server {
    /// `odd` are the manners for `toy/b.geojson`; the other files are served as any server does.
    fn start(odd: Manners) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base_url = format!("http://{}/", listener.local_addr().expect("an address"));
        let log = Arc::new(Mutex::new(HashMap::new()));
        let files: HashMap<String, Vec<u8>> = published().into_iter().collect();
        let kept = log.clone();
        // Ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &files, odd, &kept);
            }
        });
        Server { base_url, log }
    }

    fn asked(&self, path: &str) -> Vec<Option<usize>> {
        self.log.lock().expect("log").get(path).cloned().unwrap_or_default()
    }
}

fn answer(
    mut stream: TcpStream,
    files: &HashMap<String, Vec<u8>>,
    odd: Manners,
    log: &Mutex<HashMap<String, Vec<Option<usize>>>>,
) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    let path = request.split(' ').nth(1).expect("a path").trim_start_matches('/').to_owned();
    let from = lines
        .take_while(|l| !l.is_empty())
        .filter_map(|l| l.to_ascii_lowercase().strip_prefix("range: bytes=").map(str::to_owned))
        .find_map(|r| r.trim_end_matches('-').parse().ok());
    let before = {
        let mut log = log.lock().expect("log");
        let asked = log.entry(path.clone()).or_default();
        asked.push(from);
        asked.len() - 1
    };
    let response = match files.get(&path) {
        Some(bytes) if path == "toy/b.geojson" => odd(bytes, from, before),
        Some(bytes) => ranges(bytes, from, before),
        None => status("404 Not Found"),
    };
    // The client may have gone away: then that is its wish.
    let _ = stream.write_all(&response);
}

fn head(status: &str, length: usize, more: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n").into_bytes()
}

fn status(status: &str) -> Vec<u8> {
    head(status, 0, "")
}

/// A server that continues where it is asked to.
fn ranges(bytes: &[u8], from: Option<usize>, _before: usize) -> Vec<u8> {
    let (status, from, more) = match from {
        None => ("200 OK", 0, String::new()),
        Some(from) => (
            "206 Partial Content",
            from,
            format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len()),
        ),
    };
    [head(status, bytes.len() - from, &more), bytes[from..].to_vec()].concat()
}

/// The first answer breaks off half way.
fn breaks_off_once(bytes: &[u8], from: Option<usize>, before: usize) -> Vec<u8> {
    let whole = ranges(bytes, from, before);
    if before > 0 { whole } else { whole[..whole.len() - bytes.len() / 2].to_vec() }
}

/// Breaks off once, and knows no ranges.
fn knows_no_ranges(bytes: &[u8], _from: Option<usize>, before: usize) -> Vec<u8> {
    breaks_off_once(bytes, None, before)
}

fn options<'a>(data: &Path, mirror: Option<PathBuf>, geodata: &'a Geodata, force: bool) -> PullOptions<'a> {
    PullOptions { data: data.to_owned(), mirror, geodata, force }
}

fn pulled(data: &Path, geodata: &Geodata) -> Result<Pulled, AtlasError> {
    pull(&options(data, None, geodata, false), &Silent)
}

fn active_units(data: &Path) -> usize {
    let generation = Store::new(data).active().expect("sound").expect("a generation");
    generation.datasets.iter().map(|d| d.shapes.len()).sum()
}

#[test]
fn a_pull_activates_and_a_second_one_has_nothing_to_do() {
    let (server, data) = (Server::start(ranges), tempfile::tempdir().unwrap());
    let geodata = geodata(&server.base_url);
    let Pulled::Activated { id, removed } = pulled(data.path(), &geodata).expect("a pull") else {
        panic!("not activated")
    };
    assert!(removed.is_empty());
    assert_eq!(active_units(data.path()), 4);
    assert!(!data.path().join("boundaries/downloads").exists(), "the downloads are not kept");
    assert_eq!(pulled(data.path(), &geodata).expect("a pull"), Pulled::AlreadyActive { id });
    assert_eq!(server.asked("toy/a.geojson"), [None]);
}

#[test]
fn a_broken_download_is_continued_where_it_stopped() {
    let (server, data) = (Server::start(breaks_off_once), tempfile::tempdir().unwrap());
    pulled(data.path(), &geodata(&server.base_url)).expect("a pull");
    let bytes = published()[1].1.len();
    assert_eq!(server.asked("toy/b.geojson"), [None, Some(bytes - bytes / 2)]);
    assert_eq!(active_units(data.path()), 4);
}

#[test]
fn a_server_without_ranges_is_asked_for_the_whole_file_again() {
    let (server, data) = (Server::start(knows_no_ranges), tempfile::tempdir().unwrap());
    pulled(data.path(), &geodata(&server.base_url)).expect("a pull");
    assert_eq!(server.asked("toy/b.geojson").len(), 2);
    assert_eq!(active_units(data.path()), 4);
}

#[test]
fn a_later_pull_goes_on_with_what_an_earlier_one_left() {
    let (server, data) = (Server::start(ranges), tempfile::tempdir().unwrap());
    let downloads = data.path().join("boundaries/downloads");
    fs::create_dir_all(&downloads).unwrap();
    let files = published();
    let part = |i: usize| downloads.join(format!("{}.part", sha256_hex(&files[i].1)));
    fs::write(part(0), &files[0].1[..40]).unwrap();
    // All there but never verified, and one that is longer than it should be.
    fs::write(part(2), &files[2].1).unwrap();
    fs::write(part(3), [files[3].1.as_slice(), b"more"].concat()).unwrap();
    pulled(data.path(), &geodata(&server.base_url)).expect("a pull");
    assert_eq!(server.asked("toy/a.geojson"), [Some(40)]);
    assert_eq!(server.asked("toy/c.geojson"), []);
    assert_eq!(server.asked("toy/d.geojson"), [None]);
    assert_eq!(active_units(data.path()), 4);
}

#[test]
fn a_file_that_is_not_the_pinned_one_is_refused_and_not_kept() {
    let other = |bytes: &[u8]| bytes.iter().map(|b| if *b == b'2' { b'3' } else { *b }).collect::<Vec<u8>>();
    let wrong: Manners = |bytes, _, _| {
        let other: Vec<u8> = bytes.iter().map(|b| if *b == b'2' { b'3' } else { *b }).collect();
        ranges(&other, None, 0)
    };
    let (server, data) = (Server::start(wrong), tempfile::tempdir().unwrap());
    let pinned = published().remove(1).1;
    match pulled(data.path(), &geodata(&server.base_url)) {
        Err(AtlasError::Checksum { file, expected, found }) => {
            assert!(file.ends_with("toy/b.geojson"), "{file}");
            assert_eq!((expected, found), (sha256_hex(&pinned), sha256_hex(&other(&pinned))));
        }
        other => panic!("{other:?}"),
    }
    let parts = fs::read_dir(data.path().join("boundaries/downloads")).unwrap().map(|e| e.unwrap().file_name());
    let kept: Vec<_> = parts.filter(|n| n.to_string_lossy().starts_with(&sha256_hex(&pinned))).collect();
    assert!(kept.is_empty(), "{kept:?}");
    assert!(Store::new(data.path()).active().unwrap().is_none());
}

#[test]
fn a_file_without_end_is_cut_off() {
    let endless: Manners = |bytes, _, _| ranges(&bytes.repeat(1000), None, 0);
    let (server, data) = (Server::start(endless), tempfile::tempdir().unwrap());
    let expected = published()[1].1.len() as u64;
    match pulled(data.path(), &geodata(&server.base_url)) {
        Err(AtlasError::Length { found, .. }) => assert_eq!(found, expected + 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_server_will_not_give_is_an_error_with_its_address() {
    let gone: Manners = |_, _, _| status("404 Not Found");
    let busy: Manners =
        |bytes, from, before| if before == 0 { status("503 Busy") } else { ranges(bytes, from, before) };
    let round: Manners = |_, _, _| head("302 Found", 0, "Location: /toy/b.geojson\r\n");
    for (manners, asked, good) in [(gone, 1, false), (busy, 2, true), (round, 4, false)] {
        let (server, data) = (Server::start(manners), tempfile::tempdir().unwrap());
        match pulled(data.path(), &geodata(&server.base_url)) {
            Ok(Pulled::Activated { .. }) => assert!(good),
            Err(AtlasError::Download { url, .. }) => assert!(!good && url.ends_with("toy/b.geojson"), "{url}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(server.asked("toy/b.geojson").len(), asked);
    }
}

fn mirror(folder: &Path) -> PathBuf {
    let mirror = folder.join("mirror");
    for (path, bytes) in published() {
        let file = mirror.join("toy.example").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    mirror
}

#[test]
fn a_mirror_is_as_good_as_the_network_and_verified_like_it() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mirror, geodata) = (mirror(folder.path()), geodata("https://toy.example/"));
    let from_mirror = || pull(&options(data.path(), Some(mirror.clone()), &geodata, false), &Silent);
    let file = mirror.join("toy.example/toy/c.geojson");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let cut = from_mirror();
    assert!(matches!(&cut, Err(AtlasError::Length { file, .. }) if file.ends_with("c.geojson")), "{cut:?}");
    fs::remove_file(&file).unwrap();
    assert!(matches!(from_mirror(), Err(AtlasError::NotInMirror(path)) if path == file));
    assert!(Store::new(data.path()).active_id().unwrap().is_none());
    fs::write(&file, &bytes).unwrap();
    assert!(matches!(from_mirror(), Ok(Pulled::Activated { .. })));
    assert_eq!(active_units(data.path()), 4);
}

#[test]
fn two_old_generations_are_kept_to_go_back_to() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mirror, geodata) = (mirror(folder.path()), geodata("https://toy.example/"));
    let store = Store::new(data.path());
    let mut ids: Vec<String> = Vec::new();
    for round in 0..4 {
        match pull(&options(data.path(), Some(mirror.clone()), &geodata, true), &Silent).expect("a pull") {
            Pulled::Activated { id, removed } => {
                assert_eq!(removed, if round < 3 { vec![] } else { vec![ids[0].clone()] });
                ids.push(id);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(store.list().unwrap(), ids[1..]);
    store.writer().unwrap().activate(&ids[2]).expect("going back");
    assert_eq!(store.active_id().unwrap().as_ref(), Some(&ids[2]));
    for nobody in [ids[0].as_str(), "../boundaries", ""] {
        assert!(matches!(store.writer().unwrap().activate(nobody), Err(AtlasError::NoGeneration(_))));
    }
}

#[test]
fn a_second_pull_at_the_same_time_is_turned_away() {
    let data = tempfile::tempdir().unwrap();
    let store = Store::new(data.path());
    let held = store.writer().expect("the first");
    assert!(matches!(pulled(data.path(), &geodata("http://127.0.0.1:9/")), Err(AtlasError::Locked(_))));
    drop(held);
    assert!(store.writer().is_ok());
}

#[test]
fn damage_is_noticed_whatever_it_is_and_mended_by_a_pull() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mirror, geodata) = (mirror(folder.path()), geodata("https://toy.example/"));
    let from_mirror = || pull(&options(data.path(), Some(mirror.clone()), &geodata, false), &Silent).expect("a pull");
    from_mirror();
    let store = Store::new(data.path());
    type Damage = fn(&Path);
    let change = |file: &str| {
        let id = store.active_id().unwrap().expect("active");
        data.path().join("boundaries/generations").join(id).join(file)
    };
    let cases: [(&str, Damage); 6] = [
        ("boundaries.postcard", |f| fs::write(f, &fs::read(f).unwrap()[1..]).unwrap()),
        ("boundaries.postcard", |f| {
            let mut bytes = fs::read(f).unwrap();
            bytes[100] ^= 1;
            fs::write(f, bytes).unwrap();
        }),
        ("boundaries.postcard", |f| fs::remove_file(f).unwrap()),
        ("manifest.json", |f| fs::write(f, "{").unwrap()),
        ("manifest.json", |f| {
            let text = fs::read_to_string(f).unwrap();
            fs::write(f, text.replace("\"format_version\": 1", "\"format_version\": 999")).unwrap();
        }),
        ("../../active", |f| fs::write(f, "../../etc").unwrap()),
    ];
    for (file, damage) in cases {
        damage(&change(file));
        let error = store.active().expect_err(file);
        assert!(matches!(error, AtlasError::Damaged { .. }), "{file}: {error:?}");
        assert!(error.to_string().contains("giapranh boundaries pull"), "{error}");
        assert!(matches!(from_mirror(), Pulled::Activated { .. }), "{file}");
        assert_eq!(active_units(data.path()), 4);
    }
}

/// Says when a step is reached, and waits there for ever.
struct StopAt(String);

impl Progress for StopAt {
    fn step(&self, step: Step) {
        if format!("{step:?}").starts_with(&self.0) {
            println!("\nreached");
            loop {
                thread::park();
            }
        }
    }
}

const DATA: &str = "GIAPRANH_TEST_DATA";
const STEP: &str = "GIAPRANH_TEST_STEP";

/// Not a test of its own: the process that `a_killed_pull_changes_nothing_active` starts and kills. Without its
/// environment it does nothing.
#[test]
fn pull_that_stops() {
    let (Ok(data), Ok(step)) = (std::env::var(DATA), std::env::var(STEP)) else { return };
    let data = Path::new(&data);
    let geodata = geodata("https://toy.example/");
    let _ = pull(&options(data, Some(data.join("mirror")), &geodata, true), &StopAt(step));
}

#[test]
fn a_killed_pull_changes_nothing_active() {
    let folder = tempfile::tempdir().unwrap();
    let (mirror, geodata) = (mirror(folder.path()), geodata("https://toy.example/"));
    let store = Store::new(folder.path());
    let again = || pull(&options(folder.path(), Some(mirror.clone()), &geodata, true), &Silent).expect("a pull");
    again();
    for step in ["Fetch", "Check", "Write", "Activate"] {
        let before = store.active_id().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "atlas_pull::pull_that_stops", "--nocapture"])
            .env(DATA, folder.path())
            .env(STEP, step)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the child");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line == "reached"), "the child reaches {step}");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(store.active_id().unwrap(), before, "{step}");
        assert_eq!(active_units(folder.path()), 4);
        // What a pull killed in the middle of writing leaves.
        let staging = folder.path().join("boundaries/generations/.staging-left");
        fs::create_dir(&staging).unwrap();
        fs::write(staging.join("boundaries.postcard"), "half").unwrap();
        assert!(!store.list().unwrap().iter().any(|id| id.contains("left")));
        again();
        assert!(!staging.exists() && store.active_id().unwrap() != before, "the next pull goes through");
    }
}
