"""A sample of damaged deliveries: right figures, a blocking check, or a refusal."""

from __future__ import annotations

from pathlib import Path

from nino_assets_tests.support.damaged_deliveries import judge_case, list_cases

EVERY = 239


def test_no_damaged_delivery_ends_in_a_wrong_figure(tmp_path: Path) -> None:
    sample = list(list_cases())[::EVERY]
    outcomes = {case: judge_case(case, tmp_path / "data") for case in sample}
    assert set(outcomes.values()) == {"right", "blocked", "refused"}, outcomes
