"""When a percentage may be given: not of a small base.

One rule for prose, tables, charts and every table that is asked for. The threshold is the list
`percentage_bases.csv`, each row with its ground.
"""

from __future__ import annotations

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list
from nino_assets.statistic.vocabulary import LOW

NO_PERCENTAGE = LOW
"""What stands in place of a percentage on too small a base; the difference is shown too."""


@keep_while_unchanged("percentage_bases")
def find_smallest_base(edition: Quarter) -> int:
    """The smallest base of which an edition gives a percentage."""
    rows = read_list("percentage_bases").sort("from_quarter").to_dicts()
    return next(
        int(row["at_least"])
        for row in reversed(rows)
        if Quarter.parse(row["from_quarter"]) <= edition
    )


def is_percentage_base(base: int, edition: Quarter) -> bool:
    """Whether an edition gives a percentage of this base."""
    return base >= find_smallest_base(edition)
