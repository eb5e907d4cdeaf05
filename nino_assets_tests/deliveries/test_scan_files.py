"""Every file form gives the same records; what cannot be read is refused without a word of it."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.deliveries import scan_files
from nino_assets.deliveries.scan_files import FILE_FORMS, read_scan_file
from nino_assets.deliveries.scan_layout import ScanLayout, read_scan_layout
from nino_assets.errors import DeliveryError
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.messages import collect_messages
from nino_assets_tests.support.small_delivery import format_csv, in_form, record

LAYOUT = read_scan_layout("mws-1", asked_by="a test")
SHORT = ScanLayout("short", {"a": "nino", "b": "surname", "c": "forenames"})
PLANTED = "PLANTEDSECRET"


def read(path: Path, layout: ScanLayout = SHORT) -> tuple[list[tuple[str, ...]], list[str]]:
    """Records in order, and the texts of malformed rows."""
    table = pa.Table.from_batches(
        read_scan_file(path, layout), scan_files.build_scan_schema(layout)
    )
    rows = sorted(table.to_pylist(), key=lambda row: row["row_number"])
    assert [row["row_number"] for row in rows] == list(range(len(rows)))
    good = [row for row in rows if row["malformed_text"] is None]
    bad = [row for row in rows if row["malformed_text"] is not None]
    assert all(row[name] is None for row in bad for name in layout.columns.values())
    records = [tuple(row[name] for name in layout.columns.values()) for row in good]
    return records, [row["malformed_text"] for row in bad]


def put(tmp_path: Path, content: str | bytes, name: str = "scan.csv") -> Path:
    path = tmp_path / "2020-Q4" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path, layout: ScanLayout = SHORT) -> str:
    """The message of a refusal, after a look for records in all that could be printed of it."""
    with pytest.raises(DeliveryError) as caught:
        read(path, layout)
    assert PLANTED not in collect_messages(caught.value)
    assert "2020-Q4/" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "records", "malformed"),
    [
        ("a,b,c\n1,2,3\n", [("1", "2", "3")], []),
        ("\ufeffa,b,c\n1,2,3\n", [("1", "2", "3")], []),
        ('\ufeff"a","b",c\n1,2,3', [("1", "2", "3")], []),
        ("a,b,c\r\n1,2,3\r\n4,5,6\r\n", [("1", "2", "3"), ("4", "5", "6")], []),
        ("a,b,c\r1,2,3\r", [("1", "2", "3")], []),
        ('a,b,c\n1,"x, y",3\n', [("1", "x, y", "3")], []),
        ('a,b,c\n1,"x\ny",3\n', [("1", "x\ny", "3")], []),
        ('a,b,c\r\n1,"x\r\ny",3\r\n', [("1", "x\r\ny", "3")], []),
        ('a,b,c\n1,"say ""x""",3\n', [("1", 'say "x"', "3")], []),
        ('a,b,c\n1,x"y,3\n4,5,6\n', [("1", 'x"y', "3"), ("4", "5", "6")], []),
        ('a,b,c\n1,x",3\n4,"5",6\n', [("1", 'x"', "3"), ("4", "5", "6")], []),
        ("a,b,c\n1,,\n,,\n", [("1", "", ""), ("", "", "")], []),
        ('a,b,c\n1,"",3\n', [("1", "", "3")], []),
        ("a,b,c\n1,NULL,nan\n", [("1", "NULL", "nan")], []),
        ("a,b,c\n001,+2,1e3\n", [("001", "+2", "1e3")], []),
        ("a,b,c\n\n1,2,3\n\n\n4,5,6\n\n", [("1", "2", "3"), ("4", "5", "6")], []),
        ("a,b,c\n1,2\n4,5,6\n", [("4", "5", "6")], ["1,2"]),
        ("a,b,c\n1,2,3,4\n4,5,6\n", [("4", "5", "6")], ["1,2,3,4"]),
        ("a,b,c\n4,5,6\n1,2", [("4", "5", "6")], ["1,2"]),
        ("a,b,c\n4,5,6\n1,2,3,\n7,8,9\n", [("4", "5", "6"), ("7", "8", "9")], ["1,2,3,"]),
        ("a,b,c\n1,2\n", [], ["1,2"]),
        ("a,b,c\n1\n2\n3\n", [], ["1", "2", "3"]),
        ('a,b,c\n1,"x,\ny"\n4,5,6\n', [("4", "5", "6")], ['1,"x,\ny"']),
        ("a,b,c\n   \n4,5,6\n", [("4", "5", "6")], ["   "]),
        ("c,a,b\n3,1,2\n", [("1", "2", "3")], []),
        ("a,b,c\n1,\u00e9\U0001f600,3\n\u00e9\n", [("1", "\u00e9\U0001f600", "3")], ["\u00e9"]),
        ("a,b,c\n", [], []),
    ],
)
def test_csv_forms(
    tmp_path: Path, text: str, records: list[tuple[str, ...]], malformed: list[str]
) -> None:
    assert read(put(tmp_path, text)) == (records, malformed)


fields = st.text(st.sampled_from('ab,"\n\r \u00e9;'), max_size=4)


@given(
    st.lists(st.lists(fields, min_size=1, max_size=5), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_records_are_those_of_the_csv_module(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, quoting: Any
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = put(tmp_path_factory.mktemp("csv"), text.getvalue())
    _, *expected = csv.reader(io.StringIO(text.getvalue(), newline=""))
    records, malformed = read(path)
    assert records == [tuple(row) for row in expected if len(row) == 3]
    assert len(malformed) == len([row for row in expected if len(row) not in (0, 3)])


@pytest.mark.parametrize("form", FILE_FORMS)
def test_every_file_form_gives_the_same_records(tmp_path: Path, form: str) -> None:
    odd = [
        record(),
        record(nino=" ab 12", surname='O"Neill, Ann', forenames="line\nbreak"),
        record(surname="\u00c5\u00df\U0001f600", postcode="", sex="   "),
    ]
    path = put(tmp_path, in_form(format_csv(odd), f"scan{form}"), f"scan{form}")
    assert read(path, LAYOUT) == ([tuple(fields) for fields in odd], [])


def test_parquet_of_typed_columns_is_read_as_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "c": pa.array([20201112, None], pa.int64()),
            "a": pa.array(["x", "y"], pa.dictionary(pa.int8(), pa.large_string())),
            "b": pa.array([18578, None], pa.date32()),
        }
    )
    path = put(tmp_path, b"", "scan.parquet")
    pq.write_table(table, path)
    assert read(path) == ([("x", "2020-11-12", "20201112"), ("y", None, None)], [])


def test_records_and_malformed_rows_that_span_blocks_are_all_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_files, "_BLOCK_BYTES", 256)
    good = [(str(n), f'line {n}\nmore, of "it"', "z" * (n % 97)) for n in range(1500)]
    lines = ["a,b,c\n"]
    for n, row in enumerate(good):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerow(row)
        lines += [text.getvalue(), f"bad{n}\n" if n % 3 else f"bad{n},1,2,{n}\n"]
    records, malformed = read(put(tmp_path, "".join(lines)))
    assert records == good
    assert sorted(text.split(",")[0] for text in malformed) == sorted(
        f"bad{n}" for n in range(1500)
    )


def test_a_file_of_malformed_rows_only_is_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_files, "_BLOCK_BYTES", 64)
    records, malformed = read(put(tmp_path, "a,b,c\n" + "1,2\n" * 5000))
    assert (records, malformed) == ([], ["1,2"] * 5000)


def test_a_long_field_is_read_and_a_quotation_mark_never_closed_is_refused(tmp_path: Path) -> None:
    long = "x" * 700_000
    assert read(put(tmp_path, f"a,b,c\n1,{long},3\n4,{long},6\n"))[0] == [
        ("1", long, "3"),
        ("4", long, "6"),
    ]
    unclosed = 'a,b,c\n1,"' + PLANTED + ",3\n" + f"4,{PLANTED},6\n" * 300_000
    assert "quotation mark" in refusal(put(tmp_path, unclosed))


@pytest.mark.parametrize(
    "content",
    [
        f"a,b,c\n1,{PLANTED},3\n".encode("utf-16"),
        f"a,b,c\n1,{PLANTED},3\n".encode("utf-16-le"),
        f"a,b,c\n1,{PLANTED}\u00e9,3\n".encode("latin-1"),
        f"a,b,c\n1,2,3\n{PLANTED}\u00e9\n".encode("latin-1"),
        f"a,b,c\n1,2,3\n4,{PLANTED}\u20ac,6\n".encode("cp1252"),
        f"a,b,\u00e9\n1,{PLANTED},3\n".encode("latin-1"),
        f"a,b,c\n1,{PLANTED},\u00e9".encode()[:-1],
    ],
)
@pytest.mark.parametrize("form", [".csv", ".csv.gz"])
def test_another_encoding_is_refused(
    tmp_path: Path, content: bytes, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = gzip.compress(content) if form == ".csv.gz" else content
    message = refusal(put(tmp_path, content, f"scan{form}"))
    assert "UTF-8" in message or "other columns" in message
    assert capfd.readouterr() == ("", "")


def test_latin_1_inside_parquet_is_refused(tmp_path: Path) -> None:
    bad = pa.array([f"{PLANTED}\u00e9".encode("latin-1")], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 1, bad.buffers())
    path = put(tmp_path, b"", "scan.parquet")
    pq.write_table(pa.table({"a": text, "b": ["x"], "c": ["y"]}), path)
    assert "UTF-8" in refusal(path)


@pytest.mark.parametrize("form", FILE_FORMS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(tmp_path: Path, form: str, share: float) -> None:
    records = [
        record(nino=f"AB{n:06d}", surname=f"{PLANTED}{n * 7919 % 3001}") for n in range(3000)
    ]
    whole = in_form(format_csv(records), f"scan{form}")
    path = put(tmp_path, whole[: int(len(whole) * share)], f"scan{form}")
    if form == ".csv":  # it ends in a record that is cut, so its rows are not the manifest's
        assert len(read(path, LAYOUT)[0]) < 3000
    else:
        assert "cannot be read to its end" in refusal(path, LAYOUT)


@pytest.mark.parametrize("form", FILE_FORMS)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, form: str) -> None:
    refusal(put(tmp_path, b"\x00\x01PK" + PLANTED.encode() * 50, f"scan{form}"))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("a,b", "missing: c"),
        ("a,b,c,d", "not in the layout: d"),
        ("a,b,b,c", "repeated: b"),
        ("A,b,c", "missing: a; not in the layout: A"),
        ("a,b, c", "missing: c"),
        (f"{PLANTED},x,y", "missing: a, b, c; 3 not in the layout"),
        ("a;b;c", "missing: a, b, c"),
    ],
)
def test_other_columns_are_named_but_no_record_in_their_place(
    tmp_path: Path, header: str, words: str
) -> None:
    assert words in refusal(put(tmp_path, f"{header}\n1,2,3\n"))


@pytest.mark.parametrize("form", FILE_FORMS)
def test_an_empty_file_is_refused(tmp_path: Path, form: str) -> None:
    refusal(put(tmp_path, b"", f"scan{form}"))
    if form != ".parquet":
        assert "is empty" in refusal(put(tmp_path, in_form("", f"scan{form}"), f"scan{form}"))


def test_the_layout_decides_the_order_and_the_names(tmp_path: Path) -> None:
    text = format_csv([record()[::-1]], SCAN_COLUMNS[::-1])
    assert read(put(tmp_path, text), LAYOUT)[0] == [tuple(record())]


@pytest.mark.parametrize("form", [form for form in FILE_FORMS if form != ".parquet"])
@pytest.mark.parametrize("before", range(-3, 4))
def test_a_line_break_in_a_quoted_field_is_kept_wherever_a_block_ends(
    tmp_path: Path, form: str, before: int
) -> None:
    start = "a,b,c\r\n"
    filler = (1 << 20) - len(start) + before - len('"')
    value = f"{'z' * (filler % 1000)}\r\nB"
    lines = filler // 1000
    text = start + "".join(f"{'x' * 994},1,2\r\n" for _ in range(lines)) + f'"{value}",1,2\r\n'
    path = put(tmp_path, in_form(text, f"scan{form}"), f"scan{form}")
    rows, malformed = read(path)
    assert (rows[-1], malformed) == ((value, "1", "2"), [])


def test_a_blank_first_line_is_named(tmp_path: Path) -> None:
    assert "begins with a blank line" in refusal(put(tmp_path, "\na,b,c\n1,2,3\n"))
    assert "begins with a blank line" in refusal(put(tmp_path, " \r\na,b,c\r\n1,2,3\r\n"))
