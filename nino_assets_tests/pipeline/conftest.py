"""Built data folders that whole-pipeline tests share: built once, copied for each test."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from unittest import mock

import pytest

from nino_assets.governance.check_result import CheckResult
from nino_assets.methods.disclosure.perturbation_table.design import (
    DEFAULT,
    make_perturbation_table,
)
from nino_assets.orchestration.checks import judge
from nino_assets.quality.engine import run_suite
from nino_assets_tests.support import deliveries, directory, identifiers
from nino_assets_tests.support.commands import KEYS
from nino_assets_tests.support.office import QUARTER, Office
from nino_assets_tests.support.pipeline import (
    FIRST,
    LAST,
    QUARTERS,
    Pipeline,
    repeat_built_verdicts,
)
from nino_assets_tests.support.shared_build import Notes, build_once
from nino_assets_tests.support.team import make_team

_VERDICTS: dict[object, list[CheckResult]] = {}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """Six quarters from a register extract. Nobody changes it: tests that build take a copy."""

    def build(folder: Path) -> Notes:
        table = folder / "ptable.parquet"
        make_perturbation_table(b"p" * 32, replace(DEFAULT, keys=512)).write_parquet(table)
        settings = {**KEYS, "NINO_PERTURBATION_TABLE": str(table)}
        pipeline = Pipeline(folder / "data", settings)
        directory.write_directory(pipeline.landing / "nspl")
        records = identifiers.add_planted_rows(deliveries.make_rows(QUARTERS, 3000), LAST)
        deliveries.deliver(pipeline.landing, LAST, records, extract="register")
        deliveries.write_release_lists(pipeline.landing, LAST)
        with mock.patch.object(Path, "replace", autospec=True, side_effect=Path.replace) as writes:
            ended = pipeline.build(LAST, FIRST)
        assert ended.code == 0, ended.text
        return {"settings": settings, "printed": ended.text, "writes": writes.call_count}

    folder, notes = build_once(tmp_path_factory, "pipeline", build)
    return Pipeline(folder / "data", **notes)


@pytest.fixture
def pipeline(built: Pipeline, tmp_path: Path) -> Pipeline:
    """A copy of the built folder, to build on and to break."""
    return replace(built, data=shutil.copytree(built.data, tmp_path / "data"))


@pytest.fixture
def empty_pipeline(built: Pipeline, tmp_path: Path) -> Pipeline:
    """A folder with a postcode directory and nothing else."""
    pipeline = Pipeline(tmp_path / "data", built.settings)
    directory.write_directory(pipeline.landing / "nspl")
    return pipeline


@pytest.fixture
def landed(built: Pipeline, tmp_path: Path) -> Pipeline:
    """A folder with the same deliveries as the built one, and nothing built."""
    pipeline = replace(built, data=tmp_path / "landed")
    shutil.copytree(built.landing, pipeline.landing)
    return pipeline


@pytest.fixture(autouse=True)
def check_reference_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the same directory, lists and p-table once, not in every build."""

    def run_or_repeat(suite, warehouse, quarters, names=None):
        if suite.partitioned:
            return run_suite(suite, warehouse, quarters, names)
        read = sorted(p for p in warehouse.folders.postcode_landing.rglob("*") if p.is_file())
        if suite.asset == "perturbation_table":
            read = [Path(os.environ["NINO_PERTURBATION_TABLE"])]
        digest = tuple(sha256(file.read_bytes()).hexdigest() for file in read)
        key = (suite.asset, frozenset(names or ()), digest)
        if key not in _VERDICTS:
            _VERDICTS[key] = run_suite(suite, warehouse, quarters, names)
        return _VERDICTS[key]

    monkeypatch.setattr(judge, "run_suite", run_or_repeat)


@pytest.fixture
def unchecked(check_reference_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds without Great Expectations, which takes half of their time."""
    monkeypatch.setattr(judge, "run_suite", repeat_built_verdicts)


@pytest.fixture(scope="module")
def ready(built: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The built folder with everything decided: announced, answered, signed. Tests take a copy."""
    data = shutil.copytree(built.data, tmp_path_factory.mktemp("ready") / "data")
    make_team(data)
    pipeline = Pipeline(data, built.settings)
    with pytest.MonkeyPatch.context() as monkeypatch:
        office = Office(pipeline, monkeypatch)
        words = ("--by", "An Analyst", "--note", "One more table")
        said = office.done("2003-07-20T10:00", "calendar", "announce", *QUARTER, *words)
        assert "Thursday 21 August 2003, 9:30am" in said
        assert office.answer_warnings("2003-08-18T10:00") > 5
        office.sign("2003-08-19T10:00")
    return pipeline


@pytest.fixture
def office(ready: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    data = shutil.copytree(ready.data, tmp_path / "data", symlinks=True)
    return Office(Pipeline(data, ready.settings), monkeypatch)
