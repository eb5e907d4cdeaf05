"""The documents state the rules as the contract has them, complete, in plain words, and alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from nino_assets.errors import PublicationError
from nino_assets.publishing.documents import stated_rules
from nino_assets.publishing.documents.document_facts import (
    DocumentFacts,
    count_results,
    read_principles,
)
from nino_assets.publishing.documents.document_names import FOLDER, TITLES
from nino_assets.publishing.documents.document_pages import write_document_page, write_documents
from nino_assets.publishing.documents.document_reader import read_document
from nino_assets.publishing.documents.documents_agreement import (
    find_date_faults,
    find_document_faults,
)
from nino_assets.publishing.documents.reader_tolerances import (
    find_public_evidence,
    list_team_checks,
)
from nino_assets.publishing.documents.wording import REASONS, SECTIONS, STATUSES
from nino_assets.quality.measures import risk
from nino_assets.statistic import changes
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets_tests.support.document_facts import PIPELINE_NAMES, QUARTER, make_document_facts
from nino_assets_tests.support.own_lists import OwnLists

CONTRACT = {
    "series-start": "January 2002",
    "age/youngest": "15",
    "age/oldest": "110",
    "age/Less than 18": "17 or under",
    "age/18-24": "18 to 24",
    "age/55-59": "55 to 59",
    "age/60 or over": "60 or over",
    "lag/Within 1 month": "0 to 30",
    "lag/1 to 3 months": "31 to 91",
    "lag/3 to 6 months": "92 to 182",
    "lag/6 to 12 months": "183 to 365",
    "lag/1 to 2 years": "366 to 730",
    "lag/2 to 5 years": "731 to 1,826",
    "lag/Over 5 years": "1,827 or more",
    "rejection/malformed_row": "1",
    "rejection/duplicate_nino": "9",
    "geocoding/matched": "1",
    "geocoding/invalid": "9",
    "cubes": "6",
    "countries": "4",
    "regions": "12",
    "nationalities": "235",
    "sub-groups": "15",
    "world-areas": "5",
    "release/time": "9:30am",
    "release/weekday": "Thursday",
    "release/months": "February, May, August and November",
    "release/notice": "28",
    "release/access": "24",
    "rounding": "2 significant figures",
}
"""What the contract and the published sources say, written here by hand."""


def test_rules_are_those_of_the_contract() -> None:
    found = stated_rules.build_rules(QUARTER)
    assert {name: found[name] for name in CONTRACT} == CONTRACT
    assert stated_rules.build_rules(Quarter(2018, 1))["rounding"] == (
        "the nearest thousand from 1,000 and 2 significant figures below that"
    )


def test_a_rule_that_changes_in_the_code_no_longer_agrees(
    facts: DocumentFacts, publication: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated_rules.build_rules.clear()
    monkeypatch.setattr(stated_rules, "OLDEST", 120)
    try:
        found = find_document_faults(publication, facts.edition, facts.checks, PIPELINE_NAMES)
    finally:
        stated_rules.build_rules.clear()
    assert [fault for kind in found.values() for fault in kind] == [
        "age/oldest: the document has '110', the code 120"
    ]


def test_written_documents_have_no_fault(facts: DocumentFacts, publication: Path) -> None:
    found = find_document_faults(publication, facts.edition, facts.checks, PIPELINE_NAMES)
    assert [fault for kind in found.values() for fault in kind] == []
    assert find_date_faults(publication, facts.edition) == []


def test_a_document_of_another_date_or_none_is_told(
    facts: DocumentFacts, publication: Path, tmp_path: Path
) -> None:
    later = replace(facts.edition, published_on=facts.edition.published_on + timedelta(days=7))
    assert len(find_date_faults(publication, later)) == len(TITLES)
    assert find_date_faults(tmp_path, facts.edition) == [
        f"{FOLDER}/{name}.html is missing" for name in TITLES
    ]


def test_a_check_that_says_something_else_by_now_is_misquoted(
    facts: DocumentFacts, publication: Path
) -> None:
    sentences = {**PIPELINE_NAMES.sentences, "open_data.history_changed": "History may change."}
    found = find_document_faults(
        publication, facts.edition, facts.checks, replace(PIPELINE_NAMES, sentences=sentences)
    )
    assert found["quotations"] == (
        "checks/open_data.history_changed: the quotation is not the text of its source",
    )


def test_words_are_complete_and_without_numbers() -> None:
    assert tuple(REASONS) == v.REJECTION_REASONS
    assert tuple(STATUSES) == v.GEOCODE_STATUSES
    assert tuple(SECTIONS) == tuple(TITLES)
    assert not re.search(r"\d", f"{REASONS}{STATUSES}{SECTIONS}")


@pytest.mark.parametrize("name", TITLES)
def test_each_document_opens_alone_and_is_always_the_same(name: str, facts: DocumentFacts) -> None:
    html = write_document_page(name, facts)
    assert html == write_document_page(name, facts)
    assert not re.search(r"<script|<img|<link|src=|@import|url\(", html)
    assert "25 February 2021" in html
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= set(re.findall(r'id="([\w-]+)"', html))
    assert SYNTHETIC_BANNER in html
    assert SYNTHETIC_BANNER not in write_document_page(name, make_document_facts(synthetic=False))


def test_the_design_of_the_protection_is_not_told(publication: Path) -> None:
    for name in TITLES:
        page = read_document((publication / FOLDER / f"{name}.html").read_text())
        text = " ".join([*page.loose, *(mark.text for mark in page.marks)]).lower()
        for word in ("variance", "standard deviation", "modulo", "±", "p-table", "noise", "bias"):
            assert word not in text, (name, word)


ABOUT_THE_ADJUSTMENT = {
    f"qa_report.{rule.name}" for rule in risk.EXPECTATIONS if rule.unit is not None
}
"""Every tolerance of risk and utility, found in the suite and not in the list."""


def test_only_public_tolerances_stand_in_the_quality_report(publication: Path) -> None:
    page = read_document((publication / FOLDER / "quality-report.html").read_text())
    told = {m.name.removeprefix("tolerances/") for m in page.marks if "tolerances/" in m.name}
    rows = read_list("tolerances")
    assert told == set(rows.filter(readers="public")["check"])
    assert not {f"qa_report.{name}" for name in told} & ABOUT_THE_ADJUSTMENT
    assert set(list_team_checks()) >= {key.split(".")[1] for key in ABOUT_THE_ADJUSTMENT}


@pytest.mark.parametrize("readers", ["", "team"])
def test_a_tolerance_is_closed_unless_it_says_public(own_lists: OwnLists, readers: str) -> None:
    assert "located_percent" in find_public_evidence(QUARTER)
    own_lists.edit("tolerances.csv", lambda r: [*r[:1], [*r[1][:6], readers, ""], *r[2:]])
    assert "located_percent" in list_team_checks()
    assert "located_percent" not in find_public_evidence(QUARTER)


def test_evidence_stands_beside_the_level_that_was_in_force(
    facts: DocumentFacts, publication: Path
) -> None:
    listed = read_list("tolerances").filter(check="no_nationality_percent").to_dicts()
    before, after = (row["evidence"] for row in sorted(listed, key=lambda r: r["from_quarter"]))
    assert before != after
    told = {
        quarter: find_public_evidence(quarter)["no_nationality_percent"]
        for quarter in (Quarter(2021, 4), Quarter(2022, 1))
    }
    assert told == {Quarter(2021, 4): before, Quarter(2022, 1): after}
    path = publication / FOLDER / "quality-report.html"
    good = path.read_text()
    shown = before if facts.edition.quarter < Quarter(2022, 1) else after
    other = after if shown == before else before
    assert shown in good and other not in good
    path.write_text(good.replace(shown, other))
    try:
        found = find_document_faults(publication, facts.edition, facts.checks, PIPELINE_NAMES)
    finally:
        path.write_text(good)
    assert found["quotations"]


def test_one_closed_row_closes_a_check(own_lists: OwnLists) -> None:
    def close_the_second(rows: list[list[str]]) -> list[list[str]]:
        return [[*r[:6], "", ""] if r[1] == "2022-Q1" else r for r in rows]

    own_lists.edit("tolerances.csv", close_the_second)
    assert "no_nationality_percent" not in find_public_evidence(QUARTER)


@pytest.mark.parametrize("kind", ["checks/qa_report.noise_sd", "tolerances/noise_sd"])
def test_a_quotation_of_what_is_for_the_team_is_found(
    facts: DocumentFacts, publication: Path, kind: str
) -> None:
    """Planted word for word, so that only its being closed makes it wrong."""
    [row] = read_list("tolerances").filter(check="noise_sd").to_dicts()
    sentence = PIPELINE_NAMES.sentences["qa_report.noise_sd"]
    text = row["evidence"] if "tolerances" in kind else sentence
    path = publication / FOLDER / "quality-report.html"
    good = path.read_text()
    path.write_text(good.replace("</h1>", f'</h1><p><span data-quoted="{kind}">{text}</span></p>'))
    try:
        found = find_document_faults(publication, facts.edition, facts.checks, PIPELINE_NAMES)
    finally:
        path.write_text(good)
    assert len(found["quotations"]) == 1


def test_a_principle_kept_by_a_check_for_the_team_is_refused(
    facts: DocumentFacts, tmp_path: Path, own_lists: OwnLists
) -> None:
    own_lists.edit(
        "code_of_practice.csv",
        lambda rows: [
            [field.replace("qa_report.counts_differ", "qa_report.noise_sd") for field in row]
            for row in rows
        ],
    )
    with pytest.raises(PublicationError, match=r"qa_report\.noise_sd"):
        write_documents(facts, tmp_path)


def test_the_fourteen_principles_each_have_a_keeper() -> None:
    listed = [each.principle for each in read_principles()]
    expected = [f"T{n}" for n in range(1, 7)] + [f"Q{n}" for n in range(1, 4)]
    assert listed == expected + [f"V{n}" for n in range(1, 6)]
    known = {"check": PIPELINE_NAMES.sentences, "asset": PIPELINE_NAMES.assets, "document": TITLES}
    for each in read_principles():
        assert each.kept_by
        assert all(keeper.name in known[keeper.kind] for keeper in each.kept_by)


def test_a_principle_kept_by_nothing_that_exists_is_refused(
    facts: DocumentFacts, tmp_path: Path
) -> None:
    fewer = replace(
        facts, checks=tuple(c for c in facts.checks if c.key != "open_data.history_changed")
    )
    with pytest.raises(PublicationError, match=r"kept by the check open_data\.history_changed"):
        write_documents(fewer, tmp_path)
    assert not list(tmp_path.iterdir())


def test_results_are_counted_and_stored(facts: DocumentFacts) -> None:
    found = count_results(facts.checks)
    ran = [check for check in facts.checks if check.asset != "qa_report"]
    assert found["all/ran"] == str(len(ran))
    assert found["all/noticed"] == found["cleaned_records/noticed"] == "1"
    assert found["qa_report/ran"] == "0"
    assert "qa_report" not in facts.checked_assets


def test_changes_are_past_or_planned_by_their_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = changes.read_changes()
    assert len({each.change for each in rows}) == len(rows) == read_list("changes").height
    assert all(each.announced_on <= each.takes_effect_on for each in rows)
    coming = replace(
        rows[0],
        change="coming",
        title="A new table",
        description="A table of years.",
        announced_on=date(2021, 2, 1),
        takes_effect_on=date(2021, 5, 27),
    )
    monkeypatch.setattr(changes, "read_changes", lambda: (*rows, coming))
    assert changes.describe_changes(date(2021, 2, 25), date(2021, 5, 27)) == (
        "A new table: A table of years."
    )
    assert changes.describe_changes(date(2021, 5, 27), date(2021, 7, 1)) == ""
    assert coming not in changes.list_planned_changes(date(2021, 1, 31))
    assert changes.list_planned_changes(date(2021, 2, 25)) == [coming]
    assert changes.list_planned_changes(date(2021, 5, 27)) == []
    assert changes.list_past_changes(date(2021, 5, 27))[0] in (coming, rows[-1])
    assert coming not in changes.list_past_changes(date(2021, 2, 25))
