"""The little graph over an instance in memory, and over one on disk."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.orchestration.dagster_internals import keep_event_log_open
from nino_assets_tests.support.tiny_graph import (
    TinyGraph,
)


@pytest.fixture
def graph() -> Iterator[TinyGraph]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield TinyGraph(instance)


@pytest.fixture(params=["opened for each event", "kept open"])
def graph_on_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TinyGraph]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        if request.param == "kept open":
            keep_event_log_open(instance)
        yield TinyGraph(instance)
