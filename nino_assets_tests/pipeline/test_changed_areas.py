"""A directory with other local authorities: announced, and the whole series stands on it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from nino_assets.governance.clock import Clock
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets_tests.support import deliveries, directory
from nino_assets_tests.support.directory import Row
from nino_assets_tests.support.pipeline import FIRST, LAST, Pipeline
from nino_assets_tests.support.recompute import Recomputation, published_rows

pytestmark = pytest.mark.line

NEXT = "2003-Q3"
MERGED, MERGED_FROM = "E06000065", ("E09000019", "E09000033")
RECODED, RECODED_FROM = "E08000002", "E08000003"
NAME, AREA, FIGURE = 4, 3, 12
WHY = "Two authorities became one, and one has another code."


def deliver_next(pipeline: Pipeline, rows: Iterable[Row] | None = None) -> None:
    """A quarter extract after the register, and a directory with changed authorities."""
    records = deliveries.make_rows((NEXT,), 300, seed=7, first=5000, dirt=False)
    deliveries.deliver(pipeline.landing, NEXT, records)
    directory.write_directory(pipeline.landing / "nspl", list(rows or change_authorities()))


def change_authorities() -> list[Row]:
    became = dict.fromkeys(MERGED_FROM, MERGED) | {RECODED_FROM: RECODED}
    return [row | {"laua": became.get(row["laua"], row["laua"])} for row in _list_rows()]


def _list_rows() -> list[Row]:
    return directory.make_directory_rows()


def announce(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, on: str = "2003-09-01") -> str:
    now = datetime.fromisoformat(f"{on}T10:00").replace(tzinfo=TIME_ZONE)
    with monkeypatch.context() as context:
        context.setattr(Clock, "read", lambda _: now)
        context.setattr(Clock, "read_kernel", lambda _: now)
        ended = pipeline.run(
            "revise", "--quarter", NEXT, "--reason", WHY, "--by", "The Head of Profession"
        )
    assert ended.code == 0, ended.text
    return ended.text


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(path: Path) -> dict[tuple[object, ...], object]:
    """Cell, without names → figure."""
    return {(*row[:4], *row[5:7], *row[8:12]): row[FIGURE] for row in published_rows(path)}


def test_an_authority_without_a_name_is_refused_with_the_row_to_add(
    pipeline: Pipeline, unchecked: None
) -> None:
    rows = [
        row | {"laua": "E06000999"} if row["laua"] in MERGED_FROM else row for row in _list_rows()
    ]
    deliver_next(pipeline, rows)
    ended = pipeline.build(NEXT)
    assert ended.code == 1
    assert "E06000999,NAME,local_authority,E12000007,E92000001,SOURCE" in ended


def test_another_census_goes_through_with_a_look_up_or_by_geocoding_again(
    pipeline: Pipeline, unchecked: None
) -> None:
    before = published_rows(pipeline.cells(LAST))
    old = [row["oa11"] for row in _list_rows()]
    rows = [row | {"oa11": row["oa11"].replace("E000", "E001")} for row in _list_rows()]
    deliver_next(pipeline, rows)
    refused = pipeline.build(NEXT)
    assert refused.code == 1
    assert "output areas that were counted are not in the postcode directory in use" in refused
    assert f"nino-assets build --quarter {NEXT} --from {FIRST}" in refused

    became = {(code, row["oa11"]) for code, row in zip(old, rows, strict=True) if code}
    folder = pipeline.landing / "output-areas"
    folder.mkdir()
    text = "".join(f"{code},{now},U\n" for code, now in sorted(became))
    (folder / "OA11_OA21.csv").write_text(f"OA11CD,OA21CD,CHNGIND\n{text}")
    ended = pipeline.build(NEXT)
    assert ended.code == 0, ended.text
    by_look_up = published_rows(pipeline.cells(NEXT))
    assert [row for row in by_look_up if row[1] <= LAST] == before

    shutil.rmtree(folder)
    again = pipeline.build(NEXT, FIRST)
    assert again.code == 0, again.text
    assert published_rows(pipeline.cells(NEXT)) == by_look_up


def test_a_change_that_nobody_announced_is_refused(pipeline: Pipeline) -> None:
    deliver_next(pipeline)
    ended = pipeline.build(NEXT)
    assert ended.code == 1
    assert "open_data.history_changed" in ended
    assert "nino-assets revise" in ended


def test_the_whole_series_is_on_the_new_areas(
    pipeline: Pipeline, unchecked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(pipeline.cells(LAST)) if pipeline.cells(LAST).is_file() else {}
    assert before
    deliver_next(pipeline)
    announce(pipeline, monkeypatch)
    ended = pipeline.build(NEXT)
    assert ended.code == 0, ended.text
    assert f"Cells of {FIRST} to {LAST} on the lists now in use" in ended

    expected = Recomputation(pipeline.data, pipeline.settings).rows(FIRST, NEXT)
    assert published_rows(pipeline.cells(NEXT)) == expected

    now = figures(pipeline.cells(NEXT))
    assert not {cell[AREA] for cell in now} & {*MERGED_FROM, RECODED_FROM}
    for cell, figure in before.items():
        if cell[AREA] == RECODED_FROM:
            assert now[*cell[:AREA], RECODED, *cell[AREA + 1 :]] == figure
        elif cell[AREA] not in MERGED_FROM:
            assert now[cell] == figure

    open_data = pipeline.cells(NEXT).parent
    assert [tuple(row.values()) for row in read_csv(open_data / "succession.csv")] == [
        (NEXT, "geography", "local_authority", *pair)
        for pair in (
            (RECODED_FROM, "Manchester", RECODED, "Bury", "2"),
            (MERGED_FROM[0], "Islington", MERGED, "North Yorkshire", "1"),
            (MERGED_FROM[1], "Westminster", MERGED, "North Yorkshire", "1"),
        )
    ]
    both = {
        (*tuple(row.values())[:4], *tuple(row.values())[5:7], *tuple(row.values())[8:12]): (
            row["registrations_before"],
            row["registrations"],
        )
        for row in read_csv(open_data / "revised-cells.csv")
    }
    ended_areas, new_areas = {*MERGED_FROM, RECODED_FROM}, {MERGED, RECODED}
    assert both == {
        **{cell: (str(f), "") for cell, f in before.items() if cell[AREA] in ended_areas},
        **{
            cell: ("", str(f))
            for cell, f in now.items()
            if cell[AREA] in new_areas and str(cell[1]) <= LAST
        },
    }
    for name in ("bulletin.html", "publishers-pack/bulletin.txt"):
        assert WHY in (pipeline.publication(NEXT) / name).read_text(encoding="utf-8"), name
