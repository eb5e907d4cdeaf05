"""No table of any page of a publication is cut: at 320 pixels, at a desk, or on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets_tests.support.browser import find_cut_tables
from nino_assets_tests.support.pipeline import Pipeline

pytestmark = pytest.mark.browser

WORDS = "A word that goes on and on, and a number, 1,234,567, and then some more of them"


def test_every_table_of_every_page_fits_or_scrolls(browser: Any, built: Pipeline) -> None:
    pages = sorted((built.data / "publications").rglob("*.html"))
    assert len(pages) >= 8
    assert {"bulletin.html", "coherence-report.html", "qa-report.html"} <= {p.name for p in pages}
    assert [fault for page in pages for fault in find_cut_tables(browser, page)] == []


@pytest.mark.parametrize(
    "style", [".scroll { overflow: visible; }", "@media print { .scroll { overflow: visible; } }"]
)
def test_a_table_that_is_cut_is_seen(browser: Any, tmp_path: Path, style: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        f"<style>td {{ white-space: nowrap }} .scroll {{ overflow-x: auto }} {style}</style>"
        f"<div class=scroll tabindex=0><table><caption>Wide</caption><tr><td>{WORDS}<td>{WORDS}"
        "</table></div>"
    )
    assert any("Wide" in fault for fault in find_cut_tables(browser, page))
