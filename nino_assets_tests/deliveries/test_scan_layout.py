"""A layout is one file that maps delivered columns to our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.deliveries.scan_files import build_scan_schema, read_scan_file
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.errors import DeliveryError, ReferenceListError
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.own_lists import OwnLists
from nino_assets_tests.support.small_delivery import format_csv, record

TEAM = "layouts/team.toml"


def declaration(columns: dict[str, str]) -> str:
    lines = [f'"{theirs}" = "{ours}"' for theirs, ours in columns.items()]
    return "\n".join(['name = "team"', "[columns]", *lines])


def test_the_contract_s_layout_is_declared() -> None:
    layout = read_scan_layout("mws-1", asked_by="a test")
    assert tuple(layout.columns) == tuple(layout.columns.values()) == SCAN_COLUMNS


def test_a_team_s_own_names_and_order(own_lists: OwnLists, tmp_path: Path) -> None:
    columns = {f"COL {n}": name for n, name in enumerate(SCAN_COLUMNS[::-1])}
    own_lists.write(TEAM, declaration(columns))
    layout = read_scan_layout("team", asked_by="a test")
    assert layout.columns == columns
    path = tmp_path / "scan.csv"
    path.write_text(format_csv([record()], [f"COL {11 - n}" for n in range(12)]))
    row = next(read_scan_file(path, layout)).to_pylist()[0]
    assert [row[name] for name in SCAN_COLUMNS] == record()
    assert build_scan_schema(layout).names[1:-1] == list(SCAN_COLUMNS[::-1])


def test_an_undeclared_layout_is_refused_with_those_there_are(own_lists: OwnLists) -> None:
    own_lists.write(TEAM, declaration({name: name for name in SCAN_COLUMNS}))
    for name in ("mws-2", "", "../layouts/team", "team.toml"):
        with pytest.raises(DeliveryError, match=r"manifest\.json names the layout") as caught:
            read_scan_layout(name, asked_by="landing/2020-Q4/manifest.json")
        assert caught.value.rule == "the declared layouts are mws-1, team"
        assert str(own_lists.folder / "layouts") in caught.value.next_step


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (declaration({name: name for name in SCAN_COLUMNS[1:]}), "does not lead to each column"),
        (declaration({n: n for n in (*SCAN_COLUMNS, "telephone")}), "does not lead to each column"),
        (declaration({f"c{n}": "nino" for n in range(12)}), "does not lead to each column"),
        ('name = "team"', "there is no columns"),
        ("[columns", "cannot be read as TOML"),
        ("columns = 3", "does not lead to each column"),
        ("[columns]\nnino = 1", "does not lead to each column"),
        (f"[rules]\n{declaration(dict.fromkeys(SCAN_COLUMNS, 'nino'))}", "there is a key rules"),
        (declaration({n: n for n in SCAN_COLUMNS}).replace("team", "mws-1"), "name is another"),
    ],
)
def test_a_wrong_declaration_is_refused(own_lists: OwnLists, text: str, what: str) -> None:
    path = own_lists.write(TEAM, text)
    with pytest.raises(ReferenceListError, match=what) as refused:
        read_scan_layout("team", asked_by="a test")
    assert refused.value.what.startswith(f"{path}: ")
    assert refused.value.rule
