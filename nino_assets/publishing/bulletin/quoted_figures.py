"""Figures quoted in prose: counts, changes and shares of published cells, with their rounding.

Belongs here: turning cells into numbers and claims that name the cells they come from.
Does not belong here: rounding rules (`rounding.py`), whole sentences (`commentary/`), the
independent re-derivation (`agreement.py`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from nino_assets.publishing.bulletin.prose import Claim, Number, ProseLink, Sentence, say
from nino_assets.publishing.bulletin.rounding import UNCHANGED_BELOW, count_text, percent_text
from nino_assets.publishing.bulletin.source_figures import SourceFigure
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import events
from nino_assets.statistic.quarters import Quarter

SMALL_BASE = 100
"""Below this count no percentage change is quoted: perturbation alone could move it."""
BREAKS_LINK = ProseLink("[b]", "#breaks")
"""The harmonised shorthand for a break in the series, leading to its explanation."""
SHORTEST_RECORD = 8
"""A record is claimed of a series of this many periods or more."""


Term = Cell | SourceFigure
"""What a sentence can quote: a published cell, or a figure of another source."""


_Term_co = TypeVar("_Term_co", bound=Term, covariant=True)


class Pair(NamedTuple, Generic[_Term_co]):
    """A cell, or a figure of another source, and what it is compared with."""

    now: _Term_co
    then: _Term_co


class QuotedFigures:
    """The figures of one edition. Cells asked of it must exist: ask `has` first."""

    def __init__(self, cells: PublishedCells, edition: Edition) -> None:
        self.cells = cells
        self.edition = edition

    def has(self, cell: Cell) -> bool:
        return self.cells.get_count(cell) is not None

    def value(self, cell: Term) -> int:
        """The published count. Raises KeyError, naming the cell, when the edition has none."""
        if isinstance(cell, SourceFigure):
            return cell.value
        found = self.cells.get_count(cell)
        if found is None:
            raise KeyError(str(cell))
        return found

    def count(self, cell: Term) -> Number:
        """`760,000`."""
        value = self.value(cell)
        return Number(Fraction(value), count_text(value, self.edition.quarter), str(cell))

    def size_of_change(self, pair: Pair[Term]) -> Number:
        """`11,000`, whichever way the count moved."""
        high, low = self._high_first(pair)
        size = self.value(high) - self.value(low)
        return Number(
            Fraction(size), count_text(size, self.edition.quarter), f"increase({high},{low})"
        )

    def percent_change(self, pair: Pair[Term]) -> Number:
        """`17%`, whichever way the count moved. The base must not be 0."""
        now, then = self.value(pair.now), self.value(pair.then)
        percent = Fraction(100 * abs(now - then), then)
        way = "increase" if now >= then else "decrease"
        return Number(percent, percent_text(percent), f"percent-{way}({pair.now},{pair.then})")

    def share(self, part: Cell, whole: Cell) -> Number:
        """`72%`. The whole must not be 0. A perturbed part can exceed its whole by a few."""
        percent = Fraction(100 * self.value(part), self.value(whole))
        return Number(percent, percent_text(percent), f"share({part},{whole})")

    def direction(self, pair: Pair[Term]) -> int:
        """1 for an increase, -1 for a decrease, 0 when broadly unchanged."""
        now, then = self.value(pair.now), self.value(pair.then)
        if now == then or (then and Fraction(100 * abs(now - then), then) < UNCHANGED_BELOW):
            return 0
        return 1 if now > then else -1

    def moved(
        self, pair: Pair[Term], up: str, down: str, unchanged: str = "broadly unchanged"
    ) -> Claim:
        """The word for the direction of a change, as a claim that can be checked."""
        way = self.direction(pair)
        word = (unchanged, up, down)[way]
        name = ("unchanged", "increased", "decreased")[way]
        return Claim(word, f"{name}({pair.now},{pair.then})")

    def moved_by(self, pair: Pair[Term], up: str, down: str, unchanged: str) -> Sentence:
        """`fell by 12%`, or the words for broadly unchanged."""
        sentence = say("{moved}", moved=self.moved(pair, up, down, unchanged))
        if self.direction(pair) and self.value(pair.then) >= SMALL_BASE:
            sentence += say(" by {percent}", percent=self.percent_change(pair))
        return sentence

    def change_phrase(self, pair: Pair[Term], on: str) -> Sentence:
        """`a 17% increase on the year ending March 2019`, with `[b]` across a break.

        `on` is the period compared with, in words.
        """
        mark = self.break_mark(pair)
        if self.value(pair.then) < SMALL_BASE:
            phrase = say("compared with {then} in " + on, then=self.count(pair.then))
        elif self.direction(pair) == 0:
            phrase = say("{unchanged} compared with " + on, unchanged=self.moved(pair, "", ""))
        else:
            percent = self.percent_change(pair)
            phrase = say(
                f"{article(percent.text)} {{percent}} {{way}} on {on}",
                percent=percent,
                way=self.moved(pair, "increase", "decrease"),
            )
        return phrase + mark

    def break_mark(self, pair: Pair[Term]) -> Sentence:
        """` [b]` when a break in the series lies within the periods compared, else nothing."""
        return say(" {mark}", mark=BREAKS_LINK) if self.breaks(pair) else Sentence(())

    def breaks(self, pair: Pair[Term]) -> tuple[events.Event, ...]:
        """The breaks in registrations that touch any quarter from the first to the last."""
        if isinstance(pair.now, SourceFigure):
            return ()
        first = pair.then.quarter - (pair.now.cube.quarters - 1)
        return events.discontinuities(first, pair.now.quarter)

    def record(self, cell: Cell) -> tuple[Claim, Quarter | None] | None:
        """Whether a count is the highest or lowest of its series, or since when it is.

        Returns the claim, worded `the highest` or `the lowest`, with the latest earlier period
        that was at least as high (low), or None for a record of the whole series. Returns None
        when neither holds for two years or more.
        """
        earlier = [q for q in self.cells.list_quarters(cell.cube) if q < cell.quarter]
        if len(earlier) + 1 < SHORTEST_RECORD:
            return None
        now = self.value(cell)
        history = [(q, self.value(cell.move_to(q))) for q in earlier]
        for word, way in (("highest", 1), ("lowest", -1)):
            rivals = [q for q, then in history if way * (then - now) >= 0]
            if not rivals:
                return Claim(f"the {word}", f"record-{word}({cell})"), None
            if len(history) - earlier.index(rivals[-1]) > SHORTEST_RECORD:
                since = rivals[-1]
                claim = Claim(f"the {word}", f"{word}-since({cell},{cell.move_to(since)})")
                return claim, since
        return None

    def _high_first(self, pair: Pair[Term]) -> Pair[Term]:
        return pair if self.value(pair.now) >= self.value(pair.then) else Pair(pair.then, pair.now)


def article(number: str) -> str:
    """`a` or `an` before a number as it is read out: an 8%, an 11%, a 17%."""
    spoken = number.split(",", maxsplit=1)[0].rstrip("%")
    eleven = spoken in ("11", "18") and number.count(",") in (0, 1)
    return "an" if number.startswith("8") or eleven else "a"
