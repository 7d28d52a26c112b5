#!/usr/bin/env python3
"""Every export opened with GDAL and compared with its source, attribute by attribute and vertex by vertex; every format
imported again. Runs under the system's Python (Debian: python3-gdal, gdal-bin); PYTHON has pyarrow and shapely.

Usage: files.py PROGRAM FOLDER PYTHON      (GIAPRANH_DATA names the data folder, with boundaries and the demo in it)
"""
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
program, folder = sys.argv[1], sys.argv[2]
os.makedirs(folder, exist_ok=True)
faults = []


def run(*args, env=None):
    done = subprocess.run([program, "--lang", "en", *args], capture_output=True, text=True, env=env)
    if done.returncode != 0:
        faults.append(f"{args}: {done.stderr.strip()}")
    return done


def flat(geometry):
    """All coordinates, rings begun at their smallest vertex and turned alike: formats differ in where a ring begins."""
    kind = geometry["type"]
    coordinates = geometry["coordinates"]
    if kind == "Point":
        return [tuple(coordinates[:2])]
    if kind == "LineString":
        return [[tuple(c[:2]) for c in coordinates]]
    if kind == "MultiLineString":
        return [[tuple(c[:2]) for c in line] for line in coordinates]
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = []
    for polygon in polygons:
        for ring in polygon:
            ring = [tuple(c[:2]) for c in ring[:-1]]
            area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
            if area < 0:
                ring.reverse()
            at = ring.index(min(ring))
            rings.append(ring[at:] + ring[:at])
    return sorted(rings)


def apart(a, b):
    """The largest difference of a coordinate; None: not the same vertices."""
    if isinstance(a, float) or isinstance(a, int):
        return abs(a - b)
    if len(a) != len(b):
        return None
    found = [apart(x, y) for x, y in zip(a, b)]
    return None if None in found else max(found, default=0)


def text(value):
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(round(value, 9)).rstrip("0").rstrip(".") if value != int(value) else str(int(value))
    value = str(value)
    return {"true": "1", "false": "0", "True": "1", "False": "0"}.get(value, value)


def moment(value):
    """2026-01-02T03:04:05.123Z and GDAL's 2026/01/02 03:04:05.123+00, to the millisecond."""
    digits = value.replace("/", "-").replace(" ", "T").replace("+00:00", "").replace("+00", "").replace("Z", "")
    head, _, fraction = digits.partition(".")
    return head + "." + (fraction + "000")[:3] if "T" in digits else digits


def at_once(a, b):
    """The same moment; GDAL keeps milliseconds, rounded."""
    return a == b or ("T" in a and "T" in b and abs(datetime.fromisoformat(a) - datetime.fromisoformat(b)) <= timedelta(milliseconds=1))


def source(collection):
    path = f"{folder}/{collection}.geojson"
    run("export", collection, "--format", "geojson", "-o", path)
    with open(path) as file:
        whole = json.load(file)
    assert whole["numberReturned"] == len(whole["features"]), "the count in the file"
    if collection not in ("incidents", "role-areas"):
        assert whole["attribution"], f"{collection}: no attribution"
    return {f["id"]: f for f in whole["features"]}


# Format, extension, bytes of a text that survive (None: all).
FORMATS = [
    ("geojsonseq", "geojsons", None),
    ("gpkg", "gpkg", None),
    ("fgb", "fgb", None),
    ("shp", "zip", 254),
    ("kml", "kml", None),
    ("csv", "csv", None),
    ("xlsx", "xlsx", None),
    ("gpx", "gpx", None),
]
COLLECTIONS = ["communes", "provinces", "boundaries", "disputes", "claims", "agreements", "role-areas", "incidents"]


# Characters of a cell of a spreadsheet (Excel's own limit).
CELL = 32_767


def opened(path, form):
    if form == "shp":
        return ogr.Open(f"/vsizip/{path}")
    if form == "csv":
        options = ["GEOM_POSSIBLE_NAMES=wkt", "X_POSSIBLE_NAMES=x", "Y_POSSIBLE_NAMES=y", "KEEP_GEOM_COLUMNS=NO"]
        return gdal.OpenEx(path, gdal.OF_VECTOR, open_options=options)
    if form == "xlsx":
        return gdal.OpenEx(path, gdal.OF_VECTOR, open_options=["HEADERS=FORCE"])
    return gdal.OpenEx(path, gdal.OF_VECTOR)


def layers(dataset, form):
    for i in range(dataset.GetLayerCount()):
        layer = dataset.GetLayerByIndex(i) if hasattr(dataset, "GetLayerByIndex") else dataset.GetLayer(i)
        if layer.GetName() != "about":
            yield layer


def compare(collection, expected, form, extension, text_bytes):
    path = f"{folder}/{collection}.{extension}"
    if form == "xlsx" and max(len(json.dumps(f["geometry"])) for f in expected.values()) > CELL:
        # A spreadsheet cannot hold these lines: refused with a word, and nothing half-written is left.
        done = subprocess.run([program, "--lang", "en", "export", collection, "--format", form, "-o", path], capture_output=True, text=True)
        if done.returncode == 0 or "more text than a cell" not in done.stderr or os.path.exists(path):
            faults.append(f"{collection}.xlsx: {done.returncode} {done.stderr}")
        return print(f"{collection}.xlsx: refused, as a cell holds no more than {CELL} characters")
    run("export", collection, "--format", form, "-o", path)
    if form == "gpx":
        # A waypoint has a place.
        expected = {i: f for i, f in expected.items() if f["geometry"]}
    dataset = opened(path, form)
    if dataset is None:
        faults.append(f"{collection}.{form}: GDAL cannot open it")
        return
    seen = {}
    for layer in layers(dataset, form):
        definition = layer.GetLayerDefn()
        # Of a GPX file GDAL names what it does not know itself `ogr_…`.
        names = [definition.GetFieldDefn(i).GetName().removeprefix("ogr_") for i in range(definition.GetFieldCount())]
        layer.ResetReading()
        for feature in layer:
            values = {n: feature.GetField(i) for i, n in enumerate(names)}
            geometry = feature.GetGeometryRef()
            if geometry is None and values.get("wkt"):
                geometry = ogr.CreateGeometryFromWkt(values["wkt"])
            if geometry is None and values.get("x") not in (None, ""):
                geometry = ogr.CreateGeometryFromWkt(f"POINT({values['x']!r} {values['y']!r})".replace("'", ""))
            empty = geometry is None or geometry.IsEmpty()
            seen[str(values["id"])] = (values, None if empty else json.loads(geometry.ExportToJson(["COORDINATE_PRECISION=17"])))
    if set(seen) != set(expected):
        faults.append(f"{collection}.{form}: {len(seen)} features, {len(expected)} in the source")
        return
    worst = 0
    for identifier, feature in expected.items():
        values, geometry = seen[identifier]
        if (geometry is None) != (feature["geometry"] is None):
            faults.append(f"{collection}.{form} {identifier}: geometry {geometry is not None}")
            continue
        if geometry is not None:
            distance = apart(flat(geometry), flat(feature["geometry"]))
            if distance is None or distance > 0:
                faults.append(f"{collection}.{form} {identifier}: vertices {distance} apart")
            else:
                worst = max(worst, distance)
        short = {n[:10]: n for n in values}
        if form == "kml":
            # To GDAL's driver a field `name` is the name of the placemark.
            values["name"] = values.get("name") or values.get("Name")
        for name, value in feature["properties"].items():
            got = values.get(name)
            if name not in values:
                got = next((values[v] for k, v in short.items() if k == SHORT.get(name, name)[:10]), None)
            want = text(value)
            if text_bytes:
                want = want.encode()[:text_bytes].decode(errors="ignore").rstrip()
            have = text(got)
            if name.endswith("_at") or name in ("valid_from", "valid_to", "filed", "signed", "held", "status_date", "basis_date", "term_from", "term_to"):
                want, have = moment(want), moment(have)
                have = have[: len(want)] if len(want) == 10 else have
            if form == "shp" and have in ("T", "F"):
                have = "1" if have == "T" else "0"  # GDAL 3.6 gives a logical field of a DBF as its letter
            try:
                same = at_once(want, have) or (want and have and abs(float(want) - float(have)) <= 1e-12 * abs(float(want)) + 1e-9)
            except ValueError:
                same = False
            if not same:
                faults.append(f"{collection}.{form} {identifier}.{name}: {have!r}, not {want!r}")
                break
    print(f"{collection}.{form}: {len(seen)} features, largest difference of a coordinate {worst}")


SHORT = {}
described = subprocess.run([program, "export", "--fields"], capture_output=True, text=True)
for line in described.stdout.splitlines():
    name, short = line.split()[1:3]
    SHORT[name] = short

# A claim of each kind and a role area with every field, so that there is something of everything.
made = os.path.join(folder, "made")
os.makedirs(made, exist_ok=True)
border = next(
    f for f in source("boundaries").values()
    if {"Mường Toong", "Tà Tổng"} <= {str(f["properties"][side]).removeprefix("Xã ") for side in ("left_name", "right_name")}
)
line = max(border["geometry"]["coordinates"], key=len)
# Short enough for a cell of a spreadsheet.
shifted = [[x + 0.002, y + 0.001] for x, y in line[:100]]
(x, y), document = line[len(line) // 2], "Biên bản số 1"
square = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
for name, geometry in [
    ("line", {"type": "LineString", "coordinates": shifted}),
    ("land", {"type": "Polygon", "coordinates": [square]}),
    ("area", {"type": "Feature", "properties": {
        "role": "forest_owner", "name": "Ban quản lý rừng", "valid_from": "2020-01-01", "basis": document, "basis_date": "2019-12-31",
        "note": "thử", "accuracy_m": 12.5}, "geometry": {"type": "Polygon", "coordinates": [square]}}),
]:
    with open(f"{made}/{name}.geojson", "w") as file:
        json.dump(geometry, file)
if not source("claims"):
    for party, name, day in [("Cây Sặt", "line", "2026-01-02"), ("Nậm Ngà", "land", "2026-01-03")]:
        run("disputes", "claim", "cay-sat-nam-nga", f"{made}/{name}.geojson", "--party", party, "--date", day, "--by", "x", "--doc", document,
            "--crs", "EPSG:4326", "--scale", "10000")
    run("roles", "import", f"{made}/area.geojson", "--by", "x")

parquets = []
for collection in COLLECTIONS:
    expected = source(collection)
    if not expected:
        faults.append(f"{collection}: nothing to compare")
    for form, extension, text_bytes in FORMATS:
        if form != "gpx" or collection == "incidents":
            compare(collection, expected, form, extension, text_bytes)
    parquets.append(f"{folder}/{collection}.parquet")
    run("export", collection, "--format", "parquet", "-o", parquets[-1])
done = subprocess.run([sys.argv[3], os.path.join(os.path.dirname(__file__), "geoparquet.py"), *parquets])
if done.returncode != 0:
    faults.append("GeoParquet")

# VN-2000 through PROJ, from what the file says of itself, back to WGS 84: within the 1 mm of a round trip.
expected = source("communes")
for form, extension in [("gpkg", "gpkg"), ("shp", "zip"), ("fgb", "fgb")]:
    path = f"{folder}/communes-9205.{extension}"
    run("export", "communes", "--format", form, "--crs", "EPSG:9205", "-o", path)
    dataset = opened(path, form)
    layer = dataset.GetLayer(0)
    reference = layer.GetSpatialRef()
    code = reference.GetAuthorityCode(None)
    if code not in ("9205", None):
        faults.append(f"{path}: EPSG:{code}")
    feature = layer.GetNextFeature()
    x, y = feature.GetGeometryRef().GetEnvelope()[0], feature.GetGeometryRef().GetEnvelope()[2]
    if not (100_000 < x < 1_000_000 and 2_000_000 < y < 3_000_000):
        faults.append(f"{path}: easting {x}, northing {y}: axes?")
    print(f"communes-9205.{form}: {reference.GetName()}, easting {x:.1f}, northing {y:.1f}")

# Everything that goes out comes back in: into a store of its own, out of it again, and compared.
EXTENSIONS = {e: f for f, e, _ in FORMATS} | {"geojson": "geojson", "parquet": "parquet"}


def again(collection, path, kind, values, expected, key="id", layers=()):
    """Imports a file of this program, layer by layer, and compares what is then there with what went out."""
    store = f"{folder}/store-{os.path.basename(path)}"
    subprocess.run(["rm", "-rf", store], check=True)
    os.makedirs(store)
    subprocess.run(["cp", "-r", f"{os.environ['GIAPRANH_DATA']}/boundaries", store], check=False)
    env = {**os.environ, "GIAPRANH_DATA": store}
    parts = [["--layer", layer] for layer in layers] or [[]]
    reports = lambda *how: [json.loads(run("import", path, "--as", kind, "--json", *how, *part, env=env).stdout or "null") for part in parts]
    tried = reports("--dry-run")
    if None in tried or None in reports():
        return
    features = json.loads(run("export", collection, "--format", "geojson", env=env).stdout or '{"features": []}')["features"]
    named = lambda f: f["id"] if key == "id" else tuple(str(f["properties"][k]) for k in key)
    back, went = {named(f): f for f in features}, {named(f): f for f in expected}
    if not set(went) <= set(back) or sum(t["matched"] for t in tried) != len(went):
        return faults.append(f"import of {path}: {len(back)} of {len(went)}; dry run: {tried}")
    for identifier, feature in went.items():
        got = back[identifier]
        if feature["geometry"] and apart(flat(got["geometry"]), flat(feature["geometry"])) != 0:
            faults.append(f"import of {path}: the place of {identifier}")
        for value in values:
            want, have = text(feature["properties"][value]), text(got["properties"][value])
            if value.endswith("_at"):
                want, have = moment(want), moment(have)
            if not at_once(want, have):
                faults.append(f"import of {path}: {value} of {identifier}: {have!r}, not {want!r}")
    if kind != "boundaries":
        # The same file once more is the same, and nothing is written twice.
        done = reports()
        taken, known = (sum(report[what] for report in done) for what in ("taken", "known"))
        if taken != 0 or known != len(went):
            faults.append(f"import of {path} again: {taken} taken, {known} known")
    print(f"{os.path.basename(path)} in again: {len(went)}, the same")


INCIDENT = ["kind", "occurred_at", "position", "position_crs", "area_ha", "volume_m3", "accuracy_m", "source", "forest_type", "species",
            "compartment", "sub_compartment", "lot", "commune_code", "verdict", "disputed"]
CLAIM = ["dispute", "party", "party_name", "asks_for", "filed", "scale", "document"]
AREA = ["role", "name", "covers", "accuracy_m", "valid_from", "valid_to", "basis", "basis_date", "note"]
incidents, claims = source("incidents").values(), source("claims").values()
areas = [f for f in source("role-areas").values() if f["properties"]["covers"] == "land"]
two = [f for f in source("communes").values() if f["properties"]["name"] in ("Xã Mường Toong", "Xã Tà Tổng")]
for extension, form in EXTENSIONS.items():
    expected = [f for f in incidents if f["geometry"] or form != "gpx"]
    again("incidents", f"{folder}/incidents.{extension}", "incidents", INCIDENT, expected)
    if form == "gpx":
        continue
    again("claims", f"{folder}/claims.{extension}", "claims", CLAIM, claims, ("dispute", "party", "filed"),
          ["claims-line", "claims-area"] if form == "shp" else ())
    # Those that are drawn; a body of a unit comes in by the unit's code (`--as bodies`).
    path = f"{folder}/drawn.{extension}"
    run("export", "role-areas", "--filter", "covers = 'land'", "-o", path, "--format", form)
    again("role-areas", path, "role-areas", AREA, areas, ("name",))
    # Two communes in place of their own: every line where it was.
    if form != "xlsx" and os.path.exists(f"{os.environ['GIAPRANH_DATA']}/boundaries"):
        path = f"{folder}/two-communes.{extension}"
        run("export", "communes", "--filter", "name IN ('Xã Mường Toong', 'Xã Tà Tổng')", "-o", path, "--format", form)
        again("communes", path, "boundaries", ["code", "name", "area_ha"], two)

print("\n".join(faults[:60]))
sys.exit(1 if faults else 0)
