"""Reviewers' answers to warnings, as entries of the log of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.log_entry import Entry, check_plain_line, make_entry_fields
from nino_assets.governance.people import is_same_person
from nino_assets.statistic.quarters import Quarter

DECISIONS = ("accept", "reject")


@dataclass(frozen=True, kw_only=True)
class Answer(Entry):
    """A reviewer's decision about a warning, with the figures that they saw."""

    kind: ClassVar[str] = "answer"

    check: str
    """`asset.name`"""
    observed: float | None
    unexpected: int
    decision: str
    reason: str

    def is_about(self, result: CheckResult, quarter: Quarter) -> bool:
        """Whether it answers this very result: the same check, quarter and figures."""
        return (self.quarter, self.check, self.observed, self.unexpected) == (
            quarter.label,
            result.key,
            result.observed,
            result.unexpected,
        )


def make_answer(  # noqa: PLR0913 - one argument a part of the answer
    result: CheckResult,
    quarter: Quarter,
    *,
    decision: str,
    by: str,
    reason: str,
    at: datetime,
    before: Sequence[Answer] = (),
    is_head: bool = False,
) -> Answer:
    """An answer to a warning of a release quarter.

    `before` are the answers in the log; `is_head` is whether the head of profession answers. Raises
    GovernanceError for an answer that is not in order, and when a warning that another person
    rejected is accepted by anyone but the head of profession.
    """
    if decision not in DECISIONS:
        raise GovernanceError(
            "The decision is not one that can be taken",
            rule=f"a warning is answered with {' or '.join(DECISIONS)}",
            next_step=f"give --decision {' or --decision '.join(DECISIONS)}",
        )
    held = _find_rejection(result, quarter, before) if decision == "accept" else None
    if held and not is_head and not is_same_person(held.by, by):
        raise GovernanceError(
            f"{held.by} rejected {result.key}",
            rule="a warning that was rejected is accepted only by the person who rejected it, or "
            "by the head of profession whom the list of the team names",
            next_step=f"ask {held.by} to accept it, or build the quarter from other figures",
        )
    return Answer(
        **make_entry_fields(quarter, by, at),
        check=result.key,
        observed=result.observed,
        unexpected=result.unexpected,
        decision=decision,
        reason=check_plain_line("reason", reason),
    )


def _find_rejection(
    result: CheckResult, quarter: Quarter, answers: Iterable[Answer]
) -> Answer | None:
    """The first rejection since the result was last accepted."""
    held = None
    for answer in answers:
        if answer.is_about(result, quarter):
            held = (held or answer) if answer.decision == "reject" else None
    return held


def find_answer(result: CheckResult, quarter: Quarter, answers: Iterable[Answer]) -> Answer | None:
    """The last answer to a result.

    An answer is about the figures that the reviewer saw: when a check runs again and finds the
    same, it stands; when it finds other figures, the warning is open again.
    """
    given = [answer for answer in answers if answer.is_about(result, quarter)]
    return given[-1] if given else None


def list_unanswered(
    warnings: Iterable[CheckResult], quarter: Quarter, answers: Sequence[Answer]
) -> list[str]:
    """The warnings without an answer, as `asset.name`."""
    return [each.key for each in warnings if find_answer(each, quarter, answers) is None]


def list_rejected(
    warnings: Iterable[CheckResult], quarter: Quarter, answers: Sequence[Answer]
) -> list[str]:
    """The warnings that a reviewer rejected last, as `asset.name`."""
    found = ((each, find_answer(each, quarter, answers)) for each in warnings)
    return [each.key for each, answer in found if answer and answer.decision == "reject"]
