"""No user sees DuckDB's report to its developers; every user sees what went wrong."""

from __future__ import annotations

import subprocess
import sys

RUN_A_CHECK = """
from nino_assets_tests.support.tiny_suite import (
    BETWEEN, GOOD, Q4, make_rule, make_suite, run_rules,
)
rule = make_rule("x", BETWEEN, column="age", min_value=15)
assert run_rules(make_suite(rule), GOOD, [Q4])[0].passed
"""


def finish(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_process_that_checked_ends_without_a_word() -> None:
    ended = finish(RUN_A_CHECK)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "")


def test_a_process_that_fails_says_why_and_how() -> None:
    ended = finish(RUN_A_CHECK + "raise ValueError('seen')")
    assert ended.returncode == 1
    assert ended.stderr.endswith("ValueError: seen\n")
    assert "leaked" not in ended.stderr
