"""How prose rounds a figure, by the rule of its date.

The rules are the reference list `rounding.csv`: an edition uses the rows of the latest
`from_quarter` it has reached. Percentages come from unrounded published figures. Halves round away
from zero, in exact fractions: a float would lose them.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list

NEGLIGIBLE = "nil or negligible"
UNCHANGED_BELOW = Fraction(1, 2)
"""A change of less than half a per cent is "broadly unchanged"."""
_MILLION = 1_000_000


@keep_while_unchanged("rounding")
def find_rules_in_force(edition: Quarter) -> tuple[tuple[int, str, int], ...]:
    """Return the rules for an edition: least count, rule and digits.

    The largest `at_least` comes first.
    """
    rows = read_list("rounding").to_dicts()
    since = max(q for row in rows if (q := Quarter.parse(row["from_quarter"])) <= edition)
    return tuple(
        sorted(
            (
                (int(row["at_least"]), row["rule"], int(row["digits"] or 0))
                for row in rows
                if Quarter.parse(row["from_quarter"]) == since
            ),
            reverse=True,
        )
    )


def round_half_up(number: Fraction, unit: int = 1) -> int:
    """Return the nearest multiple of `unit`, halves away from zero."""
    size = abs(number) / unit
    steps = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return steps * unit if number >= 0 else -steps * unit


def round_count(count: int, edition: Quarter) -> int:
    """Round a count, or its change, as the edition's prose does."""
    size = abs(count)
    rule, digits = next((r, d) for least, r, d in find_rules_in_force(edition) if size >= least)
    unit = 1000 if rule == "nearest_thousand" else 10 ** max(0, len(str(size)) - digits)
    return round_half_up(Fraction(count), unit)


def format_count(count: int, edition: Quarter) -> str:
    """Return `760,000`, `1.1 million` or `nil or negligible`."""
    if count == 0:
        return NEGLIGIBLE
    number = round_count(count, edition)
    if abs(number) >= _MILLION and number % (_MILLION // 10) == 0:
        return f"{Decimal(number) / _MILLION:f} million".replace(".0 ", " ")
    return f"{number:,}"


def format_percent(percent: Fraction) -> str:
    """Return a whole percentage: `17%`.

    It is never `0%` of something nor `100%` of less than all.
    """
    if 0 < percent < Fraction(1, 2):
        return "less than 1%"
    if Fraction(199, 2) <= percent < 100:
        return "more than 99%"
    return f"{round_half_up(percent):,}%"


def format_exact(count: int) -> str:
    """Return `669,846` as a table shows it, or `[low]`."""
    return f"{count:,}" if count else "[low]"
