"""What every topic needs: the periods of the edition, and the sentences that all topics share.

Belongs here: choosing the period that leads the story, and phrases used by more than one topic.
The year ending leads as soon as there is one; before the fourth quarter the quarter leads. A
previous year is compared with only when the edition holds it.
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, Paragraph, WarningBlock
from nino_assets.publishing.bulletin.prose import Claim, ProseLink, Sentence, say
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.bulletin.rounding import count_text
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.events import Event
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    QUARTER_NATIONALITY,
    YEAR_AREA,
    YEAR_NATIONALITY,
    Cube,
    slug,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_month
from nino_assets.writers.charts.chart import Point

ALL, EU, NON_EU = slug(v.ALL), slug(v.EU), slug(v.NON_EU)
UNKNOWN_NATIONALITY, UNKNOWN_SUB_GROUP = slug(v.UNKNOWN), slug(v.UNKNOWN_SUB_GROUP)

MEASURE = "Registrations"
"""What the charts and maps of these statistics count."""


class BulletinContext:
    """One edition as its commentary sees it."""

    def __init__(self, cells: PublishedCells, edition: Edition) -> None:
        self.cells = cells
        self.edition = edition
        self.figures = QuotedFigures(cells, edition)
        self.quarter = edition.quarter
        self.has_year = self.figures.has(Cell(YEAR_NATIONALITY, self.quarter))
        self.has_previous = self.figures.has(self.cell().move_to(self.quarter - 4))

    def cell(self, nationality: str = ALL, **members: str) -> Cell:
        """The cell of the leading period: by area when `geography` is given."""
        cube = self._cube(by_area="geography" in members)
        return Cell(cube, self.quarter, nationality=nationality, **members)

    def _cube(self, *, by_area: bool) -> Cube:
        """The cube of the leading period."""
        if by_area:
            return YEAR_AREA if self.has_year else QUARTER_AREA
        return YEAR_NATIONALITY if self.has_year else QUARTER_NATIONALITY

    def quarter_cell(self, nationality: str = ALL) -> Cell:
        """The cell of the latest quarter."""
        return Cell(QUARTER_NATIONALITY, self.quarter, nationality=nationality)

    def pair(self, cell: Cell) -> Pair[Cell] | None:
        """A cell with the same period a year earlier, when the edition holds that."""
        before = cell.move_to(cell.quarter - 4)
        return Pair(cell, before) if self.figures.has(before) else None

    def words(self, cell: Cell) -> str:
        """`the year ending December 2020`, `October to December 2020`."""
        return period_words(cell.cube, cell.quarter)

    def write(self, count: int) -> str:
        """The text of a count as this edition rounds it, for labels in pictures."""
        return count_text(count, self.quarter) if count else "[low]"

    def names(self, level: str, *, areas: bool = False) -> list[tuple[str, str]]:
        """(code, label) of the members of a level, in published order."""
        column, code, label = (
            ("geography_level", "geography_code", "geography_name")
            if areas
            else ("nationality_level", "nationality_code", "nationality")
        )
        frame = self.cells.get_period(self._cube(by_area=areas), self.quarter)
        members = frame.filter(frame[column] == level).select(code, label)
        return [(str(c), str(n)) for c, n in members.unique(maintain_order=True).iter_rows()]

    def ranked(self, cells: list[tuple[Cell, str]]) -> list[tuple[Cell, str]]:
        """Cells with their labels, the greatest count first; ties keep published order."""
        return sorted(cells, key=lambda item: -self.figures.value(item[0]))

    def points(self, cells: list[Cell]) -> tuple[Point, ...]:
        """Chart points of cells that exist."""
        return tuple(Point(self.figures.value(cell), str(cell)) for cell in cells)

    def registered(self, cell: Cell, to: str = "") -> Sentence:
        """`760,000 NINos were registered to EU nationals in the year ending March 2020`."""
        count = self.figures.count(cell)
        who = f" {to}" if to else ""
        if count.value == 0:
            return say(f"NINos registered{who} in {self.words(cell)} were {{count}}", count=count)
        return say(f"{{count}} NINos were registered{who} in {self.words(cell)}", count=count)

    def registered_with_change(self, cell: Cell, to: str = "") -> Sentence:
        """The same with the change on the year before, when there is one."""
        pair = self.pair(cell)
        if pair is None:
            return self.registered(cell, to)
        change = self.figures.change_phrase(pair, self.words(pair.then))
        return say("{registered}: {change}", registered=self.registered(cell, to), change=change)

    def change(self, cell: Cell) -> Sentence:
        """`, a 17% increase on the year ending March 2019`; nothing without a year before."""
        pair = self.pair(cell)
        if pair is None:
            return Sentence(())
        return say(", {c}", c=self.figures.change_phrase(pair, self.words(pair.then)))

    def leads(self, cell: Cell, level: str, name: str, among: str = "") -> Sentence:
        """`London had the most registrations`: a picture's message. `among` ends the sentence."""
        if self.figures.value(cell) == 0:
            return say("Registrations were nil or negligible")
        most = ranks(cell, level, 1, "the most registrations")
        return say(f"{name} had {{claim}}{among}", claim=most)

    def record_sentence(self, cell: Cell, subject: str, kind: str) -> list[Sentence]:
        """A sentence when the count is a record; `kind` names the periods compared.

        It is marked `[b]` when a break touches the period itself.
        """
        found = self.figures.record(cell)
        if found is None:
            return []
        claim, since = found
        scope = (
            f"since {self.words(cell.move_to(since))}"
            if since
            else f"since the series began in {format_month(self.edition.first_quarter.first_day)}"
        )
        mark = self.figures.break_mark(Pair(cell, cell))
        return [say(f"{subject} {{claim}} for any {kind} {scope}{{mark}}.", claim=claim, mark=mark)]

    def breaks(self, cells: list[Cell]) -> list[Event]:
        """The breaks that the year-on-year comparisons of these cells cross."""
        found = {
            event.event: event
            for cell in cells
            if (pair := self.pair(cell))
            for event in self.figures.breaks(pair)
        }
        return list(found.values())

    def break_warning(self, cell: Cell) -> list[Block]:
        """A warning when the year-on-year comparison of a cell crosses a break."""
        if not self.breaks([cell]):
            return []
        explained = ProseLink("breaks in the series", "#breaks")
        words = "Changes on the year before cross a break: treat them with caution. See {link}."
        return [WarningBlock(say(words, link=explained))]

    def not_yet(self, what: str, quarters: int) -> Block:
        """Says that something needs more quarters than the edition holds."""
        words = {4: "four", 8: "eight"}[quarters]
        return Paragraph(say(f"{what} not yet available: this needs {words} quarters of figures."))


def short_name(label: str) -> str:
    """A sub-group as prose names it: `EU15` for `European Union EU15`."""
    return label.replace("European Union EU", "EU").replace("European Union Other", "EU Other")


def period_words(cube: Cube, quarter: Quarter) -> str:
    """`the year ending December 2020` for a cube of years, `October to December 2020` otherwise."""
    return f"the {quarter.year_ending}" if cube.period == "year_ending" else quarter.title


def ranks(cell: Cell, level: str, place: int, words: str) -> Claim:
    """A claim that a cell is at most the `place`-th largest of its level, unknown members aside."""
    return Claim(words, f"rank({cell},{level},{place})")
