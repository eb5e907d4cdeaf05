"""One small line, run once: what the suites are tried on, good and with defects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import FIRST, LATEST, REGISTER, Planter


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A register to `REGISTER`, then a quarter extract of `LATEST`, both built and published."""
    from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
    from nino_assets.orchestration.launch import run_job
    from nino_assets.publishing.open_data.open_data_files import write_open_data
    from nino_assets.releases.editions import edition_of, quarter_files
    from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
    from nino_assets.synthetic.delivery import synthesise

    folders = Folders(tmp_path_factory.mktemp("line"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIR_VARIABLE, str(folders.root))
        for variable in (HOME_VARIABLE, "NINO_PSEUDONYM_KEY", "NINO_RECORD_KEY"):
            environment.delenv(variable, raising=False)
        for variable in ("NINO_STORAGE_KEY", "NINO_PERTURBATION_TABLE"):
            environment.delenv(variable, raising=False)
        said: list[str] = []
        warehouse = open_warehouse(folders)
        with open_instance(folders) as instance:

            def make(
                quarter: Quarter,
                extract: Literal["quarter", "register"],
                seed: int,
                job: str,
                quarters: list[Quarter],
            ) -> None:
                synthesise(
                    quarter,
                    scale=0.002,
                    seed=seed,
                    extract=extract,
                    out=folders.landing,
                )
                assert run_job(instance, folders, job, quarters, said.append), said

            make(REGISTER, "register", 1, "history", FIRST.until(REGISTER))
            edition = edition_of(warehouse, REGISTER)
            previous = folders.publication(REGISTER) / "open-data"
            previous.mkdir(parents=True)
            write_open_data(quarter_files(warehouse, edition), edition, previous)
            make(LATEST, "quarter", 2, "quarter", [LATEST])
        yield warehouse


@pytest.fixture
def planter(line: Warehouse) -> Iterator[Planter]:
    """Plants defects in the line's stored files and takes them out again."""
    with Planter(line) as planter:
        yield planter
