"""Who has pre-release access, who drops out and why, and when the window opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nino_assets.governance.pre_release_access import (
    RULES,
    AccessRules,
    AccessStanding,
    ListEntry,
    find_access_window,
    has_name,
    judge_entries,
    list_published_posts,
)
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)
RELEASED = datetime(2021, 2, 25, 9, 30, tzinfo=ZoneInfo("Europe/London"))
TEAM = AccessRules(organisations=("Department for Work and Pensions",), most_people=10)
GOOD = ListEntry(
    job_title="Director of Analysis",
    organisation="Department for Work and Pensions",
    name="Alex Example",
    reason="Answers questions at release",
    business_case="PRA-1",
    approved_on="2020-01-28",
    confirmed_for="2020-Q4",
)


def standing(*entries: ListEntry, earlier: tuple[ListEntry, ...] = ()) -> list[AccessStanding]:
    return judge_entries(entries, earlier, quarter=QUARTER, released_at=RELEASED, rules=TEAM)


def test_an_entry_in_order_is_listed() -> None:
    before = replace(GOOD, confirmed_for="2020-Q3")
    assert standing(GOOD) == [AccessStanding.LISTED]
    assert standing(GOOD, earlier=(before,)) == [AccessStanding.LISTED]
    assert standing() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"organisation": "Home Office"}, AccessStanding.OUTSIDE),
        ({"organisation": ""}, AccessStanding.OUTSIDE),
        ({"job_title": ""}, AccessStanding.INCOMPLETE),
        ({"name": ""}, AccessStanding.INCOMPLETE),
        ({"reason": ""}, AccessStanding.INCOMPLETE),
        ({"business_case": ""}, AccessStanding.INCOMPLETE),
        ({"job_title": "Director (Example, Alex)"}, AccessStanding.NAMED),
        ({"approved_on": ""}, AccessStanding.UNAPPROVED),
        ({"approved_on": "2021-02-25"}, AccessStanding.UNAPPROVED),
        ({"approved_on": "2021-02-24"}, AccessStanding.LISTED),
        ({"confirmed_for": ""}, AccessStanding.UNCONFIRMED),
        ({"confirmed_for": "2020-Q3"}, AccessStanding.UNCONFIRMED),
        ({"organisation": "department for  work and pensions"}, AccessStanding.LISTED),
    ],
)
def test_the_first_reason_that_applies(change: dict[str, str], expected: AccessStanding) -> None:
    assert standing(replace(GOOD, **change)) == [expected]


@pytest.mark.parametrize("field", ["name", "job_title", "reason"])
def test_a_change_needs_a_new_business_case(field: str) -> None:
    before = replace(GOOD, confirmed_for="2020-Q3")
    changed = replace(GOOD, **{field: "Somebody or something else"})
    assert standing(changed, earlier=(before,)) == [AccessStanding.CHANGED]
    anew = replace(changed, business_case="PRA-2")
    assert standing(anew, earlier=(before,)) == [AccessStanding.LISTED]


def test_a_change_stays_a_change_in_later_quarters() -> None:
    """The entry that dropped out last quarter approves nobody: the first approved one counts."""
    first = replace(GOOD, confirmed_for="2020-Q2")
    changed = replace(GOOD, name="Sam Other")
    earlier = (first, replace(changed, confirmed_for="2020-Q3"))
    assert standing(changed, earlier=earlier) == [AccessStanding.CHANGED]
    assert standing(GOOD, earlier=earlier) == [AccessStanding.LISTED]


def test_an_entry_that_was_never_approved_binds_nobody() -> None:
    before = replace(GOOD, name="Sam Other", approved_on="")
    assert standing(GOOD, earlier=(before,)) == [AccessStanding.LISTED]


def test_a_business_case_is_for_one_person() -> None:
    other = replace(GOOD, name="Sam Other", business_case="pra-1 ")
    third = replace(GOOD, business_case="PRA-3")
    assert standing(GOOD, other, third) == [
        AccessStanding.REPEATED,
        AccessStanding.REPEATED,
        AccessStanding.LISTED,
    ]


@pytest.mark.parametrize("day", [RELEASED, datetime(2020, 8, 27, 9, 30, tzinfo=RELEASED.tzinfo)])
def test_the_window_opens_exactly_24_hours_before(day: datetime) -> None:
    opens, ends = find_access_window(day)
    assert ends == day
    assert ends.astimezone(UTC) - opens.astimezone(UTC) == timedelta(hours=24)


def test_24_hours_are_24_hours_when_the_clocks_change() -> None:
    day = datetime(2021, 3, 28, 9, 30, tzinfo=RELEASED.tzinfo)
    opens, _ = find_access_window(day)
    assert (opens.day, opens.hour, opens.minute) == (27, 8, 30)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Alex Example", "Director, Alex EXAMPLE", True),
        ("Alex Example", "Example-Alex's office", True),
        ("Alex Example", "Director for example", False),
        ("", "Director", False),
        ("Zoë Müller", "Müller Zoë", True),
    ],
)
def test_a_name_is_found_in_any_order(name: str, text: str, found: bool) -> None:
    assert has_name(name, text) is found


def test_what_is_published_has_no_names_and_a_row_a_person() -> None:
    rows = list_published_posts(
        [GOOD, replace(GOOD, name="Sam Other"), replace(GOOD, job_title="A")]
    )
    assert rows == [
        ("A", GOOD.organisation),
        (GOOD.job_title, GOOD.organisation),
        (GOOD.job_title, GOOD.organisation),
    ]


def test_every_standing_is_explained() -> None:
    assert set(RULES) == set(AccessStanding) - {AccessStanding.LISTED}
