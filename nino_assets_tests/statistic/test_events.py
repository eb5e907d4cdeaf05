from nino_assets.statistic.events import find_discontinuities, find_events, read_events
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
    added = ["strike", "2009-Q2", "2009-Q2", "", "Strike", "Offices closed.", "operational", "Us"]
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
