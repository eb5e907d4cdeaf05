"""A decision that its job would refuse is refused before its run, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from nino_assets.governance.decision_log import locate_log
from nino_assets.orchestration import check_again
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.decisions import correct, review, revise, sign_off
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.orchestration.launch_rules import LaunchRules
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.left_verdicts import QUARTER, judge, materialise

EXAMPLES = {
    "review": review.EXAMPLE,
    "sign_off": sign_off.EXAMPLE,
    "correct": correct.EXAMPLE,
    "revise": revise.EXAMPLE,
    "check_again": check_again.EXAMPLE,
}
ANSWER = {
    "quarter": "2020-Q4",
    "check": "cleaned_records.unlisted_types",
    "decision": "accept",
    "reason": "The supplier explained it",
    "by": "A Reviewer",
}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return Folders(tmp_path)


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def ask(rules: LaunchRules, job: str, op: str, **config: Any) -> str:
    """Why a launch is refused, blank where it is not."""
    return str(rules.find_refusal(job, {"ops": {op: {"config": config}}}, "") or "")


@pytest.mark.parametrize("job", EXAMPLES)
def test_a_launchpad_opens_with_an_example_and_described_fields(job: str) -> None:
    resolved = defs.resolve_job_def(job)
    assert resolved.run_config == EXAMPLES[job]
    assert dg.validate_run_config(resolved, EXAMPLES[job])
    [op] = resolved.nodes
    shape = op.definition.config_schema.config_type.fields  # type: ignore[union-attr]
    assert all(field.description for field in shape.values())


def test_choices_are_an_enumeration() -> None:
    for job, op, name in (
        (review.review, "record_answer", "decision"),
        (sign_off.sign_off, "record_signature", "role"),
    ):
        config = {**EXAMPLES[job.name]["ops"][op]["config"], name: "perhaps"}
        with pytest.raises(dg.DagsterInvalidConfigError, match="not in enum type"):
            dg.validate_run_config(job, {"ops": {op: {"config": config}}})


@pytest.mark.parametrize("job", [job for job in EXAMPLES if job != "check_again"])
def test_an_example_that_is_not_filled_in_is_refused(
    job: str, instance: dg.DagsterInstance, folders: Folders
) -> None:
    refusal = LaunchRules(instance, folders).find_refusal(job, EXAMPLES[job], "")
    assert refusal and refusal.next_step


def test_what_a_decision_lacks_is_said_before_its_run(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    materialise(instance)
    judge(instance, "unlisted_types", passed=False, observed=3.0)
    rules = LaunchRules(instance, folders)
    runs = instance.get_runs_count()
    assert ask(rules, "review", "record_answer", **ANSWER) == ""
    for wrong in ({"reason": ""}, {"check": "cleaned_records.no_check"}, {"quarter": "2019-Q4"}):
        assert "Next: " in ask(rules, "review", "record_answer", **{**ANSWER, **wrong})
    assert "Next: " in ask(rules, "check_again", "judge_again", asset="nothing", checks=[])
    assert ask(rules, "check_again", "judge_again", asset="raw_scan", quarter="2020-Q4") == ""
    assert instance.get_runs_count() == runs
    assert not locate_log(folders.warehouse).exists()


@pytest.mark.parametrize(
    "config", [{}, {"ops": []}, {"ops": {"x": {}}}, {"ops": {"x": {"config": {"quarter": 1}}}}]
)
def test_what_is_no_configuration_is_left_to_dagster(
    config: dict[str, Any], instance: dg.DagsterInstance, folders: Folders
) -> None:
    assert LaunchRules(instance, folders).find_refusal("review", config, "") is None


def test_a_publication_needs_the_cells_of_its_quarter(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    tables = open_warehouse(folders).tables
    cells = pa.table({"registrations": pa.array([1], pa.int64())})
    tables.write("perturbed_cubes", cells.to_reader(), QUARTER)
    [missing] = LaunchRules(instance, folders).find_missing_cells([QUARTER - 1, QUARTER])
    assert missing.what == "2020-Q3 has no cells"
