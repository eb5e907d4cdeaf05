"""Bands follow on from each other, and their labels say the bounds that they are declared with."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from nino_assets.statistic import vocabulary as v

LONGEST = {"month": 31, "year": 366}
"""Days in the longest month and year: a lag of less than these is within it."""


@pytest.mark.parametrize("bands", [v.AGE_BANDS_IN_YEARS, v.ARRIVAL_LAGS_IN_DAYS])
def test_bands_begin_at_nought_and_ascend(bands: tuple[v.Band, ...]) -> None:
    assert bands[0].first == 0
    assert all(band.first < following.first for band, following in pairwise(bands))
    assert len({band.label for band in bands} | {v.UNKNOWN}) == len(bands) + 1


def test_the_label_of_an_age_band_names_its_first_and_last_year() -> None:
    first, *middle, last = v.AGE_BANDS_IN_YEARS
    assert first.label == f"Less than {middle[0].first}"
    assert last.label == f"{last.first} or over"
    for band, following in pairwise((*middle, last)):
        assert band.label == f"{band.first}-{following.first - 1}"


def test_the_label_of_a_lag_agrees_with_its_days() -> None:
    for band in v.ARRIVAL_LAGS_IN_DAYS[1:]:
        words = re.fullmatch(r"(?:Over )?(\d+)(?: to \d+)? (month|year)s?", band.label)
        assert words, band.label
        # The band begins where no span of so many months or years can be longer.
        number, unit = int(words[1]), words[2]
        shortest = number * (30 if unit == "month" else 365)
        assert shortest < band.first <= number * LONGEST[unit]


def test_the_last_label_of_each_list_is_for_what_is_unknown() -> None:
    for labels in (v.AGE_BANDS, v.SEXES, v.ARRIVAL_LAGS):
        assert labels.index(v.UNKNOWN) == len(labels) - 1
