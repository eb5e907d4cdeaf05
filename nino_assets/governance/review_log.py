"""Reviewers' answers to warnings: an append-only log in which each line seals the one before it.

Each line holds the sha256 of the line before, and a small file beside the log, the head, holds the
number of lines and the sha256 of the last one. So `verify_log` finds a line that was changed,
removed, moved or put in between, and lines cut off at the end. It cannot find an ending rewritten
together with a head to match: nothing in these two files is secret. For that, each answer is an
event in Dagster too, with the sha256 of its line, in a database of its own.

Belongs here: the answers, the log, and which findings are still open. Does not belong here: where
findings come from (`automation/check_results.py`) and the release gate.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from nino_assets.errors import NinoError
from nino_assets.storage.atomic import disk_errors, write_text

DECISIONS = ("accept", "reject")
FIRST_SEAL = "0" * 64
LONGEST_NAME, LONGEST_REASON = 100, 1000
_RESTORE = "restore the log and its head from a backup, and find out who changed it"


class ReviewError(NinoError):
    """An answer cannot be taken, or the log of answers is not as it was written."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A warning as a reviewer sees it: what a check of a quarter (`2020-Q4`) measured."""

    quarter: str
    check: str
    """`asset.name`"""
    observed: float | None
    unexpected: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a reviewer decided about a finding. `at` is an ISO moment in UTC."""

    quarter: str
    check: str
    observed: float | None
    unexpected: int
    decision: str
    by: str
    reason: str
    at: str

    @property
    def finding(self) -> Finding:
        return Finding(
            quarter=self.quarter,
            check=self.check,
            observed=self.observed,
            unexpected=self.unexpected,
        )


def log_file(warehouse: Path) -> Path:
    """Where the log lies: in the warehouse, and not restricted, as it holds no data of records."""
    return warehouse / "governance" / "review-log.jsonl"


def make_answer(finding: Finding, *, decision: str, by: str, reason: str, at: datetime) -> Answer:
    """An answer to a finding. Raises ReviewError for a decision or a text that cannot be taken."""
    if decision not in DECISIONS:
        raise ReviewError(
            "The decision is not one that can be taken",
            rule=f"a warning is answered with {' or '.join(DECISIONS)}",
            next_step=f"give --decision {' or --decision '.join(DECISIONS)}",
        )
    return Answer(
        **asdict(finding),
        decision=decision,
        by=_plain("name of the reviewer", by, LONGEST_NAME),
        reason=_plain("reason", reason, LONGEST_REASON),
        at=at.isoformat(timespec="seconds"),
    )


def latest_answers(answers: Iterable[Answer]) -> dict[Finding, Answer]:
    """The last answer to each finding."""
    return {answer.finding: answer for answer in answers}


def unanswered(findings: Sequence[Finding], answers: Iterable[Answer]) -> list[Finding]:
    """The findings without an answer.

    An answer is about the figures that the reviewer saw: when a check runs again and finds the
    same, it stands; when it finds other figures, the warning is open again.
    """
    given = latest_answers(answers)
    return [finding for finding in findings if finding not in given]


def rejected(findings: Sequence[Finding], answers: Iterable[Answer]) -> list[Finding]:
    """The findings whose last answer is that they are not acceptable."""
    given = latest_answers(answers)
    return [f for f in findings if f in given and given[f].decision == "reject"]


def append_answer(path: Path, answer: Answer) -> str:
    """Write an answer to the end of the log and on to the disk. Returns the sha256 of its line.

    One writer at a time. Raises ReviewError when the log is not as it was written, WarehouseError
    when the disk is full or may not be written; the log then stands as it was.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        faults = _faults(path)
        if faults:
            raise ReviewError(
                f"{path.name} is not as it was written: {'; '.join(faults)}",
                rule="answers are only ever added to the log",
                next_step=_RESTORE,
            )
        before = _lines(path)
        line = _line(answer, _seal(before[-1]) if before else FIRST_SEAL)
        with disk_errors(path):
            _append(path, line)
        write_text(_head(path), json.dumps(_head_of([*before, line])) + "\n")
        return _seal(line)


def read_log(path: Path) -> list[Answer]:
    """Every answer, in the order in which they were given. Raises ReviewError for a broken log."""
    try:
        documents = [json.loads(line) for line in _lines(path)]
        return [Answer(**{k: v for k, v in each.items() if k != "previous"}) for each in documents]
    except (ValueError, TypeError, AttributeError):
        raise ReviewError(
            f"{path.name} holds a line that is no answer",
            rule="answers are only ever added to the log",
            next_step=_RESTORE,
        ) from None


def verify_log(path: Path) -> list[str]:
    """What shows that the log is not as it was written, a sentence a fault; empty when intact.

    A log that does not exist, and has no head, is intact: nobody has answered yet.
    """
    if not path.parent.is_dir():
        return []
    with _locked(path):
        return _faults(path)


def _faults(path: Path) -> list[str]:
    try:
        lines = _lines(path)
    except ReviewError as error:
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
    # the chain holds it, and the next answer renews the head.
    if len(lines) > count + 1:
        return [f"{len(lines) - count} lines were added without the head"]
    if head != _head_of(lines[:count]):
        return ["the last line known to the head has changed"]
    return []


def _head_of(lines: Sequence[bytes]) -> dict[str, int | str]:
    return {"lines": len(lines), "sha256": _seal(lines[-1]) if lines else FIRST_SEAL}


def _head(path: Path) -> Path:
    return path.with_suffix(".head.json")


def _line(answer: Answer, previous: str) -> bytes:
    document = asdict(answer) | {"previous": previous}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _lines(path: Path) -> list[bytes]:
    if not path.is_file():
        return []
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ReviewError(
            "the last line is cut off",
            rule="answers are only ever added to the log",
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


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the log against other processes; the lock ends with the process, however it ends."""
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _plain(what: str, text: str, longest: int) -> str:
    """The text without outer spaces. Raises ReviewError unless it is one line of plain text.

    Refused are control and format characters, which can hide or turn round what stands there.
    """
    text = text.strip()
    if text and len(text) <= longest and not any(_is_control(character) for character in text):
        return text
    raise ReviewError(
        f"The {what} is empty, too long or has control characters",
        rule=f"it is one line of plain text of at most {longest} characters",
        next_step=f"give the {what} in words, without line breaks",
    )


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}
