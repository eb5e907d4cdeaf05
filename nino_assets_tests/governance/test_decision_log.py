"""Entries are kept as they were written, and every way to tamper with the log shows."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from nino_assets.errors import GovernanceError, WarehouseError
from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.decision_log import (
    append_entry,
    find_newest_moment,
    locate_log,
    read_entries,
    verify_log,
)
from nino_assets.governance.log_entry import Entry, check_plain_line, make_entry_fields
from nino_assets.governance.review_log import Answer, make_answer
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import atomic

QUARTER = Quarter(2020, 4)
FOUND = CheckResult(
    asset="cleaned_records",
    name="unlisted",
    quarter=QUARTER,
    sentence="Every code is a listed one.",
    next_step="Ask the supplier.",
    practice_area="Communication",
    severity="warn",
    passed=False,
    observed=0.1,
    unexpected=3,
)
AT = datetime(2021, 2, 20, 10, 30, tzinfo=UTC)


def answer(reason: str = "Known", at: datetime = AT) -> Answer:
    return make_answer(FOUND, QUARTER, decision="accept", by="A Reviewer", reason=reason, at=at)


@dataclass(frozen=True, kw_only=True)
class Note(Entry):
    """Another kind of entry."""

    kind: ClassVar[str] = "note"

    words: tuple[str, ...]


def note(*words: str) -> Note:
    return Note(**make_entry_fields(Quarter(2020, 4), "An Analyst", AT), words=words)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = locate_log(tmp_path)
    for n in range(4):
        append_entry(path, answer(f"Reason {n}"))
    return path


def test_answers_come_back_as_given(log: Path) -> None:
    assert [each.reason for each in read_entries(log, Answer)] == [f"Reason {n}" for n in range(4)]
    assert read_entries(log, Answer)[0] == answer("Reason 0")
    assert verify_log(log) == []


def test_without_answers_there_is_nothing_wrong(tmp_path: Path) -> None:
    path = locate_log(tmp_path)
    assert verify_log(path) == []
    assert read_entries(path, Answer) == []


def test_one_answer_alone_is_protected_too(tmp_path: Path) -> None:
    path = locate_log(tmp_path)
    append_entry(path, answer("Only"))
    path.write_bytes(path.read_bytes().replace(b"Only", b"Else"))
    assert verify_log(path)


def _edit(n: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [
        line.replace(b"accept", b"reject") if k == n else line for k, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    "tamper",
    [
        *(_edit(n) for n in range(4)),
        *(lambda lines, n=n: lines[:n] + lines[n + 1 :] for n in range(4)),
        lambda lines: lines[:1],
        lambda lines: [],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines[:2], lines[3], lines[2]],
        lambda lines: [*lines, lines[3]],
        lambda lines: [lines[0], *lines],
        lambda lines: [*lines[:2], b"no answer", *lines[2:]],
    ],
)
def test_tampering_shows(log: Path, tamper: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = log.read_bytes().splitlines()
    log.write_bytes(b"".join(line + b"\n" for line in tamper(lines)))
    assert verify_log(log)
    with pytest.raises(GovernanceError, match="not as it was written"):
        append_entry(log, answer("After"))


def test_a_removed_log_or_head_shows(log: Path) -> None:
    head = log.with_suffix(".head.json")
    content = head.read_bytes()
    head.unlink()
    assert verify_log(log)
    head.write_bytes(content)
    assert verify_log(log) == []
    log.unlink()
    assert verify_log(log)


def test_a_line_that_was_cut_off_shows(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-5])
    assert verify_log(log) == ["the last line is cut off"]


def test_an_end_between_line_and_head_is_made_good_by_the_next_answer(log: Path) -> None:
    head = log.with_suffix(".head.json")
    before = head.read_bytes()
    append_entry(log, answer("Reason 4"))
    head.write_bytes(before)
    assert verify_log(log) == []
    append_entry(log, answer("Reason 5"))
    assert json.loads(head.read_text())["lines"] == 6
    assert verify_log(log) == []


def _append(path: Path, name: str) -> None:
    for n in range(10):
        append_entry(path, answer(f"{name} {n}"))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = locate_log(tmp_path)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_append, args=(path, f"Writer {n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(read_entries(path, Answer)) == 40
    assert verify_log(path) == []


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, write = log.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))
    with pytest.raises(WarehouseError, match="disk is full"):
        append_entry(log, answer("After"))
    monkeypatch.undo()
    assert log.read_bytes() == before
    assert verify_log(log) == []


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_decisions_whose_head_cannot_be_written_are_taken_back(
    log: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    before = log.read_bytes()

    def refuse(path: Path, *_: object, **__: object) -> int:
        raise OSError(reason, "refused", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", refuse)
        for reviewer in ("One", "Two", "Three"):
            with pytest.raises(WarehouseError, match=r"decisions\.head\.json cannot be written"):
                append_entry(log, answer(reviewer))
    assert log.read_bytes() == before
    assert verify_log(log) == []
    append_entry(log, answer("After"))
    assert verify_log(log) == []


def test_the_first_decision_whose_head_cannot_be_written_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = locate_log(tmp_path)

    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "refused")

    with monkeypatch.context() as patch, pytest.raises(WarehouseError, match="disk is full"):
        patch.setattr(Path, "write_text", refuse)
        append_entry(path, answer("First"))
    assert path.read_bytes() == b""
    append_entry(path, answer("First"))
    assert verify_log(path) == []


def test_a_head_that_was_written_keeps_its_line(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the folder could not be flushed: head and line belong together."""
    flush = atomic.flush

    def refuse_folders(path: Path) -> None:
        if path.is_dir():
            raise OSError(errno.EIO, "refused")
        flush(path)

    with monkeypatch.context() as patch, pytest.raises(WarehouseError, match="disk fails"):
        patch.setattr(atomic, "flush", refuse_folders)
        append_entry(log, answer("After"))
    assert verify_log(log) == []


def test_kinds_share_one_chain_and_are_read_apart(log: Path) -> None:
    append_entry(log, note("first", "second"))
    append_entry(log, answer("Reason 4"))
    assert len(log.read_bytes().splitlines()) == 6
    assert read_entries(log, Note) == [note("first", "second")]
    assert len(read_entries(log, Answer)) == 5
    log.write_bytes(log.read_bytes().replace(b"second", b"fourth"))
    assert verify_log(log) == ["line 6 does not follow the line before it"]


def test_a_clock_before_the_last_entry_is_refused(log: Path) -> None:
    assert find_newest_moment(log) == AT
    with pytest.raises(GovernanceError, match="clock says 20 February 2021 10:29:59"):
        append_entry(log, answer("Before", at=AT - timedelta(seconds=1)))
    append_entry(log, answer("After", at=AT + timedelta(seconds=1)))
    assert len(read_entries(log, Answer)) == 5


def test_a_line_that_is_no_entry_is_not_read(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b"[]\n")
    with pytest.raises(GovernanceError, match="not an entry"):
        read_entries(log, Answer)
    with pytest.raises(GovernanceError, match="not an entry"):
        find_newest_moment(log)


@pytest.mark.parametrize("text", ["c0ffee" * 10 + "ABCD", "the key is " + "0a" * 32 + " now"])
def test_a_text_that_may_be_a_secret_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(GovernanceError, match="64 hex digits") as refused:
        check_plain_line("reason", text)
    assert "c0ffee" not in str(refused.value)
    assert "0a0a" not in str(refused.value)
