"""Compares two lists of members by the people that each member holds.

Between two editions a member keeps its people under another name, or holds others, or is new. Only
what holds other people may have another figure for the same period.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

MEMBER_SCHEMA = {
    "level": pl.String,
    "code": pl.String,
    "name": pl.String,
    "part": pl.String,
}
"""One row a member and part that it holds: an output area, or a nationality."""

_KEYS = ("level", "code", "name")


@dataclass(frozen=True)
class MemberChanges:
    """How a list's members differ from those of an earlier one.

    `renamed` has level, code, name, code_now, name_now of members with the same people and another
    code or name. `moved` has level and code of members of either list that hold other people than
    any member of that level in the other. `added` has the members that hold nothing of the earlier
    list. None of them names the total, which always holds everybody.
    """

    renamed: pl.DataFrame
    moved: pl.DataFrame
    added: pl.DataFrame

    def __bool__(self) -> bool:
        return any(frame.height for frame in (self.renamed, self.moved, self.added))


def compare_members(before: pl.DataFrame, now: pl.DataFrame) -> MemberChanges:
    """Compare the members of two lists, in `MEMBER_SCHEMA`.

    Only parts of the earlier list are compared: what was counted before lies in these.
    """
    held = _join_parts(before)
    kept = _join_parts(now.join(before.select("part").unique(), on="part", how="semi"))
    same = held.join(kept, on=["level", "parts"], how="inner", suffix="_now")
    moved = [
        frame.join(same, left_on=["level", "code"], right_on=["level", code], how="anti")
        for frame, code in ((held, "code"), (kept, "code_now"))
    ]
    return MemberChanges(
        renamed=same.filter(
            (pl.col("code") != pl.col("code_now")) | (pl.col("name") != pl.col("name_now"))
        ).select(*_KEYS, "code_now", "name_now"),
        moved=pl.concat([frame.select("level", "code") for frame in moved])
        .unique()
        .sort("level", "code"),
        added=now.select(_KEYS)
        .unique()
        .join(kept, on=["level", "code"], how="anti")
        .sort("level", "code"),
    )


def list_successions(before: pl.DataFrame, now: pl.DataFrame, level: str) -> pl.DataFrame:
    """List what each changed member of a level became.

    Columns: code_before, name_before, code, name, parts (how many of the parts of the earlier
    member the later one holds). Members that keep their parts, code and name are not listed.
    """
    changes = compare_members(before, now)
    changed = pl.concat([changes.renamed.select("level", "code"), changes.moved]).unique()
    earlier, later = (frame.filter(pl.col("level") == level) for frame in (before, now))
    pairs = earlier.join(later, on="part", how="left", suffix="_now")
    return (
        pairs.join(changed, on=["level", "code"], how="semi")
        .group_by(code_before="code", name_before="name", code="code_now", name="name_now")
        .agg(parts=pl.len())
        .sort("code_before", "code", nulls_last=True)
    )


def _join_parts(members: pl.DataFrame) -> pl.DataFrame:
    return members.group_by(_KEYS).agg(parts=pl.col("part").sort().str.join("\n")).sort(_KEYS)
