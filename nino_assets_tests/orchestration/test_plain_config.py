"""A configuration holds texts as they were given, and never a value of the environment."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from nino_assets.orchestration.check_again import check_again
from nino_assets.orchestration.decisions.correct import correct
from nino_assets.orchestration.decisions.review import review
from nino_assets.orchestration.decisions.sign_off import sign_off
from nino_assets.orchestration.definitions import defs
from nino_assets.store.folders import Folders

SECRET = "c0ffee" * 10 + "abcd"
GIVEN: dict[str, tuple[dg.JobDefinition, dict[str, Any]]] = {
    "review": (
        review,
        {"quarter": "2020-Q4", "check": "a.b", "by": "A", "decision": "accept", "reason": "B"},
    ),
    "sign_off": (sign_off, {"quarter": "2020-Q4", "role": "countersign", "by": "A"}),
    "correct": (correct, {"quarter": "2020-Q4", "reason": "B", "by": "A", "on": ""}),
    "check_again": (check_again, {"asset": "raw_scan", "quarter": "2020-Q4", "to": ""}),
}
TEXTS = [(job, field) for job, (_, config) in GIVEN.items() for field in config]


def find_sources(kind: Any, path: str) -> Iterator[str]:
    """The places in a type of configuration that take a value of the environment."""
    if "Source" in kind.key:
        yield f"{path}: {kind.key}"
    for name, field in (getattr(kind, "fields", None) or {}).items():
        yield from find_sources(field.config_type, f"{path}.{name}")
    for part in ("inner_type", "scalar_type", "non_scalar_type", "key_type", "value_type"):
        if hasattr(kind, part):
            yield from find_sources(getattr(kind, part), path)


def test_no_job_takes_a_value_of_the_environment() -> None:
    jobs = defs.get_repository_def().get_all_jobs()
    assert {job.name for job in jobs} >= {*GIVEN, "quarter", "release_quarter", "history"}
    found = [
        source
        for job in jobs
        for source in find_sources(job.run_config_schema.run_config_schema_type, job.name)
    ]
    assert found == []


def test_the_search_finds_a_text_that_takes_a_value_of_the_environment() -> None:
    @dg.op(config_schema={"text": dg.StringSource})
    def leak(_) -> None: ...

    @dg.job
    def leaky() -> None:
        leak()

    kind = leaky.run_config_schema.run_config_schema_type
    assert list(find_sources(kind, "leaky")) == ["leaky.ops.leak.config.text: StringSourceType"]


@pytest.mark.parametrize(("name", "field"), TEXTS)
def test_a_field_that_names_a_variable_is_refused_before_the_run(
    name: str, field: str, monkeypatch: pytest.MonkeyPatch, folders: Folders
) -> None:
    monkeypatch.setenv("NINO_STORAGE_KEY", SECRET)
    job, config = GIVEN[name]
    (op,) = job.nodes
    with dg.DagsterInstance.ephemeral() as instance:
        with pytest.raises(dg.DagsterInvalidConfigError) as refused:
            job.execute_in_process(
                instance=instance,
                resources={"warehouse": SimpleNamespace(folders=folders)},
                run_config={
                    "ops": {op.name: {"config": config | {field: {"env": "NINO_STORAGE_KEY"}}}}
                },
            )
        assert SECRET not in str(refused.value)
        assert instance.get_runs() == []
