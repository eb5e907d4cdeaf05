"""A whole release, from delivery to correction, as people walk it on the command line.

The clock is injected: a moment of August 2003 stands for the machine's own. Answers, signatures and
the rest are given by the commands that the README names.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from types import ModuleType

import dagster as dg
import pytest

from nino_assets.governance.access_grants import AccessGrant
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.release_log import Release
from nino_assets.orchestration.assets import release
from nino_assets.orchestration.dagster_internals import read_latest_evaluations
from nino_assets.publishing.documents.document_names import TITLES
from nino_assets.releases import published as published_state
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support import deliveries, identifiers
from nino_assets_tests.support.commands import list_files
from nino_assets_tests.support.deliveries import LISTED_NAME
from nino_assets_tests.support.office import (
    DUE,
    QUARTER,
    Office,
    edit_publication,
    make_manifest_anew,
)
from nino_assets_tests.support.pipeline import LAST, QUARTERS, Pipeline

pytestmark = pytest.mark.line


def test_a_release_from_the_embargo_to_its_correction(office: Office) -> None:
    assert "Release waits for release_time_reached: it is 9:29" in office.stands("2003-08-21T09:29")
    early = office.refused("2003-08-21T09:29", "release", *QUARTER)
    assert f"{LAST} is not released. Not met: release_time_reached" in early
    assert office.seen() == {}
    # Reviewers see which gate is red where they see every check.
    with dg.DagsterInstance.from_config(str(office.pipeline.data / "dagster")) as instance:
        key = dg.AssetCheckKey(dg.AssetKey("release"), "release_time_reached")
        found = read_latest_evaluations(instance, [key], Quarter.parse(LAST).key).get(key)
        assert found is not None
        assert not found.passed
        assert "it is 9:29" in str(found.metadata["what is wrong"].value)
    assert "Failed: release.release_time_reached" in office.stands(DUE)

    assert "is released" in office.done(DUE, "release", *QUARTER)
    first = office.seen()
    publication = office.pipeline.publication()
    listed = json.loads((publication / "manifest.json").read_text())["files"]
    mine = {n.removeprefix(f"{LAST}/1/"): d for n, d in first.items() if n.startswith(LAST)}
    assert {n: d for n, d in mine.items() if n != "manifest.json"} == {
        name: entry["sha256"] for name, entry in listed.items()
    }
    assert not any("qa/" in name for name in first)
    content = b"".join(path.read_bytes() for path in list_files(office.folders.published))
    assert LISTED_NAME.encode() not in content
    assert b"Press officer" in content
    page = (office.pipeline.data / "published" / "index.html").read_text()
    assert f"{LAST}/1/bulletin.html" in page
    assert "21 August 2003" in page
    assert "27 November 2003" in page
    assert {"feed.atom", "catalogue.jsonld", "release-calendar.ics"} < set(first)
    assert {f"{LAST}/1/documents/{name}.html" for name in TITLES} < set(first)
    assert PublishedEditions(office.folders).find_faults() == []
    # Days later the same release again is the same.
    office.done("2003-08-25T12:00", "release", *QUARTER)
    assert office.seen() == first


def test_access_is_given_in_the_24_hours_before_and_published_without_names(
    office: Office,
) -> None:
    give = ("access", *QUARTER, "--give-all", "--by", "An Analyst")
    assert "is open from 9:30am on 20 August 2003" in office.refused("2003-08-20T09:29", *give)
    assert "edition 1" in office.done("2003-08-20T09:30", *give)
    [given] = read_entries(locate_log(office.folders.warehouse), AccessGrant)
    assert (given.job_title, given.business_case) == ("Press officer", "PRA-1")
    assert LISTED_NAME not in locate_log(office.folders.warehouse).read_text()
    edit_publication(office)
    assert "files_as_listed" in office.refused("2003-08-20T10:00", *give)


@pytest.mark.usefixtures("unchecked")
def test_a_correction_keeps_both_editions(office: Office) -> None:
    office.done(DUE, "release", *QUARTER)
    first = {n: d for n, d in office.seen().items() if n.startswith(LAST)}

    words = ("--reason", "Some records came twice", "--by", "An Analyst", "--on", "2003-09-03")
    opened = office.done("2003-09-01T10:00", "correct", *QUARTER, *words)
    assert "Edition 2" in opened
    assert "A council, Demographer" in opened
    records = identifiers.add_planted_rows(deliveries.make_rows(QUARTERS, 3000), LAST)
    deliveries.deliver(office.pipeline.landing, LAST, records[:-1000], extract="register")
    office.done("2003-09-02T10:00", "build", *QUARTER)

    # What was signed is not what is there now.
    unsigned = office.refused("2003-09-03T09:30", "release", *QUARTER)
    assert "signed_by_head (The Head" in unsigned
    assert "release_time_reached" not in unsigned
    office.answer_warnings("2003-09-03T09:31")
    office.sign("2003-09-03T09:32")
    office.done("2003-09-03T09:33", "release", *QUARTER)

    now = office.seen()
    assert {n: d for n, d in now.items() if n.startswith(f"{LAST}/1/")} == first
    assert {"bulletin.html", "open-data/changed-cells.csv"} <= {
        name.removeprefix(f"{LAST}/2/") for name in now
    }
    published = office.folders.published
    changed = (published / LAST / "2" / "open-data" / "changed-cells.csv").read_text()
    assert len(changed.splitlines()) > 100
    for page in ("index.html", f"{LAST}/2/bulletin.html"):
        text = (published / page).read_text()
        assert "3 September 2003" in text
        assert "Some records came twice." in text
    assert "Some records came twice." not in (published / LAST / "1" / "bulletin.html").read_text()
    assert PublishedEditions(office.folders).find_faults() == []
    assert verify_log(locate_log(office.folders.warehouse)) == []


@pytest.mark.usefixtures("unchecked")
def test_a_correction_of_few_people_does_not_leave(office: Office) -> None:
    """Readers of both editions could follow each of them, so no signature opens this gate."""
    office.done(DUE, "release", *QUARTER)
    words = ("--reason", "Some records came twice", "--by", "An Analyst", "--on", "2003-09-03")
    office.done("2003-09-01T10:00", "correct", *QUARTER, *words)
    records = identifiers.add_planted_rows(deliveries.make_rows(QUARTERS, 3000), LAST)
    deliveries.deliver(office.pipeline.landing, LAST, records[:-200], extract="register")
    office.done("2003-09-02T10:00", "build", *QUARTER)
    assert "Release waits for reveals_nobody: people that differ" in office.stands(
        "2003-09-02T11:00"
    )
    office.answer_warnings("2003-09-03T09:31")
    office.sign("2003-09-03T09:32")
    text = office.refused("2003-09-03T09:33", "release", *QUARTER)
    assert "is not released. Not met: reveals_nobody (people that differ: " in text
    assert "a later, larger correction" in text


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("module", "step", "seen"),
    [(published_state, "replace_link", False), (release, "append_entry", True)],
)
def test_killed_half_way_and_run_again(
    office: Office, module: ModuleType, step: str, seen: bool
) -> None:
    """All is seen or nothing; `test_published.py` kills at every step and compares bytes."""
    # A new process: one forked beside the threads of polars would wait for them for ever.
    child = get_context("spawn").Process(
        target=_killed_at, args=(office.pipeline, module.__name__, step)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    before = office.seen()
    assert bool(before) == seen
    office.done(DUE, "release", *QUARTER)
    assert office.seen() == (before or office.seen())
    assert PublishedEditions(office.folders).find_faults() == []
    assert not list(office.pipeline.data.glob(".published/*.tmp"))
    [entry] = read_entries(locate_log(office.folders.warehouse), Release)
    assert entry.edition == 1


def _killed_at(pipeline: Pipeline, module: str, step: str) -> None:
    """Release with a step that ends the process. In a process of its own."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(f"{module}.{step}", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        Office(pipeline, monkeypatch).at(DUE, "release", *QUARTER)


def _tamper(office: Office) -> None:
    log = locate_log(office.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"The Head", b"Nobody  "))
    assert verify_log(log)


@pytest.mark.parametrize(
    ("moment", "plant", "said"),
    [
        (DUE, edit_publication, ["files_as_listed (bulletin.html has changed)"]),
        (
            DUE,
            make_manifest_anew,
            ["signed_by_second_analyst (Second Analyst", "signed_by_head (The Head"],
        ),
        (DUE, _tamper, ["log_intact (the last line", "signed_by_head"]),
        ("2003-08-22T09:30", lambda _: None, ["calendar_kept (the release was due on 21"]),
        (
            "2003-07-30T09:30",
            lambda _: None,
            ["clock_right (the clock says", "release_time_reached"],
        ),
    ],
)
def test_what_is_not_in_order_is_not_released(
    office: Office, moment: str, plant: Callable[[Office], None], said: list[str]
) -> None:
    plant(office)
    text = office.refused(moment, "release", *QUARTER)
    for words in said:
        assert words in text
    assert office.seen() == {}
