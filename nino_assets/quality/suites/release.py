"""The suite of release: its gates, each as a blocking check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.gate_facts import ReleaseFacts
from nino_assets.governance.gates import GATES, find_red_gates
from nino_assets.quality.measures.files import measure_files
from nino_assets.quality.results import build_result
from nino_assets.quality.rules import expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter

RELEASE = "release"


class CollectsFacts(Protocol):
    """What this suite is run on: it collects the gates' facts."""

    def collect_facts(self, quarter: Quarter) -> ReleaseFacts: ...


def _measure(subject: CollectsFacts, quarter: Quarter) -> dict[str, int]:
    """How much breaks each gate."""
    red = find_red_gates(subject.collect_facts(quarter))
    return {gate.name: len(red.get(gate.name, ())) for gate in GATES}


SUITE = Suite(
    asset=RELEASE,
    prepare=measure_files(_measure),
    expectations=tuple(expect_none(gate.name, gate.sentence, gate.next_step) for gate in GATES),
)


def build_results(quarter: Quarter, red: Mapping[str, Sequence[str]]) -> list[CheckResult]:
    """What the checks find before a release, from its red gates."""
    return [
        build_result(
            RELEASE,
            rule,
            quarter,
            passed=rule.name not in red,
            observed=float(len(red.get(rule.name, ()))),
            unexpected=int(rule.name in red),
            unexpected_percent=100.0 * (rule.name in red),
        )
        for rule in SUITE.expectations
    ]
