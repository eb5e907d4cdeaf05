"""A result is stored whole, read back the same, and never guessed from another form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import CheckError
from nino_assets.governance.check_result import (
    CheckResult,
    CheckStatus,
    count_by_status,
    decode_findings,
    decode_results,
    encode_findings,
    encode_results,
)
from nino_assets.statistic.quarters import Quarter

WORDS = st.text(min_size=1, max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
RESULTS = st.builds(
    CheckResult,
    asset=WORDS,
    name=WORDS,
    quarter=st.none() | st.builds(Quarter, st.integers(1900, 2100), st.integers(1, 4)),
    sentence=WORDS,
    next_step=WORDS,
    practice_area=WORDS,
    severity=st.sampled_from(["block", "warn"]),
    passed=st.none() | st.booleans(),
    observed=st.none() | NUMBERS,
    unexpected=st.integers(0, 2**40),
    unexpected_percent=st.floats(0, 100),
    counts=st.none() | WORDS,
    explanation=st.none() | WORDS,
    error=st.none() | WORDS,
    figures=st.lists(st.tuples(WORDS, NUMBERS), max_size=3).map(tuple),
    quarters_judged=st.integers(1, 100),
    quarters_failed=st.lists(WORDS, max_size=3).map(tuple),
)


@given(RESULTS)
def test_findings_are_read_back_as_they_were_found(result: CheckResult) -> None:
    stored = json.loads(json.dumps(encode_findings(result)))
    assert decode_findings(result.drop_findings(), stored) == result
    assert not {"sentence", "next_step"} & set(stored), "the words of the rule are in the code"


@given(st.lists(RESULTS, max_size=3), st.booleans())
def test_whole_results_are_read_back(results: list[CheckResult], out_of_date: bool) -> None:
    results = [replace(result, out_of_date=out_of_date) for result in results]
    assert decode_results(json.loads(json.dumps(encode_results(results)))) == results


RESULT = CheckResult(
    asset="raw_scan",
    name="rows",
    quarter=Quarter(2020, 4),
    sentence="A rule.",
    next_step="Look.",
    practice_area="Supplier",
    severity="warn",
)


@pytest.mark.parametrize("stored", [None, "text", {}, {"passed": True}, {"schema": 2}, ["schema"]])
def test_another_form_is_not_read(stored: object) -> None:
    assert decode_findings(RESULT, stored) is None


def test_a_file_of_another_form_says_what_to_do() -> None:
    older = [{"quarter": "2020-Q4", "check": "raw_scan.rows", "observed": 1.0, "unexpected": 1}]
    with pytest.raises(CheckError, match="materialise the asset that wrote them again"):
        decode_results(older)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, CheckStatus.NOT_RUN),
        ({"passed": True}, CheckStatus.PASSED),
        ({"passed": True, "explanation": "Known."}, CheckStatus.EXPLAINED),
        ({"passed": False}, CheckStatus.WARNING),
        ({"passed": False, "severity": "block"}, CheckStatus.FAILED),
        ({"passed": False, "out_of_date": True}, CheckStatus.OUT_OF_DATE),
    ],
)
def test_a_result_has_one_status(changes: dict[str, object], status: CheckStatus) -> None:
    result = replace(RESULT, **changes)  # type: ignore[arg-type]
    assert result.status is status
    assert result.is_warning == (status is CheckStatus.WARNING)
    counted = count_by_status([result])
    assert (counted[status], sum(counted.values()), len(counted)) == (1, 1, len(CheckStatus))
