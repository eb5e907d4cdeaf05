"""Damages to a manifest, and to the files beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nino_assets.store.folders import Folders
from nino_assets_tests.support.damages.case import Case, Planted
from nino_assets_tests.support.damages.scans import ROWS, make_rows
from nino_assets_tests.support.small_delivery import QUARTER, format_csv, put

PART = "manifest"
Content = dict[str, Any]

RIGHT: Mapping[str, Mapping[str, Any]] = {
    "quarter": {"as it is": "2020-Q4"},
    "extracted_on": {"a day later": "2021-01-15"},
    "layout": {"as it is": "mws-1"},
    "supplier_statement": {
        "signed": {"signed_by": "A post", "signed_on": "2021-01-14", "checks": []},
        "null": None,
    },
    "sha256": {"in capitals": str.upper},
    "note": {"an unknown field": "Please call."},
}
"""Field → values that are right, or change nothing: the figures are those of the scan."""
ODD: tuple[Any, ...] = (
    *(None, "", " ", "x", 0, -1, 1.5, 1e400, True, False, [], {}, ["x"], {"x": 1}),
    *("\u0000", "\ufeff2020-Q4", "2020-Q4 ", "\uff12020-Q4", "2020-Q3", "2021-Q1", "2020-13-45"),
    *("9999-12-31", "true", "300", "../s.csv", "s.csv/..", "..", "s.CSV", "mws-9", "x" * 300),
    *("0" * 64, "0" * 63, "z" * 64, "\u0660" * 64, 10**400, "Quarter", "registers"),
)
FIELDS = ("quarter", "extract", "extracted_on", "layout", "synthetic", "files")
FILE_FIELDS = ("name", "rows", "sha256")
Bytes = Callable[[str], bytes]
TEXTS: Mapping[str, tuple[Bytes, bool]] = {
    "byte order mark": (lambda text: b"\xef\xbb\xbf" + text.encode(), True),
    "Windows line ends": (lambda text: text.replace("\n", "\r\n").encode(), True),
    "blank lines around": (lambda text: f"\n\n{text}\n\n".encode(), True),
    "UTF-16": (lambda text: text.encode("utf-16"), False),
    "UTF-16 without a mark": (lambda text: text.encode("utf-16-le"), False),
    "UTF-32": (lambda text: text.encode("utf-32"), False),
    "Latin-1": (lambda text: text.replace("mws-1", "mws-é").encode("latin-1"), False),
    "cut": (lambda text: text[:-20].encode(), False),
    "cut to half": (lambda text: text[: len(text) // 2].encode(), False),
    "empty": (lambda text: b"", False),
    "a comma too many": (lambda text: text.replace("]", ",]").encode(), False),
    "single quotation marks": (lambda text: text.replace('"', "'").encode(), False),
    "twice": (lambda text: (text + text).encode(), False),
    "NUL after": (lambda text: f"{text}\0".encode(), False),
    "a comment": (lambda text: f"// ours\n{text}".encode(), False),
    "a list": (lambda text: f"[{text}]".encode(), False),
    "a text": (lambda text: json.dumps(text).encode(), False),
    "NaN": (lambda text: text.replace(str(ROWS), "NaN").encode(), False),
    "deep": (lambda text: ("[" * 100_000).encode(), False),
}
"""Damage to the text → how it is written, and whether it can still be read."""


def _write_again(folder: Path, name: str) -> Content:
    """A second file with the rows of the scan, and its entry."""
    content = format_csv(make_rows()).encode()
    (folder / name).write_bytes(content)
    return {"name": name, "rows": ROWS, "sha256": hashlib.sha256(content).hexdigest()}


def _name_half(folder: Path, content: Content) -> None:
    """The scan in two files, of which the manifest names one."""
    rows = make_rows()
    for name, part in (("a.csv", rows[: ROWS // 2]), ("b.csv", rows[ROWS // 2 :])):
        (folder / name).write_bytes(format_csv(part).encode())
    (folder / "s.csv").unlink()
    digest = hashlib.sha256((folder / "a.csv").read_bytes()).hexdigest()
    content["files"] = [{"name": "a.csv", "rows": ROWS // 2, "sha256": digest}]


def _name_both(folder: Path, content: Content) -> None:
    _name_half(folder, content)
    digest = hashlib.sha256((folder / "b.csv").read_bytes()).hexdigest()
    content["files"].append({"name": "b.csv", "rows": ROWS - ROWS // 2, "sha256": digest})


def _leave(name: str) -> Callable[[Path, Content], object]:
    return lambda folder, content: (folder / name).write_bytes(b"x")


def _make_link(folder: Path, content: Content) -> None:
    (folder / "s.csv").rename(folder.parent / "elsewhere.csv")
    (folder / "s.csv").symlink_to(folder.parent / "elsewhere.csv")


def _make_folder(folder: Path, content: Content) -> None:
    (folder / "s.csv").unlink()
    (folder / "s.csv").mkdir()


FOLDERS: Mapping[str, tuple[Callable[[Path, Content], object], bool]] = {
    "two files, both named": (_name_both, True),
    "two files, one named": (_name_half, False),
    "a scan that is not named": (lambda folder, _: _write_again(folder, "t.csv"), False),
    "a scan in capitals that is not named": (
        lambda folder, _: _write_again(folder, "T.CSV.GZ"),
        False,
    ),
    "a zip that is not named": (_leave("rest.zip"), False),
    "a hidden file": (_leave(".DS_Store"), True),
    "a read-me": (_leave("README.md"), True),
    "a link to the scan": (_make_link, True),
    "a folder in place of the scan": (_make_folder, False),
    "the scan twice": (
        lambda folder, content: content["files"].append(_write_again(folder, "t.csv")),
        True,
    ),
    "no scan": (lambda folder, _: (folder / "s.csv").unlink(), False),
    "an empty scan": (lambda folder, _: (folder / "s.csv").write_bytes(b""), False),
    "another scan": (lambda folder, _: (folder / "s.csv").write_bytes(b"nino\n"), False),
    "a row fewer than it says": (
        lambda _, content: content["files"][0].update(rows=ROWS + 1),
        False,
    ),
    "a row more than it says": (
        lambda _, content: content["files"][0].update(rows=ROWS - 1),
        False,
    ),
    "the header counted": (lambda _, content: content["files"][0].update(rows=ROWS + 1), False),
    "no rows": (lambda _, content: content["files"][0].update(rows=0), False),
    "marked as not synthetic": (lambda _, content: content.update(synthetic=False), True),
    "marked as a register": (lambda _, content: content.update(extract="register"), True),
}
"""Damage to what lies in the folder, or to a mark → how, and whether it can still be read."""


def list_cases() -> Iterator[Case]:
    """Each field wrong in every way or missing, then texts and folders."""
    for field in (*FIELDS, *FILE_FIELDS):
        yield Case(PART, "field missing", column=field)
        for number in range(len(ODD)):
            yield Case(PART, "odd value", str(number), column=field)
    for field, values in RIGHT.items():
        for value in values:
            yield Case(PART, "right value", value, column=field)
    yield from (Case(PART, "text", name) for name in TEXTS)
    yield from (Case(PART, "folder", name) for name in FOLDERS)


def plant(case: Case, folders: Folders) -> Planted:
    """Write the scan, undamaged, with the manifest of a case."""
    rows = make_rows()
    put(folders, {"s.csv": format_csv(rows).encode()}, {"s.csv": ROWS})
    folder = folders.find_delivery(QUARTER)
    path = folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    target = content["files"][0] if case.column in FILE_FIELDS else content
    before = target.get(case.column)
    is_readable = True
    if case.damage == "field missing":
        is_readable = False
        del target[case.column]
    elif case.damage == "odd value":
        odd = target[case.column] = ODD[int(case.form)]
        is_readable = type(odd) is type(before) and str(odd).strip() == str(before)
    elif case.damage == "right value":
        value = RIGHT[case.column][case.form]
        target[case.column] = value(before) if callable(value) else value
    elif case.damage == "folder":
        change, is_readable = FOLDERS[case.form]
        change(folder, content)
    text = json.dumps(content, indent=1)
    write, can_be_read = TEXTS.get(case.form, (str.encode, is_readable))
    path.write_bytes(write(text) if case.damage == "text" else text.encode())
    if case.form == "the scan twice":
        rows = [*rows, *make_rows()]
    return Planted(rows, is_readable=can_be_read if case.damage == "text" else is_readable)
