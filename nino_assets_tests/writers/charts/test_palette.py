from __future__ import annotations

from itertools import pairwise

import pytest

from nino_assets.writers.charts import palette


def test_contrast_is_that_of_wcag() -> None:
    assert palette.compute_contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.compute_contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert palette.compute_contrast("#12436D", "#FFFFFF") == pytest.approx(10.25, abs=0.01)
    assert palette.compute_contrast("#801650", "#12436D") == pytest.approx(1.05, abs=0.01)


def test_series_stand_out_from_white_and_from_their_neighbours() -> None:
    assert all(palette.compute_contrast(c, palette.WHITE) >= 3 for c in palette.CATEGORICAL)
    assert all(palette.compute_contrast(a, b) >= 3 for a, b in pairwise(palette.CATEGORICAL))
    assert palette.compute_contrast(palette.TEXT, palette.SHADE) >= 4.5
    assert palette.compute_contrast(palette.MUTED_TEXT, palette.WHITE) >= 4.5


def test_each_series_has_a_dash_of_its_own() -> None:
    assert len(set(palette.DASHES)) == len(set(palette.PLOTLY_DASHES)) == palette.MAX_SERIES == 4
