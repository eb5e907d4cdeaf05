"""Members of the published domain in plain Python, from the lists as they stand in the files."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping

from nino_assets_tests.support import oracle


def list_nationalities(last: str) -> list[tuple[str, str, str, set[str]]]:
    """Level, code, label and the nationalities held, of every member in published order."""
    listed = _list_in_force(last)
    members: list[tuple[str, str, str, set[str]]] = []

    def add(level: str, label: str, held: Iterable[Mapping[str, str]], code: str = "") -> None:
        members.append((level, code or slug(label), label, {row["nationality"] for row in held}))

    add("total", "All", listed)
    others = ("European Union", "Other / unknown")
    add("aggregate", "Non-European Union", [r for r in listed if r["world_area"] not in others])
    for level in ("world_area", "sub_group"):
        for label in dict.fromkeys(row[level] for row in listed):
            add(level, label, [row for row in listed if row[level] == label])
    for row in listed:
        add("nationality", row["nationality"], [row], row["nationality_code"])
    return members


def _list_in_force(last: str) -> list[dict[str, str]]:
    """The nationalities as at a quarter: those added stand last in their sub-group."""
    listed = read_reference("nationalities")
    added = [row for row in read_reference("nationality_changes") if row["from_quarter"] <= last]
    assert not {row["nationality_code"] for row in added} & {r["nationality_code"] for r in listed}
    order = list(dict.fromkeys(row["sub_group"] for row in listed))
    names = {
        row["sub_group"]: row["label"]
        for row in read_reference("sub_groups")
        if row["from_quarter"] <= last
    }
    rows = sorted([*listed, *added], key=lambda row: order.index(row["sub_group"]))
    return [row | {"sub_group": names.get(row["sub_group"], row["sub_group"])} for row in rows]


def slug(label: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", ascii_only.lower()))


def read_reference(name: str) -> list[dict[str, str]]:
    with (oracle.REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
