"""Reads the register of units: geodata/units.csv and the reform of 1 July 2025 after it."""

import csv
import tomllib
from collections import defaultdict
from pathlib import Path

GEODATA = Path(__file__).resolve().parent.parent


def before() -> list[dict[str, str]]:
    """Provinces, districts and communes until 30 June 2025, as rows of units.csv."""
    with (GEODATA / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def since() -> list[dict]:
    """The units that began on 1 July 2025, each with the codes it was made of."""
    return tomllib.loads((GEODATA / "reforms" / "2025-07-01.toml").read_text(encoding="utf-8"))["units"]


def districts_became() -> dict[str, list[str]]:
    """District -> codes of the communes that its communes went into."""
    went = {old: u["code"] for u in since() if u["level"] == "commune" for old in u["made_of"]}
    became = defaultdict(set)
    for r in before():
        if r["level"] == "commune":
            became[r["parent"]].add(went[r["code"]])
    return {code: sorted(new) for code, new in became.items()}
