"""A sample of damaged deliveries: right figures, a blocking check, or a refusal."""

from __future__ import annotations

from pathlib import Path

from nino_assets_tests.support.damages.verdict import GOOD, judge_case, list_cases, make_base

EVERY = 307


def test_no_damaged_delivery_ends_in_a_wrong_figure(tmp_path: Path) -> None:
    make_base(tmp_path / "base")
    sample = list(list_cases())[::EVERY]
    ends = {case: judge_case(case, tmp_path / "base", tmp_path / "data") for case in sample}
    assert {"right", "blocked", "refused"} <= set(ends.values()) <= set(GOOD), ends
