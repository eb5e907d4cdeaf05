"""Answers are kept as they were given, and every way to tamper with the log shows."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.governance import review_log
from nino_assets.governance.review_log import (
    Finding,
    ReviewError,
    append_answer,
    make_answer,
    read_log,
    rejected,
    unanswered,
    verify_log,
)

FOUND = Finding(quarter="2020-Q4", check="cleaned_records.unlisted", observed=0.1, unexpected=3)
AT = datetime(2021, 2, 20, 10, 30, tzinfo=UTC)


def answer(reason: str = "Known", decision: str = "accept", finding: Finding = FOUND):
    return make_answer(finding, decision=decision, by="A Reviewer", reason=reason, at=AT)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = review_log.log_file(tmp_path)
    for n in range(4):
        append_answer(path, answer(f"Reason {n}"))
    return path


def test_answers_come_back_as_given(log: Path) -> None:
    assert [each.reason for each in read_log(log)] == [f"Reason {n}" for n in range(4)]
    assert read_log(log)[0] == answer("Reason 0")
    assert verify_log(log) == []


def test_without_answers_there_is_nothing_wrong(tmp_path: Path) -> None:
    path = review_log.log_file(tmp_path)
    assert verify_log(path) == []
    assert read_log(path) == []


def test_one_answer_alone_is_protected_too(tmp_path: Path) -> None:
    path = review_log.log_file(tmp_path)
    append_answer(path, answer("Only"))
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
    with pytest.raises(ReviewError, match="not as it was written"):
        append_answer(log, answer("After"))


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
    append_answer(log, answer("Reason 4"))
    head.write_bytes(before)
    assert verify_log(log) == []
    append_answer(log, answer("Reason 5"))
    assert json.loads(head.read_text())["lines"] == 6
    assert verify_log(log) == []


def _append(path: Path, name: str) -> None:
    for n in range(10):
        append_answer(path, answer(f"{name} {n}"))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = review_log.log_file(tmp_path)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_append, args=(path, f"Writer {n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(read_log(path)) == 40
    assert verify_log(path) == []


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, write = log.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))
    with pytest.raises(WarehouseError, match="disk is full"):
        append_answer(log, answer("After"))
    monkeypatch.undo()
    assert log.read_bytes() == before
    assert verify_log(log) == []


@pytest.mark.parametrize(
    "text", ["", "  ", "two\nlines", "a\x00b", "a\x1b[31mb", "a\u202eb", "\x7f"]
)
def test_names_and_reasons_are_plain_text(text: str) -> None:
    with pytest.raises(ReviewError):
        make_answer(FOUND, decision="accept", by="A Reviewer", reason=text, at=AT)
    with pytest.raises(ReviewError):
        make_answer(FOUND, decision="accept", by=text, reason="Known", at=AT)


def test_a_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(ReviewError) as refused:
        make_answer(FOUND, decision="accept", by="X", reason="secret\nwords", at=AT)
    assert "secret" not in str(refused.value)


def test_other_decisions_and_long_texts_are_refused() -> None:
    with pytest.raises(ReviewError):
        answer(decision="maybe")
    with pytest.raises(ReviewError):
        answer(reason="x" * 1001)


def test_the_last_answer_counts_and_only_for_what_was_seen() -> None:
    other = replace(FOUND, check="cleaned_records.other")
    given = [answer(decision="reject"), answer(decision="accept"), answer("No", "reject", other)]
    assert unanswered([FOUND, other], given) == []
    assert rejected([FOUND, other], given) == [other]
    for changed in (
        replace(FOUND, observed=0.2),
        replace(FOUND, unexpected=4),
        replace(FOUND, quarter="2020-Q3"),
    ):
        assert unanswered([changed], given) == [changed]
        assert rejected([changed], given) == []
