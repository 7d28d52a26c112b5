#!/usr/bin/env python3
"""Every export opened with GDAL and compared with its source, attribute by attribute and vertex by vertex; every format
imported again. Runs under the system's Python (Debian: python3-gdal, gdal-bin).

Usage: files.py PROGRAM FOLDER      (GIAPRANH_DATA names the data folder, with boundaries and the demo in it)
"""
import json
import os
import subprocess
import sys

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


def source(collection):
    path = f"{folder}/{collection}.geojson"
    run("export", collection, "--format", "geojson", "-o", path)
    with open(path) as file:
        whole = json.load(file)
    assert whole["numberReturned"] == len(whole["features"]), "the count in the file"
    if collection not in ("incidents", "role-areas"):
        assert whole["attribution"], f"{collection}: no attribution"
    return {f["id"]: f for f in whole["features"]}


# Format, what of a text survives (bytes), does it keep features without a place, how near vertices are.
FORMATS = [
    ("geojsonseq", "geojsons", None, True, 0),
    ("gpkg", "gpkg", None, True, 0),
    ("fgb", "fgb", None, True, 0),
    ("shp", "zip", 254, True, 0),
    ("kml", "kml", None, True, 0),
    ("csv", "csv", None, True, 0),
    ("xlsx", "xlsx", None, True, 0),
]


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


def compare(collection, form, extension, text_bytes, tolerance):
    expected = source(collection)
    if not expected and form == "xlsx":
        return  # GDAL takes the header of an empty sheet for a row.
    path = f"{folder}/{collection}.{extension}"
    if form == "xlsx" and max(len(json.dumps(f["geometry"])) for f in expected.values()) > CELL:
        # A spreadsheet cannot hold these lines: refused with a word, and nothing half-written is left.
        done = subprocess.run([program, "--lang", "en", "export", collection, "--format", form, "-o", path], capture_output=True, text=True)
        if done.returncode == 0 or "more text than a cell" not in done.stderr or os.path.exists(path):
            faults.append(f"{collection}.xlsx: {done.returncode} {done.stderr}")
        return print(f"{collection}.xlsx: refused, as a cell holds no more than {CELL} characters")
    run("export", collection, "--format", form, "-o", path)
    dataset = opened(path, form)
    if dataset is None:
        faults.append(f"{collection}.{form}: GDAL cannot open it")
        return
    seen = {}
    for layer in layers(dataset, form):
        definition = layer.GetLayerDefn()
        names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
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
            if distance is None or distance > tolerance:
                faults.append(f"{collection}.{form} {identifier}: vertices {distance} apart")
            else:
                worst = max(worst, distance)
        short = {n[:10]: n for n in values}
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
                same = want == have or (want and have and abs(float(want) - float(have)) <= 1e-12 * abs(float(want)) + 1e-9)
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

for collection in ["communes", "provinces", "boundaries", "disputes", "claims", "agreements", "role-areas", "incidents"]:
    for form, extension, text_bytes, _, tolerance in FORMATS:
        compare(collection, form, extension, text_bytes, tolerance)
compare("incidents", "gpx", "gpx", None, 0) if os.environ.get("GPX") else None

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

# GeoParquet, read by Arrow where it is installed (Debian's GDAL 3.6 has no driver for it).
if len(sys.argv) > 3:
    path = f"{folder}/communes.parquet"
    run("export", "communes", "--format", "parquet", "-o", path)
    done = subprocess.run([sys.argv[3], os.path.join(os.path.dirname(__file__), "geoparquet.py"), path, f"{folder}/communes.geojson"])
    if done.returncode != 0:
        faults.append("communes.parquet")

# What went out comes back in: the same incidents under the same ids, in a store of its own.
expected = source("incidents")
for extension in ["geojson", "gpkg", "zip", "kml", "csv", "xlsx"]:
    store = f"{folder}/store-{extension}"
    subprocess.run(["rm", "-rf", store])
    os.makedirs(store)
    subprocess.run(["cp", "-r", f"{os.environ['GIAPRANH_DATA']}/boundaries", store])
    env = {**os.environ, "GIAPRANH_DATA": store}
    run("import", f"{folder}/incidents.{extension}", "--as", "incidents", env=env)
    back = run("export", "incidents", "--format", "geojson", env=env)
    features = {f["id"]: f for f in json.loads(back.stdout or '{"features": []}')["features"]}
    if set(features) != set(expected):
        faults.append(f"import of incidents.{extension}: {len(features)} of {len(expected)}")
        continue
    for identifier, feature in expected.items():
        for name in ["kind", "position", "position_crs", "area_ha", "accuracy_m", "source", "lot", "commune_code", "verdict"]:
            if text(features[identifier]["properties"][name]) != text(feature["properties"][name]):
                faults.append(f"import of incidents.{extension}: {name} of {identifier}")
        if moment(features[identifier]["properties"]["occurred_at"]) != moment(feature["properties"]["occurred_at"]):
            faults.append(f"import of incidents.{extension}: occurred_at of {identifier}")
    again = run("import", f"{folder}/incidents.{extension}", "--as", "incidents", "--json", env=env)
    report = json.loads(again.stdout)
    if report["taken"] != 0 or report["known"] != len(expected):
        faults.append(f"import of incidents.{extension} again: {report['taken']} taken, {report['known']} known")
    print(f"incidents.{extension} in again: {len(features)} incidents, the same")

print("\n".join(faults[:60]))
sys.exit(1 if faults else 0)
