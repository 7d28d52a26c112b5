#!/usr/bin/env python3
"""Fits the accuracy of the published lines to the disagreement of the two published Điện Biên – Lai Châu lines.

    python fit_line_accuracy.py [MIRROR]        (default: ../shared/mirror beside the checkout)

What the program does with a position: its error and the line's error are one isotropic Gaussian, and the probability of a
locality is the mass of that Gaussian over its territory. Near a line that is, on the scale of the error, straight, the
mass is Phi(d / sigma) with d the distance to the line; the fit uses that. Whether the position was wrong by a vector or
the line by its opposite is the same thing, so one map's line stands for the line and the other map for the truth.

Points are drawn uniformly within 1 km of the line of one map, answered from that map with each candidate sigma, and
called right when the other map has them in the same province; then the other way round. Printed for each candidate: the
mean log loss, the share of right answers among those with p >= 0.95, and for each bin of p how often the answer was
right. The choice is the smallest candidate that is nowhere more than 0.005 too sure, in both directions.
"""

import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import shapely

import published_maps as maps

PROVINCES = ("11", "12")  # Điện Biên, Lai Châu: the same codes before and since July 2025
BAND_M = 1000.0  # how far from the line a question is about the line
POINTS = 40_000
STEP_M = 50.0  # spacing of the points at which two lines are compared
# Two territories of one map do not always touch: slivers of up to this width are still their common line.
SLIVER_M = 40.0
SEED = 20250701
CANDIDATES_M = (20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150)
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
TOO_SURE = 0.005  # a bin may be this much less often right than it says

phi = np.vectorize(NormalDist().cdf)


def common_line(provinces):
    a, b = (provinces[code] for code in PROVINCES)
    return a.boundary.intersection(b.boundary.buffer(SLIVER_M))


def distances_between(line, other):
    """Geodesic distance from points every STEP_M along a line to the nearest point of the other."""
    at = shapely.points(shapely.get_coordinates(shapely.segmentize(line, STEP_M)))
    shapely.prepare(other)
    link = shapely.shortest_line(at, other)
    return maps.geodesic_distance(shapely.get_point(link, 0), shapely.get_point(link, 1))


def sample(rng, answered, truth):
    """Distance to the line of the map that answers, and whether the other map agrees, for uniform points in the band."""
    first, second = (answered[code] for code in PROVINCES)
    band = first.buffer(BAND_M).intersection(second.buffer(BAND_M)).intersection(maps.union([first, second]))
    west, south, east, north = band.bounds
    shapely.prepare([band, first, second, *truth.values()])
    xy = np.empty((0, 2))
    while len(xy) < POINTS:
        more = np.column_stack([rng.uniform(west, east, POINTS), rng.uniform(south, north, POINTS)])
        xy = np.concatenate([xy, more[shapely.contains_xy(band, more[:, 0], more[:, 1])]])
    xy = xy[:POINTS]
    at = shapely.points(xy)
    in_first = shapely.contains_xy(first, xy[:, 0], xy[:, 1])
    distance = np.empty(POINTS)
    for inside, across in ((in_first, second), (~in_first, first)):
        link = shapely.shortest_line(at[inside], across)
        distance[inside] = maps.geodesic_distance(shapely.get_point(link, 0), shapely.get_point(link, 1))
    true_first, true_second = (shapely.contains_xy(truth[code], xy[:, 0], xy[:, 1]) for code in PROVINCES)
    # A point that the other map has in neither province says nothing about this line.
    known = true_first | true_second
    print(f"  {POINTS} points, {np.sum(~known)} of them in neither province of the other map and left out")
    return distance[known], np.where(in_first, true_first, true_second)[known]


def reliability(distance, right, sigma):
    """Log loss, share right among p >= 0.95, and per bin: mean p, share right, number."""
    p = np.minimum(phi(distance / sigma), 1 - 1e-12)
    loss = -np.mean(np.where(right, np.log(p), np.log1p(-p)))
    sure = p >= 0.95
    rows = []
    for low, high in zip(BINS, BINS[1:]):
        here = (p >= low) & ((p < high) | (high == 1.0))
        rows.append((p[here].mean(), right[here].mean(), here.sum()))
    return loss, right[sure].mean(), rows


def main():
    mirror = Path(sys.argv[1]) if len(sys.argv) > 1 else maps.DEFAULT_MIRROR
    communes, districts = maps.communes(mirror), maps.districts(mirror)
    new = {code: maps.union(g for p, g in communes.values() if p == code) for code in PROVINCES}
    old = {code: maps.union(g for _, p, g in districts.values() if p == code) for code in PROVINCES}
    print(f"change province: {maps.hectares(new['11'].intersection(old['12'])):.0f} ha of 11 (2025) are 12 (districts), "
          f"{maps.hectares(new['12'].intersection(old['11'])):.0f} ha of 12 (2025) are 11 (districts)")
    new_line, old_line = common_line(new), common_line(old)
    for name, line, other in (("2025 to districts", new_line, old_line), ("districts to 2025", old_line, new_line)):
        q50, q90, q99, q100 = np.percentile(distances_between(line, other), [50, 90, 99, 100])
        # |N(0, sigma)| has its median at 0.6745 sigma and its 90th percentile at 1.6449 sigma.
        print(f"{name}: median {q50:.0f} m, p90 {q90:.0f} m, p99 {q99:.0f} m, max {q100:.0f} m; "
              f"sigma by the median {q50 / 0.6745:.0f} m, by p90 {q90 / 1.6449:.0f} m")

    rng = np.random.default_rng(SEED)
    samples = {"2025": sample(rng, new, old), "districts": sample(rng, old, new)}
    chosen = None
    for sigma in CANDIDATES_M:
        too_sure = False
        for name, (distance, right) in samples.items():
            loss, share, rows = reliability(distance, right, sigma)
            too_sure |= share < 0.95 or any(mean - hit > TOO_SURE for mean, hit, _ in rows)
            cells = "  ".join(f"{mean:.3f}/{hit:.3f} ({n})" for mean, hit, n in rows)
            print(f"sigma {sigma:3} m, answered by {name:9}: log loss {loss:.4f}, p>=0.95 right {share:.4f} | {cells}")
        if chosen is None and not too_sure:
            chosen = sigma
    print(f"chosen: {chosen} m")


if __name__ == "__main__":
    main()
