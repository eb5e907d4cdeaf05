"""The jobs that people and schedules launch, and the executor that runs their steps.

A quarter's whole line is `quarter`; a register's history is `history` for a range of quarters, then
`quarter` for the last one; neither releases it, which is `release_quarter`. Three jobs build
nothing and take a decision: `review` an answer to a warning, `sign_off` a signature, `correct` a
correction. `check_again` builds nothing either: it judges what is stored.
"""

import dagster as dg

from nino_assets.orchestration.check_again import check_again
from nino_assets.orchestration.decisions.correct import correct
from nino_assets.orchestration.decisions.review import review
from nino_assets.orchestration.decisions.sign_off import sign_off

EXECUTOR = dg.multiprocess_executor.configured(
    {
        "max_concurrent": 2,
        # Preloading pays these imports once a run instead of once a step.
        "start_method": {"forkserver": {"preload_modules": ["dagster", "great_expectations"]}},
    }
)

RELEASE = dg.AssetSelection.assets("release")
PUBLICATION = dg.AssetSelection.groups("publication", "assurance", "governance") - RELEASE

quarter = dg.define_asset_job(
    "quarter",
    selection=dg.AssetSelection.all() - RELEASE,
    description="A quarter's whole line, from the delivered scan to what is published.",
)
history = dg.define_asset_job(
    "history",
    selection=dg.AssetSelection.all() - RELEASE - PUBLICATION,
    description="Records and cubes of a range of quarters, in one pass over a register extract.",
)
publication = dg.define_asset_job(
    "publication",
    selection=PUBLICATION,
    description="The workbook, the open data and the bulletin of a quarter, from its cubes.",
)

release_quarter = dg.define_asset_job(
    "release_quarter",
    selection=RELEASE,
    description="Releases a quarter when every gate is green, and refuses otherwise.",
)

JOBS = (quarter, history, publication, release_quarter, check_again, review, sign_off, correct)
