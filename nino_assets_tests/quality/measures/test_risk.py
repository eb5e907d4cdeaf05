"""What reviewers see of risk and utility: every figure of the release, beside the verdict it backs.

That each verdict can fail is in `test_suites_publication.py`.
"""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.evaluations import build_evaluation
from nino_assets.quality.measures import risk
from nino_assets.quality.suites import qa_report
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import run_checks
from nino_assets_tests.support.synthetic_build import LATEST


@pytest.fixture
def measured(built: Warehouse) -> pl.DataFrame:
    return built.tables.read_frame("risk_and_utility", LATEST)


@pytest.fixture(scope="module")
def outcomes(built: Warehouse) -> dict[str, CheckResult]:
    names = [expectation.name for expectation in risk.EXPECTATIONS]
    return run_checks(qa_report.SUITE, built, *names)


def test_every_level_and_band_of_the_release_has_its_figure(measured: pl.DataFrame) -> None:
    parts = measured.filter(pl.col("measure") == "parts_do_not_add")["of"].unique().to_list()
    assert sorted(parts) == sorted(risk.LEVELS)
    bands = measured.filter(pl.col("measure") == "noise_mean")["of"].unique().to_list()
    assert set(bands) - {"0"} <= set(risk.BANDS)
    assert len(bands) >= 5, "the build is large enough to try this on"


def test_figures_stand_beside_the_verdict_in_dagster(
    measured: pl.DataFrame, outcomes: dict[str, CheckResult]
) -> None:
    shown: dict[str, float] = {}
    for expectation in risk.EXPECTATIONS:
        metadata = build_evaluation([outcomes[expectation.name]], {}).metadata
        shown |= {
            name: float(str(metadata[name].value))
            for name in expectation.figures
            if name in metadata
        }
    for name, (measure, of) in risk.EVERY_FIGURE.items():
        rows = measured.filter((pl.col("measure") == measure) & (pl.col("of") == of))
        if rows.height:
            weighted = float((rows["value"] * rows["cells"]).sum()) / float(rows["cells"].sum())
            assert shown[name] == pytest.approx(weighted, abs=0.0001), name
        else:
            assert name not in shown
    assert len(shown) > 40


def test_the_figures_of_a_good_release_are_those_of_the_default_design(
    outcomes: dict[str, CheckResult],
) -> None:
    """Nobody is behind a published 1 to 4; on larger counts the spread is about 2.2."""
    spreads = dict(outcomes["noise_sd"].figures)
    assert spreads["sd of noise, counts 20-99"] == pytest.approx(2.24, abs=0.35)
    assert 2.2 < spreads["sd of noise, counts 8-19"] < 3, "up to 10 it is 3"
    behind_five = dict(outcomes["one_behind_five_percent"].figures)
    assert 0 < behind_five["probability of a true 1, published 5"] < 0.5
    behind_zero = dict(outcomes["false_zeros_percent"].figures)
    assert behind_zero["probability of a true 0, published 0"] > 0.2
    assert sum(behind_zero.values()) <= 1
