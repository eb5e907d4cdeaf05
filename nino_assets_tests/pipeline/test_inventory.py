"""Every published file follows from published cells: nothing of the counts behind them is in one.

Every count before perturbation is overwritten, and what is published is made again.
"""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest

from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import open_instance
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support.asserting import hash_published
from nino_assets_tests.support.commands import make_environment
from nino_assets_tests.support.pipeline import LAST, Pipeline

pytestmark = pytest.mark.line

MADE_FROM_CELLS = (
    "coherence_report",
    "bulletin",
    "open_data",
    "tables",
    "background_documents",
    "pre_release_access_list",
)
TABULATIONS = "open-data/tabulations/"
LISTS = ("pre_release_access_list", "comparator_statistics", "operational_information")
"""Restricted, and no count of registrations: names, and what other producers publish."""


def overwrite_counts(pipeline: Pipeline) -> set[str]:
    """Put rubbish into every restricted table of registrations. Returns their names."""
    restricted = pipeline.data / "warehouse" / "restricted"
    overwritten = set()
    for path in sorted(restricted.rglob("*.parquet")):
        name = path.relative_to(restricted).parts[0].removesuffix(".parquet")
        if name not in LISTS:
            path.write_bytes(b"PAR1 nothing PAR1")
            overwritten.add(name)
    return overwritten


def remove_made_from_cells(publication: Path) -> None:
    """Take away all but the QA files, the manifest and the tabulations.

    Tabulations are cells themselves, perturbed as those of the cubes are.
    """
    for path in sorted(publication.rglob("*"), reverse=True):
        name = path.relative_to(publication).as_posix()
        if path.is_file() and not name.startswith(("qa/", "manifest.json", TABULATIONS)):
            path.unlink()


@pytest.mark.usefixtures("unchecked")
def test_published_files_are_the_same_without_the_counts_behind_the_cells(
    pipeline: Pipeline,
) -> None:
    before = hash_published(pipeline)
    assert overwrite_counts(pipeline) >= {"keyed_counts", "geocoded_records", "raw_scan"}
    remove_made_from_cells(pipeline.publication())
    with mock.patch.dict(
        os.environ, make_environment(pipeline.data, pipeline.settings), clear=True
    ):
        job = defs.resolve_job_def("publication").get_subset(
            asset_selection={dg.AssetKey(name) for name in MADE_FROM_CELLS}
        )
        with open_instance(Folders.from_environment()) as instance:
            ended = job.execute_in_process(
                instance=instance, partition_key=Quarter.parse(LAST).key, raise_on_error=False
            )
    assert ended.success
    assert hash_published(pipeline) == before
