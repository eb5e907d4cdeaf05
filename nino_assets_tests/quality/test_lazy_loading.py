"""A module that nothing uses does not load, and loads when it is used."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from nino_assets_tests.support.tiny_suite import (
    BETWEEN, GOOD, Q4, make_rule, make_suite, run_rules,
)
rule = make_rule("x", BETWEEN, column="age", min_value=15)
assert run_rules(make_suite(rule), GOOD, [Q4])[0].passed
assert "great_expectations" in sys.modules
assert "scipy.stats._stats_py" not in sys.modules
from scipy import stats
assert abs(stats.norm.cdf(1.96) - 0.975) < 1e-4
assert "scipy.stats._stats_py" in sys.modules
"""
LOADED_BEFORE = """
import sys
from scipy import stats
from nino_assets.quality.lazy_loading import load_lazily
load_lazily("scipy.stats")
assert sys.modules["scipy.stats"] is stats
"""


def run(script: str) -> None:
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_great_expectations_loads_without_what_no_suite_uses() -> None:
    run(SCRIPT)


def test_a_module_that_is_loaded_stays_as_it_is() -> None:
    run(LOADED_BEFORE)
