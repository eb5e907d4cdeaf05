"""Answers leave a check as it was found, and only warnings that stand can be answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.errors import GovernanceError, NinoError, WarehouseError
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.review_log import Answer, list_unanswered
from nino_assets.orchestration.check_results import list_warnings, read_check_histories
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.dagster_internals import (
    read_latest_evaluations,
)
from nino_assets.orchestration.decisions.review import ReviewConfig, give_answer
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.quality.suites import cleaned_records
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.left_verdicts import ASSET, QUARTER, judge, materialise

WARNING, PASSED, BLOCKING = "unlisted_types", "unlisted_statuses", "rows_unaccounted"
FAILED = "Failed: Every registration type is a listed one."


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """A data folder whose event log holds a warning and a pass. Tests take a copy."""
    folders = Folders(tmp_path_factory.mktemp("judged"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIR_VARIABLE, str(folders.root))
        environment.delenv(HOME_VARIABLE, raising=False)
        with open_instance(folders) as instance:
            materialise(instance)
            judge(instance, WARNING, passed=False, observed=3.0)
            judge(instance, PASSED, passed=True, observed=0.0)
    return folders


@pytest.fixture
def folders(judged: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    folders = Folders(shutil.copytree(judged.root, tmp_path / "data"))
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(folders.root))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return folders


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def config(check: str = f"cleaned_records.{WARNING}", **other: str) -> ReviewConfig:
    fields = {
        "quarter": "2020-Q4",
        "check": check,
        "by": "A Reviewer",
        "decision": "accept",
        "reason": "The supplier explained it",
    }
    return ReviewConfig(**(fields | other))


def latest(instance: dg.DagsterInstance, check: str = WARNING) -> dg.AssetCheckEvaluation:
    key = dg.AssetCheckKey(ASSET, check)
    return read_latest_evaluations(instance, [key], QUARTER.key)[key]


def test_an_answer_is_in_the_log_and_on_the_check(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    before = latest(instance)
    answer = give_answer(instance, folders, config())
    log = locate_log(folders.warehouse)
    [entry] = read_entries(log, Answer)
    assert replace(entry, at=answer.at) == answer
    assert verify_log(log) == []
    after = latest(instance)
    assert (after.passed, after.severity, after.blocking) == (False, before.severity, False)
    assert after.target_materialization_data == before.target_materialization_data
    assert after.metadata["observed"] == before.metadata["observed"]
    assert after.metadata["answer: decision"].value == "accept"
    assert after.metadata["what was found"].value == FAILED
    assert after.description == "Accepted by A Reviewer: The supplier explained it"
    [result] = [each for each in list_warnings(instance, QUARTER) if each.name == WARNING]
    assert answer.is_about(result, QUARTER)


def test_no_picture_is_loaded_by_a_reason_or_a_name(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    hostile = "![x](http://evil.example/x.png)"
    give_answer(instance, folders, config(reason=hostile, by=hostile))
    description = str(latest(instance).description)
    assert "![" not in description
    assert description.replace("\\", "") == f"Accepted by {hostile}: {hostile}"


def test_an_answer_can_be_changed(instance: dg.DagsterInstance, folders: Folders) -> None:
    give_answer(instance, folders, config(decision="reject"))
    give_answer(instance, folders, config())
    assert [a.decision for a in read_entries(locate_log(folders.warehouse), Answer)] == [
        "reject",
        "accept",
    ]
    assert latest(instance).metadata["what was found"].value == FAILED
    assert not latest(instance).passed


def test_an_answer_stands_for_the_same_finding_only(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_answer(instance, folders, config())
    given = read_entries(locate_log(folders.warehouse), Answer)
    judge(instance, WARNING, passed=False, observed=3.0)
    assert list_unanswered(list_warnings(instance, QUARTER), QUARTER, given) == []
    judge(instance, WARNING, passed=False, observed=4.0)
    [warning] = list_warnings(instance, QUARTER)
    assert (warning.observed, warning.unexpected) == (4.0, 1)
    assert list_unanswered([warning], QUARTER, given) == [f"cleaned_records.{WARNING}"]
    judge(instance, WARNING, passed=True, observed=0.0)
    assert list_warnings(instance, QUARTER) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"check": "cleaned_records.no_such_check"},
        {"check": "unlisted_types"},
        {"check": f"cleaned_records.{PASSED}"},
        {"check": f"cleaned_records.{BLOCKING}"},
        {"check": "cleaned_records.age_unknown_percent"},
        {"quarter": "2020-Q3"},
        {"quarter": "soon"},
        {"decision": "perhaps"},
        {"reason": " "},
        {"by": "A\nReviewer"},
    ],
)
def test_what_cannot_be_answered_leaves_nothing_behind(
    instance: dg.DagsterInstance, folders: Folders, wrong: dict[str, str]
) -> None:
    judge(instance, BLOCKING, passed=False, observed=1.0)
    runs = instance.get_runs_count()
    with pytest.raises(GovernanceError) as refused:
        give_answer(instance, folders, config(**wrong))
    assert refused.value.next_step
    assert instance.get_runs_count() == runs
    assert read_entries(locate_log(folders.warehouse), Answer) == []


def test_no_answer_opens_the_gate(instance: dg.DagsterInstance, folders: Folders) -> None:
    judge(instance, BLOCKING, passed=False, observed=1.0)
    give_answer(instance, folders, config())
    with pytest.raises(GovernanceError):
        give_answer(instance, folders, config(check=f"cleaned_records.{BLOCKING}"))
    with pytest.raises(WarehouseError, match="rows_unaccounted failed"):
        refuse_unchecked(instance, cleaned_records.SUITE, [QUARTER])


def test_a_broken_log_takes_no_answer(instance: dg.DagsterInstance, folders: Folders) -> None:
    give_answer(instance, folders, config())
    log = locate_log(folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"explained", b"explainer"))
    with pytest.raises(NinoError, match="not as it was written"):
        give_answer(instance, folders, config())
    assert log.read_bytes().count(b"\n") == 1


def test_the_job_of_the_web_ui_is_the_same(instance: dg.DagsterInstance, folders: Folders) -> None:
    ended = defs.resolve_job_def("review").execute_in_process(
        instance=instance,
        run_config={"ops": {"record_answer": {"config": asdict(config())}}},
    )
    assert ended.success
    assert len(read_entries(locate_log(folders.warehouse), Answer)) == 1
    assert latest(instance).metadata["answer: by"].value == "A Reviewer"


def test_results_say_what_ran_and_what_is_out_of_date(instance: dg.DagsterInstance) -> None:
    earlier = QUARTER - 1
    materialise(instance, earlier)
    judge(instance, WARNING, passed=True, observed=0.0, quarter=earlier)
    found = {each[-1].key: each for each in read_check_histories(instance, QUARTER)}
    history = found[f"cleaned_records.{WARNING}"]
    warning = history[-1]
    assert (warning.status, warning.observed, warning.unexpected) == ("Warning", 3.0, 1)
    assert [(str(p.quarter), p.passed, p.observed) for p in history[-3:]] == [
        ("2020-Q2", None, None),
        ("2020-Q3", True, 0.0),
        ("2020-Q4", False, 3.0),
    ]
    assert len(history) == 8
    assert found[f"cleaned_records.{BLOCKING}"][-1].status == "Not run"
    materialise(instance)
    found = {each[-1].key: each for each in read_check_histories(instance, QUARTER)}
    assert found[f"cleaned_records.{PASSED}"][-1].status == "Out of date"
