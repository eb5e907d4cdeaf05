"""A p-table that may be used: every rule that a table must satisfy before it touches a count.

Belongs here: the rules. Does not belong here: how a table is designed (`design.py`), where its
file stands, and the counts that it is applied to (`cell_key.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from nino_assets.errors import PerturbationTableError
from nino_assets.methods.cell_key import LAST_PCV

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("pcv", "ckey", "pvalue")
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

    def entries(self) -> bytes:
        """All noise in the order of pcv and ckey (secret): equal for equal tables only."""
        return self.frame["pvalue"].to_numpy().astype("<i4").tobytes()


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
    rows = _integers(frame)
    if rows.filter((pl.col("pcv") == 0) & (pl.col("pvalue") != 0)).height:
        raise _refused("pcv 0 is perturbed", "zeros stay zero")
    rows = rows.filter(pl.col("pcv") != 0).sort("pcv", "ckey")
    keys = _complete_grid(rows)
    by_pcv = rows.group_by("pcv", maintain_order=True).agg(
        noise=pl.col("pvalue").cast(pl.Int64).sum(),
        lowest=(pl.col("pcv") + pl.col("pvalue")).min(),
        reach=pl.col("pvalue").abs().max(),
        stays=(pl.col("pvalue") == 0).any(),
    )
    _refuse_rows(
        by_pcv.filter(pl.col("noise") != 0)["pcv"],
        "are biased",
        "the noise of each row sums to exactly zero over its keys",
    )
    _refuse_rows(
        by_pcv.filter(pl.col("lowest") < 0)["pcv"],
        "would publish a negative count",
        "no published count is below zero",
    )
    forbidden = _forbidden(rows, by_pcv)
    strays = rows.filter((pl.col("pcv") + pl.col("pvalue")).is_in(forbidden))["pcv"]
    _refuse_rows(
        strays.unique().sort(),
        "would publish a count that the table otherwise never publishes",
        "forbidden small counts are forbidden in every row",
    )
    reach = dict(by_pcv.select("pcv", "reach").iter_rows())
    return PerturbationTable(rows, keys, reach, tuple(forbidden))


def _integers(frame: pl.DataFrame | pa.Table) -> pl.DataFrame:
    table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    if sorted(table.columns) != sorted(COLUMNS):
        raise _refused("other columns than pcv, ckey, pvalue", "exactly these three columns")
    for column in COLUMNS:
        if not table.schema[column].is_integer():
            raise _refused(f"column {column} is not whole numbers", "integer columns")
        if table[column].null_count():
            raise _refused(f"column {column} has blanks", "no blank anywhere")
    try:
        return table.select(pl.col(column).cast(pl.Int32) for column in COLUMNS)
    except pl.exceptions.InvalidOperationError:
        raise _refused("numbers beyond any table", "pcv, ckey and pvalue are small") from None


def _complete_grid(rows: pl.DataFrame) -> int:
    """The number of keys, when every pcv 1..750 has each key exactly once."""
    if not rows.height:
        raise _refused("no rows", f"one row for each pcv 1 to {LAST_PCV} and each key")
    keys: int = rows["ckey"].to_numpy().max().item() + 1
    outside = rows.filter(~pl.col("pcv").is_between(1, LAST_PCV) | (pl.col("ckey") < 0))["pcv"]
    inside = f"pcv 1 to {LAST_PCV}, ckey from 0"
    _refuse_rows(outside.unique().sort(), "lie outside the table", inside)
    by_pcv = rows.group_by("pcv").agg(n=pl.len(), distinct=pl.col("ckey").n_unique()).sort("pcv")
    _refuse_rows(
        by_pcv.filter(pl.col("n") > pl.col("distinct"))["pcv"],
        "hold a key twice",
        "each pcv and ckey once",
    )
    held = dict(by_pcv.select("pcv", "distinct").iter_rows())
    _refuse_rows(
        (pcv for pcv in range(1, LAST_PCV + 1) if held.get(pcv) != keys),
        f"lack some of the {keys} keys",
        f"one row for each pcv 1 to {LAST_PCV} and each key",
    )
    return keys


def _forbidden(rows: pl.DataFrame, by_pcv: pl.DataFrame) -> list[int]:
    published = (rows["pcv"] + rows["pvalue"]).to_numpy()
    smallest: int = published[published > 0].min().item()
    never_left = by_pcv.filter(~pl.col("stays"))["pcv"].to_list() if by_pcv["stays"][-1] else []
    return sorted({*range(1, smallest), *never_left})


def _refuse_rows(pcvs: Iterable[int], what: str, rule: str) -> None:
    found = list(pcvs)
    if found:
        more = f" and {len(found) - 10} more" if len(found) > 10 else ""
        named = ", ".join(map(str, found[:10]))
        raise _refused(f"{len(found)} rows {what}: pcv {named}{more}", rule)


def _refused(what: str, rule: str) -> PerturbationTableError:
    return PerturbationTableError(f"p-table refused: {what}", rule=rule, next_step=_REDRAW)
