"""Each gate of a release, as its check sees it on a built pipeline, fails on a planted defect."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import polars as pl
import pytest

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.governance.calendar import compute_release_date, compute_release_moment
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.gates import GATES, find_red_gates
from nino_assets.governance.log_entry import Entry, make_entry_fields
from nino_assets.governance.release_schedule import Announcement, make_date_change
from nino_assets.governance.review_log import make_answer
from nino_assets.governance.signatures import Signature
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.check_results import list_warnings
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.publishing.pre_release_access.published_access_list import FOLDER, LIST_NAME
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suites.release import SUITE, build_results
from nino_assets.releases.edition_members import locate_edition_members
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.statistic.team_list import TEAM_FILE
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.planted_releases import corrected_by_one_person
from nino_assets_tests.support.release_stage import DUE, Stage, sign
from nino_assets_tests.support.synthetic_build import LATEST, REGISTER
from nino_assets_tests.support.team import write_team

CELLS = "open-data/nino-registrations.parquet"


@pytest.fixture(scope="module")
def place(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A copy of the build with an instance of its own."""
    folders = Folders(tmp_path_factory.mktemp("release") / "data")
    shutil.copytree(built.folders.root, folders.root)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIR_VARIABLE, str(folders.root))
        environment.delenv(HOME_VARIABLE, raising=False)
        with open_instance(folders) as instance:
            warehouse = open_warehouse(folders)
            yield Stage(warehouse, instance, Planter(warehouse))


@pytest.fixture
def stage(place: Stage) -> Iterator[Stage]:
    announced = DUE - timedelta(days=30)
    entries: list[Entry] = [
        Announcement(
            **make_entry_fields(LATEST, "An Analyst", announced),
            release_on=compute_release_date(LATEST).isoformat(),
            note="",
        )
    ]
    for warning in list_warnings(place.instance, LATEST):
        at = DUE - timedelta(days=3)
        entries.append(
            make_answer(warning, LATEST, decision="accept", by="A Reviewer", reason="Known", at=at)
        )
    entries += [
        sign(place, "countersign", "Second Analyst"),
        sign(place, "head-of-profession", "The Head"),
    ]
    with Planter(place.warehouse) as planter:
        ready = replace(place, planter=planter, entries=entries)
        ready.write_log(entries)
        yield ready
    folders = place.warehouse.folders
    folders.published.unlink(missing_ok=True)
    shutil.rmtree(folders.root / ".published", ignore_errors=True)


def _reject(stage: Stage) -> None:
    warning = list_warnings(stage.instance, LATEST)[0]
    answer = make_answer(warning, LATEST, decision="reject", by="R", reason="No", at=DUE)
    append_entry(locate_log(stage.warehouse.folders.warehouse), answer)


def _edit_bulletin(stage: Stage) -> None:
    path = stage.planter.keep(stage.planter.publication("bulletin.html"))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _sign_twice(stage: Stage) -> None:
    """As if the log had been written without the rule that sign-off keeps."""
    stage.without(Signature)
    for role in ("countersign", "head-of-profession"):
        append_entry(locate_log(stage.warehouse.folders.warehouse), sign(stage, role, "The Head"))


def _tamper(stage: Stage) -> None:
    log = locate_log(stage.warehouse.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"An Analyst", b"No Analyst"))


def _move(stage: Stage) -> None:
    """A later date is agreed, and the files still name the old one."""
    promises = stage.desk.collect_facts(LATEST).schedule
    to = (DUE + timedelta(days=7)).date()
    words = {"by": "An Analyst", "agreed_by": "The Head", "reason": "Late"}
    change = make_date_change(promises, LATEST, to=to, now=DUE - timedelta(days=1), **words)
    append_entry(locate_log(stage.warehouse.folders.warehouse), change)


def _release_before(stage: Stage, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """The quarter before was released, with some cells otherwise."""
    folders = stage.warehouse.folders
    publication = folders.root / "earlier"
    shutil.copytree(folders.find_publication(REGISTER), publication)
    try:
        cells = publication / CELLS
        change(pl.read_parquet(cells)).write_parquet(cells)
        lock = folders.warehouse / "locks" / "m.lock"
        refresh_manifest(publication, code_version="", inputs={}, lock=lock)
        edition = ReleasedEdition(
            quarter=REGISTER,
            number=1,
            released_at=compute_release_moment(REGISTER),
            manifest_sha256=hash_manifest(publication),
            synthetic=True,
        )
        PublishedEditions(folders).release(edition, publication, lambda _: {})
    finally:
        shutil.rmtree(publication)


def _other_history(stage: Stage) -> None:
    _release_before(stage, lambda cells: cells.with_columns(pl.col("registrations") + 1))


def _other_areas(stage: Stage) -> None:
    """In the edition before, Manchester lay in Bury."""
    folders, planter = stage.warehouse.folders, stage.planter
    now = pl.read_parquet(locate_edition_members(folders, LATEST))
    before = planter.keep(locate_edition_members(folders, REGISTER))
    if not before.parent.exists():
        planter.makes(before.parent).mkdir(parents=True)
    code = pl.col("code").replace("E08000003", "E08000002")
    name = pl.col("name").replace("Manchester", "Bury")
    now.with_columns(code=code, name=name).write_parquet(before)


def _changed_after_release(stage: Stage) -> None:
    _release_before(stage, lambda cells: cells)
    path = stage.warehouse.folders.published / REGISTER.label / "1" / CELLS
    path.unlink()
    path.write_bytes(b"other")


def _no_access_list(stage: Stage) -> None:
    stage.planter.keep(stage.planter.publication(f"{FOLDER}/{LIST_NAME}")).unlink()


def _old_document(stage: Stage) -> None:
    """The quality report is that of the release before."""
    path = stage.planter.keep(stage.planter.publication("documents/quality-report.html"))
    text = path.read_text(encoding="utf-8")
    now, before = (compute_release_date(quarter).isoformat() for quarter in (LATEST, REGISTER))
    assert now in text
    path.write_text(text.replace(now, before), encoding="utf-8")


def _tell_design(stage: Stage) -> None:
    """A reason for another date, which the landing page shows, gives the record keys away."""
    keys = read_perturbation_table(stage.warehouse).keys
    later, agreed = LATEST + 1, DUE - timedelta(days=1)
    log = locate_log(stage.warehouse.folders.warehouse)
    append_entry(
        log,
        Announcement(
            **make_entry_fields(later, "An Analyst", DUE - timedelta(days=2)),
            release_on=compute_release_date(later).isoformat(),
            note="",
        ),
    )
    change = make_date_change(
        stage.desk.collect_facts(LATEST).schedule,
        later,
        to=compute_release_date(later) + timedelta(days=7),
        now=agreed,
        by="An Analyst",
        agreed_by="The Head",
        reason=f"Figures are perturbed with {keys} record keys",
    )
    append_entry(log, change)


def _list_a_team(stage: Stage) -> None:
    """From now on there is a team, and no decision was taken by its accounts."""
    root = stage.warehouse.folders.root
    stage.planter.keep(root / "reference" / TEAM_FILE)
    write_team(root, [("head", "The Head", "head-of-profession", "", "planted")])


CASES: Mapping[str, Callable[[Stage], None]] = {
    # An event log in which no check ever ran.
    "checks_before_passed": lambda stage: setattr(
        stage, "instance", dg.DagsterInstance.ephemeral()
    ),
    "warnings_answered": lambda stage: stage.write_log([]),
    "no_warning_rejected": _reject,
    "files_as_listed": _edit_bulletin,
    "signed_by_second_analyst": lambda stage: stage.without(Signature, role="countersign"),
    "signed_by_head": lambda stage: stage.without(Signature, role="head-of-profession"),
    "signed_by_two_people": _sign_twice,
    "decisions_proved": _list_a_team,
    "log_intact": _tamper,
    "clock_right": lambda stage: setattr(stage, "now", DUE - timedelta(days=4)),
    "release_time_reached": lambda stage: setattr(stage, "now", DUE - timedelta(seconds=1)),
    "calendar_kept": _move,
    "notice_long_enough": lambda stage: stage.without(Announcement),
    "access_list_in_order": _no_access_list,
    "data_real": lambda stage: setattr(stage, "demonstration", False),
    "history_unchanged": _other_history,
    "revisions_announced": _other_areas,
    "reveals_nobody": lambda stage: corrected_by_one_person(stage.planter),
    "documents_up_to_date": _old_document,
    "design_not_told": _tell_design,
    "released_unchanged": _changed_after_release,
}


def test_every_gate_has_a_defect() -> None:
    assert list(CASES) == [gate.name for gate in GATES] == list(SUITE.names)
    assert all(expectation.blocks for expectation in SUITE.expectations)


def test_a_quarter_that_is_ready_passes_every_check(stage: Stage) -> None:
    assert list_warnings(stage.instance, LATEST), "the build warns, so that answers are asked for"
    outcomes = run_suite(SUITE, stage.desk, [LATEST])
    assert [o.name for o in outcomes if not o.passed] == []


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(stage: Stage, name: str) -> None:
    CASES[name](stage)
    [outcome] = run_suite(SUITE, stage.desk, [LATEST], [name])
    assert not outcome.passed
    assert outcome.error is None
    red = find_red_gates(stage.desk.collect_facts(LATEST))
    assert red[name]
    [before] = [o for o in build_results(LATEST, red) if o.name == name]
    assert (before.passed, before.observed) == (outcome.passed, outcome.observed)


def test_a_quarter_never_built_is_refused_with_the_reason(stage: Stage) -> None:
    [first, *_] = run_suite(SUITE, stage.desk, [LATEST + 1])
    assert not first.passed
    assert "release could not be read" in str(first.error)


def test_no_gate_says_anything_of_a_record(stage: Stage) -> None:
    stage.instance = dg.DagsterInstance.ephemeral()
    stage.now = datetime(2001, 1, 1, tzinfo=UTC)
    stage.write_log([])
    said = json.dumps(
        {k: list(v) for k, v in find_red_gates(stage.desk.collect_facts(LATEST)).items()}
    )
    assert "QQ" not in said
