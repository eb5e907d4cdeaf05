"""The jobs that people and schedules launch, and the executor that runs their steps.

A quarter's whole line is `quarter`; a register's history is `history` for a range of quarters, then
`quarter` for the last one. Two jobs build nothing: `review` takes a reviewer's answer
(`review.py`), `correct` opens a correction (`corrections.py`).
"""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition,
)

from nino_assets.automation.corrections import correct
from nino_assets.automation.review import review

EXECUTOR = dg.multiprocess_executor.configured(
    {
        "max_concurrent": 2,
        # Preloading pays these imports once a run instead of once a step.
        "start_method": {"forkserver": {"preload_modules": ["dagster", "great_expectations"]}},
    }
)

PUBLICATION = dg.AssetSelection.groups("publication", "assurance", "governance")

quarter = dg.define_asset_job(
    "quarter",
    selection=dg.AssetSelection.all(),
    description="A quarter's whole line, from the delivered scan to what is published.",
)
history = dg.define_asset_job(
    "history",
    selection=dg.AssetSelection.all() - PUBLICATION,
    description="Records and cubes of a range of quarters, in one pass over a register extract.",
)
publication = dg.define_asset_job(
    "publication",
    selection=PUBLICATION,
    description="The workbook, the open data and the bulletin of a quarter, from its cubes.",
)

Job = dg.JobDefinition | UnresolvedAssetJobDefinition

JOBS: list[Job] = [quarter, history, publication, review, correct]
