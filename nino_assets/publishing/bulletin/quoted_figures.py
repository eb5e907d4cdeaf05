"""Counts, changes and shares of published cells, as prose quotes them.

Each number and claim names the cells that it comes from, so that `derivation.py` can derive it
again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from nino_assets.publishing.bulletin.prose import Claim, Number, ProseLink, Sentence, say
from nino_assets.publishing.bulletin.rounding import UNCHANGED_BELOW, format_count, format_percent
from nino_assets.publishing.bulletin.source_figures import SourceFigure
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.statistic import events
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.commentary_lists import COMPARISON, MOVEMENT, RECORD
from nino_assets.statistic.percentages import is_percentage_base
from nino_assets.statistic.published_domain import make_slug
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.story_floors import is_story

BREAKS_LINK = ProseLink("[b]", "#breaks")
"""The harmonised shorthand for a break in the series, leading to its explanation."""
SHORTEST_RECORD = 8
"""A record is claimed of a series of this many periods or more."""


Term = Cell | SourceFigure
"""What a sentence can quote: a published cell, or a figure of another source."""


_Term_co = TypeVar("_Term_co", bound=Term, covariant=True)


class Pair(NamedTuple, Generic[_Term_co]):
    """A cell, or another source's figure, and what it is compared with."""

    now: _Term_co
    then: _Term_co


class QuotedFigures:
    """The figures of the edition of a quarter.

    The cells asked for must exist: ask `has` first.
    """

    def __init__(self, cells: PublishedCells, quarter: Quarter) -> None:
        self.cells = cells
        self.quarter = quarter

    def has(self, cell: Cell) -> bool:
        """Tell whether the edition has the cell."""
        return self.cells.get_count(cell) is not None

    def get_value(self, cell: Term) -> int:
        """Return the published count.

        Raises KeyError, naming the cell, when the edition has none.
        """
        if isinstance(cell, SourceFigure):
            return cell.value
        found = self.cells.get_count(cell)
        if found is None:
            raise KeyError(str(cell))
        return found

    def quote_count(self, cell: Term) -> Number:
        """Quote a count: `760,000`."""
        value = self.get_value(cell)
        return Number(Fraction(value), format_count(value, self.quarter), str(cell))

    def quote_change(self, pair: Pair[Term]) -> Number:
        """Quote the size of a change: `11,000`, whatever its direction."""
        high, low = self._order_high_first(pair)
        size = self.get_value(high) - self.get_value(low)
        return Number(Fraction(size), format_count(size, self.quarter), f"increase({high},{low})")

    def is_percentage_base(self, base: Term) -> bool:
        """Tell whether a percentage of the figure may be given."""
        return is_percentage_base(self.get_value(base), self.quarter)

    def quote_percent_change(self, pair: Pair[Term]) -> Number:
        """Quote a change in per cent: `17%`, whatever its direction.

        The base must allow a percentage: ask `is_percentage_base` first.
        """
        now, then = self.get_value(pair.now), self.get_value(pair.then)
        percent = Fraction(100 * abs(now - then), then)
        way = "increase" if now >= then else "decrease"
        return Number(percent, format_percent(percent), f"percent-{way}({pair.now},{pair.then})")

    def quote_share(self, part: Cell, whole: Cell) -> Number:
        """Quote a share: `72%`.

        The whole must allow a percentage. A perturbed part can exceed its whole by a few.
        """
        percent = Fraction(100 * self.get_value(part), self.get_value(whole))
        return Number(percent, format_percent(percent), f"share({part},{whole})")

    def is_clear(self, high: Cell, low: Cell) -> bool:
        """Tell whether one figure may be called larger than another.

        The difference must reach the floor, and the two must be written differently.
        """
        return (
            self._is_story(COMPARISON, self.get_value(high), self.get_value(low))
            and self.quote_count(high).text != self.quote_count(low).text
        )

    def is_movement(self, pair: Pair[Cell]) -> bool:
        """Tell whether a change reaches the floor of a movement."""
        return self._is_story(MOVEMENT, self.get_value(pair.now), self.get_value(pair.then))

    def _is_story(self, story: str, figure: int, other: int) -> bool:
        return is_story(story, figure, other, self.quarter)

    def find_direction(self, pair: Pair[Term]) -> int:
        """Return 1 for an increase, -1 for a decrease, else 0.

        0 is for a change that is broadly none.
        """
        now, then = self.get_value(pair.now), self.get_value(pair.then)
        if now == then or (then and Fraction(100 * abs(now - then), then) < UNCHANGED_BELOW):
            return 0
        return 1 if now > then else -1

    def claim_direction(
        self, pair: Pair[Term], up: str, down: str, unchanged: str = "broadly unchanged"
    ) -> Claim:
        """Return the word for a change's direction, as a claim."""
        way = self.find_direction(pair)
        word = (unchanged, up, down)[way]
        name = ("unchanged", "increased", "decreased")[way]
        return Claim(word, f"{name}({pair.now},{pair.then})")

    def describe_move(self, pair: Pair[Term], up: str, down: str, unchanged: str) -> Sentence:
        """Return `fell by 12%`, or the words for broadly unchanged."""
        sentence = say("{moved}", moved=self.claim_direction(pair, up, down, unchanged))
        if self.find_direction(pair) and self.is_percentage_base(pair.then):
            sentence += say(" by {percent}", percent=self.quote_percent_change(pair))
        return sentence

    def describe_change(self, pair: Pair[Term], on: str) -> Sentence:
        """Return `a 17% increase (110,000 more) on the year ending March 2019`.

        `[b]` follows across a break.

        `on` is the period compared with, in words.
        """
        mark = self.mark_break(pair)
        if not self.is_percentage_base(pair.then):
            phrase = say("compared with {then} in " + on, then=self.quote_count(pair.then))
        elif self.find_direction(pair) == 0:
            phrase = say(
                "{unchanged} compared with " + on, unchanged=self.claim_direction(pair, "", "")
            )
        else:
            percent = self.quote_percent_change(pair)
            more = "more" if self.find_direction(pair) > 0 else "fewer"
            phrase = say(
                f"{choose_article(percent.text)} {{percent}} {{way}} ({{size}} {more}) on {on}",
                percent=percent,
                size=self.quote_change(pair),
                way=self.claim_direction(pair, "increase", "decrease"),
            )
        return phrase + mark

    def mark_break(self, pair: Pair[Term]) -> Sentence:
        """Return ` [b]` when the comparison crosses a break, else nothing."""
        return say(" {mark}", mark=BREAKS_LINK) if self.find_breaks(pair) else Sentence(())

    def find_breaks(self, pair: Pair[Term]) -> tuple[events.Event, ...]:
        """Return the breaks in either figure, not those between the two."""
        found = [e for cell in (pair.then, pair.now) for e in self.find_breaks_in(cell)]
        return tuple(dict.fromkeys(found))

    def find_breaks_in(self, cell: Term) -> tuple[events.Event, ...]:
        """Return the breaks that disturb one figure."""
        if isinstance(cell, SourceFigure):
            return ()
        first = cell.quarter - (cell.cube.quarters - 1)
        return events.find_breaks(
            first, cell.quarter, by_nationality=cell.nationality != make_slug(v.ALL)
        )

    def find_record(self, cell: Cell) -> tuple[Claim, Quarter | None] | None:
        """Tell since when a count is its series' highest or lowest.

        Returns the claim, worded `the highest` or `the lowest`, with the latest earlier period that
        was at least as high (low), or None for a record of the whole series. Returns None when
        neither is true for two years or more, by more than the floor of a record.
        """
        earlier = [q for q in self.cells.list_quarters(cell.cube) if q < cell.quarter]
        if len(earlier) + 1 < SHORTEST_RECORD:
            return None
        now = self.get_value(cell)
        history = [(q, self.get_value(cell.move_to(q))) for q in earlier]
        for word, way in (("highest", 1), ("lowest", -1)):
            rivals = [q for q, then in history if way * (then - now) >= 0]
            beaten = [way * then for q, then in history if not rivals or q > rivals[-1]]
            if not beaten or not self._is_story(RECORD, now, way * max(beaten)):
                continue
            if not rivals:
                return Claim(f"the {word}", f"record-{word}({cell})"), None
            if len(history) - earlier.index(rivals[-1]) > SHORTEST_RECORD:
                since = rivals[-1]
                claim = Claim(f"the {word}", f"{word}-since({cell},{cell.move_to(since)})")
                return claim, since
        return None

    def _order_high_first(self, pair: Pair[Term]) -> Pair[Term]:
        return (
            pair
            if self.get_value(pair.now) >= self.get_value(pair.then)
            else Pair(pair.then, pair.now)
        )


def choose_article(number: str) -> str:
    """Return `a` or `an` as a number is read out.

    An 8%, an 11%, a 17%.
    """
    spoken = number.split(",", maxsplit=1)[0].rstrip("%")
    eleven = spoken in ("11", "18") and number.count(",") in (0, 1)
    return "an" if number.startswith("8") or eleven else "a"
