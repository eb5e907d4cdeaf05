"""One bulletin, written once for the tests that read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets_tests.support.published_cells import POSITIONS


@pytest.fixture(scope="session")
def bulletin_path(
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    path = tmp_path_factory.mktemp("bulletin") / "bulletin.html"
    write_bulletin(twelve_quarters, edition_of_twelve, POSITIONS, path, sources=other_sources)
    return path


@pytest.fixture(scope="session")
def bulletin_html(bulletin_path: Path) -> str:
    return bulletin_path.read_text(encoding="utf-8")
