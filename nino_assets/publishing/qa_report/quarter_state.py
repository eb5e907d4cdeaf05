"""How a quarter stands: built, checked, answered, ready for release.

The page of a quarter and `nino-assets status` both show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nino_assets.governance.check_result import CheckResult, CheckStatus
from nino_assets.governance.review_log import Answer
from nino_assets.statistic.quarters import Quarter

RELEASE = "release"
"""The asset of the release: its gates are asked anew, and its checks tell of the last try."""

ABOUT_ANSWERS = ("warnings_unanswered", "warnings_rejected")
"""Checks that count answers. They are answered by answering the warnings that they count."""


@dataclass(frozen=True, kw_only=True)
class AssetState:
    """An asset in one quarter, or at all without quarters."""

    asset: str
    materialised: datetime | None
    results: tuple[CheckResult, ...]

    def count(self, *statuses: CheckStatus) -> int:
        """How many checks have one of the statuses."""
        return sum(result.status in statuses for result in self.results)


@dataclass(frozen=True, kw_only=True)
class GateState:
    """A gate of the release, and what breaks it, a sentence each."""

    name: str
    sentence: str
    next_step: str
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuarterState:
    """All that a reviewer asks about a quarter.

    `histories` are of the checks that failed, warn or are explained: the last two years, of which
    the last result is the quarter's. `answers` are by the key of the check. `not_ready` says why
    the gates could not be asked, blank where they were.
    """

    quarter: Quarter
    assets: tuple[AssetState, ...]
    histories: Mapping[str, Sequence[CheckResult]]
    answers: Mapping[str, Answer]
    gates: tuple[GateState, ...] = ()
    not_ready: str = ""

    @property
    def failed(self) -> list[CheckResult]:
        return self._select(CheckStatus.FAILED)

    @property
    def warnings(self) -> list[CheckResult]:
        """The warnings that reviewers answer."""
        return [
            each for each in self._select(CheckStatus.WARNING) if each.name not in ABOUT_ANSWERS
        ]

    @property
    def explained(self) -> list[CheckResult]:
        return self._select(CheckStatus.EXPLAINED)

    @property
    def unjudged(self) -> list[CheckResult]:
        """Checks before the release without a result on the latest state."""
        found = self._select(CheckStatus.NOT_RUN, CheckStatus.OUT_OF_DATE)
        return [each for each in found if each.asset != RELEASE]

    @property
    def open_warnings(self) -> list[CheckResult]:
        """Warnings without an answer, or rejected by the last one."""
        return [each for each in self.warnings if not self.is_accepted(each)]

    @property
    def has_failed(self) -> bool:
        """Whether a check before the release failed, or has not run."""
        return bool(self.unjudged or [each for each in self.failed if each.asset != RELEASE])

    @property
    def red_gates(self) -> list[GateState]:
        return [gate for gate in self.gates if gate.faults]

    def is_accepted(self, warning: CheckResult) -> bool:
        """Whether a reviewer accepted the warning as it stands."""
        answer = self.answers.get(warning.key)
        return answer is not None and answer.decision == "accept"

    def _select(self, *statuses: CheckStatus) -> list[CheckResult]:
        return [r for asset in self.assets for r in asset.results if r.status in statuses]
