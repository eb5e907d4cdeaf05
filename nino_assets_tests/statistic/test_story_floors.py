"""A difference is told from the floor in force on, and never below it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.commentary_lists import STORIES
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.story_floors import find_floor, is_story
from nino_assets_tests.support.own_lists import OwnLists

EDITION = Quarter(2020, 4)
COUNTS = st.integers(0, 2_000_000)


@given(story=st.sampled_from(STORIES), figure=COUNTS, other=COUNTS | st.integers(0, 500))
def test_a_story_reaches_its_people_and_its_per_cent(story: str, figure: int, other: int) -> None:
    people, percent = find_floor(story, EDITION)
    told = is_story(story, figure, other, EDITION)
    assert told == (abs(figure - other) >= max(float(people), float(percent) * other / 100))
    assert not is_story(story, other, other, EDITION)


def test_the_floor_is_that_of_the_edition(own_lists: OwnLists) -> None:
    added = ["record", "2021-Q1", "5000", "2", "a decision"]
    own_lists.edit("story_floors.csv", lambda rows: [*rows, added])
    assert find_floor("record", Quarter(2020, 4))[0] < find_floor("record", Quarter(2021, 1))[0]
    assert not is_story("record", 104_999, 100_000, Quarter(2021, 1))


def test_a_floor_that_begins_late_is_refused(own_lists: OwnLists) -> None:
    own_lists.edit(
        "story_floors.csv",
        lambda rows: (
            [r for r in rows if r[0] != "record"]
            + [["record", "2021-Q1", "5000", "2", "a decision"]]
        ),
    )
    with pytest.raises(ReferenceListError):
        find_floor("record", EDITION)
