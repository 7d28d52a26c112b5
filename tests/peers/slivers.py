#!/usr/bin/env python3
"""Compares `giapranh slivers` with the same areas by GEOS and PROJ.

    GIAPRANH_DATA=DIR python tests/peers/slivers.py [GIAPRANH [MIRROR]]

(default: target/release/giapranh and ../shared/mirror beside the checkout; DIR has the boundaries pulled from that mirror).
Wants shapely, pyproj and numpy. Not part of the build.

Nothing is taken from giapranh but the register and the readers of the published files: the overlay is GEOS's, in UTM
zone 48N, and areas are computed on the ellipsoid by PROJ. For two provinces the land of one on the older map is cut with the
land of the other on the newer one. For two communes X and Y it is the land of X's former district inside today's Y, where no
commune of that district went into Y, in pieces that have a line in common with what X became. Each way has to agree to
within 2 %, and so has the length of the newer map's line in it; ways of less than SMALL_M2 on both sides are not compared,
only that giapranh finds no more there either. Ends with 1 where something differs.
"""

import json
import subprocess
import sys
from pathlib import Path

import shapely

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path.insert(0, str(CHECKOUT / "geodata" / "scripts"))

import published_maps as maps  # noqa: E402
import register  # noqa: E402
from make_sources import INTERCHANGED  # noqa: E402

TOLERANCE = 0.02
SMALL_M2 = 10_000.0
TOUCH_M = 1.0  # a shorter line in common is a corner
ON_LINE_M = 0.01

PROVINCES = [("11", "12"), ("12", "15"), ("10", "12")]
COMMUNES = [
    ("03163", "03463"),  # Mường Toong, Tà Tổng: the line of Cây Sặt - Nậm Ngà
    ("03158", "03451"),  # Sín Thầu, Mù Cả
    ("03220", "03544"),  # Huổi Só (today Tủa Thàng), Nậm Cuổi
    ("03166", "03472"),  # Chà Cang (today Mường Chà), Mường Mô
    ("03640", "04489"),  # Tà Gia (today Khoen On), Chế Tạo
    ("03601", "03037"),  # Mường Khoa, Mường Hoa (today Tả Van)
    ("03167", "03162"),  # Na Cô Sa, which is no more, and Nậm Kè: one way only
    ("03466", "03451"),  # Bum Nưa, Mù Cả: one former district, no sliver
]


def areal(geometry):
    """The polygons of a geometry."""
    return shapely.MultiPolygon([p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"])


class Published:
    def __init__(self, mirror):
        self.new = maps.communes(mirror)
        self.old = {INTERCHANGED.get(c, c): shape for c, (_, _, shape) in maps.districts(mirror).items()}
        rows = register.before()
        became = register.districts_became()
        went = {old: u["code"] for u in register.since() if u["level"] == "commune" for old in u["made_of"]}
        self.district = {r["code"]: r | {"became": became[r["code"]]} for r in rows if r["level"] == "district"}
        self.old_commune = {r["code"]: r | {"became": went[r["code"]]} for r in rows if r["level"] == "commune"}

    def between_provinces(self, x, y):
        """Land of x before July 2025 that is in y since, and y's line in it; None where one of them is not."""
        of_x = [self.old[c] for c, r in self.district.items() if r["parent"] == x]
        of_y = [shape for province, shape in self.new.values() if province == y]
        if not of_x or not of_y:
            return None
        before, after = maps.union(of_x), maps.union(of_y)
        return areal(before.intersection(after)), after.boundary.intersection(before)

    def between_communes(self, x, y):
        old = self.old_commune.get(x)
        if old is None or y not in self.new:
            return None
        district = self.district[old["parent"]]
        if y in district["became"]:
            return shapely.MultiPolygon(), shapely.MultiLineString()
        became = self.new[old["became"]][1].boundary.buffer(ON_LINE_M)
        before, after = self.old[old["parent"]], self.new[y][1]
        pieces = shapely.get_parts(areal(before.intersection(after)))
        beside = [p for p in pieces if p.boundary.intersection(became).length >= TOUCH_M]
        land = shapely.MultiPolygon(beside)
        heirs = maps.union(self.new[c][1] for c in district["became"] if c in self.new)
        return land, land.boundary.intersection(heirs.boundary.buffer(ON_LINE_M)).intersection(after.boundary.buffer(ON_LINE_M))


def length_m(lines):
    return maps.WGS84.geometry_length(maps.to_degrees(lines)) if not lines.is_empty else 0.0


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(CHECKOUT / "target" / "release" / "giapranh")
    published = Published(Path(sys.argv[2]) if len(sys.argv) > 2 else maps.DEFAULT_MIRROR)
    failed = False
    print("        way            ha      GEOS     off |    line m      GEOS     off")
    for pairs, by_geos in ((PROVINCES, published.between_provinces), (COMMUNES, published.between_communes)):
        for x, y in pairs:
            out = subprocess.run([program, "slivers", "--between", x, y, "--json"], check=True, capture_output=True)
            rows = json.loads(out.stdout)
            for a, b in ((x, y), (y, x)):
                own = [r for r in rows if (r["from"], r["to"]) == (a, b)]
                area = sum(r["area_m2"] for r in own)
                expected = by_geos(a, b)
                if expected is None:
                    verdict = "no such way" if not own else "FOUND, and there is no such way"
                    failed |= bool(own)
                    print(f"{a:>6} → {b:<6} {verdict}")
                    continue
                land, line = expected
                geos = maps.hectares(land) * 1e4
                off = area / geos - 1 if geos else 0.0
                along, geos_along = sum(r["length_m"] for r in own), length_m(line)
                off_along = along / geos_along - 1 if geos_along else 0.0
                small = max(geos, area) < SMALL_M2
                wrong = not small and (abs(off) > TOLERANCE or abs(off_along) > TOLERANCE)
                failed |= wrong
                print(f"{a:>6} → {b:<6} {area / 1e4:9.2f} {geos / 1e4:9.2f} {off:8.3%} | {along:9.0f} {geos_along:9.0f} {off_along:8.3%}"
                      + ("  WRONG" if wrong else "") + ("  too small to compare" if small else ""))
    sys.exit(failed)


if __name__ == "__main__":
    main()
