"""Another list of nationalities: added, renamed and moved rows go through, for the whole series."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from nino_assets.governance.clock import Clock
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets_tests.support import deliveries
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.pipeline import LAST, Pipeline
from nino_assets_tests.support.recompute import Row, published_rows

pytestmark = pytest.mark.line

NEXT = "2003-Q3"
HEADER = "nationality_code,from_quarter,nationality,sub_group,world_area,source\n"
RENAMED = f"CHN,{NEXT},People's Republic of China,,,a test\n"
ADDED = f"XKX,{NEXT},Kosovo,Other Europe,Non-European Union (Other Europe),a test\n"
MOVED = f"IND,{NEXT},,European Union Other,European Union,a test\n"
CODE, NAME, LEVEL, FIGURE = 6, 7, 8, 12


def deliver_next(pipeline: Pipeline, changes: str) -> None:
    own = pipeline.data / "reference" / "nationality_changes.csv"
    own.parent.mkdir()
    own.write_text(HEADER + changes, encoding="utf-8")
    records = deliveries.make_rows((NEXT,), 300, seed=7, first=5000, dirt=False)
    records[0][LAYOUT.index("nationality")] = "XKX"
    deliveries.deliver(pipeline.landing, NEXT, records)


def announce(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2003, 9, 1, 10, tzinfo=TIME_ZONE)
    with monkeypatch.context() as context:
        context.setattr(Clock, "read", lambda _: now)
        words = ("--reason", "Indians are grouped anew.", "--by", "The Head of Profession")
        ended = pipeline.run("revise", "--quarter", NEXT, *words)
    assert ended.code == 0, ended.text


def list_cells(rows: list[Row], until: str = LAST) -> dict[tuple[object, ...], int]:
    """Cell, without the nationality's name → figure, of periods up to a quarter."""
    return {(*row[:NAME], *row[LEVEL:FIGURE]): row[FIGURE] for row in rows if str(row[1]) <= until}


def test_added_and_renamed_rows_need_no_announcement(pipeline: Pipeline) -> None:
    before = published_rows(pipeline.cells(LAST))
    deliver_next(pipeline, RENAMED + ADDED)
    ended = pipeline.build(NEXT)
    assert ended.code == 0, ended.text

    rows = published_rows(pipeline.cells(NEXT))
    labels = {(row[LEVEL], row[CODE]): row[NAME] for row in rows}
    assert labels["nationality", "CHN"] == "People's Republic of China"
    assert labels["nationality", "XKX"] == "Kosovo"
    now = list_cells(rows)
    old = list_cells(before)
    assert {cell: figure for cell, figure in now.items() if cell[CODE] != "XKX"} == old
    assert not any(figure for cell, figure in now.items() if cell[CODE] == "XKX")
    succession = pipeline.cells(NEXT).parent / "succession.csv"
    with succession.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["name_before"], row["name"]) == ("China", "People's Republic of China")
    assert not (succession.parent / "revised-cells.csv").exists()


def test_a_row_that_moves_group_is_announced_and_both_series_are_given(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = list_cells(published_rows(pipeline.cells(LAST)))
    deliver_next(pipeline, MOVED)
    refused = pipeline.build(NEXT)
    assert refused.code == 1
    assert "open_data.history_changed" in refused

    announce(pipeline, monkeypatch)
    ended = pipeline.build(NEXT)
    assert ended.code == 0, ended.text
    now = list_cells(published_rows(pipeline.cells(NEXT)))
    moved = {"south-asia", "asia", "european-union-other", "european-union", "non-european-union"}
    changed = {cell for cell in old.keys() & now.keys() if old[cell] != now[cell]}
    assert changed
    assert {cell[CODE] for cell in changed} == moved
    # Indians alone were counted in South Asia beside those from Pakistan.
    path = pipeline.cells(NEXT).parent / "revised-cells.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == len(changed)
