"""A landing page of three quarters, one of them corrected."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from nino_assets.governance.calendar import compute_release_date, compute_release_moment
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.landing.edition_files import read_listed_edition
from nino_assets.publishing.landing.landing_facts import (
    AccessEntry,
    LandingFacts,
    ListedEdition,
    NextRelease,
    sort_newest_first,
)
from nino_assets.publishing.open_data.metadata import build_dcat
from nino_assets.publishing.pre_release_access import published_access_list as pre_release
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic.quarters import Quarter

NOTE = CorrectionNote(
    edition=2,
    corrected_on=date(2020, 12, 10),
    reason="Registrations of <two> days had been counted twice.",
    changed_cells=17,
)
OPEN_DATA = (
    "nino-registrations.csv",
    "nino-registrations.parquet",
    "nino-registrations.csv-metadata.json",
    "data-dictionary.csv",
    "code-lists.csv",
    "dcat.json",
    "cubes/quarter_area-2002-Q1-to-2010-Q4.csv.gz",
    "cubes/quarter_area-2011-Q1-to-2020-Q4.csv.gz",
    "cubes/year_lag.csv.gz",
    "cubes/year_lag.parquet",
    "tabulations/area_nationality.parquet",
)
CUBE_CSVS = [name for name in OPEN_DATA if name.endswith(".csv.gz")]


def release(
    published: Path, quarter: Quarter, *notes: CorrectionNote, synthetic: bool = True
) -> ListedEdition:
    """An edition whose files are made up, read back as the landing page reads a real one."""
    number = notes[-1].edition if notes else 1
    edition = Edition(
        quarter=quarter,
        first_quarter=Quarter(2002, 1),
        published_on=compute_release_date(quarter),
        next_release_on=compute_release_date(quarter + 1),
        synthetic=synthetic,
        corrections=notes,
    )
    folder = published / quarter.label / str(number)
    names = [
        "bulletin.html",
        name_workbook(edition.quarter),
        *(f"open-data/{name}" for name in OPEN_DATA),
        *(f"documents/{name}.html" for name in ("methodology", "quality-report")),
        "documents/release-strategy.html",
        *(["open-data/changed-cells.csv"] if notes else []),
        f"{pre_release.FOLDER}/{pre_release.PAGE_NAME}",
        "publishers-pack/bulletin.txt",
        "publishers-pack/figure-1.svg",
    ]
    files = {}
    for size, name in enumerate(names, start=1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(build_dcat(edition, CUBE_CSVS)) if name.endswith("dcat.json") else "x" * size
        )
        files[name] = {"sha256": "0" * 64, "size": size * 123_456}
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    moment = compute_release_moment(quarter)
    if notes:
        moment = moment.replace(
            year=notes[-1].corrected_on.year,
            month=notes[-1].corrected_on.month,
            day=notes[-1].corrected_on.day,
        )
    return read_listed_edition(
        folder,
        f"{quarter.label}/{number}",
        quarter=quarter,
        number=number,
        released_at=moment,
        published_on=edition.published_on,
        next_release_on=edition.next_release_on,
        synthetic=synthetic,
        corrections=notes,
    )


def landing_of(published: Path, *, synthetic: bool = True) -> LandingFacts:
    """Three quarters; the middle one has an edition 2."""
    latest = Quarter(2020, 4)
    return LandingFacts(
        releases=sort_newest_first(
            [
                release(published, Quarter(2020, 2), synthetic=synthetic),
                release(published, Quarter(2020, 3), synthetic=synthetic),
                release(published, Quarter(2020, 3), NOTE, synthetic=synthetic),
                release(published, latest, synthetic=synthetic),
            ]
        ),
        next_release=NextRelease(quarter=latest + 1, at=compute_release_moment(latest + 1)),
        access=(
            AccessEntry(
                job_title="Minister of State for Employment",
                organisation="Department for Work and Pensions",
            ),
            AccessEntry(job_title="Press officer", organisation="Department for Work & Pensions"),
        ),
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> LandingFacts:
    """Of synthetic data."""
    return landing_of(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def true_landing(tmp_path_factory: pytest.TempPathFactory) -> LandingFacts:
    """Of data that are not synthetic."""
    return landing_of(tmp_path_factory.mktemp("published"), synthetic=False)
