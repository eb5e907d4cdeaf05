"""Tolerances and known breaks are dated, each with its evidence, and in force where they say."""

from __future__ import annotations

import pytest

from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.quality.tolerances import excuses, explained_sub_groups, tolerances
from nino_assets.statistic.events import all_events
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import nationalities, read_facts

RULES = {rule.name: rule for suite in ALL_SUITES for rule in suite.expectations}


def test_every_tolerance_belongs_to_a_check_and_starts_with_the_series() -> None:
    facts = read_facts("tolerances")
    assert set(facts["check"]) <= set(RULES)
    for check in facts["check"].unique():
        dated = tolerances(check)
        assert dated[0].since == SERIES_START
        assert len({each.since for each in dated}) == len(dated)
        assert all(each.at_least is not None or each.at_most is not None for each in dated)
        assert all(each.evidence and each.source for each in dated)
        assert not RULES[check].blocks, "a tolerance is for a person to judge"


DEFINITIONS = {"page_bytes", "line_contrast_percent", "text_contrast_percent"}
"""Laid down by a rule, and no tolerance: the largest page, and WCAG's least contrasts."""


def test_every_level_of_a_warning_is_a_dated_tolerance() -> None:
    """Else a bound is a definition: none of something, at least one, a fixed number of areas."""
    listed = set(read_facts("tolerances")["check"]) | DEFINITIONS
    for name, rule in RULES.items():
        arguments = rule.at(None).arguments
        bounds = (arguments.get(side) for side in ("min_value", "max_value"))
        levels = [bound for bound in bounds if bound is not None and abs(bound) > 15]
        if rule.over == "quarters" and levels:
            assert name in listed, name


def test_the_level_in_force_is_that_of_the_quarter() -> None:
    rule = expect_tolerated("no_nationality_percent", "The share,", "Look.")
    assert rule.at(Quarter(2021, 4)).arguments["max_value"] == 0.5
    assert rule.at(Quarter(2022, 1)).arguments["max_value"] == 2.5
    assert rule.at(None).sentence == "The share, is at most 2.5."
    with pytest.raises(KeyError, match="has no row for unheard_of"):
        tolerances("unheard_of")


def test_known_breaks_are_events_and_excuse_only_warnings_near_them() -> None:
    events = {event.event: event for event in all_events()}
    groups = set(nationalities()["sub_group"])
    for row in read_facts("known_breaks").rows(named=True):
        event = events[row["event"]]
        first, last = (Quarter.parse(row[k]) for k in ("first_quarter", "last_quarter"))
        # A comparison with a year before is touched for a year after the event.
        assert event.first_quarter <= first <= last <= event.last_quarter + 4
        assert not RULES[row["check"]].blocks
        assert row["sub_group"] in groups | {""}
    assert excuses("total_change_percent")
    assert {group for _, group in explained_sub_groups("sub_groups_moved")} <= groups


def test_a_break_excuses_only_the_checks_that_it_explains() -> None:
    assert RULES["no_nationality_percent"].excuse(Quarter(2021, 2))
    assert not RULES["no_nationality_percent"].excuse(Quarter(2020, 2))
    assert RULES["yearly_change_percent"].excuse(Quarter(2015, 3))
    assert not RULES["yearly_change_percent"].excuse(Quarter(2022, 3))
    assert not RULES["missing_percent"].at(None).excuses
