"""Small deliveries that several tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.statistic.quarters import Quarter
from nino_assets.synthetic.synthesis import synthesise
from nino_assets_tests.support.synthetic_build import Extract, MakeDelivery


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> MakeDelivery:
    """Delivery folder of (quarter, extract, scale), each made once."""
    folders: dict[tuple[str, str, float], Path] = {}

    def make(quarter: str, extract: Extract, scale: float) -> Path:
        key = (quarter, extract, scale)
        if key not in folders:
            folders[key] = synthesise(
                Quarter.parse(quarter),
                scale=scale,
                seed=7,
                extract=extract,
                out=tmp_path_factory.mktemp("landing"),
            )
        return folders[key]

    return make
