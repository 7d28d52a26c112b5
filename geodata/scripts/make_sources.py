#!/usr/bin/env python3
"""Writes geodata/sources.toml: what is known about each dataset of boundaries, and the files it is made of.

    python make_sources.py [MIRROR]    (default: ../shared/mirror beside the checkout)

The words are in sources.head.toml beside this script, one block a dataset; size and SHA-256 of each file are computed
from the mirror. Before writing, the script checks on the district map that each [[dataset.correction]] is one: the
communes of the district have to lie in the polygon labelled otherwise. It prints the areas.
"""

import hashlib
import sys
from pathlib import Path

import published_maps as maps
import register

HERE = Path(__file__).resolve().parent
GEODATA = HERE.parent
INDICATIVE = GEODATA / "indicative" / "communes.geojson"
# Geometries of the district map whose labels are interchanged: label -> unit they are the territory of.
INTERCHANGED = {"108": "109", "109": "108"}
MARK = "file = []"


def file_rows(paths: list[Path], root: Path) -> str:
    rows = [
        f'  {{ path = "{p.relative_to(root).as_posix()}", '
        f'sha256 = "{hashlib.sha256(p.read_bytes()).hexdigest()}", bytes = {p.stat().st_size} }},\n'
        for p in paths
    ]
    return "file = [\n" + "".join(rows) + "]"


def check_corrections(mirror: Path):
    """Most of the area of a district's communes has to lie in the polygon with the other label."""
    became = register.districts_became()
    communes, districts = maps.communes(mirror), maps.districts(mirror)
    for label, unit in INTERCHANGED.items():
        territory = maps.union(communes[code][1] for code in became[unit])
        read = maps.hectares(territory.intersection(districts[label][2]))
        labelled = maps.hectares(territory.intersection(districts[unit][2]))
        print(f"communes of {unit}: {read:.0f} ha in the polygon labelled {label}, "
              f"{labelled:.0f} ha in the one labelled {unit} ({districts[unit][0]})")
        if read < 10 * labelled:
            raise SystemExit(f"{label} read as {unit}: not borne out by the map")


def main():
    mirror = Path(sys.argv[1]) if len(sys.argv) > 1 else maps.DEFAULT_MIRROR
    check_corrections(mirror)
    text = (HERE / "sources.head.toml").read_text(encoding="utf-8")
    blocks = text.split(MARK)
    raw = mirror / maps.HOST
    files = [
        file_rows(maps.commune_files(mirror), raw / maps.COMMUNES),
        file_rows(maps.district_files(mirror), raw / maps.DISTRICTS),
        file_rows([INDICATIVE] if INDICATIVE.exists() else [], GEODATA),
    ]
    out = "".join(part for pair in zip(blocks, [*files, ""], strict=True) for part in pair)
    (GEODATA / "sources.toml").write_text(out, encoding="utf-8")
    print(f"sources.toml: {out.count('sha256 =')} files")


if __name__ == "__main__":
    main()
