import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from nino_assets.writers.spreadsheet import (
    ColumnKind,
    Sheet,
    SheetColumn,
    SheetTable,
    write_spreadsheet,
)
from nino_assets.writers.spreadsheet.rows import format_column_letters, format_percent
from nino_assets_tests.support.odf_schema import assert_valid
from nino_assets_tests.support.sample_workbook import make_sample_workbook


def _content(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read("content.xml").decode()


def _one_table(columns: list[SheetColumn], rows: object) -> object:
    workbook = make_sample_workbook()
    sheet = Sheet("Table_1", "Table 1: one", (), SheetTable("Rows_1", columns, rows))  # type: ignore[arg-type]
    return replace(workbook, sheets=[workbook.sheets[0], sheet])


def test_every_part_is_valid_odf_1_3(sample_path: Path) -> None:
    assert_valid(sample_path)


def test_the_schema_test_sees_an_invalid_part(sample_path: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ods"
    with zipfile.ZipFile(sample_path) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(
                name, text.replace('office:value-type="float" office:value', "office:value")
            )
    with pytest.raises(AssertionError, match=r"content\.xml"):
        assert_valid(bad)


def test_the_same_content_gives_the_same_bytes_in_any_process(
    sample_path: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.ods"
    program = (
        # odfpy remembers each namespace that a process has used: use another one first.
        "from odf.draw import Frame\nFrame(name='x')\n"
        "from pathlib import Path\n"
        "from nino_assets.writers.spreadsheet import write_spreadsheet\n"
        "from nino_assets_tests.support.sample_workbook import make_sample_workbook\n"
        f"write_spreadsheet(make_sample_workbook(), Path({str(again)!r}))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert again.read_bytes() == sample_path.read_bytes()


def test_values_are_read_back_as_written(sample_path: Path) -> None:
    rows = CalamineWorkbook.from_path(sample_path).get_sheet_by_name("Table_1").to_python()
    assert rows[0][0] == "Table 1: Apples picked by variety, Kent, 2020"
    assert rows[3] == ["Variety", "First picked", "Apples\n(number)\n[note 2]", "Change\n(%)"]
    assert rows[4] == ["All", 1850.0, 1234567.0, -0.14747709749758819]
    assert rows[6] == ["Cox's Orange Pippin", 1850.0, "[low]", "[low]"]


def test_cells_show_thousands_separators_and_whole_percentages(sample_path: Path) -> None:
    content = _content(sample_path)
    for shown in ("1,234,567", "-15%", "1850", "1%", "Apples &amp; pears &lt;are&gt; counted."):
        assert f"<text:p>{shown}</text:p>" in content
    assert "-0%" not in content


@pytest.mark.parametrize(
    ("proportion", "shown"),
    [(-0.1475, "-15%"), (0.25, "25%"), (-0.004, "0%"), (0.005, "1%"), (12.0, "1200%"), (0.0, "0%")],
)
def test_percentages_are_rounded_half_away_from_zero(proportion: float, shown: str) -> None:
    assert format_percent(proportion) == shown


def test_columns_are_lettered_as_spreadsheets_do() -> None:
    assert [format_column_letters(n) for n in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


def test_the_marked_up_range_covers_header_and_rows(sample_path: Path) -> None:
    assert 'table:target-range-address="Table_1.A4:Table_1.D8"' in _content(sample_path)


def test_rows_are_streamed_not_held(tmp_path: Path) -> None:
    columns = [
        SheetColumn("Name", 4),
        *(SheetColumn(f"C{n}", 3, ColumnKind.COUNT) for n in range(19)),
    ]

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(4000):
            yield (f"row {number}", *range(number, number + 19))

    workbook = _one_table(columns, rows())
    tracemalloc.start()
    write_spreadsheet(workbook, tmp_path / "long.ods")  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
    read = CalamineWorkbook.from_path(tmp_path / "long.ods").get_sheet_by_name("Table_1")
    assert read.to_python()[-1][1] == 3999.0


def test_a_row_of_another_length_is_refused(tmp_path: Path) -> None:
    workbook = _one_table([SheetColumn("A", 3), SheetColumn("B", 3)], [("one",)])
    with pytest.raises(ValueError, match="shorter"):
        write_spreadsheet(workbook, tmp_path / "x.ods")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value"), [(ColumnKind.COUNT, 1.5), (ColumnKind.PERCENT, 3), (ColumnKind.TEXT, 7)]
)
def test_a_value_of_another_kind_is_refused(tmp_path: Path, kind: ColumnKind, value: float) -> None:
    workbook = _one_table([SheetColumn("A", 3, kind)], [(value,)])
    with pytest.raises(TypeError, match=f"{kind} column"):
        write_spreadsheet(workbook, tmp_path / "x.ods")  # type: ignore[arg-type]
