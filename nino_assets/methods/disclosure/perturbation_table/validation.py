"""The rules that every p-table must satisfy before it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure.cell_key import LAST_PCV

if TYPE_CHECKING:
    import pyarrow as pa

TABLE_COLUMNS = ("pcv", "ckey", "pvalue")
Int32Array = NDArray[np.int32]
_REDRAW = "draw the table again with `nino-assets perturbation-table`, or deliver a repaired one"


@dataclass(frozen=True)
class PerturbationTable:
    """A p-table that has passed every rule of `check_perturbation_table`.

    `frame` (secret) has one row for each pcv 1..750 and ckey 0..`keys`-1, sorted, columns pcv,
    ckey, pvalue. `reach` is the largest absolute noise of each pcv. `forbidden` are the counts that
    the table never publishes. All are read from the table.
    """

    frame: pl.DataFrame = field(repr=False)
    keys: int
    reach: dict[int, int] = field(repr=False)
    forbidden: tuple[int, ...]

    def encode_entries(self) -> bytes:
        """All noise as bytes (secret), equal for equal tables only."""
        return self.noise.astype("<i4").tobytes()

    @property
    def noise(self) -> Int32Array:
        """All noise (secret): a row for each pcv, a column a ckey."""
        return self.frame["pvalue"].to_numpy().reshape(LAST_PCV, self.keys)


def build_table_frame(noise: Int32Array) -> pl.DataFrame:
    """The columns of a p-table from its noise.

    `noise` has one row for each pcv and one column for each ckey.
    """
    pcvs, keys = noise.shape
    return pl.DataFrame(
        {
            "pcv": np.repeat(np.arange(1, pcvs + 1, dtype=np.int32), keys),
            "ckey": np.tile(np.arange(keys, dtype=np.int32), pcvs),
            "pvalue": noise.ravel(),
        }
    )


def check_perturbation_table(frame: pl.DataFrame | pa.Table) -> PerturbationTable:
    """The table, checked and complete.

    Takes integer columns pcv, ckey, pvalue in any order and row order. Rows of pcv 0 are accepted
    only where they leave zero at zero, and are dropped. Raises PerturbationTableError, naming the
    rows and the rule but no value of the table, for another column, a null, a hole, a duplicate, a
    row whose noise does not sum to exactly zero, a negative or a forbidden published count.

    Forbidden counts are those below the smallest published one and, in a table that can leave large
    counts as they are, those that it never leaves as they are (so that one stray entry which
    publishes a small count is found and not taken for the design).
    """
    pcv, ckey, pvalue = _read_integers(frame)
    zero = pcv == 0
    if pvalue[zero].any():
        raise _build_error("pcv 0 is perturbed", "zeros stay zero")
    noise = _arrange_grid(pcv[~zero], ckey[~zero], pvalue[~zero])
    counts = np.arange(1, LAST_PCV + 1)
    published = counts[:, None] + noise
    _refuse_rows(
        counts[noise.sum(axis=1, dtype=np.int64) != 0],
        "are biased",
        "the noise of each row sums to exactly zero over its keys",
    )
    _refuse_rows(
        counts[(published < 0).any(axis=1)],
        "would publish a negative count",
        "no published count is below zero",
    )
    forbidden = _find_forbidden(noise, published)
    _refuse_rows(
        counts[np.isin(published, forbidden).any(axis=1)],
        "would publish a count that the table otherwise never publishes",
        "forbidden small counts are forbidden in every row",
    )
    reach = dict(zip(counts.tolist(), np.abs(noise).max(axis=1).tolist(), strict=True))
    return PerturbationTable(build_table_frame(noise), noise.shape[1], reach, tuple(forbidden))


def _read_integers(frame: pl.DataFrame | pa.Table) -> tuple[Int32Array, Int32Array, Int32Array]:
    """The columns pcv, ckey and pvalue."""
    table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    if sorted(table.columns) != sorted(TABLE_COLUMNS):
        raise _build_error("other columns than pcv, ckey, pvalue", "exactly these three columns")
    for column in TABLE_COLUMNS:
        if not table.schema[column].is_integer():
            raise _build_error(f"column {column} is not whole numbers", "integer columns")
        if table[column].null_count():
            raise _build_error(f"column {column} has blanks", "no blank anywhere")
    try:
        pcv, ckey, pvalue = (table[column].cast(pl.Int32).to_numpy() for column in TABLE_COLUMNS)
    except pl.exceptions.InvalidOperationError:
        raise _build_error("numbers beyond any table", "pcv, ckey and pvalue are small") from None
    return pcv, ckey, pvalue


def _arrange_grid(pcv: Int32Array, ckey: Int32Array, pvalue: Int32Array) -> Int32Array:
    """The noise by pcv and ckey, refused unless complete.

    Every pcv 1..750 has each key exactly once.
    """
    if not pcv.size:
        raise _build_error("no rows", f"one row for each pcv 1 to {LAST_PCV} and each key")
    keys = int(ckey.max()) + 1
    inside = f"pcv 1 to {LAST_PCV}, ckey from 0"
    outside = (pcv < 1) | (pcv > LAST_PCV) | (ckey < 0)
    _refuse_rows(np.unique(pcv[outside]), "lie outside the table", inside)
    order = np.lexsort((ckey, pcv))
    pcv, ckey = pcv[order], ckey[order]
    again = (pcv[1:] == pcv[:-1]) & (ckey[1:] == ckey[:-1])
    _refuse_rows(np.unique(pcv[1:][again]), "hold a key twice", "each pcv and ckey once")
    held = np.bincount(pcv, minlength=LAST_PCV + 1)[1:]
    _refuse_rows(
        np.flatnonzero(held != keys) + 1,
        f"lack some of the {keys} keys",
        f"one row for each pcv 1 to {LAST_PCV} and each key",
    )
    return pvalue[order].reshape(LAST_PCV, keys)


def _find_forbidden(noise: Int32Array, published: NDArray[np.int64]) -> list[int]:
    smallest = int(published[published > 0].min())
    stays = (noise == 0).any(axis=1)
    never_left: list[int] = (np.flatnonzero(~stays) + 1).tolist() if stays[-1] else []
    return sorted({*range(1, smallest), *never_left})


def _refuse_rows(pcvs: NDArray[np.integer], what: str, rule: str) -> None:
    if pcvs.size:
        more = f" and {pcvs.size - 10} more" if pcvs.size > 10 else ""
        named = ", ".join(map(str, pcvs[:10].tolist()))
        raise _build_error(f"{pcvs.size} rows {what}: pcv {named}{more}", rule)


def _build_error(what: str, rule: str) -> PerturbationTableError:
    return PerturbationTableError(f"p-table refused: {what}", rule=rule, next_step=_REDRAW)
