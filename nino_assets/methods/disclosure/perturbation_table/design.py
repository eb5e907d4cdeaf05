"""The design of a p-table, and the table that it makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from nino_assets.errors import PerturbationTableError, SecretKeyError
from nino_assets.methods.disclosure.cell_key import LAST_PCV, SHARED_PCVS
from nino_assets.methods.disclosure.perturbation_table.key_allocation import (
    allocate_keys,
    shuffle_keys,
)
from nino_assets.methods.disclosure.perturbation_table.max_entropy import (
    RowProgram,
    compute_row_probabilities,
)
from nino_assets.methods.disclosure.perturbation_table.validation import (
    build_table_frame,
    check_perturbation_table,
)

KEY_BYTES = 32


@dataclass(frozen=True)
class Design:
    """The parameters of a p-table; never published.

    `reach` (D) and `variance` (V) bound the noise of every count from `smallest` + `reach` on, and
    of the smaller ones too unless `near_reach` and `near_variance` are given: counts near the
    forbidden ones have fewer targets, and stay unbiased only if they may move further. `smallest`
    is the smallest positive count that is ever published; zero stays zero. `stay` is the least
    probability of no noise. `keys` is the number of record keys, N.
    """

    reach: int
    variance: float
    smallest: int = 1
    stay: float = 0.0
    keys: int = 256
    near_reach: int | None = None
    near_variance: float | None = None

    def __post_init__(self) -> None:
        for name, holds, rule in (
            ("reach", self.reach >= 1, "1 or more"),
            ("variance", self.variance > 0, "above 0"),
            ("smallest publishable count", self.smallest >= 1, "1 or more"),
            ("probability of staying", 0 <= self.stay < 1, "at least 0 and below 1"),
            ("number of keys", self.keys >= 2, "2 or more"),
            (
                "last row with noise of its own",
                self.smallest + self.reach <= LAST_PCV - SHARED_PCVS,
                "500 or less, so that counts above 750 share rows that are all alike",
            ),
        ):
            if not holds:
                raise PerturbationTableError(
                    f"no p-table of this design: {name}",
                    rule=f"the {name} is {rule}",
                    next_step="give the design another value",
                )

    @property
    def last_own_row(self) -> int:
        """The first count with symmetric noise; its row serves larger ones."""
        return self.smallest + self.reach

    def build_program(self, count: int) -> RowProgram:
        """The constraints on the noise of one count, 1 or more."""
        near = count < self.last_own_row
        return RowProgram(
            count=count,
            reach=self.near_reach if near and self.near_reach else self.reach,
            variance=self.near_variance if near and self.near_variance else self.variance,
            smallest=self.smallest,
            stay=self.stay,
        )


DEFAULT = Design(reach=6, variance=5.0, smallest=5, near_reach=8, near_variance=9.0)
"""The design of a table that is made without another: of a demonstration, and of the command.

1 to 4 are never published, as in DWP's tables. What DWP publishes shows noise within 3 with a
standard deviation of 1.8 (measured in the tables to March 2018: 1.7 to 2.0, the same for cells of
300 and of 200,000). Here it is 2.2, because the whole series is published quarter by quarter and
year by year: who solves all cells together averages up to half of the noise away
(`averaging.py`), and is still left with 0.6 of the 1.8 (`test_averaging.py`). A reader's cost: 95%
of figures are within 4 of the count, not within 3.

The reach is 6, since a short bound that is often reached discloses parts of additive triples to
somebody who knows it: 1 in 855 with a bound of 3, 1 in 75,000 with 5, 1 in 988,000 here
(`exact_disclosure.py`). A longer one gains nothing that matters and moves single figures further.

Counts 1 to 10 have a standard deviation of 3: the least that would keep 1 to 4 unbiased (2.4) would
publish most of them as exactly 5, where DWP's published counts fall smoothly from 5 on.

256 keys: as in the census of 2021 and Stat-Xplore. Every probability is met to 0.006 and every bias
is exactly zero; 4,096 keys would fit the last decimals of a design that is kept secret anyway, at
sixteen times the size of every look-up.
"""


def compute_noise(design: Design) -> dict[int, dict[int, int]]:
    """Count → noise → number of keys, for counts with own rows.

    Raises PerturbationTableError, naming count and constraint, when a row cannot be had.
    """
    return {
        count: allocate_keys(
            compute_row_probabilities(design.build_program(count)), design.keys, count=count
        )
        for count in range(1, design.last_own_row + 1)
    }


def make_perturbation_table(key: bytes, design: Design = DEFAULT) -> pl.DataFrame:
    """The p-table of a design, the same for the same key.

    It has integer columns pcv, ckey, pvalue.

    `key` is 32 secret bytes that order each row's keys. The table has passed
    `check_perturbation_table`. Raises SecretKeyError for a key of another length,
    PerturbationTableError when the design cannot be met.
    """
    if len(key) != KEY_BYTES:
        raise SecretKeyError(
            f"the p-table's key has {len(key)} bytes",
            rule=f"a key of {KEY_BYTES} bytes orders the keys of every row",
            next_step="give 64 hexadecimal digits",
        )
    noise = compute_noise(design)
    pvalues = np.empty((LAST_PCV, design.keys), dtype=np.int32)
    for pcv in range(1, LAST_PCV + 1):
        row = noise[min(pcv, design.last_own_row)]
        order = shuffle_keys(key, pcv, design.keys)
        pvalues[pcv - 1, order] = np.repeat(list(row), list(row.values()))
    frame = build_table_frame(pvalues)
    _check_against_design(frame, design)
    return frame


def _check_against_design(frame: pl.DataFrame, design: Design) -> None:
    table = check_perturbation_table(frame)
    reach = max(design.near_reach or 0, design.reach)
    for holds, rule in (
        (table.keys == design.keys, f"{design.keys} keys"),
        (set(range(1, design.smallest)) <= set(table.forbidden), "no forbidden count published"),
        (max(table.reach.values()) <= reach, "no noise beyond the reach"),
    ):
        if not holds:
            raise PerturbationTableError(
                "the drawn p-table breaks its own design",
                rule=rule,
                next_step="report the design: this is a bug",
            )
