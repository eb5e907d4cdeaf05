"""One released edition as the service reads it: fields, cuboids, arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from nino_assets.service.identifiers import DATABASES, DatabaseName, FieldName, ValueSetName
from nino_assets.service.members import PERIOD, FieldMembers

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class CuboidCells:
    """The cells of one cuboid.

    `axes` has for each field the place of each member.
    """

    name: str
    axes: Mapping[str, Mapping[str, int]]
    counts: Counts

    def holds(self, field: FieldMembers, members: Sequence[str]) -> bool:
        """Whether it has each member; a field that it lacks is total."""
        axis = self.axes.get(field.field)
        if axis is None:
            return all(member == field.total for member in members)
        return all(member in axis for member in members)


class EditionCells:
    """The fields and cuboids of one edition.

    `open_before` opens the edition that readers had before it, against which revised periods are
    found; it is called when they are first asked for.
    """

    def __init__(  # noqa: PLR0913 - one argument a property
        self,
        name: str,
        fields: Mapping[str, FieldMembers],
        cuboids: Sequence[CuboidCells],
        *,
        synthetic: bool = False,
        released_at: datetime | None = None,
        open_before: Callable[[], EditionCells | None] = lambda: None,
    ) -> None:
        self.name = name
        self.fields = fields
        self.cuboids = sorted(cuboids, key=lambda each: each.counts.size)
        self.synthetic = synthetic
        self.released_at = released_at
        self._open_before = open_before
        self.is_revised = lru_cache(maxsize=1024)(self._is_revised)

    @cached_property
    def latest_quarter(self) -> str:
        """The member of the newest quarter."""
        return max(self.fields[PERIOD].list_level("quarter"))

    @cached_property
    def value_by_uri(self) -> Mapping[str, tuple[DatabaseName, FieldName, ValueSetName, str]]:
        """Each value of each database with its member."""
        return {
            uri: (database, field, value_set, member)
            for database in DATABASES
            for field in database.fields
            if field.field in self.fields
            for value_set in field.value_sets
            for uri, member in database.list_values(field, value_set, self.fields[field.field])
        }

    @cached_property
    def _before(self) -> EditionCells | None:
        return self._open_before()

    def _is_revised(self, period: str) -> bool:
        """Whether any cell of a period differs from the edition before."""
        before = self._before
        if before is None:
            return False
        earlier = {each.name: each for each in before.cuboids}
        return any(
            _has_changes(cuboid, earlier[cuboid.name], period)
            for cuboid in self.cuboids
            if cuboid.name in earlier
        )


def _has_changes(now: CuboidCells, before: CuboidCells, period: str) -> bool:
    """Whether a cell of the period that both hold differs."""
    if period not in now.axes[PERIOD] or period not in before.axes[PERIOD]:
        return False
    here = now.counts[now.axes[PERIOD][period]]
    there = before.counts[before.axes[PERIOD][period]]
    for number, field in enumerate(each for each in now.axes if each != PERIOD):
        if list(now.axes[field]) == list(before.axes[field]):
            continue
        shared = [each for each in now.axes[field] if each in before.axes[field]]
        here = here.take([now.axes[field][each] for each in shared], axis=number)
        there = there.take([before.axes[field][each] for each in shared], axis=number)
    return not np.array_equal(here, there)
