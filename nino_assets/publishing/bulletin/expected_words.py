"""How a derived number must be written, for the bulletin's check.

It shares no code with the rounding of the commentary (`rounding.py`), only the dated rules.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from nino_assets.publishing.bulletin.rounding import find_rules_in_force
from nino_assets.statistic.quarters import Quarter


def format_bare(value: Fraction) -> str:
    """Write a value without commas: an integer, or six decimals."""
    if value.denominator == 1:
        return str(value.numerator)
    return str((Decimal(value.numerator) / value.denominator).quantize(Decimal("0.000001")))


def _round_half_up(value: Fraction, unit: int) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator * unit)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)) * unit


def expect_count(count: int, edition: Quarter) -> str:
    """Write a count by the rounding rule of the edition."""
    if count == 0:
        return "nil or negligible"
    rule, digits = next(
        (r, d) for least, r, d in find_rules_in_force(edition) if abs(count) >= least
    )
    unit = 1000 if rule == "nearest_thousand" else 10 ** max(len(str(abs(count))) - digits, 0)
    rounded = _round_half_up(Fraction(count), unit)
    tenths, rest = divmod(rounded, 100_000)
    if tenths >= 10 and rest == 0:
        return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} million"
    return f"{rounded:,}"


def expect_percent(percent: Fraction) -> str:
    """Write a percentage for prose: whole, and never 0% of something."""
    if 0 < percent < Fraction(1, 2):
        return "less than 1%"
    if Fraction(199, 2) <= percent < 100:
        return "more than 99%"
    return f"{_round_half_up(percent, 1):,}%"


def expect_exact(mark: str, value: Fraction) -> str:
    """Write a number as a table shows it, by its mark."""
    if mark.startswith("share("):
        return expect_percent(value)
    if mark.startswith("percent-change("):
        rounded = _round_half_up(value, 1)
        return f"{rounded:+,}%" if rounded else "0%"
    if mark.startswith("change("):
        return f"{int(value):+,}" if value else "0"
    return f"{int(value):,}" if value else "[low]"
