"""Reads the tables of the Python package vietnamadminunits (MIT), without importing its code.

The package carries two tables: the units of before July 2025 (province, district, commune) and those since (province,
commune, with a centre and an area), and the conversion between them.
"""

import importlib.metadata
import json
import sqlite3
from pathlib import Path

PACKAGE = "vietnamadminunits"
# Pinned: another version may carry other names, and the register says which one it was made from.
VERSION = "1.0.4"

# Codes of the General Statistics Office. 15 is Yên Bái before July 2025 and Lào Cai since.
OLD_PROVINCES = ("10", "11", "12", "15")
NEW_PROVINCES = ("11", "12", "15")


def _data_folder() -> Path:
    distribution = importlib.metadata.distribution(PACKAGE)
    if distribution.version != VERSION:
        raise SystemExit(f"{PACKAGE} {VERSION} is needed, found {distribution.version}")
    return Path(distribution.locate_file(f"{PACKAGE}/data"))


def _rows(table: str) -> list[sqlite3.Row]:
    db = sqlite3.connect(f"file:{_data_folder() / 'dataset.db'}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db.execute(f"SELECT * FROM {table}").fetchall()


def old_communes() -> list[sqlite3.Row]:
    """The communes of the region in force until 30 June 2025, with their district and province."""
    return [r for r in _rows("admin_units_legacy") if r["provinceCode"] in OLD_PROVINCES]


def all_new_communes() -> list[sqlite3.Row]:
    """Every commune of the country since 1 July 2025: centre in degrees WGS 84, area in km²."""
    return _rows("admin_units")


def new_communes() -> list[sqlite3.Row]:
    """The communes of the region since 1 July 2025."""
    return [r for r in all_new_communes() if r["provinceCode"] in NEW_PROVINCES]


def lineage() -> dict[str, str]:
    """Old commune code -> code of the one commune its territory went to on 1 July 2025.

    Fails when the package says that a commune of the region was divided: here every one went whole.
    """
    converter = json.loads((_data_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    old_by_key = {
        "_".join((r["provinceKey"], r["districtKey"], r["wardKey"])): r["wardCode"] for r in old_communes()
    }
    new_by_key = {(r["provinceKey"], r["wardKey"]): r["wardCode"] for r in new_communes()}
    went: dict[str, str] = {}
    for province in {key for key, _ in new_by_key}:
        if converter["DICT_PROVINCE_WARD_DIVIDED"].get(province):
            raise SystemExit(f"{province}: the package says that a commune was divided")
        for ward, sources in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][province].items():
            for source in sources:
                old = old_by_key[source]
                if old in went:
                    raise SystemExit(f"{old}: two successors")
                went[old] = new_by_key[(province, ward)]
    missing = {r["wardCode"] for r in old_communes()} - set(went)
    if missing:
        raise SystemExit(f"no successor: {sorted(missing)}")
    return went
