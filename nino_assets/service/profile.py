"""The series of one area or nationality, from published cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from nino_assets.publishing.bulletin.commentary.chart_events import place_marks
from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.levels import LEVELS, Value
from nino_assets.service.members import AREA, NATIONALITY, PERIOD, read_quarter
from nino_assets.service.profile_headline import write_headline
from nino_assets.service.query import read_query
from nino_assets.service.table import REVISED, answer_query
from nino_assets.service.table_form import COLUMNS, ROWS, FormField, TableForm
from nino_assets.service.table_grid import format_figure
from nino_assets.statistic.events import Event, find_events
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, Point, build_series
from nino_assets.writers.charts.line_svg import draw_line_chart

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LARGEST = 10
_YEARS_A_TICK = 4
LISTED_LEVELS = {
    AREA: ("local_authority", "region", "country"),
    NATIONALITY: ("nationality",),
}
"""Levels whose members have a page, in the order in which a code is looked up."""
_OTHER = {AREA: (NATIONALITY, "nationality"), NATIONALITY: (AREA, "local_authority")}


@dataclass(frozen=True)
class ProfileRow:
    """One period of the series."""

    label: str
    figure: int
    is_revised: bool


@dataclass(frozen=True)
class Profile:
    """What a page of one area or nationality shows.

    `headline` is a rounded count and what it is. `years` are the latest two years ending in the
    same quarter, the newest first, or the latest quarter of a series of less than a year. `breaks`
    are those that disturb any of these. `largest` are the largest other members of the latest, with
    the address of each. `tables` are links to tables, label and address.
    """

    label: str
    code: str
    headline: tuple[str, str]
    years: tuple[ProfileRow, ...]
    breaks: tuple[Event, ...]
    quarters: tuple[ProfileRow, ...]
    key: tuple[tuple[str, Event], ...]
    largest: tuple[tuple[str, str, int], ...]
    largest_address: str
    tables: tuple[tuple[str, str], ...]
    pictures: tuple[Markup, Markup]


def build_profile(field: str, code: str, edition: EditionCells, pinned: str = "") -> Profile:
    """Build the page of a code.

    Links to tables name the edition `pinned`, unless it is blank. Raises ApiError 404.
    """
    level, value = _find_value(field, code, edition)
    own = FormField(field, LEVELS[field][level], (value.code,), COLUMNS)
    series = TableForm((_choose_period("quarter"), own), shown=True, edition=pinned)
    # A series of less than a year has quarters alone, and none a year before.
    by_year = bool(edition.fields[PERIOD].list_level("year_ending"))
    period, latest = ("year_ending", 2) if by_year else ("quarter", 1)
    years = TableForm((_choose_period(period), own), latest=latest, shown=True)
    other, other_level = _OTHER[field]
    others = FormField(other, LEVELS[other][other_level], place=ROWS)
    crossed = TableForm(
        (_choose_period(period, COLUMNS), *_order(own, others)),
        latest=1,
        shown=True,
        edition=pinned,
    )
    quarters = _read_series(series, edition)
    year_rows = _read_series(years, edition)[::-1]
    last = read_quarter(edition.latest_quarter)
    by_nationality = field == NATIONALITY
    first = read_quarter(edition.fields[PERIOD].list_level("quarter")[0])
    lettered = list(zip(_LETTERS, find_events(first, last), strict=False))
    return Profile(
        label=value.label,
        code=value.code,
        headline=write_headline(
            field, value.code, last, [each.figure for each in year_rows], by_year=by_year
        ),
        years=tuple(year_rows),
        breaks=tuple(
            event
            for _, event in lettered
            if any(
                event.is_break_in(end - 3 * by_year, end, by_nationality=by_nationality)
                for end in (last, last - 4)[: len(year_rows)]
            )
        ),
        quarters=tuple(quarters),
        key=tuple(lettered),
        largest=tuple(_read_largest(crossed, others, edition)),
        largest_address=crossed.write_address(),
        tables=(
            ("Every quarter", series.write_address()),
            *(
                [("Every calendar year", _change_period(series, "calendar_year").write_address())]
                if by_year
                else []
            ),
        ),
        pictures=_draw(value.label, quarters, lettered, first, by_nationality=by_nationality),
    )


def list_profiles(field: str, edition: EditionCells) -> list[Value]:
    """List the members that have a page, the highest level first."""
    found: dict[str, tuple[str, Value]] = {}
    for level in LISTED_LEVELS[field]:
        for value in LEVELS[field][level].list_values(edition):
            found.setdefault(value.code, (level, value))
    highest_first = [*reversed(LISTED_LEVELS[field])]
    return [
        value for _, value in sorted(found.values(), key=lambda each: highest_first.index(each[0]))
    ]


def _find_value(field: str, code: str, edition: EditionCells) -> tuple[str, Value]:
    for level in LISTED_LEVELS[field]:
        for value in LEVELS[field][level].list_values(edition):
            if value.code == code:
                return level, value
    raise ApiError(404, "NOT_FOUND", f"There is no page of {shorten(code)}. Find it by its name.")


def _choose_period(level: str, place: str = ROWS) -> FormField:
    return FormField(PERIOD, LEVELS[PERIOD][level], place=place)


def _change_period(form: TableForm, level: str) -> TableForm:
    return replace(form, fields=(_choose_period(level), *form.fields[1:]))


def _order(*fields: FormField) -> Iterable[FormField]:
    return sorted(fields, key=lambda each: list(LEVELS).index(each.field))


def _read_series(form: TableForm, edition: EditionCells) -> list[ProfileRow]:
    """The rows of the form's periods."""
    table = answer_query(read_query(form.build_query(edition), edition), edition)
    return [
        ProfileRow(item.labels[0], figure, REVISED in item.marks)
        for item, figure in zip(table.fields[0].items, table.figures.ravel().tolist(), strict=True)
    ]


def _read_largest(
    form: TableForm, others: FormField, edition: EditionCells
) -> list[tuple[str, str, int]]:
    """Code, label and figure of the largest, the largest first."""
    table = answer_query(read_query(form.build_query(edition), edition), edition)
    figures = table.figures.ravel().tolist()
    values = others.list_values(edition)
    found = [
        (each.code, each.label, figure)
        for each, figure in zip(values, figures, strict=True)
        if figure
    ]
    return sorted(found, key=lambda each: -each[2])[:_LARGEST]


def _draw(
    label: str,
    quarters: list[ProfileRow],
    lettered: list[tuple[str, Event]],
    first: Quarter,
    *,
    by_nationality: bool,
) -> tuple[Markup, Markup]:
    """The chart of the quarters, wide and narrow."""
    periods = [first + n for n in range(len(quarters))]
    years = [n for n, each in enumerate(periods) if each.number == 1]
    chart = Chart(
        LINE,
        "NINo registrations",
        "Quarter",
        tuple(each.label for each in quarters),
        build_series((label, tuple(Point(each.figure, each.label) for each in quarters))),
        ticks=tuple((n, str(periods[n].year)) for n in years[::_YEARS_A_TICK]),
        marks=place_marks(lettered, periods, by_nationality=by_nationality),
    )
    title = f"NINo registrations by quarter, {label}"
    wide = draw_line_chart(chart, title, width=900, height=380, write=format_figure)
    narrow = draw_line_chart(chart, title, width=340, height=320, write=format_figure)
    # The writer of charts escapes the texts that it draws.
    return Markup(wide), Markup(narrow)  # noqa: S704
