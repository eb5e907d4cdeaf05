"""A trend is a picture with words, small in the report and whole in the web UI."""

from __future__ import annotations

from base64 import b64decode
from xml.etree import ElementTree

import pytest

from nino_assets.publishing.qa_report.trend_pictures import (
    describe_trend,
    draw_small_trend,
    draw_trend_markdown,
)
from nino_assets_tests.support.qa_report import HISTORY


def test_a_trend_is_a_picture_with_words() -> None:
    assert draw_small_trend(()) == ""
    assert describe_trend(()) == "The asset has no quarters"
    assert describe_trend(HISTORY[:1]) == "Never run"
    drawn = draw_small_trend(HISTORY)
    assert drawn.count("<circle") == 2
    assert drawn.count("<path") == 1


def test_the_picture_in_the_web_ui_has_figures_quarters_and_the_tolerance() -> None:
    words = describe_trend(HISTORY)
    image = draw_trend_markdown(HISTORY, None, 1)
    alternative, data = image.removesuffix(")").split("](data:image/svg+xml;base64,")
    assert alternative == f"![{words}"
    drawing = ElementTree.fromstring(b64decode(data))
    shown = ["".join(each.itertext()) for each in drawing.iter() if each.tag.endswith("text")]
    assert shown == ["3", "0.25", "2020-Q2", "2020-Q4"]
    [_, tolerated] = [each for each in drawing.iter() if each.tag.endswith("rect")]
    # From 0.25 to 3, the bound of 1 lies 3/11 of the way up; below it all is tolerated.
    assert float(tolerated.get("height", 0)) == pytest.approx(86 * 3 / 11, abs=0.1)
    assert len(data) < 2500
