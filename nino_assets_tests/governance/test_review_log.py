"""Answers are plain text about what a reviewer saw, and the last one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.review_log import Answer, list_rejected, list_unanswered, make_answer
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)
FOUND = CheckResult(
    asset="cleaned_records",
    name="unlisted",
    quarter=QUARTER,
    sentence="Every code is a listed one.",
    next_step="Ask the supplier.",
    practice_area="Communication",
    severity="warn",
    passed=False,
    observed=0.1,
    unexpected=3,
)
AT = datetime(2021, 2, 20, 10, 30, tzinfo=UTC)


def answer(reason: str = "Known", decision: str = "accept", result: CheckResult = FOUND) -> Answer:
    return make_answer(result, QUARTER, decision=decision, by="A Reviewer", reason=reason, at=AT)


@pytest.mark.parametrize(
    "text", ["", "  ", "two\nlines", "a\x00b", "a\x1b[31mb", "a\u202eb", "\x7f"]
)
def test_names_and_reasons_are_plain_text(text: str) -> None:
    with pytest.raises(GovernanceError):
        make_answer(FOUND, QUARTER, decision="accept", by="A Reviewer", reason=text, at=AT)
    with pytest.raises(GovernanceError):
        make_answer(FOUND, QUARTER, decision="accept", by=text, reason="Known", at=AT)


def test_a_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(GovernanceError) as refused:
        make_answer(FOUND, QUARTER, decision="accept", by="X", reason="secret\nwords", at=AT)
    assert "secret" not in str(refused.value)


def test_other_decisions_and_long_texts_are_refused() -> None:
    with pytest.raises(GovernanceError):
        answer(decision="maybe")
    with pytest.raises(GovernanceError):
        answer(reason="x" * 1001)


def test_the_last_answer_counts_and_only_for_what_was_seen() -> None:
    other = replace(FOUND, name="other")
    given = [answer(decision="reject"), answer(decision="accept"), answer("No", "reject", other)]
    assert list_unanswered([FOUND, other], QUARTER, given) == []
    assert list_rejected([FOUND, other], QUARTER, given) == [other.key]
    for changed, quarter in (
        (replace(FOUND, observed=0.2), QUARTER),
        (replace(FOUND, unexpected=4), QUARTER),
        (FOUND, QUARTER - 1),
    ):
        assert list_unanswered([changed], quarter, given) == [changed.key]
        assert list_rejected([changed], quarter, given) == []


def test_an_asset_without_quarters_is_answered_for_each_release() -> None:
    found = replace(FOUND, quarter=None)
    given = [answer(result=found)]
    assert list_unanswered([found], QUARTER, given) == []
    assert list_unanswered([found], QUARTER + 1, given) == [found.key]


def test_a_warning_that_was_rejected_stays_so_until_the_same_person_accepts_it() -> None:
    rejected = answer(decision="reject")
    for other in ("Another Reviewer", "A Lead"):
        with pytest.raises(GovernanceError, match="A Reviewer rejected"):
            make_answer(
                *(FOUND, QUARTER),
                decision="accept",
                by=other,
                reason="Known",
                at=AT,
                before=[rejected],
            )
    joined = make_answer(
        *(FOUND, QUARTER),
        decision="reject",
        by="A Lead",
        reason="Mine now",
        at=AT,
        before=[rejected],
    )
    with pytest.raises(GovernanceError, match="A Reviewer rejected"):
        make_answer(
            *(FOUND, QUARTER),
            decision="accept",
            by="A Lead",
            reason="Known",
            at=AT,
            before=[rejected, joined],
        )
    taken_back = make_answer(
        *(FOUND, QUARTER),
        decision="accept",
        by="a reviewer",
        reason="Known",
        at=AT,
        before=[rejected],
    )
    assert list_rejected([FOUND], QUARTER, [rejected, taken_back]) == []
