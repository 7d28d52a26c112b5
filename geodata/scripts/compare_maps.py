#!/usr/bin/env python3
"""Prints where the published maps disagree with the register and with themselves.

    python compare_maps.py [MIRROR]             (default: ../shared/mirror beside the checkout)

First each pair of commune and district that share more than SHARED_HA on the maps although the register has no old commune
of that district go into that commune, and each pair of the register that shares less than MISSING_HA on the maps. Then the
communes that overlap. Districts are read with the corrections of make_sources.py. Areas are geodesic, in hectares.
"""

import sys
from pathlib import Path

import shapely

import published_maps as maps
import register
from make_sources import INTERCHANGED

SHARED_HA = 150.0  # less is the two maps drawing one line differently
MISSING_HA = 100.0
OVERLAP_HA = 1.0


def main():
    mirror = Path(sys.argv[1]) if len(sys.argv) > 1 else maps.DEFAULT_MIRROR
    rows = register.before()
    district_name = {r["code"]: r["name"] for r in rows if r["level"] == "district"}
    commune_name = {r["code"]: r["name"] for r in register.since() if r["level"] == "commune"}
    registered = {(new, code) for code, became in register.districts_became().items() for new in became}
    communes = {code: shape for code, (_, shape) in maps.communes(mirror).items()}
    districts = {INTERCHANGED.get(code, code): shape for code, (_, _, shape) in maps.districts(mirror).items()}

    shared = {}
    for commune, district in ((c, d) for c in communes for d in districts):
        if communes[commune].envelope.intersects(districts[district].envelope):
            area = maps.hectares(communes[commune].intersection(districts[district]))
            shared[commune, district] = area
    for (commune, district), area in sorted(shared.items(), key=lambda item: -item[1]):
        if (commune, district) not in registered and area > SHARED_HA:
            print(f"on the maps only: {area:6.0f} ha of {commune} {commune_name[commune]} in {district} {district_name[district]}")
    for commune, district in sorted(registered):
        if shared.get((commune, district), 0.0) < MISSING_HA:
            print(f"in the register only: {commune} {commune_name[commune]} and {district} {district_name[district]}, "
                  f"{shared.get((commune, district), 0.0):.0f} ha on the maps")

    codes = list(communes)
    for i, j in shapely.STRtree([communes[c] for c in codes]).query([communes[c] for c in codes], predicate="intersects").T:
        if i < j:
            area = maps.hectares(communes[codes[i]].intersection(communes[codes[j]]))
            if area > OVERLAP_HA:
                print(f"overlap: {codes[i]} {commune_name[codes[i]]} and {codes[j]} {commune_name[codes[j]]}, {area:.1f} ha")

    old = {r["code"]: r["name"] for r in rows if r["level"] == "commune"}
    kept = [code for code in commune_name if code in old]
    print(f"codes in use before and since July 2025: {len(kept)} of {len(commune_name)}, "
          f"{sum(commune_name[c] == old[c] for c in kept)} of them with the same full name")
    same = [name for name in set(old.values()) if list(old.values()).count(name) > 1]
    print(f"full names that more than one old commune had: {len(same)}")


if __name__ == "__main__":
    main()
