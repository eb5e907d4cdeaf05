"""Changes of the statistics are past or planned by the days that their list gives."""

from __future__ import annotations

from datetime import date, timedelta

from nino_assets.statistic.changes import (
    describe_changes,
    list_past_changes,
    list_planned_changes,
    read_changes,
)
from nino_assets_tests.support.own_lists import OwnLists

ADDED = ["new", "2030-01-10", "2030-02-28", "February 2030", "New tables", "By month.", "The team"]


def test_each_change_is_past_from_the_day_it_takes_effect() -> None:
    every = read_changes()
    assert [c.takes_effect_on for c in every] == sorted(c.takes_effect_on for c in every)
    for change in every:
        assert change in list_past_changes(change.takes_effect_on)
        assert change not in list_past_changes(change.takes_effect_on - timedelta(days=1))


def test_a_change_that_a_team_announces_is_planned_until_it_takes_effect(
    own_lists: OwnLists,
) -> None:
    own_lists.edit("changes.csv", lambda rows: [*rows, ADDED])
    planned = {
        day: [change.change for change in list_planned_changes(day)]
        for day in (date(2030, 1, 9), date(2030, 1, 10), date(2030, 2, 27), date(2030, 2, 28))
    }
    assert list(planned.values()) == [[], ["new"], ["new"], []]
    assert describe_changes(date(2030, 2, 27), date(2030, 2, 28)) == "New tables: By month."
    assert describe_changes(date(2030, 2, 28), date(2030, 5, 30)) == ""
    assert list_past_changes(date(2030, 2, 28))[0].change == "new"
