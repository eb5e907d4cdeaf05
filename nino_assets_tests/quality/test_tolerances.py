"""Tolerances and known breaks are dated, each with its evidence, and in force where they say."""

from __future__ import annotations

import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.quality.known_breaks import explain, list_known_breaks
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.quality.tolerances import Tolerance, list_tolerances
from nino_assets.statistic.events import read_events
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import read_list, read_nationalities

RULES = {rule.name: rule for suite in ALL_SUITES for rule in suite.expectations}


def test_every_tolerance_belongs_to_a_check_and_starts_with_the_series() -> None:
    facts = read_list("tolerances")
    assert set(facts["check"]) <= set(RULES)
    for check in facts["check"].unique():
        dated = list_tolerances(check)
        assert dated[0].since == SERIES_START
        assert len({each.since for each in dated}) == len(dated)
        assert all(each.at_least is not None or each.at_most is not None for each in dated)
        assert all(each.evidence and each.source for each in dated)
        assert not RULES[check].blocks, "a tolerance is for a person to judge"


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
    assert RULES["no_nationality_percent"].explain(Quarter(2021, 2))
    assert not RULES["no_nationality_percent"].explain(Quarter(2020, 2))
    assert RULES["yearly_change_percent"].explain(Quarter(2015, 3))
    assert not RULES["yearly_change_percent"].explain(Quarter(2022, 3))
    assert not list_known_breaks("missing_percent")
    assert explain("no_nationality_percent", Quarter(2021, 2))
