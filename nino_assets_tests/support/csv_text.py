"""Delivered CSV, written apart from the package and from Python's own writer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def format_csv(header: Sequence[str], records: Iterable[Iterable[str]], *, end: str = "\n") -> str:
    """CSV text; Python's own writer leaves a bare carriage return unquoted."""
    lines = (",".join(map(_field, record)) or '""' for record in (header, *records))
    return "".join(line + end for line in lines)


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search('[,"\r\n]', text) else text
