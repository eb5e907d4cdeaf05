"""What a table is called."""

from __future__ import annotations

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.levels import FIELD_LABELS, describe_level
from nino_assets.service.members import AREA, PERIOD, read_quarter
from nino_assets.service.table import Table, TableField
from nino_assets.service.table_percentages import find_base_rule
from nino_assets.service.tidy_table import get_label
from nino_assets.statistic.percentages import NO_PERCENTAGE
from nino_assets.statistic.written_dates import format_month

_NAMED = 3


def write_caption(table: Table) -> str:
    """Write the caption: statistic, fields, area, period."""
    shown = {
        asked.name.field: field
        for asked, field in zip(table.query.fields, table.fields, strict=True)
    }
    by = [_write_field(*each, table.edition) for each in shown.items() if each[0] != PERIOD]
    fields = f" by {_join(by)}" if by else ""
    area = _write_items(shown[AREA], "areas") if AREA in shown else "United Kingdom"
    period = _write_periods(shown[PERIOD], table.edition)
    return f"NINo registrations{fields}, {area}, {period}"


def write_percentage_note(table: Table) -> str:
    """Write of what the percentages are, and where none is given."""
    bases = _join([FIELD_LABELS[each].lower() for each in table.percent_of])
    return (
        f"Percentages are of the total of {bases} in the same table. They are of separately "
        f"adjusted counts and may not add up to 100. {NO_PERCENTAGE} stands where the total is "
        f"under {find_base_rule(table)}, and where a count is nil or negligible."
    )


def _write_field(name: str, field: TableField, edition: EditionCells) -> str:
    """Write a field with the level of its first value: `area (region)`."""
    _, _, value_set, _ = edition.value_by_uri[field.items[0].values[0]]
    return describe_level(name, value_set.label.lower())


def _write_items(field: TableField, plural: str) -> str:
    labels = [get_label(each) for each in field.items]
    return _join(labels) if len(labels) <= _NAMED else f"{len(labels)} {plural}"


def _write_periods(field: TableField, edition: EditionCells) -> str:
    """Write `Oct to Dec 2020`, `8 quarters, January 2019 to December 2020`."""
    if len(field.items) == 1:
        return get_label(field.items[0]).replace("Year ending", "year ending")
    members = [
        edition.value_by_uri[each.values[0]][3] for each in (field.items[0], field.items[-1])
    ]
    first, last = [read_quarter(each) for each in members]
    if members[0].startswith("quarter:"):
        months = f"{format_month(first.first_day)} to {format_month(last.last_day)}"
        return f"{len(field.items)} quarters, {months}"
    months = f"{format_month(first.last_day)} to {format_month(last.last_day)}"
    return f"{len(field.items)} years ending {months}"


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
