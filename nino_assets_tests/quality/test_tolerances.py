"""Tolerances and known breaks are dated, each with its evidence, and in force where they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.quality import known_breaks
from nino_assets.quality.known_breaks import KnownBreak, explain, list_known_breaks
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suite import (
    Expectation,
)
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.quality.tolerances import Tolerance, list_tolerances
from nino_assets.statistic.events import read_events
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import read_list, read_nationalities
from nino_assets_tests.support.own_lists import OwnLists
from nino_assets_tests.support.tiny_suite import (
    BETWEEN,
    GOOD,
    Q3,
    Q4,
    make_rule,
    make_suite,
    run_rules,
    set_tolerances,
)

RULES = {rule.name: rule for suite in ALL_SUITES for rule in suite.expectations}


BLOCKING = {
    *("rejected_limit_percent", "lone_cells_percent", "pair_cells_percent", "place_lost_percent"),
    *(f"{column}_lost_percent" for column in ("nationality", "age", "lag", "sex")),
}
"""Levels beyond which the figures themselves would be wrong, or would tell of persons."""


def test_every_tolerance_belongs_to_a_check_and_starts_with_the_series() -> None:
    facts = read_list("tolerances")
    assert set(facts["check"]) <= set(RULES)
    for check in facts["check"].unique():
        dated = list_tolerances(check)
        assert dated[0].since == SERIES_START
        assert len({each.since for each in dated}) == len(dated)
        assert all(each.at_least is not None or each.at_most is not None for each in dated)
        assert all(each.evidence and each.source for each in dated)
        assert RULES[check].blocks == (check in BLOCKING), "a tolerance is for a person to judge"


DEFINITIONS = {"page_bytes", "line_contrast_percent", "text_contrast_percent"}
"""Laid down by a rule, and no tolerance: the largest page, and WCAG's least contrasts."""


def test_every_level_of_a_warning_is_a_dated_tolerance() -> None:
    """Else a bound is a definition: none of something, at least one, a fixed number of areas."""
    listed = set(read_list("tolerances")["check"]) | DEFINITIONS
    for name, rule in RULES.items():
        bounds = (rule.find_form(None).arguments.get(side) for side in ("min_value", "max_value"))
        levels = [bound for bound in bounds if bound is not None and abs(bound) > 15]
        if rule.over == "quarters" and levels:
            assert name in listed, name


def test_the_level_in_force_is_that_of_the_quarter() -> None:
    rule = expect_tolerated("no_nationality_percent", "The share", "Look.", unit="%")
    assert rule.find_form(Quarter(2021, 4)).arguments["max_value"] == 0.5
    assert rule.find_form(Quarter(2022, 1)).arguments["max_value"] == 2.5
    assert rule.find_form(None).sentence == "The share is at most 2.5%."
    with pytest.raises(ReferenceListError, match="there is no row for the check unheard_of"):
        list_tolerances("unheard_of")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, 5.0, "is at most 5%"),
        (0.5, None, "is at least 0.5%"),
        (-35.0, 85.0, "lies between -35% and 85%"),
        (0.0, 0.0, "is 0%"),
    ],
)
def test_a_tolerance_reads_as_a_sentence(low: float | None, high: float | None, words: str) -> None:
    assert Tolerance(SERIES_START, low, high, "evidence", "source").describe("%") == words


def test_known_breaks_are_events_and_excuse_only_warnings_near_them() -> None:
    events = {event.event: event for event in read_events()}
    groups = set(read_nationalities()["sub_group"])
    for row in read_list("known_breaks").rows(named=True):
        event = events[row["event"]]
        first, last = (Quarter.parse(row[k]) for k in ("first_quarter", "last_quarter"))
        # A comparison with a year before is touched for a year after the event.
        assert event.first_quarter <= first <= last <= event.last_quarter + 4
        assert not RULES[row["check"]].blocks
        assert row["sub_group"] in groups | {""}
    assert list_known_breaks("total_change_percent")
    assert {each.sub_group for each in list_known_breaks("sub_groups_moved")} <= groups | {""}


def test_a_break_explains_only_the_checks_of_its_rows() -> None:
    assert RULES["no_nationality_percent"].explain(Quarter(2021, 2), 5)
    assert not RULES["no_nationality_percent"].explain(Quarter(2020, 2), 5)
    assert RULES["yearly_change_percent"].explain(Quarter(2015, 3), -22)
    assert not RULES["yearly_change_percent"].explain(Quarter(2022, 3), -22)
    assert not list_known_breaks("missing_percent")
    assert explain("no_nationality_percent", Quarter(2021, 2), 5)


def test_an_excuse_ends_at_its_own_bound() -> None:
    # About 5% were unknown in 2021; nobody said that 17.2% would be.
    rule, quarter = RULES["no_nationality_percent"], Quarter(2021, 3)
    assert rule.explain(quarter, 8)
    assert not rule.explain(quarter, 8.1)
    assert not rule.explain(quarter, 17.2)
    for row in read_list("known_breaks").rows(named=True):
        assert row["at_least"] or row["at_most"], row


def tolerated(name: str = "ages") -> Expectation:
    return expect_tolerated(name, "The sum of ages", "Look.", unit=" years")


def test_a_tolerance_is_the_one_of_its_quarter_and_an_explanation_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_tolerances(monkeypatch, (Q3 - 1, 10), (Q4, 100))
    known = KnownBreak(first=Q3 - 1, last=Q3 - 1, sub_group="", words="It was known.")
    monkeypatch.setattr(known_breaks, "_read_list", lambda: (("ages", known),))
    quarters = [Q3 - 2, Q3 - 1, Q3, Q4]
    records = [(quarter.label, 1, "Male", 50, "Ann") for quarter in quarters]
    judged = make_suite(tolerated())
    found = run_rules(judged, records, quarters)
    assert [(o.passed, o.explanation, o.sentence) for o in found] == [
        (False, None, "The sum of ages is at most 10 years."),
        (True, "It was known.", "The sum of ages is at most 10 years."),
        (False, None, "The sum of ages is at most 10 years."),
        (True, None, "The sum of ages is at most 100 years."),
    ]
    assert [o.status for o in found] == ["Warning", "Explained", "Warning", "Passed"]
    for result, quarter in zip(found, quarters, strict=True):
        assert run_rules(judged, records, [quarter]) == [result]


def test_a_broken_list_fails_the_check_that_needs_it_and_no_other(own_lists: OwnLists) -> None:
    path = own_lists.edit("tolerances.csv", lambda rows: [*rows[:2], ["ages", *rows[2][1:-1]]])
    rules = make_suite(make_rule("fine", BETWEEN, column="age", min_value=15), tolerated())
    for quarters in ([Q4], [Q3, Q4]):
        results = run_rules(rules, GOOD, quarters)
        assert {(o.name, o.passed) for o in results} == {("fine", True), ("ages", False)}
        [error] = {o.error for o in results if o.name == "ages"}
        assert error is not None
        told, rule, next_step = error.split("\n")
        assert f"{path}: row 3: " in told
        assert rule.startswith("Rule: ") and next_step.startswith("Next: ")


def test_a_broken_list_of_known_breaks_fails_what_it_might_explain(
    own_lists: OwnLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_tolerances(monkeypatch, (Q3, 60))
    own_lists.write("known_breaks.csv", "broken\n")
    third, fourth = run_rules(make_suite(tolerated()), GOOD, [Q3, Q4])
    assert (third.passed, third.error) == (True, None)
    assert not fourth.passed
    assert "known_breaks.csv" in str(fourth.error)


def test_nothing_explains_what_blocks(own_lists: OwnLists, monkeypatch: pytest.MonkeyPatch) -> None:
    set_tolerances(monkeypatch, (Q3, 60))
    own_lists.write("known_breaks.csv", "never read\n")
    blocking = replace(tolerated(), severity="block")
    third, fourth = run_rules(make_suite(blocking), GOOD, [Q3, Q4])
    assert (third.passed, third.error) == (True, None)
    assert (fourth.passed, fourth.explanation, fourth.error) == (False, None, None)
