"""Checks that `[b]` stands exactly where a comparison crosses a break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nino_assets.publishing.bulletin.marks import DerivationError, find_cube, list_cells, split_cell
from nino_assets.publishing.bulletin.page_reader import BREAK, ParsedPage, ParsedTable
from nino_assets.publishing.bulletin.source_figures import MARK
from nino_assets.statistic.commentary_lists import ALL_MEMBERS, SHIFTED
from nino_assets.statistic.events import Event
from nino_assets.statistic.quarters import Quarter

_OF_TWO_PERIODS = (
    "percent-",
    "change(",
    "increase(",
    "increased(",
    "decreased(",
    "unchanged(",
    "largest-rise(",
    "largest-fall(",
)
_OF_ONE_PERIOD = ("record-", "highest-since(", "lowest-since(")


def find_break_mark_faults(page: ParsedPage, breaks: Sequence[Event]) -> Iterator[str]:
    """Find comparisons across a break without `[b]`, and `[b]` without one."""
    for block in page.words:
        for compared, marked in _split_at_marks(block.order):
            try:
                crossed = [cell for cell in compared if is_disturbed(cell, breaks)]
            except (DerivationError, ValueError):
                continue  # reported already, as a mark that cannot be derived
            if bool(crossed) != marked:
                cell = (crossed or compared or ["no comparison"])[0]
                yield _describe(block.section, cell, marked)
    for table in page.tables:
        yield from _find_table_faults(table, breaks)


def is_disturbed(cell: str, breaks: Sequence[Event]) -> bool:
    """Tell whether a break touches a cell's period and members.

    Raises DerivationError or ValueError for the name of no cell.
    """
    if cell.startswith(MARK):
        return False
    cube, period, _, nationality, *_ = split_cell(cell)
    last = Quarter.parse(period)
    held = {last - n for n in range(4 if find_cube(cube).period == "year_ending" else 1)}
    for event in breaks:
        broken = set(event.first_quarter.list_until(event.last_quarter))
        within_one = event.effect == SHIFTED and broken <= held
        if event.members != ALL_MEMBERS and nationality == "all":
            continue
        if broken & held and not within_one:
            return True
    return False


def _split_at_marks(order: Sequence[str]) -> Iterator[tuple[list[str], bool]]:
    """Return the cells of each comparison, and whether `[b]` follows."""
    compared: list[str] = []
    quoted: list[str] = []
    for expression in order:
        if expression == BREAK:
            yield compared or quoted[-2:], True
            compared = []
            continue
        cells = _list_compared(expression)
        quoted += [expression] if "/" in expression and "(" not in expression else []
        if cells and compared and set(cells) != set(compared):
            yield compared, False
            compared = []
        compared = cells or compared
    if compared:
        yield compared, False


def _list_compared(expression: str) -> list[str]:
    cells = list_cells(expression) if "(" in expression else []
    if expression.startswith(_OF_TWO_PERIODS):
        return cells
    return cells[:1] if expression.startswith(_OF_ONE_PERIOD) else []


def _find_table_faults(table: ParsedTable, breaks: Sequence[Event]) -> Iterator[str]:
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        for n, heading in enumerate(table.headings[1:], start=1):
            mark = table.columns[n].replace("{row}", row) or marks[n]
            if not mark.startswith(_OF_TWO_PERIODS):
                continue
            try:
                crosses = any(is_disturbed(cell, breaks) for cell in list_cells(mark))
            except (DerivationError, ValueError):
                continue  # reported already, as a mark that cannot be derived
            if crosses != (BREAK in heading or BREAK in texts[0]):
                yield _describe(f"table of {table.figure or 'a section'}", mark, not crosses)


def _describe(where: str, cell: str, marked: bool) -> str:
    if marked:
        return f"{where}: {BREAK} on {cell}, which crosses no break"
    return f"{where}: {cell} crosses a break without {BREAK}"
