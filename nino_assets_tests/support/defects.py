"""Planting defects in stored files: how a test makes one thing wrong and puts it right again."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import polars as pl
import pytest

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import read_edition
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Kept
from nino_assets.store.parquet import read_origin, read_parquet, write_parquet
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.synthetic_build import LATEST

Change = Callable[[pl.DataFrame], pl.DataFrame]


class Planter:
    """Changes files of a built pipeline; leaving it brings every one of them back."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._before: dict[Path, bytes | None] = {}
        self._made: list[Path] = []
        self._instead = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._instead.undo()
        for path, content in self._before.items():
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
        for path in self._made:
            if path.is_symlink():
                path.unlink()
            shutil.rmtree(path, ignore_errors=True)

    def makes(self, path: Path) -> Path:
        """Remember a folder, or a link to one, that was not there, and give it for making."""
        assert not path.exists()
        self._made.append(path)
        return path

    def keep(self, path: Path) -> Path:
        """Remember a file before it is changed, and give it back for changing.

        The sha256 that is kept of a stored file is changed with it.
        """
        for each in (path, path.with_name(f".{path.name}.sha256")):
            self._before.setdefault(each, each.read_bytes() if each.exists() else None)
        return path

    def instead(self, module: Any, name: str, value: Any) -> None:
        """Give a module something else than what it has under a name."""
        self._instead.setattr(module, name, value)

    def frame(self, asset: str, change: Change, quarter: Quarter | None = LATEST) -> None:
        """Change the stored rows of an asset, of one quarter where it has quarters."""
        encrypted = self.warehouse.declarations.find(asset).is_private
        encryption = self.warehouse.vault.encryption if encrypted else None
        path = self._file(asset, quarter)
        stored = read_parquet([path], encryption).to_table()
        changed = change(pl.DataFrame(pl.from_arrow(stored))).to_arrow()
        if changed.column_names == stored.column_names:
            changed = changed.cast(stored.schema)
        origin = None if encrypted else read_origin(path)
        write_parquet(
            self.keep(path), changed.schema, changed.to_batches(), encryption, origin=origin
        )

    def package(self, path: Path, change: Callable[[dict[str, str]], None]) -> None:
        """Change the parts of a zipped document."""
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name).decode() for name in package.namelist()}
        change(parts)
        with zipfile.ZipFile(self.keep(path), "w") as package:
            for name, part in parts.items():
                package.writestr(name, part)

    def publication(self, name: str = "", quarter: Quarter = LATEST) -> Path:
        return self.warehouse.folders.find_publication(quarter) / name

    @property
    def workbook(self) -> Path:
        return self.publication(name_workbook(read_edition(self.warehouse, LATEST).quarter))

    def _file(self, asset: str, quarter: Quarter | None) -> Path:
        if self.warehouse.declarations.find(asset).kept is Kept.BY_DELIVERY:
            assert quarter is not None
            delivery = self.warehouse.serving.find_delivery(quarter)
            return self.warehouse.records.find_path(asset, delivery, quarter)
        return self.warehouse.tables.find_path(asset, quarter)


@dataclass(frozen=True)
class Case:
    """A defect that one expectation must see, and the quarter in which it is looked for."""

    plant: Callable[[Planter], None]
    quarter: Quarter = LATEST


Cases = Mapping[str, Case]


def run_checks(
    suite: Suite, warehouse: Warehouse, *names: str, quarter: Quarter = LATEST
) -> dict[str, CheckResult]:
    """The outcome of each named expectation (all without names) on one quarter."""
    quarters = [quarter] if suite.partitioned else []
    return {o.name: o for o in run_suite(suite, warehouse, quarters, names or None)}


_GOOD: dict[tuple[Path, str, Quarter], dict[str, CheckResult]] = {}


def run_checks_on_good_build(
    suite: Suite, warehouse: Warehouse, quarter: Quarter
) -> dict[str, CheckResult]:
    """The outcomes of all expectations on the build without defects, found once."""
    key = (warehouse.folders.root, suite.asset, quarter)
    if key not in _GOOD:
        _GOOD[key] = run_checks(suite, warehouse, quarter=quarter)
    return _GOOD[key]


def assert_caught(suite: Suite, name: str, case: Case, planter: Planter) -> None:
    """The expectation passes on the good build and fails on the defect, by its own judgement."""
    good = run_checks_on_good_build(suite, planter.warehouse, case.quarter)[name]
    assert good.passed, good
    case.plant(planter)
    bad = run_checks(suite, planter.warehouse, name, quarter=case.quarter)[name]
    assert not bad.passed
    assert bad.error is None, bad.error


def first(frame: pl.DataFrame, column: str, value: Any, rows: int = 1) -> pl.DataFrame:
    """The frame with a value in the first rows of a column."""
    kind = frame.schema[column]
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()) < rows)
        .then(pl.lit(value, dtype=kind))
        .otherwise(pl.col(column))
        .alias(column)
    )


def set_values(
    asset: str, column: str, value: Any, rows: int = 1, quarter: Quarter | None = LATEST
) -> Case:
    """A case: a value in the first rows of a column of an asset."""
    return Case(
        lambda planter: planter.frame(asset, lambda f: first(f, column, value, rows), quarter),
        quarter or LATEST,
    )


def change_rows(asset: str, change: Change, quarter: Quarter | None = LATEST) -> Case:
    """A case: any other change of the rows of an asset."""
    return Case(lambda planter: planter.frame(asset, change, quarter), quarter or LATEST)


def add_column(asset: str, quarter: Quarter | None = LATEST) -> Case:
    """A case: a column that nobody declared."""
    return change_rows(asset, lambda frame: frame.with_columns(extra=pl.lit(1)), quarter)


def drop_first_row(asset: str, quarter: Quarter | None = LATEST) -> Case:
    """A case: one row too few."""
    return change_rows(asset, lambda frame: frame.slice(1), quarter)


def drop_all_rows(asset: str, quarter: Quarter | None = LATEST) -> Case:
    """A case: no row at all."""
    return change_rows(asset, lambda frame: frame.clear(), quarter)


def repeat_first_row(asset: str, quarter: Quarter | None = LATEST) -> Case:
    """A case: one row twice."""
    return change_rows(asset, lambda frame: pl.concat([frame, frame.head(1)]), quarter)


def deny_synthetic(planter: Planter) -> None:
    """Let the deliveries that were taken in say that they are not synthetic."""
    folder = planter.warehouse.folders.restricted / "serving"
    for path in folder.glob("[0-9]*.json"):
        text = path.read_text(encoding="utf-8")
        planter.keep(path).write_text(
            text.replace('"synthetic": true', '"synthetic": false'), encoding="utf-8"
        )


MANY = 40
"""Rows enough to be judged as a share of the small build."""


def set_where(condition: pl.Expr, column: str, value: Any):
    return lambda f: f.with_columns(
        pl.when(condition)
        .then(value)
        .otherwise(pl.col(column))
        .cast(f.schema[column])
        .alias(column)
    )


def set_everywhere(column: str, value: str):
    return lambda frame: frame.with_columns(pl.lit(value).alias(column))
