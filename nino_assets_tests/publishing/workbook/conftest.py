"""Editions whose cells are as perturbation leaves them: an area has one value at any level."""

from pathlib import Path

import pytest

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.consistent_cells import make_consistent_cells


@pytest.fixture(scope="session")
def twelve_quarters() -> PublishedCells:
    """January 2018 to December 2020."""
    return make_consistent_cells(12, Quarter(2018, 1))


@pytest.fixture(scope="session")
def workbook_path(
    tmp_path_factory: pytest.TempPathFactory,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
) -> Path:
    """The workbook of twelve quarters to December 2020, synthetic."""
    path = tmp_path_factory.mktemp("tables") / name_workbook(edition_of_twelve.quarter)
    write_workbook(twelve_quarters, edition_of_twelve, path)
    return path
