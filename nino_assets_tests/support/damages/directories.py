"""Damages to a postcode directory: its values, its rows, its text and its files."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from nino_assets.store.folders import Folders
from nino_assets_tests.support.csv_text import format_csv
from nino_assets_tests.support.damages.case import SHARES, Case, Planted, count_damaged
from nino_assets_tests.support.damages.scans import make_rows
from nino_assets_tests.support.damages.values import CHANGES
from nino_assets_tests.support.directory import NSPL_2011, Row, make_directory_rows
from nino_assets_tests.support.small_delivery import format_csv as format_scan
from nino_assets_tests.support.small_delivery import put

PART = "directory"
COLUMNS = ("pcds", "doterm", "oa11", "laua", "ctry", "rgn", "lsoa11", "lat")
"""Columns that a figure depends on, directly or through the look-up."""
FORMS = ("csv", "csv.gz", "zip", "zip of areas")
CODES: Mapping[str, Callable[[str], str]] = {
    **CHANGES,
    "a pseudo code": lambda text: "E99999999",
    "another code": lambda text: "E00999999",
}
TRIMMED = ("spaces around", "no-break space after", "tab after")
"""What is outside of a value and is read as if it were not there."""
ROW_DAMAGES = ("row repeated", "row repeated elsewhere", "row lost", "field added", "field lost")
Bytes = Callable[[str], bytes]
HEADER = ",".join(NSPL_2011)


def _rename(column: str, other: str) -> Bytes:
    return lambda text: text.replace(column, other).encode()


TEXTS: Mapping[str, tuple[Bytes, bool]] = {
    "Windows line ends": (lambda text: text.replace("\n", "\r\n").encode(), True),
    "byte order mark": (lambda text: b"\xef\xbb\xbf" + text.encode(), True),
    "Macintosh line ends": (lambda text: text.replace("\n", "\r").encode(), True),
    "names in capitals": (lambda text: text.replace(HEADER, HEADER.upper()).encode(), True),
    "names with spaces": (
        lambda text: text.replace(HEADER, HEADER.replace(",", " , ")).encode(),
        True,
    ),
    "of 2025": (
        lambda text: text.replace("oa11", "oa21cd").replace("laua", "lad25cd").encode(),
        True,
    ),
    "blank last lines": (lambda text: f"{text}\n\n".encode(), True),
    "all quoted": (
        lambda text: "".join(
            ",".join(f'"{field}"' for field in line.split(",")) + "\n" for line in text.splitlines()
        ).encode(),
        True,
    ),
    "a blank first line": (lambda text: f"\n{text}".encode(), False),
    "a title before": (lambda text: f"NSPL November 2021\n{text}".encode(), False),
    "UTF-16": (lambda text: text.encode("utf-16"), False),
    "UTF-16 without a mark": (lambda text: text.encode("utf-16-le"), False),
    "semicolons": (lambda text: text.replace(",", ";").encode(), False),
    "tabs": (lambda text: text.replace(",", "\t").encode(), False),
    "no header": (lambda text: text.split("\n", 1)[1].encode(), False),
    "the header alone": (lambda text: f"{HEADER}\n".encode(), False),
    "empty": (lambda text: b"", False),
    "cut inside a row": (lambda text: text[: text.rindex(",")].encode(), False),
    "cut to half inside a row": (
        lambda text: text[: text.index(",", len(text) // 2)].encode(),
        False,
    ),
    "a quotation mark that is not closed": (
        lambda text: text.replace("M1 1AA", '"M1 1AA', 1).encode(),
        False,
    ),
    "Latin-1": (lambda text: text.replace("S00000009", "S0000000é").encode("latin-1"), False),
    "another product": (_rename("laua", "oslaua"), False),
    **{
        f"without {column}": (_rename(column, "x"), False)
        for column in ("pcds", "doterm", "oa11", "laua", "ctry", "rgn", "lsoa11", "pcon")
    },
    "a column twice": (_rename("itl", "laua"), False),
}
"""Damage to the text → how it is written, and whether it can still be read."""
Files = Mapping[str, bytes]


def _pack(members: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _name_with_backslashes(packed: bytes) -> bytes:
    return packed.replace(b"Data/NSPL", b"Data\\NSPL")


def _set_in_headers(packed: bytes, local: int, central: int, value: bytes) -> bytes:
    """The zip with two bytes changed in the first header of each kind."""
    content = bytearray(packed)
    for mark, place in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = packed.index(mark) + place
        content[at : at + 2] = value
    return bytes(content)


def _halve(text: str) -> tuple[str, str]:
    header, *lines = text.splitlines(keepends=True)
    middle = len(lines) // 2
    return header + "".join(lines[:middle]), header + "".join(lines[middle:])


def _pack_areas(text: str) -> bytes:
    first, second = _halve(text)
    return _pack(
        {"Data/multi_csv/N_A.csv": first.encode(), "Data/multi_csv/N_B.csv": second.encode()}
    )


Write = Callable[[str], Files]
NAME = "Data/NSPL_NOV_2021_UK.csv"
FILES: Mapping[str, tuple[Write, bool]] = {
    "a stored zip": (lambda t: {"N.zip": _pack({NAME: t.encode()}, zipfile.ZIP_STORED)}, True),
    "a bzip2 zip": (lambda t: {"N.zip": _pack({NAME: t.encode()}, zipfile.ZIP_BZIP2)}, True),
    "an LZMA zip": (lambda t: {"N.zip": _pack({NAME: t.encode()}, zipfile.ZIP_LZMA)}, True),
    "a zip in capitals": (lambda t: {"NSPL.ZIP": _pack({NAME.upper(): t.encode()})}, True),
    "backslashes": (lambda t: {"N.zip": _name_with_backslashes(_pack({NAME: t.encode()}))}, True),
    "a zip with folders": (lambda t: {"N.zip": _pack({"Data/": b"", NAME: t.encode()})}, True),
    "a zip with documents": (
        lambda t: {"N.zip": _pack({NAME: t.encode(), "Documents/names.csv": b"LAD21CD,LAD21NM\n"})},
        True,
    ),
    "a zip of a Macintosh": (
        lambda t: {"N.zip": _pack({NAME: t.encode(), f"__MACOSX/Data/._{NAME[5:]}": t.encode()})},
        True,
    ),
    "a zip with areas and the whole": (
        lambda t: {
            "N.zip": _pack({NAME: t.encode(), "Data/Multi_CSV/N_A.csv": _halve(t)[0].encode()})
        },
        True,
    ),
    "a zip of areas alone": (lambda t: {"N.zip": _pack_areas(t)}, True),
    "a folder of areas": (
        lambda t: {
            "multi_csv/A.csv": _halve(t)[0].encode(),
            "multi_csv/B.CSV": _halve(t)[1].encode(),
        },
        True,
    ),
    "a folder of folders": (lambda t: {"a/b/c/N.csv": t.encode()}, True),
    "gzip in capitals": (lambda t: {"N.CSV.GZ": gzip.compress(t.encode())}, True),
    "hidden files beside": (lambda t: {"N.csv": t.encode(), ".DS_Store": b"x"}, True),
    "a hidden copy beside": (lambda t: {"N.csv": t.encode(), "._N.csv": b"\0\5\26\7"}, True),
    "a text in place": (lambda t: {"N.txt": t.encode()}, False),
    "a CSV that is a zip": (lambda t: {"N.csv": _pack({NAME: t.encode()})}, False),
    "a zip that is a CSV": (lambda t: {"N.zip": t.encode()}, False),
    "gzip that is a CSV": (lambda t: {"N.csv.gz": t.encode()}, False),
    "a CSV that is gzip": (lambda t: {"N.csv": gzip.compress(t.encode())}, False),
    "a zip in a zip": (lambda t: {"N.zip": _pack({"M.zip": _pack({NAME: t.encode()})})}, False),
    "a zip without CSV": (lambda t: {"N.zip": _pack({"NSPL.xlsx": b"PK"})}, False),
    "a zip cut": (lambda t: {"N.zip": _pack({NAME: t.encode()})[:-30]}, False),
    "a zip cut to half": (lambda t: {"N.zip": _pack({NAME: t.encode()})[:800]}, False),
    "a zip with a byte changed": (
        lambda t: {"N.zip": _change_byte(_pack({NAME: t.encode()}), 300)},
        False,
    ),
    "a password": (
        lambda t: {"N.zip": _set_in_headers(_pack({NAME: t.encode()}), 6, 8, b"\1\0")},
        False,
    ),
    "Deflate64": (
        lambda t: {"N.zip": _set_in_headers(_pack({NAME: t.encode()}), 8, 10, b"\x09\0")},
        False,
    ),
    "gzip cut": (lambda t: {"N.csv.gz": gzip.compress(t.encode())[:-40]}, False),
    "two editions": (
        lambda t: {"NSPL_NOV_2021_UK.csv": t.encode(), "NSPL_FEB_2022_UK.csv": t.encode()},
        False,
    ),
    "two editions in a zip": (
        lambda t: {"N.zip": _pack({NAME: t.encode(), "Data/NSPL_FEB_2022_UK.csv": t.encode()})},
        False,
    ),
    "two zips": (
        lambda t: {"N.zip": _pack({NAME: t.encode()}), "M.zip": _pack({NAME: t.encode()})},
        False,
    ),
    "a zip and its CSV": (
        lambda t: {"N.zip": _pack({NAME: t.encode()}), "N.csv": t.encode()},
        False,
    ),
    "a copy of the CSV": (lambda t: {"N.csv": t.encode(), "N (1).csv": t.encode()}, False),
    "an edition twice in folders": (
        lambda t: {"a/N.csv": t.encode(), "b/N.csv": t.encode()},
        False,
    ),
    "one area missing": (lambda t: {"multi_csv/A.csv": _halve(t)[0].encode()}, True),
    "no file": (lambda t: {}, False),
    "an empty zip": (lambda t: {"N.zip": _pack({})}, False),
    "no bytes": (lambda t: {"N.zip": b""}, False),
    "too many files": (
        lambda t: {"N.zip": _pack({NAME: t.encode()} | {f"{n}.csv": b"" for n in range(2100)})},
        False,
    ),
}
"""Damage to the files → what is written, and whether it can be read."""


def _change_byte(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


def list_cases() -> Iterator[Case]:
    """Every damage to values and rows in every form, then texts and files."""
    for share in SHARES:
        for form in FORMS:
            for damage in CODES:
                for column in COLUMNS:
                    yield Case(PART, damage, form, share, column)
            for damage in ROW_DAMAGES:
                yield Case(PART, damage, form, share)
    yield from (Case(PART, "text", name) for name in TEXTS)
    yield from (Case(PART, "files", name) for name in FILES)


def plant(case: Case, folders: Folders) -> Planted:
    """Write the directory of a case, and a scan without damage."""
    scan = make_rows()
    put(folders, {"s.csv": format_scan(scan).encode()}, {"s.csv": len(scan)})
    rows = make_directory_rows()
    lines, read, is_readable = _damage_rows(case, rows)
    text = format_csv(NSPL_2011, lines)
    files: Files = {"N.csv": text.encode()}
    if case.damage == "text":
        write, is_readable = TEXTS[case.form]
        files = {"N.csv": write(text)}
    elif case.damage == "files":
        write_files, is_readable = FILES[case.form]
        files = write_files(text)
        if case.form == "one area missing":
            read = read[: len(read) // 2]
    else:
        files = _write_form(case.form, text)
    _replace_files(folders.postcode_landing, files)
    return Planted(scan, directory=read, is_readable=is_readable)


def _damage_rows(case: Case, rows: list[Row]) -> tuple[list[list[str]], list[Row], bool]:
    """The lines that are written, the rows as they are to be read, and whether they can be."""
    number = count_damaged(len(rows), case.share)
    read = [dict(row) for row in rows]
    lines = [list(row.values()) for row in rows]
    is_readable = True
    if case.damage in CODES:
        place = NSPL_2011.index(case.column)
        for row, line in zip(read[:number], lines[:number], strict=True):
            line[place] = row[case.column] = CODES[case.damage](row[case.column])
            if case.damage in TRIMMED:
                row[case.column] = row[case.column].strip()
    elif case.damage == "row repeated":
        lines, is_readable = lines + lines[:number], False
    elif case.damage == "row repeated elsewhere":
        place, is_readable = NSPL_2011.index("oa11"), False
        lines += [[*line[:place], "E00999999", *line[place + 1 :]] for line in lines[:number]]
    elif case.damage == "row lost":
        lines, read = lines[number:], read[number:]
    elif case.damage == "field added":
        lines, is_readable = [[*line, "more"] for line in lines[:number]] + lines[number:], False
    elif case.damage == "field lost":
        lines, is_readable = [line[:-1] for line in lines[:number]] + lines[number:], False
    return lines, read, is_readable


def _write_form(form: str, text: str) -> Files:
    if form == "csv":
        return {"N.csv": text.encode()}
    if form == "csv.gz":
        return {"N.csv.gz": gzip.compress(text.encode())}
    return {"N.zip": _pack({NAME: text.encode()}) if form == "zip" else _pack_areas(text)}


def _replace_files(folder: Path, files: Files) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
