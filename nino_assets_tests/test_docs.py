"""What the documents say about files and commands is true, and their examples run."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

import nino_assets
from nino_assets.cli.main import cli
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.orchestration.assets.stage import Stage
from nino_assets.publishing.documents.document_names import TITLES
from nino_assets.publishing.workbook.table_declaration import TableDeclaration
from nino_assets.quality.suite import Expectation
from nino_assets.statistic.cuboids import CUBOIDS, Cuboid
from nino_assets.statistic.published_domain import CUBES, Cube
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.own_lists import OwnLists

PROJECT = Path(nino_assets.__file__).parents[1]
DOCS = PROJECT / "nino_assets" / "docs"
TESTS = PROJECT / "nino_assets_tests"
DOCUMENTS = [*sorted(DOCS.glob("*.md")), PROJECT / "README.md"]
EXAMPLES = {
    (language, name): text
    for language, name, text in re.findall(
        r"^```(\w+) (\w+)\n(.*?)^```", (DOCS / "adding.md").read_text(encoding="utf-8"), re.M | re.S
    )
}
PATH = re.compile(r"`((?:nino_assets|nino_assets_tests|data/reference)/[\w./-]+)`")
COMMAND = re.compile(r"nino-assets ([a-z][a-z-]+)((?:[^\n`|;]|\\\n)*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def run_example(name: str) -> dict[str, Any]:
    """The names that a Python example of `adding.md` defines."""
    names: dict[str, Any] = {}
    exec(compile(EXAMPLES["python", name], f"adding.md, {name}", "exec"), names)
    return names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [path for path in PATH.findall(text) if not (PROJECT / path).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_option_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8").replace("\\\n", " ")
    for name, rest in COMMAND.findall(text):
        command: Any = cli.commands.get(name)
        assert command is not None, name
        words = rest.split()
        if words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words[0]]
        known = {each for option in command.params for each in option.opts}
        unknown = set(OPTION.findall(rest)) - known
        assert not unknown, f"nino-assets {name}: {unknown}"


def test_every_document_of_the_package_is_listed_for_the_reader() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCS.glob("*.md") if path.name not in readme] == []


def test_the_cuboid_is_one_of_its_kind() -> None:
    [cuboid] = [each for each in run_example("cuboid").values() if isinstance(each, Cuboid)]
    assert (cuboid.area_level, cuboid.by_sex) == ("local_authority", True)
    assert cuboid.name not in {each.name for each in CUBOIDS}


def test_the_cube_is_one_of_its_kind() -> None:
    [cube] = [each for each in run_example("cube").values() if isinstance(each, Cube)]
    assert cube.period == "quarter"
    assert cube.by_age_sex
    assert cube.name not in {each.name for each in CUBES}


def test_the_table_is_a_declaration() -> None:
    found = [each for each in run_example("table").values() if isinstance(each, TableDeclaration)]
    assert [each.range_name for each in found] == ["Arrival_on_small_paper"]


def test_the_checks_are_declared_and_the_tolerance_is_in_the_form_of_its_list(
    own_lists: OwnLists,
) -> None:
    found = [each for each in run_example("check").values() if isinstance(each, Expectation)]
    assert {each.name: each.blocks for each in found} == {
        "rows_twice": True,
        "blank_postcode_percent": False,
    }
    [row] = csv.reader([EXAMPLES["csv", "tolerance"].strip()])
    own_lists.edit("tolerances.csv", lambda rows: [*rows, row])
    [tolerated] = [each for each in found if not each.blocks]
    assert tolerated.find_form(None).sentence == "The share of blank postcodes is at most 2%."


def test_the_asset_loads_with_all_that_follows_from_its_declaration() -> None:
    names = run_example("asset")
    stage = names["counts_by_sex"]
    assert isinstance(stage, Stage)
    spec = stage.definition.get_asset_spec(dg.AssetKey("counts_by_sex"))
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["keyed_counts"]
    assert spec.tags["access"] == "restricted"
    assert stage.stored.is_private


def test_the_layout_maps_every_column(own_lists: OwnLists) -> None:
    own_lists.write("layouts/mws-2.toml", EXAMPLES["toml", "layout"])
    layout = read_scan_layout("mws-2", asked_by="the manifest")
    assert tuple(layout.columns.values()) == SCAN_COLUMNS


def test_each_document_has_its_template() -> None:
    templates = PROJECT / "nino_assets" / "publishing" / "documents" / "templates"
    assert {f"{name}.html.j2" for name in TITLES} <= {path.name for path in templates.iterdir()}


def test_every_test_that_the_threat_model_names_is_there() -> None:
    text = (DOCS / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    sources = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    known = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.M)}
    assert named
    assert named - known == set()


def test_every_control_of_the_threat_model_names_its_test() -> None:
    text = (DOCS / "security.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| what was tried .*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)
    rows = [row for table in tables for row in table.splitlines()]
    assert rows
    assert [row for row in rows if "`test_" not in row.split("|")[4]] == []
