"""Each expectation about the background documents fails on a planted defect."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from nino_assets.publishing.documents.document_names import FOLDER, TITLES
from nino_assets.quality.suites.all import ALL_SUITES, find_suite
from nino_assets.quality.suites.background_documents import CHECKS_NAME, describe_checks
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import LATEST

SUITE = find_suite("background_documents")
METHOD, QUALITY, STRATEGY = TITLES


def _page(name: str, rewrite: Callable[[str], str]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{FOLDER}/{name}.html"))
        before = path.read_text(encoding="utf-8")
        after = rewrite(before)
        assert after != before, "the page has nothing to break"
        path.write_text(after, encoding="utf-8", newline="")

    return Case(plant)


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda html: html.replace(old, new, 1)


def _without_rules(planter: Planter) -> None:
    for name in TITLES:
        path = planter.keep(planter.publication(f"{FOLDER}/{name}.html"))
        path.write_text(path.read_text(encoding="utf-8").replace("data-rule", "data-role"))


def _without_a_document(planter: Planter) -> None:
    planter.keep(planter.publication(f"{FOLDER}/{STRATEGY}.html")).unlink()


def _another_result(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"qa/{CHECKS_NAME}"))
    path.write_text(path.read_text().replace('"passed": true', '"passed": false', 1))


CASES: Cases = {
    "rules_compared": Case(_without_rules),
    "rules_disagree": _page(
        METHOD, _swap('data-rule="age/oldest">110', 'data-rule="age/oldest">105')
    ),
    "rules_missing": _page(METHOD, _swap('data-rule="age/oldest"', 'data-rule="age/youngest"')),
    "numbers_unmarked": _page(STRATEGY, _swap("Before release", "In the 24 hours before")),
    "quotations_differ": _page(METHOD, _swap("A count of nobody is never", "A count is never")),
    "results_differ": Case(_another_result),
    "names_unknown": _page(QUALITY, _swap('data-check="open_data.', 'data-check="open_dates.')),
    "principles_missing": _page(QUALITY, _swap('<tr id="V4">', "<tr>")),
    "changes_missing": _page(
        STRATEGY,
        lambda html: re.sub(r"<tr><th[^>]*><span[^>]*changes/.*?</tr>", "", html, count=1),
    ),
    "documents_missing": Case(_without_a_document),
    "other_date": _page(QUALITY, lambda html: re.sub(r'datetime="....', 'datetime="2001', html)),
    "synthetic_unmarked": _page(METHOD, _swap(SYNTHETIC_BANNER, "Data.")),
    "page_faults": _page(METHOD, lambda html: re.sub(r"<h2>(.*?)</h2>", r"<h4>\1</h4>", html)),
    "manifest_broken": _page(METHOD, _swap("</html>", "</html>\n")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_everything_passes_on_the_good_build(planter: Planter) -> None:
    outcomes = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]


def test_results_are_those_of_the_build(planter: Planter) -> None:
    """Every check of what the documents are built on has run, and none of what comes after."""
    report = planter.publication(f"{FOLDER}/{QUALITY}.html").read_text(encoding="utf-8")
    listed = dict(re.findall(r'data-result="(\w+)/ran">([\d,]+)<', report))
    asked = {
        asset: sum(
            map(int, re.findall(rf'data-result="{asset}/(?:blocking|warning)">(\d+)', report))
        )
        for asset in listed
        if asset != "all"
    }
    assert {asset: int(ran) for asset, ran in listed.items() if asset != "all"} == asked
    assert "cleaned_records" in asked and "bulletin" in asked
    assert not {"qa_report", "coherence_report", "background_documents"} & set(asked)


@pytest.mark.parametrize(
    ("quarter", "bound"), [(Quarter(2021, 4), "0.5"), (Quarter(2022, 1), "2.5")]
)
def test_a_rule_is_quoted_as_it_is_in_force_in_the_quarter(quarter: Quarter, bound: str) -> None:
    sentence = describe_checks(ALL_SUITES, quarter).sentences[
        "cleaned_records.no_nationality_percent"
    ]
    assert sentence.endswith(f"at most {bound}%.")
