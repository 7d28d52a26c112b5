"""Locates the same points with giapranh and with its peers, in one run, and checks that they agree.

    python peers.py LOOKUPS BOUNDARIES OUT.md [--points N] [--runs N]

LOOKUPS is the built example `lookups`, BOUNDARIES the communes as GeoJSON lines. Writes a table between the marks of OUT.md
and a plot beside it. Every peer gets the points and the boundaries from memory, its index ready where it can have one, one
core, median of the runs. A peer that cannot be brought here is named as not run.
"""

import argparse
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

SEED = 20260701
OUTSIDE, SEVERAL = 2**32 - 1, 2**32 - 2
# Points nearer to an edge than this are told apart by rounding in one of the programs: listed, not counted as wrong.
NEAR_EDGE_M = 1e-3
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"


def boundaries(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    codes = [row["properties"]["code"] for row in rows]
    shapes = shapely.from_geojson([json.dumps(row["geometry"]) for row in rows])
    return codes, shapes


def points(shapes, count):
    """Uniform over the three provinces' box; within 30 m of a border taken at random."""
    dice = np.random.default_rng(SEED)
    uniform = np.column_stack([dice.uniform(102.1, 105.1, count), dice.uniform(20.9, 22.9, count)])
    ends = shapely.get_coordinates(shapes)
    at = dice.integers(0, len(ends) - 1, count)
    length = np.hypot(*(ends[at + 1] - ends[at]).T)
    # Two vertices of different rings are no edge.
    along = np.where(length < 0.05, dice.uniform(0, 1, count), 0.0)[:, None]
    place = ends[at] + along * (ends[at + 1] - ends[at])
    radius, angle = 30 * np.sqrt(dice.uniform(0, 1, count)), dice.uniform(0, 2 * np.pi, count)
    metres = 111_320.0
    place[:, 1] += radius * np.sin(angle) / metres
    place[:, 0] += radius * np.cos(angle) / (metres * np.cos(np.radians(place[:, 1])))
    return {"uniform": uniform, "borders": place}


def median(runs, work):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        value = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), value


def owners(pairs, count):
    """One number a point from (point, commune) pairs."""
    found = np.full(count, OUTSIDE, dtype=np.uint32)
    times = np.bincount(pairs[0], minlength=count)
    found[pairs[0]] = pairs[1]
    found[times > 1] = SEVERAL
    return found


def with_shapely(shapes, xy, runs):
    tree = shapely.STRtree(shapes)
    shapely.prepare(shapes)
    places = shapely.points(xy)

    def locate():
        # The prepared side is the communes': with the points as input geometries `predicate` would prepare the points.
        points_at, land = tree.query(places)
        inside = shapely.intersects_xy(shapes[land], xy[points_at, 0], xy[points_at, 1])
        return points_at[inside], land[inside]

    locate()
    seconds, pairs = median(runs, locate)
    return seconds, owners(pairs, len(xy))


def with_geopandas(shapes, xy, runs):
    import geopandas

    land = geopandas.GeoDataFrame({"owner": np.arange(len(shapes))}, geometry=shapes, crs=4326)
    dots = shapely.points(xy)
    land.sindex

    # "within" is what geopandas turns round: the communes are the prepared side, and its index is of the points, made anew
    # for points that are new.
    def locate():
        return geopandas.GeoDataFrame(geometry=dots, crs=4326).sjoin(land, predicate="within")

    seconds, joined = median(runs, locate)
    return seconds, owners((joined.index.to_numpy(), joined["owner"].to_numpy()), len(xy))


def with_sedonadb(shapes, xy, runs):
    import geopandas
    import sedonadb

    session = sedonadb.connect()
    try:
        session.sql("SET datafusion.execution.target_partitions = 1").execute()
    except Exception as problem:
        print(f"SedonaDB: on all its threads ({problem})")
    land = geopandas.GeoDataFrame({"owner": np.arange(len(shapes))}, geometry=shapes, crs=4326)
    places = geopandas.GeoDataFrame({"point": np.arange(len(xy))}, geometry=shapely.points(xy), crs=4326)
    session.create_data_frame(land).to_view("land")
    session.create_data_frame(places).to_view("places")
    sql = "SELECT p.point, l.owner FROM places p JOIN land l ON ST_Intersects(p.geometry, l.geometry)"
    seconds, joined = median(runs, lambda: session.sql(sql).to_pandas())
    return seconds, owners((joined["point"].to_numpy(), joined["owner"].to_numpy()), len(xy))


def with_duckdb(shapes, xy, runs):
    import duckdb
    import pandas

    base = duckdb.connect(config={"threads": 1})
    base.execute("INSTALL spatial; LOAD spatial")
    land = pandas.DataFrame({"owner": np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
    places = pandas.DataFrame({"point": np.arange(len(xy)), "x": xy[:, 0], "y": xy[:, 1]})
    base.execute("CREATE TABLE land AS SELECT owner, ST_GeomFromWKB(wkb) AS shape FROM land")
    base.execute("CREATE TABLE places AS SELECT point, ST_Point(x, y) AS place FROM places")
    sql = "SELECT point, owner FROM places JOIN land ON ST_Intersects(shape, place)"
    seconds, joined = median(runs, lambda: base.execute(sql).fetchnumpy())
    return seconds, owners((joined["point"], joined["owner"]), len(xy))


def with_postgis(shapes, xy, runs):
    import psycopg

    place = os.environ.get("PEERS_POSTGRES")
    if not place:
        raise RuntimeError("PEERS_POSTGRES names no database")
    with psycopg.connect(place, autocommit=True) as base:
        run = base.execute
        run("SET max_parallel_workers_per_gather = 0")
        run("CREATE EXTENSION IF NOT EXISTS postgis")
        run("CREATE TEMP TABLE whole (owner int, shape geometry)")
        with base.cursor().copy("COPY whole FROM STDIN") as rows:
            for owner, wkb in enumerate(shapely.to_wkb(shapes, hex=True, include_srid=False)):
                rows.write_row((owner, wkb))
        run("CREATE TEMP TABLE land AS SELECT owner, ST_Subdivide(shape, 64) AS shape FROM whole")
        run("CREATE INDEX ON land USING gist (shape)")
        run("CREATE TEMP TABLE places (point int, place geometry)")
        with base.cursor().copy("COPY places FROM STDIN") as rows:
            for point, wkb in enumerate(shapely.to_wkb(shapely.points(xy), hex=True)):
                rows.write_row((point, wkb))
        run("ANALYZE land")
        run("ANALYZE places")
        sql = "SELECT DISTINCT point, owner FROM places JOIN land ON ST_Intersects(shape, place)"
        seconds, joined = median(runs, lambda: np.array(run(sql).fetchall(), dtype=np.int64).reshape(-1, 2))
        for table in ("whole", "land", "places"):
            run(f"DROP TABLE {table}")
    return seconds, owners((joined[:, 0], joined[:, 1]), len(xy))


# name, function, how many of the points it gets
PEERS = [
    ("shapely STRtree (GEOS)", with_shapely, 1.0),
    ("geopandas sjoin", with_geopandas, 1.0),
    ("SedonaDB (makes its index each time)", with_sedonadb, 1.0),
    ("PostGIS, ST_Subdivide(64)", with_postgis, 0.1),
    ("DuckDB spatial", with_duckdb, 0.1),
]


def compare(name, ours, theirs, xy, shapes):
    """Differences, without points that several raw communes hold and without those on an edge."""
    differ = np.flatnonzero((ours != theirs) & (ours != SEVERAL) & (theirs != SEVERAL))
    wrong, on_edge = 0, 0
    for i in differ:
        near = [o for o in (ours[i], theirs[i]) if o < SEVERAL]
        metres = min(shapely.distance(shapely.boundary(shapes[o]), shapely.Point(xy[i])) for o in near) * 111_320
        if metres < NEAR_EDGE_M:
            on_edge += 1
            print(f"  {name}: {xy[i]} is {metres:.2e} m from an edge: {ours[i]} here, {theirs[i]} there")
        else:
            wrong += 1
            print(f"  {name}: DIFFERENT at {xy[i]}: {ours[i]} here, {theirs[i]} there, {metres} m from an edge")
    return wrong, on_edge


def main():
    args = argparse.ArgumentParser()
    args.add_argument("lookups", type=Path)
    args.add_argument("boundaries", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("--points", type=int, default=1_000_000)
    args.add_argument("--runs", type=int, default=5)
    args.add_argument("--geos", type=int, default=0, help="as many points more against GEOS, agreement only")
    args = args.parse_args()
    codes, shapes = boundaries(args.boundaries)
    sets = points(shapes, args.points)
    wrong, rates, notes = 0, {}, []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, xy in sets.items():
            (folder / f"{name}.f64").write_bytes(xy.astype("<f8").tobytes())
        if args.geos:
            dice = np.random.default_rng(SEED + 1)
            more = np.column_stack([dice.uniform(102.0, 110.0, args.geos), dice.uniform(8.3, 23.5, args.geos)])
            (folder / "geos.f64").write_bytes(more.astype("<f8").tobytes())
        pinned = ["taskset", "-c", "0"] if sys.platform == "linux" and os.environ.get("PEERS_PIN") else []
        subprocess.run([*pinned, args.lookups, "peers", args.boundaries, folder], check=True)
        rust = json.loads((folder / "rust.json").read_text())
        ours = {name: np.fromfile(folder / f"{name}.u32", dtype="<u4") for name in sets}
        if args.geos:
            ours_more = np.fromfile(folder / "geos.u32", dtype="<u4")
            parts = np.array_split(more, max(1, args.geos // 500_000))
            theirs = np.concatenate([with_shapely(shapes, part, 1)[1] for part in parts])
            several = int(((ours_more == SEVERAL) | (theirs == SEVERAL)).sum())
            bad, near = compare("GEOS", ours_more, theirs, more, shapes)
            wrong += bad
            notes.append(f"{args.geos:,} points against GEOS: {bad} differences, {near} nearer than 1 mm to an edge, {several} in several communes, left out.")
    for name, by in rust["million points a second"].items():
        if name not in sets:
            continue
        widest = f"giapranh {rust['lanes']}"
        for peer, rate in by.items():
            if peer == "differ from geo":
                wrong += rate
            elif peer == "giapranh all cores" and os.environ.get("PEERS_PIN"):
                continue  # bound to one core, it says nothing
            elif not peer.startswith("one lookup"):
                rates.setdefault(peer, {})[name] = rate
        notes.append(f"One lookup at a time, {name}: median {by['one lookup, ns: median']} ns, p99 {by['one lookup, ns: p99']} ns (the clock included).")
    for peer, work, share in PEERS:
        for name, xy in sets.items():
            part = xy[: max(1000, int(len(xy) * share))]
            try:
                seconds, theirs = work(shapes, part, args.runs)
            except Exception as problem:
                notes.append(f"{peer}: not run ({str(problem).splitlines()[0][:120]}).")
                print(f"{peer}: not run: {problem}")
                break
            rates.setdefault(peer, {})[name] = len(part) / seconds / 1e6
            bad, near = compare(peer, ours[name][: len(part)], theirs, part, shapes)
            wrong += bad
            print(f"{peer}, {name}: {rates[peer][name]:.3f} M/s; {bad} differences, {near} on an edge")
    write(args, rust, rates, widest, notes, codes)
    sys.exit(1 if wrong else 0)


def write(args, rust, rates, widest, notes, codes):
    ours = rates[widest]
    lines = [f"| one core, index ready | uniform, three provinces | ours is | within 30 m of a border | ours is |", "|---|---|---|---|---|"]
    for peer, by in sorted(rates.items(), key=lambda r: -r[1].get("uniform", 0)):
        cells = [peer]
        for name in ("uniform", "borders"):
            cells += [f"{by[name]:.2f} M/s", f"{ours[name] / by[name]:.1f} ×"] if name in by else ["–", "–"]
        lines.append("| " + " | ".join(cells) + " |")
    processor = next((l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
    seconds = ", ".join(f"{k} {v:.2f} s" for k, v in rust["seconds"].items())
    versions = {"shapely": shapely.__version__, "GEOS": shapely.geos_version_string, "Python": platform.python_version()}
    for name in ("geopandas", "sedonadb", "duckdb"):
        try:
            from importlib.metadata import version
            versions[name] = version(name)
        except Exception:
            pass
    lines += ["", f"{len(codes):,} communes, {rust['edges']:,} edges; index of {rust['index bytes'] / 1e6:.0f} MB; {args.points:,} points a set, seed {SEED}, medians of {args.runs}.",
              f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} while it ran; " + ", ".join(f"{k} {v}" for k, v in versions.items()) + ".",
              f"giapranh alone: {seconds}."] + notes
    text = args.out.read_text(encoding="utf-8") if args.out.exists() else f"{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    args.out.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")
    plot(args.out.parent / "img" / "peers.svg", rates)


def plot(path, rates):
    try:
        import matplotlib
    except ImportError:
        return print("no plot: matplotlib is not there")
    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    peers = sorted(rates, key=lambda p: rates[p].get("uniform", 0))
    figure, axes = plt.subplots(figsize=(8, 0.4 * len(peers) + 1))
    for shift, name in ((0.2, "uniform"), (-0.2, "borders")):
        axes.barh([i + shift for i in range(len(peers))], [rates[p].get(name, 0) for p in peers], 0.38, label=name)
    axes.set_yticks(range(len(peers)), peers)
    axes.set_xscale("log")
    axes.set_xlabel("million points a second")
    axes.legend(frameon=False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


main()
