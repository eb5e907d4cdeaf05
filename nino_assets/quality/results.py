"""Builds check results, of one quarter or many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nino_assets.governance.check_result import CheckResult
from nino_assets.quality.suite import Expectation
from nino_assets.statistic.quarters import Quarter


def build_result(
    asset: str, rule: Expectation, quarter: Quarter | None, **found: Any
) -> CheckResult:
    """The result of a rule; without `found`, it has not run."""
    return CheckResult(
        asset=asset,
        name=rule.name,
        quarter=quarter,
        sentence=rule.sentence,
        next_step=rule.next_step,
        practice_area=rule.practice_area.value,
        severity=rule.severity,
        **found,
    )


def combine_quarters(results: Sequence[CheckResult]) -> CheckResult:
    """One result over all quarters; of a single one, as it is."""
    if len(results) == 1:
        return results[0]
    last, failed = results[-1], [each for each in results if not each.passed]
    errors = [each.error for each in failed if each.error]
    explanations = [each.explanation for each in results if each.explanation]
    return CheckResult(
        asset=last.asset,
        name=last.name,
        quarter=None,
        sentence=last.sentence,
        next_step=last.next_step,
        practice_area=last.practice_area,
        severity=last.severity,
        passed=not failed,
        unexpected=sum(each.unexpected for each in failed),
        unexpected_percent=100 * len(failed) / len(results),
        explanation=explanations[-1] if explanations and not failed else None,
        error=errors[0] if errors else None,
        quarters_judged=len(results),
        quarters_failed=tuple(str(each.quarter) for each in failed),
    )


def describe_error(step: str, exception: str) -> str:
    """Describe an error without its text, which may quote a record.

    `step` is `prepared`, `measured` or `evaluated`; `exception` the name of its type, if known.
    """
    return f"The expectation could not be {step}" + (f" ({exception})." if exception else ".")


def read_number(value: Any) -> float | None:
    """A value as a finite number; None when it is not one."""
    try:
        converted = float(value)
    except (TypeError, ValueError):
        return None
    return converted if math.isfinite(converted) else None
