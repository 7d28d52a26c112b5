#!/usr/bin/env python3
"""GDAL's driver for OGC API – Features: every collection, all of its pages, by box and by date, against the export.

Usage: oapif.py URL TOKEN FOLDER      (FOLDER has the exports of files.py as COLLECTION.geojson)
"""
import json
import os
import sys
import urllib.request

from osgeo import gdal, ogr

gdal.UseExceptions()
url, token, folder = sys.argv[1:4]
gdal.SetConfigOption("GDAL_HTTP_HEADERS", f"Authorization: Bearer {token}")
faults = []


def features(address, **options):
    return gdal.OpenEx(f"OAPIF:{address}", gdal.OF_VECTOR, open_options=[f"{k}={v}" for k, v in options.items()])


dataset = features(f"{url}/ogc", PAGE_SIZE="7")
names = [dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())]
print("collections:", ", ".join(names))
for name in names:
    path = f"{folder}/{name}.geojson"
    if not os.path.exists(path):
        continue
    expected = {f["id"]: f for f in json.load(open(path))["features"]}
    # Seven to a page, so that paging is walked.
    opened = features(f"{url}/ogc", PAGE_SIZE="7")
    layer = opened.GetLayerByName(name)
    seen = {}
    for feature in layer:
        geometry = feature.GetGeometryRef()
        seen[feature.GetField("id")] = None if geometry is None else geometry.GetEnvelope()
    if set(seen) != set(expected):
        faults.append(f"{name}: {len(seen)} features by OAPIF, {len(expected)} in the database")
    for identifier, envelope in seen.items():
        want = expected.get(identifier, {}).get("geometry")
        want = ogr.CreateGeometryFromJson(json.dumps(want)).GetEnvelope() if want else None
        if (want is None) != (envelope is None) or (want and max(abs(a - b) for a, b in zip(want, envelope)) > 0):
            faults.append(f"{name} {identifier}: {envelope}, not {want}")
    # By box: what GDAL asks the server for is what it finds itself in all of them.
    box = (102.6, 22.0, 103.1, 22.3)
    layer.SetSpatialFilterRect(*box)
    by_server = {f.GetField("id") for f in layer}
    rect = ogr.CreateGeometryFromWkt("POLYGON(({0} {1},{2} {1},{2} {3},{0} {3},{0} {1}))".format(*box))
    own = {
        i for i, f in expected.items()
        if f["geometry"] and ogr.CreateGeometryFromJson(json.dumps(f["geometry"])).Intersects(rect)
    }
    if by_server != own:
        faults.append(f"{name}: by box {len(by_server)}, by GDAL itself {len(own)}")
    print(f"{name}: {len(seen)} features, {len(own)} in the box")

# By date: the districts of 2023.
with urllib.request.urlopen(f"{url}/ogc/collections/districts/items?datetime=2023-06-01&limit=1000") as answer:
    then = json.load(answer)
print("districts in 2023:", then["numberMatched"])
if then["numberMatched"] != len(then["features"]):
    faults.append("districts in 2023: not all on one page")
print("\n".join(faults[:40]))
sys.exit(1 if faults else 0)
