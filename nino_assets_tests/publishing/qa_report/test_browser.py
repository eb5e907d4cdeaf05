"""The pages of the report in a browser: axe-core, reflow, and no request to anywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nino_assets.publishing.qa_report.qa_page import (
    build_qa_page,
    build_risk_page,
    build_summary_page,
)
from nino_assets.publishing.qa_report.report import Report
from nino_assets_tests.support.browser import DESKTOP, PHONE, find_violations, open_page
from nino_assets_tests.support.qa_report import ANSWER, GOOD, WARNING, replace_results


def _build_page(report: Report, page: str) -> str:
    known = replace(
        GOOD, name="known", severity="warn", explanation="Interviews suspended: few came."
    )
    full = replace_results(report, GOOD, WARNING, known, answers={WARNING.key: ANSWER})
    measures = {"cube": ["a"], "measure": ["changed"], "of": ["1-4"], "cells": [9], "value": [0.5]}
    pages = {
        "report": lambda: build_qa_page(full),
        "summary": lambda: build_summary_page(full),
        "restricted": lambda: build_risk_page(report.edition, pl.DataFrame(measures)),
    }
    return pages[page]()


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("page", ["report", "summary", "restricted"])
def test_axe_finds_nothing(
    browser: Any, report: Report, tmp_path: Path, page: str, width: int
) -> None:
    path = tmp_path / "page.html"
    path.write_text(_build_page(report, page), encoding="utf-8")
    opened, requests = open_page(browser, path, width=width)
    violations, passes = find_violations(opened)
    across = opened.evaluate("document.documentElement.scrollWidth")
    opened.context.close()
    assert violations == []
    assert passes > 15
    assert across <= width
    assert requests == [path.as_uri()]
