"""The command `perturbation-table`: designs a p-table and writes it once.

Nothing secret is printed.
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path

import click

from nino_assets.errors import SecretKeyError, WarehouseError
from nino_assets.methods.disclosure.perturbation_table.design import (
    DEFAULT,
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
FEW = 10
"""Of a million; designs with a reach of 3 and thin tails, or more, give away fewer."""
REACH = click.IntRange(1, 1_000)
KEY_VARIABLE = "NINO_PERTURBATION_TABLE_KEY"


@click.command("perturbation-table")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--reach",
    "-D",
    default=DEFAULT.reach,
    show_default=True,
    help="The most that is added to a count or taken from it.",
)
@click.option(
    "--variance",
    "-V",
    default=DEFAULT.variance,
    show_default=True,
    help="Largest variance of the noise.",
)
@click.option(
    "--smallest",
    default=DEFAULT.smallest,
    show_default=True,
    help="Smallest count published; those from 1 to below it are forbidden.",
)
@click.option(
    "--stay",
    default=DEFAULT.stay,
    show_default=True,
    help="Smallest probability that a count stays as it is.",
)
@click.option(
    "--keys",
    type=click.IntRange(1, 2**31),
    default=DEFAULT.keys,
    show_default=True,
    help="Number of record keys, N.",
)
@click.option("--near-reach", type=REACH, help="Reach of counts near the forbidden ones.")
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
    """Design a p-table.

    It is written to PATH, a new Parquet file.

    Without options it is the default design. If --smallest is left at its
    default, counts near the forbidden ones keep the default reach and variance. The order of the
    keys comes from 64 hexadecimal digits in NINO_PERTURBATION_TABLE_KEY, or from a key that is
    drawn for this table and not kept.
    """
    if smallest == DEFAULT.smallest:
        near_reach = near_reach or DEFAULT.near_reach
        near_variance = near_variance or DEFAULT.near_variance
    design = Design(reach, variance, smallest, stay, keys, near_reach, near_variance)
    frame = make_perturbation_table(_read_key(), design)
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    _write_new(path, parquet.getvalue())
    click.echo(_describe_table(path, check_perturbation_table(frame)))


def _read_key() -> bytes:
    digits = os.environ.get(KEY_VARIABLE)
    if digits is None:
        return secrets.token_bytes(KEY_BYTES)
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise SecretKeyError(
            f"{KEY_VARIABLE} is not hexadecimal",
            rule=f"the key is {KEY_BYTES} bytes as {2 * KEY_BYTES} hexadecimal digits",
            next_step=f"set {KEY_VARIABLE} again, or unset it to have a key drawn",
        ) from None


def _write_new(path: Path, content: bytes) -> None:
    """Write the whole file or none, for its owner only.

    A p-table is never replaced: published cells depend on it.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WarehouseError(
            f"{path} exists already",
            rule="a p-table is never overwritten: published cells depend on it",
            next_step="name another file, or move the old one away if nothing was published",
        ) from None
    except OSError as error:
        raise _explain_write_error(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink()
        raise _explain_write_error(path, error) from error


def _explain_write_error(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be written: {error.strerror}",
        rule="the p-table is written as one whole file",
        next_step="name a file in a folder that exists and has room",
    )


def _describe_table(path: Path, table: PerturbationTable) -> str:
    facts = [f"{table.frame.height:,} rows", f"{table.keys} keys", "zeros stay zero"]
    if table.forbidden:
        facts.append(f"{table.forbidden[0]} to {table.forbidden[-1]} never published")
    return (
        f"{path}: {', '.join(facts)}, every row unbiased.\n"
        f"{_describe_exact_disclosure(measure_exact_disclosure_rate(table))}\n"
        "Keep this file secret and keep it for good: name it in NINO_PERTURBATION_TABLE."
    )


def _describe_exact_disclosure(rate: float) -> str:
    """Say what the bounds of the noise give away, and what helps."""
    disclosed = round(MILLION * rate)
    words = (
        "Of a million small counts published with their total, somebody who knew this design could "
        f"work out {disclosed:,} exactly."
    )
    if disclosed < FEW:
        return words
    return (
        f"{words}\nKeep the design as secret as the file. A longer reach (-D) at the same variance "
        "gives away fewer."
    )
