"""Compares a workbook of March 2018 with the one that was published on 24 May 2018.

A script, not a test: `python -m nino_assets_tests.benchmarks.march_2018 WORKBOOK PUBLISHED`, where
PUBLISHED is the folder of the published tables as CSV. Figures of tables 1 to 3 are compared cell
by cell; `..` in the published table is nil or negligible, as `[low]` is in ours. Two independent
adjustments of one count lie up to 6 apart, so 8 is the bound for a figure to agree.
Local authorities that were reorganised after 2018 have no cell of their own to compare with, and
Northern Ireland's old districts stand as the country only.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

SMALL_GAP, LARGE_GAP, AGREEING = 8, 15, 0.995
SUB_GROUPS = {"Total": "All nationalities", "Unknown": "Unknown / other"}
NATIONALITIES = {
    "St Helena, Ascension and Tristan da Cunha": "St Helena",
    "Total": "All nationalities",
    "Non European Union": "Non-European Union",
    "Other / unknown": "Unknown",
}

Figure = tuple[str, float | None, float | None]
"""Where a figure stands, ours and the published one; None where nil or negligible."""


def read_sheet(workbook: CalamineWorkbook, name: str, first_header: str) -> list[dict[str, object]]:
    """The one table of a sheet, a dictionary a row."""
    rows = workbook.get_sheet_by_name(name).to_python()
    start = next(n for n, row in enumerate(rows) if row[0] == first_header)
    header = [str(cell).split("\n")[0] for cell in rows[start]]
    return [dict(zip(header, row, strict=True)) for row in rows[start + 1 :]]


def read_published(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def count(cell: object) -> float | None:
    return None if str(cell) in {"..", "[low]"} else float(str(cell))


def table_1(workbook: CalamineWorkbook, published: Path) -> Iterator[Figure]:
    ours = read_sheet(workbook, "Table_1", "Quarter")
    theirs = read_published(published / "mar2018_table1_quarter_by_subgroup.csv")
    for mine, row in zip(ours, theirs, strict=True):
        for name, cell in row.items():
            if name != "quarter":
                label = SUB_GROUPS.get(name, name)
                yield f"{row['quarter']} {label}", count(mine[label]), count(cell)


def table_2(workbook: CalamineWorkbook, published: Path) -> Iterator[Figure]:
    ours = {
        (row["Area level"] == "Local authority", row["Area code"]): row
        for row in read_sheet(workbook, "Table_2", "Area code")
    }
    for row in read_published(published / "mar2018_table2_area_by_subgroup.csv"):
        level, code = row.pop("level"), row.pop("code") or "OVERSEAS"
        area = row.pop("area")
        mine = ours.get((level == "Local Authority", code))
        if mine is None:
            continue
        for name, cell in row.items():
            label = SUB_GROUPS.get(name, name)
            yield f"{area} {label}", count(mine[label]), count(cell)


def table_3(workbook: CalamineWorkbook, published: Path) -> Iterator[Figure]:
    nationalities: dict[str, dict[str, object]] = {}
    groups: dict[str, dict[str, object]] = {}
    for row in read_sheet(workbook, "Table_3", "Nationality code"):
        held = nationalities if row["Level"] == "Nationality" else groups
        held.setdefault(str(row["Nationality or group"]), row)
    for listed in read_published(published / "mar2018_table3_nationality.csv"):
        is_group = int(listed["row"]) < FIRST_NATIONALITY
        name = listed["c1"] or listed["c0"]
        label = SUB_GROUPS.get(name, name) if is_group else NATIONALITIES.get(name, name)
        label = NATIONALITIES.get(label, label) if is_group else label
        mine = (groups if is_group else nationalities)[label]
        for year, column in (("2017", "ye_mar2017"), ("2018", "ye_mar2018")):
            yield f"{label} {year}", count(mine[f"Year ending March {year}"]), count(listed[column])


FIRST_NATIONALITY = 29
"""The published table lists groups above this row of its sheet."""


def report(name: str, figures: list[Figure]) -> bool:
    """Print how the figures of a table differ; whether they meet the bounds."""
    numeric = [(where, a or 0, b) for where, a, b in figures if b is not None]
    gaps = Counter(int(abs(a - b)) for _, a, b in numeric)
    agreeing = sum(n for gap, n in gaps.items() if gap <= SMALL_GAP) / len(numeric)
    nil = [a or 0 for _, a, b in figures if b is None]
    lines = [
        f"{name}: {len(numeric):,} figures, {100 * agreeing:.2f}% within {SMALL_GAP}, "
        f"largest gap {max(gaps)}",
        "   figures by gap: " + ", ".join(f"{gap}: {n}" for gap, n in sorted(gaps.items())),
        f"   nil or negligible as published: {len(nil):,}; {nil.count(0):,} of them are here, "
        f"the largest other is {max(nil, default=0):.0f}",
        *(
            f"   beyond {LARGE_GAP}: {where}: {a:.0f} here, {b:.0f} published"
            for where, a, b in numeric
            if abs(a - b) > LARGE_GAP
        ),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return agreeing >= AGREEING and max(gaps) <= LARGE_GAP


def main() -> int:
    workbook, published = CalamineWorkbook.from_path(sys.argv[1]), Path(sys.argv[2])
    tables = {"Table 1": table_1, "Table 2": table_2, "Table 3": table_3}
    met = [report(name, list(read(workbook, published))) for name, read in tables.items()]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
