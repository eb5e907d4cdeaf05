"""Reviewers' answers to warnings, as entries of the log of decisions.

Belongs here: the answers, and which findings are still open. Does not belong here: the log itself
(`sealed_log.py`), where findings come from (`automation/check_results.py`) and the release gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.sealed_log import Entry, head_of_entry, plain_line
from nino_assets.statistic.quarters import Quarter

DECISIONS = ("accept", "reject")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A warning as a reviewer sees it: what a check of a quarter (`2020-Q4`) measured."""

    quarter: str
    check: str
    """`asset.name`"""
    observed: float | None
    unexpected: int


@dataclass(frozen=True, kw_only=True)
class Answer(Entry):
    """What a reviewer decided about a finding."""

    kind: ClassVar[str] = "answer"

    check: str
    observed: float | None
    unexpected: int
    decision: str
    reason: str

    @property
    def finding(self) -> Finding:
        return Finding(
            quarter=self.quarter,
            check=self.check,
            observed=self.observed,
            unexpected=self.unexpected,
        )


def make_answer(finding: Finding, *, decision: str, by: str, reason: str, at: datetime) -> Answer:
    """An answer to a finding. Raises GovernanceError for what cannot be taken."""
    if decision not in DECISIONS:
        raise GovernanceError(
            "The decision is not one that can be taken",
            rule=f"a warning is answered with {' or '.join(DECISIONS)}",
            next_step=f"give --decision {' or --decision '.join(DECISIONS)}",
        )
    return Answer(
        **head_of_entry(Quarter.parse(finding.quarter), by, at),
        check=finding.check,
        observed=finding.observed,
        unexpected=finding.unexpected,
        decision=decision,
        reason=plain_line("reason", reason),
    )


def latest_answers(answers: Iterable[Answer]) -> dict[Finding, Answer]:
    """The last answer to each finding."""
    return {answer.finding: answer for answer in answers}


def unanswered(findings: Sequence[Finding], answers: Iterable[Answer]) -> list[Finding]:
    """The findings without an answer.

    An answer is about the figures that the reviewer saw: when a check runs again and finds the
    same, it stands; when it finds other figures, the warning is open again.
    """
    given = latest_answers(answers)
    return [finding for finding in findings if finding not in given]


def rejected(findings: Sequence[Finding], answers: Iterable[Answer]) -> list[Finding]:
    """The findings whose last answer is that they are not acceptable."""
    given = latest_answers(answers)
    return [f for f in findings if f in given and given[f].decision == "reject"]
