"""The page of a quarter and the words of `status` tell the same, with what to do next."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from lxml import html

from nino_assets.publishing.qa_report.quarter_page import build_quarter_page
from nino_assets.publishing.qa_report.quarter_state import QuarterState
from nino_assets.publishing.qa_report.quarter_words import (
    count_checks,
    describe_conclusion,
    describe_state,
)
from nino_assets_tests.support.qa_report import ANSWER, GOOD, WARNING
from nino_assets_tests.support.quarter_states import (
    ALL,
    FAILED,
    KNOWN,
    MISSING,
    UNSIGNED,
    make_state,
)


def read_page(state: QuarterState) -> html.HtmlElement:
    return html.fromstring(build_quarter_page(state, synthetic=False, held=["bulletin.html"]))


def test_both_tell_what_failed_warns_is_explained_and_keeps_the_release() -> None:
    lines = list(describe_state(ALL))
    text = read_page(ALL).text_content()
    for key, words in (
        (FAILED.key, "7 findings"),
        (WARNING.key, "observed 3"),
        (KNOWN.key, "It was announced."),
    ):
        assert key in text and words in text
        assert [line for line in lines if key in line and words in line]
    assert "Release waits for unsigned: nobody has signed" in lines
    assert "nobody has signed" in text and "Sign it." in text
    assert count_checks(ALL.assets[0]) == (2, 1, 1, 1)
    assert describe_conclusion(ALL) in text


def test_a_warning_has_its_figures_and_all_that_its_answer_needs() -> None:
    page = read_page(ALL)
    [finding] = page.xpath("//article[contains(@id, 'unlisted_types')]")
    assert finding.xpath(".//thead//th/text()")[1:] == ["2020-Q2", "2020-Q3", "2020-Q4"]
    assert finding.xpath(".//tbody/tr[1]/td/text()") == ["–", "0.25", "3"]
    assert f"--quarter 2020-Q4 --check {WARNING.key}" in finding.text_content()
    answer, check = (urlsplit(each) for each in finding.xpath(".//a/@href"))
    [config] = parse_qs(answer.query)["config"]
    given = yaml.safe_load(config)["ops"]["record_answer"]["config"]
    assert answer.path.endswith("/jobs/review/playground/setup")
    assert given == {
        "quarter": "2020-Q4",
        "check": WARNING.key,
        "decision": "accept",
        "by": "",
        "reason": "",
    }
    assert (check.netloc, check.path) == ("127.0.0.1:3000", "/assets/cleaned_records")
    assert parse_qs(check.query) == {"view": ["checks"], "checkDetail": ["unlisted_types"]}


def test_an_answer_is_shown_with_who_gave_it() -> None:
    state = make_state(WARNING, answers={WARNING.key: ANSWER})
    assert "Accepted by A <Reviewer> on 2021-02-20: Three rows, known" in (
        read_page(state).text_content()
    )
    assert "nino-assets review" not in read_page(state).text_content()
    refused = replace(state, answers={WARNING.key: replace(ANSWER, decision="reject")})
    assert "nino-assets review" in read_page(refused).text_content()
    assert "Rejected by" in "".join(describe_state(refused))


def test_links_follow_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINO_UI_ADDRESS", "https://nino.example/")
    monkeypatch.setenv("NINO_PREVIEW_ADDRESS", "https://preview.example")
    links = read_page(ALL).xpath("//main//a/@href")
    assert {urlsplit(each).netloc for each in links} == {"nino.example", "preview.example"}
    assert "https://preview.example/publications/2020-Q4/bulletin.html" in links
    assert not [each for each in links if "//assets" in each]


@pytest.mark.parametrize(
    ("state", "in_order", "failed", "words"),
    [
        (make_state(GOOD, KNOWN), True, False, "every gate is open"),
        (make_state(GOOD, WARNING), False, False, "1 warning not accepted"),
        (make_state(WARNING, answers={WARNING.key: ANSWER}), True, False, "every gate is open"),
        (
            make_state(WARNING, answers={WARNING.key: replace(ANSWER, decision="reject")}),
            False,
            False,
            "1 warning not accepted",
        ),
        (make_state(GOOD, FAILED), False, True, "1 check failed"),
        (make_state(GOOD, MISSING), False, True, "1 check did not run on the latest state"),
        (make_state(replace(GOOD, out_of_date=True)), False, True, "1 check did not run"),
        (make_state(GOOD, gates=(UNSIGNED,)), True, False, "waits for 1 gate"),
        (make_state(GOOD, not_ready="The series has a gap"), True, False, "The series has a gap"),
        (make_state(replace(MISSING, asset="release")), True, False, "every gate is open"),
        (make_state(replace(FAILED, asset="release")), True, False, "every gate is open"),
        (
            make_state(replace(WARNING, asset="qa_report", name="warnings_unanswered")),
            True,
            False,
            "every gate is open",
        ),
    ],
)
def test_what_is_to_be_done(state: QuarterState, in_order: bool, failed: bool, words: str) -> None:
    assert (not (state.has_failed or state.open_warnings), state.has_failed) == (in_order, failed)
    assert words in describe_conclusion(state)
    assert words in read_page(state).text_content()
