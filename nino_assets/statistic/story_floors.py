"""How large a difference must be to be told: the list `story_floors.csv`.

Below the floor a difference can come from the random adjustment alone.
"""

from __future__ import annotations

from fractions import Fraction

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


def is_story(story: str, figure: int, other: int, edition: Quarter) -> bool:
    """Tell whether two figures differ enough for a kind of story.

    `story` is one of `STORIES`; `other` is what the figure is compared with.
    """
    people, percent = find_floor(story, edition)
    size = abs(figure - other)
    return size >= people and 100 * size >= percent * other


@keep_while_unchanged("story_floors")
def find_floor(story: str, edition: Quarter) -> tuple[int, Fraction]:
    """Find the floor in force, in people and per cent."""
    rows = read_list("story_floors").filter(story=story).sort("from_quarter").to_dicts()
    return next(
        (int(row["people"]), Fraction(row["percent"]))
        for row in reversed(rows)
        if Quarter.parse(row["from_quarter"]) <= edition
    )
