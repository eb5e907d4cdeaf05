"""The nationalities in force in a quarter, and their former names.

An edition stands on the list in force in its own quarter, for its whole series. The list as first
published is `nationalities.csv`; `nationality_changes.csv` dates what was added, moved or renamed,
and `sub_groups.csv` what sub-groups are called.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import (
    NATIONALITY_COLUMNS,
    keep_while_unchanged,
    read_list,
    read_nationalities,
)

_CODE, *_CHANGING = NATIONALITY_COLUMNS
_LISTS = ("nationalities", "nationality_changes", "sub_groups")


@dataclass(frozen=True)
class SubGroup:
    """One sub-group as it is called in a quarter.

    `short` stands in sentences and charts, `nationals` is what a person would call its people, and
    `about` completes `EU15 …` as a sentence, blank where nothing needs saying.
    """

    label: str
    short: str
    nationals: str
    about: str
    world_area: str


@keep_while_unchanged(*_LISTS)
def list_nationalities(as_at: Quarter) -> pl.DataFrame:
    """List one row a nationality, as in force in a quarter.

    In published order, in `NATIONALITY_COLUMNS`. A nationality that was added or moved stands last
    in its sub-group.
    """
    listed = {row[_CODE]: row for row in read_nationalities().iter_rows(named=True)}
    for change in _list_changes(as_at):
        before = listed.pop(change[_CODE], {}) if _moves(change, listed) else listed[change[_CODE]]
        new = {column: change[column] for column in _CHANGING if change[column]}
        listed[change[_CODE]] = {_CODE: change[_CODE], **before, **new}
    rows = pl.DataFrame([*listed.values()], schema=dict.fromkeys(NATIONALITY_COLUMNS, pl.String))
    order = list(dict.fromkeys(read_nationalities()["sub_group"])) + rows["sub_group"].to_list()
    place = {name: n for n, name in reversed([*enumerate(dict.fromkeys(order))])}
    labels = {name: row["label"] for name, row in _find_names(as_at).items()}
    return (
        rows.sort(pl.col("sub_group").replace_strict(place), maintain_order=True)
        .with_columns(pl.col("sub_group").replace(labels))
        .select(NATIONALITY_COLUMNS)
    )


@keep_while_unchanged(*_LISTS)
def list_sub_groups(as_at: Quarter) -> tuple[SubGroup, ...]:
    """List the sub-groups in a quarter, in the order of the tables.

    One that `sub_groups.csv` does not name is called as in the list of nationalities, and stands
    after the others.
    """
    found = dict(list_nationalities(as_at).select("sub_group", "world_area").iter_rows())
    named = [
        SubGroup(row["label"], row["short"], row["nationals"], row["about"], found[row["label"]])
        for row in _find_names(as_at).values()
        if row["label"] in found
    ]
    labels = [group.label for group in named]
    others = [
        SubGroup(label, label, f"nationals of countries in {label}", "", world_area)
        for label, world_area in found.items()
        if label not in labels
    ]
    known = [group for group in (*named, *others) if group.world_area != v.UNKNOWN_WORLD_AREA]
    return (*known, *(group for group in named if group not in known))


def list_former_labels(groups: pl.DataFrame) -> pl.DataFrame:
    """Pair every label that a nationality ever had with its label now.

    `groups` is the list in use, in `NATIONALITY_COLUMNS`. Columns: former, nationality; labels in
    use are among the former. Where the list in use lacks the nationality, it is unknown.
    """
    columns = [_CODE, "nationality"]
    lists = (read_nationalities(), read_list("nationality_changes"))
    ever = pl.concat(each.select(columns) for each in lists)
    return (
        pl.concat([groups.select(columns), ever])
        .filter(pl.col("nationality") != "")
        .rename({"nationality": "former"})
        .join(groups.select(columns), on=_CODE, how="left")
        .select("former", pl.col("nationality").fill_null(v.UNKNOWN))
        .unique("former", keep="first", maintain_order=True)
    )


def list_every_label() -> pl.DataFrame:
    """List every label that a nationality ever had: nationality."""
    return list_former_labels(read_nationalities()).select(nationality="former")


def add_former_labels(groups: pl.DataFrame) -> pl.DataFrame:
    """Add a row for each former label, in the groups in use."""
    former = list_former_labels(groups)
    return (
        former.join(groups, on="nationality")
        .with_columns(nationality="former")
        .select(NATIONALITY_COLUMNS)
    )


def list_delivered_spellings(groups: pl.DataFrame) -> pl.DataFrame:
    """List further delivered codes and labels of nationalities: delivered, nationality.

    `groups` is the list in use. An alias that is a code or a label of the list in use is none.
    """
    former = list_former_labels(groups)
    own = [*groups[_CODE], *groups["nationality"]]
    aliases = read_list("nationality_aliases").select("delivered", former="nationality")
    return (
        pl.concat([former.select(delivered="former", former="former"), aliases])
        .filter(~pl.col("delivered").is_in(own))
        .join(former, on="former")
        .select("delivered", "nationality")
    )


def _list_changes(as_at: Quarter) -> list[dict[str, str]]:
    changes = read_list("nationality_changes").filter(pl.col("from_quarter") <= as_at.label)
    return list(changes.sort("from_quarter", maintain_order=True).iter_rows(named=True))


def _moves(change: dict[str, str], listed: dict[str, dict[str, str]]) -> bool:
    """Whether a change gives a nationality its first or another sub-group."""
    return change[_CODE] not in listed or bool(change["sub_group"])


def _find_names(as_at: Quarter) -> dict[str, dict[str, str]]:
    """The row of `sub_groups.csv` in force, by sub-group as first listed."""
    rows = read_list("sub_groups").filter(pl.col("from_quarter") <= as_at.label)
    return {row["sub_group"]: row for row in rows.iter_rows(named=True)}
