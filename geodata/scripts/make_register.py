#!/usr/bin/env python3
"""Writes the register of units from vietnamadminunits 1.0.4 (MIT): geodata/units.csv holds the units before the first
reform, geodata/reforms/2025-07-01.toml what that reform made of them. No fact stands in both.

    python make_register.py            write both files
    python make_register.py --check    make them in memory and compare with the files; exit 1 when they differ

Where the list of the reform, ../shared/geodata/lineage-2025.csv, lies beside the checkout, every code, every successor
and every name is compared with it: codes and successors have to agree, and both spellings of a name have to be in the
register. The names that differ are printed.
"""

import csv
import io
import json
import sys
from collections import defaultdict
from pathlib import Path

import admin_units

GEODATA = Path(__file__).resolve().parent.parent
REGISTER = GEODATA / "units.csv"
REFORM_FILE = GEODATA / "reforms" / "2025-07-01.toml"
LINEAGE = GEODATA.parent.parent / "shared" / "geodata" / "lineage-2025.csv"

FIELDS = "level,code,name,kind,aliases,valid_from,valid_to,parent,legal_act,became".split(",")
# What the register of before says of a unit: its end and its successors are the reform's to say.
COLUMNS = [f for f in FIELDS if f not in ("valid_to", "became")]
# The two-level system began on this day; periods are half-open, so it is also the end of what went before.
REFORM = "2025-07-01"
# Resolutions of the Standing Committee of the National Assembly, 16 June 2025, by province since the reform.
RESOLUTIONS = {"11": "1661/NQ-UBTVQH15", "12": "1670/NQ-UBTVQH15", "15": "1673/NQ-UBTVQH15"}
RESOLVED = "2025-06-16"

# Old communes that the statistical register spells otherwise than the package. The register's spelling is the name
# and the package's an alias …
REGISTER_SPELLING = {
    "02665": "Xã Vạn Hoà", "02755": "Xã Tả Ngải Chồ", "02836": "Xã Nàn Xín", "02902": "Thị trấn N.T Phong Hải",
    "02962": "Xã Xuân Hoà", "03064": "Xã Sơn Thuỷ", "03073": "Xã Nậm Rạng", "03076": "Xã Nậm Chầy",
    "03097": "Xã Hoà Mạc", "03172": "Thị Trấn Mường Chà", "03177": "Xã Huổi Lếnh", "03178": "Xã Xá Tổng",
    "03223": "Xã Xín Chải", "03244": "Xã Sáng Nhè", "03352": "Xã Noọng Hẹt", "03370": "Xã Pú Nhi",
    "03379": "Xã Luân Giới", "03391": "Xã Lả Nhì Thàng", "03448": "Xã Pa Vệ Sử", "03460": "Xã Hua Bun",
    "03527": "Xã Pa Khoá", "03565": "Xã Tông Qua Lìn", "03574": "Xã Ma Ly Pho", "03640": "Xã Tà Gia",
    "04342": "Xã Khánh Hoà", "04456": "Thị trấn Mù Căng Chải", "04486": "Xã Dế Su Phình", "04618": "Xã Hát Lìu",
    "04621": "Thị trấn NT Liên Sơn", "04627": "Thị trấn NT Trần Phú",
}
# … but for these the package's spelling is the name and the register's an alias, because:
PACKAGE_SPELLING_WINS = {
    "02902": "the register abbreviates",
    "03172": "the register capitalises the kind",
    "03177": "Huổi Lếch is what the article on the hotspots calls it",
    "04621": "the register abbreviates",
    "04627": "the register abbreviates",
}


def row(level, code, name, kind, parent, *, aliases=(), valid_from="", valid_to="", legal_act="", became=()):
    """One line of the register. Empty dates: not known (from), still valid (to); empty act: not known."""
    values = (level, code, name, kind.lower(), ";".join(aliases), valid_from, valid_to, parent, legal_act, ";".join(became))
    return dict(zip(FIELDS, values, strict=True))


def provinces(old, new):
    """Provinces: Điện Biên and Lai Châu went on; Lào Cai (10) and Yên Bái (15) became Lào Cai (15)."""
    before = {r["provinceCode"]: r["province"] for r in old}
    after = {r["provinceCode"]: r["province"] for r in new}
    rows = []
    for code, name in sorted(before.items()):
        if after.get(code) == name:
            rows.append(row("province", code, name, "tỉnh", ""))
        else:
            rows.append(row("province", code, name, "tỉnh", "", valid_to=REFORM, became=("15",)))
    # The act that joined the two provinces is in none of the sources: not known.
    rows.append(row("province", "15", after["15"], "tỉnh", "", valid_from=REFORM))
    return rows


def districts(old, went):
    became = defaultdict(set)
    first = {}
    for r in old:
        first.setdefault(r["districtCode"], r)
        became[r["districtCode"]].add(went[r["wardCode"]])
    return [
        row("district", code, r["district"], r["districtType"], r["provinceCode"], valid_to=REFORM, became=sorted(became[code]))
        for code, r in sorted(first.items())
    ]


def communes(old, new, went):
    rows = []
    for r in old:
        code, name, aliases = r["wardCode"], r["ward"], ()
        if code in REGISTER_SPELLING:
            name, aliases = REGISTER_SPELLING[code], (name,)
        if code in PACKAGE_SPELLING_WINS:
            name, aliases = r["ward"], (REGISTER_SPELLING[code],)
        rows.append(row("commune", code, name, r["wardType"], r["districtCode"], aliases=aliases, valid_to=REFORM,
                        became=(went[code],)))
    for r in new:
        province = r["provinceCode"]
        rows.append(row("commune", r["wardCode"], r["ward"], r["wardType"], province, valid_from=REFORM,
                        legal_act=RESOLUTIONS[province]))
    return sorted(rows, key=lambda r: (r["code"], r["valid_from"]))


def make() -> list[dict[str, str]]:
    old, new, went = admin_units.old_communes(), admin_units.new_communes(), admin_units.lineage()
    return provinces(old, new) + districts(old, went) + communes(old, new, went)


def as_csv(rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(r for r in rows if not r["valid_from"])
    return out.getvalue()


def quoted(value) -> str:
    """A string or a list of strings as TOML; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def as_reform(rows) -> str:
    """The reform: units of before that end, by what the new ones are made of. Districts end as a level."""
    made_of = defaultdict(list)
    for r in rows:
        if r["valid_to"] and r["level"] != "district":
            (successor,) = r["became"].split(";")
            made_of[r["level"], successor].append(r["code"])
    provinces = {r["code"]: r["name"].replace("Tỉnh", "tỉnh") for r in rows if r["level"] == "province" and not r["valid_to"]}
    lines = [
        "# The reform of 1 July 2025: 554 communes became 182, districts ended, Yên Bái joined Lào Cai.",
        "# Written by scripts/make_register.py; where the facts come from: ../README.md.",
        "",
        f'id = "{REFORM}"',
        f'date = "{REFORM}"',
        "# The level of districts ends as a whole. Provinces 11 and 12 are not named: they go on.",
        'ends = ["district"]',
        "# Nobody's land was divided.",
        "splits = []",
        "act = [",
        *(
            f"    {{ title = {quoted(f'Nghị quyết số {number} ({provinces[code]})')}, number = {quoted(number)}, "
            f'date = "{RESOLVED}", source = "Ủy ban Thường vụ Quốc hội" }},'
            for code, number in RESOLUTIONS.items()
        ),
        "]",
        "# made_of: codes of the day before. A unit without `act`: the act is not known.",
        "units = [",
    ]
    for r in rows:
        if not r["valid_from"]:
            continue
        values = {k: quoted(r[k]) for k in ("level", "code", "name", "kind")}
        values["aliases"] = quoted([a for a in r["aliases"].split(";") if a])
        values |= {k: quoted(r[v]) for k, v in (("parent", "parent"), ("act", "legal_act")) if r[v]}
        values["made_of"] = quoted(made_of[r["level"], r["code"]])
        lines.append("    { " + ", ".join(f"{k} = {v}" for k, v in values.items()) + " },")
    lines += [
        "]",
        "",
        "[title]",
        'vi = "Sắp xếp đơn vị hành chính ngày 1/7/2025 tại Điện Biên, Lai Châu, Lào Cai"',
        'en = "Reorganisation of administrative units of 1 July 2025 in Điện Biên, Lai Châu and Lào Cai"',
        "",
    ]
    return "\n".join(lines)


def compare_with_lineage(rows) -> list[str]:
    """What the register and the list of the reform say differently. A spelling known as an alias is no difference."""
    before = {(r["level"], r["code"]): r for r in rows if r["valid_to"] or not r["valid_from"]}
    after = {(r["level"], r["code"]): r for r in rows if r["valid_from"] or not r["valid_to"]}
    problems = []
    with LINEAGE.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))

    def check(unit, code, name, **fields):
        if unit is None:
            return problems.append(f"{code} {name}: not in the register")
        if name != unit["name"] and name in unit["aliases"].split(";"):
            print(f"{code}: {unit['name']} / {name} (alias)")
        elif name != unit["name"]:
            problems.append(f"{code}: {unit['name']} in the register, {name} in the list")
        elif unit["aliases"]:
            print(f"{code}: {unit['name']} / {unit['aliases']} (alias)")
        problems.extend(f"{code}: {k} {unit[k]}, listed {v}" for k, v in fields.items() if unit[k] != v)

    seen = set()
    for r in listed:
        for level, units, fields in (
            ("commune", before, ("old_commune", {"parent": r["old_district_code"], "became": r["new_commune_code"]})),
            ("district", before, ("old_district", {"parent": r["old_province_code"]})),
            ("province", before, ("old_province", {})),
            ("commune", after, ("new_commune", {"parent": r["new_province_code"], "legal_act": r["resolution"],
                                                "valid_from": r["effective"]})),
            ("province", after, ("new_province", {})),
        ):
            key = (fields[0], r[f"{fields[0]}_code"])
            if key not in seen:
                seen.add(key)
                check(units.get((level, key[1])), key[1], r[f"{fields[0]}_name"], **fields[1])
    counts = {c: len({r[c] for r in listed}) for c in ("old_commune_code", "new_commune_code", "old_district_code")}
    register = (sum(r["level"] == "commune" and bool(r["valid_to"]) for r in rows),
                sum(r["level"] == "commune" and not r["valid_to"] for r in rows),
                sum(r["level"] == "district" for r in rows))
    if tuple(counts.values()) != register:
        problems.append(f"numbers of units: {register} in the register, {counts} in the list")
    return problems


def main():
    rows = make()
    if LINEAGE.exists():
        problems = compare_with_lineage(rows)
        print(*problems, sep="\n")
        if problems:
            raise SystemExit("the register and the list of the reform disagree")
    else:
        print(f"not compared with the list of the reform: no {LINEAGE}")
    for file, text in ((REGISTER, as_csv(rows)), (REFORM_FILE, as_reform(rows))):
        if "--check" not in sys.argv[1:]:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{file} is not what this script makes")
    before = sum(not r["valid_from"] for r in rows)
    done = "as made" if "--check" in sys.argv[1:] else "written"
    print(f"{REGISTER.name}: {before} units, {REFORM_FILE.name}: {len(rows) - before} units, {done}")


if __name__ == "__main__":
    main()
