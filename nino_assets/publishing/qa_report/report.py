"""Everything that the QA report shows, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.review_log import Answer
from nino_assets.publishing.edition import Edition


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
    """What the page and the workbook are made from."""

    edition: Edition
    histories: tuple[tuple[CheckResult, ...], ...]
    """Each check over the quarters up to this one, which is the last; one result without any."""
    answers: Mapping[str, Answer]
    """By the key of the check, where the last answer is about the figures that stand now."""
    account: Mapping[str, Any]
    manifest: Mapping[str, Any]
    cells: int
    differences: Differences | None
    additivity: Sequence[tuple[str, int, float]]
    """By level: cells, and the share of totals that are not the sum of their parts."""

    @property
    def results(self) -> list[CheckResult]:
        """The result of each check for this quarter."""
        return [history[-1] for history in self.histories]

    @property
    def assets(self) -> list[str]:
        return list(dict.fromkeys(result.asset for result in self.results))

    @property
    def warnings(self) -> list[CheckResult]:
        return [result for result in self.results if result.is_warning]

    @property
    def open_warnings(self) -> list[CheckResult]:
        return [result for result in self.warnings if result.key not in self.answers]
