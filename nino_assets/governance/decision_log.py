"""The log of decisions, append-only and sealed line by line.

Every decision about a quarter is an entry of it: answers to warnings, pre-announcements, changed
dates, pre-release access, signatures, releases, corrections, what was shared. Each kind of entry is
a frozen dataclass under `Entry`, declared in the module that has its rules.

Each line holds the sha256 of the line before, and a second small file, the head, holds the
number of lines and the sha256 of the last one. So `verify_log` finds a line that was changed,
removed, moved or put in between, and lines cut off at the end. It cannot find an ending rewritten
together with a head to match: nothing in these two files is secret. For that, answers and
signatures are events in Dagster too, with the sha256 of their lines, which is a separate database.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.line_signatures import (
    LineSignature,
    append_signature,
    write_statement,
)
from nino_assets.governance.log_entry import Entry
from nino_assets.governance.ssh_signatures import KEY_VARIABLE, is_signed, sign_text
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date
from nino_assets.store.atomic import append_line, write_text
from nino_assets.store.locks import lock_file

FIRST_SEAL = "0" * 64
_APPEND_ONLY = "entries are only ever added to the log of decisions"
_RESTORE = "restore the log and its head from a backup, and find out who changed it"


@dataclass(frozen=True)
class SealedLine:
    """A line of the log: its sha256, and what it says."""

    sha256: str
    entry: Mapping[str, Any]


Kind = TypeVar("Kind", bound=Entry)


def locate_log(warehouse: Path) -> Path:
    """The file of the log, which holds no records."""
    return warehouse / "governance" / "decisions.jsonl"


def append_entry(path: Path, entry: Entry, *, public_key: str = "") -> str:
    """Append an entry to the log and return its line's sha256.

    The line is on the disk when this returns, and one process writes at a time. With a
    `public_key`, the line is signed first by the key that belongs to it. Raises GovernanceError
    when the log is not as it was written, its last entry is later than this one, or the line is not
    signed; WarehouseError when the disk is full or read-only. The log is then as it was before.
    """
    with lock_file(_find_lock(path)):
        faults = _find_faults(path)
        if faults:
            raise GovernanceError(
                f"{path.name} is not as it was written: {'; '.join(faults)}",
                rule=_APPEND_ONLY,
                next_step=_RESTORE,
            )
        before = _read_lines(path)
        refuse_earlier(path, datetime.fromisoformat(entry.at))
        line = _encode_line(entry, _hash_line(before[-1]) if before else FIRST_SEAL)
        if public_key:
            _sign(path, entry, line, public_key)
        append_line(path, line)
        try:
            write_text(_locate_head(path), json.dumps(_describe_head([*before, line])) + "\n")
        except BaseException:
            if _find_head_faults(path, before) == []:
                # The head stands as it was. A second line without one would break the log for good.
                os.truncate(path, sum(len(each) + 1 for each in before))
            raise
        return _hash_line(line)


def read_entries(path: Path, kind: type[Kind]) -> list[Kind]:
    """Every entry of a kind, in the order of writing.

    Raises GovernanceError for a log with a line that is not an entry.
    """
    try:
        documents = [json.loads(line) for line in _read_lines(path)]
        return [_parse_entry(kind, each) for each in documents if each["kind"] == kind.kind]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _build_line_error(path) from None


def read_sealed_lines(path: Path, quarter: Quarter) -> list[SealedLine]:
    """Read every line about a quarter, of any kind.

    Raises GovernanceError for a log with a line that is not an entry.
    """
    try:
        found = [SealedLine(_hash_line(line), json.loads(line)) for line in _read_lines(path)]
        return [each for each in found if each.entry["quarter"] == quarter.label]
    except (ValueError, KeyError, TypeError):
        raise _build_line_error(path) from None


def read_head(path: Path) -> dict[str, int | str]:
    """Read the number of lines, and the sha256 of the last."""
    return _describe_head(_read_lines(path))


def find_newest_moment(path: Path) -> datetime | None:
    """When the last entry was written; None in an empty log.

    Raises GovernanceError for a log whose last line is not an entry.
    """
    lines = _read_lines(path)
    if not lines:
        return None
    try:
        return datetime.fromisoformat(json.loads(lines[-1])["at"])
    except (ValueError, KeyError, TypeError):
        raise _build_line_error(path) from None


def refuse_earlier(path: Path, now: datetime) -> None:
    """Raise GovernanceError when the last entry is later than `now`."""
    newest = find_newest_moment(path)
    if newest and now < newest:
        raise GovernanceError(
            f"The clock says {format_date(now)} {now:%H:%M:%S}, and {path.name} has an entry of "
            f"{format_date(newest)} {newest:%H:%M:%S} (UTC)",
            rule="decisions are recorded in date order",
            next_step="set this machine's clock right, or NINO_CLOCK where it is set",
        )


def verify_log(path: Path) -> list[str]:
    """Find what shows that the log was changed, a sentence each.

    A log that does not exist, and has no head, is intact: nobody has decided anything yet.
    """
    if not path.parent.is_dir():
        return []
    with lock_file(_find_lock(path)):
        return _find_faults(path)


def _build_line_error(path: Path) -> GovernanceError:
    return GovernanceError(
        f"{path.name} has a line that is not an entry",
        rule=_APPEND_ONLY,
        next_step=_RESTORE,
    )


def _sign(path: Path, entry: Entry, line: bytes, public_key: str) -> None:
    """Sign a line before it is written: none stands unsigned."""
    statement = write_statement(asdict(entry) | {"kind": entry.kind}, _hash_line(line))
    signature = sign_text(statement)
    if not is_signed(statement, signature, public_key):
        raise GovernanceError(
            f"The key that {KEY_VARIABLE} names is not the one of {entry.by}",
            rule="each decision is signed with the key that the list of the team has for its maker",
            next_step=f"set {KEY_VARIABLE} to the file of that key",
        )
    append_signature(path, LineSignature(_hash_line(line), signature))


def _parse_entry(kind: type[Kind], document: dict[str, Any]) -> Kind:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in document.items()
        if name not in ("kind", "previous")
    }
    return kind(**fields)


def _find_faults(path: Path) -> list[str]:
    try:
        lines = _read_lines(path)
    except GovernanceError as error:
        return [error.what]
    faults = []
    seal = FIRST_SEAL
    for number, line in enumerate(lines, start=1):
        if _read_previous(line) != seal:
            faults.append(f"line {number} does not follow the line before it")
        seal = _hash_line(line)
    return faults + _find_head_faults(path, lines)


def _find_head_faults(path: Path, lines: Sequence[bytes]) -> list[str]:
    if not _locate_head(path).is_file():
        # A process that ends between the first line and the first head leaves one line.
        return ["the head of the log is missing"] if len(lines) > 1 else []
    try:
        head = json.loads(_locate_head(path).read_text(encoding="utf-8"))
        count = int(head["lines"])
    except (ValueError, KeyError, TypeError):
        return ["the head of the log cannot be read"]
    if len(lines) < count:
        return [f"{count - len(lines)} of {count} lines are missing"]
    # A process that ends between a line and its head leaves one line more than the head knows;
    # the chain holds it, and the next entry renews the head.
    if len(lines) > count + 1:
        return [f"{len(lines) - count} lines were added without the head"]
    if head != _describe_head(lines[:count]):
        return ["the last line known to the head has changed"]
    return []


def _describe_head(lines: Sequence[bytes]) -> dict[str, int | str]:
    return {"lines": len(lines), "sha256": _hash_line(lines[-1]) if lines else FIRST_SEAL}


def _locate_head(path: Path) -> Path:
    return path.with_suffix(".head.json")


def _encode_line(entry: Entry, previous: str) -> bytes:
    document = asdict(entry) | {"kind": entry.kind, "previous": previous}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _read_lines(path: Path) -> list[bytes]:
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


def _hash_line(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _read_previous(line: bytes) -> object:
    try:
        return json.loads(line)["previous"]
    except (ValueError, KeyError, TypeError):
        return None


def _find_lock(path: Path) -> Path:
    return path.with_suffix(".lock")
