from nino_assets.statistic.events import KINDS, all_events, discontinuities
from nino_assets.statistic.quarters import Quarter


def test_events_are_in_order_sourced_and_of_a_known_kind() -> None:
    events = all_events()
    assert [e.first_quarter for e in events] == sorted(e.first_quarter for e in events)
    assert len({e.event for e in events}) == len(events)
    for event in events:
        assert event.kind in KINDS
        assert event.source and event.label and event.description.endswith(".")
        assert event.first_quarter <= event.last_quarter


def test_the_2014_discontinuity_covers_its_two_quarters_only() -> None:
    (event,) = discontinuities(Quarter(2014, 3), Quarter(2014, 4))
    assert event.period == "April to September 2014"
    assert [event.covers(Quarter(2014, n)) for n in (1, 2, 3, 4)] == [False, True, True, False]


def test_a_period_across_years_names_both() -> None:
    (event,) = discontinuities(Quarter(2020, 2), Quarter(2020, 4))
    assert event.period == "January 2020 to March 2021"
