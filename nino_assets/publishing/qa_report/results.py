"""What the QA report is made from: results of checks and facts of a release, as plain data.

Belongs here: the values, and how results are counted. Does not belong here: where they come from
(`automation/check_results.py`, `facts.py`) and how they are shown (`page.py`, `workbook.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nino_assets.governance.review_log import Answer
from nino_assets.publishing.edition import Edition

Verdict = Literal["passed", "failed", "out of date", "not run"]
"""`out of date`: the asset was materialised again after the check ran."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A check in one quarter; `passed` is None where it never ran."""

    quarter: str
    passed: bool | None
    observed: float | None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check of one asset in one quarter. Figures are counts and measures, never records."""

    asset: str
    name: str
    sentence: str
    next_step: str
    practice_area: str
    severity: Literal["block", "warn"]
    verdict: Verdict
    observed: float | None
    unexpected: int | None
    unexpected_percent: float | None
    history: tuple[Past, ...] = ()
    excused: str | None = None
    """The documented event that explains a rule that does not hold; it then counts as passed."""
    named: str | None = None
    """What the measure counts, in words, where the suite knows."""

    @property
    def key(self) -> str:
        return f"{self.asset}.{self.name}"

    @property
    def is_warning(self) -> bool:
        """Whether a reviewer is asked to judge it."""
        return self.severity == "warn" and self.verdict == "failed"

    @property
    def outcome(self) -> str:
        """The verdict in the words of a reviewer."""
        if self.verdict == "failed":
            return "Warning" if self.severity == "warn" else "Failed"
        if self.verdict == "passed" and self.excused:
            return "Explained"
        return self.verdict.capitalize()


OUTCOMES = ("Passed", "Explained", "Warning", "Failed", "Out of date", "Not run")


def tally(results: Sequence[CheckResult]) -> dict[str, int]:
    """How many checks have each outcome, zeros too."""
    return {outcome: sum(r.outcome == outcome for r in results) for outcome in OUTCOMES}


@dataclass(frozen=True, kw_only=True)
class Differences:
    """This edition's open data against the last one's.

    Cells are matched by every column but the count and its status. `changed` have another count or
    status, `gone` are not in this edition.
    """

    previous: str
    same: int
    changed: int
    gone: int
    added: int
    same_code: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the report shows."""

    edition: Edition
    results: tuple[CheckResult, ...]
    answers: Mapping[str, Answer]
    """By the key of the check, where the last answer is about the figures that stand now."""
    account: Mapping[str, Any]
    manifest: Mapping[str, Any]
    cells: int
    differences: Differences | None
    additivity: Sequence[tuple[str, int, float]]
    """By level: cells, and the share of totals that are not the sum of their parts."""

    @property
    def warnings(self) -> list[CheckResult]:
        return [result for result in self.results if result.is_warning]

    @property
    def open_warnings(self) -> list[CheckResult]:
        return [result for result in self.warnings if result.key not in self.answers]
