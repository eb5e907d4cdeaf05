"""How every command takes a quarter: as people write it."""

from __future__ import annotations

import click

from nino_assets.statistic.quarters import Quarter


class QuarterType(click.ParamType[Quarter]):
    """A quarter as people write it."""

    name = "quarter"

    def convert(
        self, value: str | Quarter, param: click.Parameter | None, ctx: click.Context | None
    ) -> Quarter:
        if isinstance(value, Quarter):
            return value
        try:
            return Quarter.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


QUARTER = QuarterType()
