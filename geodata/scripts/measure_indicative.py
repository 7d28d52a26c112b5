#!/usr/bin/env python3
"""Measures how wrong geodata/indicative/communes.geojson is against the published communes of 2025.

    python measure_indicative.py [MIRROR]       (default: ../shared/mirror beside the checkout)

Prints the share of random points of the region with the right commune, how far the lines lie from the published ones, and
for each candidate sigma how well the probabilities of the built-in set keep their word when the published map is taken as
the truth: the mass of an isotropic Gaussian around the point over each cell, by drawing from it. The choice is the
smallest candidate that is nowhere more than 0.02 too sure; it is written into sources.head.toml by hand.
"""

import json
import sys
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

import published_maps as maps

BUILT_IN = Path(__file__).resolve().parent.parent / "indicative" / "communes.geojson"
SEED = 20250701
POINTS = 6_000
DRAWS = 300
STEP_M = 200.0
CANDIDATES_M = (500, 750, 1000, 1250, 1500, 1750, 2000, 2500, 3000, 4000)
BINS = (0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
TOO_SURE = 0.02  # a bin of a few hundred points is not known better than that


def owner(shapes, xy):
    """Index of the shape that holds each point, -1 for none."""
    found = np.full(len(xy), -1)
    point, hit = shapely.STRtree(shapes).query(shapely.points(xy), predicate="within")
    found[point] = hit
    return found


def line_distances(a, b):
    """From points every STEP_M along the boundaries of the shapes a to the nearest boundary of the shapes b."""
    line, other = (shapely.union_all([g.boundary for g in shapes]) for shapes in (a, b))
    at = shapely.points(shapely.get_coordinates(shapely.segmentize(line, STEP_M)))
    other = shapely.STRtree(shapely.get_parts(other))
    _, distance = other.query_nearest(at, all_matches=False, return_distance=True)
    return distance


def main():
    mirror = Path(sys.argv[1]) if len(sys.argv) > 1 else maps.DEFAULT_MIRROR
    published = maps.communes(mirror)
    features = json.loads(BUILT_IN.read_text(encoding="utf-8"))["features"]
    degrees = [shape(f["geometry"]) for f in features]
    codes = np.array([f["properties"]["code"] for f in features] + ["outside"])
    overlap = sum(maps.hectares(maps.to_utm(g)) for g in degrees) - maps.hectares(maps.union(map(maps.to_utm, degrees)))
    print(f"{len(degrees)} cells, valid {all(g.is_valid for g in degrees)}, "
          f"clean {shapely.coverage_is_valid(degrees)}, overlap {overlap:.3f} ha")
    cells = np.array([maps.to_utm(g) for g in degrees])
    truth_codes, truth_shapes = np.array([*published, "outside"]), np.array([g for _, g in published.values()])

    rng = np.random.default_rng(SEED)
    region = maps.union(truth_shapes)
    west, south, east, north = region.bounds
    shapely.prepare(region)
    xy = np.column_stack([rng.uniform(west, east, 4 * POINTS), rng.uniform(south, north, 4 * POINTS)])
    xy = xy[shapely.contains_xy(region, xy[:, 0], xy[:, 1])][:POINTS]
    truth = truth_codes[owner(truth_shapes, xy)]
    answer = codes[owner(cells, xy)]
    print(f"{len(xy)} points: right {np.mean(answer == truth):.3f}, outside {np.mean(answer == 'outside'):.3f}")
    for name, a, b in (("built-in to published", cells, truth_shapes), ("published to built-in", truth_shapes, cells)):
        print(f"{name} line: median, p90, p99", *np.percentile(line_distances(a, b), [50, 90, 99]).round(), "m")

    draws = rng.standard_normal((len(xy), DRAWS, 2))
    for sigma in CANDIDATES_M:
        drawn = owner(cells, (xy[:, None, :] + sigma * draws).reshape(-1, 2)).reshape(len(xy), DRAWS)
        p, best = np.empty(len(xy)), np.empty(len(xy), dtype=int)
        for k, row in enumerate(drawn):
            values, counts = np.unique(row, return_counts=True)
            p[k], best[k] = counts.max() / DRAWS, values[counts.argmax()]
        right = codes[best] == truth
        cuts, too_sure = [], False
        for low, high in zip(BINS, BINS[1:]):
            here = (p >= low) & ((p < high) | (high == 1.0))
            if here.any():
                too_sure |= p[here].mean() - right[here].mean() > TOO_SURE
                cuts.append(f"{p[here].mean():.3f}/{right[here].mean():.3f} ({here.sum()})")
        print(f"sigma {sigma} m, {'too sure' if too_sure else 'keeps its word'}: {'  '.join(cuts)}", flush=True)


if __name__ == "__main__":
    main()
