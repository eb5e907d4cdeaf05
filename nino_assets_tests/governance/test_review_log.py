"""Answers are plain text about what a reviewer saw, and the last one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.review_log import Answer, Finding, make_answer, rejected, unanswered

FOUND = Finding(quarter="2020-Q4", check="cleaned_records.unlisted", observed=0.1, unexpected=3)
AT = datetime(2021, 2, 20, 10, 30, tzinfo=UTC)


def answer(reason: str = "Known", decision: str = "accept", finding: Finding = FOUND) -> Answer:
    return make_answer(finding, decision=decision, by="A Reviewer", reason=reason, at=AT)


@pytest.mark.parametrize(
    "text", ["", "  ", "two\nlines", "a\x00b", "a\x1b[31mb", "a\u202eb", "\x7f"]
)
def test_names_and_reasons_are_plain_text(text: str) -> None:
    with pytest.raises(GovernanceError):
        make_answer(FOUND, decision="accept", by="A Reviewer", reason=text, at=AT)
    with pytest.raises(GovernanceError):
        make_answer(FOUND, decision="accept", by=text, reason="Known", at=AT)


def test_a_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(GovernanceError) as refused:
        make_answer(FOUND, decision="accept", by="X", reason="secret\nwords", at=AT)
    assert "secret" not in str(refused.value)


def test_other_decisions_and_long_texts_are_refused() -> None:
    with pytest.raises(GovernanceError):
        answer(decision="maybe")
    with pytest.raises(GovernanceError):
        answer(reason="x" * 1001)


def test_the_last_answer_counts_and_only_for_what_was_seen() -> None:
    other = replace(FOUND, check="cleaned_records.other")
    given = [answer(decision="reject"), answer(decision="accept"), answer("No", "reject", other)]
    assert unanswered([FOUND, other], given) == []
    assert rejected([FOUND, other], given) == [other]
    for changed in (
        replace(FOUND, observed=0.2),
        replace(FOUND, unexpected=4),
        replace(FOUND, quarter="2020-Q3"),
    ):
        assert unanswered([changed], given) == [changed]
        assert rejected([changed], given) == []
