"""Finds the p-table that the team named or a warehouse uses."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import polars as pl

from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure.perturbation_table.design import make_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)
from nino_assets.store.atomic import create_file, make_private_folder
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

VARIABLE = "NINO_PERTURBATION_TABLE"


def find_configured_table() -> Path | None:
    """The file that the variable names; None when it is not set.

    Raises PerturbationTableError when it is not there.
    """
    configured = os.environ.get(VARIABLE)
    if configured is None:
        return None
    path = Path(configured).absolute()
    if not path.is_file():
        raise PerturbationTableError(
            f"{VARIABLE} names {path}, which is not a file that is there",
            rule="the p-table is a Parquet file with integer columns pcv, ckey and pvalue",
            next_step=f"correct {VARIABLE}, or make a table: nino-assets perturbation-table",
        )
    return path


def find_perturbation_file(folders: Folders) -> Path:
    """The file of the p-table, made when there is none yet.

    It is made with a key that is then thrown away. Raises PerturbationTableError when the file that
    the variable names is not there.
    """
    configured = find_configured_table()
    if configured is not None:
        return configured
    path = folders.keys / "perturbation_table.parquet"
    if not path.is_file():
        make_private_folder(folders.keys)
        with create_file(path, mode=0o600) as temporary:
            make_perturbation_table(secrets.token_bytes(32)).write_parquet(temporary)
    return path


def read_perturbation_file(path: Path) -> PerturbationTable:
    """The file's p-table, checked.

    Raises PerturbationTableError, which names the file, when it cannot be read, is not Parquet or
    breaks a rule of `check_perturbation_table`.
    """
    rule = "the p-table is a Parquet file with integer columns pcv, ckey and pvalue"
    next_step = f"point {VARIABLE} to the p-table"
    try:
        return check_perturbation_table(pl.read_parquet(path))
    except OSError as error:
        what = f"{path} cannot be read: {error.strerror or 'it is not a Parquet file'}"
    except pl.exceptions.PolarsError:
        what = f"{path} is not a Parquet file"
    except PerturbationTableError as refusal:
        what, rule, next_step = f"{path}: {refusal.what}", refusal.rule, refusal.next_step
    raise PerturbationTableError(what, rule=rule, next_step=next_step)


def read_perturbation_table(warehouse: Warehouse) -> PerturbationTable:
    """The p-table that the warehouse uses, checked again. Raises PerturbationTableError."""
    return check_perturbation_table(warehouse.tables.read_frame("perturbation_table"))
