"""A refusal is kept in full; of an unexpected error the event log has no message."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from nino_assets.errors import GovernanceError
from nino_assets.orchestration import check_again
from nino_assets.orchestration.decisions import correct, review, sign_off
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.store.folders import Folders

NAME = "Example Surname"
JOBS: dict[str, tuple[ModuleType, str, dg.JobDefinition, dict[str, Any]]] = {
    "review": (
        review,
        "prepare_answer",
        review.review,
        {"quarter": "2020-Q4", "check": "a.b", "by": "A", "decision": "accept", "reason": "B"},
    ),
    "sign_off": (
        sign_off,
        "prepare_signature",
        sign_off.sign_off,
        {"quarter": "2020-Q4", "role": "countersign", "by": "A"},
    ),
    "correct": (
        correct,
        "prepare_correction",
        correct.correct,
        {"quarter": "2020-Q4", "reason": "B", "by": "A"},
    ),
    "check_again": (check_again, "find_checks", check_again.check_again, {"asset": "raw_scan"}),
}


def run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, error: Exception
) -> tuple[str, str]:
    """Run a job in which the error is raised. Returns its refusal, and all that was stored."""
    module, function, job, config = JOBS[name]

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, function, fail)
    (op,) = job.nodes
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            resources={"warehouse": SimpleNamespace(folders=Folders(folder))},
            run_config={
                "ops": {op.name: {"config": config}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            raise_on_error=False,
        )
        assert not result.success
        failure: Any = result.failure_data_for_node(op.name)
        return failure.user_failure_data.description, repr(instance.all_logs(result.run_id))


@pytest.mark.parametrize("name", JOBS)
def test_no_job_stores_the_message_of_an_unexpected_error(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusal, stored = run(monkeypatch, tmp_path, name, ValueError(f"could not parse {NAME}"))
    assert refusal.startswith("ValueError")
    assert NAME not in stored


@pytest.mark.parametrize("name", JOBS)
def test_every_job_stores_a_refusal_in_full(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    error = GovernanceError("It is too late", rule="on time", next_step="be earlier")
    refusal, stored = run(monkeypatch, tmp_path, name, error)
    assert refusal == "It is too late\nRule: on time\nNext: be earlier"
    assert "be earlier" in stored


def test_no_cause_is_chained_to_the_failure() -> None:
    def fail() -> None:
        try:
            raise ValueError(NAME)
        except ValueError as error:
            raise KeyError(NAME) from error

    with pytest.raises(dg.Failure) as failed:
        redact_errors(fail)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    assert not failed.value.allow_retries


def test_an_interruption_passes() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        redact_errors(interrupt)
