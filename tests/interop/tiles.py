#!/usr/bin/env python3
"""Vector tiles by an independent decoder against a clip by GEOS; neighbours without gaps.

Usage: tiles.py URL HOW_MANY
"""
import json
import math
import random
import sys
import urllib.request

import mapbox_vector_tile
import numpy
import shapely
import shapely.affinity
from shapely.geometry import box, shape
from shapely.ops import unary_union

url, count = sys.argv[1], int(sys.argv[2])
EXTENT = 4096
with urllib.request.urlopen(f"{url}/ogc/collections/communes/items?limit=10000") as answer:
    communes = {f["id"]: shape(f["geometry"]) for f in json.load(answer)["features"]}


def to_mercator(c):
    """Web Mercator as a share of the world's side, y to the south."""
    x, y = c[:, 0], c[:, 1]
    return numpy.column_stack(((x + 180) / 360, (1 - numpy.arcsinh(numpy.tan(numpy.radians(y))) / math.pi) / 2))


projected = {i: shapely.transform(g, to_mercator).buffer(0) for i, g in communes.items()}
everything = unary_union(list(projected.values()))
tree = shapely.STRtree(list(projected.values()))
names = list(projected)
west, north, east, south = everything.bounds
random.seed(20250701)
worst, gaps, faults, tiles = 0.0, 0.0, [], 0
while tiles < count:
    z = random.randint(4, 16)
    x = int(random.uniform(west, east) * 2**z)
    y = int(random.uniform(north, south) * 2**z)
    side = 2.0**-z
    tile = box(x * side, y * side, (x + 1) * side, (y + 1) * side)
    if not everything.intersects(tile):
        continue
    tiles += 1
    with urllib.request.urlopen(f"{url}/tiles/communes/{z}/{x}/{y}") as answer:
        raw = answer.read()
    decoded = mapbox_vector_tile.decode(raw, default_options={"y_coord_down": True}) if raw else {}
    unit = side / EXTENT
    got = {}
    for feature in decoded.get("communes", {"features": []})["features"]:
        geometry = shapely.make_valid(shape(feature["geometry"]))
        got[feature["properties"]["id"]] = shapely.affinity.affine_transform(geometry, [unit, 0, 0, unit, x * side, y * side])
    for i in tree.query(tile):
        identifier = names[i]
        want = projected[identifier].intersection(tile)
        have = got.get(identifier, shapely.Polygon()).intersection(tile)
        # No point of a line is moved by more than a unit when simplified, and by 0.71 when rounded.
        off = want.symmetric_difference(have).area
        allowed = (want.length + 8 * unit) * 2.0 * unit
        worst = max(worst, off / allowed)
        if off > allowed:
            faults.append(f"{z}/{x}/{y} {identifier}: {off / unit**2:.1f} square units off, {allowed / unit**2:.1f} allowed")
    # A tile that the source covers without a gap is covered without one here.
    if tile.difference(everything).is_empty:
        missing = tile.difference(unary_union(list(got.values()))).area / unit**2
        gaps = max(gaps, missing)
        if missing > 0.01:
            faults.append(f"{z}/{x}/{y}: a gap of {missing:.2f} square units")
print(f"{tiles} tiles; largest difference {worst:.2f} of what rounding allows; largest gap {gaps:.2f} square units")
print("\n".join(faults[:20]))
sys.exit(1 if faults else 0)
