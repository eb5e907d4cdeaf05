"""No percentage on a base under the threshold in force, in any form that shows one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nino_assets.publishing.workbook.symbols import show_change, show_difference
from nino_assets.statistic.percentages import (
    NO_PERCENTAGE,
    find_smallest_base,
    is_percentage_base,
)
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets_tests.support.own_lists import OwnLists

Q4 = Quarter(2020, 4)
COUNTS = st.integers(0, 2_000_000)


@given(earlier=COUNTS | st.integers(90, 110), later=COUNTS)
def test_a_change_is_a_percentage_exactly_where_its_base_allows_one(
    earlier: int, later: int
) -> None:
    shown = show_change(earlier, later, Q4)
    if earlier < 100 or later == 0:
        assert shown == NO_PERCENTAGE
    else:
        assert isinstance(shown, float)
        assert round(shown * earlier) == later - earlier


@given(earlier=st.integers(1, 99), later=st.integers(1, 2_000_000))
def test_where_no_percentage_is_given_the_difference_is(earlier: int, later: int) -> None:
    assert show_difference(earlier, later) == later - earlier


def test_the_threshold_is_that_of_the_edition(own_lists: OwnLists) -> None:
    assert find_smallest_base(SERIES_START) == find_smallest_base(Q4) == 100
    own_lists.edit(
        "percentage_bases.csv", lambda rows: [*rows, ["2020-Q4", "250", "a later decision"]]
    )
    assert [find_smallest_base(q) for q in (Q4 - 1, Q4, Q4 + 1)] == [100, 250, 250]
    assert not is_percentage_base(249, Q4) and is_percentage_base(250, Q4)
    assert is_percentage_base(249, Q4 - 1)
