import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.events import (
    find_breaks,
    find_discontinuities,
    find_events,
    read_events,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.own_lists import OwnLists


def test_events_are_in_order_and_sourced() -> None:
    events = read_events()
    assert [e.first_quarter for e in events] == sorted(e.first_quarter for e in events)
    assert len({e.event for e in events}) == len(events)
    for event in events:
        assert event.source and event.label and event.description.endswith(".")
        assert event.first_quarter <= event.last_quarter


def test_an_event_that_a_team_adds_stands_in_its_place(own_lists: OwnLists) -> None:
    before = read_events()
    added = ["strike", "2009-Q2", "2009-Q2", "", "Strike", "Offices closed.", "operational"]
    added += ["", "", "", "Us"]
    own_lists.edit("events.csv", lambda rows: [*rows, added])
    events = read_events()
    assert [e.first_quarter for e in events] == sorted(e.first_quarter for e in events)
    assert [e.event for e in find_events(Quarter(2009, 1), Quarter(2009, 4))] == ["strike"]
    assert [e for e in events if e.event != "strike"] == list(before)


def test_the_2014_discontinuity_covers_its_two_quarters_only() -> None:
    (event,) = find_discontinuities(Quarter(2014, 3), Quarter(2014, 4))
    assert event.period == "April to September 2014"
    assert [event.covers(Quarter(2014, n)) for n in (1, 2, 3, 4)] == [False, True, True, False]


def test_a_period_across_years_names_both() -> None:
    (event,) = find_discontinuities(Quarter(2020, 2), Quarter(2020, 4))
    assert event.period == "January 2020 to March 2021"


def test_a_shift_between_quarters_leaves_a_year_that_holds_them_all() -> None:
    [event] = [each for each in read_events() if each.event == "nino-recording-2014"]
    disturbed = [
        last.label
        for last in Quarter(2014, 1).list_until(Quarter(2015, 4))
        if event.is_break_in(last - 3, last, by_nationality=False)
    ]
    assert disturbed == ["2014-Q2", "2015-Q2"]


def test_a_break_by_nationality_leaves_the_total() -> None:
    in_2021 = Quarter(2021, 2), Quarter(2021, 4)
    assert find_breaks(*in_2021, by_nationality=False) == ()
    assert [e.event for e in find_breaks(*in_2021, by_nationality=True)] == [
        "unknown-nationality-2021"
    ]


def test_a_break_says_its_scope_and_its_year() -> None:
    found = [event for event in read_events() if event.is_discontinuity]
    assert all(
        event.scope and str(event.first_quarter.year) in event.description for event in found
    )
    assert not any(event.scope for event in read_events() if not event.is_discontinuity)


@pytest.mark.parametrize("scope", [["", "", ""], ["all", "count", "lower"]])
def test_a_break_without_scope_or_year_is_refused(own_lists: OwnLists, scope: list[str]) -> None:
    added = ["strike", "2009-Q2", "2009-Q2", "", "Strike", "Offices closed.", "discontinuity"]
    own_lists.edit("events.csv", lambda rows: [*rows, [*added, *scope, "Us"]])
    with pytest.raises(ReferenceListError, match="discontinuity"):
        read_events()
