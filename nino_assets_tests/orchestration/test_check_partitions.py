"""The states of checks by quarter are Dagster's own, worked out once for each quarter."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from nino_assets.orchestration import dagster_internals
from nino_assets.orchestration.dagster_internals import keep_check_partitions
from nino_assets.orchestration.partitions import QUARTERS
from nino_assets_tests.support.tiny_graph import TinyGraph

KEYS = ("2020-07-01", "2020-10-01", "2021-01-01")


def test_the_states_are_the_same_and_each_quarter_is_worked_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    internals: Any = dagster_internals
    state = internals.asset_check_state
    subset = state.SerializableEntitySubset
    monkeypatch.setattr(state, "_valid_partition_key", state._valid_partition_key)
    monkeypatch.setattr(subset, "from_coercible_value", subset.from_coercible_value)
    with dg.DagsterInstance.ephemeral() as instance:
        graph = TinyGraph(instance)
        graph.run(*KEYS)
        up = dg.AssetKey("up")
        checks = graph.defs.resolve_asset_graph().get_check_keys_for_assets({up})
        asked = [(check, QUARTERS) for check in sorted(checks)]
        before = instance.event_log_storage.get_asset_check_state(asked)
        keep_check_partitions()
        assert instance.event_log_storage.get_asset_check_state(asked) == before
        assert len(before) == len(asked) > 1
        misses = state._valid_partition_key.cache_info().misses
        assert misses <= len(KEYS) + 1
        kept = state._valid_partition_key
        keep_check_partitions()
        assert state._valid_partition_key is kept
