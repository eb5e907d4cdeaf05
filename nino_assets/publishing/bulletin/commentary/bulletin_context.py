"""The periods of an edition, and the sentences that topics share.

The year ending leads as soon as there is one; before the fourth quarter the quarter leads. A
previous year is compared only when the edition has it.
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import LONGEST_TITLE, Block, Paragraph, WarningBlock
from nino_assets.publishing.bulletin.prose import Claim, ProseLink, Sentence, list_with_and, say
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.bulletin.rounding import format_count
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
    make_slug,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_month
from nino_assets.writers.charts.chart import Point

ALL, EU, NON_EU = make_slug(v.ALL), make_slug(v.EU), make_slug(v.NON_EU)
UNKNOWN_NATIONALITY, UNKNOWN_SUB_GROUP = make_slug(v.UNKNOWN), make_slug(v.UNKNOWN_SUB_GROUP)

NO_LEADER = "Registrations had no clear leader"
_MOST_LEADERS = 3

MEASURE = "Registrations"
"""What the charts and maps of these statistics count."""


class BulletinContext:
    """One edition as its commentary describes it."""

    def __init__(self, cells: PublishedCells, edition: Edition) -> None:
        self.cells = cells
        self.edition = edition
        self.figures = QuotedFigures(cells, edition.quarter)
        self.quarter = edition.quarter
        self.has_year = self.figures.has(Cell(YEAR_NATIONALITY, self.quarter))
        self.has_previous = self.figures.has(self.get_cell().move_to(self.quarter - 4))

    def get_cell(self, nationality: str = ALL, **members: str) -> Cell:
        """Return a cell of the leading period.

        It is a cell by area when `geography` is given.
        """
        cube = self._choose_cube(by_area="geography" in members)
        return Cell(cube, self.quarter, nationality=nationality, **members)

    def _choose_cube(self, *, by_area: bool) -> Cube:
        """Return the cube of the leading period."""
        if by_area:
            return YEAR_AREA if self.has_year else QUARTER_AREA
        return YEAR_NATIONALITY if self.has_year else QUARTER_NATIONALITY

    def get_quarter_cell(self, nationality: str = ALL) -> Cell:
        """Return a cell of the latest quarter."""
        return Cell(QUARTER_NATIONALITY, self.quarter, nationality=nationality)

    def find_pair(self, cell: Cell) -> Pair[Cell] | None:
        """Pair a cell with the year before, if the edition has it."""
        before = cell.move_to(cell.quarter - 4)
        return Pair(cell, before) if self.figures.has(before) else None

    def name_period(self, cell: Cell) -> str:
        """Return `the year ending December 2020` or `October to December 2020`."""
        return name_period(cell.cube, cell.quarter)

    def write_count(self, count: int) -> str:
        """Write a count as rounded, for labels in pictures."""
        return format_count(count, self.quarter) if count else "[low]"

    def list_members(self, level: str, *, areas: bool = False) -> list[tuple[str, str]]:
        """List code and label of a level's members, in published order."""
        column, code, label = (
            ("geography_level", "geography_code", "geography_name")
            if areas
            else ("nationality_level", "nationality_code", "nationality")
        )
        frame = self.cells.get_period(self._choose_cube(by_area=areas), self.quarter)
        members = frame.filter(frame[column] == level).select(code, label)
        return [(str(c), str(n)) for c, n in members.unique(maintain_order=True).iter_rows()]

    def rank_cells(self, cells: list[tuple[Cell, str]]) -> list[tuple[Cell, str]]:
        """Sort cells with labels, the greatest count first.

        Equal counts keep published order.
        """
        return sorted(cells, key=lambda item: -self.figures.get_value(item[0]))

    def build_points(self, cells: list[Cell]) -> tuple[Point, ...]:
        """Return chart points of cells that exist."""
        return tuple(Point(self.figures.get_value(cell), str(cell)) for cell in cells)

    def describe_registrations(self, cell: Cell, to: str = "") -> Sentence:
        """Write `760,000 NINos were registered to EU nationals in …`."""
        count = self.figures.quote_count(cell)
        who = f" {to}" if to else ""
        if count.text == "1":
            return say(
                f"{{count}} NINo was registered{who} in {self.name_period(cell)}", count=count
            )
        if count.value == 0:
            return say(
                f"NINos registered{who} in {self.name_period(cell)} were {{count}}", count=count
            )
        return say(f"{{count}} NINos were registered{who} in {self.name_period(cell)}", count=count)

    def describe_with_change(self, cell: Cell, to: str = "") -> Sentence:
        """Write registrations with the change on the year before, if any."""
        pair = self.find_pair(cell)
        if pair is None:
            return self.describe_registrations(cell, to)
        change = self.figures.describe_change(pair, self.name_period(pair.then))
        return say(
            "{registered}: {change}",
            registered=self.describe_registrations(cell, to),
            change=change,
        )

    def write_change(self, cell: Cell) -> Sentence:
        """Write `, a 17% increase on the year ending March 2019`.

        There is nothing without a year before.
        """
        pair = self.find_pair(cell)
        if pair is None:
            return Sentence(())
        return say(", {c}", c=self.figures.describe_change(pair, self.name_period(pair.then)))

    def find_leaders(self, ranked: list[tuple[Cell, str]]) -> list[tuple[Cell, str]]:
        """Return the first of a ranking, with those that are as large.

        The next is clearly smaller: see `is_clear`. Where more than three are as large nobody
        leads, and there is none.
        """
        size = 1
        while size < len(ranked) and not self.figures.is_clear(
            ranked[size - 1][0], ranked[size][0]
        ):
            size += 1
        return ranked[:size] if size <= _MOST_LEADERS else []

    def claim_lead(self, ranked: list[tuple[Cell, str]], level: str, among: str) -> Sentence:
        """Write `London had the most registrations`.

        `among` ends the sentence.
        """
        if self.figures.get_value(ranked[0][0]) == 0:
            return say("Registrations were nil or negligible")
        leaders = self.find_leaders(ranked)
        if not leaders:
            return say(NO_LEADER)
        names = list_with_and(say(name) for _, name in leaders)
        most = claim_rank(leaders[-1][0], level, len(leaders), "the most registrations")
        return say(f"{{names}} had {{claim}}{among}", names=names, claim=most)

    def write_lead_title(self, ranked: list[tuple[Cell, str]], level: str, among: str) -> Sentence:
        """Write a lead as short as a figure's title must be."""
        return choose_title(*(self.claim_lead(ranked, level, words) for words in (among, "")))

    def describe_record(self, cell: Cell, subject: str, kind: str) -> list[Sentence]:
        """Write a sentence when the count is a record.

        `kind` names the periods compared.

        It is marked `[b]` when a break touches the period itself.
        """
        found = self.figures.find_record(cell)
        if found is None:
            return []
        claim, since = found
        scope = (
            f"since {self.name_period(cell.move_to(since))}"
            if since
            else f"since the series began in {format_month(self.edition.first_quarter.first_day)}"
        )
        mark = self.figures.mark_break(Pair(cell, cell))
        return [say(f"{subject} {{claim}} for any {kind} {scope}{{mark}}.", claim=claim, mark=mark)]

    def find_breaks(self, cells: list[Cell]) -> list[Event]:
        """Return the breaks that these cells' yearly comparisons cross."""
        found = {
            event.event: event
            for cell in cells
            if (pair := self.find_pair(cell))
            for event in self.figures.find_breaks(pair)
        }
        return list(found.values())

    def warn_of_breaks(self, cell: Cell) -> list[Block]:
        """Warn when a cell's yearly comparison crosses a break."""
        if not self.find_breaks([cell]):
            return []
        explained = ProseLink("breaks in the series", "#breaks")
        words = "Changes on the year before cross a break: treat them with caution. See {link}."
        return [WarningBlock(say(words, link=explained))]

    def explain_missing_quarters(self, what: str, quarters: int) -> Block:
        """Say that something needs more quarters than the edition has."""
        words = {4: "four", 8: "eight"}[quarters]
        return Paragraph(say(f"{what} not yet available: this needs {words} quarters of figures."))


def choose_title(*candidates: Sentence) -> Sentence:
    """Return the first that a figure's title may be as long as."""
    return next(
        (title for title in candidates if len(title.plain.split()) <= LONGEST_TITLE),
        say(NO_LEADER),
    )


def name_period(cube: Cube, quarter: Quarter) -> str:
    """Return `the year ending December 2020` or `October to December 2020`."""
    return f"the {quarter.year_ending}" if cube.period == "year_ending" else quarter.title


def claim_rank(cell: Cell, level: str, place: int, words: str) -> Claim:
    """Claim that a cell is among the `place` largest.

    Members of its level that are unknown do not count.
    """
    return Claim(words, f"rank({cell},{level},{place})")
