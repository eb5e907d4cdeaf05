"""What a blocking check stopped in one run is refused by every later run that starts downstream."""

from __future__ import annotations

from dataclasses import replace

import dagster as dg
import pytest

from nino_assets.orchestration.checks import judge
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import open_instance
from nino_assets.store.folders import Folders
from nino_assets_tests.support import deliveries
from nino_assets_tests.support.asserting import drop_unreadable
from nino_assets_tests.support.commands import hash_results, make_environment
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.pipeline import LAST, Pipeline, repeat_built_verdicts

pytestmark = pytest.mark.line

KEY = "2003-04-01"


def launch(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, *assets: str) -> list[str]:
    """Materialise these assets of the release quarter without their checks. What was refused."""
    for name, value in make_environment(pipeline.data, pipeline.settings).items():
        monkeypatch.setenv(name, value)
    # The settings of a copied folder name the one that it was copied from until it is opened.
    with open_instance(Folders(pipeline.data)) as instance:
        job = defs.resolve_implicit_global_asset_job_def()
        result = job.get_subset(
            asset_selection={dg.AssetKey(name) for name in assets}, asset_check_selection=set()
        )
        ended = result.execute_in_process(
            instance=instance, partition_key=KEY, raise_on_error=False
        )
        return [
            str(event.step_failure_data.user_failure_data.description)
            for event in ended.all_events
            if event.is_step_failure and event.step_failure_data.user_failure_data
        ]


def fail_check(monkeypatch: pytest.MonkeyPatch, asset: str) -> None:
    """Let every check of an asset find something wrong."""

    def failing(suite, warehouse, quarters, names=None):
        outcomes = repeat_built_verdicts(suite, warehouse, quarters, names)
        if suite.asset != asset:
            return outcomes
        return [replace(outcome, passed=False, unexpected=1) for outcome in outcomes]

    monkeypatch.setattr(judge, "run_suite", failing)


@pytest.mark.parametrize(
    ("blocked", "downstream"),
    [
        ("perturbed_cubes", "tables"),
        ("keyed_counts", "perturbed_cubes"),
        ("postcode_directory", "geocoded_records"),
    ],
)
def test_a_later_run_refuses_what_was_blocked(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, blocked: str, downstream: str
):
    published = {
        n: d for n, d in hash_results(pipeline.data).items() if n.startswith("publications")
    }
    with monkeypatch.context() as patch:
        fail_check(patch, blocked)
        ended = pipeline.build(LAST)
    assert ended.code == 1
    assert f"BLOCKED by {blocked}." in ended.text
    assert "Next: " in ended.text
    with monkeypatch.context() as patch:
        refused = "\n".join(launch(pipeline, patch, downstream))
    assert f"{blocked} may not be used" in refused
    assert "failed" in refused
    assert "Next: " in refused
    assert {
        n: d for n, d in hash_results(pipeline.data).items() if n.startswith("publications")
    } == published


def test_a_delivery_refused_by_a_check_is_not_published_from_older_cells(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
):
    """The cells still stand; but a publication made now would name the refused delivery."""
    before = hash_results(pipeline.data)
    records = deliveries.make_rows((LAST,), 40, dirt=False)
    for record in records:
        record[LAYOUT.index("postcode")] = "ZZ1 9ZZ"
    deliveries.deliver(pipeline.landing, LAST, records)
    assert pipeline.build(LAST).code == 1
    with monkeypatch.context() as patch:
        refused = "\n".join(launch(pipeline, patch, "tables", "open_data", "bulletin"))
    assert f"geocoded_records may not be used: none_located failed in {LAST}" in refused
    assert drop_unreadable(hash_results(pipeline.data)) == drop_unreadable(before)


SHARED = (
    *("postcode_directory", "output_area_lookup", "nationality_groups", "areas"),
    *("perturbation_table", "operational_information", "comparator_statistics"),
)
"""What every run makes, whichever quarter it is for."""


def test_what_another_quarters_run_has_made_again_is_used(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is between that run's making of it and its checks."""
    files = list_shared_files(pipeline)
    assert launch(pipeline, monkeypatch, *SHARED) == []
    assert list_shared_files(pipeline) == files, "what is unchanged is left alone"
    assert launch(pipeline, monkeypatch, "coherence_report", "geocoded_records") == []


def list_shared_files(pipeline: Pipeline) -> dict[str, int]:
    found = list((pipeline.data / "warehouse").rglob("*.parquet"))
    return {path.name: path.stat().st_ino for path in found if path.stem in SHARED}
