"""A layout is one file that maps delivered columns to the line's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.deliveries import scan_layout
from nino_assets.deliveries.scan_files import build_scan_schema, read_scan_file
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.errors import DeliveryError
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.small_delivery import format_csv, record


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "layouts"
    folder.mkdir()
    monkeypatch.setattr(scan_layout, "REFERENCE_DIR", tmp_path)
    return folder


def declaration(columns: dict[str, str]) -> str:
    lines = [f'"{theirs}" = "{ours}"' for theirs, ours in columns.items()]
    return "\n".join(['name = "team"', "[columns]", *lines])


def test_the_contract_s_layout_is_declared() -> None:
    layout = read_scan_layout("mws-1", asked_by="a test")
    assert tuple(layout.columns) == tuple(layout.columns.values()) == SCAN_COLUMNS


def test_a_team_s_own_names_and_order(declared: Path) -> None:
    columns = {f"COL {n}": name for n, name in enumerate(SCAN_COLUMNS[::-1])}
    (declared / "team.toml").write_text(declaration(columns))
    layout = read_scan_layout("team", asked_by="a test")
    assert layout.columns == columns
    folder = declared / "2020-Q4"
    folder.mkdir()
    path = folder / "scan.csv"
    path.write_text(format_csv([record()], [f"COL {11 - n}" for n in range(12)]))
    row = next(read_scan_file(path, layout)).to_pylist()[0]
    assert [row[name] for name in SCAN_COLUMNS] == record()
    assert build_scan_schema(layout).names[1:-1] == list(SCAN_COLUMNS[::-1])


def test_an_undeclared_layout_is_refused_with_those_there_are(declared: Path) -> None:
    (declared / "team.toml").write_text(declaration({name: name for name in SCAN_COLUMNS}))
    for name in ("mws-1", "", "../layouts/team", "team.toml"):
        with pytest.raises(DeliveryError, match=r"manifest\.json names the layout") as caught:
            read_scan_layout(name, asked_by="landing/2020-Q4/manifest.json")
        assert caught.value.rule.endswith("layouts: team")


@pytest.mark.parametrize(
    "text",
    [
        declaration({name: name for name in SCAN_COLUMNS[1:]}),
        declaration({name: name for name in (*SCAN_COLUMNS, "telephone")}),
        declaration({f"c{n}": "nino" for n in range(12)}),
        'name = "team"',
        "[columns",
        "columns = 3",
        "[columns]\nnino = 1",
    ],
)
def test_a_wrong_declaration_is_refused(declared: Path, text: str) -> None:
    (declared / "team.toml").write_text(text)
    with pytest.raises(DeliveryError, match=r"layouts/team\.toml is not a layout"):
        read_scan_layout("team", asked_by="a test")
