"""`nino-assets perturbation-table`: design a p-table and write it once.

Belongs here: options, the key's variable, the file. Does not belong here: the design itself
(`methods/perturbation_table/`). Nothing secret is printed.
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path

import click

from nino_assets.errors import SecretKeyError, WarehouseError
from nino_assets.methods.disclosure.perturbation_table.design import (
    DWP_LIKE,
    KEY_BYTES,
    Design,
    make_perturbation_table,
)
from nino_assets.methods.disclosure.perturbation_table.exact_disclosure import (
    measure_exact_disclosure_rate,
)
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)

MILLION = 1_000_000
WORTH_SAYING = 10
"""Designs with a reach of 3 and thin tails, or more, give away fewer than this."""
KEY_VARIABLE = "NINO_PERTURBATION_TABLE_KEY"


@click.command("perturbation-table")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reach", "-D", default=DWP_LIKE.reach, help="Largest noise either way.")
@click.option("--variance", "-V", default=DWP_LIKE.variance, help="Largest variance of the noise.")
@click.option("--smallest", default=DWP_LIKE.smallest, help="Smallest positive count published.")
@click.option("--stay", default=DWP_LIKE.stay, help="Least probability of no noise.")
@click.option("--keys", default=DWP_LIKE.keys, help="Number of record keys, N.")
@click.option("--near-reach", type=int, help="Reach of counts near the forbidden ones.")
@click.option("--near-variance", type=float, help="Variance of counts near the forbidden ones.")
def perturbation_table(  # noqa: PLR0913 - one argument an option
    *,
    path: Path,
    reach: int,
    variance: float,
    smallest: int,
    stay: float,
    keys: int,
    near_reach: int | None,
    near_variance: float | None,
) -> None:
    """Design a p-table and write it to PATH, a Parquet file that must not exist yet.

    Without options this is the design of the published tables; with its smallest count, counts near
    the forbidden ones keep the room of that design. The order of the keys comes from
    64 hexadecimal digits in NINO_PERTURBATION_TABLE_KEY, or from a key drawn for this table and
    not kept.
    """
    if smallest == DWP_LIKE.smallest:
        near_reach = near_reach or DWP_LIKE.near_reach
        near_variance = near_variance or DWP_LIKE.near_variance
    design = Design(reach, variance, smallest, stay, keys, near_reach, near_variance)
    frame = make_perturbation_table(_secret_key(), design)
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    _write_new(path, parquet.getvalue())
    click.echo(_said_of(path, check_perturbation_table(frame)))


def _secret_key() -> bytes:
    digits = os.environ.get(KEY_VARIABLE)
    if digits is None:
        return secrets.token_bytes(KEY_BYTES)
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise SecretKeyError(
            f"{KEY_VARIABLE} is not hexadecimal",
            rule=f"{KEY_BYTES} bytes as {2 * KEY_BYTES} hexadecimal digits",
            next_step=f"set {KEY_VARIABLE} again, or unset it to have a key drawn",
        ) from None


def _write_new(path: Path, content: bytes) -> None:
    """The whole file or none, readable by its owner only; a p-table in use is never replaced."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WarehouseError(
            f"{path} exists already",
            rule="a p-table is never overwritten: published cells depend on it",
            next_step="name another file, or move the old one away if nothing was published",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink()
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be written: {error.strerror}",
        rule="the p-table is written as one whole file",
        next_step="name a file in a folder that exists and has room",
    )


def _said_of(path: Path, table: PerturbationTable) -> str:
    facts = [f"{table.frame.height:,} rows", f"{table.keys} keys", "zeros stay zero"]
    if table.forbidden:
        facts.append(f"{table.forbidden[0]} to {table.forbidden[-1]} never published")
    return (
        f"{path}: {', '.join(facts)}, every row unbiased.\n"
        f"{_said_of_pinning(measure_exact_disclosure_rate(table))}\n"
        "Keep this file secret and keep it for good: name it in NINO_PERTURBATION_TABLE."
    )


def _said_of_pinning(share: float) -> str:
    """What the bounds give away, and what to do where that is more than next to nothing."""
    pinned = round(MILLION * share)
    said = (
        "Of a million small counts published with their total, somebody who knew this design could "
        f"work out {pinned:,} exactly."
    )
    if pinned < WORTH_SAYING:
        return said
    return (
        f"{said}\nKeep the design as secret as the file. A longer reach (-D) at the same variance "
        "gives away fewer."
    )
