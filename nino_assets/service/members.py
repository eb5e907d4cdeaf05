"""The members of a field: their levels, parents, and whom each covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nino_assets.statistic.quarters import SERIES_START, Quarter

PERIOD, AREA, NATIONALITY, AGE, SEX, LAG = "period", "area", "nationality", "age", "sex", "lag"
TOTALS = {AREA: "uk", NATIONALITY: "total", AGE: "total", SEX: "total", LAG: "total"}
"""The level of each field's total; a period has none."""

_UNKNOWN_AREA = 1
"""The bit of people whose area is not known; no other member has it."""

_OVERLAPPING_LEVELS = ("aggregate",)
"""Levels that lie across others and have no value set: Non-European Union."""


@dataclass(frozen=True)
class Member:
    """One member of a field of a lattice."""

    id: str
    label: str
    level: str
    parent: str | None

    @property
    def code(self) -> str:
        """Its code without the level: `E12000001`, `2020-Q4`, `IND`."""
        return self.id.partition(":")[2]


class FieldMembers:
    """The members of one field, and which of them overlap.

    `masks` has for each member a number whose bits are the smallest members that it covers.
    """

    def __init__(self, field: str, members: Sequence[Member]) -> None:
        self.field = field
        self.by_id: Mapping[str, Member] = {
            each.id: each for each in members if each.level not in _OVERLAPPING_LEVELS
        }
        self.masks = (
            {each: _mask_period(each) for each in self.by_id}
            if field == PERIOD
            else _mask_tree(self.by_id, TOTALS[field])
        )
        self._by_mask: dict[int, list[str]] = {}
        for member, mask in self.masks.items():
            self._by_mask.setdefault(mask, []).append(member)
        totals = [each.id for each in members if each.level == TOTALS.get(field)]
        self.total = totals[0] if totals else None

    def list_level(self, *levels: str) -> list[str]:
        """The members of the levels, in the order of the index."""
        return [each.id for each in self.by_id.values() if each.level in levels]

    def find_equal(self, parts: Iterable[str]) -> list[str]:
        """The members that cover exactly what the parts cover together."""
        mask = 0
        for part in parts:
            mask |= self.masks[part]
        return self._by_mask.get(mask, [])

    def covers_known(self, parts: Iterable[str]) -> bool:
        """Whether the parts cover all people but those of unknown area."""
        mask = _UNKNOWN_AREA
        for part in parts:
            mask |= self.masks[part]
        return self.total is not None and mask == self.masks[self.total] | _UNKNOWN_AREA

    def has_overlap(self, parts: Iterable[str]) -> bool:
        """Whether two of the parts cover the same people."""
        covered = 0
        for part in parts:
            mask = self.masks[part]
            if covered & mask:
                return True
            covered |= mask
        return False


def read_quarter(member: str) -> Quarter:
    """The quarter of a period, or the last one of its year."""
    return Quarter.parse(member.partition(":")[2])


def _mask_period(member: str) -> int:
    last = len(SERIES_START.list_until(read_quarter(member))) + 3
    return 1 << last if member.startswith("quarter:") else 0b1111 << (last - 3)


def _mask_tree(members: Mapping[str, Member], total_level: str) -> dict[str, int]:
    """Give each member the bits of its smallest parts.

    The United Kingdom has a bit more than its parts: people whose area is not known.
    """
    parts: dict[str, list[str]] = {}
    totals = [each.id for each in members.values() if each.level == total_level]
    for each in members.values():
        parent = each.parent if each.parent in members else None
        if parent is None and totals and each.id != totals[0]:
            parent = totals[0]
        if parent is not None:
            parts.setdefault(parent, []).append(each.id)
    masks: dict[str, int] = {}

    def compute_mask(member: str) -> int:
        if member not in masks:
            found = 0
            for part in parts.get(member, ()):
                found |= compute_mask(part)
            masks[member] = found or 1 << (len(masks) + 1)
        return masks[member]

    for member in members:
        compute_mask(member)
    if total_level == TOTALS[AREA] and totals:
        masks[totals[0]] |= _UNKNOWN_AREA
    return masks
