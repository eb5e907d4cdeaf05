"""The log of decisions: append-only, each line seals the one before it.

Every decision about a quarter is an entry of it: answers to warnings, pre-announcements, changed
dates, pre-release access, signatures, releases, corrections, what was shared. Each kind of entry is
a frozen dataclass under `Entry`, declared where its rules are.

Each line holds the sha256 of the line before, and a small file beside the log, the head, holds the
number of lines and the sha256 of the last one. So `verify_log` finds a line that was changed,
removed, moved or put in between, and lines cut off at the end. It cannot find an ending rewritten
together with a head to match: nothing in these two files is secret. For that, answers and
signatures are events in Dagster too, with the sha256 of their lines, in a database of its own.

Belongs here: the chain, and what all entries have in common. Does not belong here: what any kind of
entry means.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from nino_assets.errors import GovernanceError
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date
from nino_assets.store.atomic import explain_disk_errors, write_text
from nino_assets.store.locks import lock_file

FIRST_SEAL = "0" * 64
LONGEST_NAME, LONGEST_TEXT = 100, 1000
_APPEND_ONLY = "entries are only ever added to the log of decisions"
_RESTORE = "restore the log and its head from a backup, and find out who changed it"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every entry has: the quarter (`2020-Q4`), who (`by`), and when (`at`, ISO, in UTC).

    A kind of entry names itself in `kind`, which is never changed, as it stands in written logs.
    Its fields are what JSON has: text, numbers, truth values, None, and tuples or dicts of these.
    """

    kind: ClassVar[str]

    quarter: str
    by: str
    at: str


Kind = TypeVar("Kind", bound=Entry)


def locate_log(warehouse: Path) -> Path:
    """Where the log lies: in the warehouse, and not restricted, as it holds no data of records."""
    return warehouse / "governance" / "decisions.jsonl"


def make_entry_fields(quarter: Quarter, by: str, now: datetime) -> dict[str, str]:
    """The fields that every entry has. Raises GovernanceError unless `by` is a name."""
    return {
        "quarter": quarter.label,
        "by": check_plain_line("name of who decides", by, LONGEST_NAME),
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
    }


def check_plain_line(what: str, text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without outer spaces. Raises GovernanceError unless it is one line of plain text.

    Refused are control and format characters, which can hide or turn round what stands there.
    """
    text = text.strip()
    if text and len(text) <= longest and not any(_is_control(character) for character in text):
        return text
    raise GovernanceError(
        f"The {what} is empty, too long or has control characters",
        rule=f"it is one line of plain text of at most {longest} characters",
        next_step=f"give the {what} in words, without line breaks",
    )


def append_entry(path: Path, entry: Entry) -> str:
    """Write an entry to the end of the log and on to the disk. Returns the sha256 of its line.

    One writer at a time. Raises GovernanceError when the log is not as it was written, or its last
    entry is later than this one: then a clock is wrong. Raises WarehouseError when the disk is full
    or may not be written. The log then stands as it was.
    """
    with lock_file(_find_lock(path)):
        faults = _faults(path)
        if faults:
            raise GovernanceError(
                f"{path.name} is not as it was written: {'; '.join(faults)}",
                rule=_APPEND_ONLY,
                next_step=_RESTORE,
            )
        before = _lines(path)
        refuse_earlier(path, datetime.fromisoformat(entry.at))
        line = _line(entry, _seal(before[-1]) if before else FIRST_SEAL)
        with explain_disk_errors(path):
            _append(path, line)
        write_text(_head(path), json.dumps(_head_of([*before, line])) + "\n")
        return _seal(line)


def read_entries(path: Path, kind: type[Kind]) -> list[Kind]:
    """Every entry of a kind, in the order in which they were written.

    Raises GovernanceError for a log that holds anything but entries.
    """
    try:
        documents = [json.loads(line) for line in _lines(path)]
        return [_entry(kind, each) for each in documents if each["kind"] == kind.kind]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise GovernanceError(
            f"{path.name} holds a line that is no entry",
            rule=_APPEND_ONLY,
            next_step=_RESTORE,
        ) from None


def find_newest_moment(path: Path) -> datetime | None:
    """When the last entry was written; None without any.

    Raises GovernanceError for a log whose last line is no entry.
    """
    lines = _lines(path)
    if not lines:
        return None
    try:
        return datetime.fromisoformat(json.loads(lines[-1])["at"])
    except (ValueError, KeyError, TypeError):
        raise GovernanceError(
            f"{path.name} holds a line that is no entry",
            rule=_APPEND_ONLY,
            next_step=_RESTORE,
        ) from None


def refuse_earlier(path: Path, now: datetime) -> None:
    """Raise GovernanceError when the clock says a moment before the last entry was written."""
    newest = find_newest_moment(path)
    if newest and now < newest:
        raise GovernanceError(
            f"The clock says {format_date(now)} {now:%H:%M:%S}, and {path.name} has an entry of "
            f"{format_date(newest)} {newest:%H:%M:%S} (UTC)",
            rule="what is decided now is later than what was decided before",
            next_step="set this machine's clock right, or the setting that replaces it",
        )


def verify_log(path: Path) -> list[str]:
    """What shows that the log is not as it was written, a sentence a fault; empty when intact.

    A log that does not exist, and has no head, is intact: nobody has decided anything yet.
    """
    if not path.parent.is_dir():
        return []
    with lock_file(_find_lock(path)):
        return _faults(path)


def _entry(kind: type[Kind], document: dict[str, Any]) -> Kind:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in document.items()
        if name not in ("kind", "previous")
    }
    return kind(**fields)


def _faults(path: Path) -> list[str]:
    try:
        lines = _lines(path)
    except GovernanceError as error:
        return [error.what]
    faults = []
    seal = FIRST_SEAL
    for number, line in enumerate(lines, start=1):
        if _previous(line) != seal:
            faults.append(f"line {number} does not follow the line before it")
        seal = _seal(line)
    return faults + _head_faults(path, lines)


def _head_faults(path: Path, lines: Sequence[bytes]) -> list[str]:
    if not _head(path).is_file():
        # A process that ends between the first line and the first head leaves one line.
        return ["the head of the log is missing"] if len(lines) > 1 else []
    try:
        head = json.loads(_head(path).read_text(encoding="utf-8"))
        count = int(head["lines"])
    except (ValueError, KeyError, TypeError):
        return ["the head of the log cannot be read"]
    if len(lines) < count:
        return [f"{count - len(lines)} of {count} lines are missing"]
    # A process that ends between a line and its head leaves one line more than the head knows;
    # the chain holds it, and the next entry renews the head.
    if len(lines) > count + 1:
        return [f"{len(lines) - count} lines were added without the head"]
    if head != _head_of(lines[:count]):
        return ["the last line known to the head has changed"]
    return []


def _head_of(lines: Sequence[bytes]) -> dict[str, int | str]:
    return {"lines": len(lines), "sha256": _seal(lines[-1]) if lines else FIRST_SEAL}


def _head(path: Path) -> Path:
    return path.with_suffix(".head.json")


def _line(entry: Entry, previous: str) -> bytes:
    document = asdict(entry) | {"kind": entry.kind, "previous": previous}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _lines(path: Path) -> list[bytes]:
    if not path.is_file():
        return []
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise GovernanceError(
            "the last line is cut off",
            rule=_APPEND_ONLY,
            next_step=_RESTORE,
        )
    return content.split(b"\n")[:-1]


def _seal(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _previous(line: bytes) -> object:
    try:
        return json.loads(line)["previous"]
    except (ValueError, KeyError, TypeError):
        return None


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        try:
            if os.write(handle, line + b"\n") != len(line) + 1:
                raise OSError(errno.ENOSPC, "part of a line")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def _find_lock(path: Path) -> Path:
    return path.with_suffix(".lock")


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}
