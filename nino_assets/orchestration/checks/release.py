"""The suite of the asset `release`: its gates, each as a blocking check.

Belongs here: turning gates into checks. Does not belong here: the gates (`governance/gates.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from nino_assets.governance.gates import GATES, Facts, red_gates
from nino_assets.quality.engine import Outcome
from nino_assets.quality.rules import none_of
from nino_assets.quality.suite import Suite
from nino_assets.quality.suites.publication import measured
from nino_assets.statistic.quarters import Quarter

RELEASE = "release"


def _measures(desk: Any, quarter: Quarter) -> dict[str, int]:
    return faults_counted(desk.facts(quarter))


def faults_counted(facts: Facts) -> dict[str, int]:
    """How much breaks each gate."""
    red = red_gates(facts)
    return {gate.name: len(red.get(gate.name, ())) for gate in GATES}


release = Suite(
    asset=RELEASE,
    prepare=measured(_measures),
    expectations=tuple(none_of(gate.name, gate.sentence, gate.next_step) for gate in GATES),
)


def outcomes_before(quarter: Quarter, red: Mapping[str, Sequence[str]]) -> list[Outcome]:
    """What the checks find before anything is released, as the asset saw it."""
    return [
        Outcome(
            gate.name,
            quarter,
            passed=gate.name not in red,
            observed=float(len(red.get(gate.name, ()))),
            unexpected=int(gate.name in red),
            unexpected_percent=100.0 * (gate.name in red),
        )
        for gate in GATES
    ]


def desk_of(context: dg.AssetCheckExecutionContext) -> Any:
    """What this suite is handed instead of the warehouse: `ReleaseDesk`."""
    # It asks all other checks, and so needs the registry, which needs this module.
    from nino_assets.orchestration.release_facts import ReleaseDesk  # noqa: PLC0415

    return ReleaseDesk.from_environment(context.resources.warehouse, context.instance)


SUITES = (release,)
