"""The tolerances in force: `tolerances.csv`, a dated row each with its evidence.

The list is read when a check is run or described, never when the code loads: a bad row fails the
checks that need the list, with a message that names it.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import build_list_error, locate_list
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


@dataclass(frozen=True)
class Tolerance:
    """The level beyond which a check warns, from a quarter on.

    None: no bound on that side.
    """

    since: Quarter
    at_least: float | None
    at_most: float | None
    evidence: str
    source: str

    @property
    def bounds(self) -> dict[str, float]:
        """The arguments of an expectation that a value lies within the tolerance."""
        given = {"min_value": self.at_least, "max_value": self.at_most}
        return {name: bound for name, bound in given.items() if bound is not None}

    def describe(self, unit: str = "") -> str:
        """`lies between -35% and 85%`."""
        low, high = (None if b is None else f"{b:g}{unit}" for b in (self.at_least, self.at_most))
        if low is None:
            return f"is at most {high}"
        if high is None:
            return f"is at least {low}"
        return f"is {high}" if low == high else f"lies between {low} and {high}"


def list_tolerances(check: str) -> tuple[Tolerance, ...]:
    """The tolerances of a check, earliest first.

    Raises ReferenceListError when the list has no row for the check, or a mistake in any.
    """
    tolerances = tuple(each for name, each in _read_list() if name == check)
    if not tolerances:
        raise build_list_error(
            locate_list("tolerances.csv"),
            f"there is no row for the check {check}",
            "the level beyond which a check warns is a dated row with its evidence",
        )
    return tolerances


@keep_while_unchanged("tolerances")
def _read_list() -> tuple[tuple[str, Tolerance], ...]:
    """Every check with each of its tolerances, earliest first."""
    return tuple(
        (
            row["check"],
            Tolerance(
                since=Quarter.parse(row["from_quarter"]),
                at_least=_read_bound(row["at_least"]),
                at_most=_read_bound(row["at_most"]),
                evidence=row["evidence"],
                source=row["source"],
            ),
        )
        for row in read_list("tolerances").sort("from_quarter").rows(named=True)
    )


def _read_bound(text: str) -> float | None:
    return float(text) if text else None
