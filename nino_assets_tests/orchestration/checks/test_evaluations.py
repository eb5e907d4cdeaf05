"""An evaluation says for people what was found, and gives the same result back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.evaluations import (
    OTHER_FORM,
    RESULT,
    build_evaluation,
    describe_result,
    draw_history,
    read_evaluation,
)
from nino_assets.quality.results import build_result, combine_quarters
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.tiny_graph import SUITE

QUARTER = Quarter(2020, 4)
[BLOCKS, WARNS] = SUITE.expectations
RULE = build_result("up", WARNS, QUARTER)


def found(**changes: Any) -> CheckResult:
    return replace(RULE, **{"passed": False, "observed": 50.0, "unexpected": 1} | changes)


def evaluation(metadata: dict[str, Any], passed: bool = False) -> dg.AssetCheckEvaluation:
    """An evaluation with any metadata, and words that nobody takes apart."""
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("up"),
        check_name=WARNS.name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        description="Not so: records lie between -5 and 10.\n\n![Passed](data:image/svg+xml,x)",
        metadata=metadata,
    )


@pytest.mark.parametrize(
    "result",
    [
        found(),
        found(passed=True, observed=None, unexpected=0),
        found(passed=True, explanation="It was known."),
        found(error="The expectation could not be evaluated (BinderException).", observed=None),
        found(counts="Oceania +900%", figures=(("mean noise", 0.25),)),
    ],
)
def test_a_result_comes_back_from_the_event_log(result: CheckResult) -> None:
    serialised = dg.serialize_value(build_evaluation([result], {}))
    stored = dg.deserialize_value(serialised, dg.AssetCheckEvaluation)
    assert read_evaluation(RULE, stored) == result


@pytest.mark.parametrize("label", ["observed", "unexpected", "observed in", "explained by"])
def test_what_people_read_is_written_only(label: str) -> None:
    result = found(counts="Oceania", explanation="It was known.", passed=True)
    written = build_evaluation([result], {}, picture="![x](y)", description="Other words")
    changed = evaluation({**written.metadata, label: dg.TextMetadataValue("changed")})
    assert read_evaluation(RULE, changed) == result


@pytest.mark.parametrize("passed", [True, False])
def test_an_evaluation_of_an_earlier_version_has_no_figures_and_still_warns(passed: bool) -> None:
    old = evaluation({"observed": 50.0, "unexpected": 1, "observed in": "Oceania"}, passed)
    result = read_evaluation(RULE, old)
    assert (result.passed, result.is_warning) == (passed, not passed)
    assert (result.observed, result.unexpected, result.counts) == (None, 0, None)
    assert result.error == (None if passed else OTHER_FORM)
    assert draw_history(WARNS, [result, result]) == ""


def test_a_form_of_a_later_version_is_read_as_no_form() -> None:
    written = build_evaluation([found()], {})
    value: Any = written.metadata[RESULT].value
    later = evaluation({RESULT: dg.JsonMetadataValue({**value, "schema": 2})})
    assert read_evaluation(RULE, later) == replace(RULE, passed=False, error=OTHER_FORM)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (found(passed=True), "Passed: records lie between -5 and 10."),
        (
            found(passed=True, explanation="Interviews were suspended."),
            "Explained by a known event: records lie between -5 and 10. Interviews were suspended.",
        ),
        (
            found(error="It raised.", counts="Oceania"),
            "Failed: records lie between -5 and 10. It raised. Observed in: Oceania.",
        ),
        (
            combine_quarters(
                [found(quarter=QUARTER - n, passed=n > 12) for n in range(13, -1, -1)]
            ),
            "Failed: records lie between -5 and 10. In 13 of 14 quarters: 2017-Q4, 2018-Q1, "
            "2018-Q2, 2018-Q3, 2018-Q4, 2019-Q1, 2019-Q2, 2019-Q3, 2019-Q4, 2020-Q1, 2020-Q2, "
            "2020-Q3 and 1 more.",
        ),
    ],
)
def test_what_was_found_is_a_sentence(result: CheckResult, words: str) -> None:
    assert describe_result(result) == words


def test_a_single_quarter_has_no_picture() -> None:
    assert draw_history(WARNS, [RULE, found()]) == ""
    assert draw_history(WARNS, [found(quarter=QUARTER - 1), found()]).startswith(
        "![Passed in 0 of 2"
    )
