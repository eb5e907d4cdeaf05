"""What each field of a manifest must hold."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from nino_assets.deliveries.scan_files import FILE_FORMS
from nino_assets.statistic.quarters import Quarter

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST_NAME = 255
"""In bytes, as file systems count."""
_FILE_NAME = re.compile(r"[^/\\\x00-\x1f]{1,255}")


def find_wrong_field(content: Any) -> str | None:
    """The first wrong field of a manifest, with what it must be.

    None when every field is there and right. The value itself is not told.
    """
    wrong = _find_wrong(content, _FIELDS, "")
    if wrong:
        return wrong
    files = content["files"]
    for number, file in enumerate(files, start=1):
        wrong = wrong or _find_wrong(file, _FILE_FIELDS, f" of file {number}")
    if not wrong and len({file["name"] for file in files}) != len(files):
        wrong = "files must name each file once"
    statement = content.get("supplier_statement")
    if not wrong and statement is not None:
        wrong = _find_wrong(statement, _STATEMENT_FIELDS, " of supplier_statement")
    return wrong


Rules = Mapping[str, tuple[Callable[[Any], bool], str]]


def _find_wrong(content: Any, rules: Rules, where: str) -> str | None:
    if not isinstance(content, Mapping):
        return f"the content{where} must be an object with {', '.join(rules)}"
    for name, (is_right, words) in rules.items():
        if name not in content:
            return f"{name}{where} is missing; it must be {words}"
        if not is_right(content[name]):
            return f"{name}{where} must be {words}"
    return None


def _is_quarter(value: Any) -> bool:
    return _is_parsed(Quarter.parse, value)


def _is_date(value: Any) -> bool:
    return _is_parsed(date.fromisoformat, value)


def _is_parsed(parse: Callable[[str], object], value: Any) -> bool:
    try:
        return isinstance(value, str) and parse(value) is not None
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_file_name(value: Any) -> bool:
    return (
        isinstance(value, str)
        and value.endswith(FILE_FORMS)
        and _FILE_NAME.fullmatch(value) is not None
        and len(os.fsencode(value)) <= _LONGEST_NAME
    )


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_FIELDS: Rules = {
    "quarter": (_is_quarter, "a quarter such as 2020-Q4"),
    "extract": (lambda value: value in ("quarter", "register"), "quarter or register"),
    "extracted_on": (_is_date, "a date such as 2021-01-14"),
    "layout": (_is_text, "the name of a layout such as mws-1"),
    "synthetic": (lambda value: isinstance(value, bool), "true or false, without quotation marks"),
    "files": (
        lambda value: isinstance(value, list) and bool(value),
        "a list of at least one file, each with name, rows and sha256",
    ),
}
_FILE_FIELDS: Rules = {
    "name": (_is_file_name, f"a file of the folder itself, one of {', '.join(FILE_FORMS)}"),
    "rows": (_is_count, "a whole number of records, without quotation marks"),
    "sha256": (_is_sha256, "64 hexadecimal digits"),
}
_STATEMENT_FIELDS: Rules = {
    "signed_by": (_is_text, "the post that signed"),
    "signed_on": (_is_date, "a date such as 2021-01-14"),
    "checks": (_are_texts, "a list of names of checks"),
}
