"""A check's result: one type from the engine to the reviewers' answers.

The engine makes results, Dagster keeps them, the web UI and the QA report show them, gates count
them and reviewers answer them. The type is here because this is the lowest of these rooms: an
answer is about a result (`review_log.py`), and no room may import from one above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Literal

from nino_assets.errors import CheckError
from nino_assets.statistic.quarters import Quarter

Severity = Literal["block", "warn"]

SCHEMA = 1
"""The version of the stored form. What is stored in another form has no figures to read."""


class CheckStatus(StrEnum):
    """How a check stands in a quarter, in a reviewer's words."""

    PASSED = "Passed"
    EXPLAINED = "Explained"
    WARNING = "Warning"
    FAILED = "Failed"
    OUT_OF_DATE = "Out of date"
    NOT_RUN = "Not run"


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """A rule as in force in a quarter, and what was found.

    Figures are counts and measures, never a value of a record. `sentence` says the rule and
    `next_step` what to look at when it is broken; `block` stops what is built on the asset, `warn`
    asks a reviewer.
    """

    asset: str
    name: str
    quarter: Quarter | None
    """None: the asset has no quarters, or the result is of a range of them."""
    sentence: str
    next_step: str
    practice_area: str
    severity: Severity
    passed: bool | None = None
    """None: the check has not run."""
    out_of_date: bool = False
    """The asset was materialised again after the check ran."""
    observed: float | None = None
    """The measure that was judged, where the rule is about one number that applies."""
    unexpected: int = 0
    """Rows that break the rule; 1 for a measure that does; over quarters, the sum of these."""
    unexpected_percent: float = 0.0
    """Their share of all rows; over quarters, the share of quarters that break the rule."""
    counts: str | None = None
    """In words, what the measure counts, where the suite knows."""
    explanation: str | None = None
    """The known event that explains why the rule does not hold. The check then passes."""
    error: str | None = None
    """Why the rule could not be evaluated. The check then fails."""
    figures: tuple[tuple[str, float], ...] = ()
    """Further measures, name and number, that are shown and not judged."""
    quarters_judged: int = 1
    quarters_failed: tuple[str, ...] = ()
    """Of a result over a range: how many quarters, and the labels of those that failed."""

    @property
    def key(self) -> str:
        """`asset.name`"""
        return f"{self.asset}.{self.name}"

    @property
    def status(self) -> CheckStatus:
        if self.passed is None:
            return CheckStatus.NOT_RUN
        if self.out_of_date:
            return CheckStatus.OUT_OF_DATE
        if self.passed:
            return CheckStatus.EXPLAINED if self.explanation else CheckStatus.PASSED
        return CheckStatus.WARNING if self.severity == "warn" else CheckStatus.FAILED

    def drop_findings(self) -> CheckResult:
        """The same rule as one that has not run."""
        rule = {name: getattr(self, name) for name in _RULE}
        return CheckResult(quarter=self.quarter, **rule)

    @property
    def is_warning(self) -> bool:
        """Whether a reviewer has to answer it."""
        return self.status is CheckStatus.WARNING


def count_by_status(results: Iterable[CheckResult]) -> dict[CheckStatus, int]:
    """How many results have each status, zeros too."""
    held = [result.status for result in results]
    return {status: held.count(status) for status in CheckStatus}


_RULE = ("asset", "name", "sentence", "next_step", "practice_area", "severity")
_DEFAULTS = {field.name: field.default for field in fields(CheckResult)}
_FINDINGS = tuple(name for name in _DEFAULTS if name not in (*_RULE, "quarter", "out_of_date"))


def encode_findings(result: CheckResult) -> dict[str, Any]:
    """What was found, for the event log.

    The rule is left out, which the code has, and its quarter, which the event has; so are findings
    that are as by default.
    """
    held = ((name, getattr(result, name)) for name in _FINDINGS)
    return {"schema": SCHEMA, **{name: value for name, value in held if value != _DEFAULTS[name]}}


def decode_findings(rule: CheckResult, stored: object) -> CheckResult | None:
    """Add stored findings to a rule; None for another form."""
    if not isinstance(stored, Mapping) or stored.get("schema") != SCHEMA:
        return None
    given = {name: stored[name] for name in _FINDINGS if name in stored}
    given["figures"] = tuple((name, value) for name, value in given.get("figures", ()))
    given["quarters_failed"] = tuple(given.get("quarters_failed", ()))
    return replace(rule, **given)


def encode_results(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Whole results, rules too, for a file in `qa/`."""
    return [
        {
            **encode_findings(result),
            **{name: getattr(result, name) for name in _RULE},
            "quarter": result.quarter.label if result.quarter else None,
            "out_of_date": result.out_of_date,
        }
        for result in results
    ]


def decode_results(stored: Sequence[Mapping[str, Any]]) -> list[CheckResult]:
    """What `encode_results` gave. Raises CheckError for another form."""
    return [_decode_result(each) for each in stored]


def _decode_result(stored: Mapping[str, Any]) -> CheckResult:
    if stored.get("schema") != SCHEMA:
        raise CheckError(
            "Results of checks are stored in a form of another version",
            rule=f"this version reads results in form {SCHEMA}",
            next_step="materialise the asset that wrote them again",
        )
    rule = CheckResult(
        quarter=Quarter.parse(stored["quarter"]) if stored["quarter"] else None,
        out_of_date=stored["out_of_date"],
        **{name: stored[name] for name in _RULE},
    )
    return decode_findings(rule, stored) or rule
