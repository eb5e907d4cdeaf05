"""The graph as people know it: a snapshot of all of it, and its imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from nino_assets.orchestration.definitions import defs

SNAPSHOT = Path(__file__).with_name("graph_snapshot.json")
RENEW = (
    "the graph is not the one in graph_snapshot.json. If the change is meant, renew it with\n"
    "    python -m nino_assets_tests.orchestration.test_graph\n"
    "and commit the file: its difference shows reviewers what changed."
)


def graph_facts() -> dict[str, Any]:
    """Everything about the graph that people and other programs rely on, in a stable order."""
    graph = defs.resolve_asset_graph()
    repository = defs.get_repository_def()
    return {
        "assets": {
            key.to_user_string(): _asset(graph, key) for key in sorted(graph.get_all_asset_keys())
        },
        "jobs": {
            job.name: sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
            for job in sorted(repository.get_all_jobs(), key=lambda job: job.name)
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "cron": schedule.cron_schedule,
                "timezone": schedule.execution_timezone,
                "job": schedule.job_name,
            }
            for schedule in repository.schedule_defs
        },
        "sensors": {
            sensor.name: {
                "job": " ".join(target.job_name for target in sensor.targets),
                "seconds": sensor.minimum_interval_seconds,
            }
            for sensor in repository.sensor_defs
        },
    }


def _asset(graph: Any, key: dg.AssetKey) -> dict[str, Any]:
    node = graph.get(key)
    partitions = node.partitions_def
    policy = node.backfill_policy
    return {
        "group": node.group_name,
        "needs": {
            parent.to_user_string(): _mapping(node, parent) for parent in sorted(node.parent_keys)
        },
        "partitions": [partitions.start.date().isoformat(), partitions.cron_schedule]
        if partitions
        else None,
        "backfill": policy.policy_type.value if policy else None,
        "access": node.tags.get("access"),
        "kinds": sorted(node.kinds),
        "owners": sorted(node.owners),
        "checks": {
            check.name: "blocks" if graph.get_check_spec(check).blocking else "warns"
            for check in sorted(graph.get_check_keys_for_assets({key}))
        },
    }


def _mapping(node: Any, parent: dg.AssetKey) -> str:
    mapping = node.partition_mappings.get(parent)
    if isinstance(mapping, dg.TimeWindowPartitionMapping):
        return f"quarters {mapping.start_offset} to {mapping.end_offset}"
    return "as it is"


def test_every_asset_has_a_team_that_answers_for_it_and_an_access() -> None:
    facts = graph_facts()["assets"]
    assert all(len(asset["owners"]) == 1 for asset in facts.values())
    assert {asset["access"] for asset in facts.values()} == {
        "all",
        "restricted",
        "secret",
        "team",
        "team_until_release",
    }


def test_checks_have_the_quarters_of_their_asset() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        for check in graph.get_check_keys_for_assets({key}):
            assert graph.get_check_spec(check).partitions_def == graph.get(key).partitions_def


def test_the_graph_is_the_one_that_was_reviewed() -> None:
    assert graph_facts() == json.loads(SNAPSHOT.read_text(encoding="utf-8")), RENEW


# Imports -------------------------------------------------------------------------------------


def _loaded_after(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after running `code`."""
    report = "import sys; print(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


IMPORT_ALL = """
import importlib, pkgutil
for name in {rooms}:
    room = importlib.import_module('nino_assets.' + name)
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):
        importlib.import_module(module.name)
"""


def test_rooms_of_statistics_and_publishing_never_load_dagster() -> None:
    rooms = ("methods", "publishing", "governance", "synthetic")
    loaded = _loaded_after(IMPORT_ALL.format(rooms=rooms))
    assert "nino_assets" in loaded
    assert "dagster" not in loaded


def test_loading_the_graph_does_not_load_great_expectations() -> None:
    loaded = _loaded_after("import nino_assets.orchestration.definitions")
    assert "dagster" in loaded
    assert "great_expectations" not in loaded


if __name__ == "__main__":
    facts = json.dumps(graph_facts(), indent=1, sort_keys=True, ensure_ascii=False)
    SNAPSHOT.write_text(facts + "\n", encoding="utf-8")
