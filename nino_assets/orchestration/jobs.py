"""The jobs that people and schedules launch, and their executor.

`quarter` builds a quarter, from its delivery to its publication. `history` builds a range of
quarters from a register, and `publication` then publishes the last one. `cells` makes the cells of
earlier quarters anew after a change of areas or nationalities. None of them releases a quarter:
that is `release_quarter`. `review`, `sign_off`, `correct` and `revise` build nothing and record a
decision; `check_again` judges what is stored.
"""

import dagster as dg

from nino_assets.orchestration.check_again import check_again
from nino_assets.orchestration.decisions.correct import correct
from nino_assets.orchestration.decisions.review import review
from nino_assets.orchestration.decisions.revise import revise
from nino_assets.orchestration.decisions.sign_off import sign_off
from nino_assets.orchestration.executor import quarter_locking_executor

EXECUTOR = quarter_locking_executor.configured(
    {
        "max_concurrent": 2,
        # Preloading pays these imports once a run instead of once a step.
        "start_method": {"forkserver": {"preload_modules": ["dagster", "great_expectations"]}},
    }
)

FIRST = {"dagster/priority": "100"}
"""Tags of a job that is taken from the queue before others."""

RELEASE = dg.AssetSelection.assets("release")
PUBLICATION = dg.AssetSelection.groups("publication", "assurance", "governance") - RELEASE

quarter = dg.define_asset_job(
    "quarter",
    selection=dg.AssetSelection.all() - RELEASE,
    description="Builds a quarter, from the delivered scan to its publication.",
)
history = dg.define_asset_job(
    "history",
    selection=dg.AssetSelection.all() - RELEASE - PUBLICATION,
    description="Builds records and cubes of a range of quarters, in one pass over a register.",
)
cells = dg.define_asset_job(
    "cells",
    selection=dg.AssetSelection.assets("perturbed_cubes"),
    description="Rolls the cells of a range of quarters up again, from the kept counts, on the "
    "lists of areas and nationalities in use. Reads no record.",
)
publication = dg.define_asset_job(
    "publication",
    selection=PUBLICATION,
    description="Builds the publication of a quarter from its cubes.",
)

release_quarter = dg.define_asset_job(
    "release_quarter",
    selection=RELEASE,
    tags=FIRST,
    description="Releases a quarter if every gate is green, and refuses otherwise.",
)

JOBS = (
    quarter,
    history,
    cells,
    publication,
    release_quarter,
    check_again,
    review,
    sign_off,
    correct,
    revise,
)
