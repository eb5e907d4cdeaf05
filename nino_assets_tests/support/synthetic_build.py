"""A register and the quarter after it, synthetic, as the pipeline builds them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.orchestration.launch import run_job
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.releases.editions import list_cell_files, read_edition
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.synthetic.synthesis import synthesise
from nino_assets_tests.support.shared_build import Notes

FIRST, REGISTER, LATEST = Quarter(2015, 2), Quarter(2016, 1), Quarter(2016, 2)
"""A register extract serves `FIRST` to `REGISTER`, a quarter extract `LATEST`.

No known discontinuity touches `LATEST` or the same quarter a year before, which is `FIRST`.
"""


Extract = Literal["quarter", "register"]

MakeDelivery = Callable[[str, Extract, float], Path]
"""Makes the delivery of a quarter, an extract and a scale; its folder."""


def build_register_and_quarter(folder: Path) -> Notes:
    """Deliver and build both, with the open data of `REGISTER` as published before."""
    folders = Folders(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIR_VARIABLE, str(folder))
        for variable in (HOME_VARIABLE, "NINO_PSEUDONYM_KEY", "NINO_RECORD_KEY"):
            environment.delenv(variable, raising=False)
        for variable in ("NINO_STORAGE_KEY", "NINO_PERTURBATION_TABLE"):
            environment.delenv(variable, raising=False)
        _build(folders, REGISTER, "register", 1, FIRST.list_until(REGISTER))
        warehouse = open_warehouse(folders)
        edition = read_edition(warehouse, REGISTER)
        previous = folders.find_publication(REGISTER) / "open-data"
        previous.mkdir(parents=True)
        write_open_data(list_cell_files(warehouse, edition), edition, previous)
        _build(folders, LATEST, "quarter", 2, [LATEST])
    return {}


def _build(
    folders: Folders,
    quarter: Quarter,
    extract: Extract,
    seed: int,
    quarters: list[Quarter],
) -> None:
    synthesise(quarter, scale=0.002, seed=seed, extract=extract, out=folders.landing)
    job = "history" if extract == "register" else "quarter"
    lines: list[str] = []
    with open_instance(folders) as instance:
        assert run_job(instance, folders, job, quarters, lines.append, if_stopped="Stopped."), lines
